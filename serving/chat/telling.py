"""Telling: what is known of places, weather, trips and plans as facts, in the traveller's words.

Ids are short and stay within a turn: `p1` is the first place that was met, whatever tool met it.
Numbers are rounded once, here, to what is said: a sentence may repeat them and say no other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from butler.columns import C
from features.opening import Windows
from serving.answers import Item
from serving.chat.facts import Fact, Kind, Quantity, Unit
from serving.chat.rain import Span
from serving.chat.reasoned import reasons
from serving.chat.telling_trip import TellingTrip
from serving.explain.reasons import IN_MINUTES, MOST_LEFT
from serving.only import INDOORS, OUTDOORS

HOUR = "hour"  # key of a day that is told with the hour that was looked at
MISSING = "missing"  # the key of the warning that a plan has not all that was wished for
STORM_MS = 17.2  # Beaufort 8: gale
HEAT_C = 35
UNITS: dict[str, Unit] = {"minutes": "min", "hours": "h"}
NIGHT = 6 * 60  # what was open before midnight and ends by then is last night's
ALL_DAY: Windows = ((0, 1440),)


class Arrival(NamedTuple):
    """Of who sets out at the moment that is spoken of: when, after how many kilometres (not rounded; None
    where it is not known from where), and how many minutes are left until it closes: 0 where it is
    closed, None where its hours are unknown."""

    at: datetime  # local
    km: float | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A place at the moment it is spoken of. `listed` where its rank is that of a list that is shown,
    `scored` where the ranker looked at it at all."""

    item: Item
    arrives: Arrival
    windows: Windows | None  # of the day of arrival; None where its hours are unknown
    weather: dict[str, Any] | None = None
    listed: bool = True
    scored: bool = True


