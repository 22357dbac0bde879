"""Outcomes belong to their slate for a while, and those still to come are counted for."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from histories import NOW
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import CLICK, UTC, VISIT, C
from butler.settings import TrainingSettings
from models import attribution
from models.attribution import (
    AT_ONCE,
    BOOKING,
    DELAY,
    OUTCOME_KIND,
    WORTH,
    Delays,
    Windows,
    Worth,
    delays,
    learned,
    rate,
    weights,
)

WINDOW = 168.0


def log(seed: int, count: int = 8000, mean: float = 40.0) -> tuple[np.ndarray, np.ndarray]:
    """(delay, age) in hours: a third convert after an exponential delay, NaN if never in the window;
    slates have come evenly over the last ten days."""
    rng = np.random.default_rng(seed)
    delay = rng.exponential(mean, count)
    delay[(rng.random(count) > 1 / 3) | (delay > WINDOW)] = np.nan
    return delay, rng.uniform(0.0, 240.0, count)


def test_known_delays_are_recovered_although_the_long_ones_are_not_seen_yet() -> None:
    delay, age = log(1)
    seen = delay <= age
    found = delays(delay[seen], age[seen], WINDOW)
    full = 1 - np.exp(-WINDOW / 40.0)
    for hours in (5.0, 20.0, 40.0, 80.0, 160.0):
        true = (1 - np.exp(-hours / 40.0)) / full
        assert found.seen(np.array([hours]))[0] == pytest.approx(true, abs=0.04)
    short = np.mean(delay[seen] <= 20.0)  # those that came at once are most of what came so far
    assert short > (1 - np.exp(-20 / 40.0)) / full + 0.04


def test_the_corrected_rate_is_nearer_to_what_comes_than_either_window() -> None:
    """Mean error over logs: a day misses most, seven days miss what is late, corrected nearly none."""
    errors: dict[str, list[float]] = {"day": [], "as it stood": [], "corrected": []}
    for seed in range(8):
        delay, age = log(seed, 3000)
        seen, true = delay <= age, np.mean(~np.isnan(delay))
        found = delays(delay[seen], age[seen], WINDOW)
        errors["day"].append(np.mean(seen & (delay <= 24.0)) - true)
        errors["as it stood"].append(np.mean(seen) - true)
        errors["corrected"].append(rate(seen, age, found) - true)
    bias = {k: abs(np.mean(v)) for k, v in errors.items()}
    assert bias["corrected"] < 0.25 * bias["as it stood"] < 0.25 * bias["day"]


@given(st.integers(0, 1000), st.integers(30, 300))
def test_the_chance_to_have_been_seen_grows_with_age_up_to_one(seed: int, count: int) -> None:
    delay, age = log(seed, count)
    seen = delay <= age
    found = delays(delay[seen], age[seen], WINDOW)
    chance = found.seen(np.linspace(0.0, 300.0, 50))
    assert (np.diff(chance) >= 0).all()
    assert ((chance >= 0) & (chance <= 1)).all()
    assert chance[-1] == 1.0
    assert (weights(found, np.linspace(0.0, 300.0, 50)) >= 1.0).all()


def test_from_a_handful_of_outcomes_no_delay_is_learned() -> None:
    assert delays(np.arange(5.0), np.full(5, 100.0), WINDOW) is AT_ONCE
    assert AT_ONCE.seen(np.array([0.0, 9.0])).tolist() == [1.0, 1.0]


def label(request: str, outcome: str, hours: float) -> dict[str, object]:
    known = NOW + timedelta(hours=hours)
    return {C.REQUEST: request, C.POI: "a", OUTCOME_KIND: outcome, DELAY: hours, C.KNOWN_AT: known}


def test_an_early_booking_counts_for_those_still_to_come() -> None:
    """Ten hours after the slate half of all bookings have come: one seen stands for two."""
    labels = pl.DataFrame(
        [label("r", CLICK, 0.0), label("r", VISIT, 3.0), label("r", BOOKING, 5.0)],
        schema_overrides={C.KNOWN_AT: UTC},
    )
    asked = pl.DataFrame(
        {C.REQUEST: ["r"], C.REQUESTED_AT: [NOW]}, schema_overrides={C.REQUESTED_AT: UTC}
    )
    half = {
        **dict.fromkeys((CLICK, "save", VISIT), AT_ONCE),
        BOOKING: Delays(np.array([0.0, 100.0]), np.array([0.5, 1.0])),
    }
    at = NOW + timedelta(hours=10)
    found = attribution.worth(labels, asked, at, half, Worth(visit=0.2, booking=0.5))
    assert found.rows() == [("r", "a", pytest.approx(1 + 0.2 + 0.5 / 0.5))]
    early = attribution.worth(labels, asked, NOW + timedelta(hours=4), half, Worth(0, 0.2, 0.5))
    assert early[WORTH].to_list() == [pytest.approx(1.2)]  # the booking is not known yet


def test_each_kind_of_outcome_has_its_own_delay() -> None:
    rows = [
        label(f"r{n}", kind, hours)
        for n in range(40)
        for kind, hours in ((CLICK, 0.01), (BOOKING, 30.0 + n))
    ]
    labels = pl.DataFrame(rows, schema_overrides={C.KNOWN_AT: UTC})
    asked = pl.DataFrame(
        {C.REQUEST: [f"r{n}" for n in range(40)], C.REQUESTED_AT: [NOW] * 40},
        schema_overrides={C.REQUESTED_AT: UTC},
    )
    found = learned(labels, asked, NOW + timedelta(days=9), Windows())
    assert found[CLICK].seen(np.array([0.5]))[0] == 1.0
    assert found[BOOKING].seen(np.array([20.0, 49.5, 80.0])).tolist() == pytest.approx(
        [0.0, 0.5, 1.0]
    )


def test_what_is_not_said_is_as_the_settings_have_it() -> None:
    """Who trains by hand trains the ranker that the pipeline trains."""
    usual = TrainingSettings()
    hours = (usual.click_hours, usual.save_hours, usual.visit_hours, usual.booking_hours)
    assert Windows() == Windows(*hours)
    assert Worth() == Worth(usual.save_worth, usual.visit_worth, usual.booking_worth)
