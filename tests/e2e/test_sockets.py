"""Conversation over sockets: the real server, spoken to by the client that apps use and by Python's."""

import asyncio
import contextlib
import json
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio
from server import butler
from test_api import Service, key_for

from butler.settings import Settings
from butler.stores.open import open_log
from serving.maintenance import Notices

SCRIPT = Path(__file__).parent / "node" / "client.mjs"
PACKAGES = Path(sys.prefix) / "node"
NPM_GIVES_UP = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=20000")
PATIENCE_SECONDS = 30
QUICK = {"BUTLER_SERVING__REFRESH_SECONDS": "0.05"}
Open = Callable[..., "Client"]


class Client:
    """A client of either kind: what comes is kept in its order."""

    def __init__(self) -> None:
        self._came: queue.Queue[tuple[str, Any]] = queue.Queue()

    def emit(self, event: str, data: Any) -> None: ...

    def close(self) -> None: ...

    def next(self) -> tuple[str, Any]:
        try:
            return self._came.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            pytest.fail(f"nothing came within {PATIENCE_SECONDS} s")

    def until(self, event: str) -> list[tuple[str, Any]]:
        """Everything up to the first of that event, it included."""
        came = [self.next()]
        while came[-1][0] != event:
            came.append(self.next())
        return came

    def asked(self, event: str, data: Any) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
        """What came before the acknowledgement, and the acknowledgement."""
        self.emit(event, data)
        *came, (_, ack) = self.until("ack")
        return came, ack


class NodeClient(Client):
    """socket.io-client from npm, in a process of its own."""

    def __init__(self, url: str, auth: dict[str, Any], transports: str = "") -> None:
        super().__init__()
        self._process = subprocess.Popen(
            ["node", str(SCRIPT), str(PACKAGES), url, json.dumps(auth), transports],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            self._came.put((said["event"], said["data"]))

    def emit(self, event: str, data: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"event": event, "data": data}) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate(timeout=PATIENCE_SECONDS)


class PythonClient(Client):
    """python-socketio's client, in a loop of its own."""

    def __init__(self, url: str, auth: dict[str, Any], transports: str = "websocket") -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = socketio.AsyncClient(reconnection=False)
        self._client.on("*", self._note)
        self._client.on("connect", lambda: self._came.put(("connect", None)))
        self._client.on("connect_error", self._refused)
        self._client.on("disconnect", lambda reason: self._came.put(("disconnect", reason)))
        connecting = self._client.connect(url, auth=auth, transports=transports.split(","))
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            self._wait(connecting)

    def _refused(self, data: Any) -> None:
        told = data.get("data") if isinstance(data, dict) else None
        self._came.put(("connect_error", told))

    async def _note(self, event: str, data: Any = None) -> None:
        self._came.put((event, data))

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    def emit(self, event: str, data: Any) -> None:
        def acknowledged(ack: Any = None) -> None:
            self._came.put(("ack", ack))

        self._wait(self._client.emit(event, data, callback=acknowledged))

    def close(self) -> None:
        if self._loop.is_running():
            self._wait(self._client.disconnect())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def node() -> None:
    """socket.io-client beside the environment, installed once, as its lock file says."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed: apps' own socket.io client is not tested")
    if (PACKAGES / "node_modules" / "socket.io-client").is_dir():
        return
    shutil.copytree(SCRIPT.parent, PACKAGES, dirs_exist_ok=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *NPM_GIVES_UP]
    try:
        subprocess.run(
            command, cwd=PACKAGES, capture_output=True, text=True, timeout=300, check=True
        )
    except subprocess.SubprocessError as error:
        shutil.rmtree(PACKAGES)  # what is half there would be taken for all of it
        why = getattr(error, "stderr", None) or error
        pytest.skip(f"npm cannot install socket.io-client: {str(why)[-300:]}")


@contextlib.contextmanager
def served(home: Path, **more: str) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (QUICK | more).items():
            patch.setenv(name, value)
        service = Service(home)
    try:
        service.wait_ready()
        # What it says from now on is read by nobody: it must not stand in its way.
        threading.Thread(target=lambda: list(service.process.stdout or ()), daemon=True).start()
        yield service
    finally:
        service.end()


@pytest.fixture(scope="module")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(tmp_path_factory.mktemp("home")) as service:
        yield service


@pytest.fixture
def service(shared_service: Service) -> Iterator[Service]:
    yield shared_service
    for name in ("go-on", "ended"):
        (shared_service.home / name).unlink(missing_ok=True)
    Notices(shared_service.home).end()


@pytest.fixture
def opened(service: Service) -> Iterator[Open]:
    """Opens clients of Python's, which are closed after the test."""
    with opening(service, PythonClient) as open_one:
        yield open_one


