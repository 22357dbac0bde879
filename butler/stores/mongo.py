"""Conversations in MongoDB: plain documents and indexes, through pymongo.

The ports are synchronous and are called in threads, so pymongo's own client serves, not its async
one. A turn is a document under its turn_id. A traveller is one document: how many turns were said,
which numbers them, when the last one was, and the trip. Times are whole microseconds, as in SQL:
MongoDB's own keep milliseconds only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import MongoClient, ReturnDocument, errors

from butler.breaker import Guard
from butler.domain import ChatTurn, TripFacts
from butler.errors import StoreUnavailable
from butler.stores.chat_rows import trip_of, trip_text, turn_of, turn_row
from butler.stores.sql_tables import micros

DATABASE = "butler"  # where the URL names none
WAYS: dict[str, Any] = {
    "w": "majority",  # what was said is kept, whatever happens to one server
    "journal": True,
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 5_000,
}
_KNOWN_ALREADY = 11_000
_AWAY = (errors.ConnectionFailure, errors.ConfigurationError, errors.OperationFailure)
Client = MongoClient[dict[str, Any]]


class MongoChats:
    """butler.stores.ports.Chats. Safe for several threads and several processes, not across a fork."""

    def __init__(self, url: str, late: bool = False, client: Client | None = None) -> None:
        """Raises StoreUnavailable where the URL cannot be read or the server does not answer. With `late`,
        a server that does not answer now is asked when it is used: once a second at most, while it
        is away."""
        self._guard = Guard()
        self._indexed = False
        with _translated():
            self._client = client or MongoClient(url, connect=False, **_ways(url))
            database = self._client.get_default_database(DATABASE)
        self._turns, self._travellers = database["chat_turns"], database["chat_travellers"]
        if not late:
            with self._reached():
                pass

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """With its indexes, which are made by the first use."""
        with self._guard.use(), _translated():
            if not self._indexed:
                self._turns.create_index([("user_id", 1), ("seq", -1)], name="by_user")
                self._turns.create_index("said_at", name="by_time")
                self._travellers.create_index("last_at", name="by_time")
                self._indexed = True
            yield

    def close(self) -> None:
        self._client.close()

    def append(self, said: Sequence[ChatTurn]) -> None:
        rows = [turn_row(turn) for turn in said]
        with self._reached():
            known = self._known([row["turn_id"] for row in rows])
            new = [row for row in rows if row["turn_id"] not in known]
            for user_id in dict.fromkeys(row["user_id"] for row in new):
                self._keep(user_id, [row for row in new if row["user_id"] == user_id])

    def _known(self, turn_ids: list[str]) -> set[str]:
        found = self._turns.find({"_id": {"$in": turn_ids}}, {"_id": 1})
        return {document["_id"] for document in found}

    def _keep(self, user_id: str, rows: list[dict[str, Any]]) -> None:
        """Numbered by the traveller's own count; who keeps the same turn meanwhile is not in the way."""
        counted = self._travellers.find_one_and_update(
            {"_id": user_id},
            {"$inc": {"turns": len(rows)}, "$max": {"last_at": max(r["said_at"] for r in rows)}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert counted is not None  # it is made where it is missing
        first = counted["turns"] - len(rows)
        documents = [
            {"_id": row.pop("turn_id"), "seq": first + n, **row} for n, row in enumerate(rows)
        ]
        try:
            self._turns.insert_many(documents, ordered=False)
        except errors.BulkWriteError as error:
            if any(e["code"] != _KNOWN_ALREADY for e in error.details["writeErrors"]):
                raise

    def history(self, user_id: str, limit: int, before: str | None = None) -> list[ChatTurn]:
        asked: dict[str, Any] = {"user_id": user_id}
        with self._reached():
            if before is not None:
                known = self._turns.find_one({"_id": before, "user_id": user_id})
                if known is None:
                    return []
                asked["seq"] = {"$lt": known["seq"]}
            newest = list(self._turns.find(asked).sort("seq", -1).limit(limit))
        return [turn_of({**row, "turn_id": row["_id"]}) for row in reversed(newest)]

    def clear(self, user_id: str) -> int:
        with self._reached():
            forgotten = self._turns.delete_many({"user_id": user_id}).deleted_count
            self._travellers.delete_one({"_id": user_id})
        return forgotten

    def trip(self, user_id: str) -> TripFacts:
        with self._reached():
            found = self._travellers.find_one({"_id": user_id, "trip": {"$exists": True}})
        return trip_of(found["trip"]) if found else TripFacts()

    def remember(self, user_id: str, trip: TripFacts, told_at: datetime) -> None:
        told = {"trip": trip_text(trip), "told_at": micros(told_at)}
        with self._reached():
            change = {"$set": told, "$max": {"last_at": told["told_at"]}}
            self._travellers.update_one({"_id": user_id}, change, upsert=True)

    def expire(self, before: datetime) -> int:
        first = micros(before)
        with self._reached():
            said = self._turns.delete_many({"said_at": {"$lt": first}}).deleted_count
            old = {"told_at": {"$lt": first}}
            told = self._travellers.update_many(old, {"$unset": {"trip": "", "told_at": ""}})
            self._travellers.delete_many({"last_at": {"$lt": first}})
        return said + told.modified_count


def _ways(url: str) -> dict[str, Any]:
    """Ours, where the URL does not say otherwise."""
    said = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
    return {name: value for name, value in WAYS.items() if name.lower() not in said}


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreUnavailable for the driver errors we know; let the others through."""
    try:
        yield
    except errors.BulkWriteError:
        raise
    except _AWAY as error:
        raise StoreUnavailable(
            f"MongoDB: {error}; check that the server runs and that BUTLER_DOCUMENTS_URL names it, "
            "its user and database"
        ) from error
