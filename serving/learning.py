"""Feedback becomes visible: travellers' online rows are written anew, at once or as soon as possible.

The log holds the feedback already, so nothing here can lose it; a traveller whose row could not be
written stays behind, by name, until it is.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from butler.errors import StoreUnavailable
from butler.stores.ports import FeedbackLog
from features.guarded import Online
from features.one_traveller import MetPlaces
from features.online import refresh_travellers

_log = logging.getLogger("butler.serving")
AGAIN_SECONDS = 0.25  # between tries while somebody is behind
TURN_SECONDS = 0.05  # how long the acceptance of feedback waits to make it visible itself
AT_ONCE = 50  # rows written together; fewer after a failure, for so many may be what is too slow
CLOSING_SECONDS = 5.0


class Learner:
    """Keeps online rows up with the feedback log; one thread of it catches up. Safe for threads.

    `places` is what rows ask of the catalogue's, None while there is none; `visible` is told the seconds from
    the acceptance of feedback to the row that contains it.
    """

    def __init__(
        self,
        online: Online,
        feedback: FeedbackLog,
        places: Callable[[], MetPlaces | None],
        visible: Callable[[float], None],
    ) -> None:
        self._online, self._feedback, self._places = online, feedback, places
        self._visible = visible
        self._behind: dict[str, float] = {}  # traveller -> when feedback was accepted
        self._doing = 0  # taken out of those behind, and not yet written
        self._turn = threading.Lock()
        self._changed = threading.Condition()
        self._closing = False
        self._most = AT_ONCE
        self._trouble = ""
        self._away = ""  # why a store, the online one or the log, did not answer the last time
        self._thread = threading.Thread(target=self._run, name="learning", daemon=True)
        self._thread.start()

    @property
    def behind(self) -> int:
        """Travellers whose online row lacks feedback."""
        return len(self._behind) + self._doing

    def told(self) -> str:
        """For readiness."""
        broken = f"{self._trouble}, which the server's own log tells of" if self._trouble else ""
        why = self._away or broken
        return f"{self.behind} travellers wait for their rows" + (f": {why}" if why else "")

    def learn(self, users: Iterable[str]) -> None:
        """Write the rows of these travellers; those that cannot be written now are behind.

        One computes at a time, or travellers who ask would wait for those who tell, and whoever has
        the turn writes for all who wait: the more there are, the less each costs. Who does not get
        the turn soon leaves it to the thread.
        """
        self.leave_behind(users)
        if self._turn.acquire(timeout=TURN_SECONDS):
            try:
                self._some()
            finally:
                self._turn.release()

    def leave_behind(self, users: Iterable[str]) -> None:
        """To be written by the thread."""
        self._leave(dict.fromkeys(users, time.monotonic()))

    def catch_up(self) -> bool:
        """Write every row that is behind, as far as the store lets us; whether none is left."""
        for _ in range(self.behind):  # once each: one that fails must not keep the others waiting
            with self._turn:
                failed = self._some()
            if not self._behind or (failed and self._away):
                break
        return not self._behind

    def _some(self) -> bool:
        """Write the rows of those who wait, so many at once; whether one could not be written."""
        with self._changed:
            since = dict(islice(self._behind.items(), self._most))
            for user in since:
                del self._behind[user]
            self._doing = len(since)
        failed = self._follow(since)
        self._doing = 0
        self._leave(failed)
        return bool(failed)

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(CLOSING_SECONDS)

    def _leave(self, since: Mapping[str, float]) -> None:
        with self._changed:
            for user, accepted in since.items():
                self._behind.setdefault(user, accepted)
            self._changed.notify_all()

    def _follow(self, since: Mapping[str, float]) -> dict[str, float]:
        """Write the rows of these travellers, told at that time; those that remain."""
        places, remain = self._places(), dict(since)
        if places is None or not since:
            return remain
        together = [list(since)] if self._trouble == "" else [[user] for user in since]
        for users in together:
            try:
                refresh_travellers(self._online, users, self._feedback, places)
            except StoreUnavailable as error:
                self._away, self._most = str(error), max(1, self._most // 2)
                break  # the next ones would fail, too
            except Exception as error:  # whatever it is: the others' rows must follow all the same
                if self._trouble != type(error).__name__:
                    _log.exception("a traveller's row could not be written")
                self._trouble = type(error).__name__
            else:
                self._away, self._most = "", min(AT_ONCE, self._most + 1)
                for user in users:
                    self._visible(time.monotonic() - remain.pop(user))
        if not remain:
            self._trouble = ""
        return remain

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                self._changed.wait_for(lambda: self._behind or self._closing)
            if not self._closing and not self.catch_up():
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, AGAIN_SECONDS)
