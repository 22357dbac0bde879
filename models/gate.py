"""The promotion gate: what a challenger must show before it becomes champion.

Each check passes, fails, or is not judged because what it needs is not there; it says so in a
sentence, with its numbers. A challenger is promoted if no check fails. docs/promotion.md describes
them; models/card.py writes them down.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from butler.errors import Conflict
from models import off_policy as op
from models.behaviour import Behaviour
from models.counterfactual import Slate, slate_log
from models.ranker import Matrix, Ranker

PASSED, FAILED, NOT_JUDGED = "passed", "failed", "not judged"
REPEATS = 15  # of the measurement of latency


@dataclass(frozen=True)
class Check:
    """One judgement: `outcome` is one of PASSED, FAILED, NOT_JUDGED."""

    name: str
    outcome: str
    sentence: str
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """Whether a challenger became champion, and why."""

    version: str
    promoted: bool
    reason: str
    checks: tuple[Check, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; numbers that are none are left out."""
        made = asdict(self)
        for check in made["checks"]:
            check["numbers"] = {k: v for k, v in check["numbers"].items() if math.isfinite(v)}
        made["checks"] = list(made["checks"])
        return made


def decided(version: str, checks: Sequence[Check]) -> Decision:
    """Promoted if nothing failed; the reason is that of the failed checks, else of the first."""
    failed = [c.sentence for c in checks if c.outcome == FAILED]
    reason = "; ".join(failed) if failed else checks[0].sentence
    return Decision(version, not failed, reason, tuple(checks))


def check_comparable(compared_with: str, champion: str | None, version: str) -> None:
    """Raises Conflict where the version was measured against another champion than today's."""
    if (champion or "") != compared_with:
        raise Conflict(
            f"Version {version} was measured against champion {compared_with or 'none'}, but the "
            f"champion is now {champion or 'none'}. Run `butler train` again."
        )


def order(metrics: Mapping[str, float], margin: float, least: int) -> Check:
    """On slates that were shown, in the challenger's order: surely no more than `margin` of the
    clicks fewer than in the champion's (models/reordered.py). Not judged on fewer than `least`."""
    count = metrics.get("reordered_count", 0.0)
    if not judges_order(metrics, least):
        said = f"{count:,.0f} slates can be ordered anew; {least:,} are needed"
        return Check("order", NOT_JUDGED, said, {"slates": count})
    numbers = {k: metrics[f"reordered_{k}"] for k in ("difference", "low", "high", "p")}
    said = (
        f"{count:,.0f} slates in the challenger's order are worth {numbers['difference']:+.1%} "
        f"clicks of the champion's ({numbers['low']:+.1%} .. {numbers['high']:+.1%}, paired)"
    )
    numbers["slates"] = count
    if numbers["low"] < -margin:
        said += f"; it may be worse by more than the margin of {margin:.1%}"
        return Check("order", FAILED, said, numbers)
    return Check("order", PASSED, said, numbers)


def judges_order(metrics: Mapping[str, float], least: int) -> bool:
    """Whether there are slates enough to judge by order, and not by what the champion chose."""
    return metrics.get("reordered_count", 0.0) >= least


def ndcg(
    metrics: Mapping[str, float], champion: str | None, margin: float, ordered: bool = False
) -> Check:
    """Better than the champion on the same requests, and surely not worse by more than `margin`.

    The comparison is paired and does not favour whose slates were shown (`training.fair_ndcg`). The
    first challenger, and one whose champion can no longer be run (it reads other features), must
    beat popularity and the travellers' most frequent places instead. So must one that `order` judges.
    """
    if champion and "paired_ndcg_low" in metrics and not ordered:
        return _against_champion(metrics, margin)
    ours = metrics["ndcg_at_10"]
    rivals = ("popularity", "most_frequent")
    numbers = {"ours": ours, **{r: metrics[f"{r}_ndcg_at_10"] for r in rivals}}
    for rival in rivals:
        if not ours > numbers[rival]:
            said = f"NDCG@10 {ours:.4f} is not above {numbers[rival]:.4f} of {rival}"
            return Check("ndcg", FAILED, said, numbers)
    best = ", ".join(f"{r} {numbers[r]:.4f}" for r in rivals)
    return Check("ndcg", PASSED, f"NDCG@10 {ours:.4f} is above {best}", numbers)


