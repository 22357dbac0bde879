"""Places found by words in SQLite, by its full-text index FTS5, in a file of its own."""

import sqlite3
from contextlib import closing
from itertools import islice
from typing import Any

import polars as pl
import sqlalchemy as sa

from butler.errors import StoreUnavailable
from butler.stores.places import FIELDS, WEIGHTS, asked, checked, findable, km_between
from butler.stores.sql_database import Database, Kept

AT_ONCE = 1_000  # places written at once: small beside what a server holds
KM_A_DEGREE = 111.0  # of latitude, a little less than the least: the box never leaves out a place
metadata = sa.MetaData()
places = sa.Table(
    "places",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("poi_id", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("latitude", sa.Double, nullable=False, index=True),
    sa.Column("longitude", sa.Double, nullable=False),
)
held = sa.Table("held", metadata, sa.Column("fingerprint", sa.Text, primary_key=True))
version = sa.Table(
    "search_schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True)
)
KEPT = Kept("search index", "BUTLER_SEARCH_URL", metadata, version)
_COLUMNS = ", ".join(FIELDS)
# without content of its own: what is found is said by `places`
_TABLE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5({_COLUMNS}, content='', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
)


@sa.event.listens_for(metadata, "after_create")
def _make_words(_target: Any, connection: sa.Connection, **_: Any) -> None:
    connection.exec_driver_sql(_TABLE)


_EMPTY = "INSERT INTO words(words) VALUES('delete-all')"
_WORDS = f"INSERT INTO words(rowid, {_COLUMNS}) VALUES(:id, {', '.join(f':{f}' for f in FIELDS)})"
_SCORE = f"bm25(words, {', '.join(map(str, WEIGHTS))})"  # the lower, the better


class SqlitePoiSearch:
    """butler.stores.ports.PoiSearch. Safe for several threads and several processes."""

    def __init__(self, url: str, late: bool = False) -> None:
        """`late` as for `Database`."""
        _check_that_it_searches()
        self._database = Database(url, KEPT, late)
        self._database.know("km_between", km_between, 4)

    def close(self) -> None:
        self._database.close()

    def index(self, pois: pl.DataFrame, fingerprint: str) -> None:
        every = enumerate(findable(pois), 1)
        with self._database.write(held) as connection:
            connection.execute(places.delete())
            connection.execute(held.delete())
            connection.exec_driver_sql(_EMPTY)
            while rows := [{"id": n, **place._asdict()} for n, place in islice(every, AT_ONCE)]:
                connection.execute(places.insert(), rows)
                connection.execute(sa.text(_WORDS), rows)
            connection.execute(held.insert(), {"fingerprint": fingerprint})

    def indexed(self) -> str | None:
        found = self._database.rows(sa.select(held.c.fingerprint))
        return str(found[0]["fingerprint"]) if found else None

    def find(
        self,
        text: str,
        limit: int,
        category: str | None = None,
        near: tuple[float, float] | None = None,
        within_km: float | None = None,
    ) -> list[str]:
        checked(near, within_km)
        conditions, values = _conditions(category, near, within_km)
        words = asked(text)
        if not words:
            return self._best("places p", conditions, values, limit, "km, p.poi_id")
        found: dict[str, None] = {}
        for operator in (" AND ", " OR "):
            if len(found) < limit:
                values["words"] = operator.join(f'("{word}" OR "{word}"*)' for word in words)
                matching = ["words MATCH :words", *conditions]
                source = "words JOIN places p ON p.id = words.rowid"
                order = f"{_SCORE}, km, p.poi_id"
                found |= dict.fromkeys(self._best(source, matching, values, limit, order))
        return list(found)[:limit]

    def _best(
        self, source: str, conditions: list[str], values: dict[str, Any], limit: int, order: str
    ) -> list[str]:
        away = "km_between(p.latitude, p.longitude, :lat, :lon)" if "lat" in values else "0"
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT p.poi_id, {away} AS km FROM {source} {where} ORDER BY {order} LIMIT :limit"
        bound = sa.text(query).bindparams(**values, limit=limit)
        return [str(row["poi_id"]) for row in self._database.rows(bound)]


def _check_that_it_searches() -> None:
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.OperationalError as error:
        raise StoreUnavailable(
            f"this SQLite cannot search text ({error}): use a Python whose SQLite has FTS5, or set "
            "BUTLER_SEARCH_URL to elasticsearch://HOST:PORT"
        ) from error


def _conditions(
    category: str | None, near: tuple[float, float] | None, within_km: float | None
) -> tuple[list[str], dict[str, Any]]:
    """What a place must be beside having the words, and the values of it."""
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if category is not None:
        conditions.append("(p.category = :category OR substr(p.category, 1, :long) = :group)")
        group = f"{category}/"
        values |= {"category": category, "group": group, "long": len(group)}
    if near is not None:
        values |= {"lat": near[0], "lon": near[1]}
    if near is not None and within_km is not None:
        conditions += ["p.latitude BETWEEN :south AND :north", "km <= :within"]
        reach = within_km / KM_A_DEGREE
        values |= {"within": within_km, "south": near[0] - reach, "north": near[0] + reach}
    return conditions, values
