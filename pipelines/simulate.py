"""Simulate: a closed loop, day by day: travellers ask, the platform answers, they react, it learns.

Simulated travellers are served by the real recommend function; what they do comes back through the
real log; features, training and promotion are the real ones. The truth of the world only reacts
and judges: nothing of the platform reads it.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from butler.columns import C
from butler.errors import Conflict, InvalidRequest
from butler.settings import Settings
from butler.stores.tables import Tables
from butler.world.build import build_world
from butler.world.trips import AHEAD_DAYS
from butler.world.truth import Truth
from models import plots
from models.registry import Registry, published_or_none
from pipelines.build_features import build
from pipelines.crowd import Crowd
from pipelines.ingest import ingest, ingest_frame
from pipelines.judged import FIRST, GOAL, PLATFORM, Verdict, judged, summary, verdict
from pipelines.platform import Answer, Platform
from pipelines.promote import judge
from pipelines.rivals import BEST, RIVALS, Asked, Rival, slate_frame
from pipelines.train import train_challenger
from pipelines.weather import refresh as refresh_weather

Tell = Callable[[str], None]
PLAN = "simulation.json"  # in the home: says that the folder is a simulation's own
FORECASTS_AT = (0, 12)  # UTC hours: when the world's forecasts are made


@dataclass(frozen=True)
class Plan:
    """What to simulate: `history_days` under the old policy, whose log the platform begins with,
    then `days` served by the platform, the last one ending at `until` (midnight, UTC)."""

    until: datetime
    days: int = 30
    history_days: int = 10
    travellers: int = 3000
    retrain_every: int = 3
    gate: bool = True  # else every challenger is crowned, to see what the gate gives or costs
    test_days: int = 2  # of each training: few, for the history is short
    seed: int = 7

    def __post_init__(self) -> None:
        for name in ("days", "travellers", "retrain_every", "test_days"):
            if getattr(self, name) < 1:
                raise InvalidRequest(f"{name} must be at least 1", name)
        if self.days > AHEAD_DAYS:
            raise InvalidRequest(
                f"days is {self.days}: trips are planned {AHEAD_DAYS} days ahead, no further",
                "days",
            )
        if self.history_days <= self.test_days:
            raise InvalidRequest(
                f"history_days is {self.history_days}; it must exceed the {self.test_days} days "
                "that each training keeps for its evaluation",
                "history_days",
            )

    @property
    def start(self) -> datetime:
        return self.until - timedelta(days=self.days)

    def each_day(self) -> Iterator[datetime]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def retrains_after(self, day: datetime) -> bool:
        """The last night needs none: nobody is served any more."""
        number = (day - self.start).days + 1
        return number % self.retrain_every == 0 and number < self.days

    def settings(self, given: Settings, home: Path) -> Settings:
        """The given settings, but every store is the simulation's own: never the user's."""
        own: dict[str, Any] = dict.fromkeys(("online_url", "log_url", "registry_url"), "sqlite://")
        own |= {"home": home, "weather_url": "world://", "weather_key": None, "now": None}
        own["world"] = given.world.model_copy(update={"seed": self.seed})
        # how fast this machine is today must not decide what is learned: same seed, same numbers
        own["gate"] = given.gate.model_copy(update={"latency_ms": 0})
        own["training"] = given.training.model_copy(update={"test_days": self.test_days})
        return given.model_copy(update=own)


Serve = Callable[[Settings, datetime], Platform]
Day = dict[str, Any]  # JSON-ready: what is told of a day when it is over


def simulate(
    plan: Plan,
    given: Settings,
    home: Path,
    serve: Serve,
    rivals: Mapping[str, Rival] = RIVALS,
    tell: Tell = lambda _: None,
    told: Callable[[Day], None] = lambda _: None,
) -> Verdict:
    """Live through the plan in `home`, judge it, and write report and learning curve there.

    `serve` opens the platform; `tell` hears of steps, `told` of every day that is over. `rivals`
    must have the best possible among them. Raises Conflict where `home` holds anything but an
    earlier simulation, which is replaced.
    """
    settings = plan.settings(given, home)
    _empty_home(home, plan)
    crowd = Crowd(begin(plan, settings, tell), plan.seed)
    platform = serve(settings, plan.start)
    scores: list[pl.DataFrame] = []
    for number, day in enumerate(plan.each_day(), start=1):
        began, title = time.perf_counter(), f"day {number} of {plan.days}"
        tell(f"{title}: travellers")
        before = crowd.truth
        requests = crowd.wake(day)
        slates = _rival_slates(rivals, Asked(before, requests, _events(home), plan.seed))
        shown, untaught = live(crowd, platform, settings, requests, day)
        slates |= {PLATFORM: _slates(shown), FIRST: _slates(untaught)}
        scores.append(judged(before, requests, slates, plan.seed))
        _keep(pl.concat(scores), home)
        crowd.sleep()
        tell(f"{title}: the night")
        decision = night(plan, settings, crowd, day)
        platform.refresh(day + timedelta(days=1))
        told(_day(number, scores[-1], shown, decision, time.perf_counter() - began))
    platform.close()
    return _report(plan, settings, verdict(pl.concat(scores), plan.seed))


def begin(plan: Plan, settings: Settings, tell: Tell) -> Truth:
    """The world with its logged history, ingested, and the first champion."""
    home = settings.home
    tell("the world, and its history under the old policy")
    build_world(
        home / "world",
        pois=settings.world.pois,
        travellers=plan.travellers,
        days=plan.history_days,
        seed=plan.seed,
        end=plan.start,
    )
    ingest.fn(home / "world", home, settings.bad_rows)
    tell("features of the history")
    build(home, settings)
    tell("the first champion")
    version = train_challenger(home, settings).version
    judge(home, settings, version)
    if published_or_none(home) is None:  # worse than popularity, but somebody must begin
        judge(home, settings, version, anyway=True)
    return Truth.load(home / "world")


def live(
    crowd: Crowd, platform: Platform, settings: Settings, requests: pl.DataFrame, day: datetime
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """One day: answers by request_id, and those of the first champion, which nobody sees.

    Before each request the platform hears of all that happened.
    """
    forecasts = [day + timedelta(hours=hour) for hour in FORECASTS_AT]
    shown: dict[str, Answer] = {}
    untaught: dict[str, Answer] = {}
    for row in requests.iter_slices(1):
        asked = row.row(0, named=True)
        while forecasts and forecasts[0] <= asked[C.OCCURRED_AT]:
            _forecast(platform, settings, forecasts.pop(0))
        _hear(crowd, platform, asked[C.OCCURRED_AT])
        answer = platform.recommend(asked)
        shown[asked[C.REQUEST]] = answer
        untaught[asked[C.REQUEST]] = platform.by_the_first(asked)
        crowd.see(row, _slate(answer))
    _hear(crowd, platform, day + timedelta(days=1))
    return shown, untaught


def night(plan: Plan, settings: Settings, crowd: Crowd, day: datetime) -> str:
    """Bookings in, log compacted, features built, a challenger trained and judged; says how."""
    home, midnight = settings.home, day + timedelta(days=1)
    bookings = crowd.bookings(midnight)
    if bookings.height:
        ingest_frame("bookings", bookings, "simulated bookings", Tables(home), settings.bad_rows)
    build(home, settings)
    if not plan.retrains_after(day):
        return "not trained"
    version = train_challenger(home, settings).version
    tonight = settings.model_copy(update={"now": midnight})
    decision = judge(home, tonight, version, anyway=not plan.gate)
    return f"version {version} {'crowned' if decision.promoted else 'refused'}: {decision.reason}"


def _empty_home(home: Path, plan: Plan) -> None:
    """A new folder, or that of an earlier simulation without what was in it."""
    if home.exists() and any(home.iterdir()):
        if not (home / PLAN).exists():
            raise Conflict(
                f"{home} holds something else than a simulation; name an empty folder with --out"
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / PLAN).write_text(json.dumps({**asdict(plan), "until": plan.until.isoformat()}))


def _forecast(platform: Platform, settings: Settings, now: datetime) -> None:
    refresh_weather(settings.home, settings, now)
    platform.refresh(now)


def _hear(crowd: Crowd, platform: Platform, until: datetime) -> None:
    for known_at, interactions in crowd.feedback(until):
        platform.learn(interactions, known_at)


def _slate(answer: Answer) -> list[str]:
    return [item.poi_id for item in answer.items]


def _events(home: Path) -> pl.DataFrame:
    return Tables(home).read("events")


def _slates(answers: Mapping[str, Answer]) -> pl.DataFrame:
    return slate_frame({request: _slate(answer) for request, answer in answers.items()})


def _keep(scores: pl.DataFrame, home: Path) -> None:
    """Every request's score so far, so that a killed run leaves its numbers."""
    path = home / "reports" / "simulation.parquet"
    scores.write_parquet(path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def _rival_slates(rivals: Mapping[str, Rival], asked: Asked) -> dict[str, pl.DataFrame]:
    return {name: make(asked) for name, make in rivals.items()}


def _day(
    number: int, scores: pl.DataFrame, shown: Mapping[str, Answer], decision: str, seconds: float
) -> Day:
    took = sorted(sum(answer.timings_ms.values()) for answer in shown.values())
    return {
        "number": number,
        **summary(scores),
        "versions": sorted({answer.model_version for answer in shown.values()}),
        "degraded": sorted({why for answer in shown.values() for why in answer.degraded}),
        "milliseconds": took[len(took) // 2] if took else 0.0,
        "decision": decision,
        "seconds": round(seconds, 1),
    }


def _report(plan: Plan, settings: Settings, found: Verdict) -> Verdict:
    """`reports/simulation.json`, the curve beside it, and both in the simulation's registry."""
    reports = settings.home / "reports"
    found.write(reports / "simulation.json")
    shares = {name: found.curve(name) for name in found.last["policies"]}
    figure = plots.learning_curve(shares, GOAL, best=BEST)
    figure.savefig(reports / "simulation.png", dpi=120)
    ours = found.last["policies"][PLATFORM]
    Registry(settings.home, settings.registry_url).record(
        "simulation",
        parameters={k: str(v) for k, v in asdict(plan).items()},
        metrics={"first_week_share": found.first_share.mean, **ours},
        files=[reports / "simulation.json", reports / "simulation.png"],
    )
    return found
