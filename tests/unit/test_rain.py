"""Whether rain is expected: what is said of hours is what their forecasts say, and no more."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import transforms as t
from serving.chat.rain import DRY, LITTLE, RAIN, outlook
from serving.moment import Sky

MADRID = ZoneInfo("Europe/Madrid")
AT = datetime(2026, 7, 4, 11, 20, tzinfo=MADRID)
RAINS = t.WEATHER_FACTS.index("precipitation_mm")
SLOTS = 10  # from midnight UTC of that day
amounts = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3, 4.0, None]), min_size=SLOTS, max_size=SLOTS)


def sky_of(mm: list[float | None]) -> Sky:
    """One cell; None is a slot without a forecast."""
    forecast = {}
    midnight = datetime(2026, 7, 4, tzinfo=UTC)
    for n, amount in enumerate(mm):
        if amount is not None:
            facts = np.full((2, len(t.WEATHER_FACTS)), 20.0)
            facts[0, RAINS] = amount
            forecast[(midnight + timedelta(hours=3 * n)).strftime("%Y%m%d%H")] = facts
    observed = np.full((2, len(t.WEATHER_FACTS) + 1), np.nan)
    return Sky({"3834,-48": 0}, np.zeros(1, np.int64), forecast, observed, midnight)


def amount_at(mm: list[float | None], at: datetime) -> float | None:
    hours = (at.astimezone(UTC) - datetime(2026, 7, 4, tzinfo=UTC)).total_seconds() / 3600
    return mm[int(hours // 3)]


@given(amounts, st.integers(0, 23), st.booleans())
def test_each_hour_that_is_told_of_is_as_it_is_forecast(
    mm: list[float | None], clock: int, named: bool
) -> None:
    at = AT.replace(hour=clock)
    spans = outlook(sky_of(mm), 0, at, None, clock if named else None)

    kinds = {span.expected for span in spans}
    assert kinds in (set(), {RAIN}, {LITTLE}, {DRY})
    wet = []
    for span in spans:
        hours = [
            span.begins + timedelta(hours=n)
            for n in range(int((span.ends - span.begins).total_seconds() // 3600))
        ]
        assert hours
        told = [amount_at(mm, hour) for hour in hours]
        assert None not in told
        most = max(amount or 0.0 for amount in told)
        if span.expected == RAIN:
            assert all((amount or 0.0) > 0.2 for amount in told)
            wet += hours
        else:
            assert most <= 0.2
            assert (span.expected == DRY) == (most == 0)
    assert all(one.ends < other.begins for one, other in pairwise(spans))
    if kinds == {RAIN}:  # no rain is left out before the last that is told
        begins = at.replace(minute=0)
        all_hours = [begins + timedelta(hours=n) for n in range(max(1, 22 - clock))]
        known = []
        for hour in all_hours if not named else all_hours[:1]:
            if amount_at(mm, hour) is None:
                break
            known.append(hour)
        assert wet == [hour for hour in known if (amount_at(mm, hour) or 0.0) > 0.2]


def test_a_day_is_told_of_from_morning_to_night_and_today_from_now() -> None:
    dry = sky_of([0.0] * SLOTS)

    (tomorrow,) = outlook(dry, 0, AT, 1, None)
    (today,) = outlook(dry, 0, AT, None, None)
    (hour,) = outlook(dry, 0, AT, 1, 11)

    assert (tomorrow.begins.hour, tomorrow.ends.hour, tomorrow.expected) == (8, 22, DRY)
    assert (today.begins.hour, today.ends.hour) == (11, 22)
    assert (hour.begins.hour, hour.ends.hour) == (11, 12)


def test_two_showers_are_told_as_two() -> None:
    # in Madrid: 8 to 11 h dry, 11 to 14 h rain, 14 to 17 h dry, 17 to 20 h rain
    spans = outlook(sky_of([0, 0, 0, 1.0, 0, 2.0, 0, 0, 0, 0]), 0, AT, 1, None)

    assert [(s.begins.hour, s.ends.hour, s.expected) for s in spans] == [
        (11, 14, RAIN),
        (17, 20, RAIN),
    ]


@pytest.mark.parametrize("mm", [[None] * SLOTS, [0.0, 0.0, 0.0, None, *[0.0] * 6]])
def test_where_nothing_is_forecast_nothing_is_told(mm: list[float | None]) -> None:
    assert outlook(sky_of(mm), 0, AT, None, 11) == []
