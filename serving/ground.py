"""What the server's parent keeps under its workers' feet, so that a full disk costs none its life.

SQLite's index of the journal (`-shm`) and Prometheus' counters are files that processes map into their
memory. Where a mapped page has no block on the disk and none is free, the process is ended by SIGBUS,
and the next worker by the same. So the parent holds a connection to each database, which keeps its
`-shm` (the first to open one empties it) and has all of it allocated; and counters lie in memory. A
small reserve is for the start of the parent itself.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from butler.errors import NoRoom
from butler.processes import is_dead
from butler.settings import Settings
from butler.stores.room import LEAST_BYTES, check_room
from butler.stores.sql_database import damage_of, is_there, url_of

SHM_BYTES = 64 * 1024  # the index of a journal of 8,000 pages; it is emptied at 1,000
HOLD_AGAIN_SECONDS = 5.0
RESERVE_BYTES, RESERVE_AFTER_SECONDS = 4 * 2**20, 60.0
COUNTER_BYTES = 256 * 1024  # of each kind: some thousand counters
KINDS = ("counter", "histogram", "gauge_livemax", "gauge_livesum")
IN_MEMORY = Path("/dev/shm")
COUNTERS = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client looks for its folder there when imported
PREFIX = "butler-counters-"


@contextmanager
def databases_held(settings: Settings) -> Iterator[None]:
    """A connection to each SQLite database that workers open, from here to the end of the block.

    One that cannot be opened, or is put in another's place, is held as soon as that is seen.
    """
    held, over = _Held(settings), threading.Event()

    def look() -> None:
        while not over.wait(HOLD_AGAIN_SECONDS):
            held.look()

    held.look()
    looking = threading.Thread(target=look, name="databases", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()
        held.close()


class _Held:
    """The databases that are held, and which file each was."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files: dict[Path, int] = {}  # inodes
        self._held: list[tuple[sqlite3.Connection, int | None]] = []

    def look(self) -> None:
        for path in _databases(self._settings):
            another = self._files.get(path) != _inode(path) or not _inode(path)
            if another and (found := _held(path)):
                self._files[path] = _inode(path)
                self._held.append(found)

    def close(self) -> None:
        for connection, _ in self._held:
            connection.close()
        for _, shm in self._held:  # after the connection: to close a file gives its locks up
            if shm is not None:
                os.close(shm)


def _inode(path: Path) -> int:
    """0 where there is no such file."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _databases(settings: Settings) -> list[Path]:
    urls = (settings.sql_url(), settings.chats_url(), settings.places_url())
    log, *others = (Path(str(url_of(u).database)) if u.startswith("sqlite") else None for u in urls)
    paths = [path for path in others if path]
    if log and is_there(log):  # one that is gone is not made here
        paths.append(log)
    home = settings.home.absolute()
    if settings.online_url.startswith("sqlite"):
        paths.append(home / "features" / "online.db")
    return paths + [path for path in (home / "claude.db", home / "texts.db") if path.exists()]


def _held(path: Path) -> tuple[sqlite3.Connection, int | None] | None:
    """The database is made if it is missing. None for a damaged one: whoever needs it says so."""
    if damage_of(path):
        return None
    try:
        connection = sqlite3.connect(path, check_same_thread=False)
    except sqlite3.Error:
        return None
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error:
        connection.close()
        return None
    return connection, _allocated(path.with_name(f"{path.name}-shm"))


def _allocated(shm: Path) -> int | None:
    """The file, open, with a block under every page of it."""
    with suppress(OSError):
        file = os.open(shm, os.O_RDWR)
        with suppress(OSError, AttributeError):  # no room, or macOS: as it is
            os.posix_fallocate(file, 0, SHM_BYTES)
        return file
    return None


@contextmanager
def room_to_start(home: Path) -> Iterator[None]:
    """The reserve of an earlier server is given up for this one's start, and laid by again, a minute
    later or as soon as there is room: even a server that starts anew on a full disk finds some."""
    over = threading.Event()

    def lay_by() -> None:
        while not over.wait(RESERVE_AFTER_SECONDS) and not reserve(home):
            continue

    reserve_of(home).unlink(missing_ok=True)
    threading.Thread(target=lay_by, name="reserve", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def reserve_of(home: Path) -> Path:
    return home / "serving" / "reserve"


def reserve(home: Path) -> bool:
    """Lay the reserve by; False where there is no room for it now."""
    path = reserve_of(home)
    try:
        check_room(path, "a reserve", LEAST_BYTES + RESERVE_BYTES)
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
    except AttributeError:  # macOS: it would be a hole
        return True
    except (OSError, NoRoom):
        return False
    return True


@contextmanager
def counters_folder() -> Iterator[Path]:
    """An empty folder for the workers' counters, in memory where the system has such folders."""
    root = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    for left in root.glob(f"{PREFIX}*"):  # by servers that were killed
        if is_dead(left.name.removeprefix(PREFIX).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare_counters(workers: int) -> None:
    """For a worker, before prometheus_client is imported, which then sees where to count.

    One worker needs no files. Of several each gets its files allocated; where there is no room for
    them it counts for itself.
    """
    folder = os.environ.get(COUNTERS)
    if folder is None or "prometheus_client" in sys.modules:
        return
    if workers == 1 or not _prepared(Path(folder)):
        del os.environ[COUNTERS]


def counted_together(workers: int) -> bool:
    """Whether the counters of this process are read by the other workers, too."""
    return workers > 1 and COUNTERS in os.environ


def _prepared(folder: Path) -> bool:
    for gauge in folder.glob(f"gauge_*_{os.getpid()}.db"):  # of one that is dead and had our id
        gauge.unlink()
    try:
        for kind in KINDS:
            with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, COUNTER_BYTES)
    except OSError:
        for kind in KINDS:
            (folder / f"{kind}_{os.getpid()}.db").unlink(missing_ok=True)
        return False
    except AttributeError:  # macOS has none: as prometheus_client makes them
        return True
    return True
