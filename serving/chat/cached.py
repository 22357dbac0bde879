"""Claude's sentences of recommendations, kept: `Texts` that answers at once and is better soon after.

What is at hand is said: Claude's sentence where one is kept for the same item, reasons, language and
weather, else the template. Behind it Claude is asked, a few at a time, for what was missing; what passes
the gate is kept where all workers find it (`kept_texts.py`). Nothing of a traveller is asked with: an
item's name, its kind, its reasons, the weather.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from butler.errors import StoreUnavailable, Unworded
from butler.settings import ClaudeSettings
from serving.answers import Answer, Item
from serving.chat import prompt
from serving.chat.calls import Calls
from serving.chat.facts import Fact, Facts
from serving.chat.kept_texts import Kept
from serving.chat.reasoned import reasons
from serving.chat.sentences import NotASentence, Reader
from serving.chat.values import Cost, ItemText, Sentence, Verdict
from serving.explain.texts import text_of
from serving.explain.words import Words
from serving.logs import FACTS

log = logging.getLogger("butler.chat")
EVERYBODY = "explanations"  # whose tokens they are: no traveller's
WAITING = 100  # sentences that may wait to be asked for; what is beyond is asked for another time
AT_ONCE = 4  # sentences that a worker has worded at a time
LOOK = 0.2  # seconds between looks for what is awaited
Check = Callable[[Sentence, Facts, str, Sequence[Sentence]], Verdict]


class Meter(Protocol):
    """Who counts; `serving/api/claude_meter.py` does."""

    def text_told(self, worded_by: str) -> None: ...

    def check_failed(self, check: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sentence of an item: the key it is kept by, and what it is made of."""

    item: Item
    key: str
    facts: Facts
    words: Words


