"""Off-policy estimators agree where they must, and their intervals hold the truth as often as said."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.off_policy import NAMES, SETTINGS, asked, coverage, open_bandit
from butler.world.truth import Truth
from models import off_policy as op
from models.counterfactual import (
    RewardModel,
    Slate,
    drawn_factors,
    fitted_examination,
    slate_log,
)
from tests.conftest import shared

FEW = st.integers(2, 60)
LOOKED = np.arange(1.0, 4) ** -0.7


def random_log(seed: int, count: int, same: bool = False) -> op.Log:
    """Clicks of random actions under random propensities, with a model of no use."""
    chance = np.random.default_rng(seed)
    logged = chance.uniform(0.05, 1.0, count)
    target = logged if same else chance.uniform(0.0, 1.0, count)
    reward = (chance.random(count) < 0.3).astype(float)
    predicted, expected = chance.random((2, count))
    return op.actions(reward, logged, target, predicted, expected)


# --- what holds for any log


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW)
def test_the_logging_policy_itself_is_worth_its_mean_reward(seed: int, count: int) -> None:
    log = random_log(seed, count, same=True)
    assert op.ips(log).value == pytest.approx(log.reward.mean())
    assert op.snips(log).value == pytest.approx(log.reward.mean())
    assert op.overlap(log) == 1.0
    assert op.effective_size(log.weight) == pytest.approx(count)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW, st.floats(-5, 5))
def test_a_shift_of_all_rewards_shifts_the_self_normalised_value_as_much(
    seed: int, count: int, shift: float
) -> None:
    log = random_log(seed, count)
    moved = op.Log(**{**log.__dict__, "reward": log.reward + shift})
    assert op.snips(moved).value == pytest.approx(op.snips(log).value + shift)
    assert op.ips(moved).value == pytest.approx(op.ips(log).value + shift * log.weight.mean())


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW)
def test_a_perfect_reward_model_leaves_the_weights_no_say(seed: int, count: int) -> None:
    log = random_log(seed, count)
    perfect = op.Log(**{**log.__dict__, "predicted": log.reward})
    for terms in (op.doubly_robust(perfect), op.switch(perfect, 1.0)):
        assert terms.above == pytest.approx(log.expected)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW)
def test_without_a_model_doubly_robust_is_inverse_propensity(seed: int, count: int) -> None:
    log = random_log(seed, count)
    nothing = np.zeros(count)
    blind = op.Log(**{**log.__dict__, "predicted": nothing, "expected": nothing})
    assert op.doubly_robust(blind).above == pytest.approx(op.ips(log).above)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW)
def test_switch_goes_from_the_model_alone_to_doubly_robust(seed: int, count: int) -> None:
    log = random_log(seed, count)
    assert op.switch(log, -1.0).value == pytest.approx(op.direct(log).value)
    assert op.switch(log, log.weight.max()).value == pytest.approx(op.doubly_robust(log).value)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 60))
def test_bounds_are_in_order_and_the_linear_terms_have_the_value_as_mean(
    seed: int, count: int
) -> None:
    log = random_log(seed, count)
    for name in NAMES:
        terms = op.ESTIMATORS[name](log)
        assert terms.linear().mean() == pytest.approx(terms.value)
        for low, high in (
            op.studentised(terms, resamples=50),
            op.interval(log, terms, 0.95, 7, 50),
        ):
            assert low <= high
        sure = op.bernstein(terms, width=float(np.ptp(terms.linear())))
        normal = op.normal(terms)
        assert sure[0] <= normal[0] <= terms.value <= normal[1] <= sure[1]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), FEW, st.integers(0, 1_000))
def test_the_swing_of_a_reward_is_what_the_value_moves_by(seed: int, count: int, nth: int) -> None:
    log = random_log(seed, count)
    reward = log.reward.copy()
    reward[nth % count] += 1.0
    moved = op.Log(**{**log.__dict__, "reward": reward})
    for name in ("ips", "snips", "dr"):
        terms = op.ESTIMATORS[name](log)
        assert terms.swing is not None
        share = terms.swing[nth % count] * terms.scale.mean() / terms.below.mean() / count
        assert op.ESTIMATORS[name](moved).value - terms.value == pytest.approx(share)


def test_heavy_places_that_by_chance_got_no_click_leave_the_upper_bound_where_it_may_be() -> None:
    """Twenty of 400 requests weigh 100 times as much; a tenth of all is clicked on, but of these
    none. The value is a tenth all the same: a bound below would be sure of what was luck."""
    chance = np.random.default_rng(5)
    weight = np.where(np.arange(400) < 20, 50.0, 0.5)
    reward = ((chance.random(400) < 0.1) & (weight < 1)).astype(float)
    tenth, one = np.full(400, 0.1), np.ones(400)
    log = op.Log(np.arange(400), weight, reward, tenth, one, one, tenth)
    terms = op.doubly_robust(log)
    low, high = op.interval(log, terms)
    assert low < 0.1 < high
    assert op.studentised(terms)[1] < 0.0


def test_a_propensity_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="not above 0"):
        op.actions(np.ones(2), np.array([0.5, 0.0]), np.ones(2))


def test_heavy_weights_are_few_effective_requests() -> None:
    assert op.effective_size(np.array([1.0, 1.0, 1.0, 1.0])) == pytest.approx(4)
    assert op.effective_size(np.array([100.0, 1.0, 1.0, 1.0])) < 1.1


# --- slates


def test_certain_places_count_once_and_one_drawn_place_by_its_probability() -> None:
    assert drawn_factors(np.ones(3)).tolist() == [1.0, 1.0, 1.0]
    assert drawn_factors(np.array([1.0, 1.0, 0.25])).tolist() == [1.0, 1.0, 4.0]
    # two draws: the mean of y1 / p1 and y1 + y2 / p2
    both = drawn_factors(np.array([1.0, 0.5, 0.25]))
    assert both.tolist() == [1.0, (1 / 0.5 + 1) / 2, (1 / 0.25) / 2]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 6), st.integers(1, 3))
def test_draws_without_replacement_are_unbiased_for_their_pool(
    seed: int, pool: int, draws: int
) -> None:
    """Every order of draws, weighted by its probability, adds up to the pool's sum."""
    chance = np.random.default_rng(seed)
    rate, worth = chance.uniform(0.1, 1.0, pool), chance.normal(size=pool)

    def expectation(taken: list[int], propensity: list[float], probability: float) -> float:
        if len(taken) == draws:
            factors = drawn_factors(np.array(propensity))
            return probability * float(factors @ worth[taken])
        left = [n for n in range(pool) if n not in taken]
        p = rate[left] / rate[left].sum()
        return sum(
            expectation([*taken, n], [*propensity, float(q)], probability * float(q))
            for n, q in zip(left, p, strict=True)
        )

    assert expectation([], [], 1.0) == pytest.approx(worth.sum())


