"""The sample world as a dataset: what it promises to everyone who learns from it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from butler.columns import (
    CLICK,
    EVENT_TYPES,
    IMPRESSION,
    INTERACTIONS,
    RATING,
    SCHEMAS,
    VISIT,
    C,
)
from butler.errors import InvalidRequest
from butler.world import booking, climate, trips
from butler.world.build import build_world
from butler.world.demand import PLANNING_DAYS
from butler.world.hours import OpenTable
from butler.world.truth import Truth, best_slates, expected_clicks, true_ndcg, utilities

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
END = datetime(2026, 10, 20, tzinfo=UTC)
DAYS, TRAVELLERS = 14, 300
TABLES = tuple(name for name in SCHEMAS if name != "requests")  # all are for now: none is written
# What the truth must share with the dataset to be joined to it.
JOINING = {C.USER, C.POI, C.OCCURRED_AT, C.LATITUDE, C.LONGITUDE}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    build_world(out, travellers=TRAVELLERS, days=DAYS, seed=3, end=END)
    return out


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, pl.DataFrame]:
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}


@pytest.fixture(scope="module")
def events(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["events"]


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return Truth.load(folder)


@pytest.fixture(scope="module")
def requests(events: pl.DataFrame) -> pl.DataFrame:
    """One row a request, as the truth wants it."""
    shown = events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION)
    columns = (C.SESSION, C.USER, C.OCCURRED_AT, C.LATITUDE, C.LONGITUDE)
    return shown.group_by(C.REQUEST, maintain_order=True).agg(pl.col(*columns).first())


def test_same_arguments_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    build_world(tmp_path, travellers=TRAVELLERS, days=DAYS, seed=3, end=END)
    first = {path.relative_to(folder): path.read_bytes() for path in _files(folder)}
    second = {path.relative_to(tmp_path): path.read_bytes() for path in _files(tmp_path)}
    assert first == second


def test_another_seed_is_another_world(events: pl.DataFrame, tmp_path: Path) -> None:
    build_world(tmp_path, travellers=20, days=2, seed=4, end=END)
    other = pl.read_parquet(tmp_path / "events.parquet")
    build_world(tmp_path, travellers=20, days=2, seed=5, end=END)
    assert not other.equals(pl.read_parquet(tmp_path / "events.parquet"))


def test_progress_is_told_from_none_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    build_world(
        tmp_path, travellers=5, days=2, end=END, progress=lambda _, share: told.append(share)
    )
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("wrong", [{"travellers": 0}, {"days": 0}, {"pois": -1}])
def test_a_world_of_nothing_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidRequest, match=next(iter(wrong))):
        build_world(tmp_path, end=END, **wrong)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_keeps_its_schema_and_its_key(
    tables: dict[str, pl.DataFrame], name: str
) -> None:
    table, schema = tables[name], SCHEMAS[name]
    assert table.schema == pl.Schema(schema.columns)
    assert len(table) > 0
    assert table.select(schema.key).is_unique().all()
    assert table.select(pl.col(schema.required).null_count()).row(0) == (0,) * len(schema.required)


def test_all_event_types_occur(events: pl.DataFrame) -> None:
    assert set(events[C.EVENT_TYPE].unique()) == set(EVENT_TYPES)


def test_nothing_is_known_that_happens_at_or_after_the_end(
    tables: dict[str, pl.DataFrame],
) -> None:
    events, bookings = tables["events"], tables["bookings"]
    assert events[C.OCCURRED_AT].max() < END
    assert events[C.OCCURRED_AT].min() >= END - timedelta(days=DAYS)
    assert bookings[C.CREATED_AT].max() < END
    assert (bookings[C.CANCELLED_AT].drop_nulls() < END).all()
    ahead = bookings.filter(pl.col(C.STARTS_AT) >= END)
    assert set(ahead[C.STATUS]) <= {"confirmed", "cancelled"}
    assert tables["weather"][C.ISSUED_AT].max() < END


def test_forecasts_reach_beyond_the_end(tables: dict[str, pl.DataFrame]) -> None:
    weather = tables["weather"]
    assert weather[C.VALID_AT].max() > END + timedelta(days=3)
    lead = weather[C.VALID_AT] - weather[C.ISSUED_AT]
    assert lead.min() == timedelta(0)
    assert lead.max() == timedelta(hours=96)


def test_nobody_does_anything_before_signing_up_for_a_trip(
    tables: dict[str, pl.DataFrame],
) -> None:
    """Planning begins PLANNING_DAYS before the first trip; only ratings may follow the last."""
    first = tables["travellers"].select(
        C.USER,
        pl.col(C.TRIPS).map_elements(_first_start, return_dtype=pl.String).alias("start"),
    )
    joined = tables["events"].join(first, on=C.USER)
    start = joined["start"].str.to_datetime(time_zone="UTC", time_unit="us")
    assert len(joined) == len(tables["events"])
    assert (joined[C.OCCURRED_AT] >= start - timedelta(days=PLANNING_DAYS)).all()


def test_visits_fall_within_a_trip(tables: dict[str, pl.DataFrame]) -> None:
    spans = {
        user: [
            (datetime.fromisoformat(trip["start"]), datetime.fromisoformat(trip["end"]))
            for trip in json.loads(text)
        ]
        for user, text in tables["travellers"].select(C.USER, C.TRIPS).iter_rows()
    }
    visits = tables["events"].filter(pl.col(C.EVENT_TYPE) == VISIT)
    for user, moment in visits.select(C.USER, C.OCCURRED_AT).iter_rows():
        assert any(start <= moment <= end for start, end in spans[user])


def test_every_interaction_names_an_impression_of_its_request_and_place(
    events: pl.DataFrame,
) -> None:
    shown = events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION)
    asked = events.filter(
        pl.col(C.EVENT_TYPE).is_in(INTERACTIONS) & pl.col(C.REQUEST).is_not_null()
    )
    key = [C.REQUEST, C.POI, C.USER, C.POSITION]
    assert len(asked) > 0
    assert asked.join(shown, on=key, how="anti").is_empty()
    joined = asked.join(shown.select(*key, pl.col(C.OCCURRED_AT).alias("shown_at")), on=key)
    assert (joined[C.OCCURRED_AT] > joined["shown_at"]).all()


def test_some_visits_come_from_no_request(events: pl.DataFrame) -> None:
    unasked = events.filter(pl.col(C.REQUEST).is_null())
    assert set(unasked[C.EVENT_TYPE].unique()) == {VISIT, RATING}


def test_slates_are_ten_different_places_that_have_opened(
    tables: dict[str, pl.DataFrame],
) -> None:
    shown = tables["events"].filter(pl.col(C.EVENT_TYPE) == IMPRESSION)
    slates = shown.group_by(C.REQUEST).agg(
        pl.col(C.POI).n_unique().alias("places"), pl.col(C.POSITION).sort()
    )
    assert (slates["places"] == 10).all()
    assert slates[C.POSITION].to_list() == [list(range(1, 11))] * len(slates)
    joined = shown.join(tables["pois"], on=C.POI)
    assert (joined[C.OCCURRED_AT] >= joined[C.CREATED_AT]).all()


def test_some_places_open_while_the_world_runs(tables: dict[str, pl.DataFrame]) -> None:
    new = tables["pois"].filter(pl.col(C.CREATED_AT) >= END - timedelta(days=DAYS))
    assert 0 < len(new) < 0.15 * len(tables["pois"])


def test_values_are_stars_and_minutes(events: pl.DataFrame) -> None:
    stars = events.filter(pl.col(C.EVENT_TYPE) == RATING)[C.VALUE]
    assert set(stars.unique()) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert stars.n_unique() >= 3
    minutes = events.filter(pl.col(C.EVENT_TYPE) == VISIT)[C.VALUE]
    assert minutes.min() > 0
    others = events.filter(~pl.col(C.EVENT_TYPE).is_in([RATING, VISIT]))
    assert others[C.VALUE].null_count() == len(others)


def test_the_upper_half_of_the_slate_is_clicked_more(events: pl.DataFrame) -> None:
    clicks = events.filter(pl.col(C.EVENT_TYPE) == CLICK)[C.POSITION]
    first, top, bottom = (clicks == 1).sum(), (clicks <= 5).sum(), (clicks > 5).sum()
    assert top > 1.5 * bottom
    assert first > 2.5 * (clicks == 10).sum()


def test_hardly_anybody_visits_a_closed_place(
    tables: dict[str, pl.DataFrame], truth: Truth
) -> None:
    visits = tables["events"].filter(pl.col(C.EVENT_TYPE) == VISIT)
    pois = tables["pois"]
    window = (END - timedelta(days=DAYS + 1), END + timedelta(days=1))
    hours = OpenTable.of(pois[C.OPENING_HOURS].to_list(), *window)
    minutes = visits[C.OCCURRED_AT].dt.epoch("s").to_numpy() // 60
    open_then = hours.is_open(truth.world.pois(visits[C.POI]), minutes)
    everywhere = hours.is_open(np.arange(len(pois))[:, None], minutes[None, :200])
    assert everywhere.mean() < 0.9  # places are often closed
    assert open_then.mean() > 0.99


def test_the_best_ranking_beats_the_logged_one(
    truth: Truth, events: pl.DataFrame, requests: pl.DataFrame
) -> None:
    some = requests.sample(100, seed=1).sort(C.OCCURRED_AT)
    logged = expected_clicks(truth, some, events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION))
    best = expected_clicks(truth, some, best_slates(truth, some))
    assert (best >= logged - 1e-9).all()
    assert best.mean() > 2.5 * logged.mean()


def test_the_true_ndcg_of_the_best_slates_is_one_and_of_others_less(
    truth: Truth, events: pl.DataFrame, requests: pl.DataFrame
) -> None:
    some = requests.sample(60, seed=2).sort(C.OCCURRED_AT)
    best = best_slates(truth, some)
    assert true_ndcg(truth, some, best) == pytest.approx(1.0)
    reversed_slates = best.with_columns((11 - pl.col(C.POSITION)).alias(C.POSITION))
    assert (true_ndcg(truth, some, reversed_slates) < 1).all()
    logged = true_ndcg(truth, some, events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION))
    assert ((logged > 0) & (logged < 1)).all()


def test_the_true_ndcg_discounts_click_probabilities_and_counts_a_place_once(
    truth: Truth, requests: pl.DataFrame
) -> None:
    """Cards: the third best place, the best, the best again; and nothing for the second request."""
    some = requests.sample(2, seed=3).sort(C.OCCURRED_AT)
    found = utilities(truth, some)
    order = np.argsort(-found.click[0])
    a, b, c = found.click[0][order[:3]]
    ids = [found.poi_ids[order[n]] for n in (2, 0, 0)]
    slates = pl.DataFrame(
        {C.REQUEST: [found.request_ids[0]] * 3, C.POSITION: [1, 2, 3], C.POI: ids}
    )
    best = a / np.log2(2) + b / np.log2(3) + c / np.log2(4)
    expected = (c / np.log2(2) + a / np.log2(3) + 0 / np.log2(4)) / best
    assert true_ndcg(truth, some, slates, k=3) == pytest.approx([expected, 0.0])


def test_the_log_is_what_the_truth_expects(
    truth: Truth, events: pl.DataFrame, requests: pl.DataFrame
) -> None:
    """Clicks on the logged slates agree with their expectation within four standard errors."""
    slates = events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION)
    expected = expected_clicks(truth, requests, slates).sum()
    clicks = (events[C.EVENT_TYPE] == CLICK).sum()
    assert abs(clicks - expected) < 4 * np.sqrt(expected)


def test_no_column_of_the_truth_is_in_the_dataset(
    folder: Path, tables: dict[str, pl.DataFrame]
) -> None:
    open_columns = {column for table in tables.values() for column in table.columns}
    for path in (folder / "truth").glob("*.parquet"):
        hidden = set(pl.read_parquet_schema(path)) - JOINING
        assert not hidden & open_columns, path.name


def test_the_truth_lies_beside_the_tables_not_among_them(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{name}.parquet" for name in TABLES} | {
        "truth"
    }


def test_bookings_are_of_ticketed_places_in_euro(tables: dict[str, pl.DataFrame]) -> None:
    bookings = tables["bookings"].join(tables["pois"], on=C.POI)
    assert len(bookings) == len(tables["bookings"])
    assert (bookings[C.PRICE_LEVEL] > 0).all()
    assert (bookings[C.AMOUNT_MINOR] > 0).all()
    assert set(bookings[C.CURRENCY]) == {"EUR"}
    assert (bookings[C.PARTY_SIZE] == bookings[C.ADULTS] + bookings[C.CHILDREN]).all()
    assert (bookings[C.STARTS_AT] > bookings[C.CREATED_AT]).all()


def test_a_scaled_world_keeps_the_catalogue_and_reaches_along_the_coast(tmp_path: Path) -> None:
    build_world(tmp_path, pois=3000, travellers=50, days=3, end=END)
    pois, events = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("pois", "events"))
    assert len(pois) == 3000
    assert pois[C.POI].is_unique().all()
    assert pois[C.LONGITUDE].min() < -5
    assert pois[C.LATITUDE].max() > 42
    assert set(events[C.POI]) <= set(pois[C.POI])
    assert len(Truth.load(tmp_path).world.places.ids) == 3000


# Calibration on real data


@pytest.fixture(scope="module")
def alicante() -> pl.DataFrame:
    path = SHARED / "weather-alicante" / "daily.csv"
    if not path.exists():
        pytest.skip(f"the AEMET records are not beside the repository: {path}")
    names = {
        "temperature_max[C]": "high",
        "temperature_min[C]": "low",
        "temperature_avg[C]": "mean",
        "windspeed_avg[m/s]": "wind",
        "winddirection_gust[degrees]": "tens",
        "rainfall[mm]": "rain",
        "sun[h]": "sun",
    }
    daily = pl.read_csv(path, infer_schema_length=10_000).rename(names)
    date = pl.col("date").str.to_datetime()
    return daily.with_columns(date, month=date.dt.month(), wet=pl.col("rain") >= 1).sort("date")


MONTHLY = {
    "MAX_C": (pl.col("high").mean(), 0.01),
    "MIN_C": (pl.col("low").mean(), 0.01),
    "DAILY_SD_C": (pl.col("mean").std(), 0.01),
    "WET_DAY": (pl.col("wet").mean(), 0.001),
    "WET_DAY_MM": (pl.col("rain").filter(pl.col("wet")).mean(), 0.01),
    "WIND_MS": (pl.col("wind").mean(), 0.01),
    "SUN_HOURS": (pl.col("sun").mean(), 0.01),
    "LEVANTE": (pl.col("tens").is_between(4, 12).mean(), 0.001),
}


@pytest.mark.parametrize("constant", MONTHLY)
def test_monthly_climate_is_what_aemet_recorded(alicante: pl.DataFrame, constant: str) -> None:
    expression, tolerance = MONTHLY[constant]
    recorded = alicante.group_by("month").agg(expression.alias("x")).sort("month")["x"]
    assert recorded.to_list() == pytest.approx(list(getattr(climate, constant)), abs=tolerance)


def test_day_to_day_climate_is_what_aemet_recorded(alicante: pl.DataFrame) -> None:
    wet, after_wet = alicante["wet"], alicante["wet"].shift(1)
    assert wet.filter(after_wet).mean() == pytest.approx(climate.WET_AFTER_WET, abs=0.01)
    anomaly = alicante.with_columns(a=pl.col("mean") - pl.col("mean").mean().over("month"))
    memory = anomaly.select(pl.corr("a", pl.col("a").shift(1))).item()
    assert memory == pytest.approx(climate.DAY_TO_DAY, abs=0.01)


@pytest.fixture(scope="module")
def resort() -> pl.DataFrame:
    path = SHARED / "hotel-bookings" / "bookings.csv"
    if not path.exists():
        pytest.skip(f"the hotel bookings are not beside the repository: {path}")
    columns = [
        "hotel",
        "lead_time",
        "reservation_status",
        "arrival_date_month",
        "stays_in_weekend_nights",
        "stays_in_week_nights",
    ]
    return pl.read_csv(path, columns=columns).filter(pl.col("hotel") == "Resort Hotel")


def test_lead_times_are_those_of_hotel_bookings(resort: pl.DataFrame) -> None:
    near = resort.filter(pl.col("lead_time") <= 30)
    shares = near.group_by("lead_time").agg(pl.len() / len(near)).sort("lead_time")["len"]
    assert shares.to_list() == pytest.approx(list(booking.LEAD_DAYS), abs=1e-4)


def test_cancellations_and_no_shows_are_those_of_hotel_bookings(resort: pl.DataFrame) -> None:
    low = 0
    for row, high in enumerate(booking.CANCEL_UP_TO):
        status = resort.filter(pl.col("lead_time").is_between(low, high))["reservation_status"]
        cancelled, no_show = (status == "Canceled").mean(), (status == "No-Show").mean()
        assert cancelled == pytest.approx(booking.CANCELLED_SHARE[row], abs=1e-3)
        assert no_show == pytest.approx(booking.NO_SHOW_SHARE[row], abs=1e-3)
        low = high + 1


def test_arrivals_and_stays_are_those_of_hotel_bookings(resort: pl.DataFrame) -> None:
    kept = resort.filter(pl.col("reservation_status") == "Check-Out")
    months = [f"{datetime(2026, month, 1):%B}" for month in range(1, 13)]
    arrivals = [(kept["arrival_date_month"] == month).mean() for month in months]
    assert arrivals == pytest.approx(list(trips.ARRIVALS), abs=1e-4)
    nights = resort["stays_in_weekend_nights"] + resort["stays_in_week_nights"]
    short = nights.filter(nights.is_between(1, 14))
    shares = [(short == count).mean() for count in range(1, 15)]
    assert shares == pytest.approx(list(trips.NIGHTS), abs=1e-4)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _first_start(text: str) -> str:
    return min(trip["start"] for trip in json.loads(text))
