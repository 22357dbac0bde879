"""GET /, /healthz, /readyz, /metrics: open to all, and nothing personal in them."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from serving.answers import Recommender
from serving.api.metrics import Metrics


class Index(BaseModel):
    name: str = "HolidaiButler"
    docs: str = "/docs"
    openapi: str = "/openapi.json"


class Alive(BaseModel):
    status: str = "ok"


class Ready(BaseModel):
    """`checks` maps each part to "ok" or to what is wrong with it."""

    ready: bool
    checks: dict[str, str] = Field(examples=[{"champion": "ok", "log": "ok", "refresh": "ok"}])


def routes(
    recommender: Recommender, metrics: Metrics, tasks: Mapping[str, Callable[[], str]]
) -> APIRouter:
    router = APIRouter()

    @router.get("/", summary="Where to read on")
    async def index() -> Index:
        return Index()

    # HEAD, because probes of load balancers ask so; whoever reads the answer asks by GET
    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", summary="The process answers")
    async def healthz() -> Alive:
        return Alive()

    # A plain function runs in a thread: the checks may ask a store.
    @router.head("/readyz", include_in_schema=False)
    @router.get(
        "/readyz",
        summary="Recommendations can be given",
        response_model=Ready,
        responses={503: {"model": Ready, "description": "Not yet, or not now; `checks` says why."}},
    )
    def readyz() -> Response:
        found = recommender.readiness()
        checks = found.checks | {name: check() for name, check in tasks.items()}
        ready = Ready(ready=found.ready, checks=checks)
        return JSONResponse(ready.model_dump(), status_code=200 if ready.ready else 503)

    @router.get("/metrics", summary="For Prometheus", response_class=Response)
    def metrics_text() -> Response:
        metrics.sample(recommender.vitals())
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
