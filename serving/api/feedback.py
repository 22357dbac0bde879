"""POST /api/v1/recommendations/feedback

A poi_id that the catalogue does not know is accepted: the client may know a place earlier than
we do, and 202 promises to keep the event, not to use it. The compaction puts such an event in
quarantine with its reason, where a later catalogue can find it.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from butler.clock import Clock
from butler.columns import INTERACTIONS, RATING
from butler.domain import Interaction
from butler.errors import InvalidRequest, StoreUnavailable
from serving.answers import Recommender
from serving.api.fields import Instant, Latitude, Longitude, Name, Number
from serving.api.metrics import Metrics
from serving.api.told import Told, tell
from serving.api.turns import Turns

PATH = "/api/v1/recommendations/feedback"
TOLD = ("POST", PATH)
CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=36_525)  # the contract's limit: what is older would only be quarantined
SEND_AGAIN = "Send the same events again: the same event_id counts once."
Value = Annotated[float, Field(allow_inf_nan=False), Number]
Position = Annotated[int, Field(ge=1, le=1000), Number]


class Event(BaseModel):
    """What a traveller did with a place."""

    model_config = ConfigDict(extra="forbid")

    event_id: Name = Field(description="Made by the client; the same one again counts once.")
    user_id: Name
    event_type: Literal[INTERACTIONS]  # type: ignore[valid-type]
    poi_id: Name
    occurred_at: Instant = Field(
        description="ISO 8601; without a zone it is UTC; at most five minutes ahead of our clock."
    )
    session_id: Name | None = None
    value: Value | None = Field(
        None, validate_default=True, description="A rating 1 to 5, or minutes for a visit."
    )
    request_id: Name | None = Field(None, description="The request that showed the place.")
    position: Position | None = Field(None, description="Its rank there; 1 is the top.")
    latitude: Latitude | None = None
    longitude: Longitude | None = Field(None, validate_default=True)

    @field_validator("occurred_at")
    @classmethod
    def _of_our_time(cls, occurred_at: datetime) -> datetime:
        if occurred_at < datetime.now(UTC) - OLDEST:
            raise ValueError("lies over a hundred years back")
        return occurred_at

    @field_validator("value")
    @classmethod
    def _in_its_range(cls, value: float | None, info: ValidationInfo) -> float | None:
        if info.data.get("event_type") == RATING and not (value and 1 <= value <= 5):
            raise ValueError("a rating needs a value from 1 to 5")
        if value is not None and value < 0:
            raise ValueError("must not be negative")
        return value

    @field_validator("longitude")
    @classmethod
    def _both_or_neither(cls, longitude: float | None, info: ValidationInfo) -> float | None:
        if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
            raise ValueError("give both coordinates or neither")
        return longitude

    def interaction(self) -> Interaction:
        return Interaction(**self.model_dump())


class Feedback(BaseModel):
    """A batch: all of it is accepted, or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "events": [
                        {
                            "event_id": "b1946ac9-2f4e",
                            "user_id": "traveller-17",
                            "event_type": "click",
                            "poi_id": "castillo-santa-barbara",
                            "occurred_at": "2026-07-01T10:00:00Z",
                            "request_id": "the request_id of the answer",
                            "position": 2,
                        }
                    ]
                }
            ]
        },
    )

    events: list[Event] = Field(min_length=1)


class Receipt(BaseModel):
    """The events are on our disk: `accepted` were new, `duplicates` were here already."""

    accepted: int
    duplicates: int


def _not_of_the_future(batch: Feedback, now: datetime) -> None:
    """Of the server's own clock, which may have been set. Raises InvalidRequest."""
    for n, event in enumerate(batch.events):
        if event.occurred_at > now + CLOCK_SKEW:
            raise InvalidRequest("lies in the future", f"events[{n}].occurred_at")


def routes(
    recommender: Recommender, metrics: Metrics, most_events: int, clock: Clock, turns: Turns
) -> APIRouter:
    router = APIRouter()

    @router.post(
        PATH,
        status_code=202,
        summary="What travellers did with the places they were shown",
        responses={202: {"description": "Kept, whatever happens to the server now."}},
    )
    async def feedback(http: Request, batch: Feedback) -> Receipt:
        if len(batch.events) > most_events:
            raise InvalidRequest(f"a batch may have {most_events} events", "events")
        interactions = [event.interaction() for event in batch.events]
        _not_of_the_future(batch, clock.now())
        try:
            new = await turns.take(recommender.learn, interactions, clock.now())
        except StoreUnavailable as error:
            error.advice = SEND_AGAIN
            raise
        receipt = Receipt(accepted=len(new), duplicates=len(interactions) - len(new))
        metrics.fed_back(receipt.accepted, receipt.duplicates)
        tell(http.scope, Told(receipt.model_dump()))
        return receipt

    return router
