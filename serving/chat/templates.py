"""Whole answers in a traveller's language, made of facts and messages: no model, no waiting.

Every sentence is a message of `serving/explain/messages/chat/` filled with the texts of the facts it
cites, so it says no more than they do. What is said when: docs/chat.md
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time

from serving.chat import changes
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.telling import HOUR, MISSING
from serving.chat.telling_trip import FORGOTTEN, NOT_KEPT, OF_PLACES, TOWN, sum_told
from serving.chat.values import Found, Sentence, Understood
from serving.explain.words import Words

MOST = 5  # places that are told of; the others are shown
LETTERS = 60  # of what was not understood
# ids of what the traveller said, and of what was not understood: to be quoted, they are facts too
HEARD, NOT_UNDERSTOOD = QUOTED = ("h1", "h2")
PAID = "b1"  # of what a sum was taken for
AROUND = (*QUOTED, PAID, changes.CHANGED)  # are told, and not of the trip
LOST = ("say-not-understood-all", "say-help")  # nothing is filled in: they pass the gate always
INSTEAD = {  # what may be said instead, where there is nothing for a reason
    "all-closed": "say-none-later",
    "out-of-reach": "say-none-town",
    "nowhere": "say-none-town",
}
REDIRECTED = ("emergency", "police", "medical", "legal", "off_topic")
SPOKEN = ("greeting", "thanks", "help", "agree")
FOR, AGAINST = "for", "against"


def worded(
    understood: Understood,
    found: Found,
    language: str,
    because: str = "",
    quoting: bool = True,
) -> list[Sentence]:
    """The sentences of an answer, final. `because`, why it is templates that answer, changes
    nothing: they are as good then as ever. Facts that only this answer needs are added to `found`.

    Without `quoting` nothing of the traveller's words is in it: for words that the gate bars.
    """
    return list(Answer(understood, found, Words.of(language), quoting).sentences())


def at_a_loss(language: str) -> list[Sentence]:
    """What always passes, and is said where nothing else does."""
    words = Words.of(language)
    return [Sentence(words.say(message)) for message in LOST]


def quotes(sentence: Sentence) -> bool:
    """Whether it may hold words of the traveller's."""
    return not set(QUOTED).isdisjoint(sentence.facts)


