"""Drift: nothing is found where nothing has changed, and what has changed is named."""

from pathlib import Path

import numpy as np
import pytest

from features.vector import NAMES
from models.drift import BINS, MISSING, SCORE, Reference, compare

REQUESTS, SIZE = 300, 20
SHIFTED = NAMES.index("weather_temperature_c")


def a_day(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(matrix, score) of 300 requests of 20 candidates; half of the columns are of the request."""
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(REQUESTS * SIZE, len(NAMES)))
    matrix[:, ::2] = np.repeat(chance.normal(size=(REQUESTS, len(NAMES)))[:, ::2], SIZE, axis=0)
    matrix[chance.random(matrix.shape) < 0.05] = np.nan
    return matrix.astype(np.float32), chance.normal(size=len(matrix))


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.of(*a_day(1), REQUESTS)


def test_two_halves_of_the_same_day_have_not_drifted() -> None:
    matrix, score = a_day(2)
    half = len(matrix) // 2
    first = Reference.of(matrix[:half], score[:half], REQUESTS // 2)
    found = compare(first, matrix[half:], score[half:], REQUESTS // 2, limit=0.1)
    assert found.drifted == ()
    assert not found.exceeds(0.0)


def test_a_shifted_feature_is_named_first(reference: Reference) -> None:
    matrix, score = a_day(3)
    matrix[:, SHIFTED] += 1.5
    found = compare(reference, matrix, score, REQUESTS, limit=0.25)
    assert [s.name for s in found.drifted] == ["weather_temperature_c"]
    assert found.shifts[0].ks > 0.3
    assert not found.exceeds(0.3)  # one of many is no reason to train anew


def test_a_feature_that_goes_missing_has_drifted(reference: Reference) -> None:
    matrix, score = a_day(4)
    matrix[:, SHIFTED] = np.nan
    (only,) = compare(reference, matrix, score, REQUESTS, limit=0.25).drifted
    assert only.name == "weather_temperature_c"
    assert only.now[MISSING] == 1.0


def test_drifted_scores_alone_or_many_features_are_reason_enough(reference: Reference) -> None:
    matrix, score = a_day(5)
    found = compare(reference, matrix, score * 5, REQUESTS, limit=0.25)
    assert [s.name for s in found.drifted] == [SCORE]
    assert found.exceeds(0.9)
    found = compare(reference, matrix + 2.0, score, REQUESTS, limit=0.25)
    assert found.share == 1.0
    assert found.exceeds(0.9)


def test_few_requests_are_no_drift_by_chance() -> None:
    """Ten requests of one weather each look like another climate; they are ten requests."""
    then, now = a_day(6), a_day(7)
    rows = slice(0, 10 * SIZE)
    found = compare(Reference.of(*then, REQUESTS), now[0][rows], now[1][rows], 10, limit=0.1)
    assert found.drifted == ()
    assert max(s.psi for s in found.shifts) > 0.25


def test_a_constant_and_an_empty_column_compare_with_themselves(tmp_path: Path) -> None:
    matrix, score = a_day(8)
    matrix[:, 0], matrix[:, 1] = 3.0, np.nan
    Reference.of(matrix, score, REQUESTS).save(tmp_path / "reference.npz")
    read = Reference.load(tmp_path / "reference.npz")
    assert read.share.shape == (len(NAMES) + 1, BINS + 1)
    assert read.share.sum(axis=1) == pytest.approx(np.ones(len(NAMES) + 1))
    found = {s.name: s.psi for s in compare(read, matrix, score, REQUESTS, 0.1).shifts}
    assert max(found.values()) == 0.0
    for other in (2.0, 4.0):  # another constant is a change
        matrix[:, 0] = other
        found = {s.name: s.psi for s in compare(read, matrix, score, REQUESTS, 0.1).shifts}
        assert max(found, key=lambda name: found[name]) == NAMES[0]
