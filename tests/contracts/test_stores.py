"""One suite for every adapter of the log: SQLite always, a real PostgreSQL when there is one."""

import shutil
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from butler.domain import Acted, Impression, Interaction
from butler.errors import NotFound, StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from features.trending import Live
from serving.ground import databases_held
from tests.redis_process import spare_port

NOW = datetime(2026, 7, 1, 10, 30, 0, 123457, tzinfo=UTC)
NUMBERS = count()


# --- the databases under test


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of its own."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path}/home/log.db"


@pytest.fixture
def log(url: str) -> Iterator[SqlLog]:
    with closing(open_log(url)) as opened:
        yield opened


def click(event_id: str, user_id: str = "u", **values: object) -> Interaction:
    plain = Interaction(event_id, user_id, "click", "castle", NOW - timedelta(minutes=1))
    return replace(plain, **values)  # type: ignore[arg-type]


def shown(request_id: str, user_id: str = "u") -> Impression:
    return Impression(
        request_id=request_id,
        user_id=user_id,
        requested_at=NOW,
        model_name="ranker",
        model_version="3",
        context={"weather": {"temperature_c": 31.5}, "holiday": None, "place": "Dénia"},
        candidates=("castle", "cova d'en Xoroi", "platja"),
        features=bytes(range(256)) * 3,
        scores=(0.1 + 0.2, -1e-300, float("inf")),
        slate=("platja", "castle"),
        propensities=(1 / 3, 0.9),
        degraded=("no features",),
    )


def in_processes(script: str, *arguments: str, times: int) -> list[str]:
    """Run a script in several processes at once; what each printed."""
    command = [sys.executable, "-c", script, *arguments]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        for _ in range(times)
    ]
    printed = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0] * times
    return printed


# --- feedback


def test_what_is_appended_comes_back_exactly(log: SqlLog) -> None:
    """Every field, and times to the microsecond whatever zone they were given in."""
    madrid = timezone(timedelta(hours=2))
    full = Interaction(
        event_id="e1",
        user_id="ü",
        event_type="rating",
        poi_id="café 'Ñ'",
        occurred_at=datetime(2026, 7, 1, 12, 0, 0, 999_999, tzinfo=madrid),
        session_id="s",
        value=4.1,
        request_id="r",
        position=3,
        latitude=38.345678901234,
        longitude=-0.48,
    )
    log.feedback.append([full, click("e2")], NOW)
    first, second = log.feedback.since(0)
    assert (first.interaction, second.interaction) == (full, click("e2"))
    assert first.interaction.occurred_at.tzinfo is UTC
    assert first.known_at == second.known_at == NOW


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    value=st.none() | st.floats(allow_nan=False),
    position=st.none() | st.integers(1, 2**31 - 1),
)
def test_any_time_and_number_survives_the_log(
    log: SqlLog, occurred_at: datetime, value: float | None, position: int | None
) -> None:
    event = click(f"e{next(NUMBERS)}", occurred_at=occurred_at, value=value, position=position)
    before = log.feedback.last_seq()
    log.feedback.append([event], known_at=NOW)
    (stored,) = log.feedback.since(before)
    assert stored.interaction == event


def test_arrivals_keep_one_order_when_clocks_disagree_or_go_back(log: SqlLog) -> None:
    log.feedback.append([click("a"), click("b")], NOW)
    log.feedback.append([click("c")], NOW - timedelta(hours=1))
    log.feedback.append([click("d")], NOW)
    log.feedback.append([click("e")], NOW + timedelta(seconds=1))
    step = timedelta(microseconds=1)
    known = {e.interaction.event_id: e.known_at for e in log.feedback.since(0)}
    assert known["a"] == known["b"] == NOW
    assert known["c"] == NOW + step
    assert known["d"] == NOW + 2 * step
    assert known["e"] == NOW + timedelta(seconds=1)


