"""The contract of each stream: what it accepts, what it refuses, and that nothing gets lost."""

from pathlib import Path

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from butler.columns import EVENT_TYPES, SCHEMAS, C
from butler.errors import ContractViolation
from butler.stores.tables import QUARANTINE_COLUMNS
from data_contracts.validate import STRUCTURAL_RULES, suite, validate
from tests.contracts.streams import BREACHES, GOOD, KNOWN_POIS, NOW, frame

STREAMS = tuple(SCHEMAS)
README = Path(__file__).parents[2] / "data_contracts" / "README.md"


def rules(stream: str) -> set[tuple[str, str]]:
    """(column, rule) of the stream's suite."""
    return {
        (e["meta"].get("about") or e["kwargs"]["column"], e["meta"]["rule"])
        if "column" in e["kwargs"]
        else (e["meta"]["about"], e["meta"]["rule"])
        for e in suite(stream)["expectations"]
    }


@pytest.mark.parametrize("stream", STREAMS)
def test_a_good_row_is_accepted_in_the_schema_s_types(stream: str) -> None:
    result = validate(stream, frame(stream, {}), "file", KNOWN_POIS, NOW)
    assert result.quarantined.is_empty()
    assert result.accepted.schema == pl.DataFrame(schema=SCHEMAS[stream].columns).schema
    assert result.accepted.height == 1
    assert None not in result.accepted.row(0)


@pytest.mark.parametrize("stream", STREAMS)
def test_what_is_optional_may_be_absent(stream: str) -> None:
    required = frame(stream, {}).select(SCHEMAS[stream].required)
    if stream == "bookings":
        required = required.with_columns(status=pl.lit("confirmed"))
    if stream == "events":
        required = required.with_columns(event_type=pl.lit("visit"))
    assert validate(stream, required, "file", KNOWN_POIS, NOW).quarantined.is_empty()


@pytest.mark.parametrize("stream", STREAMS)
def test_every_broken_rule_is_named_with_its_column_and_value(stream: str) -> None:
    """All breaches of a stream in one frame, each in a row of its own, a good row at the end."""
    cases = [case for case in BREACHES if case[0] == stream]
    rows = frame(stream, *(_distinct(stream, n) | case[3] for n, case in enumerate(cases)), {})
    result = validate(stream, rows, "in.csv", KNOWN_POIS, NOW)
    assert result.accepted.height == 1
    assert result.quarantined["row"].to_list() == list(range(1, len(cases) + 1))
    for (_, column, rule, change), bad in zip(
        cases, result.quarantined.iter_rows(named=True), strict=True
    ):
        assert f"{column}:{rule}" in bad["broken"].split(";"), (change, bad["broken"])
        if (bad["column"], bad["rule"]) == (column, rule) and column in change:
            assert bad["value"] == change[column]
        assert change.items() <= orjson.loads(bad["raw"]).items()
        assert bad["file"] == "in.csv"


def _distinct(stream: str, number: int) -> dict[str, str | None]:
    """Another key, so that rows do not break `unique_key` besides."""
    key = SCHEMAS[stream].key[-1]
    if stream == "weather":
        return {"issued_at": f"2025-06-01T06:00:{number:02d}Z"}
    return {} if key == "poi_id" and stream != "pois" else {key: f"other{number}"}


@pytest.mark.parametrize("stream", STREAMS)
def test_every_rule_of_a_suite_has_a_case_that_breaks_it(stream: str) -> None:
    broken = {(column, rule) for name, column, rule, _ in BREACHES if name == stream}
    assert rules(stream) <= broken


def test_a_row_that_breaks_several_rules_says_so_in_one_row() -> None:
    bad = frame("pois", {"latitude": "95", "category": "Beach", "capacity": "many"})
    result = validate("pois", bad, "file", now=NOW)
    assert result.quarantined.height == 1
    assert result.quarantined["broken"].item() == (
        "capacity:type;category:category_pattern;latitude:latitude_range"
    )
    assert result.quarantined.select("column", "rule", "value").row(0) == (
        "capacity",
        "type",
        "many",
    )


