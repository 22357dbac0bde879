"""Online rows follow the feedback log: at once, or as soon as the store lets them; none is forgotten."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from butler.columns import C
from butler.domain import Interaction
from butler.errors import StoreUnavailable
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from features.one_traveller import MetPlaces
from features.places import CELL, GROUP, TIMEZONE
from features.store import Features
from serving.learning import Learner

PLACES = MetPlaces.of(
    pl.DataFrame(
        {
            C.POI: ["p"],
            C.CATEGORY: ["nature/beach"],
            GROUP: ["nature"],
            CELL: ["cell"],
            TIMEZONE: ["Europe/Madrid"],
            C.PRICE_LEVEL: [1],
            C.INDOOR_SHARE: [0.0],
            C.LATITUDE: [38.5],
            C.LONGITUDE: [-0.1],
        }
    )
)


class Moody:
    """A real online store that now and then does not answer, or breaks at one traveller."""

    def __init__(self, store: Features) -> None:
        self.store, self.away, self.breaks_at, self.bears = store, False, "", 1000

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        if self.away or len(keys) > self.bears:
            raise StoreUnavailable("the online store is away")
        if self.breaks_at in keys:
            raise ArithmeticError(f"nobody thought of {keys}")
        return self.store.read_now(view, keys)

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        return [self.read_now(view, [key])[0] for view in views]

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        return self.store.write_now(view, rows)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqlLog]:
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> Moody:
    features = Features(tmp_path)
    features.apply()
    return Moody(features)


@pytest.fixture
def seconds() -> list[float]:
    return []


@pytest.fixture
def learner(log: SqlLog, store: Moody, seconds: list[float]) -> Iterator[Learner]:
    made = Learner(store, log.feedback, lambda: PLACES, seconds.append)
    yield made
    made.close()


def tell(log: SqlLog, users: Sequence[str]) -> None:
    now = datetime.now(UTC)
    log.feedback.append([Interaction(f"e-{u}", u, "visit", "p", now) for u in users], now)


def known(store: Moody, users: Sequence[str]) -> list[bool]:
    return [row is not None for row in store.store.read_now("traveller", users)]


def until(true: Callable[[], object]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come true within twenty seconds")


def test_what_is_learned_is_visible_when_learn_returns_and_the_time_is_told(
    learner: Learner, log: SqlLog, store: Moody, seconds: list[float]
) -> None:
    tell(log, ["a", "b"])
    learner.learn(["a", "b", "a"])
    assert known(store, ["a", "b"]) == [True, True]
    assert learner.behind == 0
    assert len(seconds) == 2
    assert all(s >= 0 for s in seconds)


def test_what_is_told_while_the_store_is_away_is_learned_when_it_is_back(
    learner: Learner, log: SqlLog, store: Moody, seconds: list[float]
) -> None:
    store.away = True
    tell(log, ["a", "b"])
    learner.learn(["a", "b"])
    assert learner.behind == 2
    assert learner.told() == "2 travellers wait for their rows: the online store is away"
    time.sleep(0.1)
    store.away = False
    until(lambda: learner.behind == 0)
    assert known(store, ["a", "b"]) == [True, True]
    assert min(seconds) > 0.09, "counted from the acceptance"


def test_a_log_that_cannot_be_read_is_named_and_not_the_online_store(
    store: Moody, tmp_path: Path
) -> None:
    with closing(SqlLog(f"sqlite:///{tmp_path}/gone.db", late=True, anew=False)) as gone:
        learner = Learner(store, gone.feedback, lambda: PLACES, lambda _: None)
        learner.learn(["a"])
        said = learner.told()
        learner.close()
    assert said.startswith("1 travellers wait for their rows: the log")
    assert "gone.db is gone" in said


def test_a_store_that_is_too_slow_for_many_at_once_gets_fewer_until_all_are_written(
    learner: Learner, log: SqlLog, store: Moody
) -> None:
    """It has to answer within a deadline: the same many would fail for ever."""
    store.bears, users = 8, [f"u{n}" for n in range(60)]
    tell(log, users)
    learner.learn(users)
    until(lambda: learner.behind == 0)
    assert all(known(store, users))


def test_one_traveller_whose_row_cannot_be_made_keeps_nobody_else_waiting(
    learner: Learner, log: SqlLog, store: Moody
) -> None:
    """And is named by the kind of the error, not by name."""
    store.breaks_at = "a"
    tell(log, ["a", "b", "c"])
    learner.learn(["a", "b"])
    learner.leave_behind(["c"])
    until(lambda: learner.behind == 1)
    assert known(store, ["a", "b", "c"]) == [False, True, True]
    assert "ArithmeticError" in learner.told()
    store.breaks_at = ""
    until(lambda: learner.behind == 0)
    assert known(store, ["a"]) == [True]


def test_while_there_are_no_places_travellers_wait(log: SqlLog, store: Moody) -> None:
    places: list[MetPlaces] = []
    learner = Learner(store, log.feedback, lambda: places[0] if places else None, lambda _: None)
    tell(log, ["a"])
    learner.learn(["a"])
    assert learner.behind == 1
    places.append(PLACES)
    until(lambda: learner.behind == 0)
    assert known(store, ["a"]) == [True]
    learner.close()
