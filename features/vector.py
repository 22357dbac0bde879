"""The ranker's vector: every feature's name, group, version and how it is read, side by side.

A feature is a pure function of `Rows`: named columns, each one of three lengths (requests, places,
or pairs of the two) and read as float64 of the pairs' length. Missing is NaN, never zero. The same
functions make the training frame and the vectors on the hot path, so the two cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.opening import Openings
from features.places import distance_km
from features.sequence import AROUND, OF_TRAVELLER, OWN

Array = NDArray[Any]  # float64 unless said otherwise
GENERATORS = (
    *("als", "bpr", "graph", "covisit", "history", "popular", "nearby", "content", "taste"),
    *("next", "next_kind", "routine", "ahead"),
)

WALK_KMH, DRIVE_KMH, PARKING_MIN = 4.5, 40.0, 10.0
RATE_STRENGTH = 20.0  # impressions the prior of a smoothed rate is worth
RATING_PRIOR, RATING_STRENGTH = 4.0, 5.0
CONDITION_RAIN_MM = 0.2
TIRED_HOURS = 60.0  # how fast one has enough of a kind, and is ready for it again
COEC_PRIOR, LOOKS_STRENGTH = 0.1, 30.0  # clicks a look, and how many looks that is worth
MICROS_AN_HOUR = 3.6e9
OBSERVATION_HOLDS_HOURS = 48.0  # an observation says nothing of a day farther away


class Rows:
    """Named columns of pairs (request, place); see the module.

    `request` and `place` are int arrays of shape (pairs,): the row of each pair in the
    request columns and in the place columns. A name is looked up among pairs, requests, places.
    """

    def __init__(
        self,
        requests: Mapping[str, Array],
        places: Mapping[str, Array],
        pairs: Mapping[str, Array],
        request: Array,
        place: Array,
        openings: Openings,
    ) -> None:
        self.requests, self.places, self.pairs = requests, places, pairs
        self.request, self.place, self.openings = request, place, openings
        self._kept: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._kept:
            self._kept[name] = self._find(name)
        return self._kept[name]

    def changed(self, columns: Mapping[str, Array]) -> "Rows":
        """The same rows but for these columns (pairs,), which win over everything else.

        What is derived from a changed column follows; what is not changed stays.
        """
        twin = Rows(self.requests, self.places, self.pairs, self.request, self.place, self.openings)
        twin._kept = {name: np.asarray(v, dtype=np.float64) for name, v in columns.items()}
        return twin

    def _find(self, name: str) -> Array:
        if name in DERIVED:
            return DERIVED[name](self)
        if name in self.pairs:
            return np.asarray(self.pairs[name], dtype=np.float64)
        if name in self.requests:
            of_requests: Array = np.asarray(self.requests[name], dtype=np.float64)
            return of_requests[self.request]
        if name in self.places:
            of_places: Array = np.asarray(self.places[name], dtype=np.float64)
            return of_places[self.place]
        return np.full(self.request.shape, np.nan)


Compute = Callable[[Rows], Array]


@dataclass(frozen=True)
class Feature:
    """One number of the vector. `version` changes whenever its meaning does."""

    name: str
    group: str
    compute: Compute
    version: int = 1


def _share(part: Array, whole: Array, prior: float = 0.0, strength: float = 3.0) -> Array:
    """(part + prior * strength) / (whole + strength): a rate pulled towards its prior."""
    return (part + prior * strength) / (whole + strength)


def _known_zero(r: Rows, name: str) -> Array:
    """A traveller's count: 0 where we know the traveller but not this, NaN where neither."""
    value, known = r[name], r["t_last_at"]
    return np.asarray(np.where(np.isnan(value) & ~np.isnan(known), 0.0, value))


def _booked(r: Rows, name: str) -> Array:
    """A traveller's count of bookings: NaN where the platform knows of no bookings at all."""
    return np.where(np.isnan(r["p_bookings_all"]), np.nan, _known_zero(r, name))


def _since(r: Rows, name: str) -> Array:
    """Hours from that moment (microseconds since 1970) to the request; never negative."""
    return np.asarray(np.maximum((r["requested_us"] - r[name]) / MICROS_AN_HOUR, 0.0))


