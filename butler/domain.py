"""What travel is: the few things the platform talks about, as values that never change."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args


@dataclass(frozen=True, slots=True)
class Poi:
    """A place a traveller can go to."""

    poi_id: str
    name: str
    category: str
    latitude: float
    longitude: float
    names: dict[str, str] = field(default_factory=dict)
    price_level: int | None = None
    indoor_share: float | None = None
    opening_hours: str | None = None
    typical_duration_min: int | None = None
    accessible: bool | None = None
    kid_friendly: bool | None = None
    capacity: int | None = None
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """A stay: from `start` to `end`, based at one point."""

    start: datetime
    end: datetime
    latitude: float
    longitude: float
    place: str = ""


@dataclass(frozen=True, slots=True)
class Traveller:
    user_id: str
    language: str | None = None
    home_country: str | None = None
    party: str | None = None
    budget_level: int | None = None
    trips: tuple[Trip, ...] = ()


@dataclass(frozen=True, slots=True)
class Weather:
    """One forecast (or observation) for one place and hour."""

    latitude: float
    longitude: float
    valid_at: datetime
    issued_at: datetime
    temperature_c: float
    precipitation_mm: float | None = None
    wind_ms: float | None = None
    cloud_pct: float | None = None
    uv_index: float | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """What a traveller did with a place; it names the request whose impression caused it."""

    event_id: str
    user_id: str
    event_type: str
    poi_id: str
    occurred_at: datetime
    session_id: str | None = None
    value: float | None = None
    request_id: str | None = None
    position: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class LoggedInteraction:
    """An interaction as the feedback log holds it: with its number and the time of its arrival."""

    seq: int
    known_at: datetime
    interaction: Interaction


@dataclass(frozen=True, slots=True)
class Acted:
    """How often something was done with a place, of what arrived in the log in one minute."""

    poi_id: str
    event_type: str
    minute: datetime  # its start
    count: int
    newest: datetime  # the last arrival among them


@dataclass(frozen=True, slots=True)
class Impression:
    """One answered request: all that is needed to replay it, and to judge another model by it.

    `context` is JSON-ready. `features` holds the float32 matrix (candidates x features) as bytes.
    `candidates` are poi ids in the order of the matrix' rows; `scores` the ranker's, same order.
    `slate` lists the poi ids shown, top first; `propensities` the probability with which each was
    shown at its position given those above it: their product is the probability of the slate.
    """

    request_id: str
    user_id: str
    requested_at: datetime
    model_name: str
    model_version: str
    context: dict[str, object]
    candidates: tuple[str, ...]
    features: bytes
    scores: tuple[float, ...]
    slate: tuple[str, ...]
    propensities: tuple[float, ...]
    degraded: tuple[str, ...] = ()
    seq: int = 0


# that travellers name, and are told, sums in: ISO 4217
Currency = Literal["EUR", "USD", "GBP", "CHF", "PLN", "RON", "ILS", "ALL"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` hundredths of `currency`: €30 is `Money(3000, "EUR")`."""

    minor: int
    currency: Currency


@dataclass(frozen=True, slots=True)
class TripFacts:
    """What a traveller has told about the trip so far; shown to the traveller and editable.

    `likes` and `dislikes` are categories (`nature`, `nature/beach`); `mobility` is one of
    `wheelchair`, `stroller`, `short_walks`; `children` are ages in years; `town` is where they stay,
    by a name they use; `diets` are what they eat (`vegan`, `gluten_free`). `budget` is a price level;
    `budget_sum`, where they named one, the sum for each person that it was made of.
    """

    start: date | None = None
    end: date | None = None
    party: str | None = None
    budget: int | None = None
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    mobility: str | None = None
    children: tuple[int, ...] = ()
    town: str | None = None
    diets: tuple[str, ...] = ()
    budget_sum: Money | None = None


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One thing that was said in a conversation, by the traveller or by the butler.

    `record` is JSON-ready: of a butler's turn the facts it rests on, the tools asked, what the gate
    decided of each sentence, the places shown, who worded it and what it cost.
    """

    turn_id: str
    user_id: str
    said_at: datetime
    role: str  # "traveller" | "butler"
    text: str
    language: str
    record: dict[str, object] = field(default_factory=dict)
