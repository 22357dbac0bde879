"""What travellers had met: a ragged table, for one request cheaper than a sparse matrix by far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Index = NDArray[np.int64]
Floats = NDArray[np.float32]
Among = slice | Index  # rows of the catalogue: all of them, or some in ascending order
EVERYWHERE: Among = slice(None)


@dataclass(frozen=True)
class Met:
    """Those of query q stand from `start[q]` to `start[q + 1]`: `place` (row of the catalogue,
    ascending) and `weight`, of `places` there are."""

    start: Index
    place: Index
    weight: Floats
    places: int

    @classmethod
    def of(cls, matrix: sparse.csr_matrix) -> "Met":
        """Of a (queries, places) matrix."""
        matrix.sort_indices()
        start, place = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
        return cls(start, place, matrix.data.astype(np.float32), int(matrix.shape[1]))

    @classmethod
    def gathered(
        cls, request: Index, place: Index, weight: Floats, shape: tuple[int, int]
    ) -> "Met":
        """Of single entries sorted by request, then place; entries of weight 0 are left out."""
        kept = weight != 0
        start = np.searchsorted(request[kept], np.arange(shape[0] + 1)).astype(np.int64)
        return cls(start, place[kept], weight[kept], shape[1])

    def __len__(self) -> int:
        return len(self.start) - 1

    def query(self, q: int) -> tuple[Index, Floats]:
        """The places of one query and their weights."""
        span = slice(int(self.start[q]), int(self.start[q + 1]))
        return self.place[span], self.weight[span]

    def rows(self, first: int, stop: int) -> "Met":
        start = self.start[first : min(stop, len(self)) + 1]
        span = slice(int(start[0]), int(start[-1]))
        return Met(start - start[0], self.place[span], self.weight[span], self.places)

    @classmethod
    def joined(cls, parts: Sequence["Met"]) -> "Met":
        """One after the other."""
        return cls(
            np.cumsum([0, *(n for p in parts for n in np.diff(p.start).tolist())]),
            np.concatenate([p.place for p in parts]),
            np.concatenate([p.weight for p in parts]),
            parts[0].places,
        )

    def dense(self, among: Among = EVERYWHERE) -> Floats:
        """(queries, places among)."""
        return np.array([put(*self.query(q), self.places, among) for q in range(len(self))])

    def total(self) -> Floats:
        """(queries,) sums of the weights."""
        return np.array([self.query(q)[1].sum() for q in range(len(self))], dtype=np.float32)

    def times(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """(queries, columns): of a (places, columns) matrix the weighted sums of each query's rows.

        One query after the other: its sums are the same to the bit alone and among others.
        """
        out = np.zeros((len(self), matrix.shape[1]), matrix.dtype)
        for q in range(len(self)):
            place, weight = self.query(q)
            if len(place):
                out[q] = weight @ matrix[place]
        return out


def put(place: Index, value: NDArray[Any], places: int, among: Among) -> Floats:
    """(places among,) the values of these places, each named once; 0 elsewhere."""
    if isinstance(among, slice):
        out = np.zeros(places, np.float32)
        out[place] = value
        return out
    out = np.zeros(len(among), np.float32)
    at, there = where(place, among)
    out[at[there]] = value[there]
    return out


def summed(place: Index, value: NDArray[Any], places: int, among: Among) -> NDArray[np.float64]:
    """(places among,) the sums of the values of each place."""
    if isinstance(among, slice) or len(place) * SEARCHED > places:
        return np.asarray(np.bincount(place, value, places)[among], dtype=np.float64)
    at, there = where(place, among)
    return np.asarray(np.bincount(at[there], value[there], len(among)), dtype=np.float64)


SEARCHED = 20  # places in a table that cost what it costs to find one place among some


def where(place: Index, among: Index) -> tuple[Index, NDArray[np.bool_]]:
    """Where each place stands among these, and whether it does."""
    if not len(among):
        return np.zeros(len(place), np.int64), np.zeros(len(place), np.bool_)
    at = np.minimum(np.searchsorted(among, place), len(among) - 1)
    return at, among[at] == place


def stepped(
    matrix: sparse.csr_matrix, place: Index, weight: NDArray[Any], among: Among = EVERYWHERE
) -> NDArray[np.float64]:
    """(columns among,) the weighted sum of these rows of a sparse matrix."""
    if len(place) == 1:  # its row is one piece
        row = slice(*matrix.indptr[place[0] : place[0] + 2].tolist())
        return summed(matrix.indices[row], matrix.data[row] * weight, matrix.shape[1], among)
    first = matrix.indptr[place]
    length = matrix.indptr[place + 1] - first
    end = np.cumsum(length)
    at = np.repeat(first - end + length, length) + np.arange(end[-1] if len(end) else 0)
    values = matrix.data[at] * np.repeat(weight, length)
    return summed(matrix.indices[at], values, matrix.shape[1], among)
