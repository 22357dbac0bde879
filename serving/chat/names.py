"""The names of places, for who understands messages, and the index of them, for who searches."""

from collections.abc import Mapping
from hashlib import sha256

import polars as pl

from butler.columns import C
from butler.stores.ports import PoiSearch
from serving.chat.places import Ranks
from serving.explain.words import LANGUAGES, Words
from serving.moment import Places


class Names:
    """They follow the catalogue: `refresh` is called in the background, again and again."""

    def __init__(self, ranks: Ranks, search: PoiSearch) -> None:
        self._ranks, self._search = ranks, search
        self._of = ""
        self._by_name: Mapping[str, str] = {}

    def by_name(self) -> Mapping[str, str]:
        """poi_id by each name of each place, in every language; made anew for a new catalogue."""
        places = self._ranks.moment.places
        if self._of != places.fingerprint:
            self._by_name, self._of = _names(places), places.fingerprint
        return self._by_name

    def refresh(self) -> None:
        """Raises StoreUnavailable where the index cannot be written, ModelUnavailable before there
        is a catalogue."""
        self.by_name()
        places = self._ranks.moment.places
        wanted = f"{places.fingerprint}-{_digest()}"
        if self._search.indexed() != wanted:
            self._search.index(_findable(places.catalogue.frame), wanted)


def _names(places: Places) -> Mapping[str, str]:
    out: dict[str, str] = {}
    for row, poi_id in enumerate(places.catalogue.ids):
        facts = places.facts[row]
        for name in (facts[C.NAME], *facts[C.NAMES].values()):
            out.setdefault(name, poi_id)
    return out


def _findable(frame: pl.DataFrame) -> pl.DataFrame:
    words = {category: _said(category) for category in frame[C.CATEGORY].unique().to_list()}
    return frame.with_columns(pl.col(C.CATEGORY).replace_strict(words).alias(C.WORDS))


def _said(category: str) -> str:
    """What a kind and its group are called in all languages."""
    names = (
        Words.of(language).category(c)
        for language in LANGUAGES
        for c in (category, category.split("/")[0])
    )
    return " ".join(dict.fromkeys(name for name in names if name))


def _digest() -> str:
    """Changes with the words of one language at least whenever categories are called otherwise."""
    from serving.explain.words import FOLDER

    texts = [(FOLDER / f"{language}.ftl").read_bytes() for language in LANGUAGES]
    return sha256(b"".join(texts)).hexdigest()[:12]
