"""Claude, as `Wording`: it understands, asks tools, and words; every sentence is checked before it is seen.

A turn runs as a task that puts what has passed into a queue; whoever reads the queue keeps the time.
So a turn can be ended at any moment, and what was released stays: the template says the rest.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from butler.domain import ChatTurn, TripFacts
from butler.errors import ButlerError, Unworded
from butler.settings import ClaudeSettings, SmallModel
from serving.answers import Item
from serving.chat import prompt, safety
from serving.chat.budget import together
from serving.chat.calls import Calls
from serving.chat.facts import Facts
from serving.chat.privacy import Privacy, without_machine
from serving.chat.sentences import NotASentence, Reader
from serving.chat.values import (
    Called,
    Cost,
    Found,
    Message,
    Piece,
    Reply,
    Sentence,
    Understood,
    Verdict,
)
from serving.explain.words import spoken
from serving.logs import FACTS

log = logging.getLogger("butler.chat")
LONG_TOOLS = frozenset({"plan_day", "compare"})  # whose answers are long
LONG_PLACES = 3
# what a template takes for the intent, by the tool that Claude asked
INTENTS = {
    "recommend": "recommend",
    "search_pois": "search",
    "poi_details": "details",
    "compare": "compare",
    "plan_day": "plan",
    "weather_forecast": "weather",
    "remember_preference": "remember",
}
SHOWING = frozenset({"recommend", "search_pois", "poi_details", "compare", "plan_day"})


class Tool(prompt.Tool, Protocol):
    async def recorded(self, given: Mapping[str, Any], asked: Any) -> tuple[Found, Called]: ...


Check = Callable[[Sentence, Facts, str, Sequence[Sentence]], Verdict]
Worded = Callable[[Understood, Found, str, str], list[Sentence]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn works with beside Claude itself."""

    tools: Mapping[str, Tool]
    asked: Callable[[Message, TripFacts, Sequence[ChatTurn]], Any]  # what tools are given of a turn
    check: Check  # the gate
    worded: Worded  # the templates
    is_place: Callable[[str], bool]  # a name of the catalogue
    local: Callable[[datetime], datetime]  # the time where travellers are
    failed_check: Callable[[str], None] = lambda check: None
    first_sentence: Callable[[float], None] = lambda seconds: None  # Claude's, after so long


class Claude:
    """One worker's: it words so many turns at once, and no more."""

    def __init__(self, settings: ClaudeSettings, calls: Calls, parts: Parts) -> None:
        self._settings, self._calls, self._parts = settings, calls, parts
        self._at_once = asyncio.Semaphore(settings.at_once)

    async def turn(
        self, message: Message, trip: TripFacts, history: Sequence[ChatTurn]
    ) -> AsyncIterator[Piece | Reply]:
        """`Wording`. Raises Unworded where nothing was released; else the template completes it."""
        if self._settings.require_consent and not message.consent:
            raise Unworded("no_consent")
        if self._at_once.locked():
            raise Unworded("overloaded")
        async with self._at_once:
            turn = _Turn(self._settings, self._calls, self._parts, message, trip, history)
            async with aclosing(self._released(turn)) as released:
                async for piece in released:
                    yield piece

    async def _released(self, turn: "_Turn") -> AsyncGenerator[Piece | Reply, None]:
        loop = asyncio.get_running_loop()
        began = loop.time()
        task = asyncio.create_task(turn.run())
        try:
            while True:
                seconds = turn.patience - (loop.time() - began)
                try:
                    piece = await asyncio.wait_for(turn.out.get(), max(0.0, seconds))
                except TimeoutError:
                    turn.because = "timeout"
                    if turn.asking:
                        self._calls.breaker.failed()
                    break
                if piece is None:
                    await task
                    break
                yield piece
        except Unworded as error:
            turn.because = error.because
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for piece in [*turn.not_taken(), *turn.left_to_say()]:
            yield piece
        yield turn.reply()


