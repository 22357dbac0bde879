"""The context of a request: where the traveller is, what their clock says, on which trip."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from histories import ALICANTE, NOW, poi, table
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import C
from features.context import Calendar, current_trip, resolve, season
from features.frame import Catalogue
from features.places import Zones, enrich

NEW_YORK, HERE = (40.7580, -73.9855), (38.50, -0.20)


def catalogue(*where: tuple[float, float]) -> Catalogue:
    pois = [poi(n, **{C.LATITUDE: a, C.LONGITUDE: b}) for n, (a, b) in enumerate(where)]
    return Catalogue(enrich(table("pois", pois), table("weather", [])))


BOTH = catalogue(ALICANTE, ALICANTE, NEW_YORK)


def trip(start: datetime, end: datetime, where: tuple[float, float] = ALICANTE) -> str:
    said = {"start": start.isoformat(), "end": end.isoformat()}
    return json.dumps([{**said, "latitude": where[0], "longitude": where[1], "place": "x"}])


def resolved(**given_: Any) -> dict[str, Any]:
    """One request, resolved; it says nothing but what is given."""
    at = given_.pop("at", NOW)
    row: dict[str, Any] = {
        **dict.fromkeys([C.LATITUDE, C.LONGITUDE, C.PARTY, "budget", "profile_party"]),
        **dict.fromkeys([C.LANGUAGE, C.HOME_COUNTRY, C.BUDGET_LEVEL, C.TRIPS]),
        **dict.fromkeys(["last_visit_at", "last_latitude", "last_longitude"]),
        "requested_at": at,
        "visit_at": at,
        **given_,
    }
    return resolve(pl.DataFrame([row], infer_schema_length=None), BOTH.calendar).row(0, named=True)


def last_place(hours_ago: float) -> dict[str, float]:
    at = (NOW.timestamp() - hours_ago * 3600) * 1e6
    return {"last_visit_at": at, "last_latitude": 38.6, "last_longitude": 0.0}


ON_TRIP = trip(NOW - timedelta(days=3, hours=1), NOW + timedelta(days=4))


def test_given_coordinates_count_before_anything_else() -> None:
    row = resolved(**{C.LATITUDE: HERE[0], C.LONGITUDE: HERE[1], C.TRIPS: ON_TRIP}, **last_place(1))
    assert (row["here_latitude"], row["here_longitude"]) == HERE
    assert (row["base_latitude"], row["base_longitude"]) == ALICANTE


def test_without_coordinates_the_base_of_the_trip_is_taken() -> None:
    row = resolved(**{C.TRIPS: ON_TRIP}, **last_place(1))
    assert (row["here_latitude"], row["here_longitude"]) == ALICANTE
    assert (row["trip_day"], row["trip_days_left"]) == (3.0, 4.0)


@pytest.mark.parametrize(("hours", "known"), [(0.0, True), (24.0, True), (24.1, False)])
def test_without_a_trip_the_last_place_counts_for_a_day(hours: float, known: bool) -> None:
    row = resolved(**last_place(hours))
    assert (row["here_latitude"] == 38.6) == known
    assert np.isnan(row["here_latitude"]) == (not known)


def test_a_traveller_of_whom_nothing_is_known_is_nowhere() -> None:
    row = resolved()
    assert np.isnan(row["here_latitude"])
    assert np.isnan(row["base_latitude"])
    assert np.isnan(row["trip_day"])
    assert row["place_zone"] == "Europe/Madrid"  # where most places are


def test_one_coordinate_alone_is_none() -> None:
    assert np.isnan(resolved(**{C.LATITUDE: HERE[0]})["here_latitude"])


def test_what_the_request_says_counts_before_the_profile() -> None:
    profile = {"profile_party": "couple", C.BUDGET_LEVEL: "3"}
    assert resolved(**profile)[C.PARTY] == "couple"
    assert resolved(**profile)["budget"] == 3.0
    asked = resolved(**profile, party="family", budget=1.0)
    assert (asked[C.PARTY], asked["budget"]) == ("family", 1.0)


def test_a_budget_of_the_request_is_told_from_the_usual_one() -> None:
    assert resolved(budget=2.0, **{C.BUDGET_LEVEL: 3})["budget_asked"]
    usual = resolved(**{C.BUDGET_LEVEL: 3})
    assert (usual["budget"], usual["budget_asked"]) == (3.0, False)


def test_places_of_one_provider_share_its_code_and_others_are_their_own() -> None:
    """A provider that is called as a place is not that place."""
    names = ["chain", None, "chain", None, "p01"]
    pois = table("pois", [poi(n, **{C.PROVIDER: name}) for n, name in enumerate(names)])
    codes = Catalogue(enrich(pois, table("weather", []))).providers
    assert codes[0] == codes[2]
    assert len(set(codes.tolist())) == 4
    before = Catalogue(enrich(pois, table("weather", [])).drop(C.PROVIDER))
    assert sorted(before.providers.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("where", "hour", "zone"),
    [(ALICANTE, 14, "Europe/Madrid"), (NEW_YORK, 8, "America/New_York")],
)
def test_the_hour_is_the_places(where: tuple[float, float], hour: int, zone: str) -> None:
    """12:00 UTC in July is 14:00 in Spain and 08:00 in New York."""
    row = resolved(**{C.LATITUDE: where[0], C.LONGITUDE: where[1]})
    assert (row["local_hour"], row["place_zone"]) == (hour, zone)
    wall = datetime(1970, 1, 1) + timedelta(minutes=row["local_minute"])
    assert wall == datetime(2026, 7, 15, hour)


def test_the_day_is_the_places() -> None:
    """23:30 UTC on a Sunday of August is Monday, 1 September in Spain, and Sunday in New York."""
    at = datetime(2025, 8, 31, 23, 30, tzinfo=UTC)
    spain = resolved(at=at, **{C.LATITUDE: ALICANTE[0], C.LONGITUDE: ALICANTE[1]})
    assert (spain["weekday"], spain["month"], spain["local_hour"]) == (0, 9, 1)
    york = resolved(at=at, **{C.LATITUDE: NEW_YORK[0], C.LONGITUDE: NEW_YORK[1]})
    assert (york["weekday"], york["month"], york["local_hour"]) == (6, 8, 19)


@pytest.mark.parametrize(
    ("where", "day", "holiday"),
    [
        (ALICANTE, datetime(2026, 10, 12, 12, tzinfo=UTC), True),  # Spain's national day
        (ALICANTE, datetime(2026, 10, 9, 12, tzinfo=UTC), True),  # the Valencian one
        (ALICANTE, datetime(2026, 7, 4, 12, tzinfo=UTC), False),
        (NEW_YORK, datetime(2025, 7, 4, 12, tzinfo=UTC), True),  # Independence Day
        (NEW_YORK, datetime(2026, 10, 9, 12, tzinfo=UTC), False),
        (ALICANTE, datetime(2026, 10, 11, 23, tzinfo=UTC), True),  # it is the 12th there already
    ],
)
def test_holidays_are_those_of_the_place(
    where: tuple[float, float], day: datetime, holiday: bool
) -> None:
    row = resolved(at=day, **{C.LATITUDE: where[0], C.LONGITUDE: where[1]})
    assert row["holiday"] is holiday


def test_a_zone_of_no_country_has_no_holidays() -> None:
    calendar = Calendar(Zones(BOTH.frame))
    assert calendar.country("UTC") is None
    assert not calendar.is_holiday("UTC", datetime(2026, 1, 1))


@given(st.integers(-10, 20), st.integers(0, 23))
def test_a_trip_is_current_from_its_start_to_its_end(day: int, hour: int) -> None:
    """Day 0 is the first; the days left reach 0 on the last."""
    start, end = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 8, tzinfo=UTC)
    at = start + timedelta(days=day, hours=hour)
    latitude, longitude, since, left = current_trip(trip(start, end), at)
    if start <= at <= end:
        assert (latitude, longitude) == ALICANTE
        assert since == day
        assert left == (end - at).days
    else:
        assert np.isnan([latitude, longitude, since, left]).all()


def test_times_of_trips_without_a_zone_are_utc() -> None:
    text = '[{"start": "2026-07-15T12:00:00", "end": "2026-07-16", "latitude": 1, "longitude": 2}]'
    assert current_trip(text, NOW)[2] == 0.0
    assert np.isnan(current_trip(text, NOW - timedelta(seconds=1))[2])
    assert np.isnan(current_trip(None, NOW)[0])


def test_seasons_are_the_meteorological_ones() -> None:
    assert [season(m) for m in (12, 1, 2)] == ["winter"] * 3
    assert [season(m) for m in (3, 5, 6, 8, 9, 11)] == [
        *("spring", "spring", "summer", "summer", "autumn", "autumn")
    ]


@pytest.mark.parametrize(("days", "planned"), [(1, True), (59, True), (61, False)])
def test_from_home_the_trip_that_begins_soon_is_planned(days: int, planned: bool) -> None:
    """Asked without a place, before a trip: its base counts, and its days are below zero."""
    ahead = trip(NOW + timedelta(days=days), NOW + timedelta(days=days + 7))
    row = resolved(**{C.TRIPS: ahead})
    assert row["planning"] == float(planned)
    if planned:
        assert (row["here_latitude"], row["here_longitude"]) == ALICANTE
        assert (row["trip_day"], row["trip_days_left"]) == (-days, days + 7)
    else:
        assert np.isnan([row["here_latitude"], row["trip_day"]]).all()


def test_who_says_where_they_are_is_there_and_plans_nothing() -> None:
    ahead = trip(NOW + timedelta(days=3), NOW + timedelta(days=9))
    row = resolved(**{C.TRIPS: ahead, C.LATITUDE: HERE[0], C.LONGITUDE: HERE[1]})
    assert row["planning"] == 0.0
    assert np.isnan(row["trip_day"])
    assert resolved(**{C.TRIPS: ahead}, **last_place(1))["planning"] == 0.0
    assert resolved(**{C.TRIPS: ON_TRIP})["planning"] == 0.0


def test_of_two_trips_ahead_the_first_is_planned() -> None:
    trips = json.loads(trip(NOW + timedelta(days=30), NOW + timedelta(days=40), NEW_YORK))
    trips += json.loads(trip(NOW + timedelta(days=5), NOW + timedelta(days=9)))
    assert resolved(**{C.TRIPS: json.dumps(trips)})["trip_day"] == -5.0
