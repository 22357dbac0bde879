"""From scores to a slate: what each rule drops and moves, what it is called, and how the tail is drawn."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.settings import RulesSettings, ServingSettings
from features.vector import NAMES
from models.rerank import Facts, Move, Rules, Slate, chances, rerank

PLAIN = Rules(
    drop_dismissed=False,
    drop_closed=False,
    reach_km=0,
    drop_over_budget=False,
    over_budget=0,
    visited=0,
    diversity=0,
    provider_share=0,
    crowded_at=0,
    exploration=0,
)
UNKNOWN = (
    *("minutes_left", "distance_km", "over_budget", "visits"),
    *("recent_visits", "kind_share", "crowding"),
)


def facts(score: list[float], **given: Any) -> Facts:
    """Candidates of which nothing is known but the score, each of its own kind and provider."""
    n = len(score)
    own = np.arange(n)
    arrays: dict[str, Any] = {name: np.full(n, np.nan) for name in UNKNOWN}
    arrays |= {"kind": own, "provider": own, "dismissed": np.zeros(n, dtype=bool)}
    for name, values in given.items():
        kind = arrays[name].dtype if name in arrays else None
        arrays[name] = values if kind is None else np.array(values, dtype=kind)
    return Facts(score=np.array(score, dtype=np.float64), **arrays)


def slate(score: list[float], rules: Rules, limit: int = 10, seed: int = 0, **given: Any) -> Slate:
    return rerank(facts(score, **given), limit, rules, seed)


def falling(count: int) -> list[float]:
    return [float(-n) for n in range(count)]


# ------------------------------------------------------------------ what is dropped


def test_without_rules_the_order_is_that_of_the_scores() -> None:
    found = slate([1.0, 3.0, 2.0, 3.0], PLAIN)
    assert found.chosen.tolist() == [1, 3, 2, 0]
    assert found.propensity.tolist() == [1.0] * 4
    assert found.moves == found.dropped == {}


def test_what_was_dismissed_is_dropped() -> None:
    found = slate([3.0, 2.0], replace(PLAIN, drop_dismissed=True), dismissed=[True, False])
    assert found.chosen.tolist() == [1]
    assert found.dropped == {0: "dismissed"}


def test_where_somebody_went_or_booked_is_not_dismissed_nor_what_nobody_knows_of() -> None:
    """As the vector tells it of this place and this traveller; no bookings may be known at all."""
    matrix = np.full((5, len(NAMES)), np.nan, dtype=np.float32)
    told = ("met_dismisses_all", "met_visits_all", "met_bookings_all")
    columns = [NAMES.index(name) for name in told]
    matrix[:4, columns] = [[1, 0, np.nan], [2, 1, np.nan], [1, 0, 1], [0, 0, 0]]
    found = Facts.of(matrix, np.zeros(5), np.arange(5), np.arange(5))
    assert found.dismissed.tolist() == [True, False, False, False, False]


def test_a_log_from_before_a_rule_is_replayed_without_it() -> None:
    assert not Rules.logged({"drop_closed": True}).drop_dismissed
    assert Rules.logged(vars(Rules())) == Rules()


def test_what_is_closed_on_arrival_is_dropped_and_what_is_unknown_kept() -> None:
    left = [0.0, 30.0, np.nan]
    found = slate([3.0, 2.0, 1.0], replace(PLAIN, drop_closed=True), minutes_left=left)
    assert found.chosen.tolist() == [1, 2]
    assert found.dropped == {0: "closed"}
    assert found.moves == {1: (Move("closed", 2, 1),), 2: (Move("closed", 3, 2),)}
    assert slate([3.0, 2.0, 1.0], PLAIN, minutes_left=left).chosen.tolist() == [0, 1, 2]


def test_what_is_out_of_reach_is_said_to_be_that_and_not_closed_after_the_way() -> None:
    rules = replace(PLAIN, reach_km=60, drop_closed=True)
    found = slate([2.0, 1.0], rules, distance_km=[900.0, 1.0], minutes_left=[0.0, 0.0])
    assert found.dropped == {0: "out_of_reach", 1: "closed"}


def test_what_is_out_of_reach_is_dropped_and_what_is_unknown_kept() -> None:
    km = [60.1, 60.0, np.nan]
    found = slate([3.0, 2.0, 1.0], replace(PLAIN, reach_km=60), distance_km=km)
    assert found.chosen.tolist() == [1, 2]
    assert found.dropped == {0: "out_of_reach"}
    assert slate([3.0, 2.0, 1.0], PLAIN, distance_km=km).chosen.tolist() == [0, 1, 2]


def test_a_budget_that_is_asked_for_is_kept_and_an_unknown_price_stays() -> None:
    over = [1.0, 0.0, -2.0, np.nan]
    rules = replace(PLAIN, drop_over_budget=True)
    asked = slate([4.0, 3.0, 2.0, 1.0], rules, over_budget=over, budget_asked=True)
    assert asked.chosen.tolist() == [1, 2, 3]
    assert asked.dropped == {0: "budget"}
    usual = slate([4.0, 3.0, 2.0, 1.0], rules, over_budget=over)
    assert usual.chosen.tolist() == [0, 1, 2, 3]


def test_nothing_feasible_gives_an_empty_slate() -> None:
    found = slate([1.0, 2.0], Rules(), minutes_left=[0.0, 0.0])
    assert found.chosen.tolist() == []
    assert found.propensity.tolist() == []
    assert slate([], Rules()).chosen.tolist() == []


# ------------------------------------------------------------------ what is moved


def test_each_level_above_the_usual_budget_costs() -> None:
    """Scores 3, 2, 1 have a deviation of sqrt(2/3) = 0.816: a step of 1 is 1.22 deviations.

    Two levels at 0.7 cost 1.4: more than one step, less than two.
    """
    found = slate([3.0, 2.0, 1.0], replace(PLAIN, over_budget=0.7), over_budget=[2, -1, np.nan])
    assert found.chosen.tolist() == [1, 0, 2]
    assert found.moves == {0: (Move("budget", 1, 2),), 1: (Move("budget", 2, 1),)}
    assert slate([3.0, 2.0, 1.0], PLAIN, over_budget=[2, -1, np.nan]).moves == {}


def test_a_place_visited_lately_costs_unless_it_is_a_habit() -> None:
    """The first was visited once, the second thrice (a habit), the third long ago.

    Scores 4, 3, 2, 1 lie 1 / 1.118 = 0.89 deviations apart: a cost of 2 is more than two steps.
    """
    rules = replace(PLAIN, visited=2.0, habit=3)
    met: dict[str, Any] = {"visits": [1, 3, 1, np.nan], "recent_visits": [1, 2, 0, np.nan]}
    found = slate([4.0, 3.0, 2.0, 1.0], rules, **met)
    assert found.chosen.tolist() == [1, 2, 0, 3]
    assert found.moves[0] == (Move("visited", 1, 3),)
    assert slate([4.0, 3.0, 2.0, 1.0], PLAIN, **met).moves == {}


def test_the_mix_of_the_slate_nears_the_travellers_own() -> None:
    """Of a traveller of beaches and museums by halves the slate of equal scores is so by halves.

    The candidates are eight beaches, then eight museums: by number it would be beaches alone.
    """
    kind = [0] * 8 + [1] * 8
    half = slate(
        [0.0] * 16, replace(PLAIN, diversity=0.1), limit=8, kind=kind, kind_share=[0.5] * 16
    )
    assert np.bincount(half.chosen // 8).tolist() == [4, 4]
    share = [0.75] * 8 + [0.25] * 8
    most = slate([0.0] * 16, replace(PLAIN, diversity=0.1), limit=8, kind=kind, kind_share=share)
    assert np.bincount(most.chosen // 8).tolist() == [6, 2]
    assert {m.rule for moves in most.moves.values() for m in moves} == {"diversity"}
    off = slate([0.0] * 16, PLAIN, limit=8, kind=kind, kind_share=share)
    assert off.chosen.tolist() == list(range(8))


def test_a_stranger_gets_the_mix_of_the_candidates() -> None:
    """Twelve beaches and four museums, of equal score: three to one in the slate of eight."""
    kind = [0] * 12 + [1] * 4
    found = slate([0.0] * 16, replace(PLAIN, diversity=0.1), limit=8, kind=kind)
    assert np.bincount(np.array(kind)[found.chosen]).tolist() == [6, 2]


def test_a_kind_the_traveller_never_chose_is_not_put_first() -> None:
    """All of a traveller's history are beaches, the best of equal kinds: a museum gains nothing."""
    found = slate(
        [2.0, 1.0, 0.0],
        replace(PLAIN, diversity=0.1),
        kind=[0, 0, 1],
        kind_share=[1.0, 1.0, np.nan],
    )
    assert found.chosen.tolist() == [0, 1, 2]


