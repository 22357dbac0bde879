"""A worker that starts while the online store is away answers from what the store told last."""

import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from asking import answer_of, until
from server import serving

from butler.errors import StoreUnavailable
from butler.settings import Settings
from features.online_rows import ANSWER_SECONDS, open_rows
from models.registry import models_folder, publish
from pipelines.build_features import build
from pipelines.parity import check
from serving.answers import Request
from serving.engine import Engine
from serving.kept import Kept, Noting
from serving.moment import Moment
from tests.redis_process import Redis


@pytest.fixture
def settings(home: Path, redis_server: Redis) -> Settings:
    """A home whose online rows are in Redis."""
    found = Settings(home=home, online_url=redis_server.url)
    build(home, found)
    return found


def test_a_worker_that_starts_while_redis_is_down_answers_and_takes_the_stores_again(
    settings: Settings, redis_server: Redis
) -> None:
    with serving(settings.home, BUTLER_ONLINE_URL=redis_server.url) as server:
        until(lambda: answer_of(server).get("degraded") == [])
        worker = server.workers()[0]
        redis_server.stop()
        try:
            worker.kill()
            until(lambda: {p.pid for p in server.workers()} - {worker.pid})
            until(lambda: answer_of(server).get("degraded") == ["places_kept", "online_store"])
            answer = answer_of(server)
            assert len(answer["items"]) == 10
            assert answer["context"]["weather"], "forecasts are kept, too"
            ready = server.client.get("/readyz")
            assert ready.status_code == 200
            assert "kept since" in ready.json()["checks"]["places"]
            assert "BUTLER_ONLINE_URL" in ready.json()["checks"]["places"]
            assert ready.json()["checks"]["refresh"] == "ok", "it looks again, and soon"
            told = server.client.get("/metrics").text
            assert 'butler_recommend_degraded_total{what="places_kept"}' in told
        finally:
            redis_server.start()
        until(lambda: answer_of(server).get("degraded") == [])
        assert set(server.client.get("/readyz").json()["checks"].values()) == {"ok"}


def moment_of(settings: Settings) -> Moment:
    engine = Engine.open(settings)
    try:
        return engine.moment
    finally:
        engine.close()


def test_what_is_kept_is_what_the_store_told_to_the_bit(
    settings: Settings, redis_server: Redis
) -> None:
    told = moment_of(settings)
    redis_server.stop()
    try:
        kept = moment_of(settings)
    finally:
        redis_server.start()
    assert kept.places.kept
    assert kept.sky.kept
    assert kept.places.as_of == told.places.as_of
    assert kept.sky.as_of == told.sky.as_of
    for name, values in told.places.arrays.items():
        assert np.array_equal(values, kept.places.arrays[name], equal_nan=True), name
    assert np.array_equal(told.places.by_hour.values, kept.places.by_hour.values, equal_nan=True)
    assert told.places.audience.segments.keys() == kept.places.audience.segments.keys()
    for slot, facts in told.sky.forecast.items():
        assert np.array_equal(facts, kept.sky.at(slot), equal_nan=True), slot
    assert np.array_equal(told.sky.observed, kept.sky.observed, equal_nan=True)


def test_answers_from_what_is_kept_are_not_compared_with_history(
    settings: Settings, redis_server: Redis
) -> None:
    """They may know less than history does."""
    moment_of(settings)
    redis_server.stop()
    engine = Engine.open(settings)
    redis_server.start()
    now = datetime.now(UTC)
    until(lambda: engine.vitals().online_store_away is False)
    answer = engine.recommend(Request("t000003", now, now.replace(hour=11)))
    engine.close()
    assert "places_kept" in answer.degraded
    report = check(settings.home, settings)
    assert (report.requests, report.not_comparable) == (0, 1)


