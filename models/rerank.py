"""From scores to a slate: what is closed or out of reach goes, sameness costs, the tail explores.

Each rule is a function with a switch in `Rules`; `Slate.moved` names the rule that dropped or
moved a place.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rules:
    """Switches and strengths; 0 or False turns a rule off."""

    drop_closed: bool = True
    reach_km: float = 60.0
    diversity: float = 0.25  # score (in standard deviations) each earlier place of the kind costs
    exploration: float = 0.1  # share of the slate, at its tail, drawn by softmax
    temperature: float = 0.5  # of that softmax, in standard deviations of the scores
    pool: int = 20  # places the tail is drawn from


@dataclass(frozen=True)
class Slate:
    """`chosen` are rows of the candidates, top first; `propensity` the probability of each there."""

    chosen: NDArray[np.int64]
    propensity: Floats
    moved: dict[int, str] = field(default_factory=dict)


def rerank(
    score: Floats,
    kind: NDArray[np.int64],
    minutes_left: Floats,
    distance: Floats,
    limit: int,
    rules: Rules,
    seed: int,
) -> Slate:
    """The slate of one request; all arrays have one entry a candidate.

    `minutes_left` is 0 where closed on arrival and NaN where unknown; `distance` is in km, NaN
    where unknown. `seed` makes the draw of the tail repeatable.
    """
    moved: dict[int, str] = {}
    feasible = np.ones(len(score), dtype=bool)
    for name, keeps in (
        ("closed", _open(minutes_left, rules)),
        ("out_of_reach", _reachable(distance, rules)),
    ):
        moved.update(dict.fromkeys(np.flatnonzero(feasible & ~keeps).tolist(), name))
        feasible &= keeps
    rows = np.flatnonzero(feasible)
    z = _standardised(score[rows])
    tail = int(np.floor(limit * rules.exploration))
    order = _diverse(z, kind[rows], limit + max(rules.pool, tail), rules.diversity)
    _note_moves(moved, rows, order, z, limit)
    head = order[: max(0, limit - tail)]
    drawn, probability = _explore(order[len(head) :], z, tail, rules, seed)
    if len(order) <= limit:  # nothing to choose from: the order is certain
        head, drawn, probability = order, order[:0], np.empty(0)
    for row in drawn[drawn != order[len(head) : len(head) + len(drawn)]].tolist():
        moved[int(rows[row])] = "exploration"
    chosen = np.concatenate([head, drawn]).astype(np.int64)
    return Slate(rows[chosen], np.concatenate([np.ones(len(head)), probability]), moved)


def _open(minutes_left: Floats, rules: Rules) -> NDArray[np.bool_]:
    if not rules.drop_closed:
        return np.ones(len(minutes_left), dtype=bool)
    return ~(minutes_left <= 0)


def _reachable(distance: Floats, rules: Rules) -> NDArray[np.bool_]:
    if rules.reach_km <= 0:
        return np.ones(len(distance), dtype=bool)
    return ~(distance > rules.reach_km)


def _standardised(score: Floats) -> Floats:
    spread = score.std() if len(score) else 0.0
    return (score - score.mean()) / spread if spread > 0 else np.zeros(len(score))


def _diverse(z: Floats, kind: NDArray[np.int64], count: int, cost: float) -> NDArray[np.int64]:
    """Greedy: a kind's first place in the slate costs its others `cost`, the n-th `cost` / n more.

    Ties fall to the better score, then to the candidate's number.
    """
    left = z.copy()
    seen: dict[int, int] = {}
    order = []
    for _ in range(min(count, len(z))):
        best = int(np.argmax(left))
        order.append(best)
        left[best] = -np.inf
        k = int(kind[best])
        seen[k] = seen.get(k, 0) + 1
        left[kind == k] -= cost / seen[k]
    return np.array(order, dtype=np.int64)


def _note_moves(
    moved: dict[int, str], rows: NDArray[np.int64], order: NDArray[np.int64], z: Floats, limit: int
) -> None:
    by_score = np.argsort(-z, kind="stable")[:limit]
    for n, row in enumerate(order[:limit].tolist()):
        if n < len(by_score) and by_score[n] != row:
            moved.setdefault(int(rows[row]), "diversity")


def _explore(
    pool: NDArray[np.int64], z: Floats, draws: int, rules: Rules, seed: int
) -> tuple[NDArray[np.int64], Floats]:
    """Draw without replacement by softmax; the probability is that of each draw given the earlier."""
    pool = pool[: max(rules.pool, draws)]
    draws = min(draws, len(pool))
    chance = np.random.default_rng(seed)
    drawn, probability = [], []
    left = pool.tolist()
    for _ in range(draws):
        p = _softmax(z[left] / rules.temperature)
        n = int(np.searchsorted(np.cumsum(p), chance.random(), side="right"))
        n = min(n, len(left) - 1)
        probability.append(float(p[n]))
        drawn.append(left.pop(n))
    return np.array(drawn, dtype=np.int64), np.array(probability)


def _softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())
