"""Is a place open on arrival? OpenStreetMap opening hours, evaluated by a library, kept by day.

A day of one place is a row of 1440 minutes; each holds the minutes until it closes (0 = closed
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
KEPT_DAYS = 20_000  # 3 KB each
UNKNOWN = -1

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
        self._days: OrderedDict[tuple[int, int], np.ndarray] = OrderedDict()

    def minutes_left(self, place: np.ndarray, local_minute: np.ndarray) -> np.ndarray:
        """float64, as long as `place` (row numbers); `local_minute` counts local minutes since 1970.

        A started minute counts from its beginning.
        """
        if not len(place):
            return np.empty(0)
        day, minute = np.divmod(np.floor(local_minute).astype(np.int64), DAY_MINUTES)
        first, days = int(day.min()), int(np.ptp(day)) + 1
        key = (self.code[place] + 1) * days + day - first  # one number for both
        keys, inverse = np.unique(key, return_inverse=True)
        tables = np.stack([self._day(k // days - 1, k % days + first) for k in keys.tolist()])
        left = tables[inverse, minute].astype(np.float64)
        return np.where(left == UNKNOWN, np.nan, left)

    def _day(self, code: int, day: int) -> np.ndarray:
        hours = self._parsed[code] if code >= 0 else None
        if hours is None:
            return _UNKNOWN_DAY
        table = self._days.get((code, day))
        if table is None:
            table = self._days[(code, day)] = _minutes(hours, EPOCH + timedelta(days=day))
            if len(self._days) > KEPT_DAYS:
                self._days.popitem(last=False)
        return table


_UNKNOWN_DAY = np.full(DAY_MINUTES, UNKNOWN, dtype=np.int16)


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