def test_diversity_is_bought_with_little_score_first() -> None:
    """The greedy choice weighs mean score against divergence, by its definition.

    Scores 4, 3, 2, 1 of kinds a, a, b, b, the traveller's mix half and half. After the first a:
    another a has (3 - 2.5) / 1.118 = 0.447, a b -0.447. At m = 2 with weight w the bonus of a kind
    shown n times is 2 w 0.5 log1p(0.495 / (0.99 n / 2 + 0.005)): 0.685 w for a, 4.605 w for b.
    They are equal at w = 0.894 / 3.92 = 0.228.
    """
    mix: dict[str, Any] = {"kind": [0, 0, 1, 1], "kind_share": [0.5] * 4}
    less = slate([4.0, 3.0, 2.0, 1.0], replace(PLAIN, diversity=0.22), limit=2, **mix)
    more = slate([4.0, 3.0, 2.0, 1.0], replace(PLAIN, diversity=0.24), limit=2, **mix)
    assert less.chosen.tolist() == [0, 1]
    assert more.chosen.tolist() == [0, 2]
    assert more.moves == {2: (Move("diversity", 3, 2),), 1: (Move("diversity", 2, 3),)}


def test_one_provider_takes_no_more_than_its_share_of_the_first_ten() -> None:
    """Five of provider 0 lead; three may stay, the fourth and fifth wait until the ten are full."""
    provider = [0] * 5 + list(range(1, 11))
    found = slate(falling(15), replace(PLAIN, provider_share=0.3), limit=12, provider=provider)
    assert found.chosen.tolist() == [0, 1, 2, *range(5, 12), 3, 4]
    assert found.moves[3] == (Move("provider", 4, 11),)
    assert found.moves[5] == (Move("provider", 6, 4),)
    assert slate(falling(15), PLAIN, limit=12, provider=provider).moves == {}


