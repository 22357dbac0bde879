"""Split a table as it was read into the rows that keep its contract and those that do not.

A row is judged in this order: every value fits its column's type; the suite in `<table>.json`
(Great Expectations); the place it names is known; no earlier good row has its key. Each row ends
up on exactly one side: `accepted.height + quarantined.height == frame.height`.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from butler.columns import SCHEMAS, C
from butler.datasets import clean, typed
from butler.errors import ContractViolation
from butler.stores.tables import QUARANTINE_COLUMNS
from data_contracts.crossings import with_crossings

SUITES = Path(__file__).parent
STRUCTURAL_RULES = {
    "type": "the value can be read as its column's type.",
    "known_poi": "poi_id is in pois, of this dataset or of the history.",
    "unique_key": "no earlier good row of the file has the same key.",
}
NAMES_A_POI = ("events", "bookings")
_CHUNK = 1_000_000  # rows judged at a time: pandas needs several times a frame's memory
_ROW = "_row"
_BREACH = {_ROW: pl.Int64, "column": pl.String, "rule": pl.String}


@dataclass(frozen=True, slots=True)
class Validated:
    """`accepted` is typed by the table's schema, `quarantined` has QUARANTINE_COLUMNS."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame

    @property
    def read(self) -> int:
        return self.accepted.height + self.quarantined.height


def validate(
    table: str,
    frame: pl.DataFrame,
    file: str,
    known_pois: pl.Series | None = None,
    now: datetime | None = None,
    first: int = 0,
    taken: pl.DataFrame | None = None,
) -> Validated:
    """Judge every row of `frame`, which is as `read_table` gives it.

    Of a file that is judged piece by piece, `first` rows came before, and `taken` are keys of good
    ones among them. `known_pois` are the ids a row may name; None leaves that rule out. A missing required
    column raises ContractViolation.
    """
    for column in SCHEMAS[table].required:
        if column not in frame.columns:
            raise ContractViolation(f"{file}: column {column} is missing")
    now = now or datetime.now(UTC)
    raw = clean(frame)
    rows = typed(table, raw)
    breaches = [_type_breaches(raw, rows), _suite_breaches(table, rows, now)]
    if known_pois is not None and table in NAMES_A_POI:
        breaches.append(_unknown_pois(rows, known_pois))
    bad = pl.concat(breaches).sort(_ROW, maintain_order=True)
    bad = pl.concat([bad, _repeated_keys(table, rows, bad[_ROW], taken)])
    good = ~pl.int_range(rows.height, eager=True).is_in(bad[_ROW].implode())
    quarantined = _quarantine(table, raw, bad, file, now)
    return Validated(rows.filter(good), quarantined.with_columns(pl.col("row") + first))


def suite(table: str) -> dict[str, Any]:
    """The table's expectation suite as it is kept: name, expectations, meta."""
    loaded: dict[str, Any] = orjson.loads((SUITES / f"{table}.json").read_bytes())
    return loaded


