"""What every feature means, where it comes from and when it is missing: docs/features.md.

The meaning is written here. Sources and causes of "missing" are found by asking each feature:
which columns it reads, and which of them, taken away, leave it without a value.

    python -m features.dictionary > docs/features.md
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from features.columns import COUNTED, SUBJECT, parts
from features.columns import MEANING as MEANING_OF
from features.opening import Openings
from features.rows import DERIVED, Array, Rows
from features.vector import FEATURES, GENERATORS, Feature
from features.views import COLUMNS

_GENERATOR_MEANS = {
    "als": "collaborative filtering",
    "bpr": "pairwise ranking: what travellers prefer to what they left",
    "graph": "the graph of places that travellers share",
    "covisit": "co-visitation: what travellers did next",
    "history": "the traveller's own history",
    "popular": "popularity at this hour and season",
    "nearby": "nearness",
    "content": "the kinds of place the traveller likes",
    "taste": "the kind of traveller this seems to be",
    "next": "where travellers went from the last place",
    "next_kind": "the kinds travellers go to from the last kind, nearby",
    "routine": "what this traveller did next in moments like now",
    "ahead": "what this traveller does in the hours to come",
}
_SPAN = {"1h": "hour", "1d": "day", "7d": "7 days", "30d": "30 days", "all": "year"}

MEANING: dict[str, str] = {
    "kind_share": "share of the traveller's positive actions that were on this kind, smoothed",
    "group_share": "share of the traveller's positive actions that were in this group, smoothed",
    "kind_positives_7d": "positive actions on this kind in the last 7 days",
    "kind_visits_all": "visits to this kind in the last year",
    "kind_dismisses_all": "places of this kind dismissed in the last year",
    "kind_bookings_all": "bookings of this kind in the last year",
    "group_positives_7d": "positive actions in this group in the last 7 days",
    "group_dismisses_all": "places of this group dismissed in the last year",
    "kind_hours_since": "hours since the traveller last had to do with this kind",
    "group_hours_since": "hours since the traveller last had to do with this group",
    "kind_hours_since_visit": "hours since the traveller last visited a place of this kind",
    "group_hours_since_visit": "hours since the traveller last visited a place of this group",
    "kind_tired": "visits to this kind in a week, fading with the hours since the last (60 h)",
    "group_tired": "visits to this group in a week, fading with the hours since the last (60 h)",
    "party_kind_lift": "clicks a look of such parties on this kind, over everybody's (log), smoothed",
    "party_group_lift": "clicks a look of such parties in this group, over everybody's on the kind (log)",
    "country_kind_lift": "clicks a look of travellers from there on this kind, over everybody's (log)",
    "country_group_lift": "clicks a look of travellers from there in this group, over the kind's (log)",
    "hour_kind_lift": "clicks a look at these three hours on this kind, over those at any (log)",
    "hour_group_lift": "clicks a look at these three hours in this group, over the kind's (log)",
    "poi_coec_30d": "clicks over expected clicks by position in 30 days, smoothed by the kind's",
    "poi_coec_all": "clicks over expected clicks by position in the last year, smoothed by the kind's",
    "kind_coec": "clicks over expected clicks by position of the kind in the last year, smoothed",
    "cell_coec": "clicks over expected clicks by position of the neighbourhood, smoothed",
    "grey_outdoors": "cloud cover above 30 % times the outdoor share",
    "far_with_family": "log(1 + km) for a family",
    "kind_clock_fit": "how well the arrival fits the hour the traveller usually meets this kind",
    "group_clock_fit": "how well the arrival fits the hour the traveller usually meets this group",
    "met_positives_all": "positive actions on this place in the last year",
    "met_visits_all": "visits to this place in the last year",
    "met_visits_7d": "visits to this place in the last 7 days",
    "met_visits_30d": "visits to this place in the last 30 days",
    "met_dismisses_all": "how often the traveller dismissed this place in the last year",
    "met_bookings_all": "how often the traveller booked this place in the last year",
    "met_rating": "the traveller's mean rating of this place, 1 to 5",
    "met_share": "share of the traveller's positive actions that were on this place, smoothed",
    "met_hours_since": "hours since the traveller last had to do with this place",
    "met_clock_fit": "how well the arrival fits the hour the traveller usually meets this place",
    "is_last_place": "1 if it is the place the traveller last had to do with",
    "traveller_visits_1d": "the traveller's visits in the day before the last action",
    "traveller_visits_all": "the traveller's visits in the last year",
    "traveller_saves_30d": "places the traveller saved or shared in the last 30 days",
    "traveller_bookings_all": "the traveller's bookings in the last year",
    "traveller_hours_since": "hours since the traveller last did anything",
    "traveller_cancel_rate": "share of the traveller's bookings that were cancelled, smoothed",
    "traveller_lead_days": "days between booking and visit, the traveller's mean",
    "poi_visits_1d_log": "visits to the place in the last day, log(1 + n)",
    "poi_visits_7d_log": "visits to the place in the last 7 days, log(1 + n)",
    "poi_visits_30d_log": "visits to the place in the last 30 days, log(1 + n)",
    "poi_visits_all_log": "visits to the place in the last year, log(1 + n)",
    "poi_bookings_30d_log": "bookings of the place in the last 30 days, log(1 + n)",
    "poi_trend": "interactions of the last day over the daily mean of the last 7 days",
    "poi_cell_share": "share of the neighbourhood's visits of 30 days that went here, smoothed",
    "poi_crowding": "visits told in the last hour per hundred of capacity, live",
    "poi_interactions_1h_log": "interactions with the place in the last hour, live, log(1 + n)",
    "cell_interactions_1h_log": "interactions in the neighbourhood in the last hour, live, log(1 + n)",
    "poi_trend_1h": "interactions of the last hour, live, over the hourly mean of the last 7 days",
    "cell_trend_1h": "the neighbourhood's last hour, live, over its mean at this local hour",
    "poi_ctr_7d": "clicks per time shown in 7 days, smoothed by category and neighbourhood",
    "poi_ctr_30d": "clicks per time shown in 30 days, smoothed by category and neighbourhood",
    "poi_save_rate_30d": "saves per time shown in 30 days, smoothed by category and neighbourhood",
    "poi_conversion_30d": "bookings per click in 30 days, smoothed by category and neighbourhood",
    "poi_rating": "mean rating, 1 to 5, smoothed",
    "poi_dismiss_rate": "dismissals per time shown in 30 days, smoothed",
    "poi_cancel_rate": "share of the place's bookings that were cancelled, smoothed",
    "poi_lead_days": "days between booking and visit, the place's mean",
    "poi_age_days": "days since the place entered the catalogue",
    "hour_sin": "local hour of arrival on the clock face, sine",
    "hour_cos": "local hour of arrival on the clock face, cosine",
    "weekday": "local day of the visit, Monday 0 to Sunday 6",
    "weekend": "1 on Saturday and Sunday",
    "month_sin": "month on the circle of the year, sine",
    "month_cos": "month on the circle of the year, cosine",
    "holiday": "1 on a public holiday where the traveller is",
    "poi_clock_fit": "how well the arrival fits the hour the place is usually met",
    "place_hour_share": "share of the neighbourhood's interactions that fall in this local hour",
    "lead_hours": "hours from the request to the visit",
    "weather_temperature_c": "temperature at the visit, °C, as forecast when asked",
    "weather_precipitation_mm": "precipitation at the visit, mm/h, as forecast when asked",
    "weather_wind_ms": "wind at the visit, m/s, as forecast when asked",
    "weather_cloud_pct": "cloud cover at the visit, %, as forecast when asked",
    "weather_uv_index": "UV index at the visit, as forecast when asked",
    "weather_is_forecast": "1 if there was a forecast, 0 if the last observation stands in for it",
    "rain_outdoors": "precipitation (at most 5 mm/h) times the outdoor share",
    "rain_indoors": "precipitation (at most 5 mm/h) times the indoor share",
    "heat_outdoors": "degrees above 30 °C times the outdoor share",
    "cold_outdoors": "degrees below 18 °C times the outdoor share",
    "wind_outdoors": "wind above 8 m/s times the outdoor share",
    "open_at_arrival": "1 if open on arrival",
    "minutes_left": "minutes from arrival to closing, 0 if closed, at most 720",
    "time_to_spare": "minutes to closing beyond the typical duration of a visit",
    "distance_km": "kilometres from the traveller to the place, great circle",
    "travel_minutes": "minutes to get there: on foot, or by car and time to park where that is faster",
    "distance_to_base_km": "kilometres from the base of the trip",
    "distance_to_last_km": "kilometres from the last place the traveller had to do with",
    "price_level": "price level, 0 free to 4 luxury",
    "price_over_budget": "price level above the traveller's budget",
    "price_over_usual": "price level above that of the places the traveller chose in the last year",
    "kids_welcome_family": "1 if a family asks for a place good for children, 0 if it is not",
    "trip_day": "day of the trip, from 0; below 0 while it is being planned",
    "planning": "1 if asked from nowhere before a trip: what today is like does not count then",
    "trip_days_left": "days left of the trip",
    "at_home": "1 if the traveller is in the country of home",
    "indoor_share": "share of the place that is indoors",
    "indoor_over_usual": "indoor share above that of the places the traveller chose",
    "duration_min": "typical duration of a visit, minutes",
    "capacity_log": "people it holds at a time, log(1 + n)",
    "accessible": "1 if accessible without steps",
    "kid_friendly": "1 if good for children",
    **{f"party_{p}": f"1 if the party is: {p}" for p in ("solo", "couple", "family", "friends")},
    **{
        f"{of}_interactions_{w}": f"actions of the traveller {what} in the last {span}"
        for of, what, windows in (
            ("kind", "on this kind", ("1h", "1d", "30d")),
            ("group", "in this group", ("1d",)),
            ("met", "on this place", ("1h", "1d", "30d", "all")),
            ("traveller", "on anything", tuple(_SPAN)),
        )
        for w, span in _SPAN.items()
        if w in windows
    },
    **{
        f"poi_interactions_{w}_log": f"interactions with the place in the last {span}, log(1 + n)"
        for w, span in _SPAN.items()
        if w != "1h"
    },
    "session_kind": "places of this kind looked at just now: each fades by half an hour, gone after 3 h",
    "session_group": "places of this group looked at just now, fading alike",
    "session_near": "places within about 1 km of this one looked at just now, fading alike",
    "session_place": "1 if this place was looked at just now, fading alike",
    "session_all": "places looked at just now, fading alike: 0 outside of a session",
    "own_share": "share of the traveller's steps that were here, each worth 0.97 of the next",
    "own_visits": "the traveller's steps here, of the last 256",
    "own_faded_30d": "the traveller's steps here, halved every 30 days",
    "own_faded_90d": "the traveller's steps here, halved every 90 days",
    "own_steps_since": "steps the traveller made since the last one here",
    "own_days_since": "days since the traveller's last step here",
    "own_interval_days": "mean days between the traveller's steps here",
    "own_overdue": "days since the last step here over the mean interval",
    "own_frequency_rank": "rank among the traveller's places by steps, 0 the most frequent",
    "own_next": "share of the traveller's steps from the last place that led here, smoothed",
    "own_next_at_hour": "the same, of steps at about this hour",
    "own_alike": "steps here that followed moments of this hour and neighbourhood",
    "own_routine": "share of what followed moments like now that was here",
    "own_routine_weight": "how many moments like now were followed by a step here",
    "own_ahead": "share of the traveller's steps in the hours to come that were here",
    "own_ahead_of_week": "the same, of this part of the week",
    "own_near_own": "share of the traveller's steps in the immediate surroundings, 500 m",
    "own_trail_km": "kilometres from the nearest place of the steps that led here without a day's pause",
    "own_steps": "steps of the traveller that are remembered, at most 256",
    "own_repeat_share": "share of the traveller's steps that were to a place met before",
    **{f"{g}_score": f"score by {_GENERATOR_MEANS[g]}" for g in GENERATORS},
    **{f"{g}_rank": f"rank by {_GENERATOR_MEANS[g]}" for g in GENERATORS},
}

# column prefix -> where it comes from; a name that has none is of the request
_SOURCE = {
    "tk_": "traveller_category",
    "tg_": "traveller_category",
    "tp_": "traveller_poi",
    "own_": "traveller_step",
    "session_": "traveller_poi",
    "t_": "traveller",
    "last_place": "traveller",
    "tr_": "trending",
    "ph_": "place_hour",
    "p_": "poi",
    "wf_": "weather_forecast",
    "wo_": "weather_observed",
    "score_": "candidates",
    "rank_": "candidates",
    "latitude": "places",
    "longitude": "places",
    "base_": "profile",
    "trip_": "profile",
    "at_home": "profile",
    "budget": "profile",
    "party_code": "profile",
    "opening_hours": "places",
}


@dataclass(frozen=True)
class Cause:
    """Columns that are taken away (`value` NaN, or what leaves nothing to divide by)."""

    says: str
    columns: tuple[str, ...]  # prefixes
    value: float = np.nan


CAUSES = (
    Cause("the traveller is unknown", ("t_", "tk_", "tg_", "tp_", "last_place", "session_")),
    Cause("the kind was never met", ("tk_",)),
    Cause("the kind was never liked", ("tk_positives_all",), 0.0),
    Cause("the group was never met", ("tg_",)),
    Cause("the group was never liked", ("tg_positives_all",), 0.0),
    Cause("the place was never met", ("tp_",)),
    Cause("the traveller never chose anything", ("own_",)),
    Cause("the place was never liked by the traveller", ("tp_positives_all",), 0.0),
    Cause("the traveller never rated it", ("tp_ratings_all",), 0.0),
    Cause("the traveller never booked", ("t_bookings_all",), 0.0),
    Cause("the traveller never chose a place of known price", ("t_priced_all",), 0.0),
    Cause("the traveller never chose a place of known setting", ("t_indoor_known_all",), 0.0),
    Cause(
        "no bookings are known at all",
        ("p_bookings", "p_cancellations", "p_lead", "p_category_bookings", "p_cell_bookings"),
    ),
    Cause("the place was never booked", ("p_bookings_all",), 0.0),
    Cause("nobody liked the place yet", ("p_positives_all",), 0.0),
    Cause("the cell was never met at that hour", ("ph_",)),
    Cause("the audience was never met", ("pa_", "co_", "ho_")),
    Cause("the visit is more than an hour ahead", ("visit_hours",), 3.0),
    Cause("no weather is known", ("wf_", "wo_")),
    Cause("the opening hours are unknown", ("opening_hours",)),
    Cause("where the traveller is, is unknown", ("here_",)),
    Cause("the traveller is on no trip", ("base_", "trip_")),
    Cause("a trip is being planned", ("planning",), 1.0),
    Cause("the budget is unknown", ("budget",)),
    Cause("the party is unknown", ("party_code",)),
    Cause("the party is no family", ("party_code",), 0.0),
    Cause("the home country is unknown", ("at_home",)),
    Cause("the price level is not given", ("p_price_level",)),
    Cause("the indoor share is not given", ("p_indoor_share",)),
    Cause("the duration is not given", ("p_typical_duration_min",)),
    Cause("the capacity is not given", ("p_capacity",)),
    Cause("accessibility is not given", ("p_accessible",)),
    Cause("whether children are welcome is not given", ("p_kid_friendly",)),
    Cause("the entry into the catalogue is not dated", ("p_created_hours",)),
    Cause("the generator has no opinion", ("score_", "rank_")),
)


class _Asked(Rows):
    """One pair with a value in every column but those a cause takes away; notes what is read."""

    def __init__(self, cause: Cause | None = None) -> None:
        hours = None if cause and "opening_hours" in cause.columns else "24/7"
        nobody = np.zeros(1, dtype=np.int64)
        super().__init__({}, {}, {}, nobody, nobody, Openings([hours], None))
        self.cause, self.read = cause, set[str]()

    def _find(self, name: str) -> Array:
        if name == "minutes_left":
            self.read.add("opening_hours")
        if name in DERIVED:
            return super()._find(name)
        self.read.add(name)
        return np.full(1, self._value(name))

    def _value(self, name: str) -> float:
        if self.cause and name.startswith(self.cause.columns):
            return self.cause.value
        return {"party_code": 2.0, "planning": 0.0}.get(name, 1.0)


def reads(feature: Feature) -> set[str]:
    """The columns a feature reads, and `opening_hours`."""
    asked = _Asked()
    feature.compute(asked)
    return asked.read


def sources(feature: Feature) -> list[str]:
    """The views (and others) a feature reads, sorted."""
    return sorted({_source(name) for name in reads(feature)})


def _source(column: str) -> str:
    return next((s for prefix, s in _SOURCE.items() if column.startswith(prefix)), "request")


def missing_when(feature: Feature) -> list[str]:
    """Every cause that alone leaves the feature without a value."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return [c.says for c in CAUSES if np.isnan(feature.compute(_Asked(c))).all()]


