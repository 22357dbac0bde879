"""Who is shown: exposure of groups of places (providers, towns, new ones) beside what they merit.

Exposure falls with the rank by 1 / log2(1 + rank), the attention that NDCG supposes (Singh and
Joachims 2018, "Fairness of Exposure in Rankings"). Merit is a group's share of the relevant places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Exposure:
    """Shares of one group of places; they add up to 1 over the groups, NaN where nothing is."""

    group: str
    places: int
    of_catalogue: float
    of_candidates: float
    of_relevant: float  # merit
    of_exposure: float

    @property
    def ratio(self) -> float:
        """Exposure for merit: 1 is fair, above is favoured; NaN for a group nobody wanted."""
        return self.of_exposure / self.of_relevant if self.of_relevant > 0 else np.nan


def exposure(
    lists: Sequence[Sequence[int]],
    relevant: Sequence[dict[int, int]],
    candidates: Sequence[int] | NDArray[np.int64],
    groups: Sequence[object],
    k: int = 10,
) -> list[Exposure]:
    """Exposure of each group, the most exposed first.

    `groups[place]` names the group of each place of the catalogue; `candidates` are the place
    numbers of all candidates of all requests. Numbers outside of the catalogue are passed over.
    """
    names = np.array([str(g) for g in groups], dtype=object)
    group, code = np.unique(names, return_inverse=True)
    seen = np.zeros(len(names))
    for ranked in lists:
        for place, worth in zip(ranked[:k], _attention(min(k, len(ranked))), strict=True):
            if 0 <= place < len(names):
                seen[place] += worth
    wanted = _counted([p for liked in relevant for p in liked], len(names))
    shares = [
        _share(weight, code, len(group))
        for weight in (np.ones(len(names)), _counted(candidates, len(names)), wanted, seen)
    ]
    rows = [
        Exposure(str(name), int((code == n).sum()), *(float(s[n]) for s in shares))
        for n, name in enumerate(group)
    ]
    return sorted(rows, key=lambda r: (-r.of_exposure if r.of_exposure > 0 else 0.0, r.group))


def _attention(length: int) -> Floats:
    return np.asarray(1 / np.log2(np.arange(length) + 2))


def _counted(places: Sequence[int] | NDArray[np.int64], count: int) -> Floats:
    numbers = np.asarray(places, dtype=np.int64)
    inside = numbers[(numbers >= 0) & (numbers < count)]
    return np.bincount(inside, minlength=count).astype(np.float64)


def _share(weight: Floats, code: NDArray[np.int64], groups: int) -> Floats:
    total = np.bincount(code, weights=weight, minlength=groups)
    return np.asarray(total / total.sum() if total.sum() > 0 else np.full(groups, np.nan))


def gini(exposed: Sequence[float] | Floats) -> float:
    """How unequal exposure is among providers: 0 all the same, towards 1 all of one; NaN if none."""
    x = np.sort(np.asarray(exposed, dtype=np.float64))
    if not len(x) or x.sum() <= 0:
        return np.nan
    n = len(x)
    return float((2 * np.arange(1, n + 1) - n - 1) @ x / (n * x.sum()))


def exposure_table(rows: Sequence[Exposure]) -> dict[str, list[object]]:
    """The rows as columns, with `ratio`."""
    columns = (*Exposure.__dataclass_fields__, "ratio")
    return {name: [getattr(row, name) for row in rows] for name in columns}
