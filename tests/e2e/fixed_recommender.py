"""Another recommender behind the API: fixed answers, but a real log. And a service around it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from small_butler import CASTLE, FixedSurroundings, SmallButler

from butler.domain import Interaction
from butler.errors import ModelUnavailable, NotFound, StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_chats, open_log
from butler.stores.ports import FeedbackLog
from serving.answers import (
    Answer,
    Contribution,
    ExplainedItem,
    Explanation,
    Readiness,
    Request,
    Vitals,
)
from serving.api.metrics import Metrics
from serving.app import build_app
from serving.offer import Offer
from serving.service import make_service
from serving.spoken import Spoken

CONTEXT: dict[str, object] = {
    "requested_at": "2026-07-01T10:00:00+00:00",
    "at": "2026-07-01T10:00:00+00:00",
    "local_hour": 12,
    "timezone": "Europe/Madrid",
    "season": "summer",
    "holiday": False,
    "party": None,
    "budget": None,
    "planning": False,
    "location": {"latitude": None, "longitude": None, "source": "unknown"},
    "weather": None,
}
ANSWER = Answer("r-1", "fixed", "7", CONTEXT, (CASTLE,))


class FixedRecommender:
    """Always recommends the castle, until `champion` is taken away or `failure` is set."""

    def __init__(self, feedback: FeedbackLog, held: Callable[[], bool] = lambda: False) -> None:
        """Answers wait while `held`."""
        self.feedback = feedback
        self.held = held
        self.champion = True
        self.failure: Exception | None = None
        self.requests: list[Request] = []
        self.refreshed = 0
        self.closed = False
        self.go_on = threading.Event()  # answers wait for it
        self.go_on.set()

    def recommend(self, request: Request) -> Answer:
        self.go_on.wait(30)
        while self.held():
            time.sleep(0.01)
        if self.failure:
            raise self.failure
        if not self.champion:
            raise ModelUnavailable("there is no champion yet: run `butler train`")
        self.requests.append(request)
        return replace(
            ANSWER,
            context=CONTEXT | {"at": request.at.isoformat()},
            degraded=("no history",),
            timings_ms={"rank": 5.0},
            dropped={"closed": 1},
        )

    def answered(self, request_id: str) -> Answer:
        if request_id != "r-1":
            raise NotFound(f"no impression is logged for the request {request_id!r}")
        return ANSWER

    def offer(self) -> Offer:
        if not self.champion:
            raise ModelUnavailable("there is no champion yet: run `butler train`")
        return Offer({"culture/castle": 1, "food/tapas": 3, "food/winery": 2, "harbour/pier": 1})

    def explain(self, request_id: str) -> Explanation:
        self.answered(request_id)
        why = (Contribution("distance_km", "distance", 1.2, 0.5), Contribution("x", "y", None, 0.1))
        item = ExplainedItem(1, "castle", 0.75, CASTLE.reasons, why)
        return Explanation("r-1", "fixed", "7", 0.15, (item,))

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        if self.failure:
            raise self.failure
        return self.feedback.append(interactions, known_at)

    def readiness(self) -> Readiness:
        champion = "ok" if self.champion else "none yet"
        return Readiness(ready=self.champion, checks={"champion": champion})

    def vitals(self) -> Vitals:
        return Vitals(model_version="7")

    def refresh(self) -> None:
        if self.failure:
            raise self.failure
        self.refreshed += 1

    def close(self) -> None:
        self.closed = True


def fixed_app() -> FastAPI:
    """What a worker of the service below builds."""
    settings = Settings()
    log = open_log(settings.sql_url())
    Path(settings.home, "opened").touch()
    held = Path(settings.home, "held")
    recommender = FixedRecommender(log.feedback, held=held.exists)
    chats = open_chats(settings.chats_url())
    metrics = Metrics()
    small = SmallButler(chats, metrics, settings.home)

    def close() -> None:
        chats.close()
        log.close()

    spoken = Spoken(small, FixedSurroundings(settings.home), lambda: None, close=close)
    return build_app(
        *(recommender, log.keys, settings),
        metrics=metrics,
        speaks=lambda _: spoken,
    )


FixedService = make_service(fixed_app)


def broken_app() -> FastAPI:
    raise StoreUnavailable("the online store is gone: start it")


BrokenService = make_service(broken_app)


def crashing_app() -> FastAPI:
    raise ZeroDivisionError("nobody thought of this")


CrashingService = make_service(crashing_app)
