"""What HTTP and sockets share of a conversation: the message, the answer, and the turn between them."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field

from butler.clock import Clock
from butler.errors import InvalidRequest
from serving.answers import Item
from serving.api.fields import Instant, Language, Latitude, Longitude, Name
from serving.api.metrics import Metrics
from serving.api.recommendations import HORIZON
from serving.api.turns import Talks
from serving.chat.values import Conversation, Message, Piece, Reply

_LAYOUT = "\n\r\t"


def _sayable(text: str) -> str:
    """Line breaks are welcome; what steers terminals and databases is not."""
    if not text.strip():
        raise ValueError("must say something")
    if any(_unsayable(ord(c)) for c in text if c not in _LAYOUT):
        raise ValueError("must not have control characters or halves of letters")
    return text


def _unsayable(letter: int) -> bool:
    """Control characters, and surrogates, which no encoding has alone."""
    return letter < 32 or 0x7F <= letter < 0xA0 or 0xD800 <= letter < 0xE000


class Said(BaseModel):
    """What a traveller says, and from where."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    text: Annotated[str, AfterValidator(_sayable)] = Field(
        examples=["A quiet beach nearby, we have a stroller"]
    )
    lang: Language = Field(
        "en",
        validation_alias=AliasChoices("lang", "language"),
        description="Language of the conversation, BCP 47: in it the message is answered, and read "
        "unless its words are clearly of another one; in English where it is not spoken.",
    )
    lat: Latitude | None = Field(None, description="Where the traveller is (with `lon`).")
    lon: Longitude | None = Field(None, description="Where the traveller is (with `lat`).")
    at: Instant | None = Field(
        None, description="The moment the talk is about, ISO 8601; default: now."
    )
    consent: bool = Field(
        False,
        description="The traveller agreed that Anthropic's Claude reads this conversation and words "
        "the answer. Without it our own words answer.",
    )


class ChatMessage(Said):
    """A message over HTTP."""

    user_id: Name = Field(description="The traveller the app acts for.", examples=["traveller-17"])
    stream: bool = Field(False, description="Server-sent events instead of one answer at the end.")


class Spoken(BaseModel):
    """A whole answer. `text` is the sentences that were checked; `items` are the places it is about."""

    turn_id: str
    text: str
    language: str
    items: list[Item]
    request_id: str | None = Field(
        description="To be sent back with feedback on the items; null where nothing was ranked anew."
    )
    facts: list[str] = Field(description="Ids of the facts that the text rests on.")
    worded_by: str = Field(examples=["template", "claude"])
    because: str = Field(description="Why the template answered, where Claude could have.")
    not_understood: list[str] = Field(description="Phrases that nothing was made of.")


def body_of(reply: Reply) -> dict[str, Any]:
    """JSON-ready; how it was made (tools, verdicts, cost) stays with us."""
    return {name: getattr(reply, name) for name in Spoken.model_fields}


def piece_of(piece: Piece) -> dict[str, Any]:
    return {"text": piece.text, "facts": piece.facts}


def message_of(said: Said, user_id: str, now: datetime, text_limit: int) -> Message:
    """Raises InvalidRequest for what no single value shows."""
    if len(said.text) > text_limit:
        raise InvalidRequest(f"text may have {text_limit} characters", "text")
    if (said.lat is None) != (said.lon is None):
        missing = "lat" if said.lat is None else "lon"
        raise InvalidRequest(f"{missing} is missing: give both coordinates or neither", missing)
    at = said.at or now
    if abs(at - now) > HORIZON:
        raise InvalidRequest(f"at must lie within {HORIZON.days} days of now", "at")
    return Message(user_id, said.text, at, said.lang, said.lat, said.lon, said.consent)


class Talk:
    """A conversation in turns, looked at: how HTTP and sockets both speak with the butler."""

    def __init__(
        self,
        conversation: Conversation,
        talks: Talks,
        metrics: Metrics,
        clock: Clock,
        text_limit: int,
    ) -> None:
        self.conversation, self.talks = conversation, talks
        self._metrics, self._clock, self._text_limit = metrics, clock, text_limit

    def message(self, said: Said, user_id: str) -> Message:
        return message_of(said, user_id, self._clock.now(), self._text_limit)

    async def answer(self, message: Message) -> AsyncGenerator[Piece | Reply, None]:
        """Pieces, then the reply; close it to end the turn early. Raises Overloaded."""
        async with self.talks.turn(), aclosing(_closeable(self.conversation, message)) as said:
            began = time.perf_counter()
            first = 0.0
            async for part in said:
                first = first or time.perf_counter() - began
                if isinstance(part, Reply):
                    self._metrics.spoken(first, time.perf_counter() - began)
                yield part


async def _closeable(
    conversation: Conversation, message: Message
) -> AsyncGenerator[Piece | Reply, None]:
    """Whatever kind of iterator the answer is, its own end is reached, and its stores are let go."""
    said = conversation.answer(message)
    try:
        async for part in said:
            yield part
    finally:
        if isinstance(said, AsyncGenerator):
            await said.aclose()
