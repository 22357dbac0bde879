"""The names of places, for who understands messages, and the index of them, for who searches."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

import polars as pl

from butler.columns import C
from butler.stores.ports import PoiSearch
from serving.chat.checks.names import Known
from serving.chat.gate import NOBODY
from serving.chat.places import Ranks
from serving.chat.understand import prepare
from serving.explain.words import FOLDER, LANGUAGES, Words
from serving.memory import give_back
from serving.moment import Places


class Names:
    """They follow the catalogue: `refresh` is called in the background, again and again."""

    def __init__(self, ranks: Ranks, search: PoiSearch) -> None:
        self._ranks, self._search = ranks, search
        self._read = Read("", {}, NOBODY)
        self._reading = threading.Lock()

    def by_name(self) -> Mapping[str, str]:
        """poi_id by each name of each place, in every language; made anew for a new catalogue."""
        return self._now().by_name

    def known(self) -> Known:
        """The same for the gate: names that a sentence may not say of another place."""
        return self._now().known

    def is_place(self, text: str) -> bool:
        return text.casefold() in self._now().folded

    def _now(self) -> "Read":
        places = self._ranks.moment.places
        with self._reading:
            if self._read.fingerprint != places.fingerprint:
                self._read = Read.of(places)
                give_back()
            return self._read

    def refresh(self) -> None:
        """Raises StoreUnavailable where the index cannot be written, ModelUnavailable before there
        is a catalogue."""
        prepare(self.by_name())
        places = self._ranks.moment.places
        wanted = f"{places.fingerprint}-{_digest()}"
        if self._search.indexed() != wanted:
            self._search.index(_findable(places.catalogue.frame), wanted)
            give_back()


@dataclass(frozen=True)
class Read:
    """The names of one catalogue, read once."""

    fingerprint: str
    by_name: Mapping[str, str]
    known: Known

    @cached_property
    def folded(self) -> frozenset[str]:
        """Only Claude's privacy asks for it."""
        return frozenset(name.casefold() for name in self.by_name)

    @staticmethod
    def of(places: Places) -> "Read":
        by_name = _names(places)
        known = Known((poi_id, name) for name, poi_id in by_name.items())
        return Read(places.fingerprint, by_name, known)


def _names(places: Places) -> Mapping[str, str]:
    out: dict[str, str] = {}
    rows = places.catalogue.frame.select(C.POI, C.NAME, C.NAMES).iter_rows()
    for poi_id, name, others in rows:
        for one in (name, *(json.loads(others).values() if others else ())):
            out.setdefault(one, poi_id)
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


@cache
def _digest() -> str:
    """Changes with the words of one language at least whenever categories are called otherwise."""
    texts = [(FOLDER / f"{language}.ftl").read_bytes() for language in LANGUAGES]
    return sha256(b"".join(texts)).hexdigest()[:12]
