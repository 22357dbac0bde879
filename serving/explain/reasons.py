"""Reasons of an item: what the ranker's features contributed, summed by group, in plain words.

A label states only what the features say: its numbers are read from the same vector the ranker saw.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from features.opening import LOOK_AHEAD_HOURS
from features.vector import CONDITION_RAIN_MM, GROUPS, NAMES, RATING_PRIOR, by_group
from serving.answers import Reason

MOST = 3
FOR, AGAINST = "for", "against"
# what a word asks of the numbers
OFTEN, RARELY = 0.15, 0.05  # share of a traveller's choices
CLOSE_KM, FAR_KM = 5.0, 10.0
MANY, FEW = 20, 5  # interactions in 30 days
CLEARLY = 0.1  # stars away from the rating of most
FITS = 0.3  # of an hour, -1 .. 1
NEAR_TOP, DEEP = 50, 150  # ranks of a generator
NEW_DAYS = 60
MOST_LEFT = 60 * LOOK_AHEAD_HOURS
Facts = Mapping[str, float]  # feature name -> value, NaN where missing

_INDEX = {name: n for n, name in enumerate(NAMES)}
# of the traveller or the moment alone: they say nothing about one place before another
_SILENT = {"traveller", "season", "trip"}


class Vector(Mapping[str, float]):
    """One vector by feature name; only what is asked for is looked up."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> float:
        return float(self._values[_INDEX[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def slate_reasons(
    sums: NDArray[np.float64], vectors: NDArray[np.float32]
) -> list[tuple[Reason, ...]]:
    """`reasons` of each item: (items, groups) what each group contributed, (items, features)."""
    return [_strongest(s, v) for s, v in zip(sums, vectors, strict=True)]


def reasons(contribution: NDArray[np.float64], vector: NDArray[np.float32]) -> tuple[Reason, ...]:
    """The strongest groups of one item; `contribution` and `vector` have one entry a feature."""
    return slate_reasons(by_group(contribution[None]), vector[None])[0]


def _strongest(sums: NDArray[np.float64], vector: NDArray[np.float32]) -> tuple[Reason, ...]:
    facts: Facts = Vector(vector)
    told: list[Reason] = []
    for n in np.argsort(-np.abs(sums), kind="stable").tolist():
        group, weight = GROUPS[n], float(sums[n])
        if len(told) == MOST or abs(weight) <= 1e-6:
            break
        direction = FOR if weight > 0 else AGAINST
        text = "" if group in _SILENT else label(group, direction, facts)
        if text:
            told.append(Reason(group, direction, text, round(weight, 4)))
    return tuple(told)


def label(group: str, direction: str, facts: Facts) -> str:
    """A plain sentence of the group in that direction, "" where the facts carry none."""
    return _LABELS[group](facts, direction == FOR) if group in _LABELS else ""


def _known(facts: Facts, name: str) -> bool:
    return not np.isnan(facts[name])


def _taste(facts: Facts, good: bool) -> str:
    share = facts["kind_share"]
    if np.isnan(share):
        return "" if good else "We do not know your taste yet"
    if good:
        if share >= OFTEN:
            return "You often choose this kind of place"
        return "You have chosen this kind of place before" if share > 0 else ""
    if facts["kind_dismisses_all"] > 0:
        return "You dismissed places of this kind before"
    if share == 0:
        return "You have not chosen this kind of place so far"
    return "You rarely choose this kind of place" if share < RARELY else ""


def _history(facts: Facts, good: bool) -> str:
    met = facts["met_interactions_all"]
    if np.isnan(met) or met == 0:
        return "New to you" if good and met == 0 else ""
    if not good:
        dismissed = facts["met_dismisses_all"] > 0
        return "You dismissed it before" if dismissed else "You know it already"
    if facts["met_visits_all"] > 0:
        return "You have been here before"
    return "You chose it before" if facts["met_positives_all"] > 0 else ""


def _distance(facts: Facts, good: bool) -> str:
    km = facts["distance_km"]
    if np.isnan(km):
        return ""
    if good and km <= CLOSE_KM:
        return f"Close: {km:.1f} km away"
    return f"Far: {km:.1f} km away" if not good and km >= FAR_KM else f"{km:.1f} km away"


def _weather(facts: Facts, good: bool) -> str:
    if not _known(facts, "weather_temperature_c"):
        return ""
    told = "forecast" if facts["weather_is_forecast"] == 1 else "last observed"
    sky = f"{facts['weather_temperature_c']:.0f} °C"
    if facts["weather_precipitation_mm"] > CONDITION_RAIN_MM:
        sky += " and rain"
    return f"{'Suits' if good else 'Does not suit'} the weather ({told}: {sky})"


def _opening(facts: Facts, good: bool) -> str:
    left = facts["minutes_left"]
    if np.isnan(left):
        return "" if good else "Opening hours unknown"
    if left <= 0:
        return "" if good else "Closed on arrival"
    if left >= MOST_LEFT:
        return "Open on arrival, 12 h left or more" if good else ""
    hours = f"{left / 60:.1f}".removesuffix(".0")
    span = f"{left:.0f} min" if left < 90 else f"{hours} h"
    return f"Open on arrival, {span} left" if good else f"Closes {span} after arrival"


def _price(facts: Facts, good: bool) -> str:
    level, over = facts["price_level"], facts["price_over_budget"]
    if np.isnan(level):
        return ""
    if level == 0:
        return "Free" if good else ""
    told = f"price level {level:.0f} of 4"
    if good and over <= 0:
        return f"Within your budget: {told}"
    return f"Above your budget: {told}" if not good and over > 0 else told.capitalize()


_WHO = {
    "solo": "somebody travelling alone",
    "couple": "a couple",
    "family": "a family",
    "friends": "a group of friends",
}


def _party(facts: Facts, good: bool) -> str:
    if facts["kids_welcome_family"] == (1 if good else 0):
        return "Good with children" if good else "Not known to be good with children"
    for party, who in _WHO.items():
        if facts[f"party_{party}"] == 1:
            return f"{'Suits' if good else 'Suits others better than'} {who}"
    return ""


def _popularity(facts: Facts, good: bool) -> str:
    logged = facts["poi_interactions_30d_log"]
    if np.isnan(logged):
        return ""
    count = round(float(np.expm1(logged)))
    told = f"{count} interaction{'' if count == 1 else 's'} in 30 days"
    if good:
        return f"Popular: {told}" if count >= MANY else ""
    return f"Quiet: {told}" if count <= FEW else ""


def _quality(facts: Facts, good: bool) -> str:
    """The rating is drawn towards that of most places: what stays near it says nothing."""
    rating = facts["poi_rating"]
    if good and rating >= RATING_PRIOR + CLEARLY:
        return f"Well rated: about {rating:.1f} of 5"
    if not good and rating <= RATING_PRIOR - CLEARLY:
        return f"Less well rated: about {rating:.1f} of 5"
    return ""


def _time(facts: Facts, good: bool) -> str:
    fit = facts["poi_clock_fit"]
    if good:
        return "Usually visited around this hour" if fit >= FITS else ""
    return "Usually visited at other hours" if fit < 0 else ""


def _similar(facts: Facts, good: bool) -> str:
    if good and facts["als_rank"] <= NEAR_TOP:
        return "Chosen by travellers like you"
    if good and facts["covisit_rank"] <= NEAR_TOP:
        return "Where others went after places you chose"
    if good and facts["popular_rank"] <= NEAR_TOP:
        return "Popular at this hour and season"
    known = facts["traveller_interactions_all"] > 0
    unlike = known and not facts["als_rank"] <= DEEP
    return "Seldom chosen by travellers like you" if unlike and not good else ""


def _place(facts: Facts, good: bool) -> str:
    indoors = facts["indoor_share"]
    if indoors >= 0.7:
        return "Mostly indoors"
    return "Mostly outdoors" if indoors <= 0.3 else ""


def _novelty(facts: Facts, good: bool) -> str:
    return "New in the catalogue" if good and 0 <= facts["poi_age_days"] < NEW_DAYS else ""


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
    "time": _time,
    "similar": _similar,
    "place": _place,
    "novelty": _novelty,
}
