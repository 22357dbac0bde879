"""Meals: the hour that each implies, and when one is meant. The hours are those of the Costa Blanca.

The words: `breakfast`, `brunch`, `lunch`, `aperitif`, `dinner`; `nomeal`, what is called like one ("lunch
box"); `had` beside one says that it is over ("we already had lunch").
"""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime, timedelta
from typing import NamedTuple

from serving.chat.diets import FOOD
from serving.chat.lexicon import Lexicon, Mark, Token


class Meal(NamedTuple):
    """`hour` is looked at; it is eaten from `begins` until `ends`, hours of the day. `kind` is where."""

    hour: int
    begins: int
    ends: int
    kind: str


MEALS = {
    "breakfast": Meal(9, 8, 11, "food"),
    "brunch": Meal(11, 10, 13, "food"),
    "lunch": Meal(14, 13, 16, "food/restaurant_quarter"),
    "aperitif": Meal(19, 18, 20, "food/tapas"),
    "dinner": Meal(21, 20, 24, "food/restaurant_quarter"),
}
NO_MEAL = "nomeal"
NAMED = frozenset((*MEALS, NO_MEAL))
# what asks, in whose clause nobody tells of a meal that is over: "where can we still have lunch"
_ASKING = frozenset(("recommend", "search", "want"))


def moment_of(now: datetime, day: int | None, meal: Meal) -> datetime:
    """When it is meant, local: its hour of that day; now, if it is eaten now or was over today. Where no
    day is said, one that is over today is tomorrow's."""
    if not day and meal.begins <= now.hour < meal.ends:
        return now
    over = now.hour >= meal.ends
    if over and day == 0:
        return now
    ahead = int(over) if day is None else day
    return now.replace(hour=meal.hour, minute=0, second=0, microsecond=0) + timedelta(days=ahead)


def meant(
    of: Sequence[Token], marks: Sequence[Mark], language: str, asked: Set[int]
) -> tuple[list[Mark], set[Mark]]:
    """The marks, with where it is eaten beside each meal; without what is only called like one, and meals
    that are over: these for themselves. `asked` are the clauses of questions."""
    asking = asked | {of[m.first].clause for m in marks if m.concept in _ASKING}
    over = Lexicon.of(language).clauses("had", of) - asking  # what was
    told = {of[m.first].clause for m in marks if m.concept in MEALS} & over
    gone = {m for m in marks if m.concept in (*MEALS, FOOD) and of[m.first].clause in told}
    out: list[Mark] = []
    for mark in marks:
        if mark.concept == NO_MEAL or mark in gone:
            continue
        meal = MEALS.get(mark.concept)
        out += [mark, mark._replace(concept=meal.kind)] if meal else [mark]
    return out, gone


def places(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks of where a meal is eaten, that stand for no word of their own."""
    at = {(m.first, MEALS[m.concept].kind) for m in marks if m.concept in MEALS}
    yield from (m for m in marks if (m.first, m.concept) in at)
