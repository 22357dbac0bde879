"""The weather of the sample world: any hour of any year, and its forecasts, from a seed.

Each day of each place has a handful of latent standard normals, functions of (seed, region,
place, day). What comes out of the sky is computed from them with Alicante's climate. A forecast
mixes each latent with noise of its own, more with every day of lead time; so a forecast is
weather like any other, only not quite the one that comes. `docs/world.md` has the formulas.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import NormalDist

import numpy as np
import polars as pl

from butler.columns import CONDITIONS, SCHEMAS, C
from butler.errors import InvalidRequest
from butler.world import climate
from butler.world.noise import Bools, Floats, Ints, normal

RUN_HOURS = 12  # a forecast is made at 00 and at 12 UTC
HORIZON_HOURS = 8 * 24
BLOCK_HOURS = 3  # it rains, or it does not, for three hours at a time

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
AMOUNT_SHAPE, AMOUNT_MEAN = 0.75, 1.19  # Weibull of a wet day's rain above 1 mm
STRONG_WIND_MS, STORM_MM, CLOUDY_PCT = 9.0, 4.0, 60.0


@dataclass(frozen=True)
class Fields:
    """Weather at points x hours: arrays of shape (points, hours)."""

    temperature: Floats
    precipitation: Floats  # mm in the hour
    wind: Floats
    cloud: Floats
    uv: Floats


@dataclass(frozen=True)
class SimulatedWeather:
    """`WeatherSource` of the sample world; the same seed is the same sky."""

    seed: int = 7

    def forecast(
        self, points: Iterable[tuple[float, float]], issued_at: datetime
    ) -> pl.DataFrame:
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
        return pl.DataFrame(
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
                C.CONDITION: _conditions(fields, places, hours).ravel(),
            }
        ).cast(SCHEMAS["weather"].columns)

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
        return _weather(points, hours, latents)

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


def _weather(points: Floats, hours: Ints, latents: dict[str, Floats]) -> Fields:
    elevation, coastal = climate.terrain(points)
    elevation, coastal = elevation[:, None], coastal[:, None]
    clock = hours % 24 + points[:, 1:2] / 15  # solar time; UTC is Greenwich's
    season = _day_of_year(hours)
    wet = latents["rain"] > _wet_threshold(season)
    rain = _rain(wet, hours, season, latents)
    cloud = _cloud(rain, season, latents)
    return Fields(
        temperature=np.round(_temperature(wet, clock, season, elevation, coastal, latents), 1),
        precipitation=np.round(rain, 1),
        wind=np.round(_wind(clock, season, elevation, coastal, latents), 1),
        cloud=np.round(cloud),
        uv=np.round(_uv(points[:, :1], clock, season, cloud), 1),
    )


def _temperature(
    wet: Bools,
    clock: Floats,
    season: Floats,
    elevation: Floats,
    coastal: Floats,
    latents: dict[str, Floats],
) -> Floats:
    high, low = climate.at_day(climate.MAX_C, season), climate.at_day(climate.MIN_C, season)
    spread = np.where(wet, climate.WET_RANGE, climate.DRY_RANGE) * (high - low)
    spread = spread * (1 + 0.35 * (0.7 - coastal))  # the sea evens out day and night
    shift = np.where(wet, climate.WET_ANOMALY_C, climate.DRY_ANOMALY_C)
    daily = climate.at_day(climate.DAILY_SD_C, season) * latents["temperature"]
    cycle = np.cos(2 * np.pi * (clock - 14.5) / 24)
    lapse = climate.LAPSE_C_PER_M * (elevation - 81.0)
    return np.asarray((high + low) / 2 + spread / 2 * cycle + shift + daily - lapse)


def _rain(wet: Bools, hours: Ints, season: Floats, latents: dict[str, Floats]) -> Floats:
    """mm in each hour: the day's amount, spread over one spell of three-hour blocks."""
    centre = 24 * _share(latents["centre"])
    half = BLOCK_HOURS * (1 + np.floor(6 * _share(latents["length"]))) / 2
    block = hours % 24 // BLOCK_HOURS * BLOCK_HOURS + BLOCK_HOURS / 2
    blocks = np.arange(BLOCK_HOURS / 2, 24, BLOCK_HOURS)
    # A spell cut by midnight rains its whole amount on its own day.
    count = (np.abs(blocks - centre[..., None]) <= half[..., None]).sum(axis=-1)
    inside = np.abs(block - centre) <= half
    rest = climate.at_day(climate.WET_DAY_MM, season) - 1
    drawn = np.log1p(np.exp(1.702 * latents["amount"])) ** (1 / AMOUNT_SHAPE) / AMOUNT_MEAN
    amount = 1 + rest * drawn
    return np.asarray(np.where(wet & inside, amount / (np.maximum(count, 1) * BLOCK_HOURS), 0.0))


