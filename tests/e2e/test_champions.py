"""A new champion is loaded beside the old one and tried; one that fails is refused, and named."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.errors import ModelUnavailable
from butler.settings import Settings
from models.composite import _checksum
from models.golden import GOLDEN, Golden
from models.ranker import Matrix
from models.registry import models_folder, publish
from models.unranked import UNRANKED
from serving.answers import Answer, Request
from serving.engine import Engine


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    opened = Engine.open(Settings(home=home))
    yield opened
    opened.close()


def ask(engine: Engine) -> Answer:
    noon = datetime.now(UTC).replace(hour=11)
    return engine.recommend(Request("t000001", datetime.now(UTC), noon))


def other(home: Path, folder: Path, **changed: Any) -> Path:
    """A copy of version 1 with other values in model.json, intact by its checksums."""
    folder.mkdir()
    for file in (models_folder(home) / "1").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    about = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(about | changed))
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    files = sorted(p for p in folder.iterdir() if p.name != "checksums.json")
    (folder / "checksums.json").write_text(json.dumps({p.name: _checksum(p) for p in files}))


def with_other_scores(home: Path, folder: Path) -> Path:
    """The golden requests say other scores than the trees give: the files are not of one training."""
    stored = Golden.load(other(home, folder) / GOLDEN)
    Golden(stored.matrix, stored.score + 0.01).save(folder / GOLDEN)
    seal(folder)
    return folder


def test_a_trained_model_carries_golden_requests_and_passes_them(home: Path) -> None:
    assert len(Golden.load(models_folder(home) / "1" / GOLDEN).score) > 100
    engine = Engine.open(Settings(home=home))
    assert ask(engine).degraded == ()
    engine.close()


def test_a_champion_that_scores_its_golden_requests_differently_is_refused_and_named(
    engine: Engine, home: Path, tmp_path: Path
) -> None:
    publish(home, "2", with_other_scores(home, tmp_path / "other"))
    engine.refresh()
    answer = ask(engine)
    assert (answer.model_version, answer.degraded) == ("1", ("champion_refused",))
    assert "version 1 serves instead of 2" in engine.readiness().checks["champion"]
    assert "golden scores" in engine.readiness().checks["champion"]
    assert engine.readiness().ready
    assert engine.vitals().refused_version == "2"
    publish(home, "3", models_folder(home) / "1")
    engine.refresh()
    answer = ask(engine)
    assert (answer.model_version, answer.degraded) == ("3", ())
    assert engine.vitals().refused_version is None


def test_a_champion_that_finds_nothing_where_the_old_one_does_is_refused(
    engine: Engine, home: Path, tmp_path: Path
) -> None:
    publish(home, "2", other(home, tmp_path / "other", candidates=0))
    engine.refresh()
    assert ask(engine).model_version == "1"
    assert "finds nothing" in engine.readiness().checks["champion"]


def test_a_refused_champion_is_refused_again_at_the_next_start(
    engine: Engine, home: Path, tmp_path: Path
) -> None:
    publish(home, "2", with_other_scores(home, tmp_path / "other"))
    engine.refresh()
    started = Engine.open(Settings(home=home))
    assert ask(started).model_version == "1"
    assert ask(started).degraded == ("champion_refused",)
    started.close()


def test_a_damaged_champion_does_not_end_the_one_that_answers_even_without_its_files(
    engine: Engine, home: Path
) -> None:
    publish(home, "2", models_folder(home) / "1")
    (models_folder(home) / "2" / "ranker.txt").write_text("damaged")
    for file in (models_folder(home) / "1").iterdir():
        file.unlink()
    engine.refresh()
    answer = ask(engine)
    assert (answer.model_version, answer.degraded) == ("1", ("champion_damaged",))
    assert "ranker.txt" in engine.readiness().checks["champion"]


def test_a_first_champion_that_fails_its_golden_requests_does_not_rank(
    home: Path, tmp_path: Path
) -> None:
    source = with_other_scores(home, tmp_path / "other")
    (models_folder(home) / "champion.json").unlink()
    publish(home, "2", source)
    started = Engine.open(Settings(home=home))
    answer = ask(started)
    assert (answer.model_version, answer.degraded) == (UNRANKED, ("ranker",))
    assert "golden scores" in started.readiness().checks["champion"]
    assert started.vitals().refused_version == "2"
    started.close()


class Plain:
    """A ranker whose scores are the first column, off by so much of themselves."""

    def __init__(self, off: float = 0.0) -> None:
        self.off = off

    def predict(self, matrix: Matrix) -> np.ndarray[Any, np.dtype[np.float64]]:
        return matrix[:, 0].astype(np.float64) * (1 + self.off)


@settings(deadline=None)
@given(
    st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=50),
    st.integers(1, 20),
    st.floats(-1e-6, 1e-6),
)
def test_rounding_passes_and_another_score_does_not(
    values: list[float], requests: int, off: float
) -> None:
    matrix = np.array(values, dtype=np.float32).reshape(-1, 1)
    golden = Golden.of(matrix, np.arange(len(matrix)) % requests, Plain())
    golden.check(Plain(off))
    if np.abs(golden.matrix).max() > 0.01:
        with pytest.raises(ModelUnavailable, match="golden scores"):
            golden.check(Plain(0.01))
