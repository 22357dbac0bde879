"""Another ranker on yesterday's slates: from logged impressions to the log that off_policy.py reads.

A slate's head is certain and its tail is drawn (models/rerank.py). A slate as a whole, or a place
at a position, therefore has mostly no chance of being shown by the logging policy, and importance
weights of either are undefined. What is assumed instead is the examination hypothesis of the
position-based model (Craswell et al. 2008; for off-policy evaluation Li et al. 2018): the reward of
a place at position k is examination(k) times its attraction, whatever stands around it. Then a
place that was shown anywhere tells of it everywhere, and its weight is

    exposure under the target / (examination(k) x probability of having been drawn)

A place that could not be drawn at all has no weight: the reward model answers for it alone, and
`off_policy.overlap` says how much of the target that is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from butler.domain import Impression
from features.vector import NAMES
from models.composite import Composite
from models.off_policy import Floats, Ints, Log
from models.ranker import Matrix
from models.replay import logged_matrix, replay
from models.unranked import UNRANKED

DRAWS = 4  # slates of the target that are drawn for one request
FOLDS = 2
RIDGE = 1.0


@dataclass(frozen=True)
class Slate:
    """One answered request: what was shown with which reward, and where the target would show it.

    `chosen`, `propensity`, `reward` are of each position; `exposure` (candidates, positions) is the
    target's probability of each candidate at each position; `facts` (candidates, m) is what the
    reward model reads.
    """

    chosen: Ints
    propensity: Floats
    reward: Floats
    exposure: Floats
    facts: Floats


def drawn_factors(propensity: Floats) -> Floats:
    """What the reward of each position counts for in an unbiased sum over all that could be drawn.

    Places above the first draw are certain: 1. For t draws without replacement, with probability
    p_j given those before, each of `sum of the earlier + reward / p_j` is unbiased for the sum over
    the pool; this is their mean (Des Raj 1956). `propensity` is (positions,) or (slates, positions).
    """
    uncertain = propensity < 1.0
    length = propensity.shape[-1]
    position = np.arange(length)
    first = np.where(uncertain.any(-1), uncertain.argmax(-1), length)[..., None]
    draws = np.maximum(length - first, 1)
    drawn = (1.0 / propensity + length - 1 - position) / draws
    return np.asarray(np.where(position >= first, drawn, 1.0))


def slate_log(slates: Sequence[Slate], examination: Floats | None = None) -> Log:
    """The log of slates under their target.

    `examination` (positions,) is the chance of each position to be looked at; None fits it (see
    RewardModel). The reward model of one half of the requests answers for the other half, so that
    no request judges itself (Dudík et al. 2014; cross-fitting: Chernozhukov et al. 2018).
    """
    longest = max(s.exposure.shape[1] for s in slates)
    looked = fitted_examination(slates) if examination is None else examination
    looked = np.append(looked, np.repeat(looked[-1:], max(0, longest - len(looked))))
    sizes = np.array([len(s.facts) for s in slates])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])  # each slate's first candidate
    target = np.concatenate([s.exposure @ looked[: s.exposure.shape[1]] for s in slates])
    attraction = _cross_fitted(slates, looked, np.repeat(np.arange(len(slates)) % FOLDS, sizes))
    chosen = np.concatenate([s.chosen + n for s, n in zip(slates, first.tolist(), strict=True)])
    _, position, reward = _shown(slates)
    shown = looked[position - 1]
    return Log(
        request=np.repeat(np.arange(len(slates)), [len(s.chosen) for s in slates]),
        weight=target[chosen] / shown * _factors(slates),
        reward=reward,
        predicted=attraction[chosen] * shown,
        examined=shown,
        mass=np.add.reduceat(target, first),
        expected=np.add.reduceat(target * attraction, first),
    )


def _cross_fitted(slates: Sequence[Slate], looked: Floats, fold: Ints) -> Floats:
    """(all candidates,) attraction; `fold` of each candidate is that of its slate."""
    facts = np.concatenate([s.facts for s in slates])
    out = np.zeros(len(facts))
    for k in range(FOLDS):
        others = [s for n, s in enumerate(slates) if n % FOLDS != k]
        out[fold == k] = RewardModel.fit(others, looked).attraction(facts[fold == k])
    return out


def _factors(slates: Sequence[Slate]) -> Floats:
    """`drawn_factors` of all slates; those of one length are done at once."""
    if len({len(s.propensity) for s in slates}) == 1:
        return drawn_factors(np.stack([s.propensity for s in slates])).ravel()
    return np.concatenate([drawn_factors(s.propensity) for s in slates])


@dataclass(frozen=True)
class RewardModel:
    """E[reward] = examination[position] * exp(b . facts): log-linear, fitted by Poisson likelihood."""

    examination: Floats
    coefficients: Floats

    @classmethod
    def fit(cls, slates: Sequence[Slate], examination: Floats) -> "RewardModel":
        facts, position, reward = _shown(slates)
        looked = np.log(examination[position - 1])
        return cls(examination, _poisson(_with_constant(facts), reward, looked))

    def attraction(self, facts: Floats) -> Floats:
        """(candidates,) expected reward where every place is looked at."""
        return np.asarray(np.exp(_bounded(_with_constant(facts) @ self.coefficients)))


def fitted_examination(slates: Sequence[Slate]) -> Floats:
    """Examination as position ** -power, the power fitted beside the reward model.

    It is identified by places of equal facts at different positions, and is as good as the scores
    are at telling which places attract. Training estimates it from all features
    (models/position.py); that is the better one where it is known.
    """
    facts, position, reward = _shown(slates)
    design = np.column_stack([_with_constant(facts), -np.log(position)])
    power = max(0.0, float(_poisson(design, reward, np.zeros(len(reward)))[-1]))
    longest = max(s.exposure.shape[1] for s in slates)
    return np.asarray(np.arange(1.0, longest + 1) ** -power)


def _shown(slates: Sequence[Slate]) -> tuple[Floats, Ints, Floats]:
    """Facts, position from 1 and reward of every place shown."""
    return (
        np.concatenate([s.facts[s.chosen] for s in slates]),
        np.concatenate([np.arange(1, len(s.chosen) + 1) for s in slates]),
        np.concatenate([s.reward for s in slates]),
    )


def _with_constant(facts: Floats) -> Floats:
    return np.column_stack([np.ones(len(facts)), facts])


def _bounded(x: Floats) -> Floats:
    return np.asarray(np.clip(x, -20.0, 3.0))


def _poisson(design: Floats, reward: Floats, offset: Floats, steps: int = 30) -> Floats:
    """Coefficients of log E[reward] = offset + design . b, by Newton's method with a small ridge."""
    b = np.zeros(design.shape[1])
    b[0] = np.log(max(reward.sum(), 0.5) / np.exp(offset).sum())
    ridge = np.full(len(b), RIDGE)
    ridge[0] = 0.0
    for _ in range(steps):
        mean = np.exp(_bounded(offset + design @ b))
        slope = design.T @ (reward - mean) - ridge * b
        bend = (design * mean[:, None]).T @ design + np.diag(ridge + 1e-9)
        step = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
        b = b + step
        if np.abs(step).max() < 1e-8:
            break
    return b


