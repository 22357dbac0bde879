"""Kinds of values that several requests carry."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema


def instant(text: object) -> datetime:
    """A moment in ISO 8601, as UTC. Without a zone it is UTC, like every time of the platform."""
    if not isinstance(text, str):
        raise ValueError("give a time as text in ISO 8601, for example 2026-07-01T10:00:00Z")
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(
            "not a time in ISO 8601, for example 2026-07-01T10:00:00Z or"
            " 2026-07-01T12:00:00+02:00 (in a URL, write + as %2B)"
        ) from error


def _number(value: object) -> object:
    """A yes or no is not a number, though Python would count it as 1 or 0."""
    if isinstance(value, bool):
        raise ValueError("give a number")
    return value


def _printable(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("must be printable text")
    return text


# withdrawn codes, which Android and Java still send, and what BCP 47 has instead
_NOW_CALLED = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro"}


def _language_tag(text: str) -> str:
    """The tag, with today's code of its language."""
    if not re.fullmatch(LANGUAGE, text):
        raise ValueError("give a language tag of BCP 47, for example es or pt-BR")
    primary, dash, rest = text.partition("-")
    return _NOW_CALLED.get(primary.lower(), primary) + dash + rest


LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"
Language = Annotated[
    str,
    Field(max_length=35, json_schema_extra={"pattern": f"^{LANGUAGE}$"}),
    AfterValidator(_language_tag),
]
Instant = Annotated[
    datetime, BeforeValidator(instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Name = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_printable)]
Number = BeforeValidator(_number)
# bounds stand before `Number`: behind it, the schema would not tell them in JSON Schema's own words
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), Number]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), Number]
