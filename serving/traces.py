"""OpenTelemetry traces: one span a request, its steps below it, sent over OTLP/HTTP.

Nothing of OpenTelemetry is imported unless BUTLER_TRACES names where to send to. Spans are made when
the answer has been given, of times that are measured anyway: a trace costs the request nothing.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from serving.api.told import Told

PATH = "/v1/traces"  # of the standard, where the endpoint has no path
SEND_SECONDS = 2.0
MILLISECOND = 1_000_000  # ns


class Traces:
    """Spans go out in batches by a thread of the SDK's; a collector that is away costs nobody."""

    def __init__(self, endpoint: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        to = endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + PATH
        self._provider = TracerProvider(resource=Resource.create({"service.name": "butler"}))
        exporter = OTLPSpanExporter(endpoint=to, timeout=SEND_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("butler")
        self._caller = TraceContextTextMapPropagator()

    def request(
        self,
        name: str,
        headers: Mapping[str, str],
        span_ns: tuple[int, int],
        facts: Mapping[str, Any],
        told: Told,
    ) -> None:
        """A request that was answered; a caller's `traceparent` makes it part of the caller's trace."""
        from opentelemetry import trace

        begin, end = span_ns
        span = self._tracer.start_span(
            name,
            context=self._caller.extract(dict(headers)),
            kind=trace.SpanKind.SERVER,
            start_time=begin,
            attributes={f"butler.{key}": str(value) for key, value in facts.items()},
        )
        below, at = trace.set_span_in_context(span), told.began_ns
        for step, milliseconds in told.steps.items():
            until = at + int(milliseconds * MILLISECOND)
            self._tracer.start_span(step, context=below, start_time=at).end(until)
            at = until
        if int(facts["status"]) >= 500:
            span.set_status(trace.StatusCode.ERROR)
        span.end(end)

    def close(self) -> None:
        """Send what waits, if somebody takes it."""
        self._provider.shutdown()
