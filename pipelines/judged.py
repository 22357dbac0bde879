"""The judge of a simulation: what slates were worth, by the truth; by day, by week, at the end.

Every policy is judged on the same requests of the same world: the one in which the platform's slates
were shown, so that travellers are as tired as the platform made them. `expected_clicks` and
`expected_bookings` are exact; `clicks` and `bookings` are simulated, all policies with the same luck.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from butler.columns import CLICK, C
from butler.world.truth import Truth, Utilities, respond, utilities
from butler.world.utility import examination
from models.statistics import Interval, bootstrap
from pipelines.rivals import BEST

PLATFORM = "platform"
GOAL = 0.7  # of the best possible expected clicks, over the last week
WEEK = 7
STREAM_JUDGE = 41
MEASURES = ("expected_clicks", "expected_bookings", "clicks", "bookings")
DAY, POLICY, PLANNING = "day", "policy", "planning"


def judged(
    truth: Truth, requests: pl.DataFrame, slates: Mapping[str, pl.DataFrame], seed: int
) -> pl.DataFrame:
    """One row a request and policy: request_id, session_id, day, planning, policy, MEASURES."""
    found = utilities(truth, requests)
    asked = requests.select(
        C.REQUEST,
        C.SESSION,
        pl.col(C.OCCURRED_AT).dt.date().alias(DAY),
        pl.col(C.LATITUDE).is_null().alias(PLANNING),
    )
    frames = []
    for policy, shown in slates.items():
        worth = asked.join(_expected(found, shown), on=C.REQUEST, how="left")
        happened = _happened(truth, requests, shown, seed)
        scored = worth.join(happened, on=C.REQUEST, how="left").fill_null(0)
        frames.append(scored.with_columns(pl.lit(policy).alias(POLICY)))
    return pl.concat(frames)


def _expected(found: Utilities, shown: pl.DataFrame) -> pl.DataFrame:
    """Sums over the slate of P(looked at) x P(clicked, booked | looked at)."""
    row = {request: n for n, request in enumerate(found.request_ids)}
    column = {poi: n for n, poi in enumerate(found.poi_ids)}
    at = (
        [row[request] for request in shown[C.REQUEST]],
        [column[poi] for poi in shown[C.POI]],
    )
    longest = int(shown.select(pl.col(C.POSITION).max()).item() or 1)
    seen = examination(longest)[shown[C.POSITION].to_numpy() - 1]
    return (
        shown.select(
            C.REQUEST,
            pl.Series("expected_clicks", seen * found.click[at]),
            pl.Series("expected_bookings", seen * found.booking[at]),
        )
        .group_by(C.REQUEST)
        .sum()
    )


def _happened(truth: Truth, requests: pl.DataFrame, shown: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Clicks and bookings of one draw; the draw is the day's, the same for every policy."""
    if requests.is_empty():
        return pl.DataFrame(schema={C.REQUEST: pl.String, "clicks": pl.Int64, "bookings": pl.Int64})
    day = int(requests[C.OCCURRED_AT][0].timestamp()) // 86400
    reaction = respond(truth, np.random.default_rng([seed, STREAM_JUDGE, day]), requests, shown)
    clicks = reaction.events.filter(pl.col(C.EVENT_TYPE) == CLICK).select(C.REQUEST, clicks=1)
    booked = reaction.bookings.select(
        pl.col(C.BOOKING).str.extract(r"^b(.*)-\d+$").alias(C.REQUEST), bookings=1
    )
    return (
        pl.concat([clicks, booked], how="diagonal")
        .group_by(C.REQUEST)
        .agg(pl.col("clicks", "bookings").sum().cast(pl.Int64))
    )


@dataclass(frozen=True)
class Verdict:
    """What a simulation came to; `days`, `weeks` and `last` are JSON-ready, see `summary`."""

    days: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
    last: dict[str, Any]  # the last week, with intervals
    share: Interval  # of the best possible: the platform's expected clicks in the last week
    first_share: Interval  # the same of the first week

    @property
    def met(self) -> bool:
        """Whether the platform reached the goal in the last week."""
        return self.share.mean >= GOAL

    @property
    def rose(self) -> bool:
        return self.share.mean > self.first_share.mean

    def curve(self, policy: str) -> list[float]:
        """The policy's share of the best possible, day by day."""
        return [float(day["policies"][policy]["share"]) for day in self.days]

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = {**asdict(self), "goal": GOAL, "met": self.met, "rose": self.rose}
        path.write_text(json.dumps(text, indent=1))


def verdict(scores: pl.DataFrame, seed: int) -> Verdict:
    """Days one by one, weeks of seven days from the first on, and the last seven days."""
    dates = scores[DAY].unique().sort().to_list()
    days = [summary(scores.filter(pl.col(DAY) == date)) for date in dates]
    weeks = [
        summary(_of(scores, dates[first : first + WEEK]), seed)
        for first in range(0, len(dates), WEEK)
    ]
    first, last = _of(scores, dates[:WEEK]), _of(scores, dates[-WEEK:])
    return Verdict(days, weeks, summary(last, seed), share(last, seed), share(first, seed))


def _of(scores: pl.DataFrame, dates: list[Any]) -> pl.DataFrame:
    return scores.filter(pl.col(DAY).is_in(dates))


def summary(scores: pl.DataFrame, seed: int | None = None) -> dict[str, Any]:
    """Means a session of every policy, and its share of the best; with a seed also intervals."""
    mine = {str(name[0]): part for name, part in scores.group_by(POLICY, maintain_order=True)}
    whole = next(iter(mine.values()))
    out: dict[str, Any] = {
        "from": str(scores[DAY].min()),
        "to": str(scores[DAY].max()),
        "requests": whole.height,
        "sessions": whole[C.SESSION].n_unique(),
        "policies": {},
    }
    best = _by_session(mine[BEST])
    for policy, part in mine.items():
        ours = _by_session(part)
        said = {name: float(ours[name].mean()) for name in MEASURES}  # type: ignore[arg-type]
        said["share"] = said["expected_clicks"] / float(best["expected_clicks"].mean())  # type: ignore[arg-type]
        if seed is not None:
            for name in ("expected_clicks", "expected_bookings"):
                said |= _bounds(name, bootstrap(ours[name].to_numpy(), seed))
            said |= _bounds("share", _ratio(ours, best, seed))
        out["policies"][policy] = said
    return out


def share(scores: pl.DataFrame, seed: int, policy: str = PLATFORM) -> Interval:
    """The policy's expected clicks as a share of the best possible, over sessions."""
    of = {name: _by_session(scores.filter(pl.col(POLICY) == name)) for name in (policy, BEST)}
    return _ratio(of[policy], of[BEST], seed)


def _by_session(scores: pl.DataFrame) -> pl.DataFrame:
    return scores.group_by(C.SESSION, maintain_order=True).agg(pl.col(*MEASURES).sum())


def _ratio(ours: pl.DataFrame, best: pl.DataFrame, seed: int) -> Interval:
    """Ratio of two means over the same sessions, linearised (delta method) for the bootstrap."""
    a, b = ours["expected_clicks"].to_numpy(), best["expected_clicks"].to_numpy()
    ratio = a.mean() / b.mean()
    return bootstrap(ratio + (a - ratio * b) / b.mean(), seed)


def _bounds(name: str, interval: Interval) -> dict[str, float]:
    return {f"{name}_low": interval.low, f"{name}_high": interval.high}
