"""The platform as a simulation asks it: the real engine, under a clock that is set."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from butler.clock import SetClock
from butler.columns import C
from butler.domain import Interaction
from butler.settings import Settings
from serving.answers import Answer, Request
from serving.engine import Engine


class Simulated:
    """`pipelines.simulate.Platform` over the engine that serves the API."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self._clock = SetClock(now)
        self._engine = Engine.open(settings, self._clock)

    def recommend(self, asked: Mapping[str, Any]) -> Answer:
        """As an app asks when it is opened: for now, from here, ten places."""
        now = asked[C.OCCURRED_AT]
        self._clock.set(now)
        request = Request(
            user_id=asked[C.USER],
            requested_at=now,
            at=now,
            latitude=asked[C.LATITUDE],
            longitude=asked[C.LONGITUDE],
        )
        return self._engine.recommend(request, asked[C.REQUEST])

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> None:
        self._clock.set(known_at)
        self._engine.learn(interactions, known_at)

    def refresh(self, now: datetime) -> None:
        self._clock.set(now)
        self._engine.refresh()

    def close(self) -> None:
        self._engine.close()
