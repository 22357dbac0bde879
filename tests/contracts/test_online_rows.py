"""What serving reads and writes without Feast is what Feast reads and writes: the same rows, byte by byte."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.guarded import Online
from features.online_rows import RedisRows, SqliteRows, open_rows
from features.store import Features
from features.views import FLOATS, PACKED, TEXT, TEXTS, WHOLE, WHOLES

NOW = datetime(2026, 7, 1, 10, 30, 0, 123457, tzinfo=UTC)
WHOLE_NUMBERS = st.integers(-(2**63), 2**63 - 1)
WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    TEXT: WORDS,
    WHOLE: WHOLE_NUMBERS,
    TEXTS: st.lists(WORDS, max_size=5),
    WHOLES: st.lists(WHOLE_NUMBERS, max_size=5),
    FLOATS: st.lists(st.floats(), max_size=5),
}
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
ROWS = st.sampled_from(sorted(PACKED)).flatmap(
    lambda view: st.tuples(
        st.just(view),
        WORDS,
        MOMENTS,
        st.fixed_dictionaries({n: st.none() | OF_KIND[k] for n, k in PACKED[view].items()}),
    )
)
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return "sqlite://" if request.param == "sqlite" else request.getfixturevalue("redis_url")


@pytest.fixture
def feast(url: str, tmp_path: Path) -> Features:
    if url.startswith("redis"):
        import redis

        with closing(redis.Redis.from_url(url)) as client:
            client.flushdb()
    features = Features(tmp_path / "home", url)
    features.apply()
    return features


@pytest.fixture
def ours(feast: Features, url: str) -> Iterator[SqliteRows | RedisRows]:
    with closing(open_rows(feast.home, url)) as rows:
        yield rows


def plain(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return row and {
        k: v if isinstance(v, str | int | datetime) else list(v) for k, v in row.items()
    }


def kept(url: str, home: Path) -> list[Any]:
    """Everything the store holds, as it lies there."""
    if url.startswith("redis"):
        import redis

        with closing(redis.Redis.from_url(url)) as client:
            return sorted((k, sorted(client.hgetall(k).items())) for k in client.scan_iter())
    with closing(sqlite3.connect(home / "features" / "online.db")) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        rows = [(t, r) for (t,) in tables.fetchall() for r in db.execute(f'SELECT * FROM "{t}"')]
        return sorted(rows, key=repr)


@SLOW
@given(ROWS)
def test_each_reads_what_the_other_wrote(
    feast: Features, ours: SqliteRows | RedisRows, row: tuple[str, str, datetime, dict[str, Any]]
) -> None:
    """Every view, any key, field, and moment; what is missing is missing, and was not there before."""
    view, key, at, fields = row
    ways: tuple[tuple[Online, Online], ...] = ((feast, ours), (ours, feast))
    for writer, reader in ways:
        writer.write_now(view, [(key, at, fields)])
        read = plain(reader.read_now(view, [key])[0])
        np.testing.assert_equal(read, plain(writer.read_now(view, [key])[0]))
        held = {name: value for name, value in fields.items() if value is not None}
        told = {n: v for n, v in (read or {}).items() if n != "event_timestamp"}
        np.testing.assert_equal(told, held)


@SLOW
@given(ROWS)
def test_both_keep_the_same_bytes(
    feast: Features,
    ours: SqliteRows | RedisRows,
    url: str,
    row: tuple[str, str, datetime, dict[str, Any]],
) -> None:
    """Nothing that Feast keeps is forgotten, and nothing else is added."""
    view, key, at, fields = row
    feast.write_now(view, [(key, at, fields)])
    theirs = kept(url, feast.home)
    ours.write_now(view, [(key, NOW, {})])
    assert kept(url, feast.home) != theirs
    ours.write_now(view, [(key, at, fields)])
    assert kept(url, feast.home) == theirs


def test_what_is_forgotten_of_one_key_is_gone_for_both_and_nothing_else_is(
    feast: Features, ours: SqliteRows | RedisRows
) -> None:
    for view in ("traveller", "traveller_past"):
        held = {name: [1.0] for name, kind in PACKED[view].items() if kind == FLOATS}
        feast.write_now(view, [(key, NOW, held) for key in ("goes", "stays")])
    ours.forget(["profile", "traveller", "traveller_past"], "goes")
    readers: tuple[Online, Online] = (feast, ours)
    for reader in readers:
        for view in ("traveller", "traveller_past"):
            gone, there = reader.read_now(view, ["goes", "stays"])
            assert gone is None
            assert there is not None
