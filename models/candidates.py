"""Candidates: the union of what the generators propose, for the ranker to order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.frame import Catalogue
from models.generators import Floats, Generator
from models.queries import Queries


@dataclass(frozen=True)
class Candidates:
    """Chosen places: `request` and `place` row numbers, and `score_…`/`rank_…` of each generator."""

    request: NDArray[np.int64]
    place: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]


def choose(
    generators: list[Generator],
    asked: Queries,
    catalogue: Catalogue,
    count: int,
    allowed: NDArray[np.bool_] | None = None,
) -> Candidates:
    """The union of the generators' best: each place counts by its best rank with any of them.

    `allowed` (queries, places) masks places that may not be candidates at all.
    """
    scores = [g.score(asked, catalogue) for g in generators]
    if allowed is not None:
        scores = [np.where(allowed, s, np.float32(0)) for s in scores]
    ranks = [ranks_of(s, count) for s in scores]
    request, place = union(ranks, count)
    columns = {}
    for g, score, rank in zip(generators, scores, ranks, strict=True):
        found, position = score[request, place], rank[request, place]
        columns[f"score_{g.name}"] = np.where(found != 0, found, np.nan).astype(np.float64)
        columns[f"rank_{g.name}"] = np.where(position < np.inf, position, np.nan)
    return Candidates(request, place, columns)


def ranks_of(score: Floats, depth: int) -> NDArray[np.float64]:
    """Rank from 1 of each place within its query's `depth` best positive scores; inf elsewhere."""
    out = np.full(score.shape, np.inf)
    depth = min(depth, score.shape[1])
    top = np.sort(np.argpartition(-score, depth - 1, axis=1)[:, :depth], axis=1)
    row = np.arange(len(score))[:, None]
    order = np.argsort(-score[row, top], axis=1, kind="stable")  # ties by number
    top = np.take_along_axis(top, order, axis=1)
    out[row, top] = np.arange(1, depth + 1)
    return np.where(score > 0, out, np.inf)


def union(
    ranks: Sequence[NDArray[np.float64]], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per query the `count` places of best rank with any (ties by row number): (request, place)."""
    best = np.minimum.reduce(list(ranks))
    order = np.argsort(best, axis=1, kind="stable")[:, :count]
    finite = np.take_along_axis(best, order, axis=1) < np.inf
    request = np.broadcast_to(np.arange(len(best))[:, None], order.shape)
    return request[finite].astype(np.int64), order[finite].astype(np.int64)
