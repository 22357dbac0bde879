"""Train a challenger: candidates, ranker, evaluation beside the baselines and the champion, registry."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from prefect import flow

from butler.cluster import workers
from butler.errors import ModelUnavailable
from butler.settings import Settings, TrainingSettings
from butler.stores.room import full_disk_named
from butler.stores.tables import Tables
from features import transforms as t
from features.built import load_built
from features.frame import Catalogue
from features.store import Features
from features.vector import NAMES
from models import plots
from models.attribution import Windows, Worth
from models.calibration import calibration_error
from models.composite import Composite
from models.evaluate import Metrics
from models.ranker import BoostedTrees
from models.registry import COMPARED_WITH, Registry
from models.requests import Split, labelled
from models.rerank import Rules
from models.segments import segment_table
from models.training import Trained, fit_generators
from models.training import train as fit
from pipelines.homes import settings_in

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Challenger:
    version: str
    trained: Trained
    split: Split

    @property
    def metrics(self) -> dict[str, Metrics]:
        return self.trained.metrics


@flow(name="train", log_prints=False)
def train(home: Path | None = None) -> str:
    """Train on the features of `home` and register a challenger; returns its version."""
    settings = settings_in(home)
    return train_challenger(settings.home, settings).version


@full_disk_named()
def train_challenger(home: Path, settings: Settings, tell: Tell = lambda _: None) -> Challenger:
    wanted = settings.training
    built = load_built(home)
    tables, features = Tables(home), Features(home, settings.online_url)
    places = pl.read_parquet(home / "features" / "places.parquet")
    catalogue = Catalogue(places)
    events, bookings = tables.read("events"), tables.read("bookings")
    split = Split.ending(built.as_of, wanted.train_days, wanted.test_days)
    registry = Registry(home, settings.registry_url)
    champion_version = registry.champion()
    champion = load_champion(registry, champion_version, catalogue)
    rules = rules_of(settings)
    windows = windows_of(wanted)
    history = labelled(tables.scan("events"), bookings, tables.read("requests"), windows)
    rows = t.behaviour(events, bookings, places)
    del events  # large: what is needed of it is in the two above
    learn = partial(
        fit,
        features,
        catalogue,
        rows,
        history,
        split,
        trees=wanted.trees,
        leaves=wanted.leaves,
        requests=wanted.requests,
        test_requests=wanted.test_requests,
        negatives=wanted.negatives,
        candidates=settings.serving.candidates,
        rules=rules,
        seed=wanted.seed,
        refit_days=wanted.refit_days,
        windows=windows,
        worth=worth_of(wanted),
        champion=champion,
        tell=tell,
    )
    with workers(settings.dask) as hands:
        trained = learn(hands=hands)
    tell("candidates on everything known")
    model = Composite(
        generators=fit_generators(rows, catalogue, built.as_of, wanted.seed),
        ranker=trained.ranker,
        rules=rules,
        candidates=settings.serving.candidates,
        place_ids=catalogue.ids,
        reference=trained.reference,
        golden=trained.golden,
    )
    tell("registry")
    version = registry.log(
        model,
        parameters={
            **{f"training_{k}": v for k, v in settings.training.model_dump().items()},
            **{f"rules_{k}": v for k, v in asdict(rules).items()},
            **{f"lightgbm_{k}": v for k, v in trained.ranker.parameters().items()},
            "data_fingerprint": built.fingerprint,
            "as_of": built.as_of.isoformat(),
            **{f"split_{k}": v.isoformat() for k, v in asdict(split).items()},
            "features": len(NAMES),
            "examination": trained.examination,
            **{f"features_{why}": ", ".join(n) for why, n in trained.silent.items()},
        },
        metrics=flat(trained),
        tags={COMPARED_WITH: champion_version or ""},
        plots={
            "comparison": plots.comparison(trained.metrics),
            "importance": plots.importance(trained.ranker.importance()),
            "segments": plots.segments(trained.segments),
            "training_curve": plots.training_curve(trained.curve),
            **pictures(trained, catalogue),
        },
        tables={
            "comparison": table(trained.metrics),
            "segments": segment_table(trained.segments),
            "examination": {
                "position": list(range(1, len(trained.examination) + 1)),
                "chance": list(trained.examination),
            },
        },
    )
    return Challenger(version, trained, split)


def pictures(trained: Trained, catalogue: Catalogue) -> dict[str, Any]:
    """Calibration where slates were shown, and the map of what is recommended."""
    out = {}
    if trained.calibration.height:
        out["calibration"] = plots.calibration(trained.calibration)
    if trained.shown:
        here = trained.shown.latitude, trained.shown.longitude
        places = catalogue.latitude, catalogue.longitude
        out["map"] = plots.recommendation_map(places, trained.shown.slates, here)
    return out


def rules_of(settings: Settings) -> Rules:
    """The rules as set: they are measured with the model and travel in its folder."""
    return Rules(
        reach_km=settings.serving.reach_km,
        exploration=settings.serving.exploration,
        **settings.rules.model_dump(),
    )


def windows_of(wanted: TrainingSettings) -> Windows:
    """How long outcomes belong to their slate, as set."""
    return Windows(wanted.click_hours, wanted.save_hours, wanted.visit_hours, wanted.booking_hours)


def worth_of(wanted: TrainingSettings) -> Worth:
    """What outcomes are worth beside their click, as set."""
    return Worth(wanted.save_worth, wanted.visit_worth, wanted.booking_worth)


def load_champion(
    registry: Registry, version: str | None, catalogue: Catalogue
) -> BoostedTrees | None:
    """The champion's ranker, to be measured on the same split; None when there is none to compare.

    A champion of other features cannot read today's rows: it is not a rival any more.
    """
    if version is None:
        return None
    try:
        return Composite.load(registry.download(version), catalogue, version).ranker
    except ModelUnavailable:
        return None


def flat(trained: Trained) -> dict[str, float]:
    """The challenger's metrics by their own name, the others' with their name before it."""
    out = {
        "rows": float(trained.rows),
        "requests": float(trained.requests),
        "test_requests": float(trained.test_requests),
        "recall_at_candidates": trained.recall_at_candidates,
    }
    if trained.calibration.height:
        out["calibration_error"] = calibration_error(trained.calibration)
    for name, metrics in trained.metrics.items():
        prefix = "" if name == "ranker" else f"{name}_"
        out.update({prefix + k: v for k, v in metrics.as_dict().items()})
    return out | _paired(trained)


def _paired(trained: Trained) -> dict[str, float]:
    """The paired differences to the champion; empty without one."""
    out: dict[str, float] = {}
    for name, test in (("paired_ndcg", trained.paired), ("reordered", trained.reordered)):
        if test is not None:
            d = test.difference
            named = {"difference": d.mean, "low": d.low, "high": d.high, "p": test.p}
            out |= {f"{name}_{k}": v for k, v in named.items()} | {f"{name}_count": float(d.count)}
    return out


def table(metrics: dict[str, Metrics]) -> dict[str, list[object]]:
    out: dict[str, list[object]] = {"model": list(metrics)}
    for name in Metrics.__dataclass_fields__:
        out[name] = [round(getattr(m, name), 4) for m in metrics.values()]
    return out
