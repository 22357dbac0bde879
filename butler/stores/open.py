"""The URL's scheme picks the adapter, here and nowhere else."""

from collections.abc import Callable

from butler.errors import StoreUnavailable
from butler.stores.sql import SqlLog

LOGS: dict[str, Callable[[str], SqlLog]] = {
    "sqlite": SqlLog,
    "postgresql": lambda url: SqlLog("postgresql+psycopg" + url.removeprefix("postgresql")),
    "postgresql+psycopg": SqlLog,
}


def open_log(url: str) -> SqlLog:
    """The log of feedback, impressions, keys and watermarks behind a URL; close it when done.

    `sqlite:////absolute/path/log.db` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`. Tables
    are made when they are missing. Raises StoreUnavailable for an unknown scheme, a damaged file,
    a server that cannot be reached, or a log that a newer version wrote.
    """
    scheme = url.split(":", 1)[0]
    if scheme not in LOGS:
        known = ", ".join(f"{name}://" for name in LOGS)
        raise StoreUnavailable(
            f"no store is known for the scheme {scheme!r}: set BUTLER_LOG_URL to one of {known}"
        )
    return LOGS[scheme](url)
