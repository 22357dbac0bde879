"""Sums are told as money in every language, read back from it, and held against what was said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_words import BOUNDS

from butler.domain import CURRENCIES, Money, TripFacts
from serving.chat import gate, sums
from serving.chat.checks import money
from serving.chat.checks.text import clean
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.lexicon import tokens
from serving.chat.telling_trip import sum_told
from serving.chat.trips import edited, forgotten, lost, merged
from serving.chat.values import Sentence, Verdict
from serving.explain.words import LANGUAGES, Words

MONEY = st.builds(Money, st.integers(0, sums.MOST_MINOR), st.sampled_from(CURRENCIES))
LANGUAGE = st.sampled_from(LANGUAGES)
TWENTY, THIRTY = Money(2000, "EUR"), Money(3000, "EUR")
MUSEUM = "Museu de la Festa"


def fact(of: Money, language: str) -> Fact:
    return sum_told("t1", of, Words.of(language), of_the_trip=True)


def judged(text: str, language: str = "en", of: Money = TWENTY, cites: str = "t1") -> Verdict:
    price = Fact("p1.price", "price", "Price level 2 of 4", "m", (Quantity(2, "level"),))
    facts = Facts([fact(of, language), Fact("p1.name", "name", MUSEUM, "m"), price])
    return gate.check_one(Sentence(text, tuple(cites.split())), facts, language)


@given(LANGUAGE, MONEY)
def test_every_amount_and_currency_is_read_back(language: str, told: Money) -> None:
    """By who checks numbers, by the gate, and by who understands travellers."""
    words, amount = Words.of(language), told.minor / 100
    text = fact(told, language).text
    assert amount in words.numbers(text)
    read = [(s.amount, s.currency) for s in money.read(clean(text), language)]
    assert (amount, told.currency) in read
    least = sums.least(sums.level(told))
    assert len(read) == (2 if least else 1)
    of = tokens(text, language)
    assert told in [s.money for s in sums.told(of, [], [False] * len(of), language)]
    assert {letter for letter in text if letter.isdecimal()} <= set("0123456789")
    assert text.count(BOUNDS[0]) == text.count(BOUNDS[1])
    assert (BOUNDS[0] in text) == words.right_to_left


def test_a_whole_amount_has_no_decimals_and_stands_as_the_language_writes_it() -> None:
    def told(language: str, minor: int, currency: str = "EUR") -> str:
        return Words.of(language).say(
            "fact-budget-sum", minor=minor, currency=currency, level=1, least=0
        )

    assert told("en", 2000) == "Up to €20 a person: price level 1 of 4"
    assert told("de", 123_400) == "Bis 1.234\u00a0€ pro Person: Preisstufe 1 von 4"
    assert told("pl", 2050, "PLN") == "Do 20,50\u00a0zł na osobę: poziom cen 1 z 4"
    assert told("tr", 2000) == "Kişi başı en çok €20: fiyat düzeyi 4 üzerinden 1"
    assert "\u200f20\u00a0€" in told("ar", 2000)


@given(LANGUAGE, MONEY, st.data())
def test_the_sum_as_it_is_told_passes_and_any_other_does_not(
    language: str, of: Money, data: st.DataObject
) -> None:
    text = fact(of, language).text
    assert judged(f"{text}.", language, of).text == f"{text}."
    minor = data.draw(st.integers(0, sums.MOST_MINOR).filter(lambda m: m != of.minor))
    currency = data.draw(st.sampled_from([c for c in CURRENCIES if c != of.currency]))
    for other in (Money(minor, of.currency), Money(of.minor, currency)):
        verdict = judged(f"{_begun(fact(other, language).text)}.", language, of)
        assert (verdict.text, verdict.failed) == (None, "numbers"), verdict


def _begun(text: str) -> str:
    """Up to the level, which may be another one's, too."""
    cut = re.split("[,،](?=\\D)", text)
    return cut[0]


