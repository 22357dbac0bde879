"""Conversation over HTTP: a real server and a real store of conversations, about one castle."""

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fixed_recommender import FixedRecommender
from small_butler import FixedSurroundings, SmallButler
from test_api import key_for, problem_of, running
from test_sockets import served

from butler.settings import ChatSettings, ServingSettings, Settings
from butler.stores.open import open_chats, open_log
from serving.api.metrics import Metrics
from serving.app import build_app
from serving.explain.words import LANGUAGES
from serving.spoken import Spoken

MESSAGE, HISTORY = "/api/v1/chat/message", "/api/v1/chat/history"
CLEAR, TRIP = "/api/v1/chat/clear", "/api/v1/chat/trip"
EVENTS = {"Accept": "text/event-stream"}
AT_ONCE, QUEUE = 2, 1
TOLD = {
    "start": "2026-07-01",
    "end": "2026-07-09",
    "party": "family",
    "budget": 2,
    "budget_sum": {"minor": 3000, "currency": "EUR"},
    "likes": ["nature/beach", "food"],
    "dislikes": ["culture/museum"],
    "mobility": "stroller",
    "children": [2, 7],
    "town": "Altea",
    "diets": ["vegan", "gluten_free"],
}
NOTHING = dict.fromkeys(("start", "end", "party", "budget", "budget_sum", "mobility", "town")) | {
    name: [] for name in ("likes", "dislikes", "children", "diets")
}


class Chat:
    def __init__(self, url: str, key: str, folder: Path, recommender: FixedRecommender) -> None:
        self.folder, self.recommender = folder, recommender
        self.client = httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=30)
        self.stranger = httpx.Client(base_url=url, timeout=30)

    def say(self, text: str, user_id: str = "ana", **more: Any) -> httpx.Response:
        # uvicorn ends the connection after an error nobody thought of: who hurried to ask again on
        # it would meet its end
        hang_up = {"Connection": "close"} if "crash" in str(text) else {}
        body = {"user_id": user_id, "text": text} | more
        return self.client.post(MESSAGE, json=body, headers=hang_up)

    def events(self, text: str, **more: Any) -> list[tuple[str, Any]]:
        """What a stream says, as a reader of server-sent events reads it."""
        body = {"user_id": "ana", "text": text} | more
        with self.client.stream("POST", MESSAGE, json=body, headers=EVENTS) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            assert response.headers["cache-control"] == "no-store"
            return list(events_in(response.iter_lines()))


