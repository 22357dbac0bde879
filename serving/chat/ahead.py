"""Days that are told without a date: "in three days", "in a week", "in December".

"In three days" is that day, "in December" its first day, or today where it is that month already.
Which words say it: `ahead`, `later`, `days`, `weeks`, `inmonth` and numbers of the lexicon.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from serving.chat.calendars import BEGINNING, SHORT, YEARS, Calendar, Written
from serving.chat.lexicon import NUMBERS, Lexicon, Mark, Token

LEAST, MOST = 2, 400  # days that somebody plans ahead so: "in one day" is how long it takes
_UNITS = {"days": 1, "days2": 2, "weeks": 7, "weeks2": 14}
_NO_NUMBER = ("days2", "weeks", "weeks2")  # say how many by themselves: "через неделю", "יומיים"
_SUFFIXED = {"tr": ("da", "de", "ta", "te")}  # write "in" onto a month
ATTACHED = {"he": "ב"}  # or before it


def written(
    of: Sequence[Token],
    marks: Sequence[Mark],
    free: Sequence[bool],
    calendar: Calendar,
    today: date,
) -> dict[int, Written]:
    """The days that are told so, by the token at which each begins."""
    found: dict[int, Written] = {}
    known, beginnings = units(calendar.language), _beginnings(calendar)
    for n, token in enumerate(of):
        for form in token.forms:
            if form[:BEGINNING] not in beginnings or not free[n]:
                continue
            one = _in_days(of, n, calendar.lexicon, today) if form in known else None
            one = one or _in_month(of, n, marks, calendar, today)
            if one and all(free[one.first : one.last + 1]):
                found.setdefault(one.first, one)
    return found


@lru_cache(maxsize=32)
def units(language: str) -> frozenset[str]:
    """The words for days and weeks."""
    small = Lexicon.of(language).small
    return frozenset(words[0] for concept in _UNITS for words in small.get(concept, ()))


@lru_cache(maxsize=64)
def _beginnings(calendar: Calendar) -> frozenset[str]:
    """Of all words that may tell a day so: few others begin like them."""
    known = (unit[:BEGINNING] for unit in units(calendar.language))
    return frozenset((*calendar.beginnings, *known))


def _in_days(of: Sequence[Token], unit: int, lexicon: Lexicon, today: date) -> Written | None:
    """Of the token of a unit: how many before it, and "in" before that or "from now" behind it."""
    days, first = counted(of, unit, lexicon)
    before, behind = lexicon.ends("ahead", of, first), lexicon.begins("later", of, unit + 1)
    if days is None or not (before or behind) or not LEAST <= days <= MOST:
        return None
    day = today + timedelta(days=days)
    return Written(day.day, day.month, day.year, first - before, unit + behind)


def counted(of: Sequence[Token], unit: int, lexicon: Lexicon) -> tuple[int | None, int]:
    """How many days the token of a unit and the number before it are, and the first token of them; None
    where no number is, and the unit says none by itself."""
    concept = next(c for c in _UNITS if lexicon.begins(c, of, unit))
    count, first = _count(of, unit, lexicon)
    if count is None and concept in _NO_NUMBER:
        count = 1
    return (None if count is None else count * _UNITS[concept]), first


def _count(of: Sequence[Token], unit: int, lexicon: Lexicon) -> tuple[int | None, int]:
    """The number before a unit, and its first token; None and the unit where there is none."""
    digits = of[unit - 1].folded if unit else ""
    if digits.isdecimal():
        return (int(digits), unit - 1) if len(digits) <= 3 else (0, unit - 1)
    for concept, number in NUMBERS.items():
        size = lexicon.ends(concept, of, unit)
        if size:
            return number, unit - size
    return None, unit


def _in_month(
    of: Sequence[Token], at: int, marks: Sequence[Mark], calendar: Calendar, today: date
) -> Written | None:
    """Of the token of a month: "in" stands before it, or is written onto it."""
    lexicon = calendar.lexicon
    before = lexicon.ends("inmonth", of, at)
    onto = calendar.language in _SUFFIXED or calendar.language in ATTACHED
    named = calendar.month(of, at, calendar.whole) if before or onto else None
    if named is None:
        return None
    month, end = named
    behind = lexicon.begins("inmonth", of, end) if calendar.language in _SUFFIXED else 0
    if not (before or behind or _written_onto(of[at], calendar)) or _plain(of, at, end, marks):
        return None
    year = _year(of, end + behind)
    day = today.day if month == today.month and year in (None, today.year) else 1
    last = end + behind - (year is None)
    return Written(day, month, year, at - before, last, month_alone=True)


def _written_onto(token: Token, calendar: Calendar) -> bool:
    front = ATTACHED.get(calendar.language)
    if front:
        return token.folded.startswith(front) and (token.folded,) not in calendar.whole
    suffixes = _SUFFIXED.get(calendar.language, ())
    return token.folded.endswith(suffixes) and (token.folded,) not in calendar.whole


def _plain(of: Sequence[Token], at: int, end: int, marks: Sequence[Mark]) -> bool:
    """A short word that is another one, with more behind it: "în mai multe zile"."""
    if len(of[at].folded) > SHORT or of[at].raw[0].isupper():
        return False
    other = any(m.first <= at <= m.last for m in marks)
    return other and any(t.is_word for t in of[end : end + 1])


def _year(of: Sequence[Token], at: int) -> int | None:
    digits = of[at].folded if at < len(of) else ""
    year = int(digits) if digits.isdecimal() and len(digits) == 4 else 0
    return year if year in YEARS else None
