"""The ranker: LightGBM LambdaMART over the vector of `features/vector.py`, and a linear baseline."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from butler.errors import ModelUnavailable
from features.vector import NAMES

Matrix = NDArray[np.float32]
GRADES = 4  # 0 nothing, 1 looked, 2 kept, 3 went or booked
LABEL_GAIN = [0, 1, 3, 7]


class Ranker(Protocol):
    """Orders the candidates of one request: higher is better."""

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        """(candidates,) scores of a float32 (candidates, features) matrix."""


class LambdaMart:
    """Gradient-boosted trees trained on pairs weighted by their change of NDCG (Burges 2010).

    Fixed seeds and threads: the same data give the same model, the same matrix the same scores.
    """

    def __init__(
        self, trees: int = 150, leaves: int = 15, seed: int = 7, **changed: object
    ) -> None:
        """`changed` parameters of LightGBM replace those of `parameters`."""
        self.trees, self.leaves, self.seed, self.changed = trees, leaves, seed, changed
        self._booster: object | None = None

    def parameters(self) -> dict[str, object]:
        return {
            "objective": "lambdarank",
            "metric": "ndcg",
            "eval_at": [10],
            "label_gain": LABEL_GAIN,
            "lambdarank_truncation_level": 20,
            "num_leaves": self.leaves,
            "learning_rate": 0.05,
            "min_data_in_leaf": 100,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 20.0,
            "max_bin": 127,
            "num_threads": 2,
            "deterministic": True,
            "force_row_wise": True,
            "seed": self.seed,
            "verbosity": -1,
            **self.changed,
        }

    def fit(self, matrix: Matrix, grade: NDArray[np.int64], request: NDArray[np.int64]) -> None:
        """`request` (rows,) is sorted; each of its values is one group."""
        import lightgbm

        sizes = np.unique(request, return_counts=True)[1]
        data = lightgbm.Dataset(matrix, label=grade, group=sizes, feature_name=list(NAMES))
        self._booster = lightgbm.train(self.parameters(), data, num_boost_round=self.trees)

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        return np.asarray(self._trained().predict(matrix, num_threads=1), dtype=np.float64)

    def contributions(self, matrix: Matrix) -> NDArray[np.float64]:
        """(candidates, features): SHAP values; with the expectation they add up to the score."""
        found = self._trained().predict(matrix, num_threads=1, pred_contrib=True)
        return np.asarray(found, dtype=np.float64)[:, :-1]

    def importance(self) -> dict[str, float]:
        """Total gain by feature."""
        gain = self._trained().feature_importance("gain")
        return dict(zip(NAMES, (float(g) for g in gain), strict=True))

    def save(self, path: Path) -> None:
        self._trained().save_model(path)

    @classmethod
    def load(cls, path: Path) -> "LambdaMart":
        import lightgbm

        model = cls()
        try:
            model._booster = lightgbm.Booster(model_file=path)
        except lightgbm.basic.LightGBMError as error:
            raise ModelUnavailable(
                f"The ranker file {path.name} is damaged ({error}). Train and promote anew: "
                "`butler train && butler promote`."
            ) from error
        return model

    def _trained(self) -> Any:
        if self._booster is None:
            raise ModelUnavailable("The ranker has not been trained. Run `butler train`.")
        return self._booster


class LinearBaseline:
    """Logistic regression on standardised features (missing as their mean): the honest yardstick."""

    def __init__(self, seed: int = 7) -> None:
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self._pipeline = make_pipeline(
            SimpleImputer(keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(max_iter=200, C=0.1, random_state=seed),
        )

    def fit(self, matrix: Matrix, grade: NDArray[np.int64], request: NDArray[np.int64]) -> None:
        self._pipeline.fit(matrix, grade > 0)

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        return np.asarray(self._pipeline.decision_function(matrix), dtype=np.float64)
