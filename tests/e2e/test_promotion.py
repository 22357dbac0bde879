"""Promotion end to end: the gate's judgement, the way back under load, a killed training, drift."""

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from server import butler, environment, serving

from butler.domain import Interaction
from butler.settings import Settings
from features.frame import Catalogue
from models.behaviour import behaviours
from models.composite import Composite
from models.gate import Check, Decision
from models.ranker import LambdaMart, Matrix
from models.registry import COMPARED_WITH, Registry, models_folder, published
from pipelines.drift import drift, inspect
from pipelines.promote import judge, rollback, sample_contexts
from serving.answers import Request
from serving.engine import Engine
from tests.conftest import SMALL

PATIENCE = 120.0
RECOMMEND = "/api/v1/recommendations"
TINY = {"REQUESTS": 300, "TEST_REQUESTS": 80, "TREES": 10, "TRAIN_DAYS": 14, "TEST_DAYS": 5}


def settings_of(home: Path, **more: object) -> Settings:
    return Settings(home=home, training=SMALL, **more)  # type: ignore[arg-type]


def another_version(home: Path, ndcg: float, compared_with: str = "1") -> str:
    """The champion's model registered anew, with metrics as if it had been measured."""
    registry = Registry(home)
    model = Composite.load(models_folder(home) / "1", Catalogue.load(home), "1")
    metrics = {
        "ndcg_at_10": ndcg,
        "champion_ndcg_at_10": 0.2,
        "popularity_ndcg_at_10": 0.1,
        "most_frequent_ndcg_at_10": 0.1,
        **{f"paired_ndcg_{k}": ndcg - 0.2 for k in ("difference", "low", "high")},
        "paired_ndcg_p": 0.01,
    }
    return registry.log(model, {}, metrics, {COMPARED_WITH: compared_with}, {}, {})


def serve_some(home: Path, count: int) -> None:
    """The champion answers strangers along the coast, who click once each."""
    engine = Engine.open(settings_of(home))
    for n in range(count):
        now = datetime.now(UTC)
        place = {"latitude": 38.3 + 0.01 * (n % 50), "longitude": -0.4}
        user = f"stranger-{n}"
        answer = engine.recommend(Request(user, now, now, **place))  # type: ignore[arg-type]
        liked = answer.items[n % 5].poi_id
        click = Interaction(f"c{n}", user, "click", liked, now, request_id=answer.request_id)
        engine.learn([click], now)
    engine.close()


# --- the gate


def test_a_judgement_is_written_down_with_its_checks_and_a_card(home: Path) -> None:
    worse, better = another_version(home, 0.1), another_version(home, 0.3)
    settings = settings_of(home, gate={"contexts": 8, "violations": 1.0})
    refused = judge(home, settings, worse)
    assert not refused.promoted
    assert "not above the champion's: -0.1000" in refused.reason
    assert Registry(home).champion() == "1"
    decision = judge(home, settings, better)
    assert decision.promoted
    outcomes = {c.name: c.outcome for c in decision.checks}
    for check in ("off_policy", "order"):
        assert outcomes.pop(check) == "not judged"  # nobody was served
    assert set(outcomes.values()) == {"passed"}
    assert set(outcomes) == {"ndcg", "rain", "nearer", "closed", "budget", "latency"}
    card = (home / "reports" / f"model-{better}.md").read_text()
    assert f"# Model version {better}: champion" in card
    for name in outcomes:
        assert f"| {name} | passed |" in card
    registry = Registry(home)
    uri = registry._run(better).info.artifact_uri
    said = json.loads(registry._mlflow.artifacts.load_text(f"{uri}/decision.json"))
    assert [c["name"] for c in said["checks"]] == [c.name for c in decision.checks]
    assert registry._mlflow.artifacts.load_text(f"{uri}/card.md") == card


class LovesRain(LambdaMart):
    """A ranker that wants open air in the rain, far away."""

    def predict(self, matrix: Matrix) -> "Matrix":
        from features.vector import NAMES

        # no weather is known of a trip to come: then it goes by distance alone
        rain, away = (
            np.nan_to_num(matrix[:, NAMES.index(n)]) for n in ("rain_outdoors", "distance_km")
        )
        return (rain + away).astype(float)  # type: ignore[return-value]


def test_a_ranker_that_loves_rain_and_distance_is_found_out_and_rules_hold(home: Path) -> None:
    settings = settings_of(home, gate={"contexts": 6})
    model = Composite.load(models_folder(home) / "1", Catalogue.load(home), "1")
    found = sample_contexts(home, settings, model)
    assert found is not None
    model.ranker = LovesRain()
    tried = {b.name: b for b in behaviours(model, found)}
    assert tried["rain"].violations > 0.4 * tried["rain"].tried
    assert tried["nearer"].violations == tried["nearer"].tried > 0
    assert tried["closed"].violations == tried["budget"].violations == 0  # the rules see to it
    assert tried["closed"].tried == tried["budget"].tried == 6


def test_the_champions_own_log_judges_a_challenger_once_clicks_have_had_their_hour(
    home: Path,
) -> None:
    """The challenger is the champion's twin: its value is the champion's, whatever it is."""
    serve_some(home, 30)
    gate = {"contexts": 0, "impressions": 20, "value_margin": 1.0}
    now, later = (datetime.now(UTC) + timedelta(hours=h) for h in (0, 2))
    at_once = judge(home, settings_of(home, gate=gate, now=now), another_version(home, 0.1))
    assert "served 0 slates" in _check(at_once, "off_policy").sentence
    judged = judge(home, settings_of(home, gate=gate, now=later), another_version(home, 0.1))
    check = _check(judged, "off_policy")
    assert check.outcome == "passed"
    assert check.numbers["impressions"] == 30
    assert check.numbers["champion"] == pytest.approx(1.0)
    assert check.numbers["challenger"] == pytest.approx(1.0, abs=0.2)
    assert check.numbers["overlap"] > 0.9


