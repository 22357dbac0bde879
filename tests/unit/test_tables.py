"""The history: idempotent, atomic, typed."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.columns import SCHEMAS, C
from butler.errors import ContractViolation, StoreUnavailable
from butler.stores.tables import Tables, Upserted

JANUARY = datetime(2025, 1, 31, 23, 59, tzinfo=UTC)
EVENT = {"user_id": "u", "event_type": "click", "poi_id": "p"}


def event(event_id: str, days: int = 0, **other: object) -> dict[str, object]:
    at = JANUARY + timedelta(days=days)
    return {"event_id": event_id, "occurred_at": at, **EVENT, **other}


def events(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMAS["events"].columns)


def poi(poi_id: str, name: str) -> dict[str, object]:
    return {"poi_id": poi_id, "name": name, "category": "x/y", "latitude": 1.0, "longitude": 2.0}


def files(home: Path, table: str = "events") -> dict[str, tuple[int, int]]:
    """Name -> (inode, time of change) of the table's parquet files."""
    found = (home / "tables" / table).glob("*.parquet")
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def test_a_table_nobody_wrote_is_empty_and_typed(tmp_path: Path) -> None:
    for table, schema in SCHEMAS.items():
        expected = pl.DataFrame(schema=schema.columns).schema
        assert Tables(tmp_path).read(table).schema == expected
        assert Tables(tmp_path).scan(table).collect_schema() == expected
    assert Tables(tmp_path).quarantined().is_empty()


def test_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    rows = events(event("a"), event("b", days=1), event("c", days=40))
    assert tables.upsert("events", rows) == Upserted(new=3, changed=0, known=0)
    before, state = tables.fingerprint(), files(tmp_path)
    assert tables.upsert("events", rows) == Upserted(new=0, changed=0, known=3)
    assert (tables.fingerprint(), files(tmp_path)) == (before, state)


def test_what_happened_is_never_rewritten(tmp_path: Path) -> None:
    """Even if the second telling moves it to another month, the first one stays."""
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a", poi_id="first")))
    again = events(event("a", days=60, poi_id="second"), event("b"))
    assert tables.upsert("events", again) == Upserted(new=1, changed=0, known=1)
    assert tables.read("events").select("event_id", "poi_id").sort("event_id").rows() == [
        ("a", "first"),
        ("b", "p"),
    ]


