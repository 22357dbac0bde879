"""Views are what a brute-force count says, and never tell what was not yet known."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from histories import (
    NOW,
    History,
    chance_bookings,
    chance_events,
    event,
    forecast,
    poi,
    pois,
    table,
    traveller,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from butler.columns import CLICK, IMPRESSION, INTERACTIONS, RATING, SAVE, SHARE, VISIT, C
from features import transforms as t

KINDS = (IMPRESSION, *INTERACTIONS, t.BOOKING, t.CANCELLATION)
MICROSECOND = timedelta(microseconds=1)
POSITIVE = {CLICK, SAVE, SHARE, VISIT, t.BOOKING}
COUNTS = {  # measure -> what one thing done adds, written again from the words alone
    "interactions": lambda kind, value: kind not in (IMPRESSION, t.CANCELLATION),
    "positives": lambda kind, value: kind in POSITIVE,
    "visits": lambda kind, value: kind == VISIT,
    "ratings": lambda kind, value: kind == RATING,
    "rating_tenths": lambda kind, value: round(value * 10) if kind == RATING else 0,
}

moments = st.integers(0, 60 * 24 * 40).map(lambda m: NOW - timedelta(minutes=m)) | st.integers(
    0, 50
).map(lambda m: NOW - timedelta(microseconds=m))
done = st.lists(
    st.tuples(
        st.sampled_from(["u0", "u1"]), st.sampled_from(KINDS), moments, st.integers(1, 5).map(float)
    ),
    max_size=30,
)


def behaviour(things: list[tuple[str, str, datetime, float]]) -> pl.DataFrame:
    """Rows as MEASURES read them, each with its own place facts."""
    return pl.DataFrame(
        [(u, k, at, v, None, 2, 0.5, 500, 866) for u, k, at, v in things],
        schema={
            C.USER: pl.String,
            C.EVENT_TYPE: pl.String,
            C.KNOWN_AT: pl.Datetime("us", "UTC"),
            C.VALUE: pl.Float64,
            "lead_hours": pl.Int64,
            C.PRICE_LEVEL: pl.Int32,
            C.INDOOR_SHARE: pl.Float64,
            "hour_cos": pl.Int64,
            "hour_sin": pl.Int64,
        },
        orient="row",
    )


@settings(max_examples=60, deadline=None)
@given(done, st.lists(st.tuples(st.sampled_from(["u0", "u1", "nobody"]), moments), max_size=8))
def test_windowed_equals_a_count_by_hand(
    things: list[tuple[str, str, datetime, float]], asked: list[tuple[str, datetime]]
) -> None:
    """Each window is [AT - w, AT): its beginning is in, its end is not; ties all count."""
    asked = [*asked, *[(u, at) for u, _, at, _ in things[:5]]]  # exactly on an event, too
    asked += [(u, at + timedelta(days=1)) for u, _, at, _ in things[:3]]  # and a window after it
    spine = pl.DataFrame(
        asked, schema={C.USER: pl.String, t.AT: pl.Datetime("us", "UTC")}, orient="row"
    )
    wanted = [(m, w) for m in COUNTS for w in t.WINDOWS]
    found = t.windowed(behaviour(things), spine, C.USER, wanted)
    assert found[t.AT].to_list() == [at for _, at in asked]
    for (user, at), row in zip(asked, found.iter_rows(named=True), strict=True):
        for measure, window in wanted:
            inside = [
                COUNTS[measure](kind, value)
                for u, kind, known, value in things
                if u == user and at - t.WINDOWS[window] <= known < at
            ]
            assert row[t.column(measure, window)] == sum(inside)


def history(seed: int, count: int = 150) -> History:
    return History(
        pois(8), chance_events(seed, 4, 8, count, days=10), chance_bookings(seed, 4, 8, 12)
    )


def views(rows: pl.DataFrame, places: pl.DataFrame, end: datetime) -> dict[str, pl.DataFrame]:
    start = NOW - timedelta(days=12)
    return {
        "traveller": t.traveller(rows),
        "traveller_category": t.traveller_category(rows),
        "traveller_poi": t.traveller_poi(rows),
        "poi": t.poi(rows, places, start, end),
        "place_hour": t.place_hour(rows, start, end),
    }


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 24 * 9), st.sampled_from([0, 1, 3_599_999_999]))
def test_a_row_is_the_same_whatever_came_after_it(seed: int, hours: int, off: int) -> None:
    """Rows up to a moment do not change when nothing later is known: they hold only the past."""
    made, cut = history(seed), NOW - timedelta(hours=hours) + timedelta(microseconds=off)
    early = made.rows.filter(pl.col(C.KNOWN_AT) < cut)
    then, whole = views(early, made.places, cut), views(made.rows, made.places, NOW)
    for name, view in whole.items():
        keys = [*t.VIEW_KEYS[name], t.AT]
        assert_frame_equal(
            view.filter(pl.col(t.AT) <= cut).sort(keys), then[name].sort(keys), check_exact=True
        )


@pytest.mark.parametrize("name", ["traveller", "traveller_category", "traveller_poi", "poi"])
def test_counts_are_integers(name: str) -> None:
    """Sums of integers are the same to the bit in whatever order they are added."""
    made = history(3)
    view = views(made.rows, made.places, NOW)[name]
    counts = [c for c in view.columns if c.rsplit("_", 1)[-1] in t.WINDOWS]
    assert len(counts) > 8
    assert {view.schema[c] for c in counts} == {pl.Int64}


def test_an_event_holds_from_the_microsecond_after_it_was_known() -> None:
    made = History(pois(2), table("events", [event("u", VISIT, "p01", NOW)]))
    assert t.traveller(made.rows)[t.AT].to_list() == [NOW + MICROSECOND]


def test_things_known_at_once_make_one_row_that_counts_all() -> None:
    rows = [event("u", VISIT, "p01", NOW), event("u", CLICK, "p00", NOW)]
    view = t.traveller(History(pois(2), table("events", rows)).rows)
    assert view.height == 1
    assert view.row(0, named=True)["interactions_1h"] == 2
    assert view["last_poi"].to_list() == ["p01"]  # the last by place, so that it is the same always


def test_what_is_reported_late_counts_from_when_it_was_reported() -> None:
    late = event("u", VISIT, "p01", NOW - timedelta(days=3), **{C.KNOWN_AT: NOW})
    made = History(pois(2), table("events", [late]))
    assert t.traveller(made.rows)[t.AT].to_list() == [NOW + MICROSECOND]
    hourly = t.poi(made.rows, made.places, NOW - timedelta(days=5), NOW)
    assert hourly["visits_all"].sum() == 0


def test_an_hourly_row_holds_what_was_known_before_the_hour() -> None:
    """A visit at 12:00:00 is in the row of 13:00, not in that of 12:00, and has left a day later."""
    made = History(pois(1), table("events", [event("u", VISIT, "p00", NOW)]))
    view = t.poi(made.rows, made.places, NOW - timedelta(days=1), NOW + timedelta(days=1, hours=3))
    counts = dict(view.filter(pl.col(t.AT) >= NOW).select(t.AT, "visits_1d").iter_rows())
    hour, midnight = timedelta(hours=1), NOW + timedelta(hours=12)
    assert counts == {NOW + hour: 1, midnight: 1, NOW + timedelta(days=1) + hour: 0}
    assert view.filter(pl.col(t.AT) <= NOW)["visits_all"].sum() == 0


def test_a_traveller_has_counts_of_the_kind_and_of_its_group() -> None:
    rows = [event("u", VISIT, "p00", NOW), event("u", VISIT, "p01", NOW + timedelta(hours=1))]
    view = t.latest(
        t.traveller_category(History(pois(2), table("events", rows)).rows), [C.USER, C.CATEGORY]
    )
    counts = dict(view.select(C.CATEGORY, "visits_all").iter_rows())
    assert counts == {"nature/beach": 1, "nature/trail": 1, "nature": 2}


def test_a_booking_is_known_when_made_and_its_cancellation_when_cancelled() -> None:
    booking = {
        C.BOOKING: "b",
        C.USER: "u",
        C.POI: "p00",
        C.STATUS: "cancelled",
        C.CREATED_AT: NOW,
        C.STARTS_AT: NOW + timedelta(hours=30),
        C.CANCELLED_AT: NOW + timedelta(hours=5),
    }
    made = History(pois(1), table("events", []), table("bookings", [booking]))
    view = t.traveller(made.rows).select(
        t.AT, "bookings_all", "cancellations_all", "lead_hours_all"
    )
    assert view.rows() == [
        (NOW + MICROSECOND, 1, 0, 30),
        (NOW + timedelta(hours=5) + MICROSECOND, 1, 1, 30),
    ]


def test_counts_of_bookings_are_missing_until_any_booking_is_known() -> None:
    """A dataset without bookings does not say that nobody books."""
    start = NOW - timedelta(days=3)
    none = History(pois(2), table("events", [event("u", VISIT, "p00", start)]))
    assert t.poi(none.rows, none.places, start, NOW)["bookings_all"].is_null().all()
    booking = {
        C.BOOKING: "b",
        C.USER: "u",
        C.POI: "p00",
        C.STATUS: "confirmed",
        C.CREATED_AT: NOW - timedelta(days=1),
        C.STARTS_AT: NOW,
    }
    some = History(pois(2), none.events, table("bookings", [booking]))
    view = t.poi(some.rows, some.places, start, NOW).filter(pl.col(C.POI) == "p01")
    before = pl.col(t.AT) <= NOW - timedelta(days=1)
    assert view.filter(before)["bookings_all"].is_null().all()
    assert view.filter(~before)["bookings_all"].to_list() == [0]


def test_a_cells_hour_has_no_row_before_somebody_was_there_then() -> None:
    """A row of zeros beforehand would tell that somebody is going to come."""
    made = History(pois(1), table("events", [event("u", VISIT, "p00", NOW)]))
    view = t.place_hour(made.rows, NOW - timedelta(days=3), NOW + timedelta(days=2))
    assert view[t.AT].min() > NOW
    assert view["visits_all"].to_list() == [1, 1]
    assert view[t.PLACE_HOUR].unique().to_list() == [f"{made.catalogue.cells[0]}|14"]  # local


def test_places_of_the_same_kind_share_a_prior() -> None:
    """A place nobody has met carries the counts of its category and of its cell."""
    rows = [event("u", CLICK, "p00", NOW - timedelta(hours=3))]
    made = History(table("pois", [poi(0), poi(5), poi(1)]), table("events", rows))
    newest = t.latest(t.poi(made.rows, made.places, NOW - timedelta(days=1), NOW), [C.POI])
    by_poi = {row[C.POI]: row for row in newest.iter_rows(named=True)}
    midnight = t.poi(
        made.rows, made.places, NOW - timedelta(days=1), NOW + timedelta(days=1)
    ).filter(pl.col(t.AT) == NOW.replace(hour=0) + timedelta(days=1))
    unmet = midnight.filter(pl.col(C.POI) == "p05").row(0, named=True)
    assert unmet["clicks_30d"] == 0
    assert unmet["category_clicks_30d"] == 1
    assert by_poi["p00"]["category_clicks_30d"] == 1


def test_an_old_observation_that_comes_late_does_not_replace_a_newer_one() -> None:
    hour = timedelta(hours=1)
    rows = [
        forecast(NOW, NOW, 25.0),
        forecast(NOW - 2 * hour, NOW + hour, 15.0),  # late
        forecast(NOW, NOW + 2 * hour, 26.0),  # corrected
    ]
    view = t.weather_observed(table("weather", rows))
    assert view.select(t.AT, C.TEMPERATURE).rows() == [(NOW, 25.0), (NOW + 2 * hour, 26.0)]


def test_a_slot_holds_the_hours_of_one_issue() -> None:
    """The mean of temperature and rain, the worst wind; each issue apart."""
    slot = NOW  # 12:00 .. 14:59
    rows = [
        forecast(slot, NOW - timedelta(hours=6), 20.0),
        forecast(slot + timedelta(hours=1), NOW - timedelta(hours=6), 24.0),
        forecast(slot + timedelta(hours=3), NOW - timedelta(hours=6), 40.0),  # the next slot
        forecast(slot, NOW - timedelta(hours=3), 30.0),
        forecast(slot, slot, 50.0),  # an observation
    ]
    view = t.weather_forecast(table("weather", rows))
    here = view.filter(pl.col(t.WEATHER_SLOT).str.ends_with("2026071512"))
    assert here.select(t.AT, C.TEMPERATURE).rows() == [
        (NOW - timedelta(hours=6), 22.0),
        (NOW - timedelta(hours=3), 30.0),
    ]


def test_an_audience_counts_what_such_travellers_were_shown_and_clicked() -> None:
    """A German couple was shown the first place at positions 1 and 3, and clicked once: the looks are
    1000 / log2(2) and 1000 / log2(4), for the kind and its group, and nothing before the first."""
    shown = [
        event("u0", "impression", "p00", NOW - timedelta(days=2), 1, position=1),
        event("u0", "impression", "p00", NOW - timedelta(days=2), 2, position=3),
        event("u0", "click", "p00", NOW - timedelta(days=2)),
        event("u9", "impression", "p00", NOW - timedelta(days=2), 3, position=1),
    ]
    made = History(
        pois(1), table("events", shown), travellers=table("travellers", [traveller("u0")])
    )
    rows = t.audience(made.rows, made.travellers, NOW - timedelta(days=5), NOW)
    newest = t.latest(rows, [C.CATEGORY, t.SEGMENT])
    found = {
        (r[0], r[1]): r[2:]
        for r in newest.select(C.CATEGORY, t.SEGMENT, "clicks_all", "looks_all").iter_rows()
    }
    for kind in ("nature/beach", "nature"):
        assert found[kind, "party:couple"] == found[kind, "from:DE"] == (1, 1500)
        assert found[kind, "hours:4"] == (1, 2500)  # 14 h in Alicante; who is unknown counts here
    assert rows[t.AT].min() > NOW - timedelta(days=2)
