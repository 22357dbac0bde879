"""POST /api/v1/chat/message, whole or as server-sent events; GET .../history; DELETE .../clear"""

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from serving.api.problems import instance_of
from serving.api.stream import events_of
from serving.api.talk import ChatMessage, Spoken, Talk, body_of
from serving.api.told import Told, tell
from serving.api.trips import Whose
from serving.chat.values import Message, Reply

PATH = "/api/v1/chat/message"
ASKED = ("POST", PATH)
EVENTS = "text/event-stream"
UNGATHERED = {"X-Accel-Buffering": "no"}  # a proxy that gathers a stream would spoil it


class HistoryQuery(Whose):
    limit: int = Field(20, ge=1, le=100, description="How many turns, the newest ones.")
    before: str | None = Field(
        None,
        max_length=128,
        description="A turn_id: only turns before it, to read further back. None are before one "
        "that is not known, or is forgotten meanwhile: nothing older is kept, either.",
    )
    records: bool = Field(
        False, description="With what each answer rests on: facts, tools, checks, cost."
    )


class Turn(BaseModel):
    turn_id: str
    said_at: datetime
    role: str = Field(examples=["traveller", "butler"])
    text: str
    language: str
    record: dict[str, Any] | None = None


class History(BaseModel):
    """The oldest turn stands first."""

    turns: list[Turn]


class Cleared(BaseModel):
    """Turns that are forgotten; the trip is, too."""

    forgotten: int


def routes(talk: Talk, heartbeat_seconds: float) -> APIRouter:
    router = APIRouter()

    @router.post(
        PATH,
        summary="Say something to the butler",
        response_model=None,
        responses={
            200: {
                "model": Spoken,
                "description": "The answer; or as events `sentence`, `items`, `done`, `error`.",
                "content": {EVENTS: {"schema": {"type": "string"}}},
            }
        },
    )
    async def message(
        http: Request, said: ChatMessage, accept: Annotated[str, Header()] = "*/*"
    ) -> Response:
        asked = talk.message(said, said.user_id)
        if said.stream or _wants_events(accept):
            events = events_of(talk.answer(asked), instance_of(http.scope), heartbeat_seconds)
            return StreamingResponse(events, media_type=EVENTS, headers=UNGATHERED)
        reply = await _whole(talk, asked)
        facts = {"worded_by": reply.worded_by, "because": reply.because, "items": len(reply.items)}
        tell(http.scope, Told(facts))
        return Response(orjson.dumps(body_of(reply)), media_type="application/json")

    @router.get("/api/v1/chat/history", summary="What was said", response_model_exclude_none=True)
    async def history(query: Annotated[HistoryQuery, Query()]) -> History:
        turns = await talk.conversation.history(query.user_id, query.limit, query.before)
        return History(
            turns=[
                Turn(
                    turn_id=turn.turn_id,
                    said_at=turn.said_at,
                    role=turn.role,
                    text=turn.text,
                    language=turn.language,
                    record=turn.record if query.records else None,
                )
                for turn in turns
            ]
        )

    @router.delete("/api/v1/chat/clear", summary="Forget what was said and told, for good")
    async def clear(whose: Annotated[Whose, Query()]) -> Cleared:
        return Cleared(forgotten=await talk.conversation.clear(whose.user_id))

    return router


def _wants_events(accept: str) -> bool:
    return any(kind.split(";")[0].strip().lower() == EVENTS for kind in accept.split(","))


async def _whole(talk: Talk, message: Message) -> Reply:
    reply: Reply | None = None
    async for part in talk.answer(message):
        if isinstance(part, Reply):
            reply = part
    assert reply is not None  # a conversation ends with it
    return reply