def _against_champion(metrics: Mapping[str, float], margin: float) -> Check:
    numbers = {k: metrics[f"paired_ndcg_{k}"] for k in ("difference", "low", "high", "p")}
    found = (
        f"{numbers['difference']:+.4f} ({numbers['low']:+.4f} .. {numbers['high']:+.4f}, "
        f"p = {numbers['p']:.3f}, paired)"
    )
    if not numbers["difference"] > 0:
        return Check("ndcg", FAILED, f"NDCG@10 is not above the champion's: {found}", numbers)
    said = f"NDCG@10 is above the champion's: {found}"
    if numbers["low"] < -margin:
        said += f"; it may be worse by more than the margin of {margin:.4f}"
        return Check("ndcg", FAILED, said, numbers)
    return Check("ndcg", PASSED, said, numbers)


def logged_value(
    slates: Sequence[Slate],
    least: int,
    margin: float,
    least_overlap: float,
    examination: op.Floats | None = None,
    seed: int = 7,
) -> Check:
    """On slates the champion served: the challenger may not be worth less than `margin` of it less.

    Paired: of each request the doubly robust value of the challenger less the clicks there were.
    Not judged with fewer than `least` slates, without a click, or where less than `least_overlap`
    of what the challenger would show could have been shown. `examination` by position, else fitted.
    """
    numbers: dict[str, float] = {"impressions": float(len(slates))}
    if len(slates) < least:
        return too_few(len(slates), least)
    served = np.array([s.reward.sum() for s in slates])
    if not served.any():
        return Check("off_policy", NOT_JUDGED, "no slate was clicked on", numbers)
    log = slate_log(slates, examination)
    found = op.estimate(log, "dr", seed=seed)
    numbers |= {
        "champion": float(served.mean()),
        "challenger": found.value,
        "low": found.low,
        "high": found.high,
        "overlap": found.overlap,
        "max_weight": found.max_weight,
        "effective": found.effective,
    }
    if found.overlap < least_overlap:
        said = (
            f"{found.overlap:.0%} of what the challenger would show could have been shown by the "
            f"champion; {least_overlap:.0%} are needed"
        )
        return Check("off_policy", NOT_JUDGED, said, numbers)
    return _compared(log, served, numbers, margin, seed)


def too_few(count: int, least: int) -> Check:
    said = f"the champion has served {count:,} slates that can be judged; {least:,} are needed"
    return Check("off_policy", NOT_JUDGED, said, {"impressions": float(count)})


def _compared(
    log: op.Log, served: op.Floats, numbers: dict[str, float], margin: float, seed: int
) -> Check:
    value = op.doubly_robust(log)
    difference = value.above - served
    paired = replace(value, above=difference, swing=log.weight - 1.0)
    low, high = op.interval(log, paired, seed=seed)
    numbers |= {"difference": float(difference.mean()), "difference_low": low}
    allowed = -margin * numbers["champion"]
    said = (
        f"on {len(difference):,} logged slates the challenger is worth "
        f"{numbers['challenger']:.3f} clicks a slate, the champion {numbers['champion']:.3f}: "
        f"difference {difference.mean():+.3f} ({low:+.3f} .. {high:+.3f})"
    )
    if low < allowed:
        return Check(
            "off_policy", FAILED, f"{said}; the lower bound is below {allowed:+.3f}", numbers
        )
    return Check("off_policy", PASSED, said, numbers)


def behaviour(found: Sequence[Behaviour], allowed: float) -> list[Check]:
    """Each behaviour: its share of violations is at most `allowed`, or none where rules see to it."""
    return [_behaved(b, 0.0 if b.by_rule else allowed) for b in found]


def _behaved(found: Behaviour, allowed: float) -> Check:
    numbers = {"tried": float(found.tried), "violations": float(found.violations)}
    if found.tried == 0:
        return Check(found.name, NOT_JUDGED, f"{found.sentence}: {found.why_not}", numbers)
    share = found.violations / found.tried
    said = (
        f"{found.sentence}: {found.violations:,} of {found.tried:,} tries violate it ({share:.1%})"
    )
    if share > allowed:
        return Check(found.name, FAILED, f"{said}; {allowed:.1%} are allowed", numbers)
    return Check(found.name, PASSED, said, numbers)


def latency(ranker: Ranker, matrix: Matrix, budget_ms: float) -> Check:
    """Median time to score a request's candidates, on one thread; a budget of 0 turns it off."""
    if budget_ms <= 0 or not len(matrix):
        return Check("latency", NOT_JUDGED, "latency has no budget, or nothing to score")
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        ranker.predict(matrix)
        times.append((time.perf_counter() - start) * 1000)
    took = float(np.median(times))
    said = f"{len(matrix)} candidates are scored in {took:.1f} ms of {budget_ms:g}"
    numbers = {"median_ms": took, "budget_ms": budget_ms}
    return Check("latency", PASSED if took <= budget_ms else FAILED, said, numbers)
