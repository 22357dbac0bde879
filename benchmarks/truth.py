"""How much of the best possible the ranker reaches on the sample world, whose truth is known.

    BUTLER_HOME=.butler python -m benchmarks.truth [--ablation] [--trees N]

Every slate of the test window is made anew by the ranker (trained on the window before it, with
candidates fitted before the test) and by simple rankings, and judged by the world's own click
probabilities: expected clicks with the world's examination, and NDCG@10 with the click probability as
gain. `--ablation` trains again without each group of features, and looks at the quarter of the
requests in the worst weather (`foul`) by themselves. Prints tables and writes `reports/truth.json` in
the home.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

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
from butler.world.truth import Truth, utilities
from butler.world.utility import examination
from features import transforms as t
from features.built import load_built
from features.context import REQUESTED_AT
from features.frame import Catalogue
from features.session import SESSION
from features.store import Features
from features.vector import GROUP_OF, NAMES
from models import training
from models.attribution import Windows
from models.clicks import Lessons
from models.examples import Examples, fit_generators, rolled
from models.generators import Generator
from models.lessons import examination_of, lessons
from models.position import Examination
from models.ranker import ClickRanker, LinearBaseline, Ranker
from models.requests import Labelled, Split, labelled
from models.rerank import Rules
from pipelines.train import worth_of

SLATES, SEED, LENGTH = 1000, 1, 10
Lists = Sequence[Sequence[int]]
PERSONAL = ("als", "covisit", "history", "content", "taste")

# what is taken away -> groups of features or single ones, and generators whose score and rank go too
ABLATIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "weather": (("weather",), ()),
    "location": (("distance",), ("nearby", "content")),
    "taste and history": (("taste", "history", "traveller"), PERSONAL),
    "audience": (("audience",), ()),
    "opening hours": (("opening",), ()),
    "time of day and year": (("time", "season"), ("popular",)),
    "popularity and quality": (("popularity", "quality", "novelty"), ("popular",)),
    "price": (("price",), ()),
    "session intent": (tuple(f"session_{n}" for n in SESSION), ()),
    "trending": (("poi_trend_1h", "cell_trend_1h", "poi_crowding"), ()),
    "all generators' scores": (("similar",), ()),
}


@dataclass(frozen=True)
class Ground:
    """Examples of both windows, and what is true of the tested requests."""

    settings: Settings
    catalogue: Catalogue
    split: Split
    history: Labelled
    wanted: Labelled
    learn: Examples
    late: list[Generator]
    test: Examples
    click: NDArray[np.float64]  # (requests, places): P(click | looked at)
    foul: NDArray[np.bool_]  # (requests,): the quarter asked in the worst weather

    def lessons(self, seen: Examination) -> Lessons:
        wanted = self.settings.training
        worth = worth_of(wanted)
        end = self.split.test_from
        return lessons(
            self.learn, self.history, self.wanted, self.catalogue, end, seen, Windows(), worth
        )

    def slates(self, model: Ranker, test: Examples | None = None, **rules: float) -> Lists:
        return training.slates(model, test or self.test, self.catalogue, Rules(**rules))  # type: ignore[arg-type]

    def shares(self, lists: Lists, only: NDArray[np.bool_] | None = None) -> dict[str, float]:
        """Share of the best expected clicks, and NDCG@10, over all requests or `only` some."""
        kept = np.ones(len(self.click), dtype=bool) if only is None else only
        gain = np.zeros((len(self.click), LENGTH))
        for row, places in enumerate(lists):
            found = self.click[row, list(places[:LENGTH])]
            gain[row, : len(found)] = found
        best = -np.sort(-self.click, axis=1)[:, :LENGTH]
        seen, discount = examination(LENGTH), 1.0 / np.log2(np.arange(2, LENGTH + 2))
        return {
            "clicks": float((gain @ seen)[kept].mean()),
            "share": float((gain @ seen)[kept].sum() / (best @ seen)[kept].sum()),
            "ndcg": float(((gain @ discount) / (best @ discount))[kept].mean()),
        }


def ground(home: Path, settings: Settings) -> Ground:
    """Everything but a model: the same for every model that is compared."""
    tables, features, catalogue = Tables(home), Features(home), Catalogue.load(home)
    events, bookings = tables.read("events"), tables.read("bookings")
    rows = t.behaviour(events, bookings, catalogue.frame)
    history = labelled(events, bookings, tables.read("requests"))
    wanted = settings.training
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    many = settings.serving.candidates
    learned = history.between(
        split.train_from, split.test_from, wanted.requests, wanted.seed, answered=False
    )
    learn = rolled(
        features, catalogue, rows, learned, split.train_from, split.test_from,
        refit=timedelta(days=wanted.refit_days), candidates=many, negatives=wanted.negatives,
        seed=wanted.seed,
    )  # fmt: skip
    late = fit_generators(rows, catalogue, split.test_from, wanted.seed)
    asked = _slates_asked(history, split)
    test = training.examples(features, catalogue, late, asked, many, None, wanted.seed)
    click = _clicks(home, asked.requests, catalogue)
    foul = _foul(test, len(click))
    return Ground(settings, catalogue, split, history, learned, learn, late, test, click, foul)


def _slates_asked(history: Labelled, split: Split) -> Labelled:
    """A sample of the slates of the test window, whether anything came of them or not."""
    inside = history.inside(split.test_from, split.end)
    slates = inside.requests.filter(~inside.organic()).sort(C.REQUEST)
    drawn = slates.sample(min(SLATES, slates.height), seed=SEED).sort(REQUESTED_AT, C.REQUEST)
    return history.only(drawn)


def _foul(test: Examples, requests: int) -> NDArray[np.bool_]:
    """The quarter of the requests with most rain, and then most cloud, forecast at their candidates."""
    worst = np.zeros(requests)
    rain, cloud = (
        np.nan_to_num(test.matrix[:, NAMES.index(f"weather_{n}")]).astype(np.float64)
        for n in ("precipitation_mm", "cloud_pct")
    )
    np.maximum.at(worst, test.request, 100.0 * rain + cloud / 100.0)
    return worst > np.quantile(worst, 0.75)


def _clicks(home: Path, requests: pl.DataFrame, catalogue: Catalogue) -> NDArray[np.float64]:
    asked = requests.select(
        C.REQUEST, C.USER, pl.col(REQUESTED_AT).alias(C.OCCURRED_AT), C.LATITUDE, C.LONGITUDE
    )
    found = utilities(Truth.load(home / "world"), asked)
    column = {poi: n for n, poi in enumerate(found.poi_ids)}
    return np.asarray(found.click[:, [column[poi] for poi in catalogue.ids]])


def rankings(on: Ground, ranker: Ranker) -> dict[str, Lists]:
    """The ranker's slates beside simple ones."""
    linear = LinearBaseline(on.settings.training.seed)
    slate = ~on.learn.unasked
    linear.fit(on.learn.matrix[slate], on.learn.grade[slate], on.learn.request[slate])
    by_name = {g.name: g for g in on.late}
    count = np.asarray(by_name["popular"].state()["count"], dtype=np.float32)
    logged = [sorted(_shown(on, r), key=_shown(on, r).get) for r in range(len(on.click))]  # type: ignore[arg-type]
    return {
        "best possible": np.argsort(-on.click, axis=1, kind="stable")[:, :LENGTH].tolist(),
        "ranker": on.slates(ranker),
        "ranker, without diversity": on.slates(ranker, diversity=0.0),
        "linear baseline": on.slates(linear),
        "popularity": training.top(np.broadcast_to(count, on.click.shape)),
        "popularity by hour": training.top(by_name["popular"].score(on.test.asked, on.catalogue)),
        "nearby": training.top(by_name["nearby"].score(on.test.asked, on.catalogue)),
        "as logged": logged,
    }


