"""A real Redis of a benchmark's or a test's own: a spare port, nothing on disk but what `stop` saves."""

import signal
import socket
import subprocess
import time
from contextlib import closing
from pathlib import Path


def spare_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """`program` on loopback, in `folder`; answers once it is made."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = spare_port()
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1"]
        self._command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]
        self.start()

    def start(self) -> None:
        """With what `stop` has saved."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self._command, **quiet)  # type: ignore[call-overload]
        self._wait()

    def stop(self) -> None:
        """Gone, as for a maintenance: what it held is there again after `start`."""
        import redis

        with closing(redis.Redis(port=self.port)) as client:
            client.shutdown(save=True)
        self.process.wait(timeout=10)

    def freeze(self) -> None:
        """It takes connections and answers nothing, as on a machine that is swapping."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _wait(self) -> None:
        import redis

        with closing(redis.Redis(port=self.port)) as client:
            for _ in range(200):
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    time.sleep(0.05)
        raise RuntimeError(f"redis-server on port {self.port} did not answer within 10 s")

    def end(self) -> None:
        self.thaw()
        self.process.terminate()
        self.process.wait(timeout=10)
