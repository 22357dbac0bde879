"""Turns: work that computes or waits for the disk runs in a few threads, and only so much may wait."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from butler.errors import Overloaded

T = TypeVar("T")


class Turns:
    """`at_once` threads, at most `queue` that wait for one; `waiting` is told how many do.

    Refused at once where too many wait: a late answer is no answer, and makes others late. Threads,
    because the ranker lets go of the interpreter while it computes, and /healthz must answer
    meanwhile.
    """

    def __init__(self, at_once: int, queue: int, waiting: Callable[[int], None]) -> None:
        self._at_once, self._queue, self._tell = at_once, queue, waiting
        self._threads: CapacityLimiter | None = None  # made in the event loop that uses it
        self._begun = 0  # those being answered, and those that wait

    async def take(self, work: Callable[..., T], *args: object) -> T:
        """Run `work` in its turn. Raises Overloaded instead of waiting behind too many."""
        waiting = max(0, self._begun - self._at_once)
        self._tell(waiting)
        if waiting >= self._queue:
            raise Overloaded(
                f"{waiting} requests wait for their turn already; try again in a second"
            )
        if self._threads is None:
            self._threads = CapacityLimiter(self._at_once)
        self._begun += 1
        try:
            return await run_sync(work, *args, limiter=self._threads)
        finally:
            self._begun -= 1
