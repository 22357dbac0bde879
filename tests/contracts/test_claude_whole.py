"""The whole of it: the real engine's tools, templates and gate, and Claude over the stub between them."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from butler.errors import NotFound, StoreUnavailable
from butler.settings import Settings
from features.store import Features
from serving.answers import Request
from serving.api.metrics import Metrics
from serving.api.turns import Turns
from serving.chat.history import facts_in
from serving.chat.safety import redirections
from serving.chat.values import Conversation, Message, Piece, Reply
from serving.engine import Engine
from serving.explain.words import LANGUAGES
from serving.spoken import Spoken, open_spoken
from tests.claude_stub import ClaudeStub, Step, calls, fails, says, strict_sdk
from tests.unit.test_chat_safety import DROWNING

ASKS = calls(("recommend", {"limit": 3}))
HERE = {"latitude": 38.34517, "longitude": -0.48149}
# {name} and {km} are as the tools told them; `lie` says a distance that no fact tells
SAID = {
    "en": ("{name} is {km} km away.", "{name} is 977 km away."),
    "de": ("{name} ist {km} km entfernt.", "{name} ist 977 km entfernt."),
    "es": ("{name} está a {km} km.", "{name} está a 977 km."),
    "fr": ("{name} est à {km} km.", "{name} est à 977 km."),
    "it": ("{name} è a {km} km.", "{name} è a 977 km."),
    "nl": ("{name} ligt op {km} km.", "{name} ligt op 977 km."),
}
GUESSES = {
    "en": "{name} is open until 23:45.",
    "de": "{name} hat bis 23:45 Uhr geöffnet.",
    "es": "{name} está abierto hasta las 23:45.",
    "fr": "{name} est ouvert jusqu'à 23h45.",
    "it": "{name} è aperto fino alle 23:45.",
    "nl": "{name} is open tot 23:45 uur.",
}


@pytest.fixture(scope="module")
def engine(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("whole") / "home"
    shutil.copytree(world_home, home)
    Features(home, Settings(home=home).online_url).apply()
    engine = Engine.open(Settings(home=home))
    yield engine
    engine.close()


@pytest.fixture
async def spoken(engine: Engine, stub: ClaudeStub, tmp_path: Path) -> AsyncIterator[Spoken]:
    """Conversations and money are kept in a folder of the test's own."""
    patient = {"first_seconds": 120, "deadline_seconds": 120, "hedge_seconds": 120}
    settings = Settings(home=tmp_path, claude_key="test", claude={"url": stub.url} | patient)  # type: ignore[arg-type]
    with strict_sdk():
        opened = open_spoken(settings, engine, Metrics(), Turns(2, 100, 60, lambda _: None))
        opened.refresh()
        yield opened
        opened.close()


async def hear(butler: Conversation, text: str, language: str = "en", **more: Any) -> Reply:
    at = datetime.now(UTC).replace(hour=10, minute=0)
    message = Message("traveller-7401", text, at, language, **(HERE | {"consent": True} | more))
    *pieces, reply = [said async for said in butler.answer(message)]
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert isinstance(reply, Reply)
    return reply


def told(request: dict[str, Any]) -> dict[str, str]:
    """What the tools told Claude: the text of each fact, by its id."""
    facts = {}
    for result in request["messages"][-1]["content"]:
        for block in result.get("content", []):
            for part in block.get("content", []):
                fact = json.loads(part["text"])
                facts[fact["id"]] = fact["says"]
    return facts


def words(*sentences: tuple[str, list[str]]) -> Callable[[dict[str, Any]], Step]:
    """Claude's answer made of what it was told: {name} of the first place, {km} of its distance."""

    def step(request: dict[str, Any]) -> Step:
        facts = told(request)
        km = next(w for w in facts["p1.distance"].split() if w[0].isdigit())
        filled = [(text.format(name=facts["p1.name"], km=km), ids) for text, ids in sentences]
        return says(*filled)

    return step


