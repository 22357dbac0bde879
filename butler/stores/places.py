"""What a place is found by: the same fields and the same words, whatever holds them."""

import json
import math
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from butler.columns import C
from butler.stores.folding import words_of

MOST_WORDS = 12  # of a search: more say nothing more
EARTH_KM = 6371.0088
FIELDS = ("name", "names", "kinds", "tags")
WEIGHTS = (8, 6, 3, 2)  # of a word in each of the fields


class Findable(NamedTuple):
    """A place as it is looked for: fields of folded words."""

    poi_id: str
    category: str
    latitude: float
    longitude: float
    name: str
    names: str
    kinds: str
    tags: str


def findable(pois: pl.DataFrame) -> Iterator[Findable]:
    for row in pois.iter_rows(named=True):
        names = json.loads(row.get(C.NAMES) or "{}").values()
        category = row[C.CATEGORY]
        yield Findable(
            row[C.POI],
            category,
            row[C.LATITUDE],
            row[C.LONGITUDE],
            name=_folded(row[C.NAME]),
            names=_folded(" ".join(dict.fromkeys(names))),
            kinds=_folded(f"{category.replace('_', ' ')} {row.get(C.WORDS) or ''}"),
            tags=_folded(row.get(C.TAGS) or ""),
        )


def asked(text: str) -> list[str]:
    """The words of a search, each once."""
    return list(dict.fromkeys(words_of(text)))[:MOST_WORDS]


def km_between(latitude: float, longitude: float, other: float, other_longitude: float) -> float:
    """Great-circle distance, haversine; degrees in."""
    north, north2 = math.radians(latitude), math.radians(other)
    up, across = (north2 - north) / 2, math.radians(other_longitude - longitude) / 2
    half = math.sin(up) ** 2 + math.cos(north) * math.cos(north2) * math.sin(across) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(half, 1.0)))


def checked(near: tuple[float, float] | None, within_km: float | None) -> None:
    """Raises ValueError for a distance from nowhere: a fault of ours."""
    if within_km is not None and near is None:
        raise ValueError("within_km needs near")


def _folded(text: str) -> str:
    return " ".join(words_of(text))
