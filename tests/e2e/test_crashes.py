"""Crashes and ends under load: what was accepted is kept, once; what was begun is answered."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from server import Server, serving

from butler.settings import Settings
from butler.stores.open import open_log
from models.registry import models_folder, publish

RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
PATIENCE_SECONDS = 120  # a worker imports for many seconds on a busy machine
SLOWER = 3  # times the first start of the same run that a new one may take


class Teller(threading.Thread):
    """An app that tells what its traveller does, again and again until it is accepted."""

    def __init__(self, name: str, server: Server) -> None:
        super().__init__(name=name)
        self.server, self.on = server, True
        self.accepted: list[str] = []
        self.repeated = 0

    def run(self) -> None:
        n = 0
        while self.on:
            ids = [f"{self.name}-{n}-{part}" for part in range(3)]
            n += 1
            while self.on and not self._accepted(ids):
                self.repeated += 1
                time.sleep(0.05)

    def _accepted(self, ids: list[str]) -> bool:
        facts = {"user_id": self.name, "poi_id": "somewhere", "event_type": "click"}
        facts["occurred_at"] = datetime.now(UTC).isoformat()
        try:
            events = [{"event_id": i, **facts} for i in ids]
            told = self.server.client.post(FEEDBACK, json={"events": events})
        except httpx.TransportError:
            return False
        if told.status_code != 202:
            return False
        receipt = told.json()
        assert receipt["accepted"] + receipt["duplicates"] == len(ids)
        self.accepted += ids
        return True


@contextmanager
def telling(server: Server, count: int) -> Iterator[list[Teller]]:
    tellers = [Teller(f"teller{n}", server) for n in range(count)]
    for teller in tellers:
        teller.start()
    try:
        yield tellers
    finally:
        for teller in tellers:
            teller.on = False
        for teller in tellers:
            teller.join()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def told(tellers: list[Teller]) -> int:
    return sum(len(teller.accepted) for teller in tellers)


def kept(home: Path) -> list[str]:
    with closing(open_log(Settings(home=home).sql_url())) as log:
        return [entry.interaction.event_id for entry in log.feedback.since(0)]


def seconds_until_it_answers(server: Server) -> float:
    """From now; over new connections, for the kept ones may be a dead worker's."""
    start = time.monotonic()
    headers = server.client.headers
    while True:
        try:
            answer = httpx.get(f"{server.url}{RECOMMEND}?user_id=x", headers=headers, timeout=30)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            assert answer.status_code == 200
            return time.monotonic() - start
        assert time.monotonic() - start < PATIENCE_SECONDS


@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_of_a_worker_and_of_the_whole_server_loses_and_doubles_no_accepted_event(
    home: Path, workers: int
) -> None:
    """A killed worker is replaced by itself, within `SLOWER` times a first start; where there is another one,
    that answers meanwhile. A killed server is started again by whoever does that, as fast as at first."""
    accepted: list[str] = []
    settings = {"BUTLER_SERVING__WORKERS": str(workers)}
    with serving(home, **settings) as server, telling(server, 3) as tellers:
        first_start = server.seconds
        until(lambda: told(tellers) > 30)
        until(lambda: len(server.workers()) == workers)
        killed = server.workers()[0]
        killed.send_signal(signal.SIGKILL)
        before, away = told(tellers), seconds_until_it_answers(server)
        assert away < (SLOWER if workers == 1 else 1) * first_start
        until(lambda: told(tellers) > before + 30)
        until(lambda: len(server.workers()) == workers)
        assert killed.pid not in {worker.pid for worker in server.workers()}
        server.kill()
        for teller in tellers:
            teller.on = False
    accepted += [event for teller in tellers for event in teller.accepted]
    with serving(home, **settings) as server:
        assert server.seconds < SLOWER * first_start
        assert server.client.get("/readyz").json()["ready"]
        until(lambda: "learning" not in server.client.get("/readyz").json()["checks"])
    found = kept(home)
    assert len(found) == len(set(found)), "none is doubled"
    assert set(accepted) <= set(found), "none is lost"
    assert sum(teller.repeated for teller in tellers) > 0, "it was killed in the midst of it"


def test_sigterm_under_load_writes_every_impression_it_answered_and_answers_all_it_wrote(
    home: Path,
) -> None:
    """An answer that was computed and not delivered, or delivered and not logged, would show."""
    travellers = 12
    begun = threading.Barrier(travellers + 1)

    def ask(server: Server, number: int) -> list[httpx.Response]:
        """Again and again until the server takes no more."""
        answers = []
        with httpx.Client(base_url=server.url, headers=server.client.headers, timeout=60) as own:
            answers.append(own.get(RECOMMEND, params={"user_id": f"t{number:06d}"}))
            begun.wait()
            try:
                while True:
                    answers.append(own.get(RECOMMEND, params={"user_id": f"t{number:06d}"}))
            except httpx.TransportError:
                return answers

    with serving(home) as server:
        with ThreadPoolExecutor(travellers) as pool:
            asked = [pool.submit(ask, server, n) for n in range(travellers)]
            begun.wait()
            time.sleep(0.2)
            server.process.send_signal(signal.SIGTERM)
            answers = [answer for future in asked for answer in future.result()]
        assert server.process.wait(PATIENCE_SECONDS) == 0
    assert {answer.status_code for answer in answers} == {200}
    with closing(open_log(Settings(home=home).sql_url())) as log:
        logged = {impression.request_id for impression in log.impressions.since(0)}
    assert {answer.json()["request_id"] for answer in answers} == logged


def test_no_request_fails_while_champions_are_swapped(home: Path) -> None:
    """Each new one is loaded, tried and warmed beside the old one; every answer is by one of them."""
    answers: list[tuple[int, Any]] = []
    on = True

    def ask(server: Server, number: int) -> None:
        while on:
            answer = server.client.get(RECOMMEND, params={"user_id": f"t{number:06d}"})
            answers.append((answer.status_code, answer.json()))

    with (
        serving(home, BUTLER_SERVING__REFRESH_SECONDS="0.2") as server,
        ThreadPoolExecutor(4) as pool,
    ):
        asking = [pool.submit(ask, server, n) for n in range(4)]
        try:
            for version in ("2", "3", "4", "5"):
                publish(home, version, models_folder(home) / "1")
                until(lambda v=version: answers and answers[-1][1].get("model_version") == v)
        finally:
            on = False
        for future in asking:
            future.result()
        text = server.client.get("/metrics").text
    assert {status for status, _ in answers} == {200}
    assert {answer["model_version"] for _, answer in answers} == {"1", "2", "3", "4", "5"}
    assert all(answer["items"] and answer["degraded"] == [] for _, answer in answers)
    assert 'butler_model_info{version="5"} 1.0' in text
    assert 'butler_model_info{version="4"} 1.0' not in text
