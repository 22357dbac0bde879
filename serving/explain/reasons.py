"""Reasons of an item: the ranker's own contributions, summed by feature group, in plain words.

A label states only what the features say: its numbers are read from the same vector the ranker saw.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from features.vector import GROUP_OF, NAMES
from serving.answers import Reason

MOST = 3
FOR, AGAINST = "for", "against"
Facts = Mapping[str, float]  # feature name -> value, NaN where missing

_GROUPS = sorted(set(GROUP_OF.values()))
_MEMBERS = np.array([[GROUP_OF[n] == g for n in NAMES] for g in _GROUPS], dtype=np.float64)
# of the traveller or the moment alone: they say nothing about one place before another
_SILENT = {"traveller", "season", "trip"}


def reasons(contribution: NDArray[np.float64], vector: NDArray[np.float32]) -> tuple[Reason, ...]:
    """The strongest groups of one item; `contribution` and `vector` have one entry a feature."""
    facts = dict(zip(NAMES, vector.tolist(), strict=True))
    sums = dict(zip(_GROUPS, (_MEMBERS @ contribution).tolist(), strict=True))
    told = [
        Reason(group, direction, text, round(weight, 4))
        for group, weight in sorted(sums.items(), key=lambda item: -abs(item[1]))
        if group not in _SILENT
        for direction in [FOR if weight > 0 else AGAINST]
        for text in [label(group, direction, facts)]
        if text and abs(weight) > 1e-6
    ]
    return tuple(told[:MOST])


def label(group: str, direction: str, facts: Facts) -> str:
    """A plain sentence of the group in that direction, "" where the facts carry none."""
    return _LABELS[group](facts, direction == FOR) if group in _LABELS else ""


def _known(facts: Facts, name: str) -> bool:
    return not np.isnan(facts[name])


def _taste(facts: Facts, good: bool) -> str:
    if not _known(facts, "kind_share"):
        return "We do not know your taste yet" if not good else ""
    if good:
        return "You often choose this kind of place" if facts["kind_share"] > 0.02 else ""
    return "You rarely choose this kind of place" if facts["kind_share"] < 0.2 else ""


def _history(facts: Facts, good: bool) -> str:
    met = facts["met_interactions_all"]
    if np.isnan(met) or met == 0:
        return "New to you" if good and not np.isnan(met) else ""
    if facts["met_dismisses_all"] > 0 and not good:
        return "You dismissed it before"
    return "You liked it before" if good else "You know it already"


def _distance(facts: Facts, good: bool) -> str:
    if not _known(facts, "distance_km"):
        return ""
    return f"{'Close' if good else 'Far'}: {facts['distance_km']:.1f} km away"


def _weather(facts: Facts, good: bool) -> str:
    if not _known(facts, "weather_temperature_c"):
        return ""
    told = "forecast" if facts["weather_is_forecast"] else "last observed"
    sky = f"{facts['weather_temperature_c']:.0f} °C"
    if facts["weather_precipitation_mm"] > 0.2:
        sky += " and rain"
    return f"{'Suits' if good else 'Does not suit'} the weather ({told}: {sky})"


def _opening(facts: Facts, good: bool) -> str:
    if not _known(facts, "minutes_left"):
        return "Opening hours unknown" if not good else ""
    if facts["minutes_left"] <= 0:
        return "Closed on arrival" if not good else ""
    hours = facts["minutes_left"] / 60
    return f"Open on arrival, {hours:.0f} h left" if good else f"Closes {hours:.1f} h after arrival"


def _price(facts: Facts, good: bool) -> str:
    if not _known(facts, "price_level"):
        return ""
    if facts["price_level"] == 0:
        return "Free" if good else ""
    return f"Price level {facts['price_level']:.0f} of 4 {'fits' if good else 'may not fit'} you"


def _party(facts: Facts, good: bool) -> str:
    if facts["party_family"] == 1 and facts["kids_welcome_family"] == 1 and good:
        return "Good with children"
    for party in ("solo", "couple", "family", "friends"):
        if facts[f"party_{party}"] == 1:
            who = "travelling alone" if party == "solo" else f"a {party}"
            who = "a group of friends" if party == "friends" else who
            return f"{'Liked' if good else 'Less liked'} by {who}"
    return ""


def _popularity(facts: Facts, good: bool) -> str:
    visits = np.expm1(facts["poi_interactions_30d_log"])
    if np.isnan(visits):
        return ""
    return f"{'Popular' if good else 'Quiet'}: {visits:.0f} interactions in 30 days"


def _quality(facts: Facts, good: bool) -> str:
    rating = facts["poi_rating"]
    if np.isnan(rating):
        return ""
    return f"{'Well' if good else 'Less'} received: about {rating:.1f} of 5"


_LABELS: dict[str, Callable[[Facts, bool], str]] = {
    "taste": _taste,
    "history": _history,
    "distance": _distance,
    "weather": _weather,
    "opening": _opening,
    "price": _price,
    "party": _party,
    "popularity": _popularity,
    "quality": _quality,
    "time": lambda f, good: f"{'Right' if good else 'Unusual'} time of day for it",
    "similar": lambda f, good: (
        "Chosen by travellers like you" if good else "Seldom chosen by travellers like you"
    ),
    "place": lambda f, good: "The kind of setting that is chosen now" if good else "",
    "novelty": lambda f, good: "New in the catalogue" if good and f["poi_age_days"] < 60 else "",
}
