"""Load: ten thousand travellers with their own pace, on the real server over HTTP, on the same two cores.

    BUTLER_HOME=.butler butler bench load [--minutes 5] [--travellers 10000] [--think 90] [--workers 2]

Every traveller acts, thinks for `think` seconds on average (exponentially), and acts again, whether
or not the answer came: 80 % ask for recommendations, 15 % give feedback on what they were shown, 5 %
do something else (half an explanation, half /readyz). Latency counts from the moment a traveller
acted, not from when the generator got to it, so that a slow server cannot hide behind its own queue
(coordinated omission). The generator is one more process on the same machine; how late it was itself
is printed, and a phase in which it was later than `LATE_MS` at the 99th percentile is void.

One worker a processor unless told. The server runs with less priority than the generator, which would
measure itself otherwise.

Then a ramp: half a minute at each of some multiples of that load, until the 95th percentile crosses
180 ms or a request fails. The first bound that is crossed on the way (one of a hundred requests refused
is one, too) and what gave out then are told by the processors that each process used, and by what the
server says it had to do without.
"""

import asyncio
import heapq
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.limits import LATE_MS, ended, had_to_do_without, limit, seen_in
from benchmarks.processors import ALL_ELSE, Watch, roles
from benchmarks.report import write_report
from benchmarks.served import Connection, Server, served
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables

MINUTES, TRAVELLERS, THINK_SECONDS = 5.0, 10_000, 90.0
RAMP, RAMP_SECONDS = (1.25, 1.5, 2.0, 2.5, 3.0, 4.0), 30.0
CONNECTIONS = 256
PATH = "/api/v1/recommendations"
KINDS = ("recommendations", "feedback", "explanation", "readyz")


def main(
    settings: Settings,
    console: Console,
    minutes: float = MINUTES,
    travellers: int = TRAVELLERS,
    think: float = THINK_SECONDS,
    workers: int | None = None,
    ramp: bool = True,
) -> dict[str, Any]:
    """Serve the home, let travellers act; prints tables and writes reports/load.json."""
    workers = workers or os.cpu_count() or 1
    with served(settings, "load", workers) as server:
        run = _Run(settings, console, server)
        run.phase(travellers / think / 2, travellers, 10)  # caches, threads, first rows
        phases = [run.phase(travellers / think, travellers, minutes * 60)]
        for times in RAMP if ramp else ():
            if ended(seen_in(phases[-1])):
                break
            rate = travellers / think * times
            phases.append(run.phase(rate, int(travellers * times), RAMP_SECONDS))
    found = {
        "travellers": travellers,
        "think_s": think,
        "workers": workers,
        "cores": os.cpu_count(),
        "phases": phases,
        "limit": limit(phases),
    }
    console.print(found["limit"])
    write_report(settings, "load", found)
    return found


@dataclass
class _Run:
    """A server that is asked in phases, each by a generator process of its own."""

    settings: Settings
    console: Console
    server: Server

    def phase(self, rate: float, travellers: int, seconds: float) -> dict[str, Any]:
        """So many requests a second for so long; what came back, and who used the processor."""
        family = self.server.family()
        named = zip(roles(family), family, strict=True)
        watched = [f"{role}={process.pid}" for role, process in named if role != "tracker"]
        before = had_to_do_without(self.server.port)
        wanted = map(str, (self.settings.home, self.server.port, rate, travellers, seconds))
        generator = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", *wanted, *watched],
            input=self.server.key,
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + 120,
        )
        found: dict[str, Any] = json.loads(generator.stdout)
        found["rss_mb"] = sum(p.memory_info().rss for p in family) / 1e6
        found["without"] = had_to_do_without(self.server.port) - before
        self._print(found)
        return found

    def _print(self, found: dict[str, Any]) -> None:
        cpu = ", ".join(f"{name} {share:.2f}" for name, share in found["cpu"].items())
        late = found["late_p99_ms"]
        self.console.print(
            f"[bold]{found['offered_s']:.0f} requests/s[/bold] of {found['travellers']:,} travellers for "
            f"{found['seconds']:.0f} s: p50 {found['p50_ms']:.1f}, p95 {found['p95_ms']:.1f}, p99 "
            f"{found['p99_ms']:.1f} ms; {found['errors']} errors, {found['refused']} refused\n"
            f"processors: {cpu}, generator {found['generator_cpu']:.2f}, all else "
            f"{found['others_cpu']:.2f}; generator late by {late:.1f} ms (p99)"
            f"{': VOID' if late > LATE_MS else ''}; {found['rss_mb']:.0f} MB"
        )
        table = Table("", "requests", "p50 ms", "p95 ms", "p99 ms", "most ms", box=None)
        for kind, row in found["by_kind"].items():
            numbers = (f"{row[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms", "most_ms"))
            table.add_row(kind, f"{row['count']:,}", *numbers)
        self.console.print(table)


@dataclass
class _Seen:
    """Of each request: kind, milliseconds since its traveller acted, status; how late we were."""

    kind: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


