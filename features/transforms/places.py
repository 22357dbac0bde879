"""Views of places, neighbourhoods and categories: hourly and daily rows."""

from datetime import datetime, timedelta

import polars as pl

from butler.columns import CLICK, IMPRESSION, UTC, C
from features.places import CELL, GROUP
from features.transforms.counting import counted, hourly, measures_of, summed
from features.transforms.measures import (
    AT,
    AUDIENCE,
    BLOCK_HOURS,
    MEASURES,
    MET,
    PLACE,
    PLACE_HOUR,
    POI,
    PRIOR,
    SEGMENT,
    WINDOWS,
    column,
)


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
    measures = [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in measures_of(AUDIENCE)]
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