def events_in(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """By the standard's own rules: fields, an empty line ends an event, a colon begins a comment."""
    name, data = "message", []
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                yield name, json.loads("\n".join(data))
            name, data = "message", []
        elif field == "":
            yield "comment", value
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
        else:
            raise AssertionError(f"no field of server-sent events: {line!r}")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    ours = ChatSettings(text_limit=100, heartbeat_seconds=0.05, at_once=AT_ONCE, queue=QUEUE)
    serving = ServingSettings(request_limit_bytes=4_000)
    settings = Settings(home=tmp_path, serving=serving, chat=ours)
    with closing(open_log(settings.sql_url())) as log:
        chats, metrics = open_chats(settings.chats_url()), Metrics()
        small = SmallButler(chats, metrics, tmp_path)
        spoken = Spoken(small, FixedSurroundings(tmp_path), lambda: None, close=chats.close)
        recommender = FixedRecommender(log.feedback)
        app = build_app(
            *(recommender, log.keys, settings), metrics=metrics, speaks=lambda _: spoken
        )
        with running(app) as url:
            yield Chat(url, log.keys.create("tests"), tmp_path, recommender)


def until(condition: Any) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not come to pass within 30 s"
        time.sleep(0.01)


# --- a message


def test_a_message_is_answered_whole(chat: Chat) -> None:
    answer = chat.say("hello", lang="ca", lat=38.3, lon=-0.4).json()
    assert answer["text"] == "You said: hello The castle is open.\nGo there."
    assert (answer["language"], answer["request_id"]) == ("ca", "r-1")
    assert [item["poi_id"] for item in answer["items"]] == ["castle"]
    assert answer["facts"] == ["p1.open"]
    assert (answer["worded_by"], answer["because"]) == ("template", "no_key")
    assert answer["not_understood"] == ["xyzzy"]


def test_how_an_answer_was_made_stays_with_us(chat: Chat) -> None:
    """Tools with their arguments, verdicts and cost are for the record."""
    assert set(chat.say("hello").json()) == {
        *("turn_id", "text", "language", "items", "request_id", "facts"),
        *("worded_by", "because", "not_understood"),
    }


def test_language_may_be_written_out(chat: Chat) -> None:
    assert chat.say("hola", language="es").json()["language"] == "es"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t "}, "text"),
        ({"text": "x" * 101}, "text"),
        ({"text": "nul \x00"}, "text"),
        ({"text": "escape \x1b[2J"}, "text"),
        ({"text": 7}, "text"),
        ({"user_id": ""}, "user_id"),
        ({"user_id": None}, "user_id"),
        ({"lang": "not a language"}, "lang"),
        ({"lat": 38.3}, "lon"),
        ({"lon": -0.4}, "lat"),
        ({"lat": 91, "lon": 0}, "lat"),
        ({"at": "yesterday"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"tetx": "a misspelt name"}, "tetx"),
    ],
    ids=str,
)
def test_a_value_that_is_not_valid_is_named(chat: Chat, body: dict[str, Any], field: str) -> None:
    """And nothing is said to anybody."""
    document = problem_of(chat.say(**{"text": "hello"} | body), 422)
    assert document["errors"][0]["field"] == field
    assert chat.client.get(HISTORY, params={"user_id": "ana"}).json() == {"turns": []}


def test_half_of_a_letter_is_refused(chat: Chat) -> None:
    """A lone surrogate is no text that could be kept."""
    body = b'{"user_id": "ana", "text": "\\ud800"}'
    response = chat.client.post(MESSAGE, content=body, headers={"Content-Type": "application/json"})
    problem_of(response, 422)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", MESSAGE), ("GET", HISTORY), ("DELETE", CLEAR), ("GET", TRIP), ("PUT", TRIP)],
)
def test_every_path_needs_a_key_and_knows_its_parameters(
    chat: Chat, method: str, path: str
) -> None:
    body = (
        {"json": {"user_id": "ana", "text": "x"} if path == MESSAGE else {}}
        if method != "GET"
        else {}
    )
    body = {} if method == "DELETE" else body
    problem_of(chat.stranger.request(method, path, params={"user_id": "ana"}, **body), 401)
    if path != MESSAGE:
        for query in ({}, {"user_id": "ana", "usre": "x"}, {"user_id": ""}):
            problem_of(chat.client.request(method, path, params=query, **body), 422)


def test_a_failure_is_a_problem_that_tells_nothing_of_our_machines(chat: Chat) -> None:
    assert "10.0.0.7" not in json.dumps(problem_of(chat.say("fail"), 503))
    assert "divided" not in json.dumps(problem_of(chat.say("crash"), 500))


# --- a stream


def test_a_conversation_in_hebrew_may_be_asked_for_as_android_calls_it(chat: Chat) -> None:
    assert chat.say("hello", lang="iw").json()["language"] == "he"


def test_a_stream_says_sentences_then_items_then_all_of_it(chat: Chat) -> None:
    """What is said last is what the whole answer would have been."""
    said = [event for event in chat.events("hello") if event[0] != "comment"]
    assert [name for name, _ in said] == ["sentence", "sentence", "items", "done"]
    assert said[1][1] == {"text": "The castle is open.\nGo there.", "facts": ["p1.open"]}
    assert [item["poi_id"] for item in said[2][1]["items"]] == ["castle"]
    assert said[2][1]["request_id"] == "r-1"
    assert set(said[3][1]) == set(chat.say("hello").json())
    assert said[3][1]["text"] == " ".join(data["text"] for name, data in said[:2])


