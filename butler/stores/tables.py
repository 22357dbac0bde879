"""The history: every accepted row, in parquet files under `home/tables/`.

A table is a folder of files, one a month where its schema says so, and a manifest that names
the current ones. Replacing the manifest is the moment a write happens: before it readers see
the old state, after it the new, whatever is killed in between. Files of the state before the
last are removed by the next write, so that a reader who has just opened them can finish.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson
import polars as pl

from butler.columns import SCHEMAS, UTC, C, Schema
from butler.datasets import replace_with_parquet
from butler.errors import ContractViolation, StoreUnavailable

FIRST_WINS = ("events", "weather", "requests")  # what happened or was said is never rewritten
QUARANTINE = "quarantine"
QUARANTINE_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "table": pl.String,
    "file": pl.String,
    "row": pl.Int64,  # 1 is the first row after the header
    "column": pl.String,
    "rule": pl.String,
    "value": pl.String,
    "raw": pl.String,  # JSON of the row as it was read
    "broken": pl.String,  # every rule the row broke, "column:rule" joined by ";"
    "ingested_at": UTC,
}
_BAD_ROW = ("table", "file", "row", "raw", "broken")
_SCHEMAS = {**SCHEMAS, QUARANTINE: Schema(QUARANTINE_COLUMNS, _BAD_ROW, _BAD_ROW)}
_MONTH = "_month"
_WHOLE = "all"  # the only part of a table that is not kept by month


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of the rows handed in; the three add up to their number."""

    new: int
    changed: int
    known: int


@dataclass(frozen=True, slots=True)
class Part:
    """One current file of a table."""

    file: str
    rows: int
    size: int  # bytes
    digest: str  # of the rows' content


