"""Places as a conversation looks at them: by the ranker where it will, by the catalogue otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from features.opening import EPOCH, Windows
from features.places import distance_km
from features.rows import travel_minutes
from serving.answers import Answer, Item, Only, Request
from serving.chat import meals
from serving.chat.telling import Arrival, Seen, local
from serving.moment import Moment
from serving.recommend import Look, described
from serving.vectors import sky_at

DEFAULT_HOUR = 11  # of a day that is named without one
Point = tuple[float, float]


class Ranks(Protocol):
    """What a conversation needs of the engine."""

    @property
    def moment(self) -> Moment: ...

    def recommend(self, request: Request, request_id: str | None = None) -> Answer: ...

    def look(self, request: Request, seed: str) -> Look: ...

    def told(self, request: Request) -> dict[str, Any]: ...


def moment_of(
    now: datetime, day: int | None, hour: int | None, meal: str | None = None
) -> datetime:
    """The local moment that is meant by a day and an hour, either of which may be left out, or by a meal.

    An hour that is over is tomorrow's, unless today is said.
    """
    if hour is None and meal:
        return meals.moment_of(now, day, meals.MEALS[meal])
    if day is None and hour is None:
        return now
    if day == 0 and hour is None:
        return now
    at = now.replace(hour=DEFAULT_HOUR if hour is None else hour, minute=0, second=0, microsecond=0)
    if day is None and at + timedelta(hours=1) <= now:
        day = 1
    return at + timedelta(days=day or 0)


def zone_at(moment: Moment, here: Point | None) -> str:
    return moment.places.catalogue.zones.at(*(here or (None, None)))


def row_of(moment: Moment, poi_id: str) -> int | None:
    return moment.places.catalogue.index.get(poi_id)


def point_of(moment: Moment, poi_id: str) -> Point | None:
    row = row_of(moment, poi_id)
    if row is None:
        return None
    catalogue = moment.places.catalogue
    return float(catalogue.latitude[row]), float(catalogue.longitude[row])


def seen(
    moment: Moment,
    item: Item,
    at: datetime,
    here: Point | None,
    *,
    there: bool = False,
    listed: bool = True,
    scored: bool = True,
) -> Seen:
    """An item with its hours of that day and its weather, for who sets out from `here` at `at` (UTC or
    any zone), or is `there` then."""
    row = moment.places.catalogue.index[item.poi_id]
    arrives = arrival(moment, row, at, here, there)
    sky = sky_at(moment.sky, int(moment.sky.of_place[row]), at)
    return Seen(item, arrives, windows_of(moment, row, arrives.at), sky, listed, scored)


def arrival(
    moment: Moment, row: int, at: datetime, here: Point | None, there: bool = False
) -> Arrival:
    """As the ranker's features have it: the way there counts, and what is left then of the opening hours.
    Where it is not known from where one comes, as if already there."""
    catalogue = moment.places.catalogue
    km = None if here is None else _away(here, (catalogue.latitude[row], catalogue.longitude[row]))
    way = 0.0 if there or km is None else float(travel_minutes(np.array(km)))
    sets_out = local(at, zone_at(moment, here)).replace(second=0, microsecond=0)
    arrives = sets_out + timedelta(minutes=int(way))
    day, minute = (arrives.date() - EPOCH).days, arrives.hour * 60 + arrives.minute
    left = catalogue.openings.minutes_left(np.array([row]), np.array([day * 1440 + minute]))[0]
    return Arrival(arrives, km, None if np.isnan(left) else int(left))


def windows_of(moment: Moment, row: int, arrives: datetime) -> Windows | None:
    return moment.places.catalogue.openings.windows(row, arrives.date())


def looked_at(
    ranks: Ranks, request: Request, poi_ids: Sequence[str], seed: str = "look"
) -> list[Seen]:
    """These places as the ranker sees them for the request; those it drops as the catalogue has them.

    In the order given, without what is not in the catalogue; nothing is logged.
    """
    moment = ranks.moment
    known = [p for p in dict.fromkeys(poi_ids) if row_of(moment, p) is not None]
    if not known:
        return []
    asked = replace(request, only=Only(these=tuple(known)), limit=len(known), budget=None)
    look = ranks.look(asked, seed)
    here, out = look.here, []
    for n, poi_id in enumerate(known, start=1):
        scored = poi_id in look.scores
        item = look.item(poi_id) if scored else of_catalogue(moment, poi_id, request, n, here)
        shown = replace(item, rank=n)
        out.append(seen(moment, shown, request.at, here, listed=False, scored=scored))
    return out


def of_catalogue(
    moment: Moment, poi_id: str, request: Request, rank: int, here: Point | None
) -> Item:
    """A place without a score: what is known of it at that moment, for that traveller's language."""
    row = moment.places.catalogue.index[poi_id]
    arrives = arrival(moment, row, request.at, here)
    return Item(
        rank=rank,
        score=0.0,
        distance_km=None if arrives.km is None else round(arrives.km, 2),
        open_at_arrival=None if arrives.left is None else arrives.left > 0,
        propensity=1.0,
        **described(moment.places.facts[row], request.language),
    )


def here_of(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def within_reach(moment: Moment, here: Point) -> bool:
    """Whether any place at all is near enough to be shown to who is there."""
    catalogue, reach = moment.places.catalogue, moment.model.rules.reach_km
    away = distance_km(*here, catalogue.latitude, catalogue.longitude)
    return reach <= 0 or bool((away <= reach).any())


def _away(here: Point, there: Point) -> float:
    """Kilometres, as exactly as the ranker has them: they are rounded where they are told."""
    return float(np.float32(distance_km(*here, *there)))
