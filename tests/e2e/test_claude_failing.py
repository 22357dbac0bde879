"""What a traveller hears when Claude fails: a real server and a real model, Claude over the stub. Whole
and as a stream comes a full answer in the traveller's language, and nothing untrue was ever streamed."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from test_api import PLACES, running
from test_chat_api import EVENTS, HISTORY, MESSAGE, events_in

from butler.domain import ChatTurn
from butler.settings import Settings
from butler.stores.open import open_log
from features.store import Features
from serving.api.metrics import Metrics
from serving.app import build_app
from serving.chat import gate
from serving.chat.history import facts_in
from serving.chat.values import Sentence
from serving.engine import Engine
from serving.explain.words import Words
from serving.spoken import open_spoken
from tests.butler_at_home import HERE, NOON
from tests.claude_stub import ClaudeStub, Step, calls, fails, refuses, says, says_text, strict_sdk

ASKS = calls(("recommend", {"limit": 3}))
TRUE = ("{p1.name}: {p1.distance}.", ["p1.name", "p1.distance"])
LIES = {
    "en": ("{p1.name} is 977 km away.", TRUE[1]),
    "de": ("{p1.name} ist 977 km entfernt.", TRUE[1]),
    "es": ("{p1.name} está a 977 km.", TRUE[1]),
    "ar": ("{p1.name} على بعد 977 كم.", TRUE[1]),
}
CUT = len(says(TRUE).events)  # the first sentence is out by then
PATIENT = {"first_seconds": 120, "deadline_seconds": 120, "hedge_seconds": 120}
RICH = dict.fromkeys(
    ("traveller_tokens", "traveller_micro_dollars", "day_micro_dollars"), 1_000_000_000
)


def broken(how: str) -> Step:
    """Breaks off amid the second sentence, which is a lie."""
    return says(TRUE, LIES["en"], cut=CUT, how=how)


FAILURES: dict[str, tuple[Step, str]] = {
    "refuses": (refuses(), "refused"),
    "out of tokens": (says_text('{"sentences": [{"te', stop="max_tokens"), "broken"),
    "529": (fails(529, "overloaded_error"), "overloaded"),
    "429": (fails(429, "rate_limit_error", retry_after="86400"), "overloaded"),
    "breaks off": (broken("dropped"), "broken"),
    "closes without an end": (broken("closed"), "broken"),
    "fails amid the stream": (broken("error"), "overloaded"),
    "lies": (says(LIES["en"]), "gate"),
}


@dataclass
class Spoken:
    client: httpx.Client
    stub: ClaudeStub

    def whole(self, said: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(MESSAGE, json=said)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def streamed(self, said: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The sentences as they came, and the whole at the end."""
        with self.client.stream("POST", MESSAGE, json=said, headers=EVENTS) as response:
            events = [e for e in events_in(response.iter_lines()) if e[0] != "comment"]
        assert [name for name, _ in events[-2:]] == ["items", "done"]
        assert {name for name, _ in events[:-2]} == {"sentence"}
        return [data for _, data in events[:-2]], events[-1][1]

    def record(self, user_id: str) -> dict[str, Any]:
        """Of the newest answer."""
        asked = {"user_id": user_id, "limit": 1, "records": True}
        (turn,) = self.client.get(HISTORY, params=asked).json()["turns"]
        record: dict[str, Any] = turn["record"]
        return record


@pytest.fixture(scope="module")
def spoken(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoken]:
    home = tmp_path_factory.mktemp("failing") / "home"
    shutil.copytree(world_home, home)
    Features(home, Settings(home=home).online_url).apply()
    with ClaudeStub().running() as stub, strict_sdk():
        claude = {"url": stub.url, "breaker_failures": 1000, **PATIENT, **RICH}
        settings = Settings(home=home, now=NOON, claude_key="test", claude=claude)  # type: ignore[arg-type]
        metrics, log = Metrics(), open_log(settings.sql_url())
        engine = Engine.open(settings, observer=metrics, log=log)
        app = build_app(
            *(engine, log.keys, settings),
            metrics=metrics,
            speaks=lambda turns: open_spoken(settings, engine, metrics, turns),
        )
        with running(app) as url:
            key = {"X-API-Key": log.keys.create("tests")}
            with httpx.Client(base_url=url, headers=key, timeout=120) as client:
                yield Spoken(client, stub)
        assert stub.problems == []