def a_slate(chance: np.random.Generator, target: list[int], power: float = 0.7) -> Slate:
    """Two places shown for certain and one of three drawn evenly; attraction 0.5 of even places."""
    chosen = np.array([0, 1, chance.integers(2, 5)])
    attraction = np.where(np.arange(5) % 2 == 0, 0.5, 0.1)
    looked = np.arange(1.0, 4) ** -power
    exposure = np.zeros((5, 3))
    exposure[target, np.arange(3)] = 1.0
    reward = (chance.random(3) < looked * attraction[chosen]).astype(float)
    facts = (np.arange(5.0) % 2 == 0)[:, None].astype(float)
    return Slate(chosen, np.array([1.0, 1.0, 1 / 3]), reward, exposure, facts)


def test_a_place_moved_up_is_judged_by_its_clicks_lower_down() -> None:
    chance = np.random.default_rng(5)
    log = slate_log([a_slate(chance, [4, 2, 0]) for _ in range(1500)], LOOKED)
    truth = 0.5 * (1 + 2**-0.7 + 3**-0.7)
    for name in NAMES:
        found = op.estimate(log, name)
        assert found.low <= truth <= found.high, name
        assert found.overlap == pytest.approx(1.0, abs=0.1)


def test_what_could_not_be_shown_is_no_overlap_and_left_to_the_model() -> None:
    chance = np.random.default_rng(6)
    slates = [a_slate(chance, [0, 1, 2]) for _ in range(500)]
    alien = np.zeros((6, 3))
    alien[5, 0] = 1.0  # the target shows one place alone, which was never shown
    facts = np.array([[1.0], [0.0], [1.0], [0.0], [1.0], [1.0]])
    slates = [Slate(s.chosen, s.propensity, s.reward, alien, facts) for s in slates]
    log = slate_log(slates, LOOKED)
    assert op.overlap(log) == 0.0
    assert op.ips(log).value == 0.0
    assert op.doubly_robust(log).value == pytest.approx(0.5, abs=0.1)


def test_the_fall_of_examination_is_found_where_the_facts_explain_the_attraction() -> None:
    chance = np.random.default_rng(7)
    slates = [a_slate(chance, [0, 1, 2], power=1.2) for _ in range(3000)]
    looked = fitted_examination(slates)
    assert -np.log2(looked[1]) == pytest.approx(1.2, abs=0.35)
    model = RewardModel.fit(slates, looked)
    assert model.attraction(slates[0].facts)[:2] == pytest.approx([0.5, 0.1], abs=0.05)


# --- where the truth is known


@pytest.mark.parametrize("campaign", ["men", "women"])
def test_the_value_of_bts_from_the_random_log_covers_its_own_clicks(campaign: str) -> None:
    rows = open_bandit(shared("data/open-bandit"), campaign)
    for name in NAMES:
        assert rows[name]["low"] <= rows["on_policy"]["value"] <= rows[name]["high"], name
        assert rows[name]["overlap"] > 0.9


def test_on_the_sample_world_intervals_hold_the_truth_about_as_often_as_they_say(
    world_dataset: Path,
) -> None:
    """Forty logs of 200 slates; the benchmark does it with more, and with fewer places drawn."""
    requests = asked(Truth.load(world_dataset), 1500)
    found = coverage(requests, SETTINGS[0], size=200, replications=40)
    assert found.truth > 1.1 * found.on_policy  # the target is another, better policy
    for name in NAMES:
        assert 0.85 <= found.covered[name] <= 1.0, name
        assert abs(found.bias[name]) < 0.05 * found.truth, name