def test_a_stream_may_be_asked_for_in_the_message(chat: Chat) -> None:
    response = chat.say("hello", stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.startswith("event: sentence\ndata: {")
    assert response.text.endswith("}\n\n")


def test_a_silent_stream_says_that_it_is_still_there(chat: Chat) -> None:
    """And what was said before the silence has arrived before it."""
    body = {"user_id": "ana", "text": "wait"}
    with chat.client.stream("POST", MESSAGE, json=body, headers=EVENTS) as response:
        events = events_in(response.iter_lines())
        assert next(events)[0] == "sentence"
        assert next(events) == ("comment", "still there")
        (chat.folder / "go-on").touch()
        assert [name for name, _ in events if name != "comment"] == ["sentence", "items", "done"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [("fail", "store-unavailable"), ("full", "no-room"), ("crash", "internal-error")],
)
def test_what_fails_amid_a_stream_ends_it_with_a_problem(chat: Chat, text: str, slug: str) -> None:
    (first, _), (last, document) = [e for e in chat.events(text) if e[0] != "comment"]
    assert (first, last) == ("sentence", "error")
    assert document["type"] == f"urn:butler:problem:{slug}"
    assert document["instance"].startswith(f"{MESSAGE}#")
    assert not re.search("traveller-17|10.0.0.7|event_id", json.dumps(document)), (
        "none of its matter"
    )


def test_what_is_refused_before_a_stream_begins_has_its_status(chat: Chat) -> None:
    body = {"user_id": "ana", "text": ""}
    problem_of(chat.client.post(MESSAGE, json=body, headers=EVENTS), 422)


def test_who_goes_away_ends_the_answer(chat: Chat) -> None:
    """What it held is free for others, and nothing of it is kept."""
    for _ in range(AT_ONCE + QUEUE + 1):
        (chat.folder / "ended").unlink(missing_ok=True)
        body = {"user_id": "ana", "text": "wait"}
        with chat.client.stream("POST", MESSAGE, json=body, headers=EVENTS) as response:
            next(events_in(response.iter_lines()))
        until((chat.folder / "ended").exists)
    assert chat.say("hello").status_code == 200
    turns = chat.client.get(HISTORY, params={"user_id": "ana"}).json()["turns"]
    assert [turn["text"] for turn in turns if turn["role"] == "traveller"] == ["hello"]


def test_the_server_passes_a_stream_on_as_it_is_made(tmp_path: Path) -> None:
    """In its own process, nothing before the app gathers sentences, and who goes away is noticed."""
    body = {"user_id": "ana", "text": "wait"}
    with (
        served(tmp_path, BUTLER_CHAT__HEARTBEAT_SECONDS="0.05") as service,
        httpx.Client(base_url=service.url, headers=key_for(tmp_path), timeout=30) as client,
    ):
        with client.stream("POST", MESSAGE, json=body, headers=EVENTS) as response:
            events = events_in(response.iter_lines())
            assert next(events)[0] == "sentence"
            assert next(events) == ("comment", "still there")
        until((tmp_path / "ended").exists)
        with client.stream("POST", MESSAGE, json=body, headers=EVENTS) as response:
            events = events_in(response.iter_lines())
            assert next(events)[0] == "sentence"
            (tmp_path / "go-on").touch()
            names = [name for name, _ in events if name != "comment"]
        assert names == ["sentence", "items", "done"]


# --- turns


def test_more_messages_than_can_wait_are_refused_at_once_and_recommendations_are_not(
    chat: Chat,
) -> None:
    let_in, too_many = AT_ONCE + QUEUE, 3
    with ThreadPoolExecutor(let_in + too_many) as pool:
        asked = [pool.submit(chat.say, "wait", f"t{n}") for n in range(let_in + too_many)]
        try:
            until(lambda: sum(future.done() for future in asked) == too_many)
            for future in asked:
                if future.done():
                    document = problem_of(future.result(), 503)
                    assert document["type"] == "urn:butler:problem:overloaded"
                    assert future.result().headers["Retry-After"] == "1"
            waiting = f'butler_requests_waiting{{kind="message"}} {QUEUE}.0'
            assert waiting in chat.client.get("/metrics").text
            places = chat.client.get("/api/v1/recommendations", params={"user_id": "ana"})
            assert places.status_code == 200
        finally:
            (chat.folder / "go-on").touch()
        answered = [future.result().status_code for future in asked]
    assert sorted(answered) == [200] * let_in + [503] * too_many
    assert chat.say("hello").status_code == 200


# --- history, trip, forgetting


def test_the_history_is_read_page_by_page(chat: Chat) -> None:
    for n in range(3):
        chat.say(f"number {n}")
    chat.say("somebody else's", "ben")
    turns = chat.client.get(HISTORY, params={"user_id": "ana", "limit": 4}).json()["turns"]
    assert [t["role"] for t in turns] == ["traveller", "butler"] * 2
    assert turns[0]["text"] == "number 1"
    assert set(turns[0]) == {"turn_id", "said_at", "role", "text", "language"}
    more = {"user_id": "ana", "before": turns[0]["turn_id"]}
    assert [t["text"] for t in chat.client.get(HISTORY, params=more).json()["turns"]][:1] == [
        "number 0"
    ]


def test_who_reads_on_from_a_turn_that_is_forgotten_is_at_the_end_and_not_in_error(
    chat: Chat,
) -> None:
    turn_id = chat.say("hello").json()["turn_id"]
    chat.client.delete(CLEAR, params={"user_id": "ana"})
    page = chat.client.get(HISTORY, params={"user_id": "ana", "before": turn_id})
    assert (page.status_code, page.json()) == (200, {"turns": []})


def test_what_an_answer_rests_on_is_shown_to_who_asks_for_it(chat: Chat) -> None:
    chat.say("hello")
    asked = {"user_id": "ana", "records": True}
    turns = chat.client.get(HISTORY, params=asked).json()["turns"]
    assert turns[1]["record"] == {"n": 1}


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_a_history_has_limits(chat: Chat, limit: object) -> None:
    problem_of(chat.client.get(HISTORY, params={"user_id": "ana", "limit": str(limit)}), 422)


def test_a_trip_is_shown_and_corrected(chat: Chat) -> None:
    ana = {"user_id": "ana"}
    assert chat.client.get(TRIP, params=ana).json() == NOTHING
    assert chat.client.put(TRIP, params=ana, json=TOLD).json() == TOLD
    assert chat.client.get(TRIP, params=ana).json() == TOLD
    assert chat.client.get(TRIP, params={"user_id": "ben"}).json() == NOTHING
    assert chat.client.put(TRIP, params=ana, json={"budget": 3}).json() == NOTHING | {"budget": 3}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"start": "1 July"}, "start"),
        ({"end": "2026-06-30"}, "end"),
        ({"end": "2028-06-30"}, "end"),
        ({"party": "army"}, "party"),
        ({"budget": 5}, "budget"),
        ({"budget": True}, "budget"),
        ({"budget_sum": {"minor": -1, "currency": "EUR"}}, "budget_sum.minor"),
        ({"budget_sum": {"minor": 3000, "currency": "BTC"}}, "budget_sum.currency"),
        ({"budget_sum": 30}, "budget_sum"),
        ({"likes": ["a/b/c"]}, "likes[0]"),
        ({"likes": ["/beach"]}, "likes[0]"),
        ({"likes": [f"group{n}" for n in range(31)]}, "likes"),
        ({"dislikes": ["food"]}, "dislikes"),
        ({"dislikes": ["Food"]}, "dislikes"),
        ({"likes": ["food", "nature/volcano"]}, "likes[1]"),
        ({"likes": ["mood"]}, "likes[0]"),
        ({"likes": ["nature-beach"]}, "likes[0]"),
        ({"mobility": "bicycle"}, "mobility"),
        ({"children": [18]}, "children[0]"),
        ({"children": [-1]}, "children[0]"),
        ({"childern": [3]}, "childern"),
        ({"town": "Atlantis"}, "town"),
        ({"town": ""}, "town"),
        ({"diets": ["paleo"]}, "diets[0]"),
        ({"diets": ["vegan"] * 6}, "diets"),
    ],
    ids=str,
)
def test_a_trip_that_cannot_be_is_refused(chat: Chat, change: dict[str, Any], field: str) -> None:
    """And what was told before stays."""
    ana = {"user_id": "ana"}
    chat.client.put(TRIP, params=ana, json=TOLD)
    document = problem_of(chat.client.put(TRIP, params=ana, json=TOLD | change), 422)
    assert document["errors"][0]["field"] == field
    assert chat.client.get(TRIP, params=ana).json() == TOLD


