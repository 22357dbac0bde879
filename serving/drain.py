"""What is still to be done when the process is told to end, before it closes its connections."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any

TOLD_BY = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def before_the_end(work: Callable[[], Awaitable[None]], most_seconds: float) -> Iterator[None]:
    """Within it, SIGTERM and SIGINT first do `work`, for so many seconds at most, then what they did before.

    Entered within the event loop. Elsewhere than in the main thread, where no signal can be heard, and
    where nobody else listens, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, begun = asyncio.get_running_loop(), threading.Event()
    former = {number: signal.getsignal(number) for number in TOLD_BY}
    heard: dict[int, Any] = {n: handler for n, handler in former.items() if callable(handler)}
    tasks: set[asyncio.Task[None]] = set()

    async def end(number: int, frame: FrameType | None) -> None:
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(most_seconds):
                    await work()
        finally:
            heard[number](number, frame)

    def begin(number: int, frame: FrameType | None) -> None:
        task = loop.create_task(end(number, frame))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def hear(number: int, frame: FrameType | None) -> None:
        if begun.is_set():  # told twice: at once
            heard[number](number, frame)
            return
        begun.set()
        loop.call_soon_threadsafe(begin, number, frame)

    for number in heard:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in heard.items():
            _put_back(number, hear, handler)


def _put_back(number: int, ours: Any, former: Any) -> None:
    if signal.getsignal(number) is ours:
        signal.signal(number, former)
