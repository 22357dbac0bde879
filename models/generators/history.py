"""What the traveller met before."""

from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features import sequence as s
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, positives
from models.met import EVERYWHERE, Among, put
from models.queries import Queries

DAY_HOURS = 24


class History:
    """What the traveller met before, fading with time: nothing to learn."""

    name = "history"

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None: ...

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        return queries.history.dense(among)

    def state(self) -> Arrays:
        return {}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None: ...


class Routine:
    """What followed the moments of this traveller's past that were most like now."""

    name = "routine"

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None: ...

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        def of_one(q: int, now: float) -> tuple[s.Index, s.Array]:
            found = queries.steps.habits(q, now, catalogue.where)
            return found.places, found.values["share"] + found.values["routine"]

        return by_traveller(queries, len(catalogue), among, of_one)

    def state(self) -> Arrays:
        return {}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None: ...


class Ahead:
    """What this traveller does in the hours that are likely to come next.

    Learned is only the clock of everybody: `lift` (24, 24), how much more often than at any hour a
    visit at hour i is followed, within a day, by one at hour j.
    """

    name = "ahead"
    PRIOR = 2.0

    def __init__(self) -> None:
        self.lift = np.ones((DAY_HOURS, DAY_HOURS), np.float64)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        pairs = followed(positives(rows, catalogue))
        counts = np.full((DAY_HOURS, DAY_HOURS), self.PRIOR)
        hours = pairs["local_hour"].to_numpy(), pairs["next_hour"].to_numpy()
        np.add.at(counts, hours, 1.0)
        self.lift = counts / counts.sum(axis=1, keepdims=True) * DAY_HOURS

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        def of_one(q: int, now: float) -> tuple[s.Index, s.Array]:
            minute = queries.steps.of(q)[1]
            hour = minute // 60 % DAY_HOURS
            age = np.arange(len(minute) - 1, -1, -1, dtype=np.float64)
            weight = self.lift[int(now // 60) % DAY_HOURS][hour] * s.STEP_DECAY**age
            found = queries.steps.habits(q, now, catalogue.where)
            own = found.places
            return own, np.bincount(found.which, weight, len(own)) / weight.sum()

        return by_traveller(queries, len(catalogue), among, of_one)

    def state(self) -> Arrays:
        return {"lift": self.lift}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.lift = np.asarray(arrays["lift"], dtype=np.float64)


class OfOne(Protocol):
    """(own places, their worth) of the traveller of query `q` at the local minute `now`."""

    def __call__(self, q: int, now: float) -> tuple[s.Index, s.Array]: ...


def by_traveller(queries: Queries, places: int, among: Among, of_one: OfOne) -> Floats:
    """(queries, places among) of what `of_one` says of each traveller that has steps."""
    nothing = np.zeros(0, np.int64), np.zeros(0)
    worth = (
        of_one(q, float(queries.minute[q])) if len(queries.steps.of(q)[0]) else nothing
        for q in range(len(queries))
    )
    return np.array([put(*found, places, among) for found in worth])


def followed(liked: pl.DataFrame, steps: int = 1, hours: float = 24.0) -> pl.DataFrame:
    """Pairs of positives (see `positives`) of one traveller `steps` apart and at most so many
    hours: `place`, `local_hour`, and `next_place`, `next_hour`."""
    ordered = liked.sort(C.USER, C.KNOWN_AT, maintain_order=True)

    def later(name: str) -> pl.Expr:
        return pl.col(name).shift(-steps).over(C.USER)

    gap = (later(C.KNOWN_AT) - pl.col(C.KNOWN_AT)).dt.total_minutes()
    return (
        ordered.select(
            "place",
            pl.col("local_hour").cast(pl.Int64),
            later("place").alias("next_place"),
            later("local_hour").cast(pl.Int64).alias("next_hour"),
            gap.alias("gap"),
        )
        .filter(pl.col("next_place").is_not_null() & (pl.col("gap") <= hours * 60))
        .drop("gap")
    )
