"""The curated catalogue: real places of the Costa Blanca and its hinterland, one row a place.

`catalogue.csv` is written for this project; docs/catalogue.md says how to check a row.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.resources import files

import polars as pl

from butler.columns import SCHEMAS, C
from butler.errors import ContractViolation
from butler.world.taxonomy import kinds

FILE = "catalogue.csv"
SEASON = "season"  # months a place is at its best: "all", "6-9", or over the year's end "10-5"
MUNICIPALITY = "municipality"
NAME_EN = "name_en"
NAME_LANGUAGE = "name_language"  # of the local name: es or ca (Valencian)

# Older than every simulated day: no place of the catalogue is new in the sample world.
CREATED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def load() -> pl.DataFrame:
    """All places, in the columns of SCHEMAS["pois"], then `season` and `municipality`.

    Raises ContractViolation, naming row and column, if the file holds a broken row.
    """
    text = files("butler.world").joinpath(FILE).read_text(encoding="utf-8")
    return frame(text.splitlines(keepends=True))


def frame(lines: Iterable[str]) -> pl.DataFrame:
    """The catalogue's lines (header first) as a frame, see `load`."""
    rows = [_place(number, raw) for number, raw in _numbered(lines)]
    schema = SCHEMAS["pois"].columns | {SEASON: pl.String, MUNICIPALITY: pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def season_months(season: str) -> frozenset[int]:
    """The months 1 .. 12 of a season.

    >>> sorted(season_months("6-9")), sorted(season_months("11-2"))
    ([6, 7, 8, 9], [1, 2, 11, 12])
    """
    if season == "all":
        return frozenset(range(1, 13))
    first, _, last = season.partition("-")
    start, end = _whole(first, 1, 12), _whole(last, 1, 12)
    length = (end - start) % 12 + 1
    return frozenset((start - 1 + step) % 12 + 1 for step in range(length))


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their line number in the file; the header is line 1."""
    reader = csv.DictReader(lines, strict=True)
    missing = [name for name in _READERS if name not in (reader.fieldnames or [])]
    if missing:
        raise ContractViolation(f"{FILE}: missing column {', '.join(missing)}: restore the header.")
    for raw in reader:
        if None in raw or None in raw.values():
            raise ContractViolation(
                f"{FILE} row {reader.line_num}: expected {len(reader.fieldnames or [])} fields,"
                " quote the values that hold a comma."
            )
        yield reader.line_num, raw


def _place(number: int, raw: dict[str, str]) -> tuple[object, ...]:
    """One row's values in the order of the frame's columns."""
    value = {column: _read(number, column, raw[column]) for column in _READERS}
    value[C.NAMES] = json.dumps(
        {str(value[NAME_LANGUAGE]): value[C.NAME], "en": value[NAME_EN]}, ensure_ascii=False
    )
    value[C.CREATED_AT] = CREATED_AT
    value[C.PROVIDER] = None  # every place of the catalogue stands for itself
    return tuple(value[name] for name in (*SCHEMAS["pois"].columns, SEASON, MUNICIPALITY))


def _read(number: int, column: str, text: str) -> object:
    try:
        return _READERS[column](text)
    except ValueError as broken:
        raise ContractViolation(
            f"{FILE} row {number}, column {column}: {text!r} is wrong: {broken}."
        ) from broken


def _text(text: str) -> str:
    if not text or text != text.strip():
        raise ValueError("expected text without blanks around it")
    return text


def _one_of(allowed: Iterable[str]) -> Callable[[str], str]:
    known = frozenset(allowed)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError("expected a value known to the taxonomy or language list")
        return text

    return read


def _number(text: str, low: float, high: float) -> float:
    value = float(text)
    if not low <= value <= high:
        raise ValueError(f"expected {low} .. {high}")
    return value


def _whole(text: str, low: int, high: int) -> int:
    value = int(text)
    if not low <= value <= high:
        raise ValueError(f"expected {low} .. {high}")
    return value


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("expected true or false")
    return text == "true"


def _season(text: str) -> str:
    season_months(text)
    return text


_READERS: dict[str, Callable[[str], object]] = {
    C.POI: _text,
    C.NAME: _text,
    NAME_LANGUAGE: _one_of(("es", "ca")),
    NAME_EN: _text,
    C.CATEGORY: _one_of(kinds()),
    MUNICIPALITY: _text,
    C.LATITUDE: lambda text: _number(text, -90, 90),
    C.LONGITUDE: lambda text: _number(text, -180, 180),
    C.INDOOR_SHARE: lambda text: _number(text, 0, 1),
    C.OPENING_HOURS: lambda text: text or None,
    C.PRICE_LEVEL: lambda text: _whole(text, 0, 4),
    C.DURATION: lambda text: _whole(text, 1, 24 * 60),
    C.ACCESSIBLE: lambda text: _truth(text) if text else None,  # empty: unknown
    C.KID_FRIENDLY: _truth,
    C.CAPACITY: lambda text: _whole(text, 1, 100_000),
    SEASON: _season,
    C.TAGS: _text,
}
