"""`butler run`: every step in order, told as it happens; what is there already is used again."""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from butler.errors import NotFound
from butler.settings import Settings
from butler.show import answer_table, context_line, metrics_table

KEY_NAME = "butler run"


class Steps:
    """The loop's steps with their progress on the console."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self.settings, self.console = settings, console
        self.home = settings.make_home()

    def default_world(self) -> Path:
        return self.home / "world"

    def world(self) -> Path:
        """The sample world; an existing one is used again."""
        from butler.world.build import build_world

        out, wanted = self.default_world(), self.settings.world
        if (out / "events.parquet").exists():
            return out
        with self._step("simulating the Costa Blanca") as tell:
            build_world(
                out,
                pois=wanted.pois,
                travellers=wanted.travellers,
                days=wanted.days,
                seed=wanted.seed,
                progress=lambda what, share: tell(f"{what} {share:.0%}"),
            )
        return out

    def ingest(self, data: Path) -> None:
        if not data.is_dir():
            raise NotFound(
                f"There is no dataset folder {data}. Name one with --data, make one with "
                "`butler world --out DIR` or `butler import`, or let `butler run` do it all."
            )
        with self._step("ingesting: every row against its contract"):
            from pipelines.ingest import ingest

            reports = ingest.fn(data, self.home, self.settings.bad_rows)
        for report in reports.values():
            bad = f", [red]{report.quarantined:,} quarantined[/]" if report.quarantined else ""
            self.console.print(
                f"  {report.table}: {report.accepted:,} rows, {report.new:,} new{bad}"
            )

    def features(self) -> None:
        with self._step("building features") as tell:
            from pipelines.build_features import build

            built = build(self.home, self.settings, tell)
        self.console.print(
            f"  {sum(built.rows.values()):,} feature rows as of {built.as_of:%Y-%m-%d %H:%M} UTC"
        )

    def train(self) -> None:
        with self._step("training") as tell:
            from pipelines.train import train_challenger

            made = train_challenger(self.home, self.settings, tell)
        self.console.print(metrics_table(made.metrics))
        self.console.print(
            f"  challenger version {made.version}: learned from {made.trained.requests:,} requests, "
            f"measured on {made.trained.test_requests:,} later ones"
        )

    def promote(self, version: str | None = None, anyway: bool = False) -> None:
        with self._step("judging the challenger"):
            from pipelines.promote import judge

            decision = judge(self.home, self.settings, version, anyway)
        word = "[green]champion[/]" if decision.promoted else "not promoted"
        self.console.print(f"  version {decision.version} {word}: {decision.reason}")
        for check in decision.checks[1:]:
            self.console.print(f"  {check.name} {check.outcome}: {check.sentence}")

    def serve(self, first_request: str | None = None, key: str | None = None) -> int:
        from serving.run import serve

        def ready(url: str) -> None:
            self.console.print(f"serving on [bold]{url}[/]  (documentation: {url}/docs)")
            if first_request and key:
                self._first_recommendation(url, first_request, key)

        return serve(self.settings, on_ready=ready)

    def new_key(self) -> str:
        from butler.stores.known_keys import KnownKeys
        from butler.stores.open import log_of

        with closing(log_of(self.settings)) as log:
            log.keys.revoke(KEY_NAME)  # only hashes are kept, so the last one cannot be shown again
            key = log.keys.create(KEY_NAME)
            KnownKeys.of(self.settings).keep(log.keys.valid())
        return key

    def _first_recommendation(self, url: str, user: str, key: str) -> None:
        import httpx

        path = f"{url}/api/v1/recommendations?user_id={user}&limit=5"
        answer = httpx.get(path, headers={"X-API-Key": key}, timeout=10)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        self.console.print(f"\nfor traveller [bold]{user}[/]: {context_line(found['context'])}")
        self.console.print(answer_table(found["items"]))
        self.console.print("\nask for more:", style="bold")
        self.console.print(
            f"  curl -H 'X-API-Key: {key}' '{path}'", soft_wrap=True, highlight=False
        )
        self.console.print("Ctrl-C ends the server; the next `make run` starts from what is there.")

    @contextmanager
    def _step(self, what: str) -> Iterator[Any]:
        start = time.perf_counter()
        with self.console.status(what) as status:
            yield lambda detail: status.update(f"{what}: {detail}")
        self.console.print(f"{what} [dim]{time.perf_counter() - start:.1f} s[/]")


def run_all(settings: Settings, console: Console, data: Path | None, serve: bool) -> int:
    """All steps; each is skipped when its result is there for the same data."""
    from models.registry import published_or_none

    steps = Steps(settings, console)
    dataset = data or steps.world()
    if not _is_current(settings.home, dataset):
        _warn_of_mixing(settings.home, dataset, console)
        steps.ingest(dataset)
        steps.features()
        steps.train()
        steps.promote()
        _remember(settings.home, dataset)
    else:
        console.print(f"using what is in {settings.home} (remove the folder to begin anew)")
    if published_or_none(settings.home) is None:
        console.print(
            "[bold red]There is no champion to serve.[/] With more history, run again; or take this "
            "challenger at your own word: `butler promote --anyway`, then `butler serve`."
        )
        return 1
    if not serve:
        return 0
    return steps.serve(some_traveller(settings), steps.new_key())


def simulate(
    settings: Settings,
    console: Console,
    wanted: dict[str, Any],
    until: datetime | None,
    out: Path | None,
) -> None:
    """The closed loop in a folder of its own: a line a day, the last week as a table, the verdict."""
    from butler.show import simulation_day, simulation_table
    from pipelines.judged import GOAL
    from pipelines.simulate import Plan
    from pipelines.simulate import simulate as run
    from serving.simulated import Simulated

    plan = Plan(until=_midnight(until or datetime.now(UTC)), **wanted)
    home = out or settings.home / "simulation"
    console.print(
        f"{plan.days} days from {plan.start:%Y-%m-%d} on, after {plan.history_days} days of history, "
        f"with {plan.travellers:,} travellers, in {home}"
    )
    with console.status("simulating") as status:
        found = run(
            plan,
            settings,
            home,
            Simulated,
            tell=lambda what: status.update(what),
            told=lambda day: console.print(simulation_day(day), soft_wrap=True),
        )
    console.print(simulation_table(found))
    console.print(
        f"of the best possible: {found.first_share.mean:.1%} in the first week, "
        f"[bold]{found.share.mean:.1%}[/] in the last ({found.share.low:.1%} to "
        f"{found.share.high:.1%}); the goal of {GOAL:.0%} is {'met' if found.met else 'not met'}"
    )
    console.print(f"report and learning curve: {home / 'reports'}", soft_wrap=True)


def _midnight(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _warn_of_mixing(home: Path, dataset: Path, console: Console) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        before = json.loads(_run_path(home).read_text())["dataset"]
        if before != str(dataset.absolute()):
            console.print(
                f"[bold yellow]{home} holds {before} already: both datasets will be learned from "
                "together.[/] For one alone, set BUTLER_HOME to a new folder."
            )


def some_traveller(settings: Settings) -> str:
    """Somebody to show: on a trip now if there is one, and with a history."""
    import polars as pl

    from butler.columns import C
    from butler.stores.tables import Tables
    from features.context import current_trip

    tables = Tables(settings.home)
    now = settings.clock().now()
    travelling = [
        user
        for user, trips in tables.read("travellers").select(C.USER, C.TRIPS).iter_rows()
        if current_trip(trips, now)[0] == current_trip(trips, now)[0]
    ]
    active = tables.scan("events").filter(pl.col(C.EVENT_TYPE) != "impression")
    counted = active.group_by(C.USER).len().sort("len", C.USER, descending=True).collect()
    here = counted.filter(pl.col(C.USER).is_in(travelling))
    return str((here if here.height else counted)[C.USER][0])


def _is_current(home: Path, dataset: Path) -> bool:
    """Whether the last complete run was of these very files, and left a champion."""
    from models.registry import published_or_none

    if published_or_none(home) is None:
        return False
    try:
        done = json.loads(_run_path(home).read_text())
    except (FileNotFoundError, ValueError):
        return False
    return bool(done == _stamp(dataset))


def _remember(home: Path, dataset: Path) -> None:
    _run_path(home).write_text(json.dumps(_stamp(dataset)))


def _run_path(home: Path) -> Path:
    return home / "run.json"


def _stamp(dataset: Path) -> dict[str, str]:
    files = sorted(p for p in dataset.iterdir() if p.is_file())
    seen = "|".join(f"{p.name}:{p.stat().st_size}:{p.stat().st_mtime_ns}" for p in files)
    return {"dataset": str(dataset.absolute()), "files": hashlib.sha256(seen.encode()).hexdigest()}
