"""How long an answer of a conversation takes without a key, by kind of message, beside a bare recommendation.

    BUTLER_HOME=.butler butler bench chat [--rounds 60]

In one process, without HTTP: the message is understood by rules, tools are asked of the real engine,
templates word the answer, the gate reads it, and both turns are kept in SQLite, in a folder of the
benchmark's own. Each round is one traveller's conversation in one of six languages, and one
`Engine.recommend` beside it, so that all suffer alike from what else the machine does.

Prints p50 and p99 by kind, the tools' share of it, and the ratio to the bare recommendation; writes
`reports/chat.json` in the home. Milliseconds are of this machine; ratios are what to compare.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from serving.answers import Request
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat.values import Conversation, Message, Reply
from serving.engine import Engine
from serving.memory import leave_what_stays_to_itself
from serving.spoken import open_spoken

KINDS = ("recommend", "why", "weather", "compare", "search", "plan")
SAID: dict[str, tuple[str, ...]] = {  # in the order of KINDS
    "en": (
        *("A museum within 60 km", "Why the second?", "What is the weather at 4 pm?"),
        *("Compare the first and the second", "Alcazaba", "Plan my day tomorrow"),
    ),
    "de": (
        *("Ein Museum im Umkreis von 60 km", "Warum das zweite?", "Wie wird das Wetter um 16 Uhr?"),
        *("Vergleiche das erste und das zweite", "Alcazaba", "Plane meinen Tag morgen"),
    ),
    "es": (
        *("Un museo a menos de 60 km", "¿Por qué el segundo?", "¿Qué tiempo hará a las 16:00?"),
        *("Compara el primero y el segundo", "Alcazaba", "Planifica mi día mañana"),
    ),
    "fr": (
        *("Un musée à moins de 60 km", "Pourquoi le deuxième ?", "Quel temps fera-t-il à 16 h ?"),
        *("Compare le premier et le deuxième", "Alcazaba", "Planifie ma journée de demain"),
    ),
    "it": (
        *("Un museo entro 60 km", "Perché il secondo?", "Che tempo farà alle 16?"),
        *("Confronta il primo e il secondo", "Alcazaba", "Pianifica la mia giornata di domani"),
    ),
    "nl": (
        *("Een museum binnen 60 km", "Waarom het tweede?", "Wat voor weer wordt het om 16 uur?"),
        *("Vergelijk het eerste en het tweede", "Alcazaba", "Plan mijn dag morgen"),
    ),
}
BARE = "bare recommendation"
ROUNDS, WARM = 60, 6
HOUR = 10  # in UTC: museums are open whenever this is run
GOAL_MS = 50.0
PATIENCE = 60.0  # nobody else asks here
Times = dict[str, list[float]]


def main(settings: Settings, console: Console, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure; raises ModelUnavailable without a champion."""
    with TemporaryDirectory() as folder, _opened(settings, Path(folder)) as (engine, butler):
        whole, tools, held = asyncio.run(_conversations(settings, engine, butler, rounds))
    found = _report(whole, tools, held, len(engine.moment.places.catalogue))
    _print(found, console)
    write_report(settings, "chat", found)
    return found


@contextmanager
def _opened(settings: Settings, folder: Path) -> Iterator[tuple[Engine, Conversation]]:
    """No key, whatever is set, and stores of its own."""
    stores = {
        "documents_url": f"sqlite:///{folder / 'chats.db'}",
        "search_url": f"sqlite:///{folder / 'search.db'}",
        "claude_key": None,
    }
    metrics = Metrics()
    with closing(Engine.open(settings, observer=metrics)) as engine:
        turns = Turns(1, 16, PATIENCE, lambda waiting: None)
        spoken = open_spoken(settings.model_copy(update=stores), engine, metrics, turns)
        spoken.refresh()
        leave_what_stays_to_itself()
        with closing(spoken):
            yield engine, spoken.conversation


async def _conversations(
    settings: Settings, engine: Engine, butler: Conversation, rounds: int
) -> tuple[Times, Times, int]:
    """Milliseconds of whole answers and of their tools, by kind; how many sentences the gate held."""
    whole: Times = {}
    tools: Times = {}
    held = 0
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    facts, chance = engine.moment.places.facts, np.random.default_rng(7)
    for n in range(WARM + rounds):
        if n == WARM:
            whole, tools, held = {}, {}, 0
        near = facts[int(chance.integers(len(engine.moment.places.catalogue)))]
        now = settings.clock().now().replace(hour=HOUR)
        language = list(SAID)[n % len(SAID)]
        user, here = str(users[n % len(users)]), (near[C.LATITUDE], near[C.LONGITUDE])
        start = time.perf_counter()
        engine.recommend(_request(user, now, here, language))
        whole.setdefault(BARE, []).append((time.perf_counter() - start) * 1000)
        for kind, text in zip(KINDS, SAID[language], strict=True):
            start = time.perf_counter()
            reply = await _answer(butler, Message(user, text, now, language, *here))
            whole.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
            tools.setdefault(kind, []).append(sum(called.milliseconds for called in reply.called))
            held += sum(1 for verdict in reply.verdicts if verdict.text is None)
    return whole, tools, held


def _request(user: str, now: datetime, here: tuple[float, float], language: str) -> Request:
    latitude, longitude = here
    return Request(
        *(user, now, now),
        limit=5,
        latitude=latitude,
        longitude=longitude,
        category="culture/museum",
        language=language,
    )


async def _answer(butler: Conversation, message: Message) -> Reply:
    parts = [part async for part in butler.answer(message)]
    reply = parts[-1]
    assert isinstance(reply, Reply)  # a conversation ends with it
    return reply


def _report(whole: Times, tools: Times, held: int, places: int) -> dict[str, Any]:
    bare = float(np.quantile(whole[BARE], 0.5))
    return {
        "places": places,
        "held_back": held,
        "kinds": {
            kind: {
                "answers": len(took),
                "p50_ms": float(np.quantile(took, 0.5)),
                "p99_ms": float(np.quantile(took, 0.99)),
                "tools_p50_ms": float(np.quantile(tools[kind], 0.5)) if kind in tools else None,
                "over_bare": float(np.quantile(took, 0.5)) / bare,
            }
            for kind, took in whole.items()
        },
    }


def _print(found: dict[str, Any], console: Console) -> None:
    table = Table(title=f"{found['places']:,} places: an answer without a key, ms", box=None)
    for column in ("kind", "p50", "p99", "its tools", "x bare", f"under {GOAL_MS:.0f} ms"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for kind, told in found["kinds"].items():
        spent = told["tools_p50_ms"]
        table.add_row(
            *(kind, f"{told['p50_ms']:.1f}", f"{told['p99_ms']:.1f}"),
            "" if spent is None else f"{spent:.1f}",
            f"{told['over_bare']:.1f}",
            "yes" if told["p50_ms"] < GOAL_MS else "no",
        )
    console.print(table)
    console.print(f"sentences that the gate held back: {found['held_back']}")
