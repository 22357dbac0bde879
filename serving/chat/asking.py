"""From what was understood to what the tools are asked: by rules, where Claude does not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from butler.domain import ChatTurn, TripFacts
from serving.chat import towns
from serving.chat.diets import DIETS
from serving.chat.facts import Fact, Facts
from serving.chat.history import (
    LISTING,
    called_in,
    facts_in,
    last_list,
    last_shown,
    places_in,
    shown_of,
)
from serving.chat.kinds import is_kind, is_of
from serving.chat.refining import NARROWED, WHEN, Refined, refined
from serving.chat.telling_trip import DIET, DIET_UNKNOWN
from serving.chat.tool import Asked
from serving.chat.tools import Toolbox
from serving.chat.trips import lost, something
from serving.chat.values import Called, Found, Understood

# of what was understood, what recommend and plan_day are asked with
PLANNED = (*NARROWED, "day")
CONSTRAINTS = ("category", *PLANNED, "hour", "meal")
SEARCHED = ("category", "within_km", "town", *WHEN)
# of a call that was refined, what is told as if it had been said
HELD = (*CONSTRAINTS, "at_least", "beyond_km")
INTENTS = {"plan_day": "plan", "search_pois": "search"}
MOST_COMPARED = 3


class Asking:
    """Of one turn; `called` is the record of it."""

    def __init__(self, tools: Toolbox, asked: Asked, history: Sequence[ChatTurn]) -> None:
        self._tools, self._asked = tools, asked
        self._last, self._shown = last_list(history), last_shown(history)
        self._newest = bool(history) and self._last is history[-1]
        self._history = history
        self._refined: Refined | None = None
        self._one: str | None = None  # the place that is called by its kind
        self.called: list[Called] = []

    def meant(self, u: Understood) -> Understood:
        """With what held from before: it is named where nothing fits."""
        if self._refined:
            return self._as_refined(u, self._refined)
        if self._one:
            return replace(u, intent="details", category=None)
        if u.intent != "other":
            return u
        before = self._before(u).items()
        held: dict[str, Any] = {k: v for k, v in before if v not in (None, False)}
        if "diets" in held:
            held["diets"] = tuple(held["diets"])
        return replace(u, **held)

    def _as_refined(self, u: Understood, refined: Refined) -> Understood:
        held: dict[str, Any] = {name: refined.arguments.get(name) for name in HELD}
        held |= {"diets": tuple(refined.arguments.get("diets") or ())}
        held |= {"query": refined.arguments.get("query") or ""}
        intent = "edge" if refined.edge else INTENTS.get(refined.tool, u.intent)
        return replace(u, intent=intent, changed=refined.changed, edge=refined.edge, **held)

    async def found(self, understood: Understood) -> Found:
        """What was told is remembered first: it holds for what is asked in the same breath."""
        u, told = understood, Found()
        if something(u.told) or u.taken_back or u.accepted or u.forgets:
            before = self._asked.trip
            told = await self._call("remember_preference", self._told(u))
            if not told.problem:
                told.facts.add(self._gone(u, before))
        self._refined, self._one = self._refining(u), self._the_one(u)
        found = await self._answer(u)
        if not any(f.key in (DIET, DIET_UNKNOWN) for f in found.facts):
            told.facts.add(self._tools.diets(u.diets, self._asked))
        return _together(told, found)

    def _gone(self, u: Understood, before: TripFacts) -> Iterator[Fact]:
        """What holds no longer; or that it had not been noted, where that is all that was said."""
        telling, gone = self._asked.telling, lost(before, self._asked.trip)
        yield from telling.forgotten(gone)
        if u.intent == "remember" and not something(gone) and not something(u.told):
            yield telling.not_noted()

    def _refining(self, u: Understood) -> Refined | None:
        """The list that was shown, asked for otherwise: by a relative word, or right after it by nothing
        but what narrows a choice. Another kind of place is another request."""
        if self._last is None or u.intent not in ("recommend", "other") or u.too_far:
            return None
        same = u.category in (None, called_in(self._last, LISTING).get("category"))
        bare = u.bare and self._newest
        if not (bare or (u.refines and same)):
            return None
        return refined(u, self._last, self._asked.message.at.date())

    async def _refine(self, u: Understood, changed: Refined) -> Found:
        if changed.edge:
            return Found()
        other = {"other": True} if u.intent == "other" and changed.tool == "recommend" else {}
        return await self._call(changed.tool, {**changed.arguments, **other})

    async def _answer(self, u: Understood) -> Found:
        if u.too_far:
            return Found()
        if self._refined:
            return await self._refine(u, self._refined)
        if self._one:
            return await self._call("poi_details", {"poi_id": self._one, **self._when(u)})
        match u.intent:
            case "trip":
                return Found(Facts(self._asked.telling.known(self._asked.trip)))
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
        meant = self._meant(u) or ([] if u.ranks else self._called_so(u, shown))
        if not meant:
            return Found()
        place = meant[0]
        if self._last and place in shown and self._last.language == self._asked.words.language:
            facts = Facts(f for f in facts_in(self._last) if f.place == place)
            items = await self._tools.as_shown(self._last, place, self._asked)
            return Found(facts, items)
        return await self._call("poi_details", {"poi_id": place})

    def _called_so(self, u: Understood, shown: list[str]) -> list[str]:
        """The place whose reasons are asked for without its name: "why the beach?" is none where the list
        has no beach, or several."""
        if u.category is None:
            return self._only_one() or shown[:1]
        return self._alone(u.category, [self._last] if self._last else [])

    def _alone(self, kind: str, turns: Sequence[ChatTurn]) -> list[str]:
        """The place of the kind that was spoken of last, else the only one that these turns showed."""
        for some in ([self._shown] if self._only_one() else [], turns):
            shown = shown_of(filter(None, some), kind)
            if len(shown) == 1:
                return shown
        return []

    def _told(self, u: Understood) -> dict[str, Any]:
        """What was told; of days that were told before, what does not go with it is forgotten."""
        trip, before = u.told, self._asked.trip
        start, end = trip.start or before.start, trip.end or before.end
        over = bool(start and end and start > end)
        days = {n: d.isoformat() for n, d in (("start", trip.start), ("end", trip.end)) if d}
        lists = {n: list(getattr(trip, n)) for n in ("likes", "dislikes", "children", "diets")}
        words = {n: getattr(trip, n) for n in ("party", "budget", "mobility", "town")}
        words["budget_sum"] = trip.budget_sum and asdict(trip.budget_sum)
        forget = ["end" if trip.start else "start"] if over else []
        forget += self._forgets(u)
        no_longer = [w for w in u.taken_back if w in DIETS or is_kind(w)]
        gone = {"forget": list(dict.fromkeys(forget)), "no_longer": no_longer}
        gone["accept"] = list(u.accepted)
        return {**days, **{n: v for n, v in (lists | words | gone).items() if v}}

    def _forgets(self, u: Understood) -> Iterator[str]:
        """Fields of the trip: who comes along only as it was told, "we have no kids" leaves friends."""
        before = self._asked.trip
        for name, _, party in (f.partition(":") for f in u.forgets):
            if not party or before.party == party:
                yield name
        if before.town and towns.named(before.town) in map(towns.named, u.taken_back):
            yield "town"

    def _meant(self, u: Understood) -> list[str]:
        """The places that were named, or pointed at in the last list."""
        shown = places_in(self._last) if self._last else []
        pointed = [shown[rank - 1] for rank in u.ranks if 1 <= rank <= len(shown)]
        return list(dict.fromkeys((*u.places, *pointed)))

    def _the_one(self, u: Understood) -> str | None:
        """The place that is called by its kind alone: the one that was spoken of last, the only one of its
        kind that was shown, or the only one with that word in its name."""
        if u.the_one is None:
            return None
        if one := self._alone(u.the_one, self._history):
            return one[0]
        called = self._tools.category(u.called) if u.called else None
        return u.called if called and is_of(called, u.the_one) else None

    def _only_one(self) -> list[str]:
        """ "It" is the place that was spoken of, where there was but one."""
        shown = places_in(self._shown) if self._shown else []
        return shown if len(shown) == 1 else []

    def _before(self, u: Understood) -> dict[str, Any]:
        """Something else of the same: what was asked for last holds, but for what is said now."""
        asked = called_in(self._last, {"recommend"}) if self._last else {}
        kept = {k: v for k, v in asked.items() if k in CONSTRAINTS and not (u.meal and k == "hour")}
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
