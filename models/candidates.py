"""Candidates: the union of what the generators propose, for the ranker to order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.frame import Catalogue
from models.generators import Floats, Generator
from models.met import EVERYWHERE, Among
from models.queries import Queries, allowed_places
from models.reach import Reach


@dataclass(frozen=True)
class Candidates:
    """Chosen places: `request` and `place` row numbers, and `score_…`/`rank_…` of each generator."""

    request: NDArray[np.int64]
    place: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]


def propose(
    generators: Sequence[Generator],
    asked: Queries,
    catalogue: Catalogue,
    reach: Reach,
    count: int,
    category: str | None = None,
    exclude_visited: bool = False,
    only: NDArray[np.bool_] | None = None,
) -> Candidates:
    """The candidates of each query among what it may choose from and can reach.

    `only` (places,) masks what the traveller would take at all.
    """
    parts = []
    for queries, among in reach.neighbourhoods(asked, category):
        part = asked.some(queries)
        allowed = allowed_places(part, catalogue, category, exclude_visited, among, only)
        found = choose(generators, part, catalogue, count, allowed, among)
        parts.append(replace(found, request=queries[found.request]))
    return parts[0] if len(parts) == 1 else together(parts)


def choose(
    generators: Sequence[Generator],
    asked: Queries,
    catalogue: Catalogue,
    count: int,
    allowed: NDArray[np.bool_] | None = None,
    among: Among = EVERYWHERE,
) -> Candidates:
    """The union of the generators' best `among` these places: each counts by its best rank with any.

    `allowed` (queries, places among) masks places that may not be candidates at all.
    """
    scores = np.array([g.score(asked, catalogue, among) for g in generators])
    if allowed is not None:
        scores = np.where(allowed, scores, np.float32(0))
    each, queries, places = scores.shape
    ranks = ranks_of(scores.reshape(each * queries, places), count).reshape(scores.shape)
    request, place = union(ranks, count)
    found, position = scores[:, request, place], ranks[:, request, place]
    found = np.where(found != 0, found, np.nan).astype(np.float64)
    position = np.where(position < np.inf, position, np.nan)
    columns = {}
    for n, g in enumerate(generators):
        columns[f"score_{g.name}"] = found[n]
        columns[f"rank_{g.name}"] = position[n]
    return Candidates(request, place if isinstance(among, slice) else among[place], columns)


def together(parts: Sequence[Candidates]) -> Candidates:
    """Candidates of different requests as one, in the order of the requests."""
    request = np.concatenate([p.request for p in parts])
    order = np.argsort(request, kind="stable")
    return Candidates(
        request[order],
        np.concatenate([p.place for p in parts])[order],
        {c: np.concatenate([p.columns[c] for p in parts])[order] for c in parts[0].columns},
    )


def ranks_of(score: Floats, depth: int) -> NDArray[np.float64]:
    """Rank from 1 of each place within its row's `depth` best positive scores; inf elsewhere."""
    out = np.full(score.shape, np.inf)
    depth = min(depth, score.shape[1])
    top = (-score).argpartition(depth - 1, axis=1)[:, :depth]
    top.sort(axis=1)
    row = np.arange(len(score))[:, None]
    order = (-score[row, top]).argsort(axis=1, kind="stable")  # ties by number
    out[row, top[row, order]] = np.arange(1, depth + 1)
    return np.where(score > 0, out, np.inf)


def union(
    ranks: Sequence[NDArray[np.float64]] | NDArray[np.float64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per query the `count` places of best rank with any (ties by row number): (request, place)."""
    best = np.minimum.reduce(np.asarray(ranks))
    order = best.argsort(axis=1, kind="stable")[:, :count]
    finite = best[np.arange(len(best))[:, None], order] < np.inf
    return np.nonzero(finite)[0], order[finite]
