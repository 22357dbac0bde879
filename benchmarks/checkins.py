"""Check-ins cut into trajectories: what is read, and which targets are asked for with what known.

A target becomes a request of its own: who asks has done what may be known, and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from butler.columns import SCHEMAS, UTC, C
from butler.datasets import typed
from butler.errors import ContractViolation
from butler.importers.foursquare import CHECKIN, POI, TRAJECTORY, events_of, pois_of
from butler.importers.source import numbers, read_source
from features.frame import Catalogue
from features.places import enrich

STRICT, LIVE = "strict", "live"
MICROSECOND = timedelta(microseconds=1)
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
    changed: Mapping[str, Any] = field(
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
    places = enrich(merged, empty("weather"))
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


def empty(name: str) -> pl.DataFrame:
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
    return end + MICROSECOND


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
