"""Every number, unit, time, date, weekday and month of a text agrees with a fact that is cited."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import get_decimal_symbol

from serving.chat.checks import calendar, digits, money
from serving.chat.checks.lexicon import Hit, Lexicon
from serving.chat.checks.text import Token, clean, tokens
from serving.chat.facts import Fact

EMERGENCY = 112.0  # true everywhere in the Union
_BARE = {"level", "stars", "people", "count", "rank"}
_CLOCK = re.compile(r"(?<![\d.,:])([01]?\d|2[0-4])\s?([:.hH])\s?([0-5]\d)(?![\d]|[.,:]\d)")
_DATE = re.compile(r"(?<![\d.,:])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_HALVES = {"minutes30": 30.0, "minutes60": 60.0, "minutes90": 90.0}
_JOINS = {"-", "–", "—", ",", "/"}


class Number(NamedTuple):
    """What a text says: of the kind number, clock, day, weekday, month or words, at `start`.

    `value` of a clock is (hour, minute), of a day (day, month or 0). A `clock` number may be an hour.
    """

    kind: str
    value: tuple[float, ...]
    unit: str
    start: int
    said: str


def read(text: str, language: str) -> tuple[Number, ...]:
    """Of a clean text, in its order."""
    return _read(text, language)


@lru_cache(maxsize=4096)
def _read(text: str, language: str) -> tuple[Number, ...]:
    found: list[Number] = []
    rest = text
    for part in (_sums, _iso, _clocks, _slashed):
        for number, end in part(rest, language):
            found.append(number)
            rest = rest[: number.start] + " " * (end - number.start) + rest[end:]
    found += _in_words(rest, language)
    return tuple(sorted(found, key=lambda n: n.start))


def _sums(text: str, language: str) -> Iterator[tuple[Number, int]]:
    for m in money.read(text, language):
        said = text[m.start : m.end]
        yield Number("number", (m.amount,), m.currency, m.start, said), m.end


def _iso(text: str, _: str) -> Iterator[tuple[Number, int]]:
    for m in _ISO.finditer(text):
        yield Number("day", (float(m[3]), float(m[2])), "", m.start(), m[0]), m.end()


def _clocks(text: str, language: str) -> Iterator[tuple[Number, int]]:
    """`14:30`, `14h30`; with a point only where it is not the decimal one, and no unit follows."""
    point = get_decimal_symbol(language) == "."
    for m in _CLOCK.finditer(text):
        if m[2] == "." and (point or not _oclock(text, m.end(), language)):
            continue
        value = (float(m[1]), float(m[3]))
        yield Number("clock", value, "", m.start(), m[0]), m.end()


def _oclock(text: str, end: int, language: str) -> bool:
    after = [t for t in tokens(text[end : end + 24]) if t.word][:1]
    return not after or after[0].folded in Lexicon.of(language).words("clock")


def _slashed(text: str, language: str) -> Iterator[tuple[Number, int]]:
    """`28/11`, `28.11.`, `28-11-2026`: days, where the two can be day and month."""
    for m in _DATE.finditer(text):
        day, month = int(m[1]), int(m[3])
        whole = m[4] is not None
        dotted = m[2] == "." and text[m.end() : m.end() + 1] == "."
        if 1 <= day <= 31 and 1 <= month <= 12 and (m[2] == "/" or whole or dotted):
            yield Number("day", (float(day), float(month)), "", m.start(), m[0]), m.end()


def _in_words(text: str, language: str) -> Iterator[Number]:
    of, lexicon, known = tokens(text), Lexicon.of(language), calendar.names(language)
    taken: set[int] = set()
    spelled = {h.first: h for h in sorted(lexicon.find(of), key=_longest) if _counts(h)}
    for n in range(len(of)):
        if n in taken:
            continue
        if n in spelled and not _dated(of, n, known):
            yield from _spelled(of, spelled[n], language, known, taken)
        elif of[n].text.isdecimal():
            yield from _digits(text, of, n, language, known, taken)
        elif of[n].text.isnumeric():  # a half, a small two: no fact is written so
            yield Number("number", (math.nan,), "", of[n].start, of[n].text)
        else:
            yield from _named(of, n, known, taken)


def _dated(of: Sequence[Token], n: int, known: calendar.Names) -> bool:
    """A weekday behind a date, where its name is a number's, too: an Arabic Monday is "the two"."""
    behind = any(t.text.isdecimal() for t in of[max(0, n - 4) : n])
    return behind and (of[n].folded,) in known.weekdays


def _longest(hit: Hit) -> int:
    return hit.last - hit.first


def _counts(hit: Hit) -> bool:
    return hit.topic in _HALVES or (hit.topic.startswith("n") and hit.topic[1:].isdigit())


def _spelled(
    of: Sequence[Token], hit: Hit, language: str, known: calendar.Names, taken: set[int]
) -> Iterator[Number]:
    taken.update(range(hit.first, hit.last + 1))
    start, said = of[hit.first].start, hit.phrase
    if hit.topic in _HALVES:
        yield Number("words", (_HALVES[hit.topic],), "min", start, said)
        return
    unit, last = _unit(of, hit.last + 1, known)
    if not unit:
        unit, last = money.after(of, hit.last + 1, language)
    if unit:
        taken.update(range(hit.last + 1, last + 1))
    month = None if unit else _month_beside(of, hit.first, hit.last, known)
    value = float(hit.topic[1:])
    if month:
        yield Number("day", (value, float(month)), "", start, said)
    else:
        yield Number("words", (value,), unit, start, said)


