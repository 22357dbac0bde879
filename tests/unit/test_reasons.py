"""Reasons state only what the vector says, and their direction is that of the contribution."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.vector import GROUP_OF, NAMES
from serving.explain.reasons import AGAINST, APART, FOR, MOST, Said, label, reasons, what_is_said
from serving.explain.words import LANGUAGES, Words

Facts = dict[str, float]
GROUPS = sorted(set(GROUP_OF.values()))
SILENT = {"traveller", "season", "trip"}
ENGLISH = Words.of("en")


def near(name: str, *scale: float, within: float = 0.0501) -> Callable[[Facts, list[float]], bool]:
    """The text's numbers are the feature and what it is measured by."""

    def agrees(facts: Facts, told: list[float]) -> bool:
        rest = sorted(told)
        for number in scale:
            rest.remove(number)
        return len(rest) == 1 and abs(rest[0] - facts[name]) <= within

    return agrees


def count(facts: Facts) -> int:
    return round(np.expm1(facts["poi_interactions_30d_log"]))


def none(facts: Facts, told: list[float]) -> bool:
    return told == []


def minutes(facts: Facts, told: list[float]) -> bool:
    return facts["minutes_left"] < 90 and told == [facts["minutes_left"]]


def hours(facts: Facts, told: list[float]) -> bool:
    (of_them,) = told
    return facts["minutes_left"] >= 90 and abs(60 * of_them - facts["minutes_left"]) <= 3.1


def weather(source: float) -> Callable[[Facts], bool]:
    return lambda f: (f["weather_is_forecast"] == 1) == (source == 1)