SAME = {
    "en": ("€20", "20 €", "20 euros", "€20.00", "EUR 20", "20 EUR"),
    "de": ("20 €", "20,00 €", "20 Euro", "EUR 20", "€ 20"),
    "fr": ("20 €", "20 euros", "20,00 €"),
    "pl": ("20 €", "20 euro", "20,00 EUR"),
    "sl": ("20 €", "20 evrov", "20,00 €"),
    "tr": ("€20", "20 €", "20 euro", "20 avro"),
    "ru": ("20 €", "20 евро", "20,00 €"),
    "ar": ("20 €", "20 يورو", "€20"),
    "he": ("20 €", "20 אירו", "€20"),
}
OTHERS = ("€25", "20 £", "20 dollars", "US$20", "$20", "20 zł", "USD 20", "20 RUB", "₺20", "20 Fr.")
BUDGET = {
    "en": "Your budget: {}", "de": "Dein Budget: {}", "fr": "Votre budget : {}",
    "pl": "Twój budżet: {}", "sl": "Vaš proračun: {}", "tr": "Bütçeniz: {}", "ru": "Ваш бюджет: {}",
    "ar": "ميزانيتك: {}", "he": "התקציב שלכם: {}",
}  # fmt: skip


@pytest.mark.parametrize("language", SAME)
def test_a_sum_may_be_written_in_many_ways_and_none_is_another_sum(language: str) -> None:
    for said in SAME[language]:
        verdict = judged(BUDGET[language].format(said) + ".", language)
        assert verdict.text, (said, verdict.failed, verdict.why)
    for said in OTHERS:
        verdict = judged(BUDGET[language].format(said) + ".", language)
        assert (verdict.text, verdict.failed) == (None, "numbers"), said


@pytest.mark.parametrize(
    ("check", "text", "cites"),
    [
        ("numbers", "Your budget is 20.", "t1"),
        ("numbers", "Your budget is -€20.", "t1"),
        ("numbers", "Your budget is €19.", "t1"),  # what the level begins at
        ("numbers", "Your budget: level 4.", "t1"),
        # what a place costs is said by its placeholder, whatever was said of the trip
        ("guarded", "The museum costs 20 euros.", "t1"),
        ("guarded", "The museum is €20.", "t1"),
        ("guarded", "Entry is €20.", "t1"),
        ("names", "A coffee is €20.", "t1"),
        ("guarded", "Entry to {p1.name} is €20.", "t1 p1.name"),
        ("guarded", "For €20 you get in. {p1.price}", "t1 p1.price p1.name"),
        ("ids", "You have €20 a person.", ""),
    ],
)
def test_a_sum_is_of_the_trip_and_of_nothing_else(check: str, text: str, cites: str) -> None:
    verdict = judged(text, cites=cites)
    assert (verdict.text, verdict.failed) == (None, check), verdict.why


def test_a_sum_stands_beside_other_numbers() -> None:
    read = [(s.amount, s.currency) for s in money.read("2 €20 and 5 € 30 min for 3 all", "en")]
    assert read == [(20, "EUR"), (5, "EUR")]


def test_a_budget_and_its_sum_go_together() -> None:
    trip = merged(TripFacts(town="Altea"), TripFacts(budget=2, budget_sum=THIRTY))
    assert (trip.budget, trip.budget_sum) == (2, THIRTY)
    assert merged(trip, TripFacts(town="Calp")).budget_sum == THIRTY
    assert merged(trip, TripFacts(budget=1)) == TripFacts(town="Altea", budget=1)
    assert forgotten(trip, ["budget"]) == TripFacts(town="Altea")
    assert lost(trip, TripFacts()) == trip
    assert lost(trip, merged(trip, TripFacts(budget=1))) == TripFacts()


def test_what_is_set_by_hand_counts_the_level_or_the_sum() -> None:
    trip = TripFacts(budget=2, budget_sum=THIRTY)
    assert edited(trip, TripFacts(budget=2, budget_sum=THIRTY)) == trip
    assert edited(trip, TripFacts(budget=4, budget_sum=THIRTY)) == TripFacts(budget=4)
    assert edited(trip, TripFacts(budget=4)) == TripFacts(budget=4)
    fifty = Money(5000, "EUR")
    for told in (TripFacts(budget=2, budget_sum=fifty), TripFacts(budget_sum=fifty)):
        assert edited(trip, told) == TripFacts(budget=3, budget_sum=fifty)


def test_of_a_sum_too_long_to_be_told_the_level_is_kept() -> None:
    assert sums.kept(Money(sums.MOST_MINOR, "EUR"))
    assert sums.kept(Money(sums.MOST_MINOR + 1, "EUR")) is None
