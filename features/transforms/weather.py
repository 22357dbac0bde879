"""Views of weather: as forecast, from the moment of issue on, and as observed."""

import polars as pl

from butler.columns import C
from features.places import WEATHER_CELL, weather_cell
from features.transforms.measures import AT, SLOT_HOURS, WEATHER_SLOT

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
