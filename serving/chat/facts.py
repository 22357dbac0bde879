"""Facts: all that may be said in a conversation, each with an id that a sentence can rest on.

Tools make them, Claude cites them, templates say them, the gate checks against them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from butler.domain import Currency

Kind = Literal[
    "name",  # what the place is called
    "category",
    "rank",  # place in the ranker's order: 1 is the top
    "distance",  # km from where the traveller is
    "duration",  # minutes a visit usually takes
    "indoor",  # share of it that is under a roof
    "kids",
    "reason",  # what the ranker's features contributed: direction and weight
    "weather",  # as forecast for an hour
    "date",  # the day that is spoken about
    "count",  # how many were found
    "comparison",  # one place beside another: which is nearer, cheaper, ...
    "stop",  # of a planned day: from, to, the way there
    "trip",  # what the traveller has told
    "hours",  # guarded: opening hours of a day, or open on arrival
    "price",  # guarded
    "accessible",  # guarded
    "warning",  # guarded: closed on arrival, storm, out of reach, answers that had to do without something
]
Unit = Literal[
    "km", "min", "h", "celsius", "mm", "m/s", "level", "stars", "people", "count", "rank"
]
GUARDED: frozenset[Kind] = frozenset({"hours", "price", "accessible", "warning"})


class Quantity(NamedTuple):
    """A number of a fact, rounded as it is said."""

    number: float
    unit: Unit | Currency


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known.

    `text` says it whole, in the traveller's language, as a sentence or a phrase that stands alone:
    it is what `{id}` in a sentence of Claude's is replaced by. What is `guarded` may be said in no
    other way. `place` is the poi_id it is of, `others` those it speaks of beside. `moments` are the
    local times it names. A reason has a `direction` ("for", "against") and a signed `weight`.
    """

    id: str
    kind: Kind
    text: str
    place: str | None = None
    quantities: tuple[Quantity, ...] = ()
    moments: tuple[datetime, ...] = ()
    others: tuple[str, ...] = ()
    direction: str | None = None
    weight: float | None = None
    key: str | None = None  # what it is in no language: "nature/beach", "rain", "nearer", a group

    @property
    def guarded(self) -> bool:
        return self.kind in GUARDED


class Facts:
    """The facts of a turn, by id. Ids: `p1.distance` of the first place, `w1`, `d1`, `s1`, `t1`."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._of: dict[str, Fact] = {}
        self.add(facts)

    def add(self, facts: Iterable[Fact]) -> None:
        """Later ones of the same id replace the earlier."""
        for fact in facts:
            self._of[fact.id] = fact

    def get(self, fact_id: str) -> Fact | None:
        return self._of.get(fact_id)

    def of_place(self, poi_id: str, kind: Kind | None = None) -> list[Fact]:
        return [f for f in self if f.place == poi_id and kind in (None, f.kind)]

    def names(self) -> dict[str, str]:
        """The name of each place that facts are known of, by poi_id."""
        return {f.place: f.text for f in self if f.kind == "name" and f.place}

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._of.values())

    def __len__(self) -> int:
        return len(self._of)


class Numbering:
    """The ids of a turn: the same place keeps its number."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def place(self, poi_id: str) -> str:
        return f"p{self._places.setdefault(poi_id, len(self._places) + 1)}"

    def next(self, letter: str) -> str:
        self._counts[letter] = self._counts.get(letter, 0) + 1
        return f"{letter}{self._counts[letter]}"
