"""A server that speaks the part of Elasticsearch that we use, for its real client.

Every body that comes is checked against the vendor's own schema, and so is every body that is answered.
What it finds, it finds by the analyzers and queries it is sent; what it does not know it refuses with
501, so that a test fails. Documents are found after a refresh, not before. Scores are of its own making:
how rare a word is, times the weight of the field. It knows no shards, no versions and no relevance beyond.
"""

import fnmatch
import json
import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from butler.stores.places import km_between

Json = dict[str, Any]
SHARDS = {"total": 1, "successful": 1, "failed": 0}


class Refused(Exception):
    """What the server answers instead, as Elasticsearch would."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.kind = status, kind


class Contract:
    """The vendor's schema, of which one part after the other is asked."""

    def __init__(self, path: Path) -> None:
        self._whole = json.loads(path.read_text())
        self._known: dict[tuple[str, str], Draft202012Validator] = {}

    def check(self, part: str, name: str, value: object) -> None:
        """Raises Refused(400) where a value does not keep it."""
        if (part, name) not in self._known:
            schema = self._whole[part][name] if name else self._whole[part]
            whole = {"$defs": self._whole["$defs"], **schema}
            self._known[part, name] = Draft202012Validator(whole)
        for error in self._known[part, name].iter_errors(value):
            where = "/".join(map(str, error.absolute_path))
            raise Refused(400, "contract", f"{part} {name}: {where}: {error.message[:300]}")


@dataclass
class Index:
    settings: Json
    mappings: Json
    written: dict[str, Json] = field(default_factory=dict)
    found: dict[str, Json] = field(default_factory=dict)  # as of the last refresh
    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by analyzer and text

    def analyzed(self, path: str, text: str, searching: bool) -> list[str]:
        kind = self.field(path)
        name = kind.get("search_analyzer", kind["analyzer"]) if searching else kind["analyzer"]
        if (name, text) not in self.known:
            self.known[name, text] = analyzed(text, self.settings["analysis"], name)
        return self.known[name, text]

    def field(self, path: str) -> Json:
        name, _, part = path.partition(".")
        found: Json = self.mappings["properties"][name]
        return found["fields"][part] if part else found

    def tokens(self, document: Json, path: str) -> list[str]:
        return self.analyzed(path, document[path.partition(".")[0]], searching=False)


def analyzed(text: str, analysis: Json, name: str) -> list[str]:
    analyzer = analysis["analyzer"][name]
    if (analyzer["type"], analyzer["tokenizer"]) != ("custom", "standard"):
        raise Refused(501, "unknown", f"analyzer {analyzer}")
    tokens = re.findall(r"\w+", text)
    for step in analyzer["filter"]:
        if step == "lowercase":
            tokens = [t.lower() for t in tokens]
        elif step == "asciifolding":
            tokens = [_ascii(t) for t in tokens]
        else:
            tokens = [part for t in tokens for part in _begun(t, analysis["filter"][step])]
    return tokens


