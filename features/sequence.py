"""The traveller's steps: what was chosen one after another, and the habits they show.

A step is a place and the minute on the wall clock there. All functions are pure and work on one
traveller at a time, so that one request on the hot path and a training frame have the same bits.
The kernel over past steps is Nadaraya-Watson regression (1964) on what came next: a past moment
counts the more, the more it is like now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

DAY = 1440  # minutes
KM_PER_DEGREE = 111.2
STEP_DECAY = 0.97  # weight of a step against the one after it
HOUR_SIGMA, NEAR_KM = 1.5, 0.5  # widths of the kernels
OTHER_HALF_OF_WEEK = 0.4  # what a weekend says of a working day, and the other way round
FLOOR = 0.05  # what a moment at another hour or far away is worth still
AHEAD_HOURS = 6.0  # how far ahead the coming visit is expected, scale of an exponential

OWN = (
    *("share", "visits", "faded_30d", "faded_90d", "steps_since", "days_since"),
    *("interval_days", "overdue", "frequency_rank"),
    *("next", "next_at_hour", "alike", "routine", "routine_weight"),
    *("ahead", "ahead_of_week"),
)
AROUND = ("near_own", "trail_km")
OF_TRAVELLER = ("steps", "repeat_share")


@dataclass(frozen=True)
class Steps:
    """Steps of each request's traveller, oldest first: those of request r are
    `place[start[r]:start[r + 1]]` (row numbers of the catalogue) and `minute` likewise (local
    minutes since 1970)."""

    start: Index
    place: Index
    minute: Index
    _habits: dict[tuple[int, float], "Habits"] = field(
        default_factory=dict, repr=False, compare=False
    )

    def habits(self, request: int, now: float, where: "Where") -> "Habits":
        """Habits of a request's traveller, who has steps; worked out once for all who ask."""
        if (request, now) not in self._habits:
            self._habits[request, now] = habits(*self.of(request), now, where)
        return self._habits[request, now]

    def of(self, request: int) -> tuple[Index, Index]:
        span = slice(int(self.start[request]), int(self.start[request + 1]))
        return self.place[span], self.minute[span]

    def rows(self, first: int, stop: int) -> "Steps":
        start = self.start[first : min(stop, len(self.start) - 1) + 1]
        span = slice(int(start[0]), int(start[-1]))
        return Steps(start - start[0], self.place[span], self.minute[span])

    @classmethod
    def joined(cls, parts: Sequence["Steps"]) -> "Steps":
        """One after the other."""
        return cls(
            np.cumsum([0, *(n for p in parts for n in np.diff(p.start).tolist())]),
            np.concatenate([p.place for p in parts]),
            np.concatenate([p.minute for p in parts]),
        )

    @classmethod
    def none(cls, requests: int) -> "Steps":
        nothing = np.zeros(0, dtype=np.int64)
        return cls(np.zeros(requests + 1, dtype=np.int64), nothing, nothing)


@dataclass(frozen=True)
class Where:
    """Of each place of a catalogue: degrees, and a number for its category."""

    latitude: Array
    longitude: Array
    kind: Index

    def km(self, places: Index | slice, others: Index) -> Array:
        """(places, others): distances on a plane, good to a percent within a region."""
        shrink = np.cos(np.radians(self.latitude[others]))
        north = self.latitude[places][:, None] - self.latitude[others][None, :]
        east = (self.longitude[places][:, None] - self.longitude[others][None, :]) * shrink[None, :]
        return np.asarray(KM_PER_DEGREE * np.sqrt(north * north + east * east))


@dataclass(frozen=True)
class Habits:
    """A traveller's own places (sorted), and of each what OWN names, shape (places,); `which` of them
    each step went to."""

    places: Index
    values: dict[str, Array]
    which: Index


def habits(place: Index, minute: Index, now: float, where: Where) -> Habits:
    """Habits of one traveller with at least one step, as of the local minute `now`."""
    own = distinct(place)
    which, count, n = own.searchsorted(place), len(own), len(place)
    recent = STEP_DECAY ** np.arange(n - 1, -1, -1, dtype=np.float64)
    days = np.maximum(now - minute, 0.0) / DAY
    week = like_this_week(minute, now)

    def total(weight: Array) -> Array:
        return np.asarray(np.bincount(which, weight, count), dtype=np.float64)

    last, first = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    last[which] = np.arange(n)
    first[which[::-1]] = np.arange(n - 1, -1, -1)
    visits = np.bincount(which, minlength=count).astype(np.float64)
    interval = (minute[last] - minute[first]) / DAY / np.where(visits > 1, visits - 1, np.nan)
    share = total(recent) / recent.sum()
    values = {
        "share": share,
        "visits": visits,
        "faded_30d": total(0.5 ** (days / 30.0)),
        "faded_90d": total(0.5 ** (days / 90.0)),
        "steps_since": (n - 1 - last).astype(np.float64),
        "days_since": days[last],
        "interval_days": interval,
        "overdue": days[last] / (interval + 0.1),
        "frequency_rank": _rank(visits + share * 0.01),
        **_what_came_next(place, minute, which, count, now, recent, week, where),
        **_clock(minute, which, count, now, recent, week),
    }
    return Habits(own, values, which)


def _rank(worth: Array) -> Array:
    """0 for the greatest."""
    out = np.empty(len(worth))
    out[np.argsort(-worth, kind="stable")] = np.arange(len(worth))
    return out


