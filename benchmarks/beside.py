"""What a recommendation is measured beside: scores alone, a route that does nothing, the naive way."""

import http.client
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.served import Server
from butler.columns import C
from features.store import Features, redis_config
from features.transforms import AT
from features.vector import NAMES
from features.views import COLUMNS

KEPT_SECONDS = 2.0


def predict_alone(ranker: Any, matrix: Any) -> Any:
    """LightGBM itself on the matrix, one thread: what its users pay for the scores alone."""
    return ranker.booster.predict(matrix, num_threads=1)


class Nothing:
    """The route of `butler serve` that does nothing (/healthz), on a kept connection."""

    def __init__(self, server: Server) -> None:
        self._client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._asked_at = 0.0

    def ask(self) -> None:
        """Raises RuntimeError for anything but 200."""
        if time.monotonic() - self._asked_at > KEPT_SECONDS:  # the server ends idle connections
            self._client.close()
        self._asked_at = time.monotonic()
        self._client.request("GET", "/healthz")
        answer = self._client.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"/healthz answers {answer.status}")


class Naive:
    """A Feast repository of its own in `folder`: one named column a feature, as the SDK's guide has it.

    Filled from the history of `features`; online in SQLite, or in the Redis of the URL.
    """

    def __init__(self, folder: Path, features: Features, online_url: str = "sqlite://") -> None:
        from feast import (
            Entity,
            FeatureStore,
            FeatureView,
            Field,
            FileSource,
            RepoConfig,
            ValueType,
        )
        from feast.types import Float64

        sqlite = {"type": "sqlite", "path": str(folder / "online.db")}
        config = {
            "project": "naive",
            "provider": "local",
            "registry": str(folder / "registry.db"),
            "online_store": sqlite if online_url.startswith("sqlite") else redis_config(online_url),
            "entity_key_serialization_version": 3,
        }
        self._store: Any = FeatureStore(config=RepoConfig(**config, repo_path=folder))
        self._fields: dict[str, list[str]] = {}
        for view, key in (("traveller", C.USER), ("poi", C.POI)):
            newest = features.read_history(view).sort(AT).unique(key, keep="last")
            numbers = [c for c in COLUMNS[view] if newest.schema[c].is_numeric()]
            entity = Entity(name=key, join_keys=[key], value_type=ValueType.STRING)
            source = FileSource(path=str(features.path(view)), timestamp_field=AT)
            fields = [Field(name=c, dtype=Float64) for c in numbers]
            named = FeatureView(
                name=view, entities=[entity], schema=fields, source=source, ttl=timedelta(0)
            )
            self._store.apply([entity, named])
            self._store.write_to_online_store(view, newest.select(key, AT, *numbers).to_pandas())
            self._fields[view] = [f"{view}:{c}" for c in numbers]
            self._known = set(newest[key])

    def predict(self, ranker: Any, user: str, places: list[str], matrix: Any) -> Any:
        """One row a candidate with what is read, made a frame; its scores. What the SDK does not
        know (distance, weather, generators, ...) is not computed: those columns come for free."""
        # a copy's row is that of the place it is a copy of
        read = [p if p in self._known else p.rsplit("-", 1)[0] for p in places]
        rows = [{C.USER: user, C.POI: place} for place in read]
        wanted = [*self._fields["traveller"], *self._fields["poi"]]
        found = self._store.get_online_features(features=wanted, entity_rows=rows).to_df()
        frame = pd.DataFrame(matrix, columns=list(NAMES))
        frame.iloc[:, : found.shape[1] - 2] = found.drop(columns=[C.USER, C.POI]).to_numpy()
        return predict_alone(ranker, frame.to_numpy(dtype=np.float32))
