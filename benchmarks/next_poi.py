"""Next POI on check-ins cut into trajectories: the protocol of GETNext (SIGIR'22) and STHGCN (SIGIR'23).

    butler bench next-poi --train train.csv --pois pois.csv --val val.csv --test test.csv \
        --mode strict --out predictions.csv

The target is the last check-in of a trajectory, its earlier check-ins are the input; it counts when
its user and its POI occur in train. The platform's own generators, features and ranker are fitted
and rank all places of train.

A target becomes a traveller of its own, who has done what may be known and nothing else: in *strict*
mode the user's check-ins in train and the input, in *live* mode all the user did before the
trajectory began and the input. So no other trajectory of the test can be seen, and features are those
of Feast's point-in-time join. The ranker learns from trajectories of train made in the same way: what
is known ends at a cutoff, and the trajectories of the weeks after it are predicted.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table

from benchmarks.checkins import (
    LIVE,
    MICROSECOND,
    STRICT,
    Data,
    Group,
    Settings,
    asked_groups,
    empty,
    learned_groups,
    read,
)
from butler.columns import UTC, VISIT, C
from butler.errors import ContractViolation, InvalidRequest
from butler.importers.foursquare import TRAJECTORY
from features import transforms as t
from features import trending
from features.context import REQUEST_SCHEMA, REQUESTED_AT, VISIT_AT
from features.frame import Catalogue
from features.store import Features
from models.generators import Generator, all_generators
from models.ranker import LambdaMart, Matrix
from models.requests import GRADE, Labelled
from models.training import Examples, examples

Tell = Callable[[str], None]
Index = NDArray[np.int64]
BEST = 200
RANKS = (1, 5, 10, 20)
PUBLISHED: dict[str, tuple[float, ...]] = {  # on the test split: Acc@1, Acc@5, Acc@10, MRR
    "FPMC": (0.1003, 0.2126, 0.2970, 0.1701),
    "STAN (WWW'21)": (0.2231, 0.4582, 0.5734, 0.3253),
    "GETNext (SIGIR'22)": (0.2435, 0.5089, 0.6143, 0.3621),
    "STHGCN (SIGIR'23), best run": (0.2734, 0.5361, 0.6244, 0.3915),
    "STHGCN, mean of 10 runs": (0.2625, 0.5226, 0.6117, 0.3798),
}
OURS, POPULAR, FREQUENT = "the platform", "popularity", "most frequent"
RANKINGS = (OURS, FREQUENT, POPULAR)


def run(
    train: Path,
    pois: Path,
    val: Path,
    test: Path,
    mode: str,
    out: Path,
    settings: Settings | None = None,
    tell: Tell = lambda _: None,
) -> dict[str, dict[str, float]]:
    """Fit, predict, write `out` and return the metrics by who ranked."""
    settings = settings or Settings()
    if mode not in (STRICT, LIVE):
        raise InvalidRequest(f"Mode {mode!r} is not known; use {STRICT} or {LIVE}.", field="mode")
    tell("reading")
    data = read(train, pois, val, test, mode)
    with tempfile.TemporaryDirectory() as home:
        features = Features(Path(home))
        features.apply()
        rankers = fit(features, data, mode, settings, tell)
        predicted = predict(features, data, mode, rankers, settings, tell)
    write(predicted, out)
    wanted = predicted[C.POI].to_list()
    return {name: accuracy(predicted[name].to_list(), wanted) for name in RANKINGS}


# --- fit and predict


def fit(
    features: Features, data: Data, mode: str, settings: Settings, tell: Tell
) -> list[LambdaMart]:
    """Rankers that differ in their seed alone; their mean score is used."""
    parts = []
    for n, group in enumerate(learned_groups(data, mode, settings), start=1):
        tell(f"learning set {n} of {settings.cutoffs}: {group.asked.height:,} targets")
        parts.append(_made(features, data, group, settings.learn_candidates, settings.seed, True))
    if not parts:
        raise ContractViolation(
            "Train has no trajectory after the first cutoff to learn from; give a longer history."
        )
    matrix, grade, request = _joined(parts)
    rankers = []
    for n in range(settings.rankers):
        tell(f"ranker {n + 1} of {settings.rankers}: {len(grade):,} rows")
        ranker = LambdaMart(settings.trees, settings.leaves, settings.seed + n, **settings.changed)
        ranker.fit(matrix, grade, request)
        rankers.append(ranker)
    return rankers


def _joined(parts: Sequence[Examples]) -> tuple[Matrix, Index, Index]:
    """Matrix, grade and request of all requests whose target is among their candidates."""
    matrices, grades, requests = [], [], []
    before = 0
    for part in parts:
        found = np.zeros(len(part.relevant), dtype=bool)
        found[part.request[part.grade > 0]] = True
        kept = found[part.request]
        matrices.append(part.matrix[kept])
        grades.append(part.grade[kept])
        requests.append(part.request[kept] + before)
        before += len(part.relevant)
    return np.concatenate(matrices), np.concatenate(grades), np.concatenate(requests)


def predict(
    features: Features,
    data: Data,
    mode: str,
    rankers: Sequence[LambdaMart],
    settings: Settings,
    tell: Tell,
) -> pl.DataFrame:
    """A row a target: trajectory_id, user_id, poi_id, and by the names of RANKINGS lists of POIs."""
    parts = []
    for group in asked_groups(data, mode, settings):
        tell(f"predicting {group.asked.height:,} targets as of {group.cutoff:%Y-%m-%d}")
        made = _made(features, data, group, settings.candidates, settings.seed, False)
        score = np.mean([r.predict(made.matrix) for r in rankers], axis=0)
        parts.append(
            group.asked.select(TRAJECTORY, C.USER, C.POI).with_columns(
                [pl.Series(n, lists) for n, lists in _lists(data, group, made, score).items()]
            )
        )
    return pl.concat(parts)


def _lists(
    data: Data, group: Group, made: Examples, score: NDArray[np.float64]
) -> dict[str, list[list[str]]]:
    """The BEST places of train for each target, by each of RANKINGS."""
    ids = np.array(data.catalogue.ids)
    ours = np.flatnonzero(np.isin(ids, data.train[C.POI].unique().to_numpy()))
    popular = _counts(data.known.filter(pl.col(C.KNOWN_AT) < group.cutoff), data.catalogue)
    starts = np.searchsorted(made.request, np.arange(len(made.relevant) + 1))
    out: dict[str, list[list[str]]] = {name: [] for name in RANKINGS}
    for n in range(len(made.relevant)):
        rows = slice(int(starts[n]), int(starts[n + 1]))
        ranked = popular - 1e9  # what is no candidate comes after all that are
        ranked[made.place[rows]] = score[rows]
        often = made.frequency[n].toarray()[0] * 1e6 + popular
        for name, worth in ((OURS, ranked), (FREQUENT, often), (POPULAR, popular)):
            order = np.argsort(-worth[ours], kind="stable")[:BEST]
            out[name].append(ids[ours[order]].tolist())
    return out


def _counts(known: pl.DataFrame, catalogue: Catalogue) -> NDArray[np.float64]:
    """(places,) check-ins of each."""
    row = np.array([catalogue.index[p] for p in known[C.POI].to_list()], dtype=np.int64)
    return np.bincount(row, minlength=len(catalogue)).astype(np.float64)


def _made(
    features: Features, data: Data, group: Group, candidates: int, seed: int, labelled: bool
) -> Examples:
    """The candidates' vectors of a group, as if each target were a request of its own traveller."""
    known = data.known.filter(pl.col(C.KNOWN_AT) < group.cutoff)
    everybody = t.behaviour(_visits(known), empty("bookings"), data.places)
    before = (
        group.asked.select(pl.col(C.REQUEST), C.USER, "until")
        .join(data.known.select(C.USER, C.POI, C.KNOWN_AT), on=C.USER)
        .filter(pl.col(C.KNOWN_AT) < pl.col("until"))
    )
    done = pl.concat([before.select(C.REQUEST, C.POI, C.KNOWN_AT), group.inputs])
    travellers = t.behaviour(
        _visits(done.rename({C.REQUEST: C.USER})), empty("bookings"), data.places
    )
    _write_views(features, everybody, travellers, data.places, group.cutoff)
    trending.sums(_events(known)).sort(C.KNOWN_AT).collect().write_parquet(
        trending.path(features.home)
    )
    generators: list[Generator] = all_generators()
    for g in generators:
        g.fit(everybody, data.catalogue, seed)
    wanted = _labelled(group, labelled)
    at = pl.Series([group.cutoff] * wanted.requests.height, dtype=UTC)
    return examples(
        features, data.catalogue, generators, wanted, candidates, None, seed, places_at=at
    )


