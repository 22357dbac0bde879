"""What fails, and what the traveller sees: real servers, a real Redis, and answers all the same."""

import itertools
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from server import Server, free_port, serving

from butler.settings import Settings
from features.store import Features
from pipelines.build_features import build
from tests.redis_process import Redis

RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
OUTAGE_MS = 2000  # what no step may take
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: Redis is not tested")
    server = Redis(program, tmp_path_factory.mktemp("redis"))
    yield server
    server.end()


@pytest.fixture(scope="module")
def served(
    world_home: Path, redis: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server over a copy of the small home, with its online rows in Redis; the registry it
    was trained with cannot be reached."""
    home = tmp_path_factory.mktemp("failures") / "home"
    shutil.copytree(world_home, home)
    settings = Settings(home=home, online_url=redis.url)
    Features(home, redis.url).apply()
    build(home, settings)
    nowhere = f"http://127.0.0.1:{free_port()}"
    with serving(home, BUTLER_ONLINE_URL=redis.url, BUTLER_REGISTRY_URL=nowhere) as server:
        yield server


def ask(server: Server, user: str = "t000003", **more: Any) -> dict[str, Any]:
    """An answer; that there is one, with places in it, is part of every test."""
    noon = datetime.now(UTC).replace(hour=11, minute=0).isoformat()
    response = server.client.get(RECOMMEND, params={"user_id": user, "at": noon, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    assert answer["items"]
    return answer


def tell(server: Server, user: str, poi: str) -> str:
    event_id = f"failure-{next(NUMBERS)}"
    event = {
        "event_id": event_id,
        "user_id": user,
        "poi_id": poi,
        "event_type": "visit",
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    response = server.client.post(FEEDBACK, json={"events": [event]})
    assert response.status_code == 202, response.text
    assert response.json() == {"accepted": 1, "duplicates": 0}
    return event_id


def checks(server: Server) -> dict[str, str]:
    found: dict[str, str] = server.client.get("/readyz").json()["checks"]
    return found


def metric(server: Server, name: str) -> float:
    """The value of the one sample of that name and labels; 0 where there is none yet."""
    lines = server.client.get("/metrics").text.splitlines()
    return next((float(x.rsplit(" ", 1)[1]) for x in lines if x.startswith(f"{name} ")), 0.0)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not come true within {seconds} seconds"
        time.sleep(0.05)


def healthy(server: Server) -> bool:
    return ask(server)["degraded"] == [] and metric(server, "butler_travellers_behind") == 0


def test_an_unreachable_registry_changes_nothing_for_who_serves(served: Server) -> None:
    """Serving reads the champion's folder and nothing else of the registry."""
    until(
        lambda: healthy(served)
    )  # the first connection to Redis may take longer than a traveller waits
    assert ask(served)["degraded"] == []
    assert set(checks(served).values()) == {"ok"}


def test_a_slow_online_store_is_not_the_travellers_wait(served: Server, redis: Redis) -> None:
    """It takes every question and answers none: each answer comes without it and says so, also the
    ones asked at the same time; what is told meanwhile is learned when it is back."""
    until(lambda: healthy(served))
    seen = ask(served)["items"][0]["poi_id"]
    redis.freeze()
    try:
        with ThreadPoolExecutor(8) as travellers:
            answers = list(travellers.map(lambda n: ask(served, f"t{n:06d}"), range(40)))
        assert all(a["degraded"] == ["online_store"] for a in answers)
        assert max(a["timings_ms"]["traveller"] for a in answers) < OUTAGE_MS / 2
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
    until(lambda: healthy(served))
    seen = ask(served, "t000004")["items"][0]["poi_id"]
    redis.stop()
    try:
        for _ in range(5):
            answer = ask(served, "t000004")
            assert answer["degraded"] == ["online_store"]
            assert answer["timings_ms"]["traveller"] < OUTAGE_MS / 2
        tell(served, "t000004", seen)
        assert "BUTLER_ONLINE_URL" in checks(served)["online_store"]
    finally:
        redis.start()
    until(lambda: healthy(served))
    again = ask(served, "t000004", exclude_visited=True)
    assert seen not in {item["poi_id"] for item in again["items"]}


def test_a_flapping_online_store_never_shows_as_an_error(served: Server, redis: Redis) -> None:
    until(lambda: healthy(served))
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
    assert max(a["timings_ms"]["traveller"] for a in answers) < OUTAGE_MS / 2
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
