"""What a conversation is made of: values and the seams between its parts; no HTTP, no vendor."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from butler.domain import ChatTurn, Money, TripFacts
from serving.answers import Answer, Item
from serving.chat.facts import Fact, Facts


@dataclass(frozen=True, slots=True)
class Message:
    """What a traveller says, and from where. `at` is now, or the moment the talk is about (UTC)."""

    user_id: str
    text: str
    at: datetime
    language: str = "en"
    latitude: float | None = None
    longitude: float | None = None
    consent: bool = False  # to have it worded by Claude; asked for where a setting says so

    @property
    def here(self) -> tuple[float, float] | None:
        """Latitude and longitude, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of a message, by rules. What is None was not said.

    `intent`: recommend, other ("something else"), search, details, why, weather, compare, plan,
    remember, trip (what is noted of it), agree, greeting, thanks, help, emergency, police, medical, legal,
    off_topic, unknown.
    """

    intent: str
    category: str | None = None
    within_km: float | None = None
    budget: int | None = None
    indoor: bool | None = None  # under a roof, or in the open
    accessible: bool | None = None
    kids: bool | None = None
    quiet: bool | None = None  # not among what is visited most of its kind
    day: int | None = None  # days from today, none farther ahead than tools look
    hour: int | None = None  # local
    meal: str | None = None  # of serving.chat.meals.MEALS, where no hour is said
    lasts: int | None = None  # days of the stay that is asked about: of the first of them
    places: tuple[str, ...] = ()  # poi_ids that were named
    ranks: tuple[int, ...] = ()  # "the second": places of the last list
    query: str = ""  # words to search by
    told: TripFacts = field(default_factory=TripFacts)  # what was said of the trip
    taken_back: tuple[str, ...] = ()  # diets, kinds of places and a town that hold no longer
    accepted: tuple[str, ...] = ()  # kinds of places that are fine after all: disliked no longer
    the_one: str | None = None  # the kind of one place that is asked about, if one was shown
    called: str | None = None  # poi_id: the only place with that word in its name
    forgets: tuple[str, ...] = ()  # fields of the trip; "party:family" where it is a family
    refines: tuple[str, ...] = ()  # "cheaper": of the list that was shown
    changed: tuple[str, ...] = ()  # of the call that was refined
    at_least: int | None = None  # price level
    beyond_km: float | None = None
    edge: str = ""  # "cheapest", "dearest": nothing lies beyond what was shown
    bare: bool = False  # nothing but what narrows the choice: it may be of the list that was shown
    not_understood: tuple[str, ...] = ()  # phrases that nothing was made of
    perhaps_urgent: bool = False  # it may be an emergency: 112 is named, and the answer given
    paid: Money | None = None  # the sum that the budget was made of, for each person
    diets: tuple[str, ...] = ()  # of serving.chat.diets.DIETS
    town: str | None = None  # to look from, instead of where the traveller is
    named_day: date | None = None  # by its date
    kinds: tuple[str, ...] = ()  # of places: all that a plan is to have

    @property
    def too_far(self) -> bool:
        """A date is meant that nothing can be said of yet."""
        return self.named_day is not None and self.day is None


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` may hold placeholders `{p1.hours}`: the gate fills them. `facts` are ids it rests on."""

    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate made of a sentence: the `text` to be shown, or None and the check that failed."""

    sentence: Sentence
    text: str | None
    failed: str = ""  # "", or one of serving.chat.gate.CHECKS
    why: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A tool that was asked: with what, and what came of it. `problem` is "" where all went well."""

    tool: str
    arguments: dict[str, object]
    problem: str = ""
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Tokens and money of a turn; nothing where the template answered."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    micro_dollars: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a tool found: facts to be cited and places to be shown; or why it could not."""

    facts: Facts = field(default_factory=Facts)
    items: tuple[Item, ...] = ()
    request_id: str | None = None  # of the impression behind the items
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `worded_by` is "claude" or "template"; `because` why the template did."""

    turn_id: str
    text: str
    language: str
    items: tuple[Item, ...] = ()
    request_id: str | None = None
    facts: tuple[str, ...] = ()  # ids the text rests on
    worded_by: str = "template"
    because: str = ""
    not_understood: tuple[str, ...] = ()
    called: tuple[Called, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    cost: Cost = field(default_factory=Cost)
    grounds: tuple[Fact, ...] = ()  # all that tools found, as it was told: for the record


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence that has passed the gate, as it is released while the answer is still made."""

    text: str
    facts: tuple[str, ...] = ()


class Conversation(Protocol):
    """What the API needs of the butler; `serving/chat/conversation.py` is it."""

    def answer(self, message: Message) -> AsyncIterator[Piece | Reply]:
        """Pieces as they are ready, then the reply whole, once, at the end."""

    async def history(self, user_id: str, limit: int, before: str | None) -> list[ChatTurn]: ...

    async def clear(self, user_id: str) -> int: ...

    async def trip(self, user_id: str) -> TripFacts: ...

    async def edit_trip(self, user_id: str, trip: TripFacts) -> TripFacts: ...


@dataclass(frozen=True, slots=True)
class ItemText:
    """A sentence of an item of an answer, and who worded it: "template" or "claude". `awaited`: Claude
    is asked for a better one just now."""

    text: str
    worded_by: str = "template"
    awaited: bool = False


class Texts(Protocol):
    """Why each item of an answer is there, as a sentence.

    `serving/explain/texts.py` has it in templates; a cache of Claude's sentences by (item, reasons,
    language, weather class) stands before them where there is a key. Both are called in the event loop,
    and never fail for want of Claude.
    """

    def of(self, answer: Answer) -> Sequence[ItemText]:
        """Of each item, in its order: what is at hand now, never waited for. Where that is a template,
        Claude's sentence may be made behind it: the same item for the same reasons gets it later.
        """

    async def within(self, answer: Answer, seconds: float) -> Sequence[ItemText]:
        """The same as soon as nothing is awaited any more, and after so many seconds at the latest."""


class Wording(Protocol):
    """Claude, behind `serving/chat/claude.py`: a turn from the message to sentences that passed.

    Raises butler.errors.Unworded with what `Reply.because` says: no_key, budget, refused, overloaded,
    timeout, broken, gate. The template answers then.
    """

    def turn(
        self, message: Message, trip: TripFacts, history: Sequence[ChatTurn]
    ) -> AsyncIterator[Piece | Reply]: ...
