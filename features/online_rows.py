"""The online store without Feast: its rows as Feast keeps them, in SQLite or Redis, read and written.

A request needs one small row, and Feast would bring pandas, pyarrow and duckdb into each process
that serves: three times the memory and the start. So serving reads and writes Feast's format itself
(`features/online_format.py`); builds write through Feast. tests/contracts/test_online_rows.py holds both
to the same rows, in both directions.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from butler.errors import StoreUnavailable
from features.deadline import Deadline, keep
from features.online_format import (
    FoundRow,
    entity,
    hash_field,
    hash_fields,
    hash_of,
    moment_of,
    of_hash,
    packed_values,
    parsed,
    since_field,
    table_of,
    text_of,
    unpack,
    whole_seconds,
)

READ_CHUNK = 5_000  # keys in one read: below SQLite's limit of bound variables
CONNECT_SECONDS, ANSWER_SECONDS = 1, 10  # how long Redis is waited for

OnlineRow = tuple[str, datetime, Mapping[str, Any]]


def open_rows(
    home: Path, url: str = "sqlite://", wait: float = ANSWER_SECONDS
) -> "SqliteRows | RedisRows":
    """The online store of the URL; `wait` is how many seconds it is waited for.

    Raises StoreUnavailable for a damaged file and for a kind of store that is not known.
    """
    if url.startswith("sqlite"):
        return SqliteRows(home.absolute() / "features" / "online.db", wait)
    return RedisRows(url, wait)


class SqliteRows:
    """One row a field in a table a view. Safe for several threads, which share one connection."""

    def __init__(self, path: Path, wait: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        prepare_sqlite(path)
        self._db = sqlite3.connect(path, timeout=wait, check_same_thread=False)
        # a power cut may cost the last rows: they are made anew from the log, which it does not touch
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._lock = threading.Lock()

    def read_now(self, view: str, keys: Sequence[str]) -> list[FoundRow]:
        """The packed fields of each key, None where there are none; AT is when they hold from."""
        out: list[FoundRow] = []
        for start in range(0, len(keys), READ_CHUNK):
            out += self._read(view, [entity(view, k) for k in keys[start : start + READ_CHUNK]])
        return out

    def read_together(self, views: Sequence[str], key: str) -> list[FoundRow]:
        """What each of these views holds of one key, as `read_now`, but asked for at once."""
        question = " UNION ALL ".join(
            f"SELECT {n}, feature_name, value, event_ts FROM {table_of(view)} WHERE entity_key = ?"
            for n, view in enumerate(views)
        )
        found = self._asked(question, [entity(view, key) for view in views])
        values: list[dict[str, Any]] = [{} for _ in views]
        at: list[int | None] = [None for _ in views]
        for n, name, packed, seconds in found:
            values[n][name] = parsed(packed)
            at[n] = seconds
        return [unpack(moment_of(a), v) for a, v in zip(at, values, strict=True)]

    def _read(self, view: str, entities: Sequence[bytes]) -> list[FoundRow]:
        asked = ",".join("?" * len(entities))
        found = self._asked(
            f"SELECT entity_key, feature_name, value, event_ts FROM {table_of(view)} "
            f"WHERE entity_key IN ({asked})",
            entities,
        )
        values: dict[bytes, dict[str, Any]] = {}
        at: dict[bytes, int] = {}
        for key, name, packed, seconds in found:
            values.setdefault(key, {})[name] = parsed(packed)
            at[key] = seconds
        return [unpack(moment_of(at.get(key)), values.get(key)) for key in entities]

    def _asked(self, question: str, entities: Sequence[bytes]) -> list[tuple[Any, ...]]:
        with self._lock, store_named("sqlite"):
            return self._db.execute(question, entities).fetchall()

    def write_now(self, view: str, rows: Iterable[OnlineRow]) -> int:
        """Replace the online rows of these keys: (key, the moment they hold from, packed fields)."""
        rows = list(rows)
        told = (
            (entity(view, key), name, value.SerializeToString(), text_of(value), whole_seconds(at))
            for key, at, fields in rows
            for name, value in packed_values(view, fields).items()
        )
        change = (
            f"INSERT INTO {table_of(view)} (entity_key, feature_name, value, value_text, event_ts) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (entity_key, feature_name) DO UPDATE SET "
            "value = excluded.value, value_text = excluded.value_text, "
            "event_ts = excluded.event_ts, created_ts = NULL"
        )
        with self._lock, store_named("sqlite"), self._db:
            self._db.executemany(change, told)
        return len(rows)

    def forget(self, views: Sequence[str], key: str) -> None:
        """Erase what these views hold of one key: overwritten, in the journal, too."""
        with self._lock, store_named("sqlite"):
            self._db.execute("PRAGMA secure_delete = ON")
            with self._db:
                for view in views:
                    delete = f"DELETE FROM {table_of(view)} WHERE entity_key = ?"
                    self._db.execute(delete, [entity(view, key)])
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._db.close()


class RedisRows:
    """One hash a key, with the fields of all its views. Safe for several threads."""

    def __init__(self, url: str, wait: float) -> None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        known_scheme(url)
        # the driver's own retries wait six seconds; a request cannot, it answers without the store
        parts = urlsplit(url)
        self._client: Any = redis.Redis(  # as Feast reads the URL: without a user's name
            host=parts.hostname or "localhost",
            port=parts.port or 6379,
            db=int(parts.path.strip("/") or 0),
            password=unquote(parts.password) if parts.password else None,
            ssl=parts.scheme == "rediss",
            socket_connect_timeout=min(CONNECT_SECONDS, wait),
            socket_timeout=wait,
            retry=Retry(NoBackoff(), 1 if wait >= ANSWER_SECONDS else 0),
            driver_info=None,  # to tell the driver's name would be two more waits of a new connection
        )
        self._wait, self._deadline = wait, Deadline()
        keep(self._client.connection_pool, self._deadline)

    def read_now(self, view: str, keys: Sequence[str]) -> list[FoundRow]:
        """As `SqliteRows.read_now`."""
        out: list[FoundRow] = []
        for start in range(0, len(keys), READ_CHUNK):
            out += self._read(view, keys[start : start + READ_CHUNK])
        return out

    def read_together(self, views: Sequence[str], key: str) -> list[FoundRow]:
        """As `SqliteRows.read_together`."""
        (hashed,) = {
            hash_of(view, key) for view in views
        }  # views of one kind of key share its hash
        names = [name for view in views for name in hash_fields(view)]
        with self._asking():
            found = iter(self._client.hmget(hashed, names))
        return [of_hash(view, list(islice(found, len(hash_fields(view))))) for view in views]

    def _read(self, view: str, keys: Sequence[str]) -> list[FoundRow]:
        with self._asking(), self._client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hmget(hash_of(view, key), hash_fields(view))
            found = pipe.execute()
        return [of_hash(view, row) for row in found]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """One question and its answer, within `wait` seconds."""
        with store_named("redis"), self._deadline.within(self._wait):
            yield

    def write_now(self, view: str, rows: Iterable[OnlineRow]) -> int:
        """As `SqliteRows.write_now`."""
        from google.protobuf.timestamp_pb2 import Timestamp

        packed: list[
            tuple[Any, dict[Any, Any]]
        ] = []  # before the store is asked: its time is its own
        for key, at, fields in rows:
            since = Timestamp()
            since.FromDatetime(at)
            told: dict[Any, Any] = {
                hash_field(view, name): value.SerializeToString()
                for name, value in packed_values(view, fields).items()
            }
            told[since_field(view)] = since.SerializeToString()
            packed.append((hash_of(view, key), told))
        with self._asking(), self._client.pipeline(transaction=False) as pipe:
            for hashed, told in packed:
                pipe.hset(hashed, mapping=told)
            pipe.execute()
        return len(packed)

    def forget(self, views: Sequence[str], key: str) -> None:
        """As `SqliteRows.forget`; Redis frees the room and overwrites it later."""
        with self._asking():
            self._client.delete(*{hash_of(view, key) for view in views})

    def close(self) -> None:
        self._client.close()


def known_scheme(url: str) -> None:
    """Raises StoreUnavailable unless it is Redis's."""
    scheme = urlsplit(url).scheme
    if scheme not in ("redis", "rediss"):
        raise StoreUnavailable(
            f"Online store {scheme}:// is not known; use sqlite:// or redis://HOST:PORT/DB."
        )


def prepare_sqlite(path: Path) -> None:
    """Write-ahead logging, so that flows can write while the server reads."""
    try:
        with sqlite3.connect(path, timeout=30) as db:
            db.execute("PRAGMA journal_mode=WAL")
    except sqlite3.DatabaseError as error:
        raise StoreUnavailable(
            f"The online store {path.name} is damaged ({error}). Remove it and run "
            "`butler features`: it is rebuilt from history."
        ) from error
    finally:
        if "db" in locals():
            db.close()


@contextmanager
def store_named(kind: str) -> Iterator[None]:
    """Names the online store in whatever its driver raises."""
    try:
        yield
    except _failures(kind) as error:
        raise StoreUnavailable(
            f"The online store ({kind}) did not answer: {error}. Check BUTLER_ONLINE_URL, "
            "or run `butler features` if it was never filled."
        ) from error


def _failures(kind: str) -> type[Exception]:
    if kind == "sqlite":
        return sqlite3.Error
    import redis

    return redis.RedisError
