"""Ranking metrics, with the arithmetic in the expected value."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluate import Metrics, evaluate, hit, ndcg, reciprocal_rank

RELEVANT = {3: 3, 5: 1, 8: 2}  # place -> grade; gains 7, 1, 3


def test_ndcg_is_the_discounted_gain_over_the_best_possible() -> None:
    best = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert ndcg([3, 8, 5], RELEVANT) == pytest.approx(1.0)
    assert ndcg([1, 5, 3], RELEVANT) == pytest.approx((1 / log2(3) + 7 / log2(4)) / best)
    assert ndcg([8], RELEVANT) == pytest.approx(3 / log2(2) / best)
    assert ndcg([1, 2], RELEVANT) == 0.0
    assert ndcg([1, 2], {}) == 0.0


def test_ndcg_looks_at_the_first_k_only() -> None:
    ranked = [*range(100, 110), 3]
    assert ndcg(ranked, RELEVANT) == 0.0
    best_of_one = 7 / log2(2)
    assert ndcg([8, 3], RELEVANT, k=1) == pytest.approx((3 / log2(2)) / best_of_one)


def test_a_hit_is_any_relevant_place_among_the_first_ten() -> None:
    assert hit([1, 2, 5], RELEVANT) == 1.0
    assert hit([1, 2], RELEVANT) == 0.0
    assert hit([*range(100, 110), 3], RELEVANT) == 0.0


def test_the_reciprocal_rank_is_of_the_first_relevant_place() -> None:
    assert reciprocal_rank([3, 8], RELEVANT) == 1.0
    assert reciprocal_rank([1, 2, 5, 3], RELEVANT) == 1 / 3
    assert reciprocal_rank([1, 2], RELEVANT) == 0.0


def test_metrics_are_means_over_requests() -> None:
    """Two requests over five places of kinds a, a, b, b, c."""
    found = evaluate([[0, 1, 2], [3, 0]], [{1: 3}, {4: 3}], ["a", "a", "b", "b", "c"], 5)
    assert found.ndcg_at_10 == pytest.approx((7 / log2(3) / 7 + 0.0) / 2)
    assert found.hit_rate_at_10 == (1 + 0) / 2
    assert found.mrr == (1 / 2 + 0) / 2
    assert found.coverage == 4 / 5  # 0, 1, 2, 3 are shown
    assert found.diversity == pytest.approx((2 / 3 + 2 / 2) / 2)
    assert set(found.as_dict()) == {"ndcg_at_10", "hit_rate_at_10", "mrr", "coverage", "diversity"}


def test_no_requests_have_no_metrics_but_zeros() -> None:
    assert evaluate([], [], [], 0) == Metrics(0.0, 0.0, 0.0, 0.0, 0.0)


@given(st.permutations(range(12)), st.dictionaries(st.integers(0, 11), st.integers(1, 3)))
def test_a_better_place_for_a_relevant_one_never_lowers_a_metric(
    ranked: list[int], relevant: dict[int, int]
) -> None:
    """Every metric is between 0 and 1, and best when the best come first."""
    best = sorted(range(12), key=lambda p: -relevant.get(p, 0))
    for metric in (ndcg, hit, reciprocal_rank):
        assert 0 <= metric(ranked, relevant) <= metric(best, relevant) <= 1  # type: ignore[operator]
    assert ndcg(best, relevant) == pytest.approx(1.0 if relevant else 0.0)
