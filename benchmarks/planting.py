"""Lies planted into sentences that somebody else wrote: the kinds of `benchmarks/lies.py`, without its words.

A sentence is changed, or said of other facts, so that it is false for certain; where that cannot be done,
it is None: not applicable. Knows nothing of the gate, as the generator does not: tests/unit/test_lies.py.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from babel.dates import get_day_names
from babel.units import format_unit

from benchmarks.lies import (
    INVENTED,
    OTHER_UNITS,
    PARTS,
    another,
    catalogue,
    name_of,
    sayings,
    written,
)
from serving.chat.facts import Fact, Facts
from serving.chat.values import Sentence
from serving.explain.words import LANGUAGES, Words

_HIDDEN = "\0"  # stands where nothing may be changed
_PLACEHOLDER = re.compile(r"\{[^{}\s]*\}")
_UNITS = {"km": "length-kilometer", "min": "duration-minute"}
_QUESTION = ("?", "؟", ";")
_SHIFTS = (-90, -30, -15, 20, 40, 60, 180)  # minutes
_TRIES = 20
# what says the contrary of each other, by message
_CONTRARY = (
    ("place-indoors", "place-outdoors"),
    ("children-welcome", "children-unknown"),
    ("taste-often", "taste-rarely"),
    ("similar-travellers", "similar-seldom"),
)
_WEATHER = {"for": "weather-unsuitable-forecast", "against": "weather-suits-forecast"}
_TURNED = {"for": "against", "against": "for"}


@dataclass(frozen=True)
class Told:
    """A sentence with the facts of its turn, in the language that was asked for."""

    sentence: Sentence
    facts: Facts
    language: str

    @property
    def text(self) -> str:
        return self.sentence.text

    @cached_property
    def cited(self) -> list[Fact]:
        return [f for i in self.sentence.facts if (f := self.facts.get(i)) is not None]

    @cached_property
    def mentions(self) -> list[tuple[int, int, str]]:
        """From, to and whose: names of the turn's places, written out or as placeholders."""
        found: list[tuple[int, int, str]] = []
        for fact in sorted(self.facts, key=lambda f: -len(f.text)):
            if fact.kind != "name" or fact.place is None:
                continue
            for said in (fact.text, f"{{{fact.id}}}"):
                for m in re.finditer(re.escape(said), self.text):
                    if not any(m.start() < end and begin < m.end() for begin, end, _ in found):
                        found.append((m.start(), m.end(), fact.place))
        return sorted(found)

    @cached_property
    def free(self) -> str:
        """The text, of the same length, without placeholders and names."""
        spans = [(m.start(), m.end()) for m in _PLACEHOLDER.finditer(self.text)]
        spans += [(start, end) for start, end, _ in self.mentions]
        letters = list(self.text)
        for start, end in spans:
            letters[start:end] = _HIDDEN * (end - start)
        return "".join(letters)

    @property
    def claims(self) -> bool:
        """It rests on more than names."""
        return any(f.kind not in ("name", "category") for f in self.cited)

    def moments(self) -> set[tuple[int, int]]:
        return {(m.hour, m.minute) for f in self.cited for m in f.moments}

    def numbers(self) -> set[float]:
        return {q.number for f in self.cited for q in f.quantities}

    def saying(self, text: str) -> "Told":
        return replace(self, sentence=replace(self.sentence, text=text))

    def citing(self, *ids: str) -> "Told":
        known = (*self.sentence.facts, *(i for i in ids if self.facts.get(i)))
        return replace(self, sentence=replace(self.sentence, facts=tuple(dict.fromkeys(known))))

    def instead(self, start: int, end: int, said: str) -> "Told":
        return self.saying(self.text[:start] + said + self.text[end:])

    def named(self, names: dict[str, str]) -> "Told":
        """With other names for places, by poi_id."""
        told = self
        for start, end, place in reversed(self.mentions):
            if place in names:
                told = told.instead(start, end, names[place])
        return told


def plant(told: Told, kind: str, rng: random.Random) -> Told | None:
    """The same with a lie of that kind in it; None where it has no place for one."""
    return _LIES[kind](told, rng)


def _one(found: Iterator[Told], rng: random.Random) -> Told | None:
    every = list(found)
    return rng.choice(every) if every else None


