"""One suite for the online features: SQLite always, a real Redis when there is one; by Feast, as flows
read and write, and without it, as who serves does."""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from butler.errors import StoreUnavailable
from features.context import PROFILE_COLUMNS
from features.guarded import Online
from features.online_rows import READ_CHUNK, open_rows
from features.store import Features, redis_config
from tests.redis_process import Redis

NOW = datetime(2026, 7, 1, 10, 30, 0, 123457, tzinfo=UTC)
IDS = ["u1", "Zoë", "旅人", "a|b:c,d", "Ω" * 60, "'; DROP TABLE x; --"]


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return "sqlite://" if request.param == "sqlite" else request.getfixturevalue("redis_url")


@pytest.fixture(params=["by Feast", "without Feast"])
def store(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Online:
    """An empty online store."""
    if url.startswith("redis"):
        import redis

        with closing(redis.Redis.from_url(url)) as client:
            client.flushdb()
    features = Features(tmp_path / "home", url)
    features.apply()
    return features if request.param == "by Feast" else open_rows(tmp_path / "home", url)


def vector(*values: float) -> dict[str, Any]:
    return {"vector": list(values)}


def vectors(found: list[dict[str, Any] | None]) -> list[list[float] | None]:
    return [None if row is None else list(row["vector"]) for row in found]


def test_what_is_written_is_read(store: Online) -> None:
    """Every kind of field comes back as it was, float64 to the bit."""
    fields: dict[str, Any] = {
        "vector": [0.1, 1e300, -0.0, 1 / 3],
        "last_category": "nature/beach",
        "last_poi": "p1",
        "category_keys": ["nature", "nature/beach"],
        "category_values": [1.0, 2.0],
        "poi_keys": [],
        "poi_values": [],
    }
    past: dict[str, Any] = {
        "poi_keys": ["p1"],
        "kinds": ["visit"],
        "known_at": [2**53 + 1],
        "values": [4.5],
        "lead_hours": [12.0],
        "log_seq": 77,
    }
    assert store.write_now("traveller", [("u", NOW, fields)]) == 1
    assert store.write_now("traveller_past", [("u", NOW, past)]) == 1
    for view, written in (("traveller", fields), ("traveller_past", past)):
        found = store.read_now(view, ["u"])[0]
        assert found is not None
        read = {
            k: list(v) if isinstance(written[k], list) else v
            for k, v in found.items()
            if k in written
        }
        assert read == written


def test_rows_come_in_the_order_of_the_keys(store: Online) -> None:
    """Repeated and unknown ones in their places; none asked, none answered."""
    store.write_now("poi", [(f"p{n}", NOW, vector(float(n))) for n in range(50)])
    order = np.random.default_rng(3).permutation(50).tolist()
    keys = [f"p{n}" for n in order]
    assert vectors(store.read_now("poi", keys)) == [[float(n)] for n in order]
    assert vectors(store.read_now("poi", ["p7", "nobody", "p3", "p7"])) == [
        [7.0],
        None,
        [3.0],
        [7.0],
    ]
    assert store.read_now("poi", []) == []


def test_an_unknown_key_is_none(store: Online) -> None:
    store.write_now("poi", [("p1", NOW, vector(1.0))])
    assert store.read_now("poi", ["p2", ""]) == [None, None]
    assert store.read_now("profile", ["p1"]) == [None]  # known in another view only


def test_views_read_together_are_those_read_one_by_one(store: Online) -> None:
    """Whatever is known of the key: all of it, one view, nothing; in the order asked for."""
    said = {**dict.fromkeys(PROFILE_COLUMNS), "party": "couple"}
    done = {"vector": [1.0, float("nan")], "last_poi": "p", "poi_keys": ["p"], "poi_values": [2.0]}
    store.write_now("profile", [("both", NOW, said), ("said", NOW, said)])
    store.write_now("traveller", [("both", NOW + timedelta(hours=1), done), ("did", NOW, done)])
    store.write_now("poi", [("both", NOW, vector(1.0))])  # another kind of key, the same text
    for views in (("traveller", "profile"), ("profile", "traveller"), ("profile",)):
        for key in ("both", "said", "did", "nobody", ""):
            together = store.read_together(views, key)
            alone = [store.read_now(view, [key])[0] for view in views]
            assert [plain(row) for row in together] == [plain(row) for row in alone]
    assert store.read_together(("traveller", "profile"), "nobody") == [None, None]


def plain(row: dict[str, Any] | None) -> str:
    """NaN is NaN here."""
    held = {k: list(v) if hasattr(v, "__len__") else v for k, v in (row or {}).items()}
    return str(row and held)


def test_more_keys_than_one_read_takes(store: Online) -> None:
    store.write_now("poi", [("first", NOW, vector(1.0)), ("last", NOW, vector(2.0))])
    found = store.read_now("poi", ["first", *["nobody"] * READ_CHUNK, "last"])
    assert len(found) == READ_CHUNK + 2
    assert vectors([found[0], found[1], found[-1]]) == [[1.0], None, [2.0]]


def test_ids_may_be_any_text(store: Online) -> None:
    store.write_now("poi", [(key, NOW, vector(float(n))) for n, key in enumerate(IDS)])
    assert vectors(store.read_now("poi", IDS)) == [[float(n)] for n in range(len(IDS))]


def test_nan_stays_nan(store: Online) -> None:
    store.write_now("poi", [("p", NOW, vector(1.0, float("nan"), -np.inf))])
    found = vectors(store.read_now("poi", ["p"]))[0]
    assert np.array_equal(found, [1.0, np.nan, -np.inf], equal_nan=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [1, 0.000001, 0, -3600])
def test_the_last_written_row_counts(store: Online, seconds: float) -> None:
    """Also one of the same moment (a rebuild, a changed profile) and of an earlier one (a history
    that was corrected): who writes last has read everything."""
    store.write_now("poi", [("p", NOW, vector(1.0, 2.0)), ("q", NOW, vector(3.0))])
    store.write_now("poi", [("p", NOW + timedelta(seconds=seconds), vector(9.0))])
    assert vectors(store.read_now("poi", ["p", "q"])) == [[9.0], [3.0]]


def test_a_value_that_is_gone_does_not_stay(store: Online) -> None:
    """A traveller who takes back the party has none, not the one before."""
    said = dict.fromkeys(PROFILE_COLUMNS, "x")
    store.write_now("profile", [("u", NOW, said)])
    store.write_now("profile", [("u", NOW, {**said, "party": None})])
    found = store.read_now("profile", ["u"])[0]
    assert found is not None
    assert found.get("party") is None
    assert found["language"] == "x"


def test_two_threads_write_and_read(store: Online) -> None:
    """Each reads back what it wrote: whole rows, never a mixture."""
    wrong: list[object] = []

    def work(name: str) -> None:
        try:
            for n in range(40):
                store.write_now("poi", [(name, NOW, vector(*[float(n)] * 20))])
                store.write_now("poi", [("shared", NOW, vector(*[float(n)] * 20))])
                own, shared = vectors(store.read_now("poi", [name, "shared"]))
                if own != [float(n)] * 20 or shared is None or len(set(shared)) != 1:
                    wrong.append((name, n, own, shared))
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


def test_two_processes_worth_of_stores_see_the_same(
    store: Online, url: str, tmp_path: Path
) -> None:
    """A flow writes with its own `Features`, the server reads with another."""
    store.write_now("poi", [("p", NOW, vector(1.0))])
    other = Features(tmp_path / "home", url)
    assert vectors(other.read_now("poi", ["p"])) == [[1.0]]
    other.write_now("poi", [("p", NOW, vector(2.0))])
    assert vectors(store.read_now("poi", ["p"])) == [[2.0]]


@pytest.mark.parametrize("opened", [Features, open_rows])
def test_a_redis_that_is_down_is_named_with_what_to_do(
    redis_server: Redis, tmp_path: Path, opened: Callable[[Path, str], Online]
) -> None:
    Features(tmp_path / "home", redis_server.url).apply()
    features = opened(tmp_path / "home", redis_server.url)
    features.write_now("poi", [("p", NOW, vector(1.0))])
    redis_server.end()
    with pytest.raises(StoreUnavailable, match=r"redis.*BUTLER_ONLINE_URL"):
        features.read_now("poi", ["p"])
    with pytest.raises(StoreUnavailable, match=r"redis.*BUTLER_ONLINE_URL"):
        features.write_now("poi", [("p", NOW, vector(1.0))])


@pytest.mark.parametrize("opened", [Features, open_rows])
def test_an_online_store_that_was_never_filled_says_what_to_run(
    tmp_path: Path, opened: Callable[[Path], Online]
) -> None:
    with pytest.raises(StoreUnavailable, match="butler features"):
        opened(tmp_path / "home").read_now("poi", ["p"])


@pytest.mark.parametrize("opened", [Features, open_rows])
def test_a_damaged_file_is_named_with_what_to_do(
    tmp_path: Path, opened: Callable[[Path], Online]
) -> None:
    Features(tmp_path / "home").apply()
    for path in (tmp_path / "home" / "features").glob("online.db*"):
        path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreUnavailable, match=r"online\.db is damaged.*butler features"):
        opened(tmp_path / "home")


def test_the_scheme_of_the_url_picks_the_store() -> None:
    """A password may hold what stands for itself in a URL, and digits stay text."""
    options = redis_config("redis://:s%3Acret@host:6380/2")["connection_string"]
    assert str(options).startswith('host:6380,password="s:cret",db=2')
    assert 'password="123"' in str(redis_config("redis://:123@host")["connection_string"])
    assert str(redis_config("rediss://host")["connection_string"]).startswith("host:6379,ssl=true")
    with pytest.raises(StoreUnavailable, match="mongodb:// is not known"):
        redis_config("mongodb://host")
    with pytest.raises(StoreUnavailable, match="mongodb:// is not known"):
        open_rows(Path(), "mongodb://host")
