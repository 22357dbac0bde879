"""The ranker's vector: every feature's name, group, version and how it is read, side by side.

A feature is a pure function of `Rows` (`features/rows.py`). The same functions make the training frame
and the vectors on the hot path (`features/assemble.py`), so the two cannot differ.
"""

from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from features.places import distance_km
from features.rows import (
    COEC_PRIOR,
    RATE_STRENGTH,
    RATING_PRIOR,
    RATING_STRENGTH,
    SKY,
    Array,
    Compute,
    booked,
    cell_trend,
    clock_fit,
    coec,
    known_zero,
    lift,
    rate,
    share,
    since,
    tired,
    when,
)
from features.sequence import AROUND, OF_TRAVELLER, OWN

GENERATORS = (
    *("als", "bpr", "graph", "covisit", "history", "popular", "nearby", "content", "taste"),
    *("next", "next_kind", "routine", "ahead"),
)


@dataclass(frozen=True)
class Feature:
    """One number of the vector. `version` changes whenever its meaning does."""

    name: str
    group: str
    compute: Compute
    version: int = 1


_column = itemgetter  # of Rows: the feature is the column as it stands


def _traveller(group: str, *names: str) -> list[Feature]:
    return [Feature(f"traveller_{n}", group, _column(f"t_{n}")) for n in names]


def _counts(group: str, label: str, prefix: str, *names: str) -> list[Feature]:
    return [
        Feature(f"{label}_{n}", group, lambda r, c=f"{prefix}_{n}": known_zero(r, c))  # type: ignore[misc]
        for n in names
    ]


def _logs(group: str, *names: str) -> list[Feature]:
    return [Feature(f"poi_{n}_log", group, lambda r, c=f"p_{n}": np.log1p(r[c])) for n in names]  # type: ignore[misc]


def _party(name: str, code: int) -> Feature:
    return Feature(
        f"party_{name}",
        "party",
        lambda r: np.where(np.isnan(r["party_code"]), np.nan, r["party_code"] == code),
    )


