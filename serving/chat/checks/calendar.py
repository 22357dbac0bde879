"""Names of units, weekdays and months in a language, from Babel, folded as texts are."""

import re
from functools import cache
from typing import NamedTuple

from babel import Locale
from babel.units import format_unit

from serving.chat.checks.lexicon import Lexicon, Topics, topics_of
from serving.chat.checks.text import clean, fold, tokens

_UNITS = {
    "km": "length-kilometer",
    "m": "length-meter",
    "min": "duration-minute",
    "h": "duration-hour",
    "d": "duration-day",
    "celsius": "temperature-celsius",
    "fahrenheit": "temperature-fahrenheit",
    "mi": "length-mile",
    "ft": "length-foot",
    "mm": "length-millimeter",
    "m/s": "speed-meter-per-second",
    "km/h": "speed-kilometer-per-hour",
}
_SIGNS = {
    "km": "km", "m": "m", "min": "min", "h": "h", "mm": "mm", "° c": "celsius", "° f": "fahrenheit",
    "°": "celsius", "mi": "mi", "ft": "ft", "m / s": "m/s", "km / h": "km/h", "%": "%",
}  # fmt: skip
_SAMPLES = (0, 1, 1.5, 2, 3, 5, 11, 20, 100)  # all plural categories
# words that are months only beside a number
_MONTH_OR_NOT = {"may", "march", "mart", "marche", "mars", "mai", "maj", "ekim", "ocak", "set"}
# weekdays that are other words unless they have a capital
_CAPITAL_ONLY = {"el", "tr", "de", "en"}


_HEBREW_FRONT = ("ב", "ל", "ה", "מ", "ו", "ש")  # what is written onto the front of a weekday


class Names(NamedTuple):
    """`units`: words, as a sequence, to the unit; `weekdays` 0 (Monday) .. 6; `months` 1 .. 12."""

    units: dict[tuple[str, ...], str]
    weekdays: dict[tuple[str, ...], int]
    months: dict[str, int]
    short_weekdays: dict[str, int]
    periods: frozenset[str]
    weekday_needs_capital: bool
    longest_unit: int

    def month(self, folded: str, beside_number: bool) -> int | None:
        if folded in _MONTH_OR_NOT and not beside_number:
            return None
        return self.months.get(folded)


@cache
def names(language: str) -> Names:
    locale, topics = Locale.parse(language), topics_of(language)
    units = _units(locale, topics)
    return Names(
        units,
        _weekdays(locale, language, topics),
        _months(locale, topics),
        _short(locale),
        _periods(locale, language),
        language in _CAPITAL_ONLY,
        max(map(len, units)),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(t.folded for t in tokens(clean(text)))


def _units(locale: Locale, topics: Topics) -> dict[tuple[str, ...], str]:
    found = {tuple(sign.split()): unit for sign, unit in _SIGNS.items()}
    for unit, babel in _UNITS.items():
        for width in ("short", "long"):
            for number in _SAMPLES:
                said = format_unit(number, babel, width, locale=locale, numbering_system="latn")
                bare = tuple(
                    w for w in _words(re.sub(r"[\d.,]+", " ", said)) if w not in {".", '"', "'"}
                )
                if bare and "duration" not in bare and "length" not in bare:
                    found.setdefault(bare, unit)
    for unit in ("min", "h", "km", "m", "d", "mi"):
        for phrase in topics.get(f"unit_{unit}", ()):
            found[_words(phrase)] = unit
    for phrase in topics.get("unit_c", ()):
        found[_words(phrase)] = "celsius"
    return found


def _weekdays(locale: Locale, language: str, topics: Topics) -> dict[tuple[str, ...], int]:
    found = {
        _words(name): day
        for context in ("format", "stand-alone")
        for day, name in locale.days[context]["wide"].items()
    }
    for day in range(7):
        for phrase in topics.get(f"weekday{day + 1}", ()):
            found[_words(phrase)] = day
    if language == "he":  # "on Monday" is one word with it
        found |= {(f + w[0], *w[1:]): day for w, day in found.items() for f in _HEBREW_FRONT}
    return found


def _short(locale: Locale) -> dict[str, int]:
    return {
        fold(clean(name)).rstrip("."): day
        for day, name in locale.days["format"]["abbreviated"].items()
        if len(name.rstrip(".")) >= 3 and " " not in name
    }


def _months(locale: Locale, topics: Topics) -> dict[str, int]:
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[context][width].items():
                word = [w for w in _words(name) if w.isalpha() and w != "de" and len(w) > 2]
                if word and (width == "wide" or len(word[0]) >= 3):
                    found.setdefault(word[0], month)
    for month in range(1, 13):
        for phrase in topics.get(f"month{month}", ()):
            found[fold(phrase)] = month
    return found


def _periods(locale: Locale, language: str) -> frozenset[str]:
    """Words of the parts of the day: beside one, 3 may be 15:00."""
    said = {
        word
        for context in locale.day_periods.values()
        for width in ("wide", "abbreviated")
        for name in context.get(width, {}).values()
        for word in _words(name)
        if len(word) > 3
    }
    return frozenset(said | Lexicon.of(language).words("period"))
