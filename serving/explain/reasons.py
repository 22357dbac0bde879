"""Reasons of an item: what the ranker's features contributed, summed by group, in the traveller's words.

What is said states only what the features say: its numbers are read from the same vector the ranker
saw, rounded to what is shown. How it is worded stands in `messages/`: docs/explanations.md
"""

from collections.abc import Callable, Iterator, Mapping
from math import expm1, inf, isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from butler.columns import PARTIES
from features.opening import LOOK_AHEAD_HOURS
from features.rows import CONDITION_RAIN_MM, RATING_PRIOR
from features.vector import GROUPS, NAMES, by_group
from serving.answers import Reason
from serving.explain.words import Fact, Words

MOST = 3
APART = 0.8  # of the weight of the reason before: what weighs more is not surely below it
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
IN_MINUTES = 90  # below it a time is told in minutes
Facts = Mapping[str, float]  # feature name -> value, NaN where missing

_INDEX = {name: n for n, name in enumerate(NAMES)}
# of the traveller or the moment alone: they say nothing about one place before another
_SILENT = {"traveller", "season", "trip"}


class Said(NamedTuple):
    """A message of `messages/` and the facts it is said with."""

    message: str
    facts: dict[str, Fact]


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
    sums: NDArray[np.float64], vectors: NDArray[np.float32], words: Words
) -> list[tuple[Reason, ...]]:
    """`reasons` of each item: (items, groups) what each group contributed, (items, features)."""
    order = np.argsort(-np.abs(sums), axis=1, kind="stable")
    each = zip(order.tolist(), sums.tolist(), vectors, strict=True)
    return [_strongest(groups, weights, Vector(v), words) for groups, weights, v in each]


def reasons(
    contribution: NDArray[np.float64], vector: NDArray[np.float32], words: Words
) -> tuple[Reason, ...]:
    """The strongest groups of one item; `contribution` and `vector` have one entry a feature."""
    return slate_reasons(by_group(contribution[None]), vector[None], words)[0]


def _strongest(
    groups: list[int], weights: list[float], facts: Facts, words: Words
) -> tuple[Reason, ...]:
    """`groups` are the numbers of GROUPS, what counts most first. In an order that SHAP would tell too:
    two of nearly one weight are not told one after the other (`butler bench faithfulness`)."""
    told: list[Reason] = []
    most = inf  # that the next may weigh
    for n in groups:
        weight = weights[n]
        if len(told) == MOST or abs(weight) <= 1e-6:
            break
        if abs(weight) > most or GROUPS[n] in _SILENT:
            continue
        direction = FOR if weight > 0 else AGAINST
        text = label(GROUPS[n], direction, facts, words)
        if text:
            told.append(Reason(GROUPS[n], direction, text, round(weight, 4)))
            most = APART * abs(told[-1].weight)
    return tuple(told)


def label(group: str, direction: str, facts: Facts, words: Words) -> str:
    """A plain sentence of the group in that direction, "" where the facts carry none."""
    said = what_is_said(group, direction, facts)
    return words.say(said.message, **said.facts) if said else ""


def what_is_said(group: str, direction: str, facts: Facts) -> Said | None:
    """The same in no language; None where the facts carry nothing."""
    return _SAID[group](facts, direction == FOR) if group in _SAID else None


def _said(message: str, **facts: Fact) -> Said:
    return Said(message, facts)


def _known(facts: Facts, name: str) -> bool:
    return not isnan(facts[name])


def _taste(facts: Facts, good: bool) -> Said | None:
    share = facts["kind_share"]
    if isnan(share):
        return None if good else _said("taste-unknown")
    if good:
        if share >= OFTEN:
            return _said("taste-often")
        return _said("taste-before") if share > 0 else None
    if facts["kind_dismisses_all"] > 0:
        return _said("taste-dismissed")
    if share == 0:
        return _said("taste-not-yet")
    return _said("taste-rarely") if share < RARELY else None


def _history(facts: Facts, good: bool) -> Said | None:
    met = facts["met_interactions_all"]
    if isnan(met) or met == 0:
        return _said("history-new") if good and met == 0 else None
    if not good:
        dismissed = facts["met_dismisses_all"] > 0
        return _said("history-dismissed" if dismissed else "history-known")
    if facts["met_visits_all"] > 0:
        return _said("history-visited")
    return _said("history-chosen") if facts["met_positives_all"] > 0 else None