def test_a_kind_that_no_place_has_is_refused_with_those_there_are(chat: Chat) -> None:
    ana = {"user_id": "ana"}
    document = problem_of(chat.client.put(TRIP, params=ana, json={"dislikes": ["food/fish"]}), 422)
    assert "known kinds are food/tapas, food/winery" in document["detail"]
    document = problem_of(chat.client.put(TRIP, params=ana, json={"likes": ["foood"]}), 422)
    assert "known groups are culture, food, harbour" in document["detail"]


def test_kinds_are_known_in_any_letter_case_and_where_conversations_speak_of_them(
    chat: Chat,
) -> None:
    """No place of this catalogue is a cave; "pier" is a kind of its own, of which nobody speaks."""
    liked = {"likes": ["Food", "HARBOUR/pier", "nature/cave"]}
    told = chat.client.put(TRIP, params={"user_id": "ana"}, json=liked).json()
    assert told["likes"] == ["food", "harbour/pier", "nature/cave"]


def test_before_there_are_places_a_trip_is_kept_as_it_is_told(chat: Chat) -> None:
    chat.recommender.champion = False
    told = chat.client.put(TRIP, params={"user_id": "ana"}, json={"likes": ["nature/volcano"]})
    assert told.json()["likes"] == ["nature/volcano"]


