"""From a ranker's scores to probabilities, and how far they can be believed.

A LambdaMART score orders; it says nothing of how likely a click is. Platt's scaling (1999) fits one
logistic curve of the score, on requests the ranker has not learned from.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.errors import InvalidRequest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Platt:
    """probability = 1 / (1 + exp(-(slope * score + offset)))."""

    slope: float
    offset: float

    def probability(self, score: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(-(self.slope * score + self.offset))))


def platt(score: Floats, outcome: NDArray[np.bool_]) -> Platt:
    """Fit the curve to (rows,) scores and what came of them.

    Raises InvalidRequest where all outcomes are the same: there is nothing to fit.
    """
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(outcome)) < 2:
        raise InvalidRequest(
            "Calibration needs rows with and without an outcome; all of them are the same. "
            "Take more requests."
        )
    model = LogisticRegression(C=np.inf).fit(score[:, None], outcome)
    return Platt(float(model.coef_[0, 0]), float(model.intercept_[0]))


def reliability(probability: Floats, outcome: NDArray[np.bool_], bins: int = 10) -> pl.DataFrame:
    """Rows of equal size by probability: `predicted` and `observed` means, `rows`, `error` (one
    standard error of the observed share). Fewer bins where there are fewer rows."""
    order = np.argsort(probability, kind="stable")
    parts = [p for p in np.array_split(order, min(bins, max(1, len(order)))) if len(p)]
    observed = [float(outcome[p].mean()) for p in parts]
    return pl.DataFrame(
        {
            "predicted": [float(probability[p].mean()) for p in parts],
            "observed": observed,
            "rows": [len(p) for p in parts],
            "error": [
                float(np.sqrt(o * (1 - o) / len(p))) for o, p in zip(observed, parts, strict=True)
            ],
        }
    )


def calibration_error(table: pl.DataFrame) -> float:
    """Expected calibration error (Naeini et al. 2015): mean gap of observed and predicted by rows."""
    gap = (pl.col("predicted") - pl.col("observed")).abs() * pl.col("rows")
    return float(table.select(gap.sum() / pl.col("rows").sum()).item()) if table.height else 0.0
