"""What /metrics tells Prometheus: requests, steps of the hot path, feedback, refreshes; and, by
`vitals.py`, how fresh and how complete what the model sees is.

Labels are few and never personal: a route is its template, a method one of HTTP's own.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from butler.domain import Impression
from serving.answers import Answer, Vitals
from serving.api.claude_meter import ClaudeMeter
from serving.api.left_counters import swept
from serving.api.talked import Talked
from serving.api.vitals import Now, Sampled
from serving.chat.values import Reply

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_MINUTES = (30, 60, 300, 1800)


class Metrics:
    """The counters of one app; with `shared`, /metrics adds up all serving processes."""

    def __init__(self, shared: bool = False) -> None:
        self._shared = shared
        if shared:
            with swept(_folder()):  # a worker starts in place of one that ended, asked for or not
                pass
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "butler_http_requests",
            "HTTP requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._latency = Histogram(
            "butler_http_request_seconds",
            "Time to answer an HTTP request.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._labelled: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._steps = Histogram(
            "butler_recommend_step_seconds",
            "Time of one step of the hot path.",
            ["step"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._degraded = Counter(
            "butler_recommend_degraded",
            "Answers that had to do without something.",
            ["what"],
            registry=self.registry,
        )
        self._feedback = Counter(
            "butler_feedback_events",
            "Feedback events received: accepted or duplicate.",
            ["outcome"],
            registry=self.registry,
        )
        self._refreshes = Counter(
            "butler_refreshes",
            "Looks at places, weather, champion and feedback: succeeded or failed.",
            ["outcome"],
            registry=self.registry,
        )
        self._visible = Histogram(
            "butler_feedback_visible_seconds",
            "From the acceptance of feedback to the traveller's row that contains it.",
            buckets=_SECONDS + _MINUTES,
            registry=self.registry,
        )
        self._talked = Talked(self.registry)
        self.claude = ClaudeMeter(self.registry)
        self._sampled = Sampled(self.registry)
        self._now = Now(self.registry)

    def recommendations_waiting(self, requests: int) -> None:
        self._now.recommendations.set(requests)

    def feedback_waiting(self, requests: int) -> None:
        self._now.feedback.set(requests)

    def messages_waiting(self, messages: int) -> None:
        self._now.waiting.labels("message").set(messages)

    def texts_waiting(self, requests: int) -> None:
        self._now.waiting.labels("text").set(requests)

    def positions_waiting(self, positions: int) -> None:
        self._now.waiting.labels("position").set(positions)

    def replied(self, reply: Reply) -> None:
        """`serving.chat.conversation.Watching`"""
        self._talked.replied(reply)

    def tool_called(self, tool: str, succeeded: bool, seconds: float) -> None:
        """`serving.chat.tools.Watching`"""
        self._talked.tool(tool, succeeded, seconds)

    def spoken(self, first: float, whole: float) -> None:
        """Seconds from a message to the first sentence and to the end."""
        self._talked.took("first", first)
        self._talked.took("whole", whole)

    def sockets_open(self, sockets: int) -> None:
        self._talked.sockets.set(sockets)

    def visible(self, seconds: float) -> None:
        """`serving.answers.Observer`"""
        self._visible.observe(seconds)

    def logged(self, impressions: Sequence[Impression]) -> None:
        """`serving.answers.Observer`"""
        self._sampled.logged(impressions)

    def sample(self, vitals: Vitals) -> None:
        self._now.show(vitals)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        count, latency = self._of_requests(method, route, status)
        count.inc()
        latency.observe(seconds)

    def _of_requests(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """Looked up once: a refusal has little else to do."""
        known = self._labelled.get((method, route, status))
        if known is None:
            labels = (method, route, str(status))
            known = self._requests.labels(*labels), self._latency.labels(*labels)
            self._labelled[method, route, status] = known
        return known

    def recommended(self, answer: Answer) -> None:
        for step, milliseconds in answer.timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        for what in answer.degraded:
            self._degraded.labels(what).inc()

    def fed_back(self, accepted: int, duplicates: int) -> None:
        self._feedback.labels("accepted").inc(accepted)
        self._feedback.labels("duplicate").inc(duplicates)

    def refreshed(self, succeeded: bool) -> None:
        self._refreshes.labels("succeeded" if succeeded else "failed").inc()

    def text(self) -> bytes:
        """The exposition format."""
        if not self._shared:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        with swept(_folder()):
            return generate_latest(together)


def _folder() -> Path:
    return Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
