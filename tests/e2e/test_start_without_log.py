"""A server that starts while its log is away or damaged answers, refuses feedback, and heals by itself."""

import shutil
from pathlib import Path

import httpx
import pytest
from asking import RECOMMEND, ask, checks, metric, refuses_for_now, tell_click, until
from server import Server, butler, free_port, serving

from butler.stores.known_keys import KnownKeys
from butler.stores.sql import hash_of
from tests.slow_proxy import slow_proxy

TRIP = "/api/v1/chat/trip"
AWAY = {"impression_log"}


def tell_trip(server: Server) -> httpx.Response:
    return server.client.put(TRIP, params={"user_id": "t000003"}, json={"budget": 3})


def ask_as(server: Server, key: str) -> httpx.Response:
    """An answer for somebody with this key, which the worker has not met yet."""
    return server.client.get(RECOMMEND, params={"user_id": "t000004"}, headers={"X-API-Key": key})


def scribble(path: Path) -> None:
    held = path.read_bytes()
    path.write_bytes(held[:100] + b"\xa5" * (len(held) - 100))


def test_with_a_damaged_or_missing_log_a_server_answers_and_heals_when_it_is_restored(
    home: Path, tmp_path: Path
) -> None:
    """The damaged file is left as it is, and a missing one is not made anew: it would know no key."""
    key = butler(home, "key", "create").stdout.splitlines()[-1]
    log, whole, says = home / "log.db", tmp_path / "copy.db", tmp_path / "says"
    shutil.copy(log, whole)
    scribble(log)
    damaged = log.read_bytes()
    with serving(home, says, key=key) as server:
        until(lambda: set(ask(server)["degraded"]) == AWAY)
        first = ask(server)["request_id"]
        refuses_for_now(tell_click(server, "e-1"))
        refuses_for_now(ask_as(server, "bk_" + "x" * 43))  # nobody can say whether it is a key
        ready = server.client.get("/readyz")
        assert ready.status_code == 200, "recommendations go on"
        assert "move it away or restore a copy" in ready.json()["checks"]["log"]
        assert "move it away or restore a copy" in says.read_text()
        assert metric(server, "butler_log_away") == 1
        assert metric(server, "butler_impressions_waiting") > 0
        assert log.read_bytes() == damaged

        for file in home.glob("log.db*"):
            file.rename(tmp_path / f"damaged-{file.name}")
        until(lambda: "butler key create" in checks(server)["log"])
        refuses_for_now(tell_click(server, "e-1"))
        assert not log.exists()

        shutil.copy(whole, log)
        until(lambda: ask(server)["degraded"] == [])
        assert tell_click(server, "e-1").json() == {"accepted": 1, "duplicates": 0}
        assert ask_as(server, "bk_" + "x" * 43).status_code == 401
        until(lambda: set(checks(server).values()) == {"ok"})
        assert metric(server, "butler_log_away") == 0
        explained = server.client.get(f"{RECOMMEND}/{first}/explanation")
        assert explained.status_code == 200, "what was shown meanwhile is in the log"


def test_with_a_postgresql_that_is_away_nobody_is_let_in_whom_this_home_does_not_know(
    home: Path, postgresql_url: str
) -> None:
    """Conversations are kept there, too; all is well when it is back."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    port, database = postgresql_url.rpartition(":")[2].split("/")
    key = butler(home, "key", "create", BUTLER_LOG_URL=postgresql_url).stdout.splitlines()[-1]
    away = free_port()
    url = f"postgresql://butler@127.0.0.1:{away}/{database}"
    with serving(home, key=key, BUTLER_LOG_URL=url, BUTLER_DOCUMENTS_URL=url) as server:
        refuses_for_now(ask_as(server, key))
        ready = server.client.get("/readyz")
        assert ready.status_code == 503
        assert "nobody is let in" in ready.json()["checks"]["keys"]
        assert "check that the server runs" in ready.json()["checks"]["log"]

        KnownKeys(home, url).keep({hash_of(key): "app"})  # as a server does that has met this log
        until(lambda: set(ask(server)["degraded"]) == AWAY)
        assert server.client.get("/readyz").status_code == 200
        refuses_for_now(ask_as(server, "bk_" + "x" * 43))
        refuses_for_now(tell_click(server, "e-1"))
        refuses_for_now(tell_trip(server))

        with slow_proxy(int(port), away):
            until(lambda: ask(server)["degraded"] == [])
            until(lambda: tell_trip(server).status_code == 200)
            assert tell_click(server, "e-1").json() == {"accepted": 1, "duplicates": 0}
            assert ask_as(server, "bk_" + "x" * 43).status_code == 401
            assert checks(server)["log"] == "ok"
