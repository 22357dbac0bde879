"""Probabilities mean what they say on rows they were not fitted on."""

import numpy as np
import pytest

from butler.errors import InvalidRequest
from models.calibration import Platt, calibration_error, platt, reliability


def drawn(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and outcomes whose probability is the logistic of 2 * score - 1."""
    chance = np.random.default_rng(seed)
    score = chance.normal(size=rows)
    return score, chance.random(rows) < Platt(2.0, -1.0).probability(score)


def test_the_curve_that_made_the_outcomes_is_found() -> None:
    found = platt(*drawn(20_000, 1))
    assert found.slope == pytest.approx(2.0, abs=0.1)
    assert found.offset == pytest.approx(-1.0, abs=0.1)


def test_on_other_rows_the_observed_shares_lie_within_their_error() -> None:
    score, outcome = drawn(20_000, 2)
    table = reliability(platt(*drawn(20_000, 1)).probability(score), outcome)
    assert ((table["predicted"] - table["observed"]).abs() < 4 * table["error"] + 0.005).all()
    assert calibration_error(table) < 0.02


def test_the_error_is_the_gap_weighted_by_rows() -> None:
    """Half of the rows are said to be .2 and are 0, half .8 and are 1."""
    probability = np.array([0.2, 0.2, 0.8, 0.8])
    table = reliability(probability, np.array([False, False, True, True]), bins=2)
    assert table["observed"].to_list() == [0.0, 1.0]
    assert calibration_error(table) == pytest.approx(0.2)


def test_outcomes_that_are_all_the_same_are_refused_with_a_reason() -> None:
    with pytest.raises(InvalidRequest, match="more requests"):
        platt(np.array([1.0, 2.0]), np.array([False, False]))


def test_no_rows_are_no_bins() -> None:
    assert calibration_error(reliability(np.empty(0), np.empty(0, bool))) == 0.0
