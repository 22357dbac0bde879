"""Asking a real server while something fails: answers, what it says of itself, and what it waited for."""

import itertools
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest
from server import Server, serving

from butler.settings import Settings
from features.store import Features
from pipelines.build_features import build
from tests.redis_process import Redis

RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
ANSWER_MS = 50.0  # what an answer may take, also without its online store
WAITED_MS = 12.0  # who spent so much on the store has waited for it: half of the deadline
NUMBERS = itertools.count()

Answer = dict[str, Any]


@contextmanager
def own_redis(folder: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: Redis is not tested")
    server = Redis(program, folder)
    try:
        yield server
    finally:
        server.end()


def with_rows_in(redis: Redis, world_home: Path, home: Path) -> Path:
    """A copy of the world's home whose online rows are in this Redis."""
    shutil.copytree(world_home, home)
    Features(home, redis.url).apply()
    build(home, Settings(home=home, online_url=redis.url))
    return home


@contextmanager
def serving_over(home: Path, url: str, **settings: str) -> Iterator[Server]:
    """A server that has met its online store: the first connection may take longer than one waits."""
    with serving(home, BUTLER_ONLINE_URL=url, **settings) as server:
        until(lambda: healthy(server))
        yield server


def ask(server: Server, user: str = "t000003", **more: Any) -> Answer:
    """An answer; that there is one, with places in it, is part of every test."""
    noon = datetime.now(UTC).replace(hour=11, minute=0).isoformat()
    response = server.client.get(RECOMMEND, params={"user_id": user, "at": noon, **more})
    assert response.status_code == 200, response.text
    answer: Answer = response.json()
    assert answer["items"]
    return answer


def answer_of(server: Server) -> Answer:
    """An answer; nothing where the worker that was asked has just been killed."""
    try:
        return ask(server)
    except httpx.TransportError:
        return {}


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


def tell_click(server: Server, event_id: str) -> httpx.Response:
    """Whatever comes of it."""
    act = {"user_id": "t000003", "poi_id": "p", "event_type": "click", "event_id": event_id}
    event = act | {"occurred_at": datetime.now(UTC).isoformat()}
    return server.client.post(FEEDBACK, json={"events": [event]})


def refuses_for_now(response: httpx.Response) -> None:
    assert response.status_code == 503, response.text
    assert response.headers["Retry-After"]
    assert response.json()["type"] == "urn:butler:problem:store-unavailable"


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


def quiet_answers(server: Server) -> list[Answer]:
    """How long an answer takes on this machine now, with nothing failing."""
    until(lambda: healthy(server))
    return [ask(server, f"t{n:06d}") for n in range(20)]


def whole_ms(answer: Answer) -> float:
    """All steps of it: what the server spent on it once it had its turn."""
    return float(sum(answer["timings_ms"].values()))


def store_ms(answer: Answer) -> float:
    return float(answer["timings_ms"]["traveller"])


def waited(answers: Sequence[Answer]) -> list[Answer]:
    return [answer for answer in answers if store_ms(answer) > WAITED_MS]


def nobody_waits_beyond_the_bound(answers: Sequence[Answer], quiet: Sequence[Answer]) -> None:
    """Of those who waited for the store, the middle one waited less than a whole answer may take, and
    the store cost an answer no more than that beside one of a quiet moment of the same run.

    No clock of a busy machine can make a longer deadline pass: noise only adds. And what it adds would
    have to be as much as the deadline itself (25 ms), to half of those who waited, to fail a good one.
    """
    late = waited(answers)
    if late:
        assert median(map(store_ms, late)) < ANSWER_MS
        assert median(map(whole_ms, late)) < ANSWER_MS + median(map(whole_ms, quiet))


def most_do_not_wait_at_all(answers: Sequence[Answer], seconds: float) -> None:
    """Three find out that the store is away, then one a second goes and sees; `seconds` is how long the
    answers took. Twice as many may seem to have waited, who only had no processor."""
    assert len(waited(answers)) <= 2 * (3 + seconds)
    assert len(waited(answers)) < len(answers) / 2
