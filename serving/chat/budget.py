"""What Claude may cost: a traveller a day, all of them a day; kept where every worker sees it.

A call is reserved for before it is made, by the most it can cost, and settled by what it did cost:
together, workers cannot spend more than allowed. A traveller is known by a hash only.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from butler.errors import StoreUnavailable
from butler.settings import ClaudeSettings, SmallModel
from serving.chat.values import Cost

KEPT_DAYS = 2
BYTES_A_TOKEN = 2  # of a request's JSON, at least: a reservation must not be too small


class Usage(NamedTuple):
    """Tokens of a call as the API counts them: the four kinds do not overlap."""

    read: int = 0
    cache_write: int = 0
    cache_read: int = 0
    written: int = 0

    @property
    def tokens(self) -> int:
        return self.read + self.cache_write + self.cache_read + self.written


def cost_of(usage: Usage, model: SmallModel) -> Cost:
    """In millionths of a dollar, rounded up: a price is in millionths a token."""
    price = (
        usage.read * model.input
        + usage.cache_write * model.cache_write
        + usage.cache_read * model.cache_read
        + usage.written * model.output
    )
    read = usage.read + usage.cache_write + usage.cache_read
    return Cost(read, usage.cache_read, usage.written, -int(-price // 1))


def together(costs: Sequence[Cost]) -> Cost:
    return Cost(
        sum(c.input_tokens for c in costs),
        sum(c.cached_tokens for c in costs),
        sum(c.output_tokens for c in costs),
        sum(c.micro_dollars for c in costs),
    )


def most(request_bytes: int, most_written: int, model: SmallModel) -> Usage:
    """More tokens than a request of that size can take, read at the dearest price."""
    read = request_bytes // BYTES_A_TOKEN + 1
    if model.cache_write > model.input:
        return Usage(cache_write=read, written=most_written)
    return Usage(read=read, written=most_written)


class Ledger(Protocol):
    """Sums by name and day that all workers share."""

    def add(self, day: date, amounts: Mapping[str, int], limits: Mapping[str, int]) -> bool:
        """Add all of them, or none where one would pass its limit. Raises StoreUnavailable."""

    def spent(self, day: date, name: str) -> int: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reserved:
    day: date
    traveller: str
    tokens: int
    micro_dollars: int


class Budget:
    """The two limits of a traveller and the one of the day, over a ledger."""

    def __init__(self, ledger: Ledger, settings: ClaudeSettings, today: Callable[[], date]) -> None:
        self._ledger, self._today = ledger, today
        self._settings = settings

    def reserve(self, user_id: str, cost: Cost) -> Reserved | None:
        """What is put aside for a call; None where it would exceed a limit."""
        who = hashlib.blake2b(user_id.encode(), digest_size=16).hexdigest()
        tokens = cost.input_tokens + cost.output_tokens
        reserved = Reserved(self._today(), who, tokens, cost.micro_dollars)
        limits = {
            f"tokens:{who}": self._settings.traveller_tokens,
            f"money:{who}": self._settings.traveller_micro_dollars,
            "money": self._settings.day_micro_dollars,
        }
        amounts = _amounts(who, tokens, cost.micro_dollars)
        return reserved if self._ledger.add(reserved.day, amounts, limits) else None

    def settle(self, reserved: Reserved, cost: Cost) -> None:
        """What the call did cost takes the place of what was put aside."""
        tokens = cost.input_tokens + cost.output_tokens - reserved.tokens
        money = cost.micro_dollars - reserved.micro_dollars
        self._ledger.add(reserved.day, _amounts(reserved.traveller, tokens, money), {})

    def close(self) -> None:
        self._ledger.close()


def _amounts(who: str, tokens: int, micro_dollars: int) -> dict[str, int]:
    return {f"tokens:{who}": tokens, f"money:{who}": micro_dollars, "money": micro_dollars}


def open_ledger(url: str, home: Path) -> Ledger:
    """By the URL's scheme. Raises StoreUnavailable for one that is not known."""
    if url == "sqlite://":
        return SqliteLedger(home / "claude.db")
    if url.startswith(("redis://", "rediss://")):
        return RedisLedger(url)
    raise StoreUnavailable(
        "BUTLER_CLAUDE__BUDGET_URL is neither sqlite:// nor redis://HOST:PORT/DB: set one of them."
    )


