"""Rows of pairs (request, place): named columns, what is derived of them, and the formulas over them.

Each column is one of three lengths (requests, places, or pairs of the two) and read as float64 of the
pairs' length, but for what is the request's where there is but one: that is read once, of shape (1,),
and numpy repeats it. Missing is NaN, never zero. The features themselves: `features/vector.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.opening import Openings
from features.places import distance_km

Array = NDArray[Any]  # float64 unless said otherwise

WALK_KMH, DRIVE_KMH, PARKING_MIN = 4.5, 40.0, 10.0
RATE_STRENGTH = 20.0  # impressions the prior of a smoothed rate is worth
RATING_PRIOR, RATING_STRENGTH = 4.0, 5.0
CONDITION_RAIN_MM = 0.2
TIRED_HOURS = 60.0  # how fast one has enough of a kind, and is ready for it again
COEC_PRIOR, LOOKS_STRENGTH = 0.1, 30.0  # clicks a look, and how many looks that is worth
MICROS_AN_HOUR = 3.6e9
SOON_HOURS = 1.0  # visits within it find the neighbourhood as it is now
OBSERVATION_HOLDS_HOURS = 48.0  # an observation says nothing of a day farther away


class Rows(dict[str, Array]):
    """Named columns of pairs (request, place), each found or worked out when first asked for; see the
    module.

    `request` and `place` are int arrays of shape (pairs,): the row of each pair in the
    request columns and in the place columns. A name is looked up among pairs (float64 as they
    are), requests, places.
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
        super().__init__(pairs)
        self.requests, self.places, self.pairs = requests, places, pairs
        self.request, self.place, self.openings = request, place, openings

    def __missing__(self, name: str) -> Array:
        found = self[name] = self._find(name)
        return found

    def changed(self, columns: Mapping[str, Array]) -> "Rows":
        """The same rows but for these columns (pairs,), which win over everything else.

        What is derived from a changed column follows; what is not changed stays.
        """
        known = {name: np.asarray(v, dtype=np.float64) for name, v in columns.items()}
        pairs = {**self.pairs, **known}
        return Rows(self.requests, self.places, pairs, self.request, self.place, self.openings)

    def _find(self, name: str) -> Array:
        if name in DERIVED:
            return DERIVED[name](self)
        if name in self.requests:
            of_requests: Array = np.asarray(self.requests[name], dtype=np.float64)
            return of_requests if len(of_requests) == 1 else of_requests[self.request]
        if name in self.places:
            of_places: Array = np.asarray(self.places[name], dtype=np.float64)
            return of_places[self.place]
        return np.full(self.request.shape, np.nan)


Compute = Callable[[Rows], Array]


def share(part: Array, whole: Array, prior: float = 0.0, strength: float = 3.0) -> Array:
    """(part + prior * strength) / (whole + strength): a rate pulled towards its prior."""
    return (part + prior * strength) / (whole + strength)


def known_zero(r: Rows, name: str) -> Array:
    """A traveller's count: 0 where we know the traveller but not this, NaN where neither."""
    return np.fmax(r[name], r["t_least"])  # of two numbers the one that is there


def booked(r: Rows, name: str) -> Array:
    """A traveller's count of bookings: NaN where the platform knows of no bookings at all."""
    return np.where(np.isnan(r["p_bookings_all"]), np.nan, known_zero(r, name))


def since(r: Rows, name: str) -> Array:
    """Hours from that moment (microseconds since 1970) to the request; never negative."""
    return np.maximum((r["requested_us"] - r[name]) / MICROS_AN_HOUR, 0.0)


def _or_zero(value: Array) -> Array:
    """0 where it is missing, of what is never below 0."""
    return np.fmax(value, 0.0)


def tired(r: Rows, prefix: str) -> Array:
    """Visits of the week, each counting less the longer the last one is ago; 0 without a visit."""
    fading = np.exp(-_or_zero(since(r, f"{prefix}_last_visit_at")) / TIRED_HOURS)
    return known_zero(r, f"{prefix}_visits_7d") * fading


def clock_fit(r: Rows, prefix: str) -> Array:
    """How well the hour of arrival fits the usual hour: mean of cos(angle between them), -1 .. 1."""
    n = r[f"{prefix}_positives_all"]
    along, across = r[f"{prefix}_hour_cos_all"], r[f"{prefix}_hour_sin_all"]
    dot = along * r["arrival_cos"] + across * r["arrival_sin"]
    return np.asarray(dot / 1000.0 / np.where(n > 0, n + 1.0, np.nan))


