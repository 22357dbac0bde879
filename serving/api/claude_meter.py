"""What /metrics tells of Claude: calls and how they ended, tokens, money, the breaker;
its sentences: how soon the first one, which failed at the gate, how many were kept already."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from serving.chat.values import Cost

_SECONDS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 15)
STATES = ("closed", "trying", "open")


class ClaudeMeter:
    """`serving.chat.opened.Watching`"""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "butler_claude_requests", "Calls of Claude.", ["model", "outcome"], registry=registry
        )
        self._tokens = Counter(
            "butler_claude_tokens", "Tokens of Claude.", ["model", "kind"], registry=registry
        )
        self._money = Counter(
            "butler_claude_micro_dollars", "Money spent on Claude.", ["model"], registry=registry
        )
        self._breaker = Gauge(
            *("butler_claude_breaker", "Breaker: 0 closed, 1 trying, 2 open."),
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._first = Histogram(
            "butler_claude_first_sentence_seconds",
            "From a turn's beginning until its first sentence of Claude's was released.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._checks = Counter(
            *("butler_claude_gate_failures", "Sentences of Claude's that did not pass, by check."),
            ["check"],
            registry=registry,
        )
        self._texts = Counter(
            *("butler_claude_texts", "Sentences of recommendations, by who worded them."),
            ["worded_by"],
            registry=registry,
        )

    def claude_called(self, model: str, outcome: str, cost: Cost) -> None:
        self._requests.labels(model, outcome).inc()
        self._tokens.labels(model, "read").inc(cost.input_tokens - cost.cached_tokens)
        self._tokens.labels(model, "cached").inc(cost.cached_tokens)
        self._tokens.labels(model, "written").inc(cost.output_tokens)
        self._money.labels(model).inc(cost.micro_dollars)

    def claude_breaker(self, state: str) -> None:
        self._breaker.set(STATES.index(state))

    def first_sentence(self, seconds: float) -> None:
        self._first.observe(seconds)

    def check_failed(self, check: str) -> None:
        self._checks.labels(check).inc()

    def text_told(self, worded_by: str) -> None:
        self._texts.labels(worded_by).inc()
