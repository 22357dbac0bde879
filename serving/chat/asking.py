"""From what was understood to what the tools are asked: by rules, where Claude does not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from butler.domain import ChatTurn
from serving.chat import towns
from serving.chat.facts import Facts
from serving.chat.history import (
    LISTING,
    called_in,
    facts_in,
    last_list,
    last_shown,
    places_in,
)
from serving.chat.telling_trip import DIET, DIET_UNKNOWN
from serving.chat.tool import Asked
from serving.chat.tools import Toolbox
from serving.chat.trips import something
from serving.chat.values import Called, Found, Understood

# of what was understood, what recommend and plan_day are asked with
PLANNED = ("within_km", "town", "budget", "indoor", "accessible", "kids", "day", "diets")
CONSTRAINTS = ("category", *PLANNED, "hour")
SEARCHED = ("category", "within_km", "town", "day", "hour")
MOST_COMPARED = 3
WHEN = ("day", "hour")


class Asking:
    """Of one turn; `called` is the record of it."""

    def __init__(self, tools: Toolbox, asked: Asked, history: Sequence[ChatTurn]) -> None:
        self._tools, self._asked = tools, asked
        self._last, self._shown = last_list(history), last_shown(history)
        self.called: list[Called] = []

    def meant(self, u: Understood) -> Understood:
        """With what held from before: it is named where nothing fits."""
        if u.intent != "other":
            return u
        before = self._before(u).items()
        held: dict[str, Any] = {k: v for k, v in before if v not in (None, False)}
        if "diets" in held:
            held["diets"] = tuple(held["diets"])
        return replace(u, **held)

    async def found(self, understood: Understood) -> Found:
        """What was told is remembered first: it holds for what is asked in the same breath."""
        told = Found()
        if something(understood.told) or understood.taken_back:
            told = await self._call("remember_preference", self._told(understood))
            told.facts.add(map(self._asked.telling.forgotten, understood.taken_back))
        found = await self._answer(understood)
        if not any(f.key in (DIET, DIET_UNKNOWN) for f in found.facts):
            told.facts.add(self._tools.diets(understood.diets, self._asked))
        return _together(told, found)

    async def _answer(self, u: Understood) -> Found:
        if u.too_far:
            return Found()
        match u.intent:
            case "recommend":
                return await self._call("recommend", _given(u, CONSTRAINTS))
            case "other":
                return await self._call("recommend", {**self._before(u), "other": True})
            case "search":
                return await self._search(u)
            case "details":
                return await self._details(u)
            case "why":
                return await self._why(u)
            case "weather":
                where = {"poi_id": self._meant(u)[0]} if self._meant(u) else _given(u, ("town",))
                return await self._call("weather_forecast", {**where, **self._when(u)})
            case "compare":
                return await self._compare(u)
            case "plan":
                return await self._plan(u)
        return Found()

    async def _search(self, u: Understood) -> Found:
        return await self._call("search_pois", {"query": u.query, **_given(u, SEARCHED)})

    async def _details(self, u: Understood) -> Found:
        meant = self._meant(u) or self._only_one()
        if not meant:
            return Found()
        return await self._call("poi_details", {"poi_id": meant[0], **self._when(u)})

    async def _compare(self, u: Understood) -> Found:
        meant = self._meant(u)
        shown = places_in(self._last) if self._last else []
        if any(rank > len(shown) for rank in u.ranks):
            return Found()
        for poi_id in shown if len(meant) < 2 else []:
            if poi_id not in meant and len(meant) < 2:
                meant.append(poi_id)
        if len(meant) < 2:
            return Found()
        arguments = {"poi_ids": meant[:MOST_COMPARED], **self._when(u)}
        return await self._call("compare", arguments)

    async def _plan(self, u: Understood) -> Found:
        arguments = {**_given(u, PLANNED), "must": list(u.places)}
        if u.kinds or u.category:
            arguments["categories"] = list(u.kinds) or [u.category]
        if u.hour is not None and u.hour < 20:
            arguments["begins"] = u.hour
        return await self._call("plan_day", arguments)

    async def _why(self, u: Understood) -> Found:
        """What decided when the list was shown, as it was told then."""
        shown = places_in(self._last) if self._last else []
        meant = self._meant(u) or ([] if u.ranks else self._only_one() or shown[:1])
        if not meant:
            return Found()
        place = meant[0]
        if self._last and place in shown and self._last.language == self._asked.words.language:
            facts = Facts(f for f in facts_in(self._last) if f.place == place)
            items = await self._tools.as_shown(self._last, place, self._asked)
            return Found(facts, items)
        return await self._call("poi_details", {"poi_id": place})

    def _told(self, u: Understood) -> dict[str, Any]:
        """What was told; of days that were told before, what does not go with it is forgotten."""
        trip, before = u.told, self._asked.trip
        start, end = trip.start or before.start, trip.end or before.end
        over = bool(start and end and start > end)
        days = {n: d.isoformat() for n, d in (("start", trip.start), ("end", trip.end)) if d}
        lists = {n: list(getattr(trip, n)) for n in ("likes", "dislikes", "children", "diets")}
        words = {n: getattr(trip, n) for n in ("party", "budget", "mobility", "town")}
        forget = ["end" if trip.start else "start"] if over else []
        if before.town and towns.named(before.town) in map(towns.named, u.taken_back):
            forget.append("town")
        if set(u.taken_back) & set(before.diets):
            forget.append("diets")
            lists["diets"] += [d for d in before.diets if d not in u.taken_back]
        return {**days, **{n: v for n, v in (lists | words | {"forget": forget}).items() if v}}

    def _meant(self, u: Understood) -> list[str]:
        """The places that were named, or pointed at in the last list."""
        shown = places_in(self._last) if self._last else []
        pointed = [shown[rank - 1] for rank in u.ranks if 1 <= rank <= len(shown)]
        return list(dict.fromkeys((*u.places, *pointed)))

    def _only_one(self) -> list[str]:
        """ "It" is the place that was spoken of, where there was but one."""
        shown = places_in(self._shown) if self._shown else []
        return shown if len(shown) == 1 else []

    def _before(self, u: Understood) -> dict[str, Any]:
        """Something else of the same: what was asked for last holds, but for what is said now."""
        asked = called_in(self._last, {"recommend"}) if self._last else {}
        kept = {k: v for k, v in asked.items() if k in CONSTRAINTS}
        return {**kept, **_given(u, CONSTRAINTS)}

    def _when(self, u: Understood) -> dict[str, Any]:
        """What is said; otherwise a place of a list of today's is meant at the list's time."""
        said = _given(u, WHEN)
        if said or not u.ranks or self._last is None:
            return said
        if self._last.said_at.date() != self._asked.message.at.date():
            return {}
        asked = called_in(self._last, LISTING)
        return {k: v for k, v in asked.items() if k in WHEN and v is not None}

    async def _call(self, tool: str, arguments: Mapping[str, object]) -> Found:
        found, called = await self._tools[tool].recorded(arguments, self._asked)
        self.called.append(called)
        return found


def _given(u: Understood, names: Sequence[str]) -> dict[str, Any]:
    """What was said of these; what was not said is left to the tool."""
    said = ((name, getattr(u, name)) for name in names)
    return {n: list(v) if isinstance(v, tuple) else v for n, v in said if v not in (None, ())}


def _together(told: Found, found: Found) -> Found:
    facts = Facts([*told.facts, *found.facts])
    return replace(found, facts=facts, problem=found.problem or told.problem)
