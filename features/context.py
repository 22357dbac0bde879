"""The context of a request: where the traveller is, when the visit is, with whom, on which trip."""

import datetime as dt
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import numpy as np
import polars as pl

from butler.columns import UTC, C
from features.places import Zones

REQUESTED_AT, VISIT_AT, BUDGET = C.REQUESTED_AT, C.VISIT_AT, C.BUDGET
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local wall time has no zone
LAST_PLACE_SECONDS = 24.0 * 3600  # a traveller is taken to be near the last place met this recently
PLANNING_SECONDS = (
    60 * 24.0 * 3600
)  # a trip that begins this soon is what somebody at home asks for

REQUEST_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    C.REQUEST: pl.String,
    C.USER: pl.String,
    REQUESTED_AT: UTC,
    VISIT_AT: UTC,
    C.LATITUDE: pl.Float64,
    C.LONGITUDE: pl.Float64,
    C.PARTY: pl.String,
    BUDGET: pl.Float64,
}

PROFILE_COLUMNS = [C.LANGUAGE, C.HOME_COUNTRY, C.PARTY, C.BUDGET_LEVEL, C.TRIPS]


def current_trip(trips: str | None, at: datetime) -> tuple[float, float, float, float]:
    """(base latitude, base longitude, day of the trip from 0, days left); NaN without a trip."""
    for trip in _trips(trips or ""):
        if trip[0] <= at.timestamp() <= trip[1]:
            return (
                trip[2],
                trip[3],
                float((at.timestamp() - trip[0]) // 86400),
                float((trip[1] - at.timestamp()) // 86400),
            )
    return (np.nan, np.nan, np.nan, np.nan)


def next_trip(trips: str | None, at: datetime) -> tuple[float, float, float, float]:
    """As `current_trip`, of the first trip that begins soon: its days from today are below zero."""
    ahead = [t for t in _trips(trips or "") if 0 < t[0] - at.timestamp() <= PLANNING_SECONDS]
    if not ahead:
        return (np.nan, np.nan, np.nan, np.nan)
    trip = min(ahead)
    days = (at.timestamp() - trip[0]) // 86400
    return trip[2], trip[3], float(days), float((trip[1] - at.timestamp()) // 86400)


@lru_cache(maxsize=65536)
def _trips(text: str) -> tuple[tuple[float, float, float, float], ...]:
    if not text:
        return ()
    return tuple(
        (_seconds(t["start"]), _ends(t["end"]), float(t["latitude"]), float(t["longitude"]))
        for t in json.loads(text)
    )


def _seconds(moment: str) -> float:
    at = datetime.fromisoformat(moment)
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()


def _ends(moment: str) -> float:
    """A trip that ends on a date lasts until that day is over."""
    whole_day = 86400.0 if len(moment) == len("2026-07-01") else 0.0
    return _seconds(moment) + whole_day


class Calendar:
    """Local time and public holidays where the traveller is."""

    def __init__(self, zones: Zones) -> None:
        self.zones = zones

    def country(self, zone: str) -> str | None:
        return _territory(zone)

    def is_holiday(self, zone: str, day: datetime) -> bool:
        return day.date() in _holidays(_territory(zone), day.year)


@lru_cache(maxsize=512)
def _territory(zone: str) -> str | None:
    from babel.core import get_global

    territory = get_global("zone_territories").get(zone)
    return territory if territory and len(territory) == 2 else None


@lru_cache(maxsize=512)
def _holidays(country: str | None, year: int) -> frozenset[object]:
    import holidays

    if country is None:
        return frozenset()
    # The Costa Blanca keeps the Valencian calendar; elsewhere the national one is taken.
    region = "VC" if country == "ES" else None
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:
        return frozenset()


def resolve(requests: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Requests with all of their context.

    `requests` has REQUEST_SCHEMA beside the traveller's PROFILE_COLUMNS (party from the profile as
    `profile_party`), `last_latitude`, `last_longitude` and `last_visit_at` (microseconds since
    1970). Adds:
    party, budget, base_latitude/longitude, trip_day, trip_days_left, here_latitude/longitude (as
    given, else the base of the trip, else the last place if recent, else the base of the trip that
    begins soon: then `planning` is 1), local_minute (local minutes since 1970 of the visit),
    local_hour, weekday, month, holiday, place_zone.
    """
    rows = [_resolved(row, calendar) for row in requests.iter_rows(named=True)]
    added = pl.DataFrame(rows, schema=RESOLVED, orient="row")
    kept = [c for c in requests.columns if c not in RESOLVED]
    return pl.concat([requests.select(kept), added], how="horizontal")


RESOLVED: dict[str, pl.DataType | type[pl.DataType]] = {
    C.PARTY: pl.String,
    BUDGET: pl.Float64,
    "base_latitude": pl.Float64,
    "base_longitude": pl.Float64,
    "trip_day": pl.Float64,
    "trip_days_left": pl.Float64,
    "here_latitude": pl.Float64,
    "here_longitude": pl.Float64,
    "local_minute": pl.Float64,
    "local_hour": pl.Int32,
    "weekday": pl.Int32,
    "month": pl.Int32,
    "holiday": pl.Boolean,
    "place_zone": pl.String,
    "budget_asked": pl.Boolean,  # by the request itself, not the traveller's usual one
    "planning": pl.Float64,
}


def resolve_row(row: Mapping[str, object], calendar: Calendar) -> dict[str, object]:
    """`resolve` for one request: the row with the RESOLVED columns in place."""
    return {**row, **dict(zip(RESOLVED, _resolved(row, calendar), strict=True))}


def _resolved(row: Mapping[str, object], calendar: Calendar) -> tuple[object, ...]:
    from zoneinfo import ZoneInfo

    visit_at: datetime = row[VISIT_AT]  # type: ignore[assignment]
    base_lat, base_lon, trip_day, days_left = current_trip(row[C.TRIPS], visit_at)  # type: ignore[arg-type]
    here = _here(row, base_lat, base_lon)
    planning = float(here[0] != here[0])
    if planning:
        base_lat, base_lon, trip_day, days_left = next_trip(row[C.TRIPS], visit_at)  # type: ignore[arg-type]
        here, planning = (base_lat, base_lon), float(base_lat == base_lat)
    zone = calendar.zones.at(*here)
    local = visit_at.astimezone(ZoneInfo(zone))
    wall = local.replace(tzinfo=None)
    budget = row[BUDGET] if row[BUDGET] is not None else row[C.BUDGET_LEVEL]
    return (
        row[C.PARTY] or row["profile_party"],
        None if budget is None else float(budget),  # type: ignore[arg-type]
        base_lat,
        base_lon,
        trip_day,
        days_left,
        *here,
        float((wall - _EPOCH).total_seconds() // 60),
        local.hour,
        local.weekday(),
        local.month,
        calendar.is_holiday(zone, local),
        zone,
        row[BUDGET] is not None,
        planning,
    )


def _here(row: Mapping[str, object], base_lat: float, base_lon: float) -> tuple[float, float]:
    if row[C.LATITUDE] is not None and row[C.LONGITUDE] is not None:
        return float(row[C.LATITUDE]), float(row[C.LONGITUDE])  # type: ignore[arg-type]
    if base_lat == base_lat:
        return base_lat, base_lon
    visited_at, asked = row["last_visit_at"], row[REQUESTED_AT]
    if visited_at is not None and asked.timestamp() - float(visited_at) / 1e6 <= LAST_PLACE_SECONDS:  # type: ignore[attr-defined,arg-type]
        return float(row["last_latitude"]), float(row["last_longitude"])  # type: ignore[arg-type]
    return np.nan, np.nan


def season(month: int) -> str:
    """Meteorological season of the northern hemisphere."""
    return ("winter", "spring", "summer", "autumn")[(month % 12) // 3]