class CachedTexts:
    """`Texts` of one worker, in its event loop."""

    def __init__(
        self, settings: ClaudeSettings, calls: Calls, kept: Kept, check: Check, meter: Meter
    ) -> None:
        self._settings, self._calls, self._kept = settings, calls, kept
        self._check, self._meter = check, meter
        self._missing: dict[str, Wanted] = {}  # asked for as soon as it is their turn
        self._asking: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, answer: Answer) -> Sequence[ItemText]:
        """`Texts`"""
        return self._first(self._wanted(answer))

    async def within(self, answer: Answer, seconds: float) -> Sequence[ItemText]:
        """`Texts`. It looks again and again: what is awaited may be another worker's."""
        wanted, clock = self._wanted(answer), asyncio.get_running_loop().time
        said, until = self._first(wanted), clock() + seconds
        while any(text.awaited for text in said) and (left := until - clock()) > 0:
            await asyncio.sleep(min(LOOK, left))
            said = self._said(wanted, self._known(wanted))
        return said

    async def settled(self) -> None:
        """Until nothing is asked for any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def close(self) -> None:
        """What is still missing is asked for another time."""
        self._missing.clear()
        for task in self._tasks:
            task.cancel()
        self._kept.close()

    def _first(self, wanted: Sequence[Wanted]) -> list[ItemText]:
        """What is missing is asked for."""
        known = self._known(wanted)
        for want in wanted:
            if want.key not in known:
                self._ask(want)
        said = self._said(wanted, known)
        for text in said:
            self._meter.text_told(text.worded_by)
        return said

    def _said(self, wanted: Sequence[Wanted], known: Mapping[str, str]) -> list[ItemText]:
        awaited = self._awaited([want.key for want in wanted if want.key not in known])
        return [_text(want, known.get(want.key), want.key in awaited) for want in wanted]

    def _known(self, wanted: Sequence[Wanted]) -> dict[str, str]:
        """Without its file there are templates, and nothing is asked for: it could not be kept."""
        keys = [want.key for want in wanted]
        try:
            return self._kept.of(keys)
        except StoreUnavailable as error:
            log.error("no sentences of Claude without their file", exc_info=error)
            return dict.fromkeys(keys, "")

    def _awaited(self, keys: Sequence[str]) -> set[str]:
        """Those that this worker is to have worded, and those that another one has now."""
        ours = {key for key in keys if key in self._missing or key in self._asking}
        others = [key for key in keys if key not in ours]
        try:
            return ours | self._kept.asked(others) if others else ours
        except StoreUnavailable:
            return ours

    def _wanted(self, answer: Answer) -> list[Wanted]:
        words, weather = Words.of(answer.language), weather_class(answer)
        model = self._settings.small.model
        wanted: list[Wanted] = []
        for item in answer.items:
            facts = Facts(_facts(item, weather, words))
            told = [(f.id, f.text, f.direction, f.key) for f in facts]
            parts = [item.poi_id, told, words.language, weather, prompt.VERSION, model]
            key = hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
            wanted.append(Wanted(item, key, facts, words))
        return wanted

    def _ask(self, want: Wanted) -> None:
        """Later, in its turn. Nobody's consent is needed: nothing in it tells whose it is."""
        reasons = any(fact.kind == "reason" for fact in want.facts)
        if not reasons or len(self._missing) >= WAITING or want.key in self._asking:
            return
        self._missing.setdefault(want.key, want)
        if len(self._tasks) < AT_ONCE:
            task = asyncio.get_running_loop().create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        """What Claude cannot word just now (no money, too many failures) is dropped: it is asked for
        again when it is wanted again."""
        while self._missing:
            key = next(iter(self._missing))
            want = self._missing.pop(key)
            self._asking.add(key)
            try:
                await self._kept_or_asked(want)
            except (Unworded, StoreUnavailable) as error:
                log.warning("explanations wait", extra={FACTS: {"because": str(error)}})
                self._missing.clear()
            finally:
                self._asking.discard(key)

    async def _kept_or_asked(self, want: Wanted) -> None:
        """Nothing is done for what another worker has worded meanwhile, or does now."""
        longest = 2 * self._settings.deadline_seconds
        if not await asyncio.to_thread(self._kept.claim, want.key, longest):
            return
        try:
            text = await self._worded(want)
        except Unworded:
            await asyncio.to_thread(self._kept.give_up, want.key)
            raise
        await asyncio.to_thread(self._kept.keep, want.key, text)

    async def _worded(self, want: Wanted) -> str:
        """What of Claude's sentences passes; "" where that is none, or none that tells a reason: the
        template stays."""
        said: list[Sentence] = []
        texts: list[str] = []
        for sentence in await self._asked(want):
            verdict = self._check(sentence, want.facts, want.words.language, said)
            if verdict.text is None:
                self._meter.check_failed(verdict.failed)
            else:
                said.append(sentence)
                texts.append(verdict.text)
        cited = (want.facts.get(fact_id) for sentence in said for fact_id in sentence.facts)
        return " ".join(texts) if any(f and f.kind == "reason" for f in cited) else ""

    async def _asked(self, want: Wanted) -> list[Sentence]:
        model, reader, written = self._settings.small, Reader(), list[Sentence]()
        request = asked_for(self._settings, want.facts, want.words.language)
        seconds = self._settings.deadline_seconds
        try:
            async with self._calls.ask(EVERYBODY, model, request, seconds, _counted) as call:
                async for text in call.texts():
                    written += reader.feed(text)
        except NotASentence:
            return []
        except Unworded as error:
            if error.because != "refused":
                raise
        return written


def _text(want: Wanted, known: str | None, awaited: bool) -> ItemText:
    if known:
        return ItemText(known, "claude")
    return ItemText(text_of(want.item, want.words), "template", awaited)


def asked_for(settings: ClaudeSettings, facts: Facts, language: str) -> dict[str, Any]:
    """What is sent for a sentence."""
    return {
        "max_tokens": settings.short_tokens,
        "system": prompt.system(),
        "messages": [prompt.explanation(facts, language)],
        "output_config": prompt.output(settings.small.effort),
    }


def weather_class(answer: Answer) -> str:
    """As far as words depend on it: the condition; "" where it is not known."""
    weather = answer.context.get("weather")
    return str(weather.get("condition", "")) if isinstance(weather, dict) else ""


def _facts(item: Item, condition: str, words: Words) -> Iterator[Fact]:
    yield Fact("p1.name", "name", item.name, item.poi_id)
    category = words.category(item.category)
    if category:
        yield Fact("p1.category", "category", category, item.poi_id, key=item.category)
    yield from reasons(item, "p1", words)
    if condition:
        yield Fact("w1", "weather", words.condition(condition), key=condition)


def _counted(cost: Cost) -> None:
    """The meter of calls has it, and the budget."""
