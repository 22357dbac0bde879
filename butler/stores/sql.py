"""Feedback, impressions, keys and watermarks in SQL: one file for SQLite and PostgreSQL.

Durable: feedback is on the disk when `append` returns (SQLite: WAL with synchronous=FULL;
PostgreSQL: synchronous_commit=on). Impressions that were written survive a killed process, not a
power cut: one that is lost costs a training row, not a promise. While the disk is nearly full
neither is taken (`room.py`).

Ordered: `seq` rises in the order of commits, because there is one writer at a time (SQLite:
BEGIN IMMEDIATE; PostgreSQL: an advisory lock held until the commit is visible). A consumer that
asks for `since(n)` therefore never misses a row that commits later with a smaller number.

Exact: times are whole microseconds since 1970, UTC. Naive times raise ValueError.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from butler.columns import C
from butler.domain import Acted, Impression, Interaction, LoggedInteraction
from butler.errors import NotFound
from butler.stores import sql_tables as tables
from butler.stores.sql_database import Database, Kept

KEY_PREFIX = "bk_"
KEPT = Kept(
    "log",
    "BUTLER_LOG_URL",
    tables.metadata,
    tables.schema_version,
)


_NEWER = (
    sa.select(tables.interactions)
    .where(tables.interactions.c.seq > sa.bindparam("after"))
    .order_by(tables.interactions.c.seq)
)
_OF_USERS = _NEWER.where(tables.interactions.c[C.USER].in_(sa.bindparam("users", expanding=True)))
_LAST_ARRIVAL = (
    sa.select(tables.interactions.c[C.KNOWN_AT]).order_by(tables.interactions.c.seq.desc()).limit(1)
)


class SqlLog:
    """One database, four ports: `feedback`, `impressions`, `keys`, `watermarks`.

    Safe for several threads and several processes; not for use across a fork.
    """

    def __init__(self, url: str, late: bool = False, anew: bool = True) -> None:
        """`late` and `anew` as for `Database`."""
        self._database = Database(url, KEPT, late, anew)
        self.feedback = SqlFeedbackLog(self._database)
        self.impressions = SqlImpressionLog(self._database)
        self.keys = SqlKeyStore(self._database)
        self.watermarks = SqlWatermarks(self._database)

    def forget(self, user_id: str) -> int:
        """Erase what the traveller did and was shown; how many rows that was.

        SQLite overwrites it, in its journal, too. Numbers are not given again.
        """
        erased = 0
        with closing(Database(self._database.url, replace(KEPT, erases=True))) as database:
            for table in (tables.interactions, tables.impressions):
                with database.write(table) as connection:
                    rows = table.delete().where(table.c[C.USER] == user_id)
                    erased += connection.execute(rows).rowcount
            database.empty_journal()
        return erased

    def close(self) -> None:
        self._database.close()


class SqlFeedbackLog:
    """butler.stores.ports.FeedbackLog"""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = database.insert_new(tables.interactions, C.EVENT).returning(
            tables.interactions.c[C.EVENT]
        )

    def append(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        if not interactions:
            return []
        self._database.check_room()
        with self._database.write(tables.interactions) as connection:
            arrived = self._after_all_others(connection, known_at)
            rows = [tables.interaction_row(interaction, arrived) for interaction in interactions]
            new = set(connection.execute(self._insert, rows).scalars())
        return [event_id for event_id in dict.fromkeys(r[C.EVENT] for r in rows) if event_id in new]

    def _after_all_others(self, connection: sa.Connection, known_at: datetime) -> datetime:
        """`known_at`, or just after the newest arrival: time and number then have one order, and
        "everything known by" a moment is the same whether asked of the log or of the history."""
        newest = connection.execute(_LAST_ARRIVAL).scalar()
        return known_at if newest is None else max(known_at, tables.moment(newest + 1))

    def of_users(self, users: Sequence[str], after: int = 0) -> dict[str, list[LoggedInteraction]]:
        found: dict[str, list[LoggedInteraction]] = {user: [] for user in users}
        for row in self._database.rows(_OF_USERS, {"after": after, "users": list(users)}):
            found[row[C.USER]].append(tables.logged(row))
        return found

    def since(self, after: int, limit: int = 50_000) -> list[LoggedInteraction]:
        rows = self._database.rows(_NEWER.limit(limit), {"after": after})
        return [tables.logged(row) for row in rows]

    def users_since(self, after: int) -> list[str]:
        user = tables.interactions.c[C.USER]
        query = sa.select(user).distinct().where(tables.interactions.c.seq > after).order_by(user)
        return [row[C.USER] for row in self._database.rows(query)]

    def acted(self, since: datetime, within: timedelta) -> list[Acted]:
        said = tables.interactions.c
        known, most = said[C.KNOWN_AT], within // timedelta(microseconds=1)
        counted = (
            sa.select(
                said[C.POI],
                said[C.EVENT_TYPE],
                (known // tables.MICROS_A_MINUTE).label("minute"),
                sa.func.count().label("count"),
                sa.func.max(known).label("newest"),
            )
            .where(known >= tables.micros(since))
            .where((known - said[C.OCCURRED_AT]).between(-most, most))
            .group_by(said[C.POI], said[C.EVENT_TYPE], "minute")
        )
        return [tables.acted(row) for row in self._database.rows(counted)]

    def last_seq(self) -> int:
        newest = sa.func.coalesce(sa.func.max(tables.interactions.c.seq), 0).label("seq")
        return int(self._database.rows(sa.select(newest))[0]["seq"])


class SqlImpressionLog:
    """butler.stores.ports.ImpressionLog; a request_id that is already stored is left as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = database.insert_new(tables.impressions, C.REQUEST)

    def append(self, impressions: Sequence[Impression]) -> None:
        if not impressions:
            return
        self._database.check_room()
        rows = [tables.impression_row(impression) for impression in impressions]
        with self._database.write(tables.impressions, durable=False) as connection:
            connection.execute(self._insert, rows)

    def get(self, request_id: str) -> Impression:
        query = sa.select(tables.impressions).where(tables.impressions.c[C.REQUEST] == request_id)
        rows = self._database.rows(query)
        if not rows:
            raise NotFound(f"no impression is logged for the request {request_id!r}")
        return tables.impression(rows[0])

    def since(self, after: int, limit: int = 5_000) -> list[Impression]:
        newer = tables.impressions.c.seq > after
        query = (
            sa.select(tables.impressions)
            .where(newer)
            .order_by(tables.impressions.c.seq)
            .limit(limit)
        )
        return [tables.impression(row) for row in self._database.rows(query)]

    def last_seq(self) -> int:
        newest = sa.func.coalesce(sa.func.max(tables.impressions.c.seq), 0).label("seq")
        return int(self._database.rows(sa.select(newest))[0]["seq"])


