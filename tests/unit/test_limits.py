"""What the load benchmark says of a server that has too much to do."""

from dataclasses import replace

import pytest

from benchmarks.limits import Seen, crossed, first_out

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
