"""A database of SQLite or PostgreSQL: transactions of the two dialects, and their errors in our words."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from butler.breaker import Guard
from butler.errors import NoRoom, StoreUnavailable, WrongStore
from butler.stores.room import check_room, nearly_full

SCHEMA_VERSION = 1
BUSY_TIMEOUT_MS = 10_000
CONNECT_SECONDS = 5  # how long a server is waited for that takes connections and says nothing
_POOL: dict[str, Any] = {"pool_size": 5, "max_overflow": 35}  # a web worker has 40 threads
_HIDDEN: dict[str, Any] = {"hide_parameters": True}  # else errors, and so logs, name travellers
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


@dataclass(frozen=True)
class Kept:
    """What a database keeps: `what` it is called, the `setting` that names it, its tables.

    With `erases`, what is deleted is overwritten in SQLite's file, not only unlinked.
    """

    what: str
    setting: str
    metadata: sa.MetaData
    version: sa.Table
    erases: bool = False


class Database:
    """Transactions of the two dialects, and their errors in our words."""

    def __init__(
        self, url: str | sa.URL, kept: Kept, late: bool = False, anew: bool = True
    ) -> None:
        """With `late`, for who serves: what cannot be opened now is opened when it is there, and a server
        that does not answer is not waited for; until then each use raises StoreUnavailable, at once
        but for one try a second. Without `anew`, a file of SQLite's that is missing or empty is not
        made."""
        self.url = url if isinstance(url, sa.URL) else url_of(url)
        self._kept = kept
        self.place = str(self.url.database)
        if self.url.get_backend_name() == "postgresql":
            self.place = self.url.render_as_string(hide_password=True)
        # SQLite polls for its write lock, with pauses of up to 100 ms: threads queue here instead.
        self._queue = threading.Lock()
        self._anew = anew
        self._open = False
        self._guard = Guard()
        self._engine = self._connectable(late)
        self._writers = {
            durable: self._engine.execution_options(write=True, durable=durable)
            for durable in (True, False)
        }
        if not late:
            try:
                with self._reached():
                    pass
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        self._engine.dispose()

    def insert_new(self, table: sa.Table, key: str) -> Any:
        """An insert that leaves a row alone whose key is already there."""
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        return insert(table).on_conflict_do_nothing(index_elements=[key])

    def rows(
        self, query: sa.Executable, values: Mapping[str, Any] | None = None
    ) -> list[sa.RowMapping]:
        """What one query finds; `values` are those of its parameters."""
        with self._reached(), self._translated(), self._engine.connect() as connection:
            return list(connection.execute(query, values).mappings())

    @contextmanager
    def write(self, table: sa.Table, durable: bool = True) -> Iterator[sa.Connection]:
        """One writer of this table at a time, from here to the commit."""
        with self._reached(), self._writing(table, durable) as connection:
            yield connection

    @contextmanager
    def _writing(self, table: sa.Table, durable: bool = True) -> Iterator[sa.Connection]:
        with (
            self._translated(),
            self._queue if self.is_sqlite else nullcontext(),
            self._writers[durable].begin() as connection,
        ):
            if not self.is_sqlite:
                state = "on" if durable else "off"
                connection.execute(sa.text(f"SET LOCAL synchronous_commit = {state}"))
                lock = sa.func.hashtext(f"butler.{table.name}")
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
            yield connection

    def check_room(self) -> None:
        """Before something is added. Raises NoRoom while SQLite's disk is nearly full; a server's disk
        is the server's."""
        if self.is_sqlite:
            check_room(Path(self.place), f"the {self._kept.what}")

    def know(self, name: str, function: Callable[..., Any], arguments: int) -> None:
        """Let SQLite's queries call a function of ours, which depends on its arguments alone."""

        def tell(connection: Any, _record: Any) -> None:
            connection.create_function(name, arguments, function, deterministic=True)

        sa.event.listen(self._engine, "connect", tell)
        self._engine.dispose()  # the connections that do not know it yet

    def empty_journal(self) -> None:
        """Take what was deleted out of SQLite's journal, too; a reader at work leaves it for later."""
        if self.is_sqlite:
            with self._translated(), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _connectable(self, late: bool) -> sa.Engine:
        if self.is_sqlite:
            if self.url.database in (None, "", ":memory:"):
                raise WrongStore(
                    f"a {self._kept.what} in memory is not durable: name a file, sqlite:///PATH"
                )
            engine = sa.create_engine(self.url, **_POOL, **_HIDDEN, **_JSON)
            sa.event.listen(engine, "connect", _tune_sqlite)
            if self._kept.erases:
                sa.event.listen(engine, "connect", _overwrite_what_is_deleted)
            sa.event.listen(engine, "begin", _begin_sqlite)
            return engine
        try:
            # A server may have restarted since the last use of a connection: ask first.
            engine = sa.create_engine(
                self.url,
                pool_pre_ping=True,
                connect_args={"connect_timeout": CONNECT_SECONDS},
                **_POOL,
                **_HIDDEN,
                **_JSON,
            )
        except ModuleNotFoundError as error:
            raise WrongStore(
                f"{self.place} needs the driver {error.name!r}: install `psycopg[binary]`"
            ) from error
        if late:
            sa.event.listen(engine, "do_connect", _connect_patiently)
        return engine

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Opened, if it is not yet. A server that has failed is left alone for a while; a file that is
        open is always asked."""
        if self._open and self.is_sqlite:
            yield
            return
        with self._guard.use():
            if not self._open:
                self._prepare()
                self._open = True
            yield

    def _find_file(self) -> None:
        """Its folder is made where it is missing. Raises StoreUnavailable, also where the file is missing
        and not to be made."""
        if not self._anew and not is_there(Path(self.place)):
            raise StoreUnavailable(
                f"the {self._kept.what} {self.place} is gone, which this home knew: mount its disk or "
                "restore a copy, and a server goes on by itself; to begin an empty one run "
                "`butler key create`"
            )
        try:
            Path(self.place).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"the {self._kept.what} {self.place}: its folder cannot be made ({error.strerror}); "
                f"set BUTLER_HOME or {self._kept.setting} to a place that can be written"
            ) from error

    def _prepare(self) -> None:
        """Make the tables if they are missing; refuse a log that a newer version wrote."""
        if self.is_sqlite:
            self._find_file()
            if said := damage_of(Path(self.place)):
                raise StoreUnavailable(f"the {self._kept.what} {self.place}: {said}; {_DAMAGED}")
        version = self._kept.version
        with self._writing(version) as connection:
            version.create(connection, checkfirst=True)
            found = connection.execute(sa.select(sa.func.max(version.c.version))).scalar()
            if found is None:
                connection.execute(version.insert(), {"version": SCHEMA_VERSION})
            elif found > SCHEMA_VERSION:
                raise WrongStore(
                    f"the {self._kept.what} {self.place} has schema version {found}, this program knows "
                    f"up to {SCHEMA_VERSION}: start the newer program, or set "
                    f"{self._kept.setting} to another"
                )
            self._kept.metadata.create_all(connection)
            for table in self._kept.metadata.sorted_tables:
                for index in table.indexes:  # of a database that knew fewer
                    index.create(connection, checkfirst=True)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise StoreUnavailable for the driver errors we know; let the others through."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            advice = (
                _sqlite_advice(error, Path(self.place))
                if self.is_sqlite
                else self._postgresql_advice(error)
            )
            if advice is None:
                raise
            told = f"the {self._kept.what} {self.place}: {error.orig}; {advice}"
            raise (NoRoom if advice is _FULL else StoreUnavailable)(told) from error

    def _postgresql_advice(self, error: sa.exc.DBAPIError) -> str | None:
        if isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError)):
            setting = self._kept.setting
            return f"check that the server runs and that {setting} names it, its user and database"
        return None


def url_of(url: str) -> sa.URL:
    """What SQLAlchemy reads, which leaves SQLite's path as it is quoted."""
    read = sa.make_url(url)
    if read.get_backend_name() == "sqlite" and read.database:
        return read.set(database=unquote(read.database))
    return read


