"""Sequences: where travellers go next."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, keep_top, positives
from models.queries import Queries


class CoVisit:
    """Where travellers went next: transitions within a day, damped by popularity."""

    name = "covisit"
    WITHIN_HOURS, STEPS, KEPT = 24.0, 3, 100

    def __init__(self) -> None:
        self.next: sparse.csr_matrix = sparse.csr_matrix((0, 0), dtype=np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        n = len(catalogue)
        liked = positives(rows, catalogue).sort(C.USER, C.KNOWN_AT, maintain_order=True)
        total = sparse.csr_matrix((n, n), dtype=np.float32)
        for step in range(1, self.STEPS + 1):
            pairs = liked.select(
                pl.col("place").alias("from"),
                pl.col("place").shift(-step).over(C.USER).alias("to"),
                (pl.col(C.KNOWN_AT).shift(-step).over(C.USER) - pl.col(C.KNOWN_AT))
                .dt.total_minutes()
                .alias("gap"),
            ).filter(pl.col("to").is_not_null() & (pl.col("gap") <= self.WITHIN_HOURS * 60))
            weight = np.full(pairs.height, 1.0 / step, np.float32)
            at = (pairs["from"].to_numpy(), pairs["to"].cast(pl.Int64).to_numpy())
            total = total + sparse.csr_matrix((weight, at), shape=(n, n), dtype=np.float32)
        seen = np.asarray(total.sum(axis=0)).ravel()
        damp = sparse.diags((1.0 / np.sqrt(seen + 5.0)).astype(np.float32))
        self.next = keep_top(sparse.csr_matrix(total @ damp), self.KEPT)

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        out = np.zeros((len(queries), len(catalogue)), np.float32)
        for nth in range(queries.last.shape[1]):
            known = np.flatnonzero(queries.last[:, nth] >= 0)
            if len(known):
                out[known] += np.float32(0.6**nth) * self.next[queries.last[known, nth]].toarray()
        return out

    def state(self) -> Arrays:
        coo = self.next.tocoo()
        return {
            "from": coo.row.astype(np.int64),
            "to": coo.col.astype(np.int64),
            "weight": coo.data.astype(np.float32),
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        source, target = place[arrays["from"]], place[arrays["to"]]
        kept = (source >= 0) & (target >= 0)
        self.next = sparse.csr_matrix(
            (arrays["weight"][kept], (source[kept], target[kept])),
            shape=(places, places),
            dtype=np.float32,
        )
