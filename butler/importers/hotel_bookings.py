"""Bookings of two Portuguese hotels, 2015 - 2017 (Antonio, de Almeida and Nunes 2019, CC BY 4.0).

The source knows days, not hours: every day is taken as its noon, UTC, which in Portugal is the
same day. It names neither its guests nor its hotels: each row is a guest of its own, and the
coordinates are those of the towns, right to a few kilometres. What cannot be (a stay without an
adult, a negative price) is passed on; the contract refuses it.
"""

from pathlib import Path

import polars as pl
from babel.core import get_global

from butler.columns import UTC, VISIT, C
from butler.datasets import write_table
from butler.importers.source import numbers, read_source

CURRENCY = "EUR"
MISSING = ("", "NULL", "NA")
CITY, RESORT = "City Hotel", "Resort Hotel"
STATUS = {"Check-Out": "completed", "Canceled": "cancelled", "No-Show": "no_show"}
HOTELS = pl.DataFrame(
    {
        "hotel": [CITY, RESORT],
        C.POI: ["hotel-lisbon", "hotel-algarve"],
        C.NAME: ["City Hotel, Lisbon", "Resort Hotel, Algarve"],
        C.LATITUDE: [38.72, 37.09],
        C.LONGITUDE: [-9.14, -8.25],
    }
)

_COUNTS = (
    "lead_time",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "adults",
    "children",
    "babies",
    "adr",
)
_WORDS = (
    "hotel",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "country",
    "reservation_status",
    "reservation_status_date",
)
_NIGHTS, _LEFT_AT = "nights", "left_at"


def import_hotel_bookings(bookings: Path, out: Path) -> None:
    """Write `pois`, `bookings`, `events` and `travellers` of a dataset to the folder `out`."""
    source = numbers(bookings, read_source(bookings, (*_WORDS, *_COUNTS), MISSING), *_COUNTS)
    rows = _rows(source)
    write_table(out, "pois", _pois())
    write_table(out, "bookings", rows)
    write_table(out, "events", _stays(rows))
    write_table(out, "travellers", _travellers(rows))


def _rows(source: pl.DataFrame) -> pl.DataFrame:
    """One booking a row, with what the other tables need beside it."""
    children = pl.col("children") + pl.col("babies")
    nights = pl.col("stays_in_weekend_nights") + pl.col("stays_in_week_nights")
    day = pl.concat_str("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month")
    arrival = _noon(day.str.to_date("%Y%B%e"))
    changed_at = _noon(pl.col("reservation_status_date").str.to_date("%Y-%m-%d"))
    status = pl.col("reservation_status").replace_strict(STATUS, default="unknown")
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    return source.join(HOTELS, on="hotel", how="left", maintain_order="left").select(
        pl.format("booking-{}", number).alias(C.BOOKING),
        pl.format("guest-{}", number).alias(C.USER),
        pl.coalesce(C.POI, "hotel").alias(C.POI),
        C.LATITUDE,
        C.LONGITUDE,
        (arrival - pl.duration(days=pl.col("lead_time").cast(pl.Int64))).alias(C.CREATED_AT),
        arrival.alias(C.STARTS_AT),
        pl.sum_horizontal("adults", "children", "babies").cast(pl.Int32).alias(C.PARTY_SIZE),
        pl.col("adults").cast(pl.Int32).alias(C.ADULTS),
        children.cast(pl.Int32).alias(C.CHILDREN),
        (pl.col("adr") * nights * 100).round().cast(pl.Int64).alias(C.AMOUNT_MINOR),
        pl.lit(CURRENCY).alias(C.CURRENCY),
        status.alias(C.STATUS),
        pl.when(status == "cancelled").then(changed_at).alias(C.CANCELLED_AT),
        pl.col("country").alias(C.HOME_COUNTRY),
        nights.cast(pl.Int64).alias(_NIGHTS),
        changed_at.alias(_LEFT_AT),
    )


def _noon(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Datetime("us")).dt.offset_by("12h").dt.replace_time_zone("UTC").cast(UTC)


def _pois() -> pl.DataFrame:
    return HOTELS.drop("hotel").with_columns(
        pl.lit("stay/hotel").alias(C.CATEGORY), pl.lit("24/7").alias(C.OPENING_HOURS)
    )


def _stays(rows: pl.DataFrame) -> pl.DataFrame:
    """A completed stay is a visit; how long it was is known when the guest has left."""
    return rows.filter(pl.col(C.STATUS) == "completed").select(
        pl.format("{}-stay", C.BOOKING).alias(C.EVENT),
        C.USER,
        pl.lit(VISIT).alias(C.EVENT_TYPE),
        C.POI,
        pl.col(C.STARTS_AT).alias(C.OCCURRED_AT),
        (pl.col(_NIGHTS) * 24 * 60).cast(pl.Float64).alias(C.VALUE),
        pl.max_horizontal(_LEFT_AT, C.STARTS_AT).alias(C.KNOWN_AT),
    )


def _travellers(rows: pl.DataFrame) -> pl.DataFrame:
    adults, children = pl.col(C.ADULTS), pl.col(C.CHILDREN)
    party = (
        pl.when((adults > 0) & (children > 0))
        .then(pl.lit("family"))
        .when(adults == 1)
        .then(pl.lit("solo"))
        .when(adults == 2)
        .then(pl.lit("couple"))
        .when(adults > 2)
        .then(pl.lit("friends"))
    )
    return rows.select(
        C.USER,
        _alpha_2(rows[C.HOME_COUNTRY]).alias(C.HOME_COUNTRY),
        party.alias(C.PARTY),
        pl.when(pl.col(C.STATUS) == "completed").then(_trip()).alias(C.TRIPS),
    )


def _trip() -> pl.Expr:
    """The stay as a JSON list of one trip."""
    end = pl.col(C.STARTS_AT) + pl.duration(days=pl.col(_NIGHTS))
    trip = pl.struct(
        pl.col(C.STARTS_AT).dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("start"),
        end.dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("end"),
        C.LATITUDE,
        C.LONGITUDE,
    )
    return pl.format("[{}]", trip.struct.json_encode())


def _alpha_2(countries: pl.Series) -> pl.Series:
    """ISO 3166-1 alpha-2 codes; CLDR knows the alpha-3 codes (and retired ones) as aliases."""
    aliases = get_global("territory_aliases")
    codes = {code: aliases[code][0] for code in countries.unique() if code in aliases}
    return countries.replace(codes)
