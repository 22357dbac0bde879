"""GET and PUT /api/v1/chat/trip: what a traveller has told of the trip, to be seen and corrected."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from butler.columns import PARTIES
from butler.domain import Currency, Money, TripFacts
from butler.errors import ModelUnavailable
from serving.api.fields import Name, Number
from serving.chat import towns
from serving.chat.diets import DIETS
from serving.chat.sums import MOST_MINOR
from serving.chat.values import Conversation
from serving.explain.words import ENGLISH, Words
from serving.offer import Offer

PATH = "/api/v1/chat/trip"
LONGEST = timedelta(days=400)
MOST = 30  # likes or dislikes
Age = Annotated[int, Field(ge=0, le=17), Number]


def _category(text: str) -> str:
    if text.count("/") > 1 or text.startswith("/") or text.endswith("/"):
        raise ValueError("must be a group (nature) or a group/kind (nature/beach)")
    return text.lower()


def _known(town: str) -> str:
    if towns.named(town) is None:
        raise ValueError("is no town that is known here")
    return town


Category = Annotated[Name, AfterValidator(_category)]
Town = Annotated[Name, AfterValidator(_known)]


class Whose(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user_id: Name = Field(description="The traveller the app acts for.")


class Sum(BaseModel):
    """Money for each person."""

    model_config = ConfigDict(extra="forbid")

    minor: Annotated[int, Field(ge=0, le=MOST_MINOR), Number] = Field(
        description="In hundredths of the currency.", examples=[3000]
    )
    currency: Currency = Field(description="ISO 4217.", examples=["EUR"])


class Trip(BaseModel):
    """What a traveller has told; nothing is required, and what is left out is not told."""

    model_config = ConfigDict(extra="forbid")

    start: date | None = None
    end: date | None = Field(None, validate_default=True)
    party: Literal[PARTIES] | None = Field(None, description="Who comes along.")  # type: ignore[valid-type]
    budget: Annotated[int, Field(ge=1, le=4), Number] | None = Field(
        None, description="1 thrifty to 4 luxury."
    )
    budget_sum: Sum | None = Field(
        None,
        description="What each person is to spend at most, as it was said. A new sum makes the `budget`; "
        "where the sum stays and another `budget` is set, the sum is dropped.",
    )
    likes: list[Category] = Field(
        default_factory=list,
        max_length=MOST,
        examples=[["nature/beach", "food"]],
        description="Groups or kinds of places, as `/api/v1/catalogue` lists them.",
    )
    dislikes: list[Category] = Field(
        default_factory=list, max_length=MOST, description="None of them may be liked, too."
    )
    mobility: Literal["wheelchair", "stroller", "short_walks"] | None = None
    children: list[Age] = Field(
        default_factory=list, max_length=12, description="Ages in years, 0 to 17."
    )
    town: Town | None = Field(
        None, description="Where they stay, by any of its names: places are looked for from there."
    )
    diets: list[Literal[DIETS]] = Field(  # type: ignore[valid-type]
        default_factory=list,
        max_length=len(DIETS),
        description="Places to eat that do not say they have it are left out, where any says it.",
    )

    @field_validator("end")
    @classmethod
    def _after_the_start(cls, end: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start")
        if start and end and not start <= end <= start + LONGEST:
            raise ValueError(f"must lie 0 to {LONGEST.days} days after start")
        return end

    @field_validator("dislikes")
    @classmethod
    def _not_liked_too(cls, dislikes: list[str], info: ValidationInfo) -> list[str]:
        if both := set(dislikes) & set(info.data.get("likes", ())):
            raise ValueError(f"{sorted(both)[0]} is liked already")
        return dislikes

    def facts(self) -> TripFacts:
        told = self.model_dump()
        for name in ("likes", "dislikes", "diets"):
            told[name] = tuple(dict.fromkeys(told[name]))
        money = self.budget_sum and Money(self.budget_sum.minor, self.budget_sum.currency)
        return TripFacts(**told | {"children": tuple(self.children), "budget_sum": money})


def shown(trip: TripFacts) -> Trip:
    """As it is kept: what is shown is not judged."""
    told: dict[str, Any] = {name: getattr(trip, name) for name in Trip.model_fields}
    lists = {name: list(told[name]) for name in ("likes", "dislikes", "children", "diets")}
    money = trip.budget_sum and Sum.model_construct(**asdict(trip.budget_sum))
    return Trip.model_construct(**told | lists | {"budget_sum": money})


def known(trip: Trip, offer: Callable[[], Offer]) -> Trip:
    """The trip itself. Raises InvalidRequest for a kind of place that no place has, and that no
    conversation speaks of. Before there are places nobody can judge it."""
    with suppress(ModelUnavailable):
        offered = offer() if trip.likes or trip.dislikes else Offer({})
        for name in ("likes", "dislikes"):
            for n, category in enumerate(getattr(trip, name)):
                if not (offered.has(category) or _spoken_of(category)):
                    raise offered.lacks(category, f"{name}[{n}]")
    return trip


def _spoken_of(category: str) -> bool:
    """Whether there are words for it: then it can be told in a conversation."""
    return "-" not in category and Words.of(ENGLISH).category(category) is not None


def routes(conversation: Conversation, offer: Callable[[], Offer]) -> APIRouter:
    router = APIRouter()

    @router.get(PATH, summary="What the traveller has told of the trip")
    async def trip(whose: Annotated[Whose, Query()]) -> Trip:
        return shown(await conversation.trip(whose.user_id))

    @router.put(PATH, summary="The same, in the traveller's own words from now on")
    async def edit(whose: Annotated[Whose, Query()], trip: Trip) -> Trip:
        return shown(await conversation.edit_trip(whose.user_id, known(trip, offer).facts()))

    return router
