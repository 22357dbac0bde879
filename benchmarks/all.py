"""All that is measured of one home, one benchmark after the other, at their default sizes.

    BUTLER_HOME=.butler make bench

Some forty minutes on two idle cores, of which eight are the load's and up to ten the pipeline's. Nothing
else should run meanwhile. Every benchmark prints its tables and leaves its numbers in the home's
reports/. `butler bench all --everything` adds what takes longer: 50 million events, which engine scores
trees, and the soak, half an hour by itself.
"""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console

from benchmarks import chat, engines, freshness, latency, load, pipeline, soak, start, train
from benchmarks.report import measured
from butler.settings import Settings

Work = Callable[[Settings, Console], Any]
ALL: dict[str, Work] = {
    "latency": latency.main,
    "chat": chat.main,
    "load": load.main,
    "freshness": freshness.main,
    "start": start.start,
    "memory": start.memory,
    "pipeline": pipeline.main,
    "train": train.main,
}
LONGER: dict[str, Work] = {
    "engines": engines.main,
    "pipeline of 50 million": lambda settings, console: pipeline.main(
        settings, console, (*pipeline.EVENTS, 50_000_000)
    ),
    "soak": soak.main,
}


def main(settings: Settings, console: Console, everything: bool = False) -> None:
    """Measure; raises ModelUnavailable for a home without a champion."""
    console.print(measured())
    for name, work in (ALL | LONGER if everything else ALL).items():
        console.rule(name)
        begun = time.monotonic()
        work(settings, console)
        console.print(f"{(time.monotonic() - begun) / 60:.1f} minutes")
    console.rule(f"the numbers: {settings.home / 'reports'}")
