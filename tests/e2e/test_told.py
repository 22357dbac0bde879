"""What the server tells those who run it: logs and traces, whole and without personal data."""

import json
import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixed_recommender import FixedRecommender
from server import free_port, serving
from test_api import FEEDBACK, PLACES, event, key_for, running, until

from butler.errors import StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_log
from serving.app import build_app
from serving.logs import FACTS, Json, Text

SECRETS = {  # personal values, and where they are sent
    "user": "anna.secret@example.org",
    "latitude": "38.123456",
    "longitude": "-0.654321",
    "session": "session-of-anna",
    "path": "annas-home",
}


@pytest.fixture(scope="module")
def lines(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All that a server says while travellers ask, tell, err and are refused."""
    folder = tmp_path_factory.mktemp("told")
    home, says = folder / "home", folder / "says"
    shutil.copytree(world_home, home)
    user, lat, lon, session, path = SECRETS.values()
    told = event("e-1", user_id=user, latitude=float(lat), longitude=float(lon), session_id=session)
    with serving(home, says=says) as server:
        ask = server.client.get
        asked = {"user_id": user, "lat": lat, "lon": lon}
        answer = ask(PLACES, params=asked, headers={"X-Request-Id": "my-request"})
        assert answer.status_code == 200
        ask(f"{PLACES}/{answer.json()['request_id']}/explanation")
        ask(PLACES, params=asked | {"limit": "0"})
        ask(PLACES, params=asked | {"category": path})
        ask(PLACES, params=asked, headers={"X-API-Key": f"key of {user}"})
        ask(f"/{path}/{user}")
        ask(f"{PLACES}/{path}/explanation")
        assert server.client.post(FEEDBACK, json={"events": [told]}).status_code == 202
        server.client.post(FEEDBACK, json={"events": [told | {"event_type": path}]})
        server.client.post(FEEDBACK, content=f"not json {user}")
    text = says.read_text()
    assert [word for word in SECRETS.values() if word in text] == []
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def requests(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == "request"]


def test_each_request_is_one_line_of_json_with_its_id(lines: list[dict[str, Any]]) -> None:
    mine = [line for line in requests(lines) if line["id"] == "my-request"]
    assert len(mine) == 1
    assert mine[0] | {"at": "", "ms": 0, "answer": "", "steps_ms": {}} == {
        "at": "",
        "level": "info",
        "by": "butler.requests",
        "event": "request",
        "id": "my-request",
        "method": "GET",
        "route": PLACES,
        "status": 200,
        "answer": "",
        "model": "1",
        "items": 10,
        "ms": 0,
        "steps_ms": {},
    }
    assert {"traveller", "candidates", "features", "rank", "log"} <= set(mine[0]["steps_ms"])
    assert datetime.fromisoformat(mine[0]["at"]).tzinfo is not None


def test_requests_that_err_are_told_by_route_and_status(lines: list[dict[str, Any]]) -> None:
    found = {(line["method"], line["route"], line["status"]) for line in requests(lines)}
    assert {
        ("GET", PLACES, 422),
        ("GET", PLACES, 401),
        ("GET", "(none)", 404),
        ("POST", FEEDBACK, 202),
        ("POST", FEEDBACK, 422),
    } <= found
    told = next(line for line in requests(lines) if line["status"] == 202)
    assert (told["accepted"], told["duplicates"]) == (1, 0)


def _record(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:
        caught = sys.exc_info()
    record = logging.LogRecord("butler.x", logging.ERROR, "", 1, "it failed", (), caught)
    setattr(record, FACTS, {"id": "r-1"})
    return record


def test_an_error_is_told_by_type_and_place_and_only_our_own_words_are_repeated() -> None:
    """Another's message may quote what a traveller sent."""
    line = json.loads(Json().format(_record(ValueError("anna@example.org"))))
    assert (line["event"], line["id"], line["error"]["type"]) == ("it failed", "r-1", "ValueError")
    assert "_record" in line["error"]["trace"][-1]
    assert "anna" not in json.dumps(line)
    ours = json.loads(Json().format(_record(StoreUnavailable("the log: start it"))))
    assert ours["error"]["message"] == "the log: start it"


def test_a_trace_that_others_write_as_text_is_told_by_its_type() -> None:
    text = "Traceback (most recent call last):\n  File x\nValueError: anna@example.org\n"
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 1, text, (), None)
    assert json.loads(Json().format(record))["event"] == "failed: ValueError"


