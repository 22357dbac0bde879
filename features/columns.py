"""What every column of Feast's offline views means: Feast tells it, and so does docs/features.md.

A column that is counted is named prefix, measure, window: `tp_visits_30d` are the visits of one
traveller to one place in 30 days. What is counted is in `features/transforms/measures.py`.
"""

from butler.columns import C
from features import transforms as t
from features.views import COLUMNS

_A_DAY = "of the local hour as an angle (24 hours a circle), at positive actions, in thousandths"
COUNTED = {
    "impressions": "impressions",
    "looks": "looks to be expected at the ranks where it was shown, in thousandths",
    "interactions": "actions and bookings",
    "views": "views",
    "clicks": "clicks",
    "saves": "times saved or shared",
    "dismisses": "dismissals",
    "visits": "visits",
    "positives": "positive actions",
    "ratings": "ratings",
    "rating_tenths": "sum of the ratings, in tenths of a star",
    "bookings": "bookings",
    "cancellations": "bookings that were cancelled",
    "lead_hours": "sum of the hours from booking to visit",
    "priced": "positive actions where the price level is known",
    "price_sum": "sum of the price levels at positive actions",
    "indoor_known": "positive actions where it is known how much of the place is indoors",
    "indoor_percent": "sum of the percents indoors at positive actions",
    "hour_cos": f"sum of the cosine {_A_DAY}",
    "hour_sin": f"sum of the sine {_A_DAY}",
}
WINDOWS = {
    "1h": "in the last hour",
    "1d": "in the last day",
    "7d": "in 7 days",
    "30d": "in 30 days",
    "all": f"in {t.WINDOWS['all'].days} days",
}
# the longest prefix of a column is its own
SUBJECT = {
    "t_": "the traveller",
    "tc_": "the traveller with places of this kind or group",
    "tp_": "the traveller with this place",
    "p_": "the place",
    "p_category_": "all places of its kind",
    "p_cell_": "all places of its neighbourhood",
    "ph_": "the place at this local hour of the day",
    "ph_cell_": "its neighbourhood at this local hour of the day",
    "a_": "this kind or group, shown to this party or country or in these hours",
}
_WHEN = "when, in microseconds since 1970"
_FACTS = {
    C.LATITUDE: "degrees north",
    C.LONGITUDE: "degrees east",
    C.PRICE_LEVEL: "price level, 0 free to 4",
    C.INDOOR_SHARE: "share of the place that is indoors, 0 to 1",
    C.DURATION: "minutes that a visit usually takes",
    C.ACCESSIBLE: "1 where a wheelchair gets in, 0 where not",
    C.KID_FRIENDLY: "1 where children are welcome, 0 where not",
    C.CAPACITY: "people that it holds",
    C.TEMPERATURE: "air, in degrees Celsius",
    C.PRECIPITATION: "rain and snow of the hour, in mm",
    C.WIND: "wind, in metres a second",
    C.CLOUD: "sky covered by clouds, in percent",
    C.UV: "UV index",
}
OTHERS = {
    "t_last_at": f"the traveller's last action: {_WHEN}",
    "t_last_visit_at": f"the traveller's last visit: {_WHEN}",
    "t_last_latitude": "of the last place visited, in degrees north",
    "t_last_longitude": "of the last place visited, in degrees east",
    "t_last_category": "category of the place of the last action",
    "t_last_poi": "poi_id of the place of the last action",
    "tc_last_at": f"the traveller's last action with this kind or group: {_WHEN}",
    "tc_last_visit_at": f"the traveller's last visit to this kind or group: {_WHEN}",
    "tp_last_at": f"the traveller's last action with this place: {_WHEN}",
    "ts_minute": "one thing the traveller chose: when, in local minutes since 1970",
    "p_created_hours": "since when the place is known, in hours since 1970",
    "wo_observed_hours": "when it was observed, in hours since 1970",
    C.LANGUAGE: "language, BCP 47",
    C.HOME_COUNTRY: "home country, ISO 3166",
    C.PARTY: "who usually comes along",
    C.BUDGET_LEVEL: "usual budget, 1 thrifty to 4 luxury",
    C.TRIPS: "trips, a JSON list: start, end, and the base in degrees",
}


def meaning(column: str) -> str:
    """Raises KeyError for a column that no view has."""
    if column in OTHERS:
        return OTHERS[column]
    prefix, _, fact = column.partition("_")
    if fact in _FACTS:
        told = {"wf": "as forecast: ", "wo": "as observed: "}
        return told.get(prefix, "") + _FACTS[fact]
    counted = parts(column)
    if counted is None:
        raise KeyError(column)
    measure, window, prefix = counted
    return f"{SUBJECT[prefix]} {WINDOWS[window]}: {COUNTED[measure]}"


def parts(column: str) -> tuple[str, str, str] | None:
    """Measure, window and prefix of a column that is counted; None of another."""
    for prefix in sorted(SUBJECT, key=len, reverse=True):
        measure, _, window = column.removeprefix(prefix).rpartition("_")
        if column.startswith(prefix) and measure in COUNTED and window in WINDOWS:
            return measure, window, prefix
    return None


MEANING = {column: meaning(column) for columns in COLUMNS.values() for column in columns}
