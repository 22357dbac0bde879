"""Time that misbehaves: clocks that jump, events that come late, out of order, or again."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from fixed_recommender import FixedRecommender
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import serving
from test_api import FEEDBACK, event, key_for, problem_of, running

from butler.clock import SetClock
from butler.domain import Interaction
from butler.settings import Settings
from butler.stores.open import open_log
from features.frame import Catalogue
from features.online import refresh_travellers
from features.store import Features
from pipelines.parity import check
from serving.answers import Answer, Request
from serving.app import build_app
from serving.engine import Engine

RECOMMEND = "/api/v1/recommendations"
USER = "t000001"
HOUR = timedelta(hours=1)
JUMPS = (timedelta(days=3), timedelta(days=-5), timedelta(hours=-1), timedelta(days=400))


@pytest.fixture
def places(home: Path) -> list[str]:
    return Catalogue.load(home).ids


def ask(engine: Engine, clock: SetClock) -> Answer:
    now = clock.now()
    return engine.recommend(Request(USER, now, now.replace(hour=11)))


def live(engine: Engine, clock: SetClock, places: list[str], moments: list[datetime]) -> None:
    """At each moment somebody asks, tells, and asks again: what was told is visible at once."""
    for n, moment in enumerate(moments):
        clock.set(moment)
        engine.refresh()
        assert all(np.isfinite(item.score) for item in ask(engine, clock).items)
        visit = Interaction(f"jump-{n}", USER, "visit", places[n], moment)
        assert engine.learn([visit], moment) == [f"jump-{n}"]
        at = moment.replace(hour=11)
        after = engine.recommend(Request(USER, moment, at, limit=100, exclude_visited=True))
        assert places[n] not in {item.poi_id for item in after.items}


def test_a_clock_that_jumps_neither_stops_answers_nor_mixes_up_what_was_told(
    home: Path, places: list[str]
) -> None:
    """Forwards, backwards, beyond every forecast, before the last build."""
    start = datetime.now(UTC)
    clock = SetClock(start)
    engine = Engine.open(Settings(home=home), clock)
    live(engine, clock, places, [start, *(start + jump for jump in JUMPS)])
    engine.close()
    with closing(open_log(Settings(home=home).sql_url())) as log:
        arrived = [entry.known_at for entry in log.feedback.since(0)]
    assert len(arrived) == len(JUMPS) + 1
    assert arrived == sorted(set(arrived)), "arrivals keep their order though the clock went back"


def test_after_a_jump_ahead_online_is_still_offline_to_the_bit(
    home: Path, places: list[str]
) -> None:
    start = datetime.now(UTC)
    clock = SetClock(start)
    engine = Engine.open(Settings(home=home), clock)
    ahead = [start + timedelta(hours=hours) for hours in (0, 5, 11)]
    live(engine, clock, places, ahead)
    engine.close()
    parity = check(home, Settings(home=home))
    assert (parity.requests, parity.mismatches) == (2 * len(ahead), 0), parity.examples


def test_the_hour_the_weather_is_read_for_follows_a_jump_of_whole_days(home: Path) -> None:
    clock = SetClock(datetime.now(UTC))
    engine = Engine.open(Settings(home=home), clock)
    before = set(engine.moment.sky.forecast)
    clock.set(clock.now() + timedelta(days=2))
    engine.refresh()
    assert set(engine.moment.sky.forecast) != before
    engine.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Features:
    features = Features(tmp_path_factory.mktemp("clocks"))
    features.apply()
    return features


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ages=st.lists(st.integers(0, 60 * 24 * 500), min_size=1, max_size=8),
    again=st.lists(st.integers(0, 7), max_size=20),
)
def test_late_out_of_order_and_repeated_events_make_the_row_that_each_event_once_makes(
    store: Features,
    world_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    ages: list[int],
    again: list[int],
) -> None:
    """`ages`: minutes each event is late. Feedback counts from its arrival, so only arrivals have an
    order; a whole log that is sent again changes no bit."""
    catalogue, now = Catalogue.load(world_home), datetime.now(UTC)

    def told(n: int) -> Interaction:
        place = catalogue.ids[n % len(catalogue.ids)]
        return Interaction(f"e{n}", "u", "visit", place, now - timedelta(minutes=ages[n]))

    def row(order: list[int]) -> dict[str, object]:
        folder = tmp_path_factory.mktemp("log")
        with closing(open_log(f"sqlite:///{folder}/log.db")) as log:
            met: set[int] = set()
            for n in order:
                arrived = now + timedelta(minutes=len(met))
                new = log.feedback.append([told(n), told(n)], arrived)
                assert new == ([] if n in met else [f"e{n}"])
                met.add(n)
                refresh_travellers(store, ["u"], log.feedback, catalogue.met)
        found = store.read_now("traveller", ["u"])[0]
        assert found is not None
        return {k: str(list(v)) if hasattr(v, "__len__") else v for k, v in found.items()}

    once = list(range(len(ages)))
    assert row([*once, *(n % len(ages) for n in again), *once]) == row(once)


@pytest.mark.parametrize("years", [-10, 10])
def test_what_lies_in_the_future_is_said_by_the_servers_own_clock(
    tmp_path: Path, years: int
) -> None:
    """Which may be set to a dataset's time: its yesterday is accepted, its tomorrow is not."""
    now = datetime.now(UTC) + timedelta(days=365 * years)
    set_then = Settings(home=tmp_path, now=now)
    with closing(open_log(set_then.sql_url())) as log:
        app = build_app(FixedRecommender(log.feedback), log.keys, set_then)
        with (
            running(app) as url,
            httpx.Client(base_url=url, headers=key_for(tmp_path), timeout=30) as client,
        ):
            day = timedelta(days=1)
            good = event("then", occurred_at=(now - day).isoformat())
            assert client.post(FEEDBACK, json={"events": [good]}).status_code == 202
            bad = event("later", occurred_at=(now + day).isoformat())
            refused = problem_of(client.post(FEEDBACK, json={"events": [good, bad]}), 422)
            assert refused["errors"][0]["field"] == "events[1].occurred_at"


