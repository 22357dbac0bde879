"""Opening on arrival says, to the minute, what the opening_hours library says."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from features.opening import DAY_MINUTES, LOOK_AHEAD_HOURS, Openings

CAP = LOOK_AHEAD_HOURS * 60
STRINGS = {
    "every day": "Mo-Su 10:00-20:00",
    "split": "Tu-Su 10:00-14:00,17:00-21:00",
    "over midnight": "Fr-Sa 22:00-03:00",
    "after 24 o'clock": "Mo-Su 18:30-26:15",
    "seasonal": "Apr-Oct Mo-Su 09:30-19:45; Nov-Mar Sa-Su 10:00-17:00",
    "not on holidays": "Mo-Sa 09:00-18:00; PH off",
    "only on holidays": "Mo-Su off; PH 10:00-14:00",
    "one day a year": "Dec 25 off; Mo-Su 08:00-12:00",
    "two spans without a gap": 'Mo-Su 10:00-14:00 "guided", Mo-Su 14:00-19:00 "alone"',
    "odd minutes": "Mo-Su 10:07-13:52",
    "all hours": "24/7",
    "never": "off",
}
DAYS = {
    "a Wednesday in July": datetime(2026, 7, 15),
    "Friday into Saturday": datetime(2026, 7, 17),
    "the season's last day": datetime(2026, 10, 31),
    "Spain's national day": datetime(2026, 10, 12),
    "Christmas": datetime(2026, 12, 25),
    "the clock goes forward": datetime(2026, 3, 29),
    "the clock goes back": datetime(2026, 10, 25),
}


def minutes(at: datetime, count: int = DAY_MINUTES) -> np.ndarray:
    return (at - datetime(1970, 1, 1)).total_seconds() // 60 + np.arange(count, dtype=float)


def by_library(hours: str, at: datetime) -> int:
    """Minutes until it closes, asked minute by minute; at most the cap."""
    library = OpeningHours(hours, country="ES")
    for left in range(CAP + 1):
        if not library.is_open(at + timedelta(minutes=left)):
            return left
    return CAP


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("hours", STRINGS.values(), ids=STRINGS)
def test_minutes_left_agree_with_the_library(hours: str, day: datetime) -> None:
    """Open or not for every minute of the day; the minutes left for every seventh."""
    left = Openings([hours], "ES").minutes_left(np.zeros(DAY_MINUTES, int), minutes(day))
    library = OpeningHours(hours, country="ES")
    is_open = [library.is_open(day + timedelta(minutes=m)) for m in range(DAY_MINUTES)]
    assert (left > 0).tolist() == is_open
    if hours in ("24/7", "off"):
        assert set(left) == {CAP if hours == "24/7" else 0.0}
        return
    for m in range(0, DAY_MINUTES, 97):
        assert left[m] == by_library(hours, day + timedelta(minutes=m))


def test_the_twelfth_of_october_is_a_holiday_in_spain_only() -> None:
    """PH means the public holidays of the places' country."""
    noon = minutes(datetime(2026, 10, 12, 12), 1)
    hours: list[str | None] = ["Mo-Fr 09:00-18:00; PH off"]
    assert Openings(hours, "ES").minutes_left(np.zeros(1, int), noon).tolist() == [0.0]
    assert Openings(hours, "FR").minutes_left(np.zeros(1, int), noon).tolist() == [360.0]


@pytest.mark.parametrize("hours", [None, "", "open when we like", "Mo-Su unknown"])
def test_hours_that_are_not_known_are_missing_not_closed(hours: str | None) -> None:
    left = Openings([hours], "ES").minutes_left(np.zeros(3, int), minutes(datetime(2026, 7, 15), 3))
    assert np.isnan(left).all()


def test_hours_that_are_known_in_part_are_missing_for_the_rest() -> None:
    openings = Openings(["Tu-Su 10:00-19:00; Mo unknown"], "ES")
    monday, tuesday = minutes(datetime(2026, 7, 13, 12), 1), minutes(datetime(2026, 7, 14, 12), 1)
    left = openings.minutes_left(np.zeros(2, int), np.concatenate([monday, tuesday]))
    assert np.isnan(left[0])
    assert left[1] == 420.0


def test_a_country_without_known_holidays_has_opening_hours_all_the_same() -> None:
    noon = minutes(datetime(2026, 7, 15, 12), 1)
    assert Openings(["Mo-Su 10:00-20:00"], "XK").minutes_left(np.zeros(1, int), noon) == [480.0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(STRINGS)), st.floats(0, 400 * 1440, allow_nan=False)),
        max_size=20,
    )
)
def test_the_answer_for_a_place_does_not_depend_on_the_others_asked(
    asked: list[tuple[int, float]],
) -> None:
    openings = Openings([*STRINGS.values(), None], "ES")
    place = np.array([p for p, _ in asked], dtype=np.int64)
    at = minutes(datetime(2026, 1, 1), 1)[0] + np.array([m for _, m in asked])
    together = openings.minutes_left(place, at)
    alone = [openings.minutes_left(place[[n]], at[[n]])[0] for n in range(len(asked))]
    assert np.array_equal(together, alone, equal_nan=True)
    assert together.shape == place.shape
