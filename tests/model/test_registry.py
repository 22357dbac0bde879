"""The registry: who becomes champion, what is published, and what mends a damaged one."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
from tiny import WORLD, composite

from butler.errors import Conflict, ModelUnavailable, StoreUnavailable
from models.composite import Composite
from models.registry import (
    COMPARED_WITH,
    Registry,
    decide,
    models_folder,
    publish,
    published,
    published_or_none,
)
from serving.moment import load_model

FIRST = {"popularity_ndcg_at_10": 0.2, "most_frequent_ndcg_at_10": 0.3}


# --- the decision


@pytest.mark.parametrize(
    ("metrics", "compared_with", "champion", "promoted", "reason"),
    [
        ({"ndcg_at_10": 0.31, **FIRST}, "", None, True, "above popularity 0.2000, most_frequent"),
        ({"ndcg_at_10": 0.30, **FIRST}, "", None, False, "not above 0.3000 of most_frequent"),
        ({"ndcg_at_10": 0.10, **FIRST}, "", None, False, "not above 0.2000 of popularity"),
        (
            {"ndcg_at_10": 0.51, "champion_ndcg_at_10": 0.50, **FIRST},
            *("4", "4", True, "0.5100 is above champion 0.5000"),
        ),
        (
            {"ndcg_at_10": 0.50, "champion_ndcg_at_10": 0.50, **FIRST},
            *("4", "4", False, "not above 0.5000 of champion"),
        ),
        # better than the champion is enough: the champion beat the others before
        ({"ndcg_at_10": 0.25, "champion_ndcg_at_10": 0.2, **FIRST}, "4", "4", True, "champion"),
        # the champion reads other features and could not be measured
        ({"ndcg_at_10": 0.31, **FIRST}, "4", "4", True, "popularity"),
        ({"ndcg_at_10": 0.25, **FIRST}, "4", "4", False, "most_frequent"),
        ({"ndcg_at_10": 0.9, **FIRST}, "", "5", False, "champion already"),
    ],
)
def test_a_challenger_must_be_better_on_the_same_split(
    metrics: Mapping[str, float],
    compared_with: str,
    champion: str | None,
    promoted: bool,
    reason: str,
) -> None:
    found = decide(metrics, compared_with, champion, "5")
    assert found.promoted is promoted
    assert reason in found.reason
    assert found.version == "5"


@pytest.mark.parametrize(("compared_with", "champion"), [("3", "4"), ("", "4"), ("3", None)])
def test_a_challenger_measured_against_another_champion_is_not_judged(
    compared_with: str, champion: str | None
) -> None:
    with pytest.raises(Conflict, match="butler train"):
        decide({"ndcg_at_10": 0.9, **FIRST}, compared_with, champion, "5")


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
    assert (model.version, previous) == ("1", True)


def test_a_damaged_champion_without_one_before_is_an_error(tmp_path: Path, source: Path) -> None:
    publish(tmp_path, "1", source)
    (models_folder(tmp_path) / "1" / "ranker.txt").write_text("damaged")
    with pytest.raises(ModelUnavailable, match=r"ranker\.txt"):
        load_model(tmp_path, WORLD.catalogue)


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
    assert decide(registry.metrics(first), registry.compared_with(first), None, first).promoted
    assert registry.champion() is None  # a decision alone changes nothing
    registry.crown(first)
    assert registry.champion() == first
    second = log(registry, 0.5, first)
    assert (registry.newest(), registry.compared_with(second)) == (second, first)
    registry.crown(second)
    held = published(registry.home)
    assert held is not None
    assert (held.champion, held.previous) == (second, first)
    model, previous = load_model(registry.home, WORLD.catalogue)
    assert (model.version, previous) == (second, False)
    damaged = models_folder(registry.home) / second / "candidates.npz"
    damaged.write_bytes(b"damaged")
    assert load_model(registry.home, WORLD.catalogue)[1] is True
    registry.crown(second)
    assert load_model(registry.home, WORLD.catalogue)[0].version == second
    assert published(registry.home) == held  # mending does not forget the one before


def test_a_run_keeps_the_list_of_features(registry: Registry) -> None:
    version = log(registry, 0.1, None)
    run = registry._run(version)
    text = registry._mlflow.artifacts.load_text(f"{run.info.artifact_uri}/features.json")
    assert "distance_km" in json.loads(text)["versions"]


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
