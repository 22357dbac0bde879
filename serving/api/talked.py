"""Metrics of conversations: who worded the answers and why, how long each step took."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from serving.chat.values import Reply

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 60)


class Talked:
    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, registry=registry)

        self._replies = counter(
            "butler_chat_replies",
            "Messages answered, by who worded the answer and why the template did.",
            *("worded_by", "because"),
        )
        self._steps = Histogram(
            "butler_chat_step_seconds",
            "From the message to the `first` sentence and to the `whole` answer; time of each tool.",
            ["step"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._tools = counter(
            "butler_chat_tools", "Tools asked: succeeded or failed.", "tool", "outcome"
        )
        self._sentences = counter(
            "butler_chat_sentences", "Sentences by the check they failed, or passed.", "gate"
        )
        self.sockets = Gauge(
            "butler_sockets", "Sockets open.", registry=registry, multiprocess_mode="livesum"
        )

    def replied(self, reply: Reply) -> None:
        self._replies.labels(reply.worded_by, reply.because).inc()
        for verdict in reply.verdicts:
            self._sentences.labels(verdict.failed or "passed").inc()

    def took(self, step: str, seconds: float) -> None:
        self._steps.labels(step).observe(seconds)

    def tool(self, tool: str, succeeded: bool, seconds: float) -> None:
        self._tools.labels(tool, "succeeded" if succeeded else "failed").inc()
        self.took(tool, seconds)
