"""Whether the off-policy estimators tell the truth, on data where it is known.

    python -m benchmarks.off_policy --open-bandit ../shared/data/open-bandit --world .butler/world

Open Bandit (Saito et al. 2020): the value of `bts` is estimated from clicks logged under `random`
and compared with the mean click logged under `bts` itself. The sample world: slates logged under a
stochastic policy again and again; an interval of 95 % must hold the true value of another policy
about 95 times in a hundred. Prints tables and writes `off-policy.json` into `--out`.
"""

import argparse
import json
import os
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from butler.world.truth import Truth, utilities
from butler.world.utility import examination
from models import off_policy as op
from models.counterfactual import Slate, slate_log

Floats = NDArray[np.float64]
NAMES = tuple(op.ESTIMATORS)
LENGTH, POOL, FLOOR = 10, 20, 0.01  # as in models/rerank.Rules


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--open-bandit", type=Path, default=Path("../shared/data/open-bandit"))
    parser.add_argument("--world", type=Path, default=Path(".butler/world"))
    parser.add_argument("--out", type=Path, default=Path(".butler/reports"))
    parser.add_argument("--replications", type=int, default=200)
    wanted = parser.parse_args()
    console = Console()
    found: dict[str, Any] = {}
    if wanted.open_bandit.exists():
        found["open_bandit"] = {c: open_bandit(wanted.open_bandit, c) for c in ("men", "women")}
        for campaign, rows in found["open_bandit"].items():
            console.print(_bandit_table(campaign, rows))
    if wanted.world.exists():
        requests = asked(Truth.load(wanted.world), 4000)
        found["world"] = [
            asdict(coverage(requests, setting, setting.requests, wanted.replications))
            for setting in SETTINGS
        ]
        for row in found["world"]:
            console.print(_world_table(row))
    wanted.out.mkdir(parents=True, exist_ok=True)
    (wanted.out / "off-policy.json").write_text(json.dumps(found, indent=1))


# --- Open Bandit


def open_bandit(folder: Path, campaign: str) -> dict[str, dict[str, float]]:
    """`bts` as it was (`on_policy`), and by each estimator from `random`: value, low, high, ...

    The probabilities of `bts` given the context are logged for the shown items alone, and it learns
    as the week goes on. What is estimated is therefore the value of its average: the share of
    each item at each position in its own log, smoothed by one impression spread over all items.
    """
    bts, random = (
        pl.read_csv(folder / policy / f"{campaign}.csv.gz") for policy in ("bts", "random")
    )
    items = int(max(frame["item_id"].to_numpy().max() for frame in (bts, random))) + 1
    target = _action_distribution(bts, items)
    position, item = random["position"].to_numpy() - 1, random["item_id"].to_numpy()
    click = random["click"].to_numpy().astype(np.float64)
    predicted, expected = _cross_fitted(position, item, click, target)
    log = op.actions(
        click, random["propensity_score"].to_numpy(), target[position, item], predicted, expected
    )
    truth = bts["click"].to_numpy().astype(np.float64)
    one = np.ones(len(truth))
    low, high = op.studentised(op.Terms(truth, one, one))
    rows = {"on_policy": {"value": float(truth.mean()), "low": low, "high": high}}
    for name in NAMES:
        made = asdict(op.estimate(log, name))
        rows[made.pop("name")] = made
    return rows


def _action_distribution(frame: pl.DataFrame, items: int) -> Floats:
    """(positions, items): how often the policy showed each item at each position."""
    count = np.zeros((3, items))
    np.add.at(count, (frame["position"].to_numpy() - 1, frame["item_id"].to_numpy()), 1.0)
    count += 1.0 / items
    return np.asarray(count / count.sum(axis=1, keepdims=True))


def _cross_fitted(
    position: NDArray[np.int64], item: NDArray[np.int64], click: Floats, target: Floats
) -> tuple[Floats, Floats]:
    """The model's click of what was shown, and of the target: smoothed rates of the other half."""
    half = np.arange(len(click)) % 2
    predicted, expected = np.zeros((2, len(click)))
    for side in (0, 1):
        learn, use = half != side, half == side
        rate = _click_rates(position[learn], item[learn], click[learn], target.shape[1])
        predicted[use] = rate[position[use], item[use]]
        expected[use] = (target * rate).sum(axis=1)[position[use]]
    return predicted, expected


