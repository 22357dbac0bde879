"""Within reach: of the places that people really went to next, how many could have been recommended?

    butler bench reach --train train.csv --pois pois.csv --val val.csv

In a catalogue of more than 1,500 places a request chooses among those within reach of the traveller
(`models/reach.py`). Here the traveller is wherever the last check-in was, and goes to the next one of
the trajectory; how often a place was gone to in train is what it is worth. Told is the share of moves
whose place is within reach, of all and of those farther than some kilometres; beside other sizes, each
without and with the places that the traveller had gone to in train.
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.checkins import STRICT, Data, read
from benchmarks.report import write_report
from butler.columns import C
from butler.importers.foursquare import TRAJECTORY
from butler.settings import Settings
from features.sequence import KM_PER_DEGREE
from models.met import EVERYWHERE
from models.reach import BEST, NEAREST, Reach

SIZES = ((NEAREST, BEST), (500, 250), (2_000, 1_000), (NEAREST + BEST, 0), (0, NEAREST + BEST))
OWN = "own"
FAR_KM = (0.0, 2.0, 5.0, 10.0)
Index = NDArray[np.int64]


def main(
    settings: Settings, console: Console, train: Path, pois: Path, val: Path
) -> list[dict[str, Any]]:
    """Measure, print, and write reports/reach.json. Raises NotFound for a missing file."""
    data = read(train, pois, val, val, STRICT)
    before, after, own = moves(data)
    worth = _gone_to(data)
    away = _kilometres(data, before, after)
    found = []
    for nearest, best in SIZES:
        within = within_reach(Reach(data.catalogue, worth, nearest, best), before, after)
        for more, reached in (("", within), (OWN, within | own)):
            shares = {f"{km:g}": float(reached[away >= km].mean()) for km in FAR_KM}
            found.append({"nearest": nearest, "best": best, "and": more, "share_by_km": shares})
    _print(found, away, len(data.catalogue), console)
    write_report(settings, "reach", found)
    return found


def moves(data: Data) -> tuple[Index, Index, NDArray[np.bool_]]:
    """Places (rows of the catalogue) of check-ins and of the next of the same trajectory, and whether
    the traveller had gone to that one in train."""
    number = pl.DataFrame({C.POI: data.catalogue.ids, "place": np.arange(len(data.catalogue))})
    known = data.train.select(C.POI).unique()
    steps = data.test.join(number, on=C.POI).sort(TRAJECTORY, C.KNOWN_AT)
    pairs = (
        steps.with_columns(pl.col("place").shift(1).over(TRAJECTORY).alias("before"))
        .drop_nulls("before")
        .join(known, on=C.POI, how="semi")  # nobody can recommend what opened later
        .filter(pl.col("before") != pl.col("place"))
    )
    gone_to = set(data.train.select(C.USER, C.POI).iter_rows())
    own = np.array([pair in gone_to for pair in pairs.select(C.USER, C.POI).iter_rows()])
    return pairs["before"].to_numpy(), pairs["place"].to_numpy(), own


def within_reach(reach: Reach, before: Index, after: Index) -> NDArray[np.bool_]:
    """(moves,): whether the place gone to is within reach of the one before."""
    catalogue = reach.catalogue
    out = np.ones(len(before), dtype=bool)
    for n, (here, there) in enumerate(zip(before.tolist(), after.tolist(), strict=True)):
        among = reach.of(float(catalogue.latitude[here]), float(catalogue.longitude[here]))
        if among is not EVERYWHERE:
            rows = np.asarray(among)
            at = int(np.searchsorted(rows, there))
            out[n] = at < len(rows) and rows[at] == there
    return out


def _gone_to(data: Data) -> NDArray[np.float64]:
    counts = dict(data.train.group_by(C.POI).len().iter_rows())
    return np.array([counts.get(poi, 0) for poi in data.catalogue.ids], dtype=np.float64)


def _kilometres(data: Data, before: Index, after: Index) -> NDArray[np.float64]:
    latitude, longitude = data.catalogue.latitude, data.catalogue.longitude
    north = latitude[after] - latitude[before]
    east = (longitude[after] - longitude[before]) * np.cos(np.radians(latitude[before]))
    return np.asarray(np.hypot(north, east) * KM_PER_DEGREE)


def _print(
    found: list[dict[str, Any]], away: NDArray[np.float64], places: int, console: Console
) -> None:
    table = Table(
        "nearest", "best", "and", title=f"{places:,} places, {len(away):,} moves", box=None
    )
    for km in FAR_KM:
        table.add_column(f"from {km:g} km\n{int((away >= km).sum()):,}", justify="right")
    for row in found:
        shares = (f"{share:.1%}" for share in row["share_by_km"].values())
        table.add_row(f"{row['nearest']:,}", f"{row['best']:,}", row["and"], *shares)
    console.print(table)