# every message that may be said -> (group, directions, is it true of the vector?, are the numbers?)
BOTH, UP, DOWN = (FOR, AGAINST), (FOR,), (AGAINST,)
Truth = Callable[[Facts], Any]
Told = Callable[[Facts, list[float]], bool]
AWAY, LEVEL, STARS = near("distance_km"), near("price_level", 4), near("poi_rating", 5)
DEGREES = near("weather_temperature_c", within=0.501)
MESSAGES: dict[str, tuple[str, tuple[str, ...], Truth, Told]] = {
    "taste-unknown": ("taste", DOWN, lambda f: np.isnan(f["kind_share"]), none),
    "taste-often": ("taste", UP, lambda f: f["kind_share"] >= 0.1, none),
    "taste-before": ("taste", UP, lambda f: f["kind_share"] > 0, none),
    "taste-dismissed": ("taste", DOWN, lambda f: f["kind_dismisses_all"] > 0, none),
    "taste-not-yet": ("taste", DOWN, lambda f: f["kind_share"] == 0, none),
    "taste-rarely": ("taste", DOWN, lambda f: 0 < f["kind_share"] <= 0.1, none),
    "history-new": ("history", UP, lambda f: f["met_interactions_all"] == 0, none),
    "history-dismissed": ("history", DOWN, lambda f: f["met_dismisses_all"] > 0, none),
    "history-known": ("history", DOWN, lambda f: f["met_interactions_all"] > 0, none),
    "history-visited": ("history", UP, lambda f: f["met_visits_all"] > 0, none),
    "history-chosen": ("history", UP, lambda f: f["met_positives_all"] > 0, none),
    "distance-close": ("distance", UP, lambda f: f["distance_km"] <= 5, AWAY),
    "distance-far": ("distance", DOWN, lambda f: f["distance_km"] >= 10, AWAY),
    "distance-away": ("distance", BOTH, lambda f: f["distance_km"] >= 0, AWAY),
    "weather-suits-forecast": ("weather", UP, weather(1), DEGREES),
    "weather-suits-observed": ("weather", UP, weather(0), DEGREES),
    "weather-unsuitable-forecast": ("weather", DOWN, weather(1), DEGREES),
    "weather-unsuitable-observed": ("weather", DOWN, weather(0), DEGREES),
    "opening-unknown": ("opening", DOWN, lambda f: np.isnan(f["minutes_left"]), none),
    "opening-closed": ("opening", DOWN, lambda f: f["minutes_left"] == 0, none),
    "opening-long": ("opening", UP, lambda f: f["minutes_left"] == 720, lambda f, t: t == [12]),
    "opening-open-minutes": ("opening", UP, lambda f: f["minutes_left"] > 0, minutes),
    "opening-open-hours": ("opening", UP, lambda f: f["minutes_left"] > 0, hours),
    "opening-closes-minutes": ("opening", DOWN, lambda f: f["minutes_left"] > 0, minutes),
    "opening-closes-hours": ("opening", DOWN, lambda f: f["minutes_left"] > 0, hours),
    "price-free": ("price", UP, lambda f: f["price_level"] == 0, none),
    "price-within": ("price", UP, lambda f: f["price_over_budget"] <= 0, LEVEL),
    "price-above": ("price", DOWN, lambda f: f["price_over_budget"] > 0, LEVEL),
    "price-level": ("price", BOTH, lambda f: f["price_level"] > 0, LEVEL),
    "children-welcome": ("party", UP, lambda f: f["kids_welcome_family"] == 1, none),
    "children-unknown": ("party", DOWN, lambda f: f["kids_welcome_family"] == 0, none),
    "party-suits-solo": ("party", UP, lambda f: f["party_solo"] == 1, none),
    "party-suits-couple": ("party", UP, lambda f: f["party_couple"] == 1, none),
    "party-suits-family": ("party", UP, lambda f: f["party_family"] == 1, none),
    "party-suits-friends": ("party", UP, lambda f: f["party_friends"] == 1, none),
    "party-unsuitable-solo": ("party", DOWN, lambda f: f["party_solo"] == 1, none),
    "party-unsuitable-couple": ("party", DOWN, lambda f: f["party_couple"] == 1, none),
    "party-unsuitable-family": ("party", DOWN, lambda f: f["party_family"] == 1, none),
    "party-unsuitable-friends": ("party", DOWN, lambda f: f["party_friends"] == 1, none),
    "popularity-many": (
        *("popularity", UP, lambda f: count(f) >= 20),
        lambda f, t: sorted(t) == sorted([count(f), 30]),
    ),
    "popularity-few": (
        *("popularity", DOWN, lambda f: count(f) <= 5),
        lambda f, t: sorted(t) == sorted([count(f), 30]),
    ),
    "quality-high": ("quality", UP, lambda f: f["poi_rating"] > 4.0, STARS),
    "quality-low": ("quality", DOWN, lambda f: f["poi_rating"] < 4.0, STARS),
    "time-usual": ("time", UP, lambda f: f["poi_clock_fit"] > 0.2, none),
    "time-other": ("time", DOWN, lambda f: f["poi_clock_fit"] < 0, none),
    "similar-travellers": ("similar", UP, lambda f: f["als_rank"] <= 50, none),
    "similar-next": ("similar", UP, lambda f: f["covisit_rank"] <= 50, none),
    "similar-moment": ("similar", UP, lambda f: f["popular_rank"] <= 50, none),
    "similar-seldom": (
        *("similar", DOWN),
        lambda f: (
            f["traveller_interactions_all"] > 0 and (np.isnan(f["als_rank"]) or f["als_rank"] > 100)
        ),
        none,
    ),
    "place-indoors": ("place", BOTH, lambda f: f["indoor_share"] > 0.5, none),
    "place-outdoors": ("place", BOTH, lambda f: f["indoor_share"] < 0.5, none),
    "novelty-new": ("novelty", UP, lambda f: 0 <= f["poi_age_days"] <= 60, none),
}


def said_of(facts: Facts) -> list[tuple[str, str, Said]]:
    """(group, direction, message) of all that the vector lets us say."""
    every = [(g, d, what_is_said(g, d, facts)) for g in GROUPS for d in (FOR, AGAINST)]
    return [(g, d, said) for g, d, said in every if said]


