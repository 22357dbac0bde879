"""Counting in windows that end at each row: integers, the same to the bit however they are made."""

from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import IMPRESSION, C
from features.lines import Line
from features.transforms.measures import AT, HOURLY, MEASURES, MET, WINDOWS, Wanted, column

_KEY = "_key"


def windowed(
    rows: pl.DataFrame, spine: pl.DataFrame, by: str | list[str], wanted: Wanted
) -> pl.DataFrame:
    """For each spine row (keys `by`, AT) count each measure over [AT - window, AT).

    Cumulative sums looked up at both ends of the window: exact, and no row is visited twice.
    `rows` must carry C.KNOWN_AT and what MEASURES name.
    """
    keys = [by] if isinstance(by, str) else by
    totals = rows.group_by(*keys, C.KNOWN_AT).agg(
        [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in measures_of(wanted)]
    )
    return counted(totals, spine, keys, wanted)


def measures_of(wanted: Wanted) -> list[str]:
    return list(dict.fromkeys(m for m, _ in wanted))


def hourly(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums of HOURLY by key and the hour that C.KNOWN_AT lies in, which stands in its place.

    All that views of places need, since their rows and windows begin and end at full hours; and
    sums of parts are summed up (`summed`) to the sums of the whole.
    """
    sums = [MEASURES[m].cast(pl.Int64).sum().alias(m) for m in HOURLY]
    met = (pl.col(C.EVENT_TYPE) != IMPRESSION).cast(pl.Int64).sum().alias(MET)
    return rows.group_by(*keys, pl.col(C.KNOWN_AT).dt.truncate("1h")).agg(*sums, met)


def summed(sums: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Sums by key and moment: of `sums` with more keys, or of several parts."""
    numbers = [c for c in sums.columns if sums.schema[c] == pl.Int64]
    return sums.group_by(*keys, C.KNOWN_AT).agg(pl.col(numbers).sum())


def counted(
    totals: pl.DataFrame, spine: pl.DataFrame, keys: list[str], wanted: Wanted
) -> pl.DataFrame:
    """`windowed` of rows that are summed up by key and moment already."""
    measures = measures_of(wanted)
    numbered = totals.select(keys).unique().with_row_index(_KEY)
    totals = totals.join(numbered, on=keys, nulls_equal=True).sort(_KEY, C.KNOWN_AT)
    asked = spine.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")
    line = Line.of(_number(totals[_KEY]), totals[C.KNOWN_AT].dt.epoch("us").to_numpy())
    key, at = _number(asked[_KEY]), asked[AT].dt.epoch("us").to_numpy()
    sums = {m: np.concatenate([[0], np.cumsum(totals[m].to_numpy())]) for m in measures}
    upto = line.before(key, at)
    counts = []
    for window in dict.fromkeys(w for _, w in wanted):
        since = line.before(key, at - WINDOWS[window] // timedelta(microseconds=1))
        mine = [m for m, w in wanted if w == window]
        counts += [pl.Series(column(m, window), sums[m][upto] - sums[m][since]) for m in mine]
    return spine.with_columns(counts)


def _number(key: pl.Series) -> NDArray[np.int64]:
    return key.cast(pl.Int64).fill_null(-1).to_numpy()


def event_spine(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """One row a key and moment at which something happened: it holds just after that moment."""
    return rows.select(*keys, (pl.col(C.KNOWN_AT) + timedelta(microseconds=1)).alias(AT)).unique(
        maintain_order=True
    )


def last_at(moment: str = AT) -> pl.Expr:
    """Microseconds since 1970 of the event behind a row, which is one before the row.

    Whole numbers: a division here would differ in the last bit between a frame of one row and one
    of many, and with it what is served from what is recomputed.
    """
    return (pl.col(moment).dt.epoch("us") - 1).alias("last_at")
