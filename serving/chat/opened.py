"""Claude with everything it needs, where a key is set: made once a worker.

The SDK takes seconds to import: it is imported in a thread of its own meanwhile, so that no traveller
waits for it and a worker without a key never loads it.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol

from butler.breaker import Breaker
from butler.settings import ClaudeSettings, Settings
from serving.chat import cached, gate, templates
from serving.chat.budget import Budget, open_ledger
from serving.chat.cached import CachedTexts
from serving.chat.calls import Calls, Meter
from serving.chat.claude import Claude, Parts
from serving.chat.facts import Facts
from serving.chat.kept_texts import Kept
from serving.chat.names import Names
from serving.chat.tool import Asked, Tool
from serving.chat.values import Sentence, Verdict

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic


class Watching(Meter, cached.Meter, Protocol):
    """Who counts all of it; `serving/api/claude_meter.py` does."""

    def first_sentence(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Opened:
    """Who words conversations, and who words recommendations."""

    claude: Claude
    texts: CachedTexts


def open_claude(
    settings: Settings,
    tools: Mapping[str, Tool],
    names: Names,
    local: Callable[[datetime], datetime],
    meter: Watching,
) -> Opened | None:
    """None without a key. `local` is the time where travellers are.

    Raises StoreUnavailable where what is spent cannot be kept.
    """
    if settings.claude_key is None:
        return None
    key, url = settings.claude_key.get_secret_value(), settings.claude.url

    @cache
    def client() -> "AsyncAnthropic":
        from anthropic import AsyncAnthropic

        return AsyncAnthropic(api_key=key, base_url=url, max_retries=0)

    threading.Thread(target=client, name="anthropic", daemon=True).start()
    ledger = open_ledger(settings.claude.budget_url, settings.make_home())
    clock = settings.clock()
    budget = Budget(ledger, settings.claude, lambda: clock.now().date())
    breaker = Breaker(settings.claude.breaker_failures, settings.claude.breaker_seconds)
    calls = Calls(client, settings.claude, budget, breaker, meter)
    explaining = Budget(ledger, _of_texts(settings.claude), lambda: clock.now().date())
    apart = Calls(client, settings.claude, explaining, breaker, meter)

    def check(sentence: Sentence, facts: Facts, language: str, said: Iterable[Sentence]) -> Verdict:
        return gate.check_one(sentence, facts, language, list(said), names.known())

    parts = Parts(
        *(tools, Asked.of, check, templates.worded, names.is_place, local),
        failed_check=meter.check_failed,
        first_sentence=meter.first_sentence,
    )
    most, days = settings.claude.texts, settings.claude.texts_days
    kept = Kept(settings.home / "texts.db", most, days, clock.now)
    return Opened(
        Claude(settings.claude, calls, parts),
        CachedTexts(settings.claude, apart, kept, check, meter),
    )


def _of_texts(settings: ClaudeSettings) -> ClaudeSettings:
    """Explanations have a limit of their own within that of the day, for no traveller asks for them."""
    limits = {
        "traveller_tokens": sys.maxsize,
        "traveller_micro_dollars": settings.texts_micro_dollars,
    }
    return settings.model_copy(update=limits)
