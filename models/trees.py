"""A trained ensemble as arrays: the leaf of every row in every tree, to the bit as LightGBM finds it.

All trees and rows take the same step at once: the nth split of every tree is asked of every row, and
an answer "right" strikes out the leaves left of it. The first leaf left standing is the row's
(QuickScorer: Lucchese et al., SIGIR 2015). Numpy does it in two fifths of LightGBM's own time, and
the leaves found explain the score as well (`models/leaves.py`): `benchmarks/engines.py` measures both.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 256  # rows: what the steps read and write stays in the processor's cache
WIDTHS = {16: np.uint16, 32: np.uint32}  # leaves of the largest tree -> one bit each
MISSING_IS = {("NaN", True): 0, ("NaN", False): 1, ("None", True): 2, ("None", False): 2}
STANDS_FOR_MISSING = (-np.inf, np.inf, 0.0)  # left as the least, right as the greatest, or as 0


@dataclass(frozen=True)
class Asked:
    """What splits ask at all, each once: a feature, and what stands for a missing value there.

    Those where it goes left come first: as nothing is below a missing value, it goes left by itself.
    """

    feature: NDArray[np.intp]
    missing: NDArray[np.float32]

    @classmethod
    def of(cls, split: NDArray[np.intp], features: int) -> tuple["Asked", NDArray[np.intp]]:
        """Of splits by `feature + features * missing`, in any shape; and which of the rows each asks."""
        once, which = np.unique(split, return_inverse=True)
        missing = np.array(STANDS_FOR_MISSING, np.float32)[once // features]
        return cls(once % features, missing), which.reshape(split.shape).astype(np.intp)

    def rows(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """(what is asked, rows) of a (rows, features) matrix, missing only where that goes left."""
        out = matrix.T[self.feature]
        first = int(np.count_nonzero(self.missing == -np.inf))
        others, missing = out[first:], self.missing[first:, None]
        np.copyto(others, missing, where=np.isnan(others))
        return out


@dataclass(frozen=True)
class Trees:
    """The nth split of each tree stands in row n of `ask` (a row of `asked`), `threshold`, `struck`, all
    of shape (splits, trees). All leaves stand in one table, those of a tree from left to right, the
    first at `first` (trees,); `value` (leaves of all trees,) is what each adds to the score."""

    asked: Asked
    ask: NDArray[np.intp]
    threshold: NDArray[np.float32]
    struck: NDArray[Any]
    first: NDArray[np.int32]
    value: NDArray[np.float64]

    @classmethod
    def of(cls, dumped: dict[str, Any]) -> "Trees | None":
        """Of `Booster.dump_model()`; None where a tree has more than 32 leaves, where LightGBM itself
        is faster, or splits otherwise than by a threshold."""
        trees = [_Tree(t["tree_structure"]) for t in dumped["tree_info"]]
        most = max(len(t.leaves) for t in trees)
        if most > max(WIDTHS) or not all(t.plain for t in trees):
            return None
        width = next(w for w in WIDTHS if w >= most)
        shape = (max(most - 1, 1), len(trees))
        split_by, struck = np.zeros(shape, np.intp), np.zeros(shape, WIDTHS[width])
        threshold = np.full(shape, np.inf, np.float32)
        features = dumped["max_feature_idx"] + 1
        for n, tree in enumerate(trees):
            for s, split in enumerate(tree.splits):
                split_by[s, n] = split.feature + features * split.missing
                threshold[s, n] = split.threshold
                struck[s, n] = split.struck
        first = np.cumsum([0, *(len(tree.leaves) for tree in trees[:-1])], dtype=np.int32)
        value = np.array([v for tree in trees for v in tree.leaves])
        return cls(*Asked.of(split_by, features), threshold, struck, first, value)

    def find(self, matrix: NDArray[np.float32], trees: int | None = None) -> NDArray[np.int32]:
        """(trees, rows) of the table of leaves, for a (rows, features) matrix, finite or missing."""
        parts = [
            self._find(matrix[start : start + AT_ONCE], trees)
            for start in range(0, len(matrix), AT_ONCE)
        ]
        count = len(self.first) if trees is None else min(trees, len(self.first))
        return np.concatenate(parts, axis=1) if parts else np.empty((count, 0), np.int32)

    def score(self, found: NDArray[np.int32]) -> NDArray[np.float64]:
        """(rows,) sums of what `find` found, tree after tree as LightGBM adds them."""
        if found.shape[1] == 1:  # numpy would add a single row's in pairs: other bits
            return self.score(np.repeat(found, 2, axis=1))[:1]
        return np.asarray(self.value.take(found).sum(axis=0))

    def _find(self, matrix: NDArray[np.float32], trees: int | None) -> NDArray[np.int32]:
        rows = self.asked.rows(matrix)
        ask, threshold = self.ask[:, :trees], self.threshold[:, :trees]
        struck = self.struck[:, :trees]
        shape = ask.shape[1], len(matrix)
        gone, lost = np.zeros(shape, struck.dtype), np.empty(shape, struck.dtype)
        value, right = np.empty(shape, np.float32), np.empty(shape, np.bool_)
        for n in range(len(ask)):
            rows.take(ask[n], axis=0, out=value, mode="clip")  # a mode that needs no copy
            np.greater(value, threshold[n][:, None], out=right)
            np.multiply(right, struck[n][:, None], out=lost)
            gone |= lost
        # the lowest bit that is not gone: so many ones are below it
        position = np.bitwise_count(gone & ~(gone + struck.dtype.type(1)))
        return np.asarray(self.first[:trees, None] + position)


@dataclass(frozen=True)
class _Split:
    feature: int
    missing: int  # which of STANDS_FOR_MISSING
    threshold: np.float32
    struck: int  # bits of the leaves left of it


class _Tree:
    """One tree of a dump: the values of its leaves from left to right, and its splits."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.leaves: list[float] = []
        self.splits: list[_Split] = []
        self.plain = True
        self._walk(root)

    def _walk(self, node: dict[str, Any]) -> None:
        if "leaf_value" in node:
            self.leaves.append(node["leaf_value"])
            return
        missing = MISSING_IS.get((node["missing_type"], node["default_left"]))
        if missing is None or node["decision_type"] != "<=":
            self.plain, missing = False, 0
        first = len(self.leaves)
        self._walk(node["left_child"])
        struck = (1 << len(self.leaves)) - (1 << first)
        if self.plain:
            limit = down(node["threshold"])
            self.splits.append(_Split(node["split_feature"], missing, limit, struck))
        self._walk(node["right_child"])


def down(threshold: float) -> np.float32:
    """The greatest float32 that is not above: a float32 is above both or neither."""
    with np.errstate(over="ignore"):
        near = np.float32(threshold)
    return np.nextafter(near, np.float32(-np.inf)) if float(near) > threshold else near
