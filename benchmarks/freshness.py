"""Freshness: from the 202 of feedback to the recommendation that shows it, under load, over HTTP.

    BUTLER_HOME=.butler butler bench freshness [--minutes 1] [--travellers 10000] [--workers 2]

A traveller asks for places not visited yet, says to have visited the first, and asks again until it is
gone; half of them are strangers until then. Counted is the time from the 202 to the end of the first
answer without the place: at least one whole answer. Asking and telling take one of several
connections each by chance, so that with several workers it is seldom the one that was told.

The counters of how busy places are (`features/trending.py`) are everybody's, so somebody else asks all
the while; counted is the time from the 202 to the end of the first such answer whose counters had the
visit in them, as its impression in the log says.

Meanwhile the travellers of `butler bench load` act at their own pace on the same server.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.load import PATH, THINK_SECONDS, TRAVELLERS
from benchmarks.report import write_report
from benchmarks.served import Connection, served
from butler.columns import C
from butler.errors import NotFound
from butler.settings import Settings
from butler.stores.open import log_of
from butler.stores.sql import SqlLog
from butler.stores.tables import Tables

MINUTES, CONNECTIONS, PAUSE_SECONDS, GIVEN_UP_SECONDS = 1.0, 8, 0.1, 30.0
WARM_SECONDS = 10.0  # of the load alone
LOOK_SECONDS = 0.1  # between the answers whose counters are looked at
SETTLE_SECONDS = 5.0  # after the last feedback: so long its counting is watched, too


@dataclass
class Seen:
    """Of each feedback: seconds until it was visible, and the answers it took."""

    seconds: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refused: int = 0
    never: int = 0
    told: list[tuple[float, str, str]] = field(default_factory=list)  # when, by whom, event id
    looks: list[tuple[float, str]] = field(default_factory=list)  # end of an answer, request id


@dataclass
class Counted:
    """Of each feedback: seconds until an answer's counters had it."""

    seconds: list[float] = field(default_factory=list)
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
    seconds = WARM_SECONDS + minutes * 60 + SETTLE_SECONDS
    workers = workers or os.cpu_count() or 1
    with served(settings, "freshness", workers) as server:
        load = _load(settings, server.port, server.key, travellers, think, seconds)
        time.sleep(WARM_SECONDS)
        seen = asyncio.run(_Probe(settings, server.port, server.key).watch(minutes * 60))
        around = json.loads(load.communicate(timeout=120)[0])
        with closing(log_of(settings)) as log:
            counted = _counted(seen, log)
    found = _report(seen, counted, around, workers)
    _print(found, console)
    write_report(settings, "freshness", found)
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
        self._connections, self._looks = (
            [Connection(port, key) for _ in range(CONNECTIONS)] for _ in range(2)
        )
        self.seen = Seen()

    async def watch(self, seconds: float) -> Seen:
        looking = asyncio.create_task(self._look())
        until, number = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            await self._one(number)
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(SETTLE_SECONDS)
        looking.cancel()
        return self.seen

    async def _look(self) -> None:
        """Answers, one after the other, for their counters; over connections of its own."""
        number = 0
        while True:
            connection = self._looks[number % CONNECTIONS]
            status, told = await connection.ask("GET", f"{PATH}?user_id=looks", b"")
            if status == 200:
                self.seen.looks.append((time.monotonic(), json.loads(told)["request_id"]))
            number += 1
            await asyncio.sleep(LOOK_SECONDS)

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
        self.seen.told.append((accepted, user, event["event_id"]))
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


def _counted(seen: Seen, log: SqlLog) -> Counted:
    """What the log says of the counters behind each look."""
    looks = [(done, _counted_until(log, request)) for done, request in seen.looks]
    out = Counted()
    for accepted, user, event in seen.told:
        (known,) = (
            e.known_at
            for e in log.feedback.of_users([user])[user]
            if e.interaction.event_id == event
        )
        had = (done for done, until in looks if done > accepted and until and until >= known)
        first = next(had, None)
        if first is None:
            out.never += 1
        else:
            out.seconds.append(first - accepted)
    return out


def _counted_until(log: SqlLog, request_id: str) -> datetime | None:
    try:
        until = log.impressions.get(request_id).context["trending_until"]
    except NotFound:  # lost for want of room
        return None
    return None if until is None else datetime.fromisoformat(str(until))


def _report(seen: Seen, counted: Counted, around: dict[str, Any], workers: int) -> dict[str, Any]:
    ms, trending = (np.array(one.seconds) * 1000 for one in (seen, counted))
    return {
        "trending": {
            "told": len(trending),
            "p50_ms": float(np.quantile(trending, 0.5)),
            "p99_ms": float(np.quantile(trending, 0.99)),
            "most_ms": float(trending.max()),
            "never": counted.never,
        },
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
    load, trending = found["load"], found["trending"]
    console.print(
        f"{found['told']} times told, {found['workers']} workers: visible after p50 "
        f"{found['p50_ms']:.0f}, p99 {found['p99_ms']:.0f}, at most {found['most_ms']:.0f} ms; "
        f"{found['at_first_asking']:.1%} at the first asking, {found['never']} never\n"
        f"in the counters of places after p50 {trending['p50_ms']:.0f}, p99 "
        f"{trending['p99_ms']:.0f}, at most {trending['most_ms']:.0f} ms, "
        f"{trending['never']} never\n"
        f"meanwhile {load['offered_s']:.0f} requests/s: p50 {load['p50_ms']:.0f}, p95 "
        f"{load['p95_ms']:.0f} ms, {load['errors']} errors, {load['refused']} refused"
    )
