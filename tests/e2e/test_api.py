"""The HTTP API over a real server, in front of a recommender with fixed answers; and its service.

The service tests start real processes and end them the hard way.
"""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import psutil  # type: ignore[import-untyped]
import pytest
import uvicorn
from fixed_recommender import FixedRecommender
from hypothesis import given, settings
from hypothesis import strategies as st

from butler import errors
from butler.columns import INTERACTIONS, PARTIES
from butler.settings import ServingSettings, Settings
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from serving.api import security
from serving.api.metrics import Metrics
from serving.api.problems import KINDS
from serving.app import AT_ONCE, build_app
from serving.chat import towns
from serving.explain.words import LANGUAGES, Words
from serving.refresh import Refresher

PLACES = "/api/v1/recommendations"
FEEDBACK = "/api/v1/recommendations/feedback"
BODY_LIMIT = 4_000
BATCH_LIMIT = 10


# --- a server in this process


def spare_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(app: Any) -> Iterator[str]:
    port = spare_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


class Served:
    """A running API, what is behind it, and a client with a key."""

    def __init__(self, url: str, log: SqlLog, recommender: FixedRecommender) -> None:
        self.url = url
        self.log = log
        self.recommender = recommender
        self.key = log.keys.create("tests")
        self.client = httpx.Client(base_url=url, headers={"X-API-Key": self.key}, timeout=30)
        self.stranger = httpx.Client(base_url=url, timeout=30)

    def places(self, **query: Any) -> httpx.Response:
        return self.client.get(PLACES, params={"user_id": "ana"} | query)

    def send(self, *events: dict[str, Any]) -> httpx.Response:
        return self.client.post(FEEDBACK, json={"events": events})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    limits = ServingSettings(
        request_limit_bytes=BODY_LIMIT, feedback_batch=BATCH_LIMIT, refresh_seconds=0.02
    )
    settings = Settings(home=tmp_path_factory.mktemp("home"), serving=limits)
    with closing(open_log(settings.sql_url())) as log:
        recommender = FixedRecommender(log.feedback)
        with running(build_app(recommender, log.keys, settings)) as url:
            yield Served(url, log, recommender)
        assert recommender.closed, "the app closes its recommender when it ends"


@pytest.fixture
def served(api: Served) -> Iterator[Served]:
    yield api
    api.recommender.champion = True
    api.recommender.failure = None
    api.recommender.requests.clear()


def event(event_id: str, **values: Any) -> dict[str, Any]:
    plain = {
        "event_id": event_id,
        "user_id": "ana",
        "event_type": "click",
        "poi_id": "castle",
        "occurred_at": "2026-07-01T10:00:00Z",
    }
    return plain | values


