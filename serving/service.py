"""The BentoML service: it keeps the processes, our FastAPI app answers every request.

BentoML's own metrics, access log and tracing are off: together they cost more than the
recommendation. What is worth knowing is in the app's /metrics.
"""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import bentoml
from starlette.types import ASGIApp, Receive, Scope, Send

from butler.errors import ButlerError
from butler.settings import Settings
from serving.ground import prepare_counters
from serving.memory import leave_what_stays_to_itself
from serving.run import note_failure

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = logging.getLogger("butler.serving")
OUR_HEALTH = frozenset({"/healthz", "/readyz"})
OUR_ROUTES = "/api/"


class _Mounted:
    """The app of this worker; there is none until the worker has started."""

    app: "FastAPI"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _RefusedFirst:
    """In front of all of BentoML's: what is turned away goes straight to the app that says so. Its timeout
    and its tracing cost as much as the refusal, and a timer of a minute would stay behind each."""

    def __init__(self, app: ASGIApp, ours: _Mounted) -> None:
        self.app = app
        self.ours = ours

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        away = _is_ours(scope) and self.ours.app.state.refused(scope)
        await (self.ours if away else self.app)(scope, receive, send)


class _StraightToOurs:
    """BentoML answers /healthz and /readyz before a mounted app can, and looks for a route of its own
    before it asks the mounted app: let the app answer at once."""

    def __init__(self, app: ASGIApp, ours: _Mounted) -> None:
        self.app = app
        self.ours = ours

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.ours if _is_ours(scope) else self.app)(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    return path.startswith(OUR_ROUTES) or path in OUR_HEALTH


def make_service(build: Callable[[], "FastAPI"], workers: int = 1) -> Any:
    """A BentoML service around the app that `build` makes once in each worker."""
    mounted = _Mounted()

    @bentoml.service(
        name="butler",
        workers=workers,
        traffic={"timeout": 60},
        metrics={"enabled": False},
        logging={"access": {"enabled": False}},
        tracing={"excluded_urls": ".*"},
    )
    class ButlerService:
        @bentoml.on_startup  # type: ignore[untyped-decorator]
        async def start(self) -> None:
            _end_with_parent()
            mounted.app = _built(build)
            self._running = contextlib.AsyncExitStack()
            lifespan = mounted.app.router.lifespan_context(mounted.app)
            await self._running.enter_async_context(lifespan)
            leave_what_stays_to_itself()

        @bentoml.on_shutdown  # type: ignore[untyped-decorator]
        async def stop(self) -> None:
            await self._running.aclose()

    class Fronted(type(ButlerService)):  # type: ignore[misc]
        """BentoML puts every middleware that is given to it behind its own."""

        __slots__ = ()

        def to_asgi(self, is_main: bool = True) -> ASGIApp:
            return _RefusedFirst(super().to_asgi(is_main), mounted)

    service: Any = ButlerService
    service.__class__ = Fronted
    service.mount_asgi_app(mounted)
    service.add_asgi_middleware(_StraightToOurs, ours=mounted)
    return service


def _built(build: Callable[[], "FastAPI"]) -> "FastAPI":
    """A worker that cannot start would be started again for ever: say why and end the server."""
    try:
        return build()
    except Exception as error:  # whatever it is: the next worker would meet it again
        if not isinstance(error, ButlerError):
            _log.exception("the worker cannot start")
        note_failure(Settings(), error, server=os.getppid())
        os.kill(os.getppid(), signal.SIGTERM)
        raise


def _end_with_parent() -> None:
    """If the parent is killed, end too, or the port would stay taken."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _app() -> "FastAPI":
    """Imported by the workers alone: the process that keeps them needs nothing of it."""
    from serving.app import default_app

    return default_app()


# Only processes that serve import this file: their settings are the environment's.
prepare_counters(Settings().serving.workers)
ButlerService = make_service(_app, Settings().serving.workers)
