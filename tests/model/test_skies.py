"""Another sky changes the weather and what is made of it, and nothing else."""

import numpy as np
import pytest
from tiny import planted

from features.vector import GROUP_OF, NAMES
from models.skies import under


def column(matrix: np.ndarray, name: str) -> np.ndarray:
    return matrix[:, NAMES.index(name)]


def test_what_is_not_named_stays_as_it_was() -> None:
    matrix = planted(size=5)[0]
    changed = under(matrix, precipitation_mm=2.0)
    same = [np.array_equal(matrix[:, j], changed[:, j], equal_nan=True) for j in range(len(NAMES))]
    assert {GROUP_OF[n] for n, kept in zip(NAMES, same, strict=True) if not kept} == {"weather"}
    assert (column(changed, "weather_precipitation_mm") == 2.0).all()
    assert np.array_equal(
        column(matrix, "weather_wind_ms"), column(changed, "weather_wind_ms"), equal_nan=True
    )


def test_rain_outdoors_follows_the_rain_by_the_outdoor_share() -> None:
    matrix = planted(size=5)[0]
    changed = under(matrix, precipitation_mm=3.0)
    outdoor = 1.0 - column(matrix, "indoor_share")
    assert np.allclose(column(changed, "rain_outdoors"), 3.0 * outdoor, equal_nan=True, atol=1e-5)


def test_a_fact_no_forecast_has_is_named() -> None:
    with pytest.raises(ValueError, match="hail"):
        under(planted(size=2)[0], hail=1.0)
