"""History to features: pure functions of polars frames, the same for batch and online.

Every view is a frame of rows that hold from `event_timestamp` on until the next row of the same
key. A row never contains anything the platform did not know before its timestamp: an event known
at T enters from T plus one microsecond, and hourly rows hold what was known before the hour.

Counts are integers, so that a row is the same to the bit however it was computed.
Time windows of a traveller end at the traveller's last interaction (how long ago that was is
added at request time); windows of a place end at the hour of the row.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import (
    CLICK,
    DISMISS,
    IMPRESSION,
    INTERACTIONS,
    RATING,
    SAVE,
    SHARE,
    UTC,
    VIEW,
    VISIT,
    C,
)
from features.lines import Line
from features.places import CELL, GROUP, TIMEZONE, WEATHER_CELL, weather_cell

AT = "event_timestamp"
BOOKING, CANCELLATION = "booking", "cancellation"
HORIZON = timedelta(days=365)  # what "all" means: nothing older is remembered
STEPS = 256  # how many of the things a traveller chose last are remembered one by one
SLOT_HOURS = 3  # weather is kept in slots of three hours
PLACE_HOUR, WEATHER_SLOT = "place_hour", "weather_slot"
SEGMENT, BLOCK_HOURS = "segment", 3  # whom or when a place was shown: "party:family", "hours:4"
_KEY = "_key"

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


def windowed(
    rows: pl.DataFrame, spine: pl.DataFrame, by: str | list[str], wanted: Wanted
) -> pl.DataFrame:
    """For each spine row (keys `by`, AT) count each measure over [AT - window, AT).

    Cumulative sums looked up at both ends of the window: exact, and no row is visited twice.
    `rows` must carry C.KNOWN_AT and what MEASURES name.
    """
    keys = [by] if isinstance(by, str) else by
    totals = rows.group_by(*keys, C.KNOWN_AT).agg(
        [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in _measures(wanted)]
    )
    return counted(totals, spine, keys, wanted)


def _measures(wanted: Wanted) -> list[str]:
    return list(dict.fromkeys(m for m, _ in wanted))


def hourly(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums of HOURLY by key and the hour that C.KNOWN_AT lies in, which stands in its place.

    All that views of places need, since their rows and windows begin and end at full hours; and
    sums of parts are summed up (`summed`) to the sums of the whole.
    """
    sums = [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in HOURLY]
    met = (_kind != IMPRESSION).cast(pl.Int64).sum().alias(MET)
    return rows.group_by(*keys, pl.col(C.KNOWN_AT).dt.truncate("1h")).agg(*sums, met)


