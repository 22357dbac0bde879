"""Queries: requests as the generators of candidates see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from features.frame import Catalogue
from features.places import distance_km
from features.rows import MICROS_AN_HOUR
from features.sequence import Steps
from models.met import EVERYWHERE, Among, Met

HALF_LIFE_HOURS = 24.0 * 45  # taste fades: a visit counts half after this long
LAST = 5  # how many last places a sequence looks back


@dataclass(frozen=True)
class Queries:
    """Requests as generators see them.

    `history` holds decayed interaction weights of places, `visited` what was visited ever,
    `last` the newest places (row numbers, -1 where fewer), coordinates are NaN where unknown.
    `steps` are the last things chosen, one by one; `minute` is the local minute of the visit.
    """

    history: Met
    visited: Met
    last: NDArray[np.int64]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    hour: NDArray[np.int64]
    season: NDArray[np.int64]
    minute: NDArray[np.float64]
    steps: Steps
    _km: list[tuple[Catalogue, Among, NDArray[np.float64]]] = field(
        default_factory=list, repr=False, compare=False
    )

    def __len__(self) -> int:
        return len(self.history)

    def some(self, numbers: NDArray[np.int64]) -> "Queries":
        """These queries alone, in this order."""
        if len(numbers) == len(self) and (numbers == np.arange(len(self))).all():
            return self
        parts = [self.rows(n, n + 1) for n in numbers.tolist()]
        return Queries(
            Met.joined([p.history for p in parts]),
            Met.joined([p.visited for p in parts]),
            self.last[numbers],
            self.latitude[numbers],
            self.longitude[numbers],
            self.hour[numbers],
            self.season[numbers],
            self.minute[numbers],
            Steps.joined([p.steps for p in parts]),
        )

    def rows(self, start: int, stop: int) -> "Queries":
        return Queries(
            self.history.rows(start, stop),
            self.visited.rows(start, stop),
            self.last[start:stop],
            self.latitude[start:stop],
            self.longitude[start:stop],
            self.hour[start:stop],
            self.season[start:stop],
            self.minute[start:stop],
            self.steps.rows(start, stop),
        )

    def km(self, catalogue: Catalogue, among: Among = EVERYWHERE) -> NDArray[np.float64]:
        """(queries, places among): from where each traveller is; NaN where that is unknown.

        Kept for the next generator that asks.
        """
        for of, where, km in self._km:
            if of is catalogue and where is among:
                return km
        km = np.asarray(
            distance_km(
                self.latitude[:, None],
                self.longitude[:, None],
                catalogue.latitude[among][None, :],
                catalogue.longitude[among][None, :],
            )
        )
        self._km[:] = [(catalogue, among, km)]
        return km


def queries(
    arrays: Mapping[str, NDArray[np.float64]],
    request: NDArray[np.int64],
    place: NDArray[np.int64],
    met: Mapping[str, NDArray[np.float64]],
    places: int,
    steps: Steps,
) -> Queries:
    """Queries of request arrays (see `request_arrays`) and what their travellers had met.

    `request`, `place` and the columns of `met` (view `traveller_poi`) have one entry for each
    place a traveller had met by the time of the request, sorted by the two.
    """
    n = len(arrays["requested_us"])
    age = np.maximum((arrays["requested_us"][request] - met["tp_last_at"]) / MICROS_AN_HOUR, 0.0)
    positives, all_ = met["tp_positives_all"], met["tp_interactions_all"]
    weight = (positives + 0.2 * (all_ - positives)) * 0.5 ** (age / HALF_LIFE_HOURS)
    faded = np.where(met["tp_dismisses_all"] >= positives + 1, 0.0, weight)
    visited = (met["tp_visits_all"] > 0).astype(np.float32)
    liked = positives > 0
    minute = arrays["local_minute"]
    return Queries(
        history=Met.gathered(request, place, faded.astype(np.float32), (n, places)),
        visited=Met.gathered(request, place, visited, (n, places)),
        last=_last_places(request[liked], place[liked], met["tp_last_at"][liked], n),
        latitude=arrays["here_latitude"],
        longitude=arrays["here_longitude"],
        hour=((minute % 1440) // 60).astype(np.int64),
        season=((arrays["month"] % 12) // 3).astype(np.int64),
        minute=minute,
        steps=steps,
    )


def _last_places(
    request: NDArray[np.int64], place: NDArray[np.int64], at: NDArray[np.float64], n: int
) -> NDArray[np.int64]:
    out = np.full((n, LAST), -1, dtype=np.int64)
    order = np.lexsort((place, -at, request))
    request, place = request[order], place[order]
    starts = np.searchsorted(request, request, side="left")
    nth = np.arange(len(request)) - starts
    kept = nth < LAST
    out[request[kept], nth[kept]] = place[kept]
    return out


def allowed_places(
    asked: Queries,
    catalogue: Catalogue,
    category: str | None,
    exclude_visited: bool,
    among: Among = EVERYWHERE,
    only: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_] | None:
    """Mask (queries, places among) of what may be a candidate; None when everything may."""
    if not category and not exclude_visited and only is None:
        return None
    mask = np.ones((len(asked), len(catalogue.latitude[among])), dtype=bool)
    if category:
        mask &= catalogue.in_category(category, among)[None, :]
    if exclude_visited:
        mask &= asked.visited.dense(among) == 0
    if only is not None:
        mask &= only[among][None, :]
    return mask