def _ascii(token: str) -> str:
    """Latin letters lose their accents; other alphabets stay as they are."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", token) if not unicodedata.combining(c))
    return bare if bare.isascii() else token


def _begun(token: str, step: Json) -> list[str]:
    if step["type"] != "edge_ngram":
        raise Refused(501, "unknown", f"filter {step}")
    lengths = range(step["min_gram"], min(step["max_gram"], len(token)) + 1)
    whole = [token] if step.get("preserve_original") and len(token) > step["max_gram"] else []
    return [token[:n] for n in lengths] + whole


class Elastic:
    """The indices, and what is done with them; `seen` is each request by its endpoint."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.indices: dict[str, Index] = {}
        self.aliases: dict[str, set[str]] = {}
        self.seen: list[tuple[str, Any]] = []
        self.failing = 0  # a status that everything is answered with
        self.lock = threading.RLock()

    def answer(self, method: str, path: str, body: bytes) -> Json:
        parts = [p for p in path.split("?")[0].split("/") if p]
        if self.failing:
            raise Refused(self.failing, "made to fail", "the test asked for it")
        match (method, parts):
            case ("GET", []):
                return {"name": "test", "version": {"number": "9.5.0"}, "tagline": "for tests"}
            case ("GET", [name]):
                return self._get(name)
            case ("PUT", ["_bulk"]) | ("POST", ["_bulk"]):
                return self._checked("bulk", self._bulk(body))
            case ("PUT", [name]):
                return self._checked(
                    "indices.create", self._create(name, self._asked("indices.create", body))
                )
            case ("DELETE", [name]):
                self.indices.pop(self._one(name))
                for names in self.aliases.values():
                    names.discard(name)
                return {"acknowledged": True}
            case ("POST", ["_aliases"]):
                self._move(self._asked("indices.update_aliases", body)["actions"])
                return self._checked("indices.update_aliases", {"acknowledged": True})
            case ("POST", [name, "_refresh"]):
                self.seen.append(("indices.refresh", None))
                index = self.indices[self._one(name)]
                index.found = dict(index.written)
                return self._checked("indices.refresh", {"_shards": SHARDS})
            case ("POST", [name, "_search"]):
                return self._checked("search", self._search(name, self._asked("search", body)))
        raise Refused(501, "unknown", f"{method} {path}")

    def _asked(self, endpoint: str, body: bytes) -> Json:
        value: Json = json.loads(body)
        self.contract.check("bodies", endpoint, value)
        self.seen.append((endpoint, value))
        return value

    def _checked(self, endpoint: str, answer: Json) -> Json:
        self.contract.check("responses", endpoint, answer)
        return answer

    def _one(self, name: str) -> str:
        if name in self.indices:
            return name
        raise Refused(404, "index_not_found_exception", f"no such index [{name}]")

    def _behind(self, name: str) -> list[str]:
        """Indices of a name, of an alias, or of a pattern, which may fit none."""
        if "*" in name:
            return fnmatch.filter(self.indices, name)
        return sorted(self.aliases.get(name, ())) or [self._one(name)]

    def _get(self, name: str) -> Json:
        return {
            n: {
                "aliases": {alias: {} for alias, names in self.aliases.items() if n in names},
                "mappings": self.indices[n].mappings,
                "settings": self.indices[n].settings,
            }
            for n in self._behind(name)
        }

    def _create(self, name: str, body: Json) -> Json:
        if name in self.indices:
            raise Refused(400, "resource_already_exists_exception", f"index [{name}] exists")
        self.indices[name] = Index(body.get("settings", {}), body["mappings"])
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def _bulk(self, body: bytes) -> Json:
        lines = [json.loads(line) for line in body.splitlines() if line]
        self.seen.append(("bulk", lines))
        items = []
        for operation, document in zip(lines[::2], lines[1::2], strict=True):
            self.contract.check("bulk_op", "", operation)
            if set(operation) != {"index"}:
                raise Refused(501, "unknown", f"bulk {operation}")
            about = operation["index"]
            index = self.indices[self._one(about["_index"])]
            stray = set(document) - set(index.mappings["properties"])
            if index.mappings.get("dynamic") == "strict" and stray:
                raise Refused(400, "strict_dynamic_mapping_exception", f"not mapped: {stray}")
            index.written[about["_id"]] = document
            told = {"_index": about["_index"], "_id": about["_id"], "status": 201}
            items.append({"index": told | {"result": "created"}})
        return {"took": 1, "errors": False, "items": items}

    def _move(self, actions: list[Json]) -> None:
        """All of them, or none."""
        moved = {alias: set(names) for alias, names in self.aliases.items()}
        for action in actions:
            [(what, about)] = action.items()
            names = moved.setdefault(about["alias"], set())
            if what == "add":
                names.add(self._one(about["index"]))
            elif what == "remove":
                names -= set(fnmatch.filter(names, about["index"]))
            else:
                raise Refused(501, "unknown", f"alias action {what}")
        self.aliases = moved

    def _search(self, name: str, body: Json) -> Json:
        unknown = set(body) - {"query", "sort", "size", "_source"}
        if unknown:
            raise Refused(501, "unknown", f"search with {unknown}")
        hits = []
        for index_name in self._behind(name):
            index = self.indices[index_name]
            for poi_id, document in index.found.items():
                score = scored(body["query"], index, document)
                if score is not None:
                    order = [_sorted_by(by, document, score) for by in body["sort"]]
                    hits.append(
                        {"_index": index_name, "_id": poi_id, "_score": score, "sort": order}
                    )
        keys = [
            (next(iter(by.values()))["order"] == "desc", n) for n, by in enumerate(body["sort"])
        ]
        for down, n in reversed(keys):
            hits.sort(key=lambda hit, n=n: hit["sort"][n], reverse=down)  # type: ignore[misc]
        total = {"value": len(hits), "relation": "eq"}
        best = hits[: body["size"]]
        answer: Json = {"took": 1, "timed_out": False, "_shards": SHARDS}
        return answer | {"hits": {"total": total, "hits": best}}


