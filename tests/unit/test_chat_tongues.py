"""A message is read in the language it is written in, whichever language the app is set to."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.chat.tongues import read_in
from serving.chat.understand import understand
from serving.explain.words import LANGUAGES, spoken
from tests.unit.test_chat_understanding import NAMES, NOW, said

# one of whose name has each word: nobody means it who writes it small
BEACHES = {"Beach Club": "poi-8", "Playa del Postiguet": "poi-9"}
ROWS = [(language, text) for name in ("known", "held_out") for language, text, _ in said(name)]


@pytest.mark.parametrize(
    ("tag", "text", "language"),
    [
        ("de", "A beach nearby", "en"),
        ("en", "ein Strand in der Nähe", "de"),
        ("es", "something cheaper", "en"),
        ("en-GB", "une plage tranquille", "fr"),
        ("de", "пляж рядом", "ru"),
        ("he", "a quiet beach", "en"),
        ("en", "spiaggia", "it"),
    ],
)
def test_words_of_another_language_are_read_in_it(tag: str, text: str, language: str) -> None:
    assert spoken(read_in(text, tag, BEACHES, NOW)) == language


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("de", "ein Museum nearby"),  # half of it is understood
        ("de", "tapas"),  # in all languages alike
        ("en", "Postiguet"),  # of a name
        ("en", "Playa del Postiguet"),
        ("de", "kitesurf"),  # nobody knows it: it is searched for
        ("en", "and the for of"),
        ("en", "und der mit von"),  # small words alone say what is wanted in no language
        ("en", "20 € 5 km"),
    ],
)
def test_it_is_the_language_of_the_conversation_in_any_doubt(tag: str, text: str) -> None:
    assert read_in(text, tag, BEACHES, NOW) == tag


def test_nobody_who_writes_in_the_language_of_the_app_is_read_in_another() -> None:
    assert [row for row in ROWS if read_in(row[1], row[0], NAMES, NOW) != row[0]] == []


@pytest.mark.parametrize("tag", ["en", "de", "he"])
def test_nearly_all_that_is_said_in_another_language_is_read_in_it(tag: str) -> None:
    others = [(language, text) for language, text in ROWS if spoken(language) != tag]
    right = [text for of, text in others if spoken(read_in(text, tag, NAMES, NOW)) == spoken(of)]
    assert len(right) / len(others) > 0.9


def test_a_date_in_english_is_read_as_the_language_of_the_app_writes_dates() -> None:
    tag = read_in("a beach on 1/12", "de", NAMES, NOW)
    assert understand("a beach on 1/12", tag, NAMES, NOW).day == 5  # from 26 November


@given(st.text(max_size=700), st.sampled_from(LANGUAGES))
def test_whatever_is_written_it_is_read_in_a_language_that_is_spoken(text: str, tag: str) -> None:
    now = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert spoken(read_in(text, tag, NAMES, now)) in LANGUAGES