class SqliteLedger:
    """One small file in the home; each addition is a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(self._open()) as file:
            self._do(file.execute, "PRAGMA journal_mode=WAL")
            self._do(
                file.execute,
                "CREATE TABLE IF NOT EXISTS spent (day TEXT, name TEXT, amount INTEGER, "
                "PRIMARY KEY (day, name)) WITHOUT ROWID",
            )

    def add(self, day: date, amounts: Mapping[str, int], limits: Mapping[str, int]) -> bool:
        with closing(self._open()) as file:
            return bool(self._do(_add, file, day.isoformat(), amounts, limits))

    def spent(self, day: date, name: str) -> int:
        with closing(self._open()) as file:
            return int(self._do(_spent, file, day.isoformat(), name))

    def close(self) -> None:
        """Nothing stays open."""

    def _open(self) -> sqlite3.Connection:
        connection = self._do(sqlite3.connect, self._path, timeout=2, isolation_level=None)
        assert isinstance(connection, sqlite3.Connection)
        return connection

    def _do(self, act: Callable[..., object], *args: Any, **options: Any) -> Any:
        try:
            return act(*args, **options)
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"What Claude cost cannot be kept in {self._path} ({error}): see to the disk."
            ) from error


def _add(
    file: sqlite3.Connection, day: str, amounts: Mapping[str, int], limits: Mapping[str, int]
) -> bool:
    file.execute("BEGIN IMMEDIATE")
    try:
        if any(_spent(file, day, name) + amounts[name] > most for name, most in limits.items()):
            return False
        file.executemany(
            "INSERT INTO spent VALUES (?, ?, ?) "
            "ON CONFLICT (day, name) DO UPDATE SET amount = amount + excluded.amount",
            [(day, name, amount) for name, amount in amounts.items()],
        )
        file.execute("DELETE FROM spent WHERE day < date(?, ?)", (day, f"-{KEPT_DAYS} days"))
        file.execute("COMMIT")
        return True
    finally:
        if file.in_transaction:
            file.execute("ROLLBACK")


def _spent(file: sqlite3.Connection, day: str, name: str) -> int:
    found = file.execute("SELECT amount FROM spent WHERE day = ? AND name = ?", (day, name))
    row = found.fetchone()
    return int(row[0]) if row else 0


# One script, so that no two workers look before either has added.
_REDIS_ADD = """
for n, key in ipairs(KEYS) do
  local limit = tonumber(ARGV[2 * n])
  if limit >= 0 and tonumber(redis.call('GET', key) or '0') + tonumber(ARGV[2 * n - 1]) > limit then
    return 0
  end
end
for n, key in ipairs(KEYS) do
  redis.call('INCRBY', key, ARGV[2 * n - 1])
  redis.call('EXPIRE', key, ARGV[#ARGV])
end
return 1
"""


class RedisLedger:
    """Counters that expire, for workers on several machines."""

    def __init__(self, url: str) -> None:
        import redis

        self._errors = (redis.RedisError, OSError)
        self._client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._script = self._client.register_script(_REDIS_ADD)

    def add(self, day: date, amounts: Mapping[str, int], limits: Mapping[str, int]) -> bool:
        keys = [_key(day, name) for name in amounts]
        told = [part for name, n in amounts.items() for part in (n, limits.get(name, -1))]
        return bool(self._do(self._script, keys=keys, args=[*told, (KEPT_DAYS + 1) * 86_400]))

    def spent(self, day: date, name: str) -> int:
        return int(self._do(self._client.get, _key(day, name)) or 0)

    def close(self) -> None:
        self._client.close()

    def _do(self, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return act(*args, **options)
        except self._errors as error:
            raise StoreUnavailable(
                f"What Claude cost cannot be kept: Redis does not answer ({type(error).__name__}). "
                "See to the server of BUTLER_CLAUDE__BUDGET_URL."
            ) from error


def _key(day: date, name: str) -> str:
    return f"butler:claude:{day.isoformat()}:{name}"
