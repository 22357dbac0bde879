"""Errors as problem documents (RFC 9457): one table from our errors to HTTP.

A problem carries `type` (a stable URN), `title`, `status`, `detail`, `instance` (this very request)
and, when values are wrong, `errors`: which field, and why; where waiting helps, `retry_after`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from butler import errors
from serving.api.told import count_only
from serving.logs import FACTS

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "butler.request_id"  # where the edge leaves the request's id in the ASGI scope
REQUEST_ID_HEADER = "X-Request-Id"
_log = logging.getLogger("butler.api")


@dataclass(frozen=True)
class Kind:
    """How one error class appears; a detail that names our machines stays in the log, and `says` is told
    in its place, with the error's own `advice`."""

    status: int
    title: str
    detail_is_public: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    logged: bool = (
        True  # when it is a failure of ours; what comes by the thousand is counted instead
    )
    says: str = "The reason is in the server's log, under this instance."


_RETRY_AFTER = "Retry-After"
_RETRY = ((_RETRY_AFTER, "5"),)
_RETRY_AT_ONCE = ((_RETRY_AFTER, "1"),)

KINDS: dict[type[errors.ButlerError], Kind] = {
    errors.ButlerError: Kind(500, "The server failed", detail_is_public=False),
    errors.NotFound: Kind(404, "Not Found"),
    errors.NotRanked: Kind(404, "No ranker ordered this answer"),
    errors.Conflict: Kind(409, "The request contradicts what is stored"),
    errors.NotAllowed: Kind(
        401, "A service key is needed", headers=(("WWW-Authenticate", 'ApiKey realm="butler"'),)
    ),
    errors.InvalidRequest: Kind(422, "A value is not valid"),
    errors.ContractViolation: Kind(422, "The data does not keep its contract"),
    errors.StoreUnavailable: Kind(
        503, "A store cannot be reached", detail_is_public=False, headers=_RETRY
    ),
    errors.WrongStore: Kind(503, "A store cannot be used", detail_is_public=False, headers=_RETRY),
    errors.NoRoom: Kind(
        *(503, "There is no room to keep this"),
        detail_is_public=False,
        headers=_RETRY,
        says="The server's disk is full, so nothing new is kept. Try again later; whoever runs the "
        "server has to make room.",
    ),
    errors.ModelUnavailable: Kind(503, "There is no model to answer with", headers=_RETRY),
    errors.ExplanationUnavailable: Kind(503, "No explanation can be given now"),  # nor soon
    errors.Unworded: Kind(503, "Claude cannot word this now", headers=_RETRY),
    errors.MissingWords: Kind(500, "The server lacks words", detail_is_public=False),
    errors.Overloaded: Kind(503, "Too much is asked at once", headers=_RETRY_AT_ONCE, logged=False),
    errors.Ending: Kind(503, "The server restarts", headers=_RETRY_AT_ONCE, logged=False),
}
HIDDEN_DETAIL = Kind(500, "").says


