"""Promote: the challenger becomes champion only if it passes the gate; and the way back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from prefect import flow

from butler.columns import C
from butler.errors import ModelUnavailable
from butler.settings import Settings
from butler.stores.room import full_disk_named
from butler.stores.tables import Tables
from features.built import built_path
from features.context import REQUESTED_AT
from features.frame import Catalogue
from features.store import Features
from models import gate
from models.behaviour import Contexts, behaviours, contexts
from models.card import model_card
from models.composite import Composite
from models.counterfactual import counterfactual
from models.gate import Check, Decision
from models.off_policy import Floats
from models.registry import Registry
from models.requests import labelled
from pipelines.homes import settings_in
from pipelines.served import CLICK_WINDOW, clicks_on, impressions_between

MOST_SLATES = 2_000  # of the champion's log that are judged
DAYS = 28  # how far back they go


@flow(name="promote", log_prints=False)
def promote(home: Path | None = None, version: str | None = None, anyway: bool = False) -> Decision:
    """Judge `version` (default: the newest) and publish the champion for serving."""
    settings = settings_in(home)
    return judge(settings.home, settings, version, anyway)


@full_disk_named()
def judge(
    home: Path, settings: Settings, version: str | None = None, anyway: bool = False
) -> Decision:
    """`anyway` is somebody's own word: the version is crowned whatever the gate says."""
    registry = Registry(home, settings.registry_url)
    version = version or registry.newest()
    champion = registry.champion()
    if anyway:
        registry.crown(version)
        return Decision(version, True, "crowned by hand, whatever its metrics say")
    decision = _decision(home, settings, registry, version, champion)
    if decision.promoted:
        registry.crown(version)
    elif champion:
        registry.crown(champion)  # publishes it anew: mends a damaged or missing folder
    return decision


def _decision(
    home: Path, settings: Settings, registry: Registry, version: str, champion: str | None
) -> Decision:
    if champion == version:
        return Decision(version, False, f"version {version} is the champion already")
    if registry.rolled_back(version):
        return Decision(
            version,
            False,
            f"version {version} was rolled back; train a newer one, or crown it by hand: "
            f"`butler promote --version {version} --anyway`",
        )
    gate.check_comparable(registry.compared_with(version), champion, version)
    model = _model(home, registry, version)
    decision = gate.decided(version, checks(home, settings, registry, version, champion, model))
    _write(home, registry, decision, model)
    return decision


def checks(
    home: Path,
    settings: Settings,
    registry: Registry,
    version: str,
    champion: str | None,
    model: Composite | None,
) -> list[Check]:
    """Every check of the gate, in the order in which the card shows them."""
    wanted = settings.gate
    metrics = registry.metrics(version)
    made = []
    if champion is not None:
        made.append(gate.order(metrics, wanted.order_margin, wanted.slates))
    ordered = champion is not None and gate.judges_order(metrics, wanted.slates)
    made.append(gate.ndcg(metrics, champion, wanted.ndcg_margin, ordered))
    if model is None:
        said = "the version cannot be run on the catalogue and features there are"
        return [*made, Check("model", gate.FAILED, said)]
    looked = registry.table(version, "examination").get("chance")
    made.append(_off_policy(settings, champion, model, np.array(looked) if looked else None))
    if wanted.contexts > 0:
        found = sample_contexts(home, settings, model)
        if found is not None:
            made += gate.behaviour(behaviours(model, found), wanted.violations)
            first = found.matrix()[found.rows.request == 0]
            made.append(gate.latency(model.ranker, first, wanted.latency_ms))
    return made


def _model(home: Path, registry: Registry, version: str) -> Composite | None:
    """The version as it would serve; None where there are no features, or others than it reads."""
    if not built_path(home).exists():
        return None
    try:
        return Composite.load(registry.download(version), Catalogue.load(home), version)
    except ModelUnavailable:
        return None


def _off_policy(
    settings: Settings, champion: str | None, model: Composite, looked: Floats | None
) -> Check:
    """The challenger's value on the slates that the champion served."""
    if champion is None:
        return Check("off_policy", gate.NOT_JUDGED, "there is no champion that has served")
    wanted = settings.gate
    until = settings.clock().now() - CLICK_WINDOW
    served = impressions_between(
        settings, until - timedelta(days=DAYS), until, MOST_SLATES, champion
    )
    if len(served) < wanted.impressions:  # before anything is scored
        return gate.too_few(len(served), wanted.impressions)
    slates = counterfactual(served, clicks_on(settings, served), model)
    return gate.logged_value(
        slates, wanted.impressions, wanted.value_margin, wanted.overlap, looked
    )


def sample_contexts(home: Path, settings: Settings, model: Composite) -> Contexts | None:
    """A sample of what was asked last; None where nothing was."""
    tables, catalogue = Tables(home), Catalogue.load(home)
    history = labelled(tables.read("events"), tables.read("bookings"), tables.read("requests"))
    newest = history.requests.sort(REQUESTED_AT, C.REQUEST).tail(settings.training.test_requests)
    if not newest.height:
        return None
    count = min(settings.gate.contexts, newest.height)
    some = newest.sample(count, seed=settings.training.seed).sort(REQUESTED_AT, C.REQUEST)
    return contexts(Features(home, settings.online_url), catalogue, model, some)


def _write(home: Path, registry: Registry, decision: Decision, model: Composite | None) -> None:
    """The judgement to the version's run, and its card beside the reports."""
    version = decision.version
    card = model_card(
        decision,
        registry.parameters(version),
        registry.metrics(version),
        registry.table(version, "segments"),
        model.ranker.importance() if model else {},
    )
    registry.note(version, decision.as_dict(), card)
    path = home / "reports" / f"model-{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(card)


def rollback(home: Path, settings: Settings) -> tuple[str, str]:
    """Crown the previous champion again: (the version taken back, the champion now)."""
    return Registry(home, settings.registry_url).rollback(datetime.now(UTC))
