"""Sentences of recommendations in a small file of the home that all workers share, and which of them
some worker has Claude word just now: so each is paid for once, and every worker sees what is awaited."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from butler.errors import StoreUnavailable

T = TypeVar("T")
PATIENCE = 0.05  # seconds that an answer waits for the file, at most
_TABLES = """
CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, text TEXT, made REAL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS texts_made ON texts (made);
CREATE TABLE IF NOT EXISTS asked (key TEXT PRIMARY KEY, until REAL) WITHOUT ROWID;
"""
# One statement, so that no two workers look before either has claimed.
_CLAIM = """
INSERT INTO asked SELECT ?1, ?2
WHERE NOT EXISTS (SELECT 1 FROM texts WHERE key = ?1 AND made > ?3)
ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE asked.until <= ?4
"""


class Kept:
    """Sentences by key: so many, and for so long."""

    def __init__(self, path: Path, most: int, days: float, now: Callable[[], datetime]) -> None:
        """Raises StoreUnavailable, like everything here."""
        self._path, self._most, self._keep, self._now = path, most, timedelta(days=days), now
        with closing(self._open(2)) as file:
            self._do(file.execute, "PRAGMA journal_mode=WAL")
            self._do(file.executescript, _TABLES)
        self._reading = self._open(PATIENCE)

    def of(self, keys: Sequence[str]) -> dict[str, str]:
        """Those that are kept; "" where Claude had nothing true to say."""
        asked = f"SELECT key, text FROM texts WHERE key IN ({_marks(keys)}) AND made > ?"
        return dict(self._do(self._rows, asked, [*keys, self._oldest()]))

    def asked(self, keys: Sequence[str]) -> set[str]:
        """Those that Claude words just now for some worker."""
        asked = f"SELECT key FROM asked WHERE key IN ({_marks(keys)}) AND until > ?"
        return {key for (key,) in self._do(self._rows, asked, [*keys, time.time()])}

    def claim(self, key: str, seconds: float) -> bool:
        """Whether it is the caller's to have worded: False where it is kept, or another's. It is for
        so long at most, should the caller end meanwhile."""
        now = time.time()
        values = (key, now + seconds, self._oldest(), now)
        with closing(self._open(2)) as file:
            return bool(self._do(file.execute, _CLAIM, values).rowcount)

    def give_up(self, key: str) -> None:
        """Nobody words it any more."""
        with closing(self._open(2)) as file:
            self._do(file.execute, "DELETE FROM asked WHERE key = ?", (key,))

    def keep(self, key: str, text: str) -> None:
        """It is the newest, and no longer asked for; what is too old or too much goes."""
        made = self._now().timestamp()
        acts: list[tuple[str, tuple[object, ...]]] = [
            ("INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", (key, text, made)),
            ("DELETE FROM asked WHERE key = ? OR until <= ?", (key, time.time())),
            ("DELETE FROM texts WHERE made <= ?", (self._oldest(),)),
            (
                "DELETE FROM texts WHERE key IN "
                "(SELECT key FROM texts ORDER BY made DESC LIMIT -1 OFFSET ?)",
                (self._most,),
            ),
        ]
        with closing(self._open(2)) as file:
            for act, values in acts:
                self._do(file.execute, act, values)

    def close(self) -> None:
        self._reading.close()

    def _oldest(self) -> float:
        return (self._now() - self._keep).timestamp()

    def _rows(self, asked: str, values: Sequence[object]) -> list[Any]:
        return self._reading.execute(asked, values).fetchall()

    def _open(self, seconds: float) -> sqlite3.Connection:
        return self._do(
            *(sqlite3.connect, self._path),
            timeout=seconds,
            isolation_level=None,
            check_same_thread=False,
        )

    def _do(self, act: Callable[..., T], *args: Any, **options: Any) -> T:
        try:
            return act(*args, **options)
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"Claude's explanations cannot be kept in {self._path} ({error}): see to the disk."
            ) from error


def _marks(keys: Sequence[str]) -> str:
    return ",".join("?" * len(keys))
