"""The feature store: Feast with duckdb history, and SQLite or Redis for what holds now.

`historical` is Feast's point-in-time join. `write_now` and `read_now` go to Feast's online store
through its provider with packed rows, which costs a tenth of the SDK's generic path.
"""

import json
import os
import sqlite3
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from butler.errors import StoreUnavailable
from features import definitions as d
from features.transforms import AT

READ_CHUNK = 5_000  # keys in one read: below SQLite's limit of bound variables
CONNECT_SECONDS, ANSWER_SECONDS = 1, 10  # how long Redis is waited for

os.environ.setdefault("FEAST_USAGE", "False")


class Features:
    """Offline history and online rows of every view; open once a process."""

    def __init__(
        self, home: Path, online_url: str = "sqlite://", wait: float = ANSWER_SECONDS
    ) -> None:
        """`wait` is how many seconds the online store is waited for, whatever it is asked."""
        from feast import FeatureStore, RepoConfig

        self.home = home.absolute()
        (self.home / "features").mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load((Path(__file__).parent / "feature_store.yaml").read_text())
        config["registry"]["path"] = str(self.home / config["registry"]["path"])
        if not online_url.startswith("sqlite"):
            config["online_store"] = redis_config(online_url, wait)
        else:
            _prepare_sqlite(self.home / config["online_store"]["path"])
        self._registry = Path(config["registry"]["path"])
        with _registry_named(self._registry):
            self._store = FeatureStore(config=RepoConfig(**config, repo_path=self.home))
        self._lock: AbstractContextManager[Any] = threading.Lock()  # of SQLite's one connection
        if config["online_store"]["type"] == "redis":
            client = self._provider().online_store._get_client(self._store.config.online_store)
            _try_again(client, times=1 if wait >= ANSWER_SECONDS else 0)
            self._lock = nullcontext()
        elif wait < ANSWER_SECONDS:
            connection = self._provider().online_store._get_conn(self._store.config)
            connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
        self._online = {view: d.online_view(view, self.home) for view in d.PACKED}

    def apply(self) -> None:
        """Register all definitions; idempotent. Raises StoreUnavailable for a damaged registry."""
        with _registry_named(self._registry):
            self._store.apply(d.objects(self.home))  # type: ignore[arg-type]

    @property
    def feast(self) -> Any:
        """Feast's own object, for notebooks and its CLI-like questions."""
        return self._store

    def path(self, view: str) -> Path:
        return self.home / "features" / f"{view}.parquet"

    def write_history(self, view: str, rows: pl.DataFrame) -> None:
        """Replace the view's history: columns get the view's prefix, numbers become float64."""
        keys = d.VIEW_KEYS[view]
        prefix = d.PREFIX[view]
        named = rows.rename({c: prefix + c for c in rows.columns if c not in (*keys, AT)})
        typed = named.select(
            *keys,
            AT,
            *[
                pl.col(c).cast(pl.String if c in d.TEXT_COLUMNS else pl.Float64)
                for c in d.COLUMNS[view]
            ],
        )
        temporary = self.path(view).with_suffix(".tmp")
        typed.write_parquet(temporary)
        os.replace(temporary, self.path(view))

    def read_history(self, view: str) -> pl.DataFrame:
        try:
            return pl.read_parquet(self.path(view))
        except pl.exceptions.PolarsError as error:
            raise StoreUnavailable(
                f"features/{self.path(view).name} is damaged ({str(error).splitlines()[0]}). "
                "Run `butler features`: it is rebuilt from history."
            ) from error

    def historical(self, view: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The view's columns for each row (its keys and AT), as they were known at AT.

        Feast's point-in-time join over the distinct keys; the result has the rows' order and number.
        """
        keys = [*d.VIEW_KEYS[view], AT]
        distinct = rows.select(keys).unique().drop_nulls()
        empty = {c: pl.String if c in d.TEXT_COLUMNS else pl.Float64 for c in d.COLUMNS[view]}
        if distinct.is_empty():
            return pl.DataFrame({c: [None] * rows.height for c in empty}, schema=empty)
        entities = distinct.to_pandas().rename(columns={AT: "event_timestamp"})
        with warnings.catch_warnings(), _registry_named(self._registry):
            warnings.simplefilter("ignore")  # Feast's offline store calls deprecated names of ibis
            job = self._store.get_historical_features(
                entity_df=entities, features=[f"{view}:{c}" for c in d.COLUMNS[view]]
            )
            found = pl.from_arrow(job.to_arrow())
        assert isinstance(found, pl.DataFrame)
        if found.height != distinct.height:
            raise StoreUnavailable(
                f"The point-in-time join of view {view} returned {found.height} rows for "
                f"{distinct.height} keys; check that the offline store is duckdb."
            )
        found = found.with_columns(
            pl.col(AT).cast(rows.schema[AT]), *[pl.col(c).cast(t) for c, t in empty.items()]
        )
        return (
            rows.select(keys)
            .join(found, on=keys, how="left", maintain_order="left")
            .select(d.COLUMNS[view])
        )

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        """Replace the online rows of these keys: (key, the moment they hold from, packed fields)."""
        data = [
            (_entity(d.ONLINE_KEYS[view], key), _values(view, fields), at, None)
            for key, at, fields in rows
        ]
        with self._lock, _Named(self):
            self._provider().online_write_batch(
                self._store.config, self._online[view], data, progress=None
            )
        return len(data)

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        """The packed fields of each key, None where there are none; AT is when they hold from."""
        out: list[dict[str, Any] | None] = []
        for start in range(0, len(keys), READ_CHUNK):
            chunk = [_entity(d.ONLINE_KEYS[view], k) for k in keys[start : start + READ_CHUNK]]
            with self._lock, _Named(self):
                found = self._provider().online_read(
                    self._store.config, self._online[view], chunk, list(d.PACKED[view])
                )
            out.extend(_unpack(at, values) for at, values in found)
        return out

    def _provider(self) -> Any:
        return self._store._get_provider()


def redis_config(url: str, wait: float = ANSWER_SECONDS) -> dict[str, str | bool]:
    """Feast's Redis block of a `redis://[:password@]host:port/db` URL; `wait` in seconds."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss"):
        raise StoreUnavailable(
            f"Online store {parts.scheme}:// is not known; use sqlite:// or redis://HOST:PORT/DB."
        )
    options = [f"{parts.hostname}:{parts.port or 6379}"]
    if parts.password:
        options.append(f"password={json.dumps(unquote(parts.password))}")
    if parts.scheme == "rediss":
        options.append("ssl=true")
    if parts.path.strip("/"):
        options.append(f"db={parts.path.strip('/')}")
    connect = min(CONNECT_SECONDS, wait)
    options += [f"socket_connect_timeout={connect}", f"socket_timeout={wait}"]
    # Without skip_dedup Feast drops a write that carries the moment already stored, and a row that
    # is written anew for the same moment (a rebuild, a changed profile) would keep its old values.
    return {"type": "redis", "connection_string": ",".join(options), "skip_dedup": True}


def _try_again(client: Any, times: int) -> None:
    """The driver's own retries wait six seconds; a request cannot, it answers without the store."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client.set_retry(Retry(NoBackoff(), times))


def _prepare_sqlite(path: Path) -> None:
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
def _registry_named(path: Path) -> Iterator[None]:
    """Names Feast's registry file where it cannot be parsed."""
    from google.protobuf.message import DecodeError

    try:
        yield
    except DecodeError as error:
        raise StoreUnavailable(
            f"Feast's registry features/{path.name} is damaged ({error}). Remove it and run "
            "`butler features`: the definitions are registered anew."
        ) from error


class _Named:
    """Names the online store in whatever its driver raises."""

    def __init__(self, features: Features) -> None:
        self._kind = features._store.config.online_store.type

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        import redis

        if isinstance(error, sqlite3.Error | redis.RedisError):
            raise StoreUnavailable(
                f"The online store ({self._kind}) did not answer: {error}. Check BUTLER_ONLINE_URL, "
                "or run `butler features` if it was never filled."
            ) from error


def _entity(join_key: str, value: str) -> Any:
    from feast.protos.feast.types.EntityKey_pb2 import EntityKey
    from feast.protos.feast.types.Value_pb2 import Value

    return EntityKey(join_keys=[join_key], entity_values=[Value(string_val=value)])


def _values(view: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    from feast.protos.feast.types.Value_pb2 import DoubleList, Int64List, StringList, Value
    from feast.types import Array, Float64, Int64, String

    make = {
        String: lambda v: Value(string_val=v),
        Int64: lambda v: Value(int64_val=v),
        Array(Float64): lambda v: Value(double_list_val=DoubleList(val=v)),
        Array(Int64): lambda v: Value(int64_list_val=Int64List(val=v)),
        Array(String): lambda v: Value(string_list_val=StringList(val=v)),
    }
    return {  # an empty Value where there is none: an older one must not stay
        name: Value() if fields.get(name) is None else make[kind](fields[name])  # type: ignore[index]
        for name, kind in d.PACKED[view].items()
    }


def _unpack(at: datetime | None, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    out: dict[str, Any] = {}
    for name, value in (values or {}).items():
        kind = value.WhichOneof("val")
        if kind is not None:
            found = getattr(value, kind)
            out[name] = found.val if kind.endswith("_list_val") else found
    # SQLite has no values for an unknown key, Redis has empty ones
    return {AT: at, **out} if out else None
