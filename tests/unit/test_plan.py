"""A planned day can be walked as it stands: open, reachable, within its bounds; and it is worth it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.chat.plan import (
    LUNCH_FROM,
    LUNCH_MINUTES,
    LUNCH_TO,
    MINUTE_COST,
    PARTS,
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
        )
        for n in range(count)
    ]


@st.composite
def days(draw: st.DrawFn) -> Day:
    begins = draw(st.integers(0, 1380))
    ends = draw(st.integers(begins, 1440))
    here = draw(st.sampled_from([HERE, None]))
    return Day(begins, ends, here, lunch=draw(st.booleans()), most=draw(st.integers(1, 6)))


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
def test_a_plan_is_worth_its_visits_at_their_hours_less_the_ways(
    places: list[Visitable], day: Day
) -> None:
    made = plan(places, day)

    visits = [s for s in made.stops if s.place]
    part = [int(np.searchsorted(PARTS, s.begins, side="right")) - 1 for s in visits]
    of_visits = sum(s.place.worth[n] for s, n in zip(visits, part, strict=True) if s.place)
    assert made.worth == of_visits - MINUTE_COST * sum(s.way_minutes for s in made.stops)


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


def test_a_place_is_visited_at_the_hour_at_which_it_is_worth_most() -> None:
    lighthouse = place("lighthouse", worth=(10, 10, 10, 900))

    made = plan([lighthouse], Day(600, 1200, HERE, lunch=False))

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
