"""What tests share: a small world, ingested, built, trained and promoted once a session."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgresql_process import postgresql, postgresql_url
from tests.redis_process import redis_server, redis_url

__all__ = ["postgresql", "postgresql_url", "redis_server", "redis_url"]  # fixtures for every test

for _name, _value in {
    "BENTOML_DO_NOT_TRACK": "True",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "OPENBLAS_NUM_THREADS": "1",
}.items():
    os.environ.setdefault(_name, _value)

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"
SMALL = {"requests": 1500, "test_requests": 300, "trees": 60, "train_days": 14, "test_days": 5}


def shared(path: str) -> Path:
    """A file of ../shared, or a skip that says what is missing."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs ../shared/{path} beside the repository")
    return found


def made_once(
    name: str, factory: pytest.TempPathFactory, worker: str, make: Callable[[Path], None]
) -> Path:
    """A folder that the first process to need it makes; with pytest-xdist the others wait for it."""
    base = factory.getbasetemp()
    root = base if worker == "master" else base.parent
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            try:
                make(folder)
            except BaseException:
                shutil.rmtree(folder)  # half made; the next one tries again, and fails by itself
                raise
    return folder


@pytest.fixture(scope="session")
def world_dataset(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A simulated world of 600 travellers and 30 days, ending today. READ ONLY."""
    from butler.world.build import build_world

    def make(out: Path) -> None:
        build_world(out, travellers=600, days=30, seed=11)

    return made_once("shared-world", tmp_path_factory, worker_id, make)


@pytest.fixture(scope="session")
def world_home(
    world_dataset: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Path:
    """A home in which the world is ingested, built, trained and promoted. READ ONLY."""
    from butler.settings import Settings
    from models.registry import Registry
    from pipelines.build_features import build
    from pipelines.ingest import ingest
    from pipelines.train import train_challenger

    def make(home: Path) -> None:
        settings = Settings(home=home, training=SMALL)  # type: ignore[arg-type]
        ingest.fn(world_dataset, home, settings.bad_rows)
        build(home, settings)
        train_challenger(home, settings)
        # Crowned, not judged: this world ends today, and so small a one may not beat popularity.
        Registry(home).crown("1")

    return made_once("shared-home", tmp_path_factory, worker_id, make)


@pytest.fixture
def home(world_home: Path, tmp_path: Path) -> Path:
    """A copy of `world_home` that a test may change."""
    from butler.settings import Settings
    from features.store import Features

    copy = tmp_path / "home"
    shutil.copytree(world_home, copy)
    Features(copy, Settings(home=copy).online_url).apply()  # paths in Feast's registry are absolute
    return copy
