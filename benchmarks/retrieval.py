"""Top-k retrieval on public data in LightGCN's form, by the platform's own generators.

    butler bench retrieval --train train.txt --top 20 --out predictions.csv

Every line of the file is a user and the user's items. A part of each user's items is held out to
measure (never to choose: the settings below were chosen on such a cut, see docs/experiments.md);
then the model is fitted on everything and writes each user's best items among those not in the file.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from scipy import sparse

from butler.errors import ContractViolation, InvalidRequest
from models.generators import Floats, GraphFilter

HELD_OUT, CUT_SEED, SEED, CHUNK = 0.2, 7, 7, 512
PUBLISHED = {  # on Gowalla's own test split, which is not ours to see: Recall@20, NDCG@20
    "LightGCN (SIGIR'20), test split": (0.1824, 0.1547),
    "GF-CF, 256 singular vectors, test split": (0.1849, 0.1518),
    "BSPM (SIGIR'23), test split": (0.1921, 0.1597),
    "popularity, test split": (0.0416, 0.0317),
}
Scores = Callable[[sparse.csr_matrix], Floats]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Met:
    """Who met what: a (users, items) matrix of ones, and the names of its rows and columns."""

    matrix: sparse.csr_matrix
    users: list[str]
    items: list[str]


@dataclass(frozen=True)
class Quality:
    """Means over the users who have something held out."""

    recall: float
    ndcg: float
    users: int


def bench(train: Path, top: int, out: Path, say: Say) -> dict[str, Quality]:
    """Measure on a cut of `train`, then fit on all of it and write `user,rank,item` to `out`."""
    if top < 1:
        raise InvalidRequest(f"--top {top}: ask for at least one item.", "top")
    met = read(train)
    say(f"{len(met.users):,} users, {len(met.items):,} items, {met.matrix.nnz:,} interactions")
    known, held = cut(met.matrix, HELD_OUT, CUT_SEED)
    measured = {}
    if held.nnz:
        measured = {
            "graph": quality(fitted(known), known, held, top),
            "popularity": quality(popularity(known), known, held, top),
        }
    say("fitting on everything")
    write(out, met, best(fitted(met.matrix), met.matrix, top))
    return measured


def fitted(met: sparse.csr_matrix) -> Scores:
    """The platform's graph filter with all neighbours and more factors than it serves with."""
    model = GraphFilter(factors=512, neighbours=None)
    model.fit_matrix(met, SEED)
    return model.score_history


def popularity(met: sparse.csr_matrix) -> Scores:
    count = np.asarray(met.sum(axis=0), dtype=np.float32)
    return lambda history: np.repeat(count, history.shape[0], axis=0)


def read(path: Path) -> Met:
    """The file's users and items; the same user on two lines is one, an item twice counts once.

    Raises ContractViolation, naming the line, for anything but whole numbers, and for a file that
    is absent, empty, or without a single item.
    """
    users: dict[str, int] = {}
    items: dict[str, int] = {}
    at: list[tuple[int, int]] = []
    for user, of_user in _lines(path):
        row = users.setdefault(user, len(users))
        at.extend((row, items.setdefault(i, len(items))) for i in of_user)
    if not at:
        raise ContractViolation(
            f"{path}: no interactions. Expected a user a line: `user item item ...`."
        )
    where = np.unique(np.array(at, dtype=np.int64), axis=0)
    matrix = sparse.csr_matrix(
        (np.ones(len(where), np.float32), (where[:, 0], where[:, 1])),
        shape=(len(users), len(items)),
    )
    return Met(matrix, list(users), list(items))


