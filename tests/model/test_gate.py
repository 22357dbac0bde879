"""The gate: each check passes, fails or says why it cannot judge; nothing failed is promoted."""

from collections.abc import Mapping

import numpy as np
import pytest

from butler.errors import Conflict
from features.vector import NAMES
from models import gate
from models.behaviour import Behaviour
from models.card import model_card
from models.counterfactual import Slate
from models.gate import FAILED, NOT_JUDGED, PASSED, Check, decided
from models.ranker import Matrix

FIRST = {"popularity_ndcg_at_10": 0.2, "most_frequent_ndcg_at_10": 0.3}
MEASURED = {"ndcg_at_10": 0.51, "champion_ndcg_at_10": 0.50, **FIRST}


def paired(difference: float, low: float, high: float) -> dict[str, float]:
    values = {"difference": difference, "low": low, "high": high, "p": 0.04}
    return {f"paired_ndcg_{k}": v for k, v in values.items()}


# --- NDCG


@pytest.mark.parametrize(
    ("metrics", "champion", "outcome", "said"),
    [
        ({"ndcg_at_10": 0.31, **FIRST}, None, PASSED, "above popularity 0.2000, most_frequent"),
        ({"ndcg_at_10": 0.30, **FIRST}, None, FAILED, "not above 0.3000 of most_frequent"),
        ({"ndcg_at_10": 0.10, **FIRST}, None, FAILED, "not above 0.2000 of popularity"),
        # paired with the champion: it beat the others before
        ({**MEASURED, **paired(0.01, 0.002, 0.018)}, "4", PASSED, "+0.0020 .. +0.0180, p = 0.040"),
        ({**MEASURED, **paired(0.01, -0.004, 0.024)}, "4", PASSED, "above the champion's: +0.0100"),
        (
            {**MEASURED, **paired(-0.01, -0.02, 0.0)},
            "4",
            FAILED,
            "not above the champion's: -0.0100",
        ),
        ({**MEASURED, **paired(0.0, -0.002, 0.002)}, "4", FAILED, "not above"),
        ({**MEASURED, **paired(0.01, -0.03, 0.05)}, "4", FAILED, "margin of 0.0100"),
        # the champion reads other features and could not be measured
        ({"ndcg_at_10": 0.31, **FIRST}, "4", PASSED, "popularity"),
        ({"ndcg_at_10": 0.25, **FIRST}, "4", FAILED, "most_frequent"),
    ],
)
def test_a_challenger_must_be_better_on_the_same_requests(
    metrics: Mapping[str, float], champion: str | None, outcome: str, said: str
) -> None:
    found = gate.ndcg(metrics, champion, margin=0.01)
    assert found.outcome == outcome
    assert said in found.sentence


def test_what_the_champion_chose_to_show_is_not_held_against_a_challenger() -> None:
    """Its order of the same slates is judged instead; popularity it must beat all the same."""
    worse = {**MEASURED, **paired(-0.03, -0.05, -0.01)}
    assert gate.ndcg(worse, "4", 0.01).outcome == FAILED
    assert gate.ndcg(worse, "4", 0.01, ordered=True).outcome == PASSED
    assert gate.ndcg({**worse, "ndcg_at_10": 0.2}, "4", 0.01, ordered=True).outcome == FAILED


@pytest.mark.parametrize(
    ("low", "count", "outcome"),
    [(-0.02, 300.0, PASSED), (-0.06, 300.0, FAILED), (-0.06, 199.0, NOT_JUDGED)],
)
def test_a_challenger_may_not_order_shown_slates_worse(
    low: float, count: float, outcome: str
) -> None:
    values = {"difference": 0.01, "low": low, "high": 0.04, "p": 0.3, "count": count}
    metrics = {f"reordered_{k}": v for k, v in values.items()}
    assert gate.order(metrics, margin=0.05, least=200).outcome == outcome
    assert gate.order({}, margin=0.05, least=200).outcome == NOT_JUDGED


@pytest.mark.parametrize(("compared_with", "champion"), [("3", "4"), ("", "4"), ("3", None)])
def test_a_challenger_measured_against_another_champion_is_not_judged(
    compared_with: str, champion: str | None
) -> None:
    with pytest.raises(Conflict, match="butler train"):
        gate.check_comparable(compared_with, champion, "5")


# --- the log of the champion


def slates(better: bool, count: int = 600) -> list[Slate]:
    """Three places shown, the last drawn of two; the challenger puts the liked one first or last."""
    chance = np.random.default_rng(1)
    order = [2, 1, 0] if better else [0, 1, 3]
    made = []
    for _ in range(count):
        chosen = np.array([0, 1, chance.integers(2, 4)])
        liked = np.where(chosen == 2, 0.9, 0.2)
        reward = (chance.random(3) < liked * np.arange(1.0, 4) ** -0.5).astype(float)
        exposure = np.zeros((4, 3))
        exposure[order, np.arange(3)] = 1.0
        facts = (np.arange(4.0) == 2)[:, None].astype(float)
        made.append(Slate(chosen, np.array([1.0, 1.0, 0.5]), reward, exposure, facts))
    return made


