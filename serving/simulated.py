"""The platform as a simulation asks it: the real engine, under a clock that is set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from butler.clock import SetClock
from butler.columns import C
from butler.domain import Interaction
from butler.settings import Settings
from features.store import Features
from serving.answers import Answer, Request
from serving.engine import Engine
from serving.impressions import Nowhere
from serving.recommend import recommend


class Simulated:
    """`pipelines.platform.Platform` over the engine that serves the API."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self._clock = SetClock(now)
        self._engine = Engine.open(settings, self._clock)
        self._features = Features(settings.home, settings.online_url)
        self._first = self._engine.moment.model

    def recommend(self, asked: Mapping[str, Any]) -> Answer:
        """As an app asks when it is opened: for now, from here, ten places."""
        self._clock.set(asked[C.OCCURRED_AT])
        self._engine.count()
        return self._engine.recommend(_request(asked), asked[C.REQUEST])

    def by_the_first(self, asked: Mapping[str, Any]) -> Answer:
        """What the first champion would answer, on the features of now; nothing is logged."""
        moment = replace(self._engine.moment, model=self._first)
        return recommend(_request(asked), moment, self._features, Nowhere(), asked[C.REQUEST])

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> None:
        self._clock.set(known_at)
        self._engine.learn(interactions, known_at)

    def refresh(self, now: datetime) -> None:
        self._clock.set(now)
        self._engine.refresh()

    def close(self) -> None:
        self._engine.close()


def _request(asked: Mapping[str, Any]) -> Request:
    now = asked[C.OCCURRED_AT]
    return Request(
        user_id=asked[C.USER],
        requested_at=now,
        at=now,
        latitude=asked[C.LATITUDE],
        longitude=asked[C.LONGITUDE],
    )
