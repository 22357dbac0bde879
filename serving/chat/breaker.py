"""Who fails again and again is left alone for a while: then one call is tried, and decides.

The clock is handed in: seconds that only go forward.
"""

import time
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "trying"]


class Breaker:
    """Closed: calls go out. Open: none does. Trying: one does, the others wait for what it shows.

    Not for several threads: calls of one event loop go through it.
    """

    def __init__(
        self, failures: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._now = failures, seconds, now
        self._failed = 0
        self._until: float | None = None  # None while closed
        self._trying = False

    @property
    def state(self) -> State:
        if self._until is None:
            return "closed"
        return "trying" if self._trying or self._now() >= self._until else "open"

    def allows(self) -> bool:
        """Whether a call may go out; who is let in must say `succeeded`, `failed` or `left`."""
        if self._until is None:
            return True
        if self._trying or self._now() < self._until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._until, self._trying = 0, None, False

    def failed(self) -> None:
        self._failed += 1
        if self._trying or self._failed >= self._most:
            self._until, self._trying = self._now() + self._seconds, False

    def left(self) -> None:
        """The call ended by our own doing and shows nothing: the next one may try."""
        self._trying = False