def test_of_rows_with_one_key_the_first_good_one_is_accepted() -> None:
    rows = frame(
        "pois", {"latitude": "95"}, {"name": "First"}, {"name": "Second"}, {"name": "First"}
    )
    result = validate("pois", rows, "file", now=NOW)
    assert result.accepted[C.NAME].to_list() == ["First"]
    assert result.quarantined.select("row", "rule").rows() == [
        (1, "latitude_range"),
        (3, "unique_key"),
        (4, "unique_key"),
    ]


def test_a_forecast_and_a_later_observation_of_one_hour_are_both_accepted() -> None:
    rows = frame("weather", {}, {"valid_at": "2025-05-01", "issued_at": "2025-05-02"})
    assert validate("weather", rows, "file", now=NOW).accepted.height == 2


def test_columns_we_do_not_know_are_kept_in_the_raw_row_only() -> None:
    rows = frame("pois", {}, {"poi_id": "b", "latitude": "x"}).with_columns(colour=pl.lit("blue"))
    result = validate("pois", rows, "file", now=NOW)
    assert "colour" not in result.accepted.columns
    assert orjson.loads(result.quarantined["raw"].item())["colour"] == "blue"


def test_a_missing_required_column_is_named_with_its_file() -> None:
    with pytest.raises(ContractViolation, match=r"feed\.csv: column longitude is missing"):
        validate("pois", frame("pois", {}).drop("longitude"), "feed.csv")


def test_a_large_stream_is_judged_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever chunk a row falls into, it keeps its number, and keys are compared across all."""
    monkeypatch.setattr("data_contracts.validate._CHUNK", 2)
    rows = frame(
        "pois",
        {"poi_id": "a"},
        {"poi_id": "b"},
        {"poi_id": "c"},
        {"latitude": "95"},
        {"poi_id": "a"},
    )
    result = validate("pois", rows, "file", now=NOW)
    assert result.accepted[C.POI].to_list() == ["a", "b", "c"]
    assert result.quarantined.select("row", "rule").rows() == [
        (4, "latitude_range"),
        (5, "unique_key"),
    ]


def test_no_rows_are_no_trouble() -> None:
    for stream in STREAMS:
        result = validate(stream, frame(stream, {}).clear(), "file", KNOWN_POIS, NOW)
        assert result.read == 0
        assert result.quarantined.schema == pl.DataFrame(schema=QUARANTINE_COLUMNS).schema


VALUES = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "nan", "inf", "-1", "0", "1", "2.5", "1e400", "9" * 30, "null"]),
    st.sampled_from(["2025-01-01", "2025-01-01T10:00", "9999-12-31T23:59:59Z", "0001-01-01"]),
    st.sampled_from([*EVENT_TYPES, "cala", "cancelled", "confirmed", "EUR", "nature/cove"]),
    st.sampled_from(["{}", "[]", "[{}]", "[1]", '{"es": 1}', "[", "\ud7ff", "Mo-Fr", "24/7"]),
    st.text(max_size=8),
)


@pytest.mark.parametrize("stream", STREAMS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_accepted_and_quarantined_are_what_was_read(stream: str, data: st.DataObject) -> None:
    """Whatever is in the file: no row is lost, none is on both sides."""
    row = st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD[stream], VALUES))
    rows = frame(stream, *data.draw(st.lists(row, max_size=8)))
    result = validate(stream, rows, "file", KNOWN_POIS, NOW)
    assert result.accepted.height + result.quarantined.height == rows.height
    assert result.quarantined["row"].is_unique().all()
    assert result.quarantined["row"].is_between(1, max(rows.height, 1)).all()
    assert not result.accepted.select(pl.struct(SCHEMAS[stream].key)).is_duplicated().any()


@pytest.mark.parametrize("stream", STREAMS)
def test_every_column_and_rule_is_documented(stream: str) -> None:
    section = README.read_text().split(f"\n## {stream}\n")[1].split("\n## ")[0]
    for column in SCHEMAS[stream].columns:
        assert f"| `{column}` |" in section, f"{column} has no row in {README.name}"
    for _, rule in rules(stream):
        assert f"`{rule}`" in section, f"{rule} is not explained in {README.name}"


def test_the_structural_rules_are_documented() -> None:
    for rule in STRUCTURAL_RULES:
        assert f"`{rule}`" in README.read_text()
