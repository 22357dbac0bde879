"""A Dask cluster of a benchmark's or a test's own: a scheduler and workers on loopback, to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.redis_process import spare_port

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds for the processes to find one another


class Processes:
    """A scheduler at `url` and `workers`, by process id."""

    def __init__(self, folder: Path, count: int) -> None:
        port = spare_port()
        self.url = f"tcp://127.0.0.1:{port}"
        self._log = (folder / "dask.log").open("w")
        self._folder = folder
        where = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        self.scheduler = self._start("dask_scheduler", *where)
        self.workers = [self._worker() for _ in range(count)]
        self._wait(count)

    def kill_one(self) -> None:
        """As the system does when memory runs out: no goodbye."""
        worker = self.workers.pop(0)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()  # they hold nothing worth a goodbye
            process.wait()
        self._log.close()

    def _worker(self) -> subprocess.Popen[bytes]:
        alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
        where = ["--host", "127.0.0.1", "--local-directory", str(self._folder)]
        return self._start("dask_worker", self.url, *alone, *where)

    def _start(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *words],
            cwd=self._folder,
            env=environment,
            stdout=self._log,
            stderr=self._log,
        )

    def _wait(self, count: int) -> None:
        from distributed import Client

        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with Client(self.url, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                    client.wait_for_workers(count, timeout=PATIENCE)
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


@contextmanager
def dask_processes(folder: Path, count: int = 2) -> Iterator[Processes]:
    made = Processes(folder, count)
    try:
        yield made
    finally:
        made.end()