def _lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractViolation(
            f"{path} cannot be read ({error}). Expected a user a line: `user item item ...`."
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        user, *items = line.split() or [""]
        wrong = [word for word in (user, *items) if not word.isdigit()]
        if user and wrong:
            raise ContractViolation(
                f"{path}, line {number}: {wrong[0]!r} is not a whole number. "
                "Expected a user a line: `user item item ...`."
            )
        if user:
            yield user, items


def cut(
    matrix: sparse.csr_matrix, share: float, seed: int
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """(known, held out): that share of each user's items by chance, rounded down."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((np.random.default_rng(seed).random(matrix.nnz), row))
    nth = np.arange(matrix.nnz) - matrix.indptr[row]
    held = np.zeros(matrix.nnz, dtype=bool)
    held[order] = nth < np.floor(np.diff(matrix.indptr)[row] * share)
    return _part(matrix, row, ~held), _part(matrix, row, held)


def _part(
    matrix: sparse.csr_matrix, row: NDArray[np.int64], kept: NDArray[np.bool_]
) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        (matrix.data[kept], (row[kept], matrix.indices[kept])), shape=matrix.shape
    )


def best(scores: Scores, met: sparse.csr_matrix, top: int) -> Iterator[NDArray[np.int64]]:
    """Of each user in order, the items of highest score not met; ties fall to the first item."""
    for start in range(0, met.shape[0], CHUNK):
        history = met[start : start + CHUNK]
        score = scores(history)
        score[history.nonzero()] = -np.inf
        for row in score:
            yield _best_of(row, top)


def _best_of(row: Floats, top: int) -> NDArray[np.int64]:
    """Places of the `top` largest finite scores, best first."""
    depth = min(top, len(row))
    least = np.partition(row, len(row) - depth)[len(row) - depth]
    among = np.flatnonzero((row >= least) & (row > -np.inf))
    return among[np.argsort(-row[among], kind="stable")][:top]


def quality(scores: Scores, known: sparse.csr_matrix, held: sparse.csr_matrix, top: int) -> Quality:
    """Recall and NDCG at `top` as LightGCN's code defines them, over users with held-out items."""
    asked = np.flatnonzero(np.diff(held.indptr))
    recalls, gains = [], []
    for row, found in zip(asked, best(scores, known[asked], top), strict=True):
        relevant = held.indices[held.indptr[row] : held.indptr[row + 1]]
        hits = np.isin(found, relevant)
        recalls.append(recall(hits, len(relevant)))
        gains.append(ndcg(hits, len(relevant), top))
    return Quality(float(np.mean(recalls)), float(np.mean(gains)), len(asked))


def recall(hits: NDArray[np.bool_], relevant: int) -> float:
    """Hits in the list over all that is relevant."""
    return float(hits.sum()) / relevant


def ndcg(hits: NDArray[np.bool_], relevant: int, top: int) -> float:
    """DCG over that of a list that begins with all that is relevant, at most `top`."""
    discount = 1.0 / np.log2(np.arange(2, top + 2))
    return float(discount[: len(hits)][hits].sum() / discount[: min(relevant, top)].sum())


def write(out: Path, met: Met, lists: Iterator[NDArray[np.int64]]) -> None:
    """`user,rank,item` with a header, ranks from 1; the file appears when it is complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    with part.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("user", "rank", "item"))
        for user, found in zip(met.users, lists, strict=True):
            writer.writerows((user, n, met.items[i]) for n, i in enumerate(found, start=1))
    part.replace(out)


def table(measured: dict[str, Quality], top: int) -> Table:
    """What was measured here, beside what is published."""
    shown = Table(box=None, header_style="bold")
    shown.add_column("")
    shown.add_column(f"Recall@{top}", justify="right")
    shown.add_column(f"NDCG@{top}", justify="right")
    for name, q in measured.items():
        shown.add_row(
            f"{name}, {HELD_OUT:.0%} of each user held out", f"{q.recall:.4f}", f"{q.ndcg:.4f}"
        )
    for name, (r, n) in PUBLISHED.items() if top == 20 else ():
        shown.add_row(f"{name} (Gowalla)", f"{r:.4f}", f"{n:.4f}")
    return shown