def _digits(
    text: str, of: Sequence[Token], n: int, language: str, known: calendar.Names, taken: set[int]
) -> Iterator[Number]:
    """The number that begins at token `n`, with its groups, decimals and unit."""
    found = digits.pattern(language).match(text, of[n].start)
    assert found
    start = of[n].start
    last = n
    while last + 1 < len(of) and of[last + 1].end <= found.end():
        last += 1
    taken.update(range(n, last + 1))
    value = digits.value(found[0], language)
    if n and of[n - 1].text == "-" and of[n - 1].end == start and not _word_before(text, start - 1):
        value = -value
    month = _month_beside(of, n, last, known)
    unit, unit_last = _unit(of, last + 1, known)
    if month and not unit:
        yield Number("day", (value, float(month)), "", start, found[0])
        return
    if unit:
        taken.update(range(last + 1, unit_last + 1))
    yield Number("number", (value,), unit, start, found[0])


def _word_before(text: str, at: int) -> bool:
    return text[at - 1 : at].isalnum()


def _unit(of: Sequence[Token], n: int, known: calendar.Names) -> tuple[str, int]:
    """The unit written at token `n`, a hyphen or full stop of an abbreviation passed over."""
    if n < len(of) and of[n].text in {"-", "–"} and n + 1 < len(of) and of[n + 1].word:
        n += 1
    for length in range(min(known.longest_unit, len(of) - n), 0, -1):
        unit = known.units.get(tuple(t.folded for t in of[n : n + length]))
        if unit:
            return unit, n + length - 1
    return "", n


def _month_beside(of: Sequence[Token], first: int, last: int, known: calendar.Names) -> int | None:
    """`28. November`, `28 de noviembre`, `November 28th`: a month within two words."""
    after = [t for t in of[last + 1 : last + 5] if t.word][:2]
    before = of[max(0, first - 1) : first]
    for n, token in enumerate(after):
        if n and after[0].folded not in {"de", "d", "of", "th", "st", "nd", "rd", "er"}:
            break
        if month := _month(token, known):
            return month
    return _month(before[0], known) if before else None


# Polish "they have" and "itself", which without their accents are a May and an August
_NO_MONTHS = {"mają", "się"}


def _month(token: Token, known: calendar.Names) -> int | None:
    return None if token.text.casefold() in _NO_MONTHS else known.month(token.folded, True)


def _named(of: Sequence[Token], n: int, known: calendar.Names, taken: set[int]) -> Iterator[Number]:
    token = of[n]
    if not token.word:
        return
    for length in range(min(5, len(of) - n), 0, -1):
        day = known.weekdays.get(tuple(t.folded for t in of[n : n + length]))
        if day is not None and (token.capital or not known.weekday_needs_capital):
            taken.update(range(n, n + length))
            yield Number("weekday", (float(day),), "", token.start, token.text)
            return
    beside = any(t.text.isdecimal() for t in of[max(0, n - 2) : n + 3])
    if beside and token.folded in known.short_weekdays and len(token.folded) >= 3:
        near = of[n + 1 : n + 3]
        if near and (near[0].text in {".", ","} or near[0].text.isdecimal()) and token.capital:
            yield Number(
                "weekday", (float(known.short_weekdays[token.folded]),), "", token.start, token.text
            )
            return
    month = known.month(token.folded, beside)
    if month and len(token.folded) > 3 and token.text.casefold() not in _NO_MONTHS:
        yield Number("month", (float(month),), "", token.start, token.text)


class Agreed(NamedTuple):
    """A number of the text and the facts it agrees with."""

    number: Number
    facts: tuple[Fact, ...]


def agreed(
    text: str, cited: Sequence[Fact], places: int, language: str
) -> tuple[list[Agreed], Number | None]:
    """Of a clean text: what its numbers rest on, and the first that rests on nothing.

    `places` is how many places the sentence speaks of: it may count them.
    """
    said = read(text, language)
    found: list[Agreed] = []
    for n, number in enumerate(said):
        facts = tuple(f for f in cited if _agrees(number, f, said, n, text, language))
        if not facts and not _needs_none(number, places):
            return found, number
        found.append(Agreed(number, facts))
    wrong = _beside_their_scale(found, cited, language)
    return found, wrong


def _needs_none(number: Number, places: int) -> bool:
    if number.kind == "words":
        return not number.unit and number.value[0] == places
    if number.kind != "number" or number.unit:
        return False
    return number.value[0] == EMERGENCY or 1 < number.value[0] == places


