"""What is asked of the recommender and what it answers: values only, no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from butler.domain import Impression, Interaction
from serving.offer import Offer


@dataclass(frozen=True, slots=True)
class Only:
    """What a traveller would take at all; ids of places, groups (`nature`) or kinds of them.

    `indoor` is mostly under a roof, or mostly in the open. What is None or empty rules out nothing.
    """

    these: tuple[str, ...] | None = None
    not_these: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    indoor: bool | None = None
    accessible: bool = False
    kids: bool = False
    within_km: float | None = None
    beyond_km: float | None = None
    at_least: int | None = None  # price level


@dataclass(frozen=True, slots=True)
class Request:
    """One request for recommendations; every value is already within its range.

    `at` is the visiting time (UTC) and `requested_at` the moment of asking; a place for now has
    both equal. Without coordinates the traveller's base of the current trip is used. `language` is
    that of names and reasons, BCP 47; any may be asked for, `serving/explain/words.py` speaks 18.
    """

    user_id: str
    requested_at: datetime
    at: datetime
    limit: int = 10
    latitude: float | None = None
    longitude: float | None = None
    party: str | None = None
    budget: int | None = None
    category: str | None = None
    exclude_visited: bool = False
    language: str = "en"
    only: Only | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item ranks where it does: a feature group, its direction, and a sentence (`label`)."""

    group: str
    direction: str  # "for" | "against"
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class RuleMove:
    """A rule moved the item between two ranks of the candidates; 1 is the top.

    The moves of an item lead, one after the other, from its rank by score to its rank here.
    """

    rule: str  # out_of_reach, closed, budget, visited, diversity, provider, crowding, exploration
    from_rank: int
    to_rank: int


@dataclass(frozen=True, slots=True)
class Item:
    rank: int
    score: float
    poi_id: str
    name: str
    category: str
    latitude: float
    longitude: float
    distance_km: float | None
    open_at_arrival: bool | None
    price_level: int | None
    indoor_share: float | None
    typical_duration_min: int | None
    accessible: bool | None
    kid_friendly: bool | None
    opening_hours: str | None
    tags: tuple[str, ...]
    propensity: float
    reasons: tuple[Reason, ...] = ()
    provider_id: str | None = None
    moved: tuple[RuleMove, ...] = ()
    text: str | None = None  # a sentence, where it was asked for
    worded_by: str | None = None  # of the sentence: template or claude


@dataclass(frozen=True, slots=True)
class Answer:
    """The slate, and everything needed to understand it."""

    request_id: str
    model_name: str
    model_version: str
    context: dict[str, object]  # weather, season, holiday, party, place: JSON-ready
    items: tuple[Item, ...]
    degraded: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)  # rule -> candidates it removed
    language: str = "en"  # of the reasons: the one asked for, or English where it is not spoken
    texts_awaited: bool | None = None  # where sentences were asked for: whether better ones come


@dataclass(frozen=True, slots=True)
class ToldText:
    """The sentence of an item: worded by `template` or by `claude`; `awaited` where a better one comes."""

    rank: int
    poi_id: str
    text: str
    worded_by: str
    awaited: bool


@dataclass(frozen=True, slots=True)
class ToldTexts:
    """The sentences of an answer as they are now; `awaited` where better ones come for any of them."""

    request_id: str
    language: str
    awaited: bool
    items: tuple[ToldText, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature did to the score of one item; `value` is None where it was missing."""

    feature: str
    group: str
    value: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class ExplainedItem:
    """`score` is the answer's `expected` plus the weights of the contributions, strongest first."""

    rank: int
    poi_id: str
    score: float
    reasons: tuple[Reason, ...]
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Full attributions of an answer, by the model version that gave it."""

    request_id: str
    model_name: str
    model_version: str
    expected: float  # score of a place of which nothing is known
    items: tuple[ExplainedItem, ...]
    language: str = "en"  # of the reasons: that of the answer


@dataclass(frozen=True, slots=True)
class Readiness:
    """`checks` maps a part (online_store, champion, log, ...) to "ok" or to what is wrong."""

    ready: bool
    checks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the recommender is just now, in numbers; ages in seconds, None while there is no model."""

    model_version: str | None = None
    refused_version: str | None = None  # the champion, where another answers for it
    places_age: float | None = None  # since the moment places' features are of
    weather_age: float | None = None
    trending_age: float | None = None  # since counters took in the log
    impressions_waiting: int = 0
    impressions_lost: int = 0
    travellers_behind: int = 0  # whose online row lacks feedback
    online_store_away: bool = False  # it is left alone for now
    log_away: bool = False  # the last look could not read it


class Observer(Protocol):
    """Who wants to know what happens away from requests; called by background threads."""

    def visible(self, seconds: float) -> None:
        """Feedback is in the traveller's online row, so long after it was accepted."""

    def logged(self, impressions: Sequence[Impression]) -> None:
        """Impressions have been written to the log."""


class Recommender(Protocol):
    """What the API needs of the platform; `serving/engine.py` is it."""

    def recommend(self, request: Request) -> Answer:
        """Raises ModelUnavailable without a champion, InvalidRequest for an unknown category."""

    def explain(self, request_id: str) -> Explanation:
        """Raises NotFound for an answer that was not given or a model version that is gone,
        NotRanked for one that no ranker ordered, ExplanationUnavailable for one of other features than
        today's."""

    def offer(self) -> Offer:
        """What can be asked for now. Raises ModelUnavailable without a champion."""

    def answered(self, request_id: str) -> Answer:
        """An answer that was given, out of the log, without what is of that moment alone. Raises as
        `explain` does."""

    def learn(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        """Store durably, refresh the travellers' online features; return the new event_ids."""

    def readiness(self) -> Readiness: ...

    def vitals(self) -> Vitals: ...

    def refresh(self) -> None:
        """Look at places, weather and the champion anew (called by a background task)."""

    def close(self) -> None: ...
