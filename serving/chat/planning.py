"""A day's plan of real places: worth by the ranker at four hours of the day, told as facts."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

import anyio.to_thread

from butler.columns import C
from features.rows import CONDITION_RAIN_MM
from serving.answers import Item, Only, Request
from serving.chat.diets import FOOD
from serving.chat.facts import Fact, Facts
from serving.chat.places import Ranks, here_of, row_of, seen, windows_of
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
from serving.recommend import Look, name_in
from serving.vectors import sky_at

HOURS = (10, 13, 16, 19)  # the parts of the day (PARTS) are judged at
LOOKED_AT = 24  # places of each part
DEFAULT_MINUTES = 60  # of a visit nothing is known of
BEST, LEAST = 1000, 100  # worth of the best and the last place that were looked at
OF_A_WISH = 4  # places of each kind that is wished for, however they rank
IN_THE_RAIN = 0.5  # of its worth is left of what is not under a roof
STEP = 15  # a day that has begun goes on at the next quarter of an hour
EATING = frozenset({"food/restaurant_quarter", "food/tapas"})
Take = Callable[..., Awaitable[Any]]  # `serving.api.turns.Turns.take`


@dataclass(frozen=True, slots=True)
class Wanted:
    """`request` without a limit; `at` the local moment; `begins` and `ends` hours of that day; `wishes`
    are the kinds or groups of places of which each is to have a stop."""

    request: Request
    at: datetime
    begins: int
    ends: int
    must: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
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
        here = here_of(self.request.latitude, self.request.longitude)
        walk_km = SHORT_WALK_KM if self.short_walks else WALK_KM
        bounds = begins, self.ends * 60
        return Day(*bounds, here, walk_km, self.lunch, self.stops, len(self.wishes))

    def wishes_of(self, category: str) -> tuple[int, ...]:
        """The numbers of those that a place of this category is."""
        own = category, category.split("/")[0]
        return tuple(n for n, wish in enumerate(self.wishes) if wish in own)


@dataclass(frozen=True, slots=True)
class Planned:
    plan: Plan
    items: dict[str, Item]  # of its stops by poi_id, as the ranker saw them


def alone(wishes: tuple[str, ...]) -> tuple[str, ...]:
    """One kind alone is a day of nothing else, but for food: nobody eats all day."""
    return wishes if len(wishes) == 1 and wishes[0].split("/")[0] != FOOD else ()


PartLooks = dict[str, Look]  # poi_id -> where its score at that part of the day is


async def planned(wanted: Wanted, ranks: Ranks, take: Take) -> Planned:
    """Looked at in turn, like recommendations; the search has a thread of its own."""
    day = wanted.day
    looks: list[PartLooks] = []
    for part, hour in enumerate(HOURS):
        if PARTS[part] < day.ends and PARTS[part + 1] > day.begins:
            looks.append(await take(_look, wanted, hour, ranks))
        else:
            looks.append({})
    places = _visitable(looks, wanted, ranks.moment)
    made = await anyio.to_thread.run_sync(plan, places, day)
    return Planned(made, _items(made, looks))


def _look(wanted: Wanted, hour: int, ranks: Ranks) -> PartLooks:
    """What the ranker thinks of places at that hour, what must be or is wished for among them, too."""
    at = datetime.combine(wanted.at.date(), time(hour), wanted.at.tzinfo)
    request = replace(wanted.request, at=at, limit=LOOKED_AT)
    seed = f"plan:{at:%Y%m%d%H}"
    looks = [ranks.look(request, seed)]
    if wanted.must:
        asked = replace(request, only=Only(these=wanted.must), limit=len(wanted.must), budget=None)
        looks.append(ranks.look(asked, seed))
    looks += [ranks.look(asked, seed) for asked in _wished(wanted, request, looks[0], ranks.moment)]
    return {poi_id: look for look in looks for poi_id in look.scores}


def _wished(wanted: Wanted, request: Request, best: Look, moment: Moment) -> Iterator[Request]:
    """For kinds that are wished for and hardly met among the best of all."""
    facts, index = moment.places.facts, moment.places.catalogue.index
    met = Counter(n for p in best.scores for n in wanted.wishes_of(facts[index[p]][C.CATEGORY]))
    for n, wish in enumerate(wanted.wishes):
        if met[n] < OF_A_WISH and (only := _narrowed(request.only, wish)):
            yield replace(request, only=only, limit=OF_A_WISH)


def _narrowed(only: Only | None, wish: str) -> Only | None:
    """None where nothing but one kind is looked at anyway."""
    only = only or Only()
    return None if only.categories else replace(only, categories=(wish,))


def _items(made: Plan, looks: list[PartLooks]) -> dict[str, Item]:
    """Each stop as it was seen in its own part of the day, else in another."""
    out: dict[str, Item] = {}
    for stop in made.stops:
        if stop.place:
            poi_id, part = stop.place.poi_id, bisect_right(PARTS, stop.begins) - 1
            nearest = sorted(range(len(looks)), key=lambda n: abs(n - part))
            look = next(looks[n][poi_id] for n in nearest if poi_id in looks[n])
            out[poi_id] = look.item(poi_id)
    return out


def _visitable(looks: list[PartLooks], wanted: Wanted, moment: Moment) -> list[Visitable]:
    """The best places of all parts of the day, with what each is worth at each."""
    scores = [look.scores[p] for of_part in looks for p, look in of_part.items()]
    if not scores:
        return []
    worth = _Worth(wanted, moment, min(scores), max(scores))
    everything = dict.fromkeys(p for of_part in looks for p in of_part)
    open_then = [p for poi_id in everything if (p := _place(poi_id, looks, worth)).windows]
    best = sorted(open_then, key=lambda p: (-max(p.worth), p.poi_id))
    wished = [p for n in range(len(wanted.wishes)) for p in _of_wish(n, best)]
    must = [p for p in best if p.poi_id in wanted.must]
    return list(dict.fromkeys([*must, *wished, *best]))[:MOST_PLACES]


def _of_wish(wish: int, best: list[Visitable]) -> list[Visitable]:
    return [p for p in best if wish in p.wishes][:OF_A_WISH]


@dataclass(frozen=True)
class _Worth:
    """What scores from `low` to `high` are worth that day."""

    wanted: Wanted
    moment: Moment
    low: float
    high: float
    _rain: dict[tuple[int, int], bool] = field(default_factory=dict)

    def of(self, poi_id: str, row: int, score: float, part: int) -> int:
        if poi_id in self.wanted.must:
            return 100 * BEST
        share = (score - self.low) / (self.high - self.low) if self.high > self.low else 1.0
        value = LEAST + (BEST - LEAST) * share
        if _open_air(self.moment.places.facts[row]) and self._rains(row, part):
            value *= IN_THE_RAIN
        return max(1, round(value))

    def _rains(self, row: int, part: int) -> bool:
        cell = int(self.moment.sky.of_place[row])
        if (cell, part) not in self._rain:
            sky = sky_at(self.moment.sky, cell, self.wanted.moment(HOURS[part] * 60))
            wet = bool(sky) and (sky or {}).get(C.PRECIPITATION, 0.0) > CONDITION_RAIN_MM
            self._rain[cell, part] = wet
        return self._rain[cell, part]


def _place(poi_id: str, looks: list[PartLooks], worth: _Worth) -> Visitable:
    row = row_of(worth.moment, poi_id)
    assert row is not None  # it was ranked
    facts = worth.moment.places.facts[row]
    # not looked at in that part, as it was closed at that hour: the least of what it was worth
    least = min(of_part[poi_id].scores[poi_id] for of_part in looks if poi_id in of_part)
    scores = [of[poi_id].scores[poi_id] if poi_id in of else least for of in looks]
    first, second, third, last = (
        worth.of(poi_id, row, score, part) for part, score in enumerate(scores)
    )
    windows = windows_of(worth.moment, row, worth.wanted.at)
    return Visitable(
        poi_id,
        facts[C.LATITUDE],
        facts[C.LONGITUDE],
        facts[C.DURATION] or DEFAULT_MINUTES,
        tuple(Window(*w) for w in (((0, 1440),) if windows is None else windows)),
        (first, second, third, last),
        facts[C.CATEGORY] in EATING,
        worth.wanted.wishes_of(facts[C.CATEGORY]),
    )


def _open_air(facts: dict[str, Any]) -> bool:
    share = facts[C.INDOOR_SHARE]
    return share is not None and share < INDOORS


def told(planned: Planned, wanted: Wanted, moment: Moment, telling: Telling) -> Found:
    """The plan as facts: of each stop its times, the way there, all of the place, its weather."""
    stops = planned.plan.stops
    visits = [s for s in stops if s.place]
    facts = Facts([telling.date(wanted.at), telling.count(len(visits))])
    here = here_of(wanted.request.latitude, wanted.request.longitude)
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
            there = seen(moment, item, begins, here, there=True, listed=False)
            facts.add(telling.place(there))
            if there.weather:
                facts.add([telling.weather(there.weather, begins, of=item.poi_id)])
    facts.add(_missing(planned, wanted, moment, telling))
    return Found(facts, tuple(items))


def _missing(planned: Planned, wanted: Wanted, moment: Moment, telling: Telling) -> Iterator[Fact]:
    """What was asked for by its kind or its name, and is not in the plan."""
    kinds = [w for n, w in enumerate(wanted.wishes) if not planned.plan.has(n)]
    if kinds:
        yield telling.missing(kinds)
    for poi_id in wanted.must:
        if poi_id not in planned.items:
            facts = moment.places.facts[moment.places.catalogue.index[poi_id]]
            yield from telling.left_out(poi_id, name_in(facts, wanted.request.language))


def _open(item: Item, begins: datetime, moment: Moment) -> bool | None:
    """A plan holds what is open then, or what nothing is known of."""
    row = moment.places.catalogue.index[item.poi_id]
    return None if windows_of(moment, row, begins) is None else True
