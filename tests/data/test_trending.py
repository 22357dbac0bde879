"""How busy places are, counted from the log by workers, is what history counts, to the bit."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from histories import NOW, event, pois, table
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.columns import INTERACTIONS, VISIT, C
from butler.domain import Interaction, LoggedInteraction
from butler.errors import NotFound, StoreUnavailable
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from features import trending
from features.frame import Catalogue
from features.places import enrich
from features.trending import LAG, Live, Window, counted, since_of
from pipelines.feedback import event_rows

PLACES, WORKERS = 4, 2
FAR = table("weather", [])
CATALOGUE = Catalogue(
    enrich(
        pl.concat(
            [
                pois(3),
                pois(PLACES)[3:].with_columns(pl.col(C.LATITUDE) + 1.0),
            ]  # one lives elsewhere
        ),
        FAR,
    )
)
ROW = np.array(
    [CATALOGUE.index[f"p{n:02}"] for n in range(PLACES)]
)  # the catalogue has its own order
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@contextmanager
def a_log() -> Iterator[tuple[Path, SqlLog]]:
    with TemporaryDirectory() as folder, closing(open_log(f"sqlite:///{folder}/log.db")) as log:
        (Path(folder) / "features").mkdir()
        yield Path(folder), log


def said(
    number: int, kind: str = VISIT, place: int = 0, occurred: datetime = NOW, user: str = "u"
) -> Interaction:
    return Interaction(f"e{number}", user, kind, f"p{place:02}", occurred, value=4.0)


@dataclass
class Look:
    """What a worker had counted, and the moments it says this is of."""

    since: datetime
    until: datetime | None
    columns: dict[str, np.ndarray]


def look(live: Live, now: datetime) -> Look:
    live.count(now)
    columns = live.of(CATALOGUE.ids, CATALOGUE.cell)
    return Look(live.since, live.until, {name: column[ROW] for name, column in columns.items()})


def keep(home: Path, entries: list[LoggedInteraction], ingested: list[dict[str, object]]) -> None:
    """What a build keeps of the log's entries and of what came from files."""
    rows = [row for entry in entries for row in event_rows(entry)]
    sums = trending.sums(table("events", [*rows, *ingested]).lazy()).collect()
    sums.sort(C.KNOWN_AT).write_parquet(trending.path(home))


def by_history(home: Path, window: Window) -> dict[str, np.ndarray]:
    """COLUMNS of all places for the one request of the window."""
    return counted(home, window, CATALOGUE.index, CATALOGUE.cell, np.zeros_like(ROW), ROW)


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return list(a) == list(b) and all(a[c].tobytes() == b[c].tobytes() for c in a)


def by_hand(entries: list[LoggedInteraction], seen: Look) -> list[float]:
    """Interactions of each place, entry by entry."""
    counts = [0.0] * PLACES
    for entry in entries:
        one, late = entry.interaction, entry.known_at - entry.interaction.occurred_at
        counts_at_all = one.poi_id in CATALOGUE.index and abs(late) <= timedelta(hours=1)
        inside = seen.until is not None and seen.since <= entry.known_at <= seen.until
        if counts_at_all and inside:
            counts[int(one.poi_id[1:])] += 1.0
    return counts


minutes = st.integers(-150, 150)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"),
            st.integers(0, 12),  # the event: some are said again
            st.sampled_from(INTERACTIONS),
            st.integers(0, PLACES),  # the last one is not in the catalogue
            minutes,  # how late it is told
        ),
        st.tuples(st.just("wait"), st.integers(0, 40 * 60)),  # seconds
        st.tuples(st.just("jump"), minutes),  # of the clock
        st.tuples(st.just("look"), st.integers(0, WORKERS - 1)),
        st.tuples(st.just("restart"), st.integers(0, WORKERS - 1)),
    ),
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_whatever_is_said_and_whenever_workers_look_history_counts_the_same(
    steps: list[tuple[object, ...]],
) -> None:
    """Late, out of order, twice, of unknown places; clocks jump, workers come late or start again;
    what comes from files meanwhile was seen by none of them."""
    now, looks = NOW, list[Look]()
    with a_log() as (home, log):
        workers = [Live(log.feedback) for _ in range(WORKERS)]
        for what, first, *more in steps:
            if what == "say":
                kind, place, late = more
                occurred = now - timedelta(minutes=late)  # type: ignore[arg-type]
                log.feedback.append([said(first, kind, place, occurred)], now)  # type: ignore[arg-type]
            elif what == "wait":
                now += timedelta(seconds=first)  # type: ignore[arg-type]
            elif what == "jump":
                now += timedelta(minutes=first)  # type: ignore[arg-type]
            elif what == "look":
                looks.append(look(workers[first], now))  # type: ignore[call-overload]
            else:
                workers[first] = Live(log.feedback)  # type: ignore[call-overload]
        entries = log.feedback.since(0)
        keep(home, entries, [event("f", VISIT, "p01", NOW, n) for n in range(3)])
        for seen in looks:
            until = None if seen.until is None else seen.until.isoformat()
            again = by_history(home, Window.logged(seen.since.isoformat(), until))
            assert same(seen.columns, again)
            assert seen.columns["tr_interactions"].tolist() == by_hand(entries, seen)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7200), st.sampled_from(INTERACTIONS), st.integers(0, 3))),
    st.integers(0, 7200),
)
def test_training_counts_what_a_worker_would_have_counted_just_before(
    stream: list[tuple[int, str, int]], asked: int
) -> None:
    """Of the same behaviour, whether it came through the log or, as in an imported past, did not."""
    at = NOW + asked * SECOND
    with a_log() as (home, log):
        for number, (second, kind, place) in enumerate(sorted(stream)):
            moment = NOW + second * SECOND
            if moment <= at - LAG:
                log.feedback.append([said(number, kind, place, moment)], moment)
        served = look(Live(log.feedback), at - LAG)
        past = [
            event("u", kind, f"p{place:02}", NOW + second * SECOND, n)
            for n, (second, kind, place) in enumerate(stream)
        ]
        keep(home, [], past)
        asked_at = pl.Series([at], dtype=pl.Datetime("us", "UTC"))
        assert same(served.columns, by_history(home, Window.before(asked_at)))


