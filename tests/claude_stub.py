"""A server on this machine that speaks `/v1/messages` as Anthropic does, and answers as it is told.

    stub.script(calls(("recommend", {})), says(("It is close.", ["p1.distance"])))

Each request takes the next step of the script; the last one is repeated. A step is a list of acts:
headers, events, pauses, a break. What is asked is kept in `requests` and held against the contract
in ../shared, and so is every well-formed event that the stub sends; `problems` lists what breaks it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

CONTRACT = Path(__file__).parents[2] / "shared/contracts/anthropic/messages.sdk-2.12.0.schemas.json"
MODEL = "claude-haiku-5-5"
LONG = 10  # seconds
Event = dict[str, Any]
Told = tuple[str, list[str]]


@dataclass
class Step:
    """One response. `status` other than 200 is an error with `body`; else `events` are streamed.

    Seconds: `headers` before the response begins, `first` before its first words, `between` them.
    After `cut` events it breaks off: "dropped" closes the connection, "closed" ends the response as
    if it were complete, "error" sends an error event.
    """

    events: list[Event] = field(default_factory=list)
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)  # headers
    headers: float = 0
    first: float = 0
    between: float = 0
    cut: int | None = None
    how: str = ""
    checked: bool = True


def says(*sentences: Told, pieces: int = 7, stop: str = "end_turn", **how: Any) -> Step:
    """A structured reply, streamed `pieces` letters at a time."""
    reply = {"sentences": [{"text": text, "facts": facts} for text, facts in sentences]}
    return says_text(json.dumps(reply, ensure_ascii=False), pieces=pieces, stop=stop, **how)


def says_text(text: str, pieces: int = 7, stop: str = "end_turn", **how: Any) -> Step:
    """Any text at all."""
    parts = [text[n : n + pieces] for n in range(0, len(text), pieces)]
    deltas = [_delta(0, {"type": "text_delta", "text": part}) for part in parts]
    block = _start(0, {"type": "text", "text": "", "citations": None})
    return Step([_message(), block, *deltas, _stop(0), *_end(stop, len(text) // 4)], **how)


def calls(*tools: tuple[str, Any], before: str = "", **how: Any) -> Step:
    """Tools asked for, with their arguments (a str is sent as it is), after some words perhaps."""
    events = [_message()]
    if before:
        events += [
            _start(0, {"type": "text", "text": "", "citations": None}),
            _delta(0, {"type": "text_delta", "text": before}),
            _stop(0),
        ]
    for n, (name, arguments) in enumerate(tools, start=len(before) > 0):
        written = arguments if isinstance(arguments, str) else json.dumps(arguments)
        block = {"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": {}}
        halves = (written[: len(written) // 2], written[len(written) // 2 :])
        deltas = [_delta(n, {"type": "input_json_delta", "partial_json": half}) for half in halves]
        events += [_start(n, block), *deltas, _stop(n)]
    return Step([*events, *_end("tool_use", 40)], **how)


def refuses() -> Step:
    return Step([_message(), *_end("refusal", 1)])


def fails(status: int, kind: str, **headers: str) -> Step:
    """An error of the API: `fails(529, "overloaded_error")`."""
    body = {"type": "error", "error": {"type": kind, "message": "as the script says"}}
    return Step(status=status, body=body, sent={k.replace("_", "-"): v for k, v in headers.items()})


def sends(*events: Event, **how: Any) -> Step:
    """Just these events, which need not keep the contract."""
    return Step(list(events), checked=False, **how)


class ClaudeStub:
    """Use `running()`. Steps are taken by requests in the order in which they come."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.problems: list[str] = []
        self.pausing: Callable[[float], None] = lambda seconds: None  # told of long pauses
        self.gone = 0  # responses that the client did not wait for
        self._steps: list[Step | Callable[[dict[str, Any]], Step]] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, *steps: Step | Callable[[dict[str, Any]], Step]) -> None:
        """A step may be made of the request: a function."""
        self._steps = list(steps)

    @contextmanager
    def running(self) -> Iterator["ClaudeStub"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join(timeout=10)

    def take(self, request: dict[str, Any], headers: dict[str, str]) -> Step:
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            self._check("MessageCreateParams", request)
            step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        step = step(request) if callable(step) else step
        if step.checked:
            for event in step.events:
                self._check("RawMessageStreamEvent", event)
        return step

    def wait(self, seconds: float) -> None:
        if seconds >= LONG:
            self.pausing(seconds)
        self._stopped.wait(seconds)

    def _check(self, name: str, value: dict[str, Any]) -> None:
        validator = _validator(name)
        if validator:
            errors = [f"{name}: {error.message[:300]}" for error in validator.iter_errors(value)]
            self.problems += errors


@cache
def _validator(name: str) -> Validator | None:
    """None where ../shared is missing: a test of its own says so."""
    if not CONTRACT.exists():
        return None
    return Draft202012Validator(json.loads(CONTRACT.read_text())[name])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stub: ClaudeStub

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        stub = self.server.stub
        if self.path != "/v1/messages":
            stub.problems.append(f"asked for {self.path}")
        step = stub.take(json.loads(body), dict(self.headers.items()))
        try:
            stub.wait(step.headers)
            self._fail(step) if step.status != 200 else self._stream(step)
        except (BrokenPipeError, ConnectionResetError):
            stub.gone += 1
            self.close_connection = True

    def _fail(self, step: Step) -> None:
        body = json.dumps(step.body).encode()
        self.send_response(step.status)
        for name, value in step.sent.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, step: Step) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for n, event in enumerate(step.events):
            if n == step.cut:
                return self._break(step.how)
            self._send(event["type"], event)
            words = event["type"] == "content_block_delta"
            self.server.stub.wait(step.first if n == 0 else words * step.between)
        self._chunk(b"")
        return None

    def _break(self, how: str) -> None:
        if how == "closed":
            return self._chunk(b"")
        if how == "error":
            error = {"type": "overloaded_error", "message": "as the script says"}
            self._send("error", {"type": "error", "error": error})
            return self._chunk(b"")
        self.close_connection = True
        return None

    def _send(self, name: str, event: Event) -> None:
        data = json.dumps(event, ensure_ascii=False)
        self._chunk(f"event: {name}\ndata: {data}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def strict_sdk() -> Iterator[None]:
    """Whoever makes a client meanwhile has one that refuses what is not in the SDK's contract."""
    import anthropic

    strict = partial(anthropic.AsyncAnthropic, _strict_response_validation=True)
    with patch.object(anthropic, "AsyncAnthropic", strict):
        yield


def _message() -> Event:
    usage = {
        "input_tokens": 120,
        "output_tokens": 1,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 2000,
    }
    return {
        "type": "message_start",
        "message": {
            "id": f"msg_{time.monotonic_ns()}",
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        },
    }


def _start(index: int, block: dict[str, Any]) -> Event:
    return {"type": "content_block_start", "index": index, "content_block": block}


def _delta(index: int, delta: dict[str, Any]) -> Event:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _stop(index: int) -> Event:
    return {"type": "content_block_stop", "index": index}


def _end(reason: str, tokens: int) -> list[Event]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    usage = {"output_tokens": max(1, tokens)}
    return [{"type": "message_delta", "delta": delta, "usage": usage}, {"type": "message_stop"}]
