"""Freshness: from the 202 of feedback to the recommendation that shows it, under load, over HTTP.

    BUTLER_HOME=.butler butler bench freshness [--minutes 1] [--travellers 10000] [--workers 1]

A traveller asks for places not visited yet, says to have visited the first, and asks again until it is
gone; half of them are strangers until then. Counted is the time from the 202 to the end of the first
answer without the place: at least one whole answer. Asking and telling take one of several
connections each by chance, so that with several workers it is seldom the one that was told.

Meanwhile the travellers of `butler bench load` act at their own pace on the same server.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.load import PATH, THINK_SECONDS, TRAVELLERS
from benchmarks.served import Connection, served
from butler.columns import C
from butler.settings import Settings
from butler.stores.tables import Tables

MINUTES, CONNECTIONS, PAUSE_SECONDS, GIVEN_UP_SECONDS = 1.0, 8, 0.1, 30.0
WARM_SECONDS = 10.0  # of the load alone


@dataclass
class Seen:
    """Of each feedback: seconds until it was visible, and the answers it took."""

    seconds: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refused: int = 0
    never: int = 0


def main(
    settings: Settings,
    console: Console,
    minutes: float = MINUTES,
    travellers: int = TRAVELLERS,
    think: float = THINK_SECONDS,
    workers: int | None = None,
) -> dict[str, Any]:
    """Serve the home under load and watch feedback; prints a line and writes reports/freshness.json."""
    with served(settings, "freshness", workers) as server:
        port, key = server.port, server.key
        load = _load(settings, port, key, travellers, think, minutes * 60 + WARM_SECONDS)
        time.sleep(WARM_SECONDS)
        seen = asyncio.run(_Probe(settings, port, key).watch(minutes * 60))
        around = json.loads(load.communicate(timeout=120)[0])
    found = _report(seen, around, workers or settings.serving.workers)
    _print(found, console)
    path = settings.home / "reports" / "freshness.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1))
    return found


def _load(
    settings: Settings, port: int, key: str, travellers: int, think: float, seconds: float
) -> subprocess.Popen[str]:
    """The generator of `butler bench load`, in its own process."""
    wanted = map(str, (settings.home, port, travellers / think, travellers, seconds))
    command = [sys.executable, "-m", "benchmarks.load", *wanted]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write(f"{key}\n")
    process.stdin.flush()
    return process


class _Probe:
    """One traveller after another, who visits the first place of the answer."""

    def __init__(self, settings: Settings, port: int, key: str) -> None:
        tables = Tables(settings.home)
        self._users = tables.read("events")[C.USER].unique().sort().to_list()
        self._where = tables.read("pois").select(C.LATITUDE, C.LONGITUDE).to_numpy()
        self._chance, self._run = np.random.default_rng(7), time.time_ns()
        self._connections = [Connection(port, key) for _ in range(CONNECTIONS)]
        self.seen = Seen()

    async def watch(self, seconds: float) -> Seen:
        until, number = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            await self._one(number)
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)
        return self.seen

    async def _one(self, number: int) -> None:
        known = self._users[int(self._chance.integers(len(self._users)))]
        user = known if number % 2 else f"fresh-{self._run}-{number}"
        latitude, longitude = self._where[int(self._chance.integers(len(self._where)))]
        where = f"&lat={latitude:.4f}&lon={longitude:.4f}&exclude_visited=true&limit=10"
        places = await self._answered("GET", f"{PATH}?user_id={user}{where}", 200)
        if not places["items"]:
            return
        place = places["items"][0]["poi_id"]
        event = {
            "event_id": f"fresh-{self._run}-{number}",
            "user_id": user,
            "event_type": "visit",
            "poi_id": place,
            "occurred_at": datetime.now(UTC).isoformat(),
        }
        await self._answered("POST", f"{PATH}/feedback", 202, {"events": [event]})
        accepted, answers = time.monotonic(), 0
        while time.monotonic() < accepted + GIVEN_UP_SECONDS:
            answers += 1
            shown = await self._answered("GET", f"{PATH}?user_id={user}{where}", 200)
            if all(item["poi_id"] != place for item in shown["items"]):
                self.seen.seconds.append(time.monotonic() - accepted)
                self.seen.answers.append(answers)
                return
        self.seen.never += 1

    async def _answered(self, method: str, target: str, good: int, body: Any = None) -> Any:
        """The answer, asked for again while the server refuses for its load."""
        said = json.dumps(body).encode() if body else b""
        until = time.monotonic() + GIVEN_UP_SECONDS
        while time.monotonic() < until:
            connection = self._connections[int(self._chance.integers(CONNECTIONS))]
            status, told = await connection.ask(method, target, said)
            if status == good:
                return json.loads(told)
            self.seen.refused += 1
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{method} {PATH} was answered {status} for {GIVEN_UP_SECONDS:.0f} s")


def _report(seen: Seen, around: dict[str, Any], workers: int) -> dict[str, Any]:
    ms = np.array(seen.seconds) * 1000
    return {
        "told": len(ms),
        "p50_ms": float(np.quantile(ms, 0.5)),
        "p99_ms": float(np.quantile(ms, 0.99)),
        "most_ms": float(ms.max()),
        "at_first_asking": float(np.mean(np.array(seen.answers) == 1)),
        "never": seen.never,
        "refused": seen.refused,
        "workers": workers,
        "load": {n: around[n] for n in ("offered_s", "p50_ms", "p95_ms", "errors", "refused")},
    }


def _print(found: dict[str, Any], console: Console) -> None:
    load = found["load"]
    console.print(
        f"{found['told']} times told, {found['workers']} workers: visible after p50 "
        f"{found['p50_ms']:.0f}, p99 {found['p99_ms']:.0f}, at most {found['most_ms']:.0f} ms; "
        f"{found['at_first_asking']:.1%} at the first asking, {found['never']} never\n"
        f"meanwhile {load['offered_s']:.0f} requests/s: p50 {load['p50_ms']:.0f}, p95 "
        f"{load['p95_ms']:.0f} ms, {load['errors']} errors, {load['refused']} refused"
    )
