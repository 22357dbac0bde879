"""Claude's sentences of recommendations, kept: `Texts` that answers at once and is better the next time.

What is at hand is said: Claude's sentence where one is kept for the same item, reasons, language and
weather, else the template. Behind it Claude is asked, a few at a time, for what was missing; what passes
the gate is kept in a small file of the home that all workers share. Nothing of a traveller is asked
with: an item's name, its kind, its reasons, the weather.
"""

import asyncio
import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from butler.errors import StoreUnavailable, Unworded
from butler.settings import ClaudeSettings
from serving.answers import Answer, Item
from serving.chat import prompt
from serving.chat.calls import Calls
from serving.chat.facts import Fact, Facts, Quantity, Unit
from serving.chat.sentences import NotASentence, Reader
from serving.chat.values import Cost, ItemText, Sentence, Verdict
from serving.explain.texts import text_of
from serving.explain.words import Words
from serving.logs import FACTS

T = TypeVar("T")
log = logging.getLogger("butler.chat")
EVERYBODY = "explanations"  # whose tokens they are: no traveller's
WAITING = 100  # sentences that may wait to be asked for; what is beyond is asked for another time
PATIENCE = 0.05  # seconds that an answer waits for the file, at most
# what the numbers of a reason are, by its group; others are said only as the reason says them
UNITS: dict[str, Unit] = {"distance": "km", "weather": "celsius", "quality": "stars"}
Check = Callable[[Sentence, Facts, str, Sequence[Sentence]], Verdict]


