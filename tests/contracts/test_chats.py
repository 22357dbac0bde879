"""One suite for every adapter of conversations: SQLite and a MongoDB in memory always, a real PostgreSQL and
a real MongoDB when there are any."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import mongomock
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from butler.domain import ChatTurn, Money, TripFacts
from butler.errors import StoreUnavailable
from butler.stores.chat_rows import trip_of, trip_text
from butler.stores.mongo import MongoChats
from butler.stores.open import OpenChats, open_chats

NOW = datetime(2026, 7, 1, 10, 30, 0, 123457, tzinfo=UTC)
WHOLE = TripFacts(
    start=date(2026, 7, 1),
    end=date(2026, 7, 9),
    party="family",
    budget=2,
    likes=("nature/beach", "food"),
    dislikes=("culture/museum",),
    mobility="stroller",
    children=(2, 7),
    town="Altea",
    diets=("vegan", "gluten_free"),
    budget_sum=Money(3000, "EUR"),
)


def turn(turn_id: str, user_id: str = "u", **values: object) -> ChatTurn:
    plain = ChatTurn(turn_id, user_id, NOW, "traveller", f"text of {turn_id}", "en")
    return replace(plain, **values)  # type: ignore[arg-type]


def ids(turns: list[ChatTurn]) -> list[str]:
    return [t.turn_id for t in turns]


def chats_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> OpenChats:
    if kind == "sqlite":
        return open_chats(f"sqlite:///{folder}/home/chats.db")
    if kind == "postgresql":
        return open_chats(request.getfixturevalue("postgresql_url"))
    if kind == "mongodb in memory":
        return MongoChats(
            "mongodb://nowhere/test", client=mongomock.MongoClient("mongodb://nowhere/test")
        )
    url = os.environ.get("BUTLER_TEST_MONGO_URL")
    if url is None:
        pytest.skip(
            "BUTLER_TEST_MONGO_URL names no MongoDB, mongodb://HOST:PORT: only one in memory"
        )
    name = f"butler_test_{uuid.uuid4().hex[:8]}"
    request.addfinalizer(lambda: MongoClient(url).drop_database(name))
    return open_chats(f"{url.rstrip('/')}/{name}")


@pytest.fixture(params=["sqlite", "postgresql", "mongodb in memory", "mongodb"])
def chats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenChats]:
    with closing(chats_of(request.param, request, tmp_path)) as opened:
        yield opened


def test_what_was_said_comes_back_as_it_was_said(chats: OpenChats) -> None:
    """To the microsecond and to the last key of the record, whatever letters and dots are in it."""
    said = turn(
        "1",
        role="butler",
        text="«Cova d'en Xoroi», 日本, \u2067מוזיאון\u2069\n$1 'quoted' \"twice\"",
        language="ca",
        record={"facts": {"p1.name": 1.5, "$set": None}, "list": [1, {"a": True}], "n": 2**53},
    )
    chats.append([said])
    assert chats.history("u", 10) == [said]


def test_turns_stand_in_the_order_in_which_they_were_kept(chats: OpenChats) -> None:
    """Whatever their times and names are."""
    chats.append([turn("b"), turn("a", said_at=NOW - timedelta(days=1))])
    chats.append([turn("c", said_at=NOW - timedelta(days=2))])
    assert ids(chats.history("u", 10)) == ["b", "a", "c"]


def test_the_history_is_read_from_its_end_page_by_page(chats: OpenChats) -> None:
    """`before` names the oldest turn that was read already."""
    chats.append([turn(str(n)) for n in range(5)])
    chats.append([turn("other", "v")])
    assert ids(chats.history("u", 2)) == ["3", "4"]
    assert ids(chats.history("u", 2, before="3")) == ["1", "2"]
    assert ids(chats.history("u", 2, before="1")) == ["0"]
    assert chats.history("u", 2, before="0") == []


def test_a_turn_of_somebody_else_opens_no_history(chats: OpenChats) -> None:
    chats.append([turn("mine", "u"), turn("theirs", "v"), turn("mine too", "u")])
    assert chats.history("u", 10, before="theirs") == []
    assert chats.history("u", 10, before="unknown") == []
    assert ids(chats.history("v", 10)) == ["theirs"]


def test_a_turn_that_is_kept_already_is_left_as_it_is(chats: OpenChats) -> None:
    """Also within one call."""
    chats.append([turn("1", text="first")])
    chats.append([turn("1", text="second"), turn("2"), turn("2", text="again")])
    assert [(t.turn_id, t.text) for t in chats.history("u", 10)] == [
        ("1", "first"),
        ("2", "text of 2"),
    ]


def test_nothing_is_known_of_somebody_unknown(chats: OpenChats) -> None:
    chats.append([])
    assert chats.history("nobody", 10) == []
    assert chats.trip("nobody") == TripFacts()
    assert chats.clear("nobody") == 0


def test_a_trip_is_kept_whole_in_place_of_the_one_before(chats: OpenChats) -> None:
    chats.remember("u", replace(WHOLE, budget=4), NOW)
    chats.remember("u", WHOLE, NOW)
    assert chats.trip("u") == WHOLE
    chats.remember("u", TripFacts(), NOW)
    assert chats.trip("u") == TripFacts()


def test_a_trip_of_an_older_or_a_newer_version_is_read_as_far_as_it_is_known() -> None:
    kept = json.loads(trip_text(WHOLE))
    older = {name: kept[name] for name in kept if name not in ("town", "diets", "budget_sum")}
    assert trip_of(json.dumps(older)) == replace(WHOLE, town=None, diets=(), budget_sum=None)
    assert trip_of(json.dumps(kept | {"pets": 2})) == WHOLE


def test_clearing_forgets_turns_and_trip_of_that_traveller_alone(chats: OpenChats) -> None:
    """And says how many turns there were; what is said after it begins anew."""
    for user_id in ("u", "v"):
        chats.append([turn(f"{user_id}1", user_id), turn(f"{user_id}2", user_id)])
        chats.remember(user_id, WHOLE, NOW)
    assert chats.clear("u") == 2
    assert (chats.history("u", 10), chats.trip("u")) == ([], TripFacts())
    assert (ids(chats.history("v", 10)), chats.trip("v")) == (["v1", "v2"], WHOLE)
    chats.append([turn("new"), turn("newer")])
    assert ids(chats.history("u", 10)) == ["new", "newer"]
    assert chats.trip("u") == TripFacts()


def test_what_is_older_than_a_moment_expires(chats: OpenChats) -> None:
    """Turns and trips each by their own time; how many there were is told."""
    long_ago = NOW - timedelta(microseconds=1)
    chats.append([turn("old", said_at=long_ago), turn("new")])
    chats.remember("u", WHOLE, long_ago)
    chats.append([turn("old too", "v", said_at=long_ago)])
    chats.remember("v", WHOLE, NOW)
    assert chats.expire(NOW) == 3
    assert (ids(chats.history("u", 10)), chats.trip("u")) == (["new"], TripFacts())
    assert (chats.history("v", 10), chats.trip("v")) == ([], WHOLE)
    assert chats.expire(NOW) == 0
    chats.append([turn("newest")])
    assert ids(chats.history("u", 10)) == ["new", "newest"]


def test_a_time_without_a_zone_is_refused(chats: OpenChats) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        chats.append([turn("1", said_at=datetime(2026, 7, 1))])
    with pytest.raises(ValueError, match="no time zone"):
        chats.remember("u", WHOLE, datetime(2026, 7, 1))


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from("uv"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("clear"), st.sampled_from("uv")),
        st.tuples(st.just("expire"), st.integers(0, 10)),
    ),
    max_size=12,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_STEPS)
@pytest.mark.parametrize("kind", ["sqlite", "mongodb in memory"])
def test_every_adapter_keeps_what_a_list_would_keep(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, steps: list[tuple[str, ...]]
) -> None:
    """Any order of saying, clearing and expiring leaves the same turns in the same order."""
    kept: list[ChatTurn] = []
    with closing(chats_of(kind, request, tmp_path / uuid.uuid4().hex)) as chats:
        for what, *more in steps:
            if what == "say":
                said = turn(
                    f"{more[0]}{more[1]}", more[0], said_at=NOW + timedelta(days=int(more[2]))
                )
                chats.append([said])
                kept += [] if said.turn_id in ids(kept) else [said]
            elif what == "clear":
                chats.clear(more[0])
                kept = [t for t in kept if t.user_id != more[0]]
            else:
                chats.expire(NOW + timedelta(days=int(more[0])))
                kept = [t for t in kept if t.said_at >= NOW + timedelta(days=int(more[0]))]
        for user_id in "uv":
            assert chats.history(user_id, 100) == [t for t in kept if t.user_id == user_id]


def test_what_was_cleared_is_not_on_the_disk_any_more(tmp_path: Path) -> None:
    """SQLite's file and its journal hold no byte of it, while the store stays open."""
    with closing(open_chats(f"sqlite:///{tmp_path}/chats.db")) as chats:
        chats.append([turn(str(n), text=f"my secret wish {n} " * 50) for n in range(50)])
        chats.remember("u", replace(WHOLE, likes=("secret/wish",)), NOW)
        assert any(b"secret" in path.read_bytes() for path in tmp_path.iterdir())
        chats.clear("u")
        left = {p.name for p in tmp_path.iterdir() if b"secret" in p.read_bytes()}
    assert left == set()


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    """As two workers do."""
    url = f"sqlite:///{tmp_path}/chats.db"
    with closing(open_chats(url)) as one, closing(open_chats(url)) as other:
        one.append([turn("1")])
        other.append([turn("2")])
        assert ids(one.history("u", 10)) == ["1", "2"]
        assert other.clear("u") == 2
        assert one.history("u", 10) == []


def test_a_server_that_is_away_is_said_so() -> None:
    """By a typed error that names the setting."""
    address = "127.0.0.1:1/butler"
    with pytest.raises(StoreUnavailable, match="BUTLER_DOCUMENTS_URL"):
        open_chats(f"mongodb://{address}?serverSelectionTimeoutMS=200")
    with pytest.raises(StoreUnavailable, match="BUTLER_DOCUMENTS_URL"):
        open_chats(f"postgresql://butler@{address}")


def test_a_url_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="BUTLER_DOCUMENTS_URL"):
        open_chats("mongodb://")
    with pytest.raises(StoreUnavailable, match="mongodb://"):
        open_chats("cassandra://127.0.0.1")
    damaged = tmp_path / "chats.db"
    damaged.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_chats(f"sqlite:///{damaged}")