@pytest.mark.parametrize("language", LIES)
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("after_a_tool", [True, False], ids=["after a tool", "at once"])
def test_a_full_true_answer_comes_and_nothing_untrue_is_streamed(
    spoken: Spoken, failure: str, language: str, after_a_tool: bool
) -> None:
    step, because = FAILURES[failure]
    if failure == "lies":
        step = says(LIES[language])
    user = f"{failure}-{language}-{after_a_tool}"
    beach = Words.of(language).category("nature/beach")
    said = {"user_id": user, "text": f"{beach}?", "lang": language, "consent": True}
    said |= {"lat": HERE[0], "lon": HERE[1]}

    spoken.stub.script(*([ASKS] if after_a_tool else []), step)
    answers(spoken.whole(said), language, because)
    spoken.stub.script(*([ASKS] if after_a_tool else []), step)
    sentences, whole = spoken.streamed(said)
    answers(whole, language, because)
    texts = [sentence["text"] for sentence in sentences]
    assert whole["text"] in ("\n".join(texts), " ".join(texts))
    assert untrue(sentences, spoken.record(user), language) == []


def answers(told: dict[str, Any], language: str, because: str) -> None:
    """In the language asked for, with places that it speaks of, and without the lie."""
    assert (told["language"], told["because"]) == (language, because)
    assert len(told["items"]) >= 3
    for item in told["items"][:3]:
        assert item["name"] in told["text"]
    assert "977" not in told["text"]


def untrue(
    sentences: list[dict[str, Any]], record: dict[str, Any], language: str
) -> list[tuple[str, str]]:
    """What does not stand by the facts of the record, and why: each sentence as it was streamed."""
    facts = facts_in(ChatTurn("t", "u", NOON, "butler", "", language, record))
    said = [Sentence(s["text"], tuple(s["facts"])) for s in sentences]
    verdicts = gate.check(said, facts, language)
    return [(v.sentence.text, v.why) for v in verdicts if v.text is None]


def test_the_sentences_of_an_answer_that_is_shown_are_upgraded(spoken: Spoken) -> None:
    """At once the template's; who waits has Claude's as soon as all of them are there, in the answer's
    language; and where Claude fails the template's, without waiting for what does not come."""
    spoken.stub.script(says(("{p1.name}: {p1.reason1}.", ["p1.name", "p1.reason1"]), headers=0.3))
    asked = {"user_id": "t000001", "lang": "de", "limit": 6, "explain": "text"}
    asked |= {"lat": HERE[0], "lon": HERE[1]}
    answer = spoken.client.get(PLACES, params=asked).json()
    assert answer["texts_awaited"]
    assert {i["worded_by"] for i in answer["items"]} == {"template"}

    texts = f"{PLACES}/{answer['request_id']}/texts"
    at_once = spoken.client.get(texts).json()
    assert at_once["awaited"]
    shown = [(i["poi_id"], i["text"]) for i in answer["items"]]
    assert [(i["poi_id"], i["text"]) for i in at_once["items"]] == shown

    for _ in range(10):  # once is enough, unless others use the cores
        upgraded = spoken.client.get(texts, params={"wait": 5}).json()
        if not upgraded["awaited"]:
            break
    assert (upgraded["language"], upgraded["awaited"]) == ("de", False)
    for item, told in zip(answer["items"], upgraded["items"], strict=True):
        assert (told["worded_by"], told["awaited"]) == ("claude", False)
        assert (told["rank"], told["poi_id"]) == (item["rank"], item["poi_id"])
        assert told["text"] == f"{item['name']}: {item['reasons'][0]['label']}."

    spoken.stub.script(fails(529, "overloaded_error"))
    other = spoken.client.get(PLACES, params=asked | {"lang": "es"}).json()
    began = time.monotonic()
    texts = f"{PLACES}/{other['request_id']}/texts"
    told = spoken.client.get(texts, params={"wait": 5}).json()
    assert time.monotonic() - began < 4
    assert not told["awaited"]
    assert [i["text"] for i in told["items"]] == [i["text"] for i in other["items"]]
