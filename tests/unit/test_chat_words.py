"""What the butler says: whole in every language, its plurals, numbers, times and directions."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from babel.core import Locale
from babel.dates import get_month_names
from fluent.syntax import ast, parse
from hypothesis import given
from hypothesis import strategies as st
from test_words import BOUNDS, SPREAD, entries, facts_of, inside

from butler.domain import CURRENCIES
from butler.errors import MissingWords
from serving.explain.words import CHAT, LANGUAGES, Words, plain

Value = int | float | str
WITH_112 = ("say-emergency", "say-police", "say-medical")
DAYS = ("2026-01-01", "2026-02-28", "2026-05-20", "2026-11-28", "2028-02-29", "2026-12-31")
# of each fact that messages take, values over everything that makes a difference
FACTS: dict[str, tuple[Value, ...]] = {
    "place": ("Cala del Moraig", "El Poblet 7"),
    "other": ("Castillo de Santa Bárbara", "Bar 2000"),
    "where": ("Cala del Moraig", "Altea"),
    "diet": ("Vegan food", "Halal"),
    "town": ("Altea", "Xàbia"),
    "category": ("beach", "old town"),
    "condition": ("rain", "clear sky"),
    "weekday": ("Monday", "Saturday"),
    "when": ("15:00", "November 28, 9:05"),
    "party": ("alone", "as a couple"),
    "what": ("beach", "beach, museum and spa"),
    "ages": ("0", "4 and 7"),
    "reason": ("1.2 km away", "Free"),
    "reasons": ("1.2 km away", "Free; 2 hr left"),
    "query": ("rice", "windsurf 7"),
    "words": ("purple", "a cow"),
    "day": DAYS,
    "from": (*range(0, 1440, 95), 1439),
    "to": (*range(60, 1800, 95), 1440),
    "from2": (*range(60, 1440, 95), 1439),
    "to2": (*range(120, 1800, 95), 1440),
    "minutes": (*range(90), 120, 185, 1440),
    "km": (0.0, 0.1, 1.0, 12.3, 1234.5),
    "degrees": (-11, -1, 0, 1, 23, 40),
    "rain": (0, 0.1, 1, 1.5, 20, 21),
    "level": (1, 2, 3, 4),
    "minor": (0, 1, 50, 99, 100, 2000, 2050, 123_400, 999_999_99),
    "least": (0, 1900, 3800, 7500),
    "currency": CURRENCIES,
    "rank": (1, 2, 3, 10, 21),
    "count": SPREAD,
    "mobility": ("wheelchair", "stroller", "short_walks"),
}
CLOCKS = {("fact-moment", "minutes"), ("fact-date-hour", "minutes")}
NOT_SHOWN = {"mobility", "currency"}  # steer the choice of words, and are told by a sign
HUNDREDTHS = {"minor", "least"}
# is put together of what is filled in and signs: alike in several languages
SIGNS_ONLY = {
    "fact-weather",
    "fact-category",
    "fact-stop",
    "fact-moment",
    "fact-date",
    "fact-date-hour",
    "say-item",
    "say-place",
}


@cache
def chat(language: str) -> dict[str, ast.Message]:
    body = parse((CHAT / f"{language}.ftl").read_text(encoding="utf-8")).body
    assert not [e for e in body if isinstance(e, ast.Junk)]
    names = [e.id.name for e in body if isinstance(e, ast.Message)]
    assert len(names) == len(set(names)), "a message stands twice"
    return {e.id.name: e for e in body if isinstance(e, ast.Message)}


@cache
def needed(name: str, language: str) -> set[str]:
    known = {**entries(language), **chat(language)}
    return facts_of(known[name], known)


@cache
def days_of(name: str) -> set[str]:
    """Which of its facts are days."""
    return {
        argument.id.name
        for node in inside(chat("en")[name])
        if isinstance(node, ast.FunctionReference) and node.id.name == "DAY"
        for argument in node.arguments.positional
        if isinstance(argument, ast.VariableReference)
    }


def spreads(name: str, facts: set[str]) -> Iterator[dict[str, Value]]:
    """Sets of facts in which each fact takes all of its values."""
    of_days = days_of(name)
    values = {f: DAYS if f in of_days else FACTS[f] for f in sorted(facts)}
    for n in range(max((len(v) for v in values.values()), default=1)):
        yield {fact: many[n % len(many)] for fact, many in values.items()}


MESSAGES = sorted(chat("en"))
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_there_is_a_file_of_each_language() -> None:
    assert {path.stem for path in CHAT.glob("*.ftl")} == set(LANGUAGES)


@every_language
def test_every_language_says_what_english_says_of_the_same_facts(language: str) -> None:
    assert sorted(chat(language)) == MESSAGES
    for name in MESSAGES:
        assert needed(name, language) == needed(name, "en"), name


@every_language
def test_every_message_is_said_over_all_facts_and_names_each(language: str) -> None:
    words = Words.of(language)
    for name in MESSAGES:
        days = days_of(name)
        for drawn in spreads(name, needed(name, "en")):
            told = words.say(name, **drawn)
            assert not re.search(r"[{}]|\$[a-z]|\?\?\?", told), told
            bare = plain(told)
            for fact, value in drawn.items():
                if fact in days:
                    assert plain(words.day(date.fromisoformat(str(value)))) in bare, (told, drawn)
                elif fact in {"from", "to", "from2", "to2"} or (name, fact) in CLOCKS:
                    assert words.clock(int(value)) in bare, (told, drawn)
                elif isinstance(value, str):
                    assert fact in NOT_SHOWN or plain(value) in bare, (told, drawn)
                elif (fact, value) not in (("rain", 0), ("least", 0)):
                    said = value / 100 if fact in HUNDREDTHS else value
                    assert said in words.numbers(told), (told, drawn)


@every_language
def test_every_plural_has_all_categories_of_its_language(language: str) -> None:
    categories = {*Locale.parse(language).plural_form.rules, "other"}
    plurals = 0
    for message in chat(language).values():
        for node in inside(message):
            if isinstance(node, ast.SelectExpression):
                asked = node.selector
                assert isinstance(asked, ast.VariableReference)
                if asked.id.name == "count":
                    keys = {v.key.name for v in node.variants if isinstance(v.key, ast.Identifier)}
                    assert keys == categories, message.id.name
                    plurals += 1
    assert plurals == 4


@every_language
def test_two_meanings_are_never_worded_alike(language: str) -> None:
    """What was asked for (say-limit) may be worded as the fact that answers it."""
    words, told = Words.of(language), dict[str, str]()
    for name in [name for name in MESSAGES if not name.startswith("say-limit")]:
        facts = next(iter(spreads(name, needed(name, "en"))))
        assert told.setdefault(words.say(name, **facts), name) == name


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_nothing_is_left_in_english(language: str) -> None:
    words, english = Words.of(language), Words.of("en")
    for name in set(MESSAGES) - SIGNS_ONLY:
        facts = next(iter(spreads(name, needed(name, "en"))))
        assert words.say(name, **facts) != english.say(name, **facts), name


@every_language
def test_digits_are_the_same_ten_and_filled_in_words_are_isolated(language: str) -> None:
    words = Words.of(language)
    for name in MESSAGES:
        for facts in spreads(name, needed(name, "en")):
            told = words.say(name, **facts)
            assert {letter for letter in told if letter.isdecimal()} <= set("0123456789")
            assert told.count(BOUNDS[0]) == told.count(BOUNDS[1])
            if set(facts) - NOT_SHOWN:
                assert (BOUNDS[0] in told) == words.right_to_left, told


@every_language
def test_no_answer_holds_a_number_of_its_own(language: str) -> None:
    """Numbers are facts: besides what is filled in there are only 112 and the scale of prices."""
    for name, message in chat(language).items():
        written = " ".join(
            node.value for node in inside(message) if isinstance(node, ast.TextElement)
        )
        of_its_own = set(re.findall(r"\d+", plain(written)))
        allowed = {"112"} if name.startswith(WITH_112) else set()
        assert of_its_own <= allowed | (
            {"4"} if name.endswith(("budget", "budget-sum", "at-least")) else set()
        ), name


@every_language
def test_the_emergency_number_is_told(language: str) -> None:
    words = Words.of(language)
    for name in (*WITH_112, "say-emergency-perhaps"):
        assert words.numbers(words.say(name)) == [112]


@given(st.sampled_from(LANGUAGES), st.integers(0, 1439), st.dates(date(2020, 1, 1)))
def test_times_and_days_are_read_back(language: str, minutes: int, day: date) -> None:
    words = Words.of(language)
    hour, minute = words.clock(minutes).split(":")
    assert 60 * int(hour) + int(minute) == minutes
    told = words.say("fact-moment", day=day.isoformat(), minutes=minutes)
    assert words.day(day) in plain(told)
    assert str(day.day) in re.findall(r"\d+", words.day(day))
    months = get_month_names("wide", context="format", locale=words.locale)
    assert months[day.month] in words.day(day)


def test_the_clock_goes_on_past_midnight() -> None:
    words = Words.of("de")
    assert [words.clock(m) for m in (0, 1439, 1440, 1560)] == ["00:00", "23:59", "00:00", "02:00"]


def test_names_are_listed_as_the_language_does() -> None:
    names = ["a", "b", "c"]
    assert [Words.of(of).listed(names) for of in ("en", "de", "es", "ru")] == [
        *("a, b, and c", "a, b und c", "a, b y c", "a, b и c")
    ]
    assert Words.of("el").listed(["a"]) == "a"


def test_words_of_conversation_wait_until_they_are_needed() -> None:
    words = Words("it")
    words.say("distance-away", km=1.5)
    assert not words._bundle.has_message("say-none-at-all")
    assert words.say("say-none-at-all") == "Non ho trovato nulla di adatto."
    with pytest.raises(MissingWords, match=r"has no message 'say-nothing'"):
        words.say("say-nothing")


def test_the_same_words_stand_for_a_price_in_a_reason_and_in_a_fact() -> None:
    words = Words.of("pl")
    assert words.say("fact-price-level", level=2) == words.say("price-level", level=2)
    assert words.say("fact-free") == words.say("price-free")
