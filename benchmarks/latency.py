"""How long a recommendation takes, step by step, beside the naive way and beside `predict` alone.

    BUTLER_HOME=.butler butler bench latency [--places 1000 --places 100000] [--candidates 500]

In one process and one run, on the home's own catalogue and travellers, in turns, so that all
suffer alike from what else the machine does:

- `recommend`: the engine as it serves, impressions written behind the answer;
- `naive`: what a team would build first: one named column a feature, read by Feast's SDK (SQLite) for
  traveller and candidates, a pandas frame of them, `Booster.predict` on it. Without candidates,
  context, rules, reasons or a log: it has less to do;
- `predict`: LightGBM alone on the same matrix, one thread;
- `no-op route`: a route that does nothing, over HTTP: what a server costs anyway.

Prints a table and writes `reports/latency.json` in the home. Times are of this machine; ratios are
what to compare.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import httpx
import numpy as np
import pandas as pd
import uvicorn
from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from benchmarks.scaled_home import scaled_home
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from features.store import Features
from features.transforms import AT
from features.vector import NAMES
from features.views import COLUMNS
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


def main(
    settings: Settings,
    console: Console,
    places: Sequence[int] = (),
    candidates: Sequence[int] = (),
    rounds: int = ROUNDS,
) -> list[dict[str, Any]]:
    """Measure; raises ModelUnavailable without a champion.

    On the home's own catalogue, or on copies of it grown to so many `places`; with the model's own
    number of candidates, or each of `candidates`.
    """
    found = []
    for count in places or [None]:
        home = settings
        if count is not None:
            console.print(f"a catalogue of {count:,} places")
            home = scaled_home(settings, count, settings.home / f"scaled-{count}")
        for wanted in candidates or [None]:
            found.append(_measured(home, wanted, rounds))
            _print(found[-1], console)
    if len(found) > 1:
        _compare(found, console)
    write_report(settings, "latency", found)
    return found


def _measured(settings: Settings, candidates: int | None, rounds: int) -> dict[str, Any]:
    engine = Engine.open(settings, waiting=WAITING)
    model = engine.moment.model
    model.candidates = candidates or model.candidates
    folder = TemporaryDirectory()
    naive = Naive(Path(folder.name), Features(settings.home, settings.online_url))
    times, steps = Times(), Times()
    places, used = len(engine.moment.places.catalogue), 0
    asked = _requests(settings, engine, rounds + WARM)
    with Nothing() as nothing:
        for n, request in enumerate([*asked[:WARM], *asked]):
            if n == 2 * WARM:  # what came before has filled caches
                times, steps = Times(), Times()
            answer = times.timed("recommend", lambda r=request: engine.recommend(r))
            for step, milliseconds in answer.timings_ms.items():
                steps.add(step, milliseconds)
            impression = engine.impression(answer.request_id)
            matrix = logged_matrix(impression)
            used = max(used, len(matrix))
            if not len(matrix):
                continue
            times.timed("predict", lambda m=matrix: predict_alone(model.ranker, m))
            times.timed("no-op route", nothing.ask)
            user, chosen = request.user_id, list(impression.candidates)
            times.timed(
                "naive", lambda u=user, c=chosen, m=matrix: naive.predict(model.ranker, u, c, m)
            )
    folder.cleanup()
    engine.close()
    return _report(times, steps, places, used, settings)


def predict_alone(ranker: Any, matrix: Any) -> Any:
    """LightGBM itself on the matrix, one thread: what its users pay for the scores alone."""
    return ranker.booster.predict(matrix, num_threads=1)


class Nothing:
    """A route that does nothing, of the very server that serves, on a kept connection."""

    def __enter__(self) -> "Nothing":
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/nothing")
        async def nothing() -> None:
            return None

        config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        return self

    def ask(self) -> None:
        self._client.get("/nothing").raise_for_status()

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._server.should_exit = True
        self._thread.join(10)


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


def _compare(found: list[dict[str, Any]], console: Console) -> None:
    """Each beside the first of as many candidates."""
    table = Table(
        "places", "candidates", "p50 ms", "p99 ms", "x predict", "naive x", "of the first"
    )
    for row in found:
        first = next(f for f in found if f["candidates"] == row["candidates"])
        middle = row["p50_ms"]["recommend"]
        table.add_row(
            f"{row['places']:,}",
            str(row["candidates"]),
            f"{middle:.1f}",
            f"{row['p99_ms']['recommend']:.1f}",
            f"{row['recommend_over_predict']:.1f}",
            f"{row['naive_over_recommend']:.1f}",
            f"{middle / first['p50_ms']['recommend']:.2f}",
        )
    console.print(table)