def _sorted_by(by: Json, document: Json, score: float) -> Any:
    [(name, how)] = by.items()
    if name == "_score":
        return score
    if name == "_geo_distance":
        return km_between(
            document["at"]["lat"], document["at"]["lon"], how["at"]["lat"], how["at"]["lon"]
        )
    return document[name]


def scored(query: Json, index: Index, document: Json) -> float | None:
    """None where the document does not match."""
    [(kind, about)] = query.items()
    if kind == "bool":
        return _bool(about, index, document)
    if kind == "constant_score":
        inner = scored(about["filter"], index, document)
        return None if inner is None else float(about["boost"])
    if kind == "term":
        [(name, how)] = about.items()
        return 1.0 if document[name] == how["value"] else None
    if kind == "geo_distance":
        at, there = about["at"], document["at"]
        away = km_between(at["lat"], at["lon"], there["lat"], there["lon"])
        return 1.0 if away <= float(about["distance"].removesuffix("km")) else None
    if kind == "multi_match" and about["type"] == "cross_fields":
        return _cross_fields(about, index, document)
    raise Refused(501, "unknown", f"query {kind}")


def _bool(about: Json, index: Index, document: Json) -> float | None:
    if any(scored(q, index, document) is None for q in about.get("filter", ())):
        return None
    found = [scored(q, index, document) for q in about.get("should", ())]
    matched = [score for score in found if score is not None]
    return sum(matched) if len(matched) >= about.get("minimum_should_match", 0) else None


def _cross_fields(about: Json, index: Index, document: Json) -> float | None:
    """A word may stand in any of the fields; it counts by the heaviest that has it."""
    fields = [f.partition("^") for f in about["fields"]]
    words = index.analyzed(fields[0][0], about["query"], searching=True)
    weights = []
    for word in words:
        having = [float(w) for path, _, w in fields if word in index.tokens(document, path)]
        weights.append(max(having) * _rarity(word, fields[0][0], index) if having else 0.0)
    if about["operator"] == "and" and not all(weights):
        return None
    return sum(weights) or None


def _rarity(word: str, path: str, index: Index) -> float:
    having = Counter(word in index.tokens(d, path) for d in index.found.values())[True]
    return math.log(1 + len(index.found) / (having + 1))


@contextmanager
def elastic_server(schema: Path, port: int = 0) -> Iterator[tuple[str, Elastic]]:
    """Its URL for BUTLER_SEARCH_URL, and what it holds; on a spare port unless one is given."""
    elastic = Elastic(Contract(schema))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = 200, {}
            try:
                with elastic.lock:
                    answer = elastic.answer(self.command, self.path, body)
            except Refused as refused:
                status = refused.status
                cause = {"type": refused.kind, "reason": str(refused)}
                answer = {"error": {**cause, "root_cause": [cause]}, "status": status}
            self._send(status, json.dumps(answer).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            kind = "application/vnd.elasticsearch+json;compatible-with=9"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"elasticsearch://127.0.0.1:{server.server_port}", elastic
    finally:
        server.shutdown()
        server.server_close()
