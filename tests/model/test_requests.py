"""Training requests from history: what was asked, what was shown, what came of it."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from histories import NOW, event, table

from butler.columns import C
from features.context import REQUEST_SCHEMA, REQUESTED_AT, VISIT_AT
from models.attribution import BOOKING, Windows
from models.requests import GRADE, Labelled, Split, labelled

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = Windows().of(BOOKING)


def slate(
    request: str, *places: str, user: str = "u", at: Any = NOW, **more: Any
) -> list[dict[str, Any]]:
    return [
        event(user, "impression", p, at, request, **{C.REQUEST: request, C.POSITION: n, **more})
        for n, p in enumerate(places, start=1)
    ]


def answer(
    kind: str, place: str, request: str | None = "r", after: timedelta = HOUR, **more: Any
) -> dict[str, Any]:
    return event(more.pop("user", "u"), kind, place, NOW + after, **{C.REQUEST: request, **more})


def booking(place: str, at: Any, user: str = "u") -> dict[str, Any]:
    return {
        C.BOOKING: f"{user}/{place}/{at}",
        C.USER: user,
        C.POI: place,
        C.STATUS: "confirmed",
        C.CREATED_AT: at,
        C.STARTS_AT: at + DAY,
    }


Rows = list[dict[str, Any]]


def history(events: Rows, bookings: Rows | None = None, requests: Rows | None = None) -> Labelled:
    return labelled(
        table("events", events),
        table("bookings", bookings or []),
        table("requests", requests or []),
    )


def labels(events: Rows, bookings: Rows | None = None, requests: Rows | None = None) -> Labelled:
    made = history(events, bookings, requests)
    return made.between(NOW - 30 * DAY, NOW + 30 * DAY, 1000, 7)


def grades(made: Labelled) -> dict[tuple[str, str], int]:
    return {(r, p): g for r, p, g in made.labels.select(C.REQUEST, C.POI, GRADE).iter_rows()}


@pytest.mark.parametrize(
    ("kind", "value", "grade"),
    [
        ("view", None, 1),
        ("click", None, 1),
        ("save", None, 2),
        ("share", None, 2),
        ("visit", 60.0, 3),
        ("rating", 4.0, 3),
        ("rating", 3.5, None),
        ("dismiss", None, None),
    ],
)
def test_an_answer_is_graded_by_what_was_done(
    kind: str, value: float | None, grade: int | None
) -> None:
    made = labels([*slate("r", "a", "b"), answer(kind, "a", value=value)])
    assert grades(made) == ({("r", "a"): grade} if grade else {})
    assert made.requests.height == (1 if grade else 0)  # what came to nothing teaches nothing


def test_the_best_answer_to_a_place_counts() -> None:
    made = labels(
        [*slate("r", "a"), answer("visit", "a"), answer("click", "a"), answer("save", "a")]
    )
    assert grades(made) == {("r", "a"): 3}


def test_a_request_is_asked_when_and_where_its_slate_was_shown() -> None:
    shown = slate("r", "a", "b", latitude=38.4, longitude=-0.5)
    shown[1] = {**shown[1], C.KNOWN_AT: NOW + timedelta(seconds=2)}
    made = labels([*shown, answer("click", "a", latitude=40.0, longitude=1.0)])
    row = made.requests.row(0, named=True)
    assert list(row) == list(REQUEST_SCHEMA)
    assert (row[C.USER], row[REQUESTED_AT], row[VISIT_AT]) == ("u", NOW, NOW)
    assert (row[C.LATITUDE], row[C.LONGITUDE]) == (38.4, -0.5)
    assert made.shown.sort(C.POI).rows() == [("r", "a", 1), ("r", "b", 2)]


def asked(request: str, user: str = "u", **said: Any) -> dict[str, Any]:
    return {C.REQUEST: request, C.USER: user, C.REQUESTED_AT: NOW, **said}


def test_a_request_is_for_the_time_party_and_budget_that_were_asked() -> None:
    """Without them training would know forecasts for now only, and no family but in profiles."""
    said = {C.VISIT_AT: NOW + DAY, C.PARTY: "family", C.BUDGET: 1}
    here = {C.LATITUDE: 38.5, C.LONGITUDE: -0.1}
    shown = slate("r", "a", "b", latitude=38.4, longitude=-0.5)
    made = labels([*shown, answer("click", "a")], requests=[asked("r", **said, **here)])
    assert made.requests.schema == REQUEST_SCHEMA
    assert made.requests.row(0, named=True) == {
        C.REQUEST: "r", C.USER: "u", C.REQUESTED_AT: NOW, **said, **here
    }  # fmt: skip


def test_a_slate_nobody_told_the_request_of_is_for_the_moment_it_was_shown() -> None:
    """Each slate by itself; and what a request leaves out is known as well as without it."""
    shown = [
        row
        for r in ("told", "silent", "none")
        for row in slate(r, "a", latitude=38.4, longitude=-0.5)
    ]
    told = [asked("told", **{C.VISIT_AT: NOW + DAY}), asked("silent"), asked("never shown")]
    made = history(shown, requests=told)
    found = made.requests.select(C.REQUEST, C.VISIT_AT, C.LATITUDE, C.PARTY, C.BUDGET)
    assert sorted(found.rows()) == [
        ("none", NOW, 38.4, None, None),
        ("silent", NOW, 38.4, None, None),
        ("told", NOW + DAY, 38.4, None, None),
    ]


def test_what_somebody_else_asked_says_nothing_of_a_slate() -> None:
    made = history(slate("r", "a"), requests=[asked("r", user="other", party="family")])
    assert made.requests.select(C.USER, C.PARTY).rows() == [("u", None)]


def test_what_was_asked_changes_no_label_and_nothing_that_was_shown() -> None:
    events = [
        *slate("r", "a", "b"),
        answer("click", "a"),
        answer("visit", "b", after=DAY),
        answer("visit", "c", request=None),
    ]
    plain = labels(events, [booking("a", NOW + 2 * HOUR)])
    with_asked = labels(
        events, [booking("a", NOW + 2 * HOUR)], [asked("r", visit_at=NOW + DAY, party="family")]
    )
    assert grades(plain) == grades(with_asked)
    assert len(grades(plain)) == 3
    assert with_asked.labels.equals(plain.labels)
    assert with_asked.shown.sort(C.POI).equals(plain.shown.sort(C.POI))


def test_a_visit_nobody_asked_about_is_a_request_of_its_own() -> None:
    made = labels([answer("visit", "a", request=None), answer("click", "b", request=None)])
    row = made.requests.row(0, named=True)
    assert made.requests.height == 1
    assert row[C.REQUEST].startswith("organic:")
    assert (row[REQUESTED_AT], row[VISIT_AT]) == (NOW + HOUR, NOW + HOUR)
    assert grades(made) == {(row[C.REQUEST], "a"): 3}
    assert made.shown.is_empty()


def test_where_an_unprompted_visit_was_is_not_told() -> None:
    """Its coordinates are those of the place: they would give the answer away."""
    made = labels([answer("visit", "a", request=None, latitude=38.4, longitude=-0.5)])
    assert made.requests.select(C.LATITUDE, C.LONGITUDE).row(0) == (None, None)


def test_an_answer_to_a_request_that_was_never_shown_is_no_label() -> None:
    assert labels([answer("visit", "a", request="unknown")]).requests.is_empty()


def test_an_answer_of_somebody_else_is_no_label() -> None:
    made = labels([*slate("r", "a"), answer("visit", "a", user="other")])
    assert made.requests.is_empty()


@pytest.mark.parametrize(
    ("after_the_look", "counts"),
    [(timedelta(0), True), (WEEK, True), (WEEK + HOUR, False), (-HOUR, False)],
)
def test_a_booking_belongs_to_the_look_at_most_a_week_before(
    after_the_look: timedelta, counts: bool
) -> None:
    events = [*slate("r", "a", "b"), answer("click", "a"), answer("click", "b")]
    made = labels(events, [booking("a", NOW + HOUR + after_the_look)])
    assert grades(made) == {("r", "a"): 3 if counts else 1, ("r", "b"): 1}


def test_a_booking_belongs_to_the_last_look_and_to_nobody_elses() -> None:
    events = [
        *slate("r1", "a"),
        *slate("r2", "a", at=NOW + DAY),
        *slate("r3", "a", user="other"),
        answer("click", "a", "r1"),
        answer("click", "a", "r2", after=DAY + HOUR),
        answer("click", "a", "r3", user="other"),
    ]
    made = labels(events, [booking("a", NOW + 2 * DAY)])
    assert grades(made) == {("r1", "a"): 1, ("r2", "a"): 3, ("r3", "a"): 1}


def test_windows_are_half_open() -> None:
    """A request at the window's start is in, one at its end is in the next."""
    split = Split.ending(NOW, 3, 2)
    assert (split.train_from, split.test_from, split.end) == (NOW - 5 * DAY, NOW - 2 * DAY, NOW)
    moments = [split.train_from, split.test_from, split.end]
    events = [event("u", "visit", "a", at) for at in moments]
    made = history(events)
    train = made.between(split.train_from, split.test_from, 10, 7)
    test = made.between(split.test_from, split.end, 10, 7)
    assert train.requests[REQUESTED_AT].to_list() == [moments[0]]
    assert test.requests[REQUESTED_AT].to_list() == [moments[1]]


def test_what_came_of_a_request_only_later_is_not_learned_in_its_window() -> None:
    """Training must not know on its last day what the test window is going to show."""
    events = [*slate("r", "a", "b"), answer("click", "a"), answer("visit", "a", after=2 * DAY)]
    made = history(events, [booking("b", NOW + 4 * DAY)])
    early = made.between(NOW - DAY, NOW + DAY, 10, 7)
    assert grades(early) == {("r", "a"): 1}
    late = made.between(NOW - DAY, NOW + 4 * DAY, 10, 7)
    assert grades(late) == {("r", "a"): 3}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    events = [event(f"u{n}", "visit", "a", NOW - n * HOUR) for n in range(50)]
    made = history(events)
    samples = [made.between(NOW - 9 * DAY, NOW + DAY, 10, seed).requests for seed in (7, 7, 8)]
    assert samples[0].height == 10
    assert samples[0].equals(samples[1])
    assert not samples[0].equals(samples[2])
    assert samples[0][REQUESTED_AT].is_sorted()
    assert made.requests.select(pl.col(C.REQUEST).n_unique()).item() == 50
