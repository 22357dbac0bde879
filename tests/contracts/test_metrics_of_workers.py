"""/metrics of several workers is of all that run, and of those alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WAITS = """
import sys
from serving.api.metrics import Metrics
metrics = Metrics(shared=True)
metrics.recommendations_waiting(int(sys.argv[1]))
metrics.fed_back(int(sys.argv[1]), 0)
metrics.visible(0.002)
print("waits", flush=True)
for _ in sys.stdin:
    print(metrics.text().decode(), "END", flush=True)
"""


class Worker:
    """A process with metrics of its own in the folder of all."""

    def __init__(self, folder: Path, waiting: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WAITS, str(waiting)],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "waits"

    def waiting(self) -> float:
        return self.tells('butler_requests_waiting{kind="recommendation"}')

    def tells(self, sample: str) -> float:
        """What it says at /metrics."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told, line = 0.0, ""
        while line != "END":
            line = self._line()
            if line.startswith(f"{sample} "):
                told = float(line.rsplit(" ", 1)[1])
        return told

    def _line(self) -> str:
        assert self.process.stdout
        said = self.process.stdout.readline()
        assert said, "the worker ended"
        return said.strip()


@contextmanager
def worker(folder: Path, waiting: int) -> Iterator[Worker]:
    made = Worker(folder, waiting)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait(30)


def test_those_who_wait_are_counted_over_all_workers_and_not_in_one_that_was_killed(
    tmp_path: Path,
) -> None:
    with worker(tmp_path, 3) as first:
        with worker(tmp_path, 4) as second:
            assert first.waiting() == second.waiting() == 7
        assert first.waiting() == 3, "whom a killed worker kept waiting waits no more"


def test_what_workers_counted_that_are_no_more_stays_counted_in_one_file(tmp_path: Path) -> None:
    """However many there were, and whether /metrics is asked for or not."""
    with worker(tmp_path, 1) as first:
        for counted in (10, 100, 1000):
            with worker(tmp_path, counted):
                pass
        with worker(tmp_path, 0):
            assert len(list(tmp_path.glob("counter_*.db"))) == 3, (
                "of two that run, and of all others"
            )
            assert len(list(tmp_path.glob("*.db"))) == 2 * 4 + 2
        assert first.tells('butler_feedback_events_total{outcome="accepted"}') == 1111
        assert first.tells("butler_feedback_visible_seconds_count") == 5
        assert first.tells('butler_feedback_visible_seconds_bucket{le="0.0025"}') == 5
        assert first.tells("butler_feedback_visible_seconds_sum") == pytest.approx(0.01)
