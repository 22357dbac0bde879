"""From scores to a slate: what is dropped, what is moved, and with which probability it was drawn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rerank import Rules, Slate, rerank

PLAIN = Rules(drop_closed=False, reach_km=0, diversity=0.0, exploration=0.0)


def slate(
    score: list[float],
    rules: Rules,
    limit: int = 10,
    kind: list[int] | None = None,
    left: list[float] | None = None,
    km: list[float] | None = None,
    seed: int = 0,
) -> Slate:
    n = len(score)
    return rerank(
        np.array(score, dtype=float),
        np.arange(n) if kind is None else np.array(kind, dtype=np.int64),
        np.full(n, np.nan) if left is None else np.array(left, dtype=float),
        np.full(n, np.nan) if km is None else np.array(km, dtype=float),
        limit,
        rules,
        seed,
    )


def test_without_rules_the_order_is_that_of_the_scores() -> None:
    found = slate([1.0, 3.0, 2.0, 3.0], PLAIN)
    assert found.chosen.tolist() == [1, 3, 2, 0]
    assert found.propensity.tolist() == [1.0] * 4
    assert found.moved == {}


def test_what_is_closed_on_arrival_is_dropped_and_what_is_unknown_kept() -> None:
    left = [0.0, 30.0, np.nan]
    found = slate([3.0, 2.0, 1.0], replace(PLAIN, drop_closed=True), left=left)
    assert found.chosen.tolist() == [1, 2]
    assert found.moved == {0: "closed"}
    assert slate([3.0, 2.0, 1.0], PLAIN, left=left).chosen.tolist() == [0, 1, 2]


def test_what_is_out_of_reach_is_dropped_and_what_is_unknown_kept() -> None:
    km = [60.1, 60.0, np.nan]
    found = slate([3.0, 2.0, 1.0], replace(PLAIN, reach_km=60), km=km)
    assert found.chosen.tolist() == [1, 2]
    assert found.moved == {0: "out_of_reach"}


def test_sameness_costs() -> None:
    """Scores 4, 3, 2, 1 of kinds a, a, b, b have a standard deviation of sqrt(1.25) = 1.118.

    After the first a, the second pays 1.0 deviations: (3 - 2.5) / 1.118 - 1 = -0.55, below the
    first b at (2 - 2.5) / 1.118 = -0.45.
    """
    found = slate([4.0, 3.0, 2.0, 1.0], replace(PLAIN, diversity=1.0), kind=[0, 0, 1, 1])
    assert found.chosen.tolist() == [0, 2, 1, 3]
    assert found.moved == {2: "diversity", 1: "diversity"}
    little = slate([4.0, 3.0, 2.0, 1.0], replace(PLAIN, diversity=0.5), kind=[0, 0, 1, 1])
    assert little.chosen.tolist() == [0, 1, 2, 3]


def test_a_limit_above_the_candidates_gives_all_of_them_for_certain() -> None:
    found = slate([1.0, 2.0], replace(PLAIN, exploration=0.5), limit=10)
    assert found.chosen.tolist() == [1, 0]
    assert found.propensity.tolist() == [1.0, 1.0]


def test_nothing_feasible_gives_an_empty_slate() -> None:
    found = slate([1.0, 2.0], Rules(), left=[0.0, 0.0])
    assert found.chosen.tolist() == []
    assert found.propensity.tolist() == []
    assert slate([], Rules()).chosen.tolist() == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 3), st.booleans()), max_size=60),
    st.integers(1, 100),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.sampled_from([0.0, 0.25]),
    st.integers(0, 99),
)
def test_a_slate_has_as_many_as_were_asked_and_each_once(
    candidates: list[tuple[float, int, bool]],
    limit: int,
    exploration: float,
    diversity: float,
    seed: int,
) -> None:
    """As long as there are as many feasible; the same seed gives the same slate."""
    score = [s for s, _, _ in candidates]
    kind, left = [k for _, k, _ in candidates], [10.0 * is_open for *_, is_open in candidates]
    rules = Rules(exploration=exploration, diversity=diversity)
    found, again = (slate(score, rules, limit, kind, left, seed=seed) for _ in range(2))
    feasible = {n for n, (*_, is_open) in enumerate(candidates) if is_open}
    chosen = found.chosen.tolist()
    assert len(chosen) == len(set(chosen)) == min(limit, len(feasible))
    assert set(chosen) <= feasible
    assert chosen == again.chosen.tolist()
    assert len(found.propensity) == len(chosen)
    assert ((found.propensity > 0) & (found.propensity <= 1)).all()
    certain = limit - int(limit * exploration)
    assert (found.propensity[:certain] == 1.0).all()
    if exploration == 0 or len(feasible) <= limit:
        assert (found.propensity == 1.0).all()


def test_a_long_tail_is_drawn_from_a_pool_that_is_long_enough() -> None:
    """Fifty of a hundred are drawn, though the pool is said to be twenty."""
    found = slate([float(-n) for n in range(150)], Rules(exploration=0.5), limit=100)
    assert len(found.chosen) == 100
    assert (found.propensity < 1.0).sum() >= 49


def test_the_tail_is_drawn_as_often_as_it_says() -> None:
    """Over 4,000 seeds the last place of ten shows each candidate as often as its propensity says.

    The error of a share p is sqrt(p (1 - p) / 4000) <= 0.008; five of those are allowed.
    """
    rng = np.random.default_rng(5)
    score, rules = rng.normal(size=30).tolist(), replace(PLAIN, exploration=0.1)
    said: dict[int, float] = {}
    times: dict[int, int] = {}
    for seed in range(4000):
        found = slate(score, rules, seed=seed)
        last = int(found.chosen[-1])
        said[last] = float(found.propensity[-1])
        times[last] = times.get(last, 0) + 1
    for row, p in said.items():
        assert times[row] / 4000 == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / 4000))
    assert len(said) >= 15
    # every candidate of the pool of twenty has a chance, and together they have them all
    assert sum(said.values()) == pytest.approx(1.0, abs=0.01)


def test_two_draws_are_as_likely_as_the_product_of_what_they_say() -> None:
    """The second propensity is that given the first: pairs come as often as their product."""
    rules = Rules(False, 0, 0.0, exploration=0.5, temperature=1.0, pool=3)
    score = [9.0, 8.0, 2.0, 1.5, 1.0]
    said: dict[tuple[int, int], float] = {}
    times: dict[tuple[int, int], int] = {}
    for seed in range(3000):
        found = slate(score, rules, limit=4, seed=seed)
        assert found.chosen[:2].tolist() == [0, 1]
        pair = (int(found.chosen[2]), int(found.chosen[3]))
        said[pair] = float(found.propensity[2] * found.propensity[3])
        times[pair] = times.get(pair, 0) + 1
    assert len(said) == 6
    assert sum(said.values()) == pytest.approx(1.0)
    for pair, p in said.items():
        assert times[pair] / 3000 == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / 3000))


def test_what_exploration_moved_is_named() -> None:
    rules = replace(PLAIN, exploration=0.1)
    score = [float(-n) for n in range(30)]
    moved = [slate(score, rules, seed=seed) for seed in range(40)]
    assert any(found.chosen[-1] != 9 for found in moved)
    for found in moved:
        last = int(found.chosen[-1])
        assert found.moved == ({} if last == 9 else {last: "exploration"})