def test_clearing_forgets_everything_of_one_traveller(chat: Chat) -> None:
    for user_id in ("ana", "ben"):
        chat.say("hello", user_id)
        chat.client.put(TRIP, params={"user_id": user_id}, json=TOLD)
    assert chat.client.delete(CLEAR, params={"user_id": "ana"}).json() == {"forgotten": 2}
    assert chat.client.get(HISTORY, params={"user_id": "ana"}).json() == {"turns": []}
    assert chat.client.get(TRIP, params={"user_id": "ana"}).json() == NOTHING
    assert len(chat.client.get(HISTORY, params={"user_id": "ben"}).json()["turns"]) == 2
    assert chat.client.get(TRIP, params={"user_id": "ben"}).json() == TOLD


# --- what is told of it


def test_metrics_count_who_worded_what_and_how_long_it_took(chat: Chat) -> None:
    chat.say("hello")
    text = chat.client.get("/metrics").text
    for line in (
        'butler_chat_replies_total{because="no_key",worded_by="template"} 1.0',
        'butler_chat_step_seconds_count{step="first"} 1.0',
        'butler_chat_step_seconds_count{step="whole"} 1.0',
        'butler_chat_tools_total{outcome="succeeded",tool="recommend"} 1.0',
        'butler_chat_sentences_total{gate="numbers"} 1.0',
        'butler_chat_sentences_total{gate="passed"} 1.0',
    ):
        assert line in text
    assert "ana" not in [part for line in text.splitlines() for part in line.split('"')]


