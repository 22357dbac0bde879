"""Within reach: what is near enough, and scored as if everything had been scored."""

import numpy as np
import pytest
from histories import History, table
from hypothesis import given, settings
from hypothesis import strategies as st
from test_candidates import (
    ALGIERS,
    ALICANTE,
    EVERYTHING,
    NAMES,
    PLACES,
    fitted,
    place,
    query,
    together,
)

from butler.columns import C
from features.frame import Catalogue
from features.places import distance_km
from models.candidates import propose
from models.met import EVERYWHERE
from models.queries import Queries
from models.reach import FAR_KM, SLACK_KM, Reach

COAST = 300


def coast(seed: int = 3) -> Catalogue:
    """Places along 300 km, most of them in two towns."""
    chance = np.random.default_rng(seed)
    rows = []
    for n in range(COAST):
        town = (38.3, -0.5) if n % 3 else (39.5, -0.4)
        spread = 0.05 if n % 5 else 1.5
        north, east = chance.normal(scale=spread, size=2)
        at = {C.LATITUDE: town[0] + north, C.LONGITUDE: town[1] + east}
        rows.append({**place(n % 12), C.POI: f"p{n:03}", **at})
    return History(table("pois", rows), table("events", [])).catalogue


CATALOGUE = coast()
WORTH = np.random.default_rng(5).permutation(COAST).astype(np.float64)


def away(latitude: float, longitude: float) -> np.ndarray:
    return np.asarray(
        distance_km(latitude, longitude, CATALOGUE.latitude, CATALOGUE.longitude)  # type: ignore[arg-type]
    )


def test_in_a_small_catalogue_everything_is_within_reach() -> None:
    assert Reach(CATALOGUE, WORTH, COAST - 10, 10).of(38.3, -0.5) is EVERYWHERE


@settings(max_examples=60, deadline=None)
@given(st.floats(37.5, 40.5), st.floats(-2, 1), st.integers(1, 60), st.integers(0, 40))
def test_the_nearest_and_the_best_are_within_reach_and_nothing_far(
    latitude: float, longitude: float, nearest: int, best: int
) -> None:
    found = Reach(CATALOGUE, WORTH, nearest, best).of(latitude, longitude)
    assert isinstance(found, np.ndarray)
    assert (np.diff(found) > 0).all()
    km = away(latitude, longitude)
    assert len(found) <= nearest + best
    assert (km[found] <= FAR_KM + 2 * SLACK_KM).all()
    surely = km < FAR_KM - SLACK_KM
    # near is what is near the middle of the cell: a place may be a cell's width farther from here
    last = np.sort(km[surely])[: nearest + 1].max(initial=0.0)
    if surely.sum() > nearest:
        assert np.isin(np.flatnonzero(km < last - 2 * SLACK_KM), found).all()
    if len(found) == nearest + best:
        left = np.setdiff1d(np.flatnonzero(surely), found)
        assert not best or WORTH[left].max(initial=-1) < WORTH[found].max()
    else:
        assert np.isin(np.flatnonzero(surely), found).all()


def test_of_a_category_the_nearest_are_of_it_however_many_others_are_nearer() -> None:
    reach = Reach(CATALOGUE, WORTH, 5, 0)
    kinds = sorted(set(CATALOGUE.groups))
    assert len(kinds) > 1
    for kind in kinds:
        found = reach.of(38.3, -0.5, kind)
        assert len(CATALOGUE.latitude[found]) == 5
        assert {CATALOGUE.groups[p] for p in np.arange(COAST)[found]} == {kind}


def test_who_may_be_anywhere_reaches_the_best_of_all() -> None:
    found = Reach(CATALOGUE, WORTH, 10, 5).of(np.nan, np.nan)
    assert sorted(WORTH[found]) == list(range(COAST - 15, COAST))


@pytest.mark.parametrize("name", NAMES)
def test_a_place_is_scored_among_some_as_among_all(name: str) -> None:
    """Up to one factor a query where scores are of unit length."""
    generator, asked = fitted(name), together(EVERYTHING)
    among = np.array([0, 3, 4, 7, 11])
    whole, part = generator.score(asked, PLACES)[:, among], generator.score(asked, PLACES, among)
    assert part.dtype == np.float32
    if name == "graph":
        known = (whole > 0).any(axis=1)
        assert known.any()
        # two parts, each of its own length: the order within each is kept, the sum's nearly
        assert (part[~known] == 0).all()
        assert np.corrcoef(whole[known].ravel(), part[known].ravel())[0, 1] > 0.9
    else:
        assert np.allclose(whole, part, rtol=1e-6, atol=1e-7)


def within(asked: Queries, reach: Reach, category: str | None = None) -> list[list[int]]:
    """What each query may choose from: rows of PLACES."""
    found: dict[int, list[int]] = {}
    for queries, among in reach.neighbourhoods(asked, category):
        found |= dict.fromkeys(queries.tolist(), np.arange(len(PLACES))[among].tolist())
    return [found[q] for q in range(len(asked))]


def test_what_a_traveller_chose_is_within_reach_unless_it_is_too_far() -> None:
    """In Alicante, by somebody who chose all of its places, and some of Algiers."""
    reach = Reach(PLACES, np.arange(12.0), 1, 1)
    chosen = dict.fromkeys(range(8), 1.0)
    stranger, knows = within(together([query({}, ALICANTE), query(chosen, ALICANTE)]), reach)
    assert len(stranger) == 2
    assert knows == [0, 1, 2, 3, 4, 5]
    (anywhere,) = within(query(chosen), reach)
    assert anywhere == [0, 1, 2, 3, 4, 5, 6, 7, 10, 11]


def test_of_what_a_traveller_chose_only_the_category_asked_for_is_added() -> None:
    reach = Reach(PLACES, np.arange(12.0), 1, 0)
    for kind in sorted(set(PLACES.groups)):
        (found,) = within(query(dict.fromkeys(range(6), 1), ALICANTE), reach, kind)
        assert {PLACES.groups[p] for p in found} <= {kind}
        assert set(found) >= {p for p in range(6) if PLACES.groups[p] == kind}


@pytest.mark.parametrize("name", NAMES)
def test_where_nothing_is_within_reach_nothing_is_proposed(name: str) -> None:
    """A traveller with a past, in Berlin."""
    reach = Reach(PLACES, np.arange(12.0), 3, 2)
    found = propose([fitted(name)], query({0: 1.0, 6: 1.0}, (52.5, 13.4)), PLACES, reach, 5)
    assert len(found.place) == 0


def test_queries_of_several_neighbourhoods_get_what_each_gets_alone() -> None:
    generators = [fitted(name) for name in ("nearby", "popular", "content", "covisit")]
    reach = Reach(PLACES, np.arange(12.0), 3, 2)
    asked = [
        query({0: 1.0}, ALICANTE),
        query(),
        query({6: 1.0}, ALGIERS),
        query({1: 1.0}, ALICANTE),
    ]
    whole = propose(generators, together(asked), PLACES, reach, 5)
    assert (np.diff(whole.request) >= 0).all()
    for n, one in enumerate(asked):
        alone, rows = propose(generators, one, PLACES, reach, 5), whole.request == n
        assert whole.place[rows].tolist() == alone.place.tolist()
        for column, values in alone.columns.items():
            assert np.allclose(whole.columns[column][rows], values, equal_nan=True)
