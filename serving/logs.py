"""What the server says: one JSON object a line, with request ids and without personal data.

A line has the time, the level, who speaks, the event in fixed words, and its facts. No traveller, no
place anybody is at, no search word is a fact. Of an error that is not ours its message is left out,
for it may quote what a traveller sent; its type and where it happened are said.
"""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from butler.errors import ButlerError

FACTS = "facts"  # logging's `extra={FACTS: {...}}`
FRAMES = 20  # innermost ones of a trace that are said
OWN_HANDLERS = ("bentoml", "uvicorn", "uvicorn.error")


def configure(level: str, form: Literal["json", "text"]) -> None:
    """Let this process log to standard error, and everybody in it in the same way."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Who has no handler at all is not asked by uvicorn to write a line a request: ours says more.
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False
    logging.getLogger("butler").setLevel(level)


def said(record: logging.LogRecord) -> dict[str, Any]:
    """A record as its facts."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "by": record.name}
    line |= {"event": _event(record), **getattr(record, FACTS, {})}
    if record.exc_info and record.exc_info[1] is not None:
        line["error"] = _error(record.exc_info[1])
    return line


def _event(record: logging.LogRecord) -> str:
    """Others' messages by their first line; of a trace written as text, the type of the error."""
    message = record.getMessage()
    if record.name.partition(".")[0] == "butler":
        return message
    first, *more = message.strip().splitlines() or [""]
    return f"failed: {more[-1].partition(':')[0]}" if more and first.startswith("Trace") else first


def _error(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    found: dict[str, Any] = {"type": type(error).__name__}
    if isinstance(error, ButlerError):
        found["message"] = str(error)
    found["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
    return found


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return orjson.dumps(said(record), default=str).decode()


class Text(logging.Formatter):
    """The same for people: `12:00:01.123 info request status=200 ms=11.2`."""

    def format(self, record: logging.LogRecord) -> str:
        line = said(record)
        at, level, event = line.pop("at"), line.pop("level"), line.pop("event")
        del line["by"]
        trace = line.get("error", {}).pop("trace", [])
        facts = " ".join(f"{name}={value}" for name, value in line.items())
        return "\n  ".join([f"{at[11:23]} {level} {event} {facts}".rstrip(), *trace])
