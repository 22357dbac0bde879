"""From latent standard normals to weather: Alicante's climate, sea, mountains, day and night."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from butler.columns import CONDITIONS
from butler.world import climate
from butler.world.noise import Bools, Floats, Ints

BLOCK_HOURS = 3  # it rains, or it does not, for three hours at a time
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


def fields_of(points: Floats, hours: Ints, latents: dict[str, Floats]) -> Fields:
    """The weather of points (n, 2) x hours (m,) from its latents, each (n, m)."""
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
    exposure = 1 + 0.5 * shore + np.where(east, 0.4 * shore, 0.0)
    exposure = exposure + 0.0008 * (elevation - 81).clip(0)
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


def conditions(fields: Fields, points: Floats, hours: Ints) -> npt.NDArray[np.str_]:
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
