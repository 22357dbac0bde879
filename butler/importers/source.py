"""What the importers share: reading a source file as it is."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from butler.errors import ContractViolation, NotFound


def read_source(path: Path, columns: Sequence[str], missing: Sequence[str] = ("",)) -> pl.DataFrame:
    """The named columns of a CSV file as text; the words in `missing` are null.

    Raises NotFound without the file, and ContractViolation if it is not the file it should be.
    """
    if not path.is_file():
        raise NotFound(f"{path} does not exist; give the path of the source file")
    try:
        frame = pl.read_csv(path, infer_schema=False, null_values=list(missing))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ContractViolation(f"{path} cannot be read as csv: {error}") from error
    for column in columns:
        if column not in frame.columns:
            found = ", ".join(frame.columns)
            raise ContractViolation(f"{path}: column {column} is missing; found {found}")
    return frame.select(columns)


def numbers(path: Path, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The frame with these columns as Float64; raises ContractViolation at what is no number."""
    for column in columns:
        cast = frame[column].cast(pl.Float64, strict=False)
        wrong = frame.filter(cast.is_null() & frame[column].is_not_null())
        if wrong.height:
            raise ContractViolation(f"{path}: {wrong[column][0]!r} in {column} is not a number")
        frame = frame.with_columns(cast)
    return frame
