"""The ranker's vector: complete, documented, and missing where nothing is known."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import dictionary
from features.assemble import assemble
from features.definitions import offline_view
from features.opening import Openings
from features.rows import Rows, travel_minutes
from features.vector import FEATURES, GENERATORS, NAMES, VERSIONS
from features.views import COLUMNS as VIEWS
from models.generators import all_generators

DOCS = Path(__file__).parents[2] / "docs" / "features.md"
HOURS = (None, "24/7", "Mo-Su 10:00-20:00")
PLACES = 6
# every column that a feature reads: of a pair, of a place, of a request
COLUMNS = sorted({c for f in FEATURES for c in dictionary.reads(f)} - {"opening_hours"})
OF_PAIR = [c for c in COLUMNS if c.startswith(("tk_", "tg_", "tp_", "score_", "rank_"))]
OF_PLACE = [
    c for c in COLUMNS if c.startswith(("p_", "ph_", "wf_", "wo_", "latitude", "longitude"))
]
OF_REQUEST = [c for c in COLUMNS if c not in {*OF_PAIR, *OF_PLACE}]


def some(rng: np.random.Generator, name: str, size: int) -> np.ndarray:
    """Values such as the column could have, one in five missing."""
    if "latitude" in name or "longitude" in name:
        values = rng.uniform(37, 39, size)
    elif name in ("local_minute", "requested_us", "requested_hours", "visit_hours"):
        return np.full(size, 29_700_000.0 + float(rng.integers(0, 9000)))  # always known
    elif name == "party_code":
        values = rng.integers(0, 4, size).astype(float)
    else:
        values = rng.integers(0, 30, size).astype(float)
    return np.where(rng.random(size) < 0.2, np.nan, values)


def chance(seed: int, requests: int = 2) -> Rows:
    """Every place for each request, with random columns."""
    rng = np.random.default_rng(seed)
    request = np.repeat(np.arange(requests), PLACES)
    place = np.tile(np.arange(PLACES), requests)
    hours = [HOURS[n] for n in rng.integers(0, len(HOURS), PLACES)]
    return Rows(
        {c: some(rng, c, requests) for c in OF_REQUEST},
        {c: some(rng, c, PLACES) for c in OF_PLACE},
        {c: some(rng, c, len(request)) for c in OF_PAIR},
        request,
        place,
        Openings(hours, "ES"),
    )


def taken(rows: Rows, order: np.ndarray) -> Rows:
    """The rows in another order, or fewer of them."""
    pairs = {c: v[order] for c, v in rows.pairs.items()}
    return Rows(
        rows.requests, rows.places, pairs, rows.request[order], rows.place[order], rows.openings
    )


def bits(matrix: np.ndarray) -> np.ndarray:
    """The float32 bits, all NaN alike."""
    return np.where(np.isnan(matrix), np.float32(np.nan), matrix).view(np.uint32)


def value(name: str, **columns: float) -> float:
    """One feature of one pair of which only these columns are known."""
    one = {c: np.array([v]) for c, v in columns.items()}
    nobody = np.zeros(1, dtype=np.int64)
    rows = Rows({}, {}, one, nobody, nobody, Openings([None], None))
    feature = next(f for f in FEATURES if f.name == name)
    return float(feature.compute(rows)[0])


def test_there_are_at_least_fifty_features_each_with_its_own_name_and_version() -> None:
    assert len(NAMES) >= 50
    assert len(set(NAMES)) == len(NAMES)
    assert set(VERSIONS) == set(NAMES)
    assert all(v >= 1 for v in VERSIONS.values())


def test_every_generator_has_its_score_and_rank_in_the_vector() -> None:
    assert tuple(g.name for g in all_generators()) == GENERATORS
    assert {f"{g}_{what}" for g in GENERATORS for what in ("score", "rank")} <= set(NAMES)


def test_the_table_of_features_is_complete_and_up_to_date() -> None:
    """Run `python -m features.dictionary > docs/features.md` when this fails."""
    assert set(dictionary.MEANING) == set(NAMES)
    assert DOCS.read_text() == dictionary.page()


@pytest.mark.parametrize("view", VIEWS)
def test_feast_tells_what_every_column_of_a_view_means(view: str, tmp_path: Path) -> None:
    told = {f.name: f.description for f in offline_view(view, tmp_path).features}
    assert set(told) == set(VIEWS[view])
    assert all(told.values())


@pytest.mark.parametrize("feature", FEATURES, ids=NAMES)
def test_no_feature_invents_a_value_where_nothing_is_known(feature: object) -> None:
    """Only the clock is always known; all else is missing, never zero."""
    known = {"local_minute": 29_700_000.0, "requested_hours": 495_000.0, "visit_hours": 495_001.0}
    expected_known = feature.name in ("hour_sin", "hour_cos", "lead_hours")  # type: ignore[attr-defined]
    found = value(feature.name, **known)  # type: ignore[attr-defined]
    assert np.isnan(found) != expected_known


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(2 * PLACES)))
def test_swapping_candidates_swaps_their_rows(seed: int, order: list[int]) -> None:
    """A row depends on its own request and place only, whatever stands beside it."""
    rows, new = chance(seed), np.array(order)
    whole = bits(assemble(rows))
    assert np.array_equal(bits(assemble(taken(rows, new))), whole[new])
    some_ = new[: 1 + seed % 5]
    assert np.array_equal(bits(assemble(taken(rows, some_))), whole[some_])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_matrix_is_float32_without_infinities(seed: int) -> None:
    matrix = assemble(chance(seed))
    assert matrix.dtype == np.float32
    assert matrix.shape == (2 * PLACES, len(NAMES))
    assert not np.isinf(matrix).any()


def test_a_new_place_is_expected_to_do_as_its_neighbours() -> None:
    """Nothing shown, nothing clicked: the rate is the prior of category and cell, not zero.

    Category: (30 + 0.05 * 50) / (200 + 50) = 0.13; cell: (5 + 2.5) / (100 + 50) = 0.05;
    0.7 * 0.13 + 0.3 * 0.05 = 0.106.
    """
    priors = {
        "p_category_clicks_30d": 30.0,
        "p_category_impressions_30d": 200.0,
        "p_cell_clicks_30d": 5.0,
        "p_cell_impressions_30d": 100.0,
    }
    new = value("poi_ctr_30d", p_clicks_30d=0.0, p_impressions_30d=0.0, **priors)
    assert new == pytest.approx(0.106)
    # 20 impressions weigh as much as the prior: (10 + 0.106 * 20) / (20 + 20)
    met = value("poi_ctr_30d", p_clicks_30d=10.0, p_impressions_30d=20.0, **priors)
    assert met == pytest.approx((10 + 0.106 * 20) / 40)


def test_a_place_nobody_rated_has_the_rating_of_most() -> None:
    assert value("poi_rating", p_rating_tenths_all=0.0, p_ratings_all=0.0) == 4.0
    # three ratings of 1: (3 + 4 * 5) / (3 + 5)
    assert value("poi_rating", p_rating_tenths_all=30.0, p_ratings_all=3.0) == pytest.approx(23 / 8)


def test_a_count_is_missing_for_a_stranger_and_zero_for_what_a_known_traveller_never_met() -> None:
    assert np.isnan(value("kind_visits_all"))
    assert value("kind_visits_all", t_last_at=495_000.0) == 0.0
    assert value("kind_visits_all", t_last_at=495_000.0, tk_visits_all=3.0) == 3.0
    assert np.isnan(value("met_visits_all"))
    assert value("met_visits_all", t_last_at=495_000.0) == 0.0


def test_counts_of_bookings_are_missing_where_there_are_no_bookings_at_all() -> None:
    known = {"t_last_at": 495_000.0, "t_bookings_all": 0.0, "tk_bookings_all": 0.0}
    for name in ("traveller_bookings_all", "kind_bookings_all", "met_bookings_all"):
        assert np.isnan(value(name, **known))
        assert value(name, **known, p_bookings_all=0.0) == 0.0


def test_the_forecast_counts_before_the_last_observation() -> None:
    seen = {"wo_temperature_c": 30.0, "wo_observed_hours": 100.0}
    name = "weather_temperature_c"
    assert value(name, wf_temperature_c=20.0, visit_hours=148.0, **seen) == 20.0
    assert value(name, visit_hours=148.0, **seen) == 30.0
    assert np.isnan(value(name, visit_hours=148.1, **seen))  # too old to speak for the visit


def test_whether_it_is_a_forecast_is_missing_without_weather() -> None:
    assert np.isnan(value("weather_is_forecast"))
    assert value("weather_is_forecast", wf_temperature_c=20.0) == 1.0
    seen = {"wo_temperature_c": 30.0, "wo_observed_hours": 100.0, "visit_hours": 101.0}
    assert value("weather_is_forecast", **seen) == 0.0


def test_the_way_is_walked_when_short_and_driven_when_long() -> None:
    """A thousandth of a degree of latitude is 0.111 km, 1.48 minutes at 4.5 km/h; a whole degree is
    111.195 km, 166.8 minutes at 40 km/h and ten to park."""
    here = {"here_latitude": 38.0, "here_longitude": 0.0, "longitude": 0.0}
    assert value("travel_minutes", latitude=38.001, **here) == pytest.approx(1.4826, abs=1e-3)
    assert value("travel_minutes", latitude=39.0, **here) == pytest.approx(176.79, abs=1e-2)
    assert np.isnan(value("travel_minutes", latitude=39.0))


@given(st.floats(0, 300), st.floats(0, 300))
def test_a_farther_place_is_never_reached_sooner(one: float, other: float) -> None:
    near, far = travel_minutes(np.array(sorted((one, other))))
    assert near <= far


def test_the_usual_hour_fits_best_and_the_opposite_one_least() -> None:
    """Three positive actions at 18:00: cos 0, sin -1000 each; 3 / (3 + 1) at 18:00, the same below
    zero at 06:00."""
    usual = {"tp_positives_all": 3.0, "tp_hour_cos_all": 0.0, "tp_hour_sin_all": -3000.0}
    evening, morning = 18 * 60.0, 6 * 60.0
    assert value("met_clock_fit", local_minute=evening, **usual) == pytest.approx(0.75)
    assert value("met_clock_fit", local_minute=morning, **usual) == pytest.approx(-0.75)
    never = {**usual, "tp_positives_all": 0.0}
    assert np.isnan(value("met_clock_fit", local_minute=evening, **never))


def test_while_a_trip_is_planned_todays_sky_and_clock_say_nothing() -> None:
    known = {"wf_temperature_c": 20.0, "local_minute": 600.0, "here_latitude": 38.0}
    for name in ("weather_temperature_c", "minutes_left", "hour_sin"):
        columns = {**known, "place": 0.0}
        assert np.isnan(value(name, planning=1.0, **columns))
    assert value("weather_temperature_c", planning=0.0, **known) == 20.0


def test_clicks_are_compared_over_the_looks_they_had() -> None:
    """Kind: (30 + 0.1 * 30) / (200 + 30) = 0.143 clicks a look. A place with 10 clicks of 70 looks:
    (10 + 0.143 * 30) / (70 + 30); families with 40 clicks of 170: (40 + 4.30) / 200 = 0.222, and
    log(0.222 / 0.143) = 0.43."""
    kind = {"p_category_clicks_all": 30.0, "p_category_looks_all": 200_000.0}
    rate = (30 + 3) / 230
    assert value("kind_coec", **kind) == pytest.approx(rate)
    place = {"p_clicks_all": 10.0, "p_looks_all": 70_000.0}
    assert value("poi_coec_all", **kind, **place) == pytest.approx((10 + rate * 30) / 100)
    party = {"pa_k_clicks_all": 40.0, "pa_k_looks_all": 170_000.0}
    lift = np.log((40 + rate * 30) / 200 / rate)
    assert value("party_kind_lift", **kind, **party) == pytest.approx(lift)


def test_a_visit_tires_of_its_kind_and_the_tiredness_fades() -> None:
    """Two visits of the week, the last one 60 hours ago: 2 / e."""
    visited = {"t_last_at": 0.0, "tk_visits_7d": 2.0, "tk_last_visit_at": 0.0}
    assert value("kind_tired", requested_us=60 * 3.6e9, **visited) == pytest.approx(2 / np.e)
    assert value("kind_tired", requested_us=0.0, **visited) == 2.0
    assert value("kind_tired", requested_us=0.0, t_last_at=0.0) == 0.0
