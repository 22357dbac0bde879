"""How long a recommendation takes, step by step, beside the naive way and beside `predict` alone.

    BUTLER_HOME=.butler butler bench latency

In one process and one run, on the home's own catalogue and travellers, in turns, so that all
suffer alike from what else the machine does:

- `recommend`: the engine as it serves, impressions written behind the answer;
- `naive`: what a team would build first: one named column a feature, read by Feast's SDK (SQLite) for
  traveller and candidates, a pandas frame of them, `Booster.predict` on it. Without candidates,
  context, rules, reasons or a log: it has less to do;
- `predict`: LightGBM alone on the same matrix, one thread.

Prints a table and writes `reports/latency.json` in the home. Times are of this machine; ratios are
what to compare.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from features.definitions import COLUMNS
from features.store import Features
from features.transforms import AT
from features.vector import NAMES
from models.replay import logged_matrix
from serving.answers import Request
from serving.engine import Engine

ROUNDS, WARM, WAITING = 150, 20, 10_000


@dataclass
class Times:
    """Milliseconds by name, one entry a round."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, milliseconds: float) -> None:
        self.of.setdefault(name, []).append(milliseconds)

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        found = work()
        self.add(name, (time.perf_counter() - start) * 1000)
        return found

    def quantile(self, name: str, q: float) -> float:
        return float(np.quantile(self.of[name], q))


def main(settings: Settings, console: Console, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure; raises ModelUnavailable without a champion."""
    engine = Engine.open(settings, waiting=WAITING)
    folder = TemporaryDirectory()
    naive = Naive(Path(folder.name), Features(settings.home, settings.online_url))
    ranker = engine.moment.model.ranker
    times, steps = Times(), Times()
    places = len(engine.moment.places.catalogue)
    for n, request in enumerate(_requests(settings, engine, rounds + WARM)):
        if n == WARM:  # what came before has filled caches
            times, steps = Times(), Times()
        answer = times.timed("recommend", lambda r=request: engine.recommend(r))
        for step, milliseconds in answer.timings_ms.items():
            steps.add(step, milliseconds)
        impression = engine.impression(answer.request_id)
        matrix = logged_matrix(impression)
        if not len(matrix):
            continue
        times.timed("predict", lambda m=matrix: ranker.predict(m))
        user, candidates = request.user_id, list(impression.candidates)
        times.timed("naive", lambda u=user, c=candidates, m=matrix: naive.predict(ranker, u, c, m))
    folder.cleanup()
    engine.close()
    found = _report(times, steps, places, len(matrix), settings)
    _print(found, console)
    path = settings.home / "reports" / "latency.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))
    return found


def _requests(settings: Settings, engine: Engine, count: int) -> list[Request]:
    """Known travellers, every fifth a stranger, around the catalogue's places, in the coming hours."""
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    chance, now = np.random.default_rng(7), settings.clock().now()
    facts = engine.moment.places.facts
    out = []
    for n in range(count):
        near = facts[int(chance.integers(len(facts)))]
        out.append(
            Request(
                user_id=f"stranger-{n}" if n % 5 == 0 else str(users[n % len(users)]),
                requested_at=now,
                at=now + timedelta(hours=int(chance.integers(12))),
                latitude=near[C.LATITUDE],
                longitude=near[C.LONGITUDE],
            )
        )
    return out


class Naive:
    """A Feast repository of its own in `folder`: one named column a feature, as the SDK's guide has it."""

    def __init__(self, folder: Path, features: Features) -> None:
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

        config = {
            "project": "naive",
            "provider": "local",
            "registry": str(folder / "registry.db"),
            "online_store": {"type": "sqlite", "path": str(folder / "online.db")},
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

    def predict(self, ranker: Any, user: str, places: list[str], matrix: Any) -> Any:
        """One row a candidate with what is read, made a frame; its scores. What the SDK does not
        know (distance, weather, generators, ...) is not computed: those columns come for free."""
        rows = [{C.USER: user, C.POI: place} for place in places]
        wanted = [*self._fields["traveller"], *self._fields["poi"]]
        read = self._store.get_online_features(features=wanted, entity_rows=rows).to_df()
        frame = pd.DataFrame(matrix, columns=list(NAMES))
        frame.iloc[:, : read.shape[1] - 2] = read.drop(columns=[C.USER, C.POI]).to_numpy()
        return ranker.predict(frame.to_numpy(dtype=np.float32))


def _report(
    times: Times, steps: Times, places: int, candidates: int, settings: Settings
) -> dict[str, Any]:
    middle = {name: times.quantile(name, 0.5) for name in times.of}
    return {
        "places": places,
        "candidates": candidates,
        "online": settings.online_url.split(":", 1)[0],
        "p50_ms": middle,
        "p99_ms": {name: times.quantile(name, 0.99) for name in times.of},
        "steps_p50_ms": {name: steps.quantile(name, 0.5) for name in steps.of},
        "naive_over_recommend": middle["naive"] / middle["recommend"],
        "recommend_over_predict": middle["recommend"] / middle["predict"],
    }


def _print(found: dict[str, Any], console: Console) -> None:
    title = (
        f"{found['places']:,} places, {found['candidates']} candidates, {found['online']} online"
    )
    table = Table(title=title, box=None)
    for name in ("", "p50 ms", "p99 ms"):
        table.add_column(name, justify="right" if name else "left")
    for name, value in found["p50_ms"].items():
        table.add_row(name, f"{value:.2f}", f"{found['p99_ms'][name]:.2f}")
    for name, value in found["steps_p50_ms"].items():
        table.add_row(f"  {name}", f"{value:.2f}", "")
    console.print(table)
    console.print(
        f"{found['naive_over_recommend']:.1f} times as fast as the naive way; "
        f"{found['recommend_over_predict']:.1f} times the time of predict alone"
    )
