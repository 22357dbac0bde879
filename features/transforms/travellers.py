"""Views of travellers: a row whenever one did something, which holds just after it."""

import datetime as dt
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import polars as pl

from butler.columns import IMPRESSION, UTC, VISIT, C
from features.places import GROUP
from features.transforms.counting import event_spine, last_at, windowed
from features.transforms.measures import (
    AT,
    MEASURES,
    TRAVELLER,
    TRAVELLER_CATEGORY,
    TRAVELLER_POI,
)


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
    counted = windowed(done, event_spine(done, [C.USER]), C.USER, TRAVELLER)
    return counted.with_columns(last_at()).join(last, on=[C.USER, AT], how="left")


def traveller_category(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller_category`: a row per traveller and category, at both levels of the taxonomy."""
    done = of_travellers(rows)
    levels = pl.concat([done, done.with_columns(pl.col(GROUP).alias(C.CATEGORY))])
    keys = [C.USER, C.CATEGORY]
    counted = windowed(levels, event_spine(levels, keys), keys, TRAVELLER_CATEGORY)
    return counted.with_columns(last_at()).join(
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
    return windowed(done, event_spine(done, keys), keys, TRAVELLER_POI).with_columns(last_at())


def traveller_step(rows: pl.DataFrame) -> pl.DataFrame:
    """View `traveller_step`: a row whenever a traveller chose a place, with the local minute."""
    chosen = rows.filter(MEASURES["positives"]).select(
        C.USER,
        C.POI,
        (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT),
        pl.col("local_minute").alias("minute"),
    )
    return chosen.unique([C.USER, C.POI, AT], keep="first", maintain_order=True)


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
