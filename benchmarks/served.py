"""The real server in a process of its own, and the leanest client there can be, for the benchmarks."""

import asyncio
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

import psutil

from benchmarks.redis_process import spare_port
from butler.settings import Settings
from butler.stores.open import log_of

PATIENCE_SECONDS = 120.0
NICE = 10  # the server yields to whoever asks it: a client without a processor would measure itself


class Connection:
    """One kept connection of HTTP/1.1, as lean as can be: the generator takes the server's time."""

    def __init__(self, port: int, key: str) -> None:
        self._port, self._head = port, f"Host: here\r\nX-API-Key: {key}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        """The status and the body; 0 for a connection that broke."""
        try:
            if self._streams is None or self._streams[0].at_eof():  # the server ends idle ones
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            head = f"{method} {target} HTTP/1.1\r\n{self._head}{more if body else ''}\r\n"
            writer.write(head.encode() + body)
            told = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(told.split("content-length:")[1].split("\r\n")[0])
            return int(told.split(" ", 2)[1]), await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            self._streams = None
            return 0, b""


@dataclass(frozen=True)
class Server:
    """Where `butler serve` listens, its process, and a service key."""

    port: int
    process: psutil.Process
    key: str

    def family(self) -> list[psutil.Process]:
        """The parent, its workers and what helps them."""
        return [self.process, *self.process.children(recursive=True)]

    def connection(self) -> Connection:
        return Connection(self.port, self.key)


@contextmanager
def served(settings: Settings, name: str, workers: int | None = None) -> Iterator[Server]:
    """`butler serve` on the home of `settings`, ready, until the block ends.

    The service key `name` is made for it and forgotten afterwards; `workers` as in the settings
    unless told.
    """
    with closing(log_of(settings)) as log:
        key = log.keys.create(name)
        try:
            with _running(settings, workers) as (port, process):
                yield Server(port, process, key)
        finally:
            log.keys.revoke(name)


@contextmanager
def _running(settings: Settings, workers: int | None) -> Iterator[tuple[int, psutil.Process]]:
    port = spare_port()
    environment = {
        **os.environ,
        "BUTLER_HOME": str(settings.home),
        "BUTLER_PORT": str(port),
        "BUTLER_LOGS__LEVEL": "WARNING",
        "BUTLER_SERVING__WORKERS": str(workers or settings.serving.workers),
    }
    with TemporaryFile() as said:
        command = [sys.executable, "-m", "butler.cli", "serve"]
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        psutil.Process(process.pid).nice(NICE)
        try:
            _wait(port, process)
            yield port, psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
            try:
                client.request("GET", "/readyz")
                if client.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass  # not yet: the port, the worker, or its model
        time.sleep(0.2)
    raise RuntimeError("the server did not start: run `butler serve` to see why")
