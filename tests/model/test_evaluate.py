"""Ranking metrics, with the arithmetic in the expected value."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluate import (
    Checked,
    check_lists,
    evaluate,
    hit,
    ndcg,
    per_request,
    reciprocal_rank,
)

RELEVANT = {3: 3, 5: 1, 8: 2}  # place -> grade; gains 7, 1, 3


def test_ndcg_is_the_discounted_gain_over_the_best_possible() -> None:
    best = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert ndcg([3, 8, 5], RELEVANT) == pytest.approx(1.0)
    assert ndcg([1, 5, 3], RELEVANT) == pytest.approx((1 / log2(3) + 7 / log2(4)) / best)
    assert ndcg([8], RELEVANT) == pytest.approx(3 / log2(2) / best)
    assert ndcg([1, 2], RELEVANT) == 0.0
    assert ndcg([], RELEVANT) == 0.0


def test_ndcg_looks_at_the_first_k_only() -> None:
    ranked = [*range(100, 110), 3]
    assert ndcg(ranked, RELEVANT) == 0.0
    best_of_one = 7 / log2(2)
    assert ndcg([8, 3], RELEVANT, k=1) == pytest.approx((3 / log2(2)) / best_of_one)


def test_a_repeated_place_counts_once_and_takes_up_the_room() -> None:
    best = 7 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert ndcg([3, 3, 8], RELEVANT) == pytest.approx((7 / log2(2) + 3 / log2(4)) / best)


def test_a_hit_is_any_relevant_place_among_the_first_ten() -> None:
    assert hit([1, 2, 5], RELEVANT) == 1.0
    assert hit([1, 2], RELEVANT) == 0.0
    assert hit([*range(100, 110), 3], RELEVANT) == 0.0


def test_the_reciprocal_rank_is_of_the_first_relevant_place() -> None:
    assert reciprocal_rank([3, 8], RELEVANT) == 1.0
    assert reciprocal_rank([1, 2, 5, 3], RELEVANT) == 1 / 3
    assert reciprocal_rank([1, 2], RELEVANT) == 0.0


def test_where_nothing_is_relevant_there_is_nothing_to_measure() -> None:
    """Undefined, not zero: a zero would pass for a bad answer."""
    for metric in (ndcg, hit, reciprocal_rank):
        assert np.isnan(metric([1, 2], {}))  # type: ignore[operator]


def test_metrics_are_means_over_requests() -> None:
    """Two requests over five places of kinds a, a, b, b, c."""
    found = evaluate([[0, 1, 2], [3, 0]], [{1: 3}, {4: 3}], ["a", "a", "b", "b", "c"], 5)
    assert found.ndcg_at_10 == pytest.approx((7 / log2(3) / 7 + 0.0) / 2)
    assert found.hit_rate_at_10 == (1 + 0) / 2
    assert found.mrr == (1 / 2 + 0) / 2
    assert found.coverage == 4 / 5  # 0, 1, 2, 3 are shown
    assert found.diversity == pytest.approx((2 / 3 + 2 / 2) / 2)
    assert set(found.as_dict()) == {"ndcg_at_10", "hit_rate_at_10", "mrr", "coverage", "diversity"}


def test_metrics_of_each_request_are_arrays_in_their_order() -> None:
    found = per_request([[0, 1], [], [2]], [{1: 3}, {4: 1}, {}])
    assert len(found) == 3
    assert found.ndcg[:2].tolist() == pytest.approx([1 / log2(3), 0.0])
    assert found.hit[:2].tolist() == [1.0, 0.0]
    assert found.mrr[:2].tolist() == [0.5, 0.0]
    assert np.isnan([found.ndcg[2], found.hit[2], found.mrr[2]]).all()


def test_requests_with_nothing_relevant_are_left_out_of_the_means() -> None:
    found = evaluate([[0], [1]], [{0: 1}, {}], ["a", "b"], 2)
    assert found.ndcg_at_10 == found.hit_rate_at_10 == found.mrr == 1.0


def test_no_requests_have_no_metrics_and_say_so() -> None:
    found = evaluate([], [], [], 0)
    assert all(np.isnan(value) for value in found.as_dict().values())
    (sentence,) = check_lists([], [], 5).sentences()
    assert "no request" in sentence


def test_what_the_metrics_pass_over_is_counted_and_told() -> None:
    """Of three requests one has nothing relevant, one an empty list; place 1 stands twice."""
    lists, relevant = [[0, 1, 1], [], [2]], [{0: 1, 9: 3}, {1: 1}, {}]
    found = check_lists(lists, relevant, places=5)
    assert found == Checked(3, nothing_relevant=1, empty_lists=1, repeated=1, not_in_catalogue=1)
    assert len(found.sentences()) == 4
    assert "1 of 3 requests have nothing relevant" in found.sentences()[0]
    assert check_lists([[0]], [{0: 1}], 1).sentences() == []


@given(st.permutations(range(12)), st.dictionaries(st.integers(0, 11), st.integers(1, 3)))
def test_a_better_place_for_a_relevant_one_never_lowers_a_metric(
    ranked: list[int], relevant: dict[int, int]
) -> None:
    """Every metric is between 0 and 1, and best when the best come first."""
    best = sorted(range(12), key=lambda p: -relevant.get(p, 0))
    for metric in (ndcg, hit, reciprocal_rank):
        if relevant:
            assert 0 <= metric(ranked, relevant) <= metric(best, relevant) <= 1  # type: ignore[operator]
    assert not relevant or ndcg(best, relevant) == pytest.approx(1.0)