def _check(decision: Decision, name: str) -> Check:
    return next(c for c in decision.checks if c.name == name)


# --- the way back


def test_a_rollback_reaches_a_running_server_within_seconds_and_every_request_is_answered(
    home: Path,
) -> None:
    second = another_version(home, 0.3)
    Registry(home).crown(second)
    with serving(home) as server:
        answers: list[tuple[int, str]] = []
        stop = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=server.url, headers=server.client.headers) as client:
                while not stop.is_set():
                    found = client.get(RECOMMEND, params={"user_id": "t000001"}, timeout=60)
                    answers.append((found.status_code, str(found.json().get("model_version"))))

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            _wait_for(answers, second)
            told = butler(home, "rollback")
            assert told.returncode == 0, told.stderr
            assert "version 1 is champion again" in told.stdout
            _wait_for(answers, "1")
        finally:
            stop.set()
            asking.join()
    assert {status for status, _ in answers} == {200}
    versions = [version for _, version in answers]
    assert versions == sorted(versions, reverse=True)  # from 2 to 1, once, and never back


def _wait_for(answers: list[tuple[int, str]], version: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answers and answers[-1][1] == version:
            return
        time.sleep(0.05)
    pytest.fail(f"version {version} did not answer in time: {answers[-3:]}")


def test_what_was_rolled_back_is_not_crowned_by_the_next_judgement(home: Path) -> None:
    settings = settings_of(home, gate={"contexts": 0})
    second = another_version(home, 0.3)
    assert judge(home, settings).promoted
    assert rollback(home, settings) == (second, "1")
    decision = judge(home, settings)
    assert not decision.promoted
    assert "was rolled back" in decision.reason
    held = published(home)
    assert held is not None
    assert held.champion == "1"
    assert judge(home, settings, another_version(home, 0.3)).promoted  # a newer one may win
    again = butler(home, "rollback")
    assert again.returncode == 0
    refused = butler(home, "rollback")  # version 1 was the first
    assert refused.returncode == 1
    assert "no previous champion" in refused.stderr


# --- a training that is killed


def test_a_training_killed_half_way_leaves_the_champion_and_the_next_training_works(
    home: Path,
) -> None:
    pointer = models_folder(home) / "champion.json"
    before = pointer.read_bytes()
    sizes = {f"BUTLER_TRAINING__{n}": str(v) for n, v in TINY.items()}
    training = subprocess.Popen(
        [sys.executable, "-c", _TRAIN_AND_TELL],
        env=environment(home, sizes),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert training.stdout is not None
    for line in training.stdout:  # it is killed while the registry holds a run without a version
        if "registered" in line:
            break
    training.send_signal(signal.SIGKILL)
    training.wait(30)
    assert pointer.read_bytes() == before
    registry = Registry(home)
    assert (registry.champion(), registry.newest()) == ("1", "1")
    engine = Engine.open(settings_of(home))
    now = datetime.now(UTC)
    assert engine.recommend(Request("anybody", now, now)).model_version == "1"
    engine.close()
    again = butler(home, "train", **sizes)
    assert again.returncode == 0, again.stderr
    assert "challenger version 2" in again.stdout


_TRAIN_AND_TELL = """
import time
from butler.domain import Interaction
from butler.settings import Settings
from models.registry import Registry
from pipelines.train import train_challenger

def stop_here(self, run):
    print("about to be registered", flush=True)
    time.sleep(600)

Registry._register = stop_here
train_challenger(Settings().home, Settings())
"""


# --- drift


def test_too_few_slates_are_no_drift_and_raise_nothing(home: Path) -> None:
    found = drift(home)
    assert not found.retrain
    assert "served 0 slates in the last day; 200 are needed" in found.sentence
    assert Registry(home).newest() == "1"
    told = butler(home, "drift")
    assert told.returncode == 0
    assert "200 are needed" in told.stdout.replace("\n", " ")


def test_drift_is_reported_with_plots_and_raises_one_retraining(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers along one road are not the travellers of training."""
    serve_some(home, 40)
    for name, value in TINY.items():
        monkeypatch.setenv(f"BUTLER_TRAINING__{name}", str(value))
    monkeypatch.setenv("BUTLER_DRIFT__IMPRESSIONS", "30")
    monkeypatch.setenv("BUTLER_DRIFT__SHARE", "0.05")
    monkeypatch.setenv("BUTLER_GATE__CONTEXTS", "0")
    found = inspect(home, Settings(home=home))
    assert found.report is not None
    assert found.folder is not None
    assert "kind_share" not in [s.name for s in found.report.drifted] or found.retrain
    assert sorted(p.suffix for p in found.folder.iterdir()) == [".json", ".md", ".png", ".png"]
    assert found.report.drifted[0].name in (found.folder / "report.md").read_text()
    first = drift(home)
    assert first.retrain
    assert Registry(home).newest() == "2"
    drift(home)
    assert Registry(home).newest() == "2"  # the same day and champion raise no second one
