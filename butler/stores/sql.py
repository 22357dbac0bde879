"""Feedback, impressions, keys and watermarks in SQL: one file for SQLite and PostgreSQL.

Durable: feedback is on the disk when `append` returns (SQLite: WAL with synchronous=FULL;
PostgreSQL: synchronous_commit=on). Impressions that were written survive a killed process, not a
power cut: one that is lost costs a training row, not a promise.

Ordered: `seq` rises in the order of commits, because there is one writer at a time (SQLite:
BEGIN IMMEDIATE; PostgreSQL: an advisory lock held until the commit is visible). A consumer that
asks for `since(n)` therefore never misses a row that commits later with a smaller number.

Exact: times are whole microseconds since 1970, UTC. Naive times raise ValueError.
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from butler.columns import C
from butler.domain import Acted, Impression, Interaction, LoggedInteraction
from butler.errors import NotFound, StoreUnavailable
from butler.stores import sql_tables as tables

SCHEMA_VERSION = 1
BUSY_TIMEOUT_MS = 10_000
KEY_PREFIX = "bk_"
_POOL: dict[str, Any] = {"pool_size": 5, "max_overflow": 35}  # a web worker has 40 threads
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


class SqlLog:
    """One database, four ports: `feedback`, `impressions`, `keys`, `watermarks`.

    Safe for several threads and several processes; not for use across a fork.
    """

    def __init__(self, url: str) -> None:
        self._database = _Database(url)
        self.feedback = SqlFeedbackLog(self._database)
        self.impressions = SqlImpressionLog(self._database)
        self.keys = SqlKeyStore(self._database)
        self.watermarks = SqlWatermarks(self._database)

    def close(self) -> None:
        self._database.close()


class SqlFeedbackLog:
    """butler.stores.ports.FeedbackLog"""

    def __init__(self, database: "_Database") -> None:
        self._database = database

    def append(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        if not interactions:
            return []
        insert = self._database.insert_new(tables.interactions, C.EVENT).returning(
            tables.interactions.c[C.EVENT]
        )
        with self._database.write(tables.interactions) as connection:
            arrived = self._after_all_others(connection, known_at)
            rows = [tables.interaction_row(interaction, arrived) for interaction in interactions]
            new = set(connection.execute(insert, rows).scalars())
        return [event_id for event_id in dict.fromkeys(r[C.EVENT] for r in rows) if event_id in new]

    def _after_all_others(self, connection: sa.Connection, known_at: datetime) -> datetime:
        """`known_at`, or just after the newest arrival: time and number then have one order, and
        "everything known by" a moment is the same whether asked of the log or of the history."""
        known = tables.interactions.c[C.KNOWN_AT]
        query = sa.select(known).order_by(tables.interactions.c.seq.desc()).limit(1)
        newest = connection.execute(query).scalar()
        return known_at if newest is None else max(known_at, tables.moment(newest + 1))

    def of_user(self, user_id: str, after: int = 0) -> list[LoggedInteraction]:
        query = self._after(after).where(tables.interactions.c[C.USER] == user_id)
        return [tables.logged(row) for row in self._database.rows(query)]

    def since(self, after: int, limit: int = 50_000) -> list[LoggedInteraction]:
        return [tables.logged(row) for row in self._database.rows(self._after(after).limit(limit))]

    def users_since(self, after: int) -> list[str]:
        user = tables.interactions.c[C.USER]
        query = sa.select(user).distinct().where(tables.interactions.c.seq > after).order_by(user)
        return [row[C.USER] for row in self._database.rows(query)]

    def acted(self, since: datetime, within: timedelta) -> list[Acted]:
        said = tables.interactions.c
        known, most = said[C.KNOWN_AT], within // timedelta(microseconds=1)
        counted = (
            sa.select(
                said[C.POI],
                said[C.EVENT_TYPE],
                (known // tables.MICROS_A_MINUTE).label("minute"),
                sa.func.count().label("count"),
                sa.func.max(known).label("newest"),
            )
            .where(known >= tables.micros(since))
            .where((known - said[C.OCCURRED_AT]).between(-most, most))
            .group_by(said[C.POI], said[C.EVENT_TYPE], "minute")
        )
        return [tables.acted(row) for row in self._database.rows(counted)]

    def last_seq(self) -> int:
        newest = sa.func.coalesce(sa.func.max(tables.interactions.c.seq), 0).label("seq")
        return int(self._database.rows(sa.select(newest))[0]["seq"])

    def _after(self, seq: int) -> sa.Select[Any]:
        newer = tables.interactions.c.seq > seq
        return sa.select(tables.interactions).where(newer).order_by(tables.interactions.c.seq)


class SqlImpressionLog:
    """butler.stores.ports.ImpressionLog; a request_id that is already stored is left as it is."""

    def __init__(self, database: "_Database") -> None:
        self._database = database

    def append(self, impressions: Sequence[Impression]) -> None:
        if not impressions:
            return
        rows = [tables.impression_row(impression) for impression in impressions]
        with self._database.write(tables.impressions, durable=False) as connection:
            connection.execute(self._database.insert_new(tables.impressions, C.REQUEST), rows)

    def get(self, request_id: str) -> Impression:
        query = sa.select(tables.impressions).where(tables.impressions.c[C.REQUEST] == request_id)
        rows = self._database.rows(query)
        if not rows:
            raise NotFound(f"no impression is logged for the request {request_id!r}")
        return tables.impression(rows[0])

    def since(self, after: int, limit: int = 5_000) -> list[Impression]:
        newer = tables.impressions.c.seq > after
        query = (
            sa.select(tables.impressions)
            .where(newer)
            .order_by(tables.impressions.c.seq)
            .limit(limit)
        )
        return [tables.impression(row) for row in self._database.rows(query)]

    def last_seq(self) -> int:
        newest = sa.func.coalesce(sa.func.max(tables.impressions.c.seq), 0).label("seq")
        return int(self._database.rows(sa.select(newest))[0]["seq"])


class SqlKeyStore:
    """butler.stores.ports.KeyStore

    A key is 32 random bytes. A fast hash is enough for it: slow ones protect secrets that people
    choose and others can guess, and nobody guesses 256 random bits, however fast the hash.
    """

    def __init__(self, database: "_Database") -> None:
        self._database = database

    def create(self, name: str) -> str:
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        row = {"hash": _hash(key), "name": name, "created_at": tables.micros(datetime.now(UTC))}
        with self._database.write(tables.service_keys) as connection:
            connection.execute(tables.service_keys.insert(), row)
        return key

    def check(self, key: str) -> str | None:
        digest = _hash(key)
        query = sa.select(tables.service_keys).where(
            tables.service_keys.c.hash == digest, tables.service_keys.c.revoked_at.is_(None)
        )
        for row in self._database.rows(query):
            if hmac.compare_digest(row["hash"], digest):
                return str(row["name"])
        return None

    def revoke(self, name: str) -> int:
        valid = sa.and_(
            tables.service_keys.c.name == name, tables.service_keys.c.revoked_at.is_(None)
        )
        revoke = (
            tables.service_keys.update()
            .where(valid)
            .values(revoked_at=tables.micros(datetime.now(UTC)))
        )
        with self._database.write(tables.service_keys) as connection:
            return connection.execute(revoke).rowcount


class SqlWatermarks:
    """butler.stores.ports.Watermarks; 0 for a consumer that has not begun."""

    def __init__(self, database: "_Database") -> None:
        self._database = database

    def get(self, name: str) -> int:
        query = sa.select(tables.watermarks.c.value).where(tables.watermarks.c.name == name)
        rows = self._database.rows(query)
        return int(rows[0]["value"]) if rows else 0

    def set(self, name: str, value: int) -> None:
        change = (
            tables.watermarks.update().where(tables.watermarks.c.name == name).values(value=value)
        )
        with self._database.write(tables.watermarks) as connection:
            if connection.execute(change).rowcount == 0:
                connection.execute(tables.watermarks.insert(), {"name": name, "value": value})


class _Database:
    """Transactions of the two dialects, and their errors in our words."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.place = str(self.url.database)
        if self.url.get_backend_name() == "postgresql":
            self.place = self.url.render_as_string(hide_password=True)
        # SQLite polls for its write lock, with pauses of up to 100 ms: threads queue here instead.
        self._queue = threading.Lock()
        self._engine = self._connectable()
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._engine.dispose()

    def insert_new(self, table: sa.Table, key: str) -> Any:
        """An insert that leaves a row alone whose key is already there."""
        insert = sqlite.insert if self._is_sqlite else postgresql.insert
        return insert(table).on_conflict_do_nothing(index_elements=[key])

    def rows(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        with self._translated(), self._engine.begin() as connection:
            return list(connection.execute(query).mappings())

    @contextmanager
    def write(self, table: sa.Table, durable: bool = True) -> Iterator[sa.Connection]:
        """One writer of this table at a time, from here to the commit."""
        options = {"write": True, "durable": durable}
        with (
            self._translated(),
            self._queue if self._is_sqlite else nullcontext(),
            self._engine.execution_options(**options).begin() as connection,
        ):
            if not self._is_sqlite:
                state = "on" if durable else "off"
                connection.execute(sa.text(f"SET LOCAL synchronous_commit = {state}"))
                lock = sa.func.hashtext(f"butler.{table.name}")
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
            yield connection

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _connectable(self) -> sa.Engine:
        if self._is_sqlite:
            if self.url.database in (None, "", ":memory:"):
                raise StoreUnavailable(
                    "a log in memory is not durable: name a file, sqlite:///PATH"
                )
            self._make_folder()
            engine = sa.create_engine(self.url, **_POOL, **_JSON)
            sa.event.listen(engine, "connect", _tune_sqlite)
            sa.event.listen(engine, "begin", _begin_sqlite)
            return engine
        try:
            # A server may have restarted since the last use of a connection: ask first.
            return sa.create_engine(self.url, pool_pre_ping=True, **_POOL, **_JSON)
        except ModuleNotFoundError as error:
            raise StoreUnavailable(
                f"{self.place} needs the driver {error.name!r}: install `psycopg[binary]`"
            ) from error

    def _make_folder(self) -> None:
        try:
            Path(self.place).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"the log {self.place}: its folder cannot be made ({error.strerror}); set "
                "BUTLER_HOME or BUTLER_LOG_URL to a place that can be written"
            ) from error

    def _prepare(self) -> None:
        """Make the tables if they are missing; refuse a log that a newer version wrote."""
        version = tables.schema_version
        with self.write(version) as connection:
            version.create(connection, checkfirst=True)
            found = connection.execute(sa.select(sa.func.max(version.c.version))).scalar()
            if found is None:
                connection.execute(version.insert(), {"version": SCHEMA_VERSION})
            elif found > SCHEMA_VERSION:
                raise StoreUnavailable(
                    f"the log {self.place} has schema version {found}, this program knows up to "
                    f"{SCHEMA_VERSION}: start the newer program, or set BUTLER_LOG_URL to another"
                )
            tables.metadata.create_all(connection)
            for index in tables.interactions.indexes:  # of a log that knew fewer
                index.create(connection, checkfirst=True)
            # The newest rows lie at the end of the file: a torn one shows now, not on a request.
            for table in (tables.interactions, tables.impressions):
                connection.execute(sa.select(table).order_by(table.c.seq.desc()).limit(1)).all()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Raise StoreUnavailable for the driver errors we know; let the others through."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            advice = _sqlite_advice(error) if self._is_sqlite else _postgresql_advice(error)
            if advice is None:
                raise
            raise StoreUnavailable(f"the log {self.place}: {error.orig}; {advice}") from error


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "fullfsync = ON",  # macOS: fsync alone leaves the data in the drive's cache
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("write"):
        connection.exec_driver_sql("BEGIN")
        return
    level = "FULL" if options["durable"] else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # queue for the one writer now, not half-way


_DAMAGED = "the file is damaged: move it away or restore a copy, then start again"
_SQLITE_ADVICE = {
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_CANTOPEN": "check that the folder exists and may be written",
    "SQLITE_READONLY": "check the permissions of the file and its folder",
    "SQLITE_FULL": "the disk is full: make room",
    "SQLITE_IOERR": "the disk does not read or write: check it",
    "SQLITE_BUSY": "another process keeps it locked: end that process or try again",
}


def _sqlite_advice(error: sa.exc.DBAPIError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    return next((advice for code, advice in _SQLITE_ADVICE.items() if name.startswith(code)), None)


def _postgresql_advice(error: sa.exc.DBAPIError) -> str | None:
    if isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError)):
        return "check that the server runs and that BUTLER_LOG_URL names it, its user and database"
    return None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
