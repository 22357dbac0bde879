"""How fast the models learn: rows a second of the ranker and of ALS, and the memory it takes.

    butler bench train

Made-up numbers in the shape of the real ones, the same for the same seed. The ranker: rows of 173
features in slates of ten with clicks under position bias, the platform's parameters. ALS: positive
interactions of travellers and places (Zipf), the platform's factors. Each in a process of its own, so
that the peak is its own; `data` is what the numbers themselves take.

Prints a table and writes `reports/train.json` in the home. Rates are of this machine.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from butler.settings import Settings

RANKER_ROWS = (100_000, 400_000)
ALS_ROWS = (1_000_000, 4_000_000)
SLATE, CLICKED = 10, 0.1


def main(settings: Settings, console: Console) -> dict[str, Any]:
    found = [_apart("ranker", rows, settings.training.trees) for rows in RANKER_ROWS]
    found += [_apart("als", rows, 0) for rows in ALS_ROWS]
    table = Table(title="Training", box=None)
    for name in ("", "rows", "seconds", "rows a second", "data", "peak"):
        table.add_column(name, justify="right" if name else "left")
    for one in found:
        sizes = [f"{one[k]:.2f} GB" for k in ("data_gb", "peak_gb")]
        rate = f"{one['rows_a_second']:,.0f}"
        table.add_row(one["model"], f"{one['rows']:,}", f"{one['seconds']:.1f}", rate, *sizes)
    console.print(table)
    path = settings.home / "reports" / "train.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))
    return {"runs": found}


def _apart(model: str, rows: int, trees: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.train", model, str(rows), str(trees)]
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=3600,
        check=True,
    )
    out: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return out


def ranker(rows: int, trees: int) -> dict[str, Any]:
    from features.vector import NAMES
    from models.clicks import Lessons
    from models.ranker import ClickRanker

    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(rows, len(NAMES))).astype(np.float32)
    position = np.arange(rows) % SLATE
    looked = 1.0 / np.log2(position + 2.0)
    appeal = CLICKED * 2 / (1 + np.exp(-matrix[:, :5].sum(axis=1)))
    liked = (chance.random(rows) < looked * appeal).astype(np.float64)
    lessons = Lessons(
        liked, looked, np.ones(rows), np.arange(rows) // SLATE, np.zeros(rows, dtype=bool)
    )
    model = ClickRanker(trees=trees)
    return _timed("ranker", rows, matrix.nbytes, lambda: model.fit(matrix, lessons))


def als(rows: int, _: int) -> dict[str, Any]:
    """The fit of `generators.Als` on what it is given: travellers x places, how often they met."""
    from implicit.als import AlternatingLeastSquares
    from scipy import sparse

    from benchmarks.traffic import zipf
    from models.generators.factors import Als

    chance = np.random.default_rng(7)
    travellers, places = rows // 20, 5_000
    at = zipf(travellers, rows, chance, 0.6), zipf(places, rows, chance)
    met = sparse.csr_matrix((np.ones(rows, dtype=np.float32), at), shape=(travellers, places))
    size = met.data.nbytes + met.indices.nbytes + met.indptr.nbytes
    wanted = Als()
    model = AlternatingLeastSquares(
        factors=wanted.factors,
        regularization=wanted.regularization,
        alpha=wanted.alpha,
        iterations=wanted.iterations,
        random_state=7,
        num_threads=1,  # as `Als` has it
    )
    return _timed("ALS", rows, size, lambda: model.fit(met, show_progress=False))


def _timed(model: str, rows: int, size: int, work: Any) -> dict[str, Any]:
    worked, start = time.process_time(), time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return {
        "model": model,
        "rows": rows,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
        "rows_a_second": rows / seconds,
        "data_gb": size / 1e9,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


if __name__ == "__main__":
    from butler.cli import quiet

    quiet()
    run = {"ranker": ranker, "als": als}[sys.argv[1]]
    print(json.dumps(run(int(sys.argv[2]), int(sys.argv[3]))))
