"""A real PostgreSQL of the tests' own, when there is one to be had."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import sqlalchemy as sa

from tests.redis_process import spare_port

NUMBERS = count()


def postgresql_binaries() -> Path | None:
    """Where initdb and pg_ctl are: on the path, or where Debian keeps them."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((program.parent for program in found), default=None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL cluster made for these tests and removed after them."""
    if find_spec("psycopg") is None:
        pytest.skip("the driver psycopg is not installed: PostgreSQL is not tested")
    binaries = postgresql_binaries()
    if binaries is None:
        pytest.skip("initdb is not installed: PostgreSQL is not tested")
    folder = Path(tempfile.mkdtemp(prefix="butler-pg-"))
    as_user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    port = spare_port()

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)

    data, pg_ctl = str(folder / "data"), str(binaries / "pg_ctl")
    start = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    log = str(folder / "server.log")
    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "butler", "-E", "UTF8")
    run(pg_ctl, "-D", data, "-w", "-o", start, "-l", log, "start")
    try:
        yield f"postgresql://butler@127.0.0.1:{port}"
    finally:
        run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@contextmanager
def frozen(url: str) -> Iterator[None]:
    """The server of this URL, and what it has at work, do nothing while the block lasts; connections stay."""
    port = urlsplit(url).port
    heard = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN)
    server = psutil.Process(next(c.pid for c in heard if c.laddr.port == port))
    family = [server, *server.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()


@pytest.fixture
def postgresql_url(postgresql: str) -> str:
    """An empty database in it."""
    name = f"test_{next(NUMBERS)}"
    address = postgresql.replace("postgresql", "postgresql+psycopg") + "/postgres"
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{postgresql}/{name}"
