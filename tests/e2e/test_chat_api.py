"""Speaking with a butler over HTTP and over sockets, as apps do: a real server, a small butler behind it."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio  # type: ignore[import-untyped]
from fixed_recommender import FixedRecommender
from small_butler import FixedSurroundings, SmallButler
from test_api import problem_of, running

from butler.settings import ChatSettings, ServingSettings, Settings
from butler.stores.open import open_chats, open_log
from serving.api.metrics import Metrics
from serving.app import build_app
from serving.maintenance import Notices
from serving.spoken import Spoken

MESSAGE, HISTORY = "/api/v1/chat/message", "/api/v1/chat/history"
CLEAR, TRIP = "/api/v1/chat/clear", "/api/v1/chat/trip"
NODE = Path(__file__).parent / "node"
SAID = ["You said: where to?", "The castle is open.\nGo there."]
LONGEST = 200


class Chat:
    def __init__(self, url: str, key: str, home: Path, surroundings: FixedSurroundings) -> None:
        self.url, self.key, self.home, self.surroundings = url, key, home, surroundings
        self.client = httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=30)

    def say(self, text: str = "where to?", user: str = "ana", **more: Any) -> httpx.Response:
        return self.client.post(MESSAGE, json={"user_id": user, "text": text} | more)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        home=home,
        serving=ServingSettings(refresh_seconds=0.02),
        chat=ChatSettings(text_limit=LONGEST, heartbeat_seconds=0.05),
    )
    with closing(open_log(settings.sql_url())) as log:
        metrics, surroundings = Metrics(), FixedSurroundings()
        chats = open_chats(settings.chats_url())
        spoken = Spoken(
            SmallButler(chats, metrics, home), surroundings, lambda: None, close=chats.close
        )
        recommender = FixedRecommender(log.feedback)
        app = build_app(recommender, log.keys, settings, metrics=metrics, speaks=lambda _: spoken)
        key = log.keys.create("tests")
        with running(app) as url:
            yield Chat(url, key, home, surroundings)


# --- over HTTP


def test_a_message_is_answered_whole_with_its_places_and_what_it_rests_on(chat: Chat) -> None:
    answer = chat.say().raise_for_status().json()
    assert answer["text"] == " ".join(SAID)
    assert [item["poi_id"] for item in answer["items"]] == ["castle"]
    assert (answer["facts"], answer["worded_by"], answer["because"]) == (
        ["p1.open"],
        "template",
        "no_key",
    )
    assert answer["not_understood"] == ["xyzzy"]
    assert "called" not in answer
    assert "verdicts" not in answer


def events_of(response: httpx.Response) -> list[tuple[str, Any]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [b for b in response.text.split("\n\n") if b and not b.startswith(":")]
    found = []
    for block in blocks:
        (name, data) = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.mark.parametrize("how", [{"stream": True}, {}], ids=["asked in the body", "by its header"])
def test_a_stream_tells_each_sentence_then_the_places_then_the_whole(
    chat: Chat, how: dict[str, Any]
) -> None:
    accept = {} if how else {"Accept": "text/event-stream"}
    body = {"user_id": "ana", "text": "where to?"} | how
    told = events_of(chat.client.post(MESSAGE, json=body, headers=accept))
    assert [name for name, _ in told] == ["sentence", "sentence", "items", "done"]
    assert [data["text"] for _, data in told[:2]] == SAID
    assert told[2][1]["request_id"] == told[3][1]["request_id"] == "r-1"
    assert told[3][1]["text"] == " ".join(SAID)


@pytest.mark.parametrize(
    ("text", "kind"), [("please fail", "store-unavailable"), ("please crash", "internal-error")]
)
def test_what_fails_within_a_stream_ends_it_as_a_problem_without_inner_things(
    chat: Chat, text: str, kind: str
) -> None:
    told = events_of(chat.say(text, stream=True))
    assert [name for name, _ in told] == ["sentence", "error"]
    assert told[1][1]["type"] == f"urn:butler:problem:{kind}"
    assert "10.0.0.7" not in json.dumps(told[1])
    assert "traveller-17" not in json.dumps(told[1])


def test_a_silent_stream_says_that_it_is_there_and_whoever_leaves_ends_the_answer(
    chat: Chat,
) -> None:
    body = {"user_id": "ana", "text": "wait", "stream": True}
    with chat.client.stream("POST", MESSAGE, json=body) as response:
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith(":")) == ": still there"
    for _ in range(1000):
        if (chat.home / "ended").exists():
            return
        time.sleep(0.03)
    raise AssertionError("the answer goes on though nobody listens")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
        ({"text": "hi", "lat": 38.3}, "lon"),
        ({"text": "hi", "langauge": "es"}, "langauge"),
        ({"text": "hi", "at": "1999-01-01T00:00:00Z"}, "at"),
    ],
)
def test_a_message_that_is_not_valid_is_refused_by_the_name_of_what_is_wrong(
    chat: Chat, body: dict[str, Any], field: str
) -> None:
    response = chat.client.post(MESSAGE, json={"user_id": "ana"} | body)
    assert [error["field"] for error in problem_of(response, 422)["errors"]] == [field]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", MESSAGE), ("GET", HISTORY), ("DELETE", CLEAR), ("GET", TRIP)]
)
def test_nobody_speaks_for_a_traveller_without_a_key(chat: Chat, method: str, path: str) -> None:
    body = {"json": {"user_id": "ana", "text": "hi"}} if method == "POST" else {}
    query = {} if body else {"user_id": "ana"}
    with httpx.Client(base_url=chat.url, timeout=30) as stranger:
        problem_of(stranger.request(method, path, params=query, **body), 401)


def test_what_was_said_can_be_read_page_by_page_and_forgotten(chat: Chat) -> None:
    for text in ("one", "two"):
        chat.say(text, user="ben")
    last = chat.client.get(HISTORY, params={"user_id": "ben", "limit": 3}).json()["turns"]
    assert [turn["role"] for turn in last] == ["butler", "traveller", "butler"]
    assert last[1]["text"] == "two"
    assert "record" not in last[2]
    query = {"user_id": "ben", "before": last[0]["turn_id"], "records": True}
    first = chat.client.get(HISTORY, params=query).json()["turns"]
    assert [turn["text"] for turn in first] == ["one"]
    assert chat.client.delete(CLEAR, params={"user_id": "ben"}).json() == {"forgotten": 4}
    assert chat.client.get(HISTORY, params={"user_id": "ben"}).json() == {"turns": []}


def test_a_trip_is_shown_and_edited_and_refused_where_it_contradicts_itself(chat: Chat) -> None:
    whose = {"user_id": "cleo"}
    assert chat.client.get(TRIP, params=whose).json()["party"] is None
    trip = {"party": "family", "children": [4, 7], "likes": ["nature"], "mobility": "stroller"}
    kept = chat.client.put(TRIP, params=whose, json=trip).raise_for_status().json()
    assert {name: kept[name] for name in trip} == trip
    assert chat.client.get(TRIP, params=whose).json() == kept
    wrong = trip | {"dislikes": ["nature"]}
    response = chat.client.put(TRIP, params=whose, json=wrong)
    assert [e["field"] for e in problem_of(response, 422)["errors"]] == ["dislikes"]


def test_metrics_tell_of_answers_and_name_nobody(chat: Chat) -> None:
    chat.say("my name is Zebulon", user="zebulon")
    told = chat.client.get("/metrics").text
    assert 'butler_chat_replies_total{because="no_key",worded_by="template"}' in told
    assert "zebulon" not in told.lower()


def test_recommendations_come_with_a_sentence_each_where_it_is_asked_for(chat: Chat) -> None:
    query = {"user_id": "ana", "explain": "text"}
    items = chat.client.get("/api/v1/recommendations", params=query).json()["items"]
    assert items
    for item in items:
        assert item["text"].startswith(f"{item['name']}: ")
        assert item["worded_by"] == "template"
    plain = chat.client.get("/api/v1/recommendations", params={"user_id": "ana"}).json()["items"]
    assert {item["text"] for item in plain} == {None}


# --- over sockets


class Heard:
    """A socket of python-socketio, and all it has heard."""

    def __init__(self) -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.events: list[tuple[str, Any]] = []
        self.socket.on("*", self._hear)

    async def _hear(self, event: str, data: Any = None) -> None:
        self.events.append((event, data))

    async def until(self, event: str) -> Any:
        for _ in range(1000):
            for name, data in self.events:
                if name == event:
                    return data
            await asyncio.sleep(0.03)
        raise AssertionError(f"{event} was not heard: {self.events}")


async def connected(chat: Chat, **auth: Any) -> Heard:
    heard = Heard()
    auth = {"key": chat.key, "user_id": "ana"} | auth
    await heard.socket.connect(chat.url, auth=auth, transports=["websocket"])
    return heard


async def test_a_message_over_a_socket_is_answered_sentence_by_sentence(chat: Chat) -> None:
    heard = await connected(chat)
    ack = await heard.socket.call("chat:message", {"id": "m1", "text": "where to?"}, timeout=30)
    await heard.socket.disconnect()
    assert ack["ok"]
    names = [name for name, _ in heard.events]
    assert names == ["chat:typing", *["chat:ai_response"] * 3, "chat:typing"]
    said = [data for name, data in heard.events if name == "chat:ai_response"]
    assert [one["sentence"]["text"] for one in said[:2]] == SAID
    assert said[2]["done"]
    assert said[2]["answer"]["turn_id"] == ack["turn_id"]
    assert {data["id"] for _, data in heard.events} == {"m1"}


async def test_a_socket_without_a_good_key_is_refused(chat: Chat) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError, match="failed to connect"):
        await connected(chat, key="bk_wrong")


@pytest.mark.parametrize(
    ("event", "data", "kind"),
    [
        ("chat:message", {"text": ""}, "invalid-request"),
        ("chat:message", {"text": "please fail"}, "store-unavailable"),
        ("location:update", {"lat": 91, "lon": 0}, "invalid-request"),
        ("chat:shout", {}, "not-found"),
    ],
)
async def test_what_goes_wrong_over_a_socket_is_the_same_problem_document(
    chat: Chat, event: str, data: dict[str, Any], kind: str
) -> None:
    heard = await connected(chat)
    ack = await heard.socket.call(event, data, timeout=30)
    problem = await heard.until("chat:error")
    await heard.socket.disconnect()
    assert not ack["ok"]
    assert problem["type"] == ack["problem"]["type"] == f"urn:butler:problem:{kind}"


async def test_who_moves_is_told_what_is_near_and_when_the_weather_there_changes(
    chat: Chat,
) -> None:
    heard = await connected(chat)
    ack = await heard.socket.call("location:update", {"lat": 38.34, "lon": -0.48}, timeout=30)
    near = await heard.until("location:pois_nearby")
    assert ack == {"ok": True, "places": 1}
    assert [place["poi_id"] for place in near["places"]] == ["castle"]
    chat.surroundings.as_of = datetime.now(UTC)
    weather = await heard.until("system:weather_update")
    await heard.socket.disconnect()
    assert weather["weather"]["condition"] == "rain"


async def test_an_operators_notice_reaches_who_is_there_and_who_comes_later(chat: Chat) -> None:
    heard, notices = await connected(chat), Notices(chat.home)
    notices.announce("Back at noon")
    told = await heard.until("system:maintenance")
    later = await connected(chat)
    assert told == await later.until("system:maintenance")
    assert (told["reason"], told["message"]) == ("announced", "Back at noon")
    later.events.clear()
    notices.end()
    assert (await later.until("system:maintenance"))["reason"] == "over"
    await heard.socket.disconnect()
    await later.socket.disconnect()


# --- with the client that apps use


@pytest.fixture(scope="module")
def node() -> Path:
    """A folder outside the project that holds socket.io-client, installed once."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm: install them to try the sockets with apps' own client")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "holidaibutler-node"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copy(NODE / "package.json", cache)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=cache, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode:
        pytest.skip(f"npm cannot install socket.io-client: {done.stderr[-300:]}")
    return cache


