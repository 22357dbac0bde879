"""The online store as a request may use it: an answer within a deadline, or none at once.

A store that is down or slow must cost one traveller some milliseconds, not every traveller seconds.
So each question has a deadline, and after some failures in a row it is left alone for a pause;
then one call goes and sees, and the first that succeeds opens the way for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from butler.breaker import Breaker, Guard
from features.online_rows import open_rows


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


class Guarded:
    """`Online` with a deadline and a breaker. Safe for several threads.

    Each has connections of its own: who reads for a request never waits for who writes.
    """

    def __init__(self, store: Online, breaker: Breaker) -> None:
        self._store, self._guard = store, Guard(breaker)

    @classmethod
    def of(cls, home: Path, url: str, patience: Patience) -> "Guarded":
        store = open_rows(home, url, wait=patience.deadline)
        return cls(store, Breaker(patience.failures, patience.pause))

    @property
    def trouble(self) -> str:
        """Why the store is left alone now; "" where it is not."""
        return self._guard.trouble

    def read_now(self, view: str, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        """As `Features.read_now`; raises StoreUnavailable, at once where the store is left alone."""
        with self._guard.use():
            return self._store.read_now(view, keys)

    def read_together(self, views: Sequence[str], key: str) -> list[dict[str, Any] | None]:
        """As `SqliteRows.read_together`: one wait, whatever the number of views."""
        with self._guard.use():
            return self._store.read_together(views, key)

    def write_now(self, view: str, rows: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> int:
        with self._guard.use():
            return self._store.write_now(view, rows)
