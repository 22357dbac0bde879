"""The plan that the search of a day begins with: a beam search over feasible orders of visits.

Stop by stop, the `WIDTH` most promising beginnings of a day are kept: what their visits are worth, and
what the rest of the day may bring at best. Of two that have seen the same, stand at the same place and
are done at the same time, one is kept. (Beam search: Lowerre, 1976; that orienteering with time
windows gains most from a good construction: Vansteenwegen, Souffriau and Van Oudheusden, EJOR 2011.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 100
HOPE = 4  # what a minute that is left may be worth, of 1000 a place: four hours are one
OF_BEST = 0.9  # ... or each visit that is left so much of the best place
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Bounds(NamedTuple):
    """Of a day: minutes, visits at most, whether lunch is had, until when it must have begun."""

    begins: int
    ends: int
    most: int
    lunch: bool
    lunch_to: int


@dataclass(frozen=True)
class Offers:
    """What may be done next, one entry each: where, begun when, how long, worth what."""

    at: Ints
    first: Ints
    last: Ints
    minutes: Ints
    worth: Ints
    lunch: Flags
    visit: Flags
    goals: Ints  # (offers, goals): what each goal is worth that it fulfils, 0 elsewhere

    @classmethod
    def of(cls, choices: Sequence[Any], goals: Ints) -> "Offers":
        """`goals` are worth so much each."""
        numbers = np.array(
            [(c.at, c.first, c.last, c.minutes, c.worth) for c in choices], dtype=np.int64
        )
        flags = np.array([(c.lunch, c.place is not None) for c in choices], dtype=np.bool_)
        fulfilled = np.zeros((len(choices), len(goals)), np.int64)
        for n, c in enumerate(choices):
            fulfilled[n, list(c.goals)] = goals[list(c.goals)]
        at, first, last, minutes, worth = numbers.T
        return cls(at, first, last, minutes, worth, flags[:, 0], flags[:, 1], fulfilled)

    @property
    def latest(self) -> Ints:
        """(goals,): until when each can be fulfilled; -1 where it cannot."""
        return np.asarray(np.where(self.goals > 0, self.last[:, None], -1).max(axis=0))

    @property
    def shortest(self) -> Ints:
        """(goals,): minutes that each takes at least; those of a day where it cannot be fulfilled."""
        return np.asarray(np.where(self.goals > 0, self.minutes[:, None], 1440).min(axis=0))


@dataclass(frozen=True)
class _Beam:
    """Beginnings of a day, one entry each; `orders` are the choices made."""

    at: Ints
    now: Ints
    worth: Ints
    visits: Ints
    lunched: Flags
    seen: Flags  # (beginnings, locations)
    open: Flags  # (beginnings, goals) that are not yet fulfilled
    orders: list[tuple[int, ...]]


class _Steps(NamedTuple):
    """Feasible next steps, one entry each: from which beginning, by which choice; when it ends, what the
    day is then worth, whether lunch has been had, which goals are open."""

    before: Ints
    chosen: Ints
    ends: Ints
    worth: Ints
    lunched: Flags
    open: Flags  # (steps, goals)

    def only(self, rows: list[int]) -> "_Steps":
        ints = self.before[rows], self.chosen[rows], self.ends[rows], self.worth[rows]
        return _Steps(*ints, self.lunched[rows], self.open[rows])


def first_order(offers: Offers, ways: Ints, costs: Ints, bounds: Bounds) -> tuple[int, ...]:
    """The choices of the best whole day that was met, in order; empty where there is none.

    `ways` are minutes between locations (n, n), `costs` what each costs; the day begins at location 0.
    """
    beam, best, most = _start(offers, len(ways), bounds), (), 0
    goals, latest, shortest = offers.goals.max(axis=0), offers.latest, offers.shortest
    hoped = OF_BEST * float(offers.worth.max())
    while beam.orders:
        steps = _steps(beam, offers, ways, costs, bounds)
        if steps.lunched.any():
            n = int(np.argmax(np.where(steps.lunched, steps.worth, -1)))
            if steps.worth[n] > most:
                best = (*beam.orders[steps.before[n]], int(steps.chosen[n]))
                most = int(steps.worth[n])
        visits = beam.visits[steps.before] + offers.visit[steps.chosen]
        minutes, more = bounds.ends - steps.ends, bounds.most - visits
        left = np.minimum(minutes * HOPE, more * hoped)
        hope = _together(steps.open & (latest >= steps.ends[:, None]), shortest, minutes, more)
        order = np.argsort(-(steps.worth + left + hope @ goals), kind="stable")
        beam = _next(beam, offers, steps.only(_distinct(order.tolist(), beam, offers, steps)))
    return best


def _start(offers: Offers, locations: int, bounds: Bounds) -> _Beam:
    zero = np.zeros(1, np.int64)
    seen = np.zeros((1, locations), np.bool_)
    lunched, every = np.array([not bounds.lunch]), np.ones((1, offers.goals.shape[1]), np.bool_)
    return _Beam(zero, zero + bounds.begins, zero, zero, lunched, seen, every, [()])


def _together(open_goals: Flags, shortest: Ints, minutes: Ints, visits: Ints) -> Flags:
    """Of (steps, goals) those that may still be had in one day, the shortest first: each is a visit, but
    for the morning, the first of them, which is any visit's."""
    order = np.argsort(shortest[1:], kind="stable") + 1
    wished = open_goals[:, order]
    fits = np.cumsum(wished * shortest[order], axis=1) <= minutes[:, None]
    fits &= np.cumsum(wished, axis=1) <= visits[:, None]
    had = open_goals & (visits > 0)[:, None]
    had[:, order] &= fits
    return had


