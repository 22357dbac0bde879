"""A dataset is a folder of tables; this reads and writes them.

A table is one file: `<table>.parquet`, `.csv`, `.csv.gz` or `.jsonl`. Reading keeps what was
written: text formats come back as strings, so that a value which does not fit its column is
still there to be shown. `typed` gives the same rows in the types of `butler.columns.SCHEMAS`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import polars as pl

from butler.columns import REQUIRED_TABLES, SCHEMAS, UTC, C
from butler.errors import Conflict, ContractViolation

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".jsonl")
_ISO = "%Y-%m-%dT%H:%M:%S%.f%#z"
_EXACT_FLOAT = 2**53  # beyond it a float no longer tells neighbouring integers apart


def find_table(folder: Path, table: str) -> Path | None:
    """The table's file, or None; two files for one table are a ContractViolation."""
    if not folder.is_dir():
        raise ContractViolation(f"{folder} is not a folder: a dataset is a folder of tables")
    found = [folder / f"{table}{suffix}" for suffix in SUFFIXES]
    found = [path for path in found if path.exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise ContractViolation(f"{folder}: {names} both hold the table {table}; keep one of them")
    return found[0] if found else None


def read_table(folder: Path, table: str) -> pl.DataFrame | None:
    """The table's rows as they were written (`clean`ed), or None if an optional table is absent.

    Raises ContractViolation for a required table that is absent, a file that cannot be read,
    and a required column that is missing. Columns we do not know are kept where the format
    names them in a header (CSV, parquet).
    """
    path = find_table(folder, table)
    if path is None:
        if table in REQUIRED_TABLES:
            names = ", ".join(f"{table}{suffix}" for suffix in SUFFIXES)
            raise ContractViolation(f"{folder}: the table {table} is missing; expected {names}")
        return None
    frame = clean(_read(path, table))
    _require_columns(frame, table, path)
    return frame


def read_pieces(folder: Path, table: str, rows: int) -> Iterator[pl.DataFrame]:
    """The rows of `read_table` in pieces of at most `rows`; at least one, none of an absent table.

    Of parquet no more than a piece is in memory; text formats are read as a whole.
    """
    path = find_table(folder, table)
    if path is None or path.suffix != ".parquet":
        frame = read_table(folder, table)
        if frame is not None:
            yield from [frame] if frame.is_empty() else frame.iter_slices(rows)
        return
    start, count = 0, 1
    while start < count:
        with _named(path):
            count = count if start else pl.scan_parquet(path).select(pl.len()).collect().item()
            piece = clean(pl.scan_parquet(path).slice(start, rows).collect())
        _require_columns(piece, table, path)
        yield piece
        start += rows


def write_table(folder: Path, table: str, frame: pl.DataFrame) -> Path:
    """Write `<folder>/<table>.parquet` with all columns of its schema; missing ones are null.

    Raises Conflict if the folder holds the table in another format, and ContractViolation if a
    value does not fit its column (nothing is written then).
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.parquet"
    if (other := find_table(folder, table)) not in (None, path):
        raise Conflict(f"{other} already holds the table {table}; remove it or choose a new folder")
    raw = clean(frame)
    result = typed(table, raw)
    for column in result.columns:
        if column in raw.columns and raw[column].null_count() < result[column].null_count():
            raise ContractViolation(f"{path}: a value of {column} is not {result[column].dtype}")
    replace_with_parquet(result, path)
    return path


def replace_with_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write the frame to `path` so that a kill at any moment leaves the old file or the new."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            frame.write_parquet(file, compression="zstd", statistics=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def clean(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with one way to say nothing, and nested values as text.

    Blank text and NaN become null; lists and objects become JSON text, tags are joined by ";".
    """
    return frame.with_columns(_clean(column) for column in frame.get_columns())


def typed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """All columns of the table's schema in its types; what does not fit becomes null.

    Naive timestamps are taken as UTC. Numbers are never timestamps. `frame` is `clean`.
    """
    return pl.DataFrame(
        [
            _typed(frame[name], dtype)
            if name in frame.columns
            else pl.Series(name, [None] * frame.height, dtype=dtype)
            for name, dtype in SCHEMAS[table].columns.items()
        ]
    )


def _read(path: Path, table: str) -> pl.DataFrame:
    with _named(path):
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        if path.suffix == ".jsonl":
            if path.stat().st_size == 0:
                return pl.DataFrame(schema=dict.fromkeys(SCHEMAS[table].columns, pl.String))
            return pl.read_ndjson(path, schema=dict.fromkeys(SCHEMAS[table].columns, pl.String))
        return pl.read_csv(path, infer_schema=False)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Names the file that cannot be read."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ContractViolation(f"{path} cannot be read as {path.suffix[1:]}: {reason}") from error


def _require_columns(frame: pl.DataFrame, table: str, path: Path) -> None:
    """A JSON line leaves out what it does not know: there, a column nobody fills is missing."""
    there = frame.columns
    if path.suffix == ".jsonl" and frame.height:
        there = [name for name in there if frame[name].null_count() < frame.height]
    for column in SCHEMAS[table].required:
        if column not in there:
            raise ContractViolation(f"{path}: column {column} is missing; found {', '.join(there)}")


def _clean(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        return column.fill_nan(None)
    if column.dtype.is_nested():
        column = _as_json(column)
    if column.dtype == pl.Binary:
        column = _decoded(column)
    if column.dtype != pl.String:
        return column
    text = column.str.strip_chars()
    if column.name == C.TAGS and text.str.starts_with("[").any():
        text = text.map_elements(_joined_tags, return_dtype=pl.String)
    return text.set(text == "", None)


def _decoded(column: pl.Series) -> pl.Series:
    """Some parquet writers do not say that their bytes are text."""
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError as error:
        raise ContractViolation(f"column {column.name} holds bytes that are not UTF-8") from error


def _as_json(column: pl.Series) -> pl.Series:
    """Nested values (a small table's names, trips, tags) as JSON text."""
    texts = [None if value is None else _json(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def _json(value: object) -> str:
    if isinstance(value, dict):  # a parquet struct names every key in every row
        value = {key: item for key, item in value.items() if item is not None}
    return orjson.dumps(value, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z, default=str).decode()


def _joined_tags(text: str) -> str:
    if not text.startswith("["):
        return text
    try:
        tags = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return ";".join(str(tag).strip() for tag in tags if tag is not None)


def _typed(column: pl.Series, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    if column.dtype in (dtype, pl.Null):
        result = column.cast(dtype)
    elif dtype == UTC:
        result = _timestamps(column)
    elif dtype == pl.Boolean:
        result = _booleans(column)
    elif dtype in (pl.Int32, pl.Int64):
        result = _integers(column).cast(dtype, strict=False)
    else:
        result = column.cast(dtype, strict=False)
    if result.dtype.is_float():
        result = result.set(~result.is_finite().fill_null(True), None)
    return result


def _timestamps(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is None:
            column = column.dt.replace_time_zone("UTC")
        return column.dt.convert_time_zone("UTC").cast(UTC)
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if column.dtype != pl.String:
        return pl.Series(column.name, [None] * len(column), dtype=UTC)
    return _iso_timestamps(column)


def _iso_timestamps(text: pl.Series) -> pl.Series:
    """ISO 8601 texts: a date; with "T" or a blank, a time; with or without a zone."""
    whole = (
        text.str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00")
        .str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T")
        .str.replace(r"^(.{10}T\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$", "${1}:00${2}")
        .str.replace(r"(T[\d:.]+)$", "${1}+00:00")
    )
    return whole.str.to_datetime(_ISO, time_unit="us", time_zone="UTC", strict=False).cast(UTC)


def _booleans(column: pl.Series) -> pl.Series:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    text = column.cast(pl.String, strict=False).str.to_lowercase().str.strip_suffix(".0")
    return text.replace_strict(words, default=None, return_dtype=pl.Boolean)


def _integers(column: pl.Series) -> pl.Series:
    """Whole numbers, also when a tool wrote them as "3.0"; 2.5 is not one."""
    if column.dtype.is_integer():
        return column
    if column.dtype == pl.String:
        whole = column.cast(pl.Int64, strict=False)
        if whole.null_count() == column.null_count():
            return whole
    else:
        whole = pl.Series(column.name, [None] * len(column), dtype=pl.Int64)
    number = column.cast(pl.Float64, strict=False)
    exact = ((number == number.floor()) & (number.abs() < _EXACT_FLOAT)).fill_null(False)
    return whole.zip_with(whole.is_not_null() | ~exact, number.cast(pl.Int64, strict=False))