def is_there(path: Path) -> bool:
    """Whether something is kept in the file: SQLite makes one of an empty or a missing one."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def damage_of(path: Path) -> str:
    """What SQLite says of a damaged file, "" of a good or a missing one: of its schema and the last row
    of each table, for that is where a file is torn. A torn one shows now, not on a request.

    It is opened for reading alone: who opens a file for writing empties the journal into it when closing.
    """
    if not is_there(path):
        return ""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as file:
        try:
            tables = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                with suppress(sqlite3.OperationalError):  # a table of another kind, or a locked one
                    file.execute(f'SELECT * FROM "{table}" ORDER BY rowid DESC LIMIT 1').fetchall()
        except sqlite3.OperationalError:  # who opens it for writing is told
            return ""
        except sqlite3.DatabaseError as error:
            return str(error)
    return ""


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "fullfsync = ON",  # macOS: fsync alone leaves the data in the drive's cache
    ):
        connection.execute(f"PRAGMA {pragma}")


def _connect_patiently(_dialect: Any, _record: Any, words: Any, options: Any) -> Any:
    from butler.stores.patient import PatientConnection  # needs the driver

    return PatientConnection.connect(*words, **options)


def _overwrite_what_is_deleted(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("write"):
        return  # a query alone sees one state of the database without a transaction, too
    level = "FULL" if options["durable"] else "NORMAL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # queue for the one writer now, not half-way


_DAMAGED = (
    "the file is damaged and left as it is: move it away or restore a copy (each with the -wal and -shm "
    "beside it); a server that runs goes on by itself, anything else is to be started again"
)
_FULL = "the disk is full: make room"
_SQLITE_ADVICE = {
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_CANTOPEN": "check that the folder exists and may be written",
    "SQLITE_READONLY": "check the permissions of the file and its folder",
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": "the disk does not read or write: check it",
    "SQLITE_BUSY": "another process keeps it locked: end that process or try again",
}


def _sqlite_advice(error: sa.exc.DBAPIError, path: Path) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith("SQLITE_IOERR") and nearly_full(path):
        return _FULL  # SQLite says so of the database alone, not of its index of the journal
    return next((advice for code, advice in _SQLITE_ADVICE.items() if name.startswith(code)), None)
