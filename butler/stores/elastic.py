"""Places found by words in Elasticsearch: an index a catalogue, an alias that is moved at once.

`elasticsearch://[USER:PASSWORD@]HOST:PORT[/ALIAS]`, or `elasticsearch+https://` for TLS. Words are
folded before they get there, as for SQLite, so that both find the same in every alphabet.
"""

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import elasticsearch
import polars as pl
from elasticsearch import Elasticsearch, helpers

from butler.breaker import Guard
from butler.errors import StoreUnavailable
from butler.stores.places import FIELDS, WEIGHTS, Findable, asked, checked, findable

ALIAS = "butler-places"
FORGOTTEN_SECONDS = 3600  # an index begun so long ago and never used was left by a killed process
TIMEOUT_SECONDS = 10  # to write and to look after indices
FIND_SECONDS = 5.0  # a traveller waits
_ALL_WORDS = 1000.0  # above any score of words: who has all of them stands first
_SETTINGS: dict[str, Any] = {
    "analysis": {
        "filter": {
            "beginnings": {
                "type": "edge_ngram",
                "min_gram": 1,
                "max_gram": 20,
                "preserve_original": True,
            }
        },
        "analyzer": {
            "whole": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding"],
            },
            "begun": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding", "beginnings"],
            },
        },
    }
}
_TEXT: dict[str, Any] = {
    "type": "text",
    "analyzer": "whole",
    "fields": {"begun": {"type": "text", "analyzer": "begun", "search_analyzer": "whole"}},
}
_PROPERTIES: dict[str, Any] = {
    **dict.fromkeys(FIELDS, _TEXT),
    "poi_id": {"type": "keyword"},
    "category": {"type": "keyword"},
    "group": {"type": "keyword"},
    "at": {"type": "geo_point"},
}
_WHOLE = [f"{field}^{weight}" for field, weight in zip(FIELDS, WEIGHTS, strict=True)]
_BEGUN = [f"{field}.begun^{weight}" for field, weight in zip(FIELDS, WEIGHTS, strict=True)]


