"""A Redis for a benchmark, with the online rows that a home has in SQLite."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.redis_process import Redis
from features.online_format import entity
from features.online_rows import READ_CHUNK, open_rows
from features.transforms import AT
from features.views import PACKED, PROJECT, online_name


@contextmanager
def own_redis() -> Iterator[str | None]:
    """The URL of an empty one until the block ends; None where redis-server is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        server = Redis(program, Path(folder))
        try:
            yield server.url
        finally:
            server.end()


def copy_online(home: Path, url: str) -> None:
    """The online rows of the home's SQLite to the store of the URL."""
    path = home / "features" / "online.db"
    with (
        closing(sqlite3.connect(path)) as db,
        closing(open_rows(home)) as held,
        closing(open_rows(home, url)) as store,
    ):
        for view in PACKED:
            before = len(entity(view, ""))  # of a key: the name it has in Feast
            asked = f'SELECT DISTINCT entity_key FROM "{PROJECT}_{online_name(view)}"'
            keys = [found[before:].decode() for (found,) in db.execute(asked)]
            for start in range(0, len(keys), READ_CHUNK):
                some = keys[start : start + READ_CHUNK]
                rows = zip(some, held.read_now(view, some), strict=True)
                store.write_now(view, [(key, row[AT], row) for key, row in rows if row])
