"""Ranking metrics over requests. Every function takes one ranked list and what was relevant.

Definitions as in the field: NDCG with gains `LABEL_GAIN` and log2 discounts (Järvelin, Kekäläinen
2002); MRR and HitRate count any relevant place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.ranker import LABEL_GAIN


def ndcg(ranked: Sequence[int], relevant: dict[int, int], k: int = 10) -> float:
    """Discounted gain of the first k, as a share of the best possible."""
    gains = [LABEL_GAIN[relevant.get(p, 0)] for p in ranked[:k]]
    ideal = sorted((LABEL_GAIN[g] for g in relevant.values()), reverse=True)[:k]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return float(sum(g / np.log2(n + 2) for n, g in enumerate(gains)))


def hit(ranked: Sequence[int], relevant: dict[int, int], k: int = 10) -> float:
    return float(any(p in relevant for p in ranked[:k]))


def reciprocal_rank(ranked: Sequence[int], relevant: dict[int, int]) -> float:
    """1 / rank of the first relevant place; 0 if none is in the list."""
    for n, place in enumerate(ranked, start=1):
        if place in relevant:
            return 1.0 / n
    return 0.0


@dataclass(frozen=True)
class Metrics:
    """Means over requests; coverage and diversity are of the first ten."""

    ndcg_at_10: float
    hit_rate_at_10: float
    mrr: float
    coverage: float  # share of the catalogue that is shown to anybody
    diversity: float  # distinct kinds among the first ten, as a share

    def as_dict(self) -> dict[str, float]:
        return {k: float(getattr(self, k)) for k in self.__dataclass_fields__}


def evaluate(
    lists: Sequence[Sequence[int]],
    relevant: Sequence[dict[int, int]],
    kinds: Sequence[object],
    places: int,
) -> Metrics:
    """Metrics of ranked lists of place numbers; `kinds[place]` is its category."""
    shown = {p for ranked in lists for p in ranked[:10]}
    pairs = list(zip(lists, relevant, strict=True))
    varied = [len({kinds[p] for p in r[:10]}) / max(1, len(r[:10])) for r in lists]
    return Metrics(
        ndcg_at_10=_mean([ndcg(r, t) for r, t in pairs]),
        hit_rate_at_10=_mean([hit(r, t) for r, t in pairs]),
        mrr=_mean([reciprocal_rank(r, t) for r, t in pairs]),
        coverage=len(shown) / max(1, places),
        diversity=_mean(varied),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