def spoken(node: Path, chat: Chat, auth: dict[str, Any], *said: Any) -> list[dict[str, Any]]:
    words = [json.dumps(one) if isinstance(one, dict) else one for one in said]
    done = subprocess.run(
        ["node", NODE / "talk.js", chat.url, json.dumps(auth), *words],
        env={**os.environ, "NODE_FOLDER": str(node)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_apps_own_client_hears_the_same(chat: Chat, node: Path) -> None:
    auth = {"key": chat.key, "user_id": "ana", "lang": "en"}
    told = spoken(
        *(node, chat, auth),
        *("chat:message", {"id": "m1", "text": "where to?"}),
        *("location:update", {"lat": 38.34, "lon": -0.48}),
        *("chat:message", {"text": ""}),
    )
    assert [one["event"] for one in told] == [
        *("chat:typing", "chat:ai_response", "chat:ai_response", "chat:ai_response"),
        *("chat:typing", "ack", "location:pois_nearby", "ack", "chat:error", "ack"),
    ]
    assert told[1]["data"]["sentence"]["text"] == SAID[0]
    assert told[3]["data"]["answer"]["text"] == " ".join(SAID)
    assert [one["data"]["ok"] for one in told if one["event"] == "ack"] == [True, True, False]


def test_apps_own_client_is_told_why_it_may_not_connect(chat: Chat, node: Path) -> None:
    (told,) = spoken(node, chat, {"key": "bk_wrong", "user_id": "ana"})
    assert told["event"] == "connect_error"
    assert told["data"]["type"] == "urn:butler:problem:not-allowed"
