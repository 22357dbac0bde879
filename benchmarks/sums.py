"""What a traveller is to spend, told truly, and lies: another amount, another currency, what a place costs.

As in `benchmarks/lies.py`, which makes the reply around it, nothing of the gate is known here:
tests/unit/test_lies.py.
"""

import random
from dataclasses import replace

from babel.numbers import format_currency

from benchmarks.lies import HELD, TUNED, Case, sayings, true_reply
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.values import Sentence
from serving.explain.words import Words

KINDS = WRONG_SUM, WRONG_CURRENCY, PRICE = ("wrong sum", "wrong currency", "sum as a price")
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN", "RON", "ILS")
_FOREIGN = "JPY"  # told to nobody
_PATTERNS = ("#,##0 ¤", "#,##0 ¤¤", "¤#,##0", "#,##0.00 ¤")


def true_sum(rng: random.Random, language: str, part: str) -> Case:
    """A true reply with the sum in it."""
    return _reply(rng, language, part, "")


def lie_of_sum(rng: random.Random, language: str, part: str, kind: str) -> Case:
    return _reply(rng, language, part, kind)


def _reply(rng: random.Random, language: str, part: str, lie: str) -> Case:
    reply = true_reply(rng, language, part)[2]
    amount, currency = rng.choice((5, 12, 20, 30, 50, 80, 1200)), rng.choice(_CURRENCIES)
    fact = _fact(language, amount, currency)
    if lie == WRONG_SUM:
        amount = rng.choice([a for a in (amount - 1, amount + 1, amount + 10, amount * 10) if a])
    if lie == WRONG_CURRENCY:
        currency = rng.choice([c for c in (*_CURRENCIES, _FOREIGN) if c != currency])
    kind = "lie-sum" if lie == PRICE else "sum"
    texts = sayings(language)[kind, HELD if (part, kind) == (HELD, "sum") else TUNED]
    text = rng.choice(texts).replace("{sum}", _written(rng, language, amount, currency))
    at = rng.randrange(len(reply.sentences) + 1)
    sentences = (*reply.sentences[:at], Sentence(text, (fact.id,)), *reply.sentences[at:])
    facts = Facts([*reply.facts, fact])
    if not lie:
        return replace(reply, facts=facts, sentences=sentences)
    return replace(reply, facts=facts, sentences=sentences, kind=lie, lie=at)


def _fact(language: str, amount: int, currency: str) -> Fact:
    say = Words.of(language).say
    numbers = (Quantity(amount, currency), Quantity(2, "level"))  # type: ignore[arg-type]
    text = say("fact-trip-budget-sum", minor=amount * 100, currency=currency, level=2, least=1900)
    return Fact("t2", "trip", text, None, numbers, key="budget")


def _written(rng: random.Random, language: str, amount: int, currency: str) -> str:
    return format_currency(
        *(amount, currency, rng.choice(_PATTERNS), language),
        currency_digits=False,
        numbering_system="latn",
    )
