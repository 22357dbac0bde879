"""A day's plan of real places: worth by the ranker at four hours of the day, told as facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cache, partial
from typing import Any

import anyio.to_thread

from butler.columns import C
from features.rows import CONDITION_RAIN_MM
from serving.answers import Item, Only, Request
from serving.chat.facts import Facts
from serving.chat.places import Ranks, row_of, seen, windows_of
from serving.chat.plan import (
    MOST_PLACES,
    PARTS,
    SHORT_WALK_KM,
    WALK_KM,
    Day,
    Plan,
    Visitable,
    Window,
    plan,
)
from serving.chat.telling import Telling, at_minute
from serving.chat.values import Found
from serving.moment import Moment
from serving.only import INDOORS
from serving.vectors import sky_at

HOURS = (10, 13, 16, 19)  # the parts of the day (PARTS) are judged at
LOOKED_AT = 24  # places of each part
DEFAULT_MINUTES = 60  # of a visit nothing is known of
BEST, LEAST = 1000, 100  # worth of the best and the last place that were looked at
IN_THE_RAIN = 0.5  # of its worth is left of what is not under a roof
STEP = 15  # a day that has begun goes on at the next quarter of an hour
EATING = frozenset({"food/restaurant_quarter", "food/tapas"})
Take = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`request` without a limit; `at` the local moment; `begins` and `ends` hours of that day."""

    request: Request
    at: datetime
    begins: int
    ends: int
    must: tuple[str, ...] = ()
    lunch: bool = True
    stops: int = 5
    short_walks: bool = False
    today: bool = False

    def moment(self, minute: int) -> datetime:
        return at_minute(self.at.date(), minute, self.at.tzinfo)

    @property
    def day(self) -> Day:
        begins = self.begins * 60
        if self.today:
            now = self.at.hour * 60 + self.at.minute
            begins = max(begins, -(-now // STEP) * STEP)
        here = None
        if self.request.latitude is not None and self.request.longitude is not None:
            here = self.request.latitude, self.request.longitude
        walk_km = SHORT_WALK_KM if self.short_walks else WALK_KM
        return Day(begins, self.ends * 60, here, walk_km, self.lunch, self.stops)


@dataclass(frozen=True, slots=True)
class Planned:
    plan: Plan
    items: dict[str, Item]  # by poi_id, as the ranker saw them


async def planned(wanted: Wanted, ranks: Ranks, take: Take) -> Planned:
    """Looked at in turn, like recommendations; the search has a thread of its own."""
    day = wanted.day
    looks: list[dict[str, Item]] = []
    for part, hour in enumerate(HOURS):
        if PARTS[part] < day.ends and PARTS[part + 1] > day.begins:
            looks.append(await take(_look, wanted, hour, ranks))
        else:
            looks.append({})
    places = _visitable(looks, wanted, ranks.moment)
    made = await anyio.to_thread.run_sync(plan, places, day)
    return Planned(made, {p: item for look in looks for p, item in look.items()})


def _look(wanted: Wanted, hour: int, ranks: Ranks) -> dict[str, Item]:
    """What the ranker thinks of places at that hour, what must be among them, too."""
    at = datetime.combine(wanted.at.date(), time(hour), wanted.at.tzinfo)
    request = replace(wanted.request, at=at, limit=LOOKED_AT)
    seed = f"plan:{at:%Y%m%d%H}"
    found = {item.poi_id: item for item in ranks.peek(request, seed).items}
    if wanted.must:
        asked = replace(request, only=Only(these=wanted.must), limit=len(wanted.must), budget=None)
        found |= {item.poi_id: item for item in ranks.peek(asked, seed).items}
    return found


def _visitable(looks: list[dict[str, Item]], wanted: Wanted, moment: Moment) -> list[Visitable]:
    """The best places of all parts of the day, with what each is worth at each."""
    scores = [item.score for look in looks for item in look.values()]
    if not scores:
        return []
    low, high = min(scores), max(scores)
    everything = {p: item for look in looks for p, item in look.items()}
    rains = cache(partial(_rains, wanted, moment))
    places = [
        _place(p, item, looks, low, high, wanted, moment, rains) for p, item in everything.items()
    ]
    open_then = [p for p in places if p.windows]
    return sorted(open_then, key=lambda p: (-max(p.worth), p.poi_id))[:MOST_PLACES]


def _place(
    poi_id: str,
    item: Item,
    looks: list[dict[str, Item]],
    low: float,
    high: float,
    wanted: Wanted,
    moment: Moment,
    rains: Callable[[int, int], bool],
) -> Visitable:
    row = row_of(moment, poi_id)
    assert row is not None  # it was ranked
    known = [look[poi_id].score for look in looks if poi_id in look]
    worth = []
    for part, look in enumerate(looks):
        # not looked at in that part, as it was closed at that hour: the least of what it was worth
        score = look[poi_id].score if poi_id in look else min(known)
        share = (score - low) / (high - low) if high > low else 1.0
        value = LEAST + (BEST - LEAST) * share
        if poi_id in wanted.must:
            value = 100 * BEST
        elif _open_air(item) and rains(int(moment.sky.of_place[row]), part):
            value *= IN_THE_RAIN
        worth.append(max(1, round(value)))
    windows = windows_of(moment, row, wanted.at)
    return Visitable(
        poi_id,
        item.latitude,
        item.longitude,
        item.typical_duration_min or DEFAULT_MINUTES,
        tuple(Window(*w) for w in (((0, 1440),) if windows is None else windows)),
        (worth[0], worth[1], worth[2], worth[3]),
        item.category in EATING,
    )


def _open_air(item: Item) -> bool:
    return item.indoor_share is not None and item.indoor_share < INDOORS


def _rains(wanted: Wanted, moment: Moment, cell: int, part: int) -> bool:
    sky = sky_at(moment.sky, cell, wanted.moment(HOURS[part] * 60))
    return bool(sky) and (sky or {}).get(C.PRECIPITATION, 0.0) > CONDITION_RAIN_MM


def told(planned: Planned, wanted: Wanted, moment: Moment, telling: Telling) -> Found:
    """The plan as facts: of each stop its times, the way there, all of the place, its weather."""
    stops = planned.plan.stops
    visits = [s for s in stops if s.place]
    facts = Facts([telling.date(wanted.at), telling.count(len(visits))])
    items: list[Item] = []
    for stop in stops:
        begins, ends = wanted.moment(stop.begins), wanted.moment(stop.ends)
        item = None
        if stop.place:
            item = replace(planned.items[stop.place.poi_id], rank=len(items) + 1)
            item = replace(item, open_at_arrival=_open(item, begins, moment))
            items.append(item)
        fact = telling.stop(item, begins, ends)
        facts.add([fact])
        if stop.way_minutes:
            facts.add([telling.way(fact, stop.way_minutes, stop.way_km)])
        if item:
            there = seen(moment, item, begins, listed=False)
            facts.add(telling.place(there))
            if there.weather:
                facts.add([telling.weather(there.weather, begins, of=item.poi_id)])
    return Found(facts, tuple(items))


def _open(item: Item, begins: datetime, moment: Moment) -> bool | None:
    """A plan holds what is open then, or what nothing is known of."""
    row = moment.places.catalogue.index[item.poi_id]
    return None if windows_of(moment, row, begins) is None else True
