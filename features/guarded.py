"""The online store as a request may use it: an answer within a deadline, or none at once.

A store that is down or slow must cost one traveller some milliseconds, not every traveller seconds.
So each question has a deadline, and after some failures in a row it is left alone for a pause;
then one call goes and sees, and the first that succeeds opens the way for all.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from butler.errors import StoreUnavailable
from features.online_rows import open_rows

T = TypeVar("T")


class Rows(Protocol):
    """What holds now, by view and key."""

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]: ...


class Online(Rows, Protocol):
    """The online store; `online_rows.open_rows` and `Features` have it."""

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]: ...

    def write_now(
        self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]
    ) -> int: ...


@dataclass(frozen=True)
class Patience:
    """Seconds a question may take until it is answered, failures in a row that are enough, seconds until
    the next try."""

    deadline: float = 0.025
    failures: int = 3
    pause: float = 1.0


class Breaker:
    """Lets calls through; after `failures` in a row only one every `pause` seconds."""

    def __init__(
        self, failures: int, pause: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._pause, self._clock = failures, pause, clock
        self._failed, self._again = 0, 0.0
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        return self._failed >= self._most

    def lets_through(self) -> bool:
        """Of those that come after the pause the first goes; the others wait for what it finds."""
        with self._lock:
            if not self.open:
                return True
            if self._clock() < self._again:
                return False
            self._again = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._again = self._clock() + self._pause


class Guarded:
    """`Online` with a deadline and a breaker. Safe for several threads.

    Each has connections of its own: who reads for a request never waits for who writes.
    """

    def __init__(self, store: Online, breaker: Breaker) -> None:
        self._store, self._breaker = store, breaker
        self._why = ""

    @classmethod
    def of(cls, home: Path, url: str, patience: Patience) -> "Guarded":
        store = open_rows(home, url, wait=patience.deadline)
        return cls(store, Breaker(patience.failures, patience.pause))

    @property
    def trouble(self) -> str:
        """Why the store is left alone now; "" where it is not."""
        return self._why if self._breaker.open else ""

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        """As `Features.read_now`; raises StoreUnavailable, at once where the store is left alone."""
        return self._guarded(lambda: self._store.read_now(view, keys))

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        """As `SqliteRows.read_together`: one wait, whatever the number of views."""
        return self._guarded(lambda: self._store.read_together(views, key))

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        return self._guarded(lambda: self._store.write_now(view, rows))

    def _guarded(self, call: Callable[[], T]) -> T:
        if not self._breaker.lets_through():
            raise StoreUnavailable(self._why)
        try:
            found = call()
        except StoreUnavailable as error:
            self._why = str(error)
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return found
