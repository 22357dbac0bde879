"""Places like those the traveller likes, by what is known of the places themselves.

What reaches a place nobody has met yet, and a traveller nobody knows: a stranger is taken to like
what travellers like.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features.frame import Catalogue, coded
from models.generators.base import Arrays, Floats, positives, spread
from models.met import EVERYWHERE, Among
from models.queries import Queries

PRICE_WEIGHT, TAG_WEIGHT, GROUP_WEIGHT = 0.25, 0.5, 0.3
STRANGER = 1.0  # what all travellers like counts as one fresh visit of one's own
FAR_KM = 12.0  # a place this far away counts 1/e as much
UNKNOWN_WHERE = 0.3  # of a place or traveller whose whereabouts are unknown: neither near nor far


@dataclass(frozen=True)
class Attributes:
    """What places are: `number` and `weight` (places, most of one place) of attributes, 0 where
    there are fewer, and the attributes' names."""

    number: NDArray[np.int64]
    weight: NDArray[np.float64]
    names: tuple[str, ...]

    def of(self, place: NDArray[np.int64], weight: NDArray[Any]) -> NDArray[np.float64]:
        """(attributes,) the weighted sum of what these places are."""
        values = self.weight[place] * weight[:, None]
        sums = np.bincount(self.number[place].ravel(), values.ravel(), len(self.names))
        return np.asarray(sums, dtype=np.float64)

    def liked(self, taste: NDArray[np.float64], among: Among) -> NDArray[np.float64]:
        """(places among,) how much there is in each of what is in a taste (attributes,)."""
        return np.asarray((self.weight[among] * taste[self.number[among]]).sum(axis=1))


def attributes(places: pl.DataFrame) -> Attributes:
    """Category, group, price level and tags of each place, rare ones telling more (idf)."""
    columns = [C.CATEGORY, C.PRICE_LEVEL, C.TAGS]
    each = [_of_place(*row) for row in places.select(columns).iter_rows()]
    names, code = coded([name for found in each for name, _ in found])
    length = np.array([len(found) for found in each], dtype=np.int64)
    shape = (places.height, int(length.max(initial=0)))
    filled = np.arange(shape[1])[None, :] < length[:, None]
    number, weight = np.zeros(shape, np.int64), np.zeros(shape)
    number[filled] = code
    weight[filled] = [w for found in each for _, w in found]
    spread_over = np.bincount(code, minlength=len(names))
    idf = np.log1p(places.height / np.maximum(spread_over, 1)) / np.log1p(max(1, places.height))
    weight[filled] *= idf[code]
    return Attributes(number, weight, tuple(names))


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
        total = known.of(np.arange(len(catalogue)), count) / max(1.0, float(count.sum()))
        self.count = count.astype(np.float32)
        self.taste = dict(zip(known.names, total.tolist(), strict=True))
        self._of = None

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        known, everybody = self._known(catalogue)
        liked = np.zeros((len(queries), len(catalogue.latitude[among])))
        for q, total in enumerate(queries.history.total().tolist()):
            own = known.of(*queries.history.query(q))
            liked[q] = known.liked((own + STRANGER * everybody) / (total + STRANGER), among)
        near = queries.km(catalogue, among)
        near = np.where(np.isnan(near), UNKNOWN_WHERE, np.exp(-near / FAR_KM))
        return np.asarray(liked * near * (2.0 + np.log1p(self.count[among])), dtype=np.float32)

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
