"""Predicted beside observed: probabilities that mean what they say, and those that do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import calibration_error, reliability


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and outcomes that come about with them."""
    chance = np.random.default_rng(seed)
    probability = chance.random(rows) ** 2
    return probability, chance.random(rows) < probability


def test_true_probabilities_are_observed_within_their_error() -> None:
    table = reliability(*drawn(20_000, 2))
    assert ((table["predicted"] - table["observed"]).abs() < 4 * table["error"] + 0.005).all()
    assert calibration_error(table) < 0.02


def test_probabilities_of_twice_the_truth_are_found_out() -> None:
    probability, outcome = drawn(20_000, 3)
    assert calibration_error(reliability(probability, outcome & (np.arange(20_000) % 2 == 0))) > 0.1


def test_the_error_is_the_gap_weighted_by_rows() -> None:
    """Half of the rows are said to be .2 and are 0, half .8 and are 1."""
    probability = np.array([0.2, 0.2, 0.8, 0.8])
    table = reliability(probability, np.array([False, False, True, True]), bins=2)
    assert table["observed"].to_list() == [0.0, 1.0]
    assert calibration_error(table) == pytest.approx(0.2)


@given(st.lists(st.floats(0, 1), max_size=60), st.integers(1, 12))
def test_every_row_is_in_one_bin(values: list[float], bins: int) -> None:
    table = reliability(np.array(values), np.array(values) > 0.5, bins)
    assert table["rows"].sum() == len(values)
    assert table["predicted"].is_sorted()


def test_no_rows_are_no_bins() -> None:
    assert calibration_error(reliability(np.empty(0), np.empty(0, bool))) == 0.0
