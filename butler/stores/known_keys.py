"""The hashes of service keys as the log told them last, in a file of the home.

A server can start while its log is away, and let those in whom the log knew a short while ago. The
file says, too, that this home has known its log: one that is gone is then not made anew in silence.
"""

import json
import logging
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from butler.processes import draft_of, remove_drafts
from butler.settings import Settings
from butler.stores.sql import hash_of

FRESH_SECONDS = 86_400.0  # since the log told them: a key may have been revoked meanwhile
_log = logging.getLogger("butler.serving")


class KnownKeys:
    """Of the log behind `url`; what another log told is not known."""

    def __init__(self, home: Path, url: str) -> None:
        self._path = home / "serving" / "known-keys.json"
        self._of = hash_of(sa.make_url(url).render_as_string(hide_password=True))

    @classmethod
    def of(cls, settings: Settings) -> "KnownKeys":
        return cls(settings.home, settings.sql_url())

    def keep(self, keys: Mapping[str, str]) -> None:
        """Names by hash, as the log tells them now. Costs nothing but a line in the server's log where
        the home cannot be written."""
        draft = draft_of(self._path)
        try:
            if self._read() == dict(keys):
                os.utime(self._path)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            remove_drafts(self._path)
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as file:
                json.dump({"log": self._of, "keys": dict(keys)}, file)
            os.replace(draft, self._path)
        except OSError as error:
            _log.warning("%s could not be written: %s", self._path.name, error)
            with suppress(OSError):
                draft.unlink()

    def fresh(self) -> dict[str, str]:
        """Names by hash, of a day at most; without one, nobody is known."""
        with suppress(OSError):
            if time.time() - self._path.stat().st_mtime < FRESH_SECONDS:
                return self._read() or {}
        return {}

    def ever(self) -> bool:
        """Whether the log has ever told a key."""
        return bool(self._read())

    def _read(self) -> dict[str, str] | None:
        """None where there is no such file, a damaged one, or that of another log."""
        try:
            kept = json.loads(self._path.read_text())
            return dict(kept["keys"]) if kept["log"] == self._of else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
