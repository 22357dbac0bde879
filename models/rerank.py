"""From scores to a slate: named rules drop and move candidates, one after the other, then the tail explores.

Each rule takes an order and gives an order, has a switch in `Rules`, and is named in `Slate.moves`
and `Slate.dropped` with what it did. docs/ranking-rules.md describes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.vector import NAMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
WINDOW = 10  # caps hold for the first ten: what is seen without scrolling
ALPHA = 0.01  # of Steck's smoothed mix: keeps the divergence finite for a kind not yet shown
LEAST = 1e-300  # a share of exactly 0 would be 0 times the logarithm of infinity, and win as NaN
NOW_HOURS = 3.0  # crowding of the last hour says nothing of a visit later than this


@dataclass(frozen=True)
class Rules:
    """Switches and strengths; 0 or False turns a rule off. Costs are in standard deviations."""

    drop_dismissed: bool = True
    drop_closed: bool = True
    reach_km: float = 60.0
    drop_over_budget: bool = True  # where the request itself names a budget
    over_budget: float = 0.1  # cost of each level above the budget
    visited: float = 0.1  # cost of a place visited in the last 30 days
    habit: int = 3  # visits from which a place is a habit, and costs nothing
    diversity: float = 0.02  # weight of the divergence from the traveller's own mix of kinds
    provider_share: float = 0.3  # most of the first ten that one provider may take
    crowded_at: float = 50.0  # visits of the last hour per hundred of capacity
    crowded_most: int = 2  # crowded places among the first ten
    exploration: float = 0.1  # share of the slate, at its tail, drawn by softmax
    temperature: float = 0.5  # of that softmax
    pool: int = 20  # places the tail is drawn from
    floor: float = 0.01  # least probability of each place of the pool, in each draw

    @classmethod
    def logged(cls, told: Mapping[str, Any]) -> "Rules":
        """Those of a logged answer, which knew nothing of rules that came later."""
        return cls(**{"drop_dismissed": False, **told})


@dataclass(frozen=True)
class Facts:
    """What the rules look at: arrays with one entry a candidate, NaN where unknown."""

    score: Floats
    kind: Ints  # code of the category
    provider: Ints  # code of who offers the place; a place without a provider is its own
    minutes_left: Floats  # until it closes, on arrival; 0 where closed
    distance_km: Floats
    over_budget: Floats  # levels
    visits: Floats  # the traveller's, ever
    recent_visits: Floats  # the traveller's, in 30 days
    kind_share: Floats  # of the traveller's history, pulled towards 0 while that is short
    crowding: Floats  # visits of the last hour per hundred of capacity
    dismissed: Bools  # by the traveller, who never went there nor booked it
    budget_asked: bool = False  # by the request itself, not the traveller's usual one

    @classmethod
    def of(
        cls,
        matrix: NDArray[np.float32],
        score: Floats,
        kind: Ints,
        provider: Ints,
        budget_asked: bool = False,
    ) -> "Facts":
        """Read from the very vectors that were ranked, (candidates, features), so that a log of
        them is enough to make the slate again."""
        left, km, over, ever, recent, share, crowding, lead, dismissals, bookings = (
            matrix[:, _COLUMNS].astype(np.float64).T
        )
        crowding = np.where(lead <= NOW_HOURS, crowding, np.nan)
        dismissed = (dismissals > 0) & ~(ever > 0) & ~(bookings > 0)
        return cls(
            *(score, kind, provider, left, km, over, ever, recent, share, crowding, dismissed),
            budget_asked,
        )


_COLUMNS = [
    NAMES.index(name)
    for name in (
        *("minutes_left", "distance_km", "price_over_budget", "met_visits_all"),
        *("met_visits_30d", "kind_share", "poi_crowding", "lead_hours"),
        *("met_dismisses_all", "met_bookings_all"),
    )
]


@dataclass(frozen=True, slots=True)
class Move:
    """A rule moved a candidate between two ranks; 1 is the top."""

    rule: str
    from_rank: int
    to_rank: int


@dataclass(frozen=True)
class Slate:
    """`chosen` are rows of the candidates, top first; `propensity` the probability of each there.

    `moves` tells of each row that is in the slate, or was on its way into it, how it got from its
    rank by score to its last rank, step by step. `dropped` names the rule that removed a row.
    """

    chosen: Ints
    propensity: Floats
    moves: dict[int, tuple[Move, ...]] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)


def rerank(facts: Facts, limit: int, rules: Rules, seed: int) -> Slate:
    """The slate of one request. `seed` makes the draw of the tail repeatable.

    Ties fall to the candidate's number.
    """
    order: Ints = (-facts.score).argsort(kind="stable")
    steps, dropped = [("score", order)], {}
    for name, keeps in _feasible(facts, rules):
        kept = keeps[order]
        if not kept.all():
            dropped.update(dict.fromkeys(order[~kept].tolist(), name))
            order = order[kept]
        steps.append((name, order))
    worth = _standardised(facts.score, order)
    for name, cost in _costs(facts, rules):
        if cost.any():
            worth = worth - cost
            order = order[(-worth[order]).argsort(kind="stable")]
        steps.append((name, order))
    order = _calibrated(order, worth, facts, limit, rules.diversity)
    steps.append(("diversity", order))
    caps = _caps(facts, limit, rules)
    uncapped = order
    for n, (name, *_) in enumerate(caps, start=1):
        order = _capped(uncapped, caps[:n], limit)
        steps.append((name, order))
    order, propensity = _explored(order, worth, caps, limit, rules, seed)
    steps.append(("exploration", order))
    return Slate(order[:limit], propensity, _moves(steps, limit), dropped)


def _feasible(facts: Facts, rules: Rules) -> list[tuple[str, Bools]]:
    """What stays, by rule. What is not known stays. Reach comes first: whether a place is closed after
    a day on the road is no reason that would help anybody."""
    out = []
    if rules.drop_dismissed:
        out.append(("dismissed", ~facts.dismissed))
    if rules.reach_km > 0:
        out.append(("out_of_reach", ~(facts.distance_km > rules.reach_km)))
    if rules.drop_closed:
        out.append(("closed", ~(facts.minutes_left <= 0)))
    if rules.drop_over_budget and facts.budget_asked:
        out.append(("budget", ~(facts.over_budget > 0)))
    return out


def _standardised(score: Floats, order: Ints) -> Floats:
    """Scores with mean 0 and deviation 1 among the rows of `order`."""
    kept, count = score[order], max(1, len(order))
    mean = kept.sum() / count
    spread = np.sqrt(np.square(kept - mean).sum() / count)
    return (score - mean) / spread if spread > 0 else np.zeros(len(score))


def _costs(facts: Facts, rules: Rules) -> list[tuple[str, Floats]]:
    """What each rule takes off, in standard deviations of the scores."""
    out: list[tuple[str, Floats]] = []
    if rules.over_budget > 0:
        levels = np.fmax(facts.over_budget, 0)  # 0 where unknown
        out.append(("budget", np.asarray(rules.over_budget * levels)))
    if rules.visited > 0:
        tried = (facts.recent_visits > 0) & (facts.visits < rules.habit)
        out.append(("visited", np.asarray(rules.visited * tried)))
    return out


def _calibrated(order: Ints, worth: Floats, facts: Facts, limit: int, weight: float) -> Ints:
    """The first `limit` chosen greedily so that their mix of kinds nears the traveller's own.

    Calibrated recommendations (Steck 2018): the m-th place maximises the mean worth less `weight`
    times the Kullback-Leibler divergence of the slate's mix from the traveller's. Adding one kind
    changes one term of that sum alone, so it is compared by that term.
    """
    if weight <= 0 or len(order) < 2:
        return order
    kind, kinds = _numbered(facts.kind[order])
    own = _mix(kind, facts.kind_share[order], kinds)
    left, shown, taken = worth[order], np.zeros(kinds), []
    least = ALPHA * own
    for m in range(1, min(limit, len(order)) + 1):
        now = (1 - ALPHA) * shown / m + least
        gain = weight * m * own * np.log1p((1 - ALPHA) / m / now)
        best = int((left + gain[kind]).argmax())
        taken.append(best)
        left[best] = -np.inf
        shown[kind[best]] += 1
    others = np.ones(len(order), np.bool_)
    others[taken] = False
    return np.concatenate([order[taken], order[others]])


def _numbered(codes: Ints) -> tuple[Ints, int]:
    """Codes from 0 without a gap, in their order, and how many there are."""
    there = np.bincount(codes) > 0
    return (np.cumsum(there) - 1)[codes], int(np.count_nonzero(there))


def _mix(kind: Ints, share: Floats, kinds: int) -> Floats:
    """The traveller's mix of kinds, adding up to 1: the own shares, and for what they leave open
    (all of it, for a stranger) the mix of the candidates. Each is above 0."""
    own = np.zeros(kinds)
    own[kind] = np.where(np.isnan(share), 0.0, share)
    own /= max(1.0, own.sum())
    candidates = np.bincount(kind, minlength=kinds) / len(kind)
    return np.asarray(np.maximum(own + (1 - own.sum()) * candidates, LEAST))


Cap = tuple[str, list[int], int]  # name, group of each row (-1: counts for none), most of one group


def _caps(facts: Facts, limit: int, rules: Rules) -> list[Cap]:
    out: list[Cap] = []
    provider = facts.provider.tolist()
    shared = len(set(provider)) < len(provider)
    if shared and 0 < rules.provider_share < 1:
        most = max(1, int(rules.provider_share * min(limit, WINDOW)))
        out.append(("provider", provider, most))
    if rules.crowded_at > 0:
        crowded = facts.crowding >= rules.crowded_at
        if crowded.any():
            out.append(("crowding", np.where(crowded, 0, -1).tolist(), rules.crowded_most))
    return out


class _Counted:
    """How many of each capped group are in the window so far."""

    def __init__(self, caps: Sequence[Cap]) -> None:
        self._caps = caps
        self._seen: list[dict[int, int]] = [{} for _ in caps]

    def fits(self, row: int) -> bool:
        for (_, group, most), seen in zip(self._caps, self._seen, strict=True):
            if group[row] >= 0 and seen.get(group[row], 0) >= most:
                return False
        return True

    def take(self, row: int) -> None:
        for (_, group, _), seen in zip(self._caps, self._seen, strict=True):
            seen[group[row]] = seen.get(group[row], 0) + 1


def _capped(order: Ints, caps: Sequence[Cap], limit: int) -> Ints:
    """What is over a cap waits until the window is full, or nothing else is left."""
    window, counted = min(limit, WINDOW), _Counted(caps)
    first: list[int] = []
    waiting: list[int] = []
    for row in order.tolist():
        if len(first) == window:
            break
        fits = counted.fits(row)
        (first if fits else waiting).append(row)
        if fits:
            counted.take(row)
    if not waiting:
        return order
    ahead = first + waiting
    return np.concatenate([np.array(ahead, dtype=np.int64), order[len(ahead) :]])


def _explored(
    order: Ints, worth: Floats, caps: Sequence[Cap], limit: int, rules: Rules, seed: int
) -> tuple[Ints, Floats]:
    """Draw the slate's tail without replacement from the pool that follows its head.

    Each probability is that of the draw given what stands above it. A place over a cap has no part
    in a draw. The order is certain where there is nothing to choose from.
    """
    tail = int(limit * rules.exploration)
    if tail == 0 or len(order) <= limit:
        return order, np.ones(min(limit, len(order)))
    head, counted = order[: limit - tail].tolist(), _Counted(caps)
    for row in head[:WINDOW]:
        counted.take(row)
    left = order[len(head) : len(head) + max(rules.pool, tail)].tolist()
    chance = np.random.default_rng(seed)
    probability = [1.0] * len(head)
    for _ in range(tail):
        open_to = [r for r in left if counted.fits(r)] if len(head) < WINDOW else left
        open_to = open_to or left
        p = chances(worth[open_to], rules.temperature, rules.floor)
        n = min(int(np.searchsorted(p.cumsum(), chance.random(), side="right")), len(p) - 1)
        row = open_to[n]
        probability.append(float(p[n]))
        head.append(row)
        counted.take(row)
        left.remove(row)
    ahead = head + left  # `left` keeps its order
    rest = order[len(ahead) :]
    return np.concatenate([np.array(ahead, dtype=np.int64), rest]), np.array(probability)


def chances(worth: Floats, temperature: float, floor: float) -> Floats:
    """Probabilities of a draw: softmax mixed with the even draw, so that none is below `floor`.

    Where the floor cannot be held (more places than 1 / floor) the draw is even.
    """
    e = np.exp((worth - worth.max()) / temperature)
    even = min(1.0, floor * len(worth))
    return np.asarray((1 - even) * e / e.sum() + even / len(worth))


def _moves(steps: Sequence[tuple[str, Ints]], limit: int) -> dict[int, tuple[Move, ...]]:
    """Every change of rank of the rows that were among the first `limit` by score or at the end.

    One after the other they lead from the rank by score to the last rank.
    """
    told = sorted({*steps[0][1][:limit].tolist(), *steps[-1][1][:limit].tolist()})
    found: dict[int, list[Move]] = {}
    last = steps[0][1]
    count, before = len(last), _ranks(last, len(last), told)
    for rule, order in steps[1:]:
        if order is last:  # the rule had nothing to do
            continue
        after, last = _ranks(order, count, told), order
        for row, was, now in zip(told, before, after, strict=True):
            if now not in (was, 0):
                found.setdefault(row, []).append(Move(rule, was, now))
        before = after
    return {row: tuple(moves) for row, moves in found.items()}


def _ranks(order: Ints, count: int, rows: list[int]) -> list[int]:
    """Rank of each of these rows, of so many there are, from 1; 0 for those that are gone."""
    out = np.zeros(count, dtype=np.int64)
    out[order] = np.arange(1, len(order) + 1)
    found: list[int] = out[rows].tolist()
    return found
