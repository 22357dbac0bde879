"""Places and sky of a moment: from the online store, or, for a start without it, as it told them last."""

from collections.abc import Callable, Set
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from butler.clock import Clock
from butler.errors import StoreUnavailable
from features.built import load_built, weather_as_of
from features.frame import Catalogue
from features.guarded import Rows
from serving.kept import Kept, Noting, is_current
from serving.moment import Moment, Places, Sky, load_places, load_sky

T = TypeVar("T", Places, Sky)


class Loader:
    """What the store told is kept in the home at each build of features and each new forecast."""

    def __init__(self, home: Path, store: Rows, brief: Rows, clock: Clock) -> None:
        """`brief` is the same store, waited for no longer than a start may wait for one that takes
        questions and answers none."""
        self._home, self._store, self._brief, self._clock = home, store, brief, clock
        self._trouble = ""

    def load(self, now: Moment | None, changed: Set[str]) -> tuple[Places, Sky]:
        """The next moment's; what is not among `changed` ("places", "sky") stays.

        Raises StoreUnavailable where the store is away and the moment has what it told, or nothing
        is kept.
        """
        try:
            return self._from_store(now, changed)
        except StoreUnavailable as error:
            self._trouble = str(error)
            if now is None:
                return self._from_files(error)
            if now.places.kept or now.sky.kept:
                return now.places, now.sky
            raise

    def told(self, moment: Moment) -> str:
        """For readiness, of a moment that is kept."""
        return f"kept since {moment.places.as_of:%Y-%m-%d %H:%M} UTC; {self._trouble}"

    def _from_store(self, now: Moment | None, changed: Set[str]) -> tuple[Places, Sky]:
        places, sky = (now.places, now.sky) if now else (None, None)
        if now is None or changed & {"places", "sky"}:
            self._brief.read_now(
                "profile", [""]
            )  # before the many keys: they are waited for patiently
        if places is None or "places" in changed:
            as_of = load_built(self._home).as_of
            places = self._loaded("places", as_of, lambda rows: load_places(self._home, rows))
        if sky is None or changed & {"places", "sky"}:
            sky = self._sky(places.catalogue)
        return places, sky

    def _sky(self, catalogue: Catalogue) -> Sky:
        """Kept anew with each forecast, and for a catalogue of other weather points."""
        as_of, now = weather_as_of(self._home), self._clock.now()
        cells = " ".join(sorted({cell for cell in catalogue.weather_cells if cell is not None}))
        return self._loaded(
            "sky", as_of, lambda rows: load_sky(self._home, rows, catalogue, now), cells
        )

    def _loaded(self, what: str, as_of: datetime, load: Callable[[Rows], T], of: str = "") -> T:
        """From the store; noted on the way, unless what is kept is of this moment and these keys."""
        file = self._file(what)
        if is_current(file, as_of, of):
            return load(self._store)
        noting = Noting(self._store)
        found = load(noting)
        noting.keep(file, found.as_of, of)
        return found

    def _from_files(self, error: StoreUnavailable) -> tuple[Places, Sky]:
        of_places, of_sky = Kept.load(self._file("places")), Kept.load(self._file("sky"))
        if of_places is None or of_sky is None:
            raise error
        try:
            places = load_places(self._home, of_places)
            sky = load_sky(self._home, of_sky, places.catalogue, self._clock.now())
        except (KeyError, ValueError, IndexError):  # kept by a version with other columns
            raise error from None
        return (
            replace(places, as_of=of_places.as_of, kept=True),
            replace(sky, as_of=of_sky.as_of, kept=True),
        )

    def _file(self, what: str) -> Path:
        return self._home / "serving" / f"kept-{what}.npz"
