"""A turn and a trip as plain values, as every adapter of Chats keeps them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import orjson

from butler.domain import ChatTurn, Money, TripFacts
from butler.stores.sql_tables import micros, moment

_MANY = ("likes", "dislikes", "children", "diets")


def turn_row(turn: ChatTurn) -> dict[str, Any]:
    """Times as whole microseconds; the record as JSON text, whose keys may have dots."""
    return {
        "turn_id": turn.turn_id,
        "user_id": turn.user_id,
        "said_at": micros(turn.said_at),
        "role": turn.role,
        "text": turn.text,
        "language": turn.language,
        "record": orjson.dumps(turn.record).decode(),
    }


def turn_of(row: Mapping[str, Any]) -> ChatTurn:
    return ChatTurn(
        turn_id=row["turn_id"],
        user_id=row["user_id"],
        said_at=moment(row["said_at"]),
        role=row["role"],
        text=row["text"],
        language=row["language"],
        record=orjson.loads(row["record"]),
    )


def trip_text(trip: TripFacts) -> str:
    return orjson.dumps(asdict(trip)).decode()


def trip_of(text: str) -> TripFacts:
    """What an older version kept lacks some fields; what a newer one kept besides is passed over."""
    read: dict[str, Any] = orjson.loads(text)
    kept = {f.name: read[f.name] for f in fields(TripFacts) if f.name in read}
    for day in ("start", "end"):
        kept[day] = date.fromisoformat(kept[day]) if kept.get(day) else None
    kept["budget_sum"] = Money(**kept["budget_sum"]) if kept.get("budget_sum") else None
    return TripFacts(**(kept | {name: tuple(kept.get(name, ())) for name in _MANY}))
