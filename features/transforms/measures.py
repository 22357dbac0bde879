"""What is counted of behaviour, over which windows, in which view."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from butler.columns import (
    CLICK,
    DISMISS,
    IMPRESSION,
    INTERACTIONS,
    RATING,
    SAVE,
    SHARE,
    VIEW,
    VISIT,
    C,
)

AT = "event_timestamp"
BOOKING, CANCELLATION = "booking", "cancellation"
HORIZON = timedelta(days=365)  # what "all" means: nothing older is remembered
STEPS = 256  # how many of the things a traveller chose last are remembered one by one
SLOT_HOURS = 3  # weather is kept in slots of three hours
PLACE_HOUR, WEATHER_SLOT = "place_hour", "weather_slot"
SEGMENT, BLOCK_HOURS = "segment", 3  # whom or when a place was shown: "party:family", "hours:4"

WINDOWS: dict[str, timedelta] = {
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "all": HORIZON,
}


def looks() -> pl.Expr:
    """How much a card at a position is looked at, in thousandths: whole numbers, see the module.

    The discount of DCG stands in for the examination that is not known when counts are made; the
    clicks over it (COEC, Zhang and Jones, WWW 2007) compare places shown at different positions.
    """
    deep = (pl.col(C.POSITION).cast(pl.Float64) + 1.0).log(2.0)
    return (1000.0 / deep).round().fill_null(1000.0)


# measure -> how one row of behaviour counts towards it
_kind = pl.col(C.EVENT_TYPE)
_positive = _kind.is_in([CLICK, SAVE, SHARE, VISIT, BOOKING])
MEASURES: dict[str, pl.Expr] = {
    "impressions": _kind == IMPRESSION,
    "looks": pl.when(_kind == IMPRESSION).then(looks()),
    "interactions": _kind.is_in([*INTERACTIONS, BOOKING]),
    "views": _kind == VIEW,
    "clicks": _kind == CLICK,
    "saves": _kind.is_in([SAVE, SHARE]),
    "dismisses": _kind == DISMISS,
    "visits": _kind == VISIT,
    "positives": _positive,
    "ratings": _kind == RATING,
    "rating_tenths": pl.when(_kind == RATING).then((pl.col(C.VALUE) * 10).round()),
    "bookings": _kind == BOOKING,
    "cancellations": _kind == CANCELLATION,
    "lead_hours": pl.when(_kind == BOOKING).then(pl.col("lead_hours")),
    "priced": _positive & pl.col(C.PRICE_LEVEL).is_not_null(),
    "price_sum": pl.when(_positive).then(pl.col(C.PRICE_LEVEL)),
    "indoor_known": _positive & pl.col(C.INDOOR_SHARE).is_not_null(),
    "indoor_percent": pl.when(_positive).then((pl.col(C.INDOOR_SHARE) * 100).round()),
    "hour_cos": pl.when(_positive).then(pl.col("hour_cos")),
    "hour_sin": pl.when(_positive).then(pl.col("hour_sin")),
}

Wanted = Sequence[tuple[str, str]]  # (measure, window)

TRAVELLER: Wanted = [
    *[("interactions", w) for w in WINDOWS],
    *[("clicks", w) for w in ("1d", "7d", "30d", "all")],
    *[("visits", w) for w in ("1d", "7d", "30d", "all")],
    *[("saves", w) for w in ("30d", "all")],
    *[("dismisses", w) for w in ("30d", "all")],
    *[("bookings", w) for w in ("30d", "all")],
    *[
        (m, "all")
        for m in (
            "positives",
            "ratings",
            "rating_tenths",
            "cancellations",
            "lead_hours",
            "priced",
            "price_sum",
            "indoor_known",
            "indoor_percent",
            "hour_cos",
            "hour_sin",
        )
    ],
]
TRAVELLER_CATEGORY: Wanted = [
    *[("interactions", w) for w in ("1h", "1d", "30d", "all")],
    *[("positives", w) for w in ("7d", "all")],
    *[(m, "all") for m in ("visits", "dismisses", "bookings", "hour_cos", "hour_sin")],
    ("visits", "7d"),
]
TRAVELLER_POI: Wanted = [
    *[("interactions", w) for w in ("1h", "1d", "30d", "all")],
    *[(m, "all") for m in ("positives", "visits", "dismisses", "bookings", "ratings")],
    *[(m, "all") for m in ("rating_tenths", "hour_cos", "hour_sin")],
    ("visits", "7d"),
    ("visits", "30d"),
]
POI: Wanted = [
    *[("impressions", w) for w in ("1d", "7d", "30d")],
    *[("looks", w) for w in ("30d", "all")],
    *[(m, w) for m in ("interactions", "clicks", "visits") for w in ("1d", "7d", "30d", "all")],
    *[("views", w) for w in ("1d", "7d")],
    *[("saves", w) for w in ("7d", "30d")],
    *[("dismisses", w) for w in ("30d",)],
    *[("bookings", w) for w in ("7d", "30d", "all")],
    *[(m, "all") for m in ("cancellations", "ratings", "rating_tenths", "lead_hours", "positives")],
    *[(m, "all") for m in ("hour_cos", "hour_sin")],
]
PRIOR: Wanted = [
    *[(m, "30d") for m in ("impressions", "clicks", "saves", "bookings", "visits")],
    *[(m, "all") for m in ("clicks", "looks")],
]
AUDIENCE: Wanted = [("clicks", "all"), ("looks", "all")]
PLACE: Wanted = [("interactions", "30d"), ("visits", "30d"), ("visits", "all")]
HOURLY = list(dict.fromkeys(m for m, _ in (*POI, *PRIOR, *PLACE)))
MET = "met"  # how many rows are not impressions


def column(measure: str, window: str) -> str:
    return f"{measure}_{window}"
