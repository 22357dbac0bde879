"""Places like those the traveller likes, by what is known of the places themselves."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from features.frame import Catalogue
from models.generators.base import Counted, Floats
from models.queries import Queries


class Content(Counted):
    """Places of the categories the traveller likes: reaches places nobody has met yet."""

    name = "content"
    GROUP_WEIGHT = 0.3

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        total = np.asarray(queries.history.sum(axis=1)) + 1.0
        kind = _shares(queries.history, catalogue.categories) / total
        group = _shares(queries.history, catalogue.groups) / total
        taste = kind + self.GROUP_WEIGHT * group
        return (taste * (2.0 + np.log1p(self.count))[None, :]).astype(np.float32)


def _shares(history: sparse.csr_matrix, labels: list[str]) -> NDArray[np.float64]:
    """(queries, places): the weight of each place's label in the history."""
    names, code = np.unique(labels, return_inverse=True)
    onehot = sparse.csr_matrix((np.ones(len(code)), (np.arange(len(code)), code)))
    return np.asarray((history @ onehot).toarray())[:, code] if len(names) else np.zeros((0, 0))
