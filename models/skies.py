"""The same requests under another sky: vectors as they would have been with another forecast."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.columns import C
from features.opening import Openings
from features.rows import Rows
from features.transforms import WEATHER_FACTS
from features.vector import FEATURES, GROUP_OF, NAMES
from models.ranker import Matrix

WEATHER = tuple(n for n in NAMES if GROUP_OF[n] == "weather" and n != "weather_is_forecast")
INDOOR = NAMES.index("indoor_share")


def under(matrix: Matrix, **sky: float) -> Matrix:
    """The matrix with these facts of the forecast (temperature_c=…, precipitation_mm=…) for all rows.

    What is derived from the weather (rain outdoors, heat outdoors) is computed anew by the vector's
    own functions; all else stays as it was. Raises ValueError for a fact no forecast has.
    """
    unknown = set(sky) - set(WEATHER_FACTS)
    if unknown:
        raise ValueError(f"{sorted(unknown)} is no fact of the weather; there are {WEATHER_FACTS}")
    columns: dict[str, Any] = {f"p_{C.INDOOR_SHARE}": matrix[:, INDOOR].astype(np.float64)}
    for fact in WEATHER_FACTS:
        logged = matrix[:, NAMES.index(f"weather_{fact}")].astype(np.float64)
        columns[f"wf_{fact}"] = np.full(len(matrix), sky[fact]) if fact in sky else logged
    nobody: NDArray[np.int64] = np.zeros(len(matrix), dtype=np.int64)
    rows = Rows({}, {}, columns, nobody, nobody, Openings([None], None))
    changed = matrix.copy()
    for feature in FEATURES:
        if feature.name in WEATHER:
            changed[:, NAMES.index(feature.name)] = feature.compute(rows)
    return changed
