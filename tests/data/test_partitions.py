"""Features made in parts are those of the whole, to the bit, however many parts there are."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from butler.cluster import Here
from butler.columns import C
from butler.stores.tables import Tables
from features import partitions as parts
from features import transforms as t
from features.places import enrich
from tests.histories import NOW, History, chance_bookings, chance_events, pois, table, traveller

START = NOW - timedelta(days=12)
PEOPLE = [traveller(f"u{n}") for n in range(3)]


def history(seed: int) -> History:
    return History(
        pois(6),
        chance_events(seed, users=7, places=6, count=90),
        chance_bookings(seed, users=7, places=6, count=12),
        travellers=table("travellers", PEOPLE),
    )


def in_parts(made: History, home: Path, most: int) -> dict[str, pl.DataFrame]:
    """The views of a history kept in `home`, made with at most `most` events at a time."""
    tables = Tables(home)
    tables.upsert("events", made.events)
    tables.upsert("bookings", made.bookings)
    with parts.work_on(home, made.events.height, most) as work:
        pieces = parts.slices(work, tables, most)
        whole = parts.spread_all(work, Here(), pieces, made.places, made.travellers)
        assert whole.newest == made.rows[C.KNOWN_AT].max()
        jobs = parts.parts_of_travellers(work)
        views = [made.views for made in map(parts.of_travellers, jobs)]
        places = [parts.of_places(parts.Places(work, n, START, NOW)) for n in range(work.parts)]
    assert not work.folder.exists()
    return {
        **{name: pl.concat([v[name] for v in views]) for name in t.TRAVELLER_VIEWS},
        "poi": pl.concat(places),
        "place_hour": t.place_hour_rows(whole.sums["cells"], START, NOW),
        "audience": t.audience_rows(whole.sums["audience"], START, NOW),
    }


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1000, 40, 13]))
def test_parts_are_the_whole(seed: int, most: int) -> None:
    made = history(seed)
    whole = {
        **{name: view(made.rows) for name, view in t.TRAVELLER_VIEWS.items()},
        "poi": t.poi(made.rows, made.places, START, NOW),
        "place_hour": t.place_hour(made.rows, START, NOW),
        "audience": t.audience(made.rows, made.travellers, START, NOW),
    }
    with TemporaryDirectory() as home:
        found = in_parts(made, Path(home), most)
    for name, view in whole.items():
        keys = [*t.VIEW_KEYS[name], t.AT]
        assert_frame_equal(found[name].sort(keys), view.sort(keys), check_exact=True)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_hours_summed_up_count_as_every_row_does(seed: int) -> None:
    """Views of places are made of hourly sums; row by row they would be the same."""
    made = history(seed)
    view = t.poi(made.rows, made.places, START, NOW)
    rows = made.rows.join(made.places.select(C.POI), on=C.POI)
    wanted = [w for w in t.POI if w[0] not in ("bookings", "cancellations", "lead_hours")]
    names = [t.column(*w) for w in wanted]
    counted = t.windowed(rows, view.select(C.POI, t.AT), C.POI, wanted)
    assert_frame_equal(view.select(names), counted.select(names), check_exact=True)
    kinds = view.join(made.places.select(C.POI, C.CATEGORY), on=C.POI)
    priors = t.windowed(rows, kinds.select(C.CATEGORY, t.AT), C.CATEGORY, t.PRIOR)
    for wanted_prior in t.PRIOR:
        name = t.column(*wanted_prior)
        assert kinds[f"category_{name}"].equals(priors[name], check_names=False)


def test_a_build_reads_what_was_there_when_it_began(tmp_path: Path) -> None:
    """Writes go on meanwhile: the files of the beginning stay until the parts are made."""
    made, tables = history(1), Tables(tmp_path)
    tables.upsert("events", made.events.head(50))
    with parts.work_on(tmp_path, 50) as work:
        pieces = parts.slices(work, tables)
        for later in (60, 70, 90):
            tables.upsert("events", made.events.head(later))
        whole = parts.spread_all(work, Here(), pieces, made.places, made.travellers)
        met = sum(whole.sums["kinds"].select(pl.col(t.MET, "impressions").sum()).row(0))
    assert met == 50


def test_parts_of_a_killed_build_are_gone_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / "features" / ".parts" / "travellers-3" / "0.parquet"
    left.parent.mkdir(parents=True)
    left.touch()
    with parts.work_on(tmp_path, 10):
        assert not left.exists()


def test_places_that_nobody_met_have_their_rows(tmp_path: Path) -> None:
    made = history(2)
    few = History(pois(6), made.events.filter(pl.col(C.POI) == "p00"))
    found = in_parts(few, tmp_path, most=1)["poi"]
    assert found[C.POI].n_unique() == 6


@pytest.mark.parametrize("rows", [0, 1, 10, 11])
def test_there_are_as_many_parts_as_the_rows_need(rows: int, tmp_path: Path) -> None:
    with parts.work_on(tmp_path, rows, most=10) as work:
        assert work.parts == (2 if rows == 11 else 1)


def test_the_same_places_wherever_the_time_zone_changes(tmp_path: Path) -> None:
    """Half hours off UTC: an hour of UTC lies in two local hours."""
    made = history(4)
    far = pois(6).with_columns(pl.lit(28.6).alias(C.LATITUDE), pl.lit(77.2).alias(C.LONGITUDE))
    india = History(far, made.events)
    assert set(enrich(far, table("weather", []))["timezone"]) == {"Asia/Kolkata"}
    found = in_parts(india, tmp_path, most=20)["place_hour"]
    keys = [t.PLACE_HOUR, t.AT]
    rows = india.rows.filter(pl.col(C.EVENT_TYPE) != "impression").with_columns(
        pl.format("{}|{}", "cell", "local_hour").alias(t.PLACE_HOUR)
    )
    counted = t.windowed(rows, found.select(keys), t.PLACE_HOUR, t.PLACE)
    names = [t.column(*w) for w in t.PLACE]
    assert_frame_equal(found.select(names), counted.select(names), check_exact=True)
