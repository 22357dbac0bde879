"""Within reach: the places near enough to a traveller to be candidates, found without looking at all of them.

Far places are dropped from every slate (`Rules.reach_km`), so they need no scores. In a catalogue of
few places everything is within reach; in a larger one a request costs what its neighbourhood costs,
however large the coast grows (ADR 0024).
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock

import h3
import numpy as np
from numpy.typing import NDArray

from features.frame import Catalogue
from features.places import distance_km
from features.sequence import KM_PER_DEGREE
from models.generators import Generator, Popular
from models.met import EVERYWHERE, Among, Index, where
from models.queries import Queries

NEAREST, BEST = 1_000, 500  # what they cost and what they find: docs/performance.md
FAR_KM, SLACK_KM = 60.0, 5.0  # as `Rules.reach_km`; from the middle of a cell to its corners
CELL = 6  # hexagons of about 3 km edge: all travellers in one share what is within reach
KEPT = 4_096  # neighbourhoods remembered, the latest used


class Reach:
    """Of the places within FAR_KM the `nearest` to the middle of the traveller's cell, the `best` of the
    others, and what the traveller chose before; of one category if asked. Good is what has great
    `worth` (places,).

    A traveller who may be anywhere reaches the best of all, and what they chose.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        worth: NDArray[np.floating],
        nearest: int = NEAREST,
        best: int = BEST,
    ) -> None:
        self.catalogue, self._worth = catalogue, worth
        self._nearest, self._best, self._most = nearest, best, nearest + best
        self._by_latitude = np.argsort(catalogue.latitude)
        self._latitudes = catalogue.latitude[self._by_latitude]
        self._known: OrderedDict[tuple[str, str], Index] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def by_popularity(cls, generators: Sequence[Generator], catalogue: Catalogue) -> "Reach":
        """Worth by what generator `popular` has counted; by nothing where there is none."""
        counts = [g.count for g in generators if isinstance(g, Popular)]
        return cls(catalogue, counts[0] if counts else np.zeros(len(catalogue)))

    def of(self, latitude: float, longitude: float, category: str | None = None) -> Among:
        """Rows of the catalogue within reach of a point, ascending; NaN is anywhere."""
        if len(self.catalogue) <= self._most:
            return EVERYWHERE
        cell = "" if np.isnan(latitude) else h3.latlng_to_cell(latitude, longitude, CELL)
        key = (cell, category or "")
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._find(cell, category)
        with self._lock:
            self._known[key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found

    def neighbourhoods(
        self, asked: Queries, category: str | None = None
    ) -> Iterator[tuple[Index, Among]]:
        """Numbers of the queries that share what is within reach, and what that is.

        Who chose places that are not in it is alone: what is scored decides how (ADR 0024).
        """
        if len(self.catalogue) <= self._most:
            yield np.arange(len(asked)), EVERYWHERE
            return
        shared: dict[int, tuple[list[int], Among]] = {}
        points = zip(asked.latitude.tolist(), asked.longitude.tolist(), strict=True)
        for q, (latitude, longitude) in enumerate(points):
            among = self.of(latitude, longitude, category)
            chosen, _ = asked.history.query(q)
            among = self._with(chosen, among, latitude, longitude, category)
            shared.setdefault(id(among), ([], among))[0].append(q)
        for queries, among in shared.values():
            yield np.array(queries), among

    def _with(
        self, chosen: Index, among: Among, latitude: float, longitude: float, category: str | None
    ) -> Among:
        """What is within reach, and what of the places a traveller chose is not too far to be shown;
        the very same array where it has them all."""
        assert not isinstance(among, slice)
        missing = chosen[~where(chosen, among)[1]]
        if not len(missing):
            return among
        more = self._of(missing, category)
        there = self.catalogue.latitude[more], self.catalogue.longitude[more]
        near = more[~(distance_km(latitude, longitude, *there) > FAR_KM)]
        return np.sort(np.concatenate([among, near])) if len(near) else among

    def _find(self, cell: str, category: str | None) -> Index:
        if not cell:
            rows = self._of(np.arange(len(self.catalogue)), category)
            return np.sort(rows[_first(-self._worth[rows], self._most)])
        latitude, longitude = h3.cell_to_latlng(cell)
        far = (FAR_KM + SLACK_KM) / KM_PER_DEGREE
        band = slice(*np.searchsorted(self._latitudes, (latitude - far, latitude + far)))
        rows = self._of(self._by_latitude[band], category)
        north = self.catalogue.latitude[rows] - latitude
        east = (self.catalogue.longitude[rows] - longitude) * np.cos(np.radians(latitude))
        away = (north * north + east * east).astype(np.float32)  # degrees, squared
        rows, away = rows[away <= far * far], away[away <= far * far]
        near = _first(away, self._nearest)
        others = np.delete(rows, near)
        best = others[_first(-self._worth[others], self._best)]
        return np.sort(np.concatenate([rows[near], best]))

    def _of(self, rows: Index, category: str | None) -> Index:
        return rows[self.catalogue.in_category(category, rows)] if category else rows


def _first(value: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """Where the `count` least values are."""
    if count >= len(value):
        return np.arange(len(value))
    return np.argpartition(value, count - 1)[:count] if count else np.arange(0)
