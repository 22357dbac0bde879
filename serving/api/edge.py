"""What every request passes first: an id, a clock, and a limit on its body. Plain ASGI."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.metrics import METHODS, Metrics
from serving.api.problems import REQUEST_ID, REQUEST_ID_HEADER, problem
from serving.api.told import only_counted, told
from serving.logs import FACTS
from serving.traces import Traces

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNMATCHED = "(none)"
_OF_TRAVELLERS = "/api/"
_log = logging.getLogger("butler.requests")


class RequestId:
    """Give each request an id, the client's own if it is well-formed, and return it. What is told of a
    traveller is for no cache: not that of a proxy, and not that of a phone, where it would be stale."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope[REQUEST_ID] = request_id(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = scope[REQUEST_ID]
                if scope["path"].startswith(_OF_TRAVELLERS):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_id)


def request_id(scope: Scope) -> str:
    """The client's own if it is well-formed, else a new one."""
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _ACCEPTABLE_ID.fullmatch(given) else uuid4().hex


class Clock:
    """Count, time, log and trace each request under its route's template: no value of it is told.

    What is turned away is counted and timed alone: who has too much to do must not write about it.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, traces: Traces | None = None) -> None:
        self.app = app
        self.metrics, self.traces = metrics, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.pop("route", None)  # of the server this app is mounted in
        began, started = time.time_ns(), time.perf_counter()
        status = 500  # what the client sees if the app raises before it answers

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            self._tell(scope, status, began, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, began: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNMATCHED)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.answered(method, route, status, seconds)
        if only_counted(scope):
            return
        ours = told(scope)
        facts = {"id": scope[REQUEST_ID], "method": method, "route": route, "status": status}
        facts |= ours.facts
        if _log.isEnabledFor(logging.INFO):
            steps = {name: round(ms, 2) for name, ms in ours.steps.items()}
            more = {"ms": round(seconds * 1000, 2)} | ({"steps_ms": steps} if steps else {})
            _log.info("request", extra={FACTS: facts | more})
        if self.traces:
            span = (began, began + int(seconds * 1e9))
            self.traces.request(f"{method} {route}", Headers(scope=scope), span, facts, ours)


class PlainBody:
    """Refuse a compressed body with 415: nothing here unpacks one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        encoding = "identity"
        if scope["type"] == "http":
            encoding = Headers(scope=scope).get("content-encoding", encoding)
        if encoding.strip().lower() in ("", "identity"):
            await self.app(scope, receive, send)
            return
        refusal = problem(
            scope,
            "unsupported-media-type",
            415,
            "The body is compressed",
            f"Content-Encoding {encoding} is not understood; send the body as it is, without "
            "Content-Encoding.",
            # The body stays unread: this connection cannot be used again. RFC 9110, 15.5.16
            headers=[("Accept-Encoding", "identity"), ("Connection", "close")],
        )
        await refusal(scope, receive, send)


class BodyLimit:
    """Refuse a larger body with 413, whether its length is declared or only found out.

    The body is read here, never more than the limit of it, and handed on whole.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self.limit:
            await self._refuse(scope, receive, send)
            return
        if not declared and "transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None as soon as it is too large."""
        parts: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self.limit:
                return None
            more = message.get("more_body", False)
        return b"".join(parts)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = problem(
            scope,
            "body-too-large",
            413,
            "The body is too large",
            f"A body may have {self.limit} bytes; send fewer events at a time.",
            # The rest of the body is still on its way: this connection cannot be used again.
            headers=[("Connection", "close")],
        )
        await refusal(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body as one message, then whatever the client does next (it can only leave)."""
    handed_on = False

    async def replayed() -> Message:
        nonlocal handed_on
        if handed_on:
            return await receive()
        handed_on = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