@contextlib.contextmanager
def opening(service: Service, kind: Callable[..., Client], **more: Any) -> Iterator[Open]:
    key, clients = key_for(service.home)["X-API-Key"], list[Client]()

    def open_one(**auth: Any) -> Client:
        told = {"key": key, "user_id": "ana"} | auth
        clients.append(kind(service.url, told, **more))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()


@pytest.fixture(params=["npm", "npm, polling", "npm, websocket", "python"])
def any_opened(request: pytest.FixtureRequest, service: Service) -> Iterator[Open]:
    """The same of every kind of client and way of transport; npm's own way begins by polling."""
    name, _, transports = request.param.partition(", ")
    if name == "npm":
        request.getfixturevalue("node")
    kind = NodeClient if name == "npm" else PythonClient
    with opening(service, kind, **({"transports": transports} if transports else {})) as open_one:
        yield open_one


# --- with every client


def test_a_message_is_answered_sentence_by_sentence_and_acknowledged(any_opened: Open) -> None:
    client = any_opened(lang="ca")
    assert client.next() == ("connect", None)
    came, ack = client.asked("chat:message", {"id": "m1", "text": "hello"})
    assert [event for event, _ in came] == [
        *("chat:typing", "chat:ai_response", "chat:ai_response", "chat:ai_response", "chat:typing")
    ]
    assert {data["id"] for _, data in came} == {"m1"}
    assert [came[0][1]["typing"], came[-1][1]["typing"]] == [True, False]
    assert came[1][1]["sentence"]["text"] == "You said: hello"
    assert [data["done"] for _, data in came[1:4]] == [False, False, True]
    answer = came[3][1]["answer"]
    assert [item["poi_id"] for item in answer["items"]] == ["castle"]
    assert answer["language"] == "ca"
    assert ack == {"ok": True, "turn_id": answer["turn_id"]}


def test_a_position_brings_what_is_near(any_opened: Open) -> None:
    client = any_opened()
    client.until("connect")
    came, ack = client.asked("location:update", {"lat": 38.34, "lon": -0.48})
    [(event, found)] = came
    assert event == "location:pois_nearby"
    assert [place["name"] for place in found["places"]] == ["Santa Barbara Castle"]
    assert ack == {"ok": True, "places": 1}


def test_sentences_of_an_answer_are_told_to_who_awaits_them(any_opened: Open) -> None:
    """As over HTTP; of an answer that nobody was given, the same problem."""
    client = any_opened()
    client.until("connect")
    came, ack = client.asked("texts:await", {"request_id": "r-1"})
    [(event, told)] = came
    assert event == "texts:told"
    assert (told["request_id"], told["awaited"]) == ("r-1", False)
    assert [(i["poi_id"], i["worded_by"]) for i in told["items"]] == [("castle", "template")]
    assert ack == {"ok": True, "awaited": False}
    _, ack = client.asked("texts:await", {"request_id": "nobodys", "wait": 0})
    assert ack["problem"]["type"] == "urn:butler:problem:not-found"


