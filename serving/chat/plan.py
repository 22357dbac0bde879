"""Planning a day: which places, in which order, so that each is open during the whole visit.

An orienteering problem with time windows, solved by PyVRP (ADR 0033): places are optional and worth
what the ranker thinks of them at that hour, ways cost time and a little worth, and one lunch break
is had where the traveller then is. Each kind that was wished for has a stop before all else, a day
rather begins in the morning, and of several wishes none is had twice in a row. The same request gets
the same plan: the search begins with that of a beam (`beam.py`), is seeded, and ends by iterations.
No plan is worse than the one it begins with.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.places import distance_km
from serving.chat.beam import Bounds, Offers, first_order

WALK_KM, SHORT_WALK_KM = 2.0, 0.5  # as the crow flies; farther ways are driven
DETOUR = 1.3  # streets beside the crow: usual in European towns
WALK_KMH, DRIVE_KMH = 4.5, 45.0  # unhurried; the coast's roads, traffic lights among them
PARKING_MINUTES = 10  # to the car and from it
PARTS = (0, 12 * 60, 15 * 60, 18 * 60, 24 * 60)  # morning, midday, afternoon, evening
LUNCH_FROM, LUNCH_TO, LUNCH_MINUTES = 12 * 60 + 30, 14 * 60 + 30, 60  # it begins within these
MINUTE_COST = 3  # what a minute of the way is worth, of 1000: half an hour is a tenth of a place
WISH = 5_000  # the first stop of each kind that was wished for: more than any plan without it
MORNING_STOP = 300  # a stop before noon: a third of the best place
TWICE = 300  # is lost where a wish is had twice in a row and there are others
MORNING = 0  # the first of the goals of a day; the wishes come after it
ITERATIONS = 20  # 99.9 % of the best plan known; 1,000 from nothing: 99.35 %, ten times as long
SEED = 7
MOST_PLACES = 20  # of the best, among which a plan chooses
BASE = 0  # where the day begins; places come after it


class Window(NamedTuple):
    """A visit lies within [opens, closes], in minutes of the day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Visitable:
    """A place that a plan may hold. `worth` is one number from 1 to 1000 a part of the day (PARTS).

    Where one `eats`, the visit is lunch, if it is at that time. `wishes` are the numbers of those of the
    day that it is.
    """

    poi_id: str
    latitude: float
    longitude: float
    minutes: int
    windows: tuple[Window, ...]
    worth: tuple[int, int, int, int]
    eats: bool = False
    wishes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """Its bounds in minutes; from where it begins (None: at the first place), how far is walked, how
    many kinds of places are wished for."""

    begins: int
    ends: int
    here: tuple[float, float] | None = None
    walk_km: float = WALK_KM
    lunch: bool = True
    most: int = 6  # visits
    wishes: int = 0

    @property
    def goals(self) -> NDArray[np.int64]:
        """What each is worth: `MORNING`, then the wishes."""
        return np.array([MORNING_STOP, *[WISH] * self.wishes], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Stop:
    """`place` is None for a lunch break near the stop before. The way is that which leads there."""

    place: Visitable | None
    begins: int
    ends: int
    way_minutes: int
    way_km: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Stops in order; `worth` is of the visits and of the goals that they fulfil, less what ways and
    repetitions cost."""

    stops: tuple[Stop, ...] = ()
    worth: int = 0

    def has(self, wish: int) -> bool:
        return any(s.place and wish in s.place.wishes for s in self.stops)


class Choice(NamedTuple):
    """One way to use time: a place (or None, a break) begun within [first, last]."""

    place: Visitable | None
    at: int  # its location: 0 is the base, then places
    first: int
    last: int
    minutes: int
    worth: int
    lunch: bool
    goals: tuple[int, ...] = ()  # numbers of the day's


def plan(places: Sequence[Visitable], day: Day) -> Plan:
    """The best plan found; without stops where nothing is feasible."""
    ways = Ways.between(places, day)
    choices = _choices(places, day)
    if not any(c.place for c in choices):
        return Plan()
    first = _first(choices, day, ways)
    return _best([first, _searched(first, choices, day, ways)], choices, day, ways)[1]


@dataclass(frozen=True)
class Ways:
    """Minutes and km between all locations, and what each way costs: row 0 is the base, then the places."""

    minutes: NDArray[np.int64]
    km: NDArray[np.float64]
    cost: NDArray[np.int64]

    @classmethod
    def between(cls, places: Sequence[Visitable], day: Day) -> "Ways":
        nowhere = day.here is None
        points = [day.here or (0.0, 0.0), *((p.latitude, p.longitude) for p in places)]
        latitude, longitude = np.array(points, dtype=np.float64).T
        away = distance_km(latitude[:, None], longitude[:, None], latitude, longitude)
        if nowhere:
            away[0, :] = away[:, 0] = 0.0
        minutes = way_minutes(away, day.walk_km)
        return cls(minutes, away * DETOUR, MINUTE_COST * minutes + TWICE * _alike(places, day))


def _first(choices: Sequence[Choice], day: Day, ways: Ways) -> Sequence[int]:
    """The order that the search begins with: where a wish is missing in it, also that of nothing but
    what is wished for was looked for, as better places may have crowded it out."""
    first = begun(choices, day, ways)
    had = {goal for n in first for goal in choices[n].goals}
    if had.issuperset(range(1, 1 + day.wishes)):
        return first
    wished = [n for n, c in enumerate(choices) if not c.place or c.place.wishes]
    alone = begun([choices[n] for n in wished], day, ways) if wished else ()
    return _best([first, [wished[n] for n in alone]], choices, day, ways)[0]


def _best(
    orders: Sequence[Sequence[int]], choices: Sequence[Choice], day: Day, ways: Ways
) -> tuple[Sequence[int], Plan]:
    """The order that is worth most, the first of them in doubt, and its plan."""
    told = [(o, _told([choices[n] for n in o], day, ways) or Plan()) for o in orders]
    return max(told, key=lambda t: t[1].worth)


def _alike(places: Sequence[Visitable], day: Day) -> NDArray[np.bool_]:
    """Between which locations one wish of several would be had twice in a row."""
    wished = np.zeros((len(places) + 1, day.wishes), np.int64)
    for n, place in enumerate(places, start=1):
        wished[n, list(place.wishes)] = 1
    same = (wished @ wished.T > 0) & ~np.eye(len(wished), dtype=np.bool_)
    return same if day.wishes > 1 else np.zeros_like(same)


def way_minutes(km: NDArray[np.float64], walk_km: float = WALK_KM) -> NDArray[np.int64]:
    """Of ways of so many km as the crow flies, to the full minute above."""
    on_foot = km * DETOUR / WALK_KMH * 60
    by_car = km * DETOUR / DRIVE_KMH * 60 + PARKING_MINUTES
    return np.ceil(np.where(km <= walk_km, on_foot, by_car) - 1e-9).astype(np.int64)


def _choices(places: Sequence[Visitable], day: Day) -> list[Choice]:
    out: list[Choice] = []
    for n, place in enumerate(places, start=1):
        for window in place.windows:
            for part, (a, b) in enumerate(pairwise(PARTS)):
                first = max(window.opens, a, day.begins)
                last = min(window.closes - place.minutes, b - 1, day.ends - place.minutes)
                goals = (*([MORNING] if part == 0 else []), *(1 + w for w in place.wishes))
                choice = Choice(place, n, first, last, place.minutes, place.worth[part], False)
                out += _cut(choice._replace(goals=goals), day)
    return out + _breaks(len(places), day)


def _cut(choice: Choice, day: Day) -> list[Choice]:
    """Where one eats one goes for lunch, on a day that has it."""
    if choice.place and choice.place.eats and _has_lunch(day):
        at_lunch = max(choice.first, LUNCH_FROM), min(choice.last, LUNCH_TO)
        choice = choice._replace(first=at_lunch[0], last=at_lunch[1], lunch=True)
    return [choice] if choice.first <= choice.last else []


def _has_lunch(day: Day) -> bool:
    """A day that only touches noon has none."""
    return day.lunch and day.begins <= LUNCH_FROM and day.ends >= LUNCH_TO + LUNCH_MINUTES


def _breaks(places: int, day: Day) -> list[Choice]:
    if not _has_lunch(day):
        return []
    at = range(1 if day.here is None else 0, places + 1)
    return [Choice(None, n, LUNCH_FROM, LUNCH_TO, LUNCH_MINUTES, 0, True) for n in at]


def begun(choices: Sequence[Choice], day: Day, ways: Ways) -> Sequence[int]:
    """Which choices the search begins with, in order; none where no day is feasible."""
    bounds = Bounds(day.begins, day.ends, day.most, _has_lunch(day), LUNCH_TO)
    return first_order(Offers.of(choices, day.goals), ways.minutes, ways.cost, bounds)


def _told(order: Sequence[Choice], day: Day, ways: Ways) -> Plan | None:
    """The order as a plan, each stop as early as can be; None where it does not keep the day."""
    stops: list[Stop] = []
    at, now, worth = BASE, day.begins, 0
    for c in order:
        way = int(ways.minutes[at, c.at])
        begins = max(c.first, now + way)
        if begins > c.last or begins + c.minutes > day.ends:
            return None
        stops.append(Stop(c.place, begins, begins + c.minutes, way, float(ways.km[at, c.at])))
        worth += c.worth - int(ways.cost[at, c.at])
        at, now = c.at, begins + c.minutes
    worth += int(day.goals[list({goal for c in order for goal in c.goals})].sum())
    return Plan(tuple(stops), worth) if any(s.place for s in stops) else None


def _searched(
    first: Sequence[int], choices: Sequence[Choice], day: Day, ways: Ways
) -> Sequence[int]:
    """What PyVRP makes of it: a vehicle of a day, clients that are optional, groups of which one."""
    solver = _solver()
    problem = _problem(solver, _prized(first, choices, day), day, ways)
    start = solver.Solution(problem, [list(first)]) if first else None
    result = solver.solve(
        problem,
        stop=solver.stop.MaxIterations(ITERATIONS),
        seed=SEED,
        collect_stats=False,
        display=False,
        initial_solution=start,
    )
    if not result.is_feasible():
        return []
    routes = result.best.routes()
    return [a.idx for a in routes[0].schedule() if a.is_client()] if routes else []


def _prized(first: Sequence[int], choices: Sequence[Choice], day: Day) -> Sequence[Choice]:
    """With what the goals are worth, each given to the place that fulfils it first, as a problem of
    visits that count each for itself cannot say "one of these"."""
    by: dict[int, int] = {}  # goal -> location
    for n in first:
        for goal in choices[n].goals:
            by.setdefault(goal, choices[n].at)
    return [
        c._replace(worth=c.worth + sum(int(day.goals[g]) for g in c.goals if by.get(g) == c.at))
        for c in choices
    ]


def _problem(solver: Any, choices: Sequence[Choice], day: Day, ways: Ways) -> Any:
    """Choices of one place exclude each other, and so do those of lunch, one of which must be."""
    size = len(ways.minutes)
    # the last location: the day ends anywhere
    minutes, costs = (np.pad(of, (0, 1)) for of in (ways.minutes, ways.cost))
    members: dict[int, list[int]] = {}
    for n, c in enumerate(choices):
        members.setdefault(BASE if c.lunch else c.at, []).append(n)
    number = {key: n for n, key in enumerate(members)}
    clients = [
        solver.Client(
            location=c.at,
            delivery=[1 if c.place else 0],
            service_duration=c.minutes,
            tw_early=c.first,
            tw_late=c.last,
            prize=c.worth,
            required=False,
            group=number[BASE if c.lunch else c.at],
        )
        for c in choices
    ]
    vehicle = solver.VehicleType(
        capacity=[day.most],
        start_depot=0,
        end_depot=1,
        tw_early=day.begins,
        tw_late=day.ends,
        unit_distance_cost=1,
    )
    return solver.ProblemData(
        [solver.Location(0, 0)] * (size + 1),
        clients,
        [solver.Depot(BASE), solver.Depot(size)],
        [vehicle],
        [costs],  # as its distances
        [minutes],
        [solver.ClientGroup(of, required=key == BASE) for key, of in members.items()],
    )


@cache
def _solver() -> Any:
    """Imported when a day is first planned: 20 MB that recommendations do without."""
    import pyvrp
    import pyvrp.stop

    log = logging.getLogger("pyvrp")  # it writes to standard output otherwise
    log.handlers.clear()
    log.setLevel(logging.WARNING)
    return pyvrp
