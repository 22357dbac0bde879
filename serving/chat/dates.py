"""Days of the calendar that are written out: "3 July", "3.7.", "7/3/26", "from 3 to 10 July", 2026-07-03.

Names of months and the order of day and month are Babel's, words around a date the lexicon's. How a
date without a year is completed, and what is no date: docs/chat.md
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from serving.chat import ahead
from serving.chat.calendars import (
    LINKS,
    SHORT,
    YEARS,
    Calendar,
    Written,
    calendar,
    day_of,
    stay_of,
)
from serving.chat.leading import Leading
from serving.chat.lexicon import Mark, Token
from serving.explain.words import WEEKDAYS

ON, STAY, UNTIL, ARRIVE = "on", "stay", "until", "arrive"
STAYED = 60  # days for which who has arrived is still here
MOST = 6  # dates that are read of a message: nobody names more, and each costs time
UNITS = frozenset(("km", "m", "mile", "min", "years", "oclock", "am", "pm"))
_AFTER_YEAR = frozenset(("г", "год", "года", "r", "roku", "god", "godine"))
_DOUBTFUL = {"en": {"may", "march", "mar"}}  # words like others, where no sign of a date is beside
_FRACTIONS = frozenset(((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7)))


class Said(NamedTuple):
    """`start` and `end` of a stay; of `ON` both are the day, of `UNTIL` and `ARRIVE` one is. None
    where there is no such day."""

    kind: str
    start: date | None
    end: date | None
    first: int
    last: int
    verb: tuple[int, int] | None = None  # of who arrives or leaves then

    @property
    def exists(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """All its tokens."""
        return [(self.first, self.last), *([self.verb] if self.verb else [])]


def told(
    of: Sequence[Token], marks: Sequence[Mark], used: Sequence[bool], language: str, today: date
) -> list[Said]:
    """All dates of a message, from left to right. `language` is a tag: "en-GB" has its own order."""
    reading = _Reading(of, marks, used, calendar(language), today)
    return [reading.said(*found, today) for found in reading.found()]


class _Reading:
    def __init__(
        self,
        of: Sequence[Token],
        marks: Sequence[Mark],
        used: Sequence[bool],
        calendar: Calendar,
        today: date,
    ) -> None:
        self._of, self._calendar = of, calendar
        self._lexicon = calendar.lexicon
        self._free = [not u or not t.folded[0].isalnum() for t, u in zip(of, used, strict=True)]
        self._units = {m.first for m in marks if m.concept in UNITS}
        self._at = {m.last + 1 for m in marks if m.concept == "at"}
        self._weekdays = {m.first: m.last for m in marks if m.concept in WEEKDAYS}
        self._ages = {m.last + n for m in marks if m.concept == "kids" for n in (1, 2)}
        self._plain = {n for m in marks for n in range(m.first, m.last + 1)}
        self._leading = Leading(of, self._lexicon)
        self._ahead = ahead.written(of, marks, self._free, calendar, today)

    # the dates that stand there

    def found(self) -> Iterator[tuple[Written, Written | None]]:
        """Each date, with the one it ends with where it is a stay; none overlaps another."""
        at = 0
        every: list[Written] = []
        while at < len(self._of) and len(every) < MOST:
            written = self._written(at)
            if written:
                every.append(written)
            at = written.last + 1 if written else at + 1
        taken = -1
        for n, one in enumerate(every):
            if one.first <= taken:
                continue
            pair = self._stay(one, every[n + 1] if n + 1 < len(every) else None, taken)
            taken = (pair[1] or pair[0]).last
            yield pair

    def _written(self, at: int) -> Written | None:
        if at in self._ahead:
            return self._ahead[at]
        found = self._numeric(at) or self._day_month(at) or self._month_day(at)
        free = found and all(self._free[found.first : found.last + 1])
        return found if free else None

    def _stay(
        self, one: Written, other: Written | None, taken: int
    ) -> tuple[Written, Written | None]:
        if one.month_alone:
            return one, None
        after = self._to(one.last + 1, one.first)
        if other and after == other.first:
            return one, other
        if one.month_first:
            day = self._day(after) if after else None
            if after and day:
                end, year = self._year(self._dot(after + 1))
                return one, Written(day, one.month, year or one.year, after, end - 1)
            return one, None
        before = self._day_before(one, taken)
        if before:
            return Written(before[0], one.month, one.year, before[1], before[1]), one
        return one, None

    def _day_before(self, date: Written, taken: int) -> tuple[int, int] | None:
        """A bare day and its token, that leads up to a date: the 3 of "3 to 10 July"."""
        for first in range(date.first - 1, max(date.first - 5, taken), -1):
            day = self._day(first)
            if day:
                return (day, first) if self._to(first + 1, first) == date.first else None
        return None

    def _to(self, at: int, first: int) -> int | None:
        """The token after what leads from a date to its end; None where nothing does. `first` is the
        token where the date begins."""
        between = self._leading.before("between", first)
        while at < len(self._of):
            token = self._of[at]
            if re.fullmatch(r"\s*[-–—]\s*", token.gap):
                return self._past_weekday(at)
            size = self._lexicon.begins("to", self._of, at)
            if size:
                return self._past_weekday(at + size)
            after = self._past_weekday(at + 1)
            if between and self._day(after):  # "and", whatever it is called
                return after
            if token.folded not in {".", ",", *LINKS} and at not in self._weekdays:
                return None
            at = self._weekdays.get(at, at) + 1
        return None

    def _past_weekday(self, at: int) -> int:
        at += self._lexicon.begins("dated", self._of, at)
        if at in self._weekdays:
            at = self._weekdays[at] + 1
            while at < len(self._of) and self._of[at].folded in {",", "،"}:
                at += 1
            at += self._lexicon.begins("dated", self._of, at)
        return at

    def _dot(self, at: int) -> int:
        """Behind the dot of an ordinal, or its letters."""
        while at < len(self._of) and self._of[at].folded in {".", *LINKS}:
            at += 1
        return at

    def _day(self, at: int) -> int | None:
        if not 0 <= at < len(self._of) or not self._free[at] or at + 1 in self._units:
            return None
        digits = self._of[at].folded
        return int(digits) if digits.isdecimal() and len(digits) <= 2 and int(digits) > 0 else None

    # words: "3 July 2026", "July 3rd, 2026"

    def _day_month(self, at: int) -> Written | None:
        day = self._day(at)
        if day is None:
            return None
        month = self._calendar.month(self._of, self._dot(at + 1))
        if month is None:
            return None
        end, year = self._year(month[1])
        sure = year or self._leading.dated(at) or self._dot(at + 1) > at + 1
        if not sure and self._doubtful(month[1] - 1):
            return None
        return Written(day, month[0], year, at, end - 1)

    def _month_day(self, at: int) -> Written | None:
        month = self._calendar.month(self._of, at) if self._calendar.month_first else None
        day = self._day(self._dot(month[1])) if month else None
        if month is None or day is None:
            return None
        last = self._dot(month[1])
        if last + 1 < len(self._of) and self._of[last + 1].folded in LINKS - {"a", "the", "e", "o"}:
            last += 1
        end, year = self._year(last + 1)
        if not year and not self._leading.dated(at) and self._doubtful(at):
            return None
        return Written(day, month[0], year, at, end - 1, month_first=True)

    def _doubtful(self, at: int) -> bool:
        """A word that means something else as well, written like any other."""
        token = self._of[at]
        other = token.folded in _DOUBTFUL.get(self._calendar.language, ())
        plain = at in self._plain and len(token.folded) <= SHORT
        return (other or plain) and not token.raw[0].isupper()

    def _year(self, at: int) -> tuple[int, int | None]:
        """The token after a year, and the year; `at` and None where there is none."""
        n = at
        while n < len(self._of) and n - at < 3 and self._of[n].folded in {",", "،", ".", *LINKS}:
            n += 1
        digits = self._of[n].folded if n < len(self._of) else ""
        if not (digits.isdecimal() and len(digits) == 4 and int(digits) in YEARS):
            return at, None
        n += 1
        if n < len(self._of) and self._of[n].folded in _AFTER_YEAR:
            n += 1
        return n, int(digits)

    # numbers: 2026-07-03, 3/7, 3.7., 3. 7. 2026

    def _numeric(self, at: int) -> Written | None:
        numbers, sign, last = self._numbers(at)
        if len(numbers) == 3 and len(numbers[0]) == 4:
            year, month, day = map(int, numbers)
            return Written(day, month, year, at, last) if year in YEARS else None
        if len(numbers) == 3 and len(numbers[2]) in (2, 4):
            return self._ordered(
                int(numbers[0]), int(numbers[1]), _full(numbers[2]), at, last, sign
            )
        if len(numbers) == 2 and self._surely(at, numbers, sign, last):
            return self._ordered(int(numbers[0]), int(numbers[1]), None, at, last, sign)
        return None

    def _numbers(self, at: int) -> tuple[list[str], str, int]:
        """Numbers that one sign joins, the sign, and the last token of them; a last dot is theirs."""
        token = self._of[at]
        if not token.is_number:
            return [], "", at
        if not token.folded.isdecimal():
            signs = set(re.findall("[.,:]", token.folded))
            last = self._closing(at) if signs == {"."} else at
            return (token.folded.split("."), ".", last) if signs == {"."} else ([], "", at)
        numbers, sign, n = [token.folded], "", at
        while len(numbers) < 3:
            joined = self._joined(n, sign)
            if joined is None:
                break
            sign, n = joined
            numbers.append(self._of[n].folded)
        short = all(len(x) <= 4 for x in numbers)
        last = self._closing(n) if sign == "." else n
        return (numbers, sign, last) if short and sign else ([], "", at)

    def _joined(self, at: int, sign: str) -> tuple[str, int] | None:
        """The sign and the token of the next number, where the same sign joins it."""
        n = at + 1
        if n + 1 < len(self._of) and self._of[n].folded == "." and sign in ("", "."):
            follows = self._of[n + 1]
            dotted = self._calendar.dotted and follows.folded.isdecimal()
            return (".", n + 1) if dotted and not self._of[n].gap else None
        if n < len(self._of) and self._of[n].folded.isdecimal():
            gap = self._of[n].gap
            return (gap, n) if gap in ("/", "-") and sign in ("", gap) else None
        return None

    def _closing(self, last: int) -> int:
        """With the dot that some languages write behind a date."""
        n = last + 1
        dot = n < len(self._of) and self._of[n].folded == "." and not self._of[n].gap
        return n if dot and self._calendar.dotted else last

    def _surely(self, at: int, numbers: Sequence[str], sign: str, last: int) -> bool:
        """Of two numbers: no distance, no hour, no fraction, no ages, no number with a point."""
        one, two = int(numbers[0]), int(numbers[1])
        if last + 1 in self._units or at in self._ages or not 0 < min(one, two) <= 12:
            return False
        if sign == "/":
            return self._leading.dated(at) or (one, two) not in _FRACTIONS
        if sign == "-":
            return self._leading.dated(at) and at not in self._at
        if two > 12 or not self._calendar.dotted:
            return False
        hour = at in self._at and numbers[0][0] != "0" and not self._goes_on(at, last)
        return self._of[last].folded == "." or (self._leading.dated(at) and not hour)

    def _goes_on(self, at: int, last: int) -> bool:
        """To another number with a point: "from 3.07 to 10.07"."""
        after = self._to(last + 1, at)
        return after is not None and after < len(self._of) and "." in self._of[after].folded

    def _ordered(
        self, one: int, two: int, year: int | None, first: int, last: int, sign: str
    ) -> Written | None:
        month_first = self._calendar.month_first and sign == "/"
        day, month = (two, one) if month_first else (one, two)
        if month > 12 >= day and sign == "/":
            day, month = month, day
        if not (0 < month <= 12 and 0 < day <= 31):
            return None
        return Written(day, month, year, first, last)

    # the days that are meant

    def said(self, one: Written, other: Written | None, today: date) -> Said:
        first = self._leading.led(one.first)
        if other:
            start, end = stay_of(one, other, today)
            return Said(STAY, start, end, first, other.last)
        day = day_of(one, today)
        if one.month_alone:  # who arrives in December tells no day of it
            return Said(ON, day, day, first, one.last)
        concept, verb = self._leading.verb(one)
        if concept == "arrive":  # they may have been here for weeks
            day = day_of(one, today - timedelta(days=STAYED))
            return Said(ARRIVE, day, None, first, one.last, verb)
        if concept == "leave" or self._leading.before("until", one.first):
            return Said(UNTIL, None, day, first, one.last, verb)
        return Said(ON, day, day, first, one.last)


def joined(of: Sequence[Token], said: Sequence[Said]) -> list[Token]:
    """Tokens among which the dot of "3. July" parts no clauses."""
    inside = {n for s in said for n in range(s.first, s.last + 1) if not of[n].folded[0].isalnum()}
    out, dots = [], 0
    for n, token in enumerate(of):
        dots += n in inside
        out.append(token._replace(clause=token.clause - dots))
    return out


def _full(year: str) -> int:
    return int(year) + (2000 if len(year) == 2 else 0)
