"""Drift: compare the last day with training, write a report, and raise a retraining where it is far."""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from prefect import flow

from butler.domain import Impression
from butler.settings import Settings
from models import plots
from models.composite import REFERENCE
from models.counterfactual import readable
from models.drift import Reference, Report, compare
from models.registry import models_folder, published
from models.replay import logged_matrix
from pipelines.homes import settings_in
from pipelines.nightly import nightly
from pipelines.served import impressions_between

DAY = timedelta(days=1)
MOST_SLATES = 2_000
SHOWN = 9  # columns whose distributions are drawn
RETRAINING = "nightly/nightly"  # the deployment that is run, where there is one


@dataclass(frozen=True)
class Inspected:
    """`report` and `folder` are None where there was too little to compare; `sentence` says why."""

    sentence: str
    report: Report | None = None
    folder: Path | None = None
    retrain: bool = False


@flow(name="drift", log_prints=True)
def drift(home: Path | None = None) -> Inspected:
    """Inspect the last day; beyond the setting, train and promote: once a day and champion."""
    settings = settings_in(home)
    found = inspect(settings.home, settings)
    print(found.sentence)
    if found.retrain and found.folder is not None and _raise_once(settings.home, found.folder):
        print("a retraining run is raised")
        retrain(home)
    return found


def inspect(home: Path, settings: Settings, now: datetime | None = None) -> Inspected:
    """The champion's slates of the last 24 hours against its training."""
    champion = published(home)
    if champion is None:
        return Inspected("There is no champion yet: nothing to compare.")
    path = models_folder(home) / champion.champion / REFERENCE
    if not path.exists() or not Reference.load(path).fits():
        return Inspected(
            f"Version {champion.champion} has no reference of today's features; train a newer one."
        )
    until = now or settings.clock().now()
    served = impressions_between(
        settings, until - DAY, until + timedelta(seconds=1), MOST_SLATES, champion.champion
    )
    served = [i for i in served if readable(i)]
    wanted = settings.drift
    if len(served) < wanted.impressions:
        return Inspected(
            f"Version {champion.champion} served {len(served)} slates in the last day; "
            f"{wanted.impressions} are needed to judge drift."
        )
    report = compare(Reference.load(path), *_seen(served), wanted.psi)
    retrain = report.exceeds(wanted.share)
    said = _sentence(report, retrain)
    folder = home / "reports" / f"drift-{until:%Y-%m-%d}"
    _write(folder, report, champion.champion, said)
    return Inspected(said, report, folder, retrain)


def _seen(served: list[Impression]) -> tuple[Any, Any, int]:
    matrix = np.concatenate([logged_matrix(i) for i in served])
    score = np.concatenate([np.array(i.scores, dtype=np.float64) for i in served])
    return matrix, score, len(served)


def _sentence(report: Report, retrain: bool) -> str:
    names = ", ".join(s.name for s in report.drifted[:5]) or "none"
    what = "that is far enough to train anew" if retrain else "that is no reason to train anew"
    return (
        f"{len(report.drifted)} of {len(report.shifts)} columns have drifted in "
        f"{report.requests:,} requests ({names}): {what}."
    )


def _write(folder: Path, report: Report, version: str, said: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    first = report.shifts[:SHOWN]
    plots.drift(report).savefig(folder / "psi.png", dpi=110)
    plots.distributions(
        [s.name for s in first], [s.then for s in first], [s.now for s in first]
    ).savefig(folder / "distributions.png", dpi=110)
    rows = [
        f"| {s.name} | {s.psi:.3f} | {s.beyond:.3f} | {s.ks:.3f} | {s.then[-1]:.1%} | {s.now[-1]:.1%} |"
        for s in report.shifts
        if s.beyond > 0
    ]
    lines = [
        f"# Drift of version {version}",
        "",
        said,
        "",
        "![PSI](psi.png)",
        "",
        "![distributions](distributions.png)",
        "",
        "| column | PSI | beyond chance | KS | missing in training | missing now |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
    ]
    (folder / "report.md").write_text("\n".join(lines))
    made = {s.name: {"psi": s.psi, "beyond": s.beyond, "ks": s.ks} for s in report.shifts}
    about = {"version": version, "requests": report.requests, "limit": report.limit}
    (folder / "report.json").write_text(json.dumps({**about, "columns": made}, indent=1))


def _raise_once(home: Path, folder: Path) -> bool:
    """Whether this champion's drift has raised no retraining today; notes that it has now."""
    champion = published(home)
    name = f"raised-{champion.champion}" if champion else "raised"
    try:
        (folder / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def retrain(home: Path | None) -> None:
    """Run the nightly deployment where a Prefect server has it; else its flow, here and now.

    A home that was given is this process's own affair: a deployment works on its worker's.
    """
    if home is None and os.environ.get("PREFECT_API_URL"):
        from prefect.deployments import run_deployment
        from prefect.exceptions import ObjectNotFound

        try:
            run_deployment(RETRAINING, timeout=0)
        except ObjectNotFound:
            pass
        else:
            return
    nightly(home)
