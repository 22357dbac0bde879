"""What the ranker is trained to: clicks under position bias, and choices nobody asked us about.

Slates: a card is clicked if it is looked at and appeals, P(click) = examination * sigmoid(u)
(position-based model, Richardson et al. 2007). With the examination known, its likelihood needs no
inverse weights, whose variance grows with every position. Visits without a slate: the traveller
took the place of highest u, P(place) = exp(u) / sum exp(u) over it and a sample of the others
(conditional logit, McFadden 1974). Both speak of the same u, the appeal the ranker is to learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST_CURVATURE = 1e-4
UNASKED_WEIGHT = 0.5  # of a visit without a slate: nobody knows from where the choice was made


@dataclass(frozen=True)
class Lessons:
    """What came of each row: all arrays (rows,), rows of one request together.

    `liked` is 1 where something came of it, `examined` the chance that a card was looked at and its
    outcome seen by now, `weight` what the row counts; `request` numbers the requests; `unasked`
    marks rows of visits without a slate.
    """

    liked: Floats
    examined: Floats
    weight: Floats
    request: Ints
    unasked: NDArray[np.bool_]

    def slopes(self, appeal: Floats) -> tuple[Floats, Floats]:
        """Gradient and (expected) curvature of the negative log likelihood by each row's appeal."""
        gradient, curvature = _of_slates(self, appeal)
        rows = np.flatnonzero(self.unasked)
        if len(rows):
            gradient[rows], curvature[rows] = _of_choices(self, appeal, rows)
        return gradient * self.weight, np.maximum(curvature, LEAST_CURVATURE) * self.weight

    def usual(self) -> float:
        """The log-odds of a click on a card that is looked at, whatever it is."""
        shown = ~self.unasked
        looks = float(self.examined[shown].sum())
        rate = (float(self.liked[shown].sum()) + 0.1) / (looks + 1.0)
        return float(np.log(rate / (1.0 - rate))) if rate < 1.0 else 0.0

    def objective(self, start: float) -> Callable[[Floats, Any], tuple[Floats, Floats]]:
        """For LightGBM, whose trees add to `start`."""
        return lambda added, _: self.slopes(start + added)


def sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0))))


def _of_slates(lessons: Lessons, appeal: Floats) -> tuple[Floats, Floats]:
    """By the chain rule from d log p = 1 - sigmoid(u); the curvature is Fisher's information."""
    likes = sigmoid(appeal)
    clicks = lessons.examined * likes
    odds = 1.0 / np.maximum(1.0 - clicks, 1e-9)
    gradient = (1.0 - likes) * (clicks - lessons.liked) * odds
    return gradient, clicks * (1.0 - likes) ** 2 * odds


def _of_choices(lessons: Lessons, appeal: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """Softmax within each request: the chance that each was the one chosen."""
    group = np.unique(lessons.request[rows], return_inverse=True)[1]
    best = np.full(group.max() + 1, -np.inf)
    np.maximum.at(best, group, appeal[rows])
    power = np.exp(appeal[rows] - best[group])
    chance = power / np.bincount(group, weights=power)[group]
    return chance - lessons.liked[rows], chance * (1.0 - chance)