def _or_zero(value: Array) -> Array:
    """0 where it is missing, of what is never below 0."""
    return np.fmax(value, 0.0)


def _tired(r: Rows, prefix: str) -> Array:
    """Visits of the week, each counting less the longer the last one is ago; 0 without a visit."""
    fading = np.exp(-_or_zero(_since(r, f"{prefix}_last_visit_at")) / TIRED_HOURS)
    return np.asarray(_known_zero(r, f"{prefix}_visits_7d") * fading)


def _clock_fit(r: Rows, prefix: str) -> Array:
    """How well the hour of arrival fits the usual hour: mean of cos(angle between them), -1 .. 1."""
    angle = r["arrival_angle"]
    n = r[f"{prefix}_positives_all"]
    dot = r[f"{prefix}_hour_cos_all"] * np.cos(angle) + r[f"{prefix}_hour_sin_all"] * np.sin(angle)
    return np.asarray(dot / 1000.0 / np.where(n > 0, n + 1.0, np.nan))


def _prior(r: Rows, of: str, per: str) -> Array:
    """Rate of the place's category and of its cell, pulled towards a low overall one."""
    category = _share(r[f"p_category_{of}_30d"], r[f"p_category_{per}_30d"], 0.05, 50.0)
    cell = _share(r[f"p_cell_{of}_30d"], r[f"p_cell_{per}_30d"], 0.05, 50.0)
    return 0.7 * category + 0.3 * cell


def _rate(r: Rows, of: str, per: str, window: str) -> Array:
    """Smoothed rate of a place, with the prior of its category and cell."""
    own, shown = r[f"p_{of}_{window}"], r[f"p_{per}_{window}"]
    return (own + _prior(r, of, per) * RATE_STRENGTH) / (shown + RATE_STRENGTH)


def _coec(r: Rows, of: str, window: str, prior: Array | float) -> Array:
    """Clicks over expected clicks, with so many looks of the prior: place, kind or segment alike."""
    looked = r[f"{of}_looks_{window}"] / 1000.0
    return (r[f"{of}_clicks_{window}"] + prior * LOOKS_STRENGTH) / (looked + LOOKS_STRENGTH)


def _lift(segment: str, level: str) -> Compute:
    """How much more (log) a segment clicks on this kind, or group, than everybody on the kind."""

    def compute(r: Rows) -> Array:
        everybody = r["kind_coec"]
        return np.log(_coec(r, f"{segment}_{level}", "all", everybody) / everybody)

    return compute


def _weather_of(name: str) -> Compute:
    """As forecast for the visit when the request was made; else the last observation then known."""

    def compute(r: Rows) -> Array:
        forecast = r[f"wf_{name}"]
        return _if_there(r, np.where(np.isnan(forecast), _recent(r, name), forecast))

    return compute


def _if_there(r: Rows, value: Array) -> Array:
    """Missing while a trip is being planned: the hour and the sky of today say nothing of it."""
    return np.where(r["planning"] == 1.0, np.nan, value)


def _when(compute: Compute) -> Compute:
    return lambda r: _if_there(r, compute(r))


def _recent(r: Rows, name: str) -> Array:
    away = np.abs(r["visit_hours"] - r["wo_observed_hours"])
    return np.where(away <= OBSERVATION_HOLDS_HOURS, r[f"wo_{name}"], np.nan)


SKY = ("temperature_c", "precipitation_mm", "wind_ms", "cloud_pct", "uv_index")
# read by several features, worked out once
DERIVED: dict[str, Compute] = {
    "kind_coec": lambda r: _coec(r, "p_category", "all", COEC_PRIOR),
    "outdoor_share": lambda r: 1.0 - r["p_indoor_share"],
    **{f"sky_{name}": _weather_of(name) for name in SKY},
    "distance_km": lambda r: distance_km(
        r["here_latitude"], r["here_longitude"], r["latitude"], r["longitude"]
    ),
    "travel_minutes": lambda r: travel_minutes(r["distance_km"]),
    # unknown distance: as if already there
    "arrival_minute": lambda r: r["local_minute"] + _or_zero(r["travel_minutes"]),
    "arrival_angle": lambda r: _if_there(r, (r["arrival_minute"] % 1440.0) / 1440.0 * 2 * np.pi),
    "minutes_left": lambda r: _if_there(r, r.openings.minutes_left(r.place, r["arrival_minute"])),
}