class Answer:
    def __init__(
        self, understood: Understood, found: Found, words: Words, quoting: bool = True
    ) -> None:
        self._u, self._found, self._words, self._quoting = understood, found, words, quoting
        self._facts: Facts = found.facts

    def sentences(self) -> Iterator[Sentence]:
        intent = self._u.intent
        if intent in REDIRECTED:
            yield self._say(f"say-{intent.replace('_', '-')}")
            return
        if self._u.perhaps_urgent:
            yield self._say("say-emergency-perhaps")
        yield from self._remembered()
        yield from changes.sentences(self._u, self._found, self._words)
        yield from self._paid()
        yield from self._of_places()
        if intent in SPOKEN:
            yield self._say(f"say-{intent}")
        if self._u.too_far:
            yield self._too_far()
        else:
            yield from self._of.get(intent, Answer._nothing)(self)
        yield from self._degraded()
        yield from self._not_understood()
        yield from self._asking()

    @property
    def _of(self) -> dict[str, Callable[["Answer"], Iterator[Sentence]]]:
        return {
            "recommend": Answer._list,
            "other": Answer._list,
            "search": Answer._list,
            "details": Answer._details,
            "why": Answer._why,
            "weather": Answer._weather,
            "compare": Answer._compare,
            "plan": Answer._plan,
        }

    def _too_far(self) -> Sentence:
        """The day, and that nothing can be said of it."""
        assert self._u.named_day
        text = self._words.say("fact-too-far", day=self._u.named_day.isoformat())
        at = datetime.combine(self._u.named_day, time.min)
        return self._fact(self._added(Fact("d0", "date", text, moments=(at,))))

    def _nothing(self) -> Iterator[Sentence]:
        yield from ()

    def _say(self, message: str, *facts: Fact, **filled: int | float | str) -> Sentence:
        return Sentence(self._words.say(message, **filled), tuple(f.id for f in facts))

    def _joined(self, facts: Sequence[Fact]) -> str:
        return self._words.joined(_bare(f.text) for f in facts)

    def _kind(self, kind: str) -> list[Fact]:
        return [f for f in self._facts if f.kind == kind]

    # lists of places

    def _list(self) -> Iterator[Sentence]:
        items = self._found.items
        yield from self._seen_from()
        yield from self._looked_at()
        if not items:
            yield from self._none()
            return
        yield self._opening(len(items))
        for item in items[:MOST]:
            yield from self._item(item.poi_id)
        yield from self._warnings([item.poi_id for item in items[:MOST]])

    def _seen_from(self) -> Iterator[Sentence]:
        yield from (self._fact(f) for f in self._kind("trip") if f.key == TOWN)

    def _looked_at(self) -> Iterator[Sentence]:
        """When it is not now: the day as it was read (3/7 is told by the name of its month) and the hour,
        which "evening" leaves to us; and the first day of a stay. What has changed is told already."""
        if self._u.changed and (self._u.hour is not None or self._u.meal):
            return
        if self._u.lasts and self._u.lasts > 1:
            dated = self._kind("date")[:1]
            yield from (self._say("say-first-day", f, day=_bare(f.text)) for f in dated)
            return
        told = [f for f in self._kind("date") if self._u.named_day or f.key == HOUR]
        yield from map(self._fact, told[:1])

    def _opening(self, count: int) -> Sentence:
        if self._u.intent == "other":
            return self._say("say-other")
        counted = next((f for f in self._kind("count")), None) or self._counted(count)
        heard = self._heard(self._u.query) if self._u.intent == "search" else None
        if heard:
            return self._say("say-search", counted, heard, count=count, query=heard.text)
        return self._say("say-recommend", counted, count=count)

    def _counted(self, count: int) -> Fact:
        text = self._words.say("fact-count", count=count)
        return self._added(Fact("n0", "count", text, None, (Quantity(count, "count"),)))

    def _added(self, fact: Fact) -> Fact:
        self._facts.add([fact])
        return fact

    def _heard(self, words: str, fact_id: str = HEARD) -> Fact | None:
        """What the traveller said, as a fact: letters and digits, no marks to write addresses with.
        None where nothing is left of it, or it may not be quoted."""
        bare = " ".join(re.findall(r"[\w’'-]+", words))[:LETTERS].strip()
        if not bare or not self._quoting:
            return None
        return self._added(Fact(fact_id, "trip", bare, key="heard"))

    def _item(self, poi_id: str) -> Iterator[Sentence]:
        name = self._name(poi_id)
        told = self._told(poi_id)
        if name is None or not told:
            return
        said = self._joined(told)
        ranked = next(iter(self._facts.of_place(poi_id, "rank")), None)
        if ranked is None:
            yield self._say("say-place", name, *told, place=name.text, reason=said)
            return
        rank = round(ranked.quantities[0].number)
        yield self._say("say-item", name, ranked, *told, rank=rank, place=name.text, reason=said)

    def _name(self, poi_id: str) -> Fact | None:
        return next(iter(self._facts.of_place(poi_id, "name")), None)

    def _told(self, poi_id: str) -> list[Fact]:
        """The strongest reason for it, then what matters on the way: open, how far, what it costs."""
        facts = self._facts.of_place(poi_id)
        told = [f for f in facts if f.kind == "reason" and f.direction == FOR][:1]
        about = {f.key for f in told}
        closed = any(f.kind == "warning" and f.key == "closed" for f in facts)
        matters = [
            *(f for f in facts if f.id.endswith(".open") and "opening" not in about and not closed),
            *(f for f in facts if f.kind == "distance" and "distance" not in about),
            *(f for f in facts if f.kind == "price" and "price" not in about and f.quantities),
            *(f for f in facts if f.kind == "price" and "price" not in about and f.key == "0"),
            *(f for f in facts if f.kind == "kids" and self._u.kids),
            *(f for f in facts if f.kind == "accessible" and self._u.accessible),
        ]
        return _once([*told, *matters]) or [f for f in facts if f.kind == "category"]

    def _warnings(self, places: Sequence[str]) -> Iterator[Sentence]:
        """Each once: that of a place names it, that of the sky is said of all. No place is named
        twice, so that each stays with what is said of it."""
        said: set[str] = set()
        for poi_id in places:
            for fact in self._facts.of_place(poi_id, "warning"):
                if fact.text not in said:
                    said.add(fact.text)
                    yield self._fact(fact, self._name(poi_id) if fact.key == "closed" else None)

    def _fact(self, *facts: Fact | None) -> Sentence:
        """The first, whole; the others are only cited."""
        cited = [f for f in facts if f is not None]
        return Sentence(_whole(cited[0].text), tuple(f.id for f in cited))

    def _none(self) -> Iterator[Sentence]:
        for why in self._kind("warning"):
            if why.key in INSTEAD:
                yield Sentence(f"{{{why.id}}}", (why.id,))
                yield self._say(INSTEAD[why.key])
                return
        limits = list(self._limits())
        unsaid = not self._quoting and self._u.intent == "search"
        if not limits:
            yield from map(self._say, LOST if unsaid else ("say-none-at-all",))
            return
        what = self._words.listed(limits)
        asked = self._asked_for(what)
        yield self._say("say-none", asked, what=what)
        if len(limits) > 1:
            yield self._say("say-none-try")
        if unsaid:
            yield self._say("say-not-understood-part")

    def _asked_for(self, what: str) -> Fact:
        u = self._u
        numbers = [
            *([Quantity(u.within_km, "km")] if u.within_km is not None else []),
            *([Quantity(n, "level") for n in (u.budget, 4)] if u.budget is not None else []),
        ]
        return self._added(Fact(HEARD, "trip", what, None, tuple(numbers), key="asked"))

    def _limits(self) -> Iterator[str]:
        """What was asked for, each as a phrase."""
        u, say = self._u, self._words.say
        if u.category:
            yield self._words.category(u.category) or u.category
        heard = self._heard(u.query) if u.intent == "search" else None
        if heard:
            yield heard.text
        if u.within_km is not None:
            yield say("say-limit-km", km=round(u.within_km, 1))
        if u.budget is not None:
            yield say("say-limit-budget", level=u.budget)
        if u.indoor is not None:
            yield say("say-limit-indoor" if u.indoor else "say-limit-outdoor")
        if u.accessible:
            yield say("say-limit-accessible")
        if u.kids:
            yield say("say-limit-kids")
        if u.quiet:
            yield say("say-limit-quiet")

    # one place, or two

    def _details(self) -> Iterator[Sentence]:
        places = list(dict.fromkeys(f.place for f in self._kind("name") if f.place))
        if not places:
            yield self._say("say-which-place")
        yield from self._seen_from()
        yield from self._looked_at()
        for poi_id in places[:1]:
            name = self._name(poi_id)
            if name is not None:
                yield self._say("say-details", name, place=name.text)
            yield from self._all_of(poi_id)
            yield from self._warnings([poi_id])

    def _all_of(self, poi_id: str) -> Iterator[Sentence]:
        facts = self._facts.of_place(poi_id)
        closed = any(f.kind == "warning" and f.key == "closed" for f in facts)
        lines = (
            [f for f in facts if f.kind == "category"],
            [f for f in facts if f.kind == "hours" and not (closed and f.id.endswith(".open"))],
            [f for f in facts if f.kind in ("distance", "duration", "indoor")],
            [f for f in facts if f.kind in ("price", "accessible", "kids")],
        )
        for line in lines:
            if line:
                cited = tuple(f.id for f in _once(line))
                yield Sentence(_whole(self._joined(_once(line))), cited)

    def _why(self) -> Iterator[Sentence]:
        reasons = self._kind("reason")
        if not reasons:
            yield self._say(
                "say-which-place" if self._u.ranks or self._u.category else "say-why-nothing"
            )
            return
        place = reasons[0].place or ""
        name = self._name(place)
        if name is not None:
            yield self._say("say-why", name, place=name.text)
        for direction in (FOR, AGAINST):
            told = [f for f in reasons if f.direction == direction and f.place == place]
            if told:
                yield self._say(f"say-{direction}", *told, reasons=self._joined(told))
        yield from self._warnings([place])

    def _compare(self) -> Iterator[Sentence]:
        places = list(dict.fromkeys(f.place for f in self._kind("name") if f.place))
        if len(places) < 2:
            yield self._say("say-which-place")
            return
        yield from self._seen_from()
        yield from self._looked_at()
        yield self._say("say-compare")
        compared = self._kind("comparison")
        for fact in compared:
            names = [self._name(p) for p in (fact.place, *fact.others) if p]
            yield self._fact(fact, *names)
        if not compared:
            yield self._say("say-compare-alike")
        yield from self._warnings(places)

    # the day

    def _weather(self) -> Iterator[Sentence]:
        yield from self._seen_from()
        told = self._kind("weather")
        if not told:
            yield self._say("say-weather-unknown")
        for fact in told:
            yield self._fact(fact)
        yield from (
            self._fact(f) for f in self._kind("warning") if f.place is None and f.key != "degraded"
        )

    def _plan(self) -> Iterator[Sentence]:
        yield from self._seen_from()
        stops = [f for f in self._kind("stop") if f.key != "way"]
        if not any(f.place for f in stops):
            yield self._say("say-plan-none")
            return
        visits = len([f for f in stops if f.place])
        day = stops[0].moments[0].date().isoformat()
        dated = self._kind("date")[:1]
        yield self._say("say-plan", self._stops(visits), *dated, count=visits, day=day)
        for stop in stops:
            yield from self._stop(stop)
        missing = (f for f in self._kind("warning") if f.key == MISSING)
        yield from (self._fact(f, self._name(f.place) if f.place else None) for f in missing)
        yield from self._warnings([f.place for f in stops if f.place])

    def _stops(self, visits: int) -> Fact:
        same = (f for f in self._kind("count") if f.quantities[0].number == visits)
        return next(same, None) or self._counted(visits)

    def _stop(self, stop: Fact) -> Iterator[Sentence]:
        way = self._facts.get(f"{stop.id}.way")
        name = self._name(stop.place) if stop.place else None
        told = [stop, *([way] if way else [])]
        cited = [*told, *([name] if name else [])]
        yield Sentence(_whole(self._joined(told)), tuple(f.id for f in cited))

    # around the answer

    def _remembered(self) -> Iterator[Sentence]:
        told = [f for f in self._kind("trip") if f.id not in AROUND and f.key not in NOT_KEPT]
        if told:
            yield self._say("say-remembered", *told, what=self._joined(told))
        gone = [f for f in self._kind("trip") if f.key == FORGOTTEN]
        if gone:
            yield self._say("say-forgotten", *gone, what=self._joined(gone))

    def _paid(self) -> Iterator[Sentence]:
        """What was made of a sum of money, where it was not noted."""
        noted = (f for f in self._kind("trip") if f.id not in AROUND)
        if self._u.paid and not any(f.key == "budget" for f in noted):
            yield self._fact(self._added(sum_told(PAID, self._u.paid, self._words)))

    def _of_places(self) -> Iterator[Sentence]:
        yield from map(self._fact, (f for f in self._kind("trip") if f.key in OF_PLACES))

    def _degraded(self) -> Iterator[Sentence]:
        yield from (
            self._fact(f) for f in self._kind("warning") if f.place is None and f.key == "degraded"
        )

    def _not_understood(self) -> Iterator[Sentence]:
        """Where nothing at all was understood, it says what can be asked."""
        if self._u.intent == "unknown":
            yield from map(self._say, LOST)
            return
        words = ", ".join(self._u.not_understood)
        heard = self._heard(words, NOT_UNDERSTOOD)
        if heard:
            yield self._say("say-not-understood", heard, words=heard.text)
        elif words.strip() and not self._quoting:
            yield self._say("say-not-understood-part")

    def _asking(self) -> Iterator[Sentence]:
        if self._u.intent in ("recommend", "other", "search") and self._found.items:
            yield self._say("say-ask-next")


def _once(facts: Sequence[Fact]) -> list[Fact]:
    """Without those that say the same again."""
    return list({f.text: f for f in reversed(facts)}.values())[::-1]


def _bare(text: str) -> str:
    return text.rstrip(".")


def _whole(text: str) -> str:
    return f"{_bare(text)}."
