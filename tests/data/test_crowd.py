"""The crowd of a simulation, its rivals and its judge, on a small world."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from butler.columns import C
from butler.world.build import build_world
from butler.world.truth import Truth, expected_clicks
from pipelines.crowd import Crowd
from pipelines.judged import PLATFORM, judged, verdict
from pipelines.rivals import BEST, POPULARITY, RANDOM, RIVALS, Asked, slate_frame

END = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build_world(folder, travellers=200, days=4, seed=3, end=END)
    return folder


def asked(world: Path) -> Asked:
    truth, events = Truth.load(world), pl.read_parquet(world / "events.parquet")
    return Asked(truth, truth.requests(END), events, seed=3)


def lived(world: Path) -> Crowd:
    """A crowd that has seen the best slates on the first day."""
    crowd = Crowd(Truth.load(world), seed=3)
    requests, best = crowd.wake(END), RIVALS[BEST](asked(world))
    for row in requests.iter_slices(1):
        crowd.see(row, best.filter(pl.col(C.REQUEST) == row[C.REQUEST][0])[C.POI].to_list())
    return crowd


def test_feedback_is_told_in_order_when_it_has_happened_and_once(world: Path) -> None:
    crowd, heard, told_at = lived(world), [], []
    for hours in range(1, 24 * 60):
        until = END + timedelta(hours=hours)
        for known_at, interactions in crowd.feedback(until):
            assert all(
                known_at - timedelta(minutes=5) <= i.occurred_at <= known_at < until
                for i in interactions
            )
            told_at.append(known_at)
            heard += [i.event_id for i in interactions]
    assert told_at == sorted(told_at)
    assert len(heard) == len(set(heard)) > 50
    assert not list(crowd.feedback(END + 400 * DAY))


def test_one_travellers_slate_changes_nothing_for_another(world: Path) -> None:
    def heard(first: list[str]) -> list[str]:
        crowd = Crowd(Truth.load(world), seed=3)
        rows = list(crowd.wake(END).iter_slices(1))
        last = next(row for row in reversed(rows) if row[C.USER][0] != rows[0][C.USER][0])
        best = RIVALS[BEST](asked(world))
        crowd.see(rows[0], first)
        crowd.see(last, best.filter(pl.col(C.REQUEST) == last[C.REQUEST][0])[C.POI].to_list())
        told = [i for _, some in crowd.feedback(END + 30 * DAY) for i in some]
        return [i.event_id for i in told if i.request_id == last[C.REQUEST][0]]

    places = Truth.load(world).world.places.ids.to_list()
    assert heard(places[:10]) == heard(places[10:20])


def test_a_booking_is_not_known_before_it_is_made(world: Path) -> None:
    crowd = lived(world)
    early, late = crowd.bookings(END + timedelta(hours=12)), crowd.bookings(END + 40 * DAY)
    assert early.height < late.height
    assert early[C.CREATED_AT].max() < END + timedelta(hours=12)
    assert set(late[C.STATUS]) <= {"completed", "cancelled", "no_show"}


def test_a_day_that_is_over_tires_its_visitors(world: Path) -> None:
    crowd = lived(world)
    before = crowd.truth.visits.height
    crowd.sleep()
    assert crowd.truth.visits.height > before


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_every_policy_shows_ten_different_open_places_to_everybody(world: Path, name: str) -> None:
    day = asked(world)
    slates = RIVALS[name](day)
    counted = slates.group_by(C.REQUEST).agg(pl.col(C.POI).n_unique(), pl.len())
    assert counted.height == day.requests.height
    assert set(counted[C.POI]) == set(counted["len"]) == {10}
    opened = pl.read_parquet(world / "pois.parquet").select(C.POI, C.CREATED_AT)
    assert slates.join(opened, on=C.POI).select(pl.col(C.CREATED_AT).max()).item() < END + DAY


def test_the_judge_counts_what_the_truth_expects_and_nobody_beats_the_best(world: Path) -> None:
    day = asked(world)
    slates = {name: make(day) for name, make in RIVALS.items()}
    scores = judged(day.truth, day.requests, slates, seed=3)
    for name, shown in slates.items():
        mine = scores.filter(pl.col("policy") == name)
        truth = expected_clicks(day.truth, day.requests, shown)
        np.testing.assert_allclose(mine["expected_clicks"].to_numpy(), truth)
        best = scores.filter(pl.col("policy") == BEST)["expected_clicks"]
        assert (mine["expected_clicks"] <= best + 1e-9).all()


def test_equal_slates_have_equal_luck(world: Path) -> None:
    day = asked(world)
    same = RIVALS[POPULARITY](day)
    scores = judged(day.truth, day.requests, {"a": same, "b": same}, seed=3)
    a, b = (scores.filter(pl.col("policy") == name).drop("policy") for name in "ab")
    assert a.equals(b)


def test_the_share_of_the_best_is_of_all_sessions_and_lies_in_its_interval(world: Path) -> None:
    day = asked(world)
    slates = {
        BEST: RIVALS[BEST](day),
        PLATFORM: RIVALS[POPULARITY](day),
        RANDOM: RIVALS[RANDOM](day),
    }
    scores = judged(day.truth, day.requests, slates, seed=3)
    total = {str(k[0]): g["expected_clicks"].sum() for k, g in scores.group_by("policy")}
    found = verdict(scores, seed=3)
    assert found.share.mean == pytest.approx(total[PLATFORM] / total[BEST])
    assert found.share.low < found.share.mean < found.share.high
    assert found.last["policies"][BEST]["share"] == pytest.approx(1.0)
    assert not found.met


def test_a_slate_frame_counts_positions_from_the_top() -> None:
    assert slate_frame({"q": ["a", "b"], "r": []}).rows() == [("q", 1, "a"), ("q", 2, "b")]
