"""An online store that is slow, not gone: 20 ms late, two seconds late, now and then late. A real Redis
behind a proxy that holds its answers back."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from asking import (
    ANSWER_MS,
    Answer,
    ask,
    checks,
    healthy,
    metric,
    most_do_not_wait_at_all,
    nobody_waits_beyond_the_bound,
    own_redis,
    quiet_answers,
    serving_over,
    store_ms,
    tell,
    until,
    waited,
    with_rows_in,
)
from server import Server

from butler.settings import Settings
from tests.slow_proxy import SlowProxy, slow_proxy

DEGRADED = 'butler_recommend_degraded_total{what="online_store"}'


@pytest.fixture(scope="module")
def proxied(
    world_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, SlowProxy]]:
    folder = tmp_path_factory.mktemp("slow")
    with own_redis(folder) as redis, slow_proxy(redis.port) as proxy:
        home = with_rows_in(redis, world_home, folder / "home")
        with serving_over(home, f"redis://127.0.0.1:{proxy.port}/0") as server:
            yield server, proxy


@pytest.fixture
def server(proxied: tuple[Server, SlowProxy]) -> Server:
    return proxied[0]


@pytest.fixture
def proxy(proxied: tuple[Server, SlowProxy]) -> Iterator[SlowProxy]:
    yield proxied[1]
    proxied[1].late_by(0)


def asked_for(server: Server, seconds: float) -> list[Answer]:
    """Of several travellers, one after the other, for so long."""
    answers: list[Answer] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(answers) < 40:
        answers.append(ask(server, f"t{len(answers) % 50:06d}"))
    return answers


def test_half_of_what_an_answer_may_take_is_the_stores() -> None:
    """The other half is left for its own work."""
    assert Settings().serving.store_deadline_ms <= ANSWER_MS / 2


def test_a_store_that_takes_20_ms_is_waited_for_once_an_answer(
    server: Server, proxy: SlowProxy
) -> None:
    """Within the deadline, so answers know their travellers; those that came later than that say so."""
    quiet = quiet_answers(server)
    proxy.late_by(0.02)
    before = proxy.questions
    answers: list[Answer] = []

    def known() -> list[Answer]:
        answers.append(ask(server, f"t{len(answers) % 50:06d}"))
        return [answer for answer in answers if answer["degraded"] == []]

    until(lambda: len(known()) >= 15)  # a busy machine adds the 5 ms that are left, now and then
    assert proxy.questions - before <= len(waited(answers)), "one question each"
    assert all(store_ms(answer) >= 20 for answer in known())
    assert all(answer["degraded"] in ([], ["online_store"]) for answer in answers)
    assert median(map(store_ms, known())) < 2 * 20
    nobody_waits_beyond_the_bound(answers, quiet)
    proxy.late_by(0)
    until(lambda: healthy(server))


def test_a_store_that_takes_two_seconds_is_done_without_and_named_until_it_is_fast_again(
    server: Server, proxy: SlowProxy
) -> None:
    quiet = quiet_answers(server)
    seen = ask(server)["items"][0]["poi_id"]
    before = metric(server, DEGRADED)
    proxy.late_by(2)
    began = time.monotonic()
    answers = asked_for(server, 4)
    took = time.monotonic() - began
    tell(server, "t000003", seen)
    assert all(answer["degraded"] == ["online_store"] for answer in answers)
    assert len(waited(answers)) >= 3, "they found out"
    most_do_not_wait_at_all(answers, took)
    nobody_waits_beyond_the_bound(answers, quiet)
    assert "did not answer" in checks(server)["online_store"]
    assert "1 travellers wait" in checks(server)["learning"]
    until(lambda: metric(server, "butler_online_store_away") == 1)
    assert metric(server, DEGRADED) - before >= len(answers)
    assert server.client.get("/readyz").status_code == 200, "it serves all the same"
    proxy.late_by(0)
    until(lambda: healthy(server))
    again = ask(server, exclude_visited=True)
    assert seen not in {item["poi_id"] for item in again["items"]}, "what was told counts"
    until(lambda: metric(server, "butler_online_store_away") == 0)
    assert set(checks(server).values()) == {"ok"}


def test_a_store_that_is_late_every_other_time_is_never_a_travellers_error(
    server: Server, proxy: SlowProxy
) -> None:
    """Never three failures in a row, so it is asked every time: half of the answers know their traveller,
    the others say that they do not."""
    quiet = quiet_answers(server)
    before = metric(server, DEGRADED)
    proxy.late_by(0, 2)
    answers = [ask(server, f"t{n:06d}") for n in range(40)]
    told = [tuple(answer["degraded"]) for answer in answers]
    assert set(told) == {(), ("online_store",)}
    assert told.count(("online_store",)) == metric(server, DEGRADED) - before
    nobody_waits_beyond_the_bound(answers, quiet)
    proxy.late_by(0)
    until(lambda: healthy(server))
    assert set(checks(server).values()) == {"ok"}
