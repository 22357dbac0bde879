"""The trees as arrays find what LightGBM finds, to the bit."""

from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from butler.errors import ModelUnavailable
from models.model_text import dumped
from models.trees import Trees

ROWS, FEATURES = 400, 6
Matrix = NDArray[np.float32]


def planted(seed: int, missing: bool) -> tuple[Matrix, NDArray[np.float64]]:
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(ROWS, FEATURES)).astype(np.float32)
    matrix[:, 1] = np.round(matrix[:, 1])
    y = matrix[:, 0] * matrix[:, 1] + np.abs(matrix[:, 2]) + chance.normal(size=ROWS) * 0.1
    if missing:
        matrix[chance.random(matrix.shape) < 0.3] = np.nan
    return matrix, y.astype(np.float64)


def learned(seed: int, leaves: int, trees: int = 20, missing: bool = True) -> lightgbm.Booster:
    matrix, y = planted(seed, missing)
    wanted = {"num_leaves": leaves, "min_data_in_leaf": 2, "verbosity": -1, "num_threads": 1}
    return lightgbm.train(wanted, lightgbm.Dataset(matrix, label=y), num_boost_round=trees)


@pytest.mark.parametrize("leaves", [2, 15, 16, 17, 31, 32])
@pytest.mark.parametrize("missing", [True, False], ids=["missing values", "none missing"])
def test_scores_and_leaves_are_those_of_lightgbm(leaves: int, missing: bool) -> None:
    """Also of values that were never missing in training, and are now."""
    booster = learned(3, leaves, missing=missing)
    trees = Trees.of(booster.dump_model())
    assert trees is not None
    matrix = planted(4, True)[0]
    found = trees.find(matrix)
    assert trees.score(found).tobytes() == booster.predict(matrix, num_threads=1).tobytes()
    counts = [t["num_leaves"] for t in booster.dump_model()["tree_info"]]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    theirs = booster.predict(matrix, num_threads=1, pred_leaf=True).reshape(len(matrix), -1)
    numbers = [n for t in booster.dump_model()["tree_info"] for n in from_left(t["tree_structure"])]
    assert (np.array(numbers)[found.T] == theirs).all()
    assert (np.searchsorted(first, found.T, side="right") - 1 == np.arange(len(counts))).all()


def from_left(node: dict[str, Any]) -> list[int]:
    """LightGBM's numbers of the leaves below, from left to right."""
    if "leaf_value" in node:
        return [node.get("leaf_index", 0)]
    return from_left(node["left_child"]) + from_left(node["right_child"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.floats(width=32, allow_nan=True, allow_infinity=False),
            min_size=FEATURES,
            max_size=FEATURES,
        ),
        max_size=20,
    )
)
def test_any_finite_or_missing_value_goes_the_way_lightgbm_sends_it(
    rows: list[list[float]],
) -> None:
    matrix = np.array(rows, dtype=np.float32).reshape(len(rows), FEATURES)
    trees = Trees.of(BOOSTER.dump_model())
    assert trees is not None
    theirs = BOOSTER.predict(matrix, num_threads=1) if len(rows) else np.empty(0)
    assert trees.score(trees.find(matrix)).tobytes() == theirs.tobytes()


def test_a_value_at_a_threshold_goes_left_and_the_next_one_right() -> None:
    trees, dumped = Trees.of(BOOSTER.dump_model()), BOOSTER.dump_model()["tree_info"]
    assert trees is not None
    for tree in dumped:
        root = tree["tree_structure"]
        limit = np.float32(root["threshold"])
        for value in (limit, np.nextafter(limit, np.float32(9)), np.nextafter(limit, -limit)):
            matrix = np.zeros((3, FEATURES), np.float32)
            matrix[:, root["split_feature"]] = value
            theirs = BOOSTER.predict(matrix, num_threads=1)
            assert trees.score(trees.find(matrix)).tobytes() == theirs.tobytes()


def test_the_first_trees_alone_and_a_row_alone_score_the_same() -> None:
    booster, matrix = learned(5, 15), planted(6, True)[0]
    trees = Trees.of(booster.dump_model())
    assert trees is not None
    some = booster.predict(matrix, num_threads=1, num_iteration=7)
    assert trees.score(trees.find(matrix, 7)).tobytes() == some.tobytes()
    whole = trees.score(trees.find(matrix))
    alone = np.concatenate([trees.score(trees.find(row[None])) for row in matrix])
    assert alone.tobytes() == whole.tobytes()


def test_trees_of_more_leaves_or_of_categories_are_left_to_lightgbm() -> None:
    assert Trees.of(learned(3, 33).dump_model()) is None
    matrix, y = planted(3, False)
    data = lightgbm.Dataset(np.abs(matrix), label=y, categorical_feature=[1])
    by_category = lightgbm.train({"verbosity": -1, "min_data_per_group": 2}, data, 5)
    assert Trees.of(by_category.dump_model()) is None


BOOSTER = learned(11, 15)


@pytest.mark.parametrize("leaves", [2, 15, 32])
@pytest.mark.parametrize("missing", [True, False], ids=["missing values", "none missing"])
def test_the_model_file_says_what_lightgbm_dumps(leaves: int, missing: bool) -> None:
    """Read without LightGBM: every split, leaf and count, to the bit."""
    booster = learned(3, leaves, missing=missing)
    theirs = booster.dump_model()
    ours = dumped(booster.model_to_string(), "ranker.txt")
    assert ours["max_feature_idx"] == theirs["max_feature_idx"]
    assert [t["num_leaves"] for t in ours["tree_info"]] == [
        t["num_leaves"] for t in theirs["tree_info"]
    ]
    for mine, its in zip(ours["tree_info"], theirs["tree_info"], strict=True):
        assert mine["tree_structure"] == alike(its["tree_structure"], mine["tree_structure"])


def alike(node: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Of a node of a dump, what `wanted` says of it."""
    return {
        name: alike(node[name], wanted[name]) if name.endswith("_child") else node[name]
        for name in wanted
    }


def test_a_tree_that_never_splits_is_read_as_one_leaf() -> None:
    flat = lightgbm.train(
        {"verbosity": -1, "min_data_in_leaf": 2, "objective": "binary", "is_unbalance": False},
        lightgbm.Dataset(np.zeros((20, 2)), label=np.arange(20) % 2 * 1.0),
        num_boost_round=2,
    )
    ours = Trees.of(dumped(flat.model_to_string(), "ranker.txt"))
    assert ours is not None
    matrix = np.ones((3, 2), np.float32)
    assert ours.score(ours.find(matrix)) == pytest.approx(flat.predict(matrix, raw_score=True))


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_half_a_model_file_is_damaged(part: float) -> None:
    text = learned(3, 15).model_to_string().split("end of trees")[0]
    with pytest.raises(ModelUnavailable, match=r"ranker\.txt is damaged.*butler train"):
        dumped(text[: int(len(text) * part)], "ranker.txt")