def test_no_word_and_no_name_of_a_traveller_is_logged(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    from serving.logs import said

    with caplog.at_level("DEBUG"):
        for text in ("my secret wish", "my secret wish fail", "my secret wish crash"):
            chat.say(text, "traveller-17", lat=38.3333, lon=-0.4444)
            chat.events(text, user_id="traveller-17")
        chat.client.get(HISTORY, params={"user_id": "traveller-17"})
        chat.client.delete(CLEAR, params={"user_id": "traveller-17"})
    lines = [
        json.dumps(said(r), default=str) for r in caplog.records if r.name.startswith("butler")
    ]
    assert lines
    for secret in ("secret wish", "traveller-17", "38.3333"):
        assert [line for line in lines if secret in line] == []


# --- a sentence with each recommendation


def test_explain_text_adds_a_sentence_to_each_item(chat: Chat) -> None:
    asked = {"user_id": "ana", "explain": "text"}
    answer = chat.client.get("/api/v1/recommendations", params=asked).json()
    item = answer["items"][0]
    assert item["text"] == "Castell de Santa Bàrbara: close to you."
    assert (item["worded_by"], answer["texts_awaited"]) == ("template", False)
    plain = chat.client.get("/api/v1/recommendations", params={"user_id": "ana"}).json()
    item = plain["items"][0]
    assert (item["text"], item["worded_by"], plain["texts_awaited"]) == (None, None, None)


def test_without_a_key_nothing_is_awaited_and_nobody_waits(chat: Chat) -> None:
    began = time.monotonic()
    told = chat.client.get("/api/v1/recommendations/r-1/texts", params={"wait": 5}).json()
    assert time.monotonic() - began < 4
    text = "Castell de Santa Bàrbara: close to you."
    item = {"rank": 1, "poi_id": "castle", "text": text, "worded_by": "template", "awaited": False}
    assert told == {"request_id": "r-1", "language": "en", "awaited": False, "items": [item]}


@pytest.mark.parametrize("wait", ["6", "-1", "nan", "soon"])
def test_nobody_waits_longer_than_is_allowed(chat: Chat, wait: str) -> None:
    response = chat.client.get("/api/v1/recommendations/r-1/texts", params={"wait": wait})
    assert [e["field"] for e in problem_of(response, 422)["errors"]] == ["wait"]


def test_sentences_of_an_unknown_answer_are_refused_as_its_explanation_is(chat: Chat) -> None:
    """Who waits is told a little later: the answer may not have been in the log yet."""
    for path in ("nobodys/explanation", "nobodys/texts", "nobodys/texts?wait=0.1"):
        problem = problem_of(chat.client.get(f"/api/v1/recommendations/{path}"), 404)
        assert "no impression is logged for the request 'nobodys'" in problem["detail"]


def test_explain_knows_no_other_word(chat: Chat) -> None:
    response = chat.client.get(
        "/api/v1/recommendations", params={"user_id": "a", "explain": "poem"}
    )
    problem_of(response, 422)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_can_be_made_in_every_language(language: str) -> None:
    """Of reasons, what speaks for the place first; of a place without reasons, what kind it is."""
    from dataclasses import replace

    from small_butler import CASTLE

    from serving.answers import Reason
    from serving.explain.texts import text_of
    from serving.explain.words import Words, plain

    words = Words.of(language)
    why = (Reason("a", "against", "far", 0.1), Reason("b", "for", "cheap", 0.1))
    told = words.joined(["cheap", "far"])
    assert plain(text_of(replace(CASTLE, reasons=why), words)) == plain(f"{CASTLE.name}: {told}.")
    kind = words.category("culture/castle")
    assert plain(text_of(replace(CASTLE, reasons=()), words)) == plain(f"{CASTLE.name}: {kind}.")


# --- threads that talk at once


def test_two_streams_do_not_mix(chat: Chat) -> None:
    heard: dict[str, list[tuple[str, Any]]] = {}

    def listen(text: str) -> None:
        heard[text] = chat.events(text)

    with contextlib.ExitStack() as stack:
        stack.callback((chat.folder / "go-on").unlink, missing_ok=True)
        (chat.folder / "go-on").touch()
        threads = [threading.Thread(target=listen, args=(f"wait {n}",)) for n in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert set(heard) == {f"wait {n}" for n in range(AT_ONCE)}
    for text, events in heard.items():
        assert events[0] == ("sentence", {"text": f"You said: {text}", "facts": []})
        assert events[-1][0] == "done"
        assert events[-1][1]["text"].startswith(f"You said: {text} ")
