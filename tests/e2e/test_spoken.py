"""The whole of it: `butler serve` over a trained home, spoken to over HTTP and a socket."""

from pathlib import Path

import httpx
from server import Server, serving
from test_sockets import PythonClient, until

ALICANTE = {"lat": 38.345, "lon": -0.481}


def said(server: Server, text: str, **more: object) -> dict[str, object]:
    body = {"user_id": "t000001", "text": text, **ALICANTE, **more}
    answer = server.client.post("/api/v1/chat/message", json=body).raise_for_status()
    return answer.json()  # type: ignore[no-any-return]


def found_by(server: Server, text: str) -> bool:
    """The index is made soon after the start."""
    return bool(said(server, text)["items"])


def test_a_traveller_talks_and_walks_and_is_forgotten(home: Path) -> None:
    """Recommended to, understood, remembered, told what is near; then erased."""
    with serving(home) as server:
        beaches = said(server, "a beach within 30 km")
        assert beaches["worded_by"] == "template"
        assert {i["category"] for i in beaches["items"]} <= {"nature/beach", "nature/cove"}  # type: ignore[index,attr-defined]
        assert beaches["items"]
        until(lambda: found_by(server, "Castillo de Santa Bárbara"))
        said(server, "We are a family with two kids, 4 and 7")
        ana = {"user_id": "t000001"}
        trip = server.client.get("/api/v1/chat/trip", params=ana).json()
        assert trip["children"] == [4, 7]
        _checked_socket(server)
        checks = server.client.get("/readyz").json()["checks"]
        assert (checks["conversations"], checks["sockets"]) == ("ok", "ok")
        texts = {"user_id": "t000001", "explain": "text", "lang": "de", **ALICANTE}
        items = server.client.get("/api/v1/recommendations", params=texts).json()["items"]
        assert all(item["text"].startswith(item["name"]) for item in items)
        assert server.client.delete("/api/v1/chat/clear", params=ana).json()["forgotten"] >= 6
        history = server.client.get("/api/v1/chat/history", params=ana).json()
        assert history == {"turns": []}


def _checked_socket(server: Server) -> None:
    key = server.client.headers["X-API-Key"]
    client = PythonClient(server.url, {"key": key, "user_id": "t000002", "lang": "es"})
    try:
        client.until("connect")
        [(_, near)], ack = client.asked("location:update", ALICANTE)
        away = [place["distance_km"] for place in near["places"]]
        assert ack["places"] == len(away) > 0
        assert away == sorted(away)
        assert away[-1] <= 5
        came, ack = client.asked("chat:message", {"text": "una playa cerca"})
        assert ack["ok"]
        assert came[-2][1]["answer"]["language"] == "es"
    finally:
        client.close()


def test_without_a_champion_a_message_says_what_to_do(tmp_path: Path) -> None:
    """503 with the document that recommendations have; the conversation's own paths work."""
    with serving(tmp_path) as server:
        body = {"user_id": "ana", "text": "a beach"}
        answer = server.client.post("/api/v1/chat/message", json=body)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert answer.json()["type"] == "urn:butler:problem:model-unavailable"
        trip = {"budget": 2}
        server.client.put(
            "/api/v1/chat/trip", params={"user_id": "ana"}, json=trip
        ).raise_for_status()
        told = server.client.get("/api/v1/chat/trip", params={"user_id": "ana"}).json()
        assert told["budget"] == 2
        assert server.client.get("/readyz").json()["checks"]["conversations"] == "ok"
