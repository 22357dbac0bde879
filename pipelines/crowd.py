"""The crowd: simulated travellers who ask, react to what they are shown, and let us know in time.

What they will do is drawn when they see a slate, but the platform hears of each thing only when it
happens: a click seconds later, a visit in the evening, a booking after sleeping on it.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

import numpy as np
import polars as pl

from butler.columns import C
from butler.domain import Interaction
from butler.world.booking import as_known
from butler.world.truth import Truth, respond
from pipelines.rivals import slate_frame

STREAM_REACTION = 21
SENT_SECONDS = 300
_FIELDS = tuple(Interaction.__dataclass_fields__)
_Coming = tuple[datetime, str, Interaction]


@dataclass
class Crowd:
    """The travellers of a world. Same seed and same slates, same reactions.

    A reaction depends on the visits of earlier days, so the day must end (`sleep`) before the next.
    """

    truth: Truth
    seed: int
    _today: Truth = field(init=False)  # with the visits of today's travellers only: they are few
    _coming: list[_Coming] = field(default_factory=list)  # a heap by time
    _lived: list[pl.DataFrame] = field(default_factory=list)  # today's reactions
    _booked: list[pl.DataFrame] = field(default_factory=list)  # with what finally becomes of them

    def wake(self, day: datetime) -> pl.DataFrame:
        """The requests of the day (`Truth.requests`); walks that no request leads to begin, too."""
        self._take(self.truth.walks(day))
        requests = self.truth.requests(day)
        who = requests[C.USER].unique().implode()
        self._today = replace(
            self.truth, visits=self.truth.visits.filter(pl.col(C.USER).is_in(who))
        )
        return requests

    def see(self, request: pl.DataFrame, slate: Sequence[str]) -> None:
        """The traveller of a request (one row) looks at a slate, top first."""
        shown = slate_frame({request[C.REQUEST][0]: slate})
        if shown.is_empty():
            return
        reaction = respond(self._today, self._chance(request), request, shown)
        self._take(reaction.events)
        self._booked.append(reaction.bookings)

    def feedback(self, until: datetime) -> Iterator[tuple[datetime, list[Interaction]]]:
        """What has happened before `until` and was not told yet, as apps send it: all of up to five
        minutes at once, with the time at which the platform hears of it."""
        due = []
        while self._coming and self._coming[0][0] < until:
            due.append(heapq.heappop(self._coming))
        for _, sent in groupby(due, key=lambda entry: entry[0].timestamp() // SENT_SECONDS):
            entries = list(sent)
            yield entries[-1][0], [interaction for _, _, interaction in entries]

    def bookings(self, at: datetime) -> pl.DataFrame:
        """All bookings of the simulated days as the ledger shows them at that moment."""
        return as_known(pl.concat(self._booked), at) if self._booked else pl.DataFrame()

    def sleep(self) -> None:
        """The day is over: its visits tire travellers from tomorrow on."""
        if self._lived:
            self.truth = self.truth.with_events(pl.concat(self._lived))
        self._lived = []

    def _take(self, events: pl.DataFrame) -> None:
        self._lived.append(events)
        for row in events.select(_FIELDS).iter_rows():
            done = Interaction(*row)
            heapq.heappush(self._coming, (done.occurred_at, done.event_id, done))

    def _chance(self, request: pl.DataFrame) -> np.random.Generator:
        """Of each request its own, so that what one sees changes nothing for another."""
        number = pl.Series([request[C.REQUEST][0]]).hash(seed=self.seed)[0]
        return np.random.default_rng([self.seed, STREAM_REACTION, number])
