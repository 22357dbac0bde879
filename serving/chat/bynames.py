"""Places that are called something they are not filed under: a gallery "Museu d'Art" is a museum to who
wants none."""

from collections.abc import Iterable
from functools import cache

import polars as pl

from butler.columns import C
from serving.explain.words import LANGUAGES, Words
from serving.moment import Places

# Kinds whose word in a name says what a place is. Of others it says where it is: a viewpoint of the
# church, restaurants of the port, a market at the beach.
TELLING = frozenset({"culture/museum"})


class ByNames:
    """The last catalogue's, by language: reading 20,000 names takes 15 ms."""

    def __init__(self) -> None:
        self._fingerprint = ""
        self._kept: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, places: Places, kinds: Iterable[str], language: str) -> tuple[str, ...]:
        """poi_ids of places whose local name, or whose name in that language, has the word of a kind."""
        if self._fingerprint != places.fingerprint:
            self._fingerprint, self._kept = places.fingerprint, {}
        found: list[str] = []
        for kind in TELLING.intersection(kinds):
            if (kind, language) not in self._kept:
                self._kept[kind, language] = _called(places.catalogue.frame, kind, language)
            found += self._kept[kind, language]
        return tuple(dict.fromkeys(found))


def _called(frame: pl.DataFrame, kind: str, language: str) -> tuple[str, ...]:
    word = _word(kind)
    shown = pl.col(C.NAMES).str.contains(rf'"{language}":\s*"[^"]*{word}').fill_null(False)
    return tuple(frame.filter(pl.col(C.NAME).str.contains(word) | shown)[C.POI].to_list())


@cache
def _word(kind: str) -> str:
    """What a kind is called in any language, at the beginning of a word; inflected, too."""
    names = sorted({Words.of(language).category(kind) or kind for language in LANGUAGES})
    return rf"\b(?i:{'|'.join(names)})"
