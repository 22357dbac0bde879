"""How busy places and their neighbourhoods are: what was done there in the last hour, live.

    feedback log -> `Live`: what each serving worker keeps, seconds old  |
    history -> `sums` (a file of the build) -> `counted` by the moment   | the same numbers

A place counts what travellers did with it from `since`, the start of the minute 59 minutes before
the counting, to `until`, the arrival of the newest that was counted. An answer logs both, so that
history can count the same. What was told more than an hour after it happened says nothing of now.

Served is what came through the log alone, and history knows what did (`log_seq`). Requests that no
worker answered count all there was, up to LAG before them: as if a worker had just looked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import INTERACTIONS, VISIT, C
from butler.errors import NotFound, StoreUnavailable
from butler.stores.ports import FeedbackLog
from features.lines import Line
from features.places import CELL

Array = NDArray[np.float64]
Index = NDArray[np.int64]
MINUTE, REACHES = timedelta(minutes=1), timedelta(minutes=59)
WITHIN = timedelta(hours=1)  # between an action and its arrival
LAG = timedelta(seconds=2)  # of a worker that looks every two seconds, and of training
_NEVER = np.iinfo(np.int64).max
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MEASURES = ("interactions", "visits")
COLUMNS = ("tr_interactions", "tr_visits", "tr_cell_interactions")
LOGGED = "logged"
SUMS: dict[str, pl.DataType | type[pl.DataType]] = {
    C.POI: pl.String,
    C.KNOWN_AT: pl.Datetime("us", "UTC"),
    LOGGED: pl.Boolean,
    **dict.fromkeys(MEASURES, pl.Int64),
}


def since_of(now: datetime) -> datetime:
    """Where the hour that ends now begins: at the start of a minute, so that minutes can be kept."""
    return now - (now - EPOCH) % MINUTE - REACHES


def of_places(acted: Mapping[str, Index], cell: Index) -> dict[str, Array]:
    """COLUMNS of all places, of the MEASURES of each and the number of its neighbourhood."""
    around = np.bincount(cell, acted["interactions"])
    values = (acted["interactions"], acted["visits"], around[cell])
    return {c: v.astype(np.float64) for c, v in zip(COLUMNS, values, strict=True)}


class Live:
    """The counters of one worker: the log's last hour, by place and minute of arrival.

    Memory grows with places and minutes, never with what is said. The log gives arrivals one order in
    time, so what came after the newest that was counted is all that is new. Not safe for threads.
    """

    def __init__(self, feedback: FeedbackLog) -> None:
        self._feedback = feedback
        self.since = EPOCH
        self.until: datetime | None = None
        self._minutes: dict[datetime, dict[str, Counter[str]]] = {}
        self._sums = _nothing()

    def count(self, now: datetime) -> bool:
        """Take in what has arrived, let go of what is over; whether anything is different."""
        since, before = since_of(now), (self.since, self.until)
        if since < self.since:  # the clock went back: what was let go is wanted again
            self._forget()
        first = since if self.until is None else max(since, self.until + MICROSECOND)
        found = self._feedback.acted(first, WITHIN)
        self.since = since
        for minute in [m for m in self._minutes if m < since]:
            for measure, gone in self._minutes.pop(minute).items():
                self._sums[measure] -= gone
        for one in found:
            of_minute = self._minutes.setdefault(one.minute, _nothing())
            for measure in MEASURES if one.event_type == VISIT else MEASURES[:1]:
                of_minute[measure][one.poi_id] += one.count
                self._sums[measure][one.poi_id] += one.count
            self.until = max(self.until or one.newest, one.newest)
        return (self.since, self.until) != before

    def of(self, ids: Sequence[str], cell: Index) -> dict[str, Array]:
        """COLUMNS of these places."""
        acted = {
            measure: np.fromiter((sums[poi] for poi in ids), np.int64, len(ids))
            for measure, sums in self._sums.items()
        }
        return of_places(acted, cell)

    def _forget(self) -> None:
        self.until, self._minutes, self._sums = None, {}, _nothing()


def _nothing() -> dict[str, Counter[str]]:
    return {measure: Counter() for measure in MEASURES}


def sums(events: pl.LazyFrame) -> pl.LazyFrame:
    """SUMS: what was done with each place at each moment of arrival, in the log and elsewhere."""
    late = pl.col(C.KNOWN_AT) - pl.col(C.OCCURRED_AT)
    done = pl.col(C.EVENT_TYPE).is_in(INTERACTIONS) & late.is_between(-WITHIN, WITHIN)
    return (
        events.filter(done)
        .group_by(C.POI, C.KNOWN_AT, pl.col(C.LOG_SEQ).is_not_null().alias(LOGGED))
        .agg(
            pl.len().cast(pl.Int64).alias("interactions"),
            (pl.col(C.EVENT_TYPE) == VISIT).sum().cast(pl.Int64).alias("visits"),
        )
    )


def path(home: Path) -> Path:
    """Where a build keeps the SUMS of its history, sorted by arrival."""
    return home / "features" / "trending.parquet"


@dataclass(frozen=True)
class Window:
    """What counts for each request: arrivals of [since, until], microseconds since 1970."""

    since: Index
    until: Index
    served: bool  # by a worker, which knows of the log alone

    @classmethod
    def before(cls, asked: pl.Series) -> "Window":
        """As if a worker had looked LAG before these moments."""
        until = (asked - LAG).dt.epoch("us").to_numpy().astype(np.int64)
        minute = MINUTE // MICROSECOND
        return cls(until - until % minute - REACHES // MICROSECOND, until, served=False)

    @classmethod
    def logged(cls, since: str, until: str | None) -> "Window":
        """Of one answer, by the moments in its impression."""
        moments = [_micros(since), _micros(until or EPOCH.isoformat())]
        return cls(np.array(moments[:1]), np.array(moments[1:]), served=True)


def _micros(moment: str) -> int:
    return (datetime.fromisoformat(moment) - EPOCH) // MICROSECOND


def counted(
    home: Path, window: Window, index: Mapping[str, int], cell: Index, request: Index, place: Index
) -> dict[str, Array]:
    """COLUMNS of the pairs (request, place), of what the last build knew.

    `index` gives the number of each place by its id, `cell` (places,) that of its neighbourhood.
    Raises NotFound before the first build.
    """
    known = _read(home, window).with_columns(
        pl.col(C.POI).replace_strict(dict(index), default=-1, return_dtype=pl.Int64)
    )
    of_place = known.filter(pl.col(C.POI) >= 0).sort(C.POI, C.KNOWN_AT)
    around = pl.Series(CELL, cell[of_place[C.POI].to_numpy()])
    of_cell = of_place.with_columns(around).sort(CELL, C.KNOWN_AT)
    since, until = window.since[request], window.until[request]
    found = (
        *(_between(of_place, m, C.POI, place, since, until) for m in MEASURES),
        _between(of_cell, MEASURES[0], CELL, cell[place], since, until),
    )
    return {c: v.astype(np.float64) for c, v in zip(COLUMNS, found, strict=True)}


def _read(home: Path, window: Window) -> pl.DataFrame:
    if not path(home).exists():
        raise NotFound("No counters of places yet. Run `butler features`.")
    first, last = window.since.min(initial=_NEVER), window.until.max(initial=0)
    arrived = pl.col(C.KNOWN_AT).dt.epoch("us").is_between(first, last)
    came = pl.col(LOGGED) if window.served else pl.lit(True)
    try:
        return pl.scan_parquet(path(home)).filter(arrived, came).collect()
    except pl.exceptions.PolarsError as error:
        raise StoreUnavailable(
            f"features/{path(home).name} is damaged ({str(error).splitlines()[0]}). "
            "Run `butler features`: it is rebuilt from history."
        ) from error


def _between(
    known: pl.DataFrame, measure: str, key: str, asked: Index, since: Index, until: Index
) -> Index:
    """The sum of a measure of each key asked over [since, until]; `known` is sorted by key and time."""
    line = Line.of(known[key].to_numpy(), known[C.KNOWN_AT].dt.epoch("us").to_numpy())
    total = np.concatenate([[0], np.cumsum(known[measure].to_numpy())])
    first, last = line.before(asked, since), line.before(asked, until, "right")
    return np.asarray(total[np.maximum(first, last)] - total[first])
