"""The item-item graph: places near a traveller's own, one step of the graph away or by its slow waves."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from features.frame import Catalogue
from models.generators.base import Arrays, Floats, keep_top, meetings, spread
from models.met import EVERYWHERE, Among, stepped
from models.queries import Queries

OVERSAMPLED, ROUNDS = 32, 4


class GraphFilter:
    """A linear filter of the graph of places, joined by the travellers they share (ADR 0014).

    The sum of one step along the graph and an ideal low-pass filter on its first singular vectors
    (GF-CF: Shen et al., CIKM 2021; BSPM: Choi et al., SIGIR 2023), each of length 1 a query. Unlike
    theirs a long history counts for more than the root of its length (`traveller_power`), and the
    powers by which a popular place is damped as a cause (`from_power`) and as a result
    (`to_power`) are two.

    `neighbours` is how many the most alike each place keeps (None: all), `factors` how many
    singular vectors, `low_pass` the weight of their part.
    """

    name = "graph"

    def __init__(
        self,
        factors: int = 64,
        neighbours: int | None = 200,
        low_pass: float = 0.4,
        traveller_power: float = 0.6,
        from_power: float = 0.5,
        to_power: float = 0.5,
    ) -> None:
        self.factors, self.neighbours, self.low_pass = factors, neighbours, low_pass
        self.traveller_power, self.from_power, self.to_power = traveller_power, from_power, to_power
        self.near: sparse.csr_matrix = sparse.csr_matrix((0, 0), dtype=np.float32)
        self.count: Floats = np.zeros(0, np.float32)
        self.basis: Floats = np.zeros((0, 1), np.float32)
        # `basis` and `count` as they are used, once they have been asked
        self._damped: Floats | None = None
        self._spread: Floats | None = None

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        met = meetings(rows, catalogue)
        met.data[:] = 1.0  # whether, not how often
        self.fit_matrix(met, seed)

    def fit_matrix(self, met: sparse.csr_matrix, seed: int) -> None:
        """Learn from a (travellers, places) matrix of what was met."""
        self.count = np.asarray(met.sum(axis=0), dtype=np.float32).ravel()
        self.near = self._near(met)
        place = _powers(self.count, -0.5)
        balanced = sparse.csr_matrix(_scaled(met, 0.5) @ sparse.diags(place))
        most = max(1, min(self.factors, min(met.shape) // 4))
        self.basis = low_frequencies(balanced, most, seed)
        self.basis[self.count == 0] = 0.0  # what rounding left of a place nobody met
        self._damped = self._spread = None

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        history = queries.history
        step = np.zeros((len(history), len(self.count[among])), np.float32)
        for q in range(len(history)):
            step[q] = stepped(self.near, *history.query(q), among)
        return self._both(step, history.times(self._damped_basis()), among)

    def score_history(self, history: sparse.csr_matrix) -> Floats:
        """(queries, places) of a sparse (queries, places) history; all 0 without one."""
        step = np.asarray((history @ self.near).toarray(), dtype=np.float32)
        return self._both(step, np.asarray(history @ self._damped_basis()), EVERYWHERE)

    def _both(self, step: Floats, waves: Floats, among: Among) -> Floats:
        if self._spread is None:
            self._spread = _powers(self.count, 0.5)
        wave = (waves @ self.basis[among].T) * self._spread[among]
        return np.asarray(_unit(step) + np.float32(self.low_pass) * _unit(wave), dtype=np.float32)

    def _damped_basis(self) -> Floats:
        if self._damped is None:
            self._damped = self.basis * _powers(self.count, -0.5)[:, None]
        return self._damped

    def state(self) -> Arrays:
        coo = self.near.tocoo()
        return {
            "from": coo.row.astype(np.int32),
            "to": coo.col.astype(np.int32),
            "weight": coo.data.astype(np.float32),
            "count": self.count,
            "basis": self.basis,
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        source, target = place[arrays["from"]], place[arrays["to"]]
        kept = (source >= 0) & (target >= 0)
        self.near = sparse.csr_matrix(
            (arrays["weight"][kept], (source[kept], target[kept])),
            shape=(places, places),
            dtype=np.float32,
        )
        self.count = spread(arrays["count"], place, places)
        self.basis = spread(arrays["basis"], place, places)
        self._damped = self._spread = None

    def _near(self, met: sparse.csr_matrix) -> sparse.csr_matrix:
        """(places, places): what a place met says of each other one."""
        half = _scaled(met, self.traveller_power / 2)
        source = sparse.diags(_powers(self.count, -self.from_power))
        target = sparse.diags(_powers(self.count, -self.to_power))
        near = sparse.csr_matrix((half @ source).T @ (half @ target), dtype=np.float32)
        near.sort_indices()
        return near if self.neighbours is None else keep_top(near, self.neighbours)


def low_frequencies(matrix: sparse.csr_matrix, count: int, seed: int) -> Floats:
    """The first right singular vectors (columns, count), by the randomised subspace iteration.

    Halko, Martinsson, Tropp (2011), algorithm 4.4. The same seed gives the same bits.
    """
    chance = np.random.default_rng(seed)
    width = min(count + OVERSAMPLED, min(matrix.shape))
    across = sparse.csr_matrix(matrix.T)
    found = chance.standard_normal((matrix.shape[1], width)).astype(np.float32)
    for _ in range(ROUNDS):
        found = np.linalg.qr(matrix @ found)[0]
        found = np.linalg.qr(across @ found)[0]
    values, turn = np.linalg.eigh((matrix @ found).T @ (matrix @ found))
    best = np.argsort(-values)[:count]
    return np.asarray(found @ turn[:, best], dtype=np.float32)


def _scaled(met: sparse.csr_matrix, power: float) -> sparse.csr_matrix:
    """Each traveller's row divided by that power of its sum."""
    total = np.asarray(met.sum(axis=1), dtype=np.float32).ravel()
    return sparse.csr_matrix(sparse.diags(_powers(total, -power)) @ met)


def _powers(count: Floats, power: float) -> Floats:
    """Counts to that power; what was never met counts as once."""
    return np.asarray(np.maximum(count, 1.0) ** np.float32(power), dtype=np.float32)


def _unit(rows: Floats) -> Floats:
    """Each row by its length; a row of zeros stays."""
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(rows / np.where(length > 0, length, 1.0), dtype=np.float32)
