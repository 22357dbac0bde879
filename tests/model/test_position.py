"""How far down slates are looked at is found from clicks, and taken out of what is learned."""

import numpy as np
import pytest
from tiny import planted

from features.vector import NAMES
from models.clicks import Lessons, sigmoid
from models.position import NO_BIAS, Examination, estimate
from models.ranker import ClickRanker, Matrix

TRUE = np.arange(1, 11) ** -0.7
COUNT = 20_000


def shown(
    seed: int, chance: np.ndarray, count: int = COUNT
) -> tuple[Matrix, np.ndarray, np.ndarray]:
    """(matrix, clicked, position) of cards whose two known features decide, placed half by one of them:
    a policy that prefers what is liked, as every policy does."""
    rng = np.random.default_rng(seed)
    matrix = np.full((count, len(NAMES)), np.nan, dtype=np.float32)
    matrix[:, :2] = rng.normal(size=(count, 2))
    preferred = matrix[:, 0] + rng.normal(size=count)
    rank = np.argsort(np.argsort(-preferred.reshape(-1, 10), axis=1), axis=1).ravel()
    appeal = sigmoid(-1.0 + matrix[:, 0] - 0.5 * matrix[:, 1])
    return matrix, rng.random(count) < chance[rank] * appeal, rank + 1


def test_the_worlds_examination_is_recovered_although_better_places_stand_higher() -> None:
    matrix, clicked, position = shown(1, TRUE, 60_000)
    found, linear = estimate(matrix, clicked, position)
    assert found.chance == pytest.approx(TRUE, abs=0.04)
    assert linear.bias == pytest.approx(-1.0, abs=0.15)
    naive = [clicked[position == k].mean() for k in range(1, 11)]
    assert naive[9] / naive[0] < 0.8 * TRUE[9]  # what one would have read off the clicks


def test_where_everything_is_looked_at_no_bias_is_found() -> None:
    found, _ = estimate(*shown(2, np.ones(10), 60_000))
    assert found.chance.min() > 0.9


def test_a_click_without_a_position_was_looked_at_and_the_deepest_share_one_chance() -> None:
    seen = Examination(np.array([1.0, 0.5]))
    assert seen.at(np.array([0, 1, 2, 3, 90])).tolist() == [1.0, 1.0, 0.5, 0.5, 0.5]
    assert NO_BIAS.at(np.array([0, 7])).tolist() == [1.0, 1.0]


def lessons(clicked: np.ndarray, examined: np.ndarray) -> Lessons:
    rows = len(clicked)
    return Lessons(
        clicked.astype(np.float64), examined, np.ones(rows), np.arange(rows), np.zeros(rows, bool)
    )


def test_trees_that_know_the_examination_are_nearer_to_the_truth_than_those_that_do_not() -> None:
    """The better places stood higher: who ignores that takes their position for appeal."""
    matrix, clicked, position = shown(3, TRUE, 10_000)
    fresh, _, _ = shown(4, TRUE, 2000)
    truth = -1.0 + fresh[:, 0] - 0.5 * fresh[:, 1]
    error = {}
    for name, examined in (("with", TRUE[position - 1]), ("without", np.ones(len(clicked)))):
        model = ClickRanker(trees=40, leaves=7)
        model.fit(matrix, lessons(clicked, examined))
        error[name] = float(np.abs(sigmoid(model.predict(fresh)) - sigmoid(truth)).mean())
    assert error["with"] < 0.5 * error["without"]


def test_slopes_are_the_derivative_of_the_likelihood() -> None:
    """Of slates and of choices without one, by differences."""
    rng = np.random.default_rng(5)
    unasked = np.repeat([False, True], 6)
    request = np.repeat(np.arange(4), 3)
    liked = np.array([1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0], dtype=np.float64)
    examined = np.where(unasked, 1.0, rng.uniform(0.2, 1.0, 12))
    taught = Lessons(liked, examined, np.ones(12), request, unasked)
    u = rng.normal(size=12)

    def loss(u: np.ndarray) -> float:
        clicks = examined * sigmoid(u)
        slates = -(liked * np.log(clicks) + (1 - liked) * np.log(1 - clicks))[~unasked].sum()
        power = np.exp(u)
        total = np.bincount(request, weights=power)[request]
        return float(slates - (liked * np.log(power / total))[unasked].sum())

    step = 1e-6
    numeric = [(loss(u + step * e) - loss(u - step * e)) / (2 * step) for e in np.eye(12)]
    assert taught.slopes(u)[0] == pytest.approx(numeric, abs=1e-6)


def test_a_click_rankers_scores_are_log_odds_and_saved_with_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    matrix, grade, _, _ = planted(requests=60)
    liked = grade > 0
    model = ClickRanker(trees=30, leaves=7)
    model.fit(matrix, lessons(liked, np.ones(len(liked))))
    assert sigmoid(model.predict(matrix)).mean() == pytest.approx(liked.mean(), abs=0.02)
    model.save(tmp_path / "ranker.txt")
    again = ClickRanker.load(tmp_path / "ranker.txt")
    assert again.predict(matrix).tobytes() == model.predict(matrix).tobytes()


def test_more_rain_never_raises_a_place_in_the_open_and_farther_is_never_better() -> None:
    """Whatever chance would have taught: here rain and distance are planted as attractive."""
    matrix, _, _, _ = planted(7, requests=60)
    at = {n: NAMES.index(n) for n in ("rain_outdoors", "distance_km")}
    liked = np.nan_to_num(matrix[:, at["rain_outdoors"]] + matrix[:, at["distance_km"]]) > 0.5
    model = ClickRanker(trees=30, leaves=7)
    model.fit(matrix, lessons(liked, np.ones(len(liked))))
    for column in at.values():
        more = matrix[:200].copy()
        more[:, column] += 1.0
        assert (model.predict(more) <= model.predict(matrix[:200]) + 1e-12)[
            ~np.isnan(matrix[:200, column])
        ].all()