@dataclass
class _Turn:
    """A turn while it is made; it can be cancelled at any await, and what it has stays true."""

    settings: ClaudeSettings
    calls: Calls
    parts: Parts
    message: Message
    trip: TripFacts
    history: Sequence[ChatTurn]
    out: "asyncio.Queue[Piece | None]" = field(default_factory=asyncio.Queue)
    facts: Facts = field(default_factory=Facts)
    found: list[tuple[str, Found]] = field(default_factory=list)  # with the tool's name
    called: list[Called] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    said: list[Sentence] = field(default_factory=list)  # released, as they were written
    pieces: list[Piece] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    because: str = ""
    asking: bool = False  # Claude, just now: not a tool
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.asked = self.parts.asked(self.message, self.trip, self.history)
        self.history = self.history[-prompt.HISTORY :]
        self.language = spoken(self.message.language)
        texts = [*(turn.text for turn in self.history), self.message.text]
        self.privacy = Privacy(texts, self.parts.is_place)

    @property
    def patience(self) -> float:
        """Seconds from its beginning until it is ended, by what has been released so far."""
        if self.pieces:
            return self.settings.deadline_seconds
        return min(self.settings.first_seconds, self.settings.deadline_seconds)

    async def run(self) -> None:
        """Raises Unworded; its end is told by None in the queue."""
        try:
            await self._converse()
        finally:
            self.out.put_nowait(None)

    async def _converse(self) -> None:
        messages = [self._opening()]
        rounds, retried = 0, False
        while True:
            answer = await self._ask(messages, tools=rounds < self.settings.rounds)
            messages.append({"role": "assistant", "content": answer.content})
            if answer.called:
                messages.append(prompt.results(await self._call(answer.called)))
                rounds += 1
            elif answer.passed:
                return
            elif retried:
                raise Unworded("gate")
            else:
                retried = True
                messages.append(prompt.again(answer.failed, self.said))

    def _opening(self) -> dict[str, Any]:
        told = [(turn, self.privacy.hide(turn.text)) for turn in self.history]
        said = self.privacy.hide(self.message.text)
        local = self.parts.local(self.message.at)
        return prompt.turn(self.message, self.language, said, told, self.trip, local)

    async def _ask(self, messages: list[dict[str, Any]], tools: bool) -> "_Answer":
        model, tokens = self._model()
        request = {
            "max_tokens": tokens,
            "system": prompt.system(),
            "tools": prompt.tools(self.parts.tools.values()),
            "tool_choice": {"type": "auto" if tools else "none"},
            "messages": messages,
            "output_config": prompt.output(model.effort),
        }
        reader, answer = Reader(), _Answer()
        seconds = self.settings.deadline_seconds
        user = self.message.user_id
        self.asking = True
        async with self.calls.ask(user, model, request, seconds, self.costs.append) as call:
            async for text in call.texts():
                answer.read(reader, text, self._judge)
            answer.content, answer.called = call.heard.content, call.heard.called
        self.asking = False
        well_formed = reader.complete and not answer.malformed
        if not (tools if answer.called else well_formed):
            raise Unworded("broken")
        return answer

    def _model(self) -> tuple[SmallModel, int]:
        """The small one understands and gives short answers; the large one words long ones."""
        places = {item.poi_id for _, found in self.found for item in found.items}
        if len(places) >= LONG_PLACES or any(tool in LONG_TOOLS for tool, _ in self.found):
            return self.settings.large, self.settings.long_tokens
        return self.settings.small, self.settings.short_tokens

    def _judge(self, sentence: Sentence) -> Verdict:
        """Through the gate, and out if it passed; who sends to 112 or to a doctor in words of their
        own is said in ours: that must not be missing."""
        said = Sentence(self.privacy.veil(sentence.text), sentence.facts)
        verdict = self._checked(said)
        own = safety.redirected(sentence, self.language) if verdict.text is None else None
        if own and own not in self.said:
            said, verdict = own, self._checked(own)
        if verdict.text is not None:
            if not self.pieces:
                self.parts.first_sentence(time.perf_counter() - self.began)
            self._release(said, self.privacy.unveil(verdict.text))
        return verdict

    def _checked(self, sentence: Sentence) -> Verdict:
        verdict = self.parts.check(sentence, self.facts, self.language, self.said)
        self.verdicts.append(verdict)
        if verdict.text is None:
            self.parts.failed_check(verdict.failed)
        return verdict

    def _release(self, sentence: Sentence, text: str) -> Piece:
        piece = Piece(text, sentence.facts)
        self.said.append(sentence)
        self.pieces.append(piece)
        self.out.put_nowait(piece)
        return piece

    async def _call(self, called: Sequence[Mapping[str, Any]]) -> list[tuple[str, Facts | str]]:
        """One after the other, so that places get their numbers in the order asked."""
        results: list[tuple[str, Facts | str]] = []
        for asked in called:
            found = await self._call_one(asked["name"], asked["input"])
            problem = self.privacy.hide(without_machine(found.problem))
            results.append((asked["id"], problem or found.facts))
        return results

    async def _call_one(self, name: str, arguments: dict[str, Any]) -> Found:
        tool = self.parts.tools.get(name)
        found, called = await _tried(tool, name, self._shown(arguments), self.asked)
        self.called.append(replace(called, arguments=arguments))  # as Claude wrote them
        if found.problem:
            log.warning("a tool failed", extra={FACTS: {"tool": name}})
        else:
            self.found.append((name, found))
            self.facts.add(found.facts)
        return found

    def _shown(self, arguments: dict[str, Any]) -> dict[str, Any]:
        shown = self.privacy.show_all(arguments)
        assert isinstance(shown, dict)
        return shown

    def not_taken(self) -> list[Piece]:
        """What was released and not read from the queue before the turn was ended."""
        waiting = [self.out.get_nowait() for _ in range(self.out.qsize())]
        return [piece for piece in waiting if piece]

    def left_to_say(self) -> list[Piece]:
        """What the template adds: all of it where Claude broke off or said nothing; of what failed
        at the gate, what nothing was said of; warnings that were left out. Raises Unworded where
        nothing has been found either."""
        added: list[Piece] = []
        if self.pieces or any(tool in SHOWING for tool, _ in self.found):
            added = [*self._completed(), *self._warned()]
        if not self.pieces:
            raise Unworded(self.because or "gate", together(self.costs))
        return added

    def _completed(self) -> list[Piece]:
        failed = {f for v in self.verdicts if v.text is None for f in v.sentence.facts}
        if not self.because and not failed:
            return []
        wanted = None if self.because else self._places(failed)
        begun = bool(self.pieces)
        new = [s for s in self._templates() if not begun or self._is_new(s, wanted)]
        return [piece for sentence in new if (piece := self._add(sentence))]

    def _warned(self) -> list[Piece]:
        """Nobody is told of a place without its warnings."""
        told = self._told()
        warnings = [
            fact
            for place in sorted(self._places(told))
            for fact in self.facts.of_place(place, "warning")
            if fact.id not in told
        ]
        added = (self._add(Sentence(f"{{{fact.id}}}", (fact.id,))) for fact in warnings)
        return [piece for piece in added if piece]

    def _add(self, sentence: Sentence) -> Piece | None:
        """The template's words go through the gate, too."""
        text = self.parts.check(sentence, self.facts, self.language, self.said).text
        return self._release(sentence, text) if text is not None else None

    def _templates(self) -> list[Sentence]:
        """In the order of the tools; the same is said once."""
        worded: list[Sentence] = []
        for tool, found in self.found:
            meant = Understood(INTENTS.get(tool, "unknown"))
            worded += self.parts.worded(meant, found, self.language, self.because)
            self.facts.add(found.facts)  # with those that only the template needs
        return list(dict.fromkeys(worded))

    def _is_new(self, sentence: Sentence, wanted: set[str] | None) -> bool:
        """Whether it says something that was not said; with `wanted`, of one of those places."""
        places, spoken_of = self._places(sentence.facts), self._places(self._told())
        if wanted is not None and not places & wanted:
            return False
        if places:
            return not places <= spoken_of
        return not set(sentence.facts) <= self._told()

    def _told(self) -> set[str]:
        return {fact_id for sentence in self.said for fact_id in sentence.facts}

    def _places(self, fact_ids: Iterable[str]) -> set[str]:
        known = (self.facts.get(fact_id) for fact_id in fact_ids)
        return {fact.place for fact in known if fact and fact.place}

    def reply(self) -> Reply:
        """The whole of it. `because` beside Claude's words: the template said the end."""
        by_claude = any(v.text is not None for v in self.verdicts)
        return Reply(
            turn_id=uuid.uuid4().hex,
            text=" ".join(piece.text for piece in self.pieces),
            language=self.language,
            items=self._items(),
            request_id=next((f.request_id for _, f in self.found if f.request_id), None),
            facts=tuple(dict.fromkeys(f for piece in self.pieces for f in piece.facts)),
            worded_by="claude" if by_claude else "template",
            because=self.because,
            called=tuple(self.called),
            verdicts=tuple(self.verdicts),
            cost=together(self.costs),
            grounds=tuple(self.facts),
        )

    def _items(self) -> tuple[Item, ...]:
        shown: dict[str, Item] = {}
        for _, found in self.found:
            for item in found.items:
                shown.setdefault(item.poi_id, item)
        return tuple(shown.values())


