"""The hidden utility and the reactions to a slate: what moves a simulated traveller."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from butler.columns import CLICK, SCHEMAS, VISIT, C
from butler.errors import NotFound
from butler.world.build import build_world
from butler.world.noise import Floats, Ints
from butler.world.sky import Fields
from butler.world.truth import (
    Truth,
    best_slates,
    expected_clicks,
    explain,
    respond,
    utilities,
)
from butler.world.utility import History, Moments, appeal, examination, weather_effect
from butler.world.weather import SimulatedWeather

END = datetime(2026, 10, 1, tzinfo=UTC)
NOON = datetime(2026, 9, 28, 10, tzinfo=UTC)  # 12:00 in Spain


class Downpour(SimulatedWeather):
    """It pours everywhere and always, and everybody knows."""

    def fields(self, points: Floats, hours: Ints, run: int | None = None) -> Fields:
        dry = super().fields(points, hours, run)
        return replace(dry, precipitation=np.full_like(dry.precipitation, 3.0))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    out = tmp_path_factory.mktemp("small")
    build_world(out, travellers=80, days=6, seed=5, end=END)
    return Truth.load(out)


@pytest.fixture(scope="module")
def rainy(truth: Truth) -> Truth:
    sky = replace(truth.world.outlook, weather=Downpour(5), _runs={}, _days={})
    return replace(truth, world=replace(truth.world, outlook=sky))


@pytest.fixture(scope="module")
def requests(truth: Truth) -> pl.DataFrame:
    """Everybody on a trip that day asks at noon, from their base."""
    trips, minute = truth.world.trips, int(NOON.timestamp()) // 60
    here = np.flatnonzero((trips.start <= minute) & (minute < trips.end - 600))
    number = pl.Series(np.arange(len(here))).cast(pl.String)
    return pl.DataFrame(
        {
            C.REQUEST: "q" + number,
            C.SESSION: "s" + number,
            C.USER: truth.world.people.ids[trips.user[here]],
            C.OCCURRED_AT: pl.Series([NOON] * len(here)),
            C.LATITUDE: trips.latitude[here],
            C.LONGITUDE: trips.longitude[here],
        }
    )


def clicks(truth: Truth, requests: pl.DataFrame, slates: pl.DataFrame, seed: int) -> pl.DataFrame:
    events = respond(truth, np.random.default_rng(seed), requests, slates).events
    return events.filter(pl.col(C.EVENT_TYPE) == CLICK)


def test_rain_lowers_open_air_clicks_and_raises_indoor_ones(
    truth: Truth, rainy: Truth, requests: pl.DataFrame
) -> None:
    dry, wet = utilities(truth, requests), utilities(rainy, requests)
    indoor = truth.world.places.indoor
    assert (wet.click[:, indoor == 0] < 0.2 * dry.click[:, indoor == 0]).mean() > 0.9
    assert (wet.click[:, indoor == 1] > dry.click[:, indoor == 1]).mean() > 0.9


def test_rain_lowers_the_simulated_clicks_on_open_air_places(
    truth: Truth, rainy: Truth, requests: pl.DataFrame
) -> None:
    outdoor = truth.world.places.ids.filter(pl.Series(truth.world.places.indoor == 0))
    slates = best_slates(truth, requests)
    in_sun, in_rain = (
        pl.concat([clicks(world, requests, slates, seed) for seed in range(5)])
        for world in (truth, rainy)
    )
    sunny = in_sun[C.POI].is_in(outdoor.implode()).sum()
    wet = in_rain[C.POI].is_in(outdoor.implode()).sum()
    assert sunny > 20
    assert wet < 0.5 * sunny


def test_more_rain_never_favours_the_open_air() -> None:
    rain = np.linspace(0, 8, 50)
    still = np.zeros(50)
    sky = np.array([still + 20, rain, still + 2, still + 90])
    outside = weather_effect(sky, still, still, still)
    inside = weather_effect(sky, still + 1, still, still)
    assert (np.diff(outside) <= 0).all()
    assert (np.diff(inside) >= 0).all()


def test_a_beach_wants_warmth_and_calm() -> None:
    sky = np.array([[26.0, 15.0, 26.0], [0.0, 0.0, 0.0], [2.0, 2.0, 9.0], [10.0, 10.0, 10.0]])
    warm, cold, blown = weather_effect(sky, np.zeros(3), np.ones(3), np.ones(3))
    assert warm > cold + 1
    assert warm > blown + 0.8


def test_a_closed_place_is_hardly_clicked_and_never_visited(
    truth: Truth, requests: pl.DataFrame
) -> None:
    found = utilities(truth, requests)
    columns = np.broadcast_to(np.arange(len(found.poi_ids)), found.click.shape)
    drawn = appeal(truth.world, _moments(truth, requests), columns)
    assert (~drawn.is_open).any()
    assert (found.visit[~drawn.is_open] == 0).all()
    closed, open_ = found.click[~drawn.is_open].mean(), found.click[drawn.is_open].mean()
    assert closed < 0.2 * open_


def test_the_nearer_of_equal_places_is_clicked_more(truth: Truth, requests: pl.DataFrame) -> None:
    steps = 0.02 * np.arange(5)
    one = requests[:1]
    walk = pl.concat(
        one.with_columns(pl.col(C.LATITUDE) + step, pl.lit(f"q{number}").alias(C.REQUEST))
        for number, step in enumerate(steps)
    )
    parts = explain(truth, walk, _everywhere(truth, walk, truth.world.places.ids[0]))
    place = float(truth.world.places.latitude[0])
    away = (walk[C.LATITUDE] - place).abs()
    order = away.arg_sort()
    assert parts["part_distance"][order].is_sorted(descending=True)


def test_families_prefer_places_for_children(truth: Truth, requests: pl.DataFrame) -> None:
    family = requests.filter(
        pl.Series(truth.world.people.party[truth.world.users(requests[C.USER])] == 2)
    )
    moments = _moments(truth, family)
    count = len(truth.world.places.ids)
    columns = np.broadcast_to(np.arange(count), (len(family), count))
    part = appeal(truth.world, moments, columns).parts["party"]
    kids = truth.world.places.kids
    assert part[:, kids].min() > 0 > part[:, ~kids].max()


def test_a_visit_tires_of_the_place_and_its_kind_from_the_next_day(
    truth: Truth, requests: pl.DataFrame
) -> None:
    one = requests[:1]
    place = truth.world.places.ids[0]
    kind = truth.world.places.kind
    twin = int(np.flatnonzero(kind == kind[0])[1])
    rested = replace(truth, visits=truth.visits.clear())
    visit = pl.DataFrame(
        {
            C.USER: one[C.USER],
            C.POI: [place],
            C.OCCURRED_AT: [NOON - timedelta(days=1)],
            C.EVENT_TYPE: [VISIT],
        }
    )
    today = visit.with_columns(pl.lit(NOON - timedelta(hours=2)).alias(C.OCCURRED_AT))
    before = utilities(rested, one).click[0]
    after = utilities(rested.with_events(_typed(visit)), one).click[0]
    assert after[0] < 0.2 * before[0]
    assert after[twin] < before[twin]
    assert after[kind != kind[0]] == pytest.approx(before[kind != kind[0]])
    same_day = utilities(rested.with_events(_typed(today)), one).click[0]
    assert same_day == pytest.approx(before)


def test_expected_clicks_are_those_of_many_reactions(truth: Truth, requests: pl.DataFrame) -> None:
    slates = best_slates(truth, requests)
    expected = expected_clicks(truth, requests, slates).sum()
    counted = [len(clicks(truth, requests, slates, seed)) for seed in range(40)]
    error = np.std(counted) / np.sqrt(len(counted))
    assert abs(np.mean(counted) - expected) < 4 * error


def test_the_same_place_is_clicked_less_further_down(truth: Truth, requests: pl.DataFrame) -> None:
    slates = best_slates(truth, requests)
    turned = slates.with_columns((11 - pl.col(C.POSITION)).alias(C.POSITION))
    at_best = expected_clicks(truth, requests, slates)
    assert (expected_clicks(truth, requests, turned) < at_best).all()
    assert (np.diff(examination(10)) < 0).all()
    assert examination(1)[0] == 1.0


def test_any_slate_gets_a_reaction_in_the_events_schema(
    truth: Truth, requests: pl.DataFrame
) -> None:
    """Slates may be shorter than ten, and of different lengths."""
    slates = best_slates(truth, requests)
    short = slates.filter((pl.col(C.POSITION) <= 3) | (pl.col(C.REQUEST) != requests[C.REQUEST][0]))
    reaction = respond(truth, np.random.default_rng(1), requests, short)
    assert reaction.events.schema == pl.Schema(SCHEMAS["events"].columns)
    assert reaction.bookings.schema == pl.Schema(SCHEMAS["bookings"].columns)
    assert reaction.events.join(short, on=[C.REQUEST, C.POI, C.POSITION], how="anti").is_empty()
    again = respond(truth, np.random.default_rng(1), requests, short)
    assert reaction.events.equals(again.events)


def test_booking_needs_a_ticket(truth: Truth, requests: pl.DataFrame) -> None:
    found = utilities(truth, requests)
    free = truth.world.places.ticket == 0
    assert (found.booking[:, free] == 0).all()
    assert (found.booking[:, ~free] > 0).any()
    assert (found.booking <= found.click).all()
    assert (found.visit <= found.click).all()


def test_life_goes_on_after_the_end(truth: Truth) -> None:
    """The days after the dataset can be lived too: requests, walks, reactions."""
    later = END + timedelta(days=10)
    asked = truth.requests(later)
    assert asked.equals(truth.requests(later))
    assert (asked[C.OCCURRED_AT].dt.date() == later.date()).all()
    assert expected_clicks(truth, asked, best_slates(truth, asked)).mean() > 0.3
    assert truth.walks(later).schema == pl.Schema(SCHEMAS["events"].columns)


def test_a_moment_belongs_to_the_trip_it_is_in_else_the_next_else_the_last(truth: Truth) -> None:
    trips = truth.world.trips
    for user in range(len(truth.world.people.ids)):
        own = np.flatnonzero(trips.user == user)
        first, last = own[np.argmin(trips.start[own])], own[np.argmax(trips.start[own])]
        moments = np.array([trips.start[first] - 1, trips.start[last], trips.end[last] + 1])
        found = truth.world.trip_at(np.full(3, user), moments)
        assert found.tolist() == [first, last, last]


def test_a_stranger_is_named(truth: Truth, requests: pl.DataFrame) -> None:
    stranger = requests[:1].with_columns(pl.lit("nobody").alias(C.USER))
    with pytest.raises(NotFound, match="nobody"):
        utilities(truth, stranger)


def test_a_folder_without_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="butler world"):
        Truth.load(tmp_path)


def _moments(truth: Truth, requests: pl.DataFrame) -> Moments:
    return Moments.of(truth.world, requests, History.of(truth.world, truth.visits))


def _everywhere(truth: Truth, requests: pl.DataFrame, poi: str) -> pl.DataFrame:
    return requests.select(
        C.REQUEST, pl.lit(1, pl.Int32).alias(C.POSITION), pl.lit(poi).alias(C.POI)
    )


def _typed(visit: pl.DataFrame) -> pl.DataFrame:
    return visit.with_columns(pl.col(C.OCCURRED_AT).cast(SCHEMAS["events"].columns[C.OCCURRED_AT]))
