"""Towns to look around from: "near Altea", "in Benidorm", "vom Hotel in Calpe"; a table of facts.

`lexicon/towns.txt` has them with their names in the languages that travellers write.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from serving.chat.lexicon import FOLDER, Lexicon, Token, nearly, tokens
from serving.chat.naming import Naming

FILE = FOLDER / "towns.txt"
_WORD = "!"  # before a name that is a word like others
_BEGINNING = 3  # letters
_STEM, _LONG = 5, 7  # letters of a name from which on it may have an ending, or one wrong
_ENDING = 3
# write another vowel for the last one: "Altei", "w Altei", "из Алтеи"
_CHANGING = ("pl", "hr", "sl", "ru", "ro", "sq", "el")
_BEHIND = ("tr",)  # writes what leads to a town behind it
_VOWELS = "jaeiouyαεηιουωаеиоуыэюя"


class Town(NamedTuple):
    name: str  # as the traveller calls it
    latitude: float
    longitude: float


class _Kept(NamedTuple):
    """The words of a name, its town; whether it is `plain`, a word like others."""

    words: tuple[str, ...]
    town: Town
    plain: bool


class Found(NamedTuple):
    """The town at tokens `first` to `last`, with the words that lead to it."""

    town: Town
    first: int
    last: int


def named(name: str) -> Town | None:
    """By any of its names, written as it may be; None where it is not known."""
    words = _words(name)
    known = _towns().get(words[0][:_BEGINNING], ()) if words else ()
    return next((kept.town for kept in known if kept.words == words), None)


def told(of: Sequence[Token], used: Sequence[bool], naming: Naming, language: str) -> Found | None:
    """The first town of a message that is no place's name.

    A word that is of one place alone, or is a word like others, needs "in" or its like before it.
    """
    lexicon = Lexicon.of(language)
    for at in range(len(of)):
        for words, town, plain in _at(of, used, at, language):
            last = at + len(words) - 1
            first = at
            for _ in range(2):  # "around the town of"
                first -= lexicon.ends("in", of, first)
            behind = language in _BEHIND and lexicon.begins("in", of, last + 1)
            led = first < at or behind
            alone = len(words) == 1 and naming.alone(of[at]) is not None
            if (led or not (plain or alone)) and not (plain and of[at].raw[0].islower()):
                return Found(town, first - lexicon.ends("lodging", of, first), last)
    return None


def _at(of: Sequence[Token], used: Sequence[bool], at: int, language: str) -> list[_Kept]:
    """The towns that a token may begin to name, those that are spelt so first."""
    there = []
    for kept in [] if used[at] else _beginning(of[at]):
        words = kept.words
        here = of[at : at + len(words)]
        if not any(used[at : at + len(words)]) and _same(here, words, language):
            there.append((words[-1] not in here[-1].forms, -len(words), kept))
    return [kept for *_, kept in sorted(there, key=lambda found: found[:2])]


def _same(there: Sequence[Token], words: Sequence[str], language: str) -> bool:
    """The last word may have an ending, or a letter wrong."""
    if len(there) < len(words) or any(
        w not in t.forms for t, w in zip(there[:-1], words[:-1], strict=True)
    ):
        return False
    return any(_is(form, words[-1], language) for form in there[-1].forms)


def _is(form: str, word: str, language: str) -> bool:
    if form == word or len(word) < _STEM:
        return form == word
    if form.startswith(word):
        return len(form) - len(word) <= _ENDING
    stem, ending = word[:-1], form[len(word) - 1 :]
    changed = language in _CHANGING and word[-1] in _VOWELS and form.startswith(stem)
    return (changed and len(ending) <= 2 and ending[:1] in _VOWELS) or (
        len(word) >= _LONG and nearly(form, word)
    )


@cache
def every() -> tuple[Town, ...]:
    """By the name that each is best known by."""
    return tuple(Town(names[0].lstrip(_WORD), *where) for where, names in _lines())


def _lines() -> Iterator[tuple[tuple[float, float], list[str]]]:
    """Where each town is, and all its names."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            where, _, names = line.partition(":")
            latitude, longitude = map(float, where.split())
            yield (latitude, longitude), [name.strip() for name in names.split(",")]


@cache
def _towns() -> dict[str, list[_Kept]]:
    """By how a name begins, the longest names first."""
    out: dict[str, list[_Kept]] = {}
    for where, names in _lines():
        for name in names:
            town, words = Town(name.lstrip(_WORD), *where), _words(name)
            out.setdefault(words[0][:_BEGINNING], []).append(
                _Kept(words, town, name.startswith(_WORD))
            )
    for many in out.values():
        many.sort(key=lambda kept: -len(kept.words))
    return out


def _words(name: str) -> tuple[str, ...]:
    return tuple(t.folded for t in tokens(name) if t.folded[0].isalnum())


def _beginning(token: Token) -> Iterator[_Kept]:
    for form in token.forms:
        yield from _towns().get(form[:_BEGINNING], ())