def problem_of(response: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of a response, which must be one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["type"].startswith("urn:butler:problem:")
    assert document["title"]
    assert document["detail"]
    path, _, request_id = document["instance"].partition("#")
    assert path == response.request.url.path
    assert request_id == response.headers["X-Request-Id"]
    return document


def fields_of(response: httpx.Response) -> list[str]:
    return [error["field"] for error in problem_of(response, 422)["errors"]]


# --- recommendations


def test_a_request_reaches_the_recommender_with_all_its_values(served: Served) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    response = served.places(
        limit=5,
        lat=38.35,
        lon=-0.48,
        at=soon.isoformat(),
        party="family",
        budget=2,
        category="nature/beach",
        exclude_visited="true",
        lang="nl",
    )
    assert response.status_code == 200
    (request,) = served.recommender.requests
    assert (request.user_id, request.limit, request.language) == ("ana", 5, "nl")
    assert (request.latitude, request.longitude, request.at) == (38.35, -0.48, soon)
    assert (request.party, request.budget, request.category) == ("family", 2, "nature/beach")
    assert request.exclude_visited is True


def test_what_is_not_given_has_the_documented_default(served: Served) -> None:
    before = datetime.now(UTC)
    assert served.places().status_code == 200
    (request,) = served.recommender.requests
    assert before <= request.requested_at == request.at <= datetime.now(UTC)
    assert (request.limit, request.language, request.exclude_visited) == (10, "en", False)
    assert (request.latitude, request.party, request.budget, request.category) == (None,) * 4


def test_the_answer_carries_the_slate_the_model_and_the_context(served: Served) -> None:
    answer = served.places().json()
    assert (answer["request_id"], answer["model_name"], answer["model_version"]) == (
        "r-1",
        "fixed",
        "7",
    )
    assert answer["context"]["season"] == "summer"
    (item,) = answer["items"]
    assert (item["rank"], item["poi_id"], item["distance_km"]) == (1, "castle", 1.2)
    assert item["open_at_arrival"] is True
    assert item["reasons"] == [
        {"group": "distance", "direction": "for", "label": "close to you", "weight": 0.4}
    ]


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        ("T12:00:00+02:00", "T10:00:00+00:00"),
        ("T10:00:00Z", "T10:00:00+00:00"),
        ("T10:00:00", "T10:00:00+00:00"),
        ("T10:00:00.123456Z", "T10:00:00.123456+00:00"),
    ],
)
def test_a_visiting_time_is_understood_as_utc(served: Served, given: str, utc: str) -> None:
    """With the zone it names; without one it is UTC already."""
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert served.places(at=day + given).json()["context"]["at"] == day + utc


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"lat": 90.1, "lon": 0}, "lat"),
        ({"lat": "nan", "lon": 0}, "lat"),
        ({"lat": 0, "lon": -180.5}, "lon"),
        ({"lat": 0, "lon": "inf"}, "lon"),
        ({"lat": 38.3}, "lon"),
        ({"lon": -0.4}, "lat"),
        ({"at": "tomorrow"}, "at"),
        ({"at": "2026-13-01T00:00:00Z"}, "at"),
        ({"at": "1751364000"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"party": "crowd"}, "party"),
        ({"budget": 0}, "budget"),
        ({"budget": 5}, "budget"),
        ({"category": ""}, "category"),
        ({"exclude_visited": "perhaps"}, "exclude_visited"),
        ({"lang": "english please"}, "lang"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": "  "}, "user_id"),
        ({"user_id": "a\x00b"}, "user_id"),
        ({"user_id": "x" * 129}, "user_id"),
        ({"limti": 5}, "limti"),
    ],
)
def test_a_wrong_value_is_answered_with_the_name_of_its_field(
    served: Served, query: dict[str, Any], field: str
) -> None:
    assert fields_of(served.places(**query)) == [field]
    assert served.recommender.requests == []


def test_a_missing_traveller_is_named(served: Served) -> None:
    assert fields_of(served.client.get(PLACES)) == ["user_id"]


def test_all_wrong_values_are_named_at_once(served: Served) -> None:
    assert fields_of(served.places(limit=0, budget=9, at="x")) == ["limit", "at", "budget"]


@pytest.mark.parametrize(
    ("sent", "meant"), [("iw", "he"), ("iw-IL", "he-IL"), ("IN", "id"), ("ji", "yi"), ("it", "it")]
)
def test_a_language_is_known_by_the_code_that_android_has_for_it(
    served: Served, sent: str, meant: str
) -> None:
    assert served.places(lang=sent).status_code == 200
    assert served.recommender.requests[-1].language == meant


def test_a_locale_that_is_no_language_tag_is_told_what_one_looks_like(served: Served) -> None:
    """`es_ES` is what some phones call it."""
    assert "pt-BR" in problem_of(served.places(lang="es_ES"), 422)["detail"]


def test_a_category_the_recommender_does_not_know_names_the_field(served: Served) -> None:
    served.recommender.failure = errors.InvalidRequest("category: 'moon' is unknown", "category")
    response = served.places(category="moon")
    assert fields_of(response) == ["category"]
    assert "'moon' is unknown" in response.json()["detail"]


@settings(max_examples=80, deadline=None)
@given(
    query=st.dictionaries(
        st.sampled_from(["user_id", "limit", "lat", "lon", "at", "party", "budget", "lang"]),
        st.text(max_size=20) | st.floats().map(str) | st.integers().map(str),
    )
)
def test_no_query_makes_the_server_fail(api: Served, query: dict[str, str]) -> None:
    response = api.client.get(PLACES, params=query)
    if response.status_code != 200:
        problem_of(response, 422)


# --- feedback


