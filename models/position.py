"""How far down a slate travellers look: examination by position, estimated from clicks alone.

Position-based model (Richardson et al. 2007; Wang et al. 2018): a card is clicked if it is looked
at, which depends on its position only, and if it appeals, which depends on everything else,
P(click) = examination[position] * sigmoid(w . x). Examination and a linear appeal are fitted together
by maximum likelihood, where the regression-EM of Wang et al. (Position Bias Estimation for Unbiased
Learning to Rank in Personal Search, WSDM 2018) ends too. Examination at position 1 is 1: only the
ratio to it can be known. The policy that logged must have shown alike places at several positions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DEEPEST = 50  # positions below share one examination
SMOOTH = (
    20.0  # how strongly neighbouring positions are taken to be alike, in units of -log likelihood
)
RIDGE = 30.0  # of the linear appeal
LEAST = 1e-3  # nothing that was shown is taken to have been looked at less often
STEPS = 120


@dataclass(frozen=True)
class Examination:
    """`chance` (positions,): P(looked at) at position 1, 2, .. relative to position 1."""

    chance: Floats

    def at(self, position: Ints) -> Floats:
        """Of each card; 1 where there is no position (0): what was chosen unasked was looked at."""
        deep = np.minimum(position, len(self.chance))
        return np.where(position > 0, self.chance[np.maximum(deep, 1) - 1], 1.0)


NO_BIAS = Examination(np.ones(1))


class Linear:
    """Standardised features (missing as their mean, and beyond four spreads cut) times weights."""

    def __init__(self, mean: Floats, scale: Floats, weight: Floats, bias: float = 0.0) -> None:
        self.mean, self.scale, self.weight, self.bias = mean, scale, weight, bias

    @classmethod
    def of(cls, matrix: NDArray[np.float32]) -> "Linear":
        """No weights yet; a feature without two different values has scale 0 and never counts."""
        mean, scale = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
        for j in range(matrix.shape[1]):
            known = matrix[~np.isnan(matrix[:, j]), j].astype(np.float64)
            if len(known) and known.min() < known.max():
                mean[j], scale[j] = known.mean(), 1.0 / known.std()
        return cls(mean, scale, np.zeros(matrix.shape[1]))

    def standardised(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        out = (matrix - self.mean.astype(np.float32)) * self.scale.astype(np.float32)
        np.nan_to_num(out, copy=False, nan=0.0)
        return np.clip(out, -4.0, 4.0, out=out)

    def contributions(self, matrix: NDArray[np.float32]) -> Floats:
        """(rows, features): what each feature adds; a row's is the same alone and among others."""
        return self.standardised(matrix).astype(np.float64) * self.weight

    def score(self, matrix: NDArray[np.float32]) -> Floats:
        return np.asarray(self.contributions(matrix).sum(axis=1) + self.bias)


def estimate(
    matrix: NDArray[np.float32], clicked: NDArray[np.bool_], position: Ints
) -> tuple[Examination, Linear]:
    """Examination and linear appeal of cards shown: matrix (cards, features), position from 1."""
    from scipy.optimize import minimize

    linear = Linear.of(matrix)
    x, y = linear.standardised(matrix), clicked.astype(np.float64)
    deep = np.minimum(position, DEEPEST) - 1
    count = int(deep.max()) + 1
    width = x.shape[1]
    start = np.zeros(width + count)
    start[width] = np.log(max(y.mean(), LEAST) / (1 - min(y.mean(), 0.9)))
    bounds = [(None, None)] * (width + 1) + [(np.log(LEAST), 0.0)] * (count - 1)
    found = minimize(
        _loss,
        start,
        args=(x, y, deep, width),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": STEPS},
    ).x
    linear.weight, linear.bias = found[:width], float(found[width])
    return Examination(np.exp(np.concatenate([[0.0], found[width + 1 :]]))), linear


def _loss(
    parameter: Floats, x: NDArray[np.float32], y: Floats, deep: Ints, width: int
) -> tuple[float, Floats]:
    """Penalised negative log likelihood and its gradient; parameters: weights, bias, log examination."""
    weight, bias = parameter[:width], parameter[width]
    log_seen = np.concatenate([[0.0], parameter[width + 1 :]])
    appeal = 1.0 / (1.0 + np.exp(-(x @ weight.astype(np.float32) + bias).astype(np.float64)))
    clicks = np.clip(np.exp(log_seen[deep]) * appeal, 1e-9, 1 - 1e-9)
    residual = (clicks - y) / (1.0 - clicks)  # derivative by the log of the click probability
    by_score = residual * (1.0 - appeal)
    steps = np.diff(log_seen)
    by_seen = np.bincount(deep, weights=residual, minlength=len(log_seen))
    by_seen = by_seen + 2 * SMOOTH * (np.append(0.0, steps) - np.append(steps, 0.0))
    loss = -(y * np.log(clicks) + (1 - y) * np.log1p(-clicks)).sum()
    loss += SMOOTH * (steps**2).sum() + 0.5 * RIDGE * (weight**2).sum()
    by_weight = (by_score.astype(np.float32) @ x).astype(np.float64) + RIDGE * weight
    return float(loss), np.concatenate([by_weight, [by_score.sum()], by_seen[1:]])
