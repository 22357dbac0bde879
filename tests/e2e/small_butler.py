"""A butler small enough to know by heart: a real conversation, kept in a real store, about one castle."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from butler.domain import ChatTurn, TripFacts
from butler.errors import NoRoom, StoreUnavailable
from butler.stores.ports import Chats
from serving.answers import Item, Reason, RuleMove
from serving.api.metrics import Metrics
from serving.chat.values import Called, Cost, Message, Piece, Reply, Sentence, Verdict
from serving.surroundings import Nearby

CASTLE = Item(
    rank=1,
    score=0.75,
    poi_id="castle",
    name="Castell de Santa Bàrbara",
    category="culture/castle",
    latitude=38.3490,
    longitude=-0.4780,
    distance_km=1.2,
    open_at_arrival=True,
    price_level=1,
    indoor_share=0.2,
    typical_duration_min=90,
    accessible=None,
    kid_friendly=True,
    opening_hours="10:00-20:00",
    tags=("view",),
    propensity=0.9,
    reasons=(Reason("distance", "for", "close to you", 0.4),),
    moved=(RuleMove("closed", 2, 1),),
)


class SmallButler:
    """Says the message back, then the castle. `wait`, `fail`, `full` and `crash` in a message do so after the
    first sentence: until the file `go-on` of the folder is there, by a store, by a bug."""

    def __init__(self, chats: Chats, metrics: Metrics, folder: Path) -> None:
        self._chats, self._metrics, self._folder = chats, metrics, folder

    async def answer(self, message: Message) -> AsyncIterator[Piece | Reply]:
        """Leaves the file `ended` where it was ended before its end."""
        try:
            async for part in self._said(message):
                yield part
        except (asyncio.CancelledError, GeneratorExit):
            (self._folder / "ended").touch()
            raise

    async def _said(self, message: Message) -> AsyncIterator[Piece | Reply]:
        said = [f"You said: {message.text}", "The castle is open.\nGo there."]
        yield Piece(said[0])
        if "wait" in message.text:
            while not (self._folder / "go-on").exists():
                await asyncio.sleep(0.01)
        if "fail" in message.text:
            raise StoreUnavailable("the store at 10.0.0.7 is gone")
        if "full" in message.text:
            raise NoRoom("the disk of 10.0.0.7 is full")
        if "crash" in message.text:
            raise ZeroDivisionError("traveller-17 divided by zero")
        yield Piece(said[1], ("p1.open",))
        reply = Reply(
            turn_id=uuid.uuid4().hex,
            text=" ".join(said),
            language=message.language,
            items=(CASTLE,),
            request_id="r-1",
            facts=("p1.open",),
            because="no_key",
            not_understood=("xyzzy",),
            called=(Called("recommend", {"secret": message.user_id}),),
            verdicts=(Verdict(Sentence("x"), None, "numbers"), Verdict(Sentence("y"), "y")),
            cost=Cost(1, 2, 3, 4),
        )
        await asyncio.to_thread(self._keep, message, reply)
        self._metrics.replied(reply)
        self._metrics.tool_called("recommend", True, 0.01)
        yield reply

    def _keep(self, message: Message, reply: Reply) -> None:
        user, at, language = message.user_id, datetime.now(UTC), message.language
        where: dict[str, Any] = {
            "at": [message.latitude, message.longitude],
            "consent": message.consent,
        }
        self._chats.append(
            [
                ChatTurn(uuid.uuid4().hex, user, at, "traveller", message.text, language, where),
                ChatTurn(reply.turn_id, user, at, "butler", reply.text, language, {"n": 1}),
            ]
        )

    async def history(self, user_id: str, limit: int, before: str | None) -> list[ChatTurn]:
        return await asyncio.to_thread(self._chats.history, user_id, limit, before)

    async def clear(self, user_id: str) -> int:
        return await asyncio.to_thread(self._chats.clear, user_id)

    async def trip(self, user_id: str) -> TripFacts:
        return await asyncio.to_thread(self._chats.trip, user_id)

    async def edit_trip(self, user_id: str, trip: TripFacts) -> TripFacts:
        await asyncio.to_thread(self._chats.remember, user_id, trip, datetime.now(UTC))
        return trip


class FixedSurroundings:
    """The castle is near wherever one is; forecasts are as new as the file `new-weather` of the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def nearby(
        self, latitude: float, longitude: float, within_km: float, limit: int, language: str
    ) -> list[Nearby]:
        name = "Santa Barbara Castle" if language == "en" else CASTLE.name
        found = [Nearby("castle", name, CASTLE.category, CASTLE.latitude, CASTLE.longitude, 1.2)]
        return found[:limit] if within_km >= 1.2 else []

    def weather(self, latitude: float, longitude: float) -> dict[str, Any] | None:
        return {"condition": "rain", "temperature_c": 18.0}

    def weather_as_of(self) -> datetime | None:
        told = self._folder / "new-weather"
        return datetime.fromtimestamp(told.stat().st_mtime if told.exists() else 0, UTC)
