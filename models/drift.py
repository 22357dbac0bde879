"""Drift: how the last day's features and scores differ from those the model was measured on.

The reference is every candidate of every test request of training, as it would have been served;
the rows the ranker learns from are a sample and no yardstick. Two measures, both on the reference's
tenths and with missing values as a bin of their own: the population stability index (PSI; Siddiqi
2006) and the Kolmogorov-Smirnov distance between the two distributions.

Values of one request go together (one weather, one traveller), so requests are counted as the
sample, not rows: PSI expected by chance alone is taken off before it is judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.vector import NAMES

Floats = NDArray[np.float64]
BINS = 11  # below everything seen in training, and tenths of it
MISSING = BINS  # the last bin
SCORE = "score"
NORMAL_99 = 2.326


@dataclass(frozen=True)
class Reference:
    """Deciles (columns, BINS - 1) and shares (columns, BINS + 1) of the features and the score."""

    edges: Floats
    share: Floats
    requests: int

    @classmethod
    def of(cls, matrix: NDArray[np.float32], score: Floats, requests: int) -> "Reference":
        columns = list(_columns(matrix, score))
        edges = np.array([_deciles(c) for c in columns])
        share = np.array([_shares(c, e) for c, e in zip(columns, edges, strict=True)])
        return cls(edges, share, requests)

    def fits(self) -> bool:
        """Whether it is of today's features and bins; an older version's may not be."""
        return self.share.shape == (len(NAMES) + 1, BINS + 1)

    def save(self, path: Path) -> None:
        np.savez_compressed(path, edges=self.edges, share=self.share, requests=self.requests)

    @classmethod
    def load(cls, path: Path) -> "Reference":
        with np.load(path) as stored:
            return cls(stored["edges"], stored["share"], int(stored["requests"]))


@dataclass(frozen=True)
class Shift:
    """One column: `psi` as measured, `beyond` what is left of it without chance.

    `then` and `now` are the shares of the bins (BINS + 1,).
    """

    name: str
    psi: float
    beyond: float
    ks: float
    then: Floats
    now: Floats


@dataclass(frozen=True)
class Report:
    """All columns, the most shifted first; `limit` is the PSI from which one has drifted."""

    shifts: tuple[Shift, ...]
    requests: int
    limit: float

    @property
    def drifted(self) -> tuple[Shift, ...]:
        return tuple(s for s in self.shifts if s.beyond >= self.limit)

    @property
    def share(self) -> float:
        """Of the features (the score is none) the share that has drifted."""
        return sum(s.name != SCORE for s in self.drifted) / max(1, len(self.shifts) - 1)

    def exceeds(self, share: float) -> bool:
        """Whether the scores have drifted, or more than that share of the features."""
        return self.share > share or any(s.name == SCORE for s in self.drifted)


def compare(
    reference: Reference, matrix: NDArray[np.float32], score: Floats, requests: int, limit: float
) -> Report:
    """`matrix` (rows, features) and `score` (rows,) of what was asked in `requests` requests."""
    shifts = []
    for n, column in enumerate(_columns(matrix, score)):
        then, now = reference.share[n], _shares(column, reference.edges[n])
        psi = _psi(then, now, reference.requests, requests)
        shifts.append(
            Shift(
                (*NAMES, SCORE)[n],
                psi,
                max(0.0, psi - chance(then, now, reference.requests, requests)),
                float(np.abs(np.cumsum(now) - np.cumsum(then)).max()),
                then,
                now,
            )
        )
    return Report(tuple(sorted(shifts, key=lambda s: (-s.beyond, -s.psi))), requests, limit)


def chance(then: Floats, now: Floats, requests_then: int, requests_now: int) -> float:
    """PSI that 99 of 100 pairs of samples of one distribution stay below.

    Without drift PSI / (1/n + 1/m) is about chi-squared with one less degrees of freedom than bins
    in use (Yurdakul, Naranjo 2020); Wilson and Hilferty's (1931) approximation of its quantile.
    """
    freedom = max(1, int(((then > 0) | (now > 0)).sum()) - 1)
    spread = 2.0 / (9.0 * freedom)
    quantile = freedom * (1.0 - spread + NORMAL_99 * np.sqrt(spread)) ** 3
    return float(quantile * (1.0 / max(1, requests_then) + 1.0 / max(1, requests_now)))


def _columns(matrix: NDArray[np.float32], score: Floats) -> Iterator[Floats]:
    yield from matrix.T.astype(np.float64)
    yield score


def _deciles(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if not len(known):
        return np.full(BINS - 1, np.inf)
    tenths = np.quantile(known, np.arange(1, BINS - 1) / (BINS - 1))
    return np.concatenate([[np.nextafter(known.min(), -np.inf)], tenths])


def _shares(values: Floats, edges: Floats) -> Floats:
    """(BINS + 1,) shares of the values between the edges, and of the missing ones.

    A value on an edge belongs to the bin below, so that equal edges leave bins empty, not torn.
    """
    missing = np.isnan(values)
    bins = np.where(missing, MISSING, np.searchsorted(edges, values, side="left"))
    return np.asarray(np.bincount(bins, minlength=BINS + 1) / max(1, len(values)))


def _psi(then: Floats, now: Floats, requests_then: int, requests_now: int) -> float:
    """An empty bin counts as half a request: less cannot be told from a sample of that size."""
    a = np.maximum(then, 0.5 / max(1, requests_then))
    b = np.maximum(now, 0.5 / max(1, requests_now))
    used = (then > 0) | (now > 0)
    return float(((b - a) * np.log(b / a))[used].sum())
