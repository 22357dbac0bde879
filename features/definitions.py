"""ALL Feast objects: entities, the offline views, the packed online views; named in `features/views.py`.

`objects(home)` binds them to the folder everything is kept in.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Array, Float64, Int64, String

from butler.columns import C
from features import transforms as t
from features.columns import MEANING
from features.places import CELL, WEATHER_CELL
from features.views import (
    COLUMNS,
    FLOATS,
    ONLINE_KEYS,
    PACKED,
    TEXT,
    TEXT_COLUMNS,
    TEXTS,
    VIEW_KEYS,
    WHOLE,
    WHOLES,
    online_name,
)

_TYPES: dict[str, Any] = {
    TEXT: String,
    WHOLE: Int64,
    TEXTS: Array(String),
    WHOLES: Array(Int64),
    FLOATS: Array(Float64),
}

ENTITIES = {
    key: Entity(name=key, join_keys=[key], value_type=ValueType.STRING)
    for key in (
        *(C.USER, C.POI, C.CATEGORY, t.SEGMENT, t.PLACE_HOUR, CELL, t.WEATHER_SLOT, WEATHER_CELL),
    )
}


# How long a row holds when no newer one comes; whole days, as the offline store mixes no units.
# Places get a row at least every midnight.
_HOLDS = {
    "poi": timedelta(days=2),
    "place_hour": timedelta(days=2),
    "audience": timedelta(days=2),
    "weather_forecast": timedelta(days=10),
    "weather_observed": timedelta(days=10),
}


def _source(name: str, home: Path) -> FileSource:
    path = home.absolute() / "features" / f"{name}.parquet"
    return FileSource(name=f"{name}_rows", path=str(path), timestamp_field=t.AT)


def offline_view(name: str, home: Path) -> FeatureView:
    return FeatureView(
        name=name,
        entities=[ENTITIES[k] for k in VIEW_KEYS[name]],
        ttl=_HOLDS.get(name, timedelta(0)),
        schema=[
            *[Field(name=k, dtype=String) for k in VIEW_KEYS[name]],
            *[
                Field(
                    name=c,
                    dtype=String if c in TEXT_COLUMNS else Float64,
                    description=MEANING[c],
                )
                for c in COLUMNS[name]
            ],
        ],
        source=_source(name, home),
        online=False,
    )


def online_view(view: str, home: Path) -> FeatureView:
    key = ONLINE_KEYS[view]
    return FeatureView(
        name=online_name(view),
        entities=[ENTITIES[key]],
        ttl=timedelta(0),
        schema=[
            Field(name=key, dtype=String),
            *[Field(name=n, dtype=_TYPES[kind]) for n, kind in PACKED[view].items()],
        ],
        source=_source(online_name(view), home),
        online=True,
    )


def objects(home: Path) -> list[Entity | FeatureView | FeatureService]:
    """Everything to register: entities, views on the files of `home`, and the ranker's service."""
    offline = [offline_view(name, home) for name in COLUMNS]
    ranking = FeatureService(
        name="ranking",
        features=offline,  # type: ignore[arg-type]
        description="Everything the ranker's vector is made of, point-in-time.",
    )
    return [*ENTITIES.values(), *offline, *[online_view(v, home) for v in PACKED], ranking]