AWAY, OPEN = ["p1.name", "p1.distance"], ["p1.name", "p1.hours"]
PLACEHOLDER = ("{{p1.hours}}", ["p1.hours"])


@pytest.mark.parametrize("language", SAID)
async def test_claude_words_what_the_rankers_tool_found(stub, spoken, language):
    stub.script(ASKS, words((SAID[language][0], AWAY), PLACEHOLDER))
    reply = await hear(spoken.conversation, "What can I do near here?", language)
    facts = told(stub.requests[1])
    assert (reply.worded_by, reply.because, reply.language) == ("claude", "", language)
    assert [v.failed for v in reply.verdicts] == ["", ""]
    assert reply.items[0].name == facts["p1.name"]
    assert reply.text.startswith(facts["p1.name"])
    assert facts["p1.hours"].rstrip(".") in reply.text
    assert [i.rank for i in reply.items] == [1, 2, 3]
    assert set(AWAY) | {"p1.hours"} <= set(reply.facts)
    assert reply.request_id


@pytest.mark.parametrize("language", SAID)
async def test_lies_in_any_language_are_dropped_and_the_truth_beside_them_stands(
    stub, spoken, language
):
    true, far = SAID[language]
    stub.script(ASKS, words((true, AWAY), (far, AWAY), PLACEHOLDER, (GUESSES[language], OPEN)))
    reply = await hear(spoken.conversation, "What can I do near here?", language)
    assert [bool(v.failed) for v in reply.verdicts] == [False, True, False, True]
    assert "977" not in reply.text
    assert "23:45" not in reply.text
    assert "23h45" not in reply.text
    assert reply.worded_by == "claude"


@pytest.mark.parametrize("language", SAID)
async def test_who_only_lies_is_not_heard_the_template_answers(stub, spoken, language):
    stub.script(ASKS, words((SAID[language][1], AWAY)), says(("977 km!", [])))
    reply = await hear(spoken.conversation, "What can I do near here?", language)
    assert (reply.worded_by, reply.because, reply.language) == ("template", "gate", language)
    assert "977" not in reply.text
    assert reply.items[0].name in reply.text


async def test_an_overloaded_claude_leaves_a_whole_answer_by_template(stub, spoken):
    stub.script(fails(529, "overloaded_error"))
    reply = await hear(spoken.conversation, "Recommend me a beach")
    assert (reply.worded_by, reply.because) == ("template", "overloaded")
    assert reply.items
    assert reply.items[0].name in reply.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_in_danger_is_sent_to_112_and_claude_is_not_asked(stub, spoken, language):
    """With a key, too: whatever Claude would have said."""
    stub.script(says(("Good day!", [])))
    reply = await hear(spoken.conversation, DROWNING[language], language)
    assert reply.text == redirections(language)["emergency"]
    assert stub.requests == []


async def test_in_doubt_112_is_named_before_the_answer_and_claude_is_not_asked(stub, spoken):
    stub.script(says(("Good day!", [])))
    reply = await hear(spoken.conversation, "There was an accident, where is a museum?")
    assert reply.text.startswith("If this is an emergency, call 112.\n")
    assert reply.because == "safety"
    assert stub.requests == []


async def test_the_record_of_claudes_turn_holds_all_that_was_found(stub, spoken):
    """What is cited, and what was not said too: it may be asked for next."""
    stub.script(ASKS, words((SAID["en"][0], AWAY), PLACEHOLDER))
    reply = await hear(spoken.conversation, "What can I do near here?")
    kept = await spoken.conversation.history("traveller-7401", 1, None)
    facts = facts_in(kept[0])
    assert kept[0].text == reply.text
    assert {f.id for f in facts} >= {*reply.facts, *told(stub.requests[1])}
    assert list(facts) == list(reply.grounds)


