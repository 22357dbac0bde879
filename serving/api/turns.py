"""Turns: work that computes or waits for the disk runs in a few threads, and only so much may wait."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from butler.errors import Overloaded
from serving.api.problems import refusal

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

    def check(self) -> None:
        """Raises Overloaded where one more would wait behind too many."""
        waiting = self._count.waiting
        too_long = (waiting + 1) / self._at_once * self._seconds > self._wait
        if waiting >= self._queue or (waiting and too_long):
            raise Overloaded(
                f"{waiting} requests wait for their turn already; try again in a second"
            )

    async def take(self, work: Callable[..., T], *args: object) -> T:
        """Run `work` in its turn. Raises Overloaded instead of waiting behind too many."""
        self.check()
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

    def check(self) -> None:
        """Raises Overloaded where one more would wait behind too many."""
        if self._count.full(self._queue):
            raise Overloaded(
                f"{self._count.waiting} messages wait for their turn already; try again in a second"
            )

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Overloaded instead of waiting behind too many."""
        self.check()
        self._free = self._free or asyncio.Semaphore(self._at_once)
        with self._count.one_more():
            async with self._free:
                yield


class Waits:
    """So many requests of a worker may wait for something that others make; one more is refused.

    A wait holds no thread and no turn. `waiting` is told how many there are.
    """

    def __init__(self, most: int, waiting: Callable[[int], None]) -> None:
        self._most, self._tell, self._now = most, waiting, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Raises Overloaded where too many wait already."""
        if self._now >= self._most:
            raise Overloaded(
                f"{self._now} requests wait already; try again in a second, or without waiting"
            )
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self._now += more
        self._tell(self._now)


class Checked(Protocol):
    def check(self) -> None: ...


@dataclass(frozen=True)
class Route:
    """As the router leaves one in the scope: the template that metrics and logs name."""

    path: str


class TurnedAway:
    """Refuse before routing, keys and values are looked at: a refusal must cost next to nothing."""

    def __init__(self, app: ASGIApp, turns: Mapping[tuple[str, str], Checked]) -> None:
        self.app = app
        self.turns = turns  # by method and path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            turns = self.turns.get((scope["method"], scope["path"]))
            try:
                if turns:
                    turns.check()
            except Overloaded as error:
                scope["route"] = Route(scope["path"])
                await refusal(scope, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)
