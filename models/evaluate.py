"""Ranking metrics over requests. Every function takes one ranked list and what was relevant.

Definitions as in the field: NDCG with gains `LABEL_GAIN` and log2 discounts (Järvelin, Kekäläinen
2002); MRR and HitRate count any relevant place. A place that a list repeats counts once, where it
stands first. Where nothing was relevant there is nothing to measure: NaN, never a silent zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ranker import LABEL_GAIN

Floats = NDArray[np.float64]


def ndcg(ranked: Sequence[int], relevant: dict[int, int], k: int = 10) -> float:
    """Discounted gain of the first k, as a share of the best possible; NaN if nothing is relevant."""
    if not relevant:
        return np.nan
    repeated = _repeated(ranked[:k])
    gains = [
        0 if again else LABEL_GAIN[relevant.get(p, 0)]
        for p, again in zip(ranked[:k], repeated, strict=True)
    ]
    ideal = sorted((LABEL_GAIN[g] for g in relevant.values()), reverse=True)[:k]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[float]) -> float:
    return float(sum(g / np.log2(n + 2) for n, g in enumerate(gains)))


def _repeated(ranked: Sequence[int]) -> list[bool]:
    """Whether each place stands further up already."""
    seen: set[int] = set()
    return [p in seen or bool(seen.add(p)) for p in ranked]  # type: ignore[func-returns-value]


def hit(ranked: Sequence[int], relevant: dict[int, int], k: int = 10) -> float:
    """Whether any of the first k is relevant; NaN if nothing is."""
    return float(any(p in relevant for p in ranked[:k])) if relevant else np.nan


def reciprocal_rank(ranked: Sequence[int], relevant: dict[int, int]) -> float:
    """1 / rank of the first relevant place; 0 if none is in the list, NaN if nothing is relevant."""
    if not relevant:
        return np.nan
    for n, place in enumerate(ranked, start=1):
        if place in relevant:
            return 1.0 / n
    return 0.0


@dataclass(frozen=True)
class PerRequest:
    """Metrics of each request, (requests,): NaN where nothing was relevant."""

    ndcg: Floats
    hit: Floats
    mrr: Floats

    def __len__(self) -> int:
        return len(self.ndcg)


def per_request(
    lists: Sequence[Sequence[int]], relevant: Sequence[dict[int, int]], k: int = 10
) -> PerRequest:
    """NDCG@k, hit@k and reciprocal rank of each request: what intervals and tests are made of."""
    pairs = list(zip(lists, relevant, strict=True))
    return PerRequest(
        ndcg=np.array([ndcg(r, t, k) for r, t in pairs], dtype=np.float64),
        hit=np.array([hit(r, t, k) for r, t in pairs], dtype=np.float64),
        mrr=np.array([reciprocal_rank(r, t) for r, t in pairs], dtype=np.float64),
    )


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
    """Metrics of ranked lists of place numbers; `kinds[place]` is its category.

    Requests with nothing relevant are left out of the accuracy means; without any request every
    mean is NaN. `check_lists` counts such cases.
    """
    shown = {p for ranked in lists for p in ranked[:10]}
    each = per_request(lists, relevant)
    varied = [len({kinds[p] for p in r[:10]}) / len(r[:10]) for r in lists if len(r)]
    return Metrics(
        ndcg_at_10=mean(each.ndcg),
        hit_rate_at_10=mean(each.hit),
        mrr=mean(each.mrr),
        coverage=len(shown) / places if places and lists else np.nan,
        diversity=mean(varied),
    )


def mean(values: Sequence[float] | Floats) -> float:
    """Mean of what is known; NaN where nothing is."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else np.nan


@dataclass(frozen=True)
class Checked:
    """What is odd about lists and labels: counts, all 0 where nothing is."""

    requests: int
    nothing_relevant: int  # requests left out of the means
    empty_lists: int
    repeated: int  # places that a list holds again
    not_in_catalogue: int  # relevant places nobody can be shown

    def sentences(self) -> list[str]:
        """Each oddity in words, for a person; nothing where all is well."""
        if not self.requests:
            return ["There is no request to measure on: every metric is undefined."]
        told = (
            (self.nothing_relevant, "of {} requests have nothing relevant and are left out"),
            (self.empty_lists, "of {} requests were answered by an empty list"),
            (self.repeated, "places are repeated in a list and count once"),
            (self.not_in_catalogue, "relevant places are not in the catalogue and cannot be shown"),
        )
        return [f"{n} {text.format(self.requests)}." for n, text in told if n]


def check_lists(
    lists: Sequence[Sequence[int]], relevant: Sequence[dict[int, int]], places: int
) -> Checked:
    """Count what metrics pass over: see `Checked`. Place numbers of the catalogue are 0 .. places - 1."""
    return Checked(
        requests=len(lists),
        nothing_relevant=sum(not wanted for wanted in relevant),
        empty_lists=sum(not len(ranked) for ranked in lists),
        repeated=sum(len(ranked) - len(set(ranked)) for ranked in lists),
        not_in_catalogue=sum(not 0 <= p < places for wanted in relevant for p in wanted),
    )
