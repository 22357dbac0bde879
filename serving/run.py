"""`butler serve`: run the service in the foreground until it is told to end."""

import logging
import os
import shutil
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from butler.errors import ButlerError, NoRoom, StoreUnavailable, WrongStore
from butler.processes import is_dead
from butler.settings import Settings
from butler.stores.open import log_of
from serving.ground import counters_folder, databases_held, room_to_start

_log = logging.getLogger("butler.serving")
SERVICE = "serving.service:ButlerService"


def serve(
    settings: Settings,
    on_ready: Callable[[str], None] | None = None,
    service: str = SERVICE,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit code.

    `on_ready` is called once, from a thread, with the server's URL when it can recommend.
    Raises ButlerError when the port is taken, there is no room, the log is not one that this program
    can use, or a worker cannot start. A log that is away or damaged is said, and looked for again.
    """
    home = settings.make_home().absolute()
    address = _free_address(settings.host, settings.port)
    own = _own_folder(settings, os.getpid())
    with room_to_start(home):
        _look_at_log(settings)
        _remove_leftovers(own)
        _write_only_in(home, own)
        if on_ready:
            waiting = (url_of(settings.host, settings.port), on_ready)
            threading.Thread(target=_tell_when_ready, args=waiting, daemon=True).start()
        try:
            with databases_held(settings), counters_folder() as counters:
                _serve(service, address, settings.port, counters)
            if _failure(own).exists():
                raise ButlerError(_failure(own).read_text())
        finally:
            shutil.rmtree(own, ignore_errors=True)
    return 0


def _look_at_log(settings: Settings) -> None:
    """What is wrong with it is said here in a sentence, not only in the workers' logs."""
    try:
        log_of(settings).close()
    except (NoRoom, WrongStore):
        raise
    except StoreUnavailable as error:
        _log.error(
            "the server starts without its log; until it is there, recommendations are answered and "
            "feedback is refused: %s",
            error,
        )


def _serve(service: str, address: str, port: int, counters: Path) -> None:
    import bentoml  # only now, for it reads its home when it is imported
    from bentoml._internal.configuration.containers import BentoMLContainer

    BentoMLContainer.prometheus_multiproc_dir.set(str(counters))
    bentoml.serve(service, host=address, port=port, blocking=True)


def _write_only_in(home: Path, own: Path) -> None:
    """The workers are new processes: they find everything through the environment."""
    own.mkdir(parents=True)
    os.environ.update(
        {
            "BUTLER_HOME": str(home),
            "BENTOML_HOME": str(home / "serving" / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "True",
            "TMPDIR": str(own),
        }
    )
    tempfile.tempdir = None  # look at TMPDIR again


def note_failure(settings: Settings, error: Exception, server: int) -> None:
    """Called by a worker that cannot start; `server` is its parent's process id."""
    path = _failure(_own_folder(settings, server))
    known = isinstance(error, ButlerError)
    why = str(error) if known else f"{type(error).__name__}: {error}; see the log above"
    with suppress(OSError):  # on a full disk the log alone says it
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(why)


def _own_folder(settings: Settings, pid: int) -> Path:
    """Of one server alone: two may run on the same home."""
    return settings.home.absolute() / "serving" / str(pid)


def _failure(own: Path) -> Path:
    return own / "could-not-start"


def _remove_leftovers(own: Path) -> None:
    """The folders of servers that were killed, one of our own process id among them."""
    for folder in own.parent.glob("[0-9]*"):
        if folder == own or is_dead(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def url_of(host: str, port: int) -> str:
    """An IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _free_address(host: str, port: int) -> str:
    """The IP address of `host`, on which we can listen."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StoreUnavailable(
            f"cannot listen on {host}:{port} ({error.strerror}): end what listens there, "
            "or choose another with BUTLER_HOST and BUTLER_PORT"
        ) from error
    return str(address[0])


def _tell_when_ready(url: str, on_ready: Callable[[str], None]) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                on_ready(url)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
