"""Feedback written together: a transaction costs what its fsync costs, whether it has one event or fifty."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from butler.domain import Interaction
from butler.errors import ButlerError
from butler.stores.ports import FeedbackLog


@dataclass
class _Batch:
    """What one caller wants to be written; `new` are its event_ids that were, once it is."""

    interactions: Sequence[Interaction]
    known_at: datetime
    new: list[str] | None = None
    error: BaseException | None = None


class WrittenTogether:
    """`FeedbackLog.append` in front of another's: whoever writes takes along what others wait to write.

    Durable as before: each returns when its own events are on the disk. Safe for threads.
    """

    def __init__(self, log: FeedbackLog) -> None:
        self._log = log
        self._waiting: deque[_Batch] = deque()
        self._turn = threading.Lock()

    def append(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        """The event_ids that were new. Raises what the log raises."""
        mine = _Batch(interactions, known_at)
        self._waiting.append(mine)
        with self._turn:
            if mine.new is None and mine.error is None:
                self._write([self._waiting.popleft() for _ in range(len(self._waiting))])
        if mine.new is None:
            assert mine.error is not None
            raise mine.error
        return mine.new

    def _write(self, together: list[_Batch]) -> None:
        """All in one transaction; an error that is no store's is found by writing each alone."""
        try:
            known_at = max(batch.known_at for batch in together)
            new = set(self._log.append([i for b in together for i in b.interactions], known_at))
        except BaseException as error:
            if len(together) > 1 and not isinstance(error, ButlerError):
                for batch in together:
                    self._write([batch])
                return
            for batch in together:
                batch.error = error
            return
        for batch in together:
            batch.new = [i for i in dict.fromkeys(_ids(batch)) if i in new]
            new.difference_update(batch.new)  # of an event sent twice the first one counts


def _ids(batch: _Batch) -> list[str]:
    return [interaction.event_id for interaction in batch.interactions]
