"""Habits of one traveller, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.sequence import (
    AROUND,
    OF_TRAVELLER,
    OWN,
    Steps,
    Where,
    habits,
    sequence_pairs,
    spans,
    trail,
    weekend,
)

MONDAY = 4 * 1440  # 5 January 1970 was one; midnight there, in minutes
HOUR, DAY = 60, 1440
# places 0 and 1 are 111 m apart, 2 is 11 km away; 0 and 2 are of one kind
WHERE = Where(np.array([40.0, 40.001, 40.1, 41.0]), np.full(4, -74.0), np.array([0, 1, 0, 2]))


def steps_of(*steps: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in steps]), np.array([m for _, m in steps])


def of(name: str, now: int, *steps: tuple[int, int]) -> dict[int, float]:
    found = habits(*steps_of(*steps), float(now), WHERE)
    return dict(zip(found.places.tolist(), found.values[name].tolist(), strict=True))


def test_a_place_is_known_by_how_often_how_long_ago_and_how_regularly() -> None:
    now = MONDAY + 20 * DAY
    steps = ((0, MONDAY), (1, MONDAY + HOUR), (0, MONDAY + 4 * DAY), (0, MONDAY + 10 * DAY))
    assert of("visits", now, *steps) == {0: 3.0, 1: 1.0}
    assert of("days_since", now, *steps) == pytest.approx({0: 10.0, 1: 20.0 - 1 / 24})
    assert of("steps_since", now, *steps) == {0: 0.0, 1: 2.0}
    interval = of("interval_days", now, *steps)
    assert interval[0] == pytest.approx((4 + 6) / 2)
    assert np.isnan(interval[1]), "of one visit there is no interval"
    assert of("overdue", now, *steps)[0] == pytest.approx(10 / (5 + 0.1))
    assert of("frequency_rank", now, *steps) == {0: 0.0, 1: 1.0}
    assert of("faded_30d", now + 10 * DAY, *steps)[0] == pytest.approx(
        0.5 ** (30 / 30) + 0.5 ** (26 / 30) + 0.5 ** (20 / 30)
    )


def test_a_step_counts_a_little_less_than_the_one_after_it() -> None:
    share = of("share", MONDAY + DAY, (0, MONDAY), (1, MONDAY + HOUR), (0, MONDAY + 2 * HOUR))
    whole = 1 + 0.97 + 0.97**2
    assert share == pytest.approx({0: (1 + 0.97**2) / whole, 1: 0.97 / whole})


def test_what_followed_the_last_place_within_a_day_is_expected_again() -> None:
    """From 0 twice to 1 and once, two days later, to 2: that was no step from there."""
    steps = (
        *((0, MONDAY), (1, MONDAY + HOUR)),
        *((0, MONDAY + 5 * DAY), (2, MONDAY + 7 * DAY)),
        *((0, MONDAY + 14 * DAY), (1, MONDAY + 14 * DAY + HOUR), (0, MONDAY + 21 * DAY)),
    )
    now = MONDAY + 21 * DAY
    assert of("next", now, *steps) == {0: 0.0, 1: 2 / (2 + 2.0), 2: 0.0}
    at_hour = of("next_at_hour", now, *steps)
    assert at_hour[1] == pytest.approx(2 / (2 + 1.0)), "both were at this very hour"
    routine = of("routine", now, *steps)
    assert routine[1] > 0.9
    assert routine[2] == 0.0


def test_the_hours_to_come_count_more_than_those_that_are_over() -> None:
    """At noon: 1 is met at one o'clock, 0 at eleven. At ten it is the other way round."""
    steps = [(p, MONDAY + d * DAY + h * HOUR) for d in range(4) for p, h in ((0, 11), (1, 13))]
    noon, ten = (of("ahead", MONDAY + 4 * DAY + h * HOUR, *steps) for h in (12, 10))
    assert noon[1] > noon[0]
    assert ten[0] > ten[1]


