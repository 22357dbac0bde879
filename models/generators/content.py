"""Places like those the traveller likes, by what is known of the places themselves.

What reaches a place nobody has met yet, and a traveller nobody knows: a stranger is taken to like
what travellers like.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features.frame import Catalogue
from features.places import distance_km
from models.generators.base import Arrays, Floats, positives, spread
from models.queries import Queries

PRICE_WEIGHT, TAG_WEIGHT, GROUP_WEIGHT = 0.25, 0.5, 0.3
STRANGER = 1.0  # what all travellers like counts as one fresh visit of one's own
FAR_KM = 12.0  # a place this far away counts 1/e as much
UNKNOWN_WHERE = 0.3  # of a place or traveller whose whereabouts are unknown: neither near nor far


@dataclass(frozen=True)
class Attributes:
    """What places are: `matrix` (places, attributes) of weights, and the attributes' names."""

    matrix: sparse.csr_matrix
    names: tuple[str, ...]


def attributes(places: pl.DataFrame) -> Attributes:
    """Category, group, price level and tags of each place, rare ones telling more (idf)."""
    rows, names, weights = [], [], []
    columns = [C.CATEGORY, C.PRICE_LEVEL, C.TAGS]
    for row, (category, price, tags) in enumerate(places.select(columns).iter_rows()):
        for name, weight in _of_place(category, price, tags):
            rows.append(row)
            names.append(name)
            weights.append(weight)
    distinct, code = np.unique(np.array(names, dtype=str), return_inverse=True)
    shape = (places.height, len(distinct))
    matrix = sparse.csr_matrix((weights, (rows, code)), shape=shape, dtype=np.float64)
    spread_over = np.bincount(code, minlength=len(distinct))
    idf = np.log1p(places.height / np.maximum(spread_over, 1)) / np.log1p(max(1, places.height))
    return Attributes(sparse.csr_matrix(matrix @ sparse.diags(idf)), tuple(distinct.tolist()))


def _of_place(category: str, price: int | None, tags: str | None) -> list[tuple[str, float]]:
    found = [(f"kind {category}", 1.0), (f"group {category.split('/')[0]}", GROUP_WEIGHT)]
    if price is not None:
        found.append((f"price {price}", PRICE_WEIGHT))
    words = sorted({tag for tag in (tags or "").split(";") if tag})
    return found + [(f"tag {w}", TAG_WEIGHT / len(words) ** 0.5) for w in words]


class Content:
    """Category, price, tags and location of a place against the traveller's own mix of them."""

    name = "content"

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)
        self.taste: dict[str, float] = {}  # of all travellers: attribute -> mean weight
        self._of: tuple[Catalogue, Attributes, NDArray[np.float64]] | None = None

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        place = positives(rows, catalogue)["place"].to_numpy()
        count = np.bincount(place, minlength=len(catalogue)).astype(np.float64)
        known = attributes(catalogue.frame)
        total = np.asarray(known.matrix.T @ count) / max(1.0, float(count.sum()))
        self.count = count.astype(np.float32)
        self.taste = dict(zip(known.names, total.tolist(), strict=True))
        self._of = None

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        known, everybody = self._known(catalogue)
        own = np.asarray((queries.history @ known.matrix).todense())
        weight = np.asarray(queries.history.sum(axis=1)).reshape(-1, 1)
        taste = (own + STRANGER * everybody[None, :]) / (weight + STRANGER)
        liked = np.asarray((known.matrix @ taste.T).T)
        score = liked * _nearness(queries, catalogue) * (2.0 + np.log1p(self.count))[None, :]
        return np.asarray(score, dtype=np.float32)

    def _known(self, catalogue: Catalogue) -> tuple[Attributes, NDArray[np.float64]]:
        """The catalogue's attributes and everybody's taste in them, kept for the next query."""
        if self._of is None or self._of[0] is not catalogue:
            known = attributes(catalogue.frame)
            everybody = np.array([self.taste.get(name, 0.0) for name in known.names])
            self._of = (catalogue, known, everybody)
        return self._of[1], self._of[2]

    def state(self) -> Arrays:
        return {
            "count": self.count,
            "attribute": np.array(list(self.taste), dtype=str),
            "taste": np.array(list(self.taste.values()), dtype=np.float64),
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = spread(arrays["count"], place, places)
        self.taste = dict(zip(arrays["attribute"].tolist(), arrays["taste"].tolist(), strict=True))
        self._of = None


def _nearness(queries: Queries, catalogue: Catalogue) -> NDArray[np.float64]:
    km = distance_km(
        queries.latitude[:, None],
        queries.longitude[:, None],
        catalogue.latitude[None, :],
        catalogue.longitude[None, :],
    )
    return np.where(np.isnan(km), UNKNOWN_WHERE, np.exp(-km / FAR_KM))
