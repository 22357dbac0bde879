"""A small world to converse about: two places, what is known of them, and tools that find it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from butler.breaker import Breaker
from butler.domain import ChatTurn, TripFacts
from butler.errors import NotFound
from butler.settings import ClaudeSettings
from serving.answers import Answer, Item
from serving.chat import gate
from serving.chat.budget import Budget, SqliteLedger
from serving.chat.calls import Calls
from serving.chat.claude import Claude, Parts
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.tool import Tool
from serving.chat.values import Cost, Found, Message, Piece, Reply, Sentence, Understood

AT = datetime(2026, 7, 1, 8, tzinfo=UTC)
COVE, CASTLE = "calpe-cove", "guadalest"
NAMES = {COVE: "Cala Moraig", CASTLE: "Castell de Guadalest"}


def item(poi_id: str, rank: int) -> Item:
    return Item(
        *(rank, 1.0 / rank, poi_id, NAMES[poi_id], "nature/cove", 38.7, 0.1, 1.2 * rank),
        *(True, 2, 0.0, 90, None, None, None, (), 1.0),
    )


def facts_of(poi_id: str, rank: int, name: str = "") -> list[Fact]:
    p, name = f"p{rank}", name or NAMES[poi_id]
    km = 1.2 * rank
    return [
        Fact(f"{p}.name", "name", name, poi_id),
        Fact(f"{p}.rank", "rank", f"No. {rank}", poi_id, (Quantity(rank, "rank"),)),
        Fact(f"{p}.distance", "distance", f"{km:.1f} km away", poi_id, (Quantity(km, "km"),)),
        Fact(f"{p}.hours", "hours", f"{name} is open from 10:00 to 20:00.", poi_id),
    ]


class Wanted(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    category: str | None = None


class Unwatched:
    """`serving.chat.tools.Watching`"""

    def recommended(self, answer: Answer) -> None: ...

    def tool_called(self, tool: str, succeeded: bool, seconds: float) -> None: ...


def finds(name: str, found: Found) -> Tool:
    """A tool that finds what the test gave it."""

    async def answer(arguments: Wanted, asked: Any) -> Found:
        if arguments.category == "nowhere":
            raise NotFound("There is no category 'nowhere': ask for another one.")
        return found

    return Tool(name, "Finds places.", Wanted, answer, Unwatched())


def places(**names: str) -> Found:
    """Both places, the cove first; a place may be named otherwise."""
    facts = Facts([*facts_of(COVE, 1, names.get("cove", "")), *facts_of(CASTLE, 2)])
    return Found(facts, (item(COVE, 1), item(CASTLE, 2)), "request-1")


def worded(understood: Understood, found: Found, language: str, because: str) -> list[Sentence]:
    """Short templates: a sentence a place, and its opening hours."""
    told: list[Sentence] = []
    for shown in found.items:
        p = next(f.id.partition(".")[0] for f in found.facts.of_place(shown.poi_id, "name"))
        told.append(Sentence(f"{{{p}.name}}: {{{p}.distance}}.", (f"{p}.name", f"{p}.distance")))
        told.append(Sentence(f"{{{p}.hours}}", (f"{p}.hours",)))
    return told


@dataclass
class Counted:
    """`Meter`"""

    outcomes: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def claude_called(self, model: str, outcome: str, cost: Cost) -> None:
        self.outcomes.append(outcome)

    def claude_breaker(self, state: str) -> None:
        self.states.append(state)


@dataclass
class World:
    """Claude over a stub, with everything around it that is ours."""

    claude: Claude
    calls: Calls
    meter: Counted
    tools: dict[str, Tool]
    ledger: SqliteLedger
    client: Any

    async def hear(
        self,
        text: str = "A cove near me?",
        history: Sequence[ChatTurn] = (),
        trip: TripFacts | None = None,
        **message: Any,
    ) -> tuple[list[Piece], Reply]:
        """The pieces as they came, and the reply at the end."""
        told = {"latitude": 38.7001, "longitude": 0.1002, "consent": True} | message
        asked = Message("traveller-1", text, AT, **told)
        heard = [p async for p in self.claude.turn(asked, trip or TripFacts(), history)]
        *pieces, reply = heard
        assert isinstance(reply, Reply)
        return [p for p in pieces if isinstance(p, Piece)], reply


def make_world(
    url: str, folder: Any, found: Found | None = None, budget: Any = None, **changes: Any
) -> World:
    """Settings that suit tests: no deadline is near unless a test brings it near."""
    from anthropic import AsyncAnthropic

    patient = {"first_seconds": 30, "deadline_seconds": 30, "hedge_seconds": 30}
    settings = ClaudeSettings(url=url, **patient | changes)
    client = AsyncAnthropic(
        api_key="test", base_url=url, max_retries=0, _strict_response_validation=True
    )
    ledger = budget or SqliteLedger(folder / "claude.db")
    meter = Counted()
    calls = Calls(
        lambda: client,
        settings,
        Budget(ledger, settings, AT.date),
        Breaker(settings.breaker_failures, settings.breaker_seconds),
        meter,
    )
    tools = {
        name: finds(name, replace(found or places()))
        for name in ("recommend", "weather_forecast", "remember_preference")
    }
    parts = Parts(
        tools=tools,
        asked=lambda message, trip, history: (message, trip),
        check=gate.check_one,
        worded=worded,
        is_place=lambda text: text.casefold() in {n.casefold() for n in NAMES.values()},
        local=lambda at: at.astimezone(ZoneInfo("Europe/Madrid")),
    )
    return World(Claude(settings, calls, parts), calls, meter, tools, ledger, client)