def test_accepted_events_are_in_the_log_with_every_field(served: Served) -> None:
    full = event(
        "full",
        event_type="rating",
        occurred_at="2026-07-01T12:00:00.000001+02:00",
        session_id="s",
        value=4.5,
        request_id="r-1",
        position=2,
        latitude=38.3,
        longitude=-0.4,
    )
    before = served.log.feedback.last_seq()
    response = served.send(full)
    assert (response.status_code, response.json()) == (202, {"accepted": 1, "duplicates": 0})
    (stored,) = served.log.feedback.since(before)
    kept = stored.interaction
    assert (kept.event_id, kept.event_type, kept.value, kept.position) == ("full", "rating", 4.5, 2)
    assert (kept.session_id, kept.request_id) == ("s", "r-1")
    assert (kept.latitude, kept.longitude) == (38.3, -0.4)
    assert kept.occurred_at == datetime(2026, 7, 1, 10, 0, 0, 1, tzinfo=UTC)


def test_a_repeated_event_id_counts_once(served: Served) -> None:
    served.send(event("again"))
    response = served.send(event("again", event_type="save"), event("fresh"), event("fresh"))
    assert response.json() == {"accepted": 1, "duplicates": 2}
    kept = [e.interaction for e in served.log.feedback.since(0)]
    assert [i.event_type for i in kept if i.event_id == "again"] == ["click"]


def test_two_clients_that_send_the_same_events_count_each_once(served: Served) -> None:
    ids = [f"both-{number}" for number in range(30)]

    def send_all(order: Sequence[str]) -> int:
        with httpx.Client(base_url=served.url, headers={"X-API-Key": served.key}) as client:
            answers = [client.post(FEEDBACK, json={"events": [event(i)]}) for i in order]
        return sum(answer.json()["accepted"] for answer in answers)

    with ThreadPoolExecutor(2) as clients:
        accepted = list(clients.map(send_all, [ids, ids[::-1]]))
    assert sum(accepted) == 30
    stored = [e.interaction.event_id for e in served.log.feedback.since(0)]
    assert sorted(i for i in stored if i.startswith("both-")) == sorted(ids)


@pytest.mark.parametrize("event_type", INTERACTIONS)
def test_every_kind_of_interaction_is_accepted(served: Served, event_type: str) -> None:
    response = served.send(event(f"kind-{event_type}", event_type=event_type, value=3))
    assert response.status_code == 202


def test_a_place_nobody_knows_is_accepted(served: Served) -> None:
    """The log keeps it; the compaction judges it."""
    assert served.send(event("new-place", poi_id="opened-this-morning")).status_code == 202


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"event_type": "impression"}, "event_type"),
        ({"event_type": "stare"}, "event_type"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": 1751364000}, "occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": None}, "user_id"),
        ({"poi_id": "a\nb"}, "poi_id"),
        ({"event_type": "rating"}, "value"),
        ({"event_type": "rating", "value": 6}, "value"),
        ({"event_type": "visit", "value": -1}, "value"),
        ({"position": 0}, "position"),
        ({"position": 2**40}, "position"),
        ({"latitude": 95, "longitude": 0}, "latitude"),
        ({"latitude": 38.3}, "longitude"),
        ({"longitude": 0.1}, "longitude"),
        ({"mood": "happy"}, "mood"),
    ],
)
def test_one_wrong_event_refuses_the_batch_and_is_named(
    served: Served, values: dict[str, Any], field: str
) -> None:
    before = served.log.feedback.last_seq()
    response = served.send(event("good-1"), event("good-2"), event("bad", **values))
    assert fields_of(response) == [f"events[2].{field}"]
    assert served.log.feedback.last_seq() == before


def test_a_clock_five_minutes_ahead_is_forgiven(served: Served) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=4)
    assert served.send(event("ahead", occurred_at=ahead.isoformat())).status_code == 202
    too_far = datetime.now(UTC) + timedelta(minutes=6)
    response = served.send(event("too-far", occurred_at=too_far.isoformat()))
    assert fields_of(response) == ["events[0].occurred_at"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *((body, "body") for body in ("", "{", "[]", "null", "\udcff", "[" * 3000, "9" * 3000)),
        *((f'{{"events": {events}}}', "events") for events in ("{}", "[]", "null")),
        ('{"events": [7]}', "events[0]"),
    ],
)
def test_a_body_that_is_no_batch_is_a_problem(served: Served, body: str, field: str) -> None:
    content = body.encode(errors="surrogateescape")
    headers = {"content-type": "application/json"}
    assert fields_of(served.client.post(FEEDBACK, content=content, headers=headers)) == [field]


