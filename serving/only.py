"""Only such places: what a request rules out before anything is ranked, as a mask over the catalogue."""

import numpy as np
from numpy.typing import NDArray

from butler.columns import C
from features.frame import Catalogue
from features.places import distance_km
from serving.answers import Only

INDOORS, OUTDOORS = 0.7, 0.3  # share under a roof, as reasons tell it: serving/explain/reasons.py
Mask = NDArray[np.bool_]


def mask(only: Only, catalogue: Catalogue, here: tuple[float, float] | None) -> Mask:
    """(places,) what may be a candidate. What is not known of a place is not taken for granted.

    `here` is where the traveller is, in degrees; from nowhere, no place is near.
    """
    frame = catalogue.frame
    allowed = np.ones(len(catalogue), dtype=bool)
    if only.these is not None:
        allowed &= _rows(only.these, catalogue)
    if only.not_these:
        allowed &= ~_rows(only.not_these, catalogue)
    if only.categories:
        allowed &= _of(only.categories, catalogue)
    if only.not_categories:
        allowed &= ~_of(only.not_categories, catalogue)
    if only.indoor is not None:
        share = frame[C.INDOOR_SHARE].to_numpy()
        allowed &= share >= INDOORS if only.indoor else share <= OUTDOORS
    if only.accessible:
        allowed &= frame[C.ACCESSIBLE].fill_null(False).to_numpy()
    if only.kids:
        allowed &= frame[C.KID_FRIENDLY].fill_null(False).to_numpy()
    if only.at_least is not None:
        allowed &= (frame[C.PRICE_LEVEL] >= only.at_least).fill_null(False).to_numpy()
    if only.within_km is not None:
        allowed &= _near(only.within_km, catalogue, here)
    if only.beyond_km is not None:
        allowed &= ~_near(only.beyond_km, catalogue, here)
    return allowed


def _near(within_km: float, catalogue: Catalogue, here: tuple[float, float] | None) -> Mask:
    if here is None:
        return np.zeros(len(catalogue), dtype=bool)
    away: NDArray[np.float64] = distance_km(*here, catalogue.latitude, catalogue.longitude)  # type: ignore[arg-type]
    return np.asarray(away <= within_km)


def _rows(poi_ids: tuple[str, ...], catalogue: Catalogue) -> Mask:
    out = np.zeros(len(catalogue), dtype=bool)
    out[[catalogue.index[p] for p in poi_ids if p in catalogue.index]] = True
    return out


def _of(categories: tuple[str, ...], catalogue: Catalogue) -> Mask:
    return np.asarray(np.logical_or.reduce([catalogue.in_category(c) for c in categories]))
