"""The registry: what is published, what mends a damaged one, and the way back to the one before."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tiny import WORLD, composite

from butler.errors import ModelUnavailable, NotFound, StoreUnavailable
from models.composite import Composite
from models.gate import FAILED, Check, decided
from models.registry import (
    COMPARED_WITH,
    Published,
    Registry,
    models_folder,
    publish,
    published,
    published_or_none,
)
from models.unranked import UNRANKED
from serving.champion import load_model

NOW = datetime(2026, 7, 1, tzinfo=UTC)
FIRST = {"popularity_ndcg_at_10": 0.2, "most_frequent_ndcg_at_10": 0.3}


# --- publishing


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    composite().save(folder)
    return folder


def test_nothing_is_published_before_the_first_promotion(tmp_path: Path) -> None:
    assert published(tmp_path) is None
    with pytest.raises(ModelUnavailable, match=r"no champion yet.*butler train"):
        load_model(tmp_path, WORLD.catalogue)


def test_publishing_keeps_the_one_before(tmp_path: Path, source: Path) -> None:
    held = []
    for version in ("1", "2", "2", "5"):
        publish(tmp_path, version, source)
        held.append(published(tmp_path))
    assert [(p.champion, p.previous) for p in held if p] == [
        *[("1", None), ("2", "1"), ("2", "1"), ("5", "2")]
    ]
    names = sorted(p.name for p in models_folder(tmp_path).iterdir())
    assert names == ["1", "2", "5", "champion.json"]  # nothing half-done is left
    assert load_model(tmp_path, WORLD.catalogue)[0].version == "5"


def test_a_damaged_champion_is_answered_for_by_the_one_before(tmp_path: Path, source: Path) -> None:
    for version in ("1", "2"):
        publish(tmp_path, version, source)
    (models_folder(tmp_path) / "2" / "ranker.txt").write_text("damaged")
    with pytest.raises(ModelUnavailable, match=r"folder 2 is damaged: ranker\.txt"):
        Composite.load(models_folder(tmp_path) / "2", WORLD.catalogue)
    model, previous = load_model(tmp_path, WORLD.catalogue)
    assert (model.version, previous and previous.cause) == ("1", "champion_damaged")


@pytest.mark.parametrize("damaged", ["1/ranker.txt", "1/candidates.npz", "champion.json"])
def test_where_no_version_can_rank_candidates_stand_in_their_own_order(
    tmp_path: Path, source: Path, damaged: str
) -> None:
    publish(tmp_path, "1", source)
    (models_folder(tmp_path) / damaged).write_text("damaged")
    visits = np.arange(len(WORLD.catalogue), dtype=np.float64)
    model, setback = load_model(tmp_path, WORLD.catalogue, visits=visits)
    assert setback is not None
    assert (model.version, model.ranks, setback.cause) == (UNRANKED, False, "ranker")
    assert damaged.rpartition("/")[2] in setback.why
    trained = {g.name for g in composite().generators}
    intact = damaged == "1/ranker.txt"
    assert {g.name for g in model.generators} == (trained if intact else {"nearby", "popular"})


def test_a_damaged_pointer_is_named_and_mended_by_publishing(tmp_path: Path, source: Path) -> None:
    publish(tmp_path, "1", source)
    (models_folder(tmp_path) / "champion.json").write_text("{")
    with pytest.raises(ModelUnavailable, match=r"champion\.json is damaged.*butler promote"):
        published(tmp_path)
    assert published_or_none(tmp_path) is None
    publish(tmp_path, "1", source)
    assert published(tmp_path) is not None


# --- MLflow


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return Registry(tmp_path_factory.mktemp("home"))


def log(registry: Registry, ndcg: float, champion: str | None) -> str:
    return registry.log(
        composite(),
        parameters={"seed": 7},
        metrics={"ndcg_at_10": ndcg, **FIRST},
        tags={COMPARED_WITH: champion or ""},
        plots={},
        tables={"comparison": {"model": ["ranker"], "ndcg_at_10": [ndcg]}},
    )


def test_versions_are_logged_judged_crowned_and_mended(registry: Registry) -> None:
    """The life of two versions: register, crown, succeed; a damaged folder is published anew."""
    assert registry.champion() is None
    with pytest.raises(ModelUnavailable, match="butler train"):
        registry.newest()
    first = log(registry, 0.4, None)
    assert registry.newest() == first
    assert registry.metrics(first)["ndcg_at_10"] == 0.4
    assert registry.parameters(first) == {"seed": "7"}
    registry.crown(first)
    assert registry.champion() == first
    second = log(registry, 0.5, first)
    assert (registry.newest(), registry.compared_with(second)) == (second, first)
    registry.crown(second)
    held = published(registry.home)
    assert held is not None
    assert (held.champion, held.previous) == (second, first)
    model, previous = load_model(registry.home, WORLD.catalogue)
    assert (model.version, previous) == (second, None)
    damaged = models_folder(registry.home) / second / "candidates.npz"
    damaged.write_bytes(b"damaged")
    assert load_model(registry.home, WORLD.catalogue)[1] is not None
    registry.crown(second)
    assert load_model(registry.home, WORLD.catalogue)[0].version == second
    assert published(registry.home) == held  # mending does not forget the one before


def test_a_run_keeps_the_list_of_features(registry: Registry) -> None:
    version = log(registry, 0.1, None)
    run = registry._run(version)
    text = registry._mlflow.artifacts.load_text(f"{run.info.artifact_uri}/features.json")
    assert "distance_km" in json.loads(text)["versions"]


def test_a_judgement_is_kept_with_the_run(registry: Registry) -> None:
    version = log(registry, 0.1, None)
    check = Check("ndcg", FAILED, "it is worse", {"ours": 0.1, "unknown": float("nan")})
    registry.note(version, decided(version, [check]).as_dict(), "# card")
    run = registry._run(version)
    assert run.data.tags["promoted"] == "False"
    assert run.data.tags["gate.ndcg"] == "failed"
    assert run.data.metrics["gate_ndcg_ours"] == 0.1
    text = registry._mlflow.artifacts.load_text(f"{run.info.artifact_uri}/decision.json")
    assert json.loads(text)["reason"] == "it is worse"
    assert registry.table(version, "comparison")["ndcg_at_10"] == [0.1]
    assert registry.table(version, "no_such_table") == {}


def test_a_damaged_registry_is_named_with_what_to_do(tmp_path: Path) -> None:
    Registry(tmp_path)
    (tmp_path / "mlflow" / "mlflow.db").write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreUnavailable, match=r"registry cannot be opened.*BUTLER_REGISTRY_URL"):
        Registry(tmp_path)


def test_a_registry_that_does_not_answer_is_no_empty_registry(tmp_path: Path) -> None:
    """Else a challenger would be crowned without having met its champion."""
    from mlflow.exceptions import MlflowException

    registry = Registry(tmp_path)
    assert registry.champion() is None
    with closing(sqlite3.connect(tmp_path / "mlflow" / "mlflow.db")) as db, db:
        db.execute("DROP TABLE registered_model_aliases")
        db.execute("DROP TABLE registered_models")
    with pytest.raises(MlflowException):
        registry.champion()


def test_a_rollback_goes_one_champion_back_each_time_until_there_is_none(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    with pytest.raises(NotFound, match=r"no previous champion.*butler train"):
        registry.rollback(NOW)
    first, second, third = (log(registry, 0.4, None) for _ in range(3))
    for version in (first, second, third):
        registry.crown(version)
    assert registry.rollback(NOW) == (third, second)
    assert registry.champion() == second
    assert published(tmp_path) == Published(second, first)  # a damaged one falls back to the first
    assert registry.rolled_back(third)
    assert registry.rollback(NOW) == (second, first)
    with pytest.raises(NotFound, match="no previous champion"):
        registry.rollback(NOW)
    assert registry.champion() == first  # and nothing has changed
    registry.crown(third)  # by hand
    assert not registry.rolled_back(third)
    assert registry.rollback(NOW) == (third, first)


def test_a_version_there_is_none_of_is_not_crowned(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    first = log(registry, 0.4, None)
    registry.crown(first)
    with pytest.raises(NotFound, match="no model version '99'"):
        registry.crown("99")
    assert registry.champion() == first
