"""A meal says its hour: of the day that is named, or of today, unless it is eaten now."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from serving.chat.arguments import NamedMeal
from serving.chat.meals import MEALS
from serving.chat.places import moment_of
from serving.chat.understand import understand
from serving.chat.values import Understood

MORNING = datetime(2026, 11, 26, 7, 20, tzinfo=UTC)  # a Thursday


def heard(text: str, language: str = "en") -> Understood:
    return understand(text, language, {"Breakfast at Pepe": "poi-1"}, MORNING)


@pytest.mark.parametrize(
    ("meal", "hour", "day", "meant"),
    [
        ("dinner", 7, None, "26 21:00"),
        ("dinner", 7, 0, "26 21:00"),
        ("dinner", 7, 2, "28 21:00"),
        ("dinner", 20, None, "26 20:20"),
        ("dinner", 20, 1, "27 21:00"),
        ("dinner", 23, 0, "26 23:20"),
        ("lunch", 12, None, "26 14:00"),
        ("lunch", 13, None, "26 13:20"),
        ("lunch", 16, None, "27 14:00"),
        ("lunch", 16, 0, "26 16:20"),
        ("breakfast", 7, None, "26 09:00"),
        ("breakfast", 15, None, "27 09:00"),
        ("brunch", 9, 0, "26 11:00"),
        ("aperitif", 9, None, "26 19:00"),
    ],
)
def test_a_meal_is_at_its_hour_or_now_or_tomorrow(
    meal: str, hour: int, day: int | None, meant: str
) -> None:
    now = MORNING.replace(hour=hour)
    at = moment_of(now, day, None, meal)
    assert f"{at:%d %H:%M}" == meant


def test_an_hour_that_is_said_is_the_hour_of_a_meal() -> None:
    at = moment_of(MORNING, 1, 20, "dinner")
    assert (at.day, at.hour) == (27, 20)


@pytest.mark.parametrize(
    ("text", "hour", "meal"),
    [
        ("dinner tonight", None, "dinner"),
        ("lunch this afternoon", None, "lunch"),
        ("lunch in the evening", 20, None),
        ("breakfast at 10 am", 10, None),
        ("a museum tonight", 20, None),
    ],
)
def test_a_meal_says_more_than_the_part_of_the_day_it_is_in(
    text: str, hour: int | None, meal: str | None
) -> None:
    u = heard(text)
    assert (u.hour, u.meal) == (hour, meal)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("we had breakfast already", ("unknown", None)),
        ("we had a wonderful dinner yesterday, what can we do?", ("recommend", None)),
        ("Breakfast at Pepe", ("details", None)),
        ("no dinner, a museum please", ("recommend", "culture/museum")),
        ("I love lunch and I hate museums", ("remember", None)),
        ("we don't want dinner", ("unknown", None)),
        ("a museum and lunch", ("recommend", "culture/museum")),
        ("a super museum", ("recommend", "culture/museum")),
    ],
)
def test_what_is_only_told_liked_or_called_like_a_meal_says_no_hour(
    text: str, wanted: tuple[str, str | None]
) -> None:
    u = heard(text)
    assert (u.intent, u.category, u.meal, u.hour) == (*wanted, None, None)
    assert not u.told.likes
    assert set(u.told.dislikes) <= {"culture/museum"}


def test_a_meal_is_asked_of_one_place() -> None:
    u = heard("is it open for dinner?")
    assert (u.intent, u.meal) == ("details", "dinner")
    first = heard("is the first open for lunch tomorrow?")
    assert (first.intent, first.ranks, first.meal, first.day) == ("details", (1,), "lunch", 1)
    named = heard("lunch at Breakfast at Pepe")
    assert (named.intent, named.places, named.meal) == ("details", ("poi-1",), "lunch")
    assert set(MEALS) == set(get_args(NamedMeal))