def counterfactual(
    impressions: Sequence[Impression],
    rewards: Mapping[str, Mapping[str, float]],
    model: Composite,
    draws: int = DRAWS,
) -> list[Slate]:
    """What `model`'s ranker would have made of the logged candidates, under the logged rules.

    `rewards` maps request_id to the reward of each poi_id. Impressions of other features than
    today's, empty ones, and those that no ranker ordered are left out. The candidates are those of
    the log: what only another generator would have found is not judged.
    """
    return [
        _slate(impression, rewards.get(impression.request_id, {}), model, draws)
        for impression in impressions
        if impression.slate and readable(impression) and impression.model_version != UNRANKED
    ]


def readable(impression: Impression) -> bool:
    """Whether the logged vectors are of today's features, as far as their size can tell."""
    return len(impression.features) == 4 * len(NAMES) * len(impression.candidates)


def _slate(
    impression: Impression, reward: Mapping[str, float], model: Composite, draws: int
) -> Slate:
    row = {poi: n for n, poi in enumerate(impression.candidates)}
    score = model.ranker.predict(logged_matrix(impression))
    facts = np.column_stack([_standard(np.array(impression.scores)), _standard(score)])
    return Slate(
        chosen=np.array([row[p] for p in impression.slate], dtype=np.int64),
        propensity=np.array(impression.propensities),
        reward=np.array([reward.get(p, 0.0) for p in impression.slate]),
        exposure=_exposure(impression, model, score, draws),
        facts=facts,
    )


def _exposure(impression: Impression, model: Composite, score: Floats, draws: int) -> Floats:
    """(candidates, positions): share of the target's slates that show each there.

    Its tail is drawn under `draws` other request ids, which keeps the estimates unbiased.
    """
    known = replace(model, ranker=cast(Any, _Known(score)))
    seen = np.zeros((len(impression.candidates), len(impression.slate)))
    for n in range(draws):
        drawn = replay(replace(impression, request_id=f"{impression.request_id}/{n}"), known)
        chosen = drawn.slate.chosen[: seen.shape[1]]
        seen[chosen, np.arange(len(chosen))] += 1.0
        if n == 0 and (drawn.slate.propensity == 1.0).all():
            return seen  # nothing is drawn
    return seen / draws


class _Known:
    """A ranker whose scores are known already."""

    def __init__(self, score: Floats) -> None:
        self._score = score

    def predict(self, matrix: Matrix) -> NDArray[np.float64]:
        return self._score


def _standard(score: Floats) -> Floats:
    spread = score.std() if len(score) else 0.0
    return (score - score.mean()) / spread if spread > 0 else np.zeros(len(score))
