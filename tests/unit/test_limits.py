"""What the load benchmark says of a server that has too much to do."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.limits import Seen, crossed, ended, first_out, limit

CALM = Seen(
    p95_ms=40.0,
    refused=0.0,
    errors=0,
    late_p99_ms=3.0,
    without={},
    server={"parent": 0.05, "worker 1": 0.5},
    generator=0.1,
    others=0.05,
    cores=2,
)


def test_what_is_borne_crosses_nothing() -> None:
    assert crossed(CALM) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"p95_ms": 181.0}, "95th percentile is 181 ms"),
        ({"refused": 0.02}, "2% of the requests are refused"),
        ({"errors": 3}, "3 requests fail"),
        ({"late_p99_ms": 25.0, "p95_ms": 300.0}, "generator is 25 ms behind"),
    ],
)
def test_a_bound_that_is_crossed_is_named(change: dict[str, float], said: str) -> None:
    assert said in crossed(replace(CALM, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"server": {"parent": 0.05, "worker 1": 0.98}}, "the processor of worker 1"),
        ({"server": {"worker 1": 0.7, "worker 2": 0.7}, "generator": 0.5}, "of the machine"),
        ({"others": 1.2}, "1.20 by all else"),
        ({"without": {"online_store": 12}}, "online_store, which 12 answers"),
        ({"late_p99_ms": 25.0, "without": {"online_store": 12}}, "the generator"),
        ({}, "nothing that is measured here"),
    ],
)
def test_what_gives_out_first_is_named(change: dict[str, object], said: str) -> None:
    assert said in first_out(replace(CALM, **change))  # type: ignore[arg-type]


def test_refusals_alone_do_not_end_a_ramp() -> None:
    assert not ended(replace(CALM, refused=0.5))
    for change in ({"p95_ms": 181.0}, {"errors": 1}, {"late_p99_ms": 21.0}):
        assert ended(replace(CALM, **change))  # type: ignore[arg-type]


def phase(rate: float, refused: int = 0, p95_ms: float = 40.0) -> dict[str, Any]:
    return {
        "offered_s": rate,
        "p95_ms": p95_ms,
        "refused": refused,
        "errors": 0,
        "without": {},
        "late_p99_ms": 3.0,
        "cpu": {"worker 1": 0.95},
        "generator_cpu": 0.1,
        "others_cpu": 0.0,
        "by_kind": {"recommendations": {"count": 1_000}},
    }


def test_a_ramp_tells_what_came_first_and_how_it_ended() -> None:
    assert limit([phase(100)]) == "100 requests/s are borne"
    first = limit([phase(100), phase(200, refused=30)])
    assert first.startswith(
        "at 200 requests/s 3% of the requests are refused. What gives out first"
    )
    both = limit([phase(100), phase(200, refused=30), phase(300, refused=200, p95_ms=190.0)])
    assert both.startswith(first)
    assert both.endswith("At 300 requests/s 20% of the requests are refused")
