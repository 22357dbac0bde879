"""Places that are called something they are not filed under: a gallery "Museu d'Art" is a museum to who
wants none."""

from collections.abc import Iterable
from functools import cache

import polars as pl

from butler.columns import C
from serving.chat.of_catalogue import OfCatalogue
from serving.explain.words import LANGUAGES, Words
from serving.moment import Places

# Kinds whose word in a name says what a place is. Of others it says where it is: a viewpoint of the
# church, restaurants of the port, a market at the beach.
TELLING = frozenset({"culture/museum"})


class ByNames:
    """The last catalogue's, by language: reading 20,000 names takes 15 ms."""

    def __init__(self) -> None:
        self._called = OfCatalogue(_called)

    def of(self, places: Places, kinds: Iterable[str], language: str) -> tuple[str, ...]:
        """poi_ids of places whose local name, or whose name in that language, has the word of a kind."""
        asked = TELLING.intersection(kinds)
        return tuple(dict.fromkeys(p for k in asked for p in self._called(places, k, language)))


def _called(places: Places, kind: str, language: str) -> tuple[str, ...]:
    frame, word = places.catalogue.frame, _word(kind)
    shown = pl.col(C.NAMES).str.contains(rf'"{language}":\s*"[^"]*{word}').fill_null(False)
    return tuple(frame.filter(pl.col(C.NAME).str.contains(word) | shown)[C.POI].to_list())


@cache
def _word(kind: str) -> str:
    """What a kind is called in any language, at the beginning of a word; inflected, too."""
    names = sorted({Words.of(language).category(kind) or kind for language in LANGUAGES})
    return rf"\b(?i:{'|'.join(names)})"
