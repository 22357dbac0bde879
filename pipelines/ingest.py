"""Bring a dataset into the history: read, judge, quarantine, store.

All streams are judged before any is stored. Reading the same files again changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from prefect import flow

from butler.columns import SCHEMAS, C
from butler.datasets import find_table, read_table
from butler.errors import ContractViolation
from butler.settings import Settings
from butler.stores.tables import Tables, Upserted
from data_contracts.report import EXAMPLES, Report, write_page
from data_contracts.validate import Validated, validate

__all__ = ["Report", "contracts_page", "ingest", "ingest_frame"]


@dataclass(frozen=True, slots=True)
class Stream:
    """One table of a dataset, after it was judged."""

    table: str
    file: str
    rows: Validated


@flow(name="ingest", log_prints=False)
def ingest(
    data: Path, home: Path | None = None, bad_rows: float | None = None
) -> dict[str, Report]:
    """Bring the dataset in the folder `data` into the history of `home`; a Report per table.

    `bad_rows` is the share of bad rows in a stream that is still put up with; more of them, a
    missing column or an unreadable file raise ContractViolation before anything is stored
    (bad rows are quarantined nevertheless). What is not given comes from the settings.
    """
    settings = Settings()
    home = home or settings.home
    bad_rows = settings.bad_rows if bad_rows is None else bad_rows
    at = datetime.now(UTC)
    tables = Tables(home)
    frames = read_dataset(data)
    streams = judge(frames, tables, at)
    bad = quarantine(streams, tables)
    page = contracts_page(home)
    if refusal := too_many_bad_rows(streams, bad_rows):
        write_page(page, [_report(stream) for stream in streams], bad, at, refusal)
        raise ContractViolation(refusal)
    reports = [_report(stream, store(stream, tables)) for stream in streams]
    write_page(page, reports, bad, at)
    return {report.table: report for report in reports}


def ingest_frame(
    table: str, frame: pl.DataFrame, file: str, tables: Tables, bad_rows: float
) -> Report:
    """The same for rows that are already in memory; `file` names their source in messages."""
    stream = Stream(table, file, validate(table, frame, file, known_pois(tables)))
    quarantine([stream], tables)
    if refusal := too_many_bad_rows([stream], bad_rows):
        raise ContractViolation(refusal)
    return _report(stream, store(stream, tables))


def contracts_page(home: Path) -> Path:
    """The HTML report of the last run."""
    return home / "reports" / "contracts.html"


def read_dataset(data: Path) -> dict[str, tuple[str, pl.DataFrame]]:
    """Table -> its file and its rows as they were written."""
    frames = {}
    for table in SCHEMAS:
        frame = read_table(data, table)
        if frame is not None:
            frames[table] = (str(find_table(data, table)), frame)
    return frames


def judge(
    frames: dict[str, tuple[str, pl.DataFrame]], tables: Tables, at: datetime
) -> list[Stream]:
    """Validate every stream; places first, because other streams name them."""
    streams: list[Stream] = []
    known = known_pois(tables)
    for table, (file, frame) in frames.items():
        stream = Stream(table, file, validate(table, frame, file, known, at))
        streams.append(stream)
        if table == "pois":
            known = pl.concat([known, stream.rows.accepted[C.POI]])
    return streams


def known_pois(tables: Tables) -> pl.Series:
    """The ids of all places in the history."""
    return tables.read("pois")[C.POI]


def quarantine(streams: list[Stream], tables: Tables) -> pl.DataFrame:
    """Keep the bad rows; returns those of this run."""
    bad = pl.concat([stream.rows.quarantined for stream in streams])
    tables.quarantine(bad)
    return bad


def store(stream: Stream, tables: Tables) -> Upserted:
    return tables.upsert(stream.table, stream.rows.accepted)


def too_many_bad_rows(streams: list[Stream], share: float) -> str:
    """Why the run must stop: a sentence for each stream with too many bad rows, or ""."""
    return "\n".join(
        _refusal(stream, share)
        for stream in streams
        if stream.rows.quarantined.height > share * stream.rows.read
    )


def _refusal(stream: Stream, share: float) -> str:
    bad, read = stream.rows.quarantined, stream.rows.read
    by_rule = bad.group_by("column", "rule").len().sort("len", "column", descending=[True, False])
    rules = [_rule_line(bad, *row) for row in by_rule.iter_rows()]
    return (
        f"{stream.file}: {bad.height:,} of {read:,} rows break the contract of {stream.table} "
        f"({bad.height / read:.1%}, allowed {share:.1%})\n"
        + "\n".join(rules)
        + "\n  Nothing was stored; the bad rows are in the quarantine. Correct the file, or raise "
        "BUTLER_BAD_ROWS."
    )


def _rule_line(bad: pl.DataFrame, column: str, rule: str, count: int) -> str:
    few = bad.filter((pl.col("column") == column) & (pl.col("rule") == rule)).head(EXAMPLES)
    examples = ", ".join(
        f"row {row}: {_short(value)}" for row, value in few.select("row", "value").iter_rows()
    )
    return f"  column {column}, rule {rule}: {count:,} rows, for example {examples}"


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    return repr(value if len(value) <= 80 else value[:77] + "...")


def _report(stream: Stream, stored: Upserted | None = None) -> Report:
    stored = stored or Upserted(0, 0, 0)
    return Report(
        table=stream.table,
        file=stream.file,
        read=stream.rows.read,
        accepted=stream.rows.accepted.height,
        new=stored.new,
        changed=stored.changed,
        known=stored.known,
        quarantined=stream.rows.quarantined.height,
    )
