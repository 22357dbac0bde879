"""What an operator tells travellers who are connected: `butler maintenance "..."`, kept in the home.

A file, because every worker of every server on this home looks at it: no worker has to be found.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from butler.errors import StoreUnavailable
from butler.processes import draft_of

LONGEST = 500  # characters


@dataclass(frozen=True, slots=True)
class Notice:
    """`reason`: announced, over, or restart (this server ends; connect again)."""

    reason: str
    message: str = ""


OVER = Notice("over")
RESTART = Notice("restart", "The server restarts: connect again in a moment.")


class Notices:
    """One notice at a time; the last one counts."""

    def __init__(self, home: Path) -> None:
        self._path = home / "serving" / "maintenance.json"

    def announce(self, message: str) -> None:
        """Raises StoreUnavailable where the home cannot be written."""
        draft = draft_of(self._path)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(orjson.dumps({"message": message[:LONGEST]}))
            os.replace(draft, self._path)
        except OSError as error:
            raise StoreUnavailable(
                f"{self._path} cannot be written ({error.strerror}): set BUTLER_HOME to the home of "
                "the server, as a user who may write there"
            ) from error

    def end(self) -> None:
        self._path.unlink(missing_ok=True)

    def now(self) -> Notice | None:
        try:
            return Notice("announced", str(orjson.loads(self._path.read_bytes())["message"]))
        except FileNotFoundError:
            return None
