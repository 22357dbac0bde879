"""What travellers will not eat, and which places say that they have something for them.

Places say it by tags: `vegan`, or as OpenStreetMap writes it, `diet:vegan`, `diet:vegan=only`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from butler.columns import C

if TYPE_CHECKING:
    from serving.moment import Moment

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


def silent(moment: "Moment", diet: str) -> tuple[str, ...] | None:
    """The places to eat that do not say that they have it, by poi_id; None where no place says it."""
    places = moment.places
    food = [row for row, group in enumerate(places.catalogue.groups) if group == FOOD]
    saying = {row for row in food if says(places.facts[row][C.TAGS], diet)}
    if not saying:
        return None
    return tuple(places.catalogue.ids[row] for row in food if row not in saying)


def without(moment: "Moment", diets: Sequence[str]) -> tuple[str, ...]:
    """The places to eat that are left out for these diets."""
    return tuple(dict.fromkeys(p for diet in diets for p in silent(moment, diet) or ()))
