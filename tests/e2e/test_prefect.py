"""The deployments of prefect.yaml on a real Prefect server, with a real worker, offline."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
import yaml

from butler.columns import SCHEMAS, C
from butler.domain import Interaction
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from models.registry import Registry

REPOSITORY = Path(__file__).parents[2]
PREFECT = Path(sys.executable).parent / "prefect"
PATIENCE = 120.0  # seconds for the server to start, and for a run to end


def spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Prefect:
    """A server of our own, its state in one folder."""

    folder: Path
    port: int

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def environment(self, **settings: str) -> dict[str, str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "BUTLER_"))}
        return {
            **kept,
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            # No run but the one this test asks for, whatever the time of day.
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "NO_COLOR": "1",
            **settings,
        }

    def call(self, *arguments: str) -> str:
        done = subprocess.run(
            [PREFECT, *arguments],
            cwd=REPOSITORY,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE + 30,
            check=False,
        )
        assert done.returncode == 0, f"prefect {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, *arguments: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A process in a group of its own, ended with all its children."""
        with (self.folder / f"{arguments[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [PREFECT, *arguments],
                cwd=REPOSITORY,
                env=self.environment(**settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            _end(process)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-3000:]


def _end(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    """The server with the pool and all deployments of prefect.yaml."""
    prefect = Prefect(tmp_path_factory.mktemp("prefect"), spare_port())
    arguments = ("server", "start", "--host", "127.0.0.1", "--port", str(prefect.port), "--no-ui")
    with prefect.running(*arguments) as server:
        _wait_for(prefect, server)
        prefect.call("work-pool", "create", "butler", "--type", "process")
        prefect.call("--no-prompt", "deploy", "--all")
        yield prefect


def _wait_for(prefect: Prefect, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, prefect.log("server")
        try:
            if httpx.get(f"{prefect.api}/health", timeout=1).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the Prefect server did not start:\n{prefect.log('server')}")


def test_every_flow_is_deployed_with_its_schedule(prefect: Prefect) -> None:
    found = httpx.post(f"{prefect.api}/deployments/filter", json={}, timeout=10).json()
    crons = {d["name"]: [s["schedule"]["cron"] for s in d["schedules"]] for d in found}
    assert set(crons) == {
        *("ingest", "build_features", "train", "promote", "nightly", "feedback", "weather", "drift")
    }
    assert crons["feedback"] == ["*/5 * * * *"]
    assert [crons[name][0].split()[1:] for name in ("weather", "build_features")] == [["*"] * 4] * 2
    assert len(crons["nightly"]) == len(crons["drift"]) == 1
    assert crons["ingest"] == crons["train"] == crons["promote"] == []
    assert {d["work_pool_name"] for d in found} == {"butler"}
    assert all(d["parameters"] == {} for d in found)


def test_a_schedule_plans_runs_by_itself(prefect: Prefect) -> None:
    """As the scheduler does, which this server leaves off: of the weather, three hours of tomorrow."""
    found = httpx.post(f"{prefect.api}/deployments/filter", json={}, timeout=10).json()
    (weather,) = [d["id"] for d in found if d["name"] == "weather"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    asked = {"start_time": tomorrow.isoformat(), "min_runs": 3, "max_runs": 3}
    plan = f"{prefect.api}/deployments/{weather}/schedule"
    assert httpx.post(plan, json=asked, timeout=30).is_success, prefect.log("server")
    planned = _runs_of(prefect, "weather")
    times = [datetime.fromisoformat(r["expected_start_time"]) for r in planned]
    assert {(at > tomorrow, at.minute) for at in times} == {(True, 7)}
    assert [r["state"]["type"] for r in planned] == ["SCHEDULED"] * 3


def run(prefect: Prefect, deployment: str, home: Path, **settings: str) -> None:
    """Start a worker on `home`, trigger a run, and wait until it is Completed."""
    worker = ("worker", "start", "--pool", "butler", "--type", "process")
    with prefect.running(*worker, BUTLER_HOME=str(home), **settings):
        prefect.call(
            *("deployment", "run", f"{deployment}/{deployment}"),
            *("--watch", "--watch-interval", "1", "--watch-timeout", str(int(PATIENCE))),
        )
    runs = _runs_of(prefect, deployment)
    states = [(r["state"]["type"], r["run_count"]) for r in runs]
    assert states == [("COMPLETED", 1)], prefect.log("worker")


def test_a_triggered_run_compacts_the_feedback_of_the_workers_home(
    prefect: Prefect, tmp_path: Path
) -> None:
    _some_feedback(tmp_path)
    run(prefect, "feedback", tmp_path)
    (row,) = Tables(tmp_path).read("events").iter_rows(named=True)
    assert (row[C.EVENT], row[C.POI]) == ("e1", "castle")


def test_a_night_leaves_a_judged_challenger_and_a_champion(prefect: Prefect, home: Path) -> None:
    before = Registry(home, "sqlite://").newest()
    sizes = {"REQUESTS": 400, "TEST_REQUESTS": 100, "TREES": 20, "TRAIN_DAYS": 14, "TEST_DAYS": 5}
    run(prefect, "nightly", home, **{f"BUTLER_TRAINING__{n}": str(v) for n, v in sizes.items()})
    registry = Registry(home, "sqlite://")
    assert int(registry.newest()) == int(before) + 1
    assert registry.champion() in (before, registry.newest())
    assert [r["state"]["type"] for r in _subflows(prefect)] == ["COMPLETED"] * 3


def _subflows(prefect: Prefect) -> list[dict[str, Any]]:
    """The runs inside others, in the order in which they began: build_features, train, promote."""
    asked = {"flow_runs": {"parent_task_run_id": {"is_null_": False}}, "sort": "START_TIME_ASC"}
    found: list[dict[str, Any]] = httpx.post(
        f"{prefect.api}/flow_runs/filter", json=asked, timeout=10
    ).json()
    return found


def test_drift_raises_the_night_as_a_run_of_its_deployment(prefect: Prefect) -> None:
    """It waits for a worker; where there is no such deployment the flow itself runs."""
    before = _runs_of(prefect, "nightly")
    subprocess.run(
        [sys.executable, "-c", "from pipelines.drift import retrain; retrain(None)"],
        cwd=REPOSITORY,
        env=prefect.environment(PYTHONPATH=str(REPOSITORY)),
        timeout=2 * PATIENCE,
        check=True,
    )
    (raised,) = [
        r for r in _runs_of(prefect, "nightly") if r["id"] not in {b["id"] for b in before}
    ]
    assert raised["state"]["type"] == "SCHEDULED"


def _runs_of(prefect: Prefect, deployment: str) -> list[dict[str, Any]]:
    named = {"deployments": {"name": {"any_": [deployment]}}}
    found: list[dict[str, Any]] = httpx.post(
        f"{prefect.api}/flow_runs/filter", json=named, timeout=10
    ).json()
    return found


def test_the_file_of_deployments_names_no_folder() -> None:
    """A home is the worker's: neither a path nor a parameter of this machine is written down."""
    said = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())
    assert "pull" not in said
    for deployment in said["deployments"]:
        assert "parameters" not in deployment
        assert deployment["entrypoint"].startswith("pipelines/")


def _some_feedback(home: Path) -> None:
    place = {C.POI: "castle", C.NAME: "Castle", C.CATEGORY: "culture/castle"}
    place |= {C.LATITUDE: 38.35, C.LONGITUDE: -0.48}
    Tables(home).upsert("pois", pl.DataFrame([place], schema=SCHEMAS["pois"].columns))
    log = open_log(Settings(home=home).sql_url())
    now = datetime.now(UTC)
    log.feedback.append([Interaction("e1", "u1", "click", "castle", now)], now)
    log.close()
