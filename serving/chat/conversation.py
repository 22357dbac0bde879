"""The conversation: a message in, sentences that are true out, and a record of what they rest on.

Safety first. Then Claude where there is one, and where it cannot: rules that understand common
requests, the same tools, words of templates, the same gate (docs/chat.md).
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from butler.clock import Clock
from butler.domain import ChatTurn, TripFacts
from butler.errors import ModelUnavailable, Unworded
from butler.stores.ports import Chats
from serving.chat import gate, safety, templates, tongues
from serving.chat.asking import Asking
from serving.chat.history import BUTLER, record_of
from serving.chat.names import Names
from serving.chat.places import Point
from serving.chat.tool import Asked
from serving.chat.tools import Toolbox
from serving.chat.trips import edited
from serving.chat.understand import understand
from serving.chat.values import (
    Called,
    Cost,
    Found,
    Message,
    Piece,
    Reply,
    Sentence,
    Understood,
    Verdict,
    Wording,
)
from serving.explain.words import spoken

_log = logging.getLogger("butler.chat")
HISTORY = 40  # turns that a turn can look back on
TRAVELLER = "traveller"


class Watching(Protocol):
    """Who counts turns; `serving/api/metrics.py` does."""

    def replied(self, reply: Reply) -> None: ...


@dataclass
class Butler:
    """`serving.chat.values.Conversation`. One turn of a traveller at a time in a worker."""

    tools: Toolbox
    chats: Chats
    names: Names
    clock: Clock
    local: Callable[[datetime, Point | None], datetime]  # the time where somebody is
    watching: Watching
    keep: timedelta
    wording: Wording | None = None
    _busy: dict[str, "_Turn"] = field(default_factory=dict)

    async def answer(self, message: Message) -> AsyncIterator[Piece | Reply]:
        """Pieces as they are ready, then the reply whole, kept with its record.

        Raises Overloaded, ModelUnavailable and StoreUnavailable: then nothing was said.
        """
        async with self._alone(message.user_id):
            heard_at = self.clock.now()
            user = message.user_id
            history = await asyncio.to_thread(self.chats.history, user, HISTORY)
            trip = await asyncio.to_thread(self.chats.trip, user)
            async for said in self._said(message, trip, history):
                if isinstance(said, Reply):
                    await self._kept(message, said, heard_at)
                yield said

    async def _said(
        self, message: Message, trip: TripFacts, history: Sequence[ChatTurn]
    ) -> AsyncIterator[Piece | Reply]:
        read_in = self._read_in(message)
        judged = safety.judged(message.text, message.language)
        if judged == safety.HARMLESS:
            judged = safety.judged(message.text, read_in)
        if judged.kind:
            for said in self._worded(Understood(judged.kind), Found(), [], message.language, ""):
                yield said
            return
        because, cost = "no_key", Cost()
        if judged.perhaps:
            because = "safety"  # our own words name 112, and answer
        elif self.wording:
            try:
                async for said in self.wording.turn(message, trip, history):
                    yield said
                return
            except Unworded as error:
                because, cost = error.because, error.cost or cost
        for said in await self._by_rules(message, read_in, trip, history, because):
            yield replace(said, cost=cost) if isinstance(said, Reply) else said

    def _read_in(self, message: Message) -> str:
        """The tag of the language in which the message is read; it is answered in its own."""
        with suppress(ModelUnavailable):  # nothing is known of places, nor of their names
            now = self.local(self.clock.now(), message.here)
            names = self.names.by_name()
            return tongues.read_in(message.text, message.language, names, now)
        return message.language

    async def _by_rules(
        self,
        message: Message,
        read_in: str,
        trip: TripFacts,
        history: Sequence[ChatTurn],
        because: str,
    ) -> list[Piece | Reply]:
        names = self.names.by_name()
        asked = Asked.of(message, trip, history)
        now = self.local(self.clock.now(), asked.here)
        understood = understand(message.text, read_in, names, now)
        asking = Asking(self.tools, asked, history)
        found = await asking.found(understood)
        understood = asking.meant(understood)
        return self._worded(understood, found, asking.called, message.language, because)

    def _worded(
        self,
        understood: Understood,
        found: Found,
        called: Sequence[Called],
        language: str,
        because: str,
    ) -> list[Piece | Reply]:
        """What the templates say of it, as far as the gate lets it pass; never nothing."""
        language = spoken(language)
        barred, verdicts = self._checked(understood, found, language, because)
        for verdict in verdicts:
            if verdict.text is None:
                _log.error("a template did not pass the gate", extra={"facts": _failed(verdict)})
        pieces = [Piece(v.text, v.sentence.facts) for v in verdicts if v.text is not None]
        reply = Reply(
            turn_id=uuid.uuid4().hex,
            text="\n".join(piece.text for piece in pieces),
            language=language,
            items=found.items,
            request_id=found.request_id,
            facts=tuple(dict.fromkeys(f for piece in pieces for f in piece.facts)),
            because=because,
            not_understood=understood.not_understood,
            called=tuple(called),
            verdicts=(*barred, *verdicts),
            grounds=tuple(found.facts),
        )
        return [*pieces, reply]

    def _checked(
        self, understood: Understood, found: Found, language: str, because: str
    ) -> tuple[list[Verdict], list[Verdict]]:
        """Quotations that the gate barred, and the verdicts on what is said: the same in other words
        where one was barred, and that nothing was understood where nothing passed."""

        def check(sentences: Sequence[Sentence]) -> list[Verdict]:
            return gate.check(sentences, found.facts, language, self.names.known())

        verdicts = check(templates.worded(understood, found, language, because))
        barred = [v for v in verdicts if v.text is None and templates.quotes(v.sentence)]
        if barred:
            verdicts = check(templates.worded(understood, found, language, quoting=False))
        if all(v.text is None for v in verdicts):
            verdicts += check(templates.at_a_loss(language))
        return barred, verdicts

    async def _kept(self, message: Message, reply: Reply, heard_at: datetime) -> None:
        """Both turns at once: what was asked stands before what was answered."""
        user, language = message.user_id, spoken(message.language)
        asked = ChatTurn(uuid.uuid4().hex, user, heard_at, TRAVELLER, message.text, language)
        told = ChatTurn(
            *(reply.turn_id, user, self.clock.now(), BUTLER, reply.text, reply.language),
            record_of(reply),
        )
        await asyncio.to_thread(self.chats.append, [asked, told])
        self.watching.replied(reply)

    @asynccontextmanager
    async def _alone(self, user_id: str) -> AsyncIterator[None]:
        turn = self._busy.setdefault(user_id, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._busy.pop(user_id, None)

    async def history(self, user_id: str, limit: int, before: str | None) -> list[ChatTurn]:
        return await asyncio.to_thread(self.chats.history, user_id, limit, before)

    async def clear(self, user_id: str) -> int:
        async with self._alone(user_id):
            return await asyncio.to_thread(self.chats.clear, user_id)

    async def trip(self, user_id: str) -> TripFacts:
        return await asyncio.to_thread(self.chats.trip, user_id)

    async def edit_trip(self, user_id: str, trip: TripFacts) -> TripFacts:
        async with self._alone(user_id):
            trip = edited(await asyncio.to_thread(self.chats.trip, user_id), trip)
            await asyncio.to_thread(self.chats.remember, user_id, trip, self.clock.now())
        return trip

    def refresh(self) -> None:
        """Called by a background task, again and again: the index follows the catalogue, and what is
        older than it may be kept is forgotten."""
        try:
            self.names.refresh()
        finally:  # neither waits for the other to be mended
            self.chats.expire(self.clock.now() - self.keep)


@dataclass
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


def _failed(verdict: Verdict) -> dict[str, object]:
    """Which check, of how many facts: no words, for they may name a place."""
    return {"check": verdict.failed, "facts_cited": len(verdict.sentence.facts)}