def _wrong_number(told: Told, rng: random.Random) -> Told | None:
    def lies() -> Iterator[Told]:
        for m in re.finditer(r"(?<![\d:.,])\d+(?:[.,]\d+)?(?![\d:])", told.free):
            other = _other_number(m[0], told.numbers(), rng)
            if other and _value(m[0]) in told.numbers():
                yield told.instead(m.start(), m.end(), other)

    return _one(lies(), rng)


def _other_number(said: str, known: set[float], rng: random.Random) -> str | None:
    for _ in range(_TRIES):
        other = another(said, rng)
        if _value(other) not in known:
            return other
    return None


def _value(said: str) -> float:
    return float(said.replace(",", "."))


def _wrong_unit(told: Told, rng: random.Random) -> Told | None:
    def lies() -> Iterator[Told]:
        for q in (q for f in told.cited for q in f.quantities if q.unit in _UNITS):
            other = written(q.number, rng.choice(OTHER_UNITS[q.unit]), told.language)
            for form in _forms(q.number, q.unit, told.language):
                if m := re.search(form, told.free, re.IGNORECASE):
                    yield told.instead(m.start(), m.end(), other)
                    break

    return _one(lies(), rng)


def _forms(number: float, unit: str, language: str) -> Iterator[str]:
    """How a number with its unit may be written, as patterns: the longest first."""
    babel = _UNITS[unit]
    said = [
        format_unit(number, babel, width, locale=language, numbering_system="latn")
        for width in ("long", "short", "narrow")
    ]
    for form in (*said, f"{number:g} {unit}"):
        parts = re.split(r"\s+", form)
        yield r"(?<!\d)" + r"\s?".join(map(re.escape, parts)) + r"(?!\w)"


def _of_another(told: Told, names: list[str], rng: random.Random) -> Told | None:
    """Where one place is spoken of, and more than its name is cited."""
    places = {place for _, _, place in told.mentions}
    about = {f.place for f in told.cited if f.kind not in ("name", "category", "rank")}
    if len(places) != 1 or not names or not places <= about:
        return None
    return told.named({place: rng.choice(names) for place in places})


def _wrong_place(told: Told, rng: random.Random) -> Told | None:
    """Another place's name, half of the time the other one's of the turn."""
    of_turn = told.facts.names()
    here = {of_turn[place] for _, _, place in told.mentions}
    own = {word for name in here for word in _words(name)}
    every = [name_of(poi, told.language) for poi in sorted(catalogue())]
    turn, foreign = (
        [name for name in names if name not in here and not own & _words(name)]
        for names in (of_turn.values(), every)
    )
    return _of_another(told, turn if turn and rng.random() < 0.5 else foreign, rng)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w{4,}", name.lower()))


def _unknown_place(told: Told, rng: random.Random) -> Told | None:
    return _of_another(told, list(INVENTED), rng)


def _wrong_weekday(told: Told, rng: random.Random) -> Told | None:
    days = {m.weekday() for f in told.cited for m in f.moments}
    others = [day for day in range(7) if day not in days]

    def lies() -> Iterator[Told]:
        for context in ("format", "stand-alone"):
            names = get_day_names("wide", context, told.language)
            for day in sorted(days):
                if m := re.search(re.escape(names[day]) + r"(?!\w)", told.free, re.IGNORECASE):
                    other = names[rng.choice(others)]
                    said = other[0].upper() + other[1:] if m[0][0].isupper() else other
                    yield told.instead(m.start(), m.end(), said)

    return _one(lies(), rng)


