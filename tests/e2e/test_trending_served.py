"""Feedback to one server moves the counters that another one's answers use, over one home."""

import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from server import Server, serving

from butler.domain import Impression
from butler.errors import NotFound
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from features.vector import NAMES
from models.replay import logged_matrix
from pipelines.parity import check
from serving.answers import Request
from serving.engine import Engine

RECOMMEND = "/api/v1/recommendations"
HERE = {"user_id": "t000001", "lat": 38.54, "lon": -0.13, "limit": 10}
NOW_HERE = NAMES.index("poi_interactions_1h_log")
AROUND_HERE = NAMES.index("cell_interactions_1h_log")
PATIENCE_SECONDS = 90


def answered(server: Server, log: SqlLog) -> Impression:
    """The impression of one answer, once it is in the log."""
    answer = server.client.get(RECOMMEND, params=HERE)
    assert answer.status_code == 200
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            return log.impressions.get(answer.json()["request_id"])
        except NotFound:
            time.sleep(0.02)
    raise AssertionError("the impression was not logged in time")


def counts(impression: Impression, place: str) -> tuple[int, int]:
    """Interactions of the last hour: with the place, in its neighbourhood."""
    row = logged_matrix(impression)[impression.candidates.index(place)]
    found = np.expm1(row[[NOW_HERE, AROUND_HERE]].astype(np.float64)).round().astype(int)
    return int(found[0]), int(found[1])


def tell(server: Server, place: str, many: int) -> None:
    event: dict[str, Any] = {"poi_id": place, "event_type": "visit"}
    event["occurred_at"] = datetime.now(UTC).isoformat()
    events = [{**event, "event_id": f"busy-{n}", "user_id": f"busy-{n}"} for n in range(many)]
    for _ in range(2):  # an app that did not hear the answer tells it again
        assert server.client.post(f"{RECOMMEND}/feedback", json={"events": events}).is_success


def test_what_one_server_hears_another_one_counts_and_so_do_history_and_the_next(
    world_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(world_home, home)
    settings = Settings(home=home)
    with (
        closing(open_log(settings.sql_url())) as log,
        serving(home) as hears,
        serving(home) as answers,
    ):
        first = answered(answers, log)
        place = first.slate[0]
        before = counts(first, place)
        tell(hears, place, 7)
        until = time.monotonic() + PATIENCE_SECONDS
        while (now := counts(answered(answers, log), place)) == before:
            assert time.monotonic() < until, "the counters did not move in time"
            time.sleep(0.1)
        assert now == (before[0] + 7, before[1] + 7)
    with closing(Engine.open(settings)) as next_one:
        at = datetime.now(UTC)
        asked = Request("t000001", at, at, latitude=HERE["lat"], longitude=HERE["lon"])  # type: ignore[arg-type]
        again = next_one.impression(next_one.recommend(asked).request_id)
        assert counts(again, place) == now
    report = check(home, settings)
    assert (report.mismatches, report.examples) == (0, [])
    assert report.requests >= 3


def test_counters_that_grow_old_are_told_and_answers_go_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks at the log here but when the engine is opened and refreshed."""
    with closing(Engine.open(Settings(home=home))) as engine:
        assert "trending" not in engine.readiness().checks
        monkeypatch.setattr(time, "monotonic", lambda after=time.monotonic() + 90: after)
        told = engine.readiness()
        assert told.ready
        assert told.checks["trending"].startswith("counters of places are ")
        assert engine.vitals().trending_age >= 90  # type: ignore[operator]
        engine.refresh()
        assert "trending" not in engine.readiness().checks
