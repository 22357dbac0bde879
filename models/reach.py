"""Within reach: the places near enough to a traveller to be candidates, found without looking at all of them.

Far places are dropped from every slate (`Rules.reach_km`), so they need no scores. In a catalogue of
no more places than `most` everything is within reach; in a larger one a request costs what its
neighbourhood costs, however large the coast grows (ADR 0024).
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from threading import Lock

import h3
import numpy as np
from numpy.typing import NDArray

from features.frame import Catalogue
from features.sequence import KM_PER_DEGREE
from models.generators import Generator, Popular
from models.met import EVERYWHERE, Among, Index
from models.queries import Queries

MOST = 2_000  # what it costs and what it finds: docs/performance.md
CELL = 6  # hexagons of about 3 km edge: all travellers in one share what is within reach
KEPT = 4_096  # neighbourhoods remembered, the latest used


class Reach:
    """The `most` places nearest to the middle of the traveller's cell, of one category if asked.

    A traveller who may be anywhere reaches the `most` of greatest `worth` (places,).
    """

    def __init__(self, catalogue: Catalogue, worth: NDArray[np.floating], most: int = MOST) -> None:
        self.catalogue, self._worth, self.most = catalogue, worth, most
        self._known: OrderedDict[tuple[str, str], Index] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def by_popularity(cls, generators: Sequence[Generator], catalogue: Catalogue) -> "Reach":
        """Worth by what generator `popular` has counted; by nothing where there is none."""
        counts = [g.count for g in generators if isinstance(g, Popular)]
        return cls(catalogue, counts[0] if counts else np.zeros(len(catalogue)))

    def of(self, latitude: float, longitude: float, category: str | None = None) -> Among:
        """Rows of the catalogue within reach of a point, ascending; NaN is anywhere."""
        if len(self.catalogue) <= self.most:
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
        """Numbers of the queries that share what is within reach, and what that is."""
        if len(self.catalogue) <= self.most:
            yield np.arange(len(asked)), EVERYWHERE
            return
        shared: dict[int, tuple[list[int], Among]] = {}
        points = zip(asked.latitude.tolist(), asked.longitude.tolist(), strict=True)
        for q, (latitude, longitude) in enumerate(points):
            among = self.of(latitude, longitude, category)
            shared.setdefault(id(among), ([], among))[0].append(q)
        for queries, among in shared.values():
            yield np.array(queries), among

    def _find(self, cell: str, category: str | None) -> Index:
        catalogue = self.catalogue
        rows = (
            np.flatnonzero(catalogue.in_category(category))
            if category
            else np.arange(len(catalogue))
        )
        if len(rows) <= self.most:
            return rows
        if not cell:
            far = -self._worth[rows]
        else:
            latitude, longitude = h3.cell_to_latlng(cell)
            north = catalogue.latitude[rows] - latitude
            east = (catalogue.longitude[rows] - longitude) * np.cos(np.radians(latitude))
            far = KM_PER_DEGREE * np.hypot(north, east)
        return np.sort(rows[np.argpartition(far, self.most - 1)[: self.most]])
