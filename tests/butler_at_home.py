"""A butler over a real engine and real stores, as the server opens it; spoken to without HTTP."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from butler.domain import TripFacts
from butler.settings import Settings
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat.conversation import Butler
from serving.chat.tool import Asked
from serving.chat.values import Found, Message, Piece, Reply
from serving.engine import Engine
from serving.spoken import open_spoken

T = TypeVar("T")
HERE = (38.3460, -0.4810)  # Alicante, between its market and its port
PATIENCE = 60.0
NOON = datetime.combine(
    datetime.now(UTC).date(), time(10), UTC
)  # of the day on which the world ends


@dataclass
class AtHome:
    butler: Butler
    engine: Engine
    metrics: Metrics
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def say(self, user: str, text: str, language: str = "en") -> Reply:
        return self.run(whole(self.butler, message(user, text, language)))

    def ask(
        self, tool: str, user: str = "tester", trip: TripFacts | None = None, **a: Any
    ) -> Found:
        history = self.run(self.butler.history(user, 40, None))
        asked = Asked.of(message(user, "", "en"), trip or TripFacts(), history)
        return self.run(self.butler.tools[tool].call(a, asked))

    def counted(self, tool: str, outcome: str) -> float:
        told = {"tool": tool, "outcome": outcome}
        return self.metrics.registry.get_sample_value("butler_chat_tools_total", told) or 0.0


def message(user: str, text: str, language: str = "en") -> Message:
    return Message(user, text, NOON, language, *HERE)


async def whole(butler: Butler, said: Message) -> Reply:
    """The reply; what came before it is what it says."""
    parts = [part async for part in butler.answer(said)]
    reply = parts[-1]
    assert isinstance(reply, Reply)
    texts = [part.text for part in parts[:-1] if isinstance(part, Piece)]
    assert reply.text in ("\n".join(texts), " ".join(texts))  # Claude's sentences follow each other
    assert reply.text.strip()
    return reply


@contextmanager
def at_home(home: Path, **more: Any) -> Iterator[AtHome]:
    """`more` are settings beside the home and the hour."""
    settings = Settings(home=home, now=NOON, **more)
    metrics = Metrics()
    engine = Engine.open(settings, observer=metrics)
    turns = Turns(1, 16, PATIENCE, lambda waiting: None)
    spoken = open_spoken(settings, engine, metrics, turns)
    assert isinstance(spoken.conversation, Butler)
    spoken.refresh()
    try:
        with asyncio.Runner() as runner:
            yield AtHome(spoken.conversation, engine, metrics, runner)
    finally:
        spoken.close()
        engine.close()
