"""A dataset enters the history as a whole, once, or not at all."""

from pathlib import Path

import polars as pl
import pytest

from butler.columns import C
from butler.errors import ContractViolation
from butler.stores.tables import Tables
from pipelines.ingest import Report, contracts_page, ingest_frame
from pipelines.ingest import ingest as ingest_flow
from tests.contracts.streams import frame

Changes = dict[str, str | None]


def ingest(data: Path, home: Path, bad_rows: float = 0.5) -> dict[str, Report]:
    """The flow's body, without the engine around it."""
    return ingest_flow.fn(data, home, bad_rows)


def event(number: int, **other: str | None) -> Changes:
    return {"event_id": f"e{number}", **other}


def dataset(folder: Path, **tables: list[Changes]) -> Path:
    """A dataset of CSV files: one good place, three events, and what else is asked for."""
    folder.mkdir(exist_ok=True)
    default: dict[str, list[Changes]] = {"pois": [{}], "events": [event(n) for n in range(3)]}
    for table, changes in (default | tables).items():
        frame(table, *changes).write_csv(folder / f"{table}.csv")
    return folder


def test_good_rows_enter_the_history_and_bad_rows_the_quarantine(tmp_path: Path) -> None:
    data = dataset(
        tmp_path / "data", events=[event(1), event(2, value="9"), event(3)], weather=[{}]
    )
    reports = ingest(data, tmp_path)
    file = str(data / "events.csv")
    assert reports["events"] == Report(
        table="events", file=file, read=3, accepted=2, new=2, changed=0, known=0, quarantined=1
    )
    assert list(reports) == ["pois", "events", "weather"]
    tables = Tables(tmp_path)
    assert sorted(tables.read("events")[C.EVENT]) == ["e1", "e3"]
    bad = tables.quarantined().select("table", "file", "row", "column", "rule", "value")
    assert bad.rows() == [("events", file, 2, "value", "rating_range", "9")]


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data", events=[event(1), event(2, value="9")], weather=[{}])
    ingest(data, tmp_path)
    tables = Tables(tmp_path)
    before, bad = tables.fingerprint(), tables.quarantined()
    again = ingest(data, tmp_path)
    assert [(r.new, r.changed, r.known) for r in again.values()] == [(0, 0, 1)] * 3
    assert tables.fingerprint() == before
    assert tables.quarantined().equals(bad)


