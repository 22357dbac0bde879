"""The composition root of serving: everything is built here, once, and handed down."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from fastapi import APIRouter, Depends, FastAPI

from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.ports import KeyStore
from serving.answers import Recommender
from serving.api import docs, feedback, health, problems, recommendations
from serving.api.edge import BodyLimit, Clock, PlainBody, RequestId
from serving.api.metrics import Metrics
from serving.api.security import KeyCheck, key_required

_log = logging.getLogger("butler.serving")
LONGEST_PAUSE_SECONDS = 30.0  # between looks that fail


class Closeable(Protocol):
    def close(self) -> None: ...


def default_app() -> FastAPI:
    """The app around the real engine. Raises ButlerError when it cannot start."""
    from serving.engine import Engine

    settings = Settings()
    log = open_log(settings.sql_url())
    engine = Engine.open(settings, waiting=settings.serving.impressions_waiting)
    return build_app(engine, log.keys, settings, also_close=[log])


def build_app(
    recommender: Recommender,
    keys: KeyStore,
    settings: Settings,
    also_close: Sequence[Closeable] = (),
) -> FastAPI:
    """The API around a recommender; it closes the recommender and `also_close` when it ends."""
    serving = settings.serving
    metrics = Metrics(shared=serving.workers > 1)
    refresher = Refresher(recommender, metrics, serving.refresh_seconds)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(refresher.run())
        try:
            yield
        finally:
            task.cancel()
            for closeable in (recommender, *also_close):
                closeable.close()

    app = _Api(
        title="HolidaiButler",
        version="1",
        description="The right place for this hour, this weather, this party; and a true reason.",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # ours, which works offline: docs.py
        redoc_url=None,
    )
    problems.install(app)
    app.include_router(docs.routes())
    app.include_router(health.routes(recommender, metrics, refresher.check))
    app.include_router(_keyed_routes(recommender, metrics, KeyCheck(keys), settings))
    # The last one added is the first one passed.
    app.add_middleware(BodyLimit, limit=serving.request_limit_bytes)
    app.add_middleware(PlainBody)
    app.add_middleware(Clock, metrics=metrics)
    app.add_middleware(RequestId)
    return app


def _keyed_routes(
    recommender: Recommender, metrics: Metrics, check: KeyCheck, settings: Settings
) -> APIRouter:
    router = APIRouter(
        tags=["recommendations"],
        dependencies=[Depends(key_required(check))],
        responses={
            401: {"model": problems.Problem, "description": "No key, or a wrong one."},
            413: {"model": problems.Problem, "description": "The body is too large."},
            415: {"model": problems.Problem, "description": "The body is compressed."},
            422: {"model": problems.Problem, "description": "A value is not valid."},
            503: {"model": problems.Problem, "description": "No model or no store; try again."},
        },
    )
    clock, most_events = settings.clock(), settings.serving.feedback_batch
    router.include_router(
        recommendations.routes(recommender, metrics, clock, settings.serving.queue)
    )
    router.include_router(feedback.routes(recommender, metrics, most_events, clock))
    return router


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The schema, with problems under their own media type."""
        if self.openapi_schema is None:
            schema = super().openapi()
            for path in schema["paths"].values():
                for operation in path.values():
                    _mark_problems(operation["responses"])
        assert self.openapi_schema is not None
        return self.openapi_schema


def _mark_problems(responses: dict[str, Any]) -> None:
    for response in responses.values():
        content = response.get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").endswith("/Problem"):
            content[problems.MEDIA_TYPE] = content.pop("application/json")


class Refresher:
    """Looks at places, weather and the champion anew, again and again.

    A failed look does not end the server, which goes on with what it has: the failure is
    counted in /metrics, named in /readyz until a look succeeds, and logged with its trace.
    """

    def __init__(self, recommender: Recommender, metrics: Metrics, seconds: float) -> None:
        self._recommender = recommender
        self._metrics = metrics
        self._seconds = seconds
        self._failures = 0
        self._last_error = ""

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self.pause())
            await self.refresh()

    def pause(self) -> float:
        """Seconds to the next look: it doubles with each failure, for a look may then be costly."""
        longest = max(self._seconds, LONGEST_PAUSE_SECONDS)
        return float(min(self._seconds * 2 ** min(self._failures, 4), longest))

    async def refresh(self) -> None:
        try:
            await asyncio.to_thread(self._recommender.refresh)
        except Exception as error:  # whatever it is: see the class
            self._failures += 1
            self._last_error = type(error).__name__
            _log.exception("refresh failed, %d in a row", self._failures)
        else:
            self._failures = 0
        self._metrics.refreshed(succeeded=self._failures == 0)

    def check(self) -> str:
        if self._failures == 0:
            return "ok"
        return f"failed {self._failures} times in a row ({self._last_error}); see the log"
