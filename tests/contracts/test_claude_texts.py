"""Sentences of recommendations: at once the template, later Claude's, and never a lie."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from butler.breaker import Breaker
from butler.settings import ClaudeSettings
from serving.answers import Answer, Item, Reason
from serving.chat import gate
from serving.chat.budget import Budget, SqliteLedger
from serving.chat.cached import CachedTexts
from serving.chat.calls import Calls
from serving.chat.kept_texts import Kept
from serving.chat.values import ItemText
from tests.chat_world import AT, COVE, Counted, item
from tests.claude_stub import ClaudeStub, fails, refuses, says

CLOSE = Reason("distance", "for", "Close: 1.2 km away", 0.4)
QUIET = Reason("popularity", "against", "Few people go there", -0.2)
TEMPLATE = "Cala Moraig: Close: 1.2 km away; Few people go there."
SAID = ("Cala Moraig is only 1.2 km away.", ["p1.name", "p1.reason1"])
LIE = ("Cala Moraig is only 3 km away.", ["p1.name", "p1.reason1"])


async def until(there: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not there():
            await asyncio.sleep(0.01)


class Counts(Counted):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.failed: list[str] = []

    def text_told(self, worded_by: str) -> None:
        self.told.append(worded_by)

    def check_failed(self, check: str) -> None:
        self.failed.append(check)


class Worker:
    """One worker's texts over a folder that it may share."""

    def __init__(self, url: str, folder: Path, now: Callable[[], datetime], **changes: Any) -> None:
        from anthropic import AsyncAnthropic

        settings = ClaudeSettings(url=url, hedge_seconds=60, deadline_seconds=60, **changes)
        self.client = AsyncAnthropic(
            api_key="test", base_url=url, max_retries=0, _strict_response_validation=True
        )
        self.meter = Counts()
        budget = Budget(SqliteLedger(folder / "claude.db"), settings, AT.date)
        breaker = Breaker(settings.breaker_failures, settings.breaker_seconds)
        calls = Calls(lambda: self.client, settings, budget, breaker, self.meter)
        kept = Kept(folder / "texts.db", settings.texts, settings.texts_days, now)
        self.texts = CachedTexts(settings, calls, kept, gate.check_one, self.meter)

    async def told(self, answer: Answer) -> list[tuple[str, str]]:
        """What is said at once; then what is asked for behind it comes to its end."""
        said = [(t.text, t.worded_by) for t in self.texts.of(answer)]
        await self.texts.settled()
        return said

    async def awaited(self, answer: Answer | None = None) -> Sequence[ItemText]:
        """What a wait without an end of its own ends with."""
        return await asyncio.wait_for(self.texts.within(answer or slate(), 3600), 30)


@pytest.fixture
async def worker(stub: ClaudeStub, tmp_path: Path) -> AsyncIterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def make(now: Callable[[], datetime] = lambda: AT, **changes: Any) -> Worker:
        made.append(Worker(stub.url, tmp_path, now, **changes))
        return made[-1]

    yield make
    for one in made:
        one.texts.close()
        await one.client.close()


def cove(**changes: Any) -> Item:
    return replace(item(COVE, 1), reasons=(CLOSE, QUIET), **changes)


def slate(*items: Item, condition: str = "clear", language: str = "en") -> Answer:
    context: dict[str, object] = {"weather": {"condition": condition, "temperature_c": 21.0}}
    return Answer("r-1", "m", "1", context, items or (cove(),), language=language)


async def test_first_the_template_is_told_then_claudes_sentence(stub, worker):
    stub.script(says(SAID))
    one = worker()
    assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert await one.told(slate()) == [(SAID[0], "claude")]
    assert len(stub.requests) == 1
    assert one.meter.told == ["template", "claude"]


async def test_another_worker_has_it_too(stub, worker):
    stub.script(says(SAID))
    await worker().told(slate())
    assert await worker().told(slate()) == [(SAID[0], "claude")]
    assert len(stub.requests) == 1


async def test_a_lie_never_gets_in_and_is_not_paid_for_twice(stub, worker):
    stub.script(says(LIE))
    one = worker()
    for _ in range(3):
        assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert one.meter.failed == ["numbers"]
    assert len(stub.requests) == 1


async def test_of_a_truth_and_a_lie_the_truth_is_kept(stub, worker):
    stub.script(says(SAID, LIE))
    one = worker()
    await one.told(slate())
    assert await one.told(slate()) == [(SAID[0], "claude")]


@pytest.mark.parametrize(
    "other",
    [
        slate(condition="rain"),
        slate(language="de"),
        slate(cove(name="Cala del Moraig")),
        slate(replace(cove(), reasons=(CLOSE,))),
        slate(replace(cove(), reasons=(replace(CLOSE, label="Close: 0.9 km away"), QUIET))),
    ],
    ids=["weather", "language", "name", "fewer reasons", "another distance"],
)
async def test_what_is_otherwise_is_asked_for_anew(stub, worker, other):
    stub.script(says(SAID))
    one = worker()
    await one.told(slate())
    ((_, worded_by),) = await one.told(other)
    assert worded_by == "template"
    assert len(stub.requests) == 2


