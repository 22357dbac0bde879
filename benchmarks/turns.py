"""What Claude would be asked in real turns of a home: its model's places, reasons, plans and weather.

    butler eval-explanations --cases DIR --turns

Scenes that are made up (`benchmarks/asked.py`) have what their maker thought of; these have what tools
really find. In each language a list, why its first, two compared, the weather, a day, a meal, with
children, a search, a town and its beaches; what travellers say stands in `replies/said.txt`. A stub answers
in Claude's place and calls the tool; the request that follows is the case. With the facts of the same turn
it can be judged again, by whoever words the reply.
"""

import asyncio
import random
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.asked import Asked
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat.facts import Facts
from serving.chat.values import Conversation, Message, Reply
from serving.engine import Engine
from serving.explain.words import LANGUAGES
from serving.spoken import open_spoken
from tests.claude_stub import ClaudeStub, calls, says

SEED = "turns"
SAID = Path(__file__).parent / "replies/said.txt"  # a line each: way, language, words
PATIENCE = 300  # seconds
HOURS = (8, 9, 10, 14, 16)
HELLO = says(("Good day?", []))
_FREQUENT = 200  # travellers whose taste is known
_AFTER_A_LIST = ("why", "compare")


def cases(settings: Settings, seed: str = SEED) -> list[Asked]:
    """One of each way and language; raises ModelUnavailable without a champion."""
    with closing(Engine.open(settings)) as engine, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_cases(settings, engine, Path(folder), seed))


def said() -> dict[tuple[str, str], str]:
    """What travellers say, by way and language."""
    rows = (line.split(" ", 2) for line in SAID.read_text("utf-8").splitlines())
    return {(way, language): words for way, language, words in rows}


async def _cases(settings: Settings, engine: Engine, folder: Path, seed: str) -> list[Asked]:
    words = said()
    users = Tables(settings.home).read("events")[C.USER].value_counts(sort=True)[C.USER].to_list()
    places = engine.moment.places.facts
    found: list[Asked] = []
    with ClaudeStub().running() as stub:
        patient = dict.fromkeys(("first_seconds", "deadline_seconds", "hedge_seconds"), PATIENCE)
        free = dict.fromkeys(("traveller_tokens", "traveller_micro_dollars"), 1 << 40)
        claude = {"url": stub.url, "day_micro_dollars": 1 << 40, **patient, **free}
        theirs = Settings(home=folder, claude_key="none", claude=claude)  # type: ignore[arg-type]
        opened = open_spoken(
            theirs, engine, Metrics(), Turns(2, 100, PATIENCE, lambda waiting: None)
        )
        opened.refresh()
        with closing(opened):
            for language in LANGUAGES:
                rng = random.Random(f"{seed} {language}")
                for way in dict.fromkeys(way for way, _ in words):
                    near = places[rng.randrange(len(engine.moment.places.catalogue))]
                    here = (float(near[C.LATITUDE]), float(near[C.LONGITUDE]))
                    now = settings.clock().now().replace(hour=rng.choice(HOURS), minute=0)
                    turn = _Turn(opened.conversation, stub, str(rng.choice(users[:_FREQUENT])))
                    case = await turn.case(way, words, language, here, now)
                    found += (
                        [case] if len(case.facts) else []
                    )  # where there is one place, none is compared
    return found


class _Turn:
    """A traveller's, with the stub in Claude's place."""

    def __init__(self, butler: Conversation, stub: ClaudeStub, user: str) -> None:
        self._butler, self._stub, self._user = butler, stub, user

    async def case(
        self,
        way: str,
        words: dict[tuple[str, str], str],
        language: str,
        here: tuple[float, float],
        now: datetime,
    ) -> Asked:
        shown: list[str] = []
        if way in _AFTER_A_LIST:
            before = words["list", language]
            reply = await self._said(before, language, here, now, ("recommend", {"limit": 2}))
            shown = [item.poi_id for item in reply.items]
        asked = _called(way, shown)
        reply = await self._said(words[way, language], language, here, now, *asked)
        return Asked(
            f"{language}-{way}", language, way, Facts(reply.grounds), self._stub.requests[-1]
        )

    async def _said(
        self,
        text: str,
        language: str,
        here: tuple[float, float],
        now: datetime,
        *asked: tuple[str, dict[str, Any]],
    ) -> Reply:
        self._stub.script(calls(*asked), HELLO)
        message = Message(self._user, text, now, language, *here, True)
        *_, reply = [part async for part in self._butler.answer(message)]
        assert isinstance(reply, Reply)  # a conversation ends with it
        return reply


def _called(way: str, shown: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """The tools that Claude would ask for it."""
    of: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "list": [("recommend", {"limit": 3})],
        "why": [("recommend", {"limit": 1})],
        "compare": [("compare", {"poi_ids": shown})],
        "weather": [("weather_forecast", {"day": 1})],
        "plan": [("plan_day", {"day": 1, "stops": 3})],
        "food": [("recommend", {"limit": 2, "category": "food", "day": 1, "hour": 20})],
        "kids": [("recommend", {"limit": 2, "indoor": True, "kids": True, "party": "family"})],
        "search": [("search_pois", {"query": "castell", "limit": 2})],
        "town": [
            ("remember_preference", {"town": "Altea", "likes": ["nature/beach"]}),
            ("recommend", {"limit": 2, "day": 1}),
        ],
    }
    return of[way]
