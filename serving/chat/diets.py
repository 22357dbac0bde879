"""What travellers will not eat, and which places say that they have something for them.

Places say it by tags: `vegan`, or as OpenStreetMap writes it, `diet:vegan`, `diet:vegan=only`.
"""

from collections.abc import Iterable

import polars as pl

from butler.columns import C
from features.places import GROUP
from serving.moment import Places, tags_of

DIETS = ("vegetarian", "vegan", "gluten_free", "halal", "kosher")
FOOD = "food"  # the group of places that are asked
_KEY = "diet:"
_ENOUGH = {"vegetarian": ("vegetarian", "vegan")}  # who cooks vegan cooks vegetarian


def says(tags: Iterable[str], diet: str) -> bool:
    wanted = _ENOUGH.get(diet, (diet,))
    return any(_told(tag) in wanted for tag in tags)


def _told(tag: str) -> str:
    """The diet that a tag tells of, "" for a no."""
    name, _, value = tag.strip().lower().removeprefix(_KEY).partition("=")
    return name.replace("-", "_").replace(" ", "_") if value in ("", "yes", "only") else ""


def silent(places: Places, diet: str) -> tuple[str, ...] | None:
    """The places to eat that do not say that they have it, by poi_id; None where no place says it.

    Looks at every place to eat: ask it once a catalogue (`of_catalogue.py`).
    """
    food = places.catalogue.frame.filter(pl.col(GROUP) == FOOD).select(C.POI, C.TAGS)
    quiet = tuple(poi for poi, tags in food.iter_rows() if not says(tags_of(tags), diet))
    return quiet if len(quiet) < food.height else None