class ElasticPoiSearch:
    """butler.stores.ports.PoiSearch. Safe for several threads and several processes."""

    def __init__(self, url: str, late: bool = False) -> None:
        """Raises StoreUnavailable where the URL cannot be read, or, unless `late`, where the server does not
        answer. While it is away it is asked once a second at most."""
        address, self._alias = _parts(url)
        self._guard = Guard()
        self._client = Elasticsearch(address, request_timeout=TIMEOUT_SECONDS, max_retries=1)
        if not late:
            with self._reached():
                self._client.info()

    def close(self) -> None:
        self._client.close()

    def index(self, pois: pl.DataFrame, fingerprint: str) -> None:
        """In an index of its own; then the alias is moved, and the indices before it are removed."""
        digest = hashlib.sha256(fingerprint.encode()).hexdigest()[:12]
        name = f"{self._alias}-{digest}-{uuid.uuid4().hex[:8]}"
        told = {"fingerprint": fingerprint, "begun": int(time.time())}
        with self._reached():
            former = self._left_behind()
            mappings = {"_meta": told, "dynamic": "strict", "properties": _PROPERTIES}
            self._client.indices.create(index=name, settings=_SETTINGS, mappings=mappings)
            helpers.bulk(self._client, (_document(name, place) for place in findable(pois)))
            self._client.indices.refresh(index=name)
            anywhere = {"index": f"{self._alias}-*", "alias": self._alias, "must_exist": False}
            actions: list[dict[str, Any]] = [
                {"remove": anywhere},
                {"add": {"index": name, "alias": self._alias}},
            ]
            self._client.indices.update_aliases(actions=actions)
            for index in former:
                self._client.options(ignore_status=404).indices.delete(index=index)

    def _left_behind(self) -> list[str]:
        """The indices under the alias, and those that were begun long ago; not those in the making."""
        found = self._client.indices.get(index=f"{self._alias}-*")
        old = time.time() - FORGOTTEN_SECONDS
        return [
            name
            for name, index in found.items()
            if self._alias in index["aliases"] or index["mappings"]["_meta"]["begun"] < old
        ]

    def indexed(self) -> str | None:
        with self._reached():
            try:
                found = self._client.indices.get(index=self._alias)
            except elasticsearch.NotFoundError:
                return None
        held = (index["mappings"]["_meta"]["fingerprint"] for index in found.values())
        return next(held, None)

    def find(
        self,
        text: str,
        limit: int,
        category: str | None = None,
        near: tuple[float, float] | None = None,
        within_km: float | None = None,
    ) -> list[str]:
        checked(near, within_km)
        query: dict[str, Any] = {"filter": _conditions(category, near, within_km)}
        words = asked(text)
        if words:
            query |= {"should": _having(" ".join(words)), "minimum_should_match": 1}
        with self._reached():
            try:
                answer = self._client.options(request_timeout=FIND_SECONDS).search(
                    index=self._alias,
                    query={"bool": query},
                    sort=_order(bool(words), near),
                    size=limit,
                    source=False,
                )
            except elasticsearch.NotFoundError:
                return []
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    @contextmanager
    def _reached(self) -> Iterator[None]:
        with self._guard.use(), _translated():
            yield


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreUnavailable for the driver errors we know; let the others through."""
    try:
        yield
    except (elasticsearch.NotFoundError, elasticsearch.BadRequestError):
        raise
    except (elasticsearch.TransportError, elasticsearch.ApiError) as error:
        raise StoreUnavailable(
            f"Elasticsearch: {error}; check that the server runs and that BUTLER_SEARCH_URL "
            "names it and its user"
        ) from error


def _parts(url: str) -> tuple[str, str]:
    """The server's address for the client, and the alias."""
    parts = urlsplit(url)
    secure = parts.scheme == "elasticsearch+https"
    try:
        known = parts.hostname and parts.port
    except ValueError:
        known = None
    if not known:
        raise StoreUnavailable("BUTLER_SEARCH_URL names no server: write elasticsearch://HOST:PORT")
    return f"{'https' if secure else 'http'}://{parts.netloc}", parts.path.strip("/") or ALIAS


def _document(index: str, place: Findable) -> dict[str, Any]:
    source: dict[str, Any] = {field: getattr(place, field) for field in FIELDS}
    source |= {"poi_id": place.poi_id, "category": place.category}
    source |= {"group": place.category.split("/")[0]}
    source["at"] = {"lat": place.latitude, "lon": place.longitude}
    return {"_op_type": "index", "_index": index, "_id": place.poi_id, "_source": source}


def _having(words: str) -> list[dict[str, Any]]:
    """All of the words, at least begun; or some of them, and whole ones count for more."""

    def match(fields: list[str], operator: str) -> dict[str, Any]:
        asked = {"query": words, "type": "cross_fields", "operator": operator, "fields": fields}
        return {"multi_match": asked}

    every = {"filter": match(_BEGUN, "and"), "boost": _ALL_WORDS}
    return [{"constant_score": every}, match(_BEGUN, "or"), match(_WHOLE, "or")]


def _conditions(
    category: str | None, near: tuple[float, float] | None, within_km: float | None
) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = []
    if category is not None:
        field = "category" if "/" in category else "group"
        conditions.append({"term": {field: {"value": category}}})
    if near is not None and within_km is not None:
        at = {"lat": near[0], "lon": near[1]}
        conditions.append({"geo_distance": {"distance": f"{within_km:.6f}km", "at": at}})
    return conditions


def _order(has_words: bool, near: tuple[float, float] | None) -> list[dict[str, Any]]:
    order: list[dict[str, Any]] = [{"_score": {"order": "desc"}}] if has_words else []
    if near is not None:
        at = {"lat": near[0], "lon": near[1]}
        order.append({"_geo_distance": {"at": at, "order": "asc", "unit": "km"}})
    return [*order, {"poi_id": {"order": "asc"}}]
