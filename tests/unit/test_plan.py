"""A planned day can be walked as it stands: open, reachable, within its bounds; and it is worth it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.chat.plan import (
    LUNCH_FROM,
    LUNCH_MINUTES,
    LUNCH_TO,
    MINUTE_COST,
    MORNING_STOP,
    PARTS,
    TWICE,
    WISH,
    Day,
    Plan,
    Visitable,
    Ways,
    Window,
    _choices,
    _told,
    begun,
    plan,
    way_minutes,
)

HERE = (38.54, -0.12)
WISHES = 3  # kinds that places of drawn towns may be of
SIESTA = (Window(600, 840), Window(1020, 1200))


def place(name: str, north_km: float = 0.0, **more: object) -> Visitable:
    facts: dict[str, object] = {
        "minutes": 60,
        "windows": (Window(600, 1200),),
        "worth": (500, 500, 500, 500),
    }
    latitude = HERE[0] + north_km / 111.2
    return Visitable(name, latitude, HERE[1], **{**facts, **more})  # type: ignore[arg-type]


def names(made: Plan) -> list[str]:
    return [s.place.poi_id if s.place else "lunch" for s in made.stops]


@st.composite
def window_lists(draw: st.DrawFn) -> tuple[Window, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=4)))
    return tuple(Window(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def towns(draw: st.DrawFn) -> list[Visitable]:
    count = draw(st.integers(0, 9))
    worth = st.tuples(*[st.integers(1, 1000)] * 4)
    return [
        Visitable(
            f"poi-{n}",
            HERE[0] + draw(st.floats(-0.1, 0.1)),
            HERE[1] + draw(st.floats(-0.1, 0.1)),
            draw(st.integers(10, 240)),
            draw(window_lists()),
            draw(worth),
            draw(st.booleans()),
            tuple(sorted(draw(st.sets(st.integers(0, WISHES - 1), max_size=2)))),
        )
        for n in range(count)
    ]


@st.composite
def days(draw: st.DrawFn) -> Day:
    begins = draw(st.integers(0, 1380))
    ends = draw(st.integers(begins, 1440))
    here = draw(st.sampled_from([HERE, None]))
    most = draw(st.integers(1, 6))
    return Day(begins, ends, here, lunch=draw(st.booleans()), most=most, wishes=WISHES)


def keeps(made: Plan, places: list[Visitable], day: Day) -> None:
    """Every promise of a plan, checked from its stops alone."""
    now, at = day.begins, day.here
    for stop in made.stops:
        assert stop.begins >= now + stop.way_minutes
        assert stop.ends <= day.ends
        if stop.place:
            there = (stop.place.latitude, stop.place.longitude)
            assert stop.ends - stop.begins == stop.place.minutes
            assert any(w.opens <= stop.begins and stop.ends <= w.closes for w in stop.place.windows)
            if at is not None:
                km = float(_km(at, there))
                assert stop.way_minutes >= int(way_minutes(np.array(km), day.walk_km)) or not km
            at = there
        else:
            assert stop.ends - stop.begins == LUNCH_MINUTES
            assert LUNCH_FROM <= stop.begins <= LUNCH_TO
            at = None  # it is had on the way to what comes next: its place is not told
        now = stop.ends
    visited = [s.place.poi_id for s in made.stops if s.place]
    assert len(visited) == len(set(visited)) <= day.most
    assert set(visited) <= {p.poi_id for p in places}


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    from features.places import distance_km

    return float(distance_km(*map(np.array, (*a, *b))))


@settings(max_examples=40, deadline=None)
@given(towns(), days())
def test_every_plan_is_feasible(places: list[Visitable], day: Day) -> None:
    keeps(plan(places, day), places, day)


@settings(max_examples=25, deadline=None)
@given(towns(), days())
def test_no_plan_is_worse_than_the_one_the_search_begins_with(
    places: list[Visitable], day: Day
) -> None:
    ways = Ways.between(places, day)
    choices = _choices(places, day)
    order = begun(choices, day, ways) if choices else ()
    first = _told([choices[n] for n in order], day, ways)

    assert plan(places, day).worth >= (first.worth if first else 0)


@settings(max_examples=15, deadline=None)
@given(towns(), days())
def test_the_same_request_gets_the_same_plan(places: list[Visitable], day: Day) -> None:
    assert plan(places, day) == plan(places, day)


@settings(max_examples=25, deadline=None)
@given(towns(), days())
def test_a_plan_is_worth_its_visits_and_goals_less_ways_and_repetitions(
    places: list[Visitable], day: Day
) -> None:
    made = plan(places, day)

    visits = [s for s in made.stops if s.place]
    part = [int(np.searchsorted(PARTS, s.begins, side="right")) - 1 for s in visits]
    of_visits = sum(s.place.worth[n] for s, n in zip(visits, part, strict=True) if s.place)
    had = {w for s in visits if s.place for w in s.place.wishes}
    goals = WISH * len(had) + MORNING_STOP * (0 in part)
    most = of_visits + goals - MINUTE_COST * sum(s.way_minutes for s in made.stops)
    assert all(made.has(wish) == (wish in had) for wish in range(WISHES))
    assert (most - made.worth) % TWICE == 0
    assert most - TWICE * max(0, len(made.stops) - 1) <= made.worth <= most
    if all(s.place for s in made.stops):  # a break is near what comes before it or after it
        twice = [
            s.place and other.place and set(s.place.wishes) & set(other.place.wishes)
            for s, other in pairwise(made.stops)
        ]
        assert made.worth == most - TWICE * len([t for t in twice if t])


@settings(max_examples=40, deadline=None)
@given(towns(), days(), st.integers(0, WISHES - 1))
def test_a_wish_that_one_place_can_fulfil_by_itself_is_fulfilled(
    places: list[Visitable], day: Day, wish: int
) -> None:
    """Whatever else the day might have been worth."""
    places = [replace(p, wishes=(0,) if wish in p.wishes else ()) for p in places]
    day = replace(day, wishes=1)

    alone = [p for p in places if p.wishes and plan([p], day).stops]
    assert plan(places, day).has(0) == bool(alone)


def test_a_siesta_splits_a_day() -> None:
    museums = [place("a", windows=SIESTA, minutes=120), place("b", windows=SIESTA, minutes=120)]

    made = plan(museums, Day(600, 1200, HERE, lunch=False))

    assert len(made.stops) == 2
    keeps(made, museums, Day(600, 1200, HERE, lunch=False))


def test_a_visit_is_never_across_a_siesta() -> None:
    long = [place("a", windows=SIESTA, minutes=250)]

    assert plan(long, Day(600, 1200, HERE)) == Plan()


def test_lunch_is_had_once_between_half_past_twelve_and_half_past_two() -> None:
    places = [place(f"p{n}", n / 10) for n in range(6)]

    made = plan(places, Day(600, 1200, HERE))

    assert names(made).count("lunch") == 1
    keeps(made, places, Day(600, 1200, HERE))


def test_where_one_eats_one_goes_for_lunch() -> None:
    places = [place("castle"), place("tapas", eats=True, minutes=90), place("park")]

    made = plan(places, Day(600, 1200, HERE))

    assert set(names(made)) == {"castle", "tapas", "park"}  # and no break beside it
    tapas = next(s for s in made.stops if s.place and s.place.poi_id == "tapas")
    assert LUNCH_FROM <= tapas.begins <= LUNCH_TO


def test_an_afternoon_has_no_lunch() -> None:
    assert "lunch" not in names(plan([place("a"), place("b")], Day(900, 1200, HERE)))


@settings(max_examples=40, deadline=None)
@given(towns(), days())
def test_better_places_crowd_out_no_wish(places: list[Visitable], day: Day) -> None:
    places = [replace(p, wishes=p.wishes[:1]) for p in places]
    alone = plan([p for p in places if p.wishes], day)
    better = [place(f"better-{n}", n / 9, worth=(1000,) * 4, minutes=40) for n in range(8)]

    made = plan([*places, *better], day)

    assert sum(map(made.has, range(WISHES))) >= sum(map(alone.has, range(WISHES)))


def test_long_wishes_are_had_before_many_better_places() -> None:
    museums = [place(f"museum-{n}", n / 10, worth=(1000,) * 4, minutes=45) for n in range(12)]
    beaches = [
        place(f"beach-{n}", 4 + n, worth=(200,) * 4, minutes=180, wishes=(0,)) for n in (0, 1)
    ]
    quarter = place("quarter", windows=(Window(0, 1440),), worth=(300, 300, 300, 500), wishes=(1,))

    made = plan([*museums, *beaches, quarter], Day(600, 1200, HERE, most=5, wishes=2))

    assert made.has(0)
    assert made.has(1)
    assert len(made.stops) == 6  # five visits and lunch


def test_a_place_is_visited_at_the_hour_at_which_it_is_worth_most() -> None:
    lighthouse = place("lighthouse", worth=(10, 10, 10, 900))

    made = plan([lighthouse], Day(600, 1200, HERE, lunch=False))

    assert made.stops[0].begins >= PARTS[3]


def test_each_kind_that_is_wished_for_has_a_stop_however_little_it_is_worth() -> None:
    museums = [place(f"museum-{n}", n / 10, worth=(1000,) * 4) for n in range(8)]
    beach = place("beach", 5, worth=(1,) * 4, minutes=180, wishes=(0,))
    tapas = place("tapas", -1, worth=(1,) * 4, minutes=90, eats=True, wishes=(1,))
    day = Day(600, 1200, HERE, most=4, wishes=2)

    made = plan([*museums, beach, tapas], day)

    assert {"beach", "tapas"} < set(names(made))
    assert len(made.stops) == 4
    keeps(made, [*museums, beach, tapas], day)


def test_a_wish_that_is_not_feasible_leaves_the_rest_of_the_day() -> None:
    club = place("club", windows=(Window(1380, 1440),), wishes=(0,))
    beach = place("beach", wishes=(1,))

    made = plan([club, beach], Day(600, 1200, HERE, lunch=False, wishes=2))

    assert names(made) == ["beach"]
    assert (made.has(0), made.has(1)) == (False, True)


def test_a_wish_is_not_had_twice_in_a_row_where_another_can_stand_between() -> None:
    """Though both beaches are side by side, and the other kind somewhat away."""
    beaches = [place(f"beach-{n}", n / 100, minutes=120, wishes=(0,)) for n in range(2)]
    castle = place("castle", 1, wishes=(1,))

    made = plan([*beaches, castle], Day(600, 1200, HERE, lunch=False, wishes=2))

    assert [n.partition("-")[0] for n in names(made)] == ["beach", "castle", "beach"]


def test_a_day_begins_in_the_morning_though_later_were_worth_a_little_more() -> None:
    places = [place(f"p{n}", worth=(600, 700, 700, 700)) for n in range(3)]

    made = plan(places, Day(600, 1200, HERE, lunch=False, most=3))

    assert made.stops[0].begins < PARTS[1]
    assert len(made.stops) == 3


def test_a_place_that_is_worth_much_more_later_is_not_had_in_the_morning() -> None:
    made = plan([place("view", worth=(100, 100, 100, 900))], Day(600, 1200, HERE, lunch=False))

    assert made.stops[0].begins >= PARTS[3]


def test_two_near_places_beat_a_better_one_far_away() -> None:
    town = [place("near", 0.2), place("next", 0.4), place("far", 40, worth=(600,) * 4)]

    made = plan(town, Day(600, 760, HERE, lunch=False))

    assert names(made) == ["near", "next"]


@pytest.mark.parametrize(
    ("places", "day"),
    [
        ([], Day(600, 1200, HERE)),
        ([place("a", windows=())], Day(600, 1200, HERE)),
        ([place("a")], Day(600, 630, HERE)),
        ([place("a", 300)], Day(600, 720, HERE)),
    ],
    ids=["no places", "all closed", "a day too short", "all too far"],
)
def test_nothing_feasible_is_no_plan(places: list[Visitable], day: Day) -> None:
    assert plan(places, day) == Plan()


def test_short_ways_are_walked_and_long_ones_driven() -> None:
    km = np.array([0.0, 1.0, 2.0, 10.0])

    # 1.3 km and 2.6 km at 4.5 km/h; 13 km at 45 km/h and ten minutes for parking
    assert way_minutes(km).tolist() == [0, 18, 35, 28]