FEATURES: tuple[Feature, ...] = (
    # taste: what the traveller did with places of this kind
    Feature(
        "kind_share",
        "taste",
        lambda r: share(known_zero(r, "tk_positives_all"), r["t_positives_all"]),
    ),
    Feature(
        "group_share",
        "taste",
        lambda r: share(known_zero(r, "tg_positives_all"), r["t_positives_all"]),
    ),
    *_counts("taste", "kind", "tk", "interactions_1h", "interactions_1d", "interactions_30d"),
    *_counts("taste", "kind", "tk", "positives_7d", "visits_all", "dismisses_all"),
    Feature("kind_bookings_all", "taste", lambda r: booked(r, "tk_bookings_all")),
    *_counts("taste", "group", "tg", "interactions_1d", "positives_7d", "dismisses_all"),
    Feature("kind_hours_since", "taste", lambda r: since(r, "tk_last_at")),
    Feature("group_hours_since", "taste", lambda r: since(r, "tg_last_at")),
    Feature("kind_hours_since_visit", "taste", lambda r: since(r, "tk_last_visit_at")),
    Feature("group_hours_since_visit", "taste", lambda r: since(r, "tg_last_visit_at")),
    Feature("kind_tired", "taste", lambda r: tired(r, "tk")),
    Feature("group_tired", "taste", lambda r: tired(r, "tg")),
    Feature("kind_clock_fit", "taste", lambda r: clock_fit(r, "tk")),
    Feature("group_clock_fit", "taste", lambda r: clock_fit(r, "tg")),
    # history: what the traveller did with this very place
    *_counts("history", "met", "tp", "interactions_1h", "interactions_1d", "interactions_30d"),
    *_counts("history", "met", "tp", "interactions_all", "positives_all", "visits_all"),
    *_counts("history", "met", "tp", "visits_7d", "visits_30d", "dismisses_all"),
    Feature("met_bookings_all", "history", lambda r: booked(r, "tp_bookings_all")),
    Feature(
        "met_rating",
        "history",
        lambda r: (
            r["tp_rating_tenths_all"]
            / 10.0
            / np.where(r["tp_ratings_all"] > 0, r["tp_ratings_all"], np.nan)
        ),
    ),
    Feature(
        "met_share",
        "history",
        lambda r: share(known_zero(r, "tp_positives_all"), r["t_positives_all"]),
    ),
    Feature("met_hours_since", "history", lambda r: since(r, "tp_last_at")),
    Feature("met_clock_fit", "history", lambda r: clock_fit(r, "tp")),
    Feature(
        "is_last_place",
        "history",
        lambda r: np.where(np.isnan(r["last_place"]), np.nan, r["last_place"] == r.place),
    ),
    # what was looked at in the last minutes: see features/session.py
    *[Feature(f"session_{n}", "taste", _column(f"session_{n}")) for n in ("kind", "group", "near")],
    Feature("session_place", "history", _column("session_place")),
    Feature("session_all", "traveller", _column("session_all")),
    # the traveller as such
    *_traveller(
        "traveller",
        "interactions_1h",
        "interactions_1d",
        "interactions_7d",
        "interactions_30d",
        "interactions_all",
    ),
    *_traveller("traveller", "visits_1d", "visits_all", "saves_30d"),
    Feature("traveller_bookings_all", "traveller", lambda r: booked(r, "t_bookings_all")),
    Feature("traveller_hours_since", "traveller", lambda r: since(r, "t_last_at")),
    Feature(
        "traveller_cancel_rate",
        "traveller",
        lambda r: share(booked(r, "t_cancellations_all"), r["t_bookings_all"], 0.25),
    ),
    Feature(
        "traveller_lead_days",
        "traveller",
        lambda r: (
            r["t_lead_hours_all"]
            / 24.0
            / np.where(r["t_bookings_all"] > 0, r["t_bookings_all"], np.nan)
        ),
    ),
    # whom it was shown to before: the taste of whom nothing is known yet
    Feature("party_kind_lift", "audience", lift("pa", "k")),
    Feature("party_group_lift", "audience", lift("pa", "g")),
    Feature("country_kind_lift", "audience", lift("co", "k")),
    Feature("country_group_lift", "audience", lift("co", "g")),
    Feature("hour_kind_lift", "time", when(lift("ho", "k"))),
    Feature("hour_group_lift", "time", when(lift("ho", "g"))),
    # popularity, quality and crowding of the place
    Feature("poi_interactions_1h_log", "popularity", lambda r: np.log1p(r["tr_interactions"]), 2),
    Feature(
        "cell_interactions_1h_log", "popularity", lambda r: np.log1p(r["tr_cell_interactions"])
    ),
    Feature(
        "poi_trend_1h",
        "popularity",
        lambda r: (r["tr_interactions"] + 1.0) / (r["p_interactions_7d"] / (7.0 * 24.0) + 1.0),
    ),
    Feature("cell_trend_1h", "popularity", when(cell_trend)),
    *_logs(
        "popularity",
        "interactions_1d",
        "interactions_7d",
        "interactions_30d",
        "interactions_all",
    ),
    *_logs("popularity", "visits_1d", "visits_7d", "visits_30d", "visits_all", "bookings_30d"),
    Feature(
        "poi_trend",
        "popularity",
        lambda r: (r["p_interactions_1d"] + 1.0) / (r["p_interactions_7d"] / 7.0 + 1.0),
    ),
    Feature(
        "poi_cell_share",
        "popularity",
        lambda r: share(r["p_visits_30d"], r["p_cell_visits_30d"], 0.0, 5.0),
    ),
    Feature(
        "poi_crowding",
        "popularity",
        lambda r: r["tr_visits"] / np.where(r["p_capacity"] > 0, r["p_capacity"], np.nan) * 100.0,
        version=2,
    ),
    Feature("poi_ctr_7d", "quality", lambda r: rate(r, "clicks", "impressions", "7d")),
    Feature("poi_ctr_30d", "quality", lambda r: rate(r, "clicks", "impressions", "30d")),
    Feature("poi_coec_30d", "quality", lambda r: coec(r, "p", "30d", r["kind_coec"])),
    Feature("poi_coec_all", "quality", lambda r: coec(r, "p", "all", r["kind_coec"])),
    Feature("kind_coec", "quality", _column("kind_coec")),
    Feature("cell_coec", "quality", lambda r: coec(r, "p_cell", "all", COEC_PRIOR)),
    Feature("poi_save_rate_30d", "quality", lambda r: rate(r, "saves", "impressions", "30d")),
    Feature("poi_conversion_30d", "quality", lambda r: rate(r, "bookings", "clicks", "30d")),
    Feature(
        "poi_rating",
        "quality",
        lambda r: share(
            r["p_rating_tenths_all"] / 10.0, r["p_ratings_all"], RATING_PRIOR, RATING_STRENGTH
        ),
    ),
    Feature(
        "poi_dismiss_rate",
        "quality",
        lambda r: share(r["p_dismisses_30d"], r["p_impressions_30d"], 0.02, RATE_STRENGTH),
    ),
    Feature(
        "poi_cancel_rate",
        "quality",
        lambda r: share(r["p_cancellations_all"], r["p_bookings_all"], 0.25, 5.0),
    ),
    Feature(
        "poi_lead_days",
        "quality",
        lambda r: (
            r["p_lead_hours_all"]
            / 24.0
            / np.where(r["p_bookings_all"] > 0, r["p_bookings_all"], np.nan)
        ),
    ),
    Feature(
        "poi_age_days", "novelty", lambda r: (r["requested_hours"] - r["p_created_hours"]) / 24.0
    ),
    # when
    Feature("hour_sin", "time", lambda r: np.sin(r["arrival_angle"])),
    Feature("hour_cos", "time", lambda r: np.cos(r["arrival_angle"])),
    Feature("weekday", "time", _column("weekday")),
    Feature(
        "weekend", "time", lambda r: np.where(np.isnan(r["weekday"]), np.nan, r["weekday"] >= 5)
    ),
    Feature("month_sin", "season", lambda r: np.sin(r["month"] / 12.0 * 2 * np.pi)),
    Feature("month_cos", "season", lambda r: np.cos(r["month"] / 12.0 * 2 * np.pi)),
    Feature("holiday", "time", _column("holiday")),
    Feature("poi_clock_fit", "time", lambda r: clock_fit(r, "p")),
    Feature(
        "place_hour_share",
        "time",
        lambda r: share(r["ph_interactions_30d"], r["ph_cell_interactions_30d"], 1 / 24, 10.0),
    ),
    Feature("lead_hours", "time", lambda r: r["visit_hours"] - r["requested_hours"]),
    # the sky at the place, at the time of the visit, as forecast when asked
    *[Feature(f"weather_{n}", "weather", _column(f"sky_{n}")) for n in SKY],
    Feature(
        "weather_is_forecast",
        "weather",
        lambda r: np.where(
            np.isnan(r["sky_temperature_c"]), np.nan, ~np.isnan(r["wf_temperature_c"])
        ),
    ),
    Feature(
        "rain_outdoors",
        "weather",
        lambda r: np.minimum(r["sky_precipitation_mm"], 5.0) * r["outdoor_share"],
    ),
    Feature(
        "rain_indoors",
        "weather",
        lambda r: np.minimum(r["sky_precipitation_mm"], 5.0) * r["p_indoor_share"],
    ),
    Feature(
        "heat_outdoors",
        "weather",
        lambda r: np.maximum(r["sky_temperature_c"] - 30.0, 0.0) * r["outdoor_share"],
    ),
    Feature(
        "cold_outdoors",
        "weather",
        lambda r: np.maximum(18.0 - r["sky_temperature_c"], 0.0) * r["outdoor_share"],
    ),
    Feature(
        "wind_outdoors",
        "weather",
        lambda r: np.maximum(r["sky_wind_ms"] - 8.0, 0.0) * r["outdoor_share"],
    ),
    Feature(
        "grey_outdoors",
        "weather",
        lambda r: np.maximum(r["sky_cloud_pct"] - 30.0, 0.0) / 100.0 * r["outdoor_share"],
    ),
    # feasibility on arrival
    Feature(
        "open_at_arrival",
        "opening",
        lambda r: np.where(np.isnan(r["minutes_left"]), np.nan, r["minutes_left"] > 0),
    ),
    Feature("minutes_left", "opening", _column("minutes_left")),
    Feature("time_to_spare", "opening", lambda r: r["minutes_left"] - r["p_typical_duration_min"]),
    Feature("distance_km", "distance", _column("distance_km")),
    Feature("travel_minutes", "distance", _column("travel_minutes"), version=2),
    Feature(
        "distance_to_base_km",
        "distance",
        lambda r: distance_km(
            r["base_latitude"], r["base_longitude"], r["latitude"], r["longitude"]
        ),
    ),
    Feature(
        "distance_to_last_km",
        "distance",
        lambda r: distance_km(
            r["t_last_latitude"], r["t_last_longitude"], r["latitude"], r["longitude"]
        ),
    ),
    Feature(
        "far_with_family",
        "distance",
        lambda r: np.where(r["party_code"] == 2, np.log1p(r["distance_km"]), np.nan),
    ),
    Feature("price_level", "price", _column("p_price_level")),
    Feature("price_over_budget", "price", lambda r: r["p_price_level"] - r["budget"]),
    Feature(
        "price_over_usual",
        "price",
        lambda r: (
            r["p_price_level"]
            - r["t_price_sum_all"] / np.where(r["t_priced_all"] > 0, r["t_priced_all"], np.nan)
        ),
    ),
    # with whom, and on which trip
    *[_party(name, code) for code, name in enumerate(("solo", "couple", "family", "friends"))],
    Feature(
        "kids_welcome_family",
        "party",
        lambda r: np.where(r["party_code"] == 2, r["p_kid_friendly"], np.nan),
    ),
    Feature("trip_day", "trip", _column("trip_day")),
    Feature("trip_days_left", "trip", _column("trip_days_left")),
    Feature("at_home", "trip", _column("at_home")),
    Feature("planning", "trip", _column("planning")),
    # the place
    Feature("indoor_share", "place", _column("p_indoor_share")),
    Feature(
        "indoor_over_usual",
        "place",
        lambda r: (
            r["p_indoor_share"]
            - r["t_indoor_percent_all"]
            / 100.0
            / np.where(r["t_indoor_known_all"] > 0, r["t_indoor_known_all"], np.nan)
        ),
    ),
    Feature("duration_min", "place", _column("p_typical_duration_min")),
    Feature("capacity_log", "place", lambda r: np.log1p(r["p_capacity"])),
    Feature("accessible", "place", _column("p_accessible")),
    Feature("kid_friendly", "place", _column("p_kid_friendly")),
    # what each generator of candidates thinks
    *[Feature(f"{g}_score", "similar", _column(f"score_{g}")) for g in GENERATORS],
    *[Feature(f"{g}_rank", "similar", _column(f"rank_{g}")) for g in GENERATORS],
    # the traveller's steps, one by one: see features/sequence.py
    *[Feature(f"own_{n}", "sequence", _column(f"own_{n}")) for n in (*OWN, *AROUND, *OF_TRAVELLER)],
)

NAMES: tuple[str, ...] = tuple(f.name for f in FEATURES)
GROUP_OF: dict[str, str] = {f.name: f.group for f in FEATURES}
GROUPS: tuple[str, ...] = tuple(sorted(set(GROUP_OF.values())))
_MEMBERS = np.array([[GROUP_OF[n] == g for g in GROUPS] for n in NAMES], dtype=np.float64)
VERSIONS: dict[str, int] = {f.name: f.version for f in FEATURES}


def by_group(contributions: Array) -> Array:
    """(…, groups) sums of a (…, features) array, in the order of GROUPS."""
    return np.asarray(contributions @ _MEMBERS)
