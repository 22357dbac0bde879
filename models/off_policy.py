"""Off-policy evaluation: what another policy would have earned, estimated from what was logged.

A log is a list of shown items, each with the importance weight it has under the other (target)
policy, grouped by request; a single action is a slate of one. Four estimators read it:

- `ips`: inverse propensity scores (Horvitz, Thompson 1952), unbiased where the log supports the
  target, of large variance where the two policies differ.
- `snips`: self-normalised (Swaminathan, Joachims 2015): divided by the weight the log does hold,
  so that a shift of all rewards shifts the value by as much.
- `doubly_robust` (Dudík, Langford, Li 2011; Dudík et al. 2014): a reward model answers for
  everything, the weighted logs correct it; right where either the model or the weights are.
- `switch` (Switch-DR; Wang, Agarwal, Dudík 2017): as doubly robust, but above a weight `threshold`
  the model answers alone.

Saito et al. (2020) compare them on the Open Bandit data, as benchmarks/off_policy.py does.
Everything here is a pure function of arrays. `models/counterfactual.py` makes the log of slates.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from models.statistics import RESAMPLES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
THRESHOLDS = (0.5, 0.75, 0.9, 0.95, 0.99, 1.0)  # quantiles of the weights `switch` tries


@dataclass(frozen=True)
class Log:
    """Shown items (n,) of `count` requests, and what a reward model says of the target.

    `request` numbers the request of each item; `weight` is the target's exposure of the item over
    the log's; `examined` the exposure of an item at its logged position (1 for single actions);
    `predicted` the model's reward of the item as shown. Of each request: `mass` is the target's
    whole exposure, `expected` the model's value of the target (the direct method).
    """

    request: Ints
    weight: Floats
    reward: Floats
    predicted: Floats
    examined: Floats
    mass: Floats
    expected: Floats

    @property
    def count(self) -> int:
        return len(self.mass)

    def summed(self, values: Floats) -> Floats:
        """(requests,) sums of a value of shown items."""
        return np.asarray(np.bincount(self.request, weights=values, minlength=self.count))


@dataclass(frozen=True)
class Terms:
    """An estimate as mean(`above`) / mean(`below`) * mean(`scale`) over requests.

    `swing` (items,) is by how much `above` moves with the reward of each shown item.
    """

    above: Floats
    below: Floats
    scale: Floats
    swing: Floats | None = None

    @property
    def value(self) -> float:
        return float(self.above.mean() / self.below.mean() * self.scale.mean())

    def linear(self) -> Floats:
        """(requests,) values whose mean is the estimate and whose spread is its error to first
        order (the delta method; Owen 2013, chapter 9)."""
        a, b, s = (x.mean() for x in (self.above, self.below, self.scale))
        moved = (self.above - a) / b - (self.below - b) * a / b**2
        return np.asarray(self.value + moved * s + (self.scale - s) * a / b)


@dataclass(frozen=True)
class Estimate:
    """The target's value a request with two-sided bounds, and how much of it the log supports.

    `overlap` is the share of the target's exposure that the log could have shown; `effective` the
    effective sample size (Kish 1965) of the weights; with little of either, believe the model
    behind the estimate, not the log.
    """

    name: str
    value: float
    low: float
    high: float
    count: int
    overlap: float
    effective: float
    max_weight: float


def actions(
    reward: Floats,
    logged: Floats,
    target: Floats,
    predicted: Floats | None = None,
    expected: Floats | None = None,
) -> Log:
    """The log of single actions; all arrays (requests,).

    `logged` and `target` are each policy's probability of the action shown; `predicted` the model's
    reward of it, `expected` the model's mean reward under the target. Raises ValueError for a
    propensity that is not above 0: what is shown has had a chance.
    """
    if not (logged > 0).all():
        raise ValueError(
            "A logged propensity is not above 0: it is no probability of what was shown."
        )
    nothing, one = np.zeros(len(reward)), np.ones(len(reward))
    return Log(
        request=np.arange(len(reward)),
        weight=target / logged,
        reward=np.asarray(reward, dtype=np.float64),
        predicted=nothing if predicted is None else predicted,
        examined=one,
        mass=one,
        expected=nothing if expected is None else expected,
    )


def ips(log: Log) -> Terms:
    one = np.ones(log.count)
    return Terms(log.summed(log.weight * log.reward), one, one, log.weight)


def snips(log: Log) -> Terms:
    held = log.summed(log.weight * log.examined)
    return Terms(log.summed(log.weight * log.reward), held, log.mass, log.weight)


def direct(log: Log) -> Terms:
    """The reward model alone, uncorrected."""
    one = np.ones(log.count)
    return Terms(log.expected, one, one)


def doubly_robust(log: Log) -> Terms:
    return switch(log, np.inf)


def switch(log: Log, threshold: float) -> Terms:
    believed = np.where(log.weight <= threshold, log.weight, 0.0)
    correction = log.summed(believed * (log.reward - log.predicted))
    one = np.ones(log.count)
    return Terms(log.expected + correction, one, one, believed)


def best_threshold(log: Log) -> float:
    """The threshold of least estimated squared error: variance, and the square of a bound of the bias.

    As Wang, Agarwal and Dudík (2017) choose it, but with the bias bounded by what the log says
    (its mean and standard error above the threshold) instead of the largest reward there can be,
    which for rare clicks would always keep every weight.
    """
    errors = {}
    for threshold in np.unique(np.quantile(log.weight, THRESHOLDS)).tolist():
        kept = switch(log, threshold).above
        dropped = switch(log, np.inf).above - kept
        bias = abs(dropped.mean()) + _standard_error(dropped)
        errors[threshold] = _standard_error(kept) ** 2 + (bias**2 if dropped.any() else 0.0)
    return float(min(errors, key=lambda t: (errors[t], -t)))


ESTIMATORS: dict[str, Callable[[Log], Terms]] = {
    "ips": ips,
    "snips": snips,
    "dr": doubly_robust,
    "switch": lambda log: switch(log, best_threshold(log)),
}


def estimate(log: Log, name: str, level: float = 0.95, seed: int = 7) -> Estimate:
    """One estimator with its bootstrap-t interval; `name` is a key of ESTIMATORS."""
    terms = ESTIMATORS[name](log)
    low, high = interval(log, terms, level, seed)
    return Estimate(
        name,
        terms.value,
        low,
        high,
        log.count,
        overlap(log),
        effective_size(log.weight),
        float(log.weight.max(initial=0.0)),
    )


def overlap(log: Log) -> float:
    """The share of the target's exposure that the log supports.

    Estimated by the weights themselves: their mean is that share. Without support it is below 1.
    """
    held = log.summed(log.weight * log.examined).mean() / log.mass.mean()
    return float(min(1.0, held))


def effective_size(weight: Floats) -> float:
    """Kish's (sum w)^2 / sum w^2: as many equally weighted items would be as good."""
    square = float((weight**2).sum())
    return float(weight.sum()) ** 2 / square if square else 0.0


