"""Foursquare check-ins in New York (Yang et al. 2015, GETNext's split), and NOAA's daily weather.

A check-in becomes a `visit`. The source names no place: a place is called after its category
and the end of its id. When a place opened is unknown; the time of its first check-in
would tell the past something it could not know, so `created_at` stays empty.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import polars as pl

from butler.columns import UTC, VISIT, C
from butler.datasets import clean, typed, write_table
from butler.errors import ContractViolation
from butler.importers.foursquare_categories import category
from butler.importers.source import numbers, read_source

ZONE = "America/New_York"
CENTRAL_PARK = (40.77898, -73.96925)  # NOAA station USW00094728, degrees
MM_PER_INCH = 25.4
MS_PER_MPH = 0.44704
STRONG_WIND_MS = 10.0  # a day's mean from which the day is called windy
WARM_UP = timedelta(days=31)  # weather before the first check-in

CHECKIN = ("user_id", "POI_id", "POI_catname", "latitude", "longitude", "UTC_time")
TRAJECTORY = "trajectory_id"
POI = ("POI_id", "POI_catname", "lat", "lon")
_WEATHER = ("DATE", "AWND", "PRCP", "SNOW", "TMAX", "TMIN")


def import_foursquare(
    checkins: Path | Sequence[Path], pois: Path, weather: Path | None, out: Path
) -> None:
    """Write `pois`, `events` and (given its file) `weather` of a dataset to the folder `out`."""
    files = [checkins] if isinstance(checkins, Path) else list(checkins)
    visits = pl.concat([read_source(file, (*CHECKIN, TRAJECTORY)) for file in files])
    events = events_of(visits)
    observed = None if weather is None else _weather(weather, events[C.OCCURRED_AT])
    write_table(out, "pois", pois_of(read_source(pois, POI), visits))
    write_table(out, "events", events)
    if observed is not None:
        write_table(out, "weather", observed)


def events_of(visits: pl.DataFrame) -> pl.DataFrame:
    """The n-th of several check-ins of one user at one place and minute ends in `-n`."""
    named = visits.rename({"POI_id": C.POI, "UTC_time": C.OCCURRED_AT, TRAJECTORY: C.SESSION})
    named = named.with_columns(pl.lit(VISIT).alias(C.EVENT_TYPE))
    rows = typed("events", clean(named))
    if unread := rows[C.OCCURRED_AT].null_count():
        raise ContractViolation(f"{unread} check-ins have no readable UTC_time")
    nth = pl.int_range(pl.len()).over(C.USER, C.OCCURRED_AT, C.POI)
    at = pl.col(C.OCCURRED_AT).dt.strftime("%Y%m%dT%H%M%S")
    identity = pl.format("{}-{}-{}-{}", C.USER, at, C.POI, nth)
    return rows.with_columns(identity.alias(C.EVENT))


def pois_of(listed: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """The listed places, then those that only check-ins mention; what is said first holds."""
    visited = visits.select("POI_id", "POI_catname", lat="latitude", lon="longitude")
    told = pl.concat([listed, visited]).group_by("POI_id", maintain_order=True)
    places = told.agg(pl.all().drop_nulls().first())
    label = pl.col("POI_catname").fill_null("Place")
    return places.select(
        pl.col("POI_id").alias(C.POI),
        pl.format("{} {}", label, pl.col("POI_id").str.tail(6)).alias(C.NAME),
        pl.Series(C.CATEGORY, [category(name) for name in places["POI_catname"]]),
        pl.col("lat").alias(C.LATITUDE),
        pl.col("lon").alias(C.LONGITUDE),
    )


def _weather(path: Path, visited_at: pl.Series) -> pl.DataFrame:
    """Observations of the days around the check-ins.

    A day's values hold for its noon in New York and are known when that day is over. The
    temperature is the mean of the day's highest and lowest. The station does not report the
    sky: a day without rain, snow or strong wind has no condition.
    """
    days = numbers(path, read_source(path, _WEATHER), *_WEATHER[1:])
    day = pl.col("DATE").str.to_date("%Y-%m-%d").cast(pl.Datetime("us"))
    noon, over = (day.dt.offset_by(shift) for shift in ("12h", "1d"))
    wind = pl.col("AWND") * MS_PER_MPH
    observed = days.select(
        pl.lit(CENTRAL_PARK[0]).alias(C.LATITUDE),
        pl.lit(CENTRAL_PARK[1]).alias(C.LONGITUDE),
        _in_utc(noon).alias(C.VALID_AT),
        _in_utc(over).alias(C.ISSUED_AT),
        (((pl.col("TMAX") + pl.col("TMIN")) / 2 - 32) * 5 / 9).alias(C.TEMPERATURE),
        (pl.col("PRCP") * MM_PER_INCH).alias(C.PRECIPITATION),
        wind.alias(C.WIND),
        pl.when(pl.col("SNOW") > 0)
        .then(pl.lit("snow"))
        .when(pl.col("PRCP") > 0)
        .then(pl.lit("rain"))
        .when(wind >= STRONG_WIND_MS)
        .then(pl.lit("wind"))
        .alias(C.CONDITION),
    )
    first, last = visited_at.min(), visited_at.max()
    from_, until = pl.lit(first, UTC) - WARM_UP, pl.lit(last, UTC) + timedelta(days=1)
    return observed.filter(pl.col(C.VALID_AT).is_between(from_, until))


def _in_utc(local: pl.Expr) -> pl.Expr:
    return local.dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")
