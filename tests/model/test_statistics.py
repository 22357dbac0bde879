"""Intervals cover as often as they say, and a paired test finds no difference where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics import bootstrap, paired


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    chance = np.random.default_rng(1)
    covered = 0
    for trial in range(300):
        found = bootstrap(chance.normal(3.0, 1.0, 80), seed=trial, resamples=400)
        covered += found.low <= 3.0 <= found.high
    assert 0.90 <= covered / 300 <= 0.98


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40))
def test_the_mean_lies_within_the_values_and_the_bounds_in_order(values: list[float]) -> None:
    found = bootstrap(values, resamples=200)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.count == len(values)
    assert found.mean == pytest.approx(float(np.mean(values)))


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    assert np.isnan(bootstrap([0.5]).low)
    assert bootstrap([0.5]).mean == 0.5
    assert bootstrap([]).count == 0


def test_the_same_model_twice_is_not_better_than_itself() -> None:
    values = np.random.default_rng(2).random(50)
    found = paired(values, values)
    assert not found.better
    assert found.p == 1.0


def test_a_constant_gain_on_every_request_is_found() -> None:
    values = np.random.default_rng(3).random(50)
    found = paired(values + 0.01, values)
    assert found.better
    assert found.p < 0.01
    assert found.difference.mean == pytest.approx(0.01)


def test_chance_alone_is_called_a_difference_about_as_often_as_the_level_says() -> None:
    chance = np.random.default_rng(4)
    wrong = sum(
        paired(chance.normal(size=60), chance.normal(size=60), seed=n, resamples=300).p < 0.05
        for n in range(200)
    )
    assert wrong / 200 <= 0.10
