"""Forecasts by URL: the sample world's own sky, or OpenWeather's One Call API 3.0.

Every row is stamped with the moment it was asked for. When a forecast was computed is of no use
to us: the platform knows it from the moment it was fetched, and features of an earlier moment
must not contain it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import polars as pl

from butler.columns import SCHEMAS, C
from butler.errors import StoreUnavailable
from butler.stores.ports import WeatherSource
from butler.world.geography import COAST, WEATHER_POINTS
from butler.world.weather import SimulatedWeather

Point = tuple[float, float]  # latitude, longitude in degrees

ATTEMPTS = 3
LONGEST_PAUSE = 10.0  # seconds; whatever Retry-After asks for
STEP = 3 * 3600  # seconds between the rows made of a daily forecast
_WORLD = {*WEATHER_POINTS, *((latitude, longitude) for _, latitude, longitude in COAST)}


def open_forecasts(url: str, key: str | None, seed: int) -> WeatherSource:
    """The source behind a URL: `world://` (simulated by `seed`) or `openweather://HOST`.

    `openweather+http://` is for a server on this machine: the key must not travel in the clear.
    Raises StoreUnavailable for another scheme, and where the key is missing.
    """
    parts = urlsplit(url)
    if parts.scheme == "world":
        return WorldForecasts(SimulatedWeather(seed))
    if parts.scheme == "openweather":
        return OpenWeather(f"https://{parts.netloc}", _needed(key))
    if parts.scheme == "openweather+http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return OpenWeather(f"http://{parts.netloc}", _needed(key))
    raise StoreUnavailable(
        f"no weather source is known for {parts.scheme}://{parts.hostname or ''}: set "
        "BUTLER_WEATHER_URL to world:// or openweather://api.openweathermap.org"
    )


def _needed(key: str | None) -> str:
    if not key:
        raise StoreUnavailable("openweather:// needs a key: set BUTLER_WEATHER_KEY")
    return key


@dataclass(frozen=True)
class WorldForecasts:
    """`WeatherSource` of the sample world; real places elsewhere have no simulated sky."""

    sky: SimulatedWeather

    def forecast(self, points: Iterable[Point], issued_at: datetime) -> pl.DataFrame:
        """Hourly for eight days from the last run, and the observation of the current hour."""
        ours = [point for point in points if point in _WORLD]
        hour = issued_at.replace(minute=0, second=0, microsecond=0)
        ahead = self.sky.forecast(ours, issued_at).filter(pl.col(C.VALID_AT) > issued_at)
        now = self.sky.observed(ours, hour, hour + timedelta(hours=1))
        stamp = pl.lit(issued_at).cast(SCHEMAS["weather"].columns[C.ISSUED_AT])
        return pl.concat([now, ahead]).with_columns(stamp.alias(C.ISSUED_AT))


class OpenWeather:
    """`WeatherSource` over OpenWeather's One Call API 3.0: one call a point.

    Too many requests (429), the vendor's own failures (5xx) and failures of the network are tried
    again, `ATTEMPTS` times in all. Raises StoreUnavailable; the key is in no message and no log.
    """

    def __init__(
        self,
        url: str,
        key: str,
        timeout_seconds: float = 10.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._key = url, key
        self._timeout, self._pause = timeout_seconds, pause

    def forecast(self, points: Iterable[Point], issued_at: datetime) -> pl.DataFrame:
        """Hourly for two days, three-hourly to the eighth, and what the weather is now."""
        rows: list[dict[str, Any]] = []
        with httpx.Client(
            base_url=self._url, timeout=self._timeout, transport=_Keyed(self._key)
        ) as client:
            for point in points:
                rows.extend(self._of_point(client, point, issued_at))
        return pl.DataFrame(rows, schema=SCHEMAS["weather"].columns)

    def _of_point(
        self, client: httpx.Client, point: Point, issued_at: datetime
    ) -> list[dict[str, Any]]:
        response = self._get(client, point)
        try:
            return list(weather_rows(response.json(), point, issued_at))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise StoreUnavailable(
                f"{self._url} did not answer as One Call API 3.0 does ({error!r}); check that "
                "BUTLER_WEATHER_URL names api.openweathermap.org"
            ) from error

    def _get(self, client: httpx.Client, point: Point) -> httpx.Response:
        asked: dict[str, str | float] = {
            "lat": point[0],
            "lon": point[1],
            "units": "metric",
            "exclude": "minutely,alerts",
        }
        for attempt in range(1, ATTEMPTS + 1):
            wait, reason = 0.5 * 2**attempt, ""
            try:
                response = client.get("/data/3.0/onecall", params=asked)
            except httpx.TransportError as error:
                reason = f"{type(error).__name__}: {error}"
            else:
                if response.is_success:
                    return response
                reason = self._reason(response)
                if response.status_code != 429 and response.status_code < 500:
                    raise StoreUnavailable(f"{self._url} refused: {reason}")
                wait = _retry_after(response, wait)
            if attempt < ATTEMPTS:
                self._pause(min(wait, LONGEST_PAUSE))
        raise StoreUnavailable(
            f"{self._url} gave no forecast in {ATTEMPTS} attempts; the last said: {reason}. The "
            "last forecasts stay in use; run the weather flow again later"
        )

    def _reason(self, response: httpx.Response) -> str:
        """The vendor's own words, cut short and without the key."""
        try:
            said = str(response.json()["message"])
        except (KeyError, TypeError, ValueError):
            said = response.reason_phrase
        advice = "; check BUTLER_WEATHER_KEY" if response.status_code in (401, 403) else ""
        return f"{response.status_code} {said.replace(self._key, '…')[:200]}{advice}"


