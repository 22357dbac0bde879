"""The URL's scheme picks the adapter, here and nowhere else."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from butler.errors import WrongStore
from butler.settings import Settings
from butler.stores.known_keys import KnownKeys
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
def _sql_chats(url: str, late: bool) -> OpenChats:
    from butler.stores.chats import SqlChats

    return SqlChats(url, late)


def _mongo_chats(url: str, late: bool) -> OpenChats:
    from butler.stores.mongo import MongoChats

    return MongoChats(url, late)


def _sqlite_search(url: str, late: bool) -> OpenSearch:
    from butler.stores.search import SqlitePoiSearch

    return SqlitePoiSearch(url, late)


def _elastic_search(url: str, late: bool) -> OpenSearch:
    from butler.stores.elastic import ElasticPoiSearch

    return ElasticPoiSearch(url, late)


LOGS: dict[str, Callable[[str, bool, bool], SqlLog]] = {
    "sqlite": SqlLog,
    "postgresql": lambda url, late, anew: SqlLog(_psycopg(url), late, anew),
    "postgresql+psycopg": SqlLog,
}
CHATS: dict[str, Callable[[str, bool], OpenChats]] = {
    "sqlite": _sql_chats,
    "postgresql": lambda url, late: _sql_chats(_psycopg(url), late),
    "postgresql+psycopg": _sql_chats,
    "mongodb": _mongo_chats,
    "mongodb+srv": _mongo_chats,
}
SEARCHES: dict[str, Callable[[str, bool], OpenSearch]] = {
    "sqlite": _sqlite_search,
    "elasticsearch": _elastic_search,
    "elasticsearch+https": _elastic_search,
}


def log_of(settings: Settings, late: bool = False) -> SqlLog:
    """The log of these settings, as `open_log`.

    With `late`, for who serves: what cannot be opened now is opened when it is there, and what does
    not answer is not waited for; until then each use of it raises StoreUnavailable. A file that this
    home has known and that is gone is not made anew: an empty log on the mount point of a missing
    disk would take feedback and know no key.
    """
    anew = not KnownKeys.of(settings).ever()
    url = settings.sql_url()
    return _picked(LOGS, url, "BUTLER_LOG_URL")(url, late, anew)


def open_log(url: str) -> SqlLog:
    """The log of feedback, impressions, keys and watermarks behind a URL; close it when done.

    `sqlite:////absolute/path/log.db` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`. Tables
    are made when they are missing. Raises WrongStore for an unknown scheme or a log that a newer
    version wrote, StoreUnavailable for a damaged file or a server that cannot be reached.
    """
    return _picked(LOGS, url, "BUTLER_LOG_URL")(url, False, True)


def open_chats(url: str, late: bool = False) -> OpenChats:
    """Conversations behind a URL; close them when done. The same schemes and errors as a log's, and
    `mongodb://USER:PASSWORD@HOST:PORT/DATABASE`. With `late`, for who serves: as `log_of`."""
    return _picked(CHATS, url, "BUTLER_DOCUMENTS_URL")(url, late)


def open_search(url: str, late: bool = False) -> OpenSearch:
    """The index of places behind a URL; close it when done: `sqlite:////absolute/path/search.db` or
    `elasticsearch://HOST:PORT`. Raises StoreUnavailable as for a log. With `late`, for who serves: as
    `log_of`."""
    return _picked(SEARCHES, url, "BUTLER_SEARCH_URL")(url, late)


def _picked(known: Mapping[str, T], url: str, setting: str) -> T:
    scheme = url.split(":", 1)[0]
    if scheme not in known:
        schemes = ", ".join(f"{name}://" for name in known)
        raise WrongStore(
            f"no store is known for the scheme {scheme!r}: set {setting} to one of {schemes}"
        )
    return known[scheme]
