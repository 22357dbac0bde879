"""Training on a small simulated world: everything runs, and the ranker beats the plain baselines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest

from butler.columns import C
from butler.errors import ModelUnavailable
from butler.settings import Settings
from butler.stores.tables import Tables
from features import transforms as t
from features.frame import Catalogue
from features.store import Features
from features.vector import NAMES
from models.examples import Examples, examples, fit_generators, rolled
from models.lessons import examination_of, silent
from models.position import Examination
from models.requests import Labelled, Split, labelled
from models.rerank import Rules
from models.training import Trained, fair_ndcg, train

END = datetime(2026, 11, 1, tzinfo=UTC)
WANTED: dict[str, Any] = {
    "trees": 80,
    "leaves": 15,
    "requests": 4000,
    "test_requests": 600,
    "negatives": 30,
    "candidates": 200,
    "seed": 7,
    "rules": Rules(),
}


class World(NamedTuple):
    features: Features
    catalogue: Catalogue
    rows: pl.DataFrame
    history: Labelled
    split: Split

    def train(self, **changed: Any) -> Trained:
        return train(*self, **{**WANTED, **changed})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """1,500 travellers over 28 days: fewer, and the metrics of the test week are mostly chance."""
    from butler.world.build import build_world
    from pipelines.build_features import build
    from pipelines.ingest import ingest

    folder = tmp_path_factory.mktemp("training")
    home = folder / "home"
    settings = Settings(home=home, training={"train_days": 18, "test_days": 6})  # type: ignore[arg-type]
    build_world(folder / "world", travellers=1500, days=28, seed=3, end=END)
    ingest.fn(folder / "world", home, settings.bad_rows)
    built = build(home, settings)
    tables, features = Tables(home), Features(home)
    catalogue = Catalogue(pl.read_parquet(home / "features" / "places.parquet"))
    events, bookings = tables.read("events"), tables.read("bookings")
    rows = t.behaviour(events, bookings, catalogue.frame)
    split = Split.ending(built.as_of, 18, 6)
    history = labelled(events, bookings, tables.read("requests"))
    return World(features, catalogue, rows, history, split)


@pytest.fixture(scope="module")
def trained(world: World) -> Trained:
    return world.train()


def test_the_ranker_beats_popularity_and_the_most_frequent(trained: Trained) -> None:
    """On the same requests of the last six days, by more than chance can explain: the standard
    error of NDCG@10 over 500 requests is about 0.015."""
    metrics = trained.metrics
    ours = metrics["ranker"]
    for rival in ("popularity", "most_frequent", "popularity_by_hour"):
        assert ours.ndcg_at_10 > metrics[rival].ndcg_at_10 + 0.02
        assert ours.hit_rate_at_10 > metrics[rival].hit_rate_at_10
        assert ours.mrr > metrics[rival].mrr
    assert ours.coverage > metrics["popularity"].coverage
    assert trained.test_requests > 300
    assert trained.recall_at_candidates > 0.8


def test_every_model_is_measured_on_the_same_requests(trained: Trained) -> None:
    assert set(trained.metrics) == {
        *("ranker", "linear", "popularity", "popularity_by_hour", "most_frequent")
    }
    for metrics in trained.metrics.values():
        assert all(0 <= value <= 1 for value in metrics.as_dict().values())


def test_the_ranker_is_measured_in_every_segment_beside_popularity(trained: Trained) -> None:
    """The values of a group hold every test request once; "all" is what the metrics say."""
    rows = {row.segment: row for row in trained.segments}
    assert rows["all"].ndcg.mean == pytest.approx(trained.metrics["ranker"].ndcg_at_10)
    gain = trained.metrics["ranker"].ndcg_at_10 - trained.metrics["popularity"].ndcg_at_10
    assert rows["all"].difference.mean == pytest.approx(gain)
    for group in ("traveller", "language", "party", "town", "season", "weather", "places"):
        held = [row.requests for name, row in rows.items() if name.startswith(f"{group}=")]
        assert sum(held) == trained.test_requests, group
    assert trained.checked is not None
    assert trained.checked.requests == trained.test_requests


def test_a_champion_is_measured_beside_the_challenger(world: World) -> None:
    """Trained again on the same it is the same: a challenger that is no better than itself."""
    little = {"requests": 150, "test_requests": 40, "trees": 5}
    first = world.train(**little)
    again = world.train(**little, champion=first.ranker)
    assert again.metrics["champion"] == again.metrics["ranker"] == first.metrics["ranker"]


def asked(world: World, negatives: int | None, most: int = 60) -> tuple[Labelled, Examples]:
    generators = fit_generators(world.rows, world.catalogue, world.split.train_from, 7)
    wanted = world.history.between(world.split.train_from, world.split.test_from, most, 7)
    return wanted, examples(world.features, world.catalogue, generators, wanted, 100, negatives, 7)


def test_examples_are_every_candidate_of_every_request(world: World) -> None:
    wanted, found = asked(world, None)
    assert wanted.requests.height == len(found.relevant) == 60
    assert np.bincount(found.request, minlength=60).tolist() == [100] * 60
    assert (np.diff(found.request) >= 0).all()
    pairs = zip(found.request.tolist(), found.place.tolist(), found.grade.tolist(), strict=True)
    assert all(grade == found.relevant[r].get(p, 0) for r, p, grade in pairs)


def test_what_is_learned_from_is_the_slate_or_a_sample(world: World) -> None:
    """A place that was never shown was not refused; without a slate the negatives are drawn."""
    wanted, found = asked(world, 30)
    ids = wanted.requests[C.REQUEST].to_list()
    shown: dict[str, set[str]] = {}
    for request, poi, _ in wanted.shown.iter_rows():
        shown.setdefault(request, set()).add(poi)
    organic = 0
    for r, request in enumerate(ids):
        rows = found.request == r
        places = {world.catalogue.ids[p] for p in found.place[rows].tolist()}
        liked = {world.catalogue.ids[p] for p in found.relevant[r]}
        if request in shown:
            assert places <= shown[request] | liked
        else:
            organic += 1
            assert 30 <= rows.sum() <= 31
    assert 0 < organic < len(ids)


def test_generators_know_nothing_of_the_window_they_serve(world: World) -> None:
    """Fitted before a moment they are the same whatever came later."""
    before = world.split.train_from
    early = world.rows.filter(pl.col(C.KNOWN_AT) < before)
    for a, b in zip(
        fit_generators(world.rows, world.catalogue, before, 7),
        fit_generators(early, world.catalogue, before, 7),
        strict=True,
    ):
        for name, array in a.state().items():
            assert array.tobytes() == b.state()[name].tobytes()


@contextmanager
def refused(names: str) -> Iterator[None]:
    with pytest.raises(ModelUnavailable, match=names):
        yield


def test_a_window_without_requests_is_named_with_what_to_widen(world: World) -> None:
    long_ago = timedelta(days=400)
    empty = Split(
        *[m - long_ago for m in (world.split.train_from, world.split.test_from, world.split.end)]
    )
    with refused("2025.*BUTLER_TRAINING__TRAIN_DAYS"):
        world._replace(split=empty).train()
    no_test = replace(world.split, test_from=world.split.end)
    with refused("BUTLER_TRAINING__TEST_DAYS"):
        world._replace(split=no_test).train(requests=50, trees=2)


def test_too_few_outcomes_are_named_with_their_number(world: World) -> None:
    """A handful of requests, and those without a positive: no model is better than a chance one."""
    with refused(r"Too little to learn from: 3 requests .* at least 10"):
        world.train(requests=3)
    nobody = replace(world.history, labels=world.history.labels.clear())
    with refused(r"0 places that were liked"):
        world._replace(history=nobody).train(requests=50)


def test_what_can_teach_nothing_is_named(world: World) -> None:
    """A feature that is missing everywhere, or always the same, is reported and no error."""
    _, found = asked(world, None, 20)
    matrix = found.matrix.copy()
    matrix[:, NAMES.index("poi_rating")] = np.nan
    matrix[:, NAMES.index("distance_km")] = 3.0
    named = silent(matrix)
    assert "poi_rating" in named["missing"]
    assert "distance_km" in named["constant"]
    assert not {"poi_coec_all", "minutes_left"} & {*named["missing"], *named["constant"]}


def test_training_says_what_it_is_at_and_what_it_found(world: World) -> None:
    said: list[str] = []
    trained = world.train(requests=1500, test_requests=40, trees=30, tell=said.append)
    assert "ranker: tree 25 of 30" in said
    assert any(line.startswith("candidates for") for line in said)
    assert trained.examination[0] == 1.0
    assert set(trained.silent) == {"missing", "constant"}


def test_the_examination_of_the_world_is_found_in_its_log(world: World) -> None:
    """k ** -0.7, from 18 days of clicks by travellers who differ in everything."""
    learn, _ = learned(world)
    chance = examination_of(learn).chance
    assert chance == pytest.approx(np.arange(1, 11) ** -0.7, abs=0.12)
    assert chance.argmax() == 0


def learned(world: World) -> tuple[Examples, Labelled]:
    split = world.split
    wanted = world.history.between(split.train_from, split.test_from, 4000, 7, answered=False)
    refit = timedelta(days=9)
    window = (split.train_from, split.test_from)
    found = rolled(
        world.features, world.catalogue, world.rows, wanted, *window,
        refit=refit, candidates=200, negatives=30, seed=7,
    )  # fmt: skip
    return found, wanted


def test_slates_nobody_clicked_are_learned_from_too_with_their_positions(world: World) -> None:
    found, wanted = learned(world)
    slates = ~found.unasked
    assert (found.position[slates] >= 1).mean() > 0.99
    assert (found.position[found.unasked] == 0).all()
    clicks = np.bincount(found.request, weights=found.grade > 0, minlength=wanted.requests.height)
    assert (clicks == 0).mean() > 0.3
    assert (np.diff(found.request) >= 0).all()


def test_the_history_of_the_world_is_where_it_should_be(world: World, tmp_path: Path) -> None:
    assert world.split.end <= END
    assert len(world.catalogue) >= 250


def test_a_fair_measure_knows_how_hard_a_click_was_to_get() -> None:
    """Two slates of three, clicked once each, at position 1 and at position 3 (looked at 1 in 4).

    Ordered as shown the second slate's click stands third: NDCG 1 / log2(4) = 1/2. What was not shown
    (the fourth row of each) could not be clicked and is no part of it, however high its score.
    """
    rows = _rows(position=[1, 2, 3, 0, 1, 2, 3, 0], grade=[1, 0, 0, 0, 0, 0, 1, 0])
    seen = Examination(np.array([1.0, 0.5, 0.25]))
    as_shown = _Given([3.0, 2, 1, 9, 3, 2, 1, 9])
    other_way = _Given([1.0, 2, 3, 9, 1, 2, 3, 9])
    assert fair_ndcg(as_shown, rows, seen).tolist() == pytest.approx([1.0, 0.5])
    assert fair_ndcg(other_way, rows, seen).tolist() == pytest.approx([0.5, 1.0])


def test_of_two_clicks_the_one_from_further_down_counts_for_more() -> None:
    """Clicks at 1 and 3: the gains are 1 and 4; both orders are judged by the same ideal."""
    rows = _rows(position=[1, 2, 3, 0], grade=[1, 0, 1, 0])
    seen = Examination(np.array([1.0, 0.5, 0.25]))
    best = 4.0 + 1.0 / np.log2(3)
    as_shown = (1.0 + 4.0 / np.log2(4)) / best
    assert fair_ndcg(_Given([3.0, 2, 1, 0]), rows, seen) == pytest.approx([as_shown])
    assert fair_ndcg(_Given([2.0, 1, 3, 0]), rows, seen) == pytest.approx([1.0])


def test_without_a_slate_all_candidates_are_ordered_and_nothing_relevant_is_undefined() -> None:
    rows = _rows(position=[0, 0, 0, 0, 1, 2, 3, 0], grade=[0, 0, 0, 3, 0, 0, 0, 0])
    found = fair_ndcg(_Given([1.0, 2, 3, 4, 1, 2, 3, 4]), rows, Examination(np.ones(1)))
    assert found[0] == 1.0
    assert np.isnan(found[1])


class _Given:
    """A ranker whose scores are given."""

    def __init__(self, score: list[float]) -> None:
        self.score = np.array(score)

    def predict(self, matrix: np.ndarray) -> np.ndarray:
        return self.score


def _rows(position: list[int], grade: list[int]) -> Examples:
    """Requests of four candidates each; what is not named here is not read."""
    count = len(position) // 4
    nothing = np.zeros((len(position), 1), dtype=np.float32)
    return Examples(
        matrix=nothing,
        grade=np.array(grade),
        request=np.repeat(np.arange(count), 4),
        place=np.tile(np.arange(4), count),
        resolved=pl.DataFrame(),
        asked=None,  # type: ignore[arg-type]
        frequency=None,  # type: ignore[arg-type]
        relevant=[{} for _ in range(count)],
        position=np.array(position),
        unasked=np.array(position) == 0,
    )