def test_a_provider_fills_the_slate_where_there_is_nobody_else() -> None:
    found = slate(falling(9), replace(PLAIN, provider_share=0.3), provider=[0] * 8 + [1])
    assert found.chosen.tolist() == [0, 1, 2, 8, 3, 4, 5, 6, 7]


def test_a_short_slate_gives_every_provider_at_least_one_place() -> None:
    found = slate(falling(4), replace(PLAIN, provider_share=0.3), 2, provider=[0, 0, 1, 2])
    assert found.chosen.tolist() == [0, 2]


def test_crowded_places_are_capped_and_what_is_unknown_is_not_crowded() -> None:
    crowding = [80, 50, 49, 90, np.nan, *[0] * 10]
    rules = replace(PLAIN, crowded_at=50, crowded_most=2)
    found = slate(falling(15), rules, limit=12, crowding=crowding)
    assert found.chosen.tolist() == [0, 1, 2, *range(4, 11), 3, 11]
    assert found.moves[3] == (Move("crowding", 4, 11),)
    none = slate(falling(15), replace(rules, crowded_most=0), limit=10, crowding=crowding)
    assert not {0, 1, 3} & set(none.chosen.tolist())
    assert slate(falling(15), PLAIN, crowding=crowding).moves == {}


def test_both_caps_hold_together() -> None:
    """What moves up for a crowded place is not over the other cap itself."""
    provider = [0, 0, 0, 1, 0, *range(2, 12)]
    crowding = [0, 0, 0, 99, 0, *[0] * 10]
    rules = replace(PLAIN, provider_share=0.3, crowded_at=50, crowded_most=0)
    found = slate(falling(15), rules, provider=provider, crowding=crowding)
    assert found.chosen.tolist() == [0, 1, 2, *range(5, 12)]
    assert found.moves[4] == (Move("provider", 5, 11), Move("crowding", 11, 12))


