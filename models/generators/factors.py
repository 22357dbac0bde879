"""Matrix factorisation: travellers and places as points of one space."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.frame import Catalogue
from models.generators.base import Arrays, Floats, meetings, spread
from models.met import EVERYWHERE, Among, Met
from models.queries import Queries


class Als:
    """Implicit-feedback matrix factorisation (Hu, Koren, Volinsky 2008); travellers are folded in."""

    name = "als"

    def __init__(self, factors: int = 48, iterations: int = 12) -> None:
        self.factors, self.iterations = factors, iterations
        self.regularization, self.alpha = 0.05, 10.0
        self.items: Floats = np.zeros((0, factors), np.float32)
        self._gram: NDArray[np.float64] | None = None  # of `items`, once they have been asked

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        from implicit.als import AlternatingLeastSquares

        counts = meetings(rows, catalogue)
        factors = min(self.factors, max(4, len(catalogue) // 4))
        model = AlternatingLeastSquares(
            factors=factors,
            regularization=self.regularization,
            alpha=self.alpha,
            iterations=self.iterations,
            random_state=seed,
            num_threads=1,  # the sums of several threads differ in the last bit
        )
        model.fit(counts, show_progress=False)
        self.items, self._gram = np.asarray(model.item_factors, dtype=np.float32), None

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        return (self.fold_in(queries.history) @ self.items[among].T).astype(np.float32)

    def fold_in(self, history: Met) -> Floats:
        """Traveller factors (queries, factors): the least-squares step of Hu, Koren, Volinsky.

        A confidence below 1 counts as 1.
        """
        if self._gram is None:
            self._gram = self.items.T @ self.items + self.regularization * np.eye(
                self.items.shape[1]
            )
        out = np.zeros((len(history), self.items.shape[1]), np.float32)
        for q in range(len(history)):
            place, weight = history.query(q)
            y = self.items[place].astype(np.float64)
            if len(y):
                confidence = self.alpha * weight.astype(np.float64)
                left = self._gram + (y * np.maximum(confidence - 1.0, 0.0)[:, None]).T @ y
                out[q] = np.linalg.solve(left, y.T @ np.maximum(confidence, 1.0))
        return out

    def state(self) -> Arrays:
        return {"items": self.items}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.items, self._gram = spread(arrays["items"], place, places), None


class Bpr:
    """Bayesian personalised ranking (Rendle et al. 2009); travellers are folded in.

    A traveller is the weighted mean of the places met: the pairwise loss leaves no least-squares step,
    and that of ALS follows what BPR's factors leave free. The last factor of a place is its bias, and
    that of a traveller with any history 1.
    """

    name = "bpr"

    def __init__(self, factors: int = 32, iterations: int = 60) -> None:
        self.factors, self.iterations = factors, iterations
        self.rate, self.shrinkage = 0.05, 0.01
        self.items: Floats = np.zeros((0, factors), np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        from implicit.bpr import BayesianPersonalizedRanking

        met = meetings(rows, catalogue)
        if not met.nnz:
            self.items = np.zeros((len(catalogue), self.factors + 1), np.float32)
            return
        model = BayesianPersonalizedRanking(
            factors=min(self.factors, max(4, len(catalogue) // 4)),
            learning_rate=self.rate,
            regularization=self.shrinkage,
            iterations=self.iterations,
            random_state=seed,
            num_threads=1,  # several threads write over each other
        )
        model.fit(met, show_progress=False)
        self.items = np.array(model.item_factors, dtype=np.float32)
        self.items[np.asarray(met.sum(axis=0)).ravel() == 0] = 0.0  # still as chance made them

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        return (self.fold_in(queries.history) @ self.items[among].T).astype(np.float32)

    def fold_in(self, history: Met) -> Floats:
        """Traveller factors (queries, factors + 1); zeros without a history."""
        total = history.total()[:, None]
        known = total > 0
        mean = history.times(self.items) / np.where(known, total, np.float32(1.0))
        mean[:, -1:] = known
        return mean.astype(np.float32)

    def state(self) -> Arrays:
        return {"items": self.items}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.items = spread(arrays["items"], place, places)
