"""What the traveller met before."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.frame import Catalogue
from models.generators.base import Arrays, Floats
from models.queries import Queries


class History:
    """What the traveller met before, fading with time: nothing to learn."""

    name = "history"

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None: ...

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        return np.asarray(queries.history.toarray(), dtype=np.float32)

    def state(self) -> Arrays:
        return {}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None: ...
