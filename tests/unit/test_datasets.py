"""Reading and writing a dataset's tables."""

import gzip
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

from butler.columns import SCHEMAS, C
from butler.datasets import clean, read_table, typed, write_table
from butler.errors import Conflict, ContractViolation

HEAD = "poi_id,name,category,latitude,longitude"
ROW = "a,Cala,nature/cove,38.5,0.2"
JSON_ROW = (
    '{"poi_id": 7, "name": "Cala", "names": {"es": "Cala", "en": "Cove"}, "latitude": 38.5, '
    '"longitude": 0.2, "category": "nature/cove", "tags": ["sand", "dogs"], "accessible": true}'
)


def pois(folder: Path) -> pl.DataFrame:
    frame = read_table(folder, "pois")
    assert frame is not None
    return frame


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_text_comes_back_as_it_was_written(tmp_path: Path, suffix: str) -> None:
    """Values that do not fit their column are still there, for the contract to judge."""
    data = f"{HEAD},colour\n{ROW},blue\nb,,x,high,0.2,\n".encode()
    (tmp_path / f"pois{suffix}").write_bytes(gzip.compress(data) if suffix == ".csv.gz" else data)
    frame = pois(tmp_path)
    assert frame["latitude"].to_list() == ["38.5", "high"]
    assert frame["name"].to_list() == ["Cala", None]
    assert frame["colour"].to_list() == ["blue", None]


def test_nested_values_of_json_lines_become_text(tmp_path: Path) -> None:
    (tmp_path / "pois.jsonl").write_text(JSON_ROW + "\n")
    row = typed("pois", pois(tmp_path)).row(0, named=True)
    assert row[C.NAMES] == '{"es": "Cala", "en": "Cove"}'
    assert row[C.TAGS] == "sand;dogs"
    assert (row[C.POI], row[C.LATITUDE], row[C.ACCESSIBLE]) == ("7", 38.5, True)


def test_nested_values_of_parquet_become_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "poi_id": [1, 2],
            "name": ["a", "b"],
            "names": [{"es": "a", "en": None}, {"es": "b", "en": "c"}],
            "category": ["x/y", "x/y"],
            "latitude": [float("nan"), 2.0],
            "longitude": [1.0, 2.0],
            "tags": [["sand", "dogs"], []],
        }
    )
    frame.write_parquet(tmp_path / "pois.parquet")
    read = pois(tmp_path)
    assert read[C.NAMES].to_list() == ['{"es":"a"}', '{"es":"b","en":"c"}']
    assert read[C.TAGS].to_list() == ["sand;dogs", None]
    assert read[C.LATITUDE].to_list() == [None, 2.0]


def test_an_optional_table_may_be_absent(tmp_path: Path) -> None:
    assert read_table(tmp_path, "weather") is None


