"""`butler serve`: run the service in the foreground until it is told to end."""

import os
import shutil
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from butler.errors import ButlerError, StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_log

SERVICE = "serving.service:ButlerService"


def serve(
    settings: Settings,
    on_ready: Callable[[str], None] | None = None,
    service: str = SERVICE,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code.

    `on_ready` is called once, from a thread, with the server's URL when it can recommend.
    Raises ButlerError when the port is taken, the log is damaged, or a worker cannot start.
    """
    home = settings.home.absolute()
    _check_port(settings.host, settings.port)
    open_log(settings.sql_url()).close()  # a damaged log is said here, not in a worker's trace
    _failure(settings).unlink(missing_ok=True)
    _write_only_in(home)
    if on_ready:
        waiting = (f"http://{settings.host}:{settings.port}", on_ready)
        threading.Thread(target=_tell_when_ready, args=waiting, daemon=True).start()
    import bentoml  # only now, for it reads its home when it is imported

    bentoml.serve(service, host=settings.host, port=settings.port, blocking=True)
    if _failure(settings).exists():
        raise ButlerError(_failure(settings).read_text())
    return 0


def _write_only_in(home: Path) -> None:
    """The workers are new processes: they find everything through the environment."""
    temporary = home / "serving" / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)  # what a killed server left behind
    temporary.mkdir(parents=True)
    os.environ.update(
        {
            "BUTLER_HOME": str(home),
            "BENTOML_HOME": str(home / "serving" / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "True",
            "TMPDIR": str(temporary),
        }
    )
    tempfile.tempdir = None  # look at TMPDIR again


def note_failure(settings: Settings, error: ButlerError) -> None:
    """Called by a worker that cannot start."""
    path = _failure(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(error))


def _failure(settings: Settings) -> Path:
    return settings.home.absolute() / "serving" / "could-not-start"


def _check_port(host: str, port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StoreUnavailable(
                f"cannot listen on {host}:{port} ({error.strerror}): end what listens there, "
                "or choose another with BUTLER_HOST and BUTLER_PORT"
            ) from error


def _tell_when_ready(url: str, on_ready: Callable[[str], None]) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                on_ready(url)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
