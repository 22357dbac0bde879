"""What each tool may be asked: strict, and described for who asks, a language model among them."""

from dataclasses import fields
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from butler.columns import PARTIES
from butler.domain import Currency, Money, TripFacts
from serving.chat.diets import DIETS
from serving.chat.meals import MEALS
from serving.chat.sums import LEVELS, MOST_MINOR

Party = Literal[PARTIES]  # type: ignore[valid-type]
Diet = Literal[DIETS]  # type: ignore[valid-type]
NAMED_MEALS = tuple(MEALS)
NamedMeal = Literal[NAMED_MEALS]  # type: ignore[valid-type]
Mobility = Literal["wheelchair", "stroller", "short_walks"]
# what can be forgotten: a budget goes with its sum
FIELDS = tuple(f.name for f in fields(TripFacts) if f.name != "budget_sum")
Kept = Literal[FIELDS]  # type: ignore[valid-type]
FARTHEST_DAY = 7  # ahead: of later ones there is no forecast
Day = Field(None, ge=0, le=FARTHEST_DAY, description="Days from today: 0 is today, 1 tomorrow.")
Hour = Field(None, ge=0, le=23, description="Local hour of the day.")
Meal = Field(None, description="The meal that is meant: it says the hour, where no hour is given.")
Category = Field(
    None,
    max_length=64,
    description="A group of places (`nature`) or a kind of them (`nature/beach`).",
)
Near = Field(
    None, max_length=200, description="A poi_id to look around, instead of where the traveller is."
)
Town = Field(
    None,
    max_length=100,
    description="A town to look around for this request, instead of where they are.",
)
WithinKm = Field(None, gt=0, le=100, description="Not farther away than this.")
BeyondKm = Field(None, gt=0, le=200, description="Farther away than this.")
Budget = Field(
    None,
    ge=1,
    le=4,
    description="Not above this price level: 1 thrifty to 4 luxury. Of a sum for each person: "
    + ", ".join(f"{level} from {least // 100} euros" for least, level in reversed(LEVELS))
    + ".",
)
Diets: Any = Field(
    default_factory=list,
    max_length=5,
    description="Leave out places to eat that do not say they have it, where any place says it.",
)
Quiet = Field(
    False, description="Leave out places that travellers visit more than most of their kind."
)
PoiId = Field(max_length=200, description="The poi_id of a place, as other tools told it.")


class Arguments(BaseModel):
    """An unknown or wrong argument is refused by name."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Sum(Arguments):
    minor: int = Field(ge=0, le=MOST_MINOR, description="In hundredths: 3000 of 30 euros.")
    currency: Currency = Field(description="ISO 4217.")

    def money(self) -> Money:
        return Money(self.minor, self.currency)


class Recommend(Arguments):
    category: str | None = Category
    budget: int | None = Budget
    party: Party | None = Field(None, description="Who comes along.")
    day: int | None = Day
    hour: int | None = Hour
    meal: NamedMeal | None = Meal
    near: str | None = Near
    town: str | None = Town
    within_km: float | None = WithinKm
    beyond_km: float | None = BeyondKm
    at_least: int | None = Field(None, ge=1, le=4, description="Not below this price level.")
    indoor: bool | None = Field(
        None, description="True: mostly under a roof; false: mostly in the open."
    )
    accessible: bool = Field(
        False, description="Only what is known to be accessible by wheelchair."
    )
    kids: bool = Field(False, description="Only what is known to be good with children.")
    quiet: bool = Quiet
    diets: list[Diet] = Diets
    exclude_visited: bool = Field(False, description="Leave out where the traveller has been.")
    other: bool = Field(
        False, description="Something else: leave out what this conversation has shown already."
    )
    limit: int = Field(5, ge=1, le=10, description="How many places.")


class SearchPois(Arguments):
    query: str = Field(
        min_length=1, max_length=200, description="Words of the name, the kind, or the tags."
    )
    category: str | None = Category
    near: str | None = Near
    town: str | None = Town
    within_km: float | None = WithinKm
    day: int | None = Day
    hour: int | None = Hour
    meal: NamedMeal | None = Meal
    limit: int = Field(5, ge=1, le=10, description="How many places.")


class PoiDetails(Arguments):
    poi_id: str = PoiId
    day: int | None = Day
    hour: int | None = Hour
    meal: NamedMeal | None = Meal


class WeatherForecast(Arguments):
    poi_id: str | None = Field(
        None, max_length=200, description="A place; otherwise where the traveller is."
    )
    town: str | None = Town
    day: int | None = Day
    hour: int | None = Hour
    meal: NamedMeal | None = Meal


class Compare(Arguments):
    poi_ids: list[str] = Field(
        min_length=2, max_length=3, description="Two or three places, by poi_id."
    )
    day: int | None = Day
    hour: int | None = Hour
    meal: NamedMeal | None = Meal


class PlanDay(Arguments):
    day: int | None = Day
    begins: int = Field(10, ge=0, le=23, description="Local hour at which the day begins.")
    ends: int = Field(20, ge=1, le=24, description="Local hour by which it has ended.")
    near: str | None = Near
    town: str | None = Town
    categories: list[str] = Field(
        default_factory=list,
        max_length=12,
        description="Groups or kinds of places: of one, nothing else; of several, a stop of each.",
    )
    must: list[str] = Field(
        default_factory=list, max_length=5, description="poi_ids that ought to be part of it."
    )
    budget: int | None = Budget
    party: Party | None = Field(None, description="Who comes along.")
    within_km: float | None = WithinKm
    indoor: bool | None = Field(
        None, description="True: mostly under a roof; false: mostly in the open."
    )
    accessible: bool = Field(
        False, description="Only what is known to be accessible by wheelchair."
    )
    kids: bool = Field(False, description="Only what is known to be good with children.")
    quiet: bool = Quiet
    diets: list[Diet] = Diets
    lunch: bool = Field(True, description="With a break for lunch.")
    stops: int = Field(5, ge=1, le=6, description="Most places.")


class RememberPreference(Arguments):
    """What was told of the trip, in the traveller's own message; never what was guessed."""

    start: str | None = Field(
        None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="First day of the trip, ISO 8601."
    )
    end: str | None = Field(
        None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Last day of the trip, ISO 8601."
    )
    party: Party | None = Field(None, description="Who comes along.")
    budget: int | None = Budget
    budget_sum: Sum | None = Field(
        None, description="What a person is to spend at most, as it was said; makes the budget."
    )
    likes: list[str] = Field(
        default_factory=list, max_length=12, description="Groups or kinds of places that are liked."
    )
    dislikes: list[str] = Field(
        default_factory=list, max_length=12, description="Groups or kinds of places to leave out."
    )
    mobility: Mobility | None = Field(None, description="How the way is gone.")
    children: list[int] = Field(
        default_factory=list, max_length=10, description="The children's ages in years."
    )
    town: str | None = Field(None, max_length=100, description="The town where they stay.")
    diets: list[Diet] = Field(
        default_factory=list, max_length=5, description="What they themselves eat."
    )
    forget: list[Kept] = Field(default_factory=list, description="What shall no longer hold.")
    no_longer: list[str] = Field(
        default_factory=list,
        max_length=12,
        description="Single likes, dislikes and diets that shall no longer hold.",
    )
    accept: list[str] = Field(
        default_factory=list,
        max_length=12,
        description="Groups or kinds of places that are fine after all: no longer disliked.",
    )
