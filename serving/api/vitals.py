"""Metrics of what the model sees: its version, how fresh and how complete its features are, queues."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from butler.domain import Impression
from features.vector import FEATURES
from models.replay import logged_matrix
from serving.answers import Vitals

EVERY = 10  # one impression of so many is looked at: shares need no more
GROUPS = sorted({feature.group for feature in FEATURES})
_GROUP_OF = np.array([GROUPS.index(feature.group) for feature in FEATURES])
_HOURS = tuple(3600.0 * hours for hours in (0.01, 0.1, 1, 6, 24, 72, 168, 720))


class Sampled:
    """What logged impressions tell, looked at by the thread that writes them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._values = Counter(
            "butler_feature_values",
            "Values of ranked candidates' features, one request of ten.",
            ["group"],
            registry=registry,
        )
        self._missing = Counter(
            "butler_feature_missing",
            "Those of them that were missing.",
            ["group"],
            registry=registry,
        )
        self._age = Histogram(
            "butler_traveller_age_seconds",
            "Age of the traveller's row when it was used: since their last action.",
            buckets=_HOURS,
            registry=registry,
        )
        self._seen = 0

    def logged(self, impressions: Sequence[Impression]) -> None:
        for impression in impressions:
            if self._seen % EVERY == 0:
                self._look(impression)
            self._seen += 1

    def _look(self, impression: Impression) -> None:
        missing = np.isnan(logged_matrix(impression))
        rows = len(missing)
        by_group = np.bincount(_GROUP_OF, missing.sum(axis=0), len(GROUPS))
        for group, size, lost in zip(GROUPS, np.bincount(_GROUP_OF), by_group, strict=True):
            self._values.labels(group).inc(int(size) * rows)
            self._missing.labels(group).inc(float(lost))
        known = impression.context.get("traveller_at")
        if known:
            age = impression.requested_at - datetime.fromisoformat(str(known))
            self._age.observe(age.total_seconds())


class Now:
    """Gauges: how it is at the last look."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, *labels: str, mode: str = "livemax") -> Gauge:
            return Gauge(name, text, labels, registry=registry, multiprocess_mode=mode)  # type: ignore[arg-type]

        self._age = gauge(
            "butler_age_seconds", "Since the moment that features of `what` are of.", "what"
        )
        self._model = gauge("butler_model_info", "1 for the model version that answers.", "version")
        self._refused = gauge(
            "butler_champion_refused",
            "1 for a champion that does not answer: damaged, or it failed its trial.",
            "version",
        )
        self.waiting = gauge(
            "butler_requests_waiting",
            "Requests that wait for their turn now.",
            "kind",
            mode="livesum",
        )
        self.recommendations = self.waiting.labels("recommendation")
        self.feedback = self.waiting.labels("feedback")
        self._impressions = gauge(
            "butler_impressions_waiting", "Impressions not yet in the log.", mode="livesum"
        )
        self._lost = gauge(
            "butler_impressions_lost",
            "Impressions lost for want of room, since the start.",
            mode="livesum",
        )
        self._behind = gauge(
            "butler_travellers_behind",
            "Travellers whose online row lacks feedback.",
            mode="livesum",
        )
        self._away = gauge(
            "butler_online_store_away", "1 while the online store is left alone after failures."
        )
        self._log_away = gauge(
            "butler_log_away", "1 while the log cannot be read: feedback is refused."
        )
        self._shown: tuple[str | None, str | None] = (None, None)

    def show(self, vitals: Vitals) -> None:
        self._show_versions(vitals.model_version, vitals.refused_version)
        ages = {
            "places": vitals.places_age,
            "weather": vitals.weather_age,
            "trending": vitals.trending_age,
        }
        for what, age in ages.items():
            if age is not None:
                self._age.labels(what).set(age)
        self._impressions.set(vitals.impressions_waiting)
        self._lost.set(vitals.impressions_lost)
        self._behind.set(vitals.travellers_behind)
        self._away.set(vitals.online_store_away)
        self._log_away.set(vitals.log_away)

    def _show_versions(self, model: str | None, refused: str | None) -> None:
        """A version that does not hold any more goes to 0 first."""
        for gauge, before, now in (
            (self._model, self._shown[0], model),
            (self._refused, self._shown[1], refused),
        ):
            if before is not None and before != now:
                gauge.labels(before).set(0)
            if now is not None:
                gauge.labels(now).set(1)
        self._shown = (model, refused)
