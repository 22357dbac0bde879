"""Places that are named in a message, as travellers write names: without accents or small words,
inflected, with a letter wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from serving.chat.lexicon import Token, nearly, tokens

# articles and the like, that names have and travellers leave out
_SMALL = frozenset(
    (
        *(
            "the",
            "a",
            "an",
            "of",
            "and",
            "la",
            "le",
            "les",
            "el",
            "els",
            "los",
            "las",
            "lo",
            "il",
            "i",
        ),
        *(
            "gli",
            "l",
            "d",
            "de",
            "del",
            "della",
            "dei",
            "di",
            "do",
            "da",
            "dos",
            "das",
            "y",
            "e",
            "et",
        ),
        *(
            "der",
            "die",
            "den",
            "dem",
            "des",
            "und",
            "von",
            "van",
            "het",
            "een",
            "o",
            "os",
            "as",
            "s",
        ),
        *("sa", "ses", "na", "en", "τησ", "του", "των", "η", "το", "οι"),
    )
)
_DISTINCT = 5  # letters of a word that names a place alone
_INFLECTED = 2  # letters that an ending changes


class Named(NamedTuple):
    poi_id: str
    first: int
    last: int


class Naming:
    """Of one catalogue; `Naming.of` keeps the last one."""

    _kept: "tuple[Mapping[str, str], int, Naming] | None" = None

    def __init__(self, names: Mapping[str, str]) -> None:
        self._of_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._owners = owners = dict[str, set[str]]()
        for name, poi_id in names.items():
            words = tuple(_significant(t.folded for t in tokens(name) if t.folded[0].isalnum()))
            if not words:
                continue
            self._of_first.setdefault(words[0], []).append((words, poi_id))
            for word in words:
                owners.setdefault(word, set()).add(poi_id)
        for many in self._of_first.values():
            many.sort(key=lambda entry: -len(entry[0]))
        self._alone: dict[str, dict[str, str]] = {}
        for word, of in owners.items():
            if len(of) == 1 and len(word) >= _DISTINCT and word.isalpha():
                self._alone.setdefault(word[:2], {})[word] = next(iter(of))

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Naming":
        kept = cls._kept
        if kept is None or kept[0] is not names or kept[1] != len(names):
            kept = (names, len(names), cls(names))
            cls._kept = kept
        return kept[2]

    def whole(self, of: Sequence[Token]) -> Iterator[Named]:
        """Names that stand there with all their words, the longest first, none within another.

        A name of one short word counts only where it is written with a capital, as names are.
        """
        kept = [n for n, t in enumerate(of) if t.folded not in _SMALL and t.folded[0].isalnum()]
        at = 0
        while at < len(kept):
            found = self._longest(of, kept, at)
            if found:
                yield Named(found[1], kept[at], kept[at + found[0] - 1])
            at += found[0] if found else 1

    def _longest(self, of: Sequence[Token], kept: Sequence[int], at: int) -> tuple[int, str] | None:
        for form in of[kept[at]].forms:
            for words, poi_id in self._of_first.get(form, ()):
                here = kept[at : at + len(words)]
                there = len(here) == len(words) and _near(here) and _same(of, here, words)
                if there and (len(words) > 1 or _as_name(of[here[0]], words[0])):
                    return len(words), poi_id
        return None

    def alone(self, token: Token) -> str | None:
        """The place that a word nobody else's name has stands for: "Santa" is not a misspelt "Santas"."""
        for form in token.forms:
            if len(form) < _DISTINCT:
                continue
            near = self._alone.get(form[:2], {})
            if form in near:
                return near[form]
            if form in self._owners:  # of several places, and no other's misspelt
                return None
            alike = {p for word, p in near.items() if _alike(form, word)}
            if len(alike) == 1:
                return alike.pop()
        return None

    def only(self, token: Token) -> str | None:
        """The only place whose name has this word, as it is written."""
        owners = next((self._owners[f] for f in token.forms if f in self._owners), None)
        return next(iter(owners)) if owners and len(owners) == 1 else None

    def of_its_name(self, token: Token, poi_id: str) -> bool:
        return any(poi_id in self._owners.get(form, ()) for form in token.forms)


def _significant(words: Iterable[str]) -> list[str]:
    every = list(words)
    return [w for w in every if w not in _SMALL] or every


def _as_name(token: Token, word: str) -> bool:
    return token.raw[0].isupper() or len(word) > _DISTINCT


def _near(here: Sequence[int]) -> bool:
    """With no more than three small words between them."""
    return all(b - a <= 4 for a, b in pairwise(here))


def _same(of: Sequence[Token], here: Sequence[int], words: Sequence[str]) -> bool:
    return all(_form(of[n], word) for n, word in zip(here, words, strict=True))


def _form(token: Token, word: str) -> bool:
    return word in token.forms or (len(word) >= _DISTINCT and _alike(token.folded, word))


def _alike(written: str, word: str) -> bool:
    """A typing error apart, or another ending of the same word."""
    if len(word) > _DISTINCT and nearly(written, word):
        return True
    stem = word[: max(_DISTINCT, len(word) - _INFLECTED)]
    return len(word) >= _DISTINCT and written.startswith(stem) and len(written) - len(stem) <= 3
