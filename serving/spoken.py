"""Who travellers speak with, made of its parts: the composition of conversations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from butler.settings import Settings
from butler.stores.open import open_chats, open_search
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat import gate, tongues
from serving.chat.conversation import Butler
from serving.chat.names import Names
from serving.chat.opened import open_claude
from serving.chat.places import Point, zone_at
from serving.chat.telling import local
from serving.chat.tools import Toolbox
from serving.chat.values import Conversation, Texts
from serving.engine import Engine
from serving.explain.texts import TemplateTexts
from serving.memory import give_back
from serving.surroundings import OfEngine, Surroundings


@dataclass(frozen=True)
class Spoken:
    """A conversation and what stands around it; `refresh` is called in a thread, again and again."""

    conversation: Conversation
    surroundings: Surroundings
    refresh: Callable[[], None]
    texts: Texts = field(default_factory=TemplateTexts)
    close: Callable[[], None] = lambda: None


def open_spoken(settings: Settings, engine: Engine, metrics: Metrics, turns: Turns) -> Spoken:
    """The butler over the engine; what it computes takes its turn among recommendations. The words
    of the gate and of all languages are read now: read by the first who talks, they would keep everybody
    waiting.

    Conversations and the index of places that cannot be opened now are opened when they are there.
    """
    gate.prepare()
    tongues.prepare()
    give_back()
    settings.make_home()
    clock = settings.clock()
    chats = open_chats(settings.chats_url(), late=True)
    search = open_search(settings.places_url(), late=True)
    names = Names(engine, search)
    tools = Toolbox(engine, chats, search, turns.take, clock, metrics)

    def local_time(at: datetime, here: Point | None = None) -> datetime:
        return local(at, zone_at(engine.moment, here))

    opened = open_claude(settings, tools, names, local_time, metrics.claude)
    claude = opened.claude if opened else None
    keep = timedelta(days=settings.chat.keep_days)
    butler = Butler(tools, chats, names, clock, local_time, metrics, keep, claude)

    def close() -> None:
        if opened:
            opened.texts.close()
        chats.close()
        search.close()

    texts = opened.texts if opened else TemplateTexts()
    return Spoken(butler, OfEngine(engine, clock), butler.refresh, texts, close)
