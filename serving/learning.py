"""Feedback becomes visible: travellers' online rows are written anew, at once or as soon as possible.

The log holds the feedback already, so nothing here can lose it; a traveller whose row could not be
written stays behind, by name, until it is.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable

import polars as pl

from butler.errors import StoreUnavailable
from butler.stores.ports import FeedbackLog
from features.guarded import Online
from features.online import refresh_traveller

_log = logging.getLogger("butler.serving")
AGAIN_SECONDS = 0.25  # between tries while somebody is behind
CLOSING_SECONDS = 5.0


class Learner:
    """Keeps online rows up with the feedback log; one thread of it catches up. Safe for threads.

    `places` is the catalogue's frame, None while there is none; `visible` is told the seconds from
    the acceptance of feedback to the row that contains it.
    """

    def __init__(
        self,
        online: Online,
        feedback: FeedbackLog,
        places: Callable[[], pl.DataFrame | None],
        visible: Callable[[float], None],
    ) -> None:
        self._online, self._feedback, self._places = online, feedback, places
        self._visible = visible
        self._behind: dict[str, float] = {}  # traveller -> when feedback was accepted
        self._changed = threading.Condition()
        self._closing = False
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="learning", daemon=True)
        self._thread.start()

    @property
    def behind(self) -> int:
        """Travellers whose online row lacks feedback."""
        return len(self._behind)

    def told(self) -> str:
        """For readiness."""
        why = f" ({self._trouble}; see the log)" if self._trouble else ""
        return f"{self.behind} travellers wait for the online store{why}"

    def learn(self, users: Iterable[str]) -> None:
        """Write the rows of these travellers; those that cannot be written now are behind."""
        users = sorted(set(users))
        accepted = time.monotonic()
        self.leave_behind(users, accepted)
        self._follow(users)

    def leave_behind(self, users: Iterable[str], since: float | None = None) -> None:
        since = time.monotonic() if since is None else since
        with self._changed:
            for user in users:
                self._behind.setdefault(user, since)
            self._changed.notify_all()

    def catch_up(self) -> None:
        """Write every row that is behind, as far as the store lets us."""
        with self._changed:
            users = sorted(self._behind)
        self._follow(users)

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(CLOSING_SECONDS)

    def _follow(self, users: Iterable[str]) -> None:
        places = self._places()
        if places is None:
            return
        for user in users:
            # before the log is read: feedback that arrives meanwhile marks the traveller anew
            with self._changed:
                since = self._behind.pop(user, None)
            if since is None:
                continue  # somebody else does it
            try:
                refresh_traveller(self._online, user, self._feedback, places)
            except StoreUnavailable:
                self.leave_behind([user], since)
                return  # the next one would fail, too
            except Exception as error:  # whatever it is: the others' rows must follow all the same
                self.leave_behind([user], since)
                if self._trouble != type(error).__name__:
                    _log.exception("a traveller's row could not be written")
                self._trouble = type(error).__name__
            else:
                self._visible(time.monotonic() - since)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._behind and not self._closing:
                    self._changed.wait()
                self._changed.wait_for(lambda: self._closing, AGAIN_SECONDS)
                if self._closing:
                    return
            self.catch_up()
