"""Sums of money: "under 20 euros", "max 50 €", "$15 each"; in whole minor units, and as a price level.

A level is what its usual ticket costs a person in the sample world (docs/chat.md); other currencies
are turned into euros roughly, which is enough to tell four levels apart.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from butler.domain import CURRENCIES, Currency, Money
from serving.chat.governing import NOT
from serving.chat.lexicon import Lexicon, Mark, Token

# what a level costs, in cents: the highest one that a sum pays for is meant
LEVELS = ((7500, 4), (3800, 3), (1900, 2), (0, 1))
# minor units of 100 cents, in round numbers of 2026; currencies that move faster are not understood
RATES = dict(zip(CURRENCIES, (100, 115, 87, 93, 425, 510, 380, 9700), strict=True))
_SIGNS: dict[str, Currency] = {"€": "EUR", "$": "USD", "£": "GBP", "₪": "ILS", "NIS": "ILS"}
_COUNTRIES = ("us", "uk", "gb")
# of a larger sum only the level is kept: its digits would look like a telephone number's
MOST_MINOR = 999_999_99
MOST = 6  # sums that are read of a message: nobody names more, and each costs time
_LONGEST = 12  # digits
_WRITTEN = re.compile(r"(?P<whole>\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](?P<rest>\d{1,2}))?")


class Sum(NamedTuple):
    """`minor` is in hundredths of `currency`, an upper bound unless it is `least`; `first` to `last` are
    its tokens."""

    minor: int
    currency: Currency
    first: int
    last: int
    least: bool = False

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)


def level(money: Money) -> int:
    """The highest price level, 1 to 4, that it pays for."""
    return next(level for least, level in LEVELS if cents(money) >= least)


def least(level: int) -> int:
    """What a level begins at, in euro cents; nothing for the lowest."""
    return next(cents for cents, of in LEVELS if of == level)


def kept(money: Money | None) -> Money | None:
    """The sum, where it may be told again."""
    return money if money and money.minor <= MOST_MINOR else None


def cents(money: Money) -> int:
    """In euros, roughly."""
    return money.minor * 100 // RATES[money.currency]


def told(
    of: Sequence[Token], marks: Sequence[Mark], used: Sequence[bool], language: str
) -> list[Sum]:
    """All sums from left to right."""
    return list(_Reading(of, marks, used, Lexicon.of(language)).sums())


class _Reading:
    def __init__(
        self, of: Sequence[Token], marks: Sequence[Mark], used: Sequence[bool], lexicon: Lexicon
    ) -> None:
        self._of, self._lexicon = of, lexicon
        self._taken = [u and t.folded[0].isalnum() for t, u in zip(of, used, strict=True)]
        self._nots = {m.last: m for m in marks if m.concept == NOT}

    def sums(self) -> Iterator[Sum]:
        at = many = 0
        while at < len(self._of) and many < MOST:
            found = self._sum(at)
            if found:
                many += 1
                yield found
            at = found.last + 1 if found else at + 1

    def _sum(self, at: int) -> Sum | None:
        minor, last = self._amount(at)
        if minor is None:
            return None
        currency, first, last = self._currency(at, last)
        if not currency or any(self._taken[first : last + 1]):
            return None
        first = self._lower_end(first)
        over = self._lexicon.ends("over", self._of, first)
        denied = self._denied(first - over) if over else None
        first = first - over if denied is None else denied
        for _ in range(2):  # "for less than"
            first -= self._lexicon.ends("atmost", self._of, first)
        for concept in ("person", "atmost", "person"):
            last += self._lexicon.begins(concept, self._of, last + 1)
        return Sum(minor, currency, first, last, least=over > 0 and denied is None)

    def _amount(self, at: int) -> tuple[int | None, int]:
        """In hundredths, and its last token: thousands may be parted by a space."""
        if not self._of[at].is_number:
            return None, at
        digits = self._of[at].folded
        while at + 1 < len(self._of) and _goes_on(self._of[at + 1]):
            at += 1
            digits += self._of[at].folded
        written = _WRITTEN.fullmatch(digits) if len(digits) <= _LONGEST else None
        if written is None:
            return None, at
        whole = int(re.sub("[.,]", "", written["whole"]))
        return whole * 100 + int((written["rest"] or "0").ljust(2, "0")), at

    def _currency(self, at: int, last: int) -> tuple[Currency | None, int, int]:
        """The currency beside a number, and the tokens of both."""
        n = last + 1
        n += self._is(n, _COUNTRIES)  # 20 US$
        n += self._is(n, ("de",))  # 20 de euro
        sign = self._sign(n)
        if sign:
            return sign, at, n + self._is(n + 1, _COUNTRIES)  # 20 $US
        sign = self._sign(at - 1)
        if sign:
            return sign, at - 1 - self._is(at - 2, _COUNTRIES), last
        for currency in CURRENCIES:
            size = self._lexicon.begins(currency, self._of, n)
            if size:
                return currency, at, n + size - 1
        return None, at, last

    def _sign(self, at: int) -> Currency | None:
        """A sign or a code: "all" is no Albanian lek, "ALL" is."""
        if not 0 <= at < len(self._of):
            return None
        raw = self._of[at].raw
        return next((c for c in CURRENCIES if raw == c), _SIGNS.get(raw))

    def _is(self, at: int, words: Sequence[str]) -> bool:
        return 0 <= at < len(self._of) and self._of[at].folded in words

    def _lower_end(self, first: int) -> int:
        """With the 20 of "20 to 50 euros", that is none of its own."""
        before = first - self._lexicon.ends("to", self._of, first)
        joined = before < first or self._of[first].gap.strip() in ("-", "–")
        return before - 1 if joined and before and self._of[before - 1].is_number else first

    def _denied(self, at: int) -> int | None:
        """The first token of a "not" before: "no more than" is at most."""
        for last in (at - 1, at - 2):
            if last in self._nots:
                return self._nots[last].first
        return None


def _goes_on(token: Token) -> bool:
    return (
        bool(token.gap)
        and not token.gap.strip()
        and re.match(r"\d{3}(?!\d)", token.folded) is not None
    )
