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

from models.trees import MISSING_IS, Asked, down

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Split:
    feature: int
    by: int  # as Asked.of wants it
    threshold: np.float32
    left: bool
    share: float  # of the training rows at the split that went this way


Path = list[_Split]


@dataclass(frozen=True)
class _Alike:
    """Leaves with equally many factors: `factor` numbers them, of shape (factors, leaves) as are `share`
    and `feature`; `value` (leaves,). The points and weights are exact for so many."""

    factor: NDArray[np.int64]
    share: Floats
    feature: NDArray[np.int64]
    value: Floats
    points: Floats
    weights: Floats

    def gains(self, agrees: Floats) -> Floats:
        """(rows, factors, leaves) what each factor adds, of whether it agrees: 1 or 0, same shape."""
        others = np.zeros(agrees.shape)
        for t, weight in zip(self.points.tolist(), self.weights.tolist(), strict=True):
            factors = agrees * t
            factors += self.share * (1 - t)
            others += weight * factors.prod(axis=1, keepdims=True) / factors
        others *= agrees - self.share
        return others * self.value


@dataclass(frozen=True)
class Shap:
    """Splits on the way to leaves, sorted by leaf and feature: `ask` is a row of `asked`, `left` where
    the path goes; `first` begins each factor among them. `leaves` by their factors."""

    asked: Asked
    ask: NDArray[np.intp]
    threshold: NDArray[np.float32]
    left: NDArray[np.bool_]
    first: NDArray[np.int64]
    leaves: tuple[_Alike, ...]
    features: int

    @classmethod
    def of(cls, dumped: dict[str, Any]) -> "Shap":
        """Of `Booster.dump_model()` whose trees `Trees.of` can hold."""
        features = dumped["max_feature_idx"] + 1
        leaves: list[tuple[Path, float]] = []
        for tree in dumped["tree_info"]:
            _paths(tree["tree_structure"], [], leaves, features)
        splits: list[_Split] = []
        first: list[int] = []
        alike: dict[int, list[tuple[int, dict[int, Path], float]]] = {}
        for path, value in leaves:
            factors = _factors(path)
            if factors:
                alike.setdefault(len(factors), []).append((len(first), factors, value))
            for steps in factors.values():
                first.append(len(splits))
                splits += steps
        return cls(
            *Asked.of(np.array([s.by for s in splits], dtype=np.intp), features),
            np.array([s.threshold for s in splits], dtype=np.float32),
            np.array([s.left for s in splits], dtype=bool),
            np.array(first, dtype=np.int64),
            tuple(_alike(count, found) for count, found in alike.items()),
            features,
        )

    def values(self, matrix: NDArray[np.float32]) -> Floats:
        """(rows, features); with the ensemble's expectation they add up to each row's score."""
        out = np.zeros((len(matrix), self.features))
        if len(self.ask) and len(matrix):
            right = self.asked.rows(matrix).T[:, self.ask] > self.threshold
            agrees = np.logical_and.reduceat(right != self.left, self.first, axis=1)
            for leaves in self.leaves:
                gains = leaves.gains(agrees[:, leaves.factor].astype(np.float64))
                for total, of_row in zip(out, gains, strict=True):
                    total += np.bincount(leaves.feature.ravel(), of_row.ravel(), self.features)
        return out


def _alike(count: int, leaves: list[tuple[int, dict[int, Path], float]]) -> _Alike:
    """Of leaves with `count` factors: where their factors begin, these, and the leaf's value."""
    points, weights = np.polynomial.legendre.leggauss(count // 2 + 1)
    shares = [[np.prod([s.share for s in steps]) for steps in f.values()] for _, f, _ in leaves]
    return _Alike(
        np.array([first + np.arange(count) for first, _, _ in leaves]).T,
        np.array(shares).T,
        np.array([list(factors) for _, factors, _ in leaves]).T,
        np.array([value for _, _, value in leaves]),
        (points + 1) / 2,
        weights / 2,
    )


def _paths(
    node: dict[str, Any], path: Path, leaves: list[tuple[Path, float]], features: int
) -> None:
    """Every leaf's path and value."""
    if "leaf_value" in node:
        leaves.append((path, node["leaf_value"]))
        return
    sides = [node["left_child"], node["right_child"]]
    rows = [_rows(side) for side in sides]
    missing = MISSING_IS[node["missing_type"], node["default_left"]]
    feature, limit = node["split_feature"], down(node["threshold"])
    for side, count, left in zip(sides, rows, (True, False), strict=True):
        step = _Split(feature, feature + features * missing, limit, left, count / sum(rows))
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
