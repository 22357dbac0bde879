"""Metrics by segment: who belongs where, and how sure each number is."""

import json
from datetime import timedelta
from math import log2
from typing import Any

import numpy as np
import polars as pl
import pytest
from histories import ALICANTE, NOW, History, chance_events, poi, table
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import UTC, C
from features.context import REQUESTED_AT
from features.frame import Catalogue
from features.vector import NAMES
from models import plots
from models.evaluate import PerRequest, per_request
from models.fairness import exposure, exposure_table, gini
from models.segments import (
    ENOUGH,
    Sky,
    Towns,
    as_frame,
    frequent,
    holm,
    masks,
    new_places,
    segment_rows,
    segment_table,
    segments,
    sky_of,
    wants_new,
)

BENIDORM = (38.5382, -0.1310)
TRIPS = json.dumps(
    [
        {"start": "2026-07-01", "end": "2026-07-20", "place": place, "latitude": a, "longitude": b}
        for place, (a, b) in (("Alicante", ALICANTE), ("Benidorm", BENIDORM))
    ]
)
PLACES = [poi(0), poi(1, created_at=NOW - timedelta(days=10)), poi(2, created_at=None)]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return History(table("pois", PLACES), chance_events(1, 2, 3, 20)).catalogue


def asked(*requests: dict[str, Any]) -> pl.DataFrame:
    """Resolved requests: as a German couple in Alicante in July, but for what is said."""
    usual = {
        REQUESTED_AT: NOW,
        "t_interactions_all": 3.0,
        C.LANGUAGE: "de",
        C.PARTY: "couple",
        "month": 7,
        C.TRIPS: TRIPS,
        "here_latitude": ALICANTE[0],
        "here_longitude": ALICANTE[1],
    }
    schema = {REQUESTED_AT: UTC, "t_interactions_all": pl.Float64, C.PARTY: pl.String}
    return pl.DataFrame([{**usual, **r} for r in requests], schema_overrides=schema)


def members(found: dict[str, np.ndarray], name: str) -> list[int]:
    return np.flatnonzero(found[name]).tolist()


def test_every_request_is_where_it_belongs(catalogue: Catalogue) -> None:
    resolved = asked(
        {},
        {"t_interactions_all": None, C.LANGUAGE: None, C.PARTY: "family", "month": 1},
        {"here_latitude": BENIDORM[0] + 0.02, "here_longitude": BENIDORM[1], "month": 10},
    )
    sky = Sky(np.array([31.0, 12.0, 25.0]), np.array([0.0, 0.0, 0.5]))
    found = segments(resolved, [{0: 1}, {1: 3}, {2: 1, 1: 1}], catalogue, sky)
    assert members(found, "traveller=returning") == [0, 2]
    assert members(found, "traveller=new") == [1]
    assert members(found, "language=de") == [0, 2]
    assert members(found, "language=unknown") == [1]
    assert members(found, "party=family") == [1]
    assert members(found, "town=Alicante") == [0, 1]
    assert members(found, "town=Benidorm") == [2]
    assert members(found, "season=summer") == [0]
    assert members(found, "season=winter") == [1]
    assert members(found, "season=autumn") == [2]
    assert members(found, "weather=heat") == [0]
    assert members(found, "weather=cold") == [1]
    assert members(found, "weather=rain") == [2]
    assert members(found, "places=new") == [1, 2]
    assert members(found, "places=known") == [0]


def test_no_requests_have_no_segments(catalogue: Catalogue) -> None:
    assert segments(asked({}).clear(), [], catalogue) == {}


def test_without_a_forecast_the_weather_is_unknown(catalogue: Catalogue) -> None:
    assert members(segments(asked({}), [{}], catalogue), "weather=unknown") == [0]
    assert Sky(np.array([np.nan, 20.0]), np.array([np.nan, np.nan])).names() == ["unknown", "fine"]


