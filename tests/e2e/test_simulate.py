"""The closed loop on a tiny world: the real engine serves it, learns from it, and is judged."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from butler.columns import CLICK, IMPRESSION, C
from butler.errors import Conflict, InvalidRequest
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from butler.world.truth import Truth
from models.registry import Registry, published
from pipelines.build_features import build
from pipelines.judged import FIRST, PLATFORM, Verdict
from pipelines.rivals import BEST, RANDOM, RIVALS
from pipelines.simulate import PLAN, Plan, simulate
from serving.answers import Request
from serving.engine import Engine
from serving.simulated import Simulated

ROOT = Path(__file__).parents[2]
UNTIL = datetime(2026, 10, 10, tzinfo=UTC)
TREES = 30
SCORES = "reports/simulation.parquet"
TINY: dict[str, Any] = {"history_days": 6, "travellers": 150, "retrain_every": 1}


@dataclass
class Ran:
    home: Path
    user_home: Path
    plan: Plan
    verdict: Verdict
    champions: list[str]  # at the end of each day
    days: list[dict[str, Any]]


def run(home: Path, user_home: Path, plan: Plan) -> Ran:
    days: list[dict[str, Any]] = []
    champions: list[str] = []

    def told(day: dict[str, Any]) -> None:
        days.append(day)
        now = published(home)
        assert now is not None
        champions.append(now.champion)

    settings = Settings(home=user_home, online_url="redis://nowhere.invalid:1/0")
    settings.training.trees = TREES
    found = simulate(plan, settings, home, Simulated, told=told)
    return Ran(home, user_home, plan, found, champions, days)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    user_home = tmp_path_factory.mktemp("user")
    (user_home / "mine.txt").write_text("untouched")
    plan = Plan(until=UNTIL, days=2, **TINY)
    return run(tmp_path_factory.mktemp("simulation") / "home", user_home, plan)


def requests_of(ran: Ran) -> pl.DataFrame:
    truth = Truth.load(ran.home / "world")
    return pl.concat([truth.requests(day) for day in ran.plan.each_day()])


def test_every_request_is_answered_with_ten_places_and_is_in_the_history(ran: Ran) -> None:
    asked, tables = requests_of(ran), Tables(ran.home)
    shown = tables.read("events").filter(pl.col(C.EVENT_TYPE) == IMPRESSION)
    served = shown.join(asked, on=C.REQUEST, how="semi").group_by(C.REQUEST).len()
    assert asked.height > 30
    assert served.height == asked.height
    assert set(served["len"]) == {10}
    told = tables.read("requests").join(asked, on=[C.REQUEST, C.USER], how="inner")
    assert told.height == asked.height
    assert told.select((pl.col(C.VISIT_AT) == pl.col(C.OCCURRED_AT)).all()).item()


def test_what_travellers_did_comes_back_as_feedback_and_nothing_is_refused(ran: Ran) -> None:
    tables = Tables(ran.home)
    log = open_log(Settings(home=ran.home).sql_url())
    heard = [entry.interaction.event_id for entry in log.feedback.since(0)]
    log.close()
    events = tables.read("events").filter(pl.col(C.OCCURRED_AT) >= ran.plan.start)
    clicks = events.filter(pl.col(C.EVENT_TYPE) == CLICK)
    assert clicks.height > 5
    assert set(heard) == set(events.filter(pl.col(C.EVENT_TYPE) != IMPRESSION)[C.EVENT].to_list())
    late = events.select((pl.col(C.KNOWN_AT) - pl.col(C.OCCURRED_AT)).max()).item()
    assert late < timedelta(minutes=6)
    assert tables.quarantined().is_empty()


def test_it_trains_every_night_but_the_last_and_serves_the_champion_of_that_night(ran: Ran) -> None:
    assert Registry(ran.home).newest() == "2"
    assert [day["decision"].split()[0] for day in ran.days] == ["version", "not"]
    served = [day["versions"] for day in ran.days]
    assert served == [["1"], [ran.champions[0]]]
    assert all(not day["degraded"] for day in ran.days)


def test_nobody_beats_the_best_possible_and_chance_does_not_beat_the_platform(ran: Ran) -> None:
    for day in ran.verdict.days:
        clicks = {name: said["expected_clicks"] for name, said in day["policies"].items()}
        assert max(clicks.values()) <= clicks[BEST] + 1e-9
        assert clicks[RANDOM] < clicks[PLATFORM]
    assert set(ran.verdict.last["policies"]) == {*RIVALS, PLATFORM, FIRST}


def test_the_first_champion_differs_from_the_platform_once_another_serves(ran: Ran) -> None:
    for day, said in zip(ran.days, ran.verdict.days, strict=True):
        platform, first = (said["policies"][name] for name in (PLATFORM, FIRST))
        assert (platform == first) == (day["versions"] == ["1"])


def test_report_and_curve_are_written_and_logged_in_the_simulations_own_registry(ran: Ran) -> None:
    assert (ran.home / "reports" / "simulation.png").read_bytes().startswith(b"\x89PNG")
    assert '"met"' in (ran.home / "reports" / "simulation.json").read_text()
    assert list((ran.home / "mlflow").rglob("simulation.png"))


def test_the_users_home_and_stores_are_left_alone(ran: Ran) -> None:
    assert [path.name for path in ran.user_home.iterdir()] == ["mine.txt"]


@pytest.fixture(scope="module")
def killed(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same simulation by the command, killed while it serves its second day."""
    folder = tmp_path_factory.mktemp("killed")
    home = folder / "home"
    command = [sys.executable, "-m", "butler.cli", "simulate", "--out", str(home), "--days", "2"]
    command += ["--travellers", "150", "--history-days", "6", "--retrain-every", "1"]
    command += ["--until", f"{UNTIL:%Y-%m-%d}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BUTLER_HOME": str(folder / "user")}
    environment["BUTLER_TRAINING__TREES"] = str(TREES)
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL) as it:
        try:
            _wait_for_the_second_day(home, it, ran.days[0]["requests"])
        finally:
            it.send_signal(signal.SIGKILL)
    return home