def summed(sums: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums by key and moment: of `sums` with more keys, or of several parts."""
    numbers = [c for c in sums.columns if sums.schema[c] == pl.Int64]
    return sums.group_by(*keys, C.KNOWN_AT).agg(pl.col(numbers).sum())


def counted(
    totals: pl.DataFrame, spine: pl.DataFrame, keys: list[str], wanted: Wanted
) -> pl.DataFrame:
    """`windowed` of rows that are summed up by key and moment already."""
    measures = _measures(wanted)
    numbered = totals.select(keys).unique().with_row_index(_KEY)
    totals = totals.join(numbered, on=keys, nulls_equal=True).sort(_KEY, C.KNOWN_AT)
    asked = spine.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")
    line = Line.of(_number(totals[_KEY]), totals[C.KNOWN_AT].dt.epoch("us").to_numpy())
    key, at = _number(asked[_KEY]), asked[AT].dt.epoch("us").to_numpy()
    sums = {m: np.concatenate([[0], np.cumsum(totals[m].to_numpy())]) for m in measures}
    upto = line.before(key, at)
    counts = []
    for window in dict.fromkeys(w for _, w in wanted):
        since = line.before(key, at - WINDOWS[window] // timedelta(microseconds=1))
        mine = [m for m, w in wanted if w == window]
        counts += [pl.Series(column(m, window), sums[m][upto] - sums[m][since]) for m in mine]
    return spine.with_columns(counts)


def _number(key: pl.Series) -> NDArray[np.int64]:
    return key.cast(pl.Int64).fill_null(-1).to_numpy()


def _event_spine(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """One row a key and moment at which something happened: it holds just after that moment."""
    return rows.select(*keys, (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT)).unique(
        maintain_order=True
    )


def _last_at(moment: str = AT) -> pl.Expr:
    """Microseconds since 1970 of the event behind a row, which is one before the row.

    Whole numbers: a division here would differ in the last bit between a frame of one row and one
    of many, and with it what is served from what is recomputed.
    """
    return (pl.col(moment).dt.epoch("us") - 1).alias("last_at")


def of_travellers(rows: pl.DataFrame) -> pl.DataFrame:
    """What travellers themselves did: everything but impressions."""
    return rows.filter(pl.col(C.EVENT_TYPE) != IMPRESSION)


def traveller(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller`: user_id, AT, TRAVELLER counts, last_at, what was met last, and where the
    last visit was: a click is made from anywhere, only a visit tells where a traveller is."""
    done = of_travellers(rows)
    been = pl.col(C.EVENT_TYPE) == VISIT
    last = (
        done.group_by(C.USER, C.KNOWN_AT, maintain_order=True)
        .agg(
            pl.col(C.LATITUDE).filter(been).last().alias("last_latitude"),
            pl.col(C.LONGITUDE).filter(been).last().alias("last_longitude"),
            pl.col(C.KNOWN_AT).filter(been).last().dt.epoch("us").alias("last_visit_at"),
            pl.col(C.CATEGORY).last().alias("last_category"),
            pl.col(C.POI).last().alias("last_poi"),
        )
        .with_columns(
            pl.col("last_latitude", "last_longitude", "last_visit_at").forward_fill().over(C.USER),
            (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT),
        )
        .drop(C.KNOWN_AT)
    )
    counted = windowed(done, _event_spine(done, [C.USER]), C.USER, TRAVELLER)
    return counted.with_columns(_last_at()).join(last, on=[C.USER, AT], how="left")


def traveller_category(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller_category`: a row per traveller and category, at both levels of the taxonomy."""
    done = of_travellers(rows)
    levels = pl.concat([done, done.with_columns(pl.col(GROUP).alias(C.CATEGORY))])
    keys = [C.USER, C.CATEGORY]
    counted = windowed(levels, _event_spine(levels, keys), keys, TRAVELLER_CATEGORY)
    return counted.with_columns(_last_at()).join(
        _last_visits(levels, keys), on=[*keys, AT], how="left"
    )


def _last_visits(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Keys, AT and `last_visit_at`: microseconds since 1970 of the last visit up to each moment."""
    been = pl.col(C.KNOWN_AT).filter(pl.col(C.EVENT_TYPE) == VISIT).max().dt.epoch("us")
    return (
        rows.group_by(*keys, C.KNOWN_AT)
        .agg(been.alias("last_visit_at"))
        .sort(C.KNOWN_AT)
        .select(
            *keys,
            (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT),
            pl.col("last_visit_at").forward_fill().over(keys),
        )
    )


def traveller_poi(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller_poi`: a row per traveller and place that have met."""
    done = of_travellers(rows)
    keys = [C.USER, C.POI]
    return windowed(done, _event_spine(done, keys), keys, TRAVELLER_POI).with_columns(_last_at())


def traveller_step(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller_step`: a row whenever a traveller chose a place, with the local minute."""
    chosen = rows.filter(MEASURES["positives"]).select(
        C.USER,
        C.POI,
        (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT),
        pl.col("local_minute").alias("minute"),
    )
    return chosen.unique([C.USER, C.POI, AT], keep="first", maintain_order=True)


def hourly_spine(
    rows: pl.DataFrame, keys: pl.DataFrame, key: str, start: datetime, end: datetime
) -> pl.DataFrame:
    """The hours at which an event enters a key, or leaves its day, and every midnight.

    Columns key and AT. What leaves the longer windows, and what happens to the neighbours, is seen
    at the key's next row: the next midnight at the latest.
    """
    entered = rows.select(
        key, (pl.col(C.KNOWN_AT).dt.truncate("1h") + timedelta(hours=1)).alias(AT)
    ).unique()
    changes = [entered, entered.with_columns(pl.col(AT) + WINDOWS["1d"])]
    return (
        pl.concat([*changes, daily_spine(keys, start, end)])
        .filter(pl.col(AT).is_between(start, end))
        .unique()
        .sort(AT, key)
    )


def daily_spine(keys: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Every key at `start` and every UTC midnight.

    Not at `end`: a later build would not have that row, and what was served could not be made again.
    """
    midnights = pl.datetime_range(
        start.replace(hour=0, minute=0, second=0, microsecond=0),
        end,
        "1d",
        time_zone="UTC",
        eager=True,
    )
    days = pl.DataFrame({AT: [start, *midnights.to_list()]}, schema={AT: UTC}).unique()
    return keys.join(days.filter(pl.col(AT).is_between(start, end)), how="cross")


STATIC_FACTS = [
    C.PRICE_LEVEL,
    C.INDOOR_SHARE,
    C.DURATION,
    C.ACCESSIBLE,
    C.KID_FRIENDLY,
    C.CAPACITY,
]


def poi(rows: pl.DataFrame, places: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """View `poi`: hourly rows of every place with its own counts and those of its category and cell.

    The counts of category and cell are the priors of the smoothed rates, so that a place nobody
    has met yet is expected to do as its neighbours do.
    """
    own, kinds, cells = (hourly(rows, [key]) for key in (C.POI, C.CATEGORY, CELL))
    return poi_rows(own, kinds, cells, places, start, end)


def poi_rows(
    own: pl.DataFrame,
    kinds: pl.DataFrame,
    cells: pl.DataFrame,
    places: pl.DataFrame,
    start: datetime,
    end: datetime,
) -> pl.DataFrame:
    """The same for some places, of their `own` hourly sums and those of all categories and cells."""
    spine = hourly_spine(own, places.select(C.POI), C.POI, start, end)
    out = _without_unknown_bookings(counted(own, spine, [C.POI], POI), kinds)
    out = out.join(places.select(C.POI, C.CATEGORY, CELL), on=C.POI)
    for name, key, sums in (("category", C.CATEGORY, kinds), ("cell", CELL, cells)):
        prior = counted(sums, out.select(key, AT).unique(), [key], PRIOR)
        names = {column(*w): f"{name}_{column(*w)}" for w in PRIOR}
        out = out.join(prior.rename(names), on=[key, AT], how="left")
    facts = places.select(
        C.POI,
        *[pl.col(c).cast(pl.Float64) for c in STATIC_FACTS],
        (pl.col(C.CREATED_AT).dt.epoch("us") / 3.6e9).alias("created_hours"),
    )
    return out.drop(C.CATEGORY, CELL).join(facts, on=C.POI)


def _without_unknown_bookings(counted: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Counts of bookings are missing, not zero, as long as no booking of anything is known."""
    first = sums.filter(pl.col("bookings") > 0)[C.KNOWN_AT].min()
    known = pl.lit(False) if first is None else pl.col(AT) > first
    names = [column(m, w) for m, w in POI if m in ("bookings", "cancellations", "lead_hours")]
    return counted.with_columns([pl.when(known).then(pl.col(n)).alias(n) for n in names])


def place_hour(rows: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """View `place_hour`: daily rows of each cell and local hour, beside the cell's total.

    A cell's hour has rows from the first time somebody met a place of it then.
    """
    return place_hour_rows(hourly(rows, [CELL, "local_hour"]), start, end)


def place_hour_rows(sums: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """The same of hourly sums by cell and local hour."""
    met = sums.filter(pl.col(MET) > 0).with_columns(
        pl.format("{}|{}", CELL, "local_hour").alias(PLACE_HOUR)
    )
    keys = met.group_by(PLACE_HOUR, CELL, maintain_order=True).agg(
        pl.col(C.KNOWN_AT).min().alias("_first")
    )
    # a row before the first meeting would tell that there is one to come
    spine = daily_spine(keys, start, end).filter(pl.col("_first") < pl.col(AT)).drop("_first")
    out = counted(met, spine, [PLACE_HOUR], PLACE)
    totals = counted(summed(met, [CELL]), spine.select(CELL, AT).unique(), [CELL], PLACE)
    names = {column(*w): f"cell_{column(*w)}" for w in PLACE}
    return out.join(totals.rename(names), on=[CELL, AT], how="left").drop(CELL)


def audience(
    rows: pl.DataFrame, travellers: pl.DataFrame, start: datetime, end: datetime
) -> pl.DataFrame:
    """View `audience`: daily rows of each category (both levels of the taxonomy) and segment.

    A segment is a party, a home country, or three hours of the local day: what such travellers, or
    travellers then, were shown of this kind and clicked. It is the taste of whom we know nothing.
    """
    return audience_rows(audience_sums(rows, travellers), start, end)


def audience_sums(rows: pl.DataFrame, travellers: pl.DataFrame) -> pl.DataFrame:
    """Hourly sums of AUDIENCE by category (both levels) and segment."""
    shown = rows.filter(pl.col(C.EVENT_TYPE).is_in([IMPRESSION, CLICK])).join(
        travellers.select(C.USER, C.PARTY, C.HOME_COUNTRY), on=C.USER, how="left"
    )
    named = [
        pl.concat_str(pl.lit("party:"), C.PARTY),
        pl.concat_str(pl.lit("from:"), C.HOME_COUNTRY),
        pl.format("hours:{}", pl.col("local_hour") // BLOCK_HOURS),
    ]
    measures = [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in _measures(AUDIENCE)]
    hour = pl.col(C.KNOWN_AT).dt.truncate("1h")
    met = pl.concat(
        [shown.group_by(C.CATEGORY, GROUP, n.alias(SEGMENT), hour).agg(measures) for n in named]
    ).filter(pl.col(SEGMENT).is_not_null())
    levels = pl.concat([met, met.with_columns(pl.col(GROUP).alias(C.CATEGORY))])
    return summed(levels, [C.CATEGORY, SEGMENT])


def audience_rows(sums: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """View `audience` of its hourly sums."""
    keys = [C.CATEGORY, SEGMENT]
    first = sums.group_by(keys, maintain_order=True).agg(pl.col(C.KNOWN_AT).min().alias("_first"))
    # as with `place_hour`: no row before the first meeting
    spine = daily_spine(first, start, end).filter(pl.col("_first") < pl.col(AT)).drop("_first")
    return counted(sums, spine, keys, AUDIENCE)


WEATHER_FACTS = [C.TEMPERATURE, C.PRECIPITATION, C.WIND, C.CLOUD, C.UV]


def weather_slot_key(cell: str, valid_at: str) -> pl.Expr:
    """Key of a weather slot: the point and the start of the three hours that hold `valid_at`."""
    start = pl.col(valid_at).dt.truncate(f"{SLOT_HOURS}h").dt.strftime("%Y%m%d%H")
    return pl.concat_str(pl.col(cell), start, separator="|")


def weather_forecast(weather: pl.DataFrame) -> pl.DataFrame:
    """View `weather_forecast`: each point and slot as forecast, from the moment of issue on."""
    issued = weather.filter(pl.col(C.ISSUED_AT) < pl.col(C.VALID_AT)).with_columns(
        weather_cell().alias(WEATHER_CELL)
    )
    return (
        issued.with_columns(weather_slot_key(WEATHER_CELL, C.VALID_AT).alias(WEATHER_SLOT))
        .group_by(WEATHER_SLOT, pl.col(C.ISSUED_AT).alias(AT))
        .agg(
            pl.col(C.TEMPERATURE).mean(),
            pl.col(C.PRECIPITATION).mean(),
            pl.col(C.WIND).max(),
            pl.col(C.CLOUD).mean(),
            pl.col(C.UV).max(),
        )
        .sort(AT, WEATHER_SLOT)
    )


def weather_observed(weather: pl.DataFrame) -> pl.DataFrame:
    """View `weather_observed`: the last observation of each point, from when it was known.

    One of an earlier hour that comes in late does not replace a newer one.
    """
    seen = weather.filter(pl.col(C.ISSUED_AT) >= pl.col(C.VALID_AT))
    return (
        seen.with_columns(
            weather_cell().alias(WEATHER_CELL),
            pl.col(C.ISSUED_AT).alias(AT),
            (pl.col(C.VALID_AT).dt.epoch("us") / 3.6e9).alias("observed_hours"),
        )
        .sort(AT, C.VALID_AT)
        .unique([WEATHER_CELL, AT], keep="last", maintain_order=True)
        .filter(pl.col(C.VALID_AT) == pl.col(C.VALID_AT).cum_max().over(WEATHER_CELL))
        .select(WEATHER_CELL, AT, "observed_hours", *WEATHER_FACTS)
    )


def latest(view: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The newest row of each key: what holds now."""
    return view.sort(AT).unique(keys, keep="last", maintain_order=True)


VIEW_KEYS: Mapping[str, list[str]] = {
    "traveller": [C.USER],
    "traveller_category": [C.USER, C.CATEGORY],
    "traveller_poi": [C.USER, C.POI],
    "traveller_step": [C.USER, C.POI],
    "poi": [C.POI],
    "place_hour": [PLACE_HOUR],
    "audience": [C.CATEGORY, SEGMENT],
    "weather_forecast": [WEATHER_SLOT],
    "weather_observed": [WEATHER_CELL],
}


TRAVELLER_VIEWS: Mapping[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "traveller": traveller,
    "traveller_category": traveller_category,
    "traveller_poi": traveller_poi,
    "traveller_step": traveller_step,
}

PROFILE_KNOWN_FROM = datetime(1970, 1, 2, tzinfo=dt.UTC)


def profile(travellers: pl.DataFrame) -> pl.DataFrame:
    """View `profile`: what travellers say of themselves; taken as known from the beginning."""
    return travellers.with_columns(
        pl.lit(PROFILE_KNOWN_FROM).cast(UTC).alias(AT),
        pl.col(C.BUDGET_LEVEL).cast(pl.String),
    )
