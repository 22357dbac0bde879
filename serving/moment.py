"""What the hot path holds in memory: places, sky, counters and model of one moment, swapped as a whole.

A `Moment` never changes. `load` makes one; a refresh makes the next beside it and the engine swaps
the reference, so that a request sees one moment from beginning to end.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features import transforms as t
from features.assemble import OfPlaces
from features.built import load_built, weather_as_of
from features.frame import Catalogue
from features.guarded import Rows
from features.online import numbers
from features.places import WEATHER_REACH_KM, distance_km
from features.trending import Live
from models.composite import Composite
from serving.champion import Setback

Array = NDArray[np.float64]
DAYS_AHEAD, DAYS_BACK = 8, 1
FACTS_KEPT = 5_000  # places whose facts are at hand
AT_ONCE = 1_000  # rows read at once: small beside what a worker holds


@dataclass(frozen=True)
class Places:
    """The catalogue with the features of every place as of `as_of`."""

    catalogue: Catalogue
    facts: "PlaceFacts"  # of each place, for answers
    kinds: NDArray[np.int64]
    arrays: dict[str, Array]  # p_… columns, (places,)
    of_places: OfPlaces  # the features worked out of them
    by_hour: "ByHour"
    audience: "Audience"
    as_of: datetime
    fingerprint: str  # of the catalogue itself
    kept: bool = False  # of an earlier day: see serving/kept.py


@dataclass(frozen=True)
class ByHour:
    """View `place_hour`: what happens around a place at each local hour, kept by cell, not by place."""

    cell: NDArray[np.int64]  # (places,)
    names: list[str]  # ph_… columns
    values: Array  # (24 hours, columns, cells)

    def at(self, hour: int, place: NDArray[np.int64]) -> dict[str, Array]:
        """The columns of these places, each of the shape of `place`."""
        return dict(zip(self.names, self.values[hour][:, self.cell[place]], strict=True))


@dataclass(frozen=True)
class Audience:
    """View `audience` of every category, by segment; the row of a place's kind and of its group."""

    kind: NDArray[np.int64]  # (places,)
    group: NDArray[np.int64]
    segments: dict[str, Array]  # -> (categories, columns)
    nothing: Array  # as a segment nobody was met in

    def of(self, segment: str | None) -> Array:
        return self.segments.get(segment or "", self.nothing)


@dataclass(frozen=True)
class Sky:
    """Forecasts by slot and the last observations of each cell; the last row is "none"."""

    cells: dict[str, int]
    of_place: NDArray[np.int64]  # row of each place's cell
    forecast: dict[str, Array]  # slot -> (cells + 1, facts)
    observed: Array  # (cells + 1, facts)
    as_of: datetime
    kept: bool = False

    def nearest(self, latitude: float, longitude: float) -> int:
        """The row of the weather point nearest to there, "none" where the nearest is far."""
        if not self.cells:
            return 0
        away = distance_km(latitude, longitude, *self._points)  # type: ignore[arg-type]
        return int(np.argmin(away)) if away.min() <= WEATHER_REACH_KM else len(self.cells)

    @cached_property
    def _points(self) -> Array:
        """(2, cells): their latitudes and longitudes."""
        return np.array([cell.split(",") for cell in self.cells], dtype=np.float64).T / 100.0

    def at(self, slot: str) -> Array:
        """(cells + 1, facts) as forecast for that slot; NaN where there is no forecast."""
        return self.forecast.get(slot, self._nothing())

    def _nothing(self) -> Array:
        return np.full((len(self.cells) + 1, len(t.WEATHER_FACTS)), np.nan)


@dataclass(frozen=True)
class Trending:
    """How busy places are, as a worker counted it; see `features/trending.py`."""

    arrays: dict[str, Array]  # of places: p_… and tr_… columns, (places,)
    of_places: OfPlaces  # the features worked out of them, beside those of `Places`
    since: datetime
    until: datetime | None

    @classmethod
    def of(cls, live: Live, places: Places) -> "Trending":
        """Of what is counted now: worked out here, so that no request has to."""
        counts = live.of(places.catalogue.ids, places.catalogue.cell)
        arrays = {**places.arrays, **counts}
        return cls(arrays, places.of_places.more(arrays), live.since, live.until)


@dataclass(frozen=True)
class Moment:
    places: Places
    sky: Sky
    trending: Trending
    model: Composite
    setback: Setback | None = None  # why another than the champion answers

    @property
    def degraded(self) -> list[str]:
        """What every answer of this moment has to do without."""
        kept = self.places.kept or self.sky.kept
        return ([self.setback.cause] if self.setback else []) + (["places_kept"] if kept else [])

    @property
    def of_places(self) -> tuple[OfPlaces, OfPlaces]:
        """The features that need no request."""
        return self.places.of_places, self.trending.of_places


