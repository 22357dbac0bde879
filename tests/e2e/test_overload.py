"""Far more is asked than can be borne: the excess is refused, the rest keeps its latency, answers and memory
do not collapse. Bounds are ratios within one run; the server says how long it waits for a turn."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import psutil
from asking import metric, until
from server import Server, serving

from benchmarks.served import Connection

RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
TRAVELLERS, TIMES, SECONDS = 40, 10, 5.0  # of the load it can bear, for so long
QUEUE_MS = 100.0
# times its wait for a turn that an answer may take on cores which others use, too: without a bound on
# that wait it takes as long as all who came before, some seconds
WAITED = 10.0
KEPT = 0.15  # of the answers a second; the generator and all refusals take the same two cores


@dataclass
class Phase:
    """Milliseconds of what was answered and of what was refused, in so many seconds."""

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def p95(self) -> float:
        return quantiles(self.answered, n=20)[-1]

    def rate(self) -> float:
        return len(self.answered) / self.seconds


def megabytes(server: Server) -> float:
    family = psutil.Process(server.process.pid).children(recursive=True)
    return float(sum(p.memory_info().rss for p in family)) / 1e6


def click(event_id: str, user: int) -> bytes:
    now = datetime.now(UTC).isoformat()
    facts = {"event_type": "click", "poi_id": "somewhere", "occurred_at": now}
    event = {"event_id": event_id, "user_id": f"t{user:06d}", **facts}
    return json.dumps({"events": [event]}).encode()


async def travel(server: Server, travellers: int, every: float, tells: bool) -> Phase:
    """Each asks, and asks again `every` seconds later or when the answer is there; of seven times they tell
    once what they did."""
    port = int(server.url.rsplit(":", 1)[1])
    key, phase = server.client.headers["X-API-Key"], Phase()
    start = time.monotonic()

    async def one(number: int) -> None:
        connection, n = Connection(port, key), 0
        due = start + every * number / travellers
        while due < start + SECONDS:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due, n = max(time.monotonic(), due + every), n + 1
            if tells and n % 7 == 0:
                body = click(f"{number}-{n}", number)
                assert (await connection.ask("POST", FEEDBACK, body))[0] in (202, 503)
                continue
            sent = time.monotonic()
            status, said = await connection.ask("GET", f"{RECOMMEND}?user_id=t{number:06d}")
            assert status == 200 or b"urn:butler:problem:overloaded" in said, "nothing else happens"
            kind = phase.answered if status == 200 else phase.refused
            kind.append((time.monotonic() - sent) * 1000)

    await asyncio.gather(*(one(n) for n in range(travellers)))
    phase.seconds = time.monotonic() - start
    return phase


def run(work: Callable[[], Awaitable[Phase]]) -> Phase:
    async def all_of_it() -> Phase:
        return await work()

    return asyncio.run(all_of_it())


def test_ten_times_the_load_is_refused_fast_and_the_rest_keeps_its_latency_and_its_number(
    home: Path,
) -> None:
    """First what it bears, two at a time; then ten times as many a second, some of whom give feedback."""
    says = home.parent / "said.log"
    with serving(home, says, BUTLER_SERVING__QUEUE_MS=str(QUEUE_MS)) as server:
        run(lambda: travel(server, 2, 0.0, tells=False))  # caches, threads, first rows
        borne = run(lambda: travel(server, 2, 0.0, tells=False))
        before = megabytes(server)
        every = TRAVELLERS / (TIMES * borne.rate())
        over = run(lambda: travel(server, TRAVELLERS, every, tells=True))
        after = megabytes(server)
        until(lambda: metric(server, 'butler_requests_waiting{kind="recommendation"}') == 0)
        refused = server.client.get("/metrics").text
        assert server.client.get(RECOMMEND, params={"user_id": "x"}).status_code == 200
    assert borne.refused == []
    assert len(over.refused) > len(over.answered)
    assert median(over.refused) < median(over.answered)
    assert over.p95() <= WAITED * QUEUE_MS, "who is let in waits no longer than told"
    assert over.rate() >= KEPT * borne.rate(), "answers do not give way to refusals"
    assert after < before + 150
    assert f'route="{RECOMMEND}",status="503"' in refused, "counted under its route"
    assert says.read_text().count('"status":503') < len(over.refused) / 2, "not written down each"
