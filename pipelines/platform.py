"""What a simulation needs of serving, which pipelines do not import: the engine comes in by these."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from butler.domain import Interaction


class Item(Protocol):
    @property
    def poi_id(self) -> str: ...


class Answer(Protocol):
    """Of `serving.answers.Answer` what the loop looks at."""

    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def model_version(self) -> str: ...
    @property
    def degraded(self) -> Sequence[str]: ...
    @property
    def timings_ms(self) -> Mapping[str, float]: ...


class Platform(Protocol):
    """What the loop needs of serving; `serving.simulated.Simulated` is it, over the real engine."""

    def recommend(self, asked: Mapping[str, Any]) -> Answer:
        """Answer a row of `Truth.requests` at its own moment, under its own request_id."""

    def by_the_first(self, asked: Mapping[str, Any]) -> Answer:
        """What the model it was opened with would answer, never retrained; not logged."""

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> None: ...

    def refresh(self, now: datetime) -> None:
        """It is `now`; places, weather and the champion may have changed."""

    def close(self) -> None: ...
