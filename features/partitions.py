"""History to features in parts, none of which needs the whole history in memory.

    slices of events and bookings
       -> `spread`: behaviour of travellers by traveller, hourly sums of places by place (files),
          and hourly sums by cell, by category and by audience (few rows, returned)
       -> `of_travellers`: every view of the travellers of one part
       -> `of_places`: view `poi` of the places of one part

Every traveller and every place is in one part as a whole, so the views are those of the whole to the
bit. The same functions work in one process and on a cluster (`butler/cluster.py`).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from butler.cluster import Workers
from butler.columns import C
from butler.datasets import replace_with_parquet
from butler.stores.tables import Tables
from features import transforms as t
from features.places import CELL

ROWS = 2_000_000  # events of a slice, and about so many of a part
KINDS = "kinds"
SUMS = {"cells": [CELL, "local_hour"], KINDS: [C.CATEGORY], "audience": [C.CATEGORY, t.SEGMENT]}


@dataclass(frozen=True)
class Work:
    """What one build knows of its parts; small, for it goes to every worker."""

    home: Path
    folder: Path  # of the files between the steps; removed in the end
    parts: int

    def file(self, kind: str, part: int, number: int) -> Path:
        return self.folder / f"{kind}-{part}" / f"{number}.parquet"

    def rows(self, kind: str, part: int) -> pl.LazyFrame | None:
        found = sorted((self.folder / f"{kind}-{part}").glob("*.parquet"))
        return pl.scan_parquet(found) if found else None


@dataclass(frozen=True)
class Slice:
    """Rows of a table of the history."""

    work: Work
    table: str
    file: Path
    number: int
    start: int
    rows: int


@dataclass(frozen=True)
class Places:
    """One part of the places, and the hours its view is of."""

    work: Work
    part: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Spread:
    """What a slice says of more than one traveller or place."""

    newest: datetime | None
    sums: dict[str, pl.DataFrame]


@contextmanager
def work_on(home: Path, rows: int, most: int | None = None) -> Iterator[Work]:
    """A folder for the parts of a history of so many events; a killed build's is emptied."""
    folder = home.absolute() / "features" / ".parts"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Work(home.absolute(), folder, max(1, -(-rows // (most or ROWS))))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def slices(work: Work, tables: Tables, most: int | None = None) -> list[Slice]:
    """Events and bookings as they are now, file by file, in pieces of at most `most` (ROWS) rows.

    The files get a second name in the folder, so that they stay whatever is stored meanwhile.
    """
    out: list[Slice] = []
    most = most or ROWS
    for table in ("events", "bookings"):
        for file, rows in tables.files(table):
            kept = work.folder / f"{table}-{file.name}"
            os.link(file, kept)
            for start in range(0, rows, most):
                out.append(Slice(work, table, kept, len(out), start, min(most, rows - start)))
    return out


def spread(piece: Slice) -> Spread:
    """Write the behaviour of a slice into the parts it belongs to; sums of the rest."""
    work = piece.work
    places = pl.read_parquet(work.folder / "places.parquet")
    read = Tables.scan_file(piece.table, piece.file).slice(piece.start, piece.rows).collect()
    empty = {n: Tables.empty(n) for n in ("events", "bookings")}
    rows = t.behaviour(**(empty | {piece.table: read}), places=places)
    _write(piece, "travellers", t.of_travellers(rows), C.USER)
    _write(piece, "places", t.hourly(rows, [C.POI]), C.POI)
    travellers = pl.read_parquet(work.folder / "travellers.parquet")
    sums = {name: t.hourly(rows, keys) for name, keys in SUMS.items() if name != "audience"}
    newest: datetime | None = rows[C.KNOWN_AT].max()  # type: ignore[assignment]
    return Spread(newest, sums | {"audience": t.audience_sums(rows, travellers)})


def _write(piece: Slice, kind: str, rows: pl.DataFrame, key: str) -> None:
    part = (pl.col(key).hash(seed=0) % piece.work.parts).alias("_part")
    for (number,), group in rows.with_columns(part).group_by("_part", maintain_order=True):
        path = piece.work.file(kind, int(number), piece.number)  # type: ignore[call-overload]
        path.parent.mkdir(exist_ok=True)
        replace_with_parquet(group.drop("_part"), path)


def spread_all(
    work: Work,
    workers: Workers,
    pieces: list[Slice],
    places: pl.DataFrame,
    travellers: pl.DataFrame,
) -> Spread:
    """Spread every piece; what they say of cells, categories and audiences, summed up."""
    replace_with_parquet(places, work.folder / "places.parquet")
    replace_with_parquet(travellers, work.folder / "travellers.parquet")
    whole = Spread(None, {})
    for one in workers.map(spread, pieces):
        whole = _together(whole, one)
    for name, sums in whole.sums.items():
        replace_with_parquet(sums, work.folder / f"{name}.parquet")
    return whole


def _together(a: Spread, b: Spread) -> Spread:
    newest = max((n for n in (a.newest, b.newest) if n is not None), default=None)
    sums = {
        name: t.summed(pl.concat([a.sums[name], b.sums[name]]), keys) if a.sums else b.sums[name]
        for name, keys in SUMS.items()
    }
    return Spread(newest, sums)


@dataclass(frozen=True)
class OfTravellers:
    """The views of some travellers, and the behaviour they are of, sorted by known_at."""

    views: dict[str, pl.DataFrame]
    rows: pl.DataFrame


@dataclass(frozen=True)
class Travellers:
    """One part of the travellers."""

    work: Work
    part: int


def parts_of_travellers(work: Work) -> list[Travellers]:
    """The parts that there are travellers of."""
    every = range(work.parts)
    return [Travellers(work, n) for n in every if work.rows("travellers", n) is not None]


def of_travellers(job: Travellers) -> OfTravellers:
    """Every view of the travellers of one part."""
    found = job.work.rows("travellers", job.part)
    assert found is not None, "only parts that there are travellers of are worked on"
    rows = t.in_order(found.collect())
    return OfTravellers({name: view(rows) for name, view in t.TRAVELLER_VIEWS.items()}, rows)


def of_places(job: Places) -> pl.DataFrame:
    """View `poi` of the places of one part."""
    work = job.work
    mine = pl.col(C.POI).hash(seed=0) % work.parts == job.part
    places = pl.scan_parquet(work.folder / "places.parquet").filter(mine).collect()
    kinds = pl.read_parquet(work.folder / f"{KINDS}.parquet")
    cells = t.summed(pl.read_parquet(work.folder / "cells.parquet"), [CELL])
    found = work.rows("places", job.part)
    own = kinds.clear().rename({C.CATEGORY: C.POI}) if found is None else found.collect()
    return t.poi_rows(t.summed(own, [C.POI]), kinds, cells, places, job.start, job.end)
