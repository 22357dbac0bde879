"""What fails, and what the traveller sees: real servers, a real Redis, and answers all the same."""

import resource
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from asking import (
    FEEDBACK,
    RECOMMEND,
    ask,
    checks,
    healthy,
    metric,
    most_do_not_wait_at_all,
    nobody_waits_beyond_the_bound,
    own_redis,
    quiet_answers,
    serving_over,
    tell,
    until,
    waited,
    with_rows_in,
)
from server import Server

from tests.redis_process import Redis


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with own_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def registry() -> Iterator[socket.socket]:
    """A registry that hangs: it takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def served(
    world_home: Path,
    redis: Redis,
    registry: socket.socket,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """One server over a copy of the small home, with its online rows in Redis. The registry it was trained
    with is gone, its store removed, and the one of its settings hangs: before the server starts."""
    home = with_rows_in(redis, world_home, tmp_path_factory.mktemp("failures") / "home")
    shutil.rmtree(home / "mlflow")
    hanging = f"http://127.0.0.1:{registry.getsockname()[1]}"
    with serving_over(home, redis.url, BUTLER_REGISTRY_URL=hanging) as server:
        yield server


def test_a_server_starts_and_answers_without_a_registry_and_never_asks_one(
    served: Server, registry: socket.socket
) -> None:
    """It reads the champion's folder and nothing else: there is no outage for it to notice."""
    until(lambda: healthy(served))
    answer = ask(served)
    assert answer["degraded"] == []
    explained = served.client.get(f"{RECOMMEND}/{answer['request_id']}/explanation")
    assert explained.status_code == 200
    before = metric(served, 'butler_refreshes_total{outcome="succeeded"}')
    until(lambda: metric(served, 'butler_refreshes_total{outcome="succeeded"}') > before)
    assert set(checks(served).values()) == {"ok"}
    with pytest.raises(BlockingIOError):
        registry.accept()


def test_a_frozen_online_store_is_not_the_travellers_wait(served: Server, redis: Redis) -> None:
    """It takes every question and answers none: each answer comes without it and says so, also the
    ones asked at the same time; what is told meanwhile is learned when it is back."""
    quiet = quiet_answers(served)
    seen = ask(served)["items"][0]["poi_id"]
    redis.freeze()
    try:
        began = time.monotonic()
        with ThreadPoolExecutor(8) as travellers:
            answers = list(travellers.map(lambda n: ask(served, f"t{n:06d}"), range(60)))
        most_do_not_wait_at_all(answers, time.monotonic() - began)
        assert all(a["degraded"] == ["online_store"] for a in answers)
        assert len(waited(answers)) >= 3, "they found out"
        nobody_waits_beyond_the_bound(answers, quiet)
        tell(served, "t000003", seen)
        assert served.client.get("/healthz").status_code == 200
        assert "did not answer" in checks(served)["online_store"]
        assert "1 travellers wait" in checks(served)["learning"]
        assert metric(served, "butler_online_store_away") == 1
        assert metric(served, 'butler_recommend_degraded_total{what="online_store"}') >= 40
        assert served.client.get("/readyz").status_code == 200, "it serves all the same"
    finally:
        redis.thaw()
    until(lambda: healthy(served))
    again = ask(served, exclude_visited=True)
    assert seen not in {item["poi_id"] for item in again["items"]}, "what was told counts"
    assert metric(served, "butler_online_store_away") == 0
    assert set(checks(served).values()) == {"ok"}


def test_an_online_store_that_is_down_is_done_without_until_it_is_back(
    served: Server, redis: Redis
) -> None:
    quiet = quiet_answers(served)
    seen = ask(served, "t000004")["items"][0]["poi_id"]
    redis.stop()
    try:
        answers = [ask(served, "t000004") for _ in range(20)]
        assert all(answer["degraded"] == ["online_store"] for answer in answers)
        nobody_waits_beyond_the_bound(answers, quiet)
        tell(served, "t000004", seen)
        assert "BUTLER_ONLINE_URL" in checks(served)["online_store"]
    finally:
        redis.start()
    until(lambda: healthy(served))
    again = ask(served, "t000004", exclude_visited=True)
    assert seen not in {item["poi_id"] for item in again["items"]}


def test_a_flapping_online_store_never_shows_as_an_error(served: Server, redis: Redis) -> None:
    quiet = quiet_answers(served)
    answers = []
    try:
        for _ in range(6):
            redis.freeze()
            answers += [ask(served) for _ in range(5)]
            tell(served, "t000005", answers[-1]["items"][0]["poi_id"])
            redis.thaw()
            answers += [ask(served) for _ in range(5)]
            time.sleep(0.2)
    finally:
        redis.thaw()
    assert {what for a in answers for what in a["degraded"]} == {"online_store"}
    nobody_waits_beyond_the_bound(answers, quiet)
    until(lambda: healthy(served))


@contextmanager
def no_room(server: Server) -> Iterator[None]:
    """The disk takes not one byte more from the server's processes: as full as it can be."""
    family = psutil.Process(server.process.pid).children(recursive=True)
    before = {p.pid: resource.prlimit(p.pid, resource.RLIMIT_FSIZE) for p in family}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux's prlimit")
def test_a_full_disk_costs_no_answer_and_no_impression(served: Server) -> None:
    """Feedback is refused while it cannot be kept, for 202 is a promise; answers go on."""
    until(lambda: healthy(served))
    with no_room(served):
        first = ask(served)["request_id"]
        until(lambda: "impression_log" in ask(served)["degraded"])
        assert "impressions wait" in checks(served)["impression_log"]
        assert metric(served, "butler_impressions_waiting") > 0
        kept = {"event_id": "full", "user_id": "t", "poi_id": "p", "event_type": "click"}
        event = {**kept, "occurred_at": datetime.now(UTC).isoformat()}
        told = served.client.post(FEEDBACK, json={"events": [event]})
        assert told.status_code == 503
        assert told.headers["Retry-After"]
    until(lambda: metric(served, "butler_impressions_waiting") == 0)
    until(lambda: healthy(served))
    assert metric(served, "butler_impressions_lost") == 0
    explained = served.client.get(f"{RECOMMEND}/{first}/explanation")
    assert explained.status_code == 200, "it was written when there was room again"
    told = served.client.post(FEEDBACK, json={"events": [event]})
    assert told.json() == {"accepted": 1, "duplicates": 0}


def test_the_metrics_tell_what_the_model_sees_and_how_fresh_it_is(served: Server) -> None:
    until(lambda: healthy(served))
    tell(served, "t000006", ask(served, "t000006")["items"][0]["poi_id"])
    for _ in range(11):  # one of ten is looked at, by the thread that writes them
        ask(served, "t000006")
    until(lambda: metric(served, "butler_feature_values_total{group=" + '"weather"}') > 0)
    assert metric(served, 'butler_model_info{version="1"}') == 1
    assert metric(served, "butler_feedback_visible_seconds_count") > 0
    until(lambda: metric(served, "butler_traveller_age_seconds_count") > 0)
    assert metric(served, 'butler_age_seconds{what="places"}') > 0
    assert metric(served, 'butler_age_seconds{what="weather"}') > 0
    missing = metric(served, 'butler_feature_missing_total{group="traveller"}')
    assert missing < metric(served, 'butler_feature_values_total{group="traveller"}')
