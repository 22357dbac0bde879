"""Soak: the real server, asked far more than it can bear for many minutes. Does memory stay bounded?

A first phase finds what it bears: as many travellers as there are processors, one request after the
other. Then ten times as many requests a second are offered on a schedule of their own; what the
server refuses (503) is not asked again. Generator and server share the machine.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.processors import Watch, roles
from benchmarks.report import write_report
from benchmarks.served import Connection, Server, served
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables

MINUTES, BEARABLE_SECONDS, TIMES = 30.0, 20.0, 10
CONNECTIONS = 400  # at once: more than may wait in the server, so that it has to refuse
ROWS = 12  # of the printed table
PATH = "/api/v1/recommendations"


@dataclass
class Seen:
    """What came back of one phase: status, milliseconds, and when (seconds), of each request."""

    start: float = field(default_factory=time.monotonic)
    status: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def add(self, status: int, sent: float) -> None:
        now = time.monotonic()
        self.status.append(status)
        self.ms.append((now - sent) * 1000)
        self.at.append(now - self.start)

    def summary(self, since: float = 0.0, until: float = float("inf")) -> dict[str, float]:
        at, status, ms = (np.array(a) for a in (self.at, self.status, self.ms))
        within = (at >= since) & (at < until)
        good, refused = within & (status < 300), within & (status == 503)
        seconds = max(at[within].max() - at[within].min(), 1e-9) if within.any() else 1.0
        return {
            "answered_s": good.sum() / seconds,
            "refused_s": refused.sum() / seconds,
            "errors": int((within & ~good & ~refused).sum()),
            "p50_ms": _quantile(ms[good], 0.5),
            "p99_ms": _quantile(ms[good], 0.99),
            "refused_p50_ms": _quantile(ms[refused], 0.5),
        }


class Travellers:
    """What is asked: 80 % recommendations, 15 % feedback, 5 % whether the server is alive."""

    def __init__(self, home: Path) -> None:
        events, pois = Tables(home).read("events"), Tables(home).read("pois")
        self._users = events[C.USER].unique().sort().to_list()
        self._places = pois[C.POI].sort().to_list()
        self._chance = np.random.default_rng(7)
        self._run = time.time_ns()
        self._told = 0

    def next(self) -> tuple[str, str, bytes]:
        user = self._users[int(self._chance.integers(len(self._users)))]
        kind = self._chance.random()
        if kind < 0.8:
            return "GET", f"{PATH}?user_id={user}", b""
        if kind >= 0.95:
            return "GET", "/healthz", b""
        self._told += 1
        event = {
            "event_id": f"soak-{self._run}-{self._told}",
            "user_id": user,
            "event_type": "click",
            "poi_id": self._places[int(self._chance.integers(len(self._places)))],
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        return "POST", f"{PATH}/feedback", json.dumps({"events": [event]}).encode()


def main(settings: Settings, console: Console, minutes: float = MINUTES) -> dict[str, Any]:
    """Serve the home and ask; prints a table over time and writes reports/soak.json."""
    with served(settings, "soak") as server:
        found = asyncio.run(_soak(settings, server, minutes * 60))
    _print(found, console)
    write_report(settings, "soak", found)
    return found


async def _soak(settings: Settings, server: Server, seconds: float) -> dict[str, Any]:
    port, key, process = server.port, server.key, server.process
    family = server.family()
    named = zip(roles(family), family, strict=True)
    watched = {role: p for role, p in named if role != "tracker"}
    travellers, cpus = Travellers(settings.home), os.cpu_count() or 1
    await Connection(port, key).ask(*travellers.next())  # waits until the worker is there
    bearable = Seen()
    until = time.monotonic() + BEARABLE_SECONDS
    await asyncio.gather(*(_steady(port, key, travellers, bearable, until) for _ in range(cpus)))
    rate = bearable.summary()["answered_s"]
    overload, memory = Seen(), [(0.0, _rss(process))]
    watch = Watch({"generator": psutil.Process(), **watched})
    measuring = asyncio.create_task(_measure(process, overload.start, memory))
    due = _schedule(rate * TIMES, seconds)
    await asyncio.gather(
        *(_offer(port, key, travellers, overload, due) for _ in range(CONNECTIONS))
    )
    measuring.cancel()
    processors = watch.used()
    edges = np.linspace(0, seconds, ROWS + 1)
    rows = [
        {"minute": b / 60, "rss_mb": _rss_at(memory, b), **overload.summary(a, b)}
        for a, b in pairwise(edges.tolist())
    ]
    whole = overload.summary()
    offered = (whole["answered_s"] + whole["refused_s"]) / rate
    return {
        "minutes": seconds / 60,
        "bearable": bearable.summary(),
        "overload": whole,
        "offered_over_bearable": offered,
        "answered_over_bearable": whole["answered_s"] / rate,
        "processors": processors,
        "p50_over_bearable": whole["p50_ms"] / bearable.summary()["p50_ms"],
        "rss_mb_before": memory[0][1],
        "rss_mb_most": max(mb for _, mb in memory),
        "rss_mb_an_hour": _slope(memory),
        "rows": rows,
    }


async def _steady(port: int, key: str, travellers: Travellers, seen: Seen, until: float) -> None:
    connection = Connection(port, key)
    while time.monotonic() < until:
        await _asked(connection, travellers, seen)


def _schedule(rate: float, seconds: float) -> Iterator[float]:
    """When requests are due; what the generator is a second behind with is left out."""
    start = time.monotonic()
    for n in range(int(rate * seconds)):
        due = start + n / rate
        if due > time.monotonic() - 1:
            yield due


async def _offer(
    port: int, key: str, travellers: Travellers, seen: Seen, schedule: Iterator[float]
) -> None:
    connection = Connection(port, key)
    for due in schedule:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await _asked(connection, travellers, seen)


async def _asked(connection: Connection, travellers: Travellers, seen: Seen) -> None:
    """Every request counts for errors, recommendations alone for rates and latency."""
    method, target, body = travellers.next()
    sent = time.monotonic()
    status, _ = await connection.ask(method, target, body)
    if status not in (200, 202, 503) or (method == "GET" and target.startswith(PATH)):
        seen.add(status, sent)


async def _measure(
    process: psutil.Process, start: float, memory: list[tuple[float, float]]
) -> None:
    while True:
        await asyncio.sleep(1)
        memory.append((time.monotonic() - start, _rss(process)))


def _rss(process: psutil.Process) -> float:
    """Megabytes of the server and its workers."""
    family = [process, *process.children(recursive=True)]
    return float(sum(p.memory_info().rss for p in family)) / 1e6


def _rss_at(memory: list[tuple[float, float]], second: float) -> float:
    return min(memory, key=lambda m: abs(m[0] - second))[1]


def _slope(memory: list[tuple[float, float]]) -> float:
    """Megabytes an hour over the second half, when caches are filled."""
    at, mb = np.array(memory[len(memory) // 2 :]).T
    return float(np.polyfit(at, mb, 1)[0] * 3600) if len(at) > 2 else 0.0


def _quantile(values: Any, q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else float("nan")


def _print(found: dict[str, Any], console: Console) -> None:
    bearable, over = found["bearable"], found["overload"]
    console.print(
        f"bears {bearable['answered_s']:.0f} recommendations/s at p50 {bearable['p50_ms']:.1f} ms; "
        f"offered {found['offered_over_bearable']:.1f} times as many for {found['minutes']:.1f} min"
    )
    names = ("minute", "rss_mb", "answered_s", "refused_s", "p50_ms", "p99_ms", "refused_p50_ms")
    table = Table(box=None)
    for name in (*names, "errors"):
        table.add_column(name, justify="right")
    for row in found["rows"]:
        table.add_row(*(f"{row[name]:.1f}" for name in names), str(row["errors"]))
    console.print(table)
    used = ", ".join(f"{name} {share:.2f}" for name, share in found["processors"].items())
    console.print(
        f"answered: {found['answered_over_bearable']:.2f} of what is borne, at "
        f"{found['p50_over_bearable']:.1f} times its p50; refused in "
        f"{over['refused_p50_ms']:.1f} ms; {over['errors']} errors. Memory {found['rss_mb_before']:.0f}"
        f" MB before, {found['rss_mb_most']:.0f} at most, {found['rss_mb_an_hour']:+.0f} MB an hour "
        f"over the second half. Processors: {used}"
    )