def _click_rates(
    position: NDArray[np.int64], item: NDArray[np.int64], click: Floats, items: int
) -> Floats:
    """(positions, items): each item's click rate, pulled towards the mean; the same everywhere."""
    shown = np.bincount(item, minlength=items)
    clicked = np.bincount(item, weights=click, minlength=items)
    rate = (clicked + click.mean() * 200) / (shown + 200)
    return np.broadcast_to(rate, (3, items))


# --- the sample world


@dataclass(frozen=True)
class Setting:
    """How slates are logged: the last `tail` places are drawn. `support`: what the target ranks."""

    name: str
    tail: int
    candidates: int
    temperature: float
    knows_examination: bool = True
    requests: int = 500


SETTINGS = (
    Setting("every place drawn", LENGTH, POOL, 1.0),
    Setting("every place drawn, examination fitted", LENGTH, POOL, 1.0, knows_examination=False),
    Setting("the last three of ten drawn", 3, 27, 0.5, requests=1000),
    Setting("the last of ten drawn, as by default", 1, 29, 0.5, requests=1000),
)


@dataclass(frozen=True)
class Requests:
    """Attraction (true click at the top) and each policy's score of all places: (requests, places)."""

    attraction: Floats
    logged: Floats
    target: Floats


@dataclass(frozen=True)
class Coverage:
    """Of each estimator: share of intervals that hold the truth, mean error, mean width."""

    setting: str
    requests: int
    replications: int
    truth: float
    on_policy: float
    overlap: float
    covered: dict[str, float]
    covered_normal: dict[str, float]
    bias: dict[str, float]
    error: dict[str, float]
    width: dict[str, float]


def asked(truth: Truth, most: int, seed: int = 1) -> Requests:
    """Requests of the world's last days, with two rankers that see the truth through noise."""
    days = [truth.world.end - timedelta(days=n) for n in range(1, 15)]
    requests = pl.concat([truth.requests(day) for day in days])
    requests = requests.sample(min(most, requests.height), seed=seed)
    click = utilities(truth, requests).click
    chance = np.random.default_rng(seed)
    logit = np.log(click + 1e-4)
    places = chance.normal(0, 0.5, (2, click.shape[1]))  # each ranker likes some places too much
    return Requests(
        click,
        logit + places[0] + chance.normal(0, 0.7, click.shape),
        logit + places[1] + chance.normal(0, 0.4, click.shape),
    )


def coverage(
    requests: Requests, setting: Setting, size: int, replications: int, seed: int = 3
) -> Coverage:
    """Log `size` of the requests `replications` times, and estimate the target each time."""
    world = _Worked(requests, setting)
    truth, on_policy = world.truth, []
    chance = np.random.default_rng(seed)
    looked = examination(LENGTH) if setting.knows_examination else None
    values = np.zeros((replications, len(NAMES)))
    bounds, normal = np.zeros((2, replications, len(NAMES), 2))
    overlaps = []
    for n in range(replications):
        slates = world.logged(chance.integers(0, len(world), size), chance)
        log = slate_log(slates, looked)
        on_policy.append(np.mean([s.reward.sum() for s in slates]))
        overlaps.append(op.overlap(log))
        for k, name in enumerate(NAMES):
            terms = op.ESTIMATORS[name](log)
            values[n, k] = terms.value
            bounds[n, k] = op.interval(log, terms, seed=n, resamples=300)
            normal[n, k] = op.normal(terms)
    width = (bounds[:, :, 1] - bounds[:, :, 0]).mean(axis=0)
    return Coverage(
        setting.name,
        size,
        replications,
        truth,
        float(np.mean(on_policy)),
        float(np.mean(overlaps)),
        _named(_held(bounds, truth)),
        _named(_held(normal, truth)),
        _named(values.mean(axis=0) - truth),
        _named(np.sqrt(((values - truth) ** 2).mean(axis=0))),
        _named(width),
    )