class Warned(NamedTuple):
    """One warning of a place."""

    key: str
    text: str
    numbers: tuple[Quantity, ...] = ()
    moments: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Telling(TellingTrip):
    """All facts: of places, of the sky, of a day, and of the trip."""

    def place(self, seen: Seen) -> Iterator[Fact]:
        """All that is known of a place, the guarded facts among it."""
        item, p = seen.item, self.numbering.place(seen.item.poi_id)

        def fact(name: str, kind: Kind, text: str, *numbers: Quantity, **more: Any) -> Fact:
            return Fact(f"{p}.{name}", kind, text, item.poi_id, numbers, **more)

        say = self.words.say
        yield fact("name", "name", item.name)
        category = self.words.category(item.category)
        if category:
            text = say("fact-category", place=item.name, category=category)
            yield fact("category", "category", text, key=item.category)
        if seen.listed:
            rank = Quantity(item.rank, "rank")
            yield fact("rank", "rank", say("fact-rank", rank=item.rank), rank)
        if seen.arrives.km is not None:
            km = round(seen.arrives.km, 1)
            text = say("distance-away", km=km)
            yield fact("distance", "distance", text, Quantity(km, "km"))
        if item.typical_duration_min:
            minutes = item.typical_duration_min
            text = say("fact-duration", minutes=minutes)
            yield fact("duration", "duration", text, Quantity(minutes, "min"))
        if item.indoor_share is not None and not OUTDOORS < item.indoor_share < INDOORS:
            where = "indoors" if item.indoor_share >= INDOORS else "outdoors"
            yield fact("indoor", "indoor", say(f"place-{where}"), key=where)
        if item.kid_friendly is not None:
            known = "yes" if item.kid_friendly else "no"
            yield fact("kids", "kids", say(f"fact-kids-{known}"), key=known)
        yield from reasons(item, p, self.words)
        yield from self._open(p, seen)
        yield self._hours(p, seen)
        yield self._price(p, item)
        known = {None: "unknown", True: "yes", False: "no"}[item.accessible]
        yield fact("accessible", "accessible", say(f"fact-accessible-{known}"), key=known)
        for n, (key, text, numbers, moments) in enumerate(self._warnings(seen), start=1):
            yield fact(f"warning{n}", "warning", text, *numbers, moments=moments, key=key)

    def _open(self, p: str, seen: Seen) -> Iterator[Fact]:
        """Open on arrival, and for how long: in the words of reasons."""
        at, left = seen.arrives.at, seen.arrives.left
        if seen.item.open_at_arrival is None or left is None:
            return
        said, numbers = _left(left)
        known = tuple(Quantity(n, UNITS[name]) for name, n in numbers.items())
        text, key = self.words.say(said, **numbers), "open" if left else "closed"
        yield Fact(f"{p}.open", "hours", text, seen.item.poi_id, known, (at,), key=key)

    def _hours(self, p: str, seen: Seen) -> Fact:
        day, zone = seen.arrives.at.date(), seen.arrives.at.tzinfo
        told = told_windows(seen.windows)
        if told is None:
            text, key = self.words.say("fact-hours-unknown"), "unknown"
        elif not told:
            text, key = self.words.say("fact-hours-closed"), "closed"
        elif told == ALL_DAY:
            text, key = self.words.say("fact-hours-always"), "always"
        else:
            text, key = self.words.joined(self._told_hours(told)), "open"
        moments = tuple(at_minute(day, m, zone) for window in told or () for m in window)
        return Fact(f"{p}.hours", "hours", text, seen.item.poi_id, moments=moments, key=key)

    def _told_hours(self, told: Windows) -> Iterator[str]:
        """Two and two: a siesta is told in one breath."""
        for n in range(0, len(told) - 1, 2):
            (a, b), (c, d) = told[n : n + 2]
            yield self.words.say("fact-hours-twice", **{"from": a, "to": b, "from2": c, "to2": d})
        if len(told) % 2:
            a, b = told[-1]
            yield self.words.say("fact-hours", **{"from": a, "to": b})

    def _price(self, p: str, item: Item) -> Fact:
        level = item.price_level
        if level is None:
            return Fact(f"{p}.price", "price", self.words.say("fact-price-unknown"), item.poi_id)
        said = "fact-price-level" if level else "fact-free"
        text = self.words.say(said, level=level) if level else self.words.say(said)
        numbers = (Quantity(level, "level"), Quantity(4, "level")) if level else ()
        return Fact(f"{p}.price", "price", text, item.poi_id, numbers, key=str(level))

    def _warnings(self, seen: Seen) -> Iterator[Warned]:
        if seen.item.open_at_arrival is False:
            yield self._closed(seen)
        sky = seen.weather
        if sky is None or seen.item.indoor_share is None or seen.item.indoor_share >= INDOORS:
            return
        if sky.get(C.WIND, 0.0) >= STORM_MS:
            yield Warned("storm", self.words.say("fact-warning-storm"))
        degrees = round(sky[C.TEMPERATURE])
        if degrees >= HEAT_C:
            text = self.words.say("fact-warning-heat", degrees=degrees)
            yield Warned("heat", text, (Quantity(degrees, "celsius"),))

    def _closed(self, seen: Seen) -> Warned:
        """With the hour at which it opens, where it does later that day."""
        at, place = seen.arrives.at, seen.item.name
        opens = next((a for a, _ in seen.windows or () if a > _minute(at)), None)
        if opens is None:
            return Warned("closed", self.words.say("fact-warning-closed", place=place))
        text = self.words.say("fact-warning-opens", place=place, **{"from": opens})
        return Warned("closed", text, (), (at_minute(at.date(), opens, at.tzinfo),))

    def weather(self, sky: dict[str, Any], at: datetime, of: str | None = None) -> Fact:
        """The weather of a local hour, of a place where one is named."""
        degrees, rain = round(sky[C.TEMPERATURE]), round(sky.get(C.PRECIPITATION, 0.0), 1)
        wet = sky["condition"] == "rain"
        hour = at.replace(minute=0, second=0, microsecond=0)
        text = self.words.say(
            "fact-weather",
            when=self.moment(hour),
            degrees=degrees,
            condition=self.words.condition(sky["condition"]),
            rain=rain if wet else 0,
        )
        numbers = (Quantity(degrees, "celsius"), *((Quantity(rain, "mm"),) if wet else ()))
        return Fact(
            *(self.numbering.next("w"), "weather", text, None, numbers),
            moments=(hour,),
            others=(of,) if of else (),
            key=sky["condition"],
        )

    def rain(self, span: Span, of: str | None = None) -> Fact:
        """Whether rain is expected in these hours."""
        day, zone = span.begins.date(), span.begins.tzinfo
        ends = _minute(span.ends) or 24 * 60
        hours = {"from": _minute(span.begins), "to": ends}
        return Fact(
            *(self.numbering.next("w"), "weather"),
            self.words.say(f"fact-rain-{span.expected}", day=day.isoformat(), **hours),
            moments=(span.begins, at_minute(day, ends, zone)),
            others=(of,) if of else (),
            key=span.expected,
        )

    def moment(self, at: datetime) -> str:
        minutes = _minute(at)
        return self.words.say("fact-moment", day=at.date().isoformat(), minutes=minutes)

    def date(self, at: datetime, with_hour: bool = False) -> Fact:
        """The local day; with the hour that is looked at, where that is not now."""
        day = at.date()
        said = {"weekday": self.words.weekday(day), "day": day.isoformat()}
        if not with_hour:
            text = self.words.say("fact-date", **said)
            return Fact(self.numbering.next("d"), "date", text, moments=(at,))
        text = self.words.say("fact-date-hour", **said, minutes=_minute(at))
        return Fact(self.numbering.next("d"), "date", text, moments=(at,), key=HOUR)

    def count(self, count: int) -> Fact:
        text = self.words.say("fact-count", count=count)
        return Fact(self.numbering.next("n"), "count", text, None, (Quantity(count, "count"),))

    def degraded(self) -> Fact:
        """The answer had to do without something."""
        text = self.words.say("fact-warning-degraded")
        return Fact(self.numbering.next("x"), "warning", text, key="degraded")

    def missing(self, wishes: Iterable[str]) -> Fact:
        """Kinds of places that were wished for, of which a plan has none."""
        what = self.words.listed([self.words.category(c) or c for c in wishes])
        text = self.words.say("fact-plan-missing", what=what)
        return Fact(self.numbering.next("x"), "warning", text, key=MISSING)

    def left_out(self, poi_id: str, name: str) -> Iterator[Fact]:
        """A place that was asked for by name, and that a plan has not."""
        p, text = self.numbering.place(poi_id), self.words.say("fact-plan-missing", what=name)
        yield Fact(f"{p}.name", "name", name, poi_id)
        yield Fact(self.numbering.next("x"), "warning", text, poi_id, key=MISSING)

    def nothing(self, why: str) -> Fact:
        """Why there is no place: `all-closed` at that time, `out-of-reach` from there, or `nowhere`, where
        a distance was asked for from nobody knows where."""
        text = self.words.say(f"fact-warning-{why}")
        return Fact(self.numbering.next("x"), "warning", text, key=why)

    def comparison(self, one: Seen, other: Seen) -> Iterator[Fact]:
        """In what two places differ, of each the one that has the better of it."""
        yield from self._nearer(one, other)
        yield from self._cheaper(one.item, other.item)
        if one.scored and other.scored and one.item.score != other.item.score:
            first, second = sorted((one.item, other.item), key=lambda i: -i.score)
            yield self._compared("higher_ranked", "fact-ranked-higher", first, second)
        yield from self._closing(one, other)

    def _nearer(self, one: Seen, other: Seen) -> Iterator[Fact]:
        """By as much as the distances differ that are told of both."""
        if one.arrives.km is None or other.arrives.km is None:
            return
        (less, near), (more, far) = sorted(
            ((round(s.arrives.km or 0.0, 1), s.item) for s in (one, other)), key=lambda of: of[0]
        )
        km = round(more - less, 1)
        if km > 0:
            yield self._compared("nearer", "fact-nearer", near, far, Quantity(km, "km"), km=km)

    def _cheaper(self, one: Item, other: Item) -> Iterator[Fact]:
        if one.price_level is None or other.price_level is None:
            return
        less, more = sorted((one, other), key=lambda i: i.price_level or 0)
        if less.price_level != more.price_level:
            yield self._compared("cheaper", "fact-cheaper", less, more)

    def _closing(self, one: Seen, other: Seen) -> Iterator[Fact]:
        closes = [closing(s.windows, s.arrives.at) for s in (one, other)]
        if one.arrives.at.date() != other.arrives.at.date():
            return
        if closes[0] is None or closes[1] is None or closes[0] == closes[1]:
            return
        both = one.item, other.item
        sooner, later = both if closes[0] < closes[1] else both[::-1]
        minutes = abs(closes[0] - closes[1])
        number = Quantity(minutes, "min")
        yield self._compared(
            "sooner_closed", "fact-closes-sooner", sooner, later, number, minutes=minutes
        )

    def _compared(
        self, key: str, message: str, one: Item, other: Item, *numbers: Quantity, **said: float
    ) -> Fact:
        text = self.words.say(message, place=one.name, other=other.name, **said)
        return Fact(
            *(self.numbering.next("c"), "comparison", text, one.poi_id, numbers),
            others=(other.poi_id,),
            key=key,
        )

    def stop(self, item: Item | None, begins: datetime, ends: datetime) -> Fact:
        """A stop of a plan; without a place it is the lunch break."""
        name = item.name if item else self.words.say("plan-lunch")
        minutes = [_minute(m) for m in (begins, ends)]
        text = self.words.say("fact-stop", place=name, **{"from": minutes[0], "to": minutes[1]})
        return Fact(
            *(self.numbering.next("s"), "stop", text, item.poi_id if item else None),
            moments=(begins, ends),
            key="visit" if item else "lunch",
        )

    def way(self, stop: Fact, minutes: int, km: float) -> Fact:
        """The way to a stop: `s2.way`."""
        shown = round(km, 1)
        text = self.words.say("fact-way", minutes=minutes, km=shown)
        numbers = (Quantity(minutes, "min"), Quantity(shown, "km"))
        return Fact(f"{stop.id}.way", "stop", text, stop.place, numbers, key="way")