def test_what_was_done_with_places_is_summed_up_by_minute_of_arrival(log: SqlLog) -> None:
    """From a moment on, that moment included; what is told long after it happened, or long before,
    is left out."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    start = NOW.replace(second=0, microsecond=0)
    log.feedback.append([click("old")], start - timedelta(microseconds=1))
    log.feedback.append([click("a"), click("b"), click("c", poi_id="cala")], start)
    log.feedback.append([click("d", event_type="visit")], NOW)
    log.feedback.append([click("e")], NOW + timedelta(seconds=1))
    log.feedback.append([click("a")], NOW + timedelta(seconds=2))  # again
    log.feedback.append([click("f"), click("late", occurred_at=NOW - hour)], NOW + minute)
    log.feedback.append([click("ahead", occurred_at=NOW + 2 * hour + minute)], NOW + minute)
    found = log.feedback.acted(start, within=hour)
    assert sorted(found, key=astuple) == [
        Acted("cala", "click", start, 1, start),
        Acted("castle", "click", start, 3, NOW + timedelta(seconds=1)),
        Acted("castle", "click", start + minute, 1, NOW + minute),
        Acted("castle", "visit", start, 1, NOW),
    ]
    later = log.feedback.acted(NOW + timedelta(seconds=1, microseconds=1), within=hour)
    assert later == [Acted("castle", "click", start + minute, 1, NOW + minute)]
    assert log.feedback.acted(NOW + hour, within=hour) == []


def test_what_one_server_accepts_all_of_them_count(url: str) -> None:
    """Each has its own connection to the log, and looks when it likes; a new one knows at once."""
    where, cell = ["castle", "cala"], np.array([0, 0])
    with closing(open_log(url)) as one, closing(open_log(url)) as other:
        early, late = Live(one.feedback), Live(other.feedback)
        one.feedback.append([click("a"), click("b", poi_id="cala")], NOW)
        early.count(NOW)
        other.feedback.append([click("c", event_type="visit")], NOW + timedelta(seconds=1))
        workers = [early, late, Live(one.feedback)]
        for live in workers:
            live.count(NOW + timedelta(seconds=2))
            counts = live.of(where, cell)
            assert counts["tr_interactions"].tolist() == [2.0, 1.0]
            assert counts["tr_visits"].tolist() == [1.0, 0.0]
            assert counts["tr_cell_interactions"].tolist() == [3.0, 3.0]
        assert len({(live.since, live.until) for live in workers}) == 1


def test_arrivals_of_a_log_of_an_earlier_version_are_found_by_an_index(url: str) -> None:
    """The index is made when such a log is opened."""
    name = "interactions_by_arrival"
    with closing(open_log(url)) as opened:
        engine = opened._database._engine
        with engine.begin() as connection:
            connection.execute(sa.text(f"DROP INDEX {name}"))
    with closing(open_log(url)) as again:
        indexes = sa.inspect(again._database._engine).get_indexes("interactions")
    assert name in {index["name"] for index in indexes}


def test_a_repeated_event_id_is_left_as_it_was_first_stored(log: SqlLog) -> None:
    assert log.feedback.append([click("a", value=1.0), click("b")], NOW) == ["a", "b"]
    again = [click("c"), click("a", value=2.0), click("c", value=3.0)]
    assert log.feedback.append(again, NOW + timedelta(hours=1)) == ["c"]
    stored = {entry.interaction.event_id: entry for entry in log.feedback.since(0)}
    assert list(stored) == ["a", "b", "c"]
    assert stored["a"].interaction.value == 1.0
    assert stored["a"].known_at == NOW
    assert stored["c"].interaction.value is None


def test_an_empty_batch_stores_nothing(log: SqlLog) -> None:
    assert log.feedback.append([], NOW) == []
    assert log.feedback.last_seq() == 0


def test_readers_get_what_is_newer_than_they_know_oldest_first(log: SqlLog) -> None:
    log.feedback.append([click("a", "ana"), click("b", "ben")], NOW)
    middle = log.feedback.last_seq()
    log.feedback.append([click("c", "ana"), click("d", "cleo"), click("e", "ana")], NOW)

    def names(entries: list) -> str:  # type: ignore[type-arg]
        return "".join(entry.interaction.event_id for entry in entries)

    assert names(log.feedback.since(0)) == "abcde"
    assert names(log.feedback.since(middle)) == "cde"
    assert names(log.feedback.since(0, limit=2)) == "ab"
    found = log.feedback.of_users(["ana", "cleo", "nobody"])
    assert [names(found[user]) for user in ("ana", "cleo", "nobody")] == ["ace", "d", ""]
    assert names(log.feedback.of_users(["ana"], after=middle)["ana"]) == "ce"
    assert sorted(log.feedback.users_since(middle)) == ["ana", "cleo"]
    assert log.feedback.since(0)[-1].seq == log.feedback.last_seq()


def test_a_large_batch_is_stored_in_its_order(log: SqlLog) -> None:
    """More rows than one statement can carry."""
    ids = [f"e{number:05d}" for number in range(3_000)]
    assert log.feedback.append([click(event_id) for event_id in ids], NOW) == ids
    stored = log.feedback.since(0)
    assert [entry.interaction.event_id for entry in stored] == ids
    assert all(a.seq < b.seq for a, b in pairwise(stored))


def test_a_batch_that_fails_leaves_nothing(log: SqlLog) -> None:
    nameless = replace(click("b"), user_id=None)  # type: ignore[arg-type]
    with pytest.raises(sa.exc.IntegrityError):
        log.feedback.append([click("a"), nameless], NOW)
    assert log.feedback.since(0) == []


def test_a_time_without_a_zone_is_refused(log: SqlLog) -> None:
    with pytest.raises(ValueError, match="time zone"):
        log.feedback.append([click("a", occurred_at=datetime(2026, 7, 1))], NOW)


def test_a_reader_who_follows_the_log_misses_nothing(log: SqlLog) -> None:
    """Four writers at once: a row never appears behind a number the reader has already passed."""
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        last_round = False
        while not last_round:
            last_round = done.wait(0.001)
            seen.extend(e.seq for e in log.feedback.since(seen[-1] if seen else 0))

    def write(writer: int) -> None:
        for number in range(25):
            log.feedback.append([click(f"{writer}-{number}-{part}") for part in "ab"], NOW)

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert len(seen) == 4 * 25 * 2
    assert seen == [entry.seq for entry in log.feedback.since(0)]


APPEND_SHARED_EVENTS = """
import sys
from datetime import UTC, datetime
from butler.domain import Interaction
from butler.stores.open import open_log
now = datetime.now(UTC)
log = open_log(sys.argv[1])
new = 0
for number in range(40):
    new += len(log.feedback.append([Interaction(f"e{number}", "u", "click", "p", now)], now))