def travel_minutes(km: Array) -> Array:
    """Minutes to get there: on foot, or by car with time to park where that is faster (0.85 km on).

    It never falls with distance: a fixed walking limit would put a farther place nearer.
    """
    return np.minimum(km / WALK_KMH * 60.0, km / DRIVE_KMH * 60.0 + PARKING_MIN)


def _column(name: str) -> Compute:
    return lambda r: r[name]


def _traveller(group: str, *names: str) -> list[Feature]:
    return [Feature(f"traveller_{n}", group, _column(f"t_{n}")) for n in names]


def _counts(group: str, label: str, prefix: str, *names: str) -> list[Feature]:
    return [
        Feature(f"{label}_{n}", group, lambda r, c=f"{prefix}_{n}": _known_zero(r, c))  # type: ignore[misc]
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
        lambda r: _share(_known_zero(r, "tk_positives_all"), r["t_positives_all"]),
    ),
    Feature(
        "group_share",
        "taste",
        lambda r: _share(_known_zero(r, "tg_positives_all"), r["t_positives_all"]),
    ),
    *_counts("taste", "kind", "tk", "interactions_1h", "interactions_1d", "interactions_30d"),
    *_counts("taste", "kind", "tk", "positives_7d", "visits_all", "dismisses_all"),
    Feature("kind_bookings_all", "taste", lambda r: _booked(r, "tk_bookings_all")),
    *_counts("taste", "group", "tg", "interactions_1d", "positives_7d", "dismisses_all"),
    Feature("kind_hours_since", "taste", lambda r: _since(r, "tk_last_at")),
    Feature("group_hours_since", "taste", lambda r: _since(r, "tg_last_at")),
    Feature("kind_hours_since_visit", "taste", lambda r: _since(r, "tk_last_visit_at")),
    Feature("group_hours_since_visit", "taste", lambda r: _since(r, "tg_last_visit_at")),
    Feature("kind_tired", "taste", lambda r: _tired(r, "tk")),
    Feature("group_tired", "taste", lambda r: _tired(r, "tg")),
    Feature("kind_clock_fit", "taste", lambda r: _clock_fit(r, "tk")),
    Feature("group_clock_fit", "taste", lambda r: _clock_fit(r, "tg")),
    # history: what the traveller did with this very place
    *_counts("history", "met", "tp", "interactions_1h", "interactions_1d", "interactions_30d"),
    *_counts("history", "met", "tp", "interactions_all", "positives_all", "visits_all"),
    *_counts("history", "met", "tp", "visits_7d", "visits_30d", "dismisses_all"),
    Feature("met_bookings_all", "history", lambda r: _booked(r, "tp_bookings_all")),
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
        lambda r: _share(_known_zero(r, "tp_positives_all"), r["t_positives_all"]),
    ),
    Feature("met_hours_since", "history", lambda r: _since(r, "tp_last_at")),
    Feature("met_clock_fit", "history", lambda r: _clock_fit(r, "tp")),
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
    Feature("traveller_bookings_all", "traveller", lambda r: _booked(r, "t_bookings_all")),
    Feature("traveller_hours_since", "traveller", lambda r: _since(r, "t_last_at")),
    Feature(
        "traveller_cancel_rate",
        "traveller",
        lambda r: _share(_booked(r, "t_cancellations_all"), r["t_bookings_all"], 0.25),
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
    Feature("party_kind_lift", "audience", _lift("pa", "k")),
    Feature("party_group_lift", "audience", _lift("pa", "g")),
    Feature("country_kind_lift", "audience", _lift("co", "k")),
    Feature("country_group_lift", "audience", _lift("co", "g")),
    Feature("hour_kind_lift", "time", _when(_lift("ho", "k"))),
    Feature("hour_group_lift", "time", _when(_lift("ho", "g"))),
    # popularity, quality and crowding of the place
    *_logs(
        "popularity",
        "interactions_1h",
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
        lambda r: _share(r["p_visits_30d"], r["p_cell_visits_30d"], 0.0, 5.0),
    ),
    Feature(
        "poi_crowding",
        "popularity",
        lambda r: r["p_visits_1h"] / np.where(r["p_capacity"] > 0, r["p_capacity"], np.nan) * 100.0,
    ),
    Feature("poi_ctr_7d", "quality", lambda r: _rate(r, "clicks", "impressions", "7d")),
    Feature("poi_ctr_30d", "quality", lambda r: _rate(r, "clicks", "impressions", "30d")),
    Feature("poi_coec_30d", "quality", lambda r: _coec(r, "p", "30d", r["kind_coec"])),
    Feature("poi_coec_all", "quality", lambda r: _coec(r, "p", "all", r["kind_coec"])),
    Feature("kind_coec", "quality", _column("kind_coec")),
    Feature("cell_coec", "quality", lambda r: _coec(r, "p_cell", "all", COEC_PRIOR)),
    Feature("poi_save_rate_30d", "quality", lambda r: _rate(r, "saves", "impressions", "30d")),
    Feature("poi_conversion_30d", "quality", lambda r: _rate(r, "bookings", "clicks", "30d")),
    Feature(
        "poi_rating",
        "quality",
        lambda r: _share(
            r["p_rating_tenths_all"] / 10.0, r["p_ratings_all"], RATING_PRIOR, RATING_STRENGTH
        ),
    ),
    Feature(
        "poi_dismiss_rate",
        "quality",
        lambda r: _share(r["p_dismisses_30d"], r["p_impressions_30d"], 0.02, RATE_STRENGTH),
    ),
    Feature(
        "poi_cancel_rate",
        "quality",
        lambda r: _share(r["p_cancellations_all"], r["p_bookings_all"], 0.25, 5.0),
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
    Feature("poi_clock_fit", "time", lambda r: _clock_fit(r, "p")),
    Feature(
        "place_hour_share",
        "time",
        lambda r: _share(r["ph_interactions_30d"], r["ph_cell_interactions_30d"], 1 / 24, 10.0),
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


class _NotOfPlaces(LookupError):
    """A feature asks for more than places alone."""


class _PlacesAlone(Rows):
    """Each place once, without a request."""

    def __init__(self, places: Mapping[str, Array]) -> None:
        self.pairs = places
        self._kept = {}

    def _find(self, name: str) -> Array:
        if name in DERIVED:
            return DERIVED[name](self)
        if name in self.pairs:
            return np.asarray(self.pairs[name], dtype=np.float64)
        raise _NotOfPlaces(name)

    def __getattr__(self, name: str) -> Any:
        raise _NotOfPlaces(name)


@dataclass(frozen=True)
class OfPlaces:
    """Features that places have by themselves: `numbers` of FEATURES, `values` (numbers, places)."""

    numbers: Array
    values: Array

    @classmethod
    def of(cls, places: Mapping[str, Array]) -> "OfPlaces":
        """Whatever can be worked out of place columns; the same bits as for each request anew."""
        rows, found = _PlacesAlone(places), {}
        with np.errstate(invalid="ignore", divide="ignore"):
            for j, feature in enumerate(FEATURES):
                with suppress(_NotOfPlaces):
                    found[j] = np.asarray(feature.compute(rows), dtype=np.float32)
        return cls(np.array(list(found), dtype=np.int64), np.array(list(found.values())))


def assemble(rows: Rows, of_places: OfPlaces | None = None) -> Array:
    """The matrix the ranker reads: float32 of shape (pairs, len(FEATURES)), missing as NaN.

    `of_places` is what is known already of the same place columns.
    """
    by_feature = np.empty((len(FEATURES), len(rows.request)), dtype=np.float32)
    left: Sequence[int] = range(len(FEATURES))
    if of_places is not None:
        by_feature[of_places.numbers] = of_places.values[:, rows.place]
        left = _others(tuple(of_places.numbers.tolist()))
    with np.errstate(invalid="ignore", divide="ignore"):
        for j in left:
            by_feature[j] = FEATURES[j].compute(rows)
    return np.ascontiguousarray(by_feature.T)


@cache
def _others(numbers: tuple[int, ...]) -> Sequence[int]:
    return [j for j in range(len(FEATURES)) if j not in numbers]
