"""How sure a mean is: bootstrap intervals, and paired tests between two models."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_BLOCK = 4_000_000  # numbers drawn at once


@dataclass(frozen=True)
class Interval:
    """A mean over `count` requests with its two-sided bounds."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Paired:
    """Mean difference a - b over the same requests; `p` is two-sided, of no difference at all."""

    difference: Interval
    p: float

    @property
    def better(self) -> bool:
        """Whether a is better than b beyond chance."""
        return self.difference.low > 0


def bootstrap(
    values: Sequence[float] | NDArray[np.float64],
    seed: int = 7,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Interval:
    """Percentile bootstrap of the mean (Efron 1979); NaN bounds for fewer than two values."""
    x = np.asarray(values, dtype=np.float64)
    if not len(x):
        return Interval(np.nan, np.nan, np.nan, 0)
    if len(x) < 2:
        return Interval(float(x[0]), np.nan, np.nan, 1)
    means = _resampled_means(x, seed, resamples)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(x.mean()), float(low), float(high), len(x))


def paired(
    a: Sequence[float] | NDArray[np.float64],
    b: Sequence[float] | NDArray[np.float64],
    seed: int = 7,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Paired:
    """Two models on the same requests: bootstrap of the difference, and a sign-flip test of it.

    The test is Fisher's randomisation test, as Smucker, Allan and Carterette (2007) advise for
    retrieval metrics: under no difference the sign of each request's difference is a coin's.
    """
    d = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    interval = bootstrap(d, seed, level, resamples)
    if not len(d):
        return Paired(interval, 1.0)
    chance = np.random.default_rng(seed + 1)
    observed, extreme = abs(d.mean()), 0
    for rows in _blocks(resamples, len(d)):
        signs = chance.integers(0, 2, (rows, len(d)), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ d) / len(d) >= observed - 1e-15).sum())
    return Paired(interval, (extreme + 1) / (resamples + 1))


def _resampled_means(x: NDArray[np.float64], seed: int, resamples: int) -> NDArray[np.float64]:
    chance = np.random.default_rng(seed)
    means = [
        x[chance.integers(0, len(x), (rows, len(x)))].mean(axis=1)
        for rows in _blocks(resamples, len(x))
    ]
    return np.concatenate(means)


def _blocks(resamples: int, size: int) -> list[int]:
    """Resamples in portions that fit in memory."""
    portion = max(1, _BLOCK // size)
    full, rest = divmod(resamples, portion)
    return [portion] * full + [rest] * (rest > 0)