def load_places(home: Path, features: Rows) -> Places:
    """Every place's newest features from the online store."""
    built = load_built(home)  # read first: rows written meanwhile are newer, never older
    catalogue = Catalogue.load(home)
    columns = numbers("poi")
    matrix = _vectors(features, "poi", catalogue.ids, len(columns))
    arrays = {**catalogue.arrays, **{f"p_{c}": matrix[:, j] for j, c in enumerate(columns)}}
    return Places(
        catalogue,
        PlaceFacts(catalogue.frame),
        catalogue.where.kind,
        arrays,
        OfPlaces.of(arrays),
        _by_hour(features, catalogue),
        _audience(features, catalogue),
        built.as_of,
        catalogue.fingerprint(),
    )


def _by_hour(features: Rows, catalogue: Catalogue) -> ByHour:
    cells = sorted(set(catalogue.cells))
    position = {cell: n for n, cell in enumerate(cells)}
    columns = numbers("place_hour")
    values = np.full((24, len(columns), len(cells)), np.nan)
    for n, found in enumerate(features.read_now("place_hour", cells)):
        hours = list(found["hours"]) if found else []
        if found and hours:
            values[hours, :, n] = np.reshape(found["hour_values"], (len(hours), len(columns)))
    return ByHour(
        np.array([position[cell] for cell in catalogue.cells], dtype=np.int64),
        [f"ph_{c}" for c in columns],
        values,
    )


def _audience(features: Rows, catalogue: Catalogue) -> Audience:
    names = sorted({*catalogue.categories, *catalogue.groups})
    row = {name: n for n, name in enumerate(names)}
    nothing = np.full((len(names), len(numbers("audience"))), np.nan)
    segments: dict[str, Array] = {}
    for n, found in enumerate(features.read_now("audience", names)):
        keys = list(found.get("segment_keys", [])) if found else []
        values = np.array(found["segment_values"] if keys and found else [], dtype=np.float64)
        for key, value in zip(keys, values.reshape(len(keys), nothing.shape[1]), strict=True):
            segments.setdefault(key, nothing.copy())[n] = value
    return Audience(
        np.array([row[c] for c in catalogue.categories], dtype=np.int64),
        np.array([row[g] for g in catalogue.groups], dtype=np.int64),
        segments,
        nothing,
    )


def load_sky(home: Path, features: Rows, catalogue: Catalogue, now: datetime) -> Sky:
    """The forecasts of the coming days, and the last observations."""
    cells = sorted({c for c in catalogue.weather_cells if c is not None})
    code = {c: n for n, c in enumerate(cells)}
    first = (now - timedelta(days=DAYS_BACK)).replace(minute=0, second=0, microsecond=0)
    first = first.replace(hour=first.hour // t.SLOT_HOURS * t.SLOT_HOURS)
    steps = (DAYS_AHEAD + DAYS_BACK) * 24 // t.SLOT_HOURS
    slots = [(first + timedelta(hours=t.SLOT_HOURS * n)).strftime("%Y%m%d%H") for n in range(steps)]
    width = len(t.WEATHER_FACTS)
    as_of = weather_as_of(home)
    rows = features.read_now("weather_forecast", [f"{c}|{s}" for s in slots for c in cells])
    seen = features.read_now("weather_observed", cells)
    if weather_as_of(home) != as_of:  # it was refreshed meanwhile: read it as one
        return load_sky(home, features, catalogue, now)
    found = _matrix(rows, width).reshape(len(slots), len(cells), width)
    none = np.full((1, width + 1), np.nan)
    return Sky(
        code,
        np.array([code.get(c or "", len(cells)) for c in catalogue.weather_cells], dtype=np.int64),
        {s: np.concatenate([found[n], none[:, :width]]) for n, s in enumerate(slots)},
        np.concatenate([_matrix(seen, width + 1), none]),
        as_of,
    )


def _vectors(features: Rows, view: str, keys: list[str], width: int) -> Array:
    """As `_matrix`, of so many keys that their rows are not held all at once."""
    parts = [
        _matrix(features.read_now(view, keys[start : start + AT_ONCE]), width)
        for start in range(0, len(keys), AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.empty((0, width))


def _matrix(rows: list[dict[str, Any] | None], width: int) -> Array:
    """Packed vectors as (rows, width); NaN where a key is unknown."""
    out = np.full((len(rows), width), np.nan)
    for n, row in enumerate(rows):
        if row is not None:
            out[n] = row["vector"]
    return out


class PlaceFacts:
    """The facts of each place by its row, taken from the table when they are told: ten a request, and
    as Python's own values they would be half of what a process holds."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._told = lru_cache(FACTS_KEPT)(self._facts)

    def __getitem__(self, row: int) -> dict[str, Any]:
        return self._told(row)

    def __len__(self) -> int:
        return self._frame.height

    def _facts(self, row: int) -> dict[str, Any]:
        return _facts(self._frame.row(row, named=True))


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    names = json.loads(row[C.NAMES]) if row[C.NAMES] else {}
    return {**row, C.NAMES: names, C.TAGS: tags_of(row[C.TAGS])}


def tags_of(written: str | None) -> tuple[str, ...]:
    """The tags of a place, as the catalogue writes them."""
    return tuple(tag for tag in (written or "").split(";") if tag)
