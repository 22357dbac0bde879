"""The URL's scheme picks the adapter, here and nowhere else."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from butler.errors import StoreUnavailable
from butler.stores.ports import Chats, PoiSearch
from butler.stores.sql import SqlLog

T = TypeVar("T")


class OpenChats(Chats, Protocol):
    def close(self) -> None: ...


class OpenSearch(PoiSearch, Protocol):
    def close(self) -> None: ...


def _psycopg(url: str) -> str:
    return "postgresql+psycopg" + url.removeprefix("postgresql")


# A server's driver is imported by those who have such a server.
def _sql_chats(url: str) -> OpenChats:
    from butler.stores.chats import SqlChats

    return SqlChats(url)


def _mongo_chats(url: str) -> OpenChats:
    from butler.stores.mongo import MongoChats

    return MongoChats(url)


def _sqlite_search(url: str) -> OpenSearch:
    from butler.stores.search import SqlitePoiSearch

    return SqlitePoiSearch(url)


def _elastic_search(url: str) -> OpenSearch:
    from butler.stores.elastic import ElasticPoiSearch

    return ElasticPoiSearch(url)


LOGS: dict[str, Callable[[str], SqlLog]] = {
    "sqlite": SqlLog,
    "postgresql": lambda url: SqlLog(_psycopg(url)),
    "postgresql+psycopg": SqlLog,
}
CHATS: dict[str, Callable[[str], OpenChats]] = {
    "sqlite": _sql_chats,
    "postgresql": lambda url: _sql_chats(_psycopg(url)),
    "postgresql+psycopg": _sql_chats,
    "mongodb": _mongo_chats,
    "mongodb+srv": _mongo_chats,
}
SEARCHES: dict[str, Callable[[str], OpenSearch]] = {
    "sqlite": _sqlite_search,
    "elasticsearch": _elastic_search,
    "elasticsearch+https": _elastic_search,
}


def open_log(url: str) -> SqlLog:
    """The log of feedback, impressions, keys and watermarks behind a URL; close it when done.

    `sqlite:////absolute/path/log.db` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`. Tables
    are made when they are missing. Raises StoreUnavailable for an unknown scheme, a damaged file,
    a server that cannot be reached, or a log that a newer version wrote.
    """
    return _picked(LOGS, url, "BUTLER_LOG_URL")(url)


def open_chats(url: str) -> OpenChats:
    """Conversations behind a URL; close them when done. The same schemes and errors as a log's, and
    `mongodb://USER:PASSWORD@HOST:PORT/DATABASE`."""
    return _picked(CHATS, url, "BUTLER_DOCUMENTS_URL")(url)


def open_search(url: str) -> OpenSearch:
    """The index of places behind a URL; close it when done: `sqlite:////absolute/path/search.db` or
    `elasticsearch://HOST:PORT`. Raises StoreUnavailable as for a log."""
    return _picked(SEARCHES, url, "BUTLER_SEARCH_URL")(url)


def _picked(known: Mapping[str, Callable[[str], T]], url: str, setting: str) -> Callable[[str], T]:
    scheme = url.split(":", 1)[0]
    if scheme not in known:
        schemes = ", ".join(f"{name}://" for name in known)
        raise StoreUnavailable(
            f"no store is known for the scheme {scheme!r}: set {setting} to one of {schemes}"
        )
    return known[scheme]
