"""The tools of a conversation: what may be asked of the platform, by Claude and by rules alike.

A tool that cannot answer says why, in English, in `Found.problem`; it is logged without what was
asked, and counted. What computes takes its turn among recommendations, so that the event loop is
free and neither pushes the other aside.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date
from itertools import combinations
from typing import Any

from pydantic import BaseModel

from butler.clock import Clock
from butler.columns import C
from butler.domain import ChatTurn, TripFacts
from butler.errors import InvalidRequest, NotFound
from butler.stores.ports import Chats, PoiSearch
from serving.answers import Answer, Item, Only, Request
from serving.chat import arguments as args
from serving.chat import bases, diets, planning
from serving.chat.busy import busier
from serving.chat.bynames import ByNames
from serving.chat.facts import Fact, Facts
from serving.chat.history import places_in, shown_in
from serving.chat.kinds import is_of
from serving.chat.of_catalogue import OfCatalogue
from serving.chat.places import (
    Point,
    Ranks,
    here_of,
    looked_at,
    moment_of,
    of_catalogue,
    point_of,
    row_of,
    seen,
    within_reach,
    zone_at,
)
from serving.chat.planning import Take
from serving.chat.rain import outlook
from serving.chat.sums import level
from serving.chat.telling import local
from serving.chat.tool import Asked, Tool, Watching
from serving.chat.trips import accepting, forgotten, merged, party_of, without
from serving.chat.values import Found
from serving.vectors import cell_at, sky_at


class Toolbox(Mapping[str, Tool]):
    """All tools, by name."""

    def __init__(
        self,
        ranks: Ranks,
        chats: Chats,
        search: PoiSearch,
        take: Take,
        clock: Clock,
        watching: Watching,
    ) -> None:
        self._ranks, self._chats, self._search = ranks, chats, search
        self._take, self._clock, self._watching = take, clock, watching
        self._by_names, self._silent = ByNames(), OfCatalogue(diets.silent)
        self._busier = OfCatalogue(busier)
        self._tools = {tool.name: tool for tool in self._made()}

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __iter__(self) -> Any:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)

    def _made(self) -> list[Tool]:
        each: list[tuple[type[BaseModel], Callable[[Any, Asked], Awaitable[Found]], str]] = [
            (
                args.Recommend,
                self._recommend,
                "The places that fit this traveller best at that time, in the ranker's order, with "
                "the reasons of each. Use it whenever places are wanted.",
            ),
            (
                args.SearchPois,
                self._search_pois,
                "Places by words: a name, a kind, something they have. Not in an order of liking.",
            ),
            (
                args.PoiDetails,
                self._poi_details,
                "All that is known of one place: hours, price, access, distance, weather there.",
            ),
            (
                args.WeatherForecast,
                self._weather_forecast,
                "The weather of an hour, at a place or where the traveller is.",
            ),
            (
                args.Compare,
                self._compare,
                "Two or three places side by side: distance, price, closing time, rank.",
            ),
            (
                args.PlanDay,
                self._plan_day,
                "A whole day: an order of places within opening hours, ways and weather.",
            ),
            (
                args.RememberPreference,
                self._remember_preference,
                "Keep what the traveller has told of the trip; it holds for all that follows.",
            ),
        ]
        names = ("recommend", "search_pois", "poi_details", "weather_forecast", "compare")
        return [
            Tool(name, description, model, answer, self._watching)
            for name, (model, answer, description) in zip(
                (*names, "plan_day", "remember_preference"), each, strict=True
            )
        ]

    async def _recommend(self, a: args.Recommend, asked: Asked) -> Found:
        shown = shown_in(asked.history) if a.other else ()
        request = self._request(a, asked, near=a.near)
        only = self._only(a, asked, shown)
        request = replace(
            request,
            limit=a.limit,
            category=a.category,
            budget=a.budget or (None if a.at_least else asked.trip.budget),
            party=a.party or party_of(asked.trip),
            exclude_visited=a.exclude_visited,
            only=only,
        )
        answer = await self._take(self._ranks.recommend, request)
        if not answer.items and only.categories:  # what is liked is not to be had: anything else
            request = replace(request, only=replace(only, categories=()))
            answer = await self._take(self._ranks.recommend, request)
        self._watching.recommended(answer)
        return self._listed(answer, request, asked, a)

    def _only(self, a: args.Recommend, asked: Asked, shown: tuple[str, ...]) -> Only:
        trip = asked.trip
        liked = () if a.category or a.other else self._had(trip.likes)
        disliked = tuple(c for c in self._had(trip.dislikes) if c != a.category)
        return Only(
            not_these=(*shown, *self._left_out(a, disliked, asked)),
            categories=liked,
            not_categories=disliked,
            indoor=a.indoor,
            accessible=a.accessible or trip.mobility == "wheelchair",
            kids=a.kids,
            within_km=a.within_km,
            beyond_km=a.beyond_km,
            at_least=a.at_least,
        )

    def _left_out(self, a: Any, disliked: Sequence[str], asked: Asked) -> tuple[str, ...]:
        """Places that do not say a diet, those that are called what is disliked, and of quiet ones the
        busier."""
        places = self._ranks.moment.places
        silent = (p for diet in _diets(a, asked) for p in self._silent(places, diet) or ())
        named = self._by_names.of(places, disliked, asked.words.language)
        crowded = (self._busier(places) or ()) if a.quiet else ()
        return (*dict.fromkeys(silent), *named, *crowded)

    def _wishes(self, a: args.PlanDay, asked: Asked) -> tuple[str, ...]:
        """Kinds that have a name or a place: they are told, and nothing that a caller made up is."""
        known = self._ranks.moment.places.catalogue.known_category
        named = asked.words.category
        return tuple(c for c in dict.fromkeys(a.categories) if known(c) or named(c))

    def _had(self, categories: tuple[str, ...]) -> tuple[str, ...]:
        known = self._ranks.moment.places.catalogue.known_category
        return tuple(c for c in categories if known(c))

    def _listed(self, answer: Answer, request: Request, asked: Asked, a: args.Recommend) -> Found:
        """The facts of a slate: its day, its weather, how many, and of each place all that is known."""
        moment, telling, facts = self._ranks.moment, asked.telling, Facts()
        at = local(request.at, str(answer.context["timezone"]))
        facts.add(
            [telling.date(at, request.at != asked.message.at), telling.count(len(answer.items))]
        )
        facts.add([*bases.told(a, asked), *self._of_places(a, asked, answer.items)])
        sky = answer.context.get("weather")
        if isinstance(sky, dict):
            facts.add([telling.weather(sky, at)])
        if set(answer.degraded) - {"nothing_feasible"}:
            facts.add([telling.degraded()])
        location: Any = answer.context["location"]
        here = here_of(location["latitude"], location["longitude"])
        if not answer.items and (why := self._why_nothing(answer, here, a)):
            facts.add([telling.nothing(why)])
        for item in answer.items:
            facts.add(telling.place(seen(moment, item, request.at, here)))
        return Found(facts, answer.items, answer.request_id)

    def _why_nothing(self, answer: Answer, here: Point | None, a: args.Recommend) -> str | None:
        """As `Telling.nothing` tells it; None where what was asked for is simply not there."""
        if here is None and (a.within_km or a.beyond_km):
            return "nowhere"
        if here and not within_reach(self._ranks.moment, here):
            return "out-of-reach"
        return "all-closed" if answer.dropped.get("closed") else None

    async def _search_pois(self, a: args.SearchPois, asked: Asked) -> Found:
        request = self._request(a, asked)
        near = self._from(a, asked, a.near)
        found = await asyncio.to_thread(
            self._search.find, a.query, a.limit, a.category, near, a.within_km if near else None
        )
        telling = asked.telling
        facts = Facts([*self._hour(asked, request), *bases.told(a, asked)])
        places = await self._take(looked_at, self._ranks, request, found)
        facts.add([telling.count(len(places))])
        for place in places:
            facts.add(telling.place(place))
        return Found(facts, tuple(place.item for place in places))

    async def _poi_details(self, a: args.PoiDetails, asked: Asked) -> Found:
        self._point(a.poi_id)
        request = self._request(a, asked)
        (place,) = await self._take(looked_at, self._ranks, request, [a.poi_id])
        facts = Facts([*self._hour(asked, request), *bases.told(a, asked)])
        facts.add(asked.telling.place(place))
        if place.weather:
            at = local(request.at, self._zone(request))
            facts.add([asked.telling.weather(place.weather, at, of=a.poi_id)])
        return Found(facts, (place.item,))

    async def _weather_forecast(self, a: args.WeatherForecast, asked: Asked) -> Found:
        request = self._request(a, asked, near=a.poi_id)
        telling, moment = asked.telling, self._ranks.moment
        if a.poi_id:
            row = row_of(moment, a.poi_id)
            assert row is not None  # its point was found
            cell, zone = int(moment.sky.of_place[row]), zone_at(moment, self._point(a.poi_id))
        else:
            told = await self._take(self._ranks.told, request)
            here = here_of(told["location"]["latitude"], told["location"]["longitude"])
            cell, zone = cell_at(moment.sky, here), told["timezone"]
        at, sky = local(request.at, zone), sky_at(moment.sky, cell, request.at)
        facts = Facts([telling.date(at), *([] if a.poi_id else bases.told(a, asked))])
        if sky is None:
            return Found(facts, problem="There is no forecast for that hour.")
        facts.add([telling.weather(sky, at, of=a.poi_id)])
        spans = outlook(moment.sky, cell, at, a.day, a.hour)
        facts.add(telling.rain(span, of=a.poi_id) for span in spans)
        if a.poi_id:
            (place,) = await self._take(looked_at, self._ranks, request, [a.poi_id])
            facts.add(f for f in telling.place(place) if f.kind in ("name", "warning"))
        return Found(facts)

    async def _compare(self, a: args.Compare, asked: Asked) -> Found:
        for poi_id in a.poi_ids:
            self._point(poi_id)
        if len(set(a.poi_ids)) < len(a.poi_ids):
            raise InvalidRequest("poi_ids: name each place once", "poi_ids")
        request = self._request(a, asked)
        places = await self._take(looked_at, self._ranks, request, a.poi_ids)
        telling = asked.telling
        facts = Facts([*self._hour(asked, request), *bases.told(a, asked)])
        for place in places:
            facts.add(telling.place(place))
        for one, other in combinations(places, 2):
            facts.add(telling.comparison(one, other))
        return Found(facts, tuple(place.item for place in places))

    async def _plan_day(self, a: args.PlanDay, asked: Asked) -> Found:
        for poi_id in a.must:
            self._point(poi_id)
        request, wishes = self._request(a, asked, near=a.near), self._wishes(a, asked)
        request = replace(
            request,
            budget=a.budget or asked.trip.budget,
            party=a.party or party_of(asked.trip),
            only=Only(
                not_these=self._left_out(a, asked.trip.dislikes, asked),
                categories=self._had(planning.alone(wishes)),
                not_categories=self._had(asked.trip.dislikes),
                indoor=a.indoor,
                accessible=a.accessible or asked.trip.mobility == "wheelchair",
                kids=a.kids,
                within_km=a.within_km,
            ),
        )
        wanted = planning.Wanted(
            *(request, local(request.at, self._zone(request)), a.begins, a.ends),
            *(tuple(a.must), wishes, a.lunch, a.stops),
            short_walks=asked.trip.mobility is not None,
            today=a.day in (None, 0),
        )
        planned = await planning.planned(wanted, self._ranks, self._take)
        found = planning.told(planned, wanted, self._ranks.moment, asked.telling)
        found.facts.add([*bases.told(a, asked), *self._of_places(a, asked, found.items)])
        return found

    async def _remember_preference(self, a: args.RememberPreference, asked: Asked) -> Found:
        money = a.budget_sum.money() if a.budget_sum else None
        told = TripFacts(
            start=_day(a.start, "start"),
            end=_day(a.end, "end"),
            party=a.party,
            budget=level(money) if money else a.budget,
            budget_sum=money,
            likes=tuple(self._categories(a.likes, "likes")),
            dislikes=tuple(self._categories(a.dislikes, "dislikes")),
            mobility=a.mobility,
            children=tuple(a.children),
            town=a.town and bases.town(a.town).name,
            diets=tuple(a.diets),
        )
        kept = accepting(without(forgotten(asked.trip, list(a.forget)), a.no_longer), a.accept)
        trip = merged(kept, told)
        if trip.start and trip.end and trip.start > trip.end:
            raise InvalidRequest("end: the trip would end before it begins", "end")
        user = asked.message.user_id
        await asyncio.to_thread(self._chats.remember, user, trip, self._clock.now())
        asked.trip = trip
        return Found(Facts(asked.telling.trip(told)))

    def category(self, poi_id: str) -> str | None:
        """The kind of a place; None of one that is not in the catalogue."""
        row = row_of(self._ranks.moment, poi_id)
        return None if row is None else str(self._ranks.moment.places.facts[row][C.CATEGORY])

    def _categories(self, names: list[str], argument: str) -> list[str]:
        for name in names:
            if not self._ranks.moment.places.catalogue.known_category(name):
                raise InvalidRequest(f"{argument}: no place has the category {name!r}", argument)
        return names

    def _request(self, a: Any, asked: Asked, near: str | None = None) -> Request:
        """A request for the moment and the point that are meant."""
        message, point = asked.message, self._from(a, asked, near)
        zone = zone_at(self._ranks.moment, point)
        hour, meal = getattr(a, "hour", None), getattr(a, "meal", None)
        at = moment_of(local(message.at, zone), a.day, hour, meal)
        latitude, longitude = point or (None, None)
        return Request(
            user_id=message.user_id,
            requested_at=self._clock.now(),
            at=at.astimezone(UTC),
            latitude=latitude,
            longitude=longitude,
            party=party_of(asked.trip),
            language=message.language,
        )

    def diets(self, wanted: Sequence[str], asked: Asked) -> list[Fact]:
        """What places say of each diet."""
        places, telling = self._ranks.moment.places, asked.telling
        return [telling.diet(diet, self._silent(places, diet) is not None) for diet in wanted]

    def _from(self, a: Any, asked: Asked, near: str | None) -> Point | None:
        """Where is looked from: a place, a town, or where the traveller is."""
        return self._point(near) if near else bases.point(a, asked)

    def _of_places(self, a: Any, asked: Asked, items: Sequence[Item]) -> list[Fact]:
        """Of the diets that are asked for now, and of the trip's where something to eat is shown; and of
        quiet places."""
        eaten = any(is_of(item.category, diets.FOOD) for item in items)
        told = self.diets(_diets(a, asked) if eaten else a.diets, asked)
        if a.quiet:
            told.append(asked.telling.quiet(self._busier(self._ranks.moment.places) is not None))
        return told

    def _hour(self, asked: Asked, request: Request) -> list[Fact]:
        """The day with the hour that is looked at, where that is not now."""
        if request.at == asked.message.at:
            return []
        return [asked.telling.date(local(request.at, self._zone(request)), with_hour=True)]

    def _zone(self, request: Request) -> str:
        return zone_at(self._ranks.moment, here_of(request.latitude, request.longitude))

    def _point(self, poi_id: str) -> Point:
        point = point_of(self._ranks.moment, poi_id)
        if point is None:
            raise NotFound(f"there is no place with the poi_id {poi_id!r}")
        return point

    async def as_shown(self, turn: ChatTurn, poi_id: str, asked: Asked) -> tuple[Item, ...]:
        """A place of a list that was shown, with its rank there; nothing where it has gone since."""
        rank = places_in(turn).index(poi_id) + 1
        request = self._request(args.PoiDetails(poi_id=poi_id), asked)
        moment = self._ranks.moment
        if row_of(moment, poi_id) is None:
            return ()
        here = here_of(request.latitude, request.longitude)
        return (of_catalogue(moment, poi_id, request, rank, here),)


def _diets(a: Any, asked: Asked) -> list[str]:
    return list(dict.fromkeys((*a.diets, *asked.trip.diets)))


def _day(text: str | None, argument: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRequest(f"{argument}: there is no such day", argument) from error