def _what_came_next(
    place: Index,
    minute: Index,
    which: Index,
    count: int,
    now: float,
    recent: Array,
    week: Array,
    where: Where,
) -> dict[str, Array]:
    """What followed past steps within a day, the more it counts the more they were like now."""
    here, before = place[:-1], place[-1]
    within = (minute[1:] - minute[:-1] <= DAY).astype(np.float64)
    hour = near_hour(minute[:-1], now)
    near = np.exp(-where.km(here, place[-1:])[:, 0] / NEAR_KM)
    same = (here == before) * within
    twice = np.zeros(len(here))
    if len(here) > 1:
        twice[1:] = same[1:] * (place[:-2] == place[-2])
    kind = (where.kind[here] == where.kind[before]) * within
    likeness = (FLOOR + hour) * (FLOOR + near) * (1.0 + 3.0 * same + 2.0 * twice + 0.5 * kind)
    routine = likeness * within * week[:-1] * (0.3 + recent[:-1])

    def then(weight: Array) -> Array:
        return np.asarray(np.bincount(which[1:], weight, count), dtype=np.float64)

    at_hour, followed = same * hour, then(routine)
    return {
        "next": then(same) / (same.sum() + 2.0),
        "next_at_hour": then(at_hour) / (at_hour.sum() + 1.0),
        "alike": then(hour * near * within * week[:-1]),
        "routine": followed / (routine.sum() + 0.02),
        "routine_weight": followed,
    }


def _clock(
    minute: Index, which: Index, count: int, now: float, recent: Array, week: Array
) -> dict[str, Array]:
    """How much of what the traveller does in the hours to come is done at each place."""
    hours = np.floor(minute / 60.0) - np.floor(now / 60.0)
    ahead = ahead_weight(hours % 24.0)
    out = {}
    for name, weight in (("ahead", ahead * recent), ("ahead_of_week", ahead * week)):
        out[name] = np.bincount(which, weight, count) / weight.sum()
    return out


def ahead_weight(hours: Array) -> Array:
    """Weight of what is done so many hours after the hour of now, 0 to 23."""
    return np.asarray(FLOOR + np.exp(-hours / AHEAD_HOURS))


def near_hour(minute: NDArray[np.generic], now: float) -> Array:
    """Gaussian kernel of the distance on the clock face."""
    apart = np.abs(np.asarray(minute, dtype=np.float64) - now) % DAY / 60.0
    apart = np.minimum(apart, 24.0 - apart)
    return np.asarray(np.exp(-(apart**2) / (2 * HOUR_SIGMA**2)))


def like_this_week(minute: Index, now: float) -> Array:
    """1 in the same half of the week, working days or weekend; else OTHER_HALF_OF_WEEK."""
    return np.where(weekend(minute) == weekend(np.array(now)), 1.0, OTHER_HALF_OF_WEEK)


def weekend(minute: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Whether local minutes since 1970 (a Thursday) fall on Saturday or Sunday."""
    return np.asarray((np.asarray(minute, dtype=np.float64) // DAY + 3) % 7 >= 5)


def trail(place: Index, minute: Index) -> Index:
    """The distinct places of the steps that led here without a day between two of them."""
    apart = np.flatnonzero(minute[1:] - minute[:-1] > DAY)
    return distinct(place[(apart[-1] + 1 if len(apart) else 0) :])


def distinct(places: Index) -> Index:
    """Each of them once, sorted: of a traveller's few sooner than by `np.unique`."""
    return np.array(sorted(set(places.tolist())), dtype=np.int64)


def sequence_pairs(
    steps: Steps, now: Array, request: Index, place: Index, where: Where
) -> dict[str, Array]:
    """Columns of pairs (request, place) by the names of OWN and AROUND with `own_` before, and
    `steps_…` of the traveller; `request` is sorted, `now` (requests,) local minutes."""
    out = np.full((len(_COLUMNS), len(request)), np.nan)
    for r, span in spans(request):
        own_place, minute = steps.of(r)
        if len(own_place):
            found = steps.habits(r, float(now[r]), where)
            _fill(out[:, span], place[span], found, trail(own_place, minute), len(minute), where)
    return dict(zip(_COLUMNS, out, strict=True))


_COLUMNS = [f"own_{name}" for name in (*OWN, *AROUND, *OF_TRAVELLER)]


def spans(request: Index) -> list[tuple[int, slice]]:
    """Each of the requests in a sorted array, and where its entries stand."""
    if not len(request):
        return []
    if request[0] == request[-1]:  # one alone, as on the hot path
        return [(int(request[0]), slice(0, len(request)))]
    found, first = np.unique(request, return_index=True)
    ends = [*first[1:].tolist(), len(request)]
    each = zip(found.tolist(), first.tolist(), ends, strict=True)
    return [(r, slice(start, end)) for r, start, end in each]


def _fill(
    out: Array, pairs: Index, found: Habits, led_here: Index, steps: int, where: Where
) -> None:
    """The rows of `out` (columns, pairs) are those of _COLUMNS."""
    at = np.minimum(np.searchsorted(found.places, pairs), len(found.places) - 1)
    own = np.array([found.values[name] for name in OWN])
    out[: len(OWN)] = np.where(found.places[at] == pairs, own[:, at], np.nan)
    away = where.km(pairs, found.places)
    near = np.exp(-away / NEAR_KM)
    out[-4] = (near * found.values["share"][None, :]).sum(axis=1)
    out[-3] = away[:, np.searchsorted(found.places, led_here)].min(axis=1)
    out[-2] = steps
    out[-1] = 1.0 - len(found.places) / steps
