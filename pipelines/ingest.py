"""Bring a dataset into the history: read, judge, quarantine, store.

All streams are judged before any is stored. Reading the same files again changes nothing. Large
files are judged piece by piece and stored month by month, so that neither has to fit in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from prefect import flow

from butler.columns import REQUIRED_TABLES, SCHEMAS, C
from butler.datasets import find_table, read_pieces
from butler.errors import ContractViolation
from butler.settings import Settings
from butler.stores.room import full_disk_named
from butler.stores.tables import Tables, Upserted
from data_contracts.report import EXAMPLES, Report, write_page
from data_contracts.validate import Validated, validate
from pipelines.homes import settings_in

__all__ = ["Report", "contracts_page", "ingest", "ingest_frame"]

PIECE = 1_000_000  # rows judged at a time


@dataclass(frozen=True, slots=True)
class Stream:
    """One table of a dataset, after it was judged: good rows (typed, each key once) and bad ones."""

    table: str
    file: str
    read: int
    accepted: pl.LazyFrame
    quarantined: pl.DataFrame


@flow(name="ingest", log_prints=False)
@full_disk_named()
def ingest(
    data: Path, home: Path | None = None, bad_rows: float | None = None
) -> dict[str, Report]:
    """Bring the dataset in the folder `data` into the history of `home`; a Report per table.

    `bad_rows` is the share of bad rows in a stream that is still put up with; more of them, a
    missing column or an unreadable file raise ContractViolation before anything is stored
    (bad rows are quarantined nevertheless). What is not given comes from the settings; without a
    `home` theirs must have been begun (StoreUnavailable).
    """
    settings = Settings() if home else settings_in(None)
    home = home or settings.home
    bad_rows = settings.bad_rows if bad_rows is None else bad_rows
    at = datetime.now(UTC)
    tables = Tables(home)
    with TemporaryDirectory(dir=_made(home), prefix=".ingest-") as folder:
        streams = judge(data, tables, at, Path(folder))
        bad = quarantine(streams, tables)
        page = contracts_page(home)
        if refusal := too_many_bad_rows(streams, bad_rows):
            write_page(page, [_report(stream) for stream in streams], bad, at, refusal)
            raise ContractViolation(refusal)
        reports = [_report(stream, store(stream, tables)) for stream in streams]
    write_page(page, reports, bad, at)
    return {report.table: report for report in reports}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def ingest_frame(
    table: str, frame: pl.DataFrame, file: str, tables: Tables, bad_rows: float
) -> Report:
    """The same for rows that are already in memory; `file` names their source in messages."""
    found = validate(table, frame, file, known_pois(tables))
    stream = Stream(table, file, found.read, found.accepted.lazy(), found.quarantined)
    quarantine([stream], tables)
    if refusal := too_many_bad_rows([stream], bad_rows):
        raise ContractViolation(refusal)
    return _report(stream, store(stream, tables))


def contracts_page(home: Path) -> Path:
    """The HTML report of the last run."""
    return home / "reports" / "contracts.html"


def judge(data: Path, tables: Tables, at: datetime, folder: Path) -> list[Stream]:
    """Validate every stream; places first, because other streams name them. Good rows of a file
    wait in `folder` until all files are judged."""
    streams: list[Stream] = []
    known = known_pois(tables)
    for table in SCHEMAS:
        if find_table(data, table) is None and table not in REQUIRED_TABLES:
            continue
        stream = judged(data, table, known, at, _made(folder / table))
        streams.append(stream)
        if table == "pois":
            known = pl.concat([known, stream.accepted.select(C.POI).collect()[C.POI]])
    return streams


def _pieces(data: Path, table: str) -> Iterator[pl.DataFrame]:
    """What came from files was not in the log of this home, whatever they say."""
    for piece in read_pieces(data, table, PIECE):
        yield piece.drop(C.LOG_SEQ, strict=False)


def judged(data: Path, table: str, known: pl.Series, at: datetime, folder: Path) -> Stream:
    """One table, piece by piece; keys that several pieces have are looked for in the end."""
    file, bad, keys = str(find_table(data, table)), {}, []
    for n, piece in enumerate(_pieces(data, table)):
        found = validate(table, piece, file, known, at, n * PIECE)
        bad[n] = _kept(found, folder / f"{n:06}.parquet")
        keys.append(_hashes(table, found.accepted))
    read = (n * PIECE) + piece.height
    twice = pl.concat(keys)
    twice = twice.filter(twice.is_duplicated()).unique()  # few: those of one piece are gone
    if not twice.is_empty():
        taken = None
        for n, piece in enumerate(_pieces(data, table)):
            if not keys[n].is_in(twice.implode()).any():
                continue
            found = validate(table, piece, file, known, at, n * PIECE, taken)
            bad[n] = _kept(found, folder / f"{n:06}.parquet")
            mine = found.accepted.filter(_hashes(table, found.accepted).is_in(twice.implode()))
            mine = mine.select(SCHEMAS[table].key)
            taken = mine if taken is None else pl.concat([taken, mine])
    accepted = pl.scan_parquet(sorted(folder.glob("*.parquet")))
    return Stream(table, file, read, accepted, pl.concat(bad.values()))


def _kept(found: Validated, path: Path) -> pl.DataFrame:
    """Put the good rows aside; the bad ones."""
    found.accepted.write_parquet(path)
    return found.quarantined


def _hashes(table: str, rows: pl.DataFrame) -> pl.Series:
    """Eight bytes for each row's key: the same for the same key, nearly always others for others."""
    return rows.select(SCHEMAS[table].key).hash_rows(seed=0)


def known_pois(tables: Tables) -> pl.Series:
    """The ids of all places in the history."""
    return tables.read("pois")[C.POI]


def quarantine(streams: list[Stream], tables: Tables) -> pl.DataFrame:
    """Keep the bad rows; returns those of this run."""
    bad = pl.concat([stream.quarantined for stream in streams])
    tables.quarantine(bad)
    return bad


def store(stream: Stream, tables: Tables) -> Upserted:
    return tables.upsert(stream.table, stream.accepted)


def too_many_bad_rows(streams: list[Stream], share: float) -> str:
    """Why the run must stop: a sentence for each stream with too many bad rows, or ""."""
    return "\n".join(
        _refusal(stream, share)
        for stream in streams
        if stream.quarantined.height > share * stream.read
    )


def _refusal(stream: Stream, share: float) -> str:
    bad, read = stream.quarantined, stream.read
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
        read=stream.read,
        accepted=stream.read - stream.quarantined.height,
        new=stored.new,
        changed=stored.changed,
        known=stored.known,
        quarantined=stream.quarantined.height,
    )