def test_crowding_now_says_nothing_of_a_visit_tomorrow() -> None:
    matrix = np.full((2, len(NAMES)), np.nan, dtype=np.float32)
    matrix[:, NAMES.index("poi_crowding")] = 80
    matrix[:, NAMES.index("lead_hours")] = [0, 24]
    one = np.zeros(2, dtype=np.int64)
    found = Facts.of(matrix, np.zeros(2), one, one)
    assert found.crowding[0] == 80
    assert np.isnan(found.crowding[1])


def test_the_facts_of_the_rules_are_read_from_the_vectors_by_name() -> None:
    matrix = np.arange(len(NAMES), dtype=np.float32)[None, :]
    one = np.zeros(1, dtype=np.int64)
    found = Facts.of(matrix, np.zeros(1), one, one, budget_asked=True)
    expected = {
        "minutes_left": "minutes_left",
        "distance_km": "distance_km",
        "over_budget": "price_over_budget",
        "visits": "met_visits_all",
        "recent_visits": "met_visits_30d",
        "kind_share": "kind_share",
    }
    for name, feature in expected.items():
        assert getattr(found, name).tolist() == [NAMES.index(feature)]
    assert found.budget_asked


def test_the_settings_are_the_rules_with_the_same_defaults() -> None:
    rules = {f.name: f.default for f in fields(Rules)}
    said = RulesSettings().model_dump()
    serving = ServingSettings()
    said |= {"exploration": serving.exploration, "reach_km": serving.reach_km}
    assert said == rules


# ------------------------------------------------------------------ exploration


def test_a_limit_above_the_candidates_gives_all_of_them_for_certain() -> None:
    found = slate([1.0, 2.0], replace(PLAIN, exploration=0.5), limit=10)
    assert found.chosen.tolist() == [1, 0]
    assert found.propensity.tolist() == [1.0, 1.0]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.floats(-8, 8), min_size=1, max_size=150),
    st.floats(0.05, 5),
    st.floats(0, 0.2),
)
def test_the_chances_of_a_draw_add_up_and_none_is_below_the_floor(
    worth: list[float], temperature: float, floor: float
) -> None:
    """With more places than 1 / floor the draw is even: no more can be promised."""
    p = chances(np.array(worth), temperature, floor)
    assert p.sum() == pytest.approx(1.0)
    assert (p >= min(floor, 1 / len(worth)) - 1e-12).all()
    order = np.argsort(worth, kind="stable")
    assert (np.diff(p[order]) >= -1e-12).all()  # the better is never less likely


def test_the_floor_is_mixed_in_evenly() -> None:
    """Worth 0 and log 3 at temperature 1: softmax 1/4, 3/4; a floor of 0.1 keeps 0.8 of that."""
    p = chances(np.array([0.0, np.log(3)]), 1.0, 0.1)
    assert p == pytest.approx([0.8 * 0.25 + 0.1, 0.8 * 0.75 + 0.1])


