"""Conversations in SQL: one file for SQLite and PostgreSQL, beside the log or in it.

Durable: what was said is on the disk when `append` returns. Ordered by `seq`, in the order of
appending. Erased for good: SQLite overwrites what `clear` and `expire` delete, in its journal, too;
PostgreSQL does so when it vacuums.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from butler.domain import ChatTurn, TripFacts
from butler.stores.chat_rows import trip_of, trip_text, turn_of, turn_row
from butler.stores.sql_database import Database, Kept
from butler.stores.sql_tables import micros

metadata = sa.MetaData()
turns = sa.Table(
    "chat_turns",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("turn_id", sa.Text, nullable=False, unique=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("said_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("chat_turns_by_user", "user_id", "seq"),
    sqlite_autoincrement=True,
)
trips = sa.Table(
    "chat_trips",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("told_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("trip", sa.Text, nullable=False),
)
version = sa.Table(
    "chat_schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True)
)
KEPT = Kept("store of conversations", "BUTLER_DOCUMENTS_URL", metadata, version, erases=True)


class SqlChats:
    """butler.stores.ports.Chats. Safe for several threads and several processes."""

    def __init__(self, url: str, late: bool = False) -> None:
        """`late` as for `Database`."""
        self._database = Database(url, KEPT, late)

    def close(self) -> None:
        self._database.close()

    def append(self, said: Sequence[ChatTurn]) -> None:
        if not said:
            return
        rows = [turn_row(turn) for turn in said]
        with self._database.write(turns) as connection:
            connection.execute(self._database.insert_new(turns, "turn_id"), rows)

    def history(self, user_id: str, limit: int, before: str | None = None) -> list[ChatTurn]:
        theirs = turns.c.user_id == user_id
        query = sa.select(turns).where(theirs)
        if before is not None:
            known = sa.select(turns.c.seq).where(theirs, turns.c.turn_id == before)
            query = query.where(turns.c.seq < known.scalar_subquery())
        newest = self._database.rows(query.order_by(turns.c.seq.desc()).limit(limit))
        return [turn_of(dict(row)) for row in reversed(newest)]

    def clear(self, user_id: str) -> int:
        with self._database.write(turns) as connection:
            connection.execute(trips.delete().where(trips.c.user_id == user_id))
            forgotten = connection.execute(turns.delete().where(turns.c.user_id == user_id))
        self._database.empty_journal()
        return forgotten.rowcount

    def trip(self, user_id: str) -> TripFacts:
        rows = self._database.rows(sa.select(trips.c.trip).where(trips.c.user_id == user_id))
        return trip_of(rows[0]["trip"]) if rows else TripFacts()

    def remember(self, user_id: str, trip: TripFacts, told_at: datetime) -> None:
        told = {"told_at": micros(told_at), "trip": trip_text(trip)}
        with self._database.write(turns) as connection:
            change = trips.update().where(trips.c.user_id == user_id).values(told)
            if connection.execute(change).rowcount == 0:
                connection.execute(trips.insert(), told | {"user_id": user_id})

    def expire(self, before: datetime) -> int:
        first = micros(before)
        with self._database.write(turns) as connection:
            said = connection.execute(turns.delete().where(turns.c.said_at < first)).rowcount
            told = connection.execute(trips.delete().where(trips.c.told_at < first)).rowcount
        if said or told:
            self._database.empty_journal()
        return said + told
