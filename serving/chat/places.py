"""Places as a conversation looks at them: by the ranker where it will, by the catalogue otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from butler.columns import C
from features.opening import Windows
from features.places import distance_km
from serving.answers import Answer, Item, Only, Request
from serving.chat.telling import Seen, local
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


def moment_of(now: datetime, day: int | None, hour: int | None) -> datetime:
    """The local moment that is meant by a day and an hour, either of which may be left out.

    An hour that is over is tomorrow's, unless today is said.
    """
    if day is None and hour is None:
        return now
    if day == 0 and hour is None:
        return now
    at = now.replace(hour=DEFAULT_HOUR if hour is None else hour, minute=0, second=0, microsecond=0)
    if day is None and at + timedelta(hours=1) <= now:
        day = 1
    return at + timedelta(days=day or 0)


def hour_is_ours(day: int | None, hour: int | None) -> bool:
    """Whether nobody named the hour of `moment_of`, of another day than today: it is told then."""
    return bool(day) and hour is None


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
    moment: Moment, item: Item, at: datetime, listed: bool = True, scored: bool = True
) -> Seen:
    """An item with its hours of that day and its weather; `at` in UTC or any zone."""
    row = moment.places.catalogue.index[item.poi_id]
    arrives = local(at, moment.places.catalogue.zones.at(item.latitude, item.longitude))
    sky = sky_at(moment.sky, int(moment.sky.of_place[row]), at)
    return Seen(item, arrives, windows_of(moment, row, arrives), sky, listed, scored)


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
    out = []
    for n, poi_id in enumerate(known, start=1):
        scored = poi_id in look.scores
        item = look.item(poi_id) if scored else of_catalogue(moment, poi_id, request, n)
        shown = replace(item, rank=n)
        out.append(seen(moment, shown, request.at, listed=False, scored=scored))
    return out


def of_catalogue(moment: Moment, poi_id: str, request: Request, rank: int) -> Item:
    """A place without a score: what is known of it at that moment, for that traveller's language."""
    row = moment.places.catalogue.index[poi_id]
    facts = moment.places.facts[row]
    here = None
    if request.latitude is not None and request.longitude is not None:
        here = request.latitude, request.longitude
    return Item(
        rank=rank,
        score=0.0,
        distance_km=_away(here, facts),
        open_at_arrival=_is_open(moment, row, facts, request.at),
        propensity=1.0,
        **described(facts, request.language),
    )


def _away(here: Point | None, facts: dict[str, Any]) -> float | None:
    if here is None:
        return None
    away = distance_km(*map(np.array, (*here, facts[C.LATITUDE], facts[C.LONGITUDE])))
    return round(float(away), 2)


def _is_open(moment: Moment, row: int, facts: dict[str, Any], at: datetime) -> bool | None:
    zone = moment.places.catalogue.zones.at(facts[C.LATITUDE], facts[C.LONGITUDE])
    arrives = local(at, zone)
    windows = windows_of(moment, row, arrives)
    minute = arrives.hour * 60 + arrives.minute
    return None if windows is None else any(a <= minute < b for a, b in windows)
