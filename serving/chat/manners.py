"""What is said beside a wish: courtesy, how many come along, and that something is too expensive.

The words: `courtesy` stands beside thanks, a greeting, a call for help or a yes ("thank you very much");
`too` before or behind a price.
"""

from collections.abc import Iterator, Mapping, Sequence

from butler.columns import PARTIES
from serving.chat import pointing
from serving.chat.governing import AGAINST, WANT
from serving.chat.kinds import is_kind
from serving.chat.lexicon import NUMBERS, Lexicon, Mark, Token

SPOKEN = ("thanks", "help", "greeting")
AGREE = "agree"
_SPOKEN = frozenset((*SPOKEN, AGREE))
_COMPANY = frozenset((*PARTIES, "kids"))
_DEAR = frozenset(("dear", "luxury"))
# where one word is both "too" and "very": "a very expensive restaurant" is a wish
_VERY = frozenset(("es", "pt", "ca", "el", "tr", "sq", "ar", "ru"))
# where a question has its own order of words: "es caro" is said as it is asked
_TURNED = frozenset(("en", "de", "nl"))


def courtesies(
    of: Sequence[Token], marks: Sequence[Mark], language: str
) -> Iterator[tuple[int, int]]:
    """The tokens of it, where there is anything that it stands beside."""
    if _SPOKEN.isdisjoint(m.concept for m in marks):
        return
    begins, at = Lexicon.of(language).begins, 0
    spoken = {n for m in marks if m.concept in _SPOKEN for n in range(m.first, m.last + 1)}
    while at < len(of):
        size = 0 if at in spoken else begins("courtesy", of, at)
        if size:
            yield at, at + size - 1
        at += size or 1


def company(of: Sequence[Token], marks: Sequence[Mark], language: str) -> Iterator[tuple[int, int]]:
    """The number before who comes along, or behind "we are": "four friends", "siamo in quattro"."""
    lexicon = Lexicon.of(language)
    before = {m.first for m in marks if m.concept in _COMPANY}
    for mark in marks:
        if mark.concept == "iam":
            size = _number(of, mark.last + 1, lexicon)
            end = mark.last + 1 + size
            if size and (end == len(of) or not of[end].folded[0].isalnum()):
                yield mark.last + 1, end - 1
    for first in before:
        if first and (_number(of, first - 1, lexicon) or of[first - 1].folded.isdecimal()):
            yield first - 1, first - 1


def _number(of: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """How many tokens from `at` on are a small number written as a word."""
    if at >= len(of) or not of[at].is_word:
        return 0
    return max(lexicon.begins(n, of, at) for n in NUMBERS)


def too_dear(
    of: Sequence[Token],
    marks: Sequence[Mark],
    governed: Mapping[Mark, str],
    asked: bool,
    language: str,
) -> Iterator[tuple[Mark, int, int]]:
    """Prices that are complained of, each with the tokens of it: neither refused nor wished for, nor
    asked about: with a question mark (`asked`), or in the order of questions."""
    lexicon = Lexicon.of(language)
    kinds = {of[m.first].clause for m in marks if is_kind(m.concept)} if language in _VERY else ()
    turned = pointing.questions(of, language) if language in _TURNED else ()
    for mark in () if asked else marks:
        clause = of[mark.first].clause
        if mark.concept not in _DEAR or governed[mark] in (*AGAINST, WANT):
            continue
        before = lexicon.ends("too", of, mark.first)
        behind = lexicon.begins("too", of, mark.last + 1)
        if (before or behind) and clause not in turned and clause not in kinds:
            yield mark, mark.first - before, mark.last + behind
