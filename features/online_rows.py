"""The online store without Feast: its rows as Feast keeps them, in SQLite or Redis, read and written.

A request needs one small row, and Feast would bring pandas, pyarrow and duckdb into each process
that serves: three times the memory and the start. So serving reads and writes Feast's format itself
(https://github.com/feast-dev/feast/blob/master/docs/specs/online_store_format.md); builds write
through Feast. tests/contracts/test_online_rows.py holds both to the same rows, in both directions.
"""

import sqlite3
import struct
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from butler.errors import StoreUnavailable
from features.transforms import AT
from features.views import ONLINE_KEYS, PACKED, PROJECT, online_name

READ_CHUNK = 5_000  # keys in one read: below SQLite's limit of bound variables
CONNECT_SECONDS, ANSWER_SECONDS = 1, 10  # how long Redis is waited for
STRING = 2  # the number of Feast's type of every key

OnlineRow = tuple[str, datetime, Mapping[str, Any]]
FoundRow = dict[str, Any] | None


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

    def _read(self, view: str, entities: Sequence[bytes]) -> list[FoundRow]:
        asked = ",".join("?" * len(entities))
        question = (
            f"SELECT entity_key, feature_name, value, event_ts FROM {_table(view)} "
            f"WHERE entity_key IN ({asked})"
        )
        with self._lock, store_named("sqlite"):
            found = self._db.execute(question, entities).fetchall()
        values: dict[bytes, dict[str, Any]] = {}
        at: dict[bytes, int] = {}
        for key, name, packed, seconds in found:
            values.setdefault(key, {})[name] = _parsed(packed)
            at[key] = seconds
        return [unpack(_moment(at.get(key)), values.get(key)) for key in entities]

    def write_now(self, view: str, rows: Iterable[OnlineRow]) -> int:
        """Replace the online rows of these keys: (key, the moment they hold from, packed fields)."""
        rows = list(rows)
        told = (
            (entity(view, key), name, value.SerializeToString(), _text(value), _seconds(at))
            for key, at, fields in rows
            for name, value in packed_values(view, fields).items()
        )
        change = (
            f"INSERT INTO {_table(view)} (entity_key, feature_name, value, value_text, event_ts) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (entity_key, feature_name) DO UPDATE SET "
            "value = excluded.value, value_text = excluded.value_text, "
            "event_ts = excluded.event_ts, created_ts = NULL"
        )
        with self._lock, store_named("sqlite"), self._db:
            self._db.executemany(change, told)
        return len(rows)

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
        )

    def read_now(self, view: str, keys: Sequence[str]) -> list[FoundRow]:
        """As `SqliteRows.read_now`."""
        out: list[FoundRow] = []
        for start in range(0, len(keys), READ_CHUNK):
            out += self._read(view, keys[start : start + READ_CHUNK])
        return out

    def _read(self, view: str, keys: Sequence[str]) -> list[FoundRow]:
        names = [*(_field(view, name) for name in PACKED[view]), _since(view)]
        with store_named("redis"), self._client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hmget(_hash(view, key), names)
            found = pipe.execute()
        return [
            unpack(
                _stamp(row[-1]), {n: _parsed(v) for n, v in zip(PACKED[view], row, strict=False)}
            )
            for row in found
        ]

    def write_now(self, view: str, rows: Iterable[OnlineRow]) -> int:
        """As `SqliteRows.write_now`."""
        from google.protobuf.timestamp_pb2 import Timestamp

        count = 0
        with store_named("redis"), self._client.pipeline(transaction=False) as pipe:
            for key, at, fields in rows:
                since = Timestamp()
                since.FromDatetime(at)
                told: dict[Any, Any] = {
                    _field(view, name): value.SerializeToString()
                    for name, value in packed_values(view, fields).items()
                }
                pipe.hset(
                    _hash(view, key), mapping={_since(view): since.SerializeToString(), **told}
                )
                count += 1
            pipe.execute()
        return count

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


def packed_values(view: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Feast's message of every packed field of the view."""
    return {name: _value(kind, fields.get(name)) for name, kind in PACKED[view].items()}


def _value(kind: str, content: Any) -> Any:
    value = message()()
    if content is None:
        return value  # an empty one: an older one must not stay
    if kind.endswith("_list_val"):
        held = getattr(value, kind)
        held.SetInParent()  # an empty list is a list
        held.val.extend(content)
    else:
        setattr(value, kind, content)
    return value


def unpack(at: datetime | None, values: Mapping[str, Any] | None) -> FoundRow:
    """Of Feast's messages, as `packed_values` makes them; None where all are empty."""
    out: dict[str, Any] = {}
    for name, value in (values or {}).items():
        kind = value.WhichOneof("val")
        if kind is not None:
            found = getattr(value, kind)
            out[name] = found.val if kind.endswith("_list_val") else found
    # SQLite has no values for an unknown key, Redis has empty ones
    return {AT: at, **out} if out else None


@cache
def message() -> Any:
    """Feast's `Value`, from its own file: whoever imports it by its name imports all of Feast."""
    name = "feast.protos.feast.types.Value_pb2"
    if name in sys.modules:
        return sys.modules[name].Value
    feast = find_spec("feast")
    assert feast is not None
    assert feast.origin is not None
    path = Path(feast.origin).parent / "protos" / "feast" / "types" / "Value_pb2.py"
    spec = spec_from_file_location("features.feast_value", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Value


def entity(view: str, key: str) -> bytes:
    """Feast's key, third version: one named key, and its value."""
    name, value = ONLINE_KEYS[view].encode(), key.encode()
    lengths = struct.pack("<3I", 1, STRING, len(name))
    return lengths + name + struct.pack("<2I", STRING, len(value)) + value


def _table(view: str) -> str:
    return f'"{PROJECT}_{online_name(view)}"'


def _hash(view: str, key: str) -> bytes:
    return entity(view, key) + PROJECT.encode()


@cache
def _field(view: str, name: str) -> bytes:
    import mmh3

    return struct.pack("<I", mmh3.hash(f"{online_name(view)}:{name}", signed=False))


def _since(view: str) -> bytes:
    return f"_ts:{online_name(view)}".encode()


def _parsed(packed: bytes | None) -> Any:
    value = message()()
    if packed:
        value.ParseFromString(packed)
    return value


def _text(value: Any) -> str | None:
    """What Feast writes beside a single value, to be searched for."""
    kind = value.WhichOneof("val")
    single = kind is not None and not kind.endswith("_list_val")
    return str(getattr(value, kind)) if single else None


# Feast's SQLite keeps whole seconds, and takes the hands of a clock in UTC for those of a local one.
def _seconds(at: datetime) -> int:
    return int(at.astimezone(UTC).replace(tzinfo=None).timestamp())


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).replace(tzinfo=UTC)  # noqa: DTZ006


def _stamp(packed: bytes | None) -> datetime:
    from google.protobuf.timestamp_pb2 import Timestamp

    since = Timestamp()
    since.ParseFromString(packed or b"")
    return datetime.fromtimestamp(since.seconds + since.nanos / 1_000_000_000.0, tz=UTC)
