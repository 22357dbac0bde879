"""Turns: work that computes or waits for the disk runs in a few threads, and only so much may wait."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol, TypeVar

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from butler.errors import Overloaded
from serving.api.edge import request_id
from serving.api.metrics import Metrics
from serving.api.problems import KINDS, MEDIA_TYPE, REQUEST_ID_HEADER, told

T = TypeVar("T")
RECENT = 0.1  # weight of the newest of the times that work took


class _Count:
    """Those who are being answered and those who wait; `tell` hears how many wait when one comes or goes."""

    def __init__(self, at_once: int, tell: Callable[[int], None]) -> None:
        self._at_once, self._tell, self._begun = at_once, tell, 0

    @property
    def waiting(self) -> int:
        return max(0, self._begun - self._at_once)

    def full(self, queue: int) -> bool:
        """Whether one more would find so many waiting, or stand where nobody may wait."""
        return self._begun >= self._at_once + queue

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, more: int) -> None:
        self._begun += more
        self._tell(self.waiting)


class Turns:
    """`at_once` threads; at most `queue` wait for one, and nobody who would wait longer than `wait`
    seconds. `waiting` is told how many do whenever one comes or goes.

    Refused at once where too many wait: a late answer is no answer, and makes others late. Threads,
    because /healthz must answer meanwhile; threads of its own, which go from one work straight to the
    next: through the event loop that is told of the end, they would wait for it as long as they work.
    """

    def __init__(
        self, at_once: int, queue: int, wait: float, waiting: Callable[[int], None]
    ) -> None:
        self._at_once, self._queue, self._wait = at_once, queue, wait
        self._count = _Count(at_once, waiting)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="turns")
        self._seconds = 0.0  # that one turn took of late

    def full(self) -> str | None:
        """Why one more would wait too long, or behind too many; None where they would not."""
        waiting = self._count.waiting
        too_long = (waiting + 1) / self._at_once * self._seconds > self._wait
        if waiting >= self._queue or (waiting and too_long):
            return f"{waiting} requests wait for their turn already; try again in a second"
        return None

    async def take(self, work: Callable[..., T], *args: object) -> T:
        """Run `work` in its turn. Raises Overloaded instead of waiting behind too many."""
        check(self)
        with self._count.one_more():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._timed, work, *args)

    def _timed(self, work: Callable[..., T], *args: object) -> T:
        start = time.perf_counter()
        try:
            return work(*args)
        finally:
            self._seconds += RECENT * (time.perf_counter() - start - self._seconds)


class Talks:
    """Conversations of a worker: `at_once` are answered, at most `queue` wait, one more is refused.

    They mostly wait for somebody else; what they compute takes its turn with the recommendations.
    """

    def __init__(self, at_once: int, queue: int, waiting: Callable[[int], None]) -> None:
        self._at_once, self._queue, self._count = at_once, queue, _Count(at_once, waiting)
        self._free: asyncio.Semaphore | None = None  # made in the event loop that uses it

    def full(self) -> str | None:
        """Why one more would wait behind too many; None where they would not."""
        if not self._count.full(self._queue):
            return None
        waiting = self._count.waiting
        return f"{waiting} messages wait for their turn already; try again in a second"

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Overloaded instead of waiting behind too many."""
        check(self)
        self._free = self._free or asyncio.Semaphore(self._at_once)
        with self._count.one_more():
            async with self._free:
                yield


class Waits:
    """So many requests of a worker may wait for something that others make; one more is refused.

    A wait holds no thread and no turn. `waiting` is told how many there are.
    """

    def __init__(self, most: int, waiting: Callable[[int], None]) -> None:
        self._most, self._count = most, _Count(0, waiting)

    def full(self) -> str | None:
        """Why one more would be too many; None where it would not."""
        if not self._count.full(self._most):
            return None
        return f"{self._most} requests wait already; try again in a second, or without waiting"

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Overloaded where too many wait already."""
        check(self)
        with self._count.one_more():
            yield


class Limited(Protocol):
    def full(self) -> str | None: ...


def check(limited: Limited) -> None:
    """Raises Overloaded where one more is too many."""
    why = limited.full()
    if why is not None:
        raise Overloaded(why)


class TurnedAway:
    """Refuse before anything else is looked at, nor is a line written: a refusal must cost next to nothing,
    or refusals are all that is done where too much is asked. Counted as others are.
    """

    def __init__(
        self, app: ASGIApp, turns: Mapping[tuple[str, str], Limited], metrics: Metrics
    ) -> None:
        self.app = app
        self.turns = turns  # by method and path
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        error = refused(self.turns, scope)
        if error is None:
            await self.app(scope, receive, send)
            return
        exchange, path = request_id(scope), scope["path"]
        body = orjson.dumps(told(error, f"{path}#{exchange}"))
        own = [(b"content-length", b"%d" % len(body)), (_ID, exchange.encode())]
        await send({"type": "http.response.start", "status": 503, "headers": _HEADERS + own})
        await send({"type": "http.response.body", "body": body})
        self.metrics.answered(scope["method"], path, 503, time.perf_counter() - began)


def refused(turns: Mapping[tuple[str, str], Limited], scope: Scope) -> Overloaded | None:
    """Why this request is not let in; None where it is.

    Made, not raised: with a trace each refusal would be garbage that only the collector finds.
    """
    limited = turns.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
    why = limited.full() if limited is not None else None
    return None if why is None else Overloaded(why)


_ID = REQUEST_ID_HEADER.lower().encode()
_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in (("Content-Type", MEDIA_TYPE), *KINDS[Overloaded].headers)
]