def _agrees(
    number: Number, fact: Fact, said: Sequence[Number], n: int, text: str, language: str
) -> bool:
    if number.kind == "day":
        return any(
            number.value == (m.day, m.month) for m in fact.moments
        ) or number.value in _days_of(fact, language)
    if number.kind == "clock":
        return _is_clock(number.value, fact, language, text)
    if number.kind == "weekday":
        return any(number.value[0] == m.weekday() for m in fact.moments) or _said_in(
            number, fact, language
        )
    if number.kind == "month":
        return any(number.value[0] == m.month for m in fact.moments) or _said_in(
            number, fact, language
        )
    return _is_quantity(number, fact, said, n, text, language) or _is_hour(
        number, fact, text, language
    )


def _days_of(fact: Fact, language: str) -> set[tuple[float, ...]]:
    return {n.value for n in read(clean(fact.text), language) if n.kind == "day"}


def _said_in(number: Number, fact: Fact, language: str) -> bool:
    return any(
        n.kind == number.kind and n.value == number.value for n in read(clean(fact.text), language)
    )


def _is_clock(value: tuple[float, ...], fact: Fact, language: str, text: str) -> bool:
    half_day = _half_day(text, language)
    for m in fact.moments:
        if (m.hour, m.minute) == value or (m.hour == 0 and value == (24, 0)):
            return True
        if half_day and value[0] <= 12 and (m.hour % 12, m.minute) == (value[0] % 12, value[1]):
            return True
    return any(n.kind == "clock" and n.value == value for n in read(clean(fact.text), language))


def _half_day(text: str, language: str) -> bool:
    """`3 pm`, `3 de la tarde`."""
    periods = calendar.names(language).periods
    bare = text.casefold().replace(".", "")
    return any(t.folded in periods for t in tokens(text)) or bool(
        re.search(r"\b[ap] ?m\b", bare) or re.search(r"[μπ]μ\b", bare)
    )


def _is_hour(number: Number, fact: Fact, text: str, language: str) -> bool:
    """`at 15 h`, `um 15 Uhr`, `3 pm`: a full hour of a moment."""
    value = number.value[0]
    if number.unit not in ("", "h") or not value.is_integer():
        return False
    hour = _is_clock((value, 0.0), fact, language, text)
    year = any(m.year == value for m in fact.moments) and not number.unit
    day = fact.kind == "date" and not number.unit and any(m.day == value for m in fact.moments)
    return hour or year or day


def _is_quantity(
    number: Number, fact: Fact, said: Sequence[Number], n: int, text: str, language: str
) -> bool:
    unit = number.unit or _carried(said, n, text, language)
    told = [(q.number, "" if q.unit in _BARE else str(q.unit)) for q in fact.quantities]
    told += [
        (m.value[0], m.unit)
        for m in read(clean(fact.text), language)
        if m.kind in ("number", "words")
    ]
    value = number.value[0]
    units = {unit} if unit else {"", _left_out(said, n)}
    return any(_same(value, u, v, w) for u in units for v, w in told)


_TO_SAME = {"h": ("min", 60.0), "m": ("km", 0.001), "d": ("min", 1440.0)}


def _same(value: float, unit: str, told: float, told_unit: str) -> bool:
    for_one, for_two = _TO_SAME.get(unit, (unit, 1.0)), _TO_SAME.get(told_unit, (told_unit, 1.0))
    return for_one[0] == for_two[0] and abs(value * for_one[1] - told * for_two[1]) < 1e-6


def _carried(said: Sequence[Number], n: int, text: str, language: str) -> str:
    """The unit of the next number where only "and", "to" or a mark stands between: `2 to 3 km`."""
    if n + 1 >= len(said):
        return ""
    following = said[n + 1]
    between = text[said[n].start + len(said[n].said) : following.start]
    words = [t for t in tokens(between) if t.word or t.text not in _JOINS]
    joins = Lexicon.of(language).words("joins")
    if following.unit and len(words) <= 1 and all(w.folded in joins for w in words):
        return following.unit
    return ""


def _left_out(said: Sequence[Number], n: int) -> str:
    """The unit of the number before, which may be meant: `60 minutes here, 75 there`."""
    return said[n - 1].unit if n and said[n].kind == "number" else ""


def _beside_their_scale(
    found: Iterable[Agreed], cited: Sequence[Fact], language: str
) -> Number | None:
    """What a fact's text says beside its quantities ("of 5", "in 30 days") needs the quantity too."""
    found = list(found)
    for number, facts in found:
        if number.kind not in ("number", "words") or not facts:
            continue
        if any(_is_main(number, f) for f in facts):
            continue
        if not any(_main_is_said(found, number, f) for f in facts):
            return number
    return None


def _is_main(number: Number, fact: Fact) -> bool:
    if not fact.quantities or fact.moments:
        return True
    return any(
        _same(number.value[0], number.unit, q.number, "" if q.unit in _BARE else q.unit)
        or (not number.unit and number.value[0] == q.number)
        for q in fact.quantities
    )


def _main_is_said(found: Iterable[Agreed], scale: Number, fact: Fact) -> bool:
    return any(
        n is not scale and fact in facts and _is_main(n, fact) and n.value != scale.value
        for n, facts in found
    ) or (
        sum(1 for n, facts in found if fact in facts and n.value == scale.value) > 1
        and any(q.number == scale.value[0] for q in fact.quantities)
    )
