"""A real `butler serve` in its own process, for end-to-end tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

PATIENCE_SECONDS = 90
PATIENT_MS = "60000"  # a busy machine is no reason to refuse, where that is not the question


@dataclass
class Server:
    url: str
    process: subprocess.Popen[bytes]
    client: httpx.Client
    seconds: float = 0.0  # from its start until it answered

    def workers(self) -> list[psutil.Process]:
        """Those that answer, or are about to; one that was killed and not yet buried is none."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in family if _is_worker(process)]

    def kill(self) -> None:
        """kill -9 the server and its workers, as a crash would."""
        family = [*psutil.Process(self.process.pid).children(recursive=True)]
        for process in [psutil.Process(self.process.pid), *family]:
            process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def _is_worker(process: psutil.Process) -> bool:
    try:
        return any("worker" in word for word in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def butler(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a `butler` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "butler.cli", *words],
        env=environment(home, settings),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def environment(home: Path, settings: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "BUTLER_HOME": str(home), **settings}


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    home: Path, says: Path | None = None, key: str = "", **settings: str
) -> Iterator[Server]:
    """A server that is ready, what it says in the file `says`; ended when the block ends. A `key` is made
    unless one is given."""
    port = free_port()
    key = key or butler(home, "key", "create", "--name", "test").stdout.splitlines()[-1]
    started = time.monotonic()
    with Path(says or os.devnull).open("ab") as output:
        own = {"BUTLER_PORT": str(port), "BUTLER_SERVING__QUEUE_MS": PATIENT_MS}
        process = subprocess.Popen(
            [sys.executable, "-m", "butler.cli", "serve"],
            env=environment(home, own | settings),
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=30) as client:
            _wait(client, process)
            yield Server(url, process, client, time.monotonic() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended before it was ready"
        try:
            client.get("/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready in time")
