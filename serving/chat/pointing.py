"""Questions about one place: "is it open?", "es caro?", "is the second far?"; and questions that no
place answers, whose words are not searched for.

The words: `isit`, `isthe`, `trait`, `asks` of the lexicon.
"""

import re
from collections.abc import Collection, Sequence

from serving.chat.lexicon import FILLER, Lexicon, Token
from serving.chat.meals import MEALS
from serving.chat.moments import DAYS, HOURS
from serving.explain.words import WEEKDAYS

# what the details of a place answer
TRAITS = frozenset(
    (
        *("trait", "accessible", "wheelchair", "stroller", "kids", "family", "indoor", "outdoor"),
        *("free", "cheap", "midrange", "dear", "luxury", "near", "walkable", "details", "quiet"),
    )
)
# "is there a beach nearby" asks for any
_OF_ANY = frozenset(("near", "walkable"))
_BESIDE = frozenset(
    (
        *(FILLER, *DAYS, *HOURS, *MEALS, *WEEKDAYS, "weekend", "at", "oclock", "pm", "am"),
        *("agree", "thanks", "greeting"),
    )
)
QUESTION = "?؟"
_GREEK = re.compile("[α-ωά-ώ]", re.IGNORECASE)
_BEGINNING = 2  # words


def is_question(text: str) -> bool:
    """By its mark: the Arabic one, too, and in a Greek text the Greek one."""
    return "?" in text or "؟" in text or (";" in text and _GREEK.search(text) is not None)


def of_it(of: Sequence[Token], concepts: Collection[str], language: str, asked: bool) -> bool:
    """Of a place that is not named: nothing but what may be asked of one, and "is it". `asked`: the
    message has a question mark; without, it begins so."""
    return _of_traits(concepts) and _asked(of, ("isit",), language, asked)


def of_one(of: Sequence[Token], concepts: Collection[str], language: str, asked: bool) -> bool:
    """The same of a place that is called by its kind: "is the castle open?", "more about the castle"."""
    if not _of_traits(concepts) or not _OF_ANY.isdisjoint(concepts):
        return False
    return "details" in concepts or _asked(of, ("isit", "isthe"), language, asked)


def _of_traits(concepts: Collection[str]) -> bool:
    named = set(concepts)
    return bool(named & TRAITS) and not named - TRAITS - _BESIDE


def _asked(of: Sequence[Token], phrases: Sequence[str], language: str, asked: bool) -> bool:
    begins = Lexicon.of(language).begins
    words = [n for n, token in enumerate(of) if token.is_word]
    return any(begins(p, of, n) for n in (words if asked else words[:1]) for p in phrases)


def asks(of: Sequence[Token], language: str) -> bool:
    """It begins with a word that asks: "who won", "write me"."""
    begins = Lexicon.of(language).begins
    words = [n for n, token in enumerate(of) if token.is_word][:_BEGINNING]
    return any(begins("asks", of, n) for n in words)


def questions(of: Sequence[Token], language: str, speaking: Collection[int] = ()) -> set[int]:
    """The clauses that ask: they end with their mark, or begin with a word that asks and is none of
    `speaking`, the tokens of "I am" ("sono" is both "I am" and "are they")."""
    mark = f"{QUESTION};" if language == "el" else QUESTION
    found = {t.clause - 1 for t in of if t.folded in mark}
    begins = Lexicon.of(language).begins
    for n, token in enumerate(of):
        first = n == 0 or not of[n - 1].folded[0].isalnum()
        if not first or n in speaking or token.clause in found:
            continue
        if begins("asks", of, n) or begins("isit", of, n):
            found.add(token.clause)
    return found
