"""What is near."""

import numpy as np

from features.frame import Catalogue
from models.generators.base import Counted, Floats
from models.met import EVERYWHERE, Among
from models.queries import Queries


class Nearby(Counted):
    """Near the traveller, the well-known first."""

    name = "nearby"
    SCALE_KM = 4.0

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        near = np.exp(-queries.km(catalogue, among) / self.SCALE_KM)
        known = (1.0 + np.log1p(self.count[among]))[None, :]
        return np.asarray(np.fmax(near * known, 0.0), dtype=np.float32)  # 0 where it is unknown
