"""The sample world's small parts: noise, opening hours, distances, bookings, places."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from butler.columns import C
from butler.errors import ContractViolation
from butler.world import booking, catalogue, tastes, taxonomy
from butler.world.booking import as_known
from butler.world.geography import distance_km
from butler.world.hours import OpenTable
from butler.world.noise import normal, text_keys, uniform
from butler.world.places import months, scaled
from butler.world.tables import typed

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_noise_is_uniform_and_normal() -> None:
    keys = np.arange(200_000)
    drawn = uniform(7, 1, keys)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(np.full(10, 20_000), rel=0.03)
    assert normal(7, 1, keys).mean() == pytest.approx(0, abs=0.01)
    assert normal(7, 1, keys).std() == pytest.approx(1, abs=0.01)


@given(st.integers(-(2**40), 2**40), st.integers(0, 1000))
def test_noise_depends_on_its_keys_alone(key: int, stream: int) -> None:
    among = uniform(3, stream, np.array([key - 1, key, key + 1]))
    assert among[1] == uniform(3, stream, key)
    assert len(set(among.tolist())) == 3


def test_text_keys_do_not_change_between_runs() -> None:
    """Python's own hash would: FNV-1a of the empty text and of "a" are published constants."""
    assert text_keys(["", "a"]).view(np.uint64).tolist() == [0xCBF29CE484222325, 0xAF63DC4C8601EC8C]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-09-01T07:59", False),  # 09:59 in Spain
        ("2026-09-01T08:00", True),
        ("2026-09-01T12:00", False),  # 14:00: closed
        ("2026-11-02T08:59", False),  # winter time: 09:59
        ("2026-11-02T09:00", True),
        ("2026-10-12T09:00", False),  # Fiesta Nacional
    ],
)
def test_opening_hours_are_local_and_know_holidays(moment: str, expected: bool) -> None:
    table = OpenTable.of(["Mo-Fr 10:00-14:00; PH off"], *_autumn())
    assert table.is_open(np.array([0]), _minute(moment)).tolist() == [expected]


def test_a_night_place_is_open_past_midnight_and_one_without_hours_always() -> None:
    table = OpenTable.of(["Fr-Sa 22:00-06:00", None], *_autumn())
    deep_night = _minute("2026-09-05T02:00")
    assert table.is_open(np.array([0, 1]), deep_night).tolist() == [True, True]
    assert table.is_open(np.array([0, 1]), _minute("2026-09-05T10:00")).tolist() == [False, True]


def test_hours_that_cannot_be_read_are_named() -> None:
    with pytest.raises(ContractViolation, match="whenever"):
        OpenTable.of(["whenever"], *_autumn())


def test_a_distance_is_that_of_the_great_circle() -> None:
    """Alicante to Benidorm is 37.4 km by haversine on a sphere of 6371 km."""
    away = distance_km(
        np.array([38.3452]), np.array([-0.4810]), np.array([38.5382]), np.array([-0.1310])
    )
    assert away[0] == pytest.approx(37.33, abs=0.1)


def test_every_kind_of_the_taxonomy_has_a_number_and_a_day() -> None:
    assert list(tastes.KINDS) == taxonomy.kinds()
    assert tastes.hour_table().shape == (len(tastes.KINDS), 48)
    named = set(tastes.BOOKABLE | tastes.SUMMER_KINDS.keys() | tastes.WINDY_KINDS.keys())
    tables = [*tastes.PERSONAS.values(), *tastes.COUNTRY_TASTES.values(), tastes.HOURS]
    named |= {key for table in tables for key in table}
    assert named <= set(tastes.KINDS) | set(taxonomy.GROUPS)


def test_an_unknown_category_is_named() -> None:
    with pytest.raises(ContractViolation, match="nature/volcano"):
        tastes.kind_numbers(["nature/beach", "nature/volcano"])


def test_a_season_over_the_years_end_has_both_ends() -> None:
    assert np.flatnonzero(months("11-2")).tolist() == [0, 1, 10, 11]
    assert months("all").all()


def test_a_scaled_catalogue_has_as_many_places_as_asked_each_its_own() -> None:
    places = catalogue.load()
    more = scaled(places, 1000, seed=7)
    assert len(more) == more[C.POI].n_unique() == 1000
    assert more[: len(places)].equals(places)
    fewer = scaled(places, 40, seed=7)
    assert len(fewer) == 40
    assert fewer.join(places, on=C.POI, how="anti").is_empty()


def test_lead_times_follow_the_hotel_when_the_stay_is_long() -> None:
    count, rng = 40_000, np.random.default_rng(1)
    created = np.full(count, 1000 * 1440)
    day, possible = booking._days(created, created - 1440, created + 60 * 1440, rng)
    share = np.bincount(day - 1000, minlength=31) / count
    assert possible.all()
    assert share == pytest.approx(np.array(booking.LEAD_DAYS), abs=0.01)


def test_a_booking_falls_within_the_stay() -> None:
    count, rng = 1000, np.random.default_rng(1)
    created = np.full(count, 1000 * 1440)
    day, possible = booking._days(created, created + 2 * 1440, created + 5 * 1440, rng)
    assert possible.all()
    assert set((day - 1000).tolist()) == {2, 3, 4, 5}
    _, too_far = booking._days(created, created + 40 * 1440, created + 45 * 1440, rng)
    assert not too_far.any()


def test_cancellations_grow_with_lead_time_as_they_did_for_the_hotel() -> None:
    rng = np.random.default_rng(1)
    for days, share in ((0, 0.036), (5, 0.064), (10, 0.154), (20, 0.242)):
        created = np.full(20_000, 1000 * 1440)
        starts = created + days * 1440 + 600
        cancelled, no_show = booking._outcome(created, starts, rng)
        assert (cancelled >= 0).mean() == pytest.approx(share, abs=0.012)
        assert not (no_show & (cancelled >= 0)).any()
        called_off = cancelled[cancelled >= 0]
        assert ((called_off > created[0]) & (called_off < starts[0])).all()


def test_a_ledger_does_not_know_what_happens_later() -> None:
    hour = timedelta(hours=1)
    bookings = _bookings(
        ("past", NOW - 9 * hour, NOW - hour, "completed", None),
        ("ahead", NOW - 9 * hour, NOW + hour, "completed", None),
        ("off", NOW - 9 * hour, NOW + hour, "cancelled", NOW - hour),
        ("off later", NOW - 9 * hour, NOW + 9 * hour, "cancelled", NOW + hour),
        ("not made", NOW + hour, NOW + 9 * hour, "completed", None),
    )
    known = as_known(bookings, NOW)
    assert dict(known.select(C.BOOKING, C.STATUS).iter_rows()) == {
        "past": "completed",
        "ahead": "confirmed",
        "off": "cancelled",
        "off later": "confirmed",
    }
    assert known.filter(pl.col(C.STATUS) == "confirmed")[C.CANCELLED_AT].null_count() == 2


def _bookings(*rows: tuple[str, datetime, datetime, str, datetime | None]) -> pl.DataFrame:
    columns = (C.BOOKING, C.CREATED_AT, C.STARTS_AT, C.STATUS, C.CANCELLED_AT)
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    rest = (C.USER, C.POI, C.CURRENCY, C.PARTY_SIZE, C.ADULTS, C.CHILDREN, C.AMOUNT_MINOR)
    return typed(frame.with_columns(pl.lit(None).alias(name) for name in rest), "bookings")


def _autumn() -> tuple[datetime, datetime]:
    return datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def _minute(text: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text + "+00:00").timestamp()) // 60])
