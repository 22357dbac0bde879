"""Reasons state only what the vector says, and their direction is that of the contribution."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.vector import GROUP_OF, NAMES
from serving.explain.reasons import AGAINST, FOR, MOST, label, reasons

Facts = dict[str, float]
GROUPS = sorted(set(GROUP_OF.values()))
SILENT = {"traveller", "season", "trip"}


def number(text: str) -> float:
    return float(re.search(r"-?\d+(\.\d+)?", text)[0])  # type: ignore[index]


def near(facts: Facts, name: str, text: str, within: float = 0.0501) -> bool:
    return abs(number(text) - facts[name]) <= within


def count(facts: Facts) -> int:
    return round(np.expm1(facts["poi_interactions_30d_log"]))


def span(text: str) -> float:
    """Minutes of "35 min" or "2.5 h"."""
    return number(text) * (60 if " h " in text else 1)


def party(facts: Facts, text: str) -> bool:
    who = {"alone": "solo", "couple": "couple", "family": "family", "friends": "friends"}
    return facts[f"party_{next(v for k, v in who.items() if k in text)}"] == 1


# every sentence that may be said -> (group, directions, is it true of the vector?)
BOTH, UP, DOWN = (FOR, AGAINST), (FOR,), (AGAINST,)
Truth = Callable[[Facts, str], Any]
SENTENCES: dict[str, tuple[str, tuple[str, ...], Truth]] = {
    r"We do not know your taste yet": ("taste", DOWN, lambda f, t: np.isnan(f["kind_share"])),
    r"You often choose this kind of place": ("taste", UP, lambda f, t: f["kind_share"] >= 0.1),
    r"You have chosen this kind of place before": ("taste", UP, lambda f, t: f["kind_share"] > 0),
    r"You dismissed places of this kind before": (
        *("taste", DOWN),
        lambda f, t: f["kind_dismisses_all"] > 0,
    ),
    r"You have not chosen this kind of place so far": (
        *("taste", DOWN),
        lambda f, t: f["kind_share"] == 0,
    ),
    r"You rarely choose this kind of place": ("taste", DOWN, lambda f, t: f["kind_share"] <= 0.1),
    r"New to you": ("history", UP, lambda f, t: f["met_interactions_all"] == 0),
    r"You dismissed it before": ("history", DOWN, lambda f, t: f["met_dismisses_all"] > 0),
    r"You know it already": ("history", DOWN, lambda f, t: f["met_interactions_all"] > 0),
    r"You have been here before": ("history", UP, lambda f, t: f["met_visits_all"] > 0),
    r"You chose it before": ("history", UP, lambda f, t: f["met_positives_all"] > 0),
    r"Close: \d+\.\d km away": (
        *("distance", UP),
        lambda f, t: near(f, "distance_km", t) and f["distance_km"] <= 5,
    ),
    r"Far: \d+\.\d km away": (
        *("distance", DOWN),
        lambda f, t: near(f, "distance_km", t) and f["distance_km"] >= 10,
    ),
    r"\d+\.\d km away": ("distance", BOTH, lambda f, t: near(f, "distance_km", t)),
    r"(Suits|Does not suit) the weather \((forecast|last observed): -?\d+ °C( and rain)?\)": (
        *("weather", BOTH),
        lambda f, t: (
            near(f, "weather_temperature_c", t, 0.501)
            and ("forecast" in t) == (f["weather_is_forecast"] == 1)
            and ("rain" in t) == (f["weather_precipitation_mm"] > 0.2)
            and t.startswith("Suits") in (True, False)
        ),
    ),
    r"Opening hours unknown": ("opening", DOWN, lambda f, t: np.isnan(f["minutes_left"])),
    r"Closed on arrival": ("opening", DOWN, lambda f, t: f["minutes_left"] == 0),
    r"Open on arrival, 12 h left or more": ("opening", UP, lambda f, t: f["minutes_left"] == 720),
    r"Open on arrival, (\d+ min|\d+(\.\d)? h) left": (
        *("opening", UP),
        lambda f, t: f["minutes_left"] > 0 and abs(span(t) - f["minutes_left"]) <= 3.1,
    ),
    r"Closes (\d+ min|\d+(\.\d)? h) after arrival": (
        *("opening", DOWN),
        lambda f, t: f["minutes_left"] > 0 and abs(span(t) - f["minutes_left"]) <= 3.1,
    ),
    r"Free": ("price", UP, lambda f, t: f["price_level"] == 0),
    r"Within your budget: price level [1-4] of 4": (
        *("price", UP),
        lambda f, t: near(f, "price_level", t) and f["price_over_budget"] <= 0,
    ),
    r"Above your budget: price level [1-4] of 4": (
        *("price", DOWN),
        lambda f, t: near(f, "price_level", t) and f["price_over_budget"] > 0,
    ),
    r"Price level [1-4] of 4": ("price", BOTH, lambda f, t: near(f, "price_level", t)),
    r"Good with children": (
        *("party", UP),
        lambda f, t: f["kids_welcome_family"] == 1,
    ),
    r"Not known to be good with children": (
        *("party", DOWN),
        lambda f, t: f["kids_welcome_family"] == 0,
    ),
    r"Suits (somebody travelling alone|a couple|a family|a group of friends)": (
        *("party", UP),
        party,
    ),
    r"Suits others better than (somebody travelling alone|a couple|a family|a group of friends)": (
        *("party", DOWN),
        party,
    ),
    r"Popular: \d+ interactions in 30 days": (
        *("popularity", UP),
        lambda f, t: number(t) == count(f) >= 20,
    ),
    r"Quiet: \d+ interactions? in 30 days": (
        *("popularity", DOWN),
        lambda f, t: number(t) == count(f) <= 5 and t.count("interactions") == (count(f) != 1),
    ),
    r"Well rated: about \d\.\d of 5": (
        *("quality", UP),
        lambda f, t: near(f, "poi_rating", t) and f["poi_rating"] > 4.0,
    ),
    r"Less well rated: about \d\.\d of 5": (
        *("quality", DOWN),
        lambda f, t: near(f, "poi_rating", t) and f["poi_rating"] < 4.0,
    ),
    r"Usually visited around this hour": ("time", UP, lambda f, t: f["poi_clock_fit"] > 0.2),
    r"Usually visited at other hours": ("time", DOWN, lambda f, t: f["poi_clock_fit"] < 0),
    r"Chosen by travellers like you": ("similar", UP, lambda f, t: f["als_rank"] <= 50),
    r"Where others went after places you chose": (
        *("similar", UP),
        lambda f, t: f["covisit_rank"] <= 50,
    ),
    r"Popular at this hour and season": ("similar", UP, lambda f, t: f["popular_rank"] <= 50),
    r"Seldom chosen by travellers like you": (
        *("similar", DOWN),
        lambda f, t: (
            f["traveller_interactions_all"] > 0 and (np.isnan(f["als_rank"]) or f["als_rank"] > 100)
        ),
    ),
    r"Mostly indoors": ("place", BOTH, lambda f, t: f["indoor_share"] > 0.5),
    r"Mostly outdoors": ("place", BOTH, lambda f, t: f["indoor_share"] < 0.5),
    r"New in the catalogue": ("novelty", UP, lambda f, t: 0 <= f["poi_age_days"] <= 60),
}

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


@settings(max_examples=400, deadline=None)
@given(vectors())
def test_every_label_is_true_of_the_vector(facts: Facts) -> None:
    """Each sentence is one we know, of its group and direction, and a second reading agrees."""
    for group in GROUPS:
        for direction in (FOR, AGAINST):
            text = label(group, direction, facts)
            if not text:
                continue
            known = [s for pattern, s in SENTENCES.items() if re.fullmatch(pattern, text)]
            assert len(known) == 1, text
            of, directions, is_true = known[0]
            assert of == group
            assert direction in directions, text
            assert is_true(facts, text), (text, {k: v for k, v in facts.items() if v == v})
            if "uit" in text:
                assert (text.startswith(("Does not", "Suits others"))) == (direction == AGAINST)


def test_every_sentence_is_said_of_some_vector() -> None:
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
        for group in GROUPS:
            for direction in (FOR, AGAINST):
                text = label(group, direction, facts)
                said |= {pattern for pattern in SENTENCES if re.fullmatch(pattern, text)}
    assert set(SENTENCES) - said == set()


def test_nothing_known_says_nothing_but_that() -> None:
    nothing = dict.fromkeys(NAMES, float("nan"))
    texts = {label(g, d, nothing) for g in GROUPS for d in (FOR, AGAINST)} - {""}
    assert texts == {"We do not know your taste yet", "Opening hours unknown"}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_place_nobody_goes_to_is_not_called_popular(count: int) -> None:
    facts = {"poi_interactions_30d_log": float(np.log1p(count))}
    assert label("popularity", FOR, facts) == ""
    assert label("popularity", AGAINST, facts).startswith("Quiet")


@settings(max_examples=100, deadline=None)
@given(vectors(), st.integers(0, 10_000))
def test_the_direction_is_the_sign_and_the_strongest_come_first(facts: Facts, seed: int) -> None:
    """At most three; each group's weight is the sum of its features' contributions."""
    contribution = np.random.default_rng(seed).normal(size=len(NAMES))
    found = reasons(contribution, np.array([facts[n] for n in NAMES], dtype=np.float32))
    assert len(found) <= MOST
    assert len({r.group for r in found}) == len(found)
    for reason in found:
        total = sum(
            c for n, c in zip(NAMES, contribution, strict=True) if GROUP_OF[n] == reason.group
        )
        assert reason.weight == pytest.approx(total, abs=1e-4)
        assert reason.direction == (FOR if total > 0 else AGAINST)
        assert reason.label == label(reason.group, reason.direction, facts)
        assert reason.group not in SILENT
    weights = [abs(r.weight) for r in found]
    assert weights == sorted(weights, reverse=True)


def test_a_group_that_contributes_nothing_gives_no_reason() -> None:
    vector = np.zeros(len(NAMES), dtype=np.float32)
    assert reasons(np.zeros(len(NAMES)), vector) == ()


def test_a_group_that_can_say_nothing_true_makes_room_for_the_next() -> None:
    """The strongest group has no facts; the place is far away all the same."""
    vector = np.full(len(NAMES), np.nan, dtype=np.float32)
    vector[NAMES.index("distance_km")] = 30.0
    contribution = np.zeros(len(NAMES))
    contribution[NAMES.index("price_level")] = -5.0
    contribution[NAMES.index("distance_km")] = -1.0
    told = [(r.group, r.direction, r.label) for r in reasons(contribution, vector)]
    assert told == [("distance", AGAINST, "Far: 30.0 km away")]
