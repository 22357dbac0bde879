"""How far the reasons of an answer, read from the trees' leaves, agree with SHAP, and what each costs.

    BUTLER_HOME=.butler python -m benchmarks.reasons

Serves travellers of a built and trained home, and compares both attributions of the places shown,
by group of features as reasons are told. Prints a table and writes `reports/reasons.json`.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from butler.columns import C
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from features.vector import by_group
from models.replay import logged_matrix
from serving.answers import Reason, Request
from serving.engine import Engine
from serving.explain.reasons import slate_reasons
from serving.explain.words import ENGLISH, Words

ANSWERS = 60


@dataclass(frozen=True)
class Agreement:
    """Shares of items (`first`, `told`) and of reasons (`direction`); times of ten items."""

    items: int
    direction: float  # reasons told whose direction is that of SHAP for the group
    first: float  # items whose first reason is SHAP's first
    told: float  # of the three reasons told by SHAP, those told
    leaves_ms: float
    shap_ms: float


def main(console: Console) -> None:
    settings = Settings()
    engine, log = Engine.open(settings), open_log(settings.sql_url())
    now = settings.clock().now()
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    model, english = engine.moment.model.ranker, Words.of(ENGLISH)
    pairs: list[tuple[tuple[Reason, ...], tuple[Reason, ...]]] = []
    spent: list[tuple[float, float]] = []
    for user in users[:: max(1, len(users) // ANSWERS)][:ANSWERS]:
        answer = engine.recommend(Request(user, now, now))
        impression = log.impressions.get(answer.request_id)
        row = {poi: n for n, poi in enumerate(impression.candidates)}
        shown = logged_matrix(impression)[[row[poi] for poi in impression.slate]]
        if not len(shown):
            continue
        by_leaf, leaves_ms = _timed(lambda s=shown: model.attributions(s))
        shap, shap_ms = _timed(lambda s=shown: model.contributions(s))
        told = (slate_reasons(by_group(a), shown, english) for a in (by_leaf, shap))
        pairs += zip(*told, strict=True)
        spent.append((leaves_ms, shap_ms))
    found = agreement(pairs, spent)
    for name, value in asdict(found).items():
        console.print(
            f"{name:10} {value:,.3f}" if isinstance(value, float) else f"{name:10} {value}"
        )
    console.print(f"leaves take {found.leaves_ms / found.shap_ms:.2f} of the time of SHAP")
    path = settings.home / "reports" / "reasons.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1))
    engine.close()
    log.close()


def agreement(
    pairs: list[tuple[tuple[Reason, ...], tuple[Reason, ...]]], spent: list[tuple[float, float]]
) -> Agreement:
    """`pairs` are the reasons of each item by leaves and by SHAP; a group that only one of them
    tells is no disagreement of direction."""
    directions, first, told = [], [], []
    for ours, exact in pairs:
        by_group = {r.group: r.direction for r in exact}
        directions += [by_group[r.group] == r.direction for r in ours if r.group in by_group]
        first.append(
            [(r.group, r.direction) for r in ours[:1]]
            == [(r.group, r.direction) for r in exact[:1]]
        )
        both = {(r.group, r.direction) for r in ours} & {(r.group, r.direction) for r in exact}
        told.append(len(both) / len(exact) if exact else float(not ours))
    leaves_ms, shap_ms = np.median(np.array(spent), axis=0)
    return Agreement(
        len(pairs),
        float(np.mean(directions)),
        float(np.mean(first)),
        float(np.mean(told)),
        float(leaves_ms),
        float(shap_ms),
    )


def _timed(work: Callable[[], NDArray[np.float64]]) -> tuple[NDArray[np.float64], float]:
    start = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main(Console())
