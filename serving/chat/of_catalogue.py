"""What is worked out of all places, and kept until others serve."""

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

from serving.moment import Places

T = TypeVar("T")


class OfCatalogue(Generic[T]):
    """`work(places, ...)` of the places that serve, once for all that is asked alike."""

    def __init__(self, work: Callable[..., T]) -> None:
        self._work = work
        self._of: Callable[[], Places | None] = lambda: None
        self._kept: dict[tuple[str, ...], T] = {}

    def __call__(self, places: Places, *asked: str) -> T:
        if self._of() is not places:
            self._of, self._kept = weakref.ref(places), {}
        if asked not in self._kept:
            self._kept[asked] = self._work(places, *asked)
        return self._kept[asked]
