"""The background task that looks at places, weather, champion and feedback, again and again."""

import asyncio
import logging

from serving.answers import Recommender
from serving.api.metrics import Metrics

_log = logging.getLogger("butler.serving")
LONGEST_PAUSE_SECONDS = 30.0  # between looks that fail


class Refresher:
    """A failed look does not end the server, which goes on with what it has.

    The failure is counted in /metrics, named in /readyz until a look succeeds, and logged with its
    trace.
    """

    def __init__(self, recommender: Recommender, metrics: Metrics, seconds: float) -> None:
        self._recommender = recommender
        self._metrics = metrics
        self._seconds = seconds
        self._failures = 0
        self._last_error = ""

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.pause())
            await self.refresh()

    def pause(self) -> float:
        """Seconds to the next look: it doubles with each failure, for a look may then be costly."""
        longest = max(self._seconds, LONGEST_PAUSE_SECONDS)
        return float(min(self._seconds * 2 ** min(self._failures, 4), longest))

    async def refresh(self) -> None:
        try:
            await asyncio.to_thread(self._recommender.refresh)
        except Exception as error:  # whatever it is: see the class
            self._failures += 1
            self._last_error = type(error).__name__
            _log.exception("refresh failed, %d in a row", self._failures)
        else:
            self._failures = 0
        self._metrics.refreshed(succeeded=self._failures == 0)
        self._metrics.sample(self._recommender.vitals())

    def check(self) -> str:
        if self._failures == 0:
            return "ok"
        return f"failed {self._failures} times in a row ({self._last_error}); see the log"