def test_the_sky_of_a_request_is_the_mean_over_its_candidates() -> None:
    matrix = np.full((4, len(NAMES)), np.nan, dtype=np.float32)
    matrix[:, NAMES.index("weather_temperature_c")] = [20, 30, np.nan, 10]
    matrix[:, NAMES.index("weather_precipitation_mm")] = [0, 1, np.nan, np.nan]
    sky = sky_of(matrix, np.array([0, 0, 0, 1]), 3)
    assert sky.temperature.tolist()[:2] == [(20 + 30) / 2, 10]
    assert sky.rain[0] == (0 + 1) / 2
    assert np.isnan([sky.temperature[2], sky.rain[1], sky.rain[2]]).all()


def test_a_place_is_new_for_thirty_days_and_one_of_unknown_age_is_not(
    catalogue: Catalogue,
) -> None:
    later = {REQUESTED_AT: NOW + timedelta(days=20, seconds=1)}
    found = wants_new(asked({}, later, {}, {}), [{1: 1}, {1: 1}, {2: 1}, {99: 1}], catalogue)
    assert found.tolist() == [True, False, False, False]
    assert new_places(catalogue, NOW).tolist() == [False, True, False]


def test_far_from_every_town_the_cell_is_named_and_nowhere_is_unknown() -> None:
    towns = Towns.of(asked({}))
    assert towns.names == ["Alicante", "Benidorm"]
    named = towns.at(np.array([38.35, 40.4, np.nan]), np.array([-0.49, -3.7, np.nan]))
    assert named[0] == "Alicante"
    assert named[1].startswith("cell 86")
    assert named[2] == "unknown"
    nowhere = Towns.of(asked({C.TRIPS: None}).cast({C.TRIPS: pl.String}))
    assert nowhere.at(np.array([40.4]), np.array([-3.7])) == [named[1]]


def test_rare_values_are_elsewhere() -> None:
    assert frequent(["a", "a", "b", "b", "c", "unknown"], 2) == [
        *("a", "a", "b", "b", "elsewhere", "unknown")
    ]


@given(st.lists(st.sampled_from(["x", "y", None]), max_size=20))
def test_the_values_of_a_group_hold_every_request_once(values: list[str | None]) -> None:
    found = list(masks("g", values).values())
    assert sum(found).tolist() == [1] * len(values) if values else found == []  # type: ignore[attr-defined]


def measured(*ndcg: float) -> PerRequest:
    values = np.array(ndcg, dtype=np.float64)
    return PerRequest(values, (values > 0).astype(float), values)


def test_a_row_holds_means_of_its_segment_with_intervals() -> None:
    ours = measured(1.0, 0.5, 0.0, 0.5)
    part = {"g=a": np.array([True, True, False, False])}
    whole, a = segment_rows(ours, part)
    assert (whole.segment, whole.requests, whole.ndcg.mean) == ("all", 4, (1 + 0.5 + 0 + 0.5) / 4)
    assert whole.hit.mean == 3 / 4
    assert (a.segment, a.requests, a.ndcg.mean) == ("g=a", 2, (1 + 0.5) / 2)
    assert 0.5 <= a.ndcg.low <= a.ndcg.mean <= a.ndcg.high <= 1.0
    assert not a.enough
    assert np.isnan([a.difference.mean, a.p, a.p_holm]).all()


def test_a_segment_of_one_has_no_interval_and_one_of_none_no_mean() -> None:
    part = {"one": np.array([True, False]), "none": np.array([False, False])}
    _, one, none = segment_rows(measured(1.0, 0.0), part, measured(0.0, 0.0))
    assert (one.measured, one.ndcg.mean, one.difference.mean) == (1, 1.0, 1.0)
    assert np.isnan([one.ndcg.low, one.ndcg.high, one.p]).all()
    assert none.measured == 0
    assert np.isnan([none.ndcg.mean, none.hit.mean, none.difference.mean, none.p]).all()


def test_requests_with_nothing_relevant_are_counted_but_not_measured() -> None:
    ours = per_request([[0], [1], [2]], [{0: 1}, {}, {0: 1}])
    (row,) = segment_rows(ours, {})
    assert (row.requests, row.measured, row.ndcg.mean) == (3, 2, 1 / 2)


