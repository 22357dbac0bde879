"""What /metrics tells of Claude: calls and how they ended, tokens, money, the breaker."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from serving.chat.values import Cost

STATES = ("closed", "trying", "open")


class ClaudeMeter:
    """`serving.chat.calls.Meter`"""

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
            multiprocess_mode="max",
        )

    def claude_called(self, model: str, outcome: str, cost: Cost) -> None:
        self._requests.labels(model, outcome).inc()
        self._tokens.labels(model, "read").inc(cost.input_tokens - cost.cached_tokens)
        self._tokens.labels(model, "cached").inc(cost.cached_tokens)
        self._tokens.labels(model, "written").inc(cost.output_tokens)
        self._money.labels(model).inc(cost.micro_dollars)

    def claude_breaker(self, state: str) -> None:
        self._breaker.set(STATES.index(state))