def test_a_working_day_says_less_of_a_weekend() -> None:
    saturday = MONDAY + 5 * DAY
    assert weekend(np.array([MONDAY, saturday - 1, saturday, saturday + 2 * DAY])).tolist() == [
        *(False, False, True, False)
    ]
    steps = ((0, MONDAY + 12 * HOUR), (1, saturday + 12 * HOUR))
    week = of("ahead_of_week", MONDAY + 12 * DAY + 12 * HOUR, *steps)  # a Saturday
    assert week == pytest.approx({0: 0.4 / 1.4, 1: 1 / 1.4})


def test_the_trail_begins_after_a_pause_of_a_day() -> None:
    steps = steps_of((3, 0), (2, DAY + 1), (0, DAY + HOUR), (1, DAY + 2 * HOUR), (0, 2 * DAY))
    assert trail(*steps).tolist() == [0, 1, 2]


def test_pairs_of_a_place_never_chosen_know_their_surroundings_only() -> None:
    place, minute = steps_of((0, MONDAY), (0, MONDAY + HOUR))
    steps = Steps(np.array([0, 2, 2]), place, minute)
    request, pair = np.array([0, 0, 1]), np.array([0, 1, 0])
    now = np.array([MONDAY + 2.0 * HOUR] * 2)
    made = sequence_pairs(steps, now, request, pair, WHERE)
    assert set(made) == {f"own_{n}" for n in (*OWN, *AROUND, *OF_TRAVELLER)}
    assert made["own_visits"].tolist()[0] == 2.0
    assert np.isnan(made["own_visits"][1])
    assert made["own_trail_km"][:2] == pytest.approx([0.0, 0.1112])
    assert made["own_near_own"][:2] == pytest.approx([1.0, np.exp(-0.1112 / 0.5)])
    assert made["own_repeat_share"][:2].tolist() == [0.5, 0.5]
    assert all(np.isnan(column[2]) for column in made.values()), "a stranger has no habits"


some_steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 40 * DAY)), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(some_steps, st.integers(0, 5 * DAY))
def test_shares_are_shares_and_nothing_but_an_interval_is_missing(
    made: list[tuple[int, int]], later: int
) -> None:
    steps = steps_of(*sorted(made, key=lambda step: step[1]))
    found = habits(*steps, float(steps[1][-1] + later), WHERE)
    for name in ("share", "ahead", "ahead_of_week"):
        assert found.values[name].sum() == pytest.approx(1.0)
        assert (found.values[name] > 0).all()
    for name in ("next", "next_at_hour", "routine"):
        assert found.values[name].sum() <= 1.0
    for name in set(OWN) - {"interval_days", "overdue"}:
        assert np.isfinite(found.values[name]).all(), name


@settings(max_examples=40, deadline=None)
@given(st.lists(some_steps, min_size=1, max_size=4))
def test_a_request_has_the_same_bits_alone_and_among_others(
    travellers: list[list[tuple[int, int]]],
) -> None:
    made = [steps_of(*sorted(steps, key=lambda step: step[1])) for steps in travellers]
    start = np.cumsum([0, *[len(p) for p, _ in made]])
    whole = Steps(start, np.concatenate([p for p, _ in made]), np.concatenate([m for _, m in made]))
    n = len(made)
    now = np.full(n, 41.0 * DAY)
    pairs = np.repeat(np.arange(n), 4), np.tile(np.arange(4), n)
    together = sequence_pairs(whole, now, *pairs, WHERE)
    for r in range(n):
        alone = sequence_pairs(whole.rows(r, r + 1), now[:1], np.zeros(4, int), np.arange(4), WHERE)
        for name, column in alone.items():
            assert column.tobytes() == together[name][4 * r : 4 * r + 4].tobytes(), name


def test_spans_are_where_the_entries_of_each_request_stand() -> None:
    asked = np.array([2, 2, 5, 7, 7, 7])
    assert spans(asked) == [(2, slice(0, 2)), (5, slice(2, 3)), (7, slice(3, 6))]
    assert spans(asked[:2]) == [(2, slice(0, 2))]
    assert spans(asked[:0]) == []
