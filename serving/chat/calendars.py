"""How languages write days of the calendar, as Babel has it, and which days those are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from serving.chat.lexicon import Lexicon, Token, nearly, tokens
from serving.explain.words import spoken

# what stands between a day, its month and its year, in one language or another
LINKS = frozenset(
    (
        *("de", "del", "d", "di", "do", "of", "the", "st", "nd", "rd", "th", "er", "e", "o", "a"),
        *("te", "n", "r", "η", "ησ", "го", "е", "ого", "من", "ה", "ל", "të", "te", "ого"),
    )
)
SHORT = 4  # letters of a month that may be another word: "mar", "mai", "set"
_ENDING = 3  # letters
_INFLECTED = ("tr", "sq", "hr", "sl")  # write endings onto a month: "temmuzda", "korrikut"
_ARABIC = ("ar_LB", "ar_MA", "ar_DZ")  # months have other names there
_TYPO = 6  # letters of a month from which on one may be wrong
BEGINNING = 3  # letters by which a month is looked for
YEARS = range(2000, 2101)


class Written(NamedTuple):
    """As it stands there, a year only where it is written; `first` to `last` are its tokens."""

    day: int
    month: int
    year: int | None
    first: int
    last: int
    month_first: bool = False
    month_alone: bool = False  # "in December": its first day, or today


class Calendar:
    """Of one language tag: the words of its months, and whether it writes the month first."""

    def __init__(self, language: str) -> None:
        locale = _locale(language)
        self.language = spoken(language)
        self.lexicon = Lexicon.of(self.language)
        pattern = locale.date_formats["short"].pattern
        self.month_first = pattern.startswith("M")
        self.dotted = "." in pattern
        self.months: dict[tuple[str, ...], int] = {}
        self.whole: dict[tuple[str, ...], int] = {}  # without short ones, and as "in" bends them
        for where in (locale, *map(Locale.parse, _ARABIC if self.language == "ar" else ())):
            for words, month in _months(where, _WIDTHS):
                self.months.setdefault(words, month)
            self.whole |= dict(_months(where, _WIDTHS[:2]))
        self.months = dict(sorted(self.months.items(), key=lambda named: -len(named[0])))
        self.whole |= {w: n for n, w in enumerate(self.lexicon.small.get("months", ()), start=1)}
        self.beginnings = {words[0][:BEGINNING] for words in self.whole}

    def month(
        self, of: Sequence[Token], at: int, named: Mapping[tuple[str, ...], int] | None = None
    ) -> tuple[int, int] | None:
        """The month that begins at a token, and the token after it; a misspelt one is the last resort.
        `named` are the names it may have, else all."""
        if at >= len(of) or not of[at].is_word:
            return None
        for alike in (_same, self._inflected, _misspelt):
            for words, month in (self.months if named is None else named).items():
                there = of[at : at + len(words)]
                if len(there) == len(words) and all(map(alike, there, words)):
                    return month, at + len(words)
        return None

    def _inflected(self, token: Token, word: str) -> bool:
        longer = len(token.folded) - len(word)
        endings = self.language in _INFLECTED and len(word) >= SHORT
        return endings and token.folded.startswith(word) and longer <= _ENDING


def _same(token: Token, word: str) -> bool:
    return word in token.forms


def _misspelt(token: Token, word: str) -> bool:
    return len(word) >= _TYPO and nearly(token.folded, word)


def day_of(written: Written, today: date) -> date | None:
    """The next such day; None where there is none, or it is over."""
    if written.year is not None:
        day = _made(written.year, written)
        return day if day and day >= today else None
    return next((d for d in _days(written, today.year, 1) if d >= today), None)


def stay_of(one: Written, other: Written, today: date) -> tuple[date | None, date | None]:
    """The next time that such a stay ends, begun before it: who is here already says so, too."""
    if one.year is not None and other.year is None:
        start = _made(one.year, one)
        end = next((d for d in _days(other, one.year, 1) if start and d >= start), None)
    else:
        end = day_of(other, today)
        if one.year is not None:
            start = _made(one.year, one)
        else:
            start = next((d for d in _days(one, end.year, -1) if d <= end), None) if end else None
    there = start and end and start <= end and end >= today
    return (start, end) if there else (None, None)


def _days(written: Written, year: int, step: int) -> Iterator[date]:
    """That day of this and the next eight years, or those before: leap years are in them."""
    for n in range(9):
        day = _made(year + n * step, written)
        if day:
            yield day


def _made(year: int, written: Written) -> date | None:
    try:
        return date(year, written.month, written.day)
    except ValueError:
        return None


@lru_cache(maxsize=64)  # tags are what apps send
def calendar(language: str) -> Calendar:
    return Calendar(language)


def _locale(tag: str) -> Locale:
    """Of the tag as it is sent, where it is of a language that is spoken here and Babel knows it."""
    language = spoken(tag)
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(language)
    return locale if locale.language == language else Locale.parse(language)


_WIDTHS = (("format", "wide"), ("stand-alone", "wide"), ("format", "abbreviated"))


def _months(
    locale: Locale, widths: Sequence[tuple[str, str]]
) -> Iterator[tuple[tuple[str, ...], int]]:
    for context, width in widths:
        for month, name in locale.months[context][width].items():
            words = [t.folded for t in tokens(name) if t.is_word]
            kept = tuple(w for w in words if w not in LINKS) or tuple(words)
            yield kept, month
