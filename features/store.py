"""The feature store: Feast with duckdb history, and SQLite or Redis for what holds now.

`historical` is Feast's point-in-time join. `write_now` and `read_now` go to Feast's online store
through its provider with packed rows, which costs a tenth of the SDK's generic path. Who serves
reads and writes the same rows without Feast: `features/online_rows.py`.
"""

import json
import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from butler.columns import UTC
from butler.errors import StoreUnavailable, WrongStore
from features import views as v
from features.online_format import packed_values, unpack
from features.online_rows import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    READ_CHUNK,
    known_scheme,
    prepare_sqlite,
    store_named,
)
from features.transforms import AT

WRITE_CHUNK = 10_000  # rows written at once: a few hundred megabytes as they are sent
ROWS_A_GROUP = 100_000  # of a view's file

os.environ.setdefault("FEAST_USAGE", "False")


class Features:
    """Offline history and online rows of every view; open once a process."""

    def __init__(self, home: Path, online_url: str = "sqlite://") -> None:
        from feast import FeatureStore, RepoConfig

        from features import definitions as d

        self.home, self._url = home.absolute(), online_url
        (self.home / "features").mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load((Path(__file__).parent / "feature_store.yaml").read_text())
        config["registry"]["path"] = str(self.home / config["registry"]["path"])
        if not online_url.startswith("sqlite"):
            config["online_store"] = redis_config(online_url)
        else:
            prepare_sqlite(self.home / config["online_store"]["path"])
        self._registry = Path(config["registry"]["path"])
        with _registry_named(self._registry):
            self._store = FeatureStore(config=RepoConfig(**config, repo_path=self.home))
        self._lock: AbstractContextManager[Any] = threading.Lock()  # of SQLite's one connection
        if config["online_store"]["type"] == "redis":
            client = self._provider().online_store._get_client(self._store.config.online_store)
            _try_again_once(client)
            self._lock = nullcontext()
        self._kind = config["online_store"]["type"]
        self._online = {view: d.online_view(view, self.home) for view in v.PACKED}

    def __reduce__(self) -> tuple[Any, ...]:
        """A worker of a cluster opens its own, once."""
        return _opened, (self.home, self._url)

    def apply(self) -> None:
        """Register all definitions; idempotent. Raises StoreUnavailable for a damaged registry."""
        from features import definitions as d

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
        with self.writing(view) as write:
            write(rows)

    @contextmanager
    def writing(self, view: str) -> Iterator[Callable[[pl.DataFrame], None]]:
        """Replace the view's history by what is written, part by part, once all is there."""
        import pyarrow.parquet as pq

        temporary = self.path(view).with_suffix(".tmp")
        try:
            with pq.ParquetWriter(temporary, _arrow(view).schema, compression="zstd") as file:
                yield lambda rows: file.write_table(_arrow(view, rows), row_group_size=ROWS_A_GROUP)
            os.replace(temporary, self.path(view))
        finally:  # half a view on a full disk would keep it full
            temporary.unlink(missing_ok=True)

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
        Raises WrongStore in a home whose features were registered elsewhere: it is a copy.
        """
        keys = [*v.VIEW_KEYS[view], AT]
        distinct = rows.select(keys).unique().drop_nulls()
        empty = {c: pl.String if c in v.TEXT_COLUMNS else pl.Float64 for c in v.COLUMNS[view]}
        if distinct.is_empty():
            return pl.DataFrame({c: [None] * rows.height for c in empty}, schema=empty)
        entities = distinct.to_pandas().rename(columns={AT: "event_timestamp"})
        with warnings.catch_warnings(), _registry_named(self._registry):
            warnings.simplefilter("ignore")  # Feast's offline store calls deprecated names of ibis
            self._check_that_it_is_ours(view)
            job = self._store.get_historical_features(
                entity_df=entities, features=[f"{view}:{c}" for c in v.COLUMNS[view]]
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
            .select(v.COLUMNS[view])
        )

    def _check_that_it_is_ours(self, view: str) -> None:
        """Feast keeps absolute paths: a copied home would read the features of its original."""
        source = self._store.get_feature_view(view).batch_source
        registered = Path(source.path)  # type: ignore[union-attr]
        if registered.resolve() != self.path(view).resolve():
            raise WrongStore(
                f"The features of {self.home} were registered in {registered.parents[1]}, of which it "
                "is a copy: run `butler features` once."
            )

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        """Replace the online rows of these keys: (key, the moment they hold from, packed fields)."""
        written, waiting = 0, iter(rows)
        while data := [
            (_entity(v.ONLINE_KEYS[view], key), packed_values(view, fields), at, None)
            for key, at, fields in islice(waiting, WRITE_CHUNK)
        ]:
            with self._lock, store_named(self._kind):
                self._provider().online_write_batch(
                    self._store.config, self._online[view], data, progress=None
                )
            written += len(data)
        return written

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        """The packed fields of each key, None where there are none; AT is when they hold from."""
        out: list[dict[str, Any] | None] = []
        for start in range(0, len(keys), READ_CHUNK):
            chunk = [_entity(v.ONLINE_KEYS[view], k) for k in keys[start : start + READ_CHUNK]]
            with self._lock, store_named(self._kind):
                found = self._provider().online_read(
                    self._store.config, self._online[view], chunk, list(v.PACKED[view])
                )
            out.extend(unpack(at, values) for at, values in found)
        return out

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        """What each of these views holds of one key; one after the other, as Feast reads views."""
        return [self.read_now(view, [key])[0] for view in views]

    def _provider(self) -> Any:
        return self._store._get_provider()


@cache
def _opened(home: Path, online_url: str) -> Features:
    return Features(home, online_url)


def _arrow(view: str, rows: pl.DataFrame | None = None) -> Any:
    """The view's rows (none) as they are kept: keys, AT, and the columns with the view's prefix."""
    keys, prefix = v.VIEW_KEYS[view], v.PREFIX[view]
    kinds = {c: pl.String if c in v.TEXT_COLUMNS else pl.Float64 for c in v.COLUMNS[view]}
    schema = dict.fromkeys(keys, pl.String) | {AT: UTC} | kinds
    if rows is None:
        return pl.DataFrame(schema=schema).to_arrow(compat_level=pl.CompatLevel.oldest())
    named = rows.rename({c: prefix + c for c in rows.columns if c not in (*keys, AT)})
    kept = named.select([pl.col(c).cast(kind) for c, kind in schema.items()])
    return kept.to_arrow(compat_level=pl.CompatLevel.oldest())


def redis_config(url: str) -> dict[str, str | bool]:
    """Feast's Redis block of a `redis://[:password@]host:port/db` URL."""
    from urllib.parse import unquote, urlsplit

    known_scheme(url)
    parts = urlsplit(url)
    options = [f"{parts.hostname}:{parts.port or 6379}"]
    if parts.password:
        options.append(f"password={json.dumps(unquote(parts.password))}")
    if parts.scheme == "rediss":
        options.append("ssl=true")
    if parts.path.strip("/"):
        options.append(f"db={parts.path.strip('/')}")
    options += [f"socket_connect_timeout={CONNECT_SECONDS}", f"socket_timeout={ANSWER_SECONDS}"]
    # Without skip_dedup Feast drops a write that carries the moment already stored, and a row that
    # is written anew for the same moment (a rebuild, a changed profile) would keep its old values.
    return {"type": "redis", "connection_string": ",".join(options), "skip_dedup": True}


def _try_again_once(client: Any) -> None:
    """The driver's own retries wait six seconds."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client.set_retry(Retry(NoBackoff(), 1))


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


def _entity(join_key: str, value: str) -> Any:
    from feast.protos.feast.types.EntityKey_pb2 import EntityKey
    from feast.protos.feast.types.Value_pb2 import Value

    return EntityKey(join_keys=[join_key], entity_values=[Value(string_val=value)])
