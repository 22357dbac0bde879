"""ALL Feast objects: entities, the offline views with their names, the packed online views.

Offline, a view has one named column a feature: what data scientists ask for and train on.
Online, a view is packed: one array a row, so that a place or a traveller is one small read.
`objects(home)` binds them to the folder everything is kept in.
"""

from datetime import timedelta
from pathlib import Path

from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType
from feast.types import Array, Float64, Int64, String

from butler.columns import C
from features import transforms as t
from features.context import PROFILE_COLUMNS
from features.places import WEATHER_CELL

PREFIX = {
    "traveller": "t_",
    "traveller_category": "tc_",
    "traveller_poi": "tp_",
    "traveller_step": "ts_",
    "poi": "p_",
    "place_hour": "ph_",
    "audience": "a_",
    "weather_forecast": "wf_",
    "weather_observed": "wo_",
    "profile": "",
}
TEXT_COLUMNS = ("t_last_category", "t_last_poi", *PROFILE_COLUMNS)

ENTITIES = {
    key: Entity(name=key, join_keys=[key], value_type=ValueType.STRING)
    for key in (C.USER, C.POI, C.CATEGORY, t.SEGMENT, t.PLACE_HOUR, t.WEATHER_SLOT, WEATHER_CELL)
}


def _names(prefix: str, wanted: t.Wanted, *more: str) -> list[str]:
    return [prefix + t.column(*w) for w in wanted] + [prefix + m for m in more]


COLUMNS: dict[str, list[str]] = {
    "traveller": _names(
        "t_",
        t.TRAVELLER,
        *("last_at", "last_visit_at", "last_latitude", "last_longitude"),
        *("last_category", "last_poi"),
    ),
    "traveller_category": _names("tc_", t.TRAVELLER_CATEGORY, "last_at", "last_visit_at"),
    "traveller_poi": _names("tp_", t.TRAVELLER_POI, "last_at"),
    "traveller_step": ["ts_minute"],
    "poi": [
        *_names("p_", t.POI),
        *_names("p_category_", t.PRIOR),
        *_names("p_cell_", t.PRIOR),
        *[f"p_{c}" for c in t.STATIC_FACTS],
        "p_created_hours",
    ],
    "place_hour": [*_names("ph_", t.PLACE), *_names("ph_cell_", t.PLACE)],
    "audience": _names("a_", t.AUDIENCE),
    "weather_forecast": [f"wf_{c}" for c in t.WEATHER_FACTS],
    "weather_observed": ["wo_observed_hours", *[f"wo_{c}" for c in t.WEATHER_FACTS]],
    "profile": PROFILE_COLUMNS,
}
VIEW_KEYS: dict[str, list[str]] = {**t.VIEW_KEYS, "profile": [C.USER]}

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
            *[Field(name=c, dtype=String if c in TEXT_COLUMNS else Float64) for c in COLUMNS[name]],
        ],
        source=_source(name, home),
        online=False,
    )


# view -> packed fields. `vector` follows COLUMNS[view] without its text columns.
PACKED: dict[str, dict[str, object]] = {
    "traveller": {
        "vector": Array(Float64),
        "known_until": Int64,  # microseconds since 1970: the row holds all that was known before
        "last_category": String,
        "last_poi": String,
        "category_keys": Array(String),
        "category_values": Array(Float64),
        "poi_keys": Array(String),
        "poi_values": Array(Float64),
        "step_places": Array(Int64),  # positions in poi_keys of what was chosen last, oldest first
        "step_minutes": Array(Int64),  # local minutes since 1970 of the same
    },
    "traveller_past": {
        "poi_keys": Array(String),
        "kinds": Array(String),
        "known_at": Array(Int64),
        "values": Array(Float64),
        "lead_hours": Array(Float64),
        "log_seq": Int64,
    },
    "profile": dict.fromkeys(PROFILE_COLUMNS, String),
    "poi": {"vector": Array(Float64)},
    "place_hour": {"vector": Array(Float64)},
    "audience": {"segment_keys": Array(String), "segment_values": Array(Float64)},
    "weather_forecast": {"vector": Array(Float64)},
    "weather_observed": {"vector": Array(Float64)},
}
ONLINE_KEYS: dict[str, str] = {
    name: C.USER if name == "traveller_past" else VIEW_KEYS[name][0] for name in PACKED
}


def online_name(view: str) -> str:
    return f"{view}_now"


def online_view(view: str, home: Path) -> FeatureView:
    key = ONLINE_KEYS[view]
    return FeatureView(
        name=online_name(view),
        entities=[ENTITIES[key]],
        ttl=timedelta(0),
        schema=[
            Field(name=key, dtype=String),
            *[Field(name=n, dtype=d) for n, d in PACKED[view].items()],  # type: ignore[arg-type]
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