def _distance(facts: Facts, good: bool) -> Said | None:
    km = facts["distance_km"]
    if isnan(km):
        return None
    shown = round(km, 1)
    if good and km <= CLOSE_KM:
        return _said("distance-close", km=shown)
    far = not good and km >= FAR_KM
    return _said("distance-far" if far else "distance-away", km=shown)


def _weather(facts: Facts, good: bool) -> Said | None:
    if not _known(facts, "weather_temperature_c"):
        return None
    fits = "suits" if good else "unsuitable"
    source = "forecast" if facts["weather_is_forecast"] == 1 else "observed"
    rain = "yes" if facts["weather_precipitation_mm"] > CONDITION_RAIN_MM else "no"
    degrees = round(facts["weather_temperature_c"])
    return _said(f"weather-{fits}-{source}", degrees=degrees, rain=rain)


def _opening(facts: Facts, good: bool) -> Said | None:
    left = facts["minutes_left"]
    if isnan(left):
        return None if good else _said("opening-unknown")
    if left <= 0:
        return None if good else _said("opening-closed")
    if left >= MOST_LEFT:
        return _said("opening-long", hours=LOOK_AHEAD_HOURS) if good else None
    told = "open" if good else "closes"
    if left < IN_MINUTES:
        return _said(f"opening-{told}-minutes", minutes=round(left))
    return _said(f"opening-{told}-hours", hours=round(left / 60, 1))


def _price(facts: Facts, good: bool) -> Said | None:
    level, over = facts["price_level"], facts["price_over_budget"]
    if isnan(level):
        return None
    if level == 0:
        return _said("price-free") if good else None
    if good and over <= 0:
        return _said("price-within", level=round(level))
    above = not good and over > 0
    return _said("price-above" if above else "price-level", level=round(level))


def _party(facts: Facts, good: bool) -> Said | None:
    if facts["kids_welcome_family"] == (1 if good else 0):
        return _said("children-welcome" if good else "children-unknown")
    for party in PARTIES:
        if facts[f"party_{party}"] == 1:
            return _said(f"party-{'suits' if good else 'unsuitable'}-{party}")
    return None


def _popularity(facts: Facts, good: bool) -> Said | None:
    logged = facts["poi_interactions_30d_log"]
    if isnan(logged):
        return None
    count = round(expm1(logged))
    if good:
        return _said("popularity-many", count=count) if count >= MANY else None
    return _said("popularity-few", count=count) if count <= FEW else None


def _quality(facts: Facts, good: bool) -> Said | None:
    """The rating is drawn towards that of most places: what stays near it says nothing."""
    rating = facts["poi_rating"]
    if good and rating >= RATING_PRIOR + CLEARLY:
        return _said("quality-high", rating=round(rating, 1))
    if not good and rating <= RATING_PRIOR - CLEARLY:
        return _said("quality-low", rating=round(rating, 1))
    return None


def _time(facts: Facts, good: bool) -> Said | None:
    fit = facts["poi_clock_fit"]
    if good:
        return _said("time-usual") if fit >= FITS else None
    return _said("time-other") if fit < 0 else None


def _similar(facts: Facts, good: bool) -> Said | None:
    if good and facts["als_rank"] <= NEAR_TOP:
        return _said("similar-travellers")
    if good and facts["covisit_rank"] <= NEAR_TOP:
        return _said("similar-next")
    if good and facts["popular_rank"] <= NEAR_TOP:
        return _said("similar-moment")
    known = facts["traveller_interactions_all"] > 0
    unlike = known and not facts["als_rank"] <= DEEP
    return _said("similar-seldom") if unlike and not good else None


def _place(facts: Facts, good: bool) -> Said | None:
    indoors = facts["indoor_share"]
    if indoors >= 0.7:
        return _said("place-indoors")
    return _said("place-outdoors") if indoors <= 0.3 else None


def _novelty(facts: Facts, good: bool) -> Said | None:
    return _said("novelty-new") if good and 0 <= facts["poi_age_days"] < NEW_DAYS else None


_SAID: dict[str, Callable[[Facts, bool], Said | None]] = {
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