class FieldError(BaseModel):
    """One value that is not valid: `field` as the client wrote it, e.g. `events[3].value`."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document, RFC 9457."""

    type: str = Field(examples=["urn:butler:problem:invalid-request"])
    title: str = Field(examples=["A value is not valid"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["limit: Input should be greater than or equal to 1"])
    instance: str = Field(examples=["/api/v1/recommendations#4f1c…"])
    errors: list[FieldError] = Field(default_factory=list)
    retry_after: int | None = Field(
        None, description="Seconds until it is worth a try; over HTTP the header Retry-After, too."
    )


def problem(
    scope: Scope,
    slug: str,
    status: int,
    title: str,
    detail: str,
    fields: Sequence[FieldError] = (),
    headers: Sequence[tuple[str, str]] = (),
) -> Response:
    document = _document(slug, status, title, detail, instance_of(scope), fields, headers)
    body = orjson.dumps(document)
    return Response(body, status, headers=dict(headers), media_type=MEDIA_TYPE)


def instance_of(scope: Scope) -> str:
    """A URI reference, as RFC 9457 asks for: some clients read it as one."""
    return f"{quote(scope['path'])}#{scope.get(REQUEST_ID, '')}"


def _document(
    slug: str,
    status: int,
    title: str,
    detail: str,
    instance: str,
    fields: Sequence[FieldError],
    headers: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """What of the headers a socket cannot say otherwise is in the document."""
    document: dict[str, Any] = {
        "type": f"urn:butler:problem:{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    if fields:
        document["errors"] = [field.model_dump() for field in fields]
    if seconds := dict(headers).get(_RETRY_AFTER):
        document["retry_after"] = int(seconds)
    return document


def told(error: Exception, instance: str) -> dict[str, Any]:
    """The problem document where no HTTP status can be sent any more: in a stream, over a socket."""
    if isinstance(error, errors.ButlerError):
        slug, kind, detail, fields = _described(error, instance)
        return _document(slug, kind.status, kind.title, detail, instance, fields, kind.headers)
    if isinstance(error, ValidationError):
        fields = _fields([(("body", *e["loc"]), _said(e)) for e in error.errors()])
        kind = KINDS[errors.InvalidRequest]
        return _document(
            "invalid-request", kind.status, kind.title, _detail(fields), instance, fields
        )
    kind = KINDS[errors.ButlerError]
    facts = {"id": instance, "type": type(error).__name__}
    _log.error("request failed unexpectedly", extra={FACTS: facts}, exc_info=error)
    return _document("internal-error", kind.status, kind.title, HIDDEN_DETAIL, instance, ())


def install(app: FastAPI) -> None:
    """Let every error of the app leave as a problem document."""
    app.add_exception_handler(errors.ButlerError, _butler_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def kind_of(error: errors.ButlerError) -> tuple[type[errors.ButlerError], Kind]:
    """The row of the table for an error: its own class, or the nearest above it."""
    row = next(cls for cls in type(error).__mro__ if cls in KINDS)
    return row, KINDS[row]


def slug_of(cls: type) -> str:
    """InvalidRequest -> invalid-request"""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


def _butler_error(request: Request, error: Exception) -> Response:
    """An error of ours as its problem document; what comes by the thousand is counted, and no more."""
    assert isinstance(error, errors.ButlerError)
    scope = request.scope
    if not kind_of(error)[1].logged:
        count_only(scope)
    slug, kind, detail, fields = _described(error, scope.get(REQUEST_ID))
    return problem(scope, slug, kind.status, kind.title, detail, fields, kind.headers)


def _described(
    error: errors.ButlerError, exchange: str | None
) -> tuple[str, Kind, str, list[FieldError]]:
    """Its slug, kind, public detail and fields; a failure of ours is logged."""
    cls, kind = kind_of(error)
    detail = str(error)
    if kind.status >= 500 and kind.logged:
        facts = {"id": exchange, "type": cls.__name__, "why": str(error)}
        _log.error("request failed", extra={FACTS: facts})
    if not kind.detail_is_public:
        detail = " ".join(filter(None, (kind.says, getattr(error, "advice", ""))))
    name = getattr(error, "field", None)
    fields = [FieldError(field=name, message=detail)] if name else []
    return slug_of(cls), kind, detail, fields


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [(e["loc"], _AS_JSON if _no_json(e) else _said(e)) for e in error.errors()]
    return _invalid(request, _fields(wrong))


def _invalid(request: Request, fields: Sequence[FieldError]) -> Response:
    kind, detail = KINDS[errors.InvalidRequest], _detail(fields)
    return problem(request.scope, "invalid-request", kind.status, kind.title, detail, fields)


_AS_JSON = "send a JSON object, with the header Content-Type: application/json"


def _no_json(error: Any) -> bool:
    """Nothing that could be read was sent, or not as JSON: its one place is the whole body."""
    return tuple(error["loc"]) == ("body",) and error["type"] in (
        "missing",
        "model_attributes_type",
    )


def _said(error: Any) -> str:
    """What is wrong, where the library's own words would not help who reads them."""
    if error["type"] == "json_invalid":
        return f"is no JSON: {error['ctx']['error']} at letter {error['loc'][-1] + 1}"
    if error["type"] in ("model_type", "model_attributes_type"):
        return "must be a JSON object"
    return str(error["msg"])


def _fields(wrong: Sequence[tuple[Sequence[str | int], str]]) -> list[FieldError]:
    return [
        FieldError(field=field_name(where), message=message.removeprefix("Value error, "))
        for where, message in wrong
    ]


def _detail(fields: Sequence[FieldError]) -> str:
    detail = f"{fields[0].field}: {fields[0].message}"
    return detail + (f" (and {len(fields) - 1} more)" if len(fields) > 1 else "")


def field_name(location: Sequence[str | int]) -> str:
    """("body", "events", 3, "event_type") -> "events[3].event_type"; no JSON at all -> "body"."""
    source, *path = location
    if source == "body" and not (path and isinstance(path[0], str)):
        return "body"
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return name.lstrip(".") or str(source)


def _http_error(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: an unknown path, a wrong method, a body it cannot read."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # no UTF-8, too deep, a number without end
        return _invalid(request, [FieldError(field="body", message="is no JSON that can be read")])
    status = HTTPStatus(error.status_code)
    slug = status.phrase.lower().replace(" ", "-")
    headers = tuple((error.headers or {}).items())
    detail = {
        404: "No such path; /docs lists those there are.",
        405: f"{request.method} is not possible here; see the header Allow.",
    }.get(error.status_code, str(error.detail))
    return problem(request.scope, slug, status, status.phrase, detail, headers=headers)


def _unexpected(request: Request, error: Exception) -> Response:
    """Anything else is our fault; the server logs its trace and the client learns nothing of it."""
    kind = KINDS[errors.ButlerError]
    facts = {"id": request.scope.get(REQUEST_ID), "type": type(error).__name__}
    _log.error("request failed unexpectedly", extra={FACTS: facts})
    # This answer is made outside of the edge, which would have added the id.
    headers = [(REQUEST_ID_HEADER, request.scope.get(REQUEST_ID, ""))]
    return problem(
        request.scope, "internal-error", kind.status, kind.title, HIDDEN_DETAIL, headers=headers
    )
