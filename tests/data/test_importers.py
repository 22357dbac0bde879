"""The importers on the real files, with values worked out by hand; and on what is not right."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from butler.columns import C
from butler.datasets import read_table
from butler.errors import ContractViolation, NotFound
from butler.importers.foursquare import import_foursquare
from butler.importers.foursquare_categories import GROUPS, category
from butler.importers.hotel_bookings import import_hotel_bookings
from butler.stores.tables import Tables
from pipelines.ingest import ingest

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
FOURSQUARE, WEATHER = SHARED / "foursquare-nyc", SHARED / "weather-nyc" / "daily.csv"
BOOKINGS = SHARED / "hotel-bookings" / "bookings.csv"
HAS_NEW_YORK = FOURSQUARE.is_dir() and WEATHER.is_file()
new_york = pytest.mark.skipif(not HAS_NEW_YORK, reason=f"no New York check-ins in {SHARED}")
hotels = pytest.mark.skipif(not BOOKINGS.is_file(), reason=f"no hotel bookings in {SHARED}")


def table(folder: Path, name: str) -> pl.DataFrame:
    frame = read_table(folder, name)
    assert frame is not None
    return frame


@pytest.fixture(scope="module")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("nyc")
    checkins = [FOURSQUARE / "train.csv", FOURSQUARE / "val.csv"]
    import_foursquare(checkins, FOURSQUARE / "pois.csv", WEATHER, out)
    return out


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("hotel")
    import_hotel_bookings(BOOKINGS, out)
    return out


@new_york
def test_every_check_in_is_a_visit_with_an_id_of_its_own(nyc: Path) -> None:
    events = table(nyc, "events")
    assert events.height == 83_467 + 10_339
    assert events[C.EVENT].is_unique().all()
    assert events[C.EVENT_TYPE].unique().to_list() == ["visit"]
    first = events.row(0, named=True)
    assert first[C.EVENT] == "1-20120414T011100-46ea2358f964a520cf4a1fe3-0"
    assert first[C.OCCURRED_AT] == datetime(2012, 4, 14, 1, 11, tzinfo=UTC)
    assert (first[C.USER], first[C.SESSION]) == ("1", "1_3")
    assert (first[C.LATITUDE], first[C.LONGITUDE]) == (40.76066701799484, -73.99494767189027)


@new_york
def test_check_ins_of_one_minute_at_one_place_are_told_apart(nyc: Path) -> None:
    identity = "1017-20120418T202300-4b344fb5f964a520eb2625e3"
    twice = table(nyc, "events").filter(pl.col(C.EVENT).str.starts_with(identity))
    assert twice[C.EVENT].to_list() == [f"{identity}-0", f"{identity}-1"]


@new_york
def test_seconds_and_zones_of_the_second_file_are_read(nyc: Path) -> None:
    events = table(nyc, "events").filter(pl.col(C.SESSION) == "185_41")
    assert events[C.OCCURRED_AT].min() == datetime(2012, 11, 9, 21, 54, 47, tzinfo=UTC)


@new_york
def test_places_have_two_level_categories_and_no_made_up_birthday(nyc: Path) -> None:
    pois = table(nyc, "pois")
    assert pois.height == 5_135 + 1  # one place is only in the check-ins
    by_id = {row[C.POI]: row for row in pois.iter_rows(named=True)}
    assert by_id["3fd66200f964a52000e71ee3"][C.CATEGORY] == "nightlife/music_venue"
    assert by_id["4c81773e74d7b60c6e2577d8"][C.CATEGORY] == "food/chinese_restaurant"
    assert by_id["3fd66200f964a52000e71ee3"][C.NAME] == "Music Venue e71ee3"
    assert pois[C.CREATED_AT].null_count() == pois.height
    groups = pois[C.CATEGORY].str.split("/").list.first()
    assert pois.filter(groups == "other")[C.CATEGORY].unique().to_list() == ["other/unknown"]
    assert set(groups) == {*GROUPS, "other"}


@new_york
def test_weather_is_in_metric_units_and_known_when_the_day_is_over(nyc: Path) -> None:
    """7 November 2012, winter time: 10.51 mph, 1.12 inch, 4.3 inch of snow, 41 and 31 F."""
    noon = datetime(2012, 11, 7, 17, tzinfo=UTC)
    snow = table(nyc, "weather").row(by_predicate=pl.col(C.VALID_AT) == noon, named=True)
    assert snow[C.CONDITION] == "snow"
    assert snow[C.ISSUED_AT] == datetime(2012, 11, 8, 5, tzinfo=UTC)
    assert snow[C.TEMPERATURE] == pytest.approx((36 - 32) / 1.8)  # 2.2 C
    assert snow[C.PRECIPITATION] == pytest.approx(28.448)
    assert snow[C.WIND] == pytest.approx(4.698, abs=1e-3)


@new_york
def test_summer_time_and_the_unknown_sky_are_respected(nyc: Path) -> None:
    """1 July 2012, summer time: dry, 4.70 mph, 94 and 74 F."""
    noon = datetime(2012, 7, 1, 16, tzinfo=UTC)
    day = table(nyc, "weather").row(by_predicate=pl.col(C.VALID_AT) == noon, named=True)
    assert day[C.ISSUED_AT] == datetime(2012, 7, 2, 4, tzinfo=UTC)
    assert day[C.TEMPERATURE] == pytest.approx((84 - 32) / 1.8)  # 28.9 C
    assert day[C.WIND] == pytest.approx(2.101, abs=1e-3)
    assert (day[C.PRECIPITATION], day[C.CONDITION], day[C.CLOUD]) == (0.0, None, None)


@new_york
def test_weather_covers_the_check_ins_and_a_month_before(nyc: Path) -> None:
    days = table(nyc, "weather")[C.VALID_AT].dt.date()
    assert (str(days.min()), str(days.max())) == ("2012-03-04", "2012-12-21")
    assert days.n_unique() == len(days) == 293


@new_york
def test_the_contract_accepts_all_of_new_york_and_knows_it_again(nyc: Path, tmp_path: Path) -> None:
    reports = ingest.fn(nyc, tmp_path, 0.0)
    assert {name: report.new for name, report in reports.items()} == {
        "pois": 5_136,
        "events": 93_806,
        "weather": 293,
    }
    before = Tables(tmp_path).fingerprint()
    assert ingest.fn(nyc, tmp_path, 0.0)["events"].known == 93_806
    assert Tables(tmp_path).fingerprint() == before


@hotels
def test_a_stay_becomes_a_booking_in_cents_and_days(hotel: Path) -> None:
    """Row 3: resort, arrival 1 July 2015, 7 days ahead, one night at 75 euro, one Briton."""
    assert table(hotel, "bookings").row(2, named=True) == {
        C.BOOKING: "booking-000003",
        C.USER: "guest-000003",
        C.POI: "hotel-algarve",
        C.CREATED_AT: datetime(2015, 6, 24, 12, tzinfo=UTC),
        C.STARTS_AT: datetime(2015, 7, 1, 12, tzinfo=UTC),
        C.PARTY_SIZE: 1,
        C.ADULTS: 1,
        C.CHILDREN: 0,
        C.AMOUNT_MINOR: 7_500,
        C.CURRENCY: "EUR",
        C.STATUS: "completed",
        C.CANCELLED_AT: None,
    }


@hotels
def test_a_cancelled_booking_says_when(hotel: Path) -> None:
    """Row 9: 85 days ahead, three nights at 82 euro, cancelled on 6 May 2015."""
    row = table(hotel, "bookings").row(8, named=True)
    assert row[C.STATUS] == "cancelled"
    assert row[C.AMOUNT_MINOR] == 24_600
    assert row[C.CANCELLED_AT] == datetime(2015, 5, 6, 12, tzinfo=UTC)


@hotels
def test_a_completed_stay_is_a_visit_known_at_departure(hotel: Path) -> None:
    events, bookings = table(hotel, "events"), table(hotel, "bookings")
    completed = bookings.filter(pl.col(C.STATUS) == "completed")
    assert events.height == completed.height == 75_166
    stay = events.row(by_predicate=pl.col(C.USER) == "guest-000003", named=True)
    assert stay[C.OCCURRED_AT] == datetime(2015, 7, 1, 12, tzinfo=UTC)
    assert stay[C.KNOWN_AT] == datetime(2015, 7, 2, 12, tzinfo=UTC)
    assert stay[C.VALUE] == 24 * 60


@hotels
def test_guests_have_countries_parties_and_the_trip_they_made(hotel: Path) -> None:
    guests = table(hotel, "travellers")
    briton = guests.row(2, named=True)
    assert (briton[C.HOME_COUNTRY], briton[C.PARTY]) == ("GB", "solo")
    assert json.loads(briton[C.TRIPS]) == [
        {
            "start": "2015-07-01T12:00:00Z",
            "end": "2015-07-02T12:00:00Z",
            "latitude": 37.09,
            "longitude": -8.25,
        }
    ]
    assert guests[C.TRIPS].null_count() == 119_390 - 75_166
    assert guests[C.HOME_COUNTRY].drop_nulls().str.len_chars().unique().to_list() == [2]
    assert set(guests[C.PARTY].drop_nulls()) == {"solo", "couple", "family", "friends"}


@hotels
def test_impossible_bookings_reach_the_quarantine(hotel: Path, tmp_path: Path) -> None:
    """403 stays without an adult, one at -6.38 euro for ten nights; nothing is dropped."""
    report = ingest.fn(hotel, tmp_path, 0.05)["bookings"]
    assert (report.read, report.accepted, report.quarantined) == (119_390, 118_986, 404)
    bad = Tables(tmp_path).quarantined()
    assert bad.filter(pl.col("broken").str.contains("adults:adults_range")).height == 403
    negative = bad.row(by_predicate=pl.col("rule") == "amount_range", named=True)
    assert (negative["row"], negative["value"]) == (14_970, "-6380")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ramen /  Noodle House", "food/ramen_noodle_house"),
        ("Café", "food/cafe"),
        ("Subway", "transport/subway"),
        ("Moon Base", "other/moon_base"),
        (None, "other/unknown"),
        ("", "other/unknown"),
    ],
)
def test_a_category_is_a_group_of_ours_and_the_source_s_kind(
    name: str | None, expected: str
) -> None:
    assert category(name) == expected


def test_no_category_is_in_two_groups() -> None:
    names = [name for names in GROUPS.values() for name in names]
    assert len(names) == len(set(names)) == 209  # the 210th is the empty one


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv does not exist"):
        import_hotel_bookings(tmp_path / "nowhere.csv", tmp_path)


def test_a_source_without_its_columns_is_named(tmp_path: Path) -> None:
    source = tmp_path / "checkins.csv"
    source.write_text("user_id,POI_id\n1,2\n")
    with pytest.raises(ContractViolation, match=r"checkins\.csv: column POI_catname is missing"):
        import_foursquare(source, source, None, tmp_path)


def test_check_ins_without_weather_make_a_dataset_without_weather(tmp_path: Path) -> None:
    checkins, pois = tmp_path / "checkins.csv", tmp_path / "places.csv"
    checkins.write_text(
        "user_id,POI_id,POI_catname,latitude,longitude,UTC_time,trajectory_id\n"
        "1,a,Park,40.1,-73.9,2012-04-14 01:11:00,1_1\n"
    )
    pois.write_text("POI_id,POI_catname,lat,lon\nb,,40.2,-73.8\n")
    import_foursquare(checkins, pois, None, tmp_path / "out")
    assert read_table(tmp_path / "out", "weather") is None
    places = table(tmp_path / "out", "pois").select(C.POI, C.NAME, C.CATEGORY, C.LATITUDE)
    assert places.rows() == [
        ("b", "Place b", "other/unknown", 40.2),
        ("a", "Park a", "nature/park", 40.1),
    ]
