"""The traveller as the online store knows them: one packed read, unpacked once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.context import PROFILE_COLUMNS
from features.frame import TRAVELLER_NUMBERS
from features.guarded import Online
from features.online import numbers

Array = NDArray[np.float64]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CATEGORY_WIDTH = len(numbers("traveller_category"))
_POI_COLUMNS = numbers("traveller_poi")


@dataclass(frozen=True)
class Known:
    """What holds of one traveller; all NaN and empty for a stranger."""

    numbers: dict[str, float]
    known_until: datetime | None = None  # the row holds all that was known before this moment
    last_category: str | None = None
    last_poi: str | None = None
    categories: dict[str, Array] = field(default_factory=dict)  # -> view traveller_category
    pois: tuple[str, ...] = ()
    poi_values: Array = field(default_factory=lambda: np.empty((0, len(_POI_COLUMNS))))
    step_places: tuple[int, ...] = ()  # positions in `pois` of what was chosen last, oldest first
    step_minutes: tuple[int, ...] = ()
    profile: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(PROFILE_COLUMNS))


NOBODY = Known(dict.fromkeys(TRAVELLER_NUMBERS, float("nan")))


def known_traveller(features: Online, user_id: str) -> Known:
    """Read the traveller's packed row and profile, at once; StoreUnavailable when the store is down."""
    row, said = features.read_together(("traveller", "profile"), user_id)
    profile = {c: (said or {}).get(c) for c in PROFILE_COLUMNS}
    if row is None:
        return Known(NOBODY.numbers, profile=profile)
    values = np.array(row.get("category_values", []), dtype=np.float64)
    keys = list(row.get("category_keys", []))
    pois = tuple(row.get("poi_keys", []))
    return Known(
        numbers=dict(zip(TRAVELLER_NUMBERS, list(row["vector"]), strict=True)),
        known_until=EPOCH + timedelta(microseconds=row["known_until"]),
        last_category=row.get("last_category"),
        last_poi=row.get("last_poi"),
        categories=dict(zip(keys, values.reshape(len(keys), _CATEGORY_WIDTH), strict=True)),
        pois=pois,
        poi_values=np.array(row.get("poi_values", []), dtype=np.float64).reshape(
            len(pois), len(_POI_COLUMNS)
        ),
        step_places=tuple(row.get("step_places", [])),
        step_minutes=tuple(row.get("step_minutes", [])),
        profile=profile,
    )
