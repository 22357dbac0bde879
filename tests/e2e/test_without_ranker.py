"""No version's ranker can be used: candidates answer in their own order, and nothing is learned from it."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from asking import RECOMMEND, answer_of, until
from server import butler, serving

from butler.columns import CLICK, IMPRESSION, C
from butler.domain import Impression, Interaction
from butler.errors import NotRanked
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from models.counterfactual import counterfactual
from models.registry import models_folder
from models.requests import labelled
from models.unranked import UNRANKED
from pipelines.feedback import compact
from pipelines.parity import check
from pipelines.served import impressions_between
from serving.answers import Answer, Request
from serving.engine import Engine

TRAVELLERS = itertools.cycle(f"t{n:06d}" for n in range(1, 9))


def damage(home: Path, *files: str) -> dict[Path, bytes]:
    """The files of version 1 cut short; what they held, to mend them."""
    whole = {path: path.read_bytes() for path in (models_folder(home) / "1" / f for f in files)}
    for path, held in whole.items():
        path.write_bytes(held[:-50])
    return whole


def ask(engine: Engine, **more: Any) -> Answer:
    now = datetime.now(UTC)
    return engine.recommend(Request(next(TRAVELLERS), now, now.replace(hour=11), **more))


def test_candidates_are_shown_in_the_order_the_generators_give_without_reasons(home: Path) -> None:
    damage(home, "ranker.txt")
    engine = Engine.open(Settings(home=home))
    answer = ask(engine, limit=10)
    shown = engine.impression(answer.request_id)
    with pytest.raises(NotRanked, match="no reasons"):
        engine.explain(answer.request_id)
    assert engine.answered(answer.request_id).items == answer.items, "its sentences can be told"
    checks, vitals = engine.readiness(), engine.vitals()
    engine.close()
    assert len(answer.items) == 10
    assert (answer.model_version, answer.degraded) == (UNRANKED, ("ranker",))
    assert all(item.reasons == () for item in answer.items), "none would be true"
    assert list(shown.scores) == sorted(shown.scores, reverse=True), "as they were proposed"
    assert shown.scores[0] == -1.0
    assert checks.ready
    assert "ranker.txt" in checks.checks["champion"]
    assert "butler promote" in checks.checks["champion"]
    assert (vitals.model_version, vitals.refused_version) == (UNRANKED, "1")


def test_without_any_intact_file_the_near_and_the_visited_are_shown(home: Path) -> None:
    damage(home, "ranker.txt", "candidates.npz", "model.json", "checksums.json")
    engine = Engine.open(Settings(home=home))
    near = ask(engine, latitude=38.3452, longitude=-0.4810)
    now = datetime.now(UTC)
    stranger = engine.recommend(Request("nobody-knows", now, now.replace(hour=11)))
    engine.close()
    assert near.degraded == stranger.degraded == ("ranker",)
    assert len(near.items) == len(stranger.items) == 10
    assert np.median([i.distance_km or 99.0 for i in near.items]) < 10


def test_what_was_shown_without_a_ranker_counts_as_shown_and_teaches_no_order(home: Path) -> None:
    """Replay, parity, learning, drift and off-policy judgement leave it out."""
    settings = Settings(home=home)
    engine = Engine.open(settings)
    ranked = [ask(engine) for _ in range(3)]
    engine.close()
    damage(home, "ranker.txt")
    engine = Engine.open(settings)
    plain = [ask(engine) for _ in range(3)]
    first = plain[0]
    shown = engine.impression(first.request_id)
    engine.learn([click(shown)], datetime.now(UTC))
    engine.close()

    replayed = butler(home, "replay", first.request_id)
    assert replayed.returncode == 1
    assert "without a ranker" in replayed.stderr
    assert "Traceback" not in replayed.stderr

    events, asked = compacted(home, settings)
    of_plain = events.filter(pl.col(C.EVENT).str.starts_with(first.request_id))
    assert of_plain.height == len(shown.slate), "each place counts as shown"
    assert of_plain[C.REQUEST].null_count() == of_plain.height
    of_ranked = events.filter(pl.col(C.REQUEST) == ranked[0].request_id)
    assert of_ranked.height == len(ranked[0].items)
    learned = labelled(events, Tables(home).read("bookings"), asked)
    ids = {answer.request_id for answer in plain}
    assert not ids & {*learned.requests[C.REQUEST]}
    assert not ids & {*learned.labels[C.REQUEST]}, "nor is its click somebody's own idea"
    assert {answer.request_id for answer in ranked} <= {*learned.requests[C.REQUEST]}

    now = datetime.now(UTC)
    found = impressions_between(settings, now - timedelta(days=1), now, 100, "1")
    assert {i.request_id for i in found} == {answer.request_id for answer in ranked}


def test_an_hour_without_a_ranker_does_not_hide_what_was_ranked_before(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.served.PAGE", 2)
    settings = Settings(home=home)
    engine = Engine.open(settings)
    ranked = [ask(engine) for _ in range(2)]
    engine.close()
    whole = damage(home, "ranker.txt")
    engine = Engine.open(settings)
    plain = [engine.impression(ask(engine).request_id) for _ in range(6)]
    engine.close()
    now = datetime.now(UTC)
    found = impressions_between(settings, now - timedelta(days=1), now, 100, "1")
    assert {i.request_id for i in found} == {answer.request_id for answer in ranked}
    for path, held in whole.items():
        path.write_bytes(held)
    engine = Engine.open(settings)
    assert len(counterfactual([*found, *plain], {}, engine.moment.model)) == 2
    engine.close()
    report = check(home, settings)
    assert (report.requests, report.not_comparable, report.mismatches) == (2, 6, 0)


def click(shown: Impression) -> Interaction:
    return Interaction(
        *("c-1", shown.user_id, CLICK, shown.slate[0], datetime.now(UTC)),
        request_id=shown.request_id,
    )


def compacted(home: Path, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and requests of the history, the log taken in."""
    done = compact(home, settings)
    assert done.quarantined == 0
    log = open_log(settings.sql_url())
    log.close()
    events = Tables(home).read("events")
    assert events.filter(pl.col(C.EVENT_TYPE) == IMPRESSION).height
    return events, Tables(home).read("requests")