def test_a_better_model_is_told_from_chance_in_the_segment_where_it_is_better() -> None:
    """On the first forty requests 0.2 better, on the others now better, now worse by as much."""
    rng = np.random.default_rng(2)
    base = rng.uniform(0.2, 0.6, 80)
    gain = np.concatenate([np.full(40, 0.2), np.tile([0.1, -0.1], 20)])
    part = {"better": np.arange(80) < 40, "same": np.arange(80) >= 40}
    rows = {r.segment: r for r in segment_rows(measured(*(base + gain)), part, measured(*base))}
    assert rows["better"].difference.low > 0.1
    assert rows["better"].p_holm < 0.01
    assert rows["better"].enough
    assert rows["better"].measured == 40 >= ENOUGH
    assert rows["same"].difference.low < 0 < rows["same"].difference.high
    assert rows["same"].p > 0.5
    assert all(r.p_holm >= r.p for r in rows.values())


def test_holms_correction_steps_down_and_passes_over_what_is_no_test() -> None:
    """Sorted .01, .03, .04 times 3, 2, 1: .03, .06, and .04 raised to .06."""
    assert holm([0.03, np.nan, 0.01, 0.04]) == pytest.approx(
        [0.06, np.nan, 0.03, 0.06], nan_ok=True
    )
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_table_has_a_column_for_each_end_of_an_interval() -> None:
    rows = segment_rows(measured(1.0, 0.5), {"g=a": np.array([True, False])})
    found = segment_table(rows)
    assert found["segment"] == ["all", "g=a"]
    assert found["ndcg"] == [0.75, 1.0]
    assert {"ndcg_low", "ndcg_high", "hit", "mrr_low", "difference", "p", "p_holm"} <= set(found)
    assert {len(column) for column in found.values()} == {2}
    frame = as_frame(found)
    assert frame["ndcg_low"].to_list()[1] is None
    assert segment_table([]) == {}


def test_the_picture_has_a_line_for_each_segment_that_was_measured() -> None:
    part = {"one": np.array([True, False]), "none": np.array([False, False])}
    figure = plots.segments(segment_rows(measured(1.0, 0.5), part))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["all (2)", "one (1)"]
    assert plots.segments([]).axes


# ------------------------------------------------------------------ who is shown


def test_exposure_falls_with_the_rank_and_is_set_beside_merit() -> None:
    """Two lists over places 0, 1 of group a and 2 of b: a is seen at 1, 2 and 2, b at 1."""
    seen_a = 1 / log2(2) + 1 / log2(3) + 1 / log2(3)
    seen_b = 1 / log2(2)
    rows = exposure([[0, 1], [2, 0]], [{2: 3}, {2: 1, 0: 1}], [0, 1, 2, 2], ["a", "a", "b"])
    a, b = rows
    assert (a.group, a.places, b.group, b.places) == ("a", 2, "b", 1)
    assert a.of_exposure == pytest.approx(seen_a / (seen_a + seen_b))
    assert (a.of_relevant, b.of_relevant) == (1 / 3, 2 / 3)
    assert (a.of_candidates, a.of_catalogue) == (2 / 4, 2 / 3)
    assert b.ratio == pytest.approx(seen_b / (seen_a + seen_b) / (2 / 3))
    assert exposure_table(rows)["ratio"] == [a.ratio, b.ratio]


def test_only_the_first_k_are_seen_and_strangers_to_the_catalogue_are_passed_over() -> None:
    (row,) = exposure([[0, 7, 0]], [{9: 1}], [-1, 5], ["a"], k=2)
    assert row.of_exposure == 1.0
    assert np.isnan([row.of_relevant, row.of_candidates, row.ratio]).all()


def test_without_slates_exposure_is_undefined() -> None:
    rows = exposure([], [], [], ["a", "b"])
    assert np.isnan([r.of_exposure for r in rows]).all()
    assert [r.group for r in rows] == ["a", "b"]


def test_gini_is_zero_where_all_are_equal_and_grows_with_inequality() -> None:
    """Of two, one with everything: (2 * 2 - 2 - 1) * 1 / (2 * 1) = 1/2."""
    assert gini([1.0, 1.0, 1.0]) == pytest.approx(0.0)
    assert gini([0.0, 1.0]) == pytest.approx(0.5)
    assert np.isnan(gini([]))
    assert np.isnan(gini([0.0, 0.0]))