class Meter(Protocol):
    """Who counts; `serving/api/claude_meter.py` does."""

    def text_told(self, worded_by: str) -> None: ...

    def check_failed(self, check: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sentence: the key it is kept by, and what it is made of."""

    key: str
    facts: Facts
    language: str


class CachedTexts:
    """`Texts` of one worker, in its event loop."""

    def __init__(
        self, settings: ClaudeSettings, calls: Calls, kept: "Kept", check: Check, meter: Meter
    ) -> None:
        self._settings, self._calls, self._kept = settings, calls, kept
        self._check, self._meter = check, meter
        self._missing: dict[str, Wanted] = {}
        self._task: asyncio.Task[None] | None = None

    def of(self, answer: Answer) -> Sequence[ItemText]:
        """`Texts`"""
        words = Words.of(answer.language)
        wanted = [self._wanted(item, answer, words) for item in answer.items]
        known = self._known([want.key for want in wanted])
        pairs = zip(answer.items, wanted, strict=True)
        return [self._text(item, want, known, words) for item, want in pairs]

    async def settled(self) -> None:
        """Until nothing is asked for any more."""
        while self._task and not self._task.done():
            await asyncio.wait([self._task])

    def close(self) -> None:
        """What is still missing is asked for another time."""
        self._missing.clear()
        if self._task:
            self._task.cancel()
        self._kept.close()

    def _text(self, item: Item, want: Wanted, known: Mapping[str, str], words: Words) -> ItemText:
        text = known.get(want.key)
        worded_by = "claude" if text else "template"
        self._meter.text_told(worded_by)
        if text is None:
            self._ask(want)
        return ItemText(text or text_of(item, words), worded_by)

    def _known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Without its file there are templates, and nothing is asked for: it could not be kept."""
        try:
            return self._kept.of(keys)
        except StoreUnavailable as error:
            log.error("no sentences of Claude without their file", exc_info=error)
            return dict.fromkeys(keys, "")

    def _wanted(self, item: Item, answer: Answer, words: Words) -> Wanted:
        facts = Facts(_facts(item, weather_class(answer), words))
        told = [(f.id, f.text, f.direction, f.key) for f in facts]
        model = self._settings.small.model
        parts = [item.poi_id, told, words.language, weather_class(answer), prompt.VERSION, model]
        key = hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
        return Wanted(key, facts, words.language)

    def _ask(self, want: Wanted) -> None:
        """Later, one after the other. Nobody's consent is needed: nothing in it tells whose it is."""
        reasons = any(fact.kind == "reason" for fact in want.facts)
        if not reasons or len(self._missing) >= WAITING:
            return
        self._missing.setdefault(want.key, want)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        """What Claude cannot word just now (no money, too many failures) is dropped: it is asked for
        again when it is wanted again."""
        while self._missing:
            key = next(iter(self._missing))
            want = self._missing[key]
            try:
                if not await asyncio.to_thread(self._kept.of, [key]):  # nor by another worker
                    text = await self._worded(want)
                    await asyncio.to_thread(self._kept.keep, key, text)
                self._missing.pop(key, None)
            except (Unworded, StoreUnavailable) as error:
                log.warning("explanations wait", extra={FACTS: {"because": str(error)}})
                self._missing.clear()

    async def _worded(self, want: Wanted) -> str:
        """What of Claude's sentences passes; "" where that is none, or none that tells a reason: the
        template stays."""
        said: list[Sentence] = []
        texts: list[str] = []
        for sentence in await self._asked(want):
            verdict = self._check(sentence, want.facts, want.language, said)
            if verdict.text is None:
                self._meter.check_failed(verdict.failed)
            else:
                said.append(sentence)
                texts.append(verdict.text)
        cited = (want.facts.get(fact_id) for sentence in said for fact_id in sentence.facts)
        return " ".join(texts) if any(f and f.kind == "reason" for f in cited) else ""

    async def _asked(self, want: Wanted) -> list[Sentence]:
        model, reader, written = self._settings.small, Reader(), list[Sentence]()
        request = asked_for(self._settings, want.facts, want.language)
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
    for n, reason in enumerate(item.reasons, start=1):
        unit = UNITS.get(reason.group, "count")
        numbers = tuple(Quantity(x, unit) for x in words.numbers(reason.label))
        yield Fact(
            *(f"p1.reason{n}", "reason", reason.label, item.poi_id, numbers),
            direction=reason.direction,
            weight=reason.weight,
            key=reason.group,
        )
    if condition:
        yield Fact("w1", "weather", words.condition(condition), key=condition)


def _counted(cost: Cost) -> None:
    """The meter of calls has it, and the budget."""


class Kept:
    """Sentences by key in a file that all workers share: so many, and for so long."""

    def __init__(self, path: Path, most: int, days: float, now: Callable[[], datetime]) -> None:
        """Raises StoreUnavailable, like everything here."""
        self._path, self._most, self._keep, self._now = path, most, timedelta(days=days), now
        with closing(self._open(2)) as file:
            self._do(file.execute, "PRAGMA journal_mode=WAL")
            self._do(
                file.executescript,
                "CREATE TABLE IF NOT EXISTS texts (key TEXT PRIMARY KEY, text TEXT, made REAL) "
                "WITHOUT ROWID; CREATE INDEX IF NOT EXISTS texts_made ON texts (made)",
            )
        self._reading = self._open(PATIENCE)

    def of(self, keys: Sequence[str]) -> dict[str, str]:
        """Those that are kept; "" where Claude had nothing true to say."""
        marks = ",".join("?" * len(keys))
        asked = f"SELECT key, text FROM texts WHERE key IN ({marks}) AND made > ?"
        return self._do(self._rows, asked, [*keys, self._oldest()])

    def keep(self, key: str, text: str) -> None:
        """It is the newest; what is too old or too much goes."""
        made = self._now().timestamp()
        with closing(self._open(2)) as file:
            self._do(
                file.execute, "INSERT OR REPLACE INTO texts VALUES (?, ?, ?)", (key, text, made)
            )
            self._do(file.execute, "DELETE FROM texts WHERE made <= ?", (self._oldest(),))
            self._do(
                file.execute,
                "DELETE FROM texts WHERE key IN "
                "(SELECT key FROM texts ORDER BY made DESC LIMIT -1 OFFSET ?)",
                (self._most,),
            )

    def close(self) -> None:
        self._reading.close()

    def _oldest(self) -> float:
        return (self._now() - self._keep).timestamp()

    def _rows(self, asked: str, values: Sequence[object]) -> dict[str, str]:
        return dict(self._reading.execute(asked, values).fetchall())

    def _open(self, seconds: float) -> sqlite3.Connection:
        return self._do(
            *(sqlite3.connect, self._path),
            timeout=seconds,
            isolation_level=None,
            check_same_thread=False,
        )

    def _do(self, act: Callable[..., T], *args: Any, **options: Any) -> T:
        try:
            return act(*args, **options)
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"Claude's explanations cannot be kept in {self._path} ({error}): see to the disk."
            ) from error
