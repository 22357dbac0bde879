"""Who is turned away is answered before anything of BentoML's or of an answer's is passed."""

import gc

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from serving.api.metrics import Metrics
from serving.api.turns import Limited, TurnedAway, Turns, refused
from serving.service import _Mounted, _RefusedFirst, make_service

PATH = "/api/v1/recommendations"
metrics = Metrics()


@pytest.fixture
def front() -> ASGIApp:
    """Before an app where everything else is answered with `behind`; nobody may wait for PATH."""
    turns: dict[tuple[str, str], Limited] = {("GET", PATH): Turns(1, 0, 60, lambda _: None)}
    ours = _Mounted()
    ours.app = FastAPI()
    ours.app.state.refused = lambda scope: refused(turns, scope)
    ours.app.add_middleware(TurnedAway, turns=turns, metrics=metrics)
    return _RefusedFirst(PlainTextResponse("behind"), ours)


async def asked(front: ASGIApp, method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(front)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.request(method, path, headers={"X-Request-Id": "mine"})


async def test_a_refusal_is_whole_and_counted_without_what_is_behind(front: ASGIApp) -> None:
    said = await asked(front, "GET", PATH)
    assert said.status_code == 503
    assert said.headers["Retry-After"] == "1"
    assert said.headers["Content-Type"] == "application/problem+json"
    assert said.headers["X-Request-Id"] == "mine"
    told = said.json()
    assert told["type"] == "urn:butler:problem:overloaded"
    assert told["retry_after"] == 1
    assert (told["status"], told["instance"]) == (503, f"{PATH}#mine")
    counted = f'butler_http_requests_total{{method="GET",route="{PATH}",status="503"}} 1.0'
    assert counted in metrics.text().decode()


@pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("GET", "/metrics")])
async def test_who_is_let_in_passes_what_is_behind(front: ASGIApp, method: str, path: str) -> None:
    assert (await asked(front, method, path)).text == "behind"


async def test_a_refusal_leaves_nothing_to_the_collector(front: ASGIApp) -> None:
    """A thousand a second would be walked by it for a tenth of a second, in which nobody is answered."""
    turns = Turns(1, 0, 60, lambda _: None)
    scope = {"type": "http", "method": "GET", "path": PATH, "headers": []}

    async def nowhere(_: object) -> None: ...

    app = TurnedAway(front, {("GET", PATH): turns}, metrics)
    gc.collect()
    gc.disable()
    try:
        for _ in range(100):
            await app(dict(scope), nowhere, nowhere)  # type: ignore[arg-type]
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_bentoml_is_given_this_front() -> None:
    assert isinstance(make_service(FastAPI).to_asgi(), _RefusedFirst)