def _visits(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        C.USER,
        C.POI,
        pl.lit(VISIT).alias(C.EVENT_TYPE),
        C.KNOWN_AT,
        pl.lit(None, pl.Float64).alias(C.VALUE),
        pl.lit(None, pl.String).alias(C.REQUEST),
        pl.lit(None, pl.Int32).alias(C.POSITION),
    )


def _events(rows: pl.DataFrame) -> pl.LazyFrame:
    """The same as rows of the history: told when they happened, none of them to a server of ours."""
    at = pl.col(C.KNOWN_AT).alias(C.OCCURRED_AT)
    return _visits(rows).lazy().with_columns(at, pl.lit(None, pl.Int64).alias(C.LOG_SEQ))


def _write_views(
    features: Features,
    everybody: pl.DataFrame,
    travellers: pl.DataFrame,
    places: pl.DataFrame,
    cutoff: datetime,
) -> None:
    """The offline views: travellers by themselves, places by what everybody did."""
    end = cutoff.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(hours=1)
    views = {
        "traveller": t.traveller(travellers),
        "traveller_category": t.traveller_category(travellers),
        "traveller_poi": t.traveller_poi(travellers),
        "traveller_step": t.traveller_step(travellers),
        "poi": t.poi(everybody, places, start, end),
        "place_hour": t.place_hour(everybody, start, end),
        "audience": t.audience(everybody, empty("travellers"), start, end),
        "weather_forecast": t.weather_forecast(empty("weather")),
        "weather_observed": t.weather_observed(empty("weather")),
        "profile": t.profile(empty("travellers")),
    }
    for name, view in views.items():
        features.write_history(name, view)


