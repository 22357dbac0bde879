"""How far the reasons of an answer, read from the trees' leaves, agree with SHAP, and what each costs.

    butler bench faithfulness

Serves travellers of a built and trained home, and compares both attributions of the places shown,
by group of features as reasons are told. Prints a table and writes `reports/reasons.json`.
"""

import itertools
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.report import write_report
from butler.columns import C
from butler.settings import Settings
from butler.stores.open import log_of
from butler.stores.tables import Tables
from features.vector import GROUPS, by_group
from models.replay import logged_matrix
from serving.answers import Reason, Request
from serving.engine import Engine
from serving.explain.reasons import FOR, slate_reasons
from serving.explain.words import ENGLISH, Words

ANSWERS = 60
GOAL = 0.95  # of items whose reasons have SHAP's directions and order
NEARLY = 0.1  # two groups whose SHAP sums differ by less, of the larger, are of one rank


@dataclass(frozen=True)
class Agreement:
    """Shares of items (`first`, `told`) and of reasons (`direction`); times of ten items."""

    items: int
    faithful: float  # items whose reasons all have SHAP's directions and stand in SHAP's order
    strictly: float  # the same, nearly equal ones in order too
    direction: float  # reasons told whose direction is that of SHAP for the group
    first: float  # items whose first reason is SHAP's first
    told: float  # of the three reasons told by SHAP, those told
    leaves_ms: float
    shap_ms: float


def main(settings: Settings, console: Console) -> bool:
    """Whether the goal was met."""
    engine, log = Engine.open(settings), log_of(settings)
    now = settings.clock().now()
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    model, english = engine.moment.model.ranker, Words.of(ENGLISH)
    pairs: list[tuple[tuple[Reason, ...], tuple[Reason, ...]]] = []
    exact: list[NDArray[np.float64]] = []
    spent: list[tuple[float, float]] = []
    for user in users[:: max(1, len(users) // ANSWERS)][:ANSWERS]:
        answer = engine.recommend(Request(user, now, now))
        impression = log.impressions.get(answer.request_id)
        row = {poi: n for n, poi in enumerate(impression.candidates)}
        shown = logged_matrix(impression)[[row[poi] for poi in impression.slate]]
        if not len(shown):
            continue
        by_leaf, leaves_ms = _timed(partial(model.attributions, shown))
        shap, shap_ms = _timed(partial(model.contributions, shown))
        exact += list(by_group(shap))
        told = (slate_reasons(by_group(a), shown, english) for a in (by_leaf, shap))
        pairs += zip(*told, strict=True)
        spent.append((leaves_ms, shap_ms))
    found = agreement(pairs, exact, spent)
    for name, value in asdict(found).items():
        console.print(
            f"{name:10} {value:,.3f}" if isinstance(value, float) else f"{name:10} {value}"
        )
    console.print(f"leaves take {found.leaves_ms / found.shap_ms:.2f} of the time of SHAP")
    write_report(settings, "reasons", asdict(found))
    engine.close()
    log.close()
    met = found.faithful >= GOAL
    console.print(
        f"reasons named have SHAP's directions and order: {found.faithful:.1%} of items, "
        f"goal {GOAL:.0%}: {'met' if met else '[bold red]missed'}"
    )
    return met


def agreement(
    pairs: list[tuple[tuple[Reason, ...], tuple[Reason, ...]]],
    sums: list[NDArray[np.float64]],
    spent: list[tuple[float, float]],
) -> Agreement:
    """`pairs` are the reasons of each item by leaves and by SHAP, `sums` what SHAP gives each group."""
    directions, first, told, faithful, strictly = [], [], [], [], []
    for (ours, exact), of in zip(pairs, sums, strict=True):
        value = [float(of[GROUPS.index(r.group)]) for r in ours]
        signs = [(v > 0) == (r.direction == FOR) for v, r in zip(value, ours, strict=True)]
        directions += signs
        faithful.append(all(signs) and in_order(value, NEARLY))
        strictly.append(all(signs) and in_order(value, 0.0))
        first.append(
            [(r.group, r.direction) for r in ours[:1]]
            == [(r.group, r.direction) for r in exact[:1]]
        )
        both = {(r.group, r.direction) for r in ours} & {(r.group, r.direction) for r in exact}
        told.append(len(both) / len(exact) if exact else float(not ours))
    leaves_ms, shap_ms = np.median(np.array(spent), axis=0)
    return Agreement(
        len(pairs),
        float(np.mean(faithful)),
        float(np.mean(strictly)),
        float(np.mean(directions)),
        float(np.mean(first)),
        float(np.mean(told)),
        float(leaves_ms),
        float(shap_ms),
    )


def in_order(values: list[float], nearly: float) -> bool:
    """Whether each is as large as those after it, but for a share of the larger.

    >>> in_order([3.0, -2.0, 2.1], 0.1), in_order([3.0, -2.0, 2.1], 0.0)
    (True, False)
    """
    size = [abs(v) for v in values]
    return all(a >= b * (1 - nearly) for a, b in itertools.combinations(size, 2))


def _timed(work: Callable[[], NDArray[np.float64]]) -> tuple[NDArray[np.float64], float]:
    start = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main(Settings(), Console())
