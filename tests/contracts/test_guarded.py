"""A store that is down or slow costs a request its deadline, a few times; then nothing, until it is back."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butler.breaker import Breaker
from butler.errors import StoreUnavailable
from features.guarded import Guarded, Patience
from features.store import Features
from tests.redis_process import Redis
from tests.slow_proxy import SlowProxy, slow_proxy

FAILURES, PAUSE = 3, 5.0
OUTAGE = 2.0  # seconds: what nobody may wait for


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Away:
    """A store that fails while it is away, and counts who asks."""

    def __init__(self) -> None:
        self.away, self.asked = False, 0

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("away: check it")
        return [None] * len(keys)

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        return self.read_now(key, views)

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        return len(self.read_now(view, list(rows)))  # type: ignore[arg-type]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store() -> Away:
    return Away()


@pytest.fixture
def guarded(store: Away, hands: Hands) -> Guarded:
    return Guarded(store, Breaker(FAILURES, PAUSE, hands))


def fails(call: Callable[[], object]) -> bool:
    why = ""
    try:
        call()
    except StoreUnavailable as error:
        why = str(error)
    assert why in ("", "away: check it")
    return bool(why)


def test_after_some_failures_in_a_row_the_store_is_not_asked_any_more(
    guarded: Guarded, store: Away
) -> None:
    store.away = True
    assert all(fails(lambda: guarded.read_now("profile", ["u"])) for _ in range(20))
    assert store.asked == FAILURES
    assert guarded.trouble == "away: check it"


def test_failures_that_are_not_in_a_row_change_nothing(guarded: Guarded, store: Away) -> None:
    for n in range(12):
        store.away = n % FAILURES != 0
        assert fails(lambda: guarded.write_now("profile", [])) is store.away
    assert store.asked == 12
    assert guarded.trouble == ""


def test_after_the_pause_one_call_goes_and_sees_and_opens_the_way_for_all(
    guarded: Guarded, store: Away, hands: Hands
) -> None:
    store.away = True
    for _ in range(FAILURES):
        fails(lambda: guarded.read_now("profile", ["u"]))
    hands.now += PAUSE
    assert [fails(lambda: guarded.read_now("profile", ["u"])) for _ in range(5)] == [True] * 5
    assert store.asked == FAILURES + 1
    store.away = False
    assert fails(lambda: guarded.read_now("profile", ["u"])), "the pause begins anew"
    hands.now += PAUSE
    assert not any(fails(lambda: guarded.read_now("profile", ["u"])) for _ in range(5))
    assert guarded.trouble == ""


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 10)), max_size=60))
def test_a_store_that_is_back_is_used_again_after_a_pause_whatever_came_before(
    life: list[tuple[bool, float]],
) -> None:
    store, hands = Away(), Hands()
    guarded = Guarded(store, Breaker(FAILURES, PAUSE, hands))
    for store.away, seconds in life:
        hands.now += seconds
        fails(lambda: guarded.read_now("profile", ["u"]))
    store.away = False
    hands.now += PAUSE
    assert not fails(lambda: guarded.read_now("profile", ["u"]))


@pytest.fixture
def filled(redis_server: Redis, tmp_path: Path) -> Iterator[Redis]:
    features = Features(tmp_path / "home", redis_server.url)
    features.apply()
    features.write_now("poi", [("p", datetime.now(UTC), {"vector": [1.0]})])
    yield redis_server
    redis_server.thaw()


def test_a_redis_that_answers_nothing_is_waited_for_no_longer_than_the_deadline(
    filled: Redis, tmp_path: Path
) -> None:
    """Reads and writes, on an open connection and on a new one; and it is read again when it is back."""
    guarded = Guarded.of(tmp_path / "home", filled.url, Patience(0.05, 1000, 0.1))
    assert guarded.read_now("poi", ["p"]) != [None]
    filled.freeze()
    row = ("q", datetime.now(UTC), {"vector": [2.0]})
    for call in (
        lambda: guarded.read_now("poi", ["p"]),
        lambda: guarded.write_now("poi", [row]),
    ) * 2:
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match="BUTLER_ONLINE_URL"):
            call()
        assert time.monotonic() - start < OUTAGE / 2
    filled.thaw()
    found = guarded.read_now("poi", ["p"])[0]
    assert found is not None
    assert list(found["vector"]) == [1.0]


def through(proxy: SlowProxy, home: Path, database: int = 0) -> Guarded:
    url = f"redis://127.0.0.1:{proxy.port}/{database}"
    return Guarded.of(home, url, Patience(0.2, 1000, 0.1))


TOGETHER = ("traveller", "profile")


def test_what_a_request_reads_of_a_traveller_is_one_question(filled: Redis, tmp_path: Path) -> None:
    """A store's distance is paid once, not once a view."""
    with slow_proxy(filled.port) as proxy:
        guarded = through(proxy, tmp_path / "home")
        guarded.read_together(TOGETHER, "u")  # connects, too
        before = proxy.questions
        for _ in range(5):
            assert guarded.read_together(TOGETHER, "u") == [None, None]
        assert proxy.questions - before == 5


def test_the_deadline_is_that_of_all_waits_of_a_question_together(
    filled: Redis, tmp_path: Path
) -> None:
    """None of them is late by itself: an answer in pieces; a new connection that chooses a database first."""
    with slow_proxy(filled.port) as proxy:
        guarded = through(proxy, tmp_path / "home")
        assert guarded.read_now("poi", ["p"]) != [None]
        proxy.late_by(0.03, piece=1)
        with pytest.raises(StoreUnavailable, match="did not answer"):
            guarded.read_now("poi", ["p"])
        proxy.late_by(0.15)
        with pytest.raises(StoreUnavailable, match="did not answer"):
            through(proxy, tmp_path / "home", database=1).read_now("poi", ["p"])
        proxy.late_by(0)
        found = guarded.read_now("poi", ["p"])[0]
        assert found is not None, "an answer that came too late is not taken for the next one"
        assert list(found["vector"]) == [1.0]


def test_a_sqlite_file_that_somebody_writes_to_is_waited_for_no_longer_than_the_deadline(
    tmp_path: Path,
) -> None:
    """Reads do not wait at all: they see what was there before."""
    import sqlite3
    from contextlib import closing

    home = tmp_path / "home"
    Features(home).apply()
    Features(home).write_now("poi", [("p", datetime.now(UTC), {"vector": [1.0]})])
    guarded = Guarded.of(home, "sqlite://", Patience(0.05, 1000, 0.1))
    file = next((home / "features").glob("online.db"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match="locked"):
            guarded.write_now("poi", [("q", datetime.now(UTC), {"vector": [2.0]})])
        assert time.monotonic() - start < OUTAGE / 2
        assert guarded.read_now("poi", ["p"]) != [None]
        other.execute("ROLLBACK")