def served_at(home: Path, now: datetime, events: list[dict[str, object]]) -> list[tuple[int, int]]:
    """A real server whose clock starts at `now` is told these, one by one; how many of each were new and
    how many were not. It answers before and after, without the places the traveller says to have visited."""
    receipts, told = [], set[object]()
    with serving(home, BUTLER_NOW=now.isoformat()) as server:
        asking = {"user_id": USER, "limit": 100, "exclude_visited": True, "at": now.isoformat()}
        assert server.client.get(RECOMMEND, params=asking).json()["items"]
        for one in events:
            response = server.client.post(FEEDBACK, json={"events": [one]})
            assert response.status_code == 202, response.text
            receipts.append((response.json()["accepted"], response.json()["duplicates"]))
            told.add(one["poi_id"])
        answer = server.client.get(RECOMMEND, params=asking).json()
        assert answer["degraded"] in ([], ["nothing_feasible"])
        assert told & {item["poi_id"] for item in answer["items"]} == set(), "what was told counts"
        assert answer["context"]["at"][:10] == f"{now:%Y-%m-%d}"
        tomorrow = event("ahead", occurred_at=(now + timedelta(days=1)).isoformat())
        refused = server.client.post(FEEDBACK, json={"events": [tomorrow]})
        assert refused.status_code == 422, (
            "what lies in the future is said by the clock as it is now"
        )
    return receipts


def test_a_real_server_whose_clock_jumps_takes_late_repeated_and_disordered_feedback_once(
    home: Path, places: list[str]
) -> None:
    """Over HTTP, started again three days ahead and an hour back: the log keeps the order of arrival."""
    noon = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0)

    def visit(n: int, at: datetime) -> dict[str, object]:
        return event(
            f"e{n}", user_id=USER, event_type="visit", poi_id=places[n], occurred_at=at.isoformat()
        )

    now, late, later = visit(0, noon), visit(1, noon - timedelta(days=40)), visit(2, noon - HOUR)
    assert served_at(home, noon, [now, late, later, now]) == [(1, 0), (1, 0), (1, 0), (0, 1)]
    ahead = noon + timedelta(days=3)
    assert served_at(home, ahead, [late, visit(3, ahead)]) == [(0, 1), (1, 0)]
    back = noon - HOUR
    assert served_at(home, back, [visit(4, back - HOUR), late]) == [(1, 0), (0, 1)]
    with closing(open_log(Settings(home=home).sql_url())) as log:
        entries = list(log.feedback.since(0))
    assert [entry.interaction.event_id for entry in entries] == ["e0", "e1", "e2", "e3", "e4"]
    arrived = [entry.known_at for entry in entries]
    assert arrived == sorted(set(arrived)), "arrivals keep their order though the clock went back"
