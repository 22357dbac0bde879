"""How history grows into features: seconds and memory of each step, by the number of events.

    butler bench pipeline --events 1000000 --events 10000000

For each size made-up traffic (`benchmarks/traffic.py`) takes the way of all data: `ingest` (every row
against its contract), `features` (offline and online), `frame` (requests with what was known when
they were made, joined by Feast). Each step has a process of its own, whose peak memory is the
step's; its imports are not counted, since they do not grow. The exponent says how processor time grows
from the smallest size to the largest: 1 is linear. Seconds depend on what else the machine does.

Beside it, in one process and in turns, the counts of the same views in pandas at a million events,
by the same method (sums looked up at both ends of a window). Pandas is spared the measures, the
places and everything that is no count.

Prints a table and writes `reports/pipeline.json` in the home. Seconds are of this machine.
"""

import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.report import peak_gb, write_report
from benchmarks.traffic import write_traffic
from butler.columns import C
from butler.quiet import quiet
from butler.settings import Settings
from butler.stores.tables import Tables

EVENTS = (1_000_000, 10_000_000)
STEPS = ("ingest", "features", "frame")
BESIDE_PANDAS = 1_000_000
ROUNDS = 3
MOST_SECONDS = 3600  # of one step, before it is given up


def main(settings: Settings, console: Console, events: Sequence[int] = EVENTS) -> dict[str, Any]:
    """Measure every size, print, and write the report."""
    sizes: dict[int, dict[str, dict[str, float]]] = {}
    for count in sorted(events):
        with TemporaryDirectory(dir=settings.home, prefix=".bench-") as folder:
            write_traffic(Path(folder) / "data", count)
            sizes[count] = {}
            for step in STEPS:
                sizes[count][step] = _apart(step, Path(folder))
                console.print(f"{count:,} events, {step}: {sizes[count][step]}")
    with TemporaryDirectory(dir=settings.home, prefix=".bench-") as folder:
        write_traffic(Path(folder) / "data", BESIDE_PANDAS)
        beside = _apart("beside_pandas", Path(folder))
    found = {"sizes": sizes, "growth": growth(sizes), "beside_pandas": beside}
    _print(found, console)
    write_report(settings, "pipeline", found)
    return found


def _apart(step: str, folder: Path) -> dict[str, float]:
    """One step in a process of its own: what it says of itself on its last line."""
    command = [sys.executable, "-m", "benchmarks.pipeline", step, str(folder)]
    root = Path(__file__).parents[1]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"step {step} of the benchmark ended with {done.returncode}: {done.stderr}"
        )
    out: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return out


def growth(sizes: dict[int, dict[str, dict[str, float]]]) -> dict[str, float]:
    """By step, from the smallest size to the largest: log of processor times over log of events."""
    if len(sizes) < 2:
        return {}
    small, large = min(sizes), max(sizes)
    seconds = {n: {s: sizes[n][s]["cpu_seconds"] for s in STEPS} for n in (small, large)}
    for each in seconds.values():
        each["all"] = sum(each.values())
    return {
        step: math.log(seconds[large][step] / seconds[small][step]) / math.log(large / small)
        for step in (*STEPS, "all")
    }


def _step(step: str, folder: Path) -> dict[str, float]:
    prepare: dict[str, Callable[[Path], Callable[[], dict[str, float]]]] = {
        "ingest": _ingest,
        "features": _features,
        "frame": _frame,
        "beside_pandas": _beside_pandas,
    }
    work = prepare[step](folder)
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    more = work()
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    worked = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(worked, 2),
        "peak_gb": round(peak_gb(), 2),
        **more,
    }


def _ingest(folder: Path) -> Callable[[], dict[str, float]]:
    import great_expectations  # noqa: F401

    from pipelines.ingest import ingest

    def work() -> dict[str, float]:
        reports = ingest.fn(folder / "data", folder / "home", 0.05)
        return {"rows": reports["events"].accepted}

    return work


def _features(folder: Path) -> Callable[[], dict[str, float]]:
    from pipelines.build_features import build

    home = folder / "home"

    def work() -> dict[str, float]:
        return {"rows": sum(build(home, Settings(home=home)).rows.values())}

    return work


def _frame(folder: Path) -> Callable[[], dict[str, float]]:
    """The requests of training and their slates; without candidates, whose cost does not grow."""
    from features.built import load_built
    from features.frame import Catalogue
    from features.store import Features
    from models.examples import shown_alone
    from models.requests import Split, labelled

    home = folder / "home"
    settings, built = Settings(home=home), load_built(home)
    wanted = settings.training
    features, catalogue = Features(home), Catalogue.load(home)
    split = Split.ending(built.as_of, wanted.train_days, wanted.test_days)

    def work() -> dict[str, float]:
        tables = Tables(home)
        bookings, requests = tables.read("bookings"), tables.read("requests")
        history = labelled(tables.scan("events"), bookings, requests)
        chosen = history.between(
            split.train_from, split.test_from, wanted.requests, wanted.seed, answered=False
        )
        made = shown_alone(features, catalogue, chosen)
        return {"rows": len(made.grade)}

    return work


