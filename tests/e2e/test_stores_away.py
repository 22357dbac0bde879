"""Stores beside the online one: a log that is frozen while a server runs, conversations and an index of
places that are not there when it starts."""

import time
from pathlib import Path

import httpx
from asking import RECOMMEND, ask, checks, metric, refuses_for_now, tell_click, until
from server import Server, butler, free_port, serving

from serving.api.security import KEY_TTL_SECONDS
from tests.conftest import shared
from tests.elastic_server import elastic_server
from tests.postgresql_process import frozen

MESSAGE = "/api/v1/chat/message"
SCHEMA = "contracts/elasticsearch/es-9.5.0.schema.json"
SEARCH = "Where can I find a trampoline?"
OUTAGE = 30.0  # seconds that a client waits: what nobody may come near


def say(server: Server, text: str) -> httpx.Response:
    return server.client.post(MESSAGE, json={"user_id": "t000003", "text": text})


def test_a_postgresql_that_is_frozen_on_open_connections_keeps_no_traveller_waiting(
    home: Path, postgresql_url: str
) -> None:
    """Also when keys are to be checked again. What was shown meanwhile is in the log when it is back."""
    where = {"BUTLER_LOG_URL": postgresql_url, "BUTLER_DOCUMENTS_URL": postgresql_url}
    key = butler(home, "key", "create", **where).stdout.splitlines()[-1]
    with serving(home, key=key, **where) as server:
        until(lambda: ask(server)["degraded"] == [])
        assert tell_click(server, "e-0").status_code == 202
        assert say(server, "Hello").status_code == 200
        with frozen(postgresql_url):
            began, slowest, shown = time.monotonic(), 0.0, ""
            while time.monotonic() - began < KEY_TTL_SECONDS + 2:
                asked = time.monotonic()
                shown = ask(server)["request_id"]
                slowest = max(slowest, time.monotonic() - asked)
            assert slowest < OUTAGE / 10
            refuses_for_now(tell_click(server, "e-1"))
            refuses_for_now(say(server, "Hello"))
            until(lambda: "impression_log" in ask(server)["degraded"])
            assert server.client.get("/readyz").status_code == 200, "recommendations go on"
            assert "check that the server runs" in checks(server)["log"]
            assert metric(server, "butler_impressions_waiting") > 0
        until(lambda: ask(server)["degraded"] == [])
        until(lambda: set(checks(server).values()) == {"ok"})
        assert tell_click(server, "e-1").json() == {"accepted": 1, "duplicates": 0}
        assert say(server, "Hello").status_code == 200
        assert server.client.get(f"{RECOMMEND}/{shown}/explanation").status_code == 200


def test_a_server_starts_without_its_index_of_places_and_takes_it_up_when_it_is_there(
    home: Path,
) -> None:
    """Only who searches is told to come back."""
    port = free_port()
    with serving(home, BUTLER_SEARCH_URL=f"elasticsearch://127.0.0.1:{port}") as server:
        until(lambda: ask(server)["degraded"] == [])
        assert say(server, "Hello").status_code == 200
        refuses_for_now(say(server, SEARCH))
        until(lambda: "failed" in checks(server)["conversations"])
        assert server.client.get("/readyz").status_code == 200
        with elastic_server(shared(SCHEMA), port) as (_, elastic):
            until(lambda: checks(server)["conversations"] == "ok", seconds=90)
            assert say(server, SEARCH).status_code == 200
            assert "search" in {endpoint for endpoint, _ in elastic.seen}


def test_a_server_starts_without_its_conversations(home: Path) -> None:
    """Only who speaks is told to come back."""
    url = f"mongodb://127.0.0.1:{free_port()}/butler?serverSelectionTimeoutMS=300"
    with serving(home, BUTLER_DOCUMENTS_URL=url) as server:
        until(lambda: ask(server)["degraded"] == [])
        assert tell_click(server, "e-1").status_code == 202
        refuses_for_now(say(server, "Hello"))
        until(lambda: "failed" in checks(server)["conversations"])
        assert server.client.get("/readyz").status_code == 200
