"""How much of the best possible the ranker reaches on the sample world, whose truth is known.

    BUTLER_HOME=.butler python -m benchmarks.truth

Every slate of the test window is made anew by the ranker (trained on the window before it, with
candidates fitted before the test) and by simple rankings, and judged by the world's own expected
clicks. Prints a table and writes `reports/truth.json` in the home.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from butler.columns import IMPRESSION, C
from butler.settings import Settings
from butler.stores.tables import Tables
from butler.world.truth import Truth, best_slates, expected_clicks
from features import transforms as t
from features.built import load_built
from features.context import REQUESTED_AT
from features.frame import Catalogue
from features.store import Features
from models import training
from models.ranker import LambdaMart, LinearBaseline
from models.requests import ORGANIC, Labelled, Split, labelled
from models.rerank import Rules

SLATES, SEED = 1000, 1
Lists = Sequence[Sequence[int]]


def main() -> None:
    settings = Settings()
    shares = measure(settings.home, settings)
    _print(shares)
    path = settings.home / "reports" / "truth.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(shares, indent=1))


def measure(home: Path, settings: Settings) -> dict[str, float]:
    """Expected clicks a slate of ten, by who made the slates; `best` is the most there can be."""
    tables, features, catalogue = Tables(home), Features(home), Catalogue.load(home)
    events, bookings = tables.read("events"), tables.read("bookings")
    rows = t.behaviour(events, bookings, catalogue.frame)
    history = labelled(events, bookings, tables.read("requests"))
    wanted = settings.training
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    early = training.fit_generators(rows, catalogue, split.train_from, wanted.seed)
    late = training.fit_generators(rows, catalogue, split.test_from, wanted.seed)
    learned = history.between(split.train_from, split.test_from, wanted.requests, wanted.seed)
    many = settings.serving.candidates
    learn = training.examples(
        features, catalogue, early, learned, many, wanted.negatives, wanted.seed
    )
    asked = _slates_asked(history, split)
    test = training.examples(features, catalogue, late, asked, many, None, wanted.seed)
    ranker = LambdaMart(wanted.trees, wanted.leaves, wanted.seed)
    ranker.fit(learn.matrix, learn.grade, learn.request)
    linear = LinearBaseline(wanted.seed)
    linear.fit(learn.matrix, learn.grade, learn.request)
    by_name = {g.name: g for g in late}
    count = np.asarray(by_name["popular"].state()["count"], dtype=np.float32)
    made: dict[str, Lists] = {
        "ranker": training.slates(ranker, test, catalogue, Rules()),
        "linear baseline": training.slates(linear, test, catalogue, Rules()),
        "popularity": training.top(np.broadcast_to(count, (len(test.relevant), len(count)))),
        "popularity by hour": training.top(by_name["popular"].score(test.asked, catalogue)),
        "nearby": training.top(by_name["nearby"].score(test.asked, catalogue)),
    }
    return _judged(home, events, asked.requests, made, catalogue)


def _slates_asked(history: Labelled, split: Split) -> Labelled:
    """A sample of the slates of the test window, whether anything came of them or not."""
    inside = history.requests.filter(
        pl.col(REQUESTED_AT).is_between(split.test_from, split.end, closed="left")
        & ~pl.col(C.REQUEST).str.starts_with(ORGANIC)
    ).sort(C.REQUEST)
    drawn = inside.sample(min(SLATES, inside.height), seed=SEED).sort(REQUESTED_AT, C.REQUEST)
    return Labelled(
        drawn,
        history.labels.join(drawn, on=C.REQUEST, how="semi"),
        history.shown.join(drawn, on=C.REQUEST, how="semi"),
    )


def _judged(
    home: Path,
    events: pl.DataFrame,
    requests: pl.DataFrame,
    made: dict[str, Lists],
    catalogue: Catalogue,
) -> dict[str, float]:
    truth = Truth.load(home / "world")
    asked = requests.select(
        C.REQUEST,
        C.USER,
        pl.col(REQUESTED_AT).alias(C.OCCURRED_AT),
        C.LATITUDE,
        C.LONGITUDE,
    )
    shown = events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION).join(asked, on=C.REQUEST, how="semi")
    slates = {
        "best possible": best_slates(truth, asked),
        "as logged": shown.select(C.REQUEST, C.POSITION, C.POI),
        **{name: _long(asked, lists, catalogue) for name, lists in made.items()},
    }
    return {n: float(expected_clicks(truth, asked, s).mean()) for n, s in slates.items()}


def _long(asked: pl.DataFrame, lists: Lists, catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        (request, position, catalogue.ids[place])
        for request, places in zip(asked[C.REQUEST].to_list(), lists, strict=True)
        for position, place in enumerate(places[:10], start=1)
    ]
    return pl.DataFrame(rows, schema=[C.REQUEST, C.POSITION, C.POI], orient="row")


def _print(clicks: dict[str, float]) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("slates by")
    table.add_column("expected clicks", justify="right")
    table.add_column("of the best", justify="right")
    for name, value in sorted(clicks.items(), key=lambda item: -item[1]):
        table.add_row(name, f"{value:.3f}", f"{value / clicks['best possible']:.1%}")
    Console().print(table)


if __name__ == "__main__":
    main()