def _labelled(group: Group, labelled: bool) -> Labelled:
    """Requests in the moment of the last input, of which alone the place is known."""
    last = group.inputs.group_by(C.REQUEST).agg(
        (pl.col(C.KNOWN_AT).max() + MICROSECOND).alias(REQUESTED_AT)
    )
    asked = group.asked.join(last, on=C.REQUEST, how="left", maintain_order="left")
    told = {
        C.REQUEST: pl.col(C.REQUEST),
        C.USER: pl.col(C.REQUEST),
        REQUESTED_AT: pl.col(REQUESTED_AT),
        VISIT_AT: pl.col(REQUESTED_AT),
    }
    requests = asked.select(
        told.get(name, pl.lit(None, dtype)).alias(name) for name, dtype in REQUEST_SCHEMA.items()
    )
    labels = asked.select(
        C.REQUEST, C.POI, pl.lit(3, pl.Int64).alias(GRADE), pl.col(REQUESTED_AT).alias(C.KNOWN_AT)
    )
    labels = labels if labelled else labels.clear()
    nothing_shown = pl.LazyFrame(
        schema=dict.fromkeys((C.REQUEST, C.POI), pl.String) | {C.POSITION: pl.Int64}
    )
    return Labelled(requests, labels, nothing_shown)


# --- what came of it


def write(predicted: pl.DataFrame, out: Path) -> None:
    """`trajectory_id,user_id,rank,poi_id`, one line a place, the best first."""
    rows = predicted.select(
        TRAJECTORY,
        C.USER,
        pl.int_ranges(1, pl.col(OURS).list.len() + 1).alias("rank"),
        pl.col(OURS).alias(C.POI),
    ).explode("rank", C.POI)
    out.parent.mkdir(parents=True, exist_ok=True)
    rows.write_csv(out)


def accuracy(lists: Sequence[Sequence[str]], wanted: Sequence[str]) -> dict[str, float]:
    """Acc@k, the share of targets within the first k, and MRR; a target not listed counts 0."""
    rank = np.array(
        [
            ranked.index(w) + 1.0 if w in ranked else np.inf
            for ranked, w in zip(lists, wanted, strict=True)
        ]
    )
    found = {f"Acc@{k}": float((rank <= k).mean()) for k in RANKS}
    return {**found, "MRR": float((1.0 / rank).mean())}


def table(measured: dict[str, dict[str, float]]) -> Table:
    """What was measured, beside what is published of the test split of foursquare-nyc."""
    out = Table(box=None, header_style="bold")
    names = [*[f"Acc@{k}" for k in RANKS], "MRR"]
    out.add_column("ranked by")
    for name in names:
        out.add_column(name, justify="right")
    for who, values in measured.items():
        out.add_row(who, *[f"{values[n]:.4f}" for n in names])
    out.add_section()
    for who, (one, five, ten, mrr) in PUBLISHED.items():
        out.add_row(f"{who}, published", *[f"{v:.4f}" for v in (one, five, ten)], "", f"{mrr:.4f}")
    return out
