"""Rankers over the vector of `features/vector.py`: LightGBM trees that learn clicks under position
bias (the one that serves) or LambdaMART, and a linear baseline."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from butler.cluster import HERE, Cluster, Workers
from butler.errors import ModelUnavailable
from features.vector import NAMES
from models.clicks import Lessons
from models.leaves import Leaves
from models.model_text import dumped
from models.shap import Shap
from models.trees import Trees

Progress = Callable[[str], None]
Matrix = NDArray[np.float32]
Found = NDArray[np.int32]  # (trees, rows): rows of the table of all leaves
GRADES = 4  # 0 nothing, 1 looked, 2 kept, 3 went or booked
LABEL_GAIN = [0, 1, 3, 7]

# What can only help (1) or harm (-1), all else equal: it spares the trees what chance would teach
# them of few clicks, and a wetter day never raises a place in the open.
MONOTONE: dict[str, int] = {
    **dict.fromkeys(("rain_outdoors", "wind_outdoors", "cold_outdoors", "heat_outdoors"), -1),
    "grey_outdoors": -1,
    **dict.fromkeys(("distance_km", "travel_minutes", "distance_to_base_km"), -1),
    **dict.fromkeys(("price_over_budget", "far_with_family"), -1),
    **dict.fromkeys(("open_at_arrival", "minutes_left", "time_to_spare"), 1),
    "rain_indoors": 1,
    "nearby_score": 1,
    "nearby_rank": -1,
    **dict.fromkeys(("kids_welcome_family", "poi_rating"), 1),
    **dict.fromkeys(("poi_coec_30d", "poi_coec_all", "kind_coec"), 1),
    **dict.fromkeys(("party_kind_lift", "country_kind_lift", "hour_kind_lift", "taste_score"), 1),
}


# Rain is to speak through rain_outdoors and rain_indoors only: beside them, by itself, it could be
# combined with any fact of a place, and a wet day might raise one in the open.
UNUSED = ("weather_precipitation_mm",)


class Ranker(Protocol):
    """Orders the candidates of one request: higher is better."""

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        """(candidates,) scores of a float32 (candidates, features) matrix."""


class BoostedTrees:
    """A trained ensemble of trees: scores, explains, is saved and loaded, however it was trained.

    Fixed seeds and threads: the same data give the same model, the same matrix the same scores.
    """

    def __init__(
        self,
        trees: int = 150,
        leaves: int = 15,
        seed: int = 7,
        more: Sequence[str] = (),
        **changed: object,
    ) -> None:
        """`more` names columns behind those of the vector: features that are being tried.

        `changed` parameters of LightGBM replace those of `parameters`.
        """
        self.trees, self.leaves, self.seed, self.changed = trees, leaves, seed, changed
        self.names = (*NAMES, *more)
        self._booster: object | None = None
        self._text = ""  # of the file it was loaded from

    def predict(self, matrix: Matrix, trees: int | None = None) -> NDArray[np.float64]:
        """(candidates,) scores; by the first `trees` alone, if given."""
        if self._forest is None:
            found = self._trained().predict(matrix, num_threads=1, num_iteration=trees)
            return np.asarray(found, dtype=np.float64)
        return self._forest.score(self._forest.find(matrix, trees))

    def ranked(self, matrix: Matrix) -> tuple[NDArray[np.float64], Found]:
        """(candidates,) scores, and (trees, candidates) the leaves they come from."""
        found = self._find(matrix)
        return (self.predict(matrix) if self._forest is None else self._forest.score(found)), found

    def contributions(self, matrix: Matrix) -> NDArray[np.float64]:
        """(candidates, features): SHAP values; with the expectation they add up to the score."""
        if self._forest is not None:
            return self._shap.values(matrix)
        found = self._trained().predict(matrix, num_threads=1, pred_contrib=True)
        return np.asarray(found, dtype=np.float64)[:, :-1]

    @cached_property
    def _shap(self) -> Shap:
        return Shap.of(self._dumped)

    def attributions(self, matrix: Matrix) -> NDArray[np.float64]:
        """(candidates, features): what `models/leaves.py` says; far less work than SHAP."""
        return self.leaf_table.attributions(self._find(matrix))

    def _find(self, matrix: Matrix) -> Found:
        """(trees, candidates): rows of `leaf_table`."""
        if self._forest is not None:
            return self._forest.find(matrix)
        leaf = self._trained().predict(matrix, num_threads=1, pred_leaf=True)
        first = np.concatenate([[0], np.cumsum(self._leaf_counts())[:-1]])
        return np.asarray(self.leaf_table.row[leaf.reshape(len(matrix), -1) + first].T)

    def _leaf_counts(self) -> list[int]:
        return [t["num_leaves"] for t in self._dumped["tree_info"]]

    @property
    def expected(self) -> float:
        """The score before anything is known: with the contributions of a row it is its score."""
        return self.leaf_table.expected

    @cached_property
    def leaf_table(self) -> Leaves:
        return Leaves.of(self._dumped)

    @cached_property
    def _forest(self) -> Trees | None:
        """The trees as arrays; None for trees they cannot hold, which LightGBM then asks itself."""
        return Trees.of(self._dumped)

    @cached_property
    def _dumped(self) -> dict[str, Any]:
        return dict(self._trained().dump_model())

    def importance(self) -> dict[str, float]:
        """Total gain by feature."""
        gain = self._trained().feature_importance("gain")
        return dict(zip(self.names, (float(g) for g in gain), strict=True))

    def save(self, path: Path) -> None:
        """Raises ModelUnavailable for trees of features that only a notebook can make."""
        if tried := self.names[len(NAMES) :]:
            raise ModelUnavailable(
                f"The ranker reads {', '.join(tried)}, which nobody could serve. Put it into "
                "features/vector.py and train again."
            )
        self._trained().save_model(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Scores and leaves need the file alone; LightGBM is there when it is asked for: SHAP values.

        Raises ModelUnavailable for a damaged file.
        """
        model = cls()
        model._text = path.read_text(errors="replace")
        model._dumped = dumped(model._text, path.name)
        return model

    def parameters(self) -> dict[str, object]:
        """LightGBM's, for the registry."""
        return self._common()

    def _common(self) -> dict[str, object]:
        return {
            "num_leaves": self.leaves,
            "bagging_freq": 1,
            "num_threads": 2,
            "deterministic": True,
            "force_row_wise": True,
            "seed": self.seed,
            "verbosity": -1,
        }

    def _keep(self, booster: object) -> None:
        self._booster = booster
        for made_of_the_trees_before in ("leaf_table", "_forest", "_shap", "_dumped"):
            self.__dict__.pop(made_of_the_trees_before, None)

    @property
    def booster(self) -> Any:
        """LightGBM's own. Raises ModelUnavailable before the ranker is trained."""
        return self._trained()

    def _trained(self) -> Any:
        if self._booster is None and self._text:
            import lightgbm

            self._booster = lightgbm.Booster(model_str=self._text)
        if self._booster is None:
            raise ModelUnavailable("The ranker has not been trained. Run `butler train`.")
        return self._booster


