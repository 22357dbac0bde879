"""What can be asked for: the kinds of places that the catalogue has, and how many places of each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from butler.errors import InvalidRequest
from features.frame import Catalogue


@dataclass(frozen=True)
class Offer:
    """`places` is how many places each kind has, by its category (`nature/beach`), in their order."""

    places: Mapping[str, int]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Offer":
        many = np.bincount(catalogue.where.kind, minlength=len(catalogue.kinds))
        return cls(dict(sorted(zip(catalogue.kinds, many.tolist(), strict=True))))

    @property
    def groups(self) -> dict[str, list[str]]:
        """The categories of each group."""
        found: dict[str, list[str]] = {}
        for category in self.places:
            found.setdefault(category.partition("/")[0], []).append(category)
        return found

    def has(self, category: str) -> bool:
        """Whether it is a group or a category of any place."""
        return category in self.places or category in self.groups

    def lacks(self, category: str, field: str) -> InvalidRequest:
        """Names the kinds of the group that was meant, or the groups there are."""
        groups = self.groups
        kinds = groups.get(category.partition("/")[0])
        known = f"kinds are {', '.join(kinds)}" if kinds else f"groups are {', '.join(groups)}"
        return InvalidRequest(f"No place has the category {category!r}; known {known}.", field)