async def test_why_is_answered_by_the_rules_from_what_claude_had_found(stub, spoken):
    stub.script(ASKS, words((SAID["en"][0], AWAY), PLACEHOLDER))
    shown = await hear(spoken.conversation, "What can I do near here?")
    stub.script(fails(529, "overloaded_error"))
    why = await hear(spoken.conversation, "Why the second?")
    second = shown.items[1]
    assert (why.worded_by, why.because) == ("template", "overloaded")
    assert [item.poi_id for item in why.items] == [second.poi_id]
    assert second.name in why.text
    assert [reason.label for reason in second.reasons if reason.label in why.text]
    assert why.called == ()  # nothing was ranked again


async def test_nothing_personal_leaves_in_any_turn_of_a_conversation(stub, spoken, tmp_path):
    said = "My name is Annegret Lindqvist, write to annegret@example.com or +34 600 123 456."
    stub.script(ASKS, words((SAID["en"][0], AWAY), PLACEHOLDER))
    await hear(spoken.conversation, f"{said} What can I do near here?")
    stub.script(ASKS, words((SAID["en"][0], AWAY), PLACEHOLDER))
    await hear(spoken.conversation, "And something else for Annegret?")
    sent = json.dumps(stub.requests, ensure_ascii=False)
    assert len(stub.requests) == 4
    for personal in ("Annegret", "Lindqvist", "annegret@", "600 123", "traveller-7401"):
        assert personal not in sent
    for position in ("38.345", "0.4814", str(tmp_path)):
        assert position not in sent


async def test_a_tool_that_fails_tells_claude_no_path_of_the_machine(stub, spoken, tmp_path):
    """The store of conversations is gone: what is said of it to Claude names no file."""
    stub.script(
        calls(("remember_preference", {"party": "family"})), says(("Good day!", []), ("Hello!", []))
    )

    def gone(*_: object) -> None:
        raise StoreUnavailable(f"The folder {tmp_path}/chats.db cannot be written.")

    chats = spoken.conversation.chats  # type: ignore[attr-defined]
    chats.remember = gone
    await hear(spoken.conversation, "We are a family")
    result = stub.requests[1]["messages"][-1]["content"][0]
    assert result["is_error"] is True
    assert str(tmp_path) not in json.dumps(stub.requests)


async def test_sentences_of_recommendations_are_the_templates_first_and_then_claudes(
    stub, spoken, engine
):
    """Over the real ranker's answer and in the home's own file; the next worker has them at once."""
    at = datetime.now(UTC)
    asked = Request("traveller-7402", at, at, limit=3, latitude=38.34517, longitude=-0.48149)
    answer = await asyncio.to_thread(engine.recommend, asked)
    stub.script(says(("{p1.name}: {p1.reason1}.", ["p1.name", "p1.reason1"])))
    first = spoken.texts.of(answer)
    await spoken.texts.settled()
    second = spoken.texts.of(answer)
    assert [t.worded_by for t in first] == ["template"] * 3
    assert [t.worded_by for t in second] == ["claude"] * 3
    assert all(i.name in t.text for i, t in zip(answer.items, second, strict=True))
    sent = json.dumps(stub.requests)
    assert "traveller-7402" not in sent
    assert "38.345" not in sent


@pytest.mark.parametrize("language", ["en", "de-AT", "xx"])
def test_an_answer_out_of_the_log_has_the_same_items_with_the_same_reasons(engine, language):
    """So its sentences are those that were asked for when it was given."""
    at = datetime.now(UTC)
    asked = Request("traveller-7402", at, at, 20, 38.34517, -0.48149, language=language)
    answer = engine.recommend(asked)
    again = engine.answered(answer.request_id)
    assert again.items == answer.items
    assert any(item.reasons for item in again.items)
    assert again.context.items() >= json.loads(json.dumps(answer.context)).items()
    assert (again.language, again.model_version) == (answer.language, answer.model_version)
    with pytest.raises(NotFound):
        engine.answered("nobodys")
