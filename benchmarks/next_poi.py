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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table

from butler.columns import SCHEMAS, UTC, VISIT, C
from butler.datasets import typed
from butler.errors import ContractViolation, InvalidRequest
from butler.importers.foursquare import CHECKIN, POI, TRAJECTORY, events_of, pois_of
from butler.importers.source import numbers, read_source
from features import transforms as t
from features.context import REQUEST_SCHEMA, REQUESTED_AT, VISIT_AT
from features.frame import Catalogue
from features.places import enrich
from features.store import Features
from models.generators import Generator, all_generators
from models.ranker import LambdaMart, Matrix
from models.requests import GRADE, Labelled
from models.training import Examples, examples

Tell = Callable[[str], None]
Index = NDArray[np.int64]
STRICT, LIVE = "strict", "live"
BEST = 200
RANKS = (1, 5, 10, 20)
PUBLISHED: dict[str, tuple[float, ...]] = {  # on the test split: Acc@1, Acc@5, Acc@10, MRR
    "FPMC": (0.1003, 0.2126, 0.2970, 0.1701),
    "STAN (WWW'21)": (0.2231, 0.4582, 0.5734, 0.3253),
    "GETNext (SIGIR'22)": (0.2435, 0.5089, 0.6143, 0.3621),
    "STHGCN (SIGIR'23), best run": (0.2734, 0.5361, 0.6244, 0.3915),
    "STHGCN, mean of 10 runs": (0.2625, 0.5226, 0.6117, 0.3798),
}
_MICROSECOND = timedelta(microseconds=1)
OURS, POPULAR, FREQUENT = "the platform", "popularity", "most frequent"
RANKINGS = (OURS, FREQUENT, POPULAR)
_NTH = "nth"


@dataclass(frozen=True)
class Settings:
    """How the ranker learns; chosen on the validation split, see docs/experiments.md."""

    cutoffs: int = 5  # moments at which what is known ends
    cutoff_days: float = 30.0  # between two cutoffs
    horizon_days: float = 75.0  # how long after a cutoff trajectories are predicted (strict)
    refit_days: float = 7.0  # how often the generators are fitted anew (live)
    positions: int = 1  # predicted check-ins of a training trajectory besides its last
    most: int = 10_000  # training requests
    learn_candidates: int = 80
    candidates: int = 220
    trees: int = 200
    leaves: int = 15
    rankers: int = 2  # that differ in their seed; the mean of their scores ranks
    seed: int = 7
    changed: Mapping[str, object] = field(
        default_factory=lambda: {"min_data_in_leaf": 200, "lambda_l2": 10.0}
    )


@dataclass(frozen=True)
class Data:
    """Check-ins: user_id, poi_id, known_at, trajectory_id, `nth` of its trajectory; sorted by time."""

    train: pl.DataFrame
    known: pl.DataFrame  # what may be known when its time has come: train; in live mode all files
    test: pl.DataFrame
    places: pl.DataFrame
    catalogue: Catalogue


@dataclass(frozen=True)
class Group:
    """Targets predicted with generators and places as of one moment.

    `asked` has a row a target: request_id (also its traveller), user_id, poi_id (of the target),
    `until` (the user's check-ins before it are known). `inputs`: request_id, poi_id, known_at.
    """

    cutoff: datetime
    asked: pl.DataFrame
    inputs: pl.DataFrame


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


# --- what there is


def read(train: Path, pois: Path, val: Path, test: Path, mode: str) -> Data:
    """Raises NotFound or ContractViolation, naming the file and what is wrong with it."""
    learned, asked = _checkins(train), _checkins(test)
    validated = _checkins(val)
    inputs = asked.filter(~_is_last(asked))
    if mode == LIVE:
        told = [learned, asked] if val.resolve() == test.resolve() else [learned, validated, asked]
    else:
        told = [learned]
    mentioned = pl.concat([*told, inputs]).select(*CHECKIN, TRAJECTORY)
    listed = read_source(pois, POI)
    numbers(pois, listed, "lat", "lon")
    merged = typed("pois", pois_of(listed, mentioned))
    nowhere = merged.filter(pl.col(C.LATITUDE).is_null() | pl.col(C.LONGITUDE).is_null())
    if nowhere.height:
        raise ContractViolation(
            f"{pois}: {nowhere.height} POIs have no coordinates, as {nowhere[C.POI][0]}; fill them in."
        )
    places = enrich(merged, _none("weather"))
    kept = [C.USER, C.POI, C.KNOWN_AT, TRAJECTORY, _NTH]
    return Data(
        learned.select(kept),
        pl.concat(told).select(kept).sort(C.KNOWN_AT, C.USER, _NTH),
        asked.select(kept),
        places,
        Catalogue(places),
    )


def _checkins(path: Path) -> pl.DataFrame:
    """The file's columns, and user_id, poi_id, known_at, `nth` of the trajectory; in order of time.

    The n-th of several check-ins of a user in one moment is known n microseconds later.
    """
    found = read_source(path, (*CHECKIN, TRAJECTORY))
    if found.is_empty():
        raise ContractViolation(f"{path} has no check-ins; give a file with trajectories.")
    numbers(path, found, "latitude", "longitude")
    for column in (*CHECKIN[:2], *CHECKIN[3:], TRAJECTORY):
        if missing := found[column].null_count():
            raise ContractViolation(f"{path}: {column} is empty in {missing} rows; fill it in.")
    at = events_of(found)[C.OCCURRED_AT]
    named = found.with_columns(
        at.alias(C.KNOWN_AT), pl.col("user_id").alias(C.USER), pl.col("POI_id").alias(C.POI)
    ).sort(C.KNOWN_AT, maintain_order=True)
    again = pl.int_range(pl.len()).over(C.USER, C.KNOWN_AT)
    return named.with_columns(
        pl.col(C.KNOWN_AT) + pl.duration(microseconds=again),
        pl.int_range(pl.len()).over(TRAJECTORY).alias(_NTH),
    )


