"""Who fails again and again is left alone for a while: then one call is tried, and decides.

The clock is handed in: seconds that only go forward.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from butler.errors import StoreUnavailable

State = Literal["closed", "open", "trying"]
AGAIN_SECONDS = 1.0  # between tries to reach a store that nobody has said more of


class Breaker:
    """Closed: calls go out. Open: none does. Trying: one does, the others wait for what it shows.

    Safe for several threads.
    """

    def __init__(
        self, failures: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Open after so many `failures` in a row, for so many `seconds`."""
        self._most, self._seconds, self._now = failures, seconds, now
        self._failed = 0
        self._until: float | None = None  # None while closed
        self._trying = False
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        until = self._until
        if until is None:
            return "closed"
        return "trying" if self._trying or self._now() >= until else "open"

    def allows(self) -> bool:
        """Whether a call may go out; who is let in must say `succeeded`, `failed` or `left`."""
        if self._until is None:
            return True
        with self._lock:
            if self._until is None:
                return True
            if self._trying or self._now() < self._until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        if self._failed or self._until is not None:
            with self._lock:
                self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._trying or self._failed >= self._most:
                self._until, self._trying = self._now() + self._seconds, False

    def left(self) -> None:
        """The call ended by our own doing and shows nothing: the next one may try."""
        with self._lock:
            self._trying = False


class Guard:
    """A store behind a breaker, of one failure unless another is given: to raise StoreUnavailable is to
    fail."""

    def __init__(self, breaker: Breaker | None = None) -> None:
        self._breaker = breaker or Breaker(1, AGAIN_SECONDS)
        self._last: StoreUnavailable | None = None

    @property
    def trouble(self) -> str:
        """Why the store is left alone now; "" where it is not."""
        return "" if self._last is None or self._breaker.state == "closed" else str(self._last)

    @contextmanager
    def use(self) -> Iterator[None]:
        """Raises StoreUnavailable at once, as the last one who asked, while the store is left alone."""
        if not self._breaker.allows():
            assert self._last is not None  # somebody has failed
            raise type(self._last)(str(self._last))
        try:
            yield
        except StoreUnavailable as error:
            self._last = error
            self._breaker.failed()
            raise
        except BaseException:
            self._breaker.left()
            raise
        self._breaker.succeeded()
