"""On a cluster of separate processes the results are those of one process, even if a worker dies."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from threading import Timer
from typing import Any

import dask
import numpy as np
import pytest

from benchmarks.dask_processes import Processes, dask_processes
from butler.cluster import Here, workers
from butler.errors import StoreUnavailable
from butler.settings import Settings
from butler.stores.tables import Tables
from features import transforms as t
from features.built import load_built
from features.definitions import VIEW_KEYS
from features.frame import Catalogue
from features.store import Features
from features.vector import NAMES
from models import trees_on_cluster
from models.clicks import Lessons, sigmoid
from models.examples import shown_alone
from models.ranker import ClickRanker, Matrix
from models.requests import Split, labelled
from pipelines.build_features import build

ONLINE = ("traveller", "traveller_past")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with dask_processes(tmp_path_factory.mktemp("dask")) as made:
        yield made


@pytest.fixture
def a_worker_dies(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A cluster of its own, and what kills one of its three workers."""
    with dask_processes(tmp_path, count=3) as made:
        yield made.url, made.kill_one


def test_features_are_the_same_to_the_bit_though_a_worker_is_killed(
    world_home: Path,
    tmp_path: Path,
    a_worker_dies: tuple[str, Callable[[], None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, kill = a_worker_dies
    monkeypatch.setattr("features.partitions.ROWS", 5_000)  # many small parts
    homes = {name: tmp_path / name for name in ("one", "many")}
    for home in homes.values():
        copytree(world_home / "tables", home / "tables")
    build(homes["one"], Settings(home=homes["one"]))
    told: list[str] = []

    def tell(what: str) -> None:
        told.append(what)
        if what.startswith("travellers: part 2"):
            kill()

    build(homes["many"], Settings(home=homes["many"], dask=url), tell)
    assert any(what.startswith("travellers: part 5") for what in told), told
    one, many = Features(homes["one"]), Features(homes["many"])
    for view, keys in VIEW_KEYS.items():
        by = [*keys, t.AT]
        assert many.read_history(view).sort(by).equals(one.read_history(view).sort(by)), view
    users = one.read_history("traveller")["user_id"].unique().sort().to_list()
    for view in ONLINE:
        found = [repr(features.read_now(view, users)) for features in (one, many)]  # NaN is NaN
        assert found[1] == found[0], view
    assert load_built(homes["many"]).rows == load_built(homes["one"]).rows


class Known:
    """What training starts from, in the home of the session."""

    def __init__(self, home: Path) -> None:
        tables = Tables(home)
        self.features, self.catalogue = Features(home), Catalogue.load(home)
        self.split = Split.ending(load_built(home).as_of, 14, 5)
        events, bookings = tables.read("events"), tables.read("bookings")
        self.history = labelled(events, bookings, tables.read("requests"))


@pytest.fixture(scope="module")
def known(world_home: Path) -> Known:
    return Known(world_home)


def test_the_training_frame_is_the_same_to_the_bit_though_a_worker_is_killed(
    known: Known, a_worker_dies: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, kill = a_worker_dies
    monkeypatch.setattr("models.examples.ROWS", 500)
    split = known.split
    wanted = known.history.between(split.train_from, split.test_from, 800, 7, answered=False)
    here = shown_alone(known.features, known.catalogue, wanted, Here())
    with workers(url) as hands:
        counted = hands.map

        def map_and_kill(work: Any, parts: Any) -> Iterator[Any]:
            for n, made in enumerate(counted(work, parts)):
                if n == 1:
                    kill()
                yield made

        monkeypatch.setattr(hands, "map", map_and_kill)
        there = shown_alone(known.features, known.catalogue, wanted, hands)
    assert len(there.matrix) > 2000
    assert np.array_equal(there.matrix, here.matrix, equal_nan=True)


def lessons_of(rows: int) -> tuple[Matrix, Lessons]:
    """Cards whose appeal grows with the first five features, clicked as far as they are looked at."""
    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(rows, len(NAMES))).astype(np.float32)
    looked = 1.0 / np.log2(np.arange(rows) % 10 + 2.0)
    clicked = chance.random(rows) < looked * sigmoid(matrix[:, :5].sum(axis=1) - 1.5)
    unasked = np.arange(rows) < 500
    number = np.arange(rows) // 10
    return matrix, Lessons(clicked.astype(np.float64), looked, np.ones(rows), number, unasked)


def order_of(ranker: ClickRanker, matrix: Matrix) -> float:
    """How well the scores agree with the appeal that was put into the clicks."""
    return float(np.corrcoef(ranker.predict(matrix), matrix[:, :5].sum(axis=1))[0, 1])


def test_the_ranker_of_a_cluster_ranks_like_that_of_one_process(cluster: Processes) -> None:
    """Other trees, as each worker draws its own rows and gets others each time; the same quality."""
    matrix, lessons = lessons_of(20_000)
    one, many = ClickRanker(trees=30), ClickRanker(trees=30)
    one.fit(matrix, lessons)
    with workers(cluster.url) as hands:
        many.fit(matrix, lessons, hands=hands)
    assert order_of(many, matrix) == pytest.approx(order_of(one, matrix), abs=0.02)
    assert np.corrcoef(many.predict(matrix), one.predict(matrix))[0, 1] > 0.9
    assert many.expected == pytest.approx(one.expected, abs=0.1)
    assert set(many.importance()) == set(NAMES)


def test_the_ranker_is_trained_here_when_a_worker_is_killed(
    a_worker_dies: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """LightGBM's own network does not survive it; so the result is that of one process."""
    url, kill = a_worker_dies
    fit = trees_on_cluster._fit

    def fit_and_kill(*given: Any) -> Any:
        Timer(1.0, kill).start()
        return fit(*given)

    monkeypatch.setattr(trees_on_cluster, "_fit", fit_and_kill)
    matrix, lessons = lessons_of(20_000)
    one, many = ClickRanker(trees=300), ClickRanker(trees=300)
    one.fit(matrix, lessons)
    told: list[str] = []
    with workers(url) as hands:
        many.fit(matrix, lessons, told.append, hands)
    assert "a worker of the cluster died: the ranker is trained in this process" in told
    assert np.array_equal(many.predict(matrix), one.predict(matrix))


def test_without_a_cluster_nothing_of_dask_is_imported() -> None:
    """`lightgbm` looks for dask by itself; the pipelines and the cluster port do not."""
    code = (
        "import sys, pipelines.ingest, butler.cluster, features.partitions\n"
        "with butler.cluster.workers(None) as hands: list(hands.map(abs, [1]))\n"
        "sys.exit('distributed' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=dict(os.environ), timeout=120, check=False
    )
    assert done.returncode == 0


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("butler.cluster.CONNECT_SECONDS", 1)
    named = pytest.raises(StoreUnavailable, match=r"tcp://127\.0\.0\.1:9.*BUTLER_DASK")
    with named, workers("tcp://127.0.0.1:9"):
        pass


def test_every_worker_counts_while_the_client_refreshes_what_it_knows(cluster: Processes) -> None:
    """Dask's client forgets its workers every few seconds; none has died for that."""
    often = dask.config.set({"distributed.client.scheduler-info-interval": "1ms"})
    with often, workers(cluster.url) as hands:
        assert {hands.count for _ in range(300)} == {2}


def test_parts_come_in_order(cluster: Processes) -> None:
    with workers(cluster.url) as hands:
        assert list(hands.map(abs, range(-9, 0))) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert list(Here().map(abs, range(-3, 0))) == [3, 2, 1]