Line = Callable[[Feature], str]
_COLUMNS: dict[str, Line] = {
    "feature": lambda f: f"`{f.name}`",
    "group": lambda f: f.group,
    "meaning": lambda f: MEANING[f.name],
    "from": lambda f: ", ".join(sources(f)),
    "missing when": lambda f: "; ".join(missing_when(f)) or "never",
    "version": lambda f: str(f.version),
}

_HEAD = """# Features

The ranker reads {count} numbers of each candidate. Each is made by one function of
`features/vector.py`, the same for training and for serving. Missing is NaN, never zero.

*From* names Feast's views (`features/definitions.py`), `candidates` (what a generator said), `trending`
(the last hour, live: `features/trending.py`), `places` (the catalogue itself), `profile` (what travellers
say of themselves, or the request says in its place) and `request`. A *kind* is a category at its second
level (`nature/beach`), a *group* at its first (`nature`). *Positive* actions are clicks, saves, shares,
visits and bookings. Windows of a traveller end at the last action, windows of a place at the last full
hour; what is *live* was counted seconds before the answer, of all feedback that any server had accepted.

This table is written by `python -m features.dictionary > docs/features.md`.
"""


_VIEWS = """
## The columns of the views

What the features above are made of, and what `Features(home).historical(view, rows)` joins to rows
of one's own, as it was known at the time of each ([notebooks.md](notebooks.md)). A count ends in its
window: `1h`, `1d`, `7d` and `30d`, and `all` for the last 365 days. In the packed online views the
same numbers stand in one array, in this order.

| view | columns | meaning |
|---|---|---|"""


def page() -> str:
    """The text of docs/features.md."""
    parts = [_HEAD.format(count=len(FEATURES)), *_table(), _VIEWS, *_columns()]
    return "\n".join(parts) + "\n"


def _table() -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    for feature in FEATURES:
        yield f"| {' | '.join(line(feature) for line in _COLUMNS.values())} |"


def _columns() -> Iterator[str]:
    """Windows of one count in one line."""
    for view, columns in COLUMNS.items():
        lines: dict[str, tuple[str, list[str]]] = {}
        for column in columns:
            name, window, told = column, "", MEANING_OF[column]
            if counted := parts(column):
                measure, window, prefix = counted
                name, told = f"{prefix}{measure}_", f"{SUBJECT[prefix]}: {COUNTED[measure]}"
            lines.setdefault(name, (told, []))[1].append(window)
        for name, (told, windows) in lines.items():
            called = ", ".join(f"`{name}{window}`" for window in windows)
            yield f"| `{view}` | {called} | {told} |"


if __name__ == "__main__":
    print(page(), end="")
