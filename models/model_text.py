"""LightGBM's own model file, read without LightGBM: the trees as `Booster.dump_model()` would give them.

Who serves scores from arrays (`models/trees.py`, `models/leaves.py`); LightGBM would bring scipy's and
scikit-learn's halves into every such process. Only what those two read is read here.
"""

from collections.abc import Iterator
from typing import Any

from butler.errors import ModelUnavailable

CATEGORICAL, LEFT, MISSING_BITS = 1, 2, 2  # of `decision_type`
ENDLESS = 1e300  # what a dump says for infinity: what is missing may lie beyond it
MISSING_KINDS = ("None", "Zero", "NaN")
END = "end of trees"

Fields = dict[str, str]


def dumped(text: str, name: str) -> dict[str, Any]:
    """Of the text of a saved model. Raises ModelUnavailable, naming the file, where it is damaged."""
    try:
        head, *trees = _blocks(text)
        return {
            "max_feature_idx": int(head["max_feature_idx"]),
            "tree_info": [_tree(fields) for fields in trees],
        }
    except (KeyError, ValueError, IndexError, RecursionError) as error:
        raise ModelUnavailable(
            f"The ranker file {name} is damaged ({error!r}). Train and promote anew: "
            "`butler train && butler promote`."
        ) from error


def _blocks(text: str) -> Iterator[Fields]:
    """The head, then each tree: lines of name=value up to the next tree."""
    told, end, _ = text.partition(END)
    if not end:
        raise ValueError(f"no {END!r}")
    for block in told.split("\nTree="):
        yield dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _tree(fields: Fields) -> dict[str, Any]:
    leaves = int(fields["num_leaves"])
    first = 0 if leaves > 1 else ~0
    return {"num_leaves": leaves, "tree_structure": _Splits(fields).node(first)}


class _Splits:
    """The columns of one tree: a child that is not negative is a split, ~n is leaf n."""

    def __init__(self, fields: Fields) -> None:
        self.feature = _whole(fields["split_feature"])
        self.threshold = [_bounded(float(t)) for t in fields["threshold"].split()]
        self.decision = _whole(fields["decision_type"])
        self.children = (_whole(fields["left_child"]), _whole(fields["right_child"]))
        self.value = [float(v) for v in fields["leaf_value"].split()]
        self.count = _whole(fields.get("leaf_count", ""))

    def node(self, n: int) -> dict[str, Any]:
        if n < 0:
            leaf = {"leaf_index": ~n, "leaf_value": self.value[~n]}
            return {**leaf, "leaf_count": self.count[~n]} if self.count else leaf
        decision = self.decision[n]
        return {
            "split_feature": self.feature[n],
            "threshold": self.threshold[n],
            "decision_type": "==" if decision & CATEGORICAL else "<=",
            "default_left": bool(decision & LEFT),
            "missing_type": MISSING_KINDS[decision >> MISSING_BITS & 3],
            "left_child": self.node(self.children[0][n]),
            "right_child": self.node(self.children[1][n]),
        }


def _whole(numbers: str) -> list[int]:
    return [int(n) for n in numbers.split()]


def _bounded(threshold: float) -> float:
    return min(max(threshold, -ENDLESS), ENDLESS)
