"""History to features: pure functions of polars frames, the same for batch and online.

Every view is a frame of rows that hold from `event_timestamp` on until the next row of the same
key. A row never contains anything the platform did not know before its timestamp: an event known
at T enters from T plus one microsecond, and hourly rows hold what was known before the hour.

Counts are integers, so that a row is the same to the bit however it was computed.
Time windows of a traveller end at the traveller's last interaction (how long ago that was is
added at request time); windows of a place end at the hour of the row.
"""

from collections.abc import Mapping

import polars as pl

from butler.columns import C
from features.places import WEATHER_CELL
from features.transforms.behaviour import behaviour, in_order, with_place_facts
from features.transforms.counting import hourly, summed, windowed
from features.transforms.measures import (
    AT,
    AUDIENCE,
    BLOCK_HOURS,
    BOOKING,
    CANCELLATION,
    MEASURES,
    MET,
    PLACE,
    PLACE_HOUR,
    POI,
    PRIOR,
    SEGMENT,
    SLOT_HOURS,
    STEPS,
    TRAVELLER,
    TRAVELLER_CATEGORY,
    TRAVELLER_POI,
    WEATHER_SLOT,
    WINDOWS,
    Wanted,
    column,
)
from features.transforms.places import (
    STATIC_FACTS,
    audience,
    audience_rows,
    audience_sums,
    place_hour,
    place_hour_rows,
    poi,
    poi_rows,
)
from features.transforms.travellers import (
    TRAVELLER_VIEWS,
    of_travellers,
    profile,
    traveller,
    traveller_category,
    traveller_poi,
    traveller_step,
)
from features.transforms.weather import (
    WEATHER_FACTS,
    weather_forecast,
    weather_observed,
    weather_slot_key,
)

__all__ = [
    "AT",
    "AUDIENCE",
    "BLOCK_HOURS",
    "BOOKING",
    "CANCELLATION",
    "MEASURES",
    "MET",
    "PLACE",
    "PLACE_HOUR",
    "POI",
    "PRIOR",
    "SEGMENT",
    "SLOT_HOURS",
    "STATIC_FACTS",
    "STEPS",
    "TRAVELLER",
    "TRAVELLER_CATEGORY",
    "TRAVELLER_POI",
    "TRAVELLER_VIEWS",
    "VIEW_KEYS",
    "WEATHER_FACTS",
    "WEATHER_SLOT",
    "WINDOWS",
    "Wanted",
    "audience",
    "audience_rows",
    "audience_sums",
    "behaviour",
    "column",
    "hourly",
    "in_order",
    "latest",
    "of_travellers",
    "place_hour",
    "place_hour_rows",
    "poi",
    "poi_rows",
    "profile",
    "summed",
    "traveller",
    "traveller_category",
    "traveller_poi",
    "traveller_step",
    "weather_forecast",
    "weather_observed",
    "weather_slot_key",
    "windowed",
    "with_place_facts",
]


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