def told_windows(windows: Windows | None) -> Windows | None:
    """As they are told: without last night's end, and a whole day from 0 to 24 hours."""
    if windows is None:
        return None
    if windows and windows[0][0] == 0 and windows[-1][1] >= 1440 and len(windows) == 1:
        return ALL_DAY
    return tuple((a, b) for a, b in windows if not (a == 0 and b <= NIGHT))


def _left(minutes: int) -> tuple[str, dict[str, float]]:
    if not minutes:
        return "opening-closed", {}
    if minutes >= MOST_LEFT:
        return "opening-long", {"hours": MOST_LEFT // 60}
    if minutes < IN_MINUTES:
        return "opening-open-minutes", {"minutes": minutes}
    return "opening-open-hours", {"hours": round(minutes / 60, 1)}


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def closing(windows: Windows | None, at: datetime) -> int | None:
    """The minute of the day at which a place closes that is open then; None where it is not, or
    does not close that day."""
    minute = _minute(at)
    ends = next((b for a, b in windows or () if a <= minute < b), None)
    return None if ends is None or (windows and windows[0] == (0, ends) and ends >= 1440) else ends


def at_minute(day: date, minute: int, zone: Any) -> datetime:
    """The local moment so many minutes after midnight; above 1440 it is the next day's."""
    return datetime.combine(day + timedelta(days=minute // 1440), time.min, zone) + timedelta(
        minutes=minute % 1440
    )


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
