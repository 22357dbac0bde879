"""What every leaf of a trained ensemble says of every feature: attributions for the price of finding leaves.

Along the path from a tree's root to a leaf, each split moves the expectation; that move belongs to
the split's feature (Saabas 2014; for ensembles Palczewska et al. 2014). The moves of each leaf are
added up once, when the model is loaded. They add up to the score as SHAP values do, but credit a
feature by its place in the path: SHAP (Lundberg et al. 2020) averages over the orders in which the
features could have been asked. How far the two agree is measured by benchmarks/reasons.py.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.vector import by_group

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Leaves:
    """`table` (leaves of all trees, features), those of each tree from left to right, one tree after
    the other; `groups` (leaves, groups) the same summed by group of features; `row` (leaves,) where
    each stands by LightGBM's own numbers; `expected` the score before anything is asked."""

    table: NDArray[np.float32]
    groups: NDArray[np.float32]
    row: NDArray[np.int32]
    expected: float

    @classmethod
    def of(cls, dumped: dict[str, Any]) -> "Leaves":
        """Of `Booster.dump_model()`: expectations are those of the rows it was trained on."""
        features, expected = dumped["max_feature_idx"] + 1, 0.0
        rows: list[Floats] = []
        numbers: list[int] = []
        for tree in dumped["tree_info"]:
            moves: dict[int, Floats] = {}
            expected += _expectation(tree["tree_structure"])
            _walk(tree["tree_structure"], np.zeros(features), moves)
            numbers += [len(rows) + number for number in moves]
            rows += moves.values()
        table = np.array(rows).reshape(len(rows), features)
        groups = by_group(table).astype(np.float32)
        row = np.argsort(numbers).astype(np.int32)
        return cls(table.astype(np.float32), groups, row, expected)

    def attributions(self, found: NDArray[np.integer[Any]]) -> Floats:
        """(rows, features) of the leaves (trees, rows of `table`) that rows fall into; with
        `expected` they add up to the score, as far as 32-bit numbers go."""
        return np.asarray(self.table[found].sum(axis=0, dtype=np.float64))

    def by_group(self, found: NDArray[np.integer[Any]]) -> Floats:
        """(rows, groups): the same by group, at a tenth of the price."""
        return np.asarray(self.groups.take(found, axis=0).sum(axis=0, dtype=np.float64))


def _expectation(node: dict[str, Any]) -> float:
    """The mean value of the training rows below a node; kept in it, with their count."""
    if "leaf_value" in node:
        node["rows"] = node.get("leaf_count", 1)
        node["mean"] = node["leaf_value"]
    else:
        left, right = node["left_child"], node["right_child"]
        total = _expectation(left) * left["rows"] + _expectation(right) * right["rows"]
        node["rows"] = left["rows"] + right["rows"]
        node["mean"] = total / node["rows"]
    return float(node["mean"])


def _walk(node: dict[str, Any], moved: Floats, moves: dict[int, Floats]) -> None:
    if "leaf_value" in node:
        moves[node.get("leaf_index", 0)] = moved
        return
    for child in (node["left_child"], node["right_child"]):
        further = moved.copy()
        further[node["split_feature"]] += child["mean"] - node["mean"]
        _walk(child, further, moves)