# values as each feature has them, with the borders at which a word changes
RANGE: dict[str, st.SearchStrategy[float]] = {
    "kind_share": st.sampled_from([0.0, 0.01, 0.05, 0.14, 0.15]) | st.floats(0, 1, width=32),
    "distance_km": st.sampled_from([0.0, 4.96, 5.0, 9.99, 10.0]) | st.floats(0, 80, width=32),
    "weather_temperature_c": st.floats(-15, 45, width=32),
    "weather_precipitation_mm": st.sampled_from([0.0, 0.2, 0.25]) | st.floats(0, 9, width=32),
    "minutes_left": st.integers(0, 720).map(float) | st.sampled_from([0.0, 720.0]),
    "price_level": st.integers(0, 4).map(float),
    "price_over_budget": st.integers(-4, 4).map(float),
    "poi_interactions_30d_log": st.integers(0, 50).map(lambda n: float(np.float32(np.log1p(n)))),
    "poi_rating": st.sampled_from([3.9, 4.0, 4.1]) | st.floats(1, 5, width=32),
    "poi_clock_fit": st.floats(-1, 1, width=32),
    "poi_age_days": st.floats(-5, 100, width=32),
    "indoor_share": st.floats(0, 1, width=32),
}
COUNTS = st.integers(0, 3).map(float)
FLAGS = {n for n in NAMES if n.startswith("party_")} | {
    "kids_welcome_family",
    "weather_is_forecast",
}


def values(name: str) -> st.SearchStrategy[float]:
    if name in FLAGS:
        return st.sampled_from([0.0, 1.0])
    return RANGE.get(name, st.integers(1, 200).map(float) if name.endswith("_rank") else COUNTS)


@st.composite
def vectors(draw: st.DrawFn) -> Facts:
    """A vector as the ranker may see it: a traveller or weather that is unknown is so in whole."""
    facts = {n: draw(values(n) | st.just(np.nan)) for n in NAMES if n in READ}
    full = {n: facts.get(n, np.nan) for n in NAMES}
    if np.isnan(full["weather_temperature_c"]):
        full["weather_is_forecast"] = np.nan
    elif np.isnan(full["weather_is_forecast"]):
        full["weather_is_forecast"] = 0.0
    return {n: float(np.float32(v)) for n, v in full.items()}


READ = (
    FLAGS
    | set(RANGE)
    | {
        *("kind_dismisses_all", "met_interactions_all", "met_dismisses_all", "met_visits_all"),
        *("met_positives_all", "als_rank", "covisit_rank", "popular_rank"),
        "traveller_interactions_all",
    }
)


@settings(max_examples=300, deadline=None)
@given(vectors())
def test_everything_said_is_true_of_the_vector(facts: Facts) -> None:
    """Each message is one we know, of its group and direction, and a second reading agrees."""
    for group, direction, (message, told) in said_of(facts):
        of, directions, is_true, _ = MESSAGES[message]
        assert of == group
        assert direction in directions, message
        assert is_true(facts), (message, {k: v for k, v in facts.items() if v == v})
        if "rain" in told:
            assert (told["rain"] == "yes") == (facts["weather_precipitation_mm"] > 0.2)


@settings(max_examples=150, deadline=None)
@given(vectors(), st.sampled_from(LANGUAGES))
def test_in_every_language_the_numbers_are_those_of_the_vector(facts: Facts, language: str) -> None:
    """All that stand in the text, read back from it as the language writes them, and no others."""
    words = Words.of(language)
    for group, direction, said in said_of(facts):
        text = label(group, direction, facts, words)
        *_, are_true = MESSAGES[said.message]
        assert are_true(facts, words.numbers(text)), (text, said)


def test_every_message_is_said_of_some_vector() -> None:
    """The list above holds nothing that is never said."""
    rng, said = np.random.default_rng(0), set()
    for _ in range(3000):
        facts = dict.fromkeys(NAMES, float("nan"))
        for name in READ - {"minutes_left"}:
            if rng.random() < 0.75:
                facts[name] = float(
                    rng.choice(
                        [-0.5, 0.0, 0.03, 0.4, 1.0, 3.0, 4.3, 12.0, 200.0][
                            : 7 if name.endswith("_log") else 9
                        ]
                    )
                )
        facts["minutes_left"] = float(rng.choice([np.nan, 0.0, 35.0, 300.0, 720.0]))
        said |= {found.message for _, _, found in said_of(facts)}
    assert set(MESSAGES) == said


