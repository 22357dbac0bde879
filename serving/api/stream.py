"""An answer as server-sent events, while it is made.

    event: sentence     {"text", "facts"}: one that was checked
    event: items        {"items", "request_id"}: the places it is about
    event: done         the whole answer
    event: error        a problem document; nothing follows

A line that begins with a colon says that the server is still there.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import orjson

from serving.api.problems import told
from serving.api.talk import body_of, piece_of
from serving.chat.values import Piece, Reply

HEARTBEAT = b": still there\n\n"
_END = object()


async def events_of(
    parts: AsyncGenerator[Piece | Reply, None], instance: str, heartbeat_seconds: float
) -> AsyncIterator[bytes]:
    """Closing it, as happens when the client goes away, ends the answer that is being made."""
    ready: asyncio.Queue[object] = asyncio.Queue(maxsize=64)
    making = asyncio.create_task(_make(parts, ready))
    try:
        while (part := await _next(ready, heartbeat_seconds)) is not _END:
            for event in _events(part, instance):
                yield event
    finally:
        making.cancel()
        await asyncio.wait([making])


async def _make(parts: AsyncGenerator[Piece | Reply, None], ready: asyncio.Queue[object]) -> None:
    """In a task of its own, so that waiting for the next part can be interrupted by a heartbeat."""
    try:
        async with aclosing(parts):
            async for part in parts:
                await ready.put(part)
    except Exception as error:  # the status is sent already: it leaves as an event
        await ready.put(error)
    await ready.put(_END)


async def _next(ready: asyncio.Queue[object], heartbeat_seconds: float) -> object:
    try:
        return await asyncio.wait_for(ready.get(), heartbeat_seconds)
    except TimeoutError:
        return HEARTBEAT


def _events(part: object, instance: str) -> list[bytes]:
    if isinstance(part, bytes):
        return [part]
    if isinstance(part, Exception):
        return [_event("error", told(part, instance))]
    if isinstance(part, Piece):
        return [_event("sentence", piece_of(part))]
    assert isinstance(part, Reply)
    items = {"items": part.items, "request_id": part.request_id}
    return [_event("items", items), _event("done", body_of(part))]


def _event(name: str, data: dict[str, Any]) -> bytes:
    """JSON has no line break of its own: one line of data."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(data))
