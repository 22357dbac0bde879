"""Sums of money that travellers name become a price level, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.domain import CURRENCIES, Money, TripFacts
from butler.world.places import TICKET_MINOR
from serving.chat import sums
from serving.chat.lexicon import tokens
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES, Words

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def heard(text: str, language: str) -> Understood:
    return understand(text, language, {}, NOW)


def read(text: str, language: str) -> list[sums.Sum]:
    of = tokens(text, language)
    return sums.told(of, [], [False] * len(of), language)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(1, 99_999_99), st.sampled_from(CURRENCIES))
def test_a_sum_is_read_back_however_a_language_writes_it(
    language: str, minor: int, currency: str
) -> None:
    written = format_currency(minor / 100, currency, locale=language, currency_digits=False)
    code = format_currency(minor / 100, currency, "#,##0.00 ¤¤", language, False)
    for text in (code, *([written] if currency in ("EUR", "USD", "GBP", "ILS") else [])):
        assert [(s.minor, s.currency) for s in read(text, language)] == [(minor, currency)], text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(1, 400))
def test_a_sum_narrows_what_is_asked_for(language: str, euros: int) -> None:
    written = format_currency(euros, "EUR", "#,##0 ¤", locale=language)
    u = heard(f"{Words.of(language).category('culture/museum')}, {written}", language)
    affordable = [n for n, ticket in enumerate(TICKET_MINOR) if ticket <= euros * 100]
    assert (u.intent, u.category) == ("recommend", "culture/museum")
    assert (u.budget, u.paid) == (max(1, affordable[-1]), Money(euros * 100, "EUR"))
    assert (u.hour, u.day, u.within_km, u.not_understood) == (None, None, None, ())


def test_levels_cost_what_their_tickets_cost() -> None:
    assert {level: least for least, level in sums.LEVELS} == {
        level: TICKET_MINOR[level] * (level > 1) for level in (1, 2, 3, 4)
    }


PIECES = (
    *("20", "50", "1.200,50", "€", "$", "£", "EUR", "euro", "zł", "lei", "-", ",", ".", "for"),
    *("not", "more", "than", "3", "July", "km", "us", "de"),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=16,
    ),
    st.sampled_from(["", " "]),
    st.sampled_from(LANGUAGES),
)
def test_whatever_looks_like_sums_is_read_without_an_error(
    pieces: list[str], between: str, language: str
) -> None:
    u = heard(between.join(pieces), language)
    assert u.budget in (None, 1, 2, 3, 4)
    assert all(s.minor >= 0 for s in read(between.join(pieces), language))


EACH = """
en | a museum under 20 euros a person
en | a museum, no more than €20 each
en | no more than 20 euros for a museum
de | ein Museum, höchstens 20 EUR pro Person
de | ein Museum für nicht mehr als 20 Euro
fr | un musée à moins de 20 euros par personne
it | un museo a non più di 20 euro a persona
es | un museo por menos de 20 euros
pt | um museu por menos de 20 euros por pessoa
nl | een museum onder de 20 euro p.p.
ca | un museu per menys de 20 euros per cap
el | μουσείο κάτω από 20 ευρώ το άτομο
tr | 20 euronun altında bir müze
hr | muzej ispod 20 eura po osobi
sl | muzej pod 20 evrov na osebo
sq | muze nën 20 euro për person
ar | متحف أقل من 20 يورو للشخص
he | מוזיאון בפחות מ-20 אירו לאדם
pl | muzeum poniżej 20 euro za osobę
ro | un muzeu sub 20 de euro de persoană
ru | музей не дороже 20 евро на человека
"""


@pytest.mark.parametrize("line", EACH.strip().splitlines())
def test_twenty_euros_are_the_second_level_in_every_language(line: str) -> None:
    language, text = line.split(" | ")
    u = heard(text, language)
    assert (u.intent, u.category, u.budget) == ("recommend", "culture/museum", 2)
    assert (u.told, u.not_understood) == (TripFacts(), ())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("max 5 €", 1),
        ("$15 each", 1),
        ("£20", 2),
        ("80 zł", 1),
        ("100 zł", 2),
        ("20 to 50 euros", 3),
        ("20-50 €", 3),
        ("something cheap, up to 40 euros", 3),
        ("1,200.50 €", 4),
    ],
)
def test_the_highest_level_that_a_sum_pays_for_is_meant(text: str, level: int) -> None:
    u = heard(text, "en")
    assert (u.intent, u.budget, u.not_understood) == ("recommend", level, ())


def test_a_budget_that_is_told_is_of_the_trip() -> None:
    u = heard("Our budget is 50 euros per person", "en")
    assert (u.intent, u.told.budget, u.not_understood) == ("remember", 3, ())


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        ("en", "a museum for more than 20 euros", "for more than 20 euros"),
        ("de", "ein Museum über 20 Euro", "über 20 Euro"),
        ("ru", "музей дороже 20 евро", "дороже 20 евро"),
        ("en", "a museum for 500 rubles", "500 rubles"),
    ],
)
def test_a_lower_bound_and_other_money_are_told_as_not_understood(
    language: str, text: str, phrase: str
) -> None:
    u = heard(text, language)
    assert (u.intent, u.category, u.budget, u.paid) == ("recommend", "culture/museum", None, None)
    assert u.not_understood == (phrase,)


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "museum within 3 km under 20 euros", {"within_km": 3.0, "budget": 2}),
        ("en", "museum at 7:30 for 20 euros", {"hour": 7, "budget": 2}),
        ("de", "museum am 30.11. für 12.50 euro", {"day": 4, "budget": 1}),
        ("en", "museum with kids 5 and 7, 20 euros", {"budget": 2}),
        ("it", "il museo per lei, 3 km", {"within_km": 3.0}),
    ],
)
def test_sums_stand_beside_everything_else(
    language: str, text: str, wanted: dict[str, Any]
) -> None:
    u = heard(text, language)
    got = {n: getattr(u, n) for n in ("within_km", "hour", "day", "budget")}
    assert got == {"within_km": None, "hour": None, "day": None, "budget": None, **wanted}
    if "kids" in text:
        assert u.told.children == (5, 7)
