"""What every generator of candidates is, and what they share.

One contract: `fit` on history before a moment, `score` queries as a dense (queries, places)
float32 matrix, of the whole catalogue or of some rows of it, where 0 means "no opinion". Nothing of
a traveller is kept: a traveller is folded in from the history in the query, so new travellers and
fresh feedback need no retraining.
"""

from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features import transforms as t
from features.frame import Catalogue
from models.met import EVERYWHERE, Among
from models.queries import Queries

Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[np.generic]]


class Generator(Protocol):
    """Scores all places for all queries; arrays in and out make it save and load alike."""

    name: str

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        """Learn from behaviour rows (see `transforms.behaviour`) known before the moment of fit."""

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        """(queries, places among) in the order of the catalogue; 0 is no opinion, higher better.

        What a place's score is depends on `among` by a factor of the whole query at most.
        """

    def state(self) -> Arrays:
        """Arrays that make it again."""

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        """Take arrays of `state`; `place` maps the fitted places to rows of today's catalogue."""


def positives(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Positive interactions with `user`, `place` row numbers, sorted by time."""
    liked = rows.filter(t.MEASURES["positives"])
    index = pl.DataFrame({C.POI: catalogue.ids, "place": np.arange(len(catalogue))})
    return liked.join(index, on=C.POI).sort(C.KNOWN_AT, C.USER, C.POI)


def meetings(rows: pl.DataFrame, catalogue: Catalogue) -> sparse.csr_matrix:
    """(travellers, places) float32: how often each traveller chose each place."""
    liked = positives(rows, catalogue)
    names, users = np.unique(liked[C.USER].to_numpy(), return_inverse=True)
    counts = sparse.csr_matrix(
        (np.ones(liked.height, np.float32), (users, liked["place"].to_numpy())),
        shape=(max(1, len(names)), len(catalogue)),
    )
    counts.sum_duplicates()
    return counts


def spread(values: NDArray[np.generic], place: NDArray[np.int64], places: int) -> Floats:
    """Rows of the fitted places put where today's catalogue has them; new places get 0."""
    out = np.zeros((places, *values.shape[1:]), np.float32)
    kept = place >= 0
    out[place[kept]] = values[kept]
    return out


def keep_top(matrix: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    """Each row's k largest entries."""
    coo = matrix.tocoo()
    order = np.lexsort((coo.col, -coo.data, coo.row))
    row = coo.row[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    kept = order[nth < k]
    return sparse.csr_matrix(
        (coo.data[kept], (coo.row[kept], coo.col[kept])), shape=matrix.shape, dtype=np.float32
    )


class Counted:
    """Generators that know of each place only how often it was chosen."""

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        place = positives(rows, catalogue)["place"].to_numpy()
        self.count = np.bincount(place, minlength=len(catalogue)).astype(np.float32)

    def state(self) -> Arrays:
        return {"count": self.count}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = spread(arrays["count"], place, places)
