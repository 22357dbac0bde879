"""Which places are visited more than most of their kind: a quiet place is none of them."""

import numpy as np

from serving.moment import Places

# of travellers of this platform, in 30 days and in a year before the features were made: of few visits alone,
# in a small catalogue, chance tells more than the place
MEASURES = ("p_visits_30d", "p_visits_all", "p_interactions_30d", "p_interactions_all")


def busier(places: Places) -> tuple[str, ...] | None:
    """poi_ids above the median of their kind by any measure; None where nothing at all was counted."""
    counts = np.stack([np.nan_to_num(places.arrays[name]) for name in MEASURES])
    if not counts.any():
        return None
    usual = np.zeros(counts.shape)
    for kind in np.unique(places.kinds):
        of_kind = places.kinds == kind
        usual[:, of_kind] = np.median(counts[:, of_kind], axis=1, keepdims=True)
    rows = np.flatnonzero((counts > usual).any(axis=0))
    return tuple(places.catalogue.ids[row] for row in rows)