log.close()
print(new)
"""


def test_processes_that_open_an_empty_log_together_count_each_event_once(url: str) -> None:
    new = [int(printed) for printed in in_processes(APPEND_SHARED_EVENTS, url, times=3)]
    assert sum(new) == 40
    with closing(open_log(url)) as log:
        assert len(log.feedback.since(0)) == 40


APPEND_AND_WAIT = """
import sys, time
from datetime import UTC, datetime
from butler.domain import Interaction
from butler.stores.open import open_log
now = datetime.now(UTC)
log = open_log(sys.argv[1])
log.feedback.append([Interaction("kept", "u", "click", "p", now)], now)
print("stored", flush=True)
time.sleep(60)
"""


def test_an_appended_event_survives_kill_9(url: str) -> None:
    command = [sys.executable, "-c", APPEND_AND_WAIT, url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        process.send_signal(signal.SIGKILL)
    with closing(open_log(url)) as log:
        assert [entry.interaction.event_id for entry in log.feedback.since(0)] == ["kept"]


def test_feedback_waits_for_the_disk_and_impressions_do_not(tmp_path: Path) -> None:
    """A power cut cannot be tried here: the setting that protects from it can be read."""
    levels: list[tuple[str, int]] = []

    def note(connection: sa.Connection) -> None:
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        levels.append((str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()), level))

    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as log:
        sa.event.listen(log.feedback._database._engine, "commit", note)
        log.feedback.append([click("a")], NOW)
        log.impressions.append([shown("r")])
        log.feedback.append([click("b")], NOW)
    full, normal = 2, 1
    assert levels == [("wal", full), ("wal", normal), ("wal", full)]


# --- impressions


def test_an_impression_comes_back_bit_by_bit(log: SqlLog) -> None:
    log.impressions.append([shown("r1"), shown("r2", "ben")])
    got = log.impressions.get("r2")
    assert got == replace(shown("r2", "ben"), seq=got.seq)
    assert [impression.request_id for impression in log.impressions.since(0)] == ["r1", "r2"]


def test_impressions_are_read_on_from_a_number(log: SqlLog) -> None:
    log.impressions.append([])
    log.impressions.append([shown(name) for name in ("r1", "r2", "r3")])
    first, *_ = log.impressions.since(0, limit=1)
    assert first.request_id == "r1"
    assert [later.request_id for later in log.impressions.since(first.seq)] == ["r2", "r3"]


def test_an_impression_is_logged_once(log: SqlLog) -> None:
    log.impressions.append([shown("r1", "ana")])
    log.impressions.append([shown("r1", "ben")])
    assert [impression.user_id for impression in log.impressions.since(0)] == ["ana"]


def test_an_unknown_request_is_not_found(log: SqlLog) -> None:
    with pytest.raises(NotFound, match="'nowhere'"):
        log.impressions.get("nowhere")


def test_features_are_kept_compressed(log: SqlLog, tmp_path: Path) -> None:
    wide = replace(shown("r"), features=bytes(1_000_000))
    log.impressions.append([wide])
    with log.impressions._database._engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT features FROM impressions").scalar_one()
    assert len(stored) < 10_000
    assert log.impressions.get("r").features == wide.features


# --- keys


def test_a_key_is_known_by_the_name_it_was_made_for(log: SqlLog) -> None:
    key = log.keys.create("city app")
    assert log.keys.check(key) == "city app"
    assert key.startswith("bk_")
    assert len(key) == 3 + 43  # 32 bytes in base64


@pytest.mark.parametrize("wrong", ["", "bk_", "bk_\x00", "ключ", "x" * 10_000])
def test_anything_else_is_no_key(log: SqlLog, wrong: str) -> None:
    key = log.keys.create("city app")
    assert log.keys.check(wrong) is None
    assert log.keys.check(key[:-1]) is None
    assert log.keys.check(key + "a") is None


def test_a_forgotten_traveller_leaves_the_log_and_no_number_is_given_again(log: SqlLog) -> None:
    log.feedback.append([click("a", "goes"), click("b", "stays"), click("c", "goes")], NOW)
    log.impressions.append([shown("r1", "stays"), shown("r2", "goes")])
    newest = log.feedback.last_seq(), log.impressions.since(0)[-1].seq
    assert (log.forget("goes"), log.forget("goes")) == (3, 0)
    assert [e.interaction.event_id for e in log.feedback.since(0)] == ["b"]
    assert [e.request_id for e in log.impressions.since(0)] == ["r1"]
    log.feedback.append([click("d", "goes")], NOW)
    log.impressions.append([shown("r3", "goes")])
    assert log.feedback.last_seq() > newest[0]
    assert log.impressions.last_seq() > newest[1]


def test_revoking_a_name_forgets_all_its_keys_and_no_other(log: SqlLog) -> None:
    old, new, other = log.keys.create("app"), log.keys.create("app"), log.keys.create("kiosk")
    assert old != new
    assert log.keys.revoke("app") == 2
    assert log.keys.revoke("app") == 0
    assert [log.keys.check(key) for key in (old, new, other)] == [None, None, "kiosk"]


def test_the_key_itself_is_nowhere_in_the_database(log: SqlLog) -> None:
    key = log.keys.create("app")
    with log.keys._database._engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM service_keys").all()
    assert "app" in row
    assert not any(key in str(value) or key[3:] in str(value) for value in row)


# --- watermarks


def test_a_watermark_begins_at_zero_and_is_kept(url: str) -> None:
    with closing(open_log(url)) as log:
        assert log.watermarks.get("compaction") == 0
        log.watermarks.set("compaction", 7)
        log.watermarks.set("compaction", 5)
        log.watermarks.set("other", 2**40)
    with closing(open_log(url)) as reopened:
        assert reopened.watermarks.get("compaction") == 5
        assert reopened.watermarks.get("other") == 2**40


# --- failures, in words


def overwrite_with_text(path: Path) -> None:
    path.write_text("this was a log once, but somebody saved a letter over it\n" * 100)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scribble_over_the_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xa5" * (len(content) - 100))


@pytest.mark.parametrize("damage", [overwrite_with_text, cut_in_half, scribble_over_the_pages])
def test_a_damaged_file_is_named_with_what_to_do(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "log.db"
    with closing(open_log(f"sqlite:///{path}")) as log:
        log.feedback.append([click(f"e{number}") for number in range(500)], NOW)
    damage(path)
    with pytest.raises(StoreUnavailable, match=r"log\.db.*move it away or restore"):
        open_log(f"sqlite:///{path}")


def test_a_damaged_file_is_left_as_it_is_with_its_journal(tmp_path: Path) -> None:
    """What a killed process left in the journal is not written into it: somebody may want to mend both."""
    path, journal = tmp_path / "log.db", tmp_path / "log.db-wal"
    with closing(open_log(f"sqlite:///{tmp_path}/first.db")) as log:
        log.feedback.append([click(f"e{number}") for number in range(500)], NOW)
    with closing(open_log(f"sqlite:///{tmp_path}/first.db")) as log:
        log.feedback.append([click("last")], NOW)
        shutil.copy(tmp_path / "first.db", path)
        shutil.copy(tmp_path / "first.db-wal", journal)
    scribble_over_the_pages(path)
    before = path.read_bytes(), journal.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="left as it is"):
            open_log(f"sqlite:///{path}")
    with databases_held(Settings(home=tmp_path)):
        pass
    assert (path.read_bytes(), journal.read_bytes()) == before


def test_a_log_of_a_newer_version_is_left_alone(url: str) -> None:
    with closing(open_log(url)) as log, log.keys._database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreUnavailable, match="schema version 99"):
        open_log(url)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    url = f"postgresql://butler:s3cret@127.0.0.1:{spare_port()}/log"
    with pytest.raises(StoreUnavailable, match="check that the server runs") as caught:
        open_log(url)
    assert "127.0.0.1" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_trace_of_a_failing_query_names_no_traveller(url: str) -> None:
    """Prefect writes the trace of a failed flow into its log, and sends it to its server."""
    who = "traveller-" + str(77)
    with closing(open_log(url)) as log:
        with log.keys._database._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE interactions")
        with pytest.raises(sa.exc.DBAPIError) as asked:
            log.feedback.of_users([who])
        with pytest.raises(sa.exc.DBAPIError) as told:
            log.feedback.append([click("a", who)], NOW)
    for error in (asked.value, told.value):
        assert who not in "".join(traceback.format_exception(error))


def test_a_connection_that_the_server_ended_is_replaced(postgresql_url: str) -> None:
    with closing(open_log(postgresql_url)) as log, closing(open_log(postgresql_url)) as other:
        log.feedback.append([click("a")], NOW)
        with other.keys._database._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert log.feedback.last_seq() == 1


@pytest.mark.parametrize("unknown", ["mysql://host/log", "log.db", ""])
def test_an_unknown_scheme_is_answered_with_the_known_ones(unknown: str) -> None:
    with pytest.raises(StoreUnavailable, match="sqlite://, postgresql://"):
        open_log(unknown)


@pytest.mark.parametrize("memory", ["sqlite://", "sqlite:///:memory:"])
def test_a_log_in_memory_is_refused(memory: str) -> None:
    with pytest.raises(StoreUnavailable, match="not durable"):
        open_log(memory)
