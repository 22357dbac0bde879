"""A text as the gate reads it: words folded so that accents, cases and marks make no difference."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from serving.explain.words import plain

KEPT = 4096  # texts that stay read
# letters that no decomposition makes plain
_ALIKE = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ـ": "", "ى": "ي", "״": '"'})
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "׳": "'", "`": "'"})
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670"  # vowels and accents of their own
)
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
# a word is of one script: an Arabic "and" is written onto a Latin name
_LETTERS = rf"(?:[{_LATIN}][{_LATIN}{_MARKS}]*|[^\W\d_{_LATIN}](?:[^\W\d_{_LATIN}]|[{_MARKS}])*)"
_WORD = re.compile(rf"{_LETTERS}(?:['\"](?=[^\W\d_]){_LETTERS})*|\d+|[^\w\s]|_")
# what ends a sentence or opens a new one within it: a capital after it says nothing
_OPENS = set(".!?:;…•·-–—\"'«»„“”(¡¿\n")
_BREAKS = set(",;:.!?…–—()،؛؟")
_THAT_WHICH = frozenset(
    tuple(pair.split())
    for pair in (  # noqa: SIM905, as a translator writes them
        "das was,dem was,то что,того что,тому что,тем что,том что,to co,tego co,temu co,tym co,"
        "ono sto,onoga sto,onome sto,onomu sto,onim sto,onom sto,tisto kar,tistega kar,tistemu kar,"
        "tistim kar,tistem kar,ceea ce,aceea ce,ce qui"
    ).split(",")
)
_ENDS = set(";:.!?…؛؟")  # of what is said at once: a comma ends less


class Token(NamedTuple):
    """A word, a run of digits or a mark. `folded` is what is compared; `opens` where a capital is
    due to the sentence."""

    text: str
    folded: str
    start: int
    end: int
    opens: bool

    @property
    def word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def breaks(self) -> bool:
        return self.text in _BREAKS


@lru_cache(maxsize=KEPT)
def clean(text: str) -> str:
    """Without what steers writing, digits 0 to 9, one kind of apostrophe: what all checks read."""
    return plain(unicodedata.normalize("NFC", text)).translate(_QUOTES).replace("ό,τι", "ό τι")


@lru_cache(maxsize=KEPT)
def fold(text: str) -> str:
    """Lower case without accents and vowel marks.

    >>> fold("Castell de Santa Bàrbara"), fold("IŞIK"), fold("łódź")
    ('castell de santa barbara', 'isik', 'lodz')
    """
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(c for c in split if not unicodedata.combining(c)).translate(_ALIKE)


@lru_cache(maxsize=KEPT)
def tokens(text: str) -> tuple[Token, ...]:
    """Of a clean text; words are cut at apostrophes: `d'Altea`, `Mítica'ya`."""
    return tuple(_tokens(text))


def forget_texts() -> None:
    """Let go of the texts that stay read."""
    for kept in (clean, fold, tokens):
        kept.cache_clear()


def _tokens(text: str) -> Iterator[Token]:
    opens = True
    for found in _WORD.finditer(text):
        at = found.start()
        for part in found.group().split("'") if found.group()[0].isalpha() else [found.group()]:
            if part:
                # a stretched Arabic letter alone folds to nothing, and is what it is
                yield Token(part, fold(part) or part, at, at + len(part), opens)
            at += len(part) + 1
            opens = False
        opens = found.group() in _OPENS or (
            found.group() == "." and not text[: found.start()][-1:].isdigit()
        )


def _unbroken(of: Sequence[Token]) -> Iterator[Token]:
    """Without the marks within a number, the points of short words, and the comma of "not that, which
    you like": `2,1`, `2.1 km. away`, `nicht das, was`."""
    for n, token in enumerate(of):
        before, after = (of[n - 1] if n else None), (of[n + 1] if n + 1 < len(of) else None)
        if token.text in ".," and before and after:
            number = before.text.isdecimal() and after.text.isdecimal()
            if number and before.end == token.start and token.end == after.start:
                continue
            if token.text == "," and (before.folded, after.folded) in _THAT_WHICH:
                continue
            if token.text == "." and before.word and after.text[0].islower():
                continue
        yield token


def clauses(of: Sequence[Token], but: frozenset[str]) -> list[list[Token]]:
    """Cut at marks and at words that turn round ("but"), which open the clause they stand in."""
    cut: list[list[Token]] = [[]]
    for token in _unbroken(of):
        if token.breaks:
            cut.append([])
        elif token.folded in but:
            cut.append([token])
        else:
            cut[-1].append(token)
    return [c for c in cut if c]


def stretches(of: Sequence[Token], but: frozenset[str]) -> list[list[Token]]:
    """Cut at full marks and at words that turn round, not at commas."""
    cut: list[list[Token]] = [[]]
    for token in _unbroken(of):
        if token.text in _ENDS or token.folded in but:
            cut.append([])
        if token.text not in _ENDS:
            cut[-1].append(token)
    return [c for c in cut if c]