class _Generator:
    """Travellers on their own schedule, over a few kept connections."""

    def __init__(self, home: str, port: int, key: str, rate: float, travellers: int) -> None:
        tables = Tables(Settings(home=home).home)
        self._users = tables.read("events")[C.USER].unique().sort().to_list()
        pois = tables.read("pois")
        self._places = pois[C.POI].to_list()
        self._where = pois.select(C.LATITUDE, C.LONGITUDE).to_numpy()
        self._chance = np.random.default_rng(time.time_ns())
        self._think, self._travellers = travellers / rate, travellers
        self._idle: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self._idle.put_nowait(Connection(port, key))
        self._shown: dict[int, tuple[str, str]] = {}  # traveller -> request, place shown first
        self._told, self._run = 0, time.time_ns()
        self.seen = _Seen()

    async def act(self, seconds: float) -> None:
        start = time.monotonic()
        first = self._chance.exponential(
            self._think, self._travellers
        )  # as if they had acted for ever
        due = [(start + at, n) for n, at in enumerate(first.tolist())]
        heapq.heapify(due)
        running: set[asyncio.Task[None]] = set()
        while due[0][0] < start + seconds:
            at, who = due[0]
            heapq.heapreplace(due, (at + self._chance.exponential(self._think), who))
            wait = at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.seen.late.append(max(0.0, time.monotonic() - at) * 1000)
            task = asyncio.create_task(self._one(who, at))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)

    async def _one(self, who: int, at: float) -> None:
        kind, method, target, body = self._next(who)
        connection = await self._idle.get()
        status, told = await connection.ask(method, target, body)
        self._idle.put_nowait(connection)
        self.seen.kind.append(kind)
        self.seen.ms.append((time.monotonic() - at) * 1000)
        self.seen.status.append(status)
        if kind == 0 and status == 200:
            self._shown[who] = _first(told)

    def _next(self, who: int) -> tuple[int, str, str, bytes]:
        user, draw = self._users[who % len(self._users)], self._chance.random()
        shown = self._shown.get(who)
        if draw < 0.15:
            return 1, "POST", f"{PATH}/feedback", self._feedback(user, shown)
        if draw < 0.175 and shown:
            return 2, "GET", f"{PATH}/{shown[0]}/explanation", b""
        if draw < 0.2:
            return 3, "GET", "/readyz", b""
        latitude, longitude = self._where[int(self._chance.integers(len(self._where)))]
        return 0, "GET", f"{PATH}?user_id={user}&lat={latitude:.4f}&lon={longitude:.4f}", b""

    def _feedback(self, user: str, shown: tuple[str, str] | None) -> bytes:
        """A click on what was shown; who was shown nothing yet has found a place unprompted."""
        self._told += 1
        event: dict[str, Any] = {
            "event_id": f"load-{self._run}-{self._told}",
            "user_id": user,
            "event_type": "click",
            "poi_id": self._places[int(self._chance.integers(len(self._places)))],
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        if shown:
            event |= {"request_id": shown[0], "poi_id": shown[1], "position": 1}
        return json.dumps({"events": [event]}).encode()


def _first(told: bytes) -> tuple[str, str]:
    """Request and first place of an answer, without reading all of it: the generator is to be light."""
    return _text_after(told, b'"request_id":"'), _text_after(told, b'"poi_id":"')


def _text_after(told: bytes, name: bytes) -> str:
    start = told.find(name) + len(name)
    return told[start : told.find(b'"', start)].decode()


def _summary(seen: _Seen, rate: float, travellers: int, seconds: float) -> dict[str, Any]:
    kind, ms, status = np.array(seen.kind), np.array(seen.ms), np.array(seen.status)
    good = np.isin(status, (200, 202))
    return {
        "offered_s": len(seen.late) / seconds,
        "wanted_s": rate,
        "travellers": travellers,
        "seconds": seconds,
        **_quantiles(ms[good]),
        "errors": int((~good & (status != 503)).sum()),
        "refused": int((status == 503).sum()),
        "by_kind": {
            name: {"count": int((kind == n).sum()), **_quantiles(ms[good & (kind == n)])}
            for n, name in enumerate(KINDS)
        },
        "late_p99_ms": float(np.quantile(seen.late, 0.99)),
    }


def _quantiles(ms: Any) -> dict[str, float]:
    values = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "most_ms": 1.0}
    return {name: float(np.quantile(ms, q)) if len(ms) else 0.0 for name, q in values.items()}


def generate(
    home: str, port: int, rate: float, travellers: int, seconds: float, watched: list[str]
) -> None:
    """What the generator's process does; the service key comes by standard input.

    Tells, too, how many processors it used itself, each of the `watched` (name=pid), and all others.
    """
    generator = _Generator(home, port, sys.stdin.readline().strip(), rate, travellers)
    named = (name.split("=") for name in watched)
    processes = {name: psutil.Process(int(pid)) for name, pid in named}
    watch = Watch({"generator": psutil.Process(), **processes})
    asyncio.run(generator.act(seconds))
    cpu = watch.used()
    told = {
        **_summary(generator.seen, rate, travellers, seconds),
        "generator_cpu": cpu.pop("generator"),
        "others_cpu": cpu.pop(ALL_ELSE),
        "cpu": cpu,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    _home, _port, _rate, _count, _seconds, *_watched = sys.argv[1:]
    generate(_home, int(_port), float(_rate), int(_count), float(_seconds), _watched)
