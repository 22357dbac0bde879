"""Redis within one deadline: whatever a question waits for, all of it together.

The driver's timeout is that of each single wait, and a question may have several: it logs in, chooses a
database, asks, and reads an answer that comes in pieces. A store that is slow in each of them would cost
a request the sum. To connect, once a connection, has the driver's own timeouts, which are as long for
each address and for TLS, and does not count: a store that is slow to connect to would never be asked.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Deadline(threading.local):
    """Until when the question that this thread asks may take; each thread has its own."""

    until = math.inf

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        self.until = time.monotonic() + seconds
        try:
            yield
        finally:
            self.until = math.inf


class TimedSocket:
    """A connected socket, plain or TLS, that waits no longer than until the deadline.

    Raises TimeoutError then, as a socket does.
    """

    def __init__(self, held: Any, deadline: Deadline) -> None:
        self._held, self._deadline = held, deadline
        self._most: float | None = held.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def settimeout(self, seconds: float | None) -> None:
        """What any single wait may last, as ever."""
        self._most = seconds

    def recv_into(self, buffer: bytearray) -> int:
        self._hurry()
        return int(self._held.recv_into(buffer))

    def recv(self, size: int) -> bytes:
        self._hurry()
        return bytes(self._held.recv(size))

    def sendall(self, data: bytes) -> None:
        self._hurry()
        self._held.sendall(data)

    def _hurry(self) -> None:
        left = self._deadline.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        most = left if self._most is None else min(left, self._most)
        self._held.settimeout(None if most == math.inf else most)


def keep(pool: Any, deadline: Deadline) -> None:
    """Let the connections that this pool of the driver's makes from now on keep the deadline."""
    plain: Any = pool.connection_class

    class Timed(plain):  # type: ignore[misc]
        def _connect(self) -> TimedSocket:
            begun = time.monotonic()
            connected = super()._connect()
            deadline.until += time.monotonic() - begun
            return TimedSocket(connected, deadline)

    pool.connection_class = Timed