def test_a_required_table_may_not_be_absent(tmp_path: Path) -> None:
    with pytest.raises(ContractViolation, match=r"table events is missing; expected events\.par"):
        read_table(tmp_path, "events")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractViolation, match="nowhere is not a folder"):
        read_table(tmp_path / "nowhere", "pois")


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pois.csv").write_text(f"{HEAD}\n{ROW}\n")
    (tmp_path / "pois.jsonl").write_text(JSON_ROW)
    with pytest.raises(ContractViolation, match=r"pois\.csv and pois\.jsonl both hold"):
        read_table(tmp_path, "pois")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pois.csv", f"poi_id,name,category,latitude\n{ROW}\n".replace(",0.2", "")),
        ("pois.jsonl", '{"poi_id":1,"name":"a","category":"x/y","latitude":1}'),
    ],
)
def test_a_missing_required_column_is_named_with_its_file(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ContractViolation, match=rf"{name}: column longitude is missing; found poi"):
        read_table(tmp_path, "pois")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pois.parquet", b"PAR1 but not really"),
        ("pois.csv", b""),
        ("pois.csv", f"{HEAD}\n{ROW},more,than,the,header\n".encode()),
        ("pois.csv", HEAD.encode() + b"\n\xff\xfe,a,x/y,1,2\n"),
        ("pois.csv.gz", gzip.compress(f"{HEAD}\n{ROW}\n".encode() * 99, mtime=0)[:60]),
        ("pois.jsonl", f"{JSON_ROW}\nnot json\n".encode()),
        ("pois.jsonl", f"{JSON_ROW}\n{JSON_ROW[:40]}".encode()),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContractViolation, match=rf"{name} cannot be read"):
        read_table(tmp_path, "pois")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012-04-14", datetime(2012, 4, 14, tzinfo=UTC)),
        ("2012-04-14 01:11:00", datetime(2012, 4, 14, 1, 11, tzinfo=UTC)),
        ("2012-04-14T01:11", datetime(2012, 4, 14, 1, 11, tzinfo=UTC)),
        ("2012-04-14T01:11Z", datetime(2012, 4, 14, 1, 11, tzinfo=UTC)),
        ("2012-11-09 21:54:47+00:00", datetime(2012, 11, 9, 21, 54, 47, tzinfo=UTC)),
        ("2012-04-14T01:11:00.5-05:00", datetime(2012, 4, 14, 6, 11, 0, 500_000, UTC)),
        ("1352498087", None),
        ("2012-13-01", None),
        ("yesterday", None),
    ],
)
def test_times_are_iso_8601_and_utc_unless_they_say_otherwise(
    text: str, expected: datetime | None
) -> None:
    frame = typed("events", clean(pl.DataFrame({C.OCCURRED_AT: [text]})))
    assert frame[C.OCCURRED_AT].to_list() == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2012, 4, 14, 1), datetime(2012, 4, 14, 1, tzinfo=UTC)),
        (date(2012, 4, 14), datetime(2012, 4, 14, tzinfo=UTC)),
        (
            datetime(2012, 4, 14, 1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2012, 4, 13, 23, tzinfo=UTC),
        ),
        (1352498087, None),
    ],
)
def test_a_number_is_never_a_time(value: object, expected: datetime | None) -> None:
    """Seconds or milliseconds, of which epoch? A number does not say."""
    frame = typed("events", pl.DataFrame({C.OCCURRED_AT: [value]}))
    assert frame[C.OCCURRED_AT].to_list() == [expected]


def test_whole_numbers_may_be_written_with_a_point_but_not_be_broken() -> None:
    texts = pl.DataFrame({C.CAPACITY: ["3", "3.0", "2.5", "many", None, " ", "99999999999"]})
    expected = [3, 3, None, None, None, None, None]
    assert typed("pois", clean(texts))[C.CAPACITY].to_list() == expected
    numbers = pl.DataFrame({C.CAPACITY: [3.0, 2.5, float("nan"), float("inf")]})
    assert typed("pois", clean(numbers))[C.CAPACITY].to_list() == [3, None, None, None]


def test_yes_and_no_may_be_written_in_several_ways() -> None:
    texts = pl.DataFrame({C.ACCESSIBLE: ["True", "yes", "1", "1.0", "false", "NO", "0", "maybe"]})
    expected = [True, True, True, True, False, False, False, None]
    assert typed("pois", clean(texts))[C.ACCESSIBLE].to_list() == expected


def test_infinity_is_no_measurement() -> None:
    assert typed("pois", pl.DataFrame({C.LATITUDE: ["inf", "1e1"]}))[C.LATITUDE].to_list() == [
        None,
        10.0,
    ]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"poi_id": ["a"], "name": ["A"], "category": ["x/y"], "latitude": [1.0], "longitude": [2]}
    )
    write_table(tmp_path, "pois", frame)
    read = pois(tmp_path)
    assert dict(read.schema) == {
        name: dtype if isinstance(dtype, pl.DataType) else dtype()
        for name, dtype in SCHEMAS["pois"].columns.items()
    }
    assert read.select(frame.columns).rows() == [("a", "A", "x/y", 1.0, 2.0)]
    assert [path.name for path in tmp_path.iterdir()] == ["pois.parquet"]


def test_a_value_that_does_not_fit_is_not_written_away(tmp_path: Path) -> None:
    frame = pl.DataFrame({"poi_id": ["a"], "latitude": ["north"]})
    with pytest.raises(ContractViolation, match=r"pois\.parquet: a value of latitude is not Float"):
        write_table(tmp_path, "pois", frame)
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_not_written_beside_its_other_format(tmp_path: Path) -> None:
    (tmp_path / "pois.csv").write_text(f"{HEAD}\n{ROW}\n")
    with pytest.raises(Conflict, match=r"pois\.csv already holds the table pois"):
        write_table(tmp_path, "pois", pl.DataFrame({"poi_id": ["a"]}))