class ClickRanker(BoostedTrees):
    """Trees for the appeal of a place, learned from clicks under position bias: `models/clicks.py`.

    The score is the log-odds of a click by somebody who looks: `sigmoid(score)` is a probability.
    """

    def parameters(self) -> dict[str, object]:
        return {
            **self._common(),
            "learning_rate": 0.07,
            "min_data_in_leaf": 50,
            "min_sum_hessian_in_leaf": 2.0,
            "feature_fraction": 0.3,
            "bagging_fraction": 0.8,
            "lambda_l2": 5.0,
            "max_bin": 63,
            "monotone_constraints": [MONOTONE.get(name, 0) for name in self.names],
            **self.changed,
        }

    def fit(
        self,
        matrix: Matrix,
        lessons: Lessons,
        tell: Progress = lambda _: None,
        hands: Workers = HERE,
    ) -> None:
        """`matrix` (rows, features), of `names`, with what came of each row."""
        import lightgbm

        start = lessons.usual()
        wanted = {**self.parameters(), "objective": lessons.objective(start)}
        known = matrix.copy()
        known[:, [NAMES.index(name) for name in UNUSED]] = np.nan
        if isinstance(hands, Cluster):
            from models.trees_on_cluster import WorkerDied, fit_on

            try:
                self._keep(
                    fit_on(hands, self.parameters(), self.trees, self.names, known, lessons, start)
                )
                return self._add(start)
            except WorkerDied:
                tell("a worker of the cluster died: the ranker is trained in this process")
        data = lightgbm.Dataset(known, feature_name=list(self.names), params={"max_bin": 63})
        self._keep(
            lightgbm.train(
                wanted, data, num_boost_round=self.trees, callbacks=[told(tell, self.trees)]
            )
        )
        return self._add(start)

    def _add(self, start: float) -> None:
        """Put what the trees started from into the first of them, so that it is saved with them."""
        model = self._trained()
        for leaf in range(model.dump_model(num_iteration=1)["tree_info"][0]["num_leaves"]):
            model.set_leaf_output(0, leaf, model.get_leaf_output(0, leaf) + start)
        self._keep(model)


class LambdaMart(BoostedTrees):
    """Gradient-boosted trees trained on pairs weighted by their change of NDCG (Burges 2010)."""

    def parameters(self) -> dict[str, object]:
        return {
            **self._common(),
            "objective": "lambdarank",
            "metric": "ndcg",
            "eval_at": [10],
            "label_gain": LABEL_GAIN,
            "lambdarank_truncation_level": 20,
            "learning_rate": 0.05,
            "min_data_in_leaf": 100,
            "feature_fraction": 0.6,
            "bagging_fraction": 0.8,
            "lambda_l2": 20.0,
            "max_bin": 127,
            **self.changed,
        }

    def fit(
        self,
        matrix: Matrix,
        grade: NDArray[np.int64],
        request: NDArray[np.int64],
        position: NDArray[np.int64] | None = None,
    ) -> None:
        """`request` (rows,) is sorted; each of its values is one group. With positions LightGBM
        estimates their bias itself (Unbiased LambdaMART, Hu et al. 2019)."""
        import lightgbm

        sizes = np.unique(request, return_counts=True)[1]
        data = lightgbm.Dataset(
            matrix, label=grade, group=sizes, position=position, feature_name=list(self.names)
        )
        self._keep(lightgbm.train(self.parameters(), data, num_boost_round=self.trees))


def told(tell: Progress, trees: int, every: int = 25) -> Callable[[Any], None]:
    """A LightGBM callback that says now and then how far the training is."""

    def after(state: Any) -> None:
        done = state.iteration + 1
        if done % every == 0 or done == trees:
            tell(f"ranker: tree {done} of {trees}")

    return after


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
