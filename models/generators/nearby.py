"""What is near."""

import numpy as np

from features.frame import Catalogue
from features.places import distance_km
from models.generators.base import Counted, Floats
from models.queries import Queries


class Nearby(Counted):
    """Near the traveller, the well-known first."""

    name = "nearby"
    SCALE_KM = 4.0

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        km = distance_km(
            queries.latitude[:, None],
            queries.longitude[:, None],
            catalogue.latitude[None, :],
            catalogue.longitude[None, :],
        )
        near = np.exp(-km / self.SCALE_KM) * (1.0 + np.log1p(self.count))[None, :]
        return np.asarray(np.nan_to_num(near), dtype=np.float32)
