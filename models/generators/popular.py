"""What is popular at this hour and season."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, positives, spread
from models.queries import Queries

SEASONS = 4


class Popular:
    """Popularity at this hour and season, of recent weeks more than of old; never 0."""

    name = "popular"
    HALF_LIFE_DAYS, HOUR_PRIOR, SEASON_PRIOR = 21.0, 20.0, 20.0

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)
        self.by_hour: Floats = np.zeros((0, 24), np.float32)
        self.by_season: Floats = np.zeros((0, SEASONS), np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        liked = positives(rows, catalogue)
        n = len(catalogue)
        place, hour = liked["place"].to_numpy(), liked["local_hour"].to_numpy().astype(np.int64)
        season = ((liked[C.KNOWN_AT].dt.month().to_numpy() % 12) // 3).astype(np.int64)
        hours = liked[C.KNOWN_AT].dt.epoch("us").to_numpy() / 3.6e9
        age_days = (hours.max() - hours) / 24.0 if len(hours) else hours
        weight = 0.5 ** (age_days / self.HALF_LIFE_DAYS)
        self.count = np.bincount(place, weight, n).astype(np.float32)
        by_hour = np.bincount(place * 24 + hour, weight, n * 24).reshape(n, 24)
        # neighbouring hours speak for each other
        smooth = by_hour + 0.5 * np.roll(by_hour, 1, axis=1) + 0.5 * np.roll(by_hour, -1, axis=1)
        self.by_hour = (smooth / 2.0).astype(np.float32)
        self.by_season = (
            np.bincount(place * SEASONS + season, weight, n * SEASONS)
            .reshape(n, SEASONS)
            .astype(np.float32)
        )

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        count = self.count[None, :] + np.float32(0.01)
        hour = self._factor(self.by_hour, self.HOUR_PRIOR, 24)[queries.hour]
        season = self._factor(self.by_season, self.SEASON_PRIOR, SEASONS)[queries.season]
        return np.asarray(count * hour * season, dtype=np.float32)

    def _factor(self, part: Floats, prior: float, parts: int) -> Floats:
        """(parts, places): how much more than its mean a place is met in this part, smoothed."""
        return ((part * parts + prior) / (self.count[:, None] + prior)).T.astype(np.float32)

    def state(self) -> Arrays:
        return {"count": self.count, "by_hour": self.by_hour, "by_season": self.by_season}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = spread(arrays["count"], place, places)
        self.by_hour = spread(arrays["by_hour"], place, places)
        self.by_season = spread(arrays["by_season"], place, places)
