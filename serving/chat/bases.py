"""Where is looked from: the town of a request, the town where the traveller stays, or his position.

"Near Altea" is one request's; "we are staying in Altea" is the trip's, until another is told.
"""

from typing import Any

import numpy as np

from butler.errors import NotFound
from features.places import distance_km
from serving.chat import towns
from serving.chat.facts import Fact
from serving.chat.places import Point
from serving.chat.tool import Asked

ABOUT_KM = 60.0  # who is not farther from where they stay is out and about, not at home


def town(name: str) -> towns.Town:
    """Raises NotFound for one that is not in the table."""
    found = towns.named(name)
    if found is None:
        raise NotFound("town: this town is not known; say near which place instead")
    return found


def point(a: Any, asked: Asked) -> Point | None:
    """Of the arguments' town, else of the trip's, else where the message came from."""
    name = named(a, asked)
    return town(name)[1:] if name else asked.here


def named(a: Any, asked: Asked) -> str | None:
    """The town that is looked from, as the traveller calls it; None where it is anything else."""
    if getattr(a, "near", None):
        return None
    asked_for: str | None = getattr(a, "town", None)
    return asked_for or (asked.trip.town if _stays_there(a.day, asked) else None)


def told(a: Any, asked: Asked) -> list[Fact]:
    """The town, where one is looked from, and how far."""
    name = named(a, asked)
    return [asked.telling.town(name, getattr(a, "within_km", None))] if name else []


def _stays_there(day: int | None, asked: Asked) -> bool:
    """Who is about the town now asks from where they are; of another day, from where they stay."""
    name = asked.trip.town
    kept = towns.named(name) if name else None
    if kept is None or asked.here is None or day:
        return kept is not None
    away = distance_km(*map(np.array, (*asked.here, kept.latitude, kept.longitude)))
    return float(away) > ABOUT_KM
