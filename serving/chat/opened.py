"""Claude with everything it needs, where a key is set: made once a worker.

The SDK takes seconds to import: it is imported in a thread of its own meanwhile, so that no traveller
waits for it and a worker without a key never loads it.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from butler.settings import Settings
from serving.chat import gate, templates
from serving.chat.breaker import Breaker
from serving.chat.budget import Budget, open_ledger
from serving.chat.calls import Calls, Meter
from serving.chat.claude import Claude, Parts
from serving.chat.facts import Facts
from serving.chat.names import Names
from serving.chat.tools import Asked, Tool
from serving.chat.values import Sentence, Verdict

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic


def open_claude(
    settings: Settings,
    tools: Mapping[str, Tool],
    names: Names,
    local: Callable[[datetime], datetime],
    meter: Meter,
) -> Claude | None:
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

    def check(sentence: Sentence, facts: Facts, language: str, said: Iterable[Sentence]) -> Verdict:
        return gate.check_one(sentence, facts, language, list(said), names.known())

    return Claude(
        settings.claude,
        calls,
        Parts(tools, Asked.of, check, templates.worded, names.is_place, local),
    )
