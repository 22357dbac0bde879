"""Places carry their cell, their clock and their weather point."""

import numpy as np
import polars as pl
import pytest
from histories import ALICANTE, NOW, forecast, poi, table
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import C
from features.places import (
    CELL,
    GROUP,
    TIMEZONE,
    WEATHER_CELL,
    Zones,
    distance_km,
    enrich,
    with_numbers,
)

BENIDORM, NEW_YORK = (38.5411, -0.1225), (40.7580, -73.9855)
points = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


def at(number: int, where: tuple[float, float], **more: object) -> dict[str, object]:
    return poi(number, **{C.LATITUDE: where[0], C.LONGITUDE: where[1]}, **more)


def test_the_distance_is_the_great_circles() -> None:
    """A degree of latitude is 111.195 km on a sphere of radius 6371.0088 km; Alicante to Benidorm
    is 38 km."""
    assert distance_km(38.0, 0.0, 39.0, 0.0) == pytest.approx(111.195, abs=0.001)  # type: ignore[arg-type]
    assert distance_km(*ALICANTE, *BENIDORM) == pytest.approx(38.1, abs=0.3)  # type: ignore[arg-type]


@given(points, points)
def test_the_distance_is_symmetric_and_never_more_than_half_the_globe(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    there, back = distance_km(*a, *b), distance_km(*b, *a)  # type: ignore[arg-type]
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_015.2
    assert distance_km(*a, *a) == 0  # type: ignore[arg-type]


def test_an_unknown_point_has_an_unknown_distance() -> None:
    assert np.isnan(distance_km(np.nan, np.nan, *ALICANTE))  # type: ignore[arg-type]


def test_a_place_gets_its_group_cell_and_time_zone() -> None:
    pois = table("pois", [at(1, NEW_YORK), at(0, ALICANTE)])
    places = enrich(pois, table("weather", []))
    assert places[C.POI].to_list() == ["p00", "p01"]
    assert places[GROUP].to_list() == ["nature", "nature"]
    assert places[TIMEZONE].to_list() == ["Europe/Madrid", "America/New_York"]
    assert places[CELL].n_unique() == 2
    assert places[WEATHER_CELL].to_list() == [None, None]  # no weather at all


def test_the_weather_of_a_place_is_that_of_the_nearest_point_within_reach() -> None:
    """New York is out of reach of a point in Alicante: its weather is missing."""
    near = {**forecast(NOW, NOW, 20.0), C.LATITUDE: 38.54, C.LONGITUDE: -0.12}
    weather = table("weather", [forecast(NOW, NOW, 20.0), near])
    pois = table("pois", [at(0, ALICANTE), at(1, BENIDORM), at(2, NEW_YORK)])
    assert enrich(pois, weather)[WEATHER_CELL].to_list() == ["3835,-48", "3854,-12", None]


def test_the_zone_of_a_point_is_that_of_the_places_around_it() -> None:
    """Far from every place, and without a point, the most frequent zone counts."""
    pois = table("pois", [at(0, ALICANTE), at(1, BENIDORM), at(2, NEW_YORK)])
    zones = Zones(enrich(pois, table("weather", [])))
    assert zones.at(ALICANTE[0] + 0.05, ALICANTE[1]) == "Europe/Madrid"
    assert zones.at(*NEW_YORK) == "America/New_York"
    assert zones.at(-33.87, 151.21) == "Europe/Madrid"
    assert zones.at(None, None) == "Europe/Madrid"
    assert zones.at(np.nan, np.nan) == "Europe/Madrid"


def test_what_is_missing_becomes_nan() -> None:
    frame = pl.DataFrame({"a": [1, None], "b": [True, None]})
    assert np.array_equal(
        with_numbers(frame, ["b", "a"]), [[1.0, 1.0], [np.nan, np.nan]], equal_nan=True
    )
