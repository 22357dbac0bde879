"""How much is too much for a server, and what of it gives out first, by what was seen of one phase."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

P95_MS, REFUSED, LATE_MS = 180.0, 0.01, 20.0
FULL = 0.85  # of a processor; what is left goes with waking up and waiting for the others


@dataclass(frozen=True)
class Seen:
    """One phase: shares of requests, milliseconds, and processors used (1.0 is one of them)."""

    p95_ms: float
    refused: float  # share of all requests
    errors: int
    late_p99_ms: float  # of the generator, behind its own schedule
    without: dict[str, int]  # answers that had to do without something, by its name
    server: dict[str, float]  # processors used by each of the server's processes
    generator: float
    others: float  # all else on the machine
    cores: int


def crossed(seen: Seen) -> str:
    """Which bound a phase has crossed; empty if none."""
    if seen.late_p99_ms > LATE_MS:
        return f"the generator is {seen.late_p99_ms:.0f} ms behind its schedule"
    if seen.errors:
        return f"{seen.errors} requests fail"
    if seen.refused > REFUSED:
        return f"{seen.refused:.0%} of the requests are refused"
    if seen.p95_ms > P95_MS:
        return f"the 95th percentile is {seen.p95_ms:.0f} ms, over {P95_MS:.0f}"
    return ""


def ended(seen: Seen) -> bool:
    """Whether more would tell nothing more: refusals alone do not end a ramp."""
    return bool(seen.errors) or seen.late_p99_ms > LATE_MS or seen.p95_ms > P95_MS


def first_out(seen: Seen) -> str:
    """What gives out first in a phase that has crossed a bound."""
    of_server = sum(seen.server.values())
    used = of_server + seen.generator + seen.others
    shares = (
        f"{used:.2f} of {seen.cores} processors are used, {of_server:.2f} by the server, "
        f"{seen.generator:.2f} by the generator, {seen.others:.2f} by all else"
    )
    name, most = max(seen.server.items(), key=lambda one: one[1])
    if seen.late_p99_ms > LATE_MS:
        return f"the generator, so nothing is said of the server; {shares}"
    if seen.without:
        what, answers = max(seen.without.items(), key=lambda one: one[1])
        return f"{what}, which {answers:,} answers had to do without; {shares}"
    if most >= FULL:
        return f"the processor of {name}, which has one interpreter and uses {most:.2f}; {shares}"
    if used >= FULL * seen.cores:
        return f"the processors of the machine; {shares}"
    return f"nothing that is measured here: requests wait, and {shares}"


def had_to_do_without(port: int) -> Counter[str]:
    """Answers so far that had to do without something, by what it was."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as told:
        text = told.read().decode()
    return Counter(
        {
            sample.labels["what"]: int(sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "butler_recommend_degraded_total"
        }
    )


def seen_in(phase: dict[str, Any]) -> Seen:
    """Of a phase of `benchmarks/load.py`, as it stands in its report."""
    asked = sum(kind["count"] for kind in phase["by_kind"].values())
    return Seen(
        p95_ms=phase["p95_ms"],
        refused=phase["refused"] / max(1, asked),
        errors=phase["errors"],
        late_p99_ms=phase["late_p99_ms"],
        without=phase["without"],
        server=phase["cpu"],
        generator=phase["generator_cpu"],
        others=phase["others_cpu"],
        cores=os.cpu_count() or 1,
    )


def limit(phases: Sequence[dict[str, Any]]) -> str:
    """The first bound that was crossed and what gave out then; what was seen in the end, if later."""
    over = [phase for phase in phases if crossed(seen_in(phase))]
    rate, last = phases[-1]["offered_s"], seen_in(phases[-1])
    if not over:
        return f"{rate:.0f} requests/s are borne"
    first, seen = over[0]["offered_s"], seen_in(over[0])
    told = f"at {first:.0f} requests/s {crossed(seen)}. What gives out first: {first_out(seen)}"
    if len(phases) == 1 or over[0] is phases[-1]:
        return told
    end = crossed(last) if ended(last) else f"the 95th percentile is {last.p95_ms:.0f} ms"
    return f"{told}. At {rate:.0f} requests/s {end}"