class _Worked:
    """The candidates of each request, in the order of the logging policy, and the target's slate."""

    def __init__(self, requests: Requests, setting: Setting) -> None:
        order = np.argsort(-requests.logged, axis=1)[:, : setting.candidates]
        self.attraction, self.logged_score, self.target_score = (
            np.take_along_axis(a, order, axis=1)
            for a in (requests.attraction, requests.logged, requests.target)
        )
        self.setting = setting
        self.target = np.argsort(-self.target_score, axis=1)[:, :LENGTH]
        reward = np.take_along_axis(self.attraction, self.target, axis=1) * examination(LENGTH)
        self.truth = float(reward.sum(axis=1).mean())

    def __len__(self) -> int:
        return len(self.attraction)

    def logged(self, rows: NDArray[np.int64], chance: np.random.Generator) -> list[Slate]:
        chosen, propensity = self._drawn(rows, chance)
        looked = examination(LENGTH) * np.take_along_axis(self.attraction[rows], chosen, axis=1)
        reward = (chance.random(looked.shape) < looked).astype(np.float64)
        return [self._slate(r, chosen[n], propensity[n], reward[n]) for n, r in enumerate(rows)]

    def _slate(
        self, row: int, chosen: NDArray[np.int64], propensity: Floats, reward: Floats
    ) -> Slate:
        exposure = np.zeros((self.attraction.shape[1], LENGTH))
        exposure[self.target[row], np.arange(LENGTH)] = 1.0
        scores = np.column_stack([self.logged_score[row], self.target_score[row]])
        facts = (scores - scores.mean(axis=0)) / scores.std(axis=0)
        return Slate(chosen, propensity, reward, exposure, facts)

    def _drawn(
        self, rows: NDArray[np.int64], chance: np.random.Generator
    ) -> tuple[NDArray[np.int64], Floats]:
        """As models/rerank.py draws: the head as it stands, the tail by softmax from the pool."""
        head, tail = LENGTH - self.setting.tail, self.setting.tail
        score = self.logged_score[rows]
        pool = (score / score.std(axis=1, keepdims=True))[:, head : head + POOL]
        rate = np.exp((pool - pool.max(axis=1, keepdims=True)) / self.setting.temperature)
        chosen = np.tile(np.arange(LENGTH), (len(rows), 1))
        propensity, every = np.ones(chosen.shape), np.arange(len(rows))
        for k in range(tail):
            there = rate > 0
            even = FLOOR * there.sum(axis=1, keepdims=True)
            p = (1 - even) * rate / rate.sum(axis=1, keepdims=True) + FLOOR * there
            n = (p.cumsum(axis=1) < chance.random((len(rows), 1))).sum(axis=1).clip(0, POOL - 1)
            chosen[:, head + k], propensity[:, head + k] = head + n, p[every, n]
            rate[every, n] = 0.0
        return chosen, propensity


def _held(bounds: Floats, truth: float) -> Floats:
    return np.asarray(((bounds[:, :, 0] <= truth) & (truth <= bounds[:, :, 1])).mean(axis=0))


def _named(values: Floats) -> dict[str, float]:
    return dict(zip(NAMES, values.tolist(), strict=True))


# --- tables


def _bandit_table(campaign: str, rows: dict[str, dict[str, float]]) -> Table:
    table = Table(title=f"Open Bandit, {campaign}: value of bts from the log of random", box=None)
    for name in ("estimator", "value", "low", "high", "overlap", "effective", "max weight"):
        table.add_column(name, justify="left" if name == "estimator" else "right")
    for name, row in rows.items():
        numbers = [f"{row[k]:.4f}" for k in ("value", "low", "high")]
        rest = [
            f"{row[k]:,.2f}" if k in row else "" for k in ("overlap", "effective", "max_weight")
        ]
        table.add_row(name, *numbers, *rest)
    return table


def _world_table(row: dict[str, Any]) -> Table:
    title = (
        f"{row['setting']}: truth {row['truth']:.3f}, as logged {row['on_policy']:.3f}, "
        f"overlap {row['overlap']:.2f}, {row['replications']} x {row['requests']} requests"
    )
    table = Table(title=title, box=None)
    columns = ("covered", "covered_normal", "bias", "error", "width")
    for name in ("estimator", *columns):
        table.add_column(name.replace("_", " "), justify="left" if name == "estimator" else "right")
    for name in NAMES:
        values = [row[c][name] for c in columns]
        table.add_row(name, *[f"{v:.3f}" for v in values])
    return table


if __name__ == "__main__":
    main()
