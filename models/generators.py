"""Candidate generators: each scores every place for every query.

One contract: `fit` on history before a moment, `score` queries as a dense (queries, places)
float32 matrix where 0 means "no opinion". Nothing of a traveller is kept: a traveller is folded in
from the history in the query, so new travellers and fresh feedback need no retraining.
"""

from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features import transforms as t
from features.frame import Catalogue
from features.places import distance_km
from models.queries import Queries

Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[np.generic]]

SEASONS = 4


class Generator(Protocol):
    """Scores all places for all queries; arrays in and out make it save and load alike."""

    name: str

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        """Learn from behaviour rows (see `transforms.behaviour`) known before the moment of fit."""

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        """(queries, places) in the order of the catalogue; 0 is no opinion, higher is better."""

    def state(self) -> Arrays:
        """Arrays that make it again."""

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        """Take arrays of `state`; `place` maps the fitted places to rows of today's catalogue."""


def positives(rows: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Positive interactions with `user`, `place` row numbers, sorted by time."""
    liked = rows.filter(t.MEASURES["positives"])
    index = pl.DataFrame({C.POI: catalogue.ids, "place": np.arange(len(catalogue))})
    return liked.join(index, on=C.POI).sort(C.KNOWN_AT, C.USER, C.POI)


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
        self.items = _spread(arrays["items"], place, places)


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
        self.next = _keep_top(sparse.csr_matrix(total @ damp), self.KEPT)

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


class History:
    """What the traveller met before, fading with time: nothing to learn."""

    name = "history"

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None: ...

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        return np.asarray(queries.history.toarray(), dtype=np.float32)

    def state(self) -> Arrays:
        return {}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None: ...


class Popular:
    """Popularity at this hour and season, of recent weeks more than of old; never 0."""

    name = "popular"
    HALF_LIFE_DAYS, HOUR_PRIOR, SEASON_PRIOR = 21.0, 20.0, 20.0

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)
        self.by_hour: Floats = np.zeros((0, 24), np.float32)
        self.by_season: Floats = np.zeros((0, SEASONS), np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        liked = positives(rows, catalogue)
        n = len(catalogue)
        place, hour = liked["place"].to_numpy(), liked["local_hour"].to_numpy().astype(np.int64)
        season = ((liked[C.KNOWN_AT].dt.month().to_numpy() % 12) // 3).astype(np.int64)
        hours = liked[C.KNOWN_AT].dt.epoch("us").to_numpy() / 3.6e9
        age_days = (hours.max() - hours) / 24.0 if len(hours) else hours
        weight = 0.5 ** (age_days / self.HALF_LIFE_DAYS)
        self.count = np.bincount(place, weight, n).astype(np.float32)
        by_hour = np.bincount(place * 24 + hour, weight, n * 24).reshape(n, 24)
        # neighbouring hours speak for each other
        smooth = by_hour + 0.5 * np.roll(by_hour, 1, axis=1) + 0.5 * np.roll(by_hour, -1, axis=1)
        self.by_hour = (smooth / 2.0).astype(np.float32)
        self.by_season = (
            np.bincount(place * SEASONS + season, weight, n * SEASONS)
            .reshape(n, SEASONS)
            .astype(np.float32)
        )

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        count = self.count[None, :] + np.float32(0.01)
        hour = self._factor(self.by_hour, self.HOUR_PRIOR, 24)[queries.hour]
        season = self._factor(self.by_season, self.SEASON_PRIOR, SEASONS)[queries.season]
        return np.asarray(count * hour * season, dtype=np.float32)

    def _factor(self, part: Floats, prior: float, parts: int) -> Floats:
        """(parts, places): how much more than its mean a place is met in this part, smoothed."""
        return ((part * parts + prior) / (self.count[:, None] + prior)).T.astype(np.float32)

    def state(self) -> Arrays:
        return {"count": self.count, "by_hour": self.by_hour, "by_season": self.by_season}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = _spread(arrays["count"], place, places)
        self.by_hour = _spread(arrays["by_hour"], place, places)
        self.by_season = _spread(arrays["by_season"], place, places)


class _Counted:
    """Generators that know of each place only how often it was chosen."""

    def __init__(self) -> None:
        self.count: Floats = np.zeros(0, np.float32)

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        place = positives(rows, catalogue)["place"].to_numpy()
        self.count = np.bincount(place, minlength=len(catalogue)).astype(np.float32)

    def state(self) -> Arrays:
        return {"count": self.count}

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.count = _spread(arrays["count"], place, places)


class Nearby(_Counted):
    """Near the traveller, the well-known first."""

    name = "nearby"
    SCALE_KM = 4.0

    def score(self, queries: Queries, catalogue: Catalogue) -> Floats:
        km = distance_km(
            queries.latitude[:, None],
            queries.longitude[:, None],
            catalogue.latitude[None, :],
            catalogue.longitude[None, :],
        )
        near = np.exp(-km / self.SCALE_KM) * (1.0 + np.log1p(self.count))[None, :]
        return np.asarray(np.nan_to_num(near), dtype=np.float32)


class Content(_Counted):
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


def _spread(values: NDArray[np.generic], place: NDArray[np.int64], places: int) -> Floats:
    """Rows of the fitted places put where today's catalogue has them; new places get 0."""
    out = np.zeros((places, *values.shape[1:]), np.float32)
    kept = place >= 0
    out[place[kept]] = values[kept]
    return out


def _keep_top(matrix: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    """Each row's k largest entries."""
    coo = matrix.tocoo()
    order = np.lexsort((coo.col, -coo.data, coo.row))
    row = coo.row[order]
    nth = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    kept = order[nth < k]
    return sparse.csr_matrix(
        (coo.data[kept], (coo.row[kept], coo.col[kept])), shape=matrix.shape, dtype=np.float32
    )


def all_generators() -> list[Generator]:
    return [Als(), CoVisit(), History(), Popular(), Nearby(), Content()]