class _Keyed(httpx.HTTPTransport):
    """Adds the key where the request leaves: httpx logs each URL it is asked for."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_merge_params({"appid": self._key})
        keyed = httpx.Request(
            request.method, url, headers=request.headers, extensions=request.extensions
        )
        return super().handle_request(keyed)


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    """Seconds the vendor asks us to wait; dates, which it does not send, are not read."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else otherwise


def weather_rows(
    answer: dict[str, Any], point: Point, issued_at: datetime
) -> Iterator[dict[str, Any]]:
    """Rows of the `weather` schema from one answer of One Call 3.0 (units: metric).

    The first two days are hourly. Of the days after them, each three hours get a row: the
    temperature of that part of the day, the day's rain spread evenly, its UV index by daylight.
    """
    asked = int(issued_at.timestamp())
    fixed = {C.LATITUDE: point[0], C.LONGITUDE: point[1], C.ISSUED_AT: issued_at}
    now = answer["current"]
    yield {**fixed, **_hour(now), C.VALID_AT: _moment(min(now["dt"], asked))}
    last = asked
    for hour in answer["hourly"]:
        if hour["dt"] > asked:
            yield {**fixed, **_hour(hour), C.VALID_AT: _moment(hour["dt"])}
            last = max(last, hour["dt"])
    offset = answer["timezone_offset"]
    for day in answer["daily"]:
        for at in _steps(day, offset):
            if at > last:
                yield {**fixed, **_step(day, at, offset), C.VALID_AT: _moment(at)}


def _hour(hour: dict[str, Any]) -> dict[str, Any]:
    return {
        C.TEMPERATURE: float(hour["temp"]),
        C.PRECIPITATION: sum(float(hour[kind]["1h"]) for kind in ("rain", "snow") if kind in hour),
        **_common(hour),
    }


def _steps(day: dict[str, Any], offset: int) -> range:
    """Every three hours UTC of the local day that holds `dt`, in seconds since 1970."""
    start = (day["dt"] + offset) // 86_400 * 86_400 - offset
    return range(-(-start // STEP) * STEP, start + 86_400, STEP)


def _step(day: dict[str, Any], at: int, offset: int) -> dict[str, Any]:
    part = ("night", "morn", "day", "eve")[(at + offset) % 86_400 // 21_600]
    row = {
        C.TEMPERATURE: float(day["temp"][part]),
        C.PRECIPITATION: (day.get("rain", 0.0) + day.get("snow", 0.0)) / 24,
        **_common(day),
    }
    if not day.get("sunrise", at) <= at < day.get("sunset", at + 1):
        row[C.UV] = 0.0
    return row


def _common(facts: dict[str, Any]) -> dict[str, Any]:
    """What hours and days say alike; the vendor leaves out what it does not know."""
    return {
        C.WIND: facts.get("wind_speed"),
        C.CLOUD: facts.get("clouds"),
        C.UV: facts.get("uvi"),
        C.CONDITION: condition(facts["weather"][0]["id"]),
    }


def condition(code: int) -> str:
    """Our word for the vendor's weather code (https://openweathermap.org/weather-conditions)."""
    if code == 800:
        return "clear"
    if code in (771, 781):  # squalls, tornado
        return "wind"
    groups = {2: "thunderstorm", 3: "rain", 5: "rain", 6: "snow", 7: "fog", 8: "clouds"}
    return groups[code // 100]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
