"""From rows to the matrix the ranker reads; what places alone decide is worked out beforehand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from features.rows import DERIVED, Array, Rows
from features.vector import FEATURES


class _NotOfPlaces(LookupError):
    """A feature asks for more than places alone."""


class _PlacesAlone(Rows):
    """Each place once, without a request."""

    def __init__(self, places: Mapping[str, Array]) -> None:
        dict.__init__(self, {name: np.asarray(v, dtype=np.float64) for name, v in places.items()})

    def _find(self, name: str) -> Array:
        if name in DERIVED:
            return DERIVED[name](self)
        raise _NotOfPlaces(name)

    def __getattr__(self, name: str) -> Any:
        raise _NotOfPlaces(name)


@dataclass(frozen=True)
class OfPlaces:
    """Features that places have by themselves: `numbers` of FEATURES, `values` (numbers, places)."""

    numbers: Array
    values: Array

    @classmethod
    def of(
        cls, places: Mapping[str, Array], among: Sequence[int] = range(len(FEATURES))
    ) -> "OfPlaces":
        """Whatever can be worked out of place columns; the same bits as for each request anew."""
        rows, found = _PlacesAlone(places), {}
        with np.errstate(invalid="ignore", divide="ignore"):
            for j in among:
                with suppress(_NotOfPlaces):
                    found[j] = np.asarray(FEATURES[j].compute(rows), dtype=np.float32)
        return cls(np.array(list(found), dtype=np.int64), np.array(list(found.values())))

    def more(self, places: Mapping[str, Array]) -> "OfPlaces":
        """Those that can be worked out only now that there are more columns."""
        return OfPlaces.of(places, _others(tuple(self.numbers.tolist())))


def assemble(rows: Rows, of_places: Sequence[OfPlaces] = ()) -> Array:
    """The matrix the ranker reads: float32 of shape (pairs, len(FEATURES)), missing as NaN.

    `of_places` is what is known already of the same place columns.
    """
    by_feature = np.empty((len(FEATURES), len(rows.request)), dtype=np.float32)
    for known in of_places:
        by_feature[known.numbers] = known.values[:, rows.place]
    left = _others(tuple(j for known in of_places for j in known.numbers.tolist()))
    with np.errstate(invalid="ignore", divide="ignore"):
        for j in left:
            by_feature[j] = FEATURES[j].compute(rows)
    return by_feature.T


@cache
def _others(numbers: tuple[int, ...]) -> Sequence[int]:
    return [j for j in range(len(FEATURES)) if j not in numbers]
