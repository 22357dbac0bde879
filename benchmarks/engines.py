"""Which engine scores the trees fastest: LightGBM itself, the trees as arrays, onnxruntime.

    BUTLER_HOME=.butler python -m benchmarks.engines

On the champion's own trees and on larger ones trained on the same rows, over candidates of logged
requests; one thread each, in turns. onnxruntime is measured where it is installed beside onnxmltools
(it is no part of the platform). Prints milliseconds, and for each engine how far its scores are from
LightGBM's. Writes `reports/engines.json` in the home.
"""

import os
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import lightgbm
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.latency import _requests
from benchmarks.report import write_report
from butler.settings import Settings
from models.replay import logged_matrix
from models.trees import Trees
from serving.engine import Engine

ANSWERS, ROUNDS, CANDIDATES = 40, 60, (50, 100, 200, 500)
SIZES = ((200, 15), (300, 31), (300, 63))  # trees, leaves
Score = Callable[[NDArray[np.float32]], NDArray[np.float64]]


def main(settings: Settings, console: Console, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    engine = Engine.open(settings)
    rows = np.concatenate(
        [
            logged_matrix(engine.impression(engine.recommend(request).request_id))
            for request in _requests(settings, engine, ANSWERS)
        ]
    )
    teacher = engine.moment.model.ranker
    taught = teacher.predict(rows)
    engine.close()
    found = []
    for trees, leaves in SIZES:
        booster = _student(rows, taught, trees, leaves)
        engines = _engines(booster, rows.shape[1])
        for count in CANDIDATES:
            times = _times(engines, rows, count, rounds)
            right = booster.predict(rows[:count], num_threads=1)
            for name, score in engines.items():
                far = float(np.abs(score(rows[:count]) - right).max())
                found.append(
                    {"trees": trees, "leaves": leaves, "candidates": count, "engine": name}
                    | {"ms": times[name], "of_lightgbm": times[name] / times["lightgbm"]}
                    | {"off_by_at_most": far}
                )
    _print(found, console)
    write_report(settings, "engines", found)
    return found


def _student(
    rows: NDArray[np.float32], taught: NDArray[np.float64], trees: int, leaves: int
) -> lightgbm.Booster:
    """Trees of that size that say what the champion says: what matters here is their size."""
    wanted = {"num_leaves": leaves, "min_data_in_leaf": 5, "verbosity": -1, "seed": 7}
    return lightgbm.train(wanted, lightgbm.Dataset(rows, label=taught), num_boost_round=trees)


def _engines(booster: lightgbm.Booster, features: int) -> dict[str, Score]:
    trees = Trees.of(booster.dump_model())
    assert trees is not None
    engines: dict[str, Score] = {
        "lightgbm": lambda m: np.asarray(booster.predict(m, num_threads=1)),
        "arrays": lambda m: trees.score(trees.find(m)),
    }
    if find_spec("onnxruntime") and find_spec("onnxmltools"):
        engines["onnxruntime"] = _onnx(booster, features)
    return engines


def _onnx(booster: lightgbm.Booster, features: int) -> Score:
    import onnxmltools
    import onnxruntime
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = onnxmltools.convert_lightgbm(
        booster, initial_types=[("rows", FloatTensorType([None, features]))], zipmap=False
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda m: np.asarray(session.run(None, {"rows": m})[0], dtype=np.float64).ravel()


def _times(
    engines: dict[str, Score], rows: NDArray[np.float32], count: int, rounds: int
) -> dict[str, float]:
    """Median milliseconds of each, in turns."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for n in range(rounds + 3):
        start = n * count % max(1, len(rows) - count)
        part = np.ascontiguousarray(rows[start : start + count])
        for name, score in engines.items():
            begun = time.perf_counter()
            score(part)
            spent[name].append((time.perf_counter() - begun) * 1000)
    return {name: float(np.median(times[3:])) for name, times in spent.items()}


def _print(found: list[dict[str, Any]], console: Console) -> None:
    table = Table("trees", "leaves", "candidates", "engine", "ms", "of LightGBM's", "off by")
    for row in found:
        table.add_row(
            *(str(row[c]) for c in ("trees", "leaves", "candidates", "engine")),
            f"{row['ms']:.2f}",
            f"{row['of_lightgbm']:.2f}",
            f"{row['off_by_at_most']:.0e}",
        )
    console.print(table)


if __name__ == "__main__":
    main(Settings(), Console())
