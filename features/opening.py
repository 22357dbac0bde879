"""Is a place open on arrival? OpenStreetMap opening hours, evaluated by a library, kept by day.

A day of some hours is a row of 1440 minutes; each holds the minutes until they close (0 = closed
now). Rows are computed when first asked for and kept.
"""

from collections import OrderedDict
from datetime import date, datetime, timedelta

import numpy as np
from opening_hours import (  # type: ignore[attr-defined]  # its stub forgets the errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

DAY_MINUTES = 1440
LOOK_AHEAD_HOURS = 12  # "minutes left" is capped here
KEPT = 20_000  # hours times days, 3 KB each
UNKNOWN = -1
Windows = tuple[tuple[int, int], ...]  # minutes of a day: open from, to

EPOCH = date(1970, 1, 1)


class Openings:
    """Minutes a place stays open from a local moment on; NaN where its hours are unknown.

    `hours` are the places' opening_hours strings (None where unknown), `country` the ISO 3166
    code whose public holidays "PH" means.
    """

    def __init__(self, hours: list[str | None], country: str | None) -> None:
        distinct = sorted({h for h in hours if h})
        self._number = {h: n for n, h in enumerate(distinct)}
        self.code = np.array([self._number.get(h or "", -1) for h in hours], dtype=np.int64)
        self._parsed = [_parse(h, country) for h in distinct]
        self._days: OrderedDict[int, _Day] = OrderedDict()

    def minutes_left(self, place: np.ndarray, local_minute: np.ndarray) -> np.ndarray:
        """float64, as long as `place` (row numbers); `local_minute` counts local minutes since 1970.

        A started minute counts from its beginning.
        """
        day, minute = np.divmod(np.floor(local_minute).astype(np.int64), DAY_MINUTES)
        code, left = self.code[place], np.full(len(place), UNKNOWN, dtype=np.int16)
        for one in sorted(set(day.tolist())):
            rows = slice(None) if (day == one).all() else np.flatnonzero(day == one)
            left[rows] = self._day(one).minutes(code[rows], minute[rows])
        return np.where(left == UNKNOWN, np.nan, left)

    def windows(self, place: int, day: date) -> Windows | None:
        """When a place (row number) is open on that day: (from, to) in its minutes, in order.

        The last may end after midnight, above 1440; one that was open before midnight begins at 0.
        Empty is closed that day; None where its hours are unknown.
        """
        return self._day((day - EPOCH).days).windows(int(self.code[place]))

    def _day(self, day: int) -> "_Day":
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = _Day(self._parsed, EPOCH + timedelta(days=day))
            if len(self._days) > max(2, KEPT // max(1, len(self._parsed))):
                self._days.popitem(last=False)
        return found


class _Day:
    """All hours on one day, each worked out when it is first asked for."""

    def __init__(self, parsed: list[OpeningHours | None], day: date) -> None:
        self._parsed, self._day = parsed, day
        # the last row, which -1 means, are hours that are not known
        self._left = np.full((len(parsed) + 1, DAY_MINUTES), UNKNOWN, dtype=np.int16)
        self._done = np.zeros(len(parsed) + 1, dtype=bool)
        self._done[-1] = True
        self._windows: dict[int, Windows | None] = {}

    def minutes(self, code: np.ndarray, minute: np.ndarray) -> np.ndarray:
        """Minutes left of each code at each minute; UNKNOWN where not said."""
        done = self._done[code]
        if not done.all():
            self._work_out(set(code[~done].tolist()))
        return np.asarray(self._left[code, minute])

    def _work_out(self, codes: set[int]) -> None:
        for n in sorted(codes):
            hours = self._parsed[n]
            if hours is not None:
                self._left[n] = _minutes(hours, self._day)
            self._done[n] = True

    def windows(self, code: int) -> Windows | None:
        """When it is open, from and to; kept, for few places have hours of their own."""
        if code not in self._windows:
            minutes = np.arange(DAY_MINUTES)
            self._windows[code] = _windows(self.minutes(np.full(DAY_MINUTES, code), minutes))
        return self._windows[code]


def _windows(left: np.ndarray) -> Windows | None:
    if (left == UNKNOWN).all():
        return None
    edges = np.flatnonzero(np.diff(np.concatenate([[0], left > 0, [0]]).astype(np.int8)))
    spans = edges.reshape(-1, 2).tolist()
    return tuple((a, b if b < DAY_MINUTES else b - 1 + int(left[-1])) for a, b in spans)


def _parse(hours: str, country: str | None) -> OpeningHours | None:
    try:
        return OpeningHours(hours, country=country)
    except UnknownCountryError:  # the library knows no holidays there
        return _parse(hours, None)
    except ParserError:
        return None  # the contract quarantines these; a place that slipped through is "unknown"


def _minutes(hours: OpeningHours, day: date) -> np.ndarray:
    """int16 of shape (1440,): minutes until it closes, 0 while closed, UNKNOWN where not said."""
    start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall time
    left = np.zeros(DAY_MINUTES, dtype=np.int16)
    minutes = np.arange(DAY_MINUTES)
    closes = None  # when the open spans just visited end; the spans are gapless
    spans = list(hours.intervals(start, start + timedelta(hours=24 + LOOK_AHEAD_HOURS)))
    for a, b, state, _ in reversed(spans):
        begins, ends = _minute(a, start), _minute(b, start)
        inside = (minutes >= begins) & (minutes < ends)
        if state == State.OPEN:
            closes = ends if closes is None else closes
            left[inside] = np.minimum(closes - minutes[inside], LOOK_AHEAD_HOURS * 60)
        else:
            closes = None
            left[inside] = 0 if state == State.CLOSED else UNKNOWN
    return left


def _minute(moment: datetime, start: datetime) -> int:
    return int((moment - start).total_seconds() // 60)
