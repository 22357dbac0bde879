"""What a row says across its columns, or inside one, as columns of their own.

An expectation judges one column, or compares two. A rule that needs more (a word that is
parsed, a sum, the time that is now) is computed here first, into a column the suite names. Null
means that the rule does not concern the row.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
import polars as pl
from opening_hours import validate as opening_hours_readable

from butler.columns import RATING, C

_DAY = 86_400.0  # seconds


def with_crossings(table: str, frame: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """`frame` (typed by its schema) with the columns that the table's suite judges besides."""
    return frame.with_columns(_CROSSINGS[table](now))


def _pois(now: datetime) -> list[pl.Expr]:
    return [
        _days(pl.col(C.CREATED_AT) - now).alias("created_in_days"),
        _judged(C.NAMES, _names_readable).alias("names_readable"),
        _judged(C.OPENING_HOURS, opening_hours_readable).alias("opening_hours_readable"),
    ]


def _events(now: datetime) -> list[pl.Expr]:
    rating = pl.col(C.EVENT_TYPE) == RATING
    return [
        _days(pl.col(C.OCCURRED_AT) - now).alias("occurred_in_days"),
        _days(pl.col(C.KNOWN_AT) - now).alias("known_in_days"),
        _days(pl.col(C.KNOWN_AT) - pl.col(C.OCCURRED_AT)).alias("known_after_days"),
        pl.when(rating).then(pl.col(C.VALUE).is_not_null()).alias("rating_has_value"),
        pl.when(rating).then(pl.col(C.VALUE)).alias("rating_value"),
        (pl.col(C.LATITUDE).is_null() == pl.col(C.LONGITUDE).is_null()).alias("location_whole"),
    ]


def _weather(now: datetime) -> list[pl.Expr]:
    return [
        _days(pl.col(C.ISSUED_AT) - now).alias("issued_in_days"),
        _days(pl.col(C.VALID_AT) - now).alias("valid_in_days"),
        _days(pl.col(C.VALID_AT) - pl.col(C.ISSUED_AT)).alias("lead_days"),
    ]


def _bookings(now: datetime) -> list[pl.Expr]:
    cancelled = pl.col(C.STATUS) == "cancelled"
    counted = pl.col(C.ADULTS).fill_null(0) + pl.col(C.CHILDREN).fill_null(0)
    amount = pl.col(C.AMOUNT_MINOR).is_not_null()
    return [
        _days(pl.col(C.CREATED_AT) - now).alias("created_in_days"),
        _days(pl.col(C.CANCELLED_AT) - now).alias("cancelled_in_days"),
        _days(pl.col(C.STARTS_AT) - pl.col(C.CREATED_AT)).alias("starts_after_days"),
        (pl.col(C.PARTY_SIZE) - counted).alias("party_left"),
        pl.when(amount).then(pl.col(C.CURRENCY).is_not_null()).alias("amount_has_currency"),
        (cancelled == pl.col(C.CANCELLED_AT).is_not_null()).alias("cancelled_at_fits"),
    ]


def _travellers(now: datetime) -> list[pl.Expr]:
    return [_judged(C.TRIPS, _trips_readable).alias("trips_readable")]


def _requests(now: datetime) -> list[pl.Expr]:
    return [
        _days(pl.col(C.REQUESTED_AT) - now).alias("requested_in_days"),
        _days(pl.col(C.VISIT_AT) - pl.col(C.REQUESTED_AT)).alias("visit_after_days"),
        (pl.col(C.LATITUDE).is_null() == pl.col(C.LONGITUDE).is_null()).alias("location_whole"),
    ]


_CROSSINGS: dict[str, Callable[[datetime], list[pl.Expr]]] = {
    "pois": _pois,
    "events": _events,
    "weather": _weather,
    "bookings": _bookings,
    "travellers": _travellers,
    "requests": _requests,
}


def _days(duration: pl.Expr) -> pl.Expr:
    return duration.dt.total_seconds() / _DAY


def _judged(column: str, judge: Callable[[str], bool]) -> pl.Expr:
    """`judge` of each distinct text of the column; null stays null."""

    def judge_all(texts: pl.Series) -> pl.Series:
        verdicts = {text: judge(text) for text in texts.unique() if text is not None}
        return texts.replace_strict(verdicts, default=None, return_dtype=pl.Boolean)

    return pl.col(column).map_batches(judge_all, return_dtype=pl.Boolean)


def _names_readable(text: str) -> bool:
    names = _parsed(text)
    return isinstance(names, dict) and all(isinstance(name, str) for name in names.values())


def _trips_readable(text: str) -> bool:
    trips = _parsed(text)
    return isinstance(trips, list) and all(_trip_readable(trip) for trip in trips)


def _trip_readable(trip: object) -> bool:
    if not isinstance(trip, dict):
        return False
    try:
        start, end = (_instant(trip[key]) for key in ("start", "end"))
        latitude, longitude = (float(trip[key]) for key in (C.LATITUDE, C.LONGITUDE))
    except (KeyError, TypeError, ValueError):
        return False
    return start <= end and abs(latitude) <= 90 and abs(longitude) <= 180


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
