"""Background tasks that look at something anew, again and again: places, weather, feedback, ..."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from serving.answers import Recommender
from serving.api.metrics import Metrics

_log = logging.getLogger("butler.serving")
LONGEST_PAUSE_SECONDS = 30.0  # between looks that fail


class Repeated:
    """A failed look does not end the server, which goes on with what it has.

    The failure is named in /readyz until a look succeeds, and logged with its trace; `tell` is called
    with the outcome of each look. With `at_once`, the first look is now.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Awaitable[None]],
        seconds: float,
        tell: Callable[[bool], None] = lambda succeeded: None,
        at_once: bool = False,
    ) -> None:
        self.name = name
        self._look = look
        self._seconds = seconds
        self._tell = tell
        self._at_once = at_once
        self._failures = 0
        self._last_error = ""

    async def run(self) -> None:
        if self._at_once:
            await self.refresh()
        while True:
            await asyncio.sleep(self.pause())
            await self.refresh()

    def pause(self) -> float:
        """Seconds to the next look: it doubles with each failure, for a look may then be costly."""
        longest = max(self._seconds, LONGEST_PAUSE_SECONDS)
        return float(min(self._seconds * 2 ** min(self._failures, 4), longest))

    async def refresh(self) -> None:
        try:
            await self._look()
        except Exception as error:  # whatever it is: see the class
            self._failures += 1
            self._last_error = type(error).__name__
            _log.exception("%s failed, %d in a row", self.name, self._failures)
        else:
            self._failures = 0
        self._tell(self._failures == 0)

    def check(self) -> str:
        if self._failures == 0:
            return "ok"
        return f"failed {self._failures} times in a row ({self._last_error}); see the log"


class Refresher(Repeated):
    """Places, weather and the champion; what it finds, and how the recommender is, is in /metrics."""

    def __init__(self, recommender: Recommender, metrics: Metrics, seconds: float) -> None:
        self._recommender, self._metrics = recommender, metrics
        super().__init__("refresh", self._anew, seconds, self._sampled)

    async def _anew(self) -> None:
        await asyncio.to_thread(self._recommender.refresh)

    def _sampled(self, succeeded: bool) -> None:
        self._metrics.refreshed(succeeded)
        self._metrics.sample(self._recommender.vitals())
