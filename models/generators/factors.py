"""Matrix factorisation: travellers and places as points of one space."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, positives, spread
from models.queries import Queries


class Als:
    """Implicit-feedback matrix factorisation (Hu, Koren, Volinsky 2008); travellers are folded in."""

    name = "als"

    def __init__(self, factors: int = 48, iterations: int = 12) -> None:
        self.factors, self.iterations = factors, iterations
        self.regularization, self.alpha = 0.05, 10.0
        self.items: Floats = np.zeros((0, factors), np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        from implicit.als import AlternatingLeastSquares

        liked = positives(rows, catalogue)
        names, users = np.unique(liked[C.USER].to_numpy(), return_inverse=True)
        counts = sparse.csr_matrix(
            (np.ones(liked.height, np.float32), (users, liked["place"].to_numpy())),
            shape=(max(1, len(names)), len(catalogue)),
        )
        counts.sum_duplicates()
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
        self.items = np.asarray(model.item_factors, dtype=np.float32)

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        return (self.fold_in(queries.history) @ self.items.T).astype(np.float32)

    def fold_in(self, history: sparse.csr_matrix) -> Floats:
        """Traveller factors (queries, factors): the exact least-squares step of the paper."""
        gram = self.items.T @ self.items + self.regularization * np.eye(self.items.shape[1])
        out = np.zeros((history.shape[0], self.items.shape[1]), np.float32)
        for q in range(history.shape[0]):
            span = slice(history.indptr[q], history.indptr[q + 1])
            y = self.items[history.indices[span]].astype(np.float64)
            if len(y):
                confidence = self.alpha * history.data[span].astype(np.float64)
                left = gram + (y * np.maximum(confidence - 1.0, 0.0)[:, None]).T @ y
                out[q] = np.linalg.solve(left, y.T @ np.maximum(confidence, 1.0))
        return out

    def state(self) -> Arrays:
        return {"items": self.items}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.items = spread(arrays["items"], place, places)
