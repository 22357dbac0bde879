"""The simulated sky: a function of place, hour and seed; forecasts know less of later days."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.columns import CONDITIONS, SCHEMAS, C
from butler.errors import InvalidRequest
from butler.world import climate
from butler.world.weather import HORIZON_HOURS, SimulatedWeather

ALICANTE = climate.STATION
BENIDORM, AITANA = (38.54, -0.13), (38.65, -0.27)
SKY = SimulatedWeather(seed=11)
WET = (pl.col(C.PRECIPITATION) > 0).cast(pl.Float64).alias("wet")


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def twenty_years() -> pl.DataFrame:
    hourly = SKY.observed([ALICANTE], at(2000, 1, 1), at(2020, 1, 1))
    daily = hourly.group_by_dynamic(C.VALID_AT, every="1d").agg(
        high=pl.col(C.TEMPERATURE).max(),
        low=pl.col(C.TEMPERATURE).min(),
        rain=pl.col(C.PRECIPITATION).sum(),
        wind=pl.col(C.WIND).mean(),
    )
    return daily.with_columns(month=pl.col(C.VALID_AT).dt.month(), wet=pl.col("rain") >= 0.9)


@settings(max_examples=25, deadline=None)
@given(
    start=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    before=st.integers(0, 400),
    lat=st.floats(37.5, 39.0),
    lon=st.floats(-1.0, 0.2),
)
def test_an_hour_is_the_same_whatever_else_is_asked(
    start: datetime, before: int, lat: float, lon: float
) -> None:
    moment = start.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    alone = SKY.observed([(lat, lon)], moment, moment + timedelta(hours=1))
    earlier = moment - timedelta(hours=before)
    among = SKY.observed([ALICANTE, (lat, lon)], earlier, moment + timedelta(hours=3))
    assert among.filter(
        (pl.col(C.VALID_AT) == moment) & (pl.col(C.LATITUDE) == lat) & (pl.col(C.LONGITUDE) == lon)
    ).equals(alone)


def test_another_seed_is_another_sky() -> None:
    week = (at(2026, 11, 1), at(2026, 11, 8))
    assert not SKY.observed([ALICANTE], *week).equals(
        SimulatedWeather(seed=12).observed([ALICANTE], *week)
    )


def test_a_forecast_has_the_weather_schema_hourly_for_eight_days() -> None:
    forecast = SKY.forecast([BENIDORM, AITANA], at(2026, 11, 1, 17))
    assert forecast.schema == pl.Schema(SCHEMAS["weather"].columns)
    assert len(forecast) == 2 * HORIZON_HOURS
    assert forecast[C.ISSUED_AT].unique().to_list() == [at(2026, 11, 1, 12)]
    assert forecast[C.VALID_AT].max() == at(2026, 11, 9, 11)
    assert set(forecast[C.CONDITION]) <= set(CONDITIONS)


def test_forecasts_of_one_run_are_the_same_forecast() -> None:
    assert SKY.forecast([BENIDORM], at(2026, 11, 1, 12)).equals(
        SKY.forecast([BENIDORM], at(2026, 11, 1, 23))
    )


def test_an_observation_is_issued_when_it_is_valid() -> None:
    observed = SKY.observed([BENIDORM], at(2026, 1, 1), at(2026, 1, 2))
    assert len(observed) == 24
    assert observed[C.ISSUED_AT].equals(observed[C.VALID_AT], check_names=False)


def test_the_hour_of_the_run_is_observed() -> None:
    run = at(2026, 11, 1, 12)
    first = SKY.forecast([BENIDORM], run)[:1]
    assert first.equals(SKY.observed([BENIDORM], run, run + timedelta(hours=1)))


def test_forecast_error_grows_with_lead_time() -> None:
    runs = [at(2025, 1, 1) + timedelta(days=3 * number) for number in range(200)]
    errors: dict[str, list[np.ndarray]] = {C.TEMPERATURE: [], C.WIND: [], C.CLOUD: [], "wet": []}
    for run in runs:
        forecast = SKY.forecast([ALICANTE], run).with_columns(WET)
        true = SKY.observed([ALICANTE], run, run + timedelta(hours=HORIZON_HOURS))
        true = true.with_columns(WET)
        for column, collected in errors.items():
            collected.append((forecast[column] - true[column]).to_numpy() ** 2)
    for column, collected in errors.items():
        by_day = np.mean(collected, axis=0).reshape(8, 24).mean(axis=1)
        assert by_day[0] < by_day[3] < by_day[7], column
        assert by_day[7] > 2 * by_day[0], column


def test_a_forecast_is_neither_too_wet_nor_too_dry() -> None:
    """Five days ahead it must rain as often as it does: noise is mixed in, not added."""
    runs = [at(2025, 1, 1) + timedelta(days=3 * number) for number in range(240)]
    fifth = [SKY.forecast([ALICANTE], run)[120:144][C.PRECIPITATION].sum() for run in runs]
    true = SKY.observed([ALICANTE], runs[0], runs[-1]).group_by_dynamic(C.VALID_AT, every="1d")
    wet = true.agg(pl.col(C.PRECIPITATION).sum())[C.PRECIPITATION] >= 0.9
    assert np.mean(np.array(fifth) >= 0.9) == pytest.approx(wet.mean(), abs=0.05)


@pytest.mark.parametrize(
    ("column", "constant", "tolerance"),
    [("high", climate.MAX_C, 1.0), ("low", climate.MIN_C, 1.0), ("wind", climate.WIND_MS, 0.25)],
)
def test_months_are_like_alicantes(
    twenty_years: pl.DataFrame, column: str, constant: tuple[float, ...], tolerance: float
) -> None:
    months = twenty_years.group_by("month").agg(pl.col(column).mean()).sort("month")[column]
    assert months.to_list() == pytest.approx(list(constant), abs=tolerance)


def test_rain_falls_as_often_and_clings_as_it_does_in_alicante(twenty_years: pl.DataFrame) -> None:
    wet, after_wet = twenty_years["wet"], twenty_years["wet"].shift(1)
    assert wet.mean() == pytest.approx(np.mean(climate.WET_DAY), abs=0.02)
    assert wet.filter(after_wet).mean() == pytest.approx(climate.WET_AFTER_WET, abs=0.06)
    july = twenty_years.filter(pl.col("month") == 7)["wet"].mean()
    october = twenty_years.filter(pl.col("month") == 10)["wet"].mean()
    assert july < 0.05 < 0.08 < october


def test_mountains_are_colder_and_the_shore_windier_than_the_station() -> None:
    year = SKY.observed([ALICANTE, BENIDORM, AITANA], at(2025, 1, 1), at(2026, 1, 1))
    mean = year.group_by(C.LATITUDE).agg(pl.col(C.TEMPERATURE, C.WIND).mean())
    means = {row[0]: row[1:] for row in mean.iter_rows()}
    assert means[AITANA[0]][0] < means[ALICANTE[0]][0] - 5
    assert means[BENIDORM[0]][1] > means[ALICANTE[0]][1] + 0.5


def test_afternoons_are_warmer_than_nights_and_the_sun_burns_by_day_only() -> None:
    year = SKY.observed([BENIDORM], at(2025, 1, 1), at(2026, 1, 1))
    by_hour = year.group_by(pl.col(C.VALID_AT).dt.hour().alias("hour")).agg(
        pl.col(C.TEMPERATURE).mean(), pl.col(C.UV).max()
    )
    hours = {row[0]: row[1:] for row in by_hour.iter_rows()}
    assert hours[14][0] > hours[4][0] + 4
    assert hours[0][1] == 0.0
    assert hours[12][1] > 8.0


@pytest.mark.parametrize("point", [(91.0, 0.0), (38.0, 181.0), (float("nan"), 0.0)])
def test_a_point_off_the_globe_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(InvalidRequest, match="latitude"):
        SKY.forecast([point], at(2026, 1, 1))


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="timezone"):
        SKY.forecast([ALICANTE], datetime(2026, 1, 1))
