"""All that is measured of one home, one benchmark after the other, at their default sizes.

    BUTLER_HOME=.butler make bench

Some forty minutes on two idle cores, of which five are the load's and up to ten the pipeline's. Nothing
else should run meanwhile. Every benchmark prints its tables and leaves its numbers in the home's
reports/. Not among them: `butler bench soak`, half an hour by itself.
"""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console

from benchmarks import freshness, latency, load, pipeline, start, train
from butler.settings import Settings

ALL: dict[str, Callable[[Settings, Console], Any]] = {
    "latency": latency.main,
    "load": load.main,
    "freshness": freshness.main,
    "start": start.start,
    "memory": start.memory,
    "pipeline": pipeline.main,
    "train": train.main,
}


def main(settings: Settings, console: Console) -> None:
    """Measure; raises ModelUnavailable for a home without a champion."""
    for name, work in ALL.items():
        console.rule(f"butler bench {name}")
        begun = time.monotonic()
        work(settings, console)
        console.print(f"{(time.monotonic() - begun) / 60:.1f} minutes")
    console.rule(f"the numbers: {settings.home / 'reports'}")
