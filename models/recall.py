"""How many of the places travellers went for each generator finds, alone and in the union."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.frame import Catalogue
from models.candidates import ranks_of, union
from models.generators import Generator
from models.queries import Queries

DEPTHS = (50, 200, 500)
CHUNK = 512  # queries whose dense scores are held at once
UNION = "union"


@dataclass(frozen=True)
class Recall:
    """Of the places relevant to some queries, the share among each generator's first `depth`.

    `alone` is by generator, `without` the union of all but that one; both have a value a depth.
    """

    depths: tuple[int, ...]
    relevant: int
    alone: dict[str, list[float]]
    union: list[float]
    without: dict[str, list[float]]

    def table(self) -> pl.DataFrame:
        """A row a generator, best at the middle depth first, the union on top; column `lost_at_…`
        is what the union would lose without it."""
        middle = len(self.depths) // 2
        rows = [self._row(UNION, self.union, self.union)]
        for name in sorted(self.alone, key=lambda n: -self.alone[n][middle]):
            rows.append(self._row(name, self.alone[name], self.without[name]))
        return pl.DataFrame(rows)

    def _row(self, name: str, found: list[float], without: list[float]) -> dict[str, object]:
        lost = [u - w for u, w in zip(self.union, without, strict=True)]
        return {
            "generator": name,
            **{f"recall_at_{d}": r for d, r in zip(self.depths, found, strict=True)},
            **{f"lost_at_{d}": r for d, r in zip(self.depths, lost, strict=True)},
        }


def recall(
    generators: Sequence[Generator],
    asked: Queries,
    relevant: Sequence[dict[int, int]],
    catalogue: Catalogue,
    depths: Sequence[int] = DEPTHS,
) -> Recall:
    """Share of the relevant places (place -> grade, one dict a query) among the candidates.

    Pooled over all queries, so that a query with many relevant places counts for each of them. A
    depth of the whole catalogue or more finds whatever a generator has an opinion of.
    """
    names = [g.name for g in generators]
    sets = {name: [name] for name in names}
    sets |= {_all_but(name): [o for o in names if o != name] for name in names}
    sets[UNION] = names
    found = {name: np.zeros(len(depths), dtype=np.int64) for name in sets}
    for start in range(0, len(asked), CHUNK):
        part = asked.rows(start, start + CHUNK)
        liked = _mask(relevant[start : start + CHUNK], len(catalogue))
        ranks = {g.name: ranks_of(g.score(part, catalogue), max(depths)) for g in generators}
        for name, members in sets.items():
            found[name] += _hits([ranks[m] for m in members], liked, depths)
    total = max(1, sum(len(r) for r in relevant))
    share = {name: (hits / total).tolist() for name, hits in found.items()}
    return Recall(
        tuple(depths),
        sum(len(r) for r in relevant),
        {name: share[name] for name in names},
        share[UNION],
        {name: share[_all_but(name)] for name in names},
    )


def _all_but(name: str) -> str:
    return f"all but {name}"


def _mask(relevant: Sequence[dict[int, int]], places: int) -> NDArray[np.bool_]:
    out = np.zeros((len(relevant), places), dtype=bool)
    for row, liked in enumerate(relevant):
        out[row, list(liked)] = True
    return out


def _hits(
    ranks: Sequence[NDArray[np.float64]], liked: NDArray[np.bool_], depths: Sequence[int]
) -> NDArray[np.int64]:
    """Relevant places among the union's first, for each depth."""
    if not ranks:
        return np.zeros(len(depths), dtype=np.int64)
    counts = []
    for depth in depths:
        within = [np.where(r <= depth, r, np.inf) for r in ranks]
        counts.append(int(liked[union(within, depth)].sum()))
    return np.array(counts, dtype=np.int64)


def share_of_new_places(relevant: Sequence[dict[int, int]], met: Collection[int]) -> float:
    """Of the relevant places, the share not among `met`: no history reaches those."""
    places = [p for r in relevant for p in r]
    return float(np.mean([p not in met for p in places])) if places else 0.0
