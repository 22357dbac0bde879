"""The weather of the sample world: any hour of any year, and its forecasts, from a seed.

Each day of each place has a handful of latent standard normals, functions of (seed, region,
place, day). What comes out of the sky is computed from them with Alicante's climate. A forecast
mixes each latent with noise of its own, more with every day of lead time; so a forecast is
weather like any other, only not quite the one that comes. `docs/world.md` has the formulas.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from butler.columns import C
from butler.errors import InvalidRequest
from butler.world import climate
from butler.world.noise import Floats, Ints, normal
from butler.world.sky import Fields, conditions, fields_of
from butler.world.tables import typed

RUN_HOURS = 12  # a forecast is made at 00 and at 12 UTC
HORIZON_HOURS = 8 * 24

ERROR_AT_ONCE, ERROR_PER_DAY, ERROR_AT_MOST = 0.15, 0.12, 0.95
"""Share of noise in a forecast's latents: sqrt(1 - s^2) z + s noise."""
REGIONAL = 0.9  # what places of one region (2 by 3 degrees) have in common
MEMORY_DAYS = 12

# The latents, and how far each day's remembers the last (an AR(1) cut after MEMORY_DAYS).
# Rain's 0.48 makes wet days follow wet days as often as they do at Alicante.
MEMORY = {
    "temperature": climate.DAY_TO_DAY,
    "rain": 0.48,
    "cloud": 0.5,
    "wind": 0.4,
    "levante": 0.5,
    "amount": 0.0,
    "centre": 0.0,
    "length": 0.0,
}
STREAM = {name: number for number, name in enumerate(MEMORY)}
NOISE_STREAM = 100


@dataclass(frozen=True)
class SimulatedWeather:
    """`WeatherSource` of the sample world; the same seed is the same sky."""

    seed: int = 7

    def forecast(self, points: Iterable[tuple[float, float]], issued_at: datetime) -> pl.DataFrame:
        """The newest forecast made by `issued_at`: hourly for eight days, `weather` schema.

        Forecasts are made at 00 and 12 UTC; `issued_at` of the rows is when this one was.
        """
        run = last_run(hour_of(issued_at))
        hours = np.arange(run, run + HORIZON_HOURS)
        return self.table(points, hours, run)

    def observed(
        self, points: Iterable[tuple[float, float]], start: datetime, end: datetime
    ) -> pl.DataFrame:
        """What the weather was: hourly in [start, end), `issued_at` equal to `valid_at`."""
        return self.table(points, np.arange(hour_of(start), hour_of(end)), None)

    def table(
        self, points: Iterable[tuple[float, float]], hours: Ints, run: int | None
    ) -> pl.DataFrame:
        """Rows of the `weather` schema for points x hours (since 1970, UTC, ascending)."""
        places = _checked(points)
        fields = self.fields(places, hours, run)
        valid = np.tile(hours, len(places))
        issued = valid if run is None else np.full(len(valid), run)
        frame = pl.DataFrame(
            {
                C.LATITUDE: np.repeat(places[:, 0], len(hours)),
                C.LONGITUDE: np.repeat(places[:, 1], len(hours)),
                C.VALID_AT: valid * 3_600_000_000,
                C.ISSUED_AT: issued * 3_600_000_000,
                C.TEMPERATURE: fields.temperature.ravel(),
                C.PRECIPITATION: fields.precipitation.ravel(),
                C.WIND: fields.wind.ravel(),
                C.CLOUD: fields.cloud.ravel(),
                C.UV: fields.uv.ravel(),
                C.CONDITION: conditions(fields, places, hours).ravel(),
            }
        )
        return typed(frame, "weather")

    def fields(self, points: Floats, hours: Ints, run: int | None = None) -> Fields:
        """The weather at points (n, 2) x hours (m, ascending): true, or as forecast at `run`."""
        days = np.arange(hours[0] // 24 - 1, hours[-1] // 24 + 2)
        of_day = hours // 24 - days[0]
        latents: dict[str, Floats] = {}
        for name in MEMORY:
            true = self._latent(name, points, days)
            latents[name] = _to_hours(name, true, of_day, hours)
            if run is not None:
                noise = self._noise(name, points, days, run)
                share = _error_share(hours - run)
                mixed = np.sqrt(1 - share**2) * latents[name]
                latents[name] = mixed + share * _to_hours(name, noise, of_day, hours)
        return fields_of(points, hours, latents)

    def _latent(self, name: str, points: Floats, days: Ints) -> Floats:
        """(points, days) standard normals that remember the days before."""
        memory = MEMORY[name]
        reach = np.arange(days[0] - MEMORY_DAYS, days[-1] + 1)
        fresh = self._blend(STREAM[name], points, reach, 0)
        weights = memory ** np.arange(MEMORY_DAYS + 1) if memory else np.eye(1, MEMORY_DAYS + 1)[0]
        weights = weights / np.sqrt((weights**2).sum())
        windows = np.lib.stride_tricks.sliding_window_view(fresh, MEMORY_DAYS + 1, axis=1)
        return np.asarray(windows @ weights[::-1])

    def _noise(self, name: str, points: Floats, days: Ints, run: int) -> Floats:
        return self._blend(NOISE_STREAM + STREAM[name], points, days, run)

    def _blend(self, stream: int, points: Floats, days: Ints, run: int) -> Floats:
        region = _cell(points, 2.0, 3.0, 37.0, -2.0)[:, None]
        place = _cell(points, 0.25, 0.25, 0.0, 0.0)[:, None]
        common = normal(self.seed, stream, 0, region, days[None, :], run)
        local = normal(self.seed, stream, 1, place, days[None, :], run)
        return np.asarray(REGIONAL * common + np.sqrt(1 - REGIONAL**2) * local)


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970-01-01 00:00 UTC. Raises InvalidRequest without a timezone."""
    if moment.tzinfo is None:
        raise InvalidRequest(f"{moment} has no timezone; give a UTC time", "at")
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(hours=1))


def last_run(hour: int) -> int:
    """The hour of the newest forecast made by `hour`."""
    return hour // RUN_HOURS * RUN_HOURS


def _checked(points: Iterable[tuple[float, float]]) -> Floats:
    places = np.array(list(points), dtype=np.float64).reshape(-1, 2)
    if not (np.abs(places) <= (90.0, 180.0)).all():
        raise InvalidRequest("a point is (latitude, longitude) in degrees", C.LATITUDE)
    return places


def _cell(points: Floats, tall: float, wide: float, south: float, west: float) -> Ints:
    row = np.floor((points[:, 0] - south) / tall).astype(np.int64)
    return np.asarray(row * 10_000 + np.floor((points[:, 1] - west) / wide).astype(np.int64))


def _error_share(lead_hours: Ints) -> Floats:
    share = ERROR_AT_ONCE + ERROR_PER_DAY * lead_hours / 24
    # The hour in which a forecast is made is observed, not forecast.
    return np.where(lead_hours > 0, np.minimum(share, ERROR_AT_MOST), 0.0)


def _to_hours(name: str, daily: Floats, of_day: Ints, hours: Ints) -> Floats:
    """(points, days) to (points, hours): air changes smoothly, rain belongs to its day."""
    if name not in ("temperature", "cloud", "wind"):
        return daily[:, of_day]
    away = (hours % 24 + 0.5) / 24 - 0.5  # from noon, in days
    neighbour = of_day + np.where(away < 0, -1, 1)
    return np.asarray(daily[:, of_day] * (1 - np.abs(away)) + daily[:, neighbour] * np.abs(away))
