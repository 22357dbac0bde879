"""Impressions written behind the answer: a full disk or a slow database is not the traveller's wait."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from butler.domain import Impression
from butler.errors import NotFound, StoreUnavailable
from butler.stores.ports import ImpressionLog

BATCH = 100
GATHERING_SECONDS = 0.05  # a transaction costs as much as its row: some are written together
CLOSING_SECONDS = 5.0
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds after one, two, ... failures in a row


class WrittenBehind:
    """`butler.stores.ports.ImpressionLog` in front of another, written by one thread, in order.

    A killed process loses what was not written yet: a tenth of a second of answers. While the log
    cannot be written, the newest `most` impressions wait in memory and are written when it can be
    again; `append` says so by StoreUnavailable, and only then.
    """

    def __init__(
        self,
        log: ImpressionLog,
        most: int,
        written: Callable[[Sequence[Impression]], None] = lambda _: None,
    ) -> None:
        """`written` is told, by the writer's thread, what has been written."""
        self._log, self._most, self._tell = log, most, written
        self._waiting: deque[Impression] = deque()
        self._changed = threading.Condition()
        self._failures, self._why, self.lost = 0, "", 0
        self._closing = threading.Event()
        self._writer = threading.Thread(target=self._write, name="impressions", daemon=True)
        self._writer.start()

    def append(self, impressions: Sequence[Impression]) -> None:
        with self._changed:
            self._waiting.extend(impressions)
            while len(self._waiting) > self._most:
                self._waiting.popleft()
                self.lost += 1
            why = self._why
            self._changed.notify_all()
        if why:
            raise StoreUnavailable(why)

    def get(self, request_id: str) -> Impression:
        with self._changed:
            waiting = next((i for i in self._waiting if i.request_id == request_id), None)
        return waiting or self._log.get(request_id)

    def since(self, after: int, limit: int = 5_000) -> list[Impression]:
        return self._log.since(after, limit)

    def last_seq(self) -> int:
        return self._log.last_seq()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def trouble(self) -> str:
        """Why the log could not be written last, and what it cost; "" where all is well."""
        if not self._why:
            return ""
        lost = f", {self.lost} lost for want of room" if self.lost else ""
        return f"{self._why} ({self.waiting} impressions wait{lost})"

    def close(self) -> None:
        """Write what waits, for some seconds at most."""
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        self._writer.join(CLOSING_SECONDS)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
            if self.waiting < BATCH:
                self._closing.wait(GATHERING_SECONDS)
            with self._changed:
                batch = list(islice(self._waiting, BATCH))
            if not batch or not self._written(batch):
                if self._closing.is_set():
                    return
                self._pause()

    def _written(self, batch: list[Impression]) -> bool:
        try:
            self._log.append(batch)
            self._tell(batch)
        except Exception as error:  # whatever it is: a dead writer would say nothing any more
            known = isinstance(error, StoreUnavailable)
            with self._changed:
                self._failures += 1
                self._why = str(error) if known else f"the log failed: {type(error).__name__}"
            return False
        with self._changed:
            self._failures, self._why = 0, ""
            for impression in batch:  # the oldest may have made room meanwhile
                if self._waiting and self._waiting[0] is impression:
                    self._waiting.popleft()
        return True

    def _pause(self) -> None:
        self._closing.wait(PAUSES[min(self._failures, len(PAUSES)) - 1])


class Nowhere:
    """An impression log that keeps nothing: for slates that are shown to nobody."""

    def append(self, impressions: Sequence[Impression]) -> None: ...

    def get(self, request_id: str) -> Impression:
        raise NotFound(f"no impression is logged for the request {request_id!r}")

    def since(self, after: int, limit: int = 0) -> list[Impression]:
        return []

    def last_seq(self) -> int:
        return 0
