"""Sums of money in a text: an amount in digits with its currency before or behind it, by sign, code
or name."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from babel.numbers import get_currency_name, get_currency_symbol

from butler.domain import CURRENCIES
from serving.chat import lexicon
from serving.chat.checks import digits
from serving.chat.checks.text import Token, clean, tokens

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "₪": "ILS"}
# by their capitals: "all" is no Albanian lek; of the others it is enough that they are others
_CODES = {*CURRENCIES, "JPY", "RUB", "TRY", "CZK", "HUF", "SEK", "NOK", "DKK", "CAD", "AUD", "CNY"}
_COUNTRIES = {"US", "UK", "GB"}  # of "US$" and "£GB"
_SAMPLES = (0, 1, 1.5, 2, 3, 5, 11, 20, 100)  # all plural categories
_HYPHENS = {"-", "–"}


class Sum(NamedTuple):
    """`amount` of a `currency` (a code, or a sign nobody here knows) at `start` to `end` of the text."""

    amount: float
    currency: str
    start: int
    end: int


def read(text: str, language: str) -> Iterator[Sum]:
    """Of a clean text, in its order."""
    of = tokens(text)
    end = told = 0  # of the number before, and of the sum
    for n, token in enumerate(of):
        if not token.text.isdecimal() or token.start < end:
            continue
        found = digits.pattern(language).match(text, token.start)
        assert found
        last = next(k for k in range(n, len(of)) if of[k].end >= found.end())
        start, end = token.start, found.end()
        currency, behind = after(of, last + 1, language)
        if currency:
            end = of[behind].end
        else:
            currency, before = _before(of, n, language)
            start = of[before].start
        if currency and start >= told:
            amount = digits.value(found[0], language)
            yield Sum(-amount if _minus(text, start) else amount, currency, start, end)
            told = end


def after(of: Sequence[Token], n: int, language: str) -> tuple[str, int]:
    """The currency that is named at token `n`, and its last token; "" where none is."""
    if n + 1 < len(of) and of[n].text in _HYPHENS and of[n + 1].word:
        n += 1
    currency, last = _signed(of, n, language)
    if currency and not _of_the_next(of, n, last):
        return currency, last
    words = [_folded(t) for t in of[n : n + _longest(language)]]
    for code, phrase in _named(language):
        if len(phrase) <= len(words) and all(map(_is, words, phrase)):
            return code, n + len(phrase) - 1
    return "", n


def _before(of: Sequence[Token], n: int, language: str) -> tuple[str, int]:
    """The same by sign or code right before the number at token `n`, and its first token."""
    for first in (n - 2, n - 1):
        currency, last = _signed(of, first, language) if first >= 0 else ("", -1)
        if currency and last == n - 1:
            return currency, first
    return "", n


def _signed(of: Sequence[Token], n: int, language: str) -> tuple[str, int]:
    """`€`, `US$`, `$US`, `EUR`, `zł`."""
    if n >= len(of):
        return "", n
    code = of[n].text if of[n].text in _CODES else _symbols(language).get(of[n].text, "")
    if code:
        return code, n
    if of[n].text in _COUNTRIES and n + 1 < len(of) and _sign(of[n + 1]):
        return _sign(of[n + 1]), n + 1
    country = n + 1 < len(of) and of[n + 1].text in _COUNTRIES and of[n].end == of[n + 1].start
    return _sign(of[n]), n + 1 if country else n


def _minus(text: str, at: int) -> bool:
    return text[at - 1 : at] == "-" and not text[at - 2 : at - 1].isalnum()


def _sign(token: Token) -> str:
    sign = unicodedata.category(token.text[0]) == "Sc"
    return _SIGNS.get(token.text, token.text) if sign else ""


def _of_the_next(of: Sequence[Token], first: int, last: int) -> bool:
    """The sign in "2 or 3 €20" is the 20's."""
    follows = last + 1 < len(of) and of[last + 1].text.isdecimal()
    return follows and of[last].end == of[last + 1].start and of[first - 1].end < of[first].start


def _folded(token: Token) -> str:
    return lexicon.fold(token.text.replace('"', ""))


def _is(word: str, meant: str) -> bool:
    return word.startswith(meant[:-1]) if meant.endswith("*") else word == meant


def of_a_budget(text: str, language: str) -> bool:
    """Whether it speaks of a budget, or of spending."""
    of = lexicon.tokens(text, language)
    return bool(lexicon.Lexicon.of(language).clauses("ofbudget", of))


@cache
def _symbols(language: str) -> dict[str, str]:
    """Of the language's data: words such as zł."""
    return {get_currency_symbol(code, language): code for code in CURRENCIES}


@cache
def _named(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What currencies are called, the longest first: by the language's data, and as travellers do."""
    found = set(lexicon.of_currencies())
    for code in CURRENCIES:
        for count in (None, *_SAMPLES):
            name = tokens(clean(get_currency_name(code, count, language)))
            found.add((code, tuple(_folded(t) for t in name if t.word)))
    return tuple(sorted(found, key=lambda named: (-len(named[1]), named)))


@cache
def _longest(language: str) -> int:
    return len(_named(language)[0][1])
