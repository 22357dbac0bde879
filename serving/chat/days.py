"""The days of a message, of the dates that are written in it: the one that is asked of, and the trip's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from serving.chat.arguments import FARTHEST_DAY
from serving.chat.dates import ON, Said


@dataclass(frozen=True)
class Days:
    said: Sequence[Said]
    today: date

    @cached_property
    def on(self) -> date | None:
        """The day that is named by its date; of several the first."""
        return next((s.start for s in self._single), None)

    @cached_property
    def spare(self) -> list[Said]:
        """Other days, of which nothing is made."""
        return self._single[1:]

    @property
    def _single(self) -> list[Said]:
        return [s for s in self.said if s.kind == ON and s.exists]

    @cached_property
    def stay(self) -> tuple[date | None, date | None]:
        """When the trip begins and ends, as far as it is told; neither, where it would end before."""
        start, end = None, None
        for said in self._stays:
            start, end = said.start or start, said.end or end
        return (None, None) if start and end and start > end else (start, end)

    @property
    def _stays(self) -> list[Said]:
        return [s for s in self.said if s.kind != ON and s.exists]

    def unmeant(self) -> Iterator[tuple[int, int]]:
        """The tokens of days that do not exist, are over, or contradict each other."""
        wrong = [] if any(self.stay) else self._stays
        yield from ((s.first, s.last) for s in self.said if s in wrong or not s.exists)

    def ahead(self, day: date) -> int | None:
        """Days from today; None beyond what can be looked at."""
        days = (day - self.today).days
        return days if days <= FARTHEST_DAY else None

    def meant(self, day: int | None, asks: bool) -> tuple[int | None, date | None]:
        """Days from today, and the date that was named. `day` is what is said otherwise, "tomorrow"; what
        is asked of a stay is of its first day, or of now where it has begun."""
        if self.on:
            return self.ahead(self.on), self.on
        start = self.stay[0]
        if day is None and asks and start and start > self.today:
            return self.ahead(start), start
        return day, None