async def test_what_does_not_matter_to_the_sentence_is_not(stub, worker):
    """Neither the rank nor the score nor who asked."""
    stub.script(says(SAID))
    one = worker()
    await one.told(slate())
    assert await one.told(replace(slate(cove(rank=4, score=0.1)), request_id="r-2")) == [
        (SAID[0], "claude")
    ]


async def test_nothing_of_a_traveller_is_asked_with(stub, worker):
    """A place, its reasons, the weather: no position, no request, no score."""
    stub.script(says(SAID))
    await worker().told(slate())
    (request,) = stub.requests
    blocks = json.dumps(request["messages"])
    assert "38.7" not in blocks
    assert "r-1" not in blocks
    facts = [
        json.loads(b["text"])["id"]
        for r in request["messages"][0]["content"][2:]
        for b in r["content"]
    ]
    assert facts == ["p1.name", "p1.category", "p1.reason1", "p1.reason2", "w1"]


async def test_without_money_nothing_is_asked(stub, worker):
    stub.script(says(SAID))
    one = worker(day_micro_dollars=10)
    for _ in range(2):
        assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert stub.requests == []


async def test_a_failing_claude_is_left_alone(stub, worker):
    stub.script(fails(529, "overloaded_error"))
    one = worker(breaker_failures=2)
    for _ in range(4):
        assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert len(stub.requests) == 2


async def test_what_is_refused_stays_the_templates(stub, worker):
    stub.script(refuses())
    one = worker()
    for _ in range(2):
        assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert len(stub.requests) == 1


async def test_what_is_awaited_is_told_and_a_wait_ends_when_it_is_there(stub, worker):
    stub.script(says(SAID, first=0.3))
    one = worker()
    assert [t.awaited for t in one.texts.of(slate())] == [True]
    assert await one.awaited() == [ItemText(SAID[0], "claude")]
    assert len(stub.requests) == 1


async def test_a_sentence_that_another_worker_makes_is_awaited_seen_and_not_made_twice(
    stub, worker
):
    stub.script(says(SAID, first=0.5))
    one, other = worker(), worker()
    one.texts.of(slate())
    await until(lambda: stub.requests)
    assert await other.awaited() == [ItemText(SAID[0], "claude")]
    assert len(stub.requests) == 1
    assert other.meter.told == ["template"], "a wait is one telling, however often it looks"


async def test_a_wait_ends_at_its_time_and_says_that_more_is_to_come(stub, worker):
    stub.script(says(SAID, first=30))
    said = await worker().texts.within(slate(), 0.3)
    assert said == [ItemText(TEMPLATE, "template", awaited=True)]


@pytest.mark.parametrize(
    "step",
    [fails(529, "overloaded_error"), refuses(), says(LIE)],
    ids=["fails", "refuses", "lies"],
)
async def test_what_was_given_up_is_awaited_by_nobody(stub, worker, step):
    """Neither by who asked nor by another worker, which had waited for it."""
    stub.script(replace(step, headers=0.5))
    one, other = worker(), worker(day_micro_dollars=10)  # the other one has no money to ask itself
    one.texts.of(slate())
    await until(lambda: stub.requests)
    assert [t.awaited for t in await other.texts.within(slate(), 0)] == [True]
    for each in (one, other):
        assert await each.awaited() == [ItemText(TEMPLATE)]


async def test_without_a_reason_nothing_is_awaited(stub, worker):
    (said,) = await worker().awaited(slate(replace(cove(), reasons=())))
    assert (said.awaited, stub.requests) == (False, [])


def test_a_sentence_is_one_workers_to_ask_for_until_it_gives_up_or_is_gone(tmp_path):
    one, other = (Kept(tmp_path / "texts.db", 9, 30, lambda: AT) for _ in range(2))
    assert one.claim("a", 60)
    assert not other.claim("a", 60)
    assert other.asked(["a", "b"]) == {"a"}
    one.give_up("a")
    assert other.claim("a", -1)  # and is killed
    assert one.asked(["a"]) == set()
    assert one.claim("a", 60)
    one.keep("a", "said")
    assert (other.asked(["a"]), other.claim("a", 60)) == (set(), False)
    for each in (one, other):
        each.close()


async def test_an_explanation_is_kept_so_long_and_then_asked_for_anew(stub, worker):
    stub.script(says(SAID))
    now = [AT]
    one = worker(lambda: now[0], texts_days=2)
    await one.told(slate())
    now[0] += timedelta(days=3)
    assert await one.told(slate()) == [(TEMPLATE, "template")]
    assert await one.told(slate()) == [(SAID[0], "claude")]


def test_no_more_are_kept_than_are_allowed(tmp_path):
    now = [datetime(2026, 7, 1, tzinfo=UTC)]
    kept = Kept(tmp_path / "texts.db", 3, 30, lambda: now[0])
    for n in range(6):
        now[0] += timedelta(seconds=1)
        kept.keep(f"k{n}", f"text {n}")
    assert sorted(kept.of([f"k{n}" for n in range(6)])) == ["k3", "k4", "k5"]
    kept.close()