def _steps(beam: _Beam, offers: Offers, ways: Ints, costs: Ints, bounds: Bounds) -> _Steps:
    way = ways[beam.at][:, offers.at]
    begins = np.maximum(offers.first, beam.now[:, None] + way)
    ends = begins + offers.minutes
    lunched = beam.lunched[:, None]
    again = (beam.visits >= bounds.most)[:, None] | beam.seen[:, offers.at]
    feasible = (begins <= offers.last) & (ends <= bounds.ends)
    feasible &= ~(lunched & offers.lunch) & ~(offers.visit & again)
    feasible &= lunched | offers.lunch | (ends <= bounds.lunch_to)  # time is left for lunch
    worth = beam.worth[:, None] + offers.worth - costs[beam.at][:, offers.at]
    worth += beam.open @ offers.goals.T
    before, chosen = np.nonzero(feasible)
    at = before, chosen
    still = beam.open[before] & (offers.goals[chosen] == 0)
    return _Steps(before, chosen, ends[at], worth[at], (lunched | offers.lunch)[at], still)


def _distinct(order: list[int], beam: _Beam, offers: Offers, steps: _Steps) -> list[int]:
    """The first of those that differ in what they have seen and had, where and when they are."""
    kept: dict[tuple[object, ...], int] = {}
    at, visit = offers.at[steps.chosen], offers.visit[steps.chosen]
    for n in order:
        met = beam.seen[steps.before[n]].tobytes()
        kept.setdefault((met, at[n], visit[n], steps.lunched[n], steps.ends[n]), n)
        if len(kept) == WIDTH:
            break
    return list(kept.values())


def _next(beam: _Beam, offers: Offers, steps: _Steps) -> _Beam:
    before, chosen = steps.before, steps.chosen
    seen, visit = beam.seen[before].copy(), offers.visit[chosen]
    seen[np.flatnonzero(visit), offers.at[chosen[visit]]] = True
    pairs = zip(before.tolist(), chosen.tolist(), strict=True)
    orders = [(*beam.orders[n], choice) for n, choice in pairs]
    visits = beam.visits[before] + visit
    at = offers.at[chosen]
    return _Beam(at, steps.ends, steps.worth, visits, steps.lunched, seen, steps.open, orders)