@pytest.mark.parametrize(
    ("auth", "slug"),
    [
        ({"key": "bk_wrong"}, "not-allowed"),
        ({"key": ""}, "not-allowed"),
        ({"user_id": ""}, "invalid-request"),
        ({"usre_id": "ana"}, "invalid-request"),
        ({"lang": "no language"}, "invalid-request"),
    ],
    ids=["wrong-key", "no-key", "nobody", "misspelt", "language"],
)
def test_who_is_not_known_is_refused_with_a_problem(
    any_opened: Open, auth: dict[str, Any], slug: str
) -> None:
    event, problem = any_opened(**auth).until("connect_error")[-1]
    assert event == "connect_error"
    assert problem["type"] == f"urn:butler:problem:{slug}"
    assert "bk_wrong" not in json.dumps(problem)


@pytest.mark.parametrize(
    ("text", "slug"),
    [("", "invalid-request"), ("fail", "store-unavailable"), ("crash", "internal-error")],
    ids=["nothing-said", "fail", "crash"],
)
def test_what_fails_is_said_as_an_event_and_in_the_acknowledgement(
    any_opened: Open, text: str, slug: str
) -> None:
    """With the document that HTTP has; and the socket goes on."""
    client = any_opened()
    client.until("connect")
    came, ack = client.asked("chat:message", {"id": "m1", "text": text})
    event, problem = came[-1]
    assert event == "chat:error"
    assert (problem["type"], problem["id"]) == (f"urn:butler:problem:{slug}", "m1")
    assert ack == {"ok": False, "problem": {k: v for k, v in problem.items() if k != "id"}}
    assert re.fullmatch(r"/socket\.io#[0-9a-f]{32}", problem["instance"])
    assert "10.0.0.7" not in json.dumps(came)
    assert client.asked("chat:message", {"text": "hello"})[1]["ok"]


def test_an_operators_notice_and_new_weather_are_pushed(any_opened: Open, service: Service) -> None:
    client = any_opened()
    client.until("connect")
    client.asked("location:update", {"lat": 38.34, "lon": -0.48})
    (service.home / "new-weather").touch()
    told = client.until("system:weather_update")[-1][1]
    assert told["weather"] == {"condition": "rain", "temperature_c": 18.0}
    assert told["as_of"] > "1970-01-02"
    Notices(service.home).announce("Back at noon")
    said = client.until("system:maintenance")[-1][1]
    assert said == {"reason": "announced", "message": "Back at noon"}
    Notices(service.home).end()
    assert client.until("system:maintenance")[-1][1]["reason"] == "over"


def test_a_server_that_ends_says_so_first(any_opened: Open, tmp_path: Path) -> None:
    """SIGTERM: everybody is told, then the connections are closed, and the server ends well."""
    with served(tmp_path) as service:
        kind = type(any_opened())
        with opening(service, kind) as open_one:
            clients = [open_one(), open_one()]
            for client in clients:
                client.until("connect")
            service.process.send_signal(signal.SIGTERM)
            for client in clients:
                assert client.until("system:maintenance")[-1][1]["reason"] == "restart"
                client.until("disconnect")
            assert service.process.wait(PATIENCE_SECONDS) == 0


