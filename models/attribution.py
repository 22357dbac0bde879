"""What belongs to a slate, and how much of it has not been seen yet.

An outcome is attributed to a slate if it follows within its kind's window. Young slates have had
little time for theirs: counting them as they stand takes late bookings for refusals (delayed
feedback, Chapelle, KDD 2014). How long outcomes take is estimated from those that came, which are
right-truncated: a delay longer than its slate is old could not be among them. The product limit in
reverse time (Lagakos, Barraj, De Gruttola, Biometrika 1988) is the maximum likelihood estimate,
without assuming an exponential law. What has been seen is then divided by its chance to be seen by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import CLICK, RATING, SAVE, SHARE, VIEW, VISIT, C

Floats = NDArray[np.float64]
BOOKING = "booking"
OUTCOME_KIND, DELAY, AGE, WORTH = "outcome", "delay_hours", "age_hours", "worth"
FEW = 20  # outcomes; from fewer no delay is learned
MANY = 5  # at risk; below, a single late outcome would move everything before it
LEAST_SEEN = 0.05  # nothing counts more than twenty times

# an event's kind -> the outcome it is
OUTCOME: Mapping[str, str] = {
    **dict.fromkeys((VIEW, CLICK), CLICK),
    **dict.fromkeys((SAVE, SHARE), SAVE),
    **dict.fromkeys((VISIT, RATING), VISIT),
    BOOKING: BOOKING,
}


@dataclass(frozen=True)
class Windows:
    """For how many hours after a slate an outcome of each kind still belongs to it."""

    click: float = 1.0
    save: float = 24.0
    visit: float = 48.0
    booking: float = 168.0

    def hours(self) -> dict[str, float]:
        return {CLICK: self.click, SAVE: self.save, VISIT: self.visit, BOOKING: self.booking}

    def of(self, outcome: str) -> timedelta:
        return timedelta(hours=self.hours()[outcome])


@dataclass(frozen=True)
class Delays:
    """P(delay <= hours[i]) is share[i], of outcomes that come within the window; a step function."""

    hours: Floats
    share: Floats

    def seen(self, age: Floats) -> Floats:
        """The chance that an outcome still to come would have been seen by that age in hours."""
        if not len(self.hours):
            return np.ones_like(age, dtype=np.float64)
        step = np.searchsorted(self.hours, age, side="right")
        return np.concatenate([[0.0], self.share])[step]


AT_ONCE = Delays(np.empty(0), np.empty(0))


def delays(delay: Floats, age: Floats, window: float) -> Delays:
    """From outcomes seen so far: hours they took, and hours since their slates. AT_ONCE if few.

    Let d(t) outcomes take t, and n(t) take at most t while they could have taken longer:
    P(delay <= t) is the product of 1 - d(u) / n(u) over all u > t.
    """
    kept = (delay <= np.minimum(age, window)) & (delay >= 0)
    delay, age = np.sort(delay[kept]), np.sort(np.minimum(age[kept], window))
    if len(delay) < FEW:
        return AT_ONCE
    at, count = np.unique(delay, return_counts=True)
    risk = np.searchsorted(delay, at, side="right") - np.searchsorted(age, at, side="left")
    before = np.where(risk > MANY, 1.0 - count / risk, 1.0)  # a handful says nothing of the tail
    later = np.cumprod(before[::-1])[::-1]
    return Delays(at, np.append(later[1:], 1.0))


def weights(delay: Delays, age: Floats) -> Floats:
    """What one seen outcome stands for at that age: one over its chance to be seen by then."""
    return np.asarray(1.0 / np.maximum(delay.seen(age), LEAST_SEEN))


def rate(converted: NDArray[np.bool_], age: Floats, delay: Delays) -> float:
    """Conversions a slate, as they will be: those seen over the slates that could have shown theirs.

    The maximum likelihood estimate for outcomes of one rate, whatever the delay: sum of outcomes over
    the sum of each slate's chance to have shown it.
    """
    return float(converted.sum() / max(float(delay.seen(age).sum()), 1e-9))


@dataclass(frozen=True)
class Worth:
    """What an outcome is worth beside the click before it, which is worth 1."""

    save: float = 0.0
    visit: float = 0.2
    booking: float = 0.5

    def of(self) -> dict[str, float]:
        return {SAVE: self.save, VISIT: self.visit, BOOKING: self.booking}


def learned(
    labels: pl.DataFrame, asked: pl.DataFrame, end: datetime, windows: Windows
) -> dict[str, Delays]:
    """How long outcomes of each kind take, from those of the slates `asked` known before `end`.

    `labels`: request_id, outcome, delay_hours, known_at; `asked`: request_id, requested_at.
    """
    known = _aged(labels, asked, end)
    return {
        outcome: delays(of[DELAY].to_numpy(), of[AGE].to_numpy(), windows.hours()[outcome])
        for outcome in windows.hours()
        for of in [known.filter(pl.col(OUTCOME_KIND) == outcome)]
    }


def worth(
    labels: pl.DataFrame,
    asked: pl.DataFrame,
    end: datetime,
    of: Mapping[str, Delays],
    wanted: Worth,
) -> pl.DataFrame:
    """What every answered place is worth: request_id, poi_id, worth; at least 1, for the click.

    Outcomes seen by `end` stand for those of their age that are still to come as well.
    """
    known = _aged(labels, asked, end).unique([C.REQUEST, C.POI, OUTCOME_KIND], maintain_order=True)
    value = np.zeros(known.height)
    for outcome, extra in wanted.of().items():
        rows = np.flatnonzero((known[OUTCOME_KIND] == outcome).to_numpy())
        value[rows] = extra * weights(of[outcome], known[AGE].to_numpy()[rows])
    return (
        known.with_columns(pl.Series(WORTH, value))
        .group_by(C.REQUEST, C.POI, maintain_order=True)
        .agg(pl.col(WORTH).sum() + 1.0)
    )


def _aged(labels: pl.DataFrame, asked: pl.DataFrame, end: datetime) -> pl.DataFrame:
    hours = (pl.lit(end) - pl.col(C.REQUESTED_AT)).dt.total_microseconds() / 3.6e9
    known = labels.filter(pl.col(C.KNOWN_AT) < end)
    return known.join(asked.select(C.REQUEST, C.REQUESTED_AT), on=C.REQUEST).with_columns(
        hours.alias(AGE)
    )