def _is_last(checkins: pl.DataFrame) -> pl.Series:
    last = pl.col(_NTH) == pl.col(_NTH).max().over(TRAJECTORY)
    return checkins.select(last.alias("last"))["last"]


def _none(name: str) -> pl.DataFrame:
    """An empty table of the dataset."""
    return pl.DataFrame(schema=SCHEMAS[name].columns)


# --- what is asked


def asked_groups(data: Data, mode: str, settings: Settings) -> Iterator[Group]:
    """The targets of the test: whose user and POI are in train, and that have an input."""
    last = data.test.filter(_is_last(data.test) & (pl.col(_NTH) > 0))
    wanted = last.join(data.train, on=C.USER, how="semi").join(data.train, on=C.POI, how="semi")
    if wanted.is_empty():
        raise ContractViolation(
            "The test has no target: no trajectory has an input, and a user and a last POI that are "
            "in train. Give files of the same split."
        )
    if mode == STRICT:
        yield _group(data.test, wanted, _end(data.train))
        return
    begun = _begins(data.test, wanted)
    step = timedelta(days=settings.refit_days)
    cutoff: datetime = begun["begins"].min()  # type: ignore[assignment]
    while not begun.is_empty():
        now = pl.col("begins") < cutoff + step
        if (part := begun.filter(now)).height:
            yield _group(data.test, part, cutoff, live=True)
        begun, cutoff = begun.filter(~now), cutoff + step


def learned_groups(data: Data, mode: str, settings: Settings) -> Iterator[Group]:
    """Trajectories of train in the weeks after each cutoff, each by its last check-in and others."""
    end, step = _end(data.train), timedelta(days=settings.cutoff_days)
    span = step if mode == LIVE else timedelta(days=settings.horizon_days)
    rng = np.random.default_rng(settings.seed)
    some = data.train.filter(pl.col(_NTH) > 0).sort(TRAJECTORY, _NTH)
    chance = pl.Series("_chance", rng.random(some.height))
    drawn = some.with_columns(
        pl.when(_is_last(some)).then(-1.0).otherwise(chance).alias("_chance")
    ).filter(pl.col("_chance").rank("ordinal").over(TRAJECTORY) <= 1 + settings.positions)
    begun = _begins(data.train, drawn.drop("_chance"))
    for n in range(1, settings.cutoffs + 1):
        cutoff = end - n * step
        known = data.train.filter(pl.col(C.KNOWN_AT) < cutoff)
        wanted = (
            begun.filter(pl.col("begins").is_between(cutoff, cutoff + span, closed="left"))
            .join(known, on=C.USER, how="semi")
            .join(known, on=C.POI, how="semi")
        )
        most = settings.most // settings.cutoffs
        if wanted.height > most:
            wanted = wanted.sample(most, seed=settings.seed).sort(TRAJECTORY, _NTH)
        if wanted.height:
            yield _group(data.train, wanted, cutoff, live=mode == LIVE)


def _end(checkins: pl.DataFrame) -> datetime:
    end: datetime = checkins[C.KNOWN_AT].max()  # type: ignore[assignment]
    return end + _MICROSECOND


def _begins(checkins: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    begins = checkins.group_by(TRAJECTORY).agg(pl.col(C.KNOWN_AT).min().alias("begins"))
    return wanted.join(begins, on=TRAJECTORY, how="left", maintain_order="left")


def _group(
    checkins: pl.DataFrame, wanted: pl.DataFrame, cutoff: datetime, live: bool = False
) -> Group:
    until = pl.col("begins") if live else pl.lit(cutoff, UTC)
    asked = wanted.select(
        pl.format("{}#{}", TRAJECTORY, _NTH).alias(C.REQUEST),
        TRAJECTORY,
        C.USER,
        C.POI,
        pl.col(_NTH).alias("_target"),
        until.alias("until"),
    )
    inputs = checkins.join(asked.select(C.REQUEST, TRAJECTORY, "_target"), on=TRAJECTORY).filter(
        pl.col(_NTH) < pl.col("_target")
    )
    return Group(cutoff, asked.drop("_target"), inputs.select(C.REQUEST, C.POI, C.KNOWN_AT))


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
    everybody = t.behaviour(_visits(known), _none("bookings"), data.places)
    before = (
        group.asked.select(pl.col(C.REQUEST), C.USER, "until")
        .join(data.known.select(C.USER, C.POI, C.KNOWN_AT), on=C.USER)
        .filter(pl.col(C.KNOWN_AT) < pl.col("until"))
    )
    done = pl.concat([before.select(C.REQUEST, C.POI, C.KNOWN_AT), group.inputs])
    travellers = t.behaviour(
        _visits(done.rename({C.REQUEST: C.USER})), _none("bookings"), data.places
    )
    _write_views(features, everybody, travellers, data.places, group.cutoff)
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
    )


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
        "weather_forecast": t.weather_forecast(_none("weather")),
        "weather_observed": t.weather_observed(_none("weather")),
        "profile": t.profile(_none("travellers")),
    }
    for name, view in views.items():
        features.write_history(name, view)


def _labelled(group: Group, labelled: bool) -> Labelled:
    """Requests in the moment of the last input, of which alone the place is known."""
    last = group.inputs.group_by(C.REQUEST).agg(
        (pl.col(C.KNOWN_AT).max() + _MICROSECOND).alias(REQUESTED_AT)
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
    return Labelled(requests, labels, labels.select(C.REQUEST, C.POI).clear())


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
