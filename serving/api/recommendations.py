"""GET /api/v1/recommendations, what stood behind an answer: .../{request_id}/explanation, and the
sentences of its items as they are now: .../{request_id}/texts"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from butler.clock import Clock
from butler.columns import PARTIES
from butler.errors import InvalidRequest
from serving.answers import Answer, Explanation, Recommender, Request, ToldTexts
from serving.api.fields import Instant, Language, Latitude, Longitude, Name
from serving.api.item_texts import ItemTexts, Wait
from serving.api.metrics import Metrics
from serving.api.problems import Problem
from serving.api.query import documented, read_query
from serving.api.told import of_answer, tell
from serving.api.turns import Turns
from serving.explain.words import LANGUAGES

PATH = "/api/v1/recommendations"
ASKED = ("GET", PATH)
HORIZON = timedelta(days=400)


class RecommendationQuery(BaseModel):
    """What may be asked; an unknown parameter is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")

    user_id: Name = Field(
        description="The traveller; someone unknown is welcome too.", examples=["traveller-17"]
    )
    limit: int = Field(10, ge=1, le=100, description="How many places.")
    lat: Latitude | None = Field(
        None, description="Where the traveller is (with `lon`); else the base of the trip."
    )
    lon: Longitude | None = Field(None, description="Where the traveller is (with `lat`).")
    at: Instant | None = Field(
        None,
        description="Time of the visit, ISO 8601; without a zone it is UTC; default: now.",
        examples=["2026-07-01T10:00:00+02:00"],
    )
    party: Literal[PARTIES] | None = Field(None, description="Who comes along.")  # type: ignore[valid-type]
    budget: int | None = Field(None, ge=1, le=4, description="1 thrifty to 4 luxury.")
    category: Name | None = Field(
        None,
        description="Only this group, or this `group/kind`.",
        examples=["nature", "nature/beach"],
    )
    explain: Literal["text"] | None = Field(
        None,
        description="`text`: a sentence with each item, at once. `texts_awaited` says whether better "
        "ones are being worded: they are read at `/api/v1/recommendations/{request_id}/texts`.",
    )
    exclude_visited: bool = Field(False, description="Leave out where the traveller has been.")
    lang: Language = Field(
        "en",
        description="Language of the places' names and of the reasons, BCP 47. Reasons are told in "
        f"{', '.join(LANGUAGES)} (`de-AT` is `de`), else in English; `language` of the answer "
        "says which.",
        examples=["es"],
    )


class TextsQuery(BaseModel):
    """What may be asked for sentences."""

    model_config = ConfigDict(extra="forbid")

    wait: Wait = Field(
        0, description="Seconds to wait for better sentences, as long as any are awaited."
    )


def routes(
    recommender: Recommender, metrics: Metrics, clock: Clock, turns: Turns, texts: ItemTexts
) -> APIRouter:
    router = APIRouter()

    @router.get(
        PATH,
        summary="Places for a traveller, best first",
        response_model=None,
        responses={200: {"model": Answer, "description": "The slate, and its context."}},
        openapi_extra=documented(RecommendationQuery),
    )
    async def recommendations(http: HttpRequest) -> Response:
        query = read_query(RecommendationQuery, http)
        request = to_request(query, now=clock.now())
        answer, began = await turns.take(_begun, recommender.recommend, request)
        metrics.recommended(answer)
        tell(http.scope, of_answer(answer, began))
        if query.explain:
            answer = texts.with_answer(answer)
        body = orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
        return Response(body, media_type="application/json")

    @router.get(
        f"{PATH}/{{request_id}}/explanation",
        summary="What every feature contributed to the items of an answer",
        response_model=None,
        responses={
            200: {"model": Explanation, "description": "SHAP values by the model that answered."},
            404: {
                "model": Problem,
                "description": "No such answer, no ranker ordered it, or its model is gone.",
            },
        },
    )
    async def explanation(request_id: Name) -> Response:
        found = await turns.take(recommender.explain, request_id)
        return Response(orjson.dumps(found), media_type="application/json")

    @router.get(
        f"{PATH}/{{request_id}}/texts",
        summary="The sentences of an answer as they are now, or as soon as better ones are there",
        response_model=None,
        responses={
            200: {
                "model": ToldTexts,
                "description": "A sentence an item, in the answer's language.",
            },
            404: {"model": Problem, "description": "No such answer, or its model is gone."},
        },
        openapi_extra=documented(TextsQuery),
    )
    async def told_texts(http: HttpRequest, request_id: Name) -> Response:
        told = await texts.told(request_id, read_query(TextsQuery, http).wait)
        return Response(orjson.dumps(told), media_type="application/json")

    return router


def _begun(recommend: Callable[[Request], Answer], request: Request) -> tuple[Answer, int]:
    """The answer, and when it was begun: ns since 1970."""
    began = time.time_ns()
    return recommend(request), began


def checked_request(asked: dict[str, Any], now: datetime) -> Request:
    """The same checks for a caller that is not HTTP; InvalidRequest names the first wrong field."""
    try:
        query = RecommendationQuery(**{k: v for k, v in asked.items() if v is not None})
    except ValidationError as error:
        wrong = error.errors()[0]
        field = str(wrong["loc"][0]) if wrong["loc"] else None
        raise InvalidRequest(f"{field}: {wrong['msg']}", field) from error
    return to_request(query, now)


def to_request(query: RecommendationQuery, now: datetime) -> Request:
    """Raises InvalidRequest for what no single value shows."""
    if (query.lat is None) != (query.lon is None):
        missing = "lat" if query.lat is None else "lon"
        raise InvalidRequest(f"{missing} is missing: give both coordinates or neither", missing)
    at = query.at or now
    if abs(at - now) > HORIZON:
        raise InvalidRequest(f"at must lie within {HORIZON.days} days of now", "at")
    return Request(
        user_id=query.user_id,
        requested_at=now,
        at=at,
        limit=query.limit,
        latitude=query.lat,
        longitude=query.lon,
        party=query.party,
        budget=query.budget,
        category=query.category,
        exclude_visited=query.exclude_visited,
        language=query.lang,
    )
