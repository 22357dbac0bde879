"""Places as features see them: the catalogue with its cells, time zone and nearest weather point."""

from functools import lru_cache
from typing import Any

import h3
import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from butler.columns import C

CELL_RESOLUTION = 7  # hexagons of about 1.2 km edge: a neighbourhood
ZONE_RESOLUTION = 3  # about 60 km edge: shares one time zone nearly always
WEATHER_REACH_KM = 150.0
EARTH_RADIUS_KM = 6371.0088

GROUP, CELL, TIMEZONE, WEATHER_CELL = "category_group", "cell", "timezone", "weather_cell"


def distance_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Any:
    """Great-circle distance (haversine) in kilometres; degrees in, broadcasts, NaN stays NaN."""
    p1, p2 = np.radians(lat1), np.radians(lat2)
    half = (
        np.sin((p2 - p1) / 2) ** 2
        + np.cos(p1) * np.cos(p2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


def weather_cell(latitude: str = C.LATITUDE, longitude: str = C.LONGITUDE) -> pl.Expr:
    """The key of a weather point: its coordinates to two decimals (about 1 km)."""
    return pl.format(
        "{},{}",
        (pl.col(latitude) * 100).round().cast(pl.Int64),
        (pl.col(longitude) * 100).round().cast(pl.Int64),
    )


def weather_points(weather: pl.DataFrame) -> pl.DataFrame:
    """The distinct points weather is known for: weather_cell, latitude, longitude."""
    return (
        weather.select(C.LATITUDE, C.LONGITUDE)
        .unique()
        .with_columns(weather_cell().alias(WEATHER_CELL))
        .unique(WEATHER_CELL, keep="any")
        .sort(WEATHER_CELL)
    )


def enrich(pois: pl.DataFrame, weather: pl.DataFrame) -> pl.DataFrame:
    """The catalogue, sorted by poi_id, with category_group, cell, timezone and weather_cell."""
    pois = pois.sort(C.POI)
    lat, lon = pois[C.LATITUDE].to_list(), pois[C.LONGITUDE].to_list()
    points = list(zip(lat, lon, strict=True))
    return pois.with_columns(
        pl.col(C.CATEGORY).str.split("/").list.first().alias(GROUP),
        pl.Series(CELL, [h3.latlng_to_cell(*p, CELL_RESOLUTION) for p in points], pl.String),
        pl.Series(TIMEZONE, _timezones(points), pl.String),
        pl.Series(WEATHER_CELL, _nearest_weather(lat, lon, weather_points(weather)), pl.String),
    )


@lru_cache(maxsize=1)
def _zone_finder():  # type: ignore[no-untyped-def]
    from timezonefinder import TimezoneFinder

    return TimezoneFinder()


def _timezones(points: list[tuple[float, float]]) -> list[str]:
    """One time zone per place; places of one zone cell share the look-up of its centre's first place."""
    known: dict[str, str] = {}
    zones = []
    for lat, lon in points:
        cell = h3.latlng_to_cell(lat, lon, CELL_RESOLUTION)
        if cell not in known:
            known[cell] = _zone_finder().timezone_at(lat=lat, lng=lon) or "UTC"
        zones.append(known[cell])
    return zones


def _nearest_weather(lat: list[float], lon: list[float], points: pl.DataFrame) -> list[str | None]:
    if points.is_empty() or not lat:
        return [None] * len(lat)
    away = distance_km(
        np.array(lat)[:, None],
        np.array(lon)[:, None],
        points[C.LATITUDE].to_numpy()[None, :],
        points[C.LONGITUDE].to_numpy()[None, :],
    )
    nearest = away.argmin(axis=1)
    names = points[WEATHER_CELL].to_list()
    return [
        names[j] if away[i, j] <= WEATHER_REACH_KM else None for i, j in enumerate(nearest.tolist())
    ]


class Zones:
    """The time zone at a point: the most frequent one of the places of its zone cell.

    Where no place is near, the most frequent zone of the catalogue.
    """

    def __init__(self, places: pl.DataFrame) -> None:
        cells = [
            h3.latlng_to_cell(a, b, ZONE_RESOLUTION)
            for a, b in places.select(C.LATITUDE, C.LONGITUDE).iter_rows()
        ]
        counted = (
            places.select(TIMEZONE, pl.Series("zone_cell", cells, pl.String))
            .group_by("zone_cell", TIMEZONE)
            .len()
            .sort("len", TIMEZONE, descending=[True, False])
        )
        self._by_cell: dict[str, str] = dict(
            counted.unique("zone_cell", keep="first", maintain_order=True)
            .select("zone_cell", TIMEZONE)
            .iter_rows()
        )
        overall = places[TIMEZONE].value_counts(sort=True)
        self.default: str = overall[TIMEZONE][0] if overall.height else "UTC"

    def at(self, latitude: float | None, longitude: float | None) -> str:
        if latitude is None or longitude is None or latitude != latitude:
            return self.default
        return self._by_cell.get(
            h3.latlng_to_cell(latitude, longitude, ZONE_RESOLUTION), self.default
        )


def floats(column: pl.Series) -> np.ndarray:
    """As float64; missing is NaN."""
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def with_numbers(rows: pl.DataFrame, columns: list[str]) -> np.ndarray:
    """These columns as float64 of shape (rows, columns); missing is NaN."""
    return rows.select(pl.col(columns).cast(pl.Float64).fill_null(np.nan)).to_numpy()
