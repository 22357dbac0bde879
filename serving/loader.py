"""Places and sky of a moment: from the online store, or, for a start without it, as it told them last."""

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from butler.clock import Clock
from butler.errors import StoreUnavailable
from features.built import load_built, weather_as_of
from features.frame import Catalogue
from features.guarded import Rows
from serving.kept import Kept, Noting, is_current
from serving.moment import Moment, Places, Sky, load_places, load_sky


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
        self._brief.read_now(
            "profile", [""]
        )  # before the many keys, for which one waits with patience
        if places is None or "places" in changed:
            places = self._places()
        if sky is None or changed & {"places", "sky"}:
            sky = self._sky(places.catalogue)
        return places, sky

    def _places(self) -> Places:
        file = self._file("places")
        if is_current(file, load_built(self._home).as_of):
            return load_places(self._home, self._store)
        noting = Noting(self._store)
        places = load_places(self._home, noting)
        noting.keep(file, places.as_of)
        return places

    def _sky(self, catalogue: Catalogue) -> Sky:
        """Kept anew with each forecast, and for a catalogue of other weather points."""
        file, now = self._file("sky"), self._clock.now()
        cells = " ".join(sorted({cell for cell in catalogue.weather_cells if cell is not None}))
        if is_current(file, weather_as_of(self._home), cells):
            return load_sky(self._home, self._store, catalogue, now)
        noting = Noting(self._store)
        sky = load_sky(self._home, noting, catalogue, now)
        noting.keep(file, sky.as_of, cells)
        return sky

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
