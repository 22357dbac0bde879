"""How fast the models learn: rows a second of the ranker and of ALS, and the memory it takes.

    BUTLER_HOME=.butler butler bench train

Three things, at growing sizes, each in a process of its own, so that the peak is its own:

- `ranker`: made-up rows in slates of ten with clicks under position bias, the platform's features and
  parameters. TREES are grown, and the platform's number reckoned with what the last of them took: a
  round of boosting costs the same whichever it is;
- `ALS`: made-up positive interactions of travellers and places (Zipf), the platform's factors; of the
  iterations, too, only some are done;
- `frame`: the home's own training frame, made as for a training: candidates, features, one matrix.

Processor seconds are what to compare: wall seconds depend on what else the machine does. `data` is
what the numbers themselves take, `peak` the most the process held. Prints a table and writes
`reports/train.json` in the home.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.report import peak_gb, write_report
from butler.quiet import quiet
from butler.settings import Settings

RANKER_ROWS, ALS_ROWS = (25_000, 100_000, 400_000), (1_000_000, 10_000_000)
TREES, ITERATIONS = 50, 4  # that are done
TOLD_EVERY = 25  # trees: how often the ranker says how far it is
SLATE, CLICKED = 10, 0.1
PLACES, MEETINGS = 5_000, 20  # of all travellers; of one


def main(
    settings: Settings,
    console: Console,
    ranker_rows: Sequence[int] = RANKER_ROWS,
    als_rows: Sequence[int] = ALS_ROWS,
) -> list[dict[str, Any]]:
    """Measure; raises NotFound for a home without features."""
    found = [_apart(settings, "ranker", rows) for rows in ranker_rows]
    found += [_apart(settings, "als", rows) for rows in als_rows]
    found.append(_apart(settings, "frame", 0))
    _print(found, console)
    write_report(settings, "train", found)
    return found


def _print(found: list[dict[str, Any]], console: Console) -> None:
    table = Table(title="Training", box=None)
    names = ("rows", "seconds", "processor", "rows/s", "rows/s of it", "data", "peak")
    for name in ("", *names):
        table.add_column(name, justify="right" if name else "left")
    for one in found:
        seconds = [f"{one[k]:.1f} s" for k in ("seconds", "cpu_seconds")]
        rates = [f"{one[k]:,.0f}" for k in ("rows_a_second", "rows_a_cpu_second")]
        sizes = [f"{one[k]:.2f} GB" for k in ("data_gb", "peak_gb")]
        table.add_row(one["model"], f"{one['rows']:,}", *seconds, *rates, *sizes)
    console.print(table)


def _apart(settings: Settings, model: str, rows: int) -> dict[str, Any]:
    """One measurement in a process of its own: what it says on its last line."""
    command = [sys.executable, "-m", "benchmarks.train", model, str(rows), str(settings.home)]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{model} of {rows:,} rows ended: {done.stderr}")
    out: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return out


def ranker(rows: int, settings: Settings) -> dict[str, Any]:
    from features.vector import NAMES
    from models.clicks import Lessons
    from models.ranker import ClickRanker

    chance = np.random.default_rng(7)
    matrix = chance.standard_normal((rows, len(NAMES)), dtype=np.float32)
    looked = 1.0 / np.log2(np.arange(rows) % SLATE + 2.0)
    appeal = CLICKED * 2 / (1 + np.exp(-matrix[:, :5].sum(axis=1)))
    liked = (chance.random(rows) < looked * appeal).astype(np.float64)
    lessons = Lessons(
        liked, looked, np.ones(rows), np.arange(rows) // SLATE, np.zeros(rows, dtype=bool)
    )

    watch = _Watch()
    ClickRanker(TREES, settings.training.leaves).fit(matrix, lessons, lambda _: watch.mark())
    left = (settings.training.trees - TREES) / TOLD_EVERY
    return _found("ranker", rows, matrix.nbytes, *watch.reckoned(left))


def als(rows: int, _: Settings) -> dict[str, Any]:
    """The fit of `generators.Als` on what it is given: travellers x places, how often they met."""
    from implicit.als import AlternatingLeastSquares
    from scipy import sparse

    from benchmarks.traffic import zipf
    from models.generators.factors import Als

    chance, travellers = np.random.default_rng(7), rows // MEETINGS
    at = zipf(travellers, rows, chance, 0.6), zipf(PLACES, rows, chance)
    met = sparse.csr_matrix((np.ones(rows, dtype=np.float32), at), shape=(travellers, PLACES))
    wanted = Als()

    model = AlternatingLeastSquares(
        factors=wanted.factors,
        regularization=wanted.regularization,
        alpha=wanted.alpha,
        iterations=ITERATIONS,
        random_state=7,
        num_threads=1,  # as `Als` has it
    )
    size = met.data.nbytes + met.indices.nbytes + met.indptr.nbytes
    watch = _Watch()
    model.fit(met, show_progress=False, callback=lambda *_: watch.mark())
    return _found("ALS", rows, size, *watch.reckoned(wanted.iterations - ITERATIONS))


def frame(_: int, settings: Settings) -> dict[str, Any]:
    """The frame of `butler train`: requests of the train window, their slates and candidates."""
    from butler.stores.tables import Tables
    from features import transforms as t
    from features.built import load_built
    from features.frame import Catalogue
    from features.store import Features
    from models.examples import rolled
    from models.requests import Split, labelled

    home, wanted = settings.home, settings.training
    tables, features, catalogue = Tables(home), Features(home), Catalogue.load(home)
    events, bookings = tables.read("events"), tables.read("bookings")
    behaviour = t.behaviour(events, bookings, catalogue.frame)
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    start, end = split.train_from, split.test_from
    history = labelled(events, bookings, tables.read("requests"))
    chosen = history.between(start, end, wanted.requests, wanted.seed, answered=False)
    watch = _Watch()
    made = rolled(
        features,
        catalogue,
        behaviour,
        chosen,
        start,
        end,
        refit=timedelta(days=wanted.refit_days),
        candidates=settings.serving.candidates,
        negatives=wanted.negatives,
        seed=wanted.seed,
    )
    return _found("frame", len(made.grade), made.matrix.nbytes, *watch.so_far())


class _Watch:
    """Seconds by the clock and of the processor since it was made, and when rounds were done."""

    def __init__(self) -> None:
        self._start = time.perf_counter(), time.process_time()
        self._marks: list[tuple[float, float]] = []

    def so_far(self) -> tuple[float, float]:
        return time.perf_counter() - self._start[0], time.process_time() - self._start[1]

    def mark(self) -> None:
        self._marks.append(self.so_far())

    def reckoned(self, left: float) -> tuple[float, float]:
        """With so many more rounds, each as long as those between the first mark and the last."""
        rounds = len(self._marks) - 1
        seconds, processor = (
            now + (last - first) / rounds * left
            for now, last, first in zip(self.so_far(), self._marks[-1], self._marks[0], strict=True)
        )
        return seconds, processor


def _found(model: str, rows: int, size: int, seconds: float, processor: float) -> dict[str, Any]:
    return {
        "model": model,
        "rows": rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(processor, 2),
        "rows_a_second": rows / seconds,
        "rows_a_cpu_second": rows / processor,
        "data_gb": size / 1e9,
        "peak_gb": peak_gb(),
    }


if __name__ == "__main__":
    quiet()
    run = {"ranker": ranker, "als": als, "frame": frame}[sys.argv[1]]
    print(json.dumps(run(int(sys.argv[2]), Settings(home=Path(sys.argv[3])))))
