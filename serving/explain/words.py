"""What is said to travellers, in their language: messages by meaning, numbers as the language writes
them. A resource a language in `messages/` and in `messages/chat/`, which is read when a conversation
first needs it; how to add to them: docs/explanations.md, docs/chat.md
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol
from babel.units import format_unit
from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser, ast

from butler.errors import MissingWords

FOLDER = Path(__file__).parent / "messages"
CHAT = FOLDER / "chat"
ENGLISH = "en"
LANGUAGES = (
    *(ENGLISH, "de", "fr", "it", "es", "pt", "nl", "ca", "el"),
    *("tr", "hr", "sl", "sq", "ar", "he", "pl", "ro", "ru"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEPT = 8192  # sentences of a language that stay formatted: a kilobyte or less each
# what only steers the direction of writing: isolates, embeddings, marks
_BIDI = re.compile("[\u2066-\u2069\u202a-\u202e\u200e\u200f\u061c]")
_LRM = "\u200e"
# the data spell the degree out where everybody writes the sign
_SPELLED = {"pl", "sq"}
# sums where the data have another country's way: Portuguese here is that of Portugal
_SUMS = {"pt": "#,##0.00\u00a0¤"}
Fact = int | float | str


class Words:
    """One language's messages; made once, by `Words.of`. Safe for several threads.

    Right-to-left languages get Fluent's isolates (FSI, PDI) around what is filled in, so that a
    number with its unit keeps its order; the others need none. Digits are 0 to 9 everywhere.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.right_to_left = self.locale.text_direction == "rtl"
        self._bundle = FluentBundle(
            [language], functions=_functions(self), use_isolating=self.right_to_left
        )
        self._bundle.add_resource(_resource(FOLDER, language))
        self._chatting = threading.Lock()
        self._chats = False
        self._cached = lru_cache(maxsize=KEPT)(self._say)

    @staticmethod
    def of(language: str) -> "Words":
        """The words of `en-GB`, `EN`, `pt_BR`; English for a language that is not spoken here.

        `language` of what is returned says which it is.
        """
        return _spoken(spoken(language))

    @staticmethod
    def prepare() -> None:
        """Read every language now, so that no traveller waits for it."""
        for language in LANGUAGES:
            Words.of(language).say("distance-away", km=1.5)

    def say(self, message: str, **facts: Fact) -> str:
        """The message with its facts. Raises MissingWords without the message or one of its facts.

        Round the facts to what is shown: each different set of facts is formatted and kept.
        """
        return self._cached(message, tuple(facts.items()))

    def _say(self, message: str, facts: tuple[tuple[str, Fact], ...]) -> str:
        if not self._knows(message):
            raise MissingWords(f"{self._file} has no message {message!r}: add it, in its language.")
        pattern = self._bundle.get_message(message).value
        text, errors = self._bundle.format_pattern(pattern, dict(facts)) if pattern else ("", [])
        if errors or not isinstance(text, str) or not text:
            why = "; ".join(map(str, errors)) or "nothing is said"
            raise MissingWords(f"{message!r} of {self._file} cannot be said with {facts}: {why}")
        return text

    def _knows(self, message: str) -> bool:
        """The words of conversation are read on first use: recommendations do without them."""
        if not self._bundle.has_message(message) and not self._chats:
            with self._chatting:
                if not self._chats:
                    self._bundle.add_resource(_resource(CHAT, self.language))
                    self._chats = True
        return self._bundle.has_message(message)

    @property
    def _file(self) -> str:
        return f"serving/explain/messages/{self.language}.ftl"

    def category(self, category: str) -> str | None:
        """Name of a group (`nature`) or a category (`nature/beach`); None for one not of ours."""
        message = f"category-{category.replace('/', '-')}"
        return self.say(message) if self._bundle.has_message(message) else None

    def condition(self, condition: str) -> str:
        return self.say(f"condition-{condition}")

    def season(self, season: str) -> str:
        return self.say(f"season-{season}")

    def party(self, party: str) -> str:
        return self.say(f"party-{party}")

    def weekday(self, day: date) -> str:
        return self.say(f"weekday-{WEEKDAYS[day.weekday()]}")

    def clock(self, minutes: int) -> str:
        """The time of so many minutes after midnight: `09:05`, `9:05`. What is past midnight is told
        as the next day's clock shows it."""
        told = time(minutes // 60 % 24, minutes % 60)
        return format_skeleton("Hm", datetime.combine(date.min, told), locale=self.locale)

    def day(self, day: date) -> str:
        """`28. November`, `28 ноября`: the year is known."""
        return format_skeleton("MMMMd", day, locale=self.locale)

    def listed(self, names: Iterable[str]) -> str:
        """`a, b and c`."""
        return format_list(list(names), locale=self.locale)

    def joined(self, phrases: Iterable[str]) -> str:
        """`a; b`: phrases that stand alone, in one sentence."""
        return self.say("separator").join(phrases)

    def numbers(self, text: str) -> list[float]:
        """The numbers of a text of this language, in its order, however they are written there."""
        return [
            float(found.replace(self._group, "").replace(self._decimal, "."))
            for found in self._number.findall(plain(text))
        ]

    @property
    def _group(self) -> str:
        return plain(get_group_symbol(self.locale))

    @property
    def _decimal(self) -> str:
        return get_decimal_symbol(self.locale)

    @property
    def _number(self) -> re.Pattern[str]:
        """A hyphen after a letter joins words: it is no minus."""
        group, decimal = re.escape(self._group), re.escape(self._decimal)
        return re.compile(rf"(?:(?<!\w)-)?\d+(?:{group}\d{{3}})*(?:{decimal}\d+)?")


def spoken(language: str) -> str:
    """The language that is spoken to who asks for `language`: its primary part, or English."""
    primary = re.split("[-_]", language, maxsplit=1)[0].lower()
    return primary if primary in LANGUAGES else ENGLISH


def plain(text: str) -> str:
    """The text to compare and to check: without what steers the direction of writing, all digits 0
    to 9, every space and minus the plain one. For reading, the text stays as it is."""
    if text.isascii():
        return text
    bare = _BIDI.sub("", text).replace("\u2212", "-").replace("\u066b", ".").replace("\u066c", ",")
    return "".join(map(_plain, bare))


def _plain(letter: str) -> str:
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return " " if unicodedata.category(letter) == "Zs" else letter


@cache
def _spoken(language: str) -> Words:
    return Words(language)


def _resource(folder: Path, language: str) -> ast.Resource:
    """Raises MissingWords for a file that cannot be read in whole."""
    path = folder / f"{language}.ftl"
    try:
        read = FluentParser(with_spans=False).parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingWords(f"There are no words for {language!r}: {path} is missing.") from error
    for entry in read.body:
        if isinstance(entry, ast.Junk):
            raise MissingWords(f"{path} cannot be read at: {(entry.content or '').strip()[:60]}")
    return read


def _functions(words: Words) -> dict[str, Callable[..., Any]]:
    """What messages call to write a fact: units, times and digits by Babel, in the language's way."""

    def unit(name: str) -> Callable[..., str]:
        def write(value: float, width: Any = "short") -> str:
            return format_unit(
                _number(value), name, length=width, locale=words.locale, numbering_system="latn"
            )

        return write

    def celsius(value: float) -> str:
        told = (
            f"{format_decimal(_number(value), locale=words.locale)}\u00a0°C"
            if words.language in _SPELLED
            else unit("temperature-celsius")(value)
        )
        # without the mark, a minus before a number wanders behind it among letters of that side
        return _LRM + told if words.right_to_left and value < 0 else told

    def stars(value: float) -> str:
        return format_decimal(_number(value), "0.0", locale=words.locale, numbering_system="latn")

    def km(value: float) -> str:
        return format_unit(
            *(_number(value), "length-kilometer"),
            length="short",
            format="#,##0.0",
            locale=words.locale,
            numbering_system="latn",
        )

    def money(minor: Any, currency: Any) -> str:
        """Hundredths of a currency; a whole amount without decimals, as one would say it."""
        pattern = _SUMS.get(words.language) or words.locale.currency_formats["standard"].pattern
        return format_currency(
            int(minor) / 100,
            str(currency),
            pattern if int(minor) % 100 else pattern.replace("0.00", "0"),
            words.locale,
            currency_digits=False,
            numbering_system="latn",
        )

    def clock(minutes: Any) -> str:
        return words.clock(int(minutes))

    def day(iso: Any) -> str:
        return words.day(date.fromisoformat(str(iso)))

    return {
        "KM": km,
        "MM": unit("length-millimeter"),
        "MONEY": money,
        "CLOCK": clock,
        "DAY": day,
        "CELSIUS": celsius,
        "MINUTES": unit("duration-minute"),
        "HOURS": unit("duration-hour"),
        "STARS": stars,
    }


def _number(value: float) -> float:
    """Fluent's numbers are numbers with options; Babel wants them bare."""
    return int(value) if float(value).is_integer() else float(value)
