"""A conversation over a stub of Claude: to the first released sentence, to the end, and what of it is ours.

    butler bench claude --rounds 20 --delay 20

The same two requests are sent in turns by the butler (real tools, gate, templates, stores) and by a bare
client that only reads what comes: the ratio of the two is our own part. Writes `reports/claude.json`.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from butler.settings import Settings
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat.values import Conversation, Message, Reply
from serving.engine import Engine
from serving.spoken import open_spoken
from tests.claude_stub import ClaudeStub, calls, says

PATIENCE = 300
WARM = 2  # turns before anything is measured
SENTENCES = [
    (f"{{p{n}.name}}: {{p{n}.distance}}.", [f"p{n}.name", f"p{n}.distance"]) for n in (1, 2, 3)
]


class Took(NamedTuple):
    """Seconds."""

    first: float
    whole: float


def main(settings: Settings, console: Console, rounds: int, delay_ms: float) -> None:
    engine = Engine.open(settings)
    try:
        with ClaudeStub().running() as stub, tempfile.TemporaryDirectory() as folder:
            report = asyncio.run(_measured(stub, engine, Path(folder), rounds, delay_ms / 1000))
    finally:
        engine.close()
    report |= {"rounds": rounds, "delay_ms": delay_ms}
    console.print(_table(report))
    write_report(settings, "claude", report)


async def _measured(
    stub: ClaudeStub, engine: Engine, folder: Path, rounds: int, delay: float
) -> dict[str, Any]:
    ours, bare = list[Took](), list[Took]()
    async with _opened(stub, engine, folder) as butler:
        for n in range(WARM + rounds):
            asks = calls(("recommend", {"limit": 3}))
            stub.script(asks, says(*SENTENCES, between=delay))
            one = await _turn(butler, n)
            sent = stub.requests[-2:]
            stub.script(asks, says(*SENTENCES, between=delay))
            other = await _read(stub.url, sent)
            if n >= WARM:
                ours.append(one)
                bare.append(other)
    return {
        part: _told([getattr(t, part) for t in ours], [getattr(t, part) for t in bare])
        for part in Took._fields
    }


@asynccontextmanager
async def _opened(stub: ClaudeStub, engine: Engine, folder: Path) -> AsyncIterator[Conversation]:
    patient = dict.fromkeys(("first_seconds", "deadline_seconds", "hedge_seconds"), PATIENCE)
    claude = {"url": stub.url, "traveller_tokens": 1 << 40, "traveller_micro_dollars": 1 << 40}
    settings = Settings(home=folder, claude_key="bench", claude=claude | patient)  # type: ignore[arg-type]
    opened = open_spoken(settings, engine, Metrics(), Turns(2, 100, PATIENCE, lambda _: None))
    await asyncio.to_thread(opened.refresh)
    yield opened.conversation
    opened.close()


async def _turn(butler: Conversation, n: int) -> Took:
    began, first = time.perf_counter(), 0.0
    now = datetime.now(UTC)
    message = Message(f"bench-{n}", "What can I do near here?", now, "en", 38.34517, -0.48149, True)
    async for said in butler.answer(message):
        first = first or time.perf_counter() - began
        if isinstance(said, Reply):
            assert said.worded_by == "claude", said.because
    return Took(first, time.perf_counter() - began)


async def _read(url: str, requests: list[dict[str, Any]]) -> Took:
    """Until the first sentence could be known, and until the end: nothing is done with it."""
    import httpx2

    began, first = time.perf_counter(), 0.0
    async with httpx2.AsyncClient(timeout=PATIENCE) as client:
        for request in requests:
            written = ""
            asked = client.stream("POST", f"{url}/v1/messages", json=request)
            async with asked as answer:
                async for line in answer.aiter_lines():
                    event = json.loads(line[6:]) if line.startswith("data: ") else {}
                    written += event.get("delta", {}).get("text", "")
                    if not first and '"]}' in written:
                        first = time.perf_counter() - began
    return Took(first, time.perf_counter() - began)


def _told(ours: list[float], bare: list[float]) -> dict[str, float]:
    return {
        "ours_ms": 1000 * statistics.median(ours),
        "stub_ms": 1000 * statistics.median(bare),
        "ratio": statistics.median(o / b for o, b in zip(ours, bare, strict=True)),
        "overhead_ms": 1000 * statistics.median(o - b for o, b in zip(ours, bare, strict=True)),
    }


def _table(report: dict[str, Any]) -> Table:
    title = f"Claude at {report['delay_ms']:g} ms a piece, {report['rounds']} turns, medians"
    table = Table(
        "until", "ours, ms", "stub alone, ms", "ours, of the stub's", "ours more, ms", title=title
    )
    for part in Took._fields:
        t = report[part]
        table.add_row(
            *("first sentence" if part == "first" else "end", f"{t['ours_ms']:.0f}"),
            *(f"{t['stub_ms']:.0f}", f"{t['ratio']:.2f}", f"{t['overhead_ms']:.0f}"),
        )
    return table