def _wind(
    clock: Floats,
    season: Floats,
    elevation: Floats,
    coastal: Floats,
    latents: dict[str, Floats],
) -> Floats:
    """Mean wind: a sea breeze by day, levante from the east now and then, more on the shore."""
    east = latents["levante"] > _threshold(climate.LEVANTE, season)
    usual = climate.at_day(climate.WIND_MS, season) / (
        1 + (climate.LEVANTE_WIND - 1) * climate.at_day(climate.LEVANTE, season)
    )
    daily = np.exp(0.42 * latents["wind"] - 0.42**2 / 2)
    breeze = 1 + 0.45 * np.cos(2 * np.pi * (clock - 15) / 24)
    shore = np.clip(coastal - 0.7, 0, None) / 0.3
    exposure = 1 + 0.5 * shore + np.where(east, 0.4 * shore, 0.0) + 0.0008 * (elevation - 81).clip(0)
    return np.asarray(usual * np.where(east, climate.LEVANTE_WIND, 1.0) * daily * breeze * exposure)


def _cloud(rain: Floats, season: Floats, latents: dict[str, Floats]) -> Floats:
    declination = _declination(season)
    daylight = 24 / np.pi * np.arccos(-np.tan(np.radians(38.4)) * np.tan(declination))
    mean = 1 - climate.at_day(climate.SUN_HOURS, season) / daylight
    shift = 0.6 * latents["rain"] + 0.8 * latents["cloud"]
    cover = 100 / (1 + np.exp(-(np.log(mean / (1 - mean)) + 1.6 * shift)))
    return np.asarray(np.where(rain > 0.05, np.maximum(cover, 85.0), cover))


def _uv(latitude: Floats, clock: Floats, season: Floats, cloud: Floats) -> Floats:
    """UV index: 12 at a zenith sun in a clear sky, falling with elevation and cloud."""
    declination, lat = _declination(season), np.radians(latitude)
    sine = np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(
        np.pi * (clock - 12) / 12
    )
    return np.asarray(12 * np.clip(sine, 0, 1) ** 1.5 * (1 - 0.6 * (cloud / 100) ** 2))


def _conditions(fields: Fields, points: Floats, hours: Ints) -> np.ndarray:
    """The word for each (point, hour); the first that holds."""
    _, coastal = climate.terrain(points)
    morning = (hours % 24 < 9) & (fields.temperature < 8) & (fields.wind < 1.2)
    fog = morning & (fields.cloud > 30) & (coastal[:, None] < 0.5)
    rain = fields.precipitation
    words = np.select(
        [
            (rain >= 0.1) & (fields.temperature < 1),
            rain >= STORM_MM,
            rain >= 0.1,
            fields.wind >= STRONG_WIND_MS,
            fog,
            fields.cloud >= CLOUDY_PCT,
        ],
        ["snow", "thunderstorm", "rain", "wind", "fog", "clouds"],
        default=CONDITIONS[0],
    )
    return np.asarray(words)


def _day_of_year(hours: Ints) -> Floats:
    return np.asarray((hours / 24 + 0.25) % 365.25)  # 1970 began a year; leap days drift < 1 day


def _declination(season: Floats) -> Floats:
    return np.asarray(np.radians(-23.44) * np.cos(2 * np.pi * (season + 10) / 365.25))


def _wet_threshold(season: Floats) -> Floats:
    return _threshold(climate.WET_DAY, season)


def _threshold(monthly: tuple[float, ...], season: Floats) -> Floats:
    """The standard normal value exceeded with the monthly probability."""
    values = tuple(NormalDist().inv_cdf(1 - share) for share in monthly)
    return climate.at_day(values, season)


def _share(z: Floats) -> Floats:
    """The normal distribution function, by its logistic approximation (error below 0.01)."""
    return np.asarray(1 / (1 + np.exp(-1.702 * z)))
