"""Refresh the weather: what the source says now into the history, and what holds now online."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from prefect import flow

from butler.columns import C
from butler.forecasts import open_forecasts
from butler.settings import Settings
from butler.stores.tables import Tables
from features import online
from features import transforms as t
from features.built import built_path, save_weather_issued
from features.places import weather_points
from features.store import Features
from pipelines.homes import settings_in
from pipelines.ingest import ingest_frame

Tell = Callable[[str], None]
STILL_OF_USE = timedelta(days=1)  # forecasts whose time is longer past are not written online
_POINT = [C.LATITUDE, C.LONGITUDE]


@dataclass(frozen=True)
class Refreshed:
    """How many points the history has weather for, and how many rows were new."""

    points: int
    new: int


@flow(name="weather", log_prints=True, retries=2, retry_delay_seconds=60)
def weather(home: Path | None = None) -> Refreshed:
    """Ask the weather source for every point the history of `home` knows."""
    settings = settings_in(home)
    return refresh(settings.home, settings, datetime.now(UTC), tell=print)


def refresh(
    home: Path, settings: Settings, now: datetime, tell: Tell = lambda _: None
) -> Refreshed:
    """Fetch, judge, store, and write the weather views anew; without news nothing changes.

    Raises StoreUnavailable where the source does not answer, ContractViolation where it answers
    nonsense; what was known before stays in use then.
    """
    tables = Tables(home)
    known = tables.read("weather")
    points = weather_points(known)
    key = settings.weather_key.get_secret_value() if settings.weather_key else None
    source = open_forecasts(settings.weather_url, key, settings.world.seed)
    said = source.forecast([(a, b) for a, b in points.select(_POINT).iter_rows()], now)
    fresh = news(said, known, now)
    if fresh.is_empty():
        tell(f"weather: {settings.weather_url} has nothing new for the {points.height} points")
        return Refreshed(points.height, 0)
    report = ingest_frame("weather", fresh, settings.weather_url, tables, settings.bad_rows)
    if built_path(home).exists():  # else the first build writes them
        write_weather(tables, Features(home, settings.online_url), now)
    tell(f"weather: {report.new} new rows for {points.height} points")
    return Refreshed(points.height, report.new)


def news(said: pl.DataFrame, known: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Of what the source says: observations, and the forecasts of points where any changed.

    A point's forecasts come whole or not at all, because a slot is the mean of its hours.
    """
    ahead = said.filter(pl.col(C.VALID_AT) > now)
    last = (
        known.filter(pl.col(C.VALID_AT) > now, pl.col(C.ISSUED_AT) < pl.col(C.VALID_AT))
        .sort(C.ISSUED_AT)
        .unique([*_POINT, C.VALID_AT], keep="last")
    )
    same = [c for c in said.columns if c != C.ISSUED_AT]
    changed = ahead.join(last, on=same, how="anti", nulls_equal=True).select(_POINT).unique()
    return pl.concat(
        [said.filter(pl.col(C.VALID_AT) <= now), ahead.join(changed, on=_POINT, how="semi")]
    )


def write_weather(tables: Tables, features: Features, now: datetime) -> dict[str, int]:
    """Both weather views from the history: offline whole, online what holds now; rows a view.

    Reading and writing are one step, so that a build never replaces a fresher view by its own.
    """
    with tables.exclusive("weather"):
        known = tables.read("weather")
        forecast, observed = t.weather_forecast(known), t.weather_observed(known)
        features.write_history("weather_forecast", forecast)
        features.write_history("weather_observed", observed)
        current = _still_of_use(forecast, now)
        features.write_now("weather_forecast", online.vector_rows("weather_forecast", current))
        features.write_now("weather_observed", online.vector_rows("weather_observed", observed))
        if known.height:
            save_weather_issued(features.home, known.select(pl.col(C.ISSUED_AT).max()).item())
    return {"weather_forecast": forecast.height, "weather_observed": observed.height}


def _still_of_use(forecast: pl.DataFrame, now: datetime) -> pl.DataFrame:
    oldest = (now - STILL_OF_USE).strftime("%Y%m%d%H")
    return forecast.filter(pl.col(t.WEATHER_SLOT).str.split("|").list.last() >= oldest)
