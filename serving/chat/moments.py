"""When: a day from today, and an hour of it or a meal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from serving.chat.arguments import FARTHEST_DAY
from serving.chat.lexicon import Lexicon, Mark, Token
from serving.chat.meals import MEALS
from serving.explain.words import WEEKDAYS

DAYS = {"today": 0, "tonight": 0, "now": 0, "tomorrow": 1, "dayafter": 2}
HOURS = {
    "morning": 10,
    "noon": 13,
    "afternoon": 16,
    "evening": 20,
    "tonight": 20,
    "night": 22,
    "late": 23,
}
# the hours that each may mean: a meal of one of them says more than it
_WIDE = {
    "morning": range(5, 12),
    "noon": range(12, 16),
    "afternoon": range(12, 20),
    "evening": range(17, 24),
    "tonight": range(17, 24),
    "night": range(20, 24),
    "late": range(22, 24),
}
_LATE = {"pm", "afternoon", "evening", "tonight", "night", "late"}
_EARLY = {"am", "morning"}
_FIRST_HOUR = 8  # "at 3" is in the afternoon


class When(NamedTuple):
    day: int | None
    hour: int | None
    meal: str | None = None  # of MEALS, where no hour is said
    taken: tuple[tuple[int, int], ...] = ()
    goes_on: bool = False  # the part of the day that is said, today: of it the hour is over

    @property
    def said(self) -> bool:
        return (self.day, self.hour, self.meal) != (None, None, None)


def told(
    of: Sequence[Token],
    marks: Sequence[Mark],
    used: Sequence[bool],
    language: str,
    now: datetime,
    meal: str | None = None,
) -> When:
    """Numbers that are `used` are no hours: they are of a date, or of a sum. `meal` is what is asked for."""
    concepts = [m.concept for m in marks]
    spoken = next((c for c in _clocks(of, marks) if not used[c[1][0]]), None)
    hour = _of_day(spoken[0], concepts) if spoken else None
    part = "" if hour is not None else next((c for c in concepts if c in HOURS), "")
    if hour is None:
        meal = meal if meal and (not part or MEALS[meal].hour in _WIDE[part]) else None
        hour = None if meal else HOURS.get(part)
    else:
        meal = None
    taken = [spoken[1]] if spoken and hour is not None else []
    day, beside = _day(concepts, now), _next(of, marks, language)
    if beside:  # next Thursday is not today, where today is a Thursday
        day = day or FARTHEST_DAY
        taken.append(beside)
    goes_on = bool(part) and hour is not None and hour < now.hour in _WIDE[part]
    return When(day, hour, meal, tuple(taken), goes_on)


def _next(of: Sequence[Token], marks: Sequence[Mark], language: str) -> tuple[int, int] | None:
    """The tokens of "next" beside a weekday; None where it is not said."""
    lexicon = Lexicon.of(language)
    for mark in (m for m in marks if m.concept in WEEKDAYS):
        before, last = lexicon.ends("next", of, mark.first), mark.last + 1
        behind = lexicon.begins("next", of, last)
        if before or behind:
            return (mark.first - before, mark.first - 1) if before else (last, last + behind - 1)
    return None


def _day(concepts: Sequence[str], now: datetime) -> int | None:
    for concept in concepts:
        if concept in DAYS:
            return DAYS[concept]
        if concept in WEEKDAYS:
            return (WEEKDAYS.index(concept) - now.weekday()) % 7
        if concept == "weekend":
            return 0 if now.weekday() == 6 else (5 - now.weekday()) % 7
    return None


def _clocks(
    of: Sequence[Token], marks: Sequence[Mark]
) -> Iterator[tuple[tuple[int, bool], tuple[int, int]]]:
    """Hours that are written, whether with their minutes, and the tokens that say so."""
    before = {m.last + 1: m.concept for m in marks}
    after = {m.first: m.concept for m in marks}
    for n, token in enumerate(of):
        if not token.is_number:
            continue
        follows = after.get(n + 1, "")
        written = _written(token.folded)
        if written is None or follows in ("km", "m", "mile", "min", "years"):
            continue
        exact = ":" in token.folded or follows in ("oclock", "pm", "am")
        if exact or before.get(n) in ("at", "oclock"):
            yield (written, ":" in token.folded or written > 12), (n, n)


def _written(digits: str) -> int | None:
    whole = digits.replace(".", ":").replace(",", ":").split(":")
    hour = int(whole[0][:4])
    minutes = int(whole[1][:4]) if len(whole) > 1 else 0
    return hour % 24 if hour <= 24 and minutes < 60 and len(whole) <= 2 else None


def _of_day(written: tuple[int, bool], concepts: Sequence[str]) -> int:
    """Morning and afternoon are said, or told by what is likely on a trip."""
    hour, exact = written
    if hour > 12 or _EARLY & set(concepts):
        return hour
    if _LATE & set(concepts):
        return hour + 12 if hour < 12 else hour
    return hour + 12 if not exact and 0 < hour < _FIRST_HOUR else hour
