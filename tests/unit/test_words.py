"""What is said to travellers: whole in every language, with its plurals, digits and directions."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.core import Locale
from fluent.syntax import ast, parse
from hypothesis import given
from hypothesis import strategies as st
from test_reasons import MESSAGES

from butler.columns import CONDITIONS, PARTIES
from butler.errors import MissingWords
from butler.world.taxonomy import GROUPS, kinds
from features.context import season
from serving.explain.words import FOLDER, LANGUAGES, WEEKDAYS, Words, plain, spoken

SEASONS = {season(month) for month in range(1, 13)}
# messages that others of the same language are made of
PARTS = {"weather-sky", "interactions", "minutes", "hours"}
NAMED = {
    *(f"category-{name.replace('/', '-')}" for name in [*GROUPS, *kinds()]),
    *(f"condition-{name}" for name in CONDITIONS),
    *(f"season-{name}" for name in SEASONS),
    *(f"party-{name}" for name in PARTIES),
    *(f"weekday-{name}" for name in WEEKDAYS),
}
SPREAD = (0, 1, 2, 3, 5, 7, 11, 12, 19, 20, 21, 22, 25, 99, 100, 101, 102, 103, 111, 1000, 10**6)
# of each fact that messages take, values over everything that makes a difference
FACTS: dict[str, tuple[int | float | str, ...]] = {
    "km": (0.0, 0.4, 1.0, 2.0, 12.3, 1234.5),
    "degrees": (-11, -1, 0, 1, 2, 23, 40),
    "rain": ("yes", "no"),
    "minutes": tuple(range(1, 90)),
    "hours": (*(1.5, 2.0, 2.5, 3.0, 11.9), 12),
    "level": (1, 2, 3, 4),
    "count": SPREAD,
    "rating": (1.0, 3.9, 4.1, 5.0),
}
BOUNDS = ("\u2068", "\u2069")


def entries(language: str) -> dict[str, ast.Message]:
    text = (FOLDER / f"{language}.ftl").read_text(encoding="utf-8")
    body = parse(text).body
    assert not [e for e in body if isinstance(e, ast.Junk)]
    names = [e.id.name for e in body if isinstance(e, ast.Message)]
    assert len(names) == len(set(names)), "a message stands twice"
    return {e.id.name: e for e in body if isinstance(e, ast.Message)}


def inside(node: object) -> Iterator[object]:
    """The node and everything below it."""
    yield node
    for value in vars(node).values() if isinstance(node, ast.BaseNode) else ():
        for part in value if isinstance(value, list) else [value]:
            yield from inside(part)


def facts_of(message: ast.Message, known: dict[str, ast.Message]) -> set[str]:
    """The facts it needs, those of messages it is made of too."""
    found: set[str] = set()
    for node in inside(message):
        if isinstance(node, ast.VariableReference):
            found.add(node.id.name)
        if isinstance(node, ast.MessageReference):
            found |= facts_of(known[node.id.name], known)
    return found


def spreads(names: set[str]) -> Iterator[dict[str, int | float | str]]:
    """Sets of facts in which each fact takes all of its values."""
    for n in range(max((len(FACTS[name]) for name in names), default=1)):
        for rain in FACTS["rain"]:
            drawn = {name: FACTS[name][n % len(FACTS[name])] for name in sorted(names)}
            yield drawn | ({"rain": rain} if "rain" in names else {})


every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_there_are_eighteen_languages_and_a_file_of_each() -> None:
    assert len(set(LANGUAGES)) == 18
    assert {path.stem for path in Path(FOLDER).glob("*.ftl")} == set(LANGUAGES)


@every_language
def test_every_message_that_is_used_exists_and_none_besides(language: str) -> None:
    known = entries(language)
    parts = {
        node.id.name
        for message in known.values()
        for node in inside(message)
        if isinstance(node, ast.MessageReference)
    }
    assert parts <= PARTS
    assert set(known) - parts == set(MESSAGES) | NAMED | {"separator"}


@every_language
def test_phrases_beside_each_other_are_parted_as_the_language_does(language: str) -> None:
    """In Greek a semicolon asks, in Arabic it stands upright, in French it stands apart."""
    marks = {"el": "·", "ar": "؛", "fr": "\u00a0;"}
    told = Words.of(language).joined(["1", "2", "3"])
    mark = marks.get(language, ";")
    assert told == f"1{mark} 2{mark} 3"


@every_language
def test_every_message_is_said_with_every_fact_it_takes(language: str) -> None:
    """The same facts as in English, each over all values, and the numbers stand in the text."""
    words, known, english = Words.of(language), entries(language), entries("en")
    for name in set(MESSAGES) | NAMED:
        facts = facts_of(known[name], known)
        assert facts == facts_of(english[name], english), name
        for drawn in spreads(facts):
            told = words.say(name, **drawn)
            assert not re.search(r"[{}$]|\?\?\?", told), told
            for fact, value in drawn.items():
                if fact != "rain":
                    assert value in words.numbers(told), (told, drawn)


@every_language
def test_every_plural_has_all_categories_of_its_language_and_no_others(language: str) -> None:
    categories = {*Locale.parse(language).plural_form.rules, "other"}
    plurals = 0
    for message in entries(language).values():
        for node in inside(message):
            if isinstance(node, ast.SelectExpression):
                keys = {v.key.name for v in node.variants if isinstance(v.key, ast.Identifier)}
                if keys != {"yes", "no"}:
                    plurals += 1
                    assert keys == categories, message.id.name
    assert plurals


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {1: "1 interaction", 2: "2 interactions"}),
        ("fr", {0: "0 interaction", 1: "1 interaction", 2: "2 interactions"}),
        ("hr", {1: "1 interakcija", 3: "3 interakcije", 5: "5 interakcija", 21: "21 interakcija"}),
        (
            "sl",
            {
                1: "1 interakcija",
                2: "2 interakciji",
                3: "3 interakcije",
                5: "5 interakcij",
                102: "102 interakciji",
            },
        ),
        (
            "pl",
            {
                1: "1 interakcja",
                2: "2 interakcje",
                5: "5 interakcji",
                12: "12 interakcji",
                22: "22 interakcje",
            },
        ),
        (
            "ru",
            {
                1: "1 взаимодействие",
                2: "2 взаимодействия",
                5: "5 взаимодействий",
                11: "11 взаимодействий",
                21: "21 взаимодействие",
            },
        ),
        ("ro", {1: "1 interacțiune", 2: "2 interacțiuni", 20: "20 de interacțiuni"}),
        (
            "ar",
            {
                0: "0 تفاعل",
                1: "تفاعل واحد (1)",
                2: "تفاعلان (2)",
                3: "3 تفاعلات",
                11: "11 تفاعلًا",
                100: "100 تفاعل",
            },
        ),
    ],
)
def test_the_noun_follows_the_number(language: str, forms: dict[int, str]) -> None:
    words = Words.of(language)
    told = {n: plain(words.say("popularity-few", count=n)) for n in forms}
    assert {n: form for n, form in forms.items() if form not in told[n]} == {}


@every_language
def test_two_meanings_are_never_worded_alike(language: str) -> None:
    """What a reason says can be told from its sentence; names of places may coincide."""
    words, known = Words.of(language), entries(language)
    told: dict[str, str] = {}
    for name in MESSAGES:
        facts = {fact: FACTS[fact][0] for fact in facts_of(known[name], known)}
        assert told.setdefault(words.say(name, **facts), name) == name


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_sentence_is_left_in_english(language: str) -> None:
    """Names that are the same word in both (park, spa, casino) are few."""
    words, english = Words.of(language), Words.of("en")
    known = entries(language)
    for name in MESSAGES:
        facts = {fact: FACTS[fact][0] for fact in facts_of(known[name], known)}
        assert words.say(name, **facts) != english.say(name, **facts)
    same = {name for name in NAMED if words.say(name) == english.say(name)}
    assert len(same) <= 12, same


@every_language
def test_digits_are_the_same_ten_everywhere(language: str) -> None:
    """Arabic too: a screen never mixes ٣ and 3."""
    words, known = Words.of(language), entries(language)
    for name in MESSAGES:
        for facts in spreads(facts_of(known[name], known)):
            digits = {letter for letter in words.say(name, **facts) if letter.isdecimal()}
            assert digits <= set("0123456789")


@every_language
def test_what_is_filled_in_is_isolated_where_writing_runs_to_the_left(language: str) -> None:
    words, known = Words.of(language), entries(language)
    for name in MESSAGES:
        for facts in spreads(facts_of(known[name], known)):
            told = words.say(name, **facts)
            assert told.count(BOUNDS[0]) == told.count(BOUNDS[1])
            assert (BOUNDS[0] in told) == (bool(facts) and language in {"ar", "he"})


@pytest.mark.parametrize("language", ["ar", "he"])
def test_a_minus_stays_before_its_number_where_writing_runs_to_the_left(language: str) -> None:
    told = Words.of(language).say("weather-suits-forecast", degrees=-5, rain="no")
    assert "\u200e-5°" in told
    assert "\u200e" not in Words.of(language).say("weather-suits-forecast", degrees=5, rain="no")


def test_the_plain_text_has_no_marks_and_ordinary_digits_spaces_and_signs() -> None:
    assert plain("\u2068\u200e\u22125\u202f°C\u2069 \u0663\u066b\u0665") == "-5 °C 3.5"
    hebrew = Words.of("he")
    assert hebrew.numbers("ב-30 ימים") == [30.0], "a hyphen after a letter is no minus"
    assert hebrew.numbers("\u2068-5°C\u2069") == [-5.0]
    assert Words.of("de").numbers("1.234,5 km, -2 °C") == [1234.5, -2.0]


@given(st.sampled_from(LANGUAGES), st.integers(-400, 400), st.integers(0, 10**7))
def test_numbers_are_read_back_as_they_were_written(
    language: str, degrees: int, count: int
) -> None:
    words = Words.of(language)
    assert words.numbers(words.say("weather-sky", degrees=degrees, rain="no")) == [degrees]
    assert words.numbers(words.say("interactions", count=count)) == [count]
    assert words.numbers(words.say("distance-away", km=count / 10)) == [count / 10]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        *[("en", "en"), ("en-GB", "en"), ("EN", "en"), ("pt_BR", "pt"), ("sr-Latn", "en")],
        *[("zh-Hant", "en"), ("", "en"), ("nonsense", "en"), ("he-IL", "he"), ("CA", "ca")],
    ],
)
def test_a_language_is_understood_as_it_is_commonly_written(asked: str, language: str) -> None:
    """One that is not spoken is answered in English, and the words say so."""
    assert Words.of(asked).language == spoken(asked) == language


def test_a_message_that_is_missing_is_an_error_in_any_language() -> None:
    with pytest.raises(MissingWords, match=r"messages/sl\.ftl has no message 'nothing-such'"):
        Words.of("sl").say("nothing-such")


@every_language
def test_a_fact_that_is_missing_is_an_error(language: str) -> None:
    words = Words.of(language)
    for message in ("distance-close", "popularity-few", "opening-closes-hours", "quality-high"):
        with pytest.raises(MissingWords, match=f"{message}.*cannot be said"):
            words.say(message)


def test_names_are_spoken_within_sentences() -> None:
    words = Words.of("de")
    monday = date(2026, 6, 1)
    assert words.category("nature/beach") == "Strand"
    assert words.category("food") == "Essen und Trinken"
    assert words.category("somebody/elses") is None, "a catalogue may have categories of its own"
    assert (words.condition("rain"), words.season("autumn")) == ("Regen", "Herbst")
    assert words.party("couple") == "zu zweit"
    assert words.weekday(monday) == "Montag"


@every_language
def test_weekdays_are_those_of_the_calendar(language: str) -> None:
    """As Babel's data have them, as a second opinion on what stands in the files."""
    words, names = Words.of(language), Locale.parse(language).days["stand-alone"]["wide"]
    week = [date(2026, 6, 1) + timedelta(days=n) for n in range(7)]
    assert [words.weekday(day) for day in week] == [names[n] for n in range(7)]