def test_what_a_place_is_may_change(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    tables.upsert("pois", pl.DataFrame([poi("a", "old"), poi("b", "same")]))
    before = tables.fingerprint()
    again = pl.DataFrame([poi("a", "new"), poi("b", "same"), poi("c", "more")])
    assert tables.upsert("pois", again) == Upserted(new=1, changed=1, known=1)
    assert tables.read("pois")[C.NAME].to_list() == ["new", "same", "more"]
    assert tables.fingerprint() != before


def test_a_key_repeated_within_a_frame_counts_as_known(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    told = tables.upsert("events", events(event("a", poi_id="x"), event("a", poi_id="y")))
    assert told == Upserted(new=1, changed=0, known=1)
    assert tables.read("events")[C.POI].to_list() == ["x"]
    told = tables.upsert("pois", pl.DataFrame([poi("a", "x"), poi("a", "y")]))
    assert told == Upserted(new=1, changed=0, known=1)
    assert tables.read("pois")[C.NAME].to_list() == ["y"]


def test_imported_events_were_known_when_they_occurred(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    late = JANUARY + timedelta(hours=3)
    tables.upsert("events", events(event("a"), event("b", known_at=late)))
    known = tables.read("events").sort(C.EVENT)[C.KNOWN_AT].to_list()
    assert known == [JANUARY, late]


def test_only_the_months_that_change_are_written(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a"), event("b", days=1)))
    before = files(tmp_path)
    tables.upsert("events", events(event("c", days=2)))
    after = files(tmp_path)
    january = [name for name in before if name.startswith("2025-01")]
    assert [after[name] for name in january] == [before[name] for name in january]
    assert {name[:7] for name in after} == {"2025-01", "2025-02"}


def test_files_of_older_states_do_not_pile_up(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    for number in range(6):
        tables.upsert("events", events(event(f"e{number}")))
    assert len(files(tmp_path)) == 2  # the current one, and the last for readers that have it open
    assert tables.read("events").height == 6


def test_a_reader_that_started_before_a_write_finishes_with_the_old_state(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a")))
    query = tables.scan("events")
    tables.upsert("events", events(event("b")))
    assert query.collect().height == 1


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)), st.integers(1, 7))
def test_the_fingerprint_knows_content_and_not_the_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cut: int
) -> None:
    whole, pieces = (Tables(tmp_path_factory.mktemp("home")) for _ in range(2))
    rows = [event(f"e{number}", days=number * 9) for number in range(8)]
    whole.upsert("events", events(*rows))
    shuffled = [rows[number] for number in order]
    pieces.upsert("events", events(*shuffled[:cut]))
    assert pieces.fingerprint() != whole.fingerprint()
    pieces.upsert("events", events(*shuffled[cut:]))
    assert pieces.fingerprint() == whole.fingerprint()


def test_the_fingerprint_of_one_table_ignores_the_others(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    before = tables.fingerprint("events")
    tables.upsert("pois", pl.DataFrame([poi("a", "A")]))
    assert tables.fingerprint("events") == before
    assert tables.fingerprint() != before


@pytest.mark.parametrize("column", ["event_id", "occurred_at"])
def test_rows_without_a_key_are_refused(tmp_path: Path, column: str) -> None:
    with pytest.raises(ContractViolation, match=f"rows for events need a {column}"):
        Tables(tmp_path).upsert("events", events(event("a") | {column: None}))


def bad_row(row: int, value: str) -> dict[str, object]:
    return {
        "table": "pois",
        "file": "pois.csv",
        "row": row,
        "column": "latitude",
        "rule": "type",
        "value": value,
        "raw": f'{{"latitude":"{value}"}}',
        "broken": "latitude:type",
        "ingested_at": datetime.now(UTC),
    }


def test_a_bad_row_of_the_same_content_is_quarantined_once(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    tables.quarantine(pl.DataFrame([bad_row(1, "x"), bad_row(2, "x")]))
    first = tables.quarantined()
    again = tables.quarantine(pl.DataFrame([bad_row(1, "x"), bad_row(2, "other")]))
    assert again == Upserted(new=1, changed=0, known=1)
    assert tables.quarantined().height == 3
    assert tables.quarantined()["ingested_at"].min() == first["ingested_at"].min()


def test_the_quarantine_is_no_part_of_the_fingerprint(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    before = tables.fingerprint()
    tables.quarantine(pl.DataFrame([bad_row(1, "x")]))
    assert tables.fingerprint() == before


@pytest.mark.parametrize("damage", ["cut", "scramble", "remove"])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a"), event("b", days=9)))
    path = next((tmp_path / "tables" / "events").glob("2025-02*.parquet"))
    content = path.read_bytes()
    if damage == "remove":
        path.unlink()
    else:
        path.write_bytes(content[:40] if damage == "cut" else b"?" * len(content))
    with pytest.raises(StoreUnavailable, match=rf"{path.name} is missing or damaged; restore"):
        tables.read("events")
    if damage != "scramble":  # a lazy reader would find out too late to name the file
        with pytest.raises(StoreUnavailable, match=rf"{path.name} is missing or damaged"):
            tables.scan("events")


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a")))
    (tmp_path / "tables" / "events" / "manifest.json").write_text("{")
    with pytest.raises(StoreUnavailable, match=r"manifest\.json is missing or damaged"):
        tables.read("events")


WRITER = """
import os, signal, sys
from pathlib import Path
import polars as pl
from butler.stores.tables import Tables

home, rows, fatal = Path(sys.argv[1]), pl.read_parquet(sys.argv[2]), int(sys.argv[3])
replace, calls = os.replace, 0

def dying(source, target):
    global calls
    calls += 1
    if calls == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)

os.replace = dying
Tables(home).upsert("events", rows)
"""


def write_in_another_process(home: Path, rows: pl.DataFrame, fatal: int) -> int:
    """Upsert the rows in a process that kills itself at its `fatal`-th rename; its exit code."""
    source = home / "rows.parquet"
    rows.write_parquet(source)
    script = [sys.executable, "-c", textwrap.dedent(WRITER), str(home), str(source), str(fatal)]
    return subprocess.run(script, check=False, timeout=60).returncode


@pytest.mark.parametrize("fatal", [1, 2, 3, 4])
def test_a_write_killed_at_any_step_leaves_the_old_state_or_the_new(
    tmp_path: Path, fatal: int
) -> None:
    """Three months and the manifest are four renames; a fifth never happens."""
    tables = Tables(tmp_path)
    tables.upsert("events", events(event("a"), event("b", days=10)))
    before = tables.fingerprint()
    rows = events(*(event(f"new{days}", days=days) for days in (0, 10, 40)))
    assert write_in_another_process(tmp_path, rows, fatal) == -signal.SIGKILL
    assert tables.fingerprint() == before
    assert sorted(tables.read("events")[C.EVENT]) == ["a", "b"]
    assert tables.upsert("events", rows) == Upserted(new=3, changed=0, known=0)
    assert tables.read("events").height == 5
    assert not list((tmp_path / "tables" / "events").glob(".*.tmp"))


def test_a_write_that_is_not_killed_is_there_for_other_processes(tmp_path: Path) -> None:
    assert write_in_another_process(tmp_path, events(event("a")), fatal=99) == 0
    assert Tables(tmp_path).read("events").height == 1


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    """The second waits, then says so; when the first is killed its lock is gone."""
    tables = Tables(tmp_path, patience_seconds=0.2)
    (tmp_path / "tables").mkdir()
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "tables" / ".lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreUnavailable, match="another process has been writing"):
            tables.upsert("events", events(event("a")))
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert tables.upsert("events", events(event("a"))).new == 1
