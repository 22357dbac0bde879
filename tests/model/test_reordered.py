"""Clicks on slates ordered anew: unbiased whoever made the slate, where other measures favour that policy."""

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from models.examples import Examples
from models.position import Examination
from models.ranker import Matrix
from models.reordered import clicks_if_ordered, reordered

LOOKED = Examination(np.arange(1, 11) ** -0.7)
SLATES, CARDS = 4000, 10
CHAMPION, BETTER = 0, 1


class ByColumn:
    """A ranker whose score is a column of the matrix."""

    def __init__(self, column: int) -> None:
        self.column = column

    def predict(self, matrix: Matrix) -> np.ndarray:
        return matrix[:, self.column].astype(np.float64)


def logged(seed: int = 1) -> tuple[Examples, np.ndarray]:
    """Slates in the order of column CHAMPION, of which column BETTER knows the appeal better.

    Returns also the appeal of each card: it is clicked if looked at, with that probability.
    """
    chance = np.random.default_rng(seed)
    appeal = chance.beta(1, 4, (SLATES, CARDS))
    champion = appeal + chance.normal(0, 0.3, appeal.shape)
    better = appeal + chance.normal(0, 0.15, appeal.shape)
    position = np.argsort(np.argsort(-champion, axis=1), axis=1) + 1
    clicked = chance.random(appeal.shape) < appeal * LOOKED.at(position)
    return slates(np.stack([champion, better], axis=2), clicked, position), appeal


def slates(score: np.ndarray, clicked: np.ndarray, position: np.ndarray) -> Examples:
    count, width = clicked.shape
    return Examples(
        matrix=score.reshape(count * width, -1).astype(np.float32),
        grade=clicked.ravel().astype(np.int64),
        request=np.repeat(np.arange(count), width),
        place=np.tile(np.arange(width), count),
        resolved=pl.DataFrame(),
        asked=None,  # type: ignore[arg-type]
        frequency=sparse.csr_matrix((count, width)),
        relevant=[{} for _ in range(count)],
        position=position.ravel(),
        unasked=np.zeros(count * width, dtype=bool),
    )


def test_the_order_shown_is_worth_the_clicks_there_were() -> None:
    shown, _ = logged()
    found = clicks_if_ordered(ByColumn(CHAMPION).predict(shown.matrix), shown, LOOKED)
    np.testing.assert_allclose(found, shown.grade.reshape(SLATES, CARDS).sum(axis=1))


def test_another_order_is_worth_on_average_what_it_would_have_earned() -> None:
    shown, appeal = logged()
    score = ByColumn(BETTER).predict(shown.matrix)
    place = np.argsort(np.argsort(-score.reshape(SLATES, CARDS), axis=1), axis=1) + 1
    truth = (appeal * LOOKED.at(place)).sum(axis=1).mean()
    found = clicks_if_ordered(score, shown, LOOKED)
    assert abs(found.mean() - truth) < 3 * found.std() / np.sqrt(SLATES)


def test_the_better_of_two_wins_on_slates_that_the_other_made() -> None:
    """Though its first card was clicked less often: it stood further down."""
    shown, _ = logged()
    found = reordered(ByColumn(BETTER), ByColumn(CHAMPION), shown, LOOKED)
    assert found is not None
    assert found.better
    assert clicks_on_the_first(shown, BETTER) < clicks_on_the_first(shown, CHAMPION)


def clicks_on_the_first(shown: Examples, column: int) -> float:
    first = np.argmax(shown.matrix[:, column].reshape(SLATES, CARDS), axis=1)
    return float(shown.grade.reshape(SLATES, CARDS)[np.arange(SLATES), first].mean())


def test_a_ranker_against_itself_is_neither_better_nor_worse() -> None:
    shown, _ = logged()
    found = reordered(ByColumn(CHAMPION), ByColumn(CHAMPION), shown, LOOKED)
    assert found is not None
    assert (found.difference.low, found.difference.mean, found.difference.high) == (0, 0, 0)


@pytest.mark.parametrize("what", ["no slate", "no click"])
def test_without_slates_or_clicks_nothing_is_said(what: str) -> None:
    clicked = np.zeros((3, 4), dtype=bool)
    shape = np.tile(np.arange(1, 5), (3, 1))
    shown = slates(
        np.ones((3, 4, 2)), clicked, np.zeros_like(shape) if what == "no slate" else shape
    )
    assert reordered(ByColumn(CHAMPION), ByColumn(BETTER), shown, LOOKED) is None