class SqlKeyStore:
    """butler.stores.ports.KeyStore

    A key is 32 random bytes. A fast hash is enough for it: slow ones protect secrets that people
    choose and others can guess, and nobody guesses 256 random bits, however fast the hash.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str) -> str:
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        row = {"hash": hash_of(key), "name": name, "created_at": tables.micros(datetime.now(UTC))}
        with self._database.write(tables.service_keys) as connection:
            connection.execute(tables.service_keys.insert(), row)
        return key

    def check(self, key: str) -> str | None:
        digest = hash_of(key)
        query = sa.select(tables.service_keys).where(
            tables.service_keys.c.hash == digest, tables.service_keys.c.revoked_at.is_(None)
        )
        for row in self._database.rows(query):
            if hmac.compare_digest(row["hash"], digest):
                return str(row["name"])
        return None

    def valid(self) -> dict[str, str]:
        known = tables.service_keys.c
        rows = self._database.rows(
            sa.select(known.hash, known.name).where(known.revoked_at.is_(None))
        )
        return {row["hash"]: row["name"] for row in rows}

    def revoke(self, name: str) -> int:
        valid = sa.and_(
            tables.service_keys.c.name == name, tables.service_keys.c.revoked_at.is_(None)
        )
        revoke = (
            tables.service_keys.update()
            .where(valid)
            .values(revoked_at=tables.micros(datetime.now(UTC)))
        )
        with self._database.write(tables.service_keys) as connection:
            return connection.execute(revoke).rowcount


class SqlWatermarks:
    """butler.stores.ports.Watermarks; 0 for a consumer that has not begun."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> int:
        query = sa.select(tables.watermarks.c.value).where(tables.watermarks.c.name == name)
        rows = self._database.rows(query)
        return int(rows[0]["value"]) if rows else 0

    def set(self, name: str, value: int) -> None:
        change = (
            tables.watermarks.update().where(tables.watermarks.c.name == name).values(value=value)
        )
        with self._database.write(tables.watermarks) as connection:
            if connection.execute(change).rowcount == 0:
                connection.execute(tables.watermarks.insert(), {"name": name, "value": value})


def hash_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