def test_a_server_starts_and_answers_with_a_damaged_ranker_and_notices_a_mended_one(
    home: Path,
) -> None:
    """As after `make run`: one version, and nothing before it."""
    whole = damage(home, "ranker.txt")
    with serving(home) as server:
        until(lambda: answer_of(server).get("degraded") == ["ranker"])
        worker = server.workers()[0]
        worker.kill()
        until(lambda: {p.pid for p in server.workers()} - {worker.pid})
        until(lambda: answer_of(server).get("degraded") == ["ranker"])
        answer = answer_of(server)
        assert answer["model_version"] == UNRANKED
        assert len(answer["items"]) == 10
        explained = server.client.get(f"{RECOMMEND}/{answer['request_id']}/explanation")
        assert explained.status_code == 404, "to come again would be in vain"
        assert explained.json()["type"] == "urn:butler:problem:not-ranked"
        ready = server.client.get("/readyz")
        assert ready.status_code == 200
        assert "ranker.txt" in ready.json()["checks"]["champion"]
        told = server.client.get("/metrics").text
        assert f'butler_model_info{{version="{UNRANKED}"}} 1.0' in told
        assert 'butler_champion_refused{version="1"} 1.0' in told
        assert 'butler_recommend_degraded_total{what="ranker"}' in told

        pointer = (models_folder(home) / "champion.json").stat().st_mtime_ns
        for path, held in whole.items():
            path.write_bytes(held)
        until(lambda: answer_of(server).get("degraded") == [])
        assert answer_of(server)["model_version"] == "1"
        assert server.client.get("/readyz").json()["checks"]["champion"] == "ok"
        assert (models_folder(home) / "champion.json").stat().st_mtime_ns == pointer
