"""Do conversions that have not come yet bias the rate? On the sample world, where they are known later.

    python -m benchmarks.delay [--seeds 7 8 9]

A world is simulated, and its bookings are looked at as they were known at several moments. The rate
of bookings a clicked place is estimated from the slates of the week before each moment in four ways:
counting only what came within 24 hours; all that came within the seven-day window, as it stood;
the same corrected for what had not come (`models/attribution.py`); and what the same slates came to
in the end. Prints the mean relative error of each and writes `reports/delay.json` into the home.
"""

import argparse
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.report import write_report
from butler.columns import SCHEMAS, C
from butler.settings import Settings
from butler.world.build import build_world
from features.context import REQUESTED_AT
from models.attribution import (
    BOOKING,
    DELAY,
    OUTCOME_KIND,
    Delays,
    Windows,
    delays,
    rate,
)
from models.requests import Labelled, labelled

WEEKS_BACK, EVERY = 4, timedelta(days=2)  # moments at which the rate is estimated
WAYS = ("24 hours", "7 days, as it stood", "7 days, corrected")


def clicked(history: Labelled) -> pl.DataFrame:
    """Each clicked card: request, place, when asked, hours until it was booked (null if never)."""
    booked = (
        history.labels.filter(pl.col(OUTCOME_KIND) == BOOKING)
        .group_by(C.REQUEST, C.POI)
        .agg(pl.col(DELAY).min())
    )
    asked = history.requests.filter(~history.organic()).select(C.REQUEST, REQUESTED_AT)
    cards = history.labels.select(C.REQUEST, C.POI).unique(maintain_order=True)
    return cards.join(asked, on=C.REQUEST).join(booked, on=[C.REQUEST, C.POI], how="left")


def estimates(cards: pl.DataFrame, now: datetime, window: float) -> dict[str, float]:
    """The rate of the last seven days as each way has it at `now`, and as it came to be."""
    past = cards.filter(pl.col(REQUESTED_AT) < now)
    age = ((now - past[REQUESTED_AT]).dt.total_microseconds() / 3.6e9).to_numpy()
    delay = past[DELAY].to_numpy().astype(np.float64)
    seen = delay <= age  # NaN, never booked, is not
    learned = delays(delay[seen], age[seen], window)
    week = age <= 168.0
    day = Delays(np.array([0.0]), np.array([1.0]))
    return {
        "24 hours": rate((seen & (delay <= 24.0))[week], age[week], day),
        "7 days, as it stood": rate(seen[week], age[week], day),
        "7 days, corrected": rate(seen[week], age[week], learned),
        "in the end": rate(~np.isnan(delay)[week], age[week], day),
    }


def measure(seed: int, travellers: int, folder: Path) -> list[dict[str, float]]:
    end = datetime.fromisoformat("2026-09-30T00:00:00+00:00")
    build_world(folder, travellers=travellers, days=60, seed=seed, end=end)
    read = {n: pl.read_parquet(folder / f"{n}.parquet") for n in ("events", "bookings")}
    events = read["events"]
    if C.KNOWN_AT not in events.columns:
        events = events.with_columns(pl.col(C.OCCURRED_AT).alias(C.KNOWN_AT))
    windows = Windows()
    asked = pl.DataFrame(schema=SCHEMAS["requests"].columns)
    history = labelled(events, read["bookings"], asked, windows)
    cards = clicked(history)
    moments = [end - timedelta(days=7) - EVERY * n for n in range(WEEKS_BACK * 7 // EVERY.days)]
    return [estimates(cards, now, windows.booking) for now in moments]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9])
    parser.add_argument("--travellers", type=int, default=6000)
    wanted = parser.parse_args()
    rows = []
    for seed in wanted.seeds:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(seed, wanted.travellers, Path(folder))
    error = {w: [r[w] / r["in the end"] - 1.0 for r in rows] for w in WAYS}
    found = {
        w: {"bias": float(np.mean(e)), "absolute": float(np.mean(np.abs(e)))}
        for w, e in error.items()
    }
    table = Table("bookings a clicked card", "mean error", "mean absolute error", box=None)
    for way, of in found.items():
        table.add_row(way, f"{of['bias']:+.1%}", f"{of['absolute']:.1%}")
    Console().print(table)
    write_report(Settings(), "delay", {"moments": len(rows), "error": found})


if __name__ == "__main__":
    main()