def interval(
    log: Log, terms: Terms, level: float = 0.95, seed: int = 7, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Bootstrap-t over requests whose rewards are drawn anew from the reward model.

    A place shown once in a hundred slates has a heavy weight and hardly a click: where the log
    holds none by chance, resampling it holds none either, and says that all is certain. A drawn
    reward has its chance in every sample (the parametric bootstrap of Efron, Tibshirani 1993,
    section 6.5, given the requests). Without a model, or for rewards that are not 0 or 1, it is
    `studentised`.
    """
    chance_of = np.clip(log.predicted, 0.0, 1.0)
    binary = np.isin(log.reward, (0.0, 1.0)).all()
    if terms.swing is None or not binary or not chance_of.any() or log.count < 2:
        return studentised(terms, level, seed, resamples)
    error = _standard_error(terms.linear())
    swing = terms.swing * float(terms.scale.mean() / terms.below.mean())
    moved = log.summed(terms.swing * (chance_of - log.reward))
    expected = replace(terms, above=terms.above + moved).linear()
    items, first, sizes = _by_request(log.request, log.count)
    swing, chance_of = swing[items], chance_of[items]
    chance, every = np.random.default_rng(seed), np.arange(log.count)
    t = np.empty(resamples)
    for k in range(resamples):
        drawn = chance.integers(0, log.count, log.count)
        own, copy = _items_of(first[drawn], sizes[drawn]), np.repeat(every, sizes[drawn])
        luck = swing[own] * ((chance.random(len(own)) < chance_of[own]) - chance_of[own])
        x = expected[drawn] + np.bincount(copy, weights=luck, minlength=log.count)
        spread = _standard_error(x)
        t[k] = (x.mean() - expected.mean()) / spread if spread > 0 else 0.0
    low, high = np.quantile(t, [(1 - level) / 2, (1 + level) / 2])
    return terms.value - float(high) * error, terms.value - float(low) * error


def _by_request(request: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Items in the order of their requests; of each request its first of them, and how many."""
    sizes = np.bincount(request, minlength=count)
    return np.argsort(request, kind="stable"), np.cumsum(sizes) - sizes, sizes


def _items_of(first: Ints, sizes: Ints) -> Ints:
    """first[0], first[0] + 1, ... `sizes[0]` of them; then those of the next."""
    before = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(np.arange(int(sizes.sum())) - before + np.repeat(first, sizes))


def studentised(
    terms: Terms, level: float = 0.95, seed: int = 7, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Bootstrap-t over requests (Efron 1979; Hall 1988); NaN bounds for fewer than two.

    A few heavy weights make estimates skew: resampled errors are therefore measured in their own
    standard error, which covers better than percentiles do (benchmarks/off_policy.py).
    """
    x = terms.linear()
    error = _standard_error(x)
    if not error > 0:
        return (np.nan, np.nan) if len(x) < 2 else (terms.value, terms.value)
    chance = np.random.default_rng(seed)
    t = np.empty(resamples)
    for k in range(resamples):
        drawn = x[chance.integers(0, len(x), len(x))]
        own = _standard_error(drawn)
        t[k] = (drawn.mean() - terms.value) / own if own > 0 else 0.0
    low, high = np.quantile(t, [(1 - level) / 2, (1 + level) / 2])
    return terms.value - float(high) * error, terms.value - float(low) * error


def normal(terms: Terms, level: float = 0.95) -> tuple[float, float]:
    """The normal interval of the linearised estimate: cheap, and too narrow for heavy weights."""
    half = NormalDist().inv_cdf((1 + level) / 2) * _standard_error(terms.linear())
    return terms.value - half, terms.value + half


def bernstein(terms: Terms, width: float, level: float = 0.95) -> tuple[float, float]:
    """The empirical Bernstein bound (Maurer, Pontil 2009), which holds for every sample size.

    `width` is the range a term can take at most (largest weight times largest reward). Wide: use
    it where a promise is needed, not an estimate.
    """
    values = terms.linear()
    n, two_sided = len(values), np.log(4 / (1 - level))
    half = np.sqrt(2 * values.var(ddof=1) * two_sided / n) + 7 * width * two_sided / (3 * (n - 1))
    return terms.value - float(half), terms.value + float(half)


def _standard_error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan
