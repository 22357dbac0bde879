"""How long a recommendation takes, step by step, beside the naive way and beside `predict` alone.

    BUTLER_HOME=.butler butler bench latency [--places 0 --places 20000] [--candidates 500] [--no-redis]

In one process, for each catalogue (the home's own, or grown by copies), with each number of candidates
and each online store (the home's, and a Redis of the benchmark's own where redis-server is installed).
All of a catalogue is measured in turns, so that all suffer alike from what else the machine does; no
request is asked twice:

- `recommend`: the engine as it serves, impressions written behind the answer, collector and threads set
  as a worker sets them, and its steps;
- `predict`: LightGBM alone on the same matrix, one thread;
- `no-op route`: /healthz of `butler serve` over HTTP: what a server costs anyway;
- `naive`, every fifth turn: what a team would build first: one named column a feature, read by Feast's
  SDK from the same kind of store for traveller and candidates, a pandas frame of them,
  `Booster.predict` on it. Without candidates, context, rules, reasons or a log: it has less to do.

Prints a table for each catalogue and one of growth, and writes `reports/latency.json` in the home.
Milliseconds are of this machine; ratios, and processor time (of the thread alone), are what to compare.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.beside import Naive, Nothing, predict_alone
from benchmarks.online import copy_online, own_redis
from benchmarks.report import write_report
from benchmarks.scaled_home import scaled_home
from benchmarks.served import served
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from features.store import Features
from models.replay import logged_matrix
from serving.answers import Request
from serving.engine import Engine
from serving.memory import leave_what_stays_to_itself

PLACES, CANDIDATES = (0, 1_000, 20_000, 100_000), (100, 200, 500)
ROUNDS, WARM, WAITING = 150, 15, 10_000
NAIVE_EVERY = 5  # it takes as long as all the rest together
WHOLE, PREDICT, NOTHING, NAIVE = "recommend", "predict", "no-op route", "naive"


@dataclass
class Times:
    """Milliseconds by name, one entry a round: by the clock, and of the thread's processor."""

    of: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        start, worked = time.perf_counter(), time.thread_time()
        found = work()
        self.cpu.setdefault(name, []).append((time.thread_time() - worked) * 1000)
        self.of.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        return found


@dataclass
class Case:
    """One number of candidates on one online store."""

    candidates: int
    online: str
    engine: Engine
    naive: Naive
    times: Times = field(default_factory=Times)
    steps: dict[str, list[float]] = field(default_factory=dict)

    def turn(self, request: Request, nothing: Nothing, with_naive: bool) -> None:
        model = self.engine.moment.model
        model.candidates = self.candidates
        answer = self.times.timed(WHOLE, lambda: self.engine.recommend(request))
        for step, milliseconds in answer.timings_ms.items():
            self.steps.setdefault(step, []).append(milliseconds)
        impression = self.engine.impression(answer.request_id)
        matrix = logged_matrix(impression)
        if not len(matrix):
            return
        self.times.timed(PREDICT, lambda: predict_alone(model.ranker, matrix))
        self.times.timed(NOTHING, nothing.ask)
        if with_naive:
            chosen = list(impression.candidates)
            work = lambda: self.naive.predict(model.ranker, request.user_id, chosen, matrix)  # noqa: E731
            self.times.timed(NAIVE, work)

    def forget(self) -> None:
        """What came before has filled caches."""
        self.times, self.steps = Times(), {}

    def report(self) -> dict[str, Any]:
        wall, cpu = _quantiles(self.times.of, 0.5), _quantiles(self.times.cpu, 0.5)
        return {
            "places": len(self.engine.moment.places.catalogue),
            "candidates": self.candidates,
            "online": self.online,
            "p50_ms": wall,
            "p99_ms": _quantiles(self.times.of, 0.99),
            "cpu_p50_ms": cpu,
            "steps_p50_ms": _quantiles(self.steps, 0.5),
            "steps_p99_ms": _quantiles(self.steps, 0.99),
            "naive_over_recommend": wall[NAIVE] / wall[WHOLE],
            "recommend_over_predict": wall[WHOLE] / wall[PREDICT],
            "cpu_recommend_over_predict": cpu[WHOLE] / cpu[PREDICT],
        }


def main(
    settings: Settings,
    console: Console,
    places: Sequence[int] = PLACES,
    candidates: Sequence[int] = CANDIDATES,
    rounds: int = ROUNDS,
    redis: bool = True,
) -> list[dict[str, Any]]:
    """Measure; raises ModelUnavailable without a champion. 0 `places` are the home's own."""
    found: list[dict[str, Any]] = []
    with ExitStack() as stack:
        urls = {settings.online_url.split(":", 1)[0]: settings.online_url}
        own = stack.enter_context(own_redis()) if redis and "sqlite" in urls else None
        if own:
            urls["redis"] = own
        nothing = Nothing(stack.enter_context(served(settings, "latency", 1)))
        naive = _naive(settings, urls, Path(stack.enter_context(TemporaryDirectory())))
        for count in places:
            home = settings
            if count:
                home = scaled_home(settings, count, settings.home / f"scaled-{count}")
            some = _measured(home, urls, naive, candidates, nothing, rounds)
            _print(some, console)
            found += some
            write_report(settings, "latency", found)
    _compare(found, console)
    return found


