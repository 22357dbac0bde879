"""What each rerank rule costs on the sample world, whose truth is known, and what it buys.

    BUTLER_HOME=.butler python -m benchmarks.rules

The champion's ranker scores candidates fitted before the test window; every row reranks the same
scores. `true NDCG` has the true click probabilities as gains (`butler/world/truth.py`); the
difference is paired with the row without rules, with its 95 % interval. Prints a table and writes
`reports/rules.json` in the home.
"""

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from butler.world.truth import Truth, true_ndcg
from features import transforms as t
from features.built import load_built
from features.context import REQUESTED_AT
from features.frame import Catalogue
from features.store import Features
from models import training
from models.composite import Composite
from models.evaluate import per_request
from models.ranker import Matrix
from models.registry import models_folder, published
from models.requests import ORGANIC, Split, labelled
from models.rerank import Rules
from models.statistics import bootstrap, paired
from pipelines.train import rules_of

SLATES, SEED = 1000, 1
NO_RULES = Rules(
    drop_dismissed=False,
    drop_closed=False,
    reach_km=0,
    drop_over_budget=False,
    over_budget=0,
    visited=0,
    diversity=0,
    provider_share=0,
    crowded_at=0,
    exploration=0,
)


class Scored:
    """A ranker whose scores are computed once."""

    def __init__(self, score: NDArray[np.float64]) -> None:
        self._score = score

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        return self._score


def main() -> None:
    settings = Settings()
    rows = measure(settings.home, settings)
    _print(rows)
    write_report(settings, "rules", rows)


def variants(rules: Rules) -> dict[str, Rules]:
    """No rules, each rule alone as set and (where it has a strength) stronger, and all of them."""
    alone: dict[str, dict[str, Any]] = {
        "dismissed": {"drop_dismissed": True},
        "closed": {"drop_closed": True},
        "out_of_reach": {"reach_km": rules.reach_km},
        "budget": {"drop_over_budget": True, "over_budget": rules.over_budget},
        "budget x 5": {"drop_over_budget": True, "over_budget": rules.over_budget * 5},
        "visited": {"visited": rules.visited, "habit": rules.habit},
        "visited x 5": {"visited": rules.visited * 5, "habit": rules.habit},
        "diversity": {"diversity": rules.diversity},
        "diversity x 5": {"diversity": rules.diversity * 5},
        "crowding": {"crowded_at": rules.crowded_at, "crowded_most": rules.crowded_most},
    }
    named = {name: replace(NO_RULES, **changed) for name, changed in alone.items()}
    return {"none": NO_RULES, **named, "all, as set": rules}


def measure(home: Path, settings: Settings) -> list[dict[str, Any]]:
    """One row a variant, on slates of the test window and on what came of them."""
    catalogue, truth = Catalogue.load(home), Truth.load(home / "world")
    asked, test = _test(home, settings, catalogue)
    found = published(home)
    if found is None:
        raise SystemExit("No champion. Run `butler train` and `butler promote` first.")
    model = Composite.load(models_folder(home) / found.champion, catalogue, found.champion)
    scored = Scored(model.ranker.predict(test.matrix))
    rows: list[dict[str, Any]] = []
    plain: NDArray[np.float64] | None = None
    for name, rules in variants(rules_of(settings)).items():
        lists = training.slates(scored, test, catalogue, rules)
        true = true_ndcg(truth, asked, _long(asked, lists, catalogue))
        plain = true if plain is None else plain
        seen = per_request(lists, test.relevant)
        rows.append(
            {
                "rules": name,
                "true_ndcg": bootstrap(true).mean,
                "difference": asdict(paired(true, plain).difference),
                "ndcg": float(np.nanmean(seen.ndcg)),
                "kinds": float(np.mean([_kinds(x, catalogue) for x in lists])),
            }
        )
    return rows


def _test(
    home: Path, settings: Settings, catalogue: Catalogue
) -> tuple[pl.DataFrame, training.Examples]:
    """A sample of the slates of the test window as the truth wants them, and their examples."""
    tables, features, wanted = Tables(home), Features(home), settings.training
    events, bookings = tables.read("events"), tables.read("bookings")
    history = labelled(events, bookings, tables.read("requests"))
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    inside = history.requests.filter(
        pl.col(REQUESTED_AT).is_between(split.test_from, split.end, closed="left")
        & ~pl.col(C.REQUEST).str.starts_with(ORGANIC)
    ).sort(C.REQUEST)
    drawn = inside.sample(min(SLATES, inside.height), seed=SEED).sort(REQUESTED_AT, C.REQUEST)
    sample = history.only(drawn)
    rows = t.behaviour(events, bookings, catalogue.frame)
    late = training.fit_generators(rows, catalogue, split.test_from, wanted.seed)
    many = settings.serving.candidates
    test = training.examples(features, catalogue, late, sample, many, None, wanted.seed)
    place = (C.LATITUDE, C.LONGITUDE)
    asked = drawn.select(C.REQUEST, C.USER, pl.col(REQUESTED_AT).alias(C.OCCURRED_AT), *place)
    return asked, test


def _long(asked: pl.DataFrame, lists: list[list[int]], catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        (request, position, catalogue.ids[place])
        for request, places in zip(asked[C.REQUEST].to_list(), lists, strict=True)
        for position, place in enumerate(places[:10], start=1)
    ]
    return pl.DataFrame(rows, schema=[C.REQUEST, C.POSITION, C.POI], orient="row")


def _kinds(ranked: list[int], catalogue: Catalogue) -> int:
    return len({catalogue.categories[p] for p in ranked[:10]})


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("rules")
    for name in ("true NDCG", "against none", "95 % interval", "NDCG of log", "kinds"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        d = row["difference"]
        table.add_row(
            row["rules"],
            f"{row['true_ndcg']:.4f}",
            f"{d['mean']:+.4f}",
            f"{d['low']:+.4f} .. {d['high']:+.4f}",
            f"{row['ndcg']:.4f}",
            f"{row['kinds']:.2f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
