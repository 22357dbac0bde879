"""Sequences: where travellers go next."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features.frame import Catalogue
from features.sequence import Index
from models.generators.base import Arrays, Floats, keep_top, positives, spread
from models.generators.history import followed
from models.met import EVERYWHERE, Among, stepped
from models.queries import Queries


class CoVisit:
    """Where travellers went next: transitions within a day, damped by popularity."""

    name = "covisit"
    WITHIN_HOURS, STEPS, KEPT = 24.0, 3, 100
    FADING = 0.6  # what the place before the last says, and so on

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

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        out = np.zeros((len(queries), len(catalogue.latitude[among])), np.float32)
        fading = self.FADING ** np.arange(queries.last.shape[1])
        for q, last in enumerate(queries.last):
            known = last >= 0
            if known.any():
                out[q] = stepped(self.next, last[known], fading[known], among)
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


class Next:
    """Where travellers went from the place chosen last, and from the one before it: first-order
    Markov chains, each row a probability pulled towards 0 where little is known."""

    name = "next"
    STRENGTH, SECOND = 5.0, 0.5  # visits the prior is worth; weight of the place before the last

    def __init__(self) -> None:
        self.chains = [sparse.csr_matrix((0, 0), dtype=np.float32) for _ in range(2)]

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        liked = positives(rows, catalogue)
        self.chains = [self._chain(followed(liked, n), len(catalogue)) for n in (1, 2)]

    def _chain(self, pairs: pl.DataFrame, n: int) -> sparse.csr_matrix:
        at = (pairs["place"].to_numpy(), pairs["next_place"].cast(pl.Int64).to_numpy())
        counts = sparse.csr_matrix((np.ones(pairs.height), at), shape=(n, n), dtype=np.float64)
        left = np.asarray(counts.sum(axis=1)).ravel()
        return sparse.csr_matrix(
            sparse.diags(1.0 / (left + self.STRENGTH)) @ counts, dtype=np.float32
        )

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        out = np.zeros((len(queries), len(catalogue.latitude[among])), np.float32)
        for back, (chain, weight) in enumerate(zip(self.chains, (1.0, self.SECOND), strict=True)):
            where = _steps_back(queries, back)
            for q in np.flatnonzero(where >= 0).tolist():
                out[q] += stepped(chain, where[q : q + 1], np.array([weight]), among)
        return out

    def state(self) -> Arrays:
        out: Arrays = {}
        for n, chain in enumerate(self.chains):
            coo = chain.tocoo()
            out |= {f"from_{n}": coo.row.astype(np.int64), f"to_{n}": coo.col.astype(np.int64)}
            out[f"share_{n}"] = coo.data.astype(np.float32)
        return out

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.chains = []
        for n in range(2):
            source, target = place[arrays[f"from_{n}"]], place[arrays[f"to_{n}"]]
            kept = (source >= 0) & (target >= 0)
            share = arrays[f"share_{n}"][kept]
            self.chains.append(
                sparse.csr_matrix((share, (source[kept], target[kept])), shape=(places, places))
            )


class NextKind:
    """The kinds of place travellers go to from the kind chosen last, the near and popular first.

    `lift` (kinds, kinds): how much more often the one kind follows the other within a day than
    chance would have it.
    """

    name = "next_kind"
    STRENGTH, SCALE_KM = 20.0, 1.0

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.lift: Floats = np.zeros((0, 0), np.float32)
        self.count: Floats = np.zeros(0, np.float32)
        self._of: tuple[Catalogue, Floats] | None = None

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        self._of = None
        liked = positives(rows, catalogue)
        place = liked["place"].to_numpy()
        self.count = np.bincount(place, minlength=len(catalogue)).astype(np.float32)
        self.kinds, kind = _kinds(catalogue)
        n = len(self.kinds)
        pairs = followed(liked)
        counts = np.zeros((n, n))
        np.add.at(
            counts, (kind[pairs["place"].to_numpy()], kind[pairs["next_place"].to_numpy()]), 1
        )
        usual = (np.bincount(kind[place], minlength=n) + 1.0) / (len(place) + n)
        left = counts.sum(axis=1, keepdims=True)
        shares = (counts + self.STRENGTH * usual[None, :]) / (left + self.STRENGTH)
        self.lift = (shares / usual[None, :]).astype(np.float32)

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        where, kind = catalogue.where, catalogue.where.kind[among]
        out = np.zeros((len(queries), len(kind)), np.float32)
        last = _steps_back(queries, 0)
        known = np.flatnonzero(last >= 0)
        if not len(known) or not len(self.kinds):
            return out
        lift = self._by_kind(catalogue)[where.kind[last[known]]]
        near = np.exp(-where.km(among, last[known]).T / self.SCALE_KM)
        out[known] = lift[:, kind] * near * np.log1p(self.count[among])[None, :]
        return out

    def _by_kind(self, catalogue: Catalogue) -> Floats:
        """`lift` by the catalogue's own numbers of kinds; 0 for a kind never seen at fitting."""
        if self._of is None or self._of[0] is not catalogue:
            code = {k: n for n, k in enumerate(self.kinds)}
            kind = np.array([code.get(k, -1) for k in catalogue.kinds], dtype=np.int64)
            self._of = (catalogue, np.pad(self.lift, (0, 1))[kind][:, kind])
        return self._of[1]

    def state(self) -> Arrays:
        return {
            "kinds": np.array(self.kinds, dtype=np.str_),
            "lift": self.lift,
            "count": self.count,
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.kinds, self._of = [str(k) for k in arrays["kinds"]], None
        self.lift = np.asarray(arrays["lift"], dtype=np.float32)
        self.count = spread(arrays["count"], place, places)


def _steps_back(queries: Queries, back: int) -> Index:
    """The place chosen last (or so many steps before it), -1 where there is none."""
    out = np.full(len(queries), -1, dtype=np.int64)
    at = queries.steps.start[1:] - 1 - back
    known = at >= queries.steps.start[:-1]
    out[known] = queries.steps.place[at[known]]
    return out


def _kinds(catalogue: Catalogue) -> tuple[list[str], Index]:
    names, code = np.unique(catalogue.categories, return_inverse=True)
    return [str(n) for n in names], code.astype(np.int64)