def _beside_pandas(folder: Path) -> Callable[[], dict[str, float]]:
    from features import transforms as t
    from features.places import enrich

    _ingest(folder)()
    tables = Tables(folder / "home")
    places = enrich(tables.read("pois"), tables.read("weather"))
    rows = t.behaviour(tables.read("events"), tables.read("bookings"), places)
    latest = rows[C.KNOWN_AT].max()
    assert isinstance(latest, datetime)
    end = latest.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(days=50)
    done = t.of_travellers(rows)
    asked = [  # rows, spine, keys, what is counted
        (done, t.traveller(rows), [C.USER], t.TRAVELLER),
        (done, t.traveller_poi(rows), [C.USER, C.POI], t.TRAVELLER_POI),
        (rows, t.poi(rows, places, start, end), [C.POI], t.POI),
    ]
    spines = [(r, spine.select(*k, t.AT), k, w) for r, spine, k, w in asked]
    spared = [_with_measures(r, k, w) for r, _, k, w in spines]
    frames = [spine.to_pandas() for _, spine, _, _ in spines]

    def work() -> dict[str, float]:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            made = [t.windowed(*one) for one in spines]
            ours.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            same = [
                in_pandas(r, s, k, w)
                for r, s, (_, _, k, w) in zip(spared, frames, spines, strict=True)
            ]
            theirs.append(time.perf_counter() - begin)
        for mine, other in zip(made, same, strict=True):
            counts = [c for c in mine.columns if mine.schema[c] == pl.Int64]
            assert np.array_equal(mine.select(counts).to_numpy(), other[counts].to_numpy())
        our, their = float(np.median(ours)), float(np.median(theirs))
        return {"polars_seconds": our, "pandas_seconds": their, "ratio": their / our}

    return work


def _with_measures(rows: pl.DataFrame, keys: list[str], wanted: Any) -> pd.DataFrame:
    """What pandas is given: keys, the moment, and each measure as a number."""
    from features.transforms import MEASURES

    names = dict.fromkeys(m for m, _ in wanted)
    numbers = [MEASURES[m].cast(pl.Int64).fill_null(0).alias(m) for m in names]
    return rows.select(*keys, C.KNOWN_AT, *numbers).to_pandas()


def in_pandas(
    rows: pd.DataFrame, spine: pd.DataFrame, keys: list[str], wanted: Any
) -> pd.DataFrame:
    """`transforms.windowed` as one writes it in pandas: running sums, as-of joins at both ends."""
    from features.transforms import AT, WINDOWS, column

    measures = list(dict.fromkeys(m for m, _ in wanted))
    totals = rows.groupby([*keys, C.KNOWN_AT], as_index=False, sort=False)[measures].sum()
    totals = totals.sort_values(C.KNOWN_AT)
    totals[measures] = totals.groupby(keys, sort=False)[measures].cumsum()
    out = spine.reset_index(names="_row")

    def running(ago: timedelta) -> pd.DataFrame:
        ends = out[["_row", *keys]].assign(**{C.KNOWN_AT: out[AT] - ago}).sort_values(C.KNOWN_AT)
        found = pd.merge_asof(
            ends, totals, on=C.KNOWN_AT, by=keys, allow_exact_matches=False
        ).set_index("_row")
        return found[measures].fillna(0).astype(np.int64).sort_index()

    upto = running(timedelta(0))
    columns: dict[str, pd.Series[int]] = {}
    for window, ago in WINDOWS.items():
        mine = [m for m, w in wanted if w == window]
        if mine:
            counted = upto[mine] - running(ago)[mine]
            columns |= {column(m, window): counted[m] for m in mine}
    return spine.assign(**{column(*w): columns[column(*w)] for w in wanted})


def _print(found: dict[str, Any], console: Console) -> None:
    table = Table(title="From events to the training frame", box=None)
    for name in ("events", *STEPS, "all", "processor", "peak"):
        table.add_column(name, justify="right")
    for count, steps in found["sizes"].items():
        seconds = [steps[step]["seconds"] for step in STEPS]
        peak = max(steps[step]["peak_gb"] for step in STEPS)
        texts = [f"{s:.1f} s" for s in (*seconds, sum(seconds))]
        worked = sum(steps[step]["cpu_seconds"] for step in STEPS)
        table.add_row(f"{count:,}", *texts, f"{worked:.1f} s", f"{peak:.1f} GB")
    if found["growth"]:
        exponents = [f"n^{found['growth'][step]:.2f}" for step in (*STEPS, "all")]
        table.add_row("growth", *exponents, "", "")
    console.print(table)
    beside = found["beside_pandas"]
    console.print(
        f"the same counts at {BESIDE_PANDAS:,} events: {beside['polars_seconds']:.1f} s, in pandas "
        f"{beside['pandas_seconds']:.1f} s: {beside['ratio']:.1f} times as long"
    )


if __name__ == "__main__":
    quiet()
    print(json.dumps(_step(sys.argv[1], Path(sys.argv[2]))))
