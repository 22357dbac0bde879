"""The composition root of serving: everything is built here, once, and handed down."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI

from butler.errors import ModelUnavailable
from butler.settings import ServingSettings, Settings
from butler.stores.known_keys import KnownKeys
from butler.stores.open import log_of
from serving import logs
from serving.answers import Recommender
from serving.api import catalogue, chat, docs, feedback, health, problems, recommendations, trips
from serving.api.context import publish_context
from serving.api.edge import BodyLimit, Clock, PlainBody, RequestId
from serving.api.item_texts import WAITS, ItemTexts
from serving.api.metrics import Metrics
from serving.api.security import KeyCheck, Keys, KeysOfHome, key_required
from serving.api.sockets import Socketed, Sockets
from serving.api.talk import Talk
from serving.api.turns import Limited, Talks, TurnedAway, Turns, Waits, refused
from serving.chat.values import Texts
from serving.drain import before_the_end
from serving.explain.texts import TemplateTexts
from serving.ground import counted_together
from serving.maintenance import Notices
from serving.offer import Offer
from serving.refresh import Refresher, Repeated
from serving.traces import Traces

if TYPE_CHECKING:
    from serving.spoken import Spoken

ByRoute = dict[tuple[str, str], Turns]  # by method and path
AT_ONCE = 1  # numpy's small steps hold the interpreter: two threads only get in each other's way
FEEDBACK_AT_ONCE = 8  # threads: feedback mostly waits for the disk
FEEDBACK_WAIT_SECONDS = 5.0  # nobody looks at a screen meanwhile
KEYS_SECONDS = 10.0  # as long as a revoked key may work
UPKEEP_SECONDS = 30.0  # the index of places is compared with the catalogue, old talk is forgotten
GOODBYE_SECONDS = 2.0  # beside what the answers that were begun may take: it reaches everybody
NEARBY_WAIT_SECONDS = 1.0  # who walks has soon a new position


def default_app() -> FastAPI:
    """The app around the real engine. Raises ButlerError when it cannot start."""
    from serving.engine import Engine
    from serving.spoken import open_spoken

    settings = Settings()
    logs.configure(settings.logs.level, settings.logs.form)
    log = log_of(settings, late=True)
    metrics = Metrics(shared=counted_together(settings.serving.workers))
    waiting = settings.serving.impressions_waiting
    engine = Engine.open(settings, waiting=waiting, observer=metrics, log=log)
    speaks = partial(open_spoken, settings, engine, metrics)
    keys = KeysOfHome(log.keys, KnownKeys.of(settings))
    return build_app(engine, keys, settings, metrics=metrics, speaks=speaks)


def build_app(
    recommender: Recommender,
    keys: Keys,
    settings: Settings,
    metrics: Metrics | None = None,
    speaks: "Callable[[Turns], Spoken] | None" = None,
) -> FastAPI:
    """The API around a recommender; it closes the recommender when it ends.

    With `speaks` there are routes and sockets to speak with whom it makes, who computes in its turns.
    `app.state.refused` tells of a scope why it would be turned away, None where it would not.
    """
    serving = settings.serving
    metrics = metrics or Metrics(shared=counted_together(serving.workers))
    traces = Traces(settings.traces) if settings.traces else None
    tasks: list[Repeated] = [Refresher(recommender, metrics, serving.refresh_seconds)]
    if isinstance(keys, KeysOfHome):
        tasks.append(_noting(keys))
    check, turns = KeyCheck(keys), _turns(serving, metrics)
    butler = speaks(turns[recommendations.ASKED]) if speaks else None
    texts = _texts(recommender, turns, metrics, butler.texts if butler else TemplateTexts())
    talked = _Talked(butler, settings, metrics, check, texts, recommender.offer) if butler else None
    tasks += talked.tasks if talked else []

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        running = [asyncio.create_task(task.run()) for task in tasks]
        try:
            with talked.ending() if talked else contextlib.nullcontext():
                yield
        finally:
            for task in running:
                task.cancel()
            if butler:
                butler.close()
            recommender.close()
            if traces:
                traces.close()

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
    app.include_router(health.routes(recommender, metrics, {t.name: t.check for t in tasks}))
    app.include_router(_keyed_routes(recommender, metrics, check, settings, turns, texts))
    # The last one added is the first one passed.
    if talked:
        app.include_router(talked.routes())
        app.add_middleware(Socketed, sockets=talked.sockets)
    app.add_middleware(BodyLimit, limit=serving.request_limit_bytes)
    app.add_middleware(PlainBody)
    app.add_middleware(Clock, metrics=metrics, traces=traces)
    app.add_middleware(RequestId)
    waits: dict[tuple[str, str], Limited] = {**turns, **(talked.waits if talked else {})}
    app.state.refused = partial(refused, waits)
    app.add_middleware(TurnedAway, turns=waits, metrics=metrics)
    return app


def _noting(keys: KeysOfHome) -> Repeated:
    async def note() -> None:
        await asyncio.to_thread(keys.note)

    return Repeated("known_keys", note, KEYS_SECONDS, at_once=True)


class _Talked:
    """Routes, sockets and tasks of conversations."""

    def __init__(
        self,
        butler: "Spoken",
        settings: Settings,
        metrics: Metrics,
        check: KeyCheck,
        texts: ItemTexts,
        offer: Callable[[], Offer],
    ) -> None:
        self._offer = offer
        ours, serving = settings.chat, settings.serving
        self._check, self._heartbeat = check, ours.heartbeat_seconds
        talks = Talks(ours.at_once, ours.queue, metrics.messages_waiting)
        self._talk = Talk(butler.conversation, talks, metrics, settings.clock(), ours.text_limit)
        self.waits: dict[tuple[str, str], Limited] = {chat.ASKED: talks}
        self.sockets = Sockets(
            self._talk,
            check,
            texts,
            butler.surroundings,
            Turns(AT_ONCE, ours.queue, NEARBY_WAIT_SECONDS, metrics.positions_waiting),
            metrics,
            Notices(settings.home).now,
            most=ours.sockets,
            most_bytes=serving.request_limit_bytes,
            workers=serving.workers,
            drain_seconds=ours.drain_seconds,
        )
        self._goodbye_seconds = ours.drain_seconds + GOODBYE_SECONDS

        async def refresh() -> None:
            with contextlib.suppress(ModelUnavailable):  # then there are no places yet, either
                await asyncio.to_thread(butler.refresh)

        self.tasks = [
            Repeated("conversations", refresh, UPKEEP_SECONDS, at_once=True),
            Repeated("sockets", self.sockets.look, serving.refresh_seconds, at_once=True),
        ]

    def routes(self) -> APIRouter:
        router = _keyed("chat", self._check)
        router.include_router(chat.routes(self._talk, self._heartbeat))
        router.include_router(trips.routes(self._talk.conversation, self._offer))
        return router

    def ending(self) -> contextlib.AbstractContextManager[None]:
        return before_the_end(self.sockets.say_goodbye, self._goodbye_seconds)


def _turns(serving: ServingSettings, metrics: Metrics) -> ByRoute:
    wait = serving.queue_ms / 1000
    return {
        recommendations.ASKED: Turns(AT_ONCE, serving.queue, wait, metrics.recommendations_waiting),
        feedback.TOLD: Turns(
            FEEDBACK_AT_ONCE,
            serving.feedback_queue,
            FEEDBACK_WAIT_SECONDS,
            metrics.feedback_waiting,
        ),
    }


def _texts(recommender: Recommender, turns: ByRoute, metrics: Metrics, texts: Texts) -> ItemTexts:
    waits = Waits(WAITS, metrics.texts_waiting)
    return ItemTexts(recommender, turns[recommendations.ASKED], texts, waits)


def _keyed(tag: str, check: KeyCheck) -> APIRouter:
    return APIRouter(
        tags=[tag],
        dependencies=[Depends(key_required(check))],
        responses={
            401: {"model": problems.Problem, "description": "No key, or a wrong one."},
            413: {"model": problems.Problem, "description": "The body is too large."},
            415: {"model": problems.Problem, "description": "The body is compressed."},
            422: {"model": problems.Problem, "description": "A value is not valid."},
            503: {"model": problems.Problem, "description": "No model or no store; try again."},
        },
    )


def _keyed_routes(
    recommender: Recommender,
    metrics: Metrics,
    check: KeyCheck,
    settings: Settings,
    turns: ByRoute,
    texts: ItemTexts,
) -> APIRouter:
    router = _keyed("recommendations", check)
    clock, serving = settings.clock(), settings.serving
    router.include_router(
        recommendations.routes(recommender, metrics, clock, turns[recommendations.ASKED], texts)
    )
    router.include_router(
        feedback.routes(recommender, metrics, serving.feedback_batch, clock, turns[feedback.TOLD])
    )
    router.include_router(catalogue.routes(recommender.offer))
    return router


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The schema, with problems under their own media type and the shape of a context."""
        if self.openapi_schema is None:
            schema = super().openapi()
            for path in schema["paths"].values():
                for operation in path.values():
                    _mark_problems(operation["responses"])
            publish_context(schema["components"]["schemas"])
        assert self.openapi_schema is not None
        return self.openapi_schema


RETRY_AFTER = {"schema": {"type": "integer"}, "description": "Seconds until it is worth a try."}


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").endswith("/Problem"):
            content[problems.MEDIA_TYPE] = content.pop("application/json")
            if status == "503":
                response["headers"] = {"Retry-After": RETRY_AFTER}
