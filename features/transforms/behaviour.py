"""One row for each thing done or shown, with the facts of its place: what every view counts."""

import polars as pl

from butler.columns import C
from features.places import CELL, GROUP, TIMEZONE
from features.transforms.measures import BOOKING, CANCELLATION


def behaviour(events: pl.DataFrame, bookings: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """One row for each thing done (or shown), with the facts of its place; sorted by known_at.

    Bookings become rows of kind `booking` (known when made) and `cancellation`. Things older than
    a place's entry in the catalogue are kept; things of unknown places are not here at all.
    """
    done = events.select(
        *(C.USER, C.POI, C.EVENT_TYPE, C.KNOWN_AT, C.VALUE, C.REQUEST),
        pl.lit(None, pl.Int64).alias("lead_hours"),
        pl.col(C.POSITION).cast(pl.Int32),
    )
    made = bookings.select(
        C.USER,
        C.POI,
        pl.lit(BOOKING).alias(C.EVENT_TYPE),
        pl.col(C.CREATED_AT).alias(C.KNOWN_AT),
        pl.lit(None, pl.Float64).alias(C.VALUE),
        pl.lit(None, pl.String).alias(C.REQUEST),
        (pl.col(C.STARTS_AT) - pl.col(C.CREATED_AT)).dt.total_hours().alias("lead_hours"),
        pl.lit(None, pl.Int32).alias(C.POSITION),
    )
    undone = bookings.filter(pl.col(C.CANCELLED_AT).is_not_null()).select(
        C.USER,
        C.POI,
        pl.lit(CANCELLATION).alias(C.EVENT_TYPE),
        pl.col(C.CANCELLED_AT).alias(C.KNOWN_AT),
        pl.lit(None, pl.Float64).alias(C.VALUE),
        pl.lit(None, pl.String).alias(C.REQUEST),
        pl.lit(None, pl.Int64).alias("lead_hours"),
        pl.lit(None, pl.Int32).alias(C.POSITION),
    )
    return with_place_facts(pl.concat([done, made, undone]), places)


def with_place_facts(done: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    facts = places.select(
        C.POI,
        C.CATEGORY,
        GROUP,
        CELL,
        TIMEZONE,
        C.PRICE_LEVEL,
        C.INDOOR_SHARE,
        C.LATITUDE,
        C.LONGITUDE,
    )
    joined = done.join(facts, on=C.POI, how="inner")
    return in_order(_with_local_hour(joined))


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Behaviour as every view wants it: in the order in which the platform learned of it."""
    return rows.sort(C.KNOWN_AT, C.POI, C.EVENT_TYPE, C.USER)


def _with_local_hour(rows: pl.DataFrame) -> pl.DataFrame:
    """The minute on the wall clock of the place (since 1970), the hour of day, and its position on
    the clock in thousandths; all integers."""
    zones = rows[TIMEZONE].n_unique()
    parts = [
        part.with_columns(wall_minute(part[TIMEZONE][0]).alias("local_minute"))
        for part in (rows.partition_by(TIMEZONE) if zones > 1 else [rows] * zones)
    ]
    rows = pl.concat(parts) if parts else rows.with_columns(pl.lit(0).alias("local_minute"))
    hour = (pl.col("local_minute") % 1440 // 60).cast(pl.Int8)
    rows = rows.with_columns(pl.col("local_minute").cast(pl.Int64), hour.alias("local_hour"))
    angle = pl.col("local_hour").cast(pl.Float64) * (2 * 3.141592653589793 / 24)
    return rows.with_columns(
        (angle.cos() * 1000).round().cast(pl.Int64).alias("hour_cos"),
        (angle.sin() * 1000).round().cast(pl.Int64).alias("hour_sin"),
    )


def wall_minute(zone: str) -> pl.Expr:
    wall = pl.col(C.KNOWN_AT).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return wall.dt.epoch("us") // 60_000_000
