"""A TCP proxy on loopback that makes a real server slow: its answers come late, or piece by piece."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AT_ONCE = 1 << 16  # bytes; larger than what the tests ask and are answered


class SlowProxy:
    """Before the server on loopback's port `before`; its own is `port`. `questions` counts how often a
    client spoke, whatever it said."""

    def __init__(self, before: int, port: int = 0) -> None:
        self._before, self.port = before, port
        self._late: Iterator[float] = itertools.repeat(0.0)
        self._piece = AT_ONCE
        self.questions = 0

    def late_by(self, *seconds: float, piece: int = AT_ONCE) -> None:
        """Of answers from now on: these in turn, for each answer, or for each `piece` bytes of one."""
        self._late, self._piece = itertools.cycle(seconds), piece

    async def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await end.wait()
        server.close()

    async def _accept(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            server, question = await asyncio.open_connection("127.0.0.1", self._before)
            ways = [self._ask(client, question), self._answer(server, answer)]
            _, going = await asyncio.wait(
                [asyncio.create_task(way) for way in ways], return_when=asyncio.FIRST_COMPLETED
            )
            for task in going:
                task.cancel()
            question.close()
        answer.close()

    async def _ask(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await client.read(AT_ONCE):
                self.questions += 1
                server.write(said)

    async def _answer(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await server.read(AT_ONCE):
                for start in range(0, len(said), self._piece):
                    await asyncio.sleep(next(self._late))
                    client.write(said[start : start + self._piece])


@contextmanager
def slow_proxy(before: int, port: int = 0) -> Iterator[SlowProxy]:
    """As slow as the server itself, until it is told to be late; ended when the block ends. On a spare
    port unless one is given."""
    proxy, ready = SlowProxy(before, port), threading.Event()
    loop, end = asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(proxy.serve(ready, end))  # what is still open then is cancelled

    thread = threading.Thread(target=run, name="slow-proxy", daemon=True)
    thread.start()
    try:
        assert ready.wait(30)
        yield proxy
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(30)
