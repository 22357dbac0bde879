"""What people are like and what kinds of place are like: the constants behind the sample world.

All tastes are in units of log-odds of a click. They are chosen by judgement, not measured; what is
measured (climate, stays, arrivals, lead times) lives in `climate.py`, `people.py`, `booking.py`.
"""

import numpy as np

from butler.errors import ContractViolation
from butler.world import taxonomy
from butler.world.noise import Bools, Floats, Ints

KINDS: tuple[str, ...] = tuple(
    f"{group}/{kind}" for group, kinds in taxonomy.GROUPS.items() for kind in kinds
)
KIND_NUMBER = {category: number for number, category in enumerate(KINDS)}

# What everybody likes a little more or less; a group, or one kind of it (added to the group's).
COMMON = {
    "nature/beach": 0.1,
    "nature/cove": 0.3,
    "nature/viewpoint": 0.3,
    "culture/castle": 0.6,
    "culture/old_town": 0.5,
    "culture/church": -0.3,
    "food": 0.2,
    "food/tasting": 0.3,
    "food/winery": 0.5,
    "fun": 0.7,
    "fun/boat_trip": 0.4,
    "fun/theme_park": 0.5,
    "fun/golf": -1.3,
    "fun/casino": -1.3,
    "wellness/promenade": -0.5,
    "wellness/spa": 0.7,
    "nightlife": -0.4,
    "shopping": -0.2,
}

PERSONAS: dict[str, dict[str, float]] = {
    "sun": {
        "nature/beach": 1.8,
        "nature/cove": 1.5,
        "fun/water_sports": 0.8,
        "fun/boat_trip": 0.8,
        "wellness/promenade": 0.6,
        "culture": -0.8,
        "nature/trail": -0.5,
    },
    "culture": {"culture": 1.5, "food/market": 0.4, "nature/beach": -0.5, "fun": -0.7},
    "hiker": {
        "nature/trail": 2.0,
        "nature/mountain": 1.9,
        "nature/viewpoint": 1.3,
        "nature/waterfall": 1.3,
        "nature/cave": 0.9,
        "nature/wetland": 0.8,
        "fun/adventure": 0.7,
        "shopping": -1.0,
        "nightlife": -1.0,
    },
    "food": {"food": 1.7, "culture/old_town": 0.5, "shopping/street_market": 0.5, "fun": -0.5},
    "fun": {
        "fun": 1.2,
        "fun/theme_park": 0.8,
        "fun/water_park": 0.7,
        "fun/golf": -0.6,
        "nature/beach": 0.5,
        "culture": -0.6,
    },
    "night": {
        "nightlife": 2.2,
        "food/tapas": 0.7,
        "nature/beach": 0.5,
        "fun/casino": 1.0,
        "culture": -0.8,
    },
    "shopper": {"shopping": 1.8, "wellness/promenade": 0.6, "food": 0.4, "nature": -0.4},
    "slow": {
        "wellness": 1.7,
        "nature/garden": 1.1,
        "nature/park": 0.8,
        "fun/golf": 1.4,
        "culture/gallery": 0.5,
        "fun/theme_park": -0.8,
        "nightlife": -0.6,
    },
}
# Personas in their order above, by party: solo, couple, family, friends.
PERSONA_SHARES = {
    "solo": (0.10, 0.24, 0.22, 0.12, 0.04, 0.10, 0.06, 0.12),
    "couple": (0.18, 0.20, 0.12, 0.18, 0.05, 0.05, 0.07, 0.15),
    "family": (0.25, 0.10, 0.10, 0.09, 0.34, 0.00, 0.06, 0.06),
    "friends": (0.18, 0.08, 0.12, 0.15, 0.12, 0.26, 0.05, 0.04),
}
COUNTRY_TASTES: dict[str, dict[str, float]] = {
    "ES": {"food": 0.3, "fun/golf": -0.5},
    "GB": {"fun/golf": 0.5, "nightlife/bar_quarter": 0.4, "nature/beach": 0.3},
    "DE": {"nature/trail": 0.5, "nature/mountain": 0.3, "culture/old_town": 0.2},
    "NL": {"nature/trail": 0.3, "nature/beach": 0.2},
    "FR": {"food": 0.3, "culture": 0.2},
    "SE": {"fun/golf": 0.6, "wellness": 0.3},
    "NO": {"fun/golf": 0.4, "wellness": 0.3},
}
PARTY_TASTES: dict[str, dict[str, float]] = {
    "solo": {},
    "couple": {"wellness/spa": 0.4, "food/winery": 0.3},
    "family": {"fun": 0.5, "nature/beach": 0.3, "nightlife": -1.2, "food/winery": -0.5},
    "friends": {"nightlife": 0.6, "fun/water_sports": 0.3},
}

