"""Reasons of the ranker as facts that may be said."""

from collections.abc import Iterator

from serving.answers import Item
from serving.chat.facts import Fact, Quantity, Unit
from serving.explain.words import Words

# what the numbers of a reason are, by its group; others are said only as the reason says them
UNITS: dict[str, Unit] = {"distance": "km", "weather": "celsius", "quality": "stars"}
GUARDED = ("opening", "price")  # groups whose reasons are of guarded matters


def reasons(item: Item, p: str, words: Words) -> Iterator[Fact]:
    """`p` is the place's number in the turn: `p1.reason1` is what counts most."""
    for n, reason in enumerate(item.reasons, start=1):
        unit = UNITS.get(reason.group, "count")
        numbers = tuple(Quantity(x, unit) for x in words.numbers(reason.label))
        yield Fact(
            *(f"{p}.reason{n}", "reason", reason.label, item.poi_id, numbers),
            direction=reason.direction,
            weight=reason.weight,
            key=reason.group,
        )
