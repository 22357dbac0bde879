"""What is worked out of a whole catalogue, and kept until there is another."""

from collections.abc import Callable
from typing import Generic, TypeVar

from serving.moment import Places

T = TypeVar("T")


class OfCatalogue(Generic[T]):
    """`work(places, ...)` of the last catalogue, once for all that is asked alike."""

    def __init__(self, work: Callable[..., T]) -> None:
        self._work = work
        self._fingerprint = ""
        self._kept: dict[tuple[str, ...], T] = {}

    def __call__(self, places: Places, *asked: str) -> T:
        if self._fingerprint != places.fingerprint:
            self._fingerprint, self._kept = places.fingerprint, {}
        if asked not in self._kept:
            self._kept[asked] = self._work(places, *asked)
        return self._kept[asked]
