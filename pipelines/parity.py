"""Train-serve parity: logged feature vectors, recomputed from history and compared bit by bit."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from butler.domain import Impression
from butler.settings import Settings
from butler.stores.open import log_of
from features.assemble import assemble
from features.context import REQUEST_SCHEMA
from features.frame import Catalogue, offline_rows, resolve_offline
from features.store import Features
from features.trending import Window
from features.vector import NAMES
from models.composite import Composite
from models.registry import models_folder
from models.replay import logged_matrix
from models.training import asked_by
from pipelines.build_features import build
from pipelines.feedback import compact, request_row

EXAMPLES = 10
NEVER = "1970-01-02T00:00:00+00:00"  # a stranger's row: nothing was known, but what profiles say


@dataclass
class Parity:
    """What was recomputed; `mismatches` counts numbers that differ, or the whole vectors of a
    request that has other candidates. `not_comparable` requests were served without the online
    store or a ranker, or from a catalogue that has changed since: history cannot know what they saw."""

    requests: int = 0
    not_comparable: int = 0
    vectors: int = 0
    mismatches: int = 0
    features: int = len(NAMES)
    examples: list[str] = field(default_factory=list)

    def differs(self, count: int, example: str) -> None:
        self.mismatches += count
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)


def check(home: Path, settings: Settings, most: int = 200) -> Parity:
    """Recompute the newest `most` logged requests from history alone.

    Feedback is compacted and features are rebuilt first, so that history holds all that the server
    knew; then every request is taken through the offline path as of its own moment.
    """
    compact(home, settings)
    build(home, settings)
    log = log_of(settings)
    newest = log.impressions.since(max(0, log.impressions.last_seq() - most), limit=most)
    log.close()
    features, catalogue = Features(home, settings.online_url), Catalogue.load(home)
    report, today = Parity(), catalogue.fingerprint()
    models: dict[str, Composite] = {}
    for impression in newest:
        blind = {"online_store", "places_kept", "ranker"} & {*impression.degraded}
        if blind or impression.context["places"] != today:
            report.not_comparable += 1
            continue
        version = impression.model_version
        if version not in models:
            folder = models_folder(home) / version
            models[version] = Composite.load(folder, catalogue, version)
        _compare(impression, models[version], features, catalogue, report)
    return report


def _compare(
    impression: Impression,
    model: Composite,
    features: Features,
    catalogue: Catalogue,
    report: Parity,
) -> None:
    logged = logged_matrix(impression)
    report.requests += 1
    report.vectors += len(logged)
    places, again = recompute(impression, model, features, catalogue)
    if places != list(impression.candidates):
        report.differs(len(logged), f"{impression.request_id}: other candidates")
        return
    same = logged.view(np.uint32) == again.view(np.uint32)
    same |= np.isnan(logged) & np.isnan(again)
    for row, column in np.argwhere(~same)[:EXAMPLES].tolist():
        report.differs(
            0,
            f"{impression.request_id} {places[row]} {NAMES[column]}: "
            f"logged {logged[row, column]!r}, recomputed {again[row, column]!r}",
        )
    report.mismatches += int((~same).sum())


def recompute(
    impression: Impression, model: Composite, features: Features, catalogue: Catalogue
) -> tuple[list[str], Any]:
    """Candidates and vectors of a logged request, from history as of its moment."""
    context: dict[str, Any] = impression.context
    known_until = _moment(context["traveller_at"] or NEVER)
    resolved = resolve_offline(
        features,
        catalogue,
        pl.DataFrame([request_row(impression)], schema=REQUEST_SCHEMA),
        known_until,
    )
    asked = asked_by(features, catalogue, resolved, known_until)
    wanted = context["asked"]
    chosen = model.propose(asked, catalogue, wanted["category"], wanted["exclude_visited"])
    rows = offline_rows(
        features,
        catalogue,
        resolved,
        chosen.request,
        chosen.place,
        chosen.columns,
        traveller_at=known_until,
        places_at=_moment(context["places_at"]),
        weather_at=_moment(context["weather_at"]),
        trending=Window.logged(context["trending_since"], context["trending_until"]),
    )
    return [catalogue.ids[p] for p in chosen.place.tolist()], assemble(rows)


def _moment(text: str) -> pl.Series:
    return pl.Series([datetime.fromisoformat(text)], dtype=pl.Datetime("us", "UTC"))
