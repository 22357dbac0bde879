"""What time it is for the platform: now, or as if now were another moment.

Datasets of the past are asked as of their own time: `BUTLER_NOW=2012-11-08T12:00:00+00:00` starts
the clock there, and it goes on from there.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta(0) if start is None else _utc(start) - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


class SetClock(Clock):
    """A clock that stands still until it is set: a simulation's day passes in seconds."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        self._now = _utc(now)

    def now(self) -> datetime:
        return self._now


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