def test_a_comma_too_many_is_told_by_its_place(served: Served) -> None:
    headers = {"content-type": "application/json"}
    response = served.client.post(FEEDBACK, content='{"events": [],}', headers=headers)
    assert problem_of(response, 422)["errors"][0]["message"].endswith("at letter 15")


@pytest.mark.parametrize("content_type", ["text/plain;charset=UTF-8", ""])
def test_who_sends_json_as_something_else_is_told_the_header(
    served: Served, content_type: str
) -> None:
    headers = {"content-type": content_type}
    response = served.client.post(FEEDBACK, content='{"events": []}', headers=headers)
    assert "Content-Type: application/json" in problem_of(response, 422)["detail"]


@pytest.mark.parametrize("text", [r'"\ud800"', "NaN", "1e999", "{}", "true"])
def test_odd_json_values_are_refused(served: Served, text: str) -> None:
    body = '{"events": [{"event_id": "x", "user_id": ' + text + "}]}"
    headers = {"content-type": "application/json"}
    response = served.client.post(FEEDBACK, content=body, headers=headers)
    assert "events[0].user_id" in fields_of(response)


def test_more_events_than_a_batch_may_have_are_refused(served: Served) -> None:
    full = [event(f"n{number}") for number in range(BATCH_LIMIT)]
    assert served.send(*full).status_code == 202
    assert fields_of(served.send(*full, event("one-more"))) == ["events"]


# --- keys


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "bk_wrong"}])
@pytest.mark.parametrize("path", [PLACES, FEEDBACK])
def test_without_a_good_key_nothing_is_answered(
    served: Served, path: str, headers: dict[str, str]
) -> None:
    method = "GET" if path == PLACES else "POST"
    response = served.stranger.request(method, path, headers=headers)
    problem_of(response, 401)
    assert "WWW-Authenticate" in response.headers