def _wait_for_the_second_day(home: Path, it: "subprocess.Popen[bytes]", requests: int) -> None:
    deadline = time.monotonic() + 900
    while time.monotonic() < deadline and it.poll() is None:
        if (home / SCORES).exists():
            log = open_log(Settings(home=home).sql_url())
            served = log.impressions.last_seq()
            log.close()
            if served > requests:
                return
        time.sleep(0.1)
    raise AssertionError("it ended, or nobody was served on the second day")


def test_the_same_seed_and_last_day_give_the_same_numbers(ran: Ran, killed: Path) -> None:
    whole, cut = (pl.read_parquet(home / SCORES) for home in (ran.home, killed))
    first = whole.filter(pl.col("day") == ran.plan.start.date())
    assert cut.equals(first)


def test_a_killed_simulation_leaves_a_home_that_builds_and_serves(ran: Ran, killed: Path) -> None:
    settings = Settings(home=killed)
    build(killed, settings)
    engine = Engine.open(settings)
    now = ran.plan.start + timedelta(days=1, hours=12)
    assert len(engine.recommend(Request("t000001", now, now)).items) == 10
    engine.close()


def test_a_folder_that_holds_something_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("mine")
    with pytest.raises(Conflict, match="holds something else"):
        simulate(Plan(until=UNTIL, **TINY), Settings(home=tmp_path), tmp_path, Simulated)
    assert not (tmp_path / PLAN).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": 41}, "days"),
        ({"history_days": 2}, "history_days"),
        ({"seed": 1, "days": 0}, "days"),
    ],
)
def test_a_plan_that_cannot_be_lived_is_refused(wrong: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Plan(until=UNTIL, **wrong)
    assert refused.value.field == field


def test_a_simulation_never_uses_the_users_servers(tmp_path: Path) -> None:
    given = Settings(
        online_url="redis://h:1/0", log_url="postgresql://h/d", registry_url="http://h:5000"
    )
    own = Plan(until=UNTIL).settings(given, tmp_path)
    assert {own.online_url, own.log_url, own.registry_url} == {"sqlite://"}
    assert own.home == tmp_path
    assert own.weather_url == "world://"


def test_how_fast_the_machine_is_decides_nothing(tmp_path: Path) -> None:
    assert Plan(until=UNTIL).settings(Settings(), tmp_path).gate.latency_ms == 0
