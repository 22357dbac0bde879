"""Trips: what a traveller has told, merged with what is told now."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from butler.domain import TripFacts
from serving.chat.sums import level

ADDED = ("likes", "dislikes", "diets")


def merged(before: TripFacts, told: TripFacts) -> TripFacts:
    """What was told last counts; diets, likes and dislikes add up, and of the latter one ends the other.
    A level that is told without a sum ends the sum of before."""
    changes = {
        f.name: getattr(told, f.name)
        for f in fields(TripFacts)
        if f.name not in ADDED and getattr(told, f.name) not in (None, ())
    }
    if told.budget:
        changes["budget_sum"] = told.budget_sum
    likes = _union(before.likes, told.likes, told.dislikes)
    dislikes = _union(before.dislikes, told.dislikes, told.likes)
    diets = _union(before.diets, told.diets, ())
    return replace(before, likes=likes, dislikes=dislikes, diets=diets, **changes)


def _union(
    before: tuple[str, ...], now: tuple[str, ...], not_now: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(c for c in dict.fromkeys((*before, *now)) if c not in not_now)


def forgotten(trip: TripFacts, names: list[str]) -> TripFacts:
    """The trip without these fields; a budget goes with its sum."""
    empty = TripFacts()
    names = [*names, *(["budget_sum"] if "budget" in names else [])]
    return replace(trip, **{name: getattr(empty, name) for name in names})


def without(trip: TripFacts, values: Collection[str]) -> TripFacts:
    """The trip without these diets and kinds of places; of a group, without its kinds."""
    kept: dict[str, Any] = {
        name: tuple(v for v in getattr(trip, name) if not {v, v.split("/")[0]} & set(values))
        for name in ADDED
    }
    return replace(trip, **kept)


def accepting(trip: TripFacts, kinds: Collection[str]) -> TripFacts:
    """The trip without a dislike of these kinds of places; of a group, without those of its kinds."""
    return replace(trip, dislikes=without(trip, kinds).dislikes)


def lost(before: TripFacts, after: TripFacts) -> TripFacts:
    """What held before, and holds no longer: what was told anew instead is not lost."""
    gone: dict[str, Any] = {}
    for name in (f.name for f in fields(TripFacts)):
        old, new = getattr(before, name), getattr(after, name)
        if name in ADDED:
            gone[name] = tuple(v for v in old if v not in new)
        elif not new:
            gone[name] = old
    if after.budget:
        gone["budget_sum"] = None
    return TripFacts(**gone)


def edited(before: TripFacts, now: TripFacts) -> TripFacts:
    """What takes the place of a trip. Where the level is not that of the sum, what was changed counts:
    a new sum makes the level, a new level ends the sum."""
    told = now.budget_sum
    if told is None or now.budget == level(told):
        return now
    if now.budget is not None and told == before.budget_sum:
        return replace(now, budget_sum=None)
    return replace(now, budget=level(told))


def party_of(trip: TripFacts) -> str | None:
    """Children make a family of a party that was not told."""
    return trip.party or ("family" if trip.children else None)


def something(trip: TripFacts) -> bool:
    return trip != TripFacts()