def test_a_revoked_key_works_no_longer_than_it_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "KEY_TTL_SECONDS", 0.0)
    settings = Settings(home=tmp_path)
    with closing(open_log(settings.sql_url())) as log:
        headers = {"X-API-Key": log.keys.create("app")}
        app = build_app(FixedRecommender(log.feedback), log.keys, settings)
        with running(app) as url:
            query = f"{url}{PLACES}?user_id=ana"
            assert httpx.get(query, headers=headers).status_code == 200
            log.keys.revoke("app")
            assert httpx.get(query, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"])
def test_open_paths_need_no_key(served: Served, path: str) -> None:
    assert served.stranger.get(path).status_code == 200


def test_probes_may_ask_without_wanting_a_body(served: Served) -> None:
    for path in ("/healthz", "/readyz"):
        said = served.stranger.head(path)
        assert (said.status_code, said.content) == (200, b"")
    served.recommender.champion = False
    assert served.stranger.head("/readyz").status_code == 503
    assert "head" not in served.stranger.get("/openapi.json").json()["paths"]["/readyz"]


# --- what goes wrong


def test_every_error_of_ours_has_a_status() -> None:
    """A new subclass must be given a row: falling back to its parent's is not enough."""

    def tree(cls: type[errors.ButlerError]) -> Iterator[type[errors.ButlerError]]:
        yield cls
        for sub in cls.__subclasses__():
            yield from tree(sub)

    assert set(tree(errors.ButlerError)) == set(KINDS)
    assert all(400 <= kind.status < 600 for kind in KINDS.values())


def test_without_a_champion_the_answer_says_what_to_do(served: Served) -> None:
    served.recommender.champion = False
    response = served.places()
    problem = problem_of(response, 503)
    assert "run `butler train`" in problem["detail"]
    assert response.headers["Retry-After"] == str(problem["retry_after"])
    ready = served.stranger.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["checks"]["champion"] == "none yet"
    assert served.stranger.get("/healthz").status_code == 200


def test_nobody_is_told_when_to_ask_again_for_what_does_not_come_back(served: Served) -> None:
    served.recommender.failure = errors.ExplanationUnavailable("ranked by other features")
    response = served.places()
    problem = problem_of(response, 503)
    assert problem["type"] == "urn:butler:problem:explanation-unavailable"
    assert "retry_after" not in problem
    assert "Retry-After" not in response.headers


def test_a_store_that_is_down_is_503_without_its_address(served: Served) -> None:
    served.recommender.failure = errors.StoreUnavailable("postgresql://secret-host is down")
    response = served.places()
    problem_of(response, 503)
    assert not re.search("secret-host|event_id", response.text)
    told = served.send(event("later"))
    assert "the same event_id counts once" in problem_of(told, 503)["detail"]
    assert "secret-host" not in told.text


def test_what_is_more_than_can_wait_is_refused_at_once_and_the_rest_is_answered(
    tmp_path: Path,
) -> None:
    """While nothing gets on, those that wait wait; one more is told when to come again."""
    settings = Settings(home=tmp_path, serving=ServingSettings(queue=3))
    at_once = AT_ONCE
    with closing(open_log(settings.sql_url())) as log:
        recommender = FixedRecommender(log.feedback)
        recommender.go_on.clear()
        with (
            running(build_app(recommender, log.keys, settings)) as url,
            closing(Served(url, log, recommender).client) as client,
            ThreadPoolExecutor(at_once + 12) as travellers,
        ):
            asked = [
                travellers.submit(client.get, PLACES, params={"user_id": f"t{n}"}, timeout=30)
                for n in range(at_once + 12)
            ]
            for _, future in zip(range(9), as_completed(asked), strict=False):
                refused = future.result()  # nothing else can be over while nothing gets on
                assert "wait for their turn" in problem_of(refused, 503)["detail"]
                assert refused.headers["Retry-After"] == "1"
                assert refused.json()["instance"] == f"{PLACES}#{refused.headers['X-Request-Id']}"
            assert client.get("/healthz").status_code == 200
            recommender.go_on.set()
            answers = [future.result().status_code for future in asked]
    assert answers.count(200) == at_once + 3
    assert answers.count(503) == 9


def test_an_unexpected_error_is_500_without_its_message(served: Served) -> None:
    served.recommender.failure = ZeroDivisionError("in secret_module.py")
    # uvicorn ends the connection after such an error: who hurried to ask again would meet its end
    hang_up = {"Connection": "close"}
    response = served.client.get(PLACES, params={"user_id": "ana"}, headers=hang_up)
    problem_of(response, 500)
    assert "secret_module" not in response.text
    assert "ZeroDivision" not in response.text


def test_what_can_be_asked_for_is_listed_with_its_names_in_the_language(served: Served) -> None:
    """The world's own kinds have names; a kind of this catalogue's own has none."""
    told = served.client.get("/api/v1/catalogue", params={"lang": "de-AT"}).json()
    assert told["language"] == "de"
    offered = served.recommender.offer().places
    assert told["places"] == sum(offered.values())
    kinds = {k["category"]: k for group in told["groups"] for k in group["kinds"]}
    assert {category: kind["places"] for category, kind in kinds.items()} == offered
    food = next(group for group in told["groups"] if group["category"] == "food")
    assert food["places"] == offered["food/tapas"] + offered["food/winery"]
    assert food["name"] == Words.of("de").category("food")
    assert kinds["harbour/pier"]["name"] is None
    assert told["languages"] == list(LANGUAGES)
    assert [party["party"] for party in told["parties"]] == list(PARTIES)


def test_every_town_that_is_listed_is_known_by_the_name_it_is_listed_with(served: Served) -> None:
    towns_told = served.client.get("/api/v1/catalogue").json()["towns"]
    assert len(towns_told) > 50
    for town in towns_told:
        found = towns.named(town["name"])
        assert found is not None
        assert (found.latitude, found.longitude) == (town["latitude"], town["longitude"])


def test_what_can_be_asked_for_is_told_who_has_a_key_and_while_there_are_places(
    served: Served,
) -> None:
    problem_of(served.stranger.get("/api/v1/catalogue"), 401)
    problem_of(served.client.get("/api/v1/catalogue", params={"lang": "es_ES"}), 422)
    served.recommender.champion = False
    problem_of(served.client.get("/api/v1/catalogue"), 503)


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1", "/api/v2/recommendations", PLACES + "/"])
def test_an_unknown_path_is_a_problem(served: Served, path: str) -> None:
    problem_of(served.client.get(path), 404)


@pytest.mark.parametrize("path", ["/no%20where", "/%7B%22%5E", "/playa-%C3%B1", "/a%25b", "/%00"])
def test_the_instance_of_a_problem_is_a_uri_whatever_the_path(served: Served, path: str) -> None:
    instance = served.client.get(path).json()["instance"]
    assert instance.partition("#")[0] == path


@pytest.mark.parametrize(("method", "path"), [("DELETE", PLACES), ("GET", FEEDBACK)])
def test_a_wrong_method_is_a_problem_that_names_the_right_one(
    served: Served, method: str, path: str
) -> None:
    response = served.client.request(method, path)
    problem_of(response, 405)
    assert response.headers["allow"] in ("GET", "POST")


def padded(size: int) -> bytes:
    body = b'{"events": []}'
    return body + b" " * (size - len(body))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_even_when_its_length_is_not_told(
    served: Served, chunked: bool
) -> None:
    def send(size: int) -> httpx.Response:
        body = padded(size)
        pieces = (body[at : at + 500] for at in range(0, size, 500))
        headers = {"content-type": "application/json"}
        content = pieces if chunked else body
        return served.client.post(FEEDBACK, content=content, headers=headers)

    problem_of(send(BODY_LIMIT + 1), 413)
    assert fields_of(send(BODY_LIMIT)) == ["events"]


def until(check: Any) -> None:
    """Wait for what a background task does; the test's own timeout is the limit."""
    deadline = time.monotonic() + 20
    while not check():
        assert time.monotonic() < deadline, "it did not happen within 20 seconds"
        time.sleep(0.01)


async def test_looks_that_fail_become_rarer_and_quick_again_when_one_succeeds(
    tmp_path: Path,
) -> None:
    log = open_log(Settings(home=tmp_path).sql_url())
    recommender = FixedRecommender(log.feedback)
    refresher = Refresher(recommender, Metrics(shared=False), seconds=2.0)
    recommender.failure = RuntimeError("a disc that is gone")
    pauses = []
    for _ in range(6):
        pauses.append(refresher.pause())
        await refresher.refresh()
    assert pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    recommender.failure = None
    await refresher.refresh()
    assert refresher.pause() == 2.0
    log.close()


def test_a_failing_refresh_is_seen_until_it_succeeds_again(served: Served) -> None:
    def check() -> str:
        checks: dict[str, str] = served.stranger.get("/readyz").json()["checks"]
        return checks["refresh"]

    until(lambda: served.recommender.refreshed > 0)
    served.recommender.failure = OSError("/secret/disk")
    until(lambda: "OSError" in check())
    assert "secret" not in check()
    assert 'butler_refreshes_total{outcome="failed"}' in served.stranger.get("/metrics").text
    assert served.stranger.get("/readyz").status_code == 200, "it still serves what it has"
    served.recommender.failure = None
    until(lambda: check() == "ok")


# --- what can be seen


def test_metrics_count_requests_steps_and_feedback_and_name_nobody(served: Served) -> None:
    served.client.get(PLACES, params={"user_id": "secret-traveller"})
    served.places(limit=0)
    served.send(event("metric-1", user_id="secret-traveller"))
    served.client.get("/secret-traveller")
    served.client.request("TRACE", PLACES)
    text = served.stranger.get("/metrics").text
    assert f'butler_http_requests_total{{method="GET",route="{PLACES}",status="200"}}' in text
    assert f'butler_http_requests_total{{method="GET",route="{PLACES}",status="422"}}' in text
    assert f'butler_http_requests_total{{method="POST",route="{FEEDBACK}",status="202"}}' in text
    assert 'butler_http_requests_total{method="GET",route="(none)",status="404"}' in text
    assert f'method="other",route="{PLACES}",status="405"' in text
    assert 'butler_recommend_step_seconds_count{step="rank"}' in text
    assert 'butler_recommend_degraded_total{what="no history"}' in text
    assert 'butler_feedback_events_total{outcome="accepted"}' in text
    assert "secret-traveller" not in text
    assert "TRACE" not in text


def test_a_request_id_is_returned_and_a_malformed_one_replaced(served: Served) -> None:
    sent = "trace-42.a_b"
    answered = served.stranger.get("/healthz", headers={"X-Request-Id": sent})
    assert answered.headers["X-Request-Id"] == sent
    odd = served.stranger.get("/healthz", headers={"X-Request-Id": "a b<script>"})
    assert len(odd.headers["X-Request-Id"]) == 32


def test_what_is_told_of_a_traveller_is_kept_by_no_cache(served: Served) -> None:
    told = served.places(), served.places(limit=0), served.client.get(f"{PLACES}/r-1/explanation")
    assert {response.headers["Cache-Control"] for response in told} == {"no-store"}
    assert "Cache-Control" not in served.stranger.get("/healthz").headers


def test_answers_and_problems_keep_the_published_schema(served: Served) -> None:
    schema = served.stranger.get("/openapi.json").json()

    def check(response: httpx.Response, method: str, path: str) -> None:
        media_type = response.headers["content-type"]
        documented = schema["paths"][path][method]["responses"][str(response.status_code)]
        shape = documented["content"][media_type]["schema"]
        jsonschema.validate(response.json(), shape | {"components": schema["components"]})

    check(served.places(), "get", PLACES)
    check(served.places(limit=0), "get", PLACES)
    check(served.stranger.get(PLACES), "get", PLACES)
    check(served.send(event("schema-1")), "post", FEEDBACK)
    check(served.send(event("schema-2", event_type="?")), "post", FEEDBACK)
    check(served.stranger.get("/readyz"), "get", "/readyz")
    security_of = schema["paths"][PLACES]["get"]["security"]
    assert security_of == [{"APIKeyHeader": []}]
    assert "413" in schema["paths"][FEEDBACK]["post"]["responses"]
    assert "Retry-After" in schema["paths"][PLACES]["get"]["responses"]["503"]["headers"]


def test_the_schema_tells_bounds_in_words_of_json_schema(served: Served) -> None:
    """What pydantic calls them (`ge`, `le`) is nothing to a generated client."""
    schema = served.stranger.get("/openapi.json").json()
    parts = [*schema["components"]["schemas"].values()]
    parts += [
        p["schema"]
        for o in schema["paths"].values()
        for p in o.get("get", {}).get("parameters", [])
    ]
    found = {key for part in parts for key in keys_of(part)}
    assert {"minimum", "maximum", "maxLength"} <= found
    assert not {"ge", "gt", "le", "lt", "max_length", "min_length"} & found
    lat = next(p for p in schema["paths"][PLACES]["get"]["parameters"] if p["name"] == "lat")
    assert lat["schema"]["anyOf"][0] == {"type": "number", "minimum": -90, "maximum": 90}


def keys_of(part: Any) -> Iterator[str]:
    """The keys of all objects in it."""
    if isinstance(part, dict):
        yield from part
    for inner in (
        part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    ):
        yield from keys_of(inner)


def test_the_docs_page_needs_no_other_site(served: Served) -> None:
    page = served.stranger.get("/docs").text
    assert "https://" not in page
    for part in ("/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"):
        assert part.lstrip("/") in page
        assert len(served.stranger.get(part).content) > 10_000


# --- the service: real processes

SERVE = """
import sys
from butler.settings import Settings
from serving.run import serve
sys.exit(serve(Settings(), on_ready=lambda url: print(url, flush=True), service=sys.argv[1]))
"""


class Service:
    """`serve` in a process of its own, as `butler serve` runs it."""

    def __init__(self, home: Path, name: str = "fixed_recommender:FixedService") -> None:
        self.home = home
        self.port = spare_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {"BUTLER_HOME": str(home), "BUTLER_PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, name],
            cwd=Path(__file__).parent,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_ready(self) -> None:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.strip() == self.url:
                return
        pytest.fail("the service did not start:\n" + "".join(lines))

    def workers(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def end(self) -> None:
        for process in [*self.workers(), self.process] if self.process.poll() is None else []:
            process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    started = Service(tmp_path)
    try:
        started.wait_ready()
        yield started
    finally:
        started.end()


def key_for(home: Path) -> dict[str, str]:
    with closing(open_log(Settings(home=home).sql_url())) as log:
        return {"X-API-Key": log.keys.create("service test")}


def port_is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_accepted_event_survives_kill_9_of_the_whole_service(service: Service) -> None:
    headers = key_for(service.home)
    everyone = [psutil.Process(service.process.pid), *service.workers()]
    assert len(everyone) >= 2, "a parent and a worker"
    with httpx.Client(base_url=service.url, headers=headers) as client:
        response = client.post(FEEDBACK, json={"events": [event("survivor")]})
        for process in everyone:
            process.send_signal(signal.SIGKILL)
    assert response.json() == {"accepted": 1, "duplicates": 0}
    with closing(open_log(Settings(home=service.home).sql_url())) as log:
        assert [e.interaction.event_id for e in log.feedback.since(0)] == ["survivor"]


def test_the_service_answers_as_the_app_does_and_ends_cleanly_when_told(service: Service) -> None:
    with httpx.Client(base_url=service.url) as client:
        assert client.get("/").json()["docs"] == "/docs"
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.head("/readyz").status_code == 200
        assert client.get("/readyz").json()["ready"] is True
        assert client.get("/openapi.json").json()["info"]["title"] == "HolidaiButler"
        problem_of(client.get("/nowhere"), 404)
        assert 'route="(none)",status="404"' in client.get("/metrics").text
        problem_of(client.delete(PLACES), 405)
        problem_of(client.get(PLACES), 401)
        problem_of(client.post(FEEDBACK, content=bytes(300_000)), 413)
        good = client.get(PLACES, params={"user_id": "ana"}, headers=key_for(service.home))
        assert good.json()["items"][0]["poi_id"] == "castle"
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=20) == 0
    assert port_is_free(service.port)


def test_sigterm_answers_what_is_being_answered_and_what_waits_then_ends_with_0(
    service: Service,
) -> None:
    held = service.home / "held"
    held.touch()
    travellers = AT_ONCE + 6
    with (
        ThreadPoolExecutor(travellers) as pool,
        httpx.Client(base_url=service.url, headers=key_for(service.home), timeout=60) as client,
    ):
        asked = [
            pool.submit(client.get, PLACES, params={"user_id": f"t{n}"}) for n in range(travellers)
        ]
        waiting = 'butler_requests_waiting{kind="recommendation"} 6.0'
        until(lambda: waiting in client.get("/metrics").text)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        held.unlink()
        assert [future.result().status_code for future in asked] == [200] * travellers
    assert service.process.wait(30) == 0


def test_ctrl_c_ends_parent_and_workers(service: Service) -> None:
    """A terminal sends SIGINT to all of them at once."""
    workers = service.workers()
    for process in (*workers, service.process):
        process.send_signal(signal.SIGINT)
    assert service.process.wait(timeout=20) == 0
    assert not any(worker.is_running() for worker in workers)
    assert port_is_free(service.port)


def test_a_killed_parent_does_not_leave_a_worker_on_the_port(service: Service) -> None:
    workers = service.workers()
    service.process.kill()
    psutil.wait_procs(workers, timeout=20)
    assert [worker for worker in workers if worker.is_running()] == []
    assert port_is_free(service.port)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    from serving.run import serve

    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(errors.StoreUnavailable, match=f":{port} .*BUTLER_PORT"):
            serve(Settings(home=tmp_path, port=port))


def test_a_log_that_waiting_does_not_mend_ends_the_start(tmp_path: Path) -> None:
    """A damaged one does not: test_start_without_log.py."""
    from serving.run import serve

    settings = Settings(home=tmp_path, port=spare_port())
    open_log(settings.sql_url()).close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as log, log:
        log.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(errors.WrongStore, match="start the newer program"):
        serve(settings)


def test_a_worker_that_cannot_start_ends_the_server_with_its_reason(tmp_path: Path) -> None:
    broken = Service(tmp_path, "fixed_recommender:BrokenService")
    try:
        output, _ = broken.process.communicate(timeout=120)
        assert broken.process.returncode != 0
        assert output.rstrip().endswith("the online store is gone: start it")
    finally:
        broken.end()
