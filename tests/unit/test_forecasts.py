"""Forecasts by URL, and how an answer of One Call 3.0 becomes rows of weather."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import CONDITIONS, SCHEMAS, C
from butler.errors import StoreUnavailable
from butler.forecasts import OpenWeather, condition, open_forecasts, weather_rows
from butler.world.geography import COAST, WEATHER_POINTS
from butler.world.weather import SimulatedWeather

ALICANTE, NEW_YORK = (38.35, -0.48), (40.78, -73.97)
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ASKED = NOON + timedelta(minutes=7)


def test_the_simulated_sky_is_only_over_the_sample_world() -> None:
    """A data set of real places elsewhere must not be given a weather that was made up."""
    source = open_forecasts("world://", None, seed=7)
    assert source.forecast([NEW_YORK], ASKED).is_empty()
    assert set(source.forecast([NEW_YORK, ALICANTE], ASKED)[C.LONGITUDE]) == {-0.48}
    coast = [(latitude, longitude) for _, latitude, longitude in COAST]
    rows = source.forecast([*WEATHER_POINTS, *coast], ASKED)
    assert rows.select(C.LATITUDE, C.LONGITUDE).n_unique() == len(WEATHER_POINTS) + len(coast)


def test_the_simulated_forecast_is_known_from_the_moment_it_is_asked_for() -> None:
    rows = open_forecasts("world://", None, seed=7).forecast([ALICANTE], ASKED)
    assert rows.schema == pl.Schema(SCHEMAS["weather"].columns)
    assert rows[C.ISSUED_AT].unique().to_list() == [ASKED]
    ahead = rows.filter(pl.col(C.VALID_AT) > ASKED)[C.VALID_AT]
    assert ahead[0] == NOON + timedelta(hours=1)
    assert ahead[-1] == NOON + timedelta(hours=8 * 24 - 1)
    assert ahead.diff().drop_nulls().unique().to_list() == [timedelta(hours=1)]


def test_beside_the_simulated_forecast_is_what_the_hour_really_is() -> None:
    rows = open_forecasts("world://", None, seed=7).forecast([ALICANTE], ASKED)
    seen = rows.filter(pl.col(C.VALID_AT) <= ASKED).drop(C.ISSUED_AT)
    truth = SimulatedWeather(7).observed([ALICANTE], NOON, NOON + timedelta(hours=1))
    assert seen.equals(truth.drop(C.ISSUED_AT))


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [
        ("openweather://api.openweathermap.org", None, "BUTLER_WEATHER_KEY"),
        ("openweather+http://weather.example:80", "secret-key", "openweather://api"),
        ("meteo://host", "secret-key", "BUTLER_WEATHER_URL"),
        ("nonsense", "secret-key", "BUTLER_WEATHER_URL"),
    ],
)
def test_a_source_that_cannot_be_opened_says_what_to_set(
    url: str, key: str | None, says: str
) -> None:
    with pytest.raises(StoreUnavailable, match=says) as raised:
        open_forecasts(url, key, seed=7)
    assert "secret-key" not in str(raised.value)


def test_the_vendor_is_asked_over_https() -> None:
    source = open_forecasts("openweather://api.openweathermap.org", "k", seed=7)
    assert isinstance(source, OpenWeather)
    assert source._url == "https://api.openweathermap.org"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (211, "thunderstorm"),
        (301, "rain"),
        (500, "rain"),
        (601, "snow"),
        (741, "fog"),
        (771, "wind"),
        (781, "wind"),
        (800, "clear"),
        (801, "clouds"),
        (804, "clouds"),
    ],
)
def test_the_vendors_codes_become_our_words(code: int, word: str) -> None:
    assert condition(code) == word
    assert word in CONDITIONS


def hour(at: datetime, **more: Any) -> dict[str, Any]:
    facts = {"temp": 20.0, "wind_speed": 3.0, "clouds": 10, "uvi": 5.0, "weather": [{"id": 800}]}
    return {"dt": int(at.timestamp()), **facts, **more}


def day(at: datetime, **more: Any) -> dict[str, Any]:
    sun = {"sunrise": at.replace(hour=5), "sunset": at.replace(hour=19)}
    parts = {"night": 15.0, "morn": 18.0, "day": 26.0, "eve": 22.0}
    return {
        **hour(at),
        "temp": parts,
        **{name: int(moment.timestamp()) for name, moment in sun.items()},
        **more,
    }


def answer(hours: list[dict[str, Any]], days: list[dict[str, Any]], offset: int = 0) -> Any:
    return {"timezone_offset": offset, "current": hour(NOON), "hourly": hours, "daily": days}


def rows_of(said: Any) -> dict[datetime, dict[str, Any]]:
    return {row[C.VALID_AT]: row for row in weather_rows(said, ALICANTE, ASKED)}


def test_no_rain_is_said_by_leaving_it_out() -> None:
    later = [NOON + timedelta(hours=n) for n in (1, 2, 3, 4)]
    wet = [
        hour(later[0]),
        hour(later[1], rain={"1h": 0.4}),
        hour(later[2], snow={"1h": 0.3}),
        hour(later[3], rain={"1h": 0.4}, snow={"1h": 0.3}),
    ]
    rows = rows_of(answer(wet, []))
    assert [rows[at][C.PRECIPITATION] for at in later] == pytest.approx([0.0, 0.4, 0.3, 0.7])


def test_the_hours_behind_us_are_no_forecast() -> None:
    rows = rows_of(answer([hour(NOON, temp=19.0), hour(NOON + timedelta(hours=1))], []))
    assert list(rows) == [NOON, NOON + timedelta(hours=1)]
    assert rows[NOON][C.TEMPERATURE] == 20.0  # what is now, not what was forecast for it


def test_a_clock_ahead_of_ours_makes_no_forecast_of_an_observation() -> None:
    said = answer([], [])
    said["current"]["dt"] += 3600
    assert list(rows_of(said)) == [ASKED]


def test_days_beyond_the_hours_come_in_steps_of_three_hours() -> None:
    """By part of the day; rain evenly over it: 4.8 mm a day are 0.2 mm in each hour."""
    rows = rows_of(answer([hour(NOON + timedelta(hours=8))], [day(NOON, rain=4.8)]))
    steps = {at.hour: row for at, row in rows.items() if at > NOON + timedelta(hours=8)}
    assert list(steps) == [21]
    tomorrow = NOON + timedelta(days=1)
    rows = rows_of(answer([], [day(tomorrow, rain=4.8)]))
    steps = {at.hour: row for at, row in rows.items() if at.date() == tomorrow.date()}
    assert list(steps) == [0, 3, 6, 9, 12, 15, 18, 21]
    assert [s[C.TEMPERATURE] for s in steps.values()] == [15, 15, 18, 18, 26, 26, 22, 22]
    assert [s[C.UV] for s in steps.values()] == [0, 0, 5, 5, 5, 5, 5, 0]
    assert [s[C.PRECIPITATION] for s in steps.values()] == pytest.approx([0.2] * 8)


def test_a_day_is_the_days_of_the_place() -> None:
    """Five hours behind UTC the day begins at 05:00 UTC; its first step is at 06:00, by night."""
    tomorrow = datetime(2026, 7, 2, 17, 0, tzinfo=UTC)  # local noon
    rows = rows_of(answer([], [day(tomorrow)], offset=-5 * 3600))
    steps = [at for at in rows if at > ASKED]
    assert steps[0] == datetime(2026, 7, 2, 6, tzinfo=UTC)
    assert steps[-1] == datetime(2026, 7, 3, 3, tzinfo=UTC)
    assert rows[steps[0]][C.TEMPERATURE] == 15.0


@given(offset=st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters * 900))
def test_eight_days_have_no_gap_and_no_hour_twice_in_any_time_zone(offset: int) -> None:
    local_noon = NOON - timedelta(seconds=offset)
    days = [day(local_noon + timedelta(days=n)) for n in range(8)]
    hours = [hour(NOON + timedelta(hours=n)) for n in range(48)]
    times = [row[C.VALID_AT] for row in weather_rows(answer(hours, days, offset), ALICANTE, ASKED)]
    gaps = {(b - a) for a, b in pairwise(times)}
    assert times[0] == NOON
    assert times[-1] >= NOON + timedelta(days=6)
    assert all(timedelta(0) < gap <= timedelta(hours=3) for gap in gaps)
