"""SHAP values from arrays are those of LightGBM."""

import numpy as np
import pytest
from test_trees import learned, planted

from models.shap import Shap


@pytest.mark.parametrize("leaves", [2, 3, 15, 31])
@pytest.mark.parametrize("missing", [True, False], ids=["missing values", "none missing"])
def test_values_are_those_of_lightgbm(leaves: int, missing: bool) -> None:
    booster, matrix = learned(3, leaves, missing=missing), planted(4, True)[0][:60]
    theirs = booster.predict(matrix, num_threads=1, pred_contrib=True)[:, :-1]
    ours = Shap.of(booster.dump_model()).values(matrix)
    assert np.abs(theirs).max() > 0.1
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_a_single_row_or_none_and_trees_that_ask_nothing() -> None:
    booster, matrix = learned(3, 15), planted(4, True)[0]
    shap = Shap.of(booster.dump_model())
    assert shap.values(matrix[:1]) == pytest.approx(shap.values(matrix[:5])[:1])
    assert shap.values(matrix[:0]).shape == (0, matrix.shape[1])
    stump = {"max_feature_idx": 1, "tree_info": [{"tree_structure": {"leaf_value": 0.5}}]}
    assert Shap.of(stump).values(np.zeros((2, 2), np.float32)).tolist() == [[0, 0], [0, 0]]
