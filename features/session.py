"""Session intent: what the traveller has looked at in the last minutes, as of the request itself.

The windows of a traveller end at the last action; what is wanted *now* fades while nothing happens.
So it is worked out at the moment of asking, from when each place was last met (view `traveller_poi`):
a place met just now counts 1, half an hour ago 0.37, three hours ago nothing.
Pure functions of one traveller at a time, as in `features/sequence.py`: online equals offline.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from features.sequence import Where, spans

Array = NDArray[np.float64]
Index = NDArray[np.int64]

FADE_HOURS = 0.5
WINDOW_HOURS = 3.0
NEAR_KM = 1.0
MICROS_AN_HOUR = 3.6e9
SESSION = ("place", "kind", "group", "near", "all")
READS = ("tp_last_at", "tp_positives_all", "tp_dismisses_all")


def session_pairs(
    asked_us: Array,
    met_request: Index,
    met_place: Index,
    met: Mapping[str, Array],
    request: Index,
    place: Index,
    where: Where,
    group: Index,
) -> dict[str, Array]:
    """Columns `session_…` of the pairs (request, place), by the names of SESSION.

    `asked_us` (requests,) microseconds since 1970. `met_request`, `met_place` and the columns of
    `met` (READS) have one entry for each place a traveller had met, sorted by the two; `request` is
    sorted. Missing where the traveller has met nothing at all.
    """
    out = np.full((len(SESSION), len(request)), np.nan)
    weight = faded(asked_us[met_request], met)
    starts = np.searchsorted(met_request, np.arange(len(asked_us) + 1))
    for r, span in spans(request):
        mine = slice(*starts[r : r + 2].tolist())
        if mine.start < mine.stop:
            found = intent(met_place[mine], weight[mine], place[span], where, group)
            for n, name in enumerate(SESSION):
                out[n, span] = found[name]
    return {f"session_{name}": values for name, values in zip(SESSION, out, strict=True)}


def faded(asked_us: Array, met: Mapping[str, Array]) -> Array:
    """What each place met is worth now; one that was only ever dismissed is worth nothing."""
    hours = np.maximum((asked_us - met["tp_last_at"]) / MICROS_AN_HOUR, 0.0)
    unwanted = (met["tp_dismisses_all"] > 0) & (met["tp_positives_all"] == 0)
    return np.where((hours > WINDOW_HOURS) | unwanted, 0.0, np.exp(-hours / FADE_HOURS))


def intent(met: Index, weight: Array, place: Index, where: Where, group: Index) -> dict[str, Array]:
    """SESSION of these places, for a traveller who has met `met` with these weights."""
    recent = weight > 0
    met, weight = met[recent], weight[recent]
    if not len(met):
        return dict.fromkeys(SESSION, np.zeros(len(place)))
    near = np.exp(-where.km(place, met) / NEAR_KM)

    def together(number: Index) -> Array:
        count = int(number.max()) + 1
        return np.asarray(np.bincount(number[met], weight, count)[number[place]], dtype=np.float64)

    return {
        "place": ((place[:, None] == met[None, :]) * weight[None, :]).sum(axis=1),
        "kind": together(where.kind),
        "group": together(group),
        "near": (near * weight[None, :]).sum(axis=1),
        "all": np.full(len(place), weight.sum()),
    }