def test_the_hour_is_the_minute_that_runs_and_the_fifty_nine_before() -> None:
    assert since_of(NOW + 30 * SECOND) == NOW - timedelta(minutes=59)
    with a_log() as (_, log):
        live = Live(log.feedback)
        log.feedback.append([said(1)], NOW - timedelta(minutes=59))
        log.feedback.append([said(2, occurred=NOW)], NOW)
        assert look(live, NOW + 59 * SECOND).columns["tr_visits"][0] == 2
        assert look(live, NOW + MINUTE).columns["tr_visits"][0] == 1
        assert look(live, NOW + 59 * MINUTE).columns["tr_visits"][0] == 1
        assert look(live, NOW + 60 * MINUTE).columns["tr_visits"][0] == 0


def test_a_neighbourhood_counts_what_its_places_count() -> None:
    """Three places of one cell, one of another."""
    with a_log() as (_, log):
        live = Live(log.feedback)
        log.feedback.append([said(n, "click", n) for n in range(PLACES)], NOW)
        log.feedback.append([said(10, VISIT, 0)], NOW)
        columns = look(live, NOW + SECOND).columns
    assert columns["tr_interactions"].tolist() == [2, 1, 1, 1]
    assert columns["tr_visits"].tolist() == [1, 0, 0, 0]
    assert columns["tr_cell_interactions"].tolist() == [4, 4, 4, 1]


@pytest.mark.parametrize("late", [timedelta(hours=1, seconds=1), -timedelta(hours=1, seconds=1)])
def test_what_happened_long_before_it_was_told_says_nothing_of_now(late: timedelta) -> None:
    """A phone that comes back to the network tells of yesterday, one with a wrong clock of tomorrow."""
    with a_log() as (_, log):
        log.feedback.append([said(1, occurred=NOW - late)], NOW)
        assert look(Live(log.feedback), NOW).columns["tr_interactions"].sum() == 0


def test_a_worker_keeps_minutes_and_places_not_events() -> None:
    with a_log() as (_, log):
        live = Live(log.feedback)
        for second in range(60):
            log.feedback.append(
                [said(second * 20 + n, place=n % 2) for n in range(20)], NOW + second * SECOND
            )
            live.count(NOW + second * SECOND)
        kept = [len(sums["interactions"]) for sums in live._minutes.values()]
        assert kept == [2]
        live.count(NOW + timedelta(hours=2))
        assert not live._minutes
        assert not any(live._sums.values())


def test_nothing_new_within_a_minute_changes_nothing() -> None:
    """So that nothing is worked out anew for every look."""
    with a_log() as (_, log):
        live = Live(log.feedback)
        log.feedback.append([said(1)], NOW)
        assert live.count(NOW + SECOND)
        assert not live.count(NOW + 2 * SECOND)
        log.feedback.append([said(2)], NOW + 3 * SECOND)
        assert live.count(NOW + 4 * SECOND)
        assert live.count(NOW + MINUTE)


def test_a_clock_that_was_ahead_for_a_while_loses_nothing() -> None:
    """A worker that looked then had let everything go; it is told of it again, and what was said
    after the clock was put right was not known to the answers given before."""
    with a_log() as (home, log):
        live = Live(log.feedback)
        log.feedback.append([said(1)], NOW)
        looks = [look(live, NOW + SECOND), look(live, NOW + timedelta(hours=5))]
        log.feedback.append([said(2, occurred=NOW)], NOW + 2 * SECOND)
        looks.append(look(live, NOW + 3 * SECOND))
        assert [seen.columns["tr_visits"][0] for seen in looks] == [1, 0, 2]
        keep(home, log.feedback.since(0), [])
        since, until = (
            pl.Series([getattr(seen, moment) for seen in looks]).dt.epoch("us").to_numpy()
            for moment in ("since", "until")
        )
        window = Window(since, until, served=True)
        first = np.repeat(ROW[:1], 3)  # the place that was visited
        pairs = CATALOGUE.index, CATALOGUE.cell, np.arange(3), first
        assert counted(home, window, *pairs)["tr_visits"].tolist() == [1, 0, 2]


def test_counters_that_no_build_has_written_or_that_are_damaged_say_what_to_do(
    tmp_path: Path,
) -> None:
    window = Window(np.zeros(1, np.int64), np.ones(1, np.int64), served=False)
    with pytest.raises(NotFound, match="butler features"):
        by_history(tmp_path, window)
    trending.path(tmp_path).parent.mkdir()
    trending.path(tmp_path).write_bytes(b"PAR1 and no more")
    with pytest.raises(StoreUnavailable, match=r"trending\.parquet is damaged.*butler features"):
        by_history(tmp_path, window)
