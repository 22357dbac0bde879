"""How long a stay is about which is asked what to do: "what can we do in 3 days?".

"In 3 days" is a day ahead otherwise (`ahead.py`). The words: `todo` asks so, `lasting` stands before the
number or behind the days, `days`, `weeks` and numbers of the lexicon.
"""

from collections.abc import Sequence
from typing import NamedTuple

from serving.chat.ahead import ATTACHED, MOST, counted, units
from serving.chat.lexicon import Lexicon, Token


class Length(NamedTuple):
    """Of so many days; said by the tokens `first` to `last`."""

    days: int
    first: int
    last: int


def told(of: Sequence[Token], used: Sequence[bool], language: str) -> Length | None:
    """None where nobody asks so."""
    known = units(language)
    for n, token in enumerate(of):
        if not known.isdisjoint(token.forms):
            found = _length(of, n, Lexicon.of(language))
            free = found and not any(used[found.first : found.last + 1])
            if found and free and _asks(of, token.clause, found, language):
                return found
    return None


def _length(of: Sequence[Token], unit: int, lexicon: Lexicon) -> Length | None:
    days, first = counted(of, unit, lexicon)
    if days is None or not 1 <= days <= MOST:
        return None
    if lexicon.begins("later", of, unit + 1):
        return None
    before, behind = lexicon.ends("lasting", of, first), lexicon.begins("lasting", of, unit + 1)
    attached = ATTACHED.get(lexicon.language)
    onto = lexicon.begins("lasting", of, unit)
    onto = onto or (attached is not None and of[first].folded.startswith(attached))
    if not (before or behind or onto):
        return None
    return Length(days, first - before, unit + behind)


def _asks(of: Sequence[Token], clause: int, length: Length, language: str) -> bool:
    """In the clause of the length, which tells no arrival: "what can we do when we arrive in 3 days"."""
    begins = Lexicon.of(language).begins
    inside = range(length.first, length.last + 1)
    here = [n for n, token in enumerate(of) if token.clause == clause and n not in inside]
    moves = any(begins(verb, of, n) for n in here for verb in ("arrive", "leave"))
    return not moves and any(begins("todo", of, n) for n in here)
