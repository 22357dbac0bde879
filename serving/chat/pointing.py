"""Questions about one place: "is it open?", "es caro?", "is the second far?"; and questions that no
place answers, whose words are not searched for.

The words: `isit`, `trait`, `asks` of the lexicon.
"""

import re
from collections.abc import Collection, Sequence

from serving.chat.lexicon import FILLER, Lexicon, Token
from serving.chat.moments import DAYS, HOURS
from serving.explain.words import WEEKDAYS

# what the details of a place answer
TRAITS = frozenset(
    (
        *("trait", "accessible", "wheelchair", "stroller", "kids", "family", "indoor", "outdoor"),
        *("free", "cheap", "midrange", "dear", "luxury", "near", "walkable", "details"),
    )
)
_BESIDE = frozenset((FILLER, *DAYS, *HOURS, *WEEKDAYS, "weekend", "at", "oclock", "pm", "am"))
QUESTION = "?؟"
_GREEK = re.compile("[α-ωά-ώ]", re.IGNORECASE)
_BEGINNING = 2  # words


def is_question(text: str) -> bool:
    """By its mark: the Arabic one, too, and in a Greek text the Greek one."""
    return "?" in text or "؟" in text or (";" in text and _GREEK.search(text) is not None)


def of_it(of: Sequence[Token], concepts: Collection[str], language: str, asked: bool) -> bool:
    """Of a place that is not named: nothing but what may be asked of one, and "is it". `asked`: the
    message has a question mark; without, it begins so."""
    named = set(concepts)
    if not named & TRAITS or named - TRAITS - _BESIDE:
        return False
    begins = Lexicon.of(language).begins
    words = [n for n, token in enumerate(of) if token.is_word]
    return any(begins("isit", of, n) for n in (words if asked else words[:1]))


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