def _shown(on: Ground, request: int) -> dict[int, int]:
    rows = (on.test.request == request) & (on.test.position > 0)
    pairs = zip(on.test.place[rows].tolist(), on.test.position[rows].tolist(), strict=True)
    return dict(pairs)


def without(names: Sequence[str], part: Examples) -> Examples:
    """The same rows with these features missing everywhere."""
    matrix = part.matrix.copy()
    matrix[:, [NAMES.index(n) for n in names]] = np.nan
    return replace(part, matrix=matrix)


def taken(groups: Sequence[str], generators: Sequence[str]) -> list[str]:
    """Names of the features of these groups (or of these names), and of what these generators say."""
    said = {f"{g}_{what}" for g in generators for what in ("score", "rank")}
    return [n for n in NAMES if GROUP_OF[n] in groups or n in groups or n in said]


def ablation(on: Ground, taught: Lessons, trees: int) -> dict[str, dict[str, float]]:
    """The ranker trained again without each of ABLATIONS; with everything first."""
    out = {}
    for name, (groups, generators) in {"nothing": ((), ()), **ABLATIONS}.items():
        gone = taken(groups, generators)
        ranker = ClickRanker(trees, on.settings.training.leaves, on.settings.training.seed)
        ranker.fit(without(gone, on.learn).matrix, taught)
        # the rule reads the opening hours, too
        lists = on.slates(ranker, without(gone, on.test), drop_closed="opening" not in groups)
        out[name] = {**on.shares(lists), "foul": on.shares(lists, on.foul)["share"]}
        print(f"without {name}: {out[name]['share']:.4f}", flush=True)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--trees", type=int, default=0)
    wanted = parser.parse_args()
    settings = Settings()
    report(ground(settings.home, settings), wanted.ablation, wanted.trees)


def report(on: Ground, ablate: bool, trees: int = 0) -> None:
    trees = trees or on.settings.training.trees
    taught = on.lessons(examination_of(on.learn))
    ranker = ClickRanker(trees, on.settings.training.leaves, on.settings.training.seed)
    ranker.fit(on.learn.matrix, taught)
    found = {name: on.shares(lists) for name, lists in rankings(on, ranker).items()}
    _print("slates by", found)
    written = {"requests": len(on.click), "foul": int(on.foul.sum()), "slates": found}
    if ablate:
        without_each = ablation(on, taught, trees)
        _print("without", without_each)
        written["ablation"] = without_each
    write_report(on.settings, "truth", written)


def _print(first: str, found: dict[str, dict[str, float]]) -> None:
    table = Table(box=None, header_style="bold")
    columns = list(next(iter(found.values())))
    for n, name in enumerate((first, *columns)):
        table.add_column(name, justify="left" if n == 0 else "right")
    for name, row in sorted(found.items(), key=lambda item: -item[1]["share"]):
        cells = [f"{row[c]:.3f}" if c == "clicks" else f"{row[c]:.1%}" for c in columns]
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
