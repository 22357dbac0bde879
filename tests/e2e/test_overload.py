"""Far more is asked than can be borne: the excess is refused, the rest is answered, memory stays."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx
import psutil
from server import Server, serving

RECOMMEND = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
TRAVELLERS, ROUNDS = 40, 12


def megabytes(server: Server) -> float:
    family = psutil.Process(server.process.pid).children(recursive=True)
    return float(sum(p.memory_info().rss for p in family)) / 1e6


def test_the_excess_is_refused_faster_than_the_rest_is_answered_and_memory_stays(
    home: Path,
) -> None:
    """Forty at once and no pause, where two can be answered; some of them tell what they did."""
    seen: list[tuple[int, float]] = []
    together = threading.Barrier(TRAVELLERS)

    def travel(server: Server, number: int) -> None:
        with httpx.Client(base_url=server.url, headers=server.client.headers, timeout=60) as own:
            together.wait()
            for n in range(ROUNDS):
                start = time.monotonic()
                answer = own.get(RECOMMEND, params={"user_id": f"t{number:06d}"})
                seen.append((answer.status_code, time.monotonic() - start))
                if answer.status_code == 503:
                    assert answer.headers["Retry-After"] == "1"
                    assert answer.json()["type"] == "urn:butler:problem:overloaded"
                elif n % 3 == 0:
                    told = own.post(FEEDBACK, json={"events": [click(f"{number}-{n}", number)]})
                    assert told.status_code in (202, 503)

    with serving(home, BUTLER_SERVING__QUEUE_MS="50") as server:
        for n in range(10):
            assert server.client.get(RECOMMEND, params={"user_id": f"w{n}"}).status_code == 200
        before = megabytes(server)
        with ThreadPoolExecutor(TRAVELLERS) as pool:
            for future in [pool.submit(travel, server, n) for n in range(TRAVELLERS)]:
                future.result()
        after = megabytes(server)
        assert server.client.get(RECOMMEND, params={"user_id": "x"}).status_code == 200
        text = server.client.get("/metrics").text
    answered = [s for status, s in seen if status == 200]
    refused = [s for status, s in seen if status == 503]
    assert len(answered) + len(refused) == TRAVELLERS * ROUNDS, "nothing else happened"
    assert answered
    assert len(refused) > len(answered)
    assert median(refused) < median(answered)
    assert after < before + 150
    assert f'route="{RECOMMEND}",status="503"' in text, "counted under its route"


def click(event_id: str, user: int) -> dict[str, str]:
    now = datetime.now(UTC).isoformat()
    facts = {"event_type": "click", "poi_id": "somewhere", "occurred_at": now}
    return {"event_id": event_id, "user_id": f"t{user:06d}", **facts}
