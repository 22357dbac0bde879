"""What kinds of place there are: two levels, written `group/kind`.

The group is what a traveller is in the mood for, the kind is what the place is. A category is
always both, for example `nature/beach`.
"""

GROUPS: dict[str, tuple[str, ...]] = {
    "nature": (
        "beach",
        "cove",
        "trail",
        "viewpoint",
        "park",
        "garden",
        "cave",
        "island",
        "wetland",
        "waterfall",
        "mountain",
    ),
    "culture": (
        "castle",
        "museum",
        "church",
        "monument",
        "old_town",
        "archaeology",
        "gallery",
        "theatre",
    ),
    "food": ("market", "restaurant_quarter", "winery", "tapas", "tasting"),
    "fun": (
        "theme_park",
        "water_park",
        "zoo",
        "aquarium",
        "boat_trip",
        "harbour",
        "golf",
        "water_sports",
        "adventure",
        "casino",
    ),
    "wellness": ("spa", "promenade"),
    "nightlife": ("club", "bar_quarter", "show"),
    "shopping": ("mall", "street_market", "shopping_street"),
}


def kinds() -> list[str]:
    """Every category of the taxonomy, in its order: `["nature/beach", "nature/cove", ...]`."""
    return [f"{group}/{kind}" for group, names in GROUPS.items() for kind in names]