def test_what_was_asked_is_part_of_a_dataset_that_has_it(tmp_path: Path) -> None:
    """The first telling of a request stays; a dataset without the table is one as well."""
    ingest(dataset(tmp_path / "without"), tmp_path)
    tables = Tables(tmp_path)
    assert tables.read("requests").is_empty()
    asked = [{"request_id": "r1"}, {"request_id": "r2", "party": "crowd"}, {"request_id": "r3"}]
    reports = ingest(dataset(tmp_path / "with", requests=asked), tmp_path)
    assert (reports["requests"].new, reports["requests"].quarantined) == (2, 1)
    again = ingest(
        dataset(tmp_path / "later", requests=[{"request_id": "r1", "budget": "4"}]), tmp_path
    )
    assert (again["requests"].changed, again["requests"].known) == (0, 1)
    assert tables.read("requests").select(C.REQUEST, C.BUDGET).rows() == [("r1", 2), ("r3", 2)]
    assert [path.name[:7] for path in (tables.folder / "requests").glob("*.parquet")] == ["2025-05"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_pieces_of_a_file_are_judged_as_the_whole(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a key that two pieces have: the first good row of the file is accepted."""
    twice = [event(1), event(2, value="9"), event(3, latitude="99"), event(4), event(3), event(5)]
    twice += [event(1, value="2"), event(3, value="3"), event(7), event(7), event(7, value="4")]
    data = dataset(tmp_path / "data", events=twice)
    if kind == "parquet":
        pl.read_csv(data / "events.csv", infer_schema=False).write_parquet(data / "events.parquet")
        (data / "events.csv").unlink()
    whole = ingest(data, tmp_path / "whole", bad_rows=0.6)
    monkeypatch.setattr("pipelines.ingest.PIECE", 3)
    pieces = ingest(data, tmp_path / "pieces", bad_rows=0.6)
    assert pieces == whole
    assert (whole["events"].accepted, whole["events"].quarantined) == (5, 6)
    one, other = Tables(tmp_path / "whole"), Tables(tmp_path / "pieces")
    assert other.fingerprint() == one.fingerprint()
    bad = [t.quarantined().drop("ingested_at").sort("row") for t in (one, other)]
    assert bad[1].equals(bad[0])


def test_what_does_not_say_when_it_was_known_was_known_when_it_occurred(tmp_path: Path) -> None:
    ingest(dataset(tmp_path / "data", events=[event(1, known_at=None)]), tmp_path)
    stored = Tables(tmp_path).read("events")
    assert stored[C.KNOWN_AT].to_list() == stored[C.OCCURRED_AT].to_list()


def test_events_may_name_places_of_this_dataset_or_of_the_history(tmp_path: Path) -> None:
    ingest(dataset(tmp_path / "first"), tmp_path)
    second = dataset(
        tmp_path / "second",
        pois=[{"poi_id": "castle"}],
        events=[
            event(4, poi_id="castle"),
            event(5, poi_id="cala"),
            event(6, poi_id="nowhere"),
        ],
    )
    assert ingest(second, tmp_path)["events"].accepted == 2
    assert Tables(tmp_path).quarantined()["rule"].to_list() == ["known_poi"]


def test_too_many_bad_rows_stop_the_run_before_anything_is_stored(tmp_path: Path) -> None:
    """Places are judged first and are good; they stay outside nevertheless."""
    data = dataset(
        tmp_path / "data",
        events=[
            *(event(n, latitude=str(91 + n)) for n in range(4)),
            event(4, event_type="like"),
            event(5),
        ],
    )
    with pytest.raises(ContractViolation) as stopped:
        ingest(data, tmp_path, bad_rows=0.8)
    assert str(stopped.value).splitlines() == [
        f"{data / 'events.csv'}: 5 of 6 rows break the contract of events (83.3%, allowed 80.0%)",
        "  column latitude, rule latitude_range: 4 rows, for example row 1: '91', row 2: '92', "
        "row 3: '93'",
        "  column event_type, rule known_event_type: 1 rows, for example row 5: 'like'",
        "  Nothing was stored; the bad rows are in the quarantine. Correct the file, or raise "
        "BUTLER_BAD_ROWS.",
    ]
    tables = Tables(tmp_path)
    assert tables.read("pois").is_empty()
    assert tables.read("events").is_empty()
    assert tables.quarantined().height == 5
    assert "Refused" in contracts_page(tmp_path).read_text()


def test_as_many_bad_rows_as_allowed_do_not_stop_the_run(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data", events=[event(1), event(2, value="9")])
    assert ingest(data, tmp_path, bad_rows=0.5)["events"].quarantined == 1


def test_a_missing_column_stops_the_run_before_anything_is_stored(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data")
    frame("events", {}).drop("user_id").write_csv(data / "events.csv")
    with pytest.raises(ContractViolation, match=r"events\.csv: column user_id is missing"):
        ingest(data, tmp_path)
    assert Tables(tmp_path).read("pois").is_empty()


def test_an_unreadable_file_stops_the_run_before_anything_is_stored(tmp_path: Path) -> None:
    data = dataset(tmp_path / "data")
    (data / "weather.parquet").write_bytes(b"wet")
    with pytest.raises(ContractViolation, match=r"weather\.parquet cannot be read as parquet"):
        ingest(data, tmp_path)
    assert Tables(tmp_path).read("pois").is_empty()


def test_the_page_shows_the_last_run_and_escapes_what_was_in_the_file(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    data = dataset(tmp_path / "data", events=[event(1), event(2, event_type=attack)])
    ingest(data, tmp_path)
    page = contracts_page(tmp_path).read_text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<td>known_event_type</td><td>event_type</td>" in page
    assert "event_type is one of the eight types.</td><td>1</td>" in page
    assert "src=" not in page
    assert "href=" not in page


def test_rows_in_memory_take_the_same_way(tmp_path: Path) -> None:
    ingest(dataset(tmp_path / "data"), tmp_path)
    tables = Tables(tmp_path)
    rows = frame("events", event(7), event(8, poi_id="nowhere"), event(1))
    report = ingest_frame("events", rows, "feedback", tables, bad_rows=0.5)
    assert (report.read, report.new, report.known, report.quarantined) == (3, 1, 1, 1)
    assert tables.quarantined().select("file", "row", "rule").rows() == [
        ("feedback", 2, "known_poi")
    ]
    with pytest.raises(ContractViolation, match="feedback: 1 of 3 rows break the contract"):
        ingest_frame("events", rows, "feedback", tables, bad_rows=0.1)


def test_typed_rows_in_memory_are_judged_like_text(tmp_path: Path) -> None:
    ingest(dataset(tmp_path / "data"), tmp_path)
    tables = Tables(tmp_path)
    rows = tables.read("events").with_columns((pl.col(C.EVENT) + "x").alias(C.EVENT))
    assert ingest_frame("events", rows, "memory", tables, bad_rows=0).new == 3
