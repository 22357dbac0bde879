"""The names of ALL views, offline and online: what the columns of history and the packed rows are called.

Offline, a view has one named column a feature: what data scientists ask for and train on.
Online, a view is packed: one array a row, so that a place or a traveller is one small read.
`features/definitions.py` makes Feast's objects of them; who serves needs no more than the names.
"""

from butler.columns import C
from features import transforms as t
from features.context import PROFILE_COLUMNS
from features.places import CELL

PROJECT = "holidaibutler"  # as feature_store.yaml says
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

# Kinds of packed fields, as Feast's message calls them.
TEXT, WHOLE = "string_val", "int64_val"
TEXTS, WHOLES, FLOATS = "string_list_val", "int64_list_val", "double_list_val"

# view -> packed fields. `vector` follows COLUMNS[view] without its text columns.
PACKED: dict[str, dict[str, str]] = {
    "traveller": {
        "vector": FLOATS,
        "known_until": WHOLE,  # microseconds since 1970: the row holds all that was known before
        "last_category": TEXT,
        "last_poi": TEXT,
        "category_keys": TEXTS,
        "category_values": FLOATS,
        "poi_keys": TEXTS,
        "poi_values": FLOATS,
        "step_places": WHOLES,  # positions in poi_keys of what was chosen last, oldest first
        "step_minutes": WHOLES,  # local minutes since 1970 of the same
    },
    "traveller_past": {
        "poi_keys": TEXTS,
        "kinds": TEXTS,
        "known_at": WHOLES,
        "values": FLOATS,
        "lead_hours": FLOATS,
        "log_seq": WHOLE,
    },
    "profile": dict.fromkeys(PROFILE_COLUMNS, TEXT),
    "poi": {"vector": FLOATS},
    "place_hour": {"hours": WHOLES, "hour_values": FLOATS},
    "audience": {"segment_keys": TEXTS, "segment_values": FLOATS},
    "weather_forecast": {"vector": FLOATS},
    "weather_observed": {"vector": FLOATS},
}
_OTHER_KEYS = {"traveller_past": C.USER, "place_hour": CELL}  # all hours of a cell are one row
ONLINE_KEYS: dict[str, str] = {n: _OTHER_KEYS.get(n) or VIEW_KEYS[n][0] for n in PACKED}


def online_name(view: str) -> str:
    return f"{view}_now"
