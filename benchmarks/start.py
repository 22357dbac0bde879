"""Start and memory: how long until the server can recommend, and what its processes hold.

    BUTLER_HOME=.butler butler bench start [--places 20000]
    BUTLER_HOME=.butler butler bench memory [--places 20000]

On the home's own catalogue and on one grown to `--places` by copies, with one worker and with two.
A start is until /readyz says yes; then the first recommendation, explanation and message are timed, as
what a worker reads when it is first asked keeps others waiting.
Memory is told by the kernel: resident (RSS), and this process's fair share of it (PSS: what several
processes hold in common is divided among them), after the start, after some hundred requests, and
after an explanation, which brings LightGBM in. Writes reports/start.json and reports/memory.json.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.processors import roles
from benchmarks.report import write_report
from benchmarks.scaled_home import scaled_home
from benchmarks.served import Connection, Server, served
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables

PLACES, WORKERS, STARTS = 20_000, (1, 2), 5
REQUESTS, CONNECTIONS = 400, 8
PATH, CHAT = "/api/v1/recommendations", "/api/v1/chat/message"
FIRST = ("recommendation", "explanation", "message")
MESSAGE = b'{"user_id": "first-of-all", "text": "A museum within 60 km"}'
READY_GOAL_S, MEMORY_GOAL_MB = 8.0, 400.0


def start(settings: Settings, console: Console, places: Sequence[int] = (PLACES,)) -> list[Any]:
    """Seconds until /readyz says yes, several times, the first with cold caches of ours; milliseconds of
    the first answer of each kind after it."""
    first = [f"first {kind}, ms" for kind in FIRST]
    table = Table("places", "workers", "seconds, median", "least", "most", *first, box=None)
    found = []
    for home, count in _homes(settings, places):
        for workers in WORKERS:
            starts = [_started(home, workers) for _ in range(STARTS)]
            seconds = sorted(seconds for seconds, _ in starts)
            asked = {kind: sorted(of[kind] for _, of in starts) for kind in FIRST}
            found.append(
                {"places": count, "workers": workers, "seconds": seconds, "first_ms": asked}
            )
            told = (seconds[STARTS // 2], seconds[0], seconds[-1])
            each = (f"{asked[kind][STARTS // 2]:.0f} ({asked[kind][-1]:.0f})" for kind in FIRST)
            table.add_row(f"{count:,}", str(workers), *(f"{s:.1f}" for s in told), *each)
    console.print(table)
    console.print(f"the goal: {READY_GOAL_S:.0f} s")
    write_report(settings, "start", found)
    return found


def memory(settings: Settings, console: Console, places: Sequence[int] = (PLACES,)) -> list[Any]:
    """MB of every process: after the start, after requests, after an explanation."""
    table = Table("places", "workers", "after", "process", "RSS MB", "PSS MB", "own MB", box=None)
    found: list[dict[str, Any]] = []
    for home, count in _homes(settings, places):
        for workers in WORKERS:
            for moment, processes in _held(home, workers):
                told = {"places": count, "workers": workers, "after": moment}
                found.append({**told, "processes": processes})
                for row in [*processes, _total(processes)]:
                    numbers = (f"{row[name]:.0f}" for name in ("rss", "pss", "own"))
                    table.add_row(f"{count:,}", str(workers), moment, row["name"], *numbers)
    console.print(table)
    console.print(f"the goal: {MEMORY_GOAL_MB:.0f} MB at {PLACES:,} places")
    write_report(settings, "memory", found)
    return found


def _homes(settings: Settings, places: Sequence[int]) -> Iterator[tuple[Settings, int]]:
    yield settings, Tables(settings.home).read("pois").height
    for count in places:
        yield scaled_home(settings, count, settings.home / f"scaled-{count}"), count


def _started(settings: Settings, workers: int) -> tuple[float, dict[str, float]]:
    """Seconds of a start, and milliseconds of what is asked first."""
    begun = time.monotonic()
    with served(settings, "start", workers) as server:
        seconds = time.monotonic() - begun
        return seconds, asyncio.run(_first(server))


async def _first(server: Server) -> dict[str, float]:
    connection, took = server.connection(), {}

    async def ask(kind: str, method: str, target: str, body: bytes = b"") -> bytes:
        start = time.perf_counter()
        status, told = await connection.ask(method, target, body)
        took[kind] = (time.perf_counter() - start) * 1000
        assert status == 200, told
        return told

    answer = await ask("recommendation", "GET", f"{PATH}?user_id=first-of-all")
    of = json.loads(answer)["request_id"]
    await ask("explanation", "GET", f"{PATH}/{of}/explanation")
    await ask("message", "POST", CHAT, MESSAGE)
    return took


def _held(settings: Settings, workers: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with served(settings, "memory", workers) as server:
        _until_all_have_loaded(server.process)
        yield "the start", _processes(server.process)
        requests = asyncio.run(_ask(settings, server))
        yield f"{REQUESTS} requests", _processes(server.process)
        asyncio.run(_explain(server, requests))
        yield "explanations", _processes(server.process)


def _until_all_have_loaded(process: psutil.Process) -> None:
    """The first worker that is ready answers /readyz; the others may still be loading."""
    before, still = 0.0, 0
    while still < 4:
        now = sum(row["rss"] for row in _processes(process))
        still = still + 1 if abs(now - before) < 1.0 else 0
        before = now
        time.sleep(0.5)


async def _ask(settings: Settings, server: Server) -> list[str]:
    """Over several connections, so that every worker gets some; the ids of the answers."""
    users = Tables(settings.home).read("events")[C.USER].unique().sort().to_list()
    ids: list[str] = []

    async def work(connection: Connection, mine: list[str]) -> None:
        for user in mine:
            status, told = await connection.ask("GET", f"{PATH}?user_id={user}")
            if status == 200:
                ids.append(json.loads(told)["request_id"])

    mine = (users * (REQUESTS // len(users) + 1))[:REQUESTS]
    each = [mine[n::CONNECTIONS] for n in range(CONNECTIONS)]
    await asyncio.gather(*(work(server.connection(), part) for part in each))
    return ids


async def _explain(server: Server, requests: list[str]) -> None:
    for request in requests[: 2 * CONNECTIONS]:
        await server.connection().ask("GET", f"{PATH}/{request}/explanation")


def _processes(process: psutil.Process) -> list[dict[str, Any]]:
    """MB of the server and its children, those that hold something."""
    family = [p for p in (process, *process.children(recursive=True)) if p.is_running()]
    return [_memory(p, role) for p, role in zip(family, roles(family), strict=True)]


def _memory(process: psutil.Process, role: str) -> dict[str, Any]:
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
    kb = {name.rstrip(":"): int(value) for name, value, *_ in map(str.split, rollup)}
    own = kb["Private_Clean"] + kb["Private_Dirty"]
    return {"name": role, "rss": kb["Rss"] / 1e3, "pss": kb["Pss"] / 1e3, "own": own / 1e3}


def _total(processes: list[dict[str, Any]]) -> dict[str, Any]:
    """RSS counts what is shared several times; PSS once."""
    return {"name": "all", **{n: sum(p[n] for p in processes) for n in ("rss", "pss", "own")}}
