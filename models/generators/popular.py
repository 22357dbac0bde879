"""What is popular at this hour and season, and in this neighbourhood."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, positives, spread
from models.met import EVERYWHERE, Among
from models.queries import Queries

SEASONS, HOURS = 4, 24


class Popular:
    """Popularity by cell, season and hour, of recent weeks more than of old; never 0.

    A place's own rhythm of the day counts as far as it is known; where it is not, its cell's rhythm
    of that season stands in, and where the cell's is not, the whole coast's.
    """

    name = "popular"
    HALF_LIFE_DAYS, OWN_PRIOR, CELL_PRIOR, SEASON_PRIOR = 21.0, 20.0, 50.0, 20.0

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)
        self.by_hour: Floats = np.zeros((0, HOURS), np.float32)
        self.by_season: Floats = np.zeros((0, SEASONS), np.float32)
        self.rhythm: Floats = np.ones((SEASONS, HOURS, 0), np.float32)  # of each place's cell

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        liked = positives(rows, catalogue)
        n = len(catalogue)
        place, hour = liked["place"].to_numpy(), liked["local_hour"].to_numpy().astype(np.int64)
        season = ((liked[C.KNOWN_AT].dt.month().to_numpy() % 12) // 3).astype(np.int64)
        hours = liked[C.KNOWN_AT].dt.epoch("us").to_numpy() / 3.6e9
        age_days = (hours.max() - hours) / 24.0 if len(hours) else hours
        weight = 0.5 ** (age_days / self.HALF_LIFE_DAYS)
        self.count = np.bincount(place, weight, n).astype(np.float32)
        self.by_hour = _smooth(_table(place, hour, weight, n, HOURS)).astype(np.float32)
        self.by_season = _table(place, season, weight, n, SEASONS).astype(np.float32)
        cell = np.unique(catalogue.cells, return_inverse=True)[1].reshape(-1)
        when = season * HOURS + hour
        cells = int(cell.max()) + 1 if n else 0
        met = _table(cell[place], when, weight, cells, SEASONS * HOURS)
        self.rhythm = self._rhythm(met.reshape(cells, SEASONS, HOURS))[cell].transpose(1, 2, 0)

    def _rhythm(self, met: NDArray[np.float64]) -> Floats:
        """(cells, seasons, hours): how much more than its mean each is met, pulled to the coast's."""
        smooth = _smooth(met)
        by_season = smooth.sum(axis=2, keepdims=True)
        all_cells = smooth.sum(axis=(0, 1))
        coast = (all_cells * HOURS + self.CELL_PRIOR) / (all_cells.sum() + self.CELL_PRIOR)
        found = (smooth * HOURS + self.CELL_PRIOR * coast) / (by_season + self.CELL_PRIOR)
        return np.asarray(found, dtype=np.float32)

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        count = self.count[among]
        out = np.zeros((len(queries), len(count)), np.float32)
        for q, when in enumerate(zip(queries.season.tolist(), queries.hour.tolist(), strict=True)):
            season, hour = when
            in_season = self.by_season[among, season] * SEASONS + self.SEASON_PRIOR
            own, cell = self.by_hour[among, hour] * HOURS, self.rhythm[season, hour, among]
            at_hour = (own + self.OWN_PRIOR * cell) / (count + self.OWN_PRIOR)
            out[q] = (count + 0.01) * at_hour * in_season / (count + self.SEASON_PRIOR)
        return out

    def state(self) -> Arrays:
        return {
            "count": self.count,
            "by_hour": self.by_hour,
            "by_season": self.by_season,
            "rhythm": np.ascontiguousarray(self.rhythm.transpose(2, 0, 1)),
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = spread(arrays["count"], place, places)
        self.by_hour = spread(arrays["by_hour"], place, places)
        self.by_season = spread(arrays["by_season"], place, places)
        rhythm = spread(arrays["rhythm"], place, places)
        rhythm[~np.isin(np.arange(places), place)] = 1.0  # a new place: no rhythm is known
        self.rhythm = rhythm.transpose(1, 2, 0)


def _table(
    row: NDArray[np.int64], column: NDArray[np.int64], weight: NDArray[np.float64], n: int, m: int
) -> NDArray[np.float64]:
    counted = np.bincount(row * m + column, weight, n * m).astype(np.float64)
    return counted.reshape(n, m)


def _smooth(by_hour: NDArray[np.float64]) -> NDArray[np.float64]:
    """Neighbouring hours speak for each other."""
    near = np.roll(by_hour, 1, axis=-1) + np.roll(by_hour, -1, axis=-1)
    return np.asarray((by_hour + 0.5 * near) / 2.0)