def test_text_says_the_same_for_people() -> None:
    text = Text().format(_record(ValueError("anna@example.org")))
    assert "error it failed id=r-1 error={'type': 'ValueError'}" in text
    assert "_record" in text.splitlines()[-1]
    assert "anna" not in text


# --- traces


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP as an OpenTelemetry collector does."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Taker)

    @property
    def spans(self) -> list[Any]:
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
            ExportTraceServiceRequest,
        )

        sent = [ExportTraceServiceRequest.FromString(body) for _, body in self.bodies]
        scopes = [s for request in sent for r in request.resource_spans for s in r.scope_spans]
        return [span for scope in scopes for span in scope.spans]


class _Taker(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_is_a_span_with_its_steps_below_it_in_the_callers_trace(
    tmp_path: Path, collector: Collector
) -> None:
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    settings = Settings(home=tmp_path, traces=f"http://127.0.0.1:{collector.server_address[1]}")
    with closing(open_log(settings.sql_url())) as log:
        app = build_app(FixedRecommender(log.feedback), log.keys, settings)
        with (
            running(app) as url,
            httpx.Client(base_url=url, headers=key_for(tmp_path), timeout=30) as client,
        ):
            params = {"user_id": SECRETS["user"], "lat": SECRETS["latitude"], "lon": "1"}
            begun = time.time_ns()
            client.get(PLACES, params=params, headers={"traceparent": caller})
            ended = time.time_ns()
            client.get("/nowhere")
    until(lambda: len(collector.spans) == 3)
    by_name = {span.name: span for span in collector.spans}
    request, step = by_name[f"GET {PLACES}"], by_name["rank"]
    assert request.trace_id.hex() == caller.split("-")[1]
    assert request.parent_span_id.hex() == caller.split("-")[2]
    assert step.parent_span_id == request.span_id
    assert step.end_time_unix_nano - step.start_time_unix_nano == 5_000_000
    assert begun <= request.start_time_unix_nano <= step.start_time_unix_nano
    assert request.end_time_unix_nano <= ended
    facts = {a.key: a.value.string_value for a in request.attributes}
    assert facts["butler.status"] == "200"
    assert facts["butler.model"] == "7"
    assert by_name["GET (none)"].trace_id != request.trace_id
    assert {path for path, _ in collector.bodies} == {"/v1/traces"}
    sent = b"".join(body for _, body in collector.bodies)
    assert SECRETS["user"].encode() not in sent
    assert SECRETS["latitude"].encode() not in sent


def test_a_collector_that_is_away_costs_nobody_an_answer(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, traces=f"http://127.0.0.1:{free_port()}")
    with closing(open_log(settings.sql_url())) as log:
        app = build_app(FixedRecommender(log.feedback), log.keys, settings)
        with (
            running(app) as url,
            httpx.Client(base_url=url, headers=key_for(tmp_path), timeout=30) as client,
        ):
            for _ in range(20):
                assert client.get(PLACES, params={"user_id": "u"}).status_code == 200


@pytest.mark.parametrize("name", ["BUTLER_TRACES", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_the_endpoint_may_be_named_by_the_standards_variable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://collector:4318")
    assert Settings().traces == "http://collector:4318"


def test_nothing_of_traces_is_imported_without_the_setting() -> None:
    code = (
        "import sys, serving.app; "
        "assert not any(m.startswith('opentelemetry.exporter') for m in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_clock_of_a_line_is_utc() -> None:
    at = json.loads(Json().format(_record(ValueError())))["at"]
    assert abs((datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()) < 60