def test_a_challenger_that_the_log_finds_better_passes_and_a_worse_one_fails() -> None:
    assert gate.logged_value(slates(better=True), 500, 0.1, 0.5).outcome == PASSED
    worse = gate.logged_value(slates(better=False), 500, 0.1, 0.5)
    assert worse.outcome == FAILED
    assert worse.numbers["difference"] < 0
    assert gate.logged_value(slates(better=False), 500, 2.0, 0.5).outcome == PASSED


def test_too_few_slates_no_click_or_no_overlap_are_said_instead_of_judged() -> None:
    few = gate.logged_value(slates(better=True, count=20), 500, 0.1, 0.5)
    assert (few.outcome, few.numbers["impressions"]) == (NOT_JUDGED, 20.0)
    assert "500 are needed" in few.sentence
    quiet = [Slate(**{**s.__dict__, "reward": np.zeros(3)}) for s in slates(True, 20)]
    assert "no slate was clicked" in gate.logged_value(quiet, 10, 0.1, 0.5).sentence
    alien = [Slate(**{**s.__dict__, "exposure": s.exposure[::-1]}) for s in slates(True, 20)]
    alien = [Slate(**{**s.__dict__, "chosen": np.array([0, 1, 2])}) for s in alien]
    only_last = np.zeros((4, 3))
    only_last[3, 0] = 1.0
    alien = [Slate(**{**s.__dict__, "exposure": only_last}) for s in alien]
    found = gate.logged_value(alien, 10, 0.1, 0.5)
    assert found.outcome == NOT_JUDGED
    assert found.sentence.startswith("0% of what the challenger would show")


# --- behaviour and latency


def test_a_ranker_may_violate_a_behaviour_now_and_then_a_rule_never() -> None:
    tries = [Behaviour("rain", "s", 100, 2), Behaviour("closed", "s", 100, 1, by_rule=True)]
    by_ranker, by_rule = gate.behaviour(tries, allowed=0.02)
    assert (by_ranker.outcome, by_rule.outcome) == (PASSED, FAILED)
    assert "1 of 100 tries violate it (1.0%); 0.0% are allowed" in by_rule.sentence
    (untried,) = gate.behaviour([Behaviour("nearer", "s", 0, 0, why_not="nobody asked")], 0.02)
    assert (untried.outcome, untried.sentence) == (NOT_JUDGED, "s: nobody asked")


class Sleepy:
    """Takes 5 ms for any matrix."""

    def predict(self, matrix: Matrix) -> np.ndarray:
        import time

        time.sleep(0.005)
        return np.zeros(len(matrix))


def test_a_ranker_over_its_budget_of_time_fails_and_without_a_budget_is_not_judged() -> None:
    matrix = np.zeros((3, len(NAMES)), dtype=np.float32)
    slow = gate.latency(Sleepy(), matrix, budget_ms=1)
    assert slow.outcome == FAILED
    assert slow.numbers["median_ms"] >= 5
    assert gate.latency(Sleepy(), matrix, budget_ms=60_000).outcome == PASSED
    assert gate.latency(Sleepy(), matrix, budget_ms=0).outcome == NOT_JUDGED


# --- the decision and its card


def test_one_failed_check_is_enough_and_what_is_not_judged_is_no_hindrance() -> None:
    good, unknown = Check("ndcg", PASSED, "better"), Check("off_policy", NOT_JUDGED, "too few")
    assert decided("5", [good, unknown]).promoted
    found = decided("5", [good, unknown, Check("rain", FAILED, "rain lifts beaches")])
    assert (found.promoted, found.reason) == (False, "rain lifts beaches")


def test_the_card_says_what_it_learned_from_how_it_compares_and_what_the_gate_said() -> None:
    checks = [Check("ndcg", PASSED, "better"), Check("rain", FAILED, "a | b")]
    card = model_card(
        decided("7", checks),
        {"data_fingerprint": "abc", "split_end": "2026-07-01"},
        {
            **MEASURED,
            **paired(0.01, 0.002, 0.018),
            "requests": 16_000.0,
            "recall_at_candidates": 0.89,
        },
        {"segment": ["weather=rain"], "ndcg": [0.4]},
        {"distance_km": 3.0, "kind_share": 1.0},
    )
    assert card.startswith("# Model version 7: not promoted")
    for part in ("| data fingerprint | abc |", "| champion | 0.5 |", "p = 0.040", "weather=rain"):
        assert part in card
    assert "| rain | failed | a \\| b |" in card  # a bar does not break the table
    assert "| requests | 16,000 |" in card
    assert "| recall at candidates | 0.89 |" in card
    assert "| distance_km | 75.0% |" in card
