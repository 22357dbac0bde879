"""Is a place open on arrival? OpenStreetMap opening hours, evaluated by a library, kept by day.

A day of one place is a row of 96 quarter hours; each holds the minutes until it closes
(0 = closed now). Rows are computed when first asked for and kept.
"""

from collections import OrderedDict
from datetime import date, datetime, timedelta

import numpy as np
from opening_hours import OpeningHours, ParserError

SLOTS = 96
SLOT_MINUTES = 15
LOOK_AHEAD_HOURS = 12  # "minutes left" is capped here
KEPT_DAYS = 200_000

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
        """float64, as long as `place` (row numbers); `local_minute` counts local minutes since 1970."""
        code = self.code[place]
        slot = np.floor_divide(local_minute, SLOT_MINUTES).astype(np.int64)
        day, quarter = np.divmod(slot, SLOTS)
        keys, inverse = np.unique(np.stack([code, day]), axis=1, return_inverse=True)
        tables = np.stack([self._day(int(c), int(d)) for c, d in keys.T]) if keys.size else None
        if tables is None:
            return np.empty(0)
        return tables[inverse.ravel(), quarter]

    def _day(self, code: int, day: int) -> np.ndarray:
        if code < 0 or self._parsed[code] is None:
            return _UNKNOWN
        key = (code, day)
        if key not in self._days:
            self._days[key] = _quarters(self._parsed[code], EPOCH + timedelta(days=day))
            if len(self._days) > KEPT_DAYS:
                self._days.popitem(last=False)
        return self._days[key]


_UNKNOWN = np.full(SLOTS, np.nan)


def _parse(hours: str, country: str | None) -> OpeningHours | None:
    try:
        return OpeningHours(hours, country=country)
    except ParserError:
        return None  # the contract quarantines these; a place that slipped through is "unknown"


def _quarters(hours: OpeningHours, day: date) -> np.ndarray:
    start = datetime(day.year, day.month, day.day)
    left = np.zeros(SLOTS)
    spans = [
        ((a - start).total_seconds() / 60, (b - start).total_seconds() / 60)
        for a, b, state, _ in hours.intervals(start, start + timedelta(hours=24 + LOOK_AHEAD_HOURS))
        if str(state).endswith("OPEN") or str(state) == "open"
    ]
    minutes = np.arange(SLOTS) * SLOT_MINUTES
    for opens, closes in spans:
        inside = (minutes >= opens) & (minutes < closes)
        left[inside] = np.maximum(left[inside], (closes - minutes)[inside])
    return np.minimum(left, LOOK_AHEAD_HOURS * 60)