def test_nothing_known_says_nothing_but_that() -> None:
    nothing = dict.fromkeys(NAMES, float("nan"))
    assert {said.message for _, _, said in said_of(nothing)} == {
        "taste-unknown",
        "opening-unknown",
    }


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_place_nobody_goes_to_is_not_called_popular(count: int) -> None:
    facts = {"poi_interactions_30d_log": float(np.log1p(count))}
    assert label("popularity", FOR, facts, ENGLISH) == ""
    assert label("popularity", AGAINST, facts, ENGLISH).startswith("Quiet")


def test_a_temperature_just_below_nought_has_no_sign() -> None:
    facts = dict.fromkeys(NAMES, float("nan")) | {"weather_temperature_c": -0.4}
    said = what_is_said("weather", FOR, facts)
    assert said is not None
    assert str(said.facts["degrees"]) == "0"


@settings(max_examples=100, deadline=None)
@given(vectors(), st.integers(0, 10_000))
def test_the_direction_is_the_sign_and_the_strongest_come_first(facts: Facts, seed: int) -> None:
    """At most three; each group's weight is the sum of its features' contributions."""
    contribution = np.random.default_rng(seed).normal(size=len(NAMES))
    found = reasons(contribution, np.array([facts[n] for n in NAMES], dtype=np.float32), ENGLISH)
    assert len(found) <= MOST
    assert len({r.group for r in found}) == len(found)
    for reason in found:
        total = sum(
            c for n, c in zip(NAMES, contribution, strict=True) if GROUP_OF[n] == reason.group
        )
        assert reason.weight == pytest.approx(total, abs=1e-4)
        assert reason.direction == (FOR if total > 0 else AGAINST)
        assert reason.label == label(reason.group, reason.direction, facts, ENGLISH)
        assert reason.group not in SILENT
    weights = [abs(r.weight) for r in found]
    assert weights == sorted(weights, reverse=True)
    for before, after in pairwise(weights):
        assert after <= APART * before + 1e-4


def test_a_group_that_contributes_nothing_gives_no_reason() -> None:
    vector = np.zeros(len(NAMES), dtype=np.float32)
    assert reasons(np.zeros(len(NAMES)), vector, ENGLISH) == ()


def test_a_group_that_can_say_nothing_true_makes_room_for_the_next() -> None:
    """The strongest group has no facts; the place is far away all the same."""
    vector = np.full(len(NAMES), np.nan, dtype=np.float32)
    vector[NAMES.index("distance_km")] = 30.0
    contribution = np.zeros(len(NAMES))
    contribution[NAMES.index("price_level")] = -5.0
    contribution[NAMES.index("distance_km")] = -1.0
    told = [(r.group, r.direction, r.label) for r in reasons(contribution, vector, ENGLISH)]
    assert told == [("distance", AGAINST, "Far: 30.0 km away")]


def test_reasons_are_told_in_the_language_asked_for_and_weigh_the_same() -> None:
    vector = np.full(len(NAMES), np.nan, dtype=np.float32)
    vector[NAMES.index("distance_km")] = 1.25
    contribution = np.zeros(len(NAMES))
    contribution[NAMES.index("distance_km")] = 1.0
    told = {w: reasons(contribution, vector, Words.of(w))[0] for w in ("en", "de-AT", "ru")}
    assert {w: r.label.replace("\u00a0", " ") for w, r in told.items()} == {
        "en": "Close: 1.2 km away",
        "de-AT": "In der Nähe: 1,2 km entfernt",
        "ru": "Близко: 1,2 км от вас",
    }
    assert {(r.group, r.direction, r.weight) for r in told.values()} == {("distance", FOR, 1.0)}