@dataclass
class _Answer:
    """One answer of Claude's: tools to be called, or sentences with what the gate said of each."""

    content: list[dict[str, Any]] = field(default_factory=list)
    called: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    malformed: bool = False

    def read(self, reader: Reader, text: str, judge: Callable[[Sentence], Verdict]) -> None:
        """Words around a call of tools have any form: whether form matters shows at the end."""
        if self.malformed:
            return
        try:
            for sentence in reader.feed(text):
                self.verdicts.append(judge(sentence))
        except NotASentence:
            self.malformed = True

    @property
    def failed(self) -> list[Verdict]:
        return [v for v in self.verdicts if v.text is None]

    @property
    def passed(self) -> bool:
        """Whether enough of it is left: at least half."""
        return bool(self.verdicts) and 2 * len(self.failed) <= len(self.verdicts)


async def _tried(
    tool: Tool | None, name: str, arguments: dict[str, Any], asked: Any
) -> tuple[Found, Called]:
    """What the tool found, or what Claude is told of why it did not."""
    problem = f"There is no tool {name!r}."
    if tool:
        try:
            return await tool.recorded(arguments, asked)
        except ButlerError as error:  # the platform cannot answer now; Claude may say so
            problem = str(error)
    return Found(problem=problem), Called(name, arguments, problem)
