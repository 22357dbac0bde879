"""Whether rain is expected: of an hour, or of the hours of a day in which one is out and about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from typing import NamedTuple

from butler.columns import C
from features.rows import CONDITION_RAIN_MM
from serving.moment import Sky
from serving.vectors import sky_at

FROM, TO = 8, 22  # hours of a day that is asked about without an hour
RAIN, LITTLE, DRY = "rain", "little", "dry"


class Span(NamedTuple):
    """What is forecast from one full hour to another: `RAIN`, `LITTLE` (less than counts as rain), `DRY`."""

    begins: datetime
    ends: datetime
    expected: str


def outlook(sky: Sky, cell: int, at: datetime, day: int | None, hour: int | None) -> list[Span]:
    """For the local moment `at`, which was named by `day` and `hour`: each span of rain, or one that says
    there is none. Only by forecasts, and as far as they reach without a gap; empty without one."""
    begins, ends = _asked(at, day, hour)
    hours = [begins + timedelta(hours=n) for n in range(max(1, ends - begins.hour))]
    told = list(takewhile(lambda of: of[1], ((h, _expected(sky, cell, h)) for h in hours)))
    if not told:
        return []
    spans = list(_spans(told))
    wet = [span for span in spans if span.expected == RAIN]
    most = LITTLE if any(span.expected == LITTLE for span in spans) else DRY
    return wet or [Span(spans[0].begins, spans[-1].ends, most)]


def _asked(at: datetime, day: int | None, hour: int | None) -> tuple[datetime, int]:
    """The first hour, and that at which the last is over."""
    begins = at.replace(minute=0, second=0, microsecond=0)
    if hour is not None:
        return begins, begins.hour + 1
    return (begins.replace(hour=FROM) if day else begins), TO


def _expected(sky: Sky, cell: int, at: datetime) -> str:
    """ "" where nothing is forecast of that hour."""
    known = sky_at(sky, cell, at)
    if known is None or known["source"] != "forecast" or C.PRECIPITATION not in known:
        return ""
    mm = known[C.PRECIPITATION]
    return RAIN if mm > CONDITION_RAIN_MM else LITTLE if mm > 0 else DRY


def _spans(told: list[tuple[datetime, str]]) -> Iterator[Span]:
    for expected, hours in groupby(told, key=lambda of: of[1]):
        of_it = [hour for hour, _ in hours]
        yield Span(of_it[0], of_it[-1] + timedelta(hours=1), expected)
