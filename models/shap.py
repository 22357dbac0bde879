"""Exact SHAP values of an ensemble of trees, from arrays: what `pred_contrib` of LightGBM says, without it.

Path-dependent TreeSHAP (Lundberg et al. 2020). A leaf adds its value where every feature of its path
agrees; of a feature that is not asked, the share of training rows that went the path's way stands for
it. So a leaf is a product of one factor a feature, and the Shapley weights of a product are an
integral over t from 0 to 1 of the product of the other factors, each `agrees * t + share * (1 - t)`:
a polynomial, which Gauss-Legendre integrates exactly with half as many points as its degree.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.trees import MISSING_IS, asked, down

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Split:
    feature: int
    ask: int
    threshold: np.float32
    left: bool
    share: float  # of the training rows at the split that went this way


Path = list[_Split]


@dataclass(frozen=True)
class Shap:
    """Splits on the way to leaves, sorted by leaf and feature: `ask` is the row of `trees.asked`,
    `left` where the path goes. `first` begins each factor among them; `factor` is its place in
    (leaves, most features of a path), where `share` and `feature` stand. `value` is (leaves,)."""

    ask: NDArray[np.int64]
    threshold: NDArray[np.float32]
    left: NDArray[np.bool_]
    first: NDArray[np.int64]
    factor: NDArray[np.int64]
    share: Floats
    feature: NDArray[np.int64]
    value: Floats
    features: int

    @classmethod
    def of(cls, dumped: dict[str, Any]) -> "Shap":
        """Of `Booster.dump_model()` whose trees `Trees.of` can hold."""
        features = dumped["max_feature_idx"] + 1
        leaves: list[tuple[Path, float]] = []
        for tree in dumped["tree_info"]:
            _paths(tree["tree_structure"], [], leaves, features)
        paths = [_factors(path) for path, _ in leaves]
        most = max((len(p) for p in paths), default=0)
        share, feature = np.ones((len(paths), most)), np.zeros((len(paths), most), np.int64)
        splits: list[_Split] = []
        first, factor = [], []
        for n, path in enumerate(paths):
            for m, (of, steps) in enumerate(path.items()):
                first.append(len(splits))
                factor.append(n * most + m)
                share[n, m], feature[n, m] = np.prod([s.share for s in steps]), of
                splits += steps
        return cls(
            np.array([s.ask for s in splits], dtype=np.int64),
            np.array([s.threshold for s in splits], dtype=np.float32),
            np.array([s.left for s in splits], dtype=bool),
            np.array(first, dtype=np.int64),
            np.array(factor, dtype=np.int64),
            share,
            feature,
            np.array([value for _, value in leaves]),
            features,
        )

    def values(self, matrix: NDArray[np.float32]) -> Floats:
        """(rows, features); with the ensemble's expectation they add up to each row's score."""
        return np.array([self._of_one(row[None]) for row in matrix]).reshape(-1, self.features)

    def _of_one(self, row: NDArray[np.float32]) -> Floats:
        if not len(self.ask):
            return np.zeros(self.features)
        right = asked(row)[self.ask, 0] > self.threshold
        agrees = np.ones(self.share.shape)
        agrees.flat[self.factor] = np.logical_and.reduceat(right != self.left, self.first)
        others = np.zeros(self.share.shape)
        points, weights = np.polynomial.legendre.leggauss(self.share.shape[1] // 2 + 1)
        for t, weight in zip((points + 1) / 2, weights / 2, strict=True):
            factors = agrees * t + self.share * (1 - t)
            others += weight * factors.prod(axis=1, keepdims=True) / factors
        gain = self.value[:, None] * (agrees - self.share) * others
        return np.bincount(self.feature.ravel(), gain.ravel(), self.features).astype(np.float64)


def _paths(
    node: dict[str, Any], path: Path, leaves: list[tuple[Path, float]], features: int
) -> None:
    """Every leaf's path and value."""
    if "leaf_value" in node:
        leaves.append((path, node["leaf_value"]))
        return
    sides = [node["left_child"], node["right_child"]]
    rows = [_rows(side) for side in sides]
    copy = MISSING_IS[node["missing_type"], node["default_left"]]
    feature, limit = node["split_feature"], down(node["threshold"])
    for side, count, left in zip(sides, rows, (True, False), strict=True):
        step = _Split(feature, feature + features * copy, limit, left, count / sum(rows))
        _paths(side, [*path, step], leaves, features)


def _rows(node: dict[str, Any]) -> int:
    """Training rows below a node."""
    if "leaf_value" in node:
        return int(node.get("leaf_count", 1))
    return _rows(node["left_child"]) + _rows(node["right_child"])


def _factors(path: Path) -> dict[int, Path]:
    """The splits of each feature of a path."""
    out: dict[int, Path] = {}
    for step in path:
        out.setdefault(step.feature, []).append(step)
    return out
