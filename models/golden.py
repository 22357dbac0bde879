"""Golden requests: a model carries some requests and the scores it gave them when it was trained.

Whoever loads the model, on whatever machine, scores them again before anybody is answered by it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from butler.errors import ModelUnavailable
from models.ranker import Matrix, Ranker

GOLDEN = "golden.npz"
REQUESTS = 8
RELATIVE, ABSOLUTE = 1e-5, 1e-6  # another processor may round differently, no more


@dataclass(frozen=True)
class Golden:
    """Rows (rows, features) of some requests' candidates, and the scores (rows,) they were given."""

    matrix: Matrix
    score: NDArray[np.float64]

    @classmethod
    def of(cls, matrix: Matrix, request: NDArray[np.int64], ranker: Ranker) -> "Golden":
        """Of requests spread evenly over all; `request` (rows,) says which one a row belongs to."""
        numbers = np.unique(request)
        some = numbers[np.linspace(0, len(numbers) - 1, min(REQUESTS, len(numbers))).astype(int)]
        rows = matrix[np.isin(request, some)]
        return cls(rows, ranker.predict(rows))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, matrix=self.matrix, score=self.score)

    @classmethod
    def load(cls, path: Path) -> "Golden":
        with np.load(path) as stored:
            return cls(stored["matrix"], stored["score"])

    def check(self, ranker: Ranker) -> None:
        """Raises ModelUnavailable where the ranker does not give these scores again."""
        again = ranker.predict(self.matrix)
        wrong = int(np.sum(~np.isclose(again, self.score, RELATIVE, ABSOLUTE)))
        if wrong:
            raise ModelUnavailable(
                f"{wrong} of its {len(again)} golden scores come out differently on this machine "
                f"(by up to {np.nanmax(np.abs(again - self.score)):.2g}). Run `butler train` here."
            )