def test_a_long_tail_is_drawn_from_a_pool_that_is_long_enough() -> None:
    """Fifty of a hundred are drawn, though the pool is said to be twenty."""
    found = slate(falling(150), Rules(exploration=0.5), limit=100)
    assert len(found.chosen) == 100
    assert (found.propensity < 1.0).sum() >= 49


def test_no_more_than_the_bounded_share_is_drawn() -> None:
    for limit, drawn in ((9, 0), (10, 1), (19, 1), (20, 2), (100, 10)):
        found = slate(falling(150), replace(PLAIN, exploration=0.1), limit)
        assert (found.propensity < 1).sum() == drawn
        assert (found.propensity[: limit - drawn] == 1).all()


def test_the_tail_is_drawn_as_often_as_it_says() -> None:
    """Over 2,000 seeds the last place of ten shows each of the twenty as often as it says: the
    statistic of Pearson's chi-square has 19 degrees of freedom, and its 99.99 % point is 50.8.
    """
    rng = np.random.default_rng(5)
    score, rules = rng.normal(size=30).tolist(), replace(PLAIN, exploration=0.1)
    said: dict[int, float] = {}
    times: dict[int, int] = {}
    for seed in range(2000):
        found = slate(score, rules, seed=seed)
        last = int(found.chosen[-1])
        said[last] = float(found.propensity[-1])
        times[last] = times.get(last, 0) + 1
    assert len(said) == rules.pool  # none is out of the question
    assert sum(said.values()) == pytest.approx(1.0)
    assert min(said.values()) >= rules.floor
    statistic = sum((times[r] - 2000 * p) ** 2 / (2000 * p) for r, p in said.items())
    assert statistic < 50.8


def test_two_draws_are_as_likely_as_the_product_of_what_they_say() -> None:
    """The second propensity is that given the first: pairs come as often as their product."""
    rules = replace(PLAIN, exploration=0.5, temperature=1.0, pool=3)
    score = [9.0, 8.0, 2.0, 1.5, 1.0]
    said: dict[tuple[int, int], float] = {}
    times: dict[tuple[int, int], int] = {}
    for seed in range(1500):
        found = slate(score, rules, limit=4, seed=seed)
        assert found.chosen[:2].tolist() == [0, 1]
        pair = (int(found.chosen[2]), int(found.chosen[3]))
        said[pair] = float(found.propensity[2] * found.propensity[3])
        times[pair] = times.get(pair, 0) + 1
    assert len(said) == 6
    assert sum(said.values()) == pytest.approx(1.0)
    for pair, p in said.items():
        assert times[pair] / 1500 == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / 1500))


def test_what_exploration_moved_is_named() -> None:
    rules = replace(PLAIN, exploration=0.1)
    drawn = [slate(falling(30), rules, seed=seed) for seed in range(40)]
    assert any(found.chosen[-1] != 9 for found in drawn)
    for found in drawn:
        last = int(found.chosen[-1])
        if last == 9:
            assert found.moves == {}
        else:
            assert found.moves[last] == (Move("exploration", last + 1, 10),)
            assert found.moves[9] == (Move("exploration", 10, 11),)


def test_a_place_over_a_cap_is_not_drawn_into_the_first_ten() -> None:
    """Three of provider 0 stand above the last place; its others have no part in the draw."""
    provider = [0, 0, 0, *range(1, 7), *[0] * 10, *range(7, 17)]
    rules = replace(PLAIN, provider_share=0.3, exploration=0.1, temperature=5.0)
    drawn = {
        int(slate(falling(29), rules, seed=s, provider=provider).chosen[-1]) for s in range(300)
    }
    assert not drawn & set(range(9, 19))
    assert len(drawn) > 5


# ------------------------------------------------------------------ what always holds

