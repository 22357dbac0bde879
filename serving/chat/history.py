"""What a conversation looked like before: read back from the records of its turns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from butler.domain import ChatTurn
from serving.answers import Item
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.kinds import is_of
from serving.chat.values import Reply

BUTLER = "butler"
LISTING = frozenset(
    {"recommend", "search_pois", "plan_day"}
)  # tools whose places are told in their order
ITEM = ("poi_id", "rank", "name", "category")  # of each place shown
FACT = tuple(field.name for field in fields(Fact))


def record_of(reply: Reply) -> dict[str, object]:
    """JSON-ready: everything a reply rests on, and how it was made."""
    return {
        "facts": [fact_row(fact) for fact in reply.grounds],
        "cited": list(reply.facts),
        "items": [item_row(item) for item in reply.items],
        "request_id": reply.request_id,
        "tools": [asdict(called) for called in reply.called],
        "verdicts": [asdict(verdict) for verdict in reply.verdicts],
        "worded_by": reply.worded_by,
        "because": reply.because,
        "not_understood": list(reply.not_understood),
        "cost": asdict(reply.cost),
    }


def item_row(item: Item) -> dict[str, object]:
    return {name: getattr(item, name) for name in ITEM}


def fact_row(fact: Fact) -> dict[str, object]:
    return {
        **{name: getattr(fact, name) for name in FACT},
        "quantities": [list(quantity) for quantity in fact.quantities],
        "moments": [moment.isoformat() for moment in fact.moments],
        "others": list(fact.others),
    }


def facts_in(turn: ChatTurn) -> Facts:
    """The facts of a butler's turn, as they were."""
    rows: Any = turn.record.get("facts", [])
    return Facts(fact_of(row) for row in rows)


def fact_of(row: Mapping[str, Any]) -> Fact:
    """Of a `fact_row`, of which what is empty may be left out."""
    return Fact(
        **{
            **row,
            "quantities": tuple(Quantity(*quantity) for quantity in row.get("quantities", ())),
            "moments": tuple(datetime.fromisoformat(moment) for moment in row.get("moments", ())),
            "others": tuple(row.get("others", ())),
        }
    )


def places_in(turn: ChatTurn) -> list[str]:
    """poi_ids of the places that a turn showed, in its order."""
    return [row["poi_id"] for row in _items(turn)]


def _items(turn: ChatTurn) -> list[dict[str, Any]]:
    rows: Any = turn.record.get("items", [])
    return list(rows)


def shown_in(history: Iterable[ChatTurn]) -> tuple[str, ...]:
    """All places that a conversation has shown."""
    return tuple(dict.fromkeys(p for turn in history for p in places_in(turn)))


def shown_of(history: Iterable[ChatTurn], kind: str) -> list[str]:
    """Those of a kind or a group."""
    rows: list[Any] = [row for turn in history for row in _items(turn)]
    return list(dict.fromkeys(row["poi_id"] for row in rows if is_of(row["category"], kind)))


def last_shown(history: Sequence[ChatTurn]) -> ChatTurn | None:
    """The newest turn that showed places, be it one."""
    return next((turn for turn in reversed(history) if places_in(turn)), None)


def last_list(history: Sequence[ChatTurn]) -> ChatTurn | None:
    """The newest turn that numbered places: "the second" is its second, whatever was said since."""
    return next((t for t in reversed(history) if places_in(t) and _numbers(t)), None)


def _numbers(turn: ChatTurn) -> bool:
    return any(row["tool"] in LISTING for row in _calls(turn))


def called_in(turn: ChatTurn, tools: Collection[str]) -> dict[str, Any]:
    """With what one of these tools was asked last in a turn; nothing where none was."""
    asked = [row["arguments"] for row in _calls(turn) if row["tool"] in tools]
    return asked[-1] if asked else {}


def _calls(turn: ChatTurn) -> list[dict[str, Any]]:
    rows: Any = turn.record.get("tools", [])
    return list(rows)