def test_a_server_that_ends_answers_what_was_begun_and_begins_nothing_more(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as service, opening(service, PythonClient) as open_one:
        client = open_one()
        client.emit("chat:message", {"id": "begun", "text": "wait"})
        client.until("chat:ai_response")
        service.process.send_signal(signal.SIGTERM)
        client.until("system:maintenance")
        came, ack = client.asked("chat:message", {"id": "late", "text": "hello"})
        assert came == [("chat:error", ack["problem"] | {"id": "late"})]
        assert ack["problem"]["type"] == "urn:butler:problem:ending"
        time.sleep(1.5)  # by now a server that waits for nobody has closed its connections
        (service.home / "go-on").touch()
        *_, (_, ack) = client.until("ack")
        assert ack["ok"]
        client.until("disconnect")
        assert service.process.wait(PATIENCE_SECONDS) == 0


def test_what_a_server_that_ends_cannot_answer_in_time_is_told_so(tmp_path: Path) -> None:
    with (
        served(tmp_path, BUTLER_CHAT__DRAIN_SECONDS="0.1") as service,
        opening(service, PythonClient) as open_one,
    ):
        client = open_one()
        client.emit("chat:message", {"id": "begun", "text": "wait"})
        client.until("chat:ai_response")
        service.process.send_signal(signal.SIGTERM)
        _, problem = client.until("chat:error")[-1]
        assert (problem["type"], problem["id"]) == ("urn:butler:problem:ending", "begun")
        assert client.next()[0] == "ack"
        client.until("disconnect")
        assert service.process.wait(PATIENCE_SECONDS) == 0
        assert (service.home / "ended").exists()


# --- what does not depend on the client


@pytest.mark.parametrize(
    ("event", "data", "field"),
    [
        ("chat:message", {"text": "hi", "stray": 1}, "stray"),
        ("chat:message", {"text": "x" * 2001}, "text"),
        ("chat:message", {"text": "hi", "lat": 1.0}, "lon"),
        ("chat:message", "hi", "body"),
        ("chat:message", None, "body"),
        ("location:update", {"lat": 38.34}, "lon"),
        ("location:update", {"lat": 91, "lon": 0}, "lat"),
        ("location:update", {"lat": 38, "lon": 0, "limit": 51}, "limit"),
        ("location:update", [1, 2], "body"),
        ("texts:await", {"request_id": "r-1", "wait": 6}, "wait"),
    ],
    ids=str,
)
def test_a_value_that_is_not_valid_is_named(
    opened: Open, event: str, data: Any, field: str
) -> None:
    client = opened()
    client.until("connect")
    _, ack = client.asked(event, data)
    assert [error["field"] for error in ack["problem"]["errors"]] == [field]


def test_an_unknown_event_is_said_to_be_unknown(opened: Open) -> None:
    client = opened()
    client.until("connect")
    came, ack = client.asked("chat:mesage", {"text": "hello"})
    assert came[0][0] == "chat:error"
    assert ack["problem"]["type"] == "urn:butler:problem:not-found"


def test_the_position_of_a_socket_is_where_its_messages_are_from(
    opened: Open, service: Service
) -> None:
    """Until a message says another."""
    client = opened(user_id="walker")
    client.until("connect")
    client.asked("location:update", {"lat": 38.34, "lon": -0.48})
    client.asked("chat:message", {"text": "hello"})
    client.asked("chat:message", {"text": "hello", "lat": 1.0, "lon": 2.0})
    asked = {"user_id": "walker", "records": True}
    with httpx.Client(base_url=service.url, headers=key_for(service.home), timeout=30) as http:
        turns = http.get("/api/v1/chat/history", params=asked).json()["turns"]
    at = [turn["record"]["at"] for turn in turns if turn["role"] == "traveller"]
    assert at == [[38.34, -0.48], [1.0, 2.0]]


def test_consent_is_given_in_a_message_and_for_that_one_alone(
    opened: Open, service: Service
) -> None:
    """Over a socket and over HTTP."""
    client = opened(user_id="agreeing")
    client.until("connect")
    client.asked("chat:message", {"text": "hello", "consent": True})
    client.asked("chat:message", {"text": "hello"})
    said = {"user_id": "agreeing", "text": "hello"}
    with httpx.Client(base_url=service.url, headers=key_for(service.home), timeout=30) as http:
        for more in ({"consent": True}, {}):
            assert http.post("/api/v1/chat/message", json=said | more).status_code == 200
        asked = {"user_id": "agreeing", "records": True}
        turns = http.get("/api/v1/chat/history", params=asked).json()["turns"]
    consent = [turn["record"]["consent"] for turn in turns if turn["role"] == "traveller"]
    assert consent == [True, False, True, False]


def test_what_is_told_on_one_socket_is_not_heard_on_another(opened: Open) -> None:
    speaker, listener = opened(), opened()
    for client in (speaker, listener):
        client.until("connect")
    speaker.asked("chat:message", {"text": "hello"})
    listener.emit("location:update", {"lat": 38.34, "lon": -0.48})
    assert listener.next()[0] == "location:pois_nearby"


def test_who_disconnects_ends_the_answer(opened: Open, service: Service) -> None:
    client = opened()
    client.until("connect")
    client.emit("chat:message", {"text": "wait"})
    client.until("chat:ai_response")
    client.close()
    until((service.home / "ended").exists)


def test_one_socket_cannot_ask_for_more_than_a_few_answers_at_a_time(
    opened: Open, service: Service
) -> None:
    client = opened()
    client.until("connect")
    for n in range(5):
        client.emit("chat:message", {"id": str(n), "text": "wait"})
    problem = client.until("chat:error")[-1][1]
    assert problem["type"] == "urn:butler:problem:overloaded"
    assert problem["retry_after"] == 1
    (service.home / "go-on").touch()
    acks = [client.until("ack")[-1][1]["ok"] for _ in range(4)]
    assert acks.count(True) >= 3


def test_more_sockets_than_are_kept_open_are_refused(tmp_path: Path) -> None:
    """Until one of those is closed."""
    with (
        served(tmp_path, BUTLER_CHAT__SOCKETS="3") as service,
        opening(service, PythonClient) as open_one,
    ):
        clients = [open_one() for _ in range(3)]
        for client in clients:
            client.until("connect")
        with httpx.Client(base_url=service.url, timeout=30) as http:
            assert "butler_sockets 3.0" in http.get("/metrics").text
        problem = open_one().until("connect_error")[-1][1]
        assert problem["type"] == "urn:butler:problem:overloaded"
        clients[0].close()
        until(lambda: open_one().next()[0] == "connect")


def test_a_notice_is_told_to_who_connects_later(opened: Open, service: Service) -> None:
    """And the command that says it is `butler maintenance`."""
    first = opened()
    first.until("connect")
    assert butler(service.home, "maintenance", "Back at noon").returncode == 0
    first.until("system:maintenance")
    assert opened().until("system:maintenance")[-1][1]["message"] == "Back at noon"
    assert butler(service.home, "maintenance", "--over").returncode == 0
    assert first.until("system:maintenance")[-1][1]["reason"] == "over"
    assert butler(service.home, "maintenance").returncode != 0


def test_several_workers_take_websockets_and_refuse_polling(tmp_path: Path) -> None:
    """Polls of one socket would reach different workers; the refusal comes at once."""
    with served(tmp_path, BUTLER_SERVING__WORKERS="2") as service:
        with opening(service, PythonClient) as open_one:
            clients = [open_one() for _ in range(4)]
            for client in clients:
                client.until("connect")
                assert client.asked("chat:message", {"text": "hello"})[1]["ok"]
        with httpx.Client(base_url=service.url, timeout=30) as http:
            assert http.get("/socket.io/?EIO=4&transport=polling").status_code == 400


def test_a_key_that_is_revoked_ends_its_sockets(tmp_path: Path) -> None:
    """At the next event after the seconds that a good key is remembered for."""
    with served(tmp_path) as service, closing(open_log(Settings(home=tmp_path).sql_url())) as log:
        key = log.keys.create("to be revoked")
        client = PythonClient(service.url, {"key": key, "user_id": "ana"})
        client.until("connect")
        log.keys.revoke("to be revoked")

        def refused() -> bool:
            client.emit("location:update", {"lat": 38.34, "lon": -0.48})
            while (event := client.next()[0]) not in ("ack", "chat:error"):
                pass
            return event == "chat:error"

        until(refused)
        client.until("disconnect")
        client.close()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"it did not come to pass within {PATIENCE_SECONDS} s"
        time.sleep(0.1)