# (hour, width) of the bumps of a kind's day, local time; the highest bump counts.
ALL_DAY = ((13.0, 5.0),)
HOURS: dict[str, tuple[tuple[float, float], ...]] = {
    "nature": ((12.5, 3.5),),
    "nature/beach": ((12.0, 2.5), (17.0, 2.0)),
    "nature/viewpoint": ((11.0, 2.5), (18.5, 1.5)),
    "nature/trail": ((9.5, 2.5),),
    "culture": ((11.5, 2.0), (17.5, 1.8)),
    "culture/old_town": ((12.0, 2.5), (19.0, 2.0)),
    "culture/theatre": ((20.5, 1.5),),
    "food": ((13.8, 1.3), (20.8, 1.4)),
    "food/market": ((10.5, 2.0),),
    "food/winery": ((12.0, 2.0), (17.5, 1.5)),
    "fun": ((12.5, 3.5),),
    "fun/casino": ((23.0, 2.5),),
    "wellness/spa": ((17.0, 3.0),),
    "wellness/promenade": ((11.5, 2.0), (19.5, 2.2)),
    "nightlife": ((23.5, 2.2),),
    "shopping": ((11.5, 2.0), (18.5, 2.0)),
    "shopping/street_market": ((10.5, 2.0),),
}

# How much a kind wants warm, calm weather: 1 is lying in the sun.
SUMMER_KINDS = {
    "nature/beach": 1.0,
    "nature/cove": 1.0,
    "fun/water_park": 1.0,
    "fun/water_sports": 0.9,
    "nature/island": 0.6,
    "fun/boat_trip": 0.6,
}
WINDY_KINDS = {
    "nature/beach": 1.0,
    "nature/cove": 0.7,
    "fun/water_sports": 0.6,
    "fun/boat_trip": 1.2,
    "nature/island": 1.0,
    "nature/mountain": 0.7,
    "nature/trail": 0.4,
    "fun/golf": 0.6,
}
BOOKABLE = frozenset(
    {
        "fun/theme_park",
        "fun/water_park",
        "fun/zoo",
        "fun/aquarium",
        "fun/boat_trip",
        "fun/golf",
        "fun/water_sports",
        "fun/adventure",
        "wellness/spa",
        "food/winery",
        "food/tasting",
        "food/tapas",
        "nightlife/show",
        "culture/theatre",
        "culture/museum",
        "culture/castle",
        "culture/archaeology",
        "nightlife/club",
        "nature/cave",
        "nature/island",
    }
)


def kind_numbers(categories: list[str]) -> Ints:
    """The number of each category in KINDS. Raises ContractViolation for an unknown one."""
    unknown = sorted(set(categories) - KIND_NUMBER.keys())
    if unknown:
        raise ContractViolation(
            f"{len(unknown)} categories are not in butler/world/taxonomy.py: {unknown[:3]}; "
            "add them there or correct the catalogue"
        )
    return np.array([KIND_NUMBER[category] for category in categories], dtype=np.int64)


def by_kind(table: dict[str, float]) -> Floats:
    """A table of groups and kinds as one number a kind: the group's plus the kind's."""
    return np.array([table.get(kind.split("/")[0], 0.0) + table.get(kind, 0.0) for kind in KINDS])


def hour_table() -> Floats:
    """How well each kind fits each of 48 local half hours: (kinds, 48), from -0.5 to 0.5."""
    slots = np.arange(48) / 2
    rows = []
    for kind in KINDS:
        bumps = HOURS.get(kind) or HOURS.get(kind.split("/")[0], ALL_DAY)
        rows.append(np.max([_bump(slots, hour, width) for hour, width in bumps], axis=0) - 0.5)
    return np.array(rows)


def bookable() -> Bools:
    return np.array([kind in BOOKABLE for kind in KINDS])


def _bump(slots: Floats, hour: float, width: float) -> Floats:
    away = np.abs(slots - hour)
    away = np.minimum(away, 24 - away)
    return np.asarray(np.exp(-((away / width) ** 2) / 2))