CANDIDATE = st.tuples(
    st.integers(0, 4),  # kind
    st.integers(0, 3),  # provider
    st.sampled_from([0.0, 10.0, np.nan]),  # minutes left
    st.sampled_from([1.0, 61.0, np.nan]),  # km
    st.sampled_from([-1.0, 0.0, 2.0, np.nan]),  # over budget
    st.sampled_from([np.nan, 0.0, 1.0, 5.0]),  # visits
    st.sampled_from([np.nan, 10.0, 90.0]),  # crowding
)
Candidate = tuple[int, int, float, float, float, float, float]


def world(score: list[int], candidates: list[Candidate], asked: bool) -> Facts:
    kind, provider, left, km, over, visits, crowding = map(list, zip(*candidates, strict=True))
    return facts(
        [float(s) for s in score],
        kind=kind,
        provider=provider,
        minutes_left=left,
        distance_km=km,
        over_budget=over,
        visits=visits,
        recent_visits=visits,
        kind_share=[0.15] * len(score),
        crowding=crowding,
        budget_asked=asked,
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(CANDIDATE, min_size=1, max_size=60),
    st.integers(1, 40),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.booleans(),
    st.integers(0, 99),
    st.randoms(use_true_random=False),
)
def test_a_slate_holds_what_is_feasible_each_once_and_tells_how_it_came_to_be(
    candidates: list[Candidate],
    limit: int,
    exploration: float,
    asked: bool,
    seed: int,
    chance: Any,
) -> None:
    n = len(candidates)
    score = list(range(n))
    chance.shuffle(score)
    rules = Rules(exploration=exploration, diversity=0.0731)
    given = world(score, candidates, asked)
    found = rerank(given, limit, rules, seed)
    chosen = found.chosen.tolist()
    # as many as there are feasible, each once, none that is closed, out of reach or over the budget
    feasible = ~(given.minutes_left <= 0) & ~(given.distance_km > 60)
    feasible &= ~((given.over_budget > 0) & asked)
    assert set(chosen) <= set(np.flatnonzero(feasible).tolist())
    assert len(chosen) == len(set(chosen)) == min(limit, int(feasible.sum()))
    assert set(found.dropped) == set(np.flatnonzero(~feasible).tolist())
    # probabilities: certain above the tail, at least the floor in it
    assert len(found.propensity) == len(chosen)
    assert ((found.propensity >= rules.floor) & (found.propensity <= 1)).all()
    assert (found.propensity[: limit - int(limit * exploration)] == 1.0).all()
    # the moves lead from the rank by score to the rank in the slate
    by_score = {row: r for r, row in enumerate(np.argsort(-given.score).tolist(), start=1)}
    for rank, row in enumerate(chosen, start=1):
        path = [by_score[row], *(m.to_rank for m in found.moves.get(row, ()))]
        assert path[-1] == rank
        assert [m.from_rank for m in found.moves.get(row, ())] == path[:-1]
    # the same again, to the bit
    again = rerank(given, limit, rules, seed)
    assert again.chosen.tolist() == chosen
    assert again.propensity.tobytes() == found.propensity.tobytes()
    # whatever the order the candidates come in
    shuffled = list(range(n))
    chance.shuffle(shuffled)
    other = world([score[i] for i in shuffled], [candidates[i] for i in shuffled], asked)
    assert [shuffled[i] for i in rerank(other, limit, rules, seed).chosen.tolist()] == chosen


@settings(max_examples=40, deadline=None)
@given(st.lists(CANDIDATE, min_size=10, max_size=30), st.integers(0, 99))
def test_caps_hold_in_the_first_ten_as_long_as_there_are_others(
    candidates: list[Candidate], seed: int
) -> None:
    """Ten more places of providers of their own are always there to fill the slate."""
    others: list[Candidate] = [
        (0, 10 + n, np.nan, np.nan, np.nan, np.nan, np.nan) for n in range(10)
    ]
    everyone = [*candidates, *others]
    given = world(list(range(len(everyone)))[::-1], everyone, False)
    found = rerank(given, 10, Rules(), seed)
    assert max(np.bincount(given.provider[found.chosen])) <= 3
    assert (given.crowding[found.chosen] >= 50).sum() <= 2