def test_a_store_that_takes_questions_and_answers_none_keeps_a_start_waiting_for_seconds_only(
    settings: Settings, redis_server: Redis
) -> None:
    """The driver's own patience would be twenty."""
    moment_of(settings)
    redis_server.freeze()
    try:
        began = time.monotonic()
        engine = Engine.open(settings)
        assert time.monotonic() - began < ANSWER_SECONDS
        assert engine.moment.degraded == ["places_kept"]
    finally:
        redis_server.thaw()
    engine.refresh()
    assert engine.moment.degraded == []
    engine.close()


def test_a_new_champion_answers_though_the_store_is_away(
    settings: Settings, redis_server: Redis
) -> None:
    """It needs nothing of the store: places and weather stay."""
    engine = Engine.open(settings)
    redis_server.stop()
    try:
        publish(settings.home, "2", models_folder(settings.home) / "1")
        engine.refresh()
        assert engine.moment.model.version == "2"
    finally:
        redis_server.start()
        engine.close()


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_without_a_kept_file_the_answer_says_that_the_store_is_away(
    settings: Settings, redis_server: Redis, how: str
) -> None:
    moment_of(settings)
    for file in (settings.home / "serving").glob("kept-*.npz"):
        file.write_bytes(b"PK\x03\x04 damaged") if how == "damaged" else file.unlink()
    redis_server.stop()
    engine = Engine.open(settings)
    assert "BUTLER_ONLINE_URL" in engine.readiness().checks["champion"]
    redis_server.start()
    engine.refresh()
    assert engine.moment.degraded == []
    engine.close()


def test_what_is_kept_already_is_not_written_again_but_for_other_weather_points(home: Path) -> None:
    """Nor noted; and what a killed worker left half written is removed with the next that is."""
    engine = Engine.open(Settings(home=home))
    files = sorted((home / "serving").glob("kept-*.npz"))
    written = [file.stat().st_ino for file in files]
    left = home / "serving" / f"kept-sky.{dead_pid()}"
    left.touch()
    Engine.open(Settings(home=home)).close()
    assert [file.stat().st_ino for file in files] == written
    sky = engine.moment.sky
    Noting(open_rows(home)).keep(files[1], sky.as_of, "38.1,0.5")
    Engine.open(Settings(home=home)).close()
    engine.close()
    kept = Kept.load(files[1])
    assert kept is not None
    assert None not in kept.read_now("weather_observed", sorted(sky.cells))
    assert not left.exists()


def dead_pid() -> int:
    with subprocess.Popen(["true"]) as process:
        return process.pid


def test_what_is_kept_is_read_back_by_key(home: Path, tmp_path: Path) -> None:
    path, now = tmp_path / "kept.npz", datetime.now(UTC)
    noting = Noting(open_rows(home))
    rows = noting.read_now("audience", ["food", "nature", "no such kind"])
    noting.keep(path, now)
    kept = Kept.load(path)
    assert kept is not None
    again = kept.read_now("audience", ["nature", "food", "no such kind"])
    assert again[2] is None
    for was, now_kept in zip(rows[:2], (again[1], again[0]), strict=True):
        assert was is not None
        assert now_kept is not None
        assert list(was["segment_keys"]) == now_kept["segment_keys"]
        assert list(was["segment_values"]) == now_kept["segment_values"]
    assert [f.name for f in tmp_path.iterdir() if f.suffix != ".npz" and f.is_file()] == []


def test_a_place_that_cannot_be_written_costs_no_start(home: Path) -> None:
    shutil.rmtree(home / "serving", ignore_errors=True)
    (home / "serving").write_text("in the way")
    engine = Engine.open(Settings(home=home))
    assert engine.moment.degraded == []
    engine.close()


def test_a_store_that_goes_away_while_serving_is_said_and_changes_nothing(
    settings: Settings, redis_server: Redis
) -> None:
    engine = Engine.open(settings)
    redis_server.stop()
    (settings.home / "features" / "built.json").touch()
    with pytest.raises(StoreUnavailable):
        engine.refresh()
    assert engine.moment.degraded == []
    redis_server.start()
    engine.refresh()
    engine.close()