def _type_breaches(raw: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Values that are there but do not fit their column."""
    found = []
    for name in rows.columns:
        if name in raw.columns:
            lost = (raw[name].is_not_null() & rows[name].is_null()).arg_true()
            found.append(_breaches(lost, name, "type"))
    return pl.concat(found)


def _suite_breaches(table: str, rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    found = [_breaches([], "", "")]
    for start in range(0, rows.height, _CHUNK):
        chunk = with_crossings(table, rows.slice(start, _CHUNK), now)
        for expectation, positions in _unexpected(table, chunk):
            meta = expectation["meta"]
            column = meta.get("about") or expectation["kwargs"]["column"]
            found.append(_breaches([start + at for at in positions], column, meta["rule"]))
    return pl.concat(found)


def _unexpected(table: str, chunk: pl.DataFrame) -> Iterator[tuple[dict[str, Any], list[int]]]:
    """Each expectation of the suite that some rows break, with the positions of those rows."""
    expectations = [e for e in suite(table)["expectations"] if _concerns(e, chunk)]
    columns = {name for e in expectations for name in _columns(e)}
    frame = chunk.select(sorted(columns)).to_pandas()
    for result in _run(suite(table) | {"expectations": expectations}, frame):
        config = result.expectation_config.to_json_dict()
        if "unexpected_index_list" not in result.result and not result.success:
            raise ContractViolation(
                f"data_contracts/{table}.json: {config['type']} on {_columns(config)} cannot be "
                f"evaluated: {result.exception_info}"
            )
        if positions := result.result.get("unexpected_index_list"):
            yield config, positions


def _run(suite_json: dict[str, Any], frame: Any) -> Any:
    """Run a suite over a pandas frame with Great Expectations (imported here: it takes seconds)."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # This module of theirs raises its own logger to INFO, for a line that tells a user nothing.
    logging.getLogger(ProgressBarsConfig.__module__).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("ingestion").add_dataframe_asset(suite_json["name"])
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    result_format = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
    return batch.validate(gx.ExpectationSuite(**suite_json), result_format=result_format).results


def _columns(expectation: dict[str, Any]) -> list[str]:
    kwargs = expectation["kwargs"]
    return [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]


def _concerns(expectation: dict[str, Any], chunk: pl.DataFrame) -> bool:
    """Whether the expectation can find anything: what is never given is only ever `required`."""
    if expectation["type"] == "expect_column_values_to_not_be_null":
        return True
    return all(chunk[name].null_count() < chunk.height for name in _columns(expectation))


def _unknown_pois(rows: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    poi = rows[C.POI]
    unknown = (~poi.is_in(known.unique().implode()) & poi.is_not_null()).arg_true()
    return _breaches(unknown, C.POI, "known_poi")


def _repeated_keys(
    table: str, rows: pl.DataFrame, bad: pl.Series, taken: pl.DataFrame | None
) -> pl.DataFrame:
    key = SCHEMAS[table].key
    good = rows.select(key).with_row_index(_ROW)
    good = good.filter(~pl.col(_ROW).is_in(bad.implode()))
    repeated = good.filter(~pl.struct(key).is_first_distinct())
    if taken is not None:
        earlier = good.join(taken, on=key, how="semi", nulls_equal=True)
        repeated = pl.concat([repeated, earlier]).unique(_ROW).sort(_ROW)
    return _breaches(repeated[_ROW], key[-1], "unique_key")


def _breaches(positions: pl.Series | list[int], column: str, rule: str) -> pl.DataFrame:
    return pl.DataFrame({_ROW: positions}, schema={_ROW: pl.Int64}).with_columns(
        column=pl.lit(column), rule=pl.lit(rule)
    )


def _quarantine(
    table: str, raw: pl.DataFrame, bad: pl.DataFrame, file: str, now: datetime
) -> pl.DataFrame:
    """One row for each bad row: the first rule it broke, all of them, and the row itself."""
    broken = (
        bad.group_by(_ROW, maintain_order=True)
        .agg(
            pl.col("column").first(),
            pl.col("rule").first(),
            pl.format("{}:{}", "column", "rule")
            .unique(maintain_order=True)
            .str.join(";")
            .alias("broken"),
        )
        .sort(_ROW)
    )
    texts = raw[broken[_ROW]].select(pl.all().cast(pl.String, strict=False))
    values = [
        texts[column][at] if column in texts.columns else None
        for at, column in enumerate(broken["column"])
    ]
    return broken.select(
        pl.lit(table).alias("table"),
        pl.lit(file).alias("file"),
        (pl.col(_ROW) + 1).alias("row"),
        "column",
        "rule",
        pl.Series("value", values, dtype=pl.String),
        texts.select(pl.struct(pl.all()).struct.json_encode()).to_series().alias("raw"),
        "broken",
        pl.lit(now).cast(QUARANTINE_COLUMNS["ingested_at"]).alias("ingested_at"),
    )
