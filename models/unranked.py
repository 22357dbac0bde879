"""Where no version's ranker can be used: candidates in their own order, by what needs no training."""

import numpy as np
from numpy.typing import NDArray

from features.vector import GENERATORS, NAMES
from models.generators import Generator, Nearby, Popular
from models.generators.popular import HOURS, SEASONS
from models.ranker import BoostedTrees, Found, Matrix

UNRANKED = "candidates"  # the model version such answers name; a registry's versions are numbers
_RANKS = [NAMES.index(f"{generator}_rank") for generator in GENERATORS]
_LAST = 1e6  # the rank of what no generator has proposed


class CandidateOrder(BoostedTrees):
    """A candidate's score is its best rank with any generator, taken negative.

    That is the order in which candidates were chosen (`models.candidates.choose`). It has learned nothing,
    so it has no reasons.
    """

    def predict(self, matrix: Matrix, trees: int | None = None) -> NDArray[np.float64]:
        best = np.fmin.reduce(matrix[:, _RANKS].astype(np.float64), axis=1)
        return -np.where(np.isnan(best), _LAST, best)

    def ranked(self, matrix: Matrix) -> tuple[NDArray[np.float64], Found]:
        """As `BoostedTrees.ranked`; there are no leaves."""
        return self.predict(matrix), np.empty((0, len(matrix)), np.int32)


def untrained_generators(visits: NDArray[np.float64]) -> list[Generator]:
    """What is near and what is visited, by `visits` (places,) alone; NaN counts as none."""
    count = np.nan_to_num(visits).astype(np.float32)
    nearby, popular = Nearby(), Popular()
    nearby.count = popular.count = count
    popular.by_hour = np.repeat(count[:, None] / HOURS, HOURS, axis=1)
    popular.by_season = np.repeat(count[:, None] / SEASONS, SEASONS, axis=1)
    popular.rhythm = np.ones((SEASONS, HOURS, len(count)), np.float32)
    return [popular, nearby]