def _prior(r: Rows, of: str, per: str) -> Array:
    """Rate of the place's category and of its cell, pulled towards a low overall one."""
    category = share(r[f"p_category_{of}_30d"], r[f"p_category_{per}_30d"], 0.05, 50.0)
    cell = share(r[f"p_cell_{of}_30d"], r[f"p_cell_{per}_30d"], 0.05, 50.0)
    return 0.7 * category + 0.3 * cell


def rate(r: Rows, of: str, per: str, window: str) -> Array:
    """Smoothed rate of a place, with the prior of its category and cell."""
    own, shown = r[f"p_{of}_{window}"], r[f"p_{per}_{window}"]
    return (own + _prior(r, of, per) * RATE_STRENGTH) / (shown + RATE_STRENGTH)


def coec(r: Rows, of: str, window: str, prior: Array | float) -> Array:
    """Clicks over expected clicks, with so many looks of the prior: place, kind or segment alike."""
    looked = r[f"{of}_looks_{window}"] / 1000.0
    return (r[f"{of}_clicks_{window}"] + prior * LOOKS_STRENGTH) / (looked + LOOKS_STRENGTH)


def lift(segment: str, level: str) -> Compute:
    """How much more (log) a segment clicks on this kind, or group, than everybody on the kind."""

    def compute(r: Rows) -> Array:
        everybody = r["kind_coec"]
        return np.log(coec(r, f"{segment}_{level}", "all", everybody) / everybody)

    return compute


def cell_trend(r: Rows) -> Array:
    """The neighbourhood's last hour over its mean at this local hour; a later visit has another."""
    usual = r["ph_interactions_30d"] / 30.0
    now = r["visit_hours"] - r["requested_hours"] <= SOON_HOURS
    return np.where(now, (r["tr_cell_interactions"] + 1.0) / (usual + 1.0), np.nan)


def _weather_of(name: str) -> Compute:
    """As forecast for the visit when the request was made; else the last observation then known."""

    def compute(r: Rows) -> Array:
        forecast = r[f"wf_{name}"]
        return _if_there(r, np.where(np.isnan(forecast), _recent(r, name), forecast))

    return compute


def _if_there(r: Rows, value: Array) -> Array:
    """Missing while a trip is being planned: the hour and the sky of today say nothing of it."""
    return np.where(r["planning"] == 1.0, np.nan, value)


def when(compute: Compute) -> Compute:
    return lambda r: _if_there(r, compute(r))


def _recent(r: Rows, name: str) -> Array:
    return np.where(r["wo_holds"], r[f"wo_{name}"], np.nan)


SKY = ("temperature_c", "precipitation_mm", "wind_ms", "cloud_pct", "uv_index")
# read by several features, worked out once
DERIVED: dict[str, Compute] = {
    "t_least": lambda r: np.where(np.isnan(r["t_last_at"]), np.nan, 0.0),
    "wo_holds": lambda r: (
        np.abs(r["visit_hours"] - r["wo_observed_hours"]) <= OBSERVATION_HOLDS_HOURS
    ),
    "kind_coec": lambda r: coec(r, "p_category", "all", COEC_PRIOR),
    "outdoor_share": lambda r: 1.0 - r["p_indoor_share"],
    **{f"sky_{name}": _weather_of(name) for name in SKY},
    "distance_km": lambda r: distance_km(
        r["here_latitude"], r["here_longitude"], r["latitude"], r["longitude"]
    ),
    "travel_minutes": lambda r: travel_minutes(r["distance_km"]),
    # unknown distance: as if already there
    "arrival_minute": lambda r: r["local_minute"] + _or_zero(r["travel_minutes"]),
    "arrival_angle": lambda r: _if_there(r, (r["arrival_minute"] % 1440.0) / 1440.0 * 2 * np.pi),
    "arrival_cos": lambda r: np.cos(r["arrival_angle"]),
    "arrival_sin": lambda r: np.sin(r["arrival_angle"]),
    "minutes_left": lambda r: _if_there(r, r.openings.minutes_left(r.place, r["arrival_minute"])),
}


def travel_minutes(km: Array) -> Array:
    """Minutes to get there: on foot, or by car with time to park where that is faster (0.85 km on).

    It never falls with distance: a fixed walking limit would put a farther place nearer.
    """
    return np.minimum(km / WALK_KMH * 60.0, km / DRIVE_KMH * 60.0 + PARKING_MIN)