def _naive(settings: Settings, urls: dict[str, str], folder: Path) -> dict[str, Naive]:
    history = Features(settings.home, settings.online_url)
    made = {}
    for kind, url in urls.items():
        (folder / kind).mkdir()
        made[kind] = Naive(folder / kind, history, url)
    return made


def _measured(
    home: Settings,
    urls: dict[str, str],
    naive: dict[str, Naive],
    candidates: Sequence[int],
    nothing: Nothing,
    rounds: int,
) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        engines = {}
        for kind, url in urls.items():
            if url != home.online_url:
                copy_online(home.home, url)
            with_it = home.model_copy(update={"online_url": url})
            engine = Engine.open(with_it, waiting=WAITING)
            engines[kind] = stack.enter_context(closing(engine))
        cases = [Case(n, kind, engines[kind], naive[kind]) for n in candidates for kind in urls]
        asked = _requests(home, cases[0].engine, len(cases) * (WARM + rounds))
        leave_what_stays_to_itself()
        stack.callback(gc.unfreeze)  # or what is left at the end is told to leak
        for turn in range(WARM + rounds):
            for case in cases:
                if turn == WARM:
                    case.forget()
                case.turn(next(asked), nothing, turn % NAIVE_EVERY == 0)
        return [case.report() for case in cases]


def _requests(settings: Settings, engine: Engine, count: int) -> Iterator[Request]:
    """Known travellers, every fifth a stranger, around the catalogue's places, in the coming hours."""
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    chance, now = np.random.default_rng(7), settings.clock().now()
    facts = engine.moment.places.facts
    for n in range(count):
        near = facts[int(chance.integers(len(facts)))]
        yield Request(
            user_id=f"stranger-{n}" if chance.random() < 0.2 else str(users[n % len(users)]),
            requested_at=now,
            at=now + timedelta(hours=int(chance.integers(12))),
            latitude=near[C.LATITUDE],
            longitude=near[C.LONGITUDE],
        )


def _quantiles(of: dict[str, list[float]], q: float) -> dict[str, float]:
    return {name: float(np.quantile(values, q)) for name, values in of.items()}


def _print(cases: list[dict[str, Any]], console: Console) -> None:
    """One column a case: p50/p99 by the clock."""
    table = Table(title=f"{cases[0]['places']:,} places: p50/p99 ms", box=None)
    table.add_column("candidates")
    for case in cases:
        table.add_column(f"{case['candidates']}\n{case['online']}", justify="right")

    def row(title: str, name: str, of: str = "") -> None:
        both = [(case[f"{of}p50_ms"][name], case[f"{of}p99_ms"][name]) for case in cases]
        table.add_row(title, *(f"{_short(a)}/{_short(b)}" for a, b in both))

    row(WHOLE, WHOLE)
    for step in cases[0]["steps_p50_ms"]:
        row(f"  {step}", step, "steps_")
    for name in (PREDICT, NOTHING, NAIVE):
        row(name, name)
    for title, ratio in (
        ("times predict", "recommend_over_predict"),
        ("  of processor", "cpu_recommend_over_predict"),
        ("naive, times", "naive_over_recommend"),
    ):
        table.add_row(title, *(f"{case[ratio]:.1f}" for case in cases))
    worked = (case["cpu_p50_ms"][WHOLE] for case in cases)
    table.add_row("processor ms", *(_short(ms) for ms in worked))
    console.print(table)


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 100 else f"{milliseconds:.1f}"


def _compare(found: list[dict[str, Any]], console: Console) -> None:
    """How p50 grows with the catalogue, each beside the next smaller one, by the clock/processor."""
    sizes = sorted({case["places"] for case in found})
    if len(sizes) < 2:
        return
    table = Table("candidates", "online", title="Times the next smaller catalogue, clock/processor")
    for count in sizes[1:]:
        table.add_column(f"{count:,}", justify="right")
    of = {(case["candidates"], case["online"], case["places"]): case for case in found}
    for candidates, online in dict.fromkeys((c, o) for c, o, _ in of):
        mine = [of[candidates, online, count] for count in sizes]
        grown = [
            "/".join(f"{b[k][WHOLE] / a[k][WHOLE]:.2f}" for k in ("p50_ms", "cpu_p50_ms"))
            for a, b in pairwise(mine)
        ]
        table.add_row(str(candidates), online, *grown)
    console.print(table)
