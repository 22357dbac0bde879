"""A whole conversation over HTTP: a real server, a real model, real stores, and no key."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server import Server, serving

CHAT = "/api/v1/chat"


@pytest.fixture(scope="module")
def server(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("talking") / "home"
    shutil.copytree(world_home, home)
    with serving(home) as running:
        yield running


def say(server: Server, user: str, text: str, lang: str = "en") -> dict[str, Any]:
    said = {"user_id": user, "text": text, "lang": lang, "lat": 38.346, "lon": -0.481}
    answer = server.client.post(f"{CHAT}/message", json=said)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ids(reply: dict[str, Any]) -> list[str]:
    return [item["poi_id"] for item in reply["items"]]


def test_a_day_with_the_butler_from_the_first_wish_to_forgetting_it_all(server: Server) -> None:
    """Told, recommended, asked why, asked for others, compared, planned, read back and forgotten."""
    say(server, "anna", "I am in a wheelchair.")
    shown = say(server, "anna", "A museum within 60 km tomorrow at 11:00")
    assert all(item["accessible"] for item in shown["items"])
    assert len(ids(shown)) > 1

    why = say(server, "anna", "Why the second?")
    assert ids(why) == ids(shown)[1:2]
    assert shown["items"][1]["name"] in why["text"]
    others = say(server, "anna", "something else")
    assert ids(others)
    assert not set(ids(others)) & set(ids(shown))
    plan = say(server, "anna", "Plan my day tomorrow")
    assert plan["items"]
    assert all(item["accessible"] for item in plan["items"])

    told = server.client.get(
        f"{CHAT}/history", params={"user_id": "anna", "limit": 100, "records": True}
    ).json()["turns"]
    assert [turn["role"] for turn in told] == ["traveller", "butler"] * 5
    called = [[call["tool"] for call in t["record"]["tools"]] for t in told[1::2]]
    assert called == [["remember_preference"], ["recommend"], [], ["recommend"], ["plan_day"]]
    assert all(v["text"] for t in told[1::2] for v in t["record"]["verdicts"])

    cleared = server.client.delete(f"{CHAT}/clear", params={"user_id": "anna"}).json()
    assert cleared == {"forgotten": 10}
    assert not say(server, "anna", "Why the second?")["items"]


def test_what_was_recommended_in_a_conversation_can_be_told_feedback_on(server: Server) -> None:
    shown = say(server, "ben", "Recomiéndame una playa", "es")
    told = server.client.get(f"/api/v1/recommendations/{shown['request_id']}/explanation")
    assert told.status_code == 200
    assert {item["poi_id"] for item in told.json()["items"]} == set(ids(shown))


def test_two_travellers_are_not_told_of_each_other(server: Server) -> None:
    say(server, "carla", "I like beaches")
    say(server, "dora", "A castle, please")
    trip = server.client.get(f"{CHAT}/trip", params={"user_id": "dora"})
    turns = server.client.get(f"{CHAT}/history", params={"user_id": "dora"}).json()["turns"]
    assert len(turns) == 2
    assert "beach" not in trip.text