def _wrong_time(told: Told, rng: random.Random) -> Told | None:
    known = told.moments()

    def lies() -> Iterator[Told]:
        for m in re.finditer(r"(?<![\d.,:])(\d{1,2})([:.h])(\d{2})(?![\d.,:]\d|\d)", told.free):
            if (int(m[1]), int(m[3])) in known:
                moment = timedelta(hours=int(m[1]), minutes=int(m[3]))
                others = [(moment + timedelta(minutes=n)).seconds // 60 for n in _SHIFTS]
                hour, minute = divmod(rng.choice(others), 60)
                if (hour, minute) not in known:
                    yield told.instead(m.start(), m.end(), f"{hour:02}{m[2]}{minute:02}")

    return _one(lies(), rng)


def _swapped_sign(told: Told, rng: random.Random) -> Told | None:
    """The same words, where a fact they rest on says the contrary. How far it is has no contrary:
    "3.2 km away" may be said of what is near and of what is not."""

    def lies() -> Iterator[Told]:
        for fact in told.cited:
            turned = _turned(fact, told.language)
            if turned and f"{{{fact.id}}}" not in told.text:
                yield replace(told, facts=Facts([*told.facts, turned]))

    return _one(lies(), rng)


def _turned(fact: Fact, language: str) -> Fact | None:
    say = Words.of(language).say
    way = _TURNED.get(fact.direction or "")
    weight = None if fact.weight is None else -fact.weight
    if way and fact.key == "weather" and fact.quantities:
        message = _WEATHER[fact.direction or ""]
        text = say(message, degrees=fact.quantities[0].number, rain="no")
        return replace(fact, text=text, direction=way, weight=weight)
    for one, other in (*_CONTRARY, *((b, a) for a, b in _CONTRARY)):
        if fact.text == say(one):
            return replace(fact, text=say(other), direction=way, weight=weight)
    return None


def _names_swapped(told: Told, a: str | None, b: str | None) -> Told | None:
    """Where each is named once."""
    if a is None or b is None or sorted(p for _, _, p in told.mentions) != sorted((a, b)):
        return None
    names = told.facts.names()
    return told.named({a: names[b], b: names[a]})


def _swapped_order(told: Told, rng: random.Random) -> Told | None:
    ranked = [f.place for f in told.cited if f.kind == "rank"]
    return _names_swapped(told, *ranked) if len(ranked) == 2 else None


def _swapped_comparison(told: Told, rng: random.Random) -> Told | None:
    compared = [f for f in told.cited if f.kind == "comparison" and len(f.others) == 1]
    if not compared or f"{{{compared[0].id}}}" in told.text:
        return None
    return _names_swapped(told, compared[0].place, compared[0].others[0])


def _other_language(told: Told, rng: random.Random) -> Told | None:
    """The same words where another language was asked for: facts then say nothing in these words."""
    told_whole = told.free.lower()
    for fact in told.facts:
        if fact.kind != "name":
            told_whole = told_whole.replace(fact.text.lower(), _HIDDEN)
    if len(re.findall(r"[^\W\d_]{2,}", told_whole)) < 3:
        return None
    language = rng.choice([other for other in LANGUAGES if other != told.language])
    facts = Facts(f if f.kind == "name" else replace(f, text="–") for f in told.facts)
    return replace(told, facts=facts, language=language)


def _of_the_list(name: str, fact: str = "") -> Callable[[Told, random.Random], Told | None]:
    """One more sentence, of what it speaks of already; half of the time citing what it contradicts."""

    def lie(told: Told, rng: random.Random) -> Told | None:
        places = [f.place for f in told.cited if f.place is not None]
        if not places:
            return None
        have = sayings(told.language)
        text = rng.choice([text for part in PARTS for text in have.get((f"lie-{name}", part), ())])
        said = text.replace("{A}", told.facts.names()[places[0]])
        more = told.saying(f"{told.text} {said}")
        guarded = [f.id for f in told.facts.of_place(places[0]) if f.kind == fact]
        return more.citing(*guarded) if rng.random() < 0.5 else more

    return lie


def _uncited(told: Told, rng: random.Random) -> Told | None:
    bare = told.named(told.facts.names())
    if not told.claims or _PLACEHOLDER.search(bare.text):
        return None
    if bare.text.rstrip().endswith(_QUESTION):
        return None
    return replace(bare, sentence=replace(bare.sentence, facts=()))


def _unknown_id(told: Told, rng: random.Random) -> Told | None:
    if rng.random() < 0.5:
        facts = (*told.sentence.facts, "p7.distance")
        return replace(told, sentence=replace(told.sentence, facts=facts))
    return told.saying(told.text + " {p9.hours}")


_LIES: dict[str, Callable[[Told, random.Random], Told | None]] = {
    "wrong number": _wrong_number,
    "wrong unit": _wrong_unit,
    "wrong place": _wrong_place,
    "wrong weekday": _wrong_weekday,
    "wrong time": _wrong_time,
    "swapped sign": _swapped_sign,
    "swapped order": _swapped_order,
    "swapped comparison": _swapped_comparison,
    "invented facility": _of_the_list("facility"),
    "other language": _other_language,
    "injection": _of_the_list("inject"),
    "unguarded price": _of_the_list("price", "price"),
    "unguarded hours": _of_the_list("hours", "hours"),
    "unguarded access": _of_the_list("access", "accessible"),
    "unguarded warning": _of_the_list("warning", "warning"),
    "uncited claim": _uncited,
    "unknown id": _unknown_id,
    "unknown place": _unknown_place,
}
