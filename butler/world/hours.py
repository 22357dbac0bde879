"""When places are open: OpenStreetMap opening hours, evaluated once per distinct text.

Texts are few where places are many. Each distinct text becomes one row of a table of half hours
over the simulated time, seasons and Spanish holidays included; asking is an array lookup.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from opening_hours import OpeningHours, State, validate

from butler.errors import ContractViolation
from butler.world.noise import Bools, Ints

LOCAL = ZoneInfo("Europe/Madrid")
SUN_AT = (38.3452, -0.4810)  # sunrise and sunset are taken at Alicante
SLOT_MINUTES = 30
BEYOND_DAYS = 90


@dataclass(frozen=True)
class OpenTable:
    """`rows` (places) point into `table` (texts, half hours since `first_slot`)."""

    rows: Ints
    table: Bools
    first_slot: int

    @classmethod
    def of(cls, texts: list[str | None], start: datetime, end: datetime) -> "OpenTable":
        """The table of all places for [start, end). A place without hours is always open."""
        distinct = sorted({text or "24/7" for text in texts})
        number = {text: row for row, text in enumerate(distinct)}
        first = _slot(start)
        table = np.zeros((len(distinct), _slot(end) - first), dtype=bool)
        for row, text in enumerate(distinct):
            _fill(table[row], text, start, end, first)
        rows = np.array([number[text or "24/7"] for text in texts], dtype=np.int64)
        return cls(rows, table, first)

    def is_open(self, places: Ints, minutes: Ints) -> Bools:
        """Whether each place is open at each minute since 1970 UTC (broadcast together).

        Moments outside the table count as its first or last half hour.
        """
        slots = minutes // SLOT_MINUTES - self.first_slot
        return np.asarray(self.table[self.rows[places], slots.clip(0, self.table.shape[1] - 1)])


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // 60 // SLOT_MINUTES)


def _fill(row: Bools, text: str, start: datetime, end: datetime, first: int) -> None:
    """Set the half hours in whose beginning the place is open."""
    if not validate(text):
        raise ContractViolation(f"opening_hours {text!r} is not OpenStreetMap syntax; correct it")
    hours = OpeningHours(text, timezone=LOCAL, country="ES", coords=SUN_AT)
    for begin, finish, state, _ in hours.intervals(start.astimezone(LOCAL), end.astimezone(LOCAL)):
        if state == State.OPEN:
            row[_ceil_slot(begin) - first : _ceil_slot(finish or end) - first] = True


def _ceil_slot(moment: datetime) -> int:
    return int(-(-moment.astimezone(UTC).timestamp() // (60 * SLOT_MINUTES)))


def window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The time an OpenTable covers for a world simulated over [start, end).

    Bookings start up to a month later, and a closed-loop simulation goes on after the end.
    """
    return start - timedelta(days=2), end + timedelta(days=BEYOND_DAYS)