class Tables:
    """The history tables of one home; one writer at a time, any number of readers."""

    def __init__(self, home: Path, patience_seconds: float = 60.0) -> None:
        self.folder = home / "tables"
        self._patience = patience_seconds

    def begun(self) -> bool:
        """Whether places were ever brought in, without which no row is accepted."""
        return bool(self._parts("pois"))

    def read(self, table: str) -> pl.DataFrame:
        """All rows, typed by the schema; an empty frame when there are none."""
        return self._collect(table, self.scan(table))

    def scan(self, table: str) -> pl.LazyFrame:
        """The same, lazily. Raises StoreUnavailable if a file is missing or cut short."""
        columns = _SCHEMAS[table].columns
        paths = [self._checked(table, part) for part in self._parts(table).values()]
        if not paths:
            return pl.LazyFrame(schema=columns)
        return pl.scan_parquet(
            paths, schema=columns, missing_columns="insert", extra_columns="ignore"
        )

    def files(self, table: str) -> list[tuple[Path, int]]:
        """The current files and their rows. Raises StoreUnavailable as `scan` does."""
        parts = sorted(self._parts(table).items())
        return [(self._checked(table, part), part.rows) for _, part in parts]

    @staticmethod
    def scan_file(table: str, file: Path) -> pl.LazyFrame:
        """One of `files`, typed by the schema."""
        columns = _SCHEMAS[table].columns
        return pl.scan_parquet(
            file, schema=columns, missing_columns="insert", extra_columns="ignore"
        )

    @staticmethod
    def empty(table: str) -> pl.DataFrame:
        return pl.DataFrame(schema=_SCHEMAS[table].columns)

    def upsert(self, table: str, frame: pl.DataFrame | pl.LazyFrame) -> Upserted:
        """Add the rows whose key is new; for other keys the first or the last row wins.

        A frame is typed by the schema (missing columns are null), and rows of it that repeat a key
        count as known. A lazy one is typed and has no key twice; it is read month by month, and no
        more than a month is in memory. Only files that change are written, all at once current.
        """
        read = new = changed = 0
        with self._lock():
            parts = self._parts(table)
            for month, rows in _by_month(table, frame):
                old = self._same_keys(table, rows)
                added = rows.join(old, on=_SCHEMAS[table].key, how="anti", nulls_equal=True)
                other = rows.clear() if table in FIRST_WINS else _changed(rows, old, table)
                if added.height or other.height:
                    if not (new or changed):
                        self._remove_leftovers(table, parts)
                    fresh = pl.concat([added, other])
                    parts[month] = self._write_part(table, month, parts.get(month), fresh)
                read, new, changed = read + rows.height, new + added.height, changed + other.height
            if new or changed:
                _replace_manifest(self.folder / table / "manifest.json", parts)
        read = frame.height if isinstance(frame, pl.DataFrame) else read
        return Upserted(new, changed, read - new - changed)

    def quarantine(self, frame: pl.DataFrame) -> Upserted:
        """Keep bad rows (QUARANTINE_COLUMNS); the same row of the same file counts once."""
        rows = frame.select(
            pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in QUARANTINE_COLUMNS.items()
        )
        with self._lock():
            once = rows.unique(_BAD_ROW, keep="first", maintain_order=True)
            old = self._same_keys(QUARANTINE, once)
            new = once.join(old, on=_BAD_ROW, how="anti", nulls_equal=True)
            if new.height:
                parts = self._parts(QUARANTINE)
                self._remove_leftovers(QUARANTINE, parts)
                parts[_WHOLE] = self._write_part(QUARANTINE, _WHOLE, parts.get(_WHOLE), new)
                _replace_manifest(self.folder / QUARANTINE / "manifest.json", parts)
        return Upserted(new.height, 0, rows.height - new.height)

    def forget(self, user_id: str) -> int:
        """Erase the traveller's rows, and the files that held them; how many rows that was.

        A file that somebody was about to read is then gone, and their flow is to be run again.
        """
        erased = 0
        with self._lock():
            for table, others in _of_others(user_id).items():
                parts = self._parts(table)
                for month, part in tuple(parts.items()):
                    rows = self._collect(table, self._scan_part(table, part).filter(others))
                    if rows.height < part.rows:
                        erased += part.rows - rows.height
                        parts[month] = self._write_part(table, month, None, rows)
                if parts:
                    _replace_manifest(self.folder / table / "manifest.json", parts)
                self._remove_leftovers(table, parts)
        return erased

    def quarantined(self) -> pl.DataFrame:
        """Every bad row ever seen, in QUARANTINE_COLUMNS."""
        return self.read(QUARANTINE)

    def fingerprint(self, *tables: str) -> str:
        """16 hex digits that change exactly when the content of the tables (all) changes."""
        digest = hashlib.sha256()
        for table in tables or tuple(SCHEMAS):
            for month, part in sorted(self._parts(table).items()):
                digest.update(f"{table}/{month}:{part.rows}:{part.digest}\n".encode())
        return digest.hexdigest()[:16]

    def _write_part(self, table: str, month: str, old: Part | None, rows: pl.DataFrame) -> Part:
        key = list(_SCHEMAS[table].key)
        if old:
            kept = self._collect(table, self._scan_part(table, old))
            rows = pl.concat([kept.join(rows, on=key, how="anti", nulls_equal=True), rows])
        by = _SCHEMAS[table].partition_by
        rows = rows.sort([by, *key] if by else key, nulls_last=True)
        digest = _digest(rows)
        path = self.folder / table / f"{month}.{digest}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_with_parquet(rows, path)
        return Part(path.name, rows.height, path.stat().st_size, digest)

    def _same_keys(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The stored rows that have a key of `rows`; of first-wins tables only the keys."""
        key = list(_SCHEMAS[table].key)
        stored = self.scan(table)
        if table in FIRST_WINS or table == QUARANTINE:
            stored = stored.select(key)
        wanted = rows.lazy().select(key)
        return self._collect(table, stored.join(wanted, on=key, how="semi", nulls_equal=True))

    def _scan_part(self, table: str, part: Part) -> pl.LazyFrame:
        return self.scan_file(table, self._checked(table, part))

    def _collect(self, table: str, query: pl.LazyFrame) -> pl.DataFrame:
        try:
            return query.collect(engine="streaming")
        except (pl.exceptions.PolarsError, OSError) as error:
            raise self._damage(table, error) from error

    def _damage(self, table: str, error: Exception) -> StoreUnavailable:
        """Name the file that cannot be read."""
        for part in self._parts(table).values():
            path = self.folder / table / part.file
            try:
                pl.read_parquet(path)
            except (pl.exceptions.PolarsError, OSError):
                return _damaged(path)
        return StoreUnavailable(f"{self.folder / table} cannot be read: {error}")

    def _checked(self, table: str, part: Part) -> Path:
        path = self.folder / table / part.file
        if not path.exists() or path.stat().st_size != part.size:
            raise _damaged(path)
        return path

    def _parts(self, table: str) -> dict[str, Part]:
        """Month (or "all") -> current file."""
        path = self.folder / table / "manifest.json"
        try:
            return {month: Part(**part) for month, part in orjson.loads(path.read_bytes()).items()}
        except FileNotFoundError:
            return {}
        except (orjson.JSONDecodeError, AttributeError, TypeError) as error:
            raise _damaged(path) from error

    def _remove_leftovers(self, table: str, parts: dict[str, Part]) -> None:
        """Files that are not current: of the state before the last, or of a killed write."""
        current = {part.file for part in parts.values()}
        for path in (self.folder / table).glob("*"):
            if path.name.endswith((".parquet", ".tmp")) and path.name not in current:
                path.unlink(missing_ok=True)

    @contextmanager
    def exclusive(self, purpose: str = "history") -> Iterator[None]:
        """Keep others of the same purpose out while several steps must be seen as one.

        "history": the compaction stores events and moves its watermark; a build of features reads
        both. Writing inside is fine, since single writes have a lock of their own. Not
        re-entrant; released when its holder dies. Raises StoreUnavailable when patience ends.
        """
        with self._locked(f".{purpose}.lock"):
            yield

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """The writers' lock; the system releases it when its holder dies."""
        with self._locked(".lock"):
            yield

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / name).open("w") as file:
            deadline = time.monotonic() + self._patience
            while not _try_lock(file.fileno()):
                if time.monotonic() > deadline:
                    raise StoreUnavailable(
                        f"another process has been writing to {self.folder} for more than "
                        f"{self._patience:.0f} s; wait for it or end it, then run this again"
                    )
                time.sleep(0.05)
            yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_schema(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The schema's columns and types; events without `known_at` were known when they occurred."""
    schema = _SCHEMAS[table]
    try:
        rows = frame.select(
            pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in schema.columns.items()
        )
    except pl.exceptions.PolarsError as error:
        raise ContractViolation(f"rows for {table} do not fit its schema: {error}") from error
    if table == "events":
        rows = rows.with_columns(pl.col(C.KNOWN_AT).fill_null(pl.col(C.OCCURRED_AT)))
    for column in (*schema.key, *filter(None, [schema.partition_by])):
        if rows[column].null_count():
            raise ContractViolation(f"rows for {table} need a {column}; it is part of the key")
    return rows


def _by_month(table: str, frame: pl.DataFrame | pl.LazyFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Month (or "all") and its rows, each key once."""
    month = _month(_SCHEMAS[table]).alias(_MONTH)
    if isinstance(frame, pl.DataFrame):
        rows = _in_schema(table, frame)
        once = rows.unique(_SCHEMAS[table].key, keep=_winner(table), maintain_order=True)
        for (name,), group in once.with_columns(month).group_by(_MONTH):
            yield str(name), group.drop(_MONTH)
        return
    for name in frame.select(month).unique().collect(engine="streaming")[_MONTH].sort():
        rows = frame.filter(month == name).collect(engine="streaming")
        yield str(name), _in_schema(table, rows)


def _of_others(user_id: str) -> dict[str, pl.Expr]:
    """What a row of each table that names travellers is to be if it is not of this one."""
    raw = pl.col("raw").str.json_path_match(f"$.{C.USER}")
    named = dict.fromkeys((t for t, s in SCHEMAS.items() if C.USER in s.columns), pl.col(C.USER))
    return {table: of.ne_missing(user_id) for table, of in {**named, QUARANTINE: raw}.items()}


def _winner(table: str) -> Literal["first", "last"]:
    return "first" if table in FIRST_WINS else "last"


def _changed(once: pl.DataFrame, old: pl.DataFrame, table: str) -> pl.DataFrame:
    """The rows of `once` whose key is stored with other content."""
    known = once.join(old, on=_SCHEMAS[table].key, how="semi")
    return known.join(old, on=list(_SCHEMAS[table].columns), how="anti", nulls_equal=True)


def _month(schema: Schema) -> pl.Expr:
    if schema.partition_by is None:
        return pl.lit(_WHOLE)
    return pl.col(schema.partition_by).dt.strftime("%Y-%m")


def _digest(rows: pl.DataFrame) -> str:
    """16 hex digits of the rows' content, in their order."""
    return hashlib.sha256(rows.hash_rows(seed=7).to_numpy().tobytes()).hexdigest()[:16]


def _replace_manifest(path: Path, parts: dict[str, Part]) -> None:
    temporary = path.with_name(".manifest.tmp")
    with temporary.open("wb") as file:
        file.write(orjson.dumps(parts, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:  # the names themselves must survive a power cut, too
        os.fsync(folder)
    finally:
        os.close(folder)


def _damaged(path: Path) -> StoreUnavailable:
    return StoreUnavailable(
        f"{path} is missing or damaged; restore it from a backup, or remove the folder "
        f"{path.parent} and ingest its data again"
    )
