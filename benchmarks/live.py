"""How well the gate judges what Claude itself writes: its sentences that pass, and lies planted into them.

    ANTHROPIC_API_KEY=... butler eval-explanations --live --limit-dollars 1 --record DIR
    butler eval-explanations --recorded DIR

The first asks Claude, case after case until the money is used up (a call is made only where the most it
can cost is left), and keeps what it wrote; the second judges that again, without a key. The lies are of
the kinds of `benchmarks/lies.py`, planted by `benchmarks/planting.py` into each sentence that passed
as it was. Both write `reports/explanations-live.json` of the home.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import asked
from benchmarks.asked import INVENTED, ORDERED, SEED, Asked, Replied
from benchmarks.explanations import CAUGHT, Judged, by_kind, by_language, known_names, share
from benchmarks.lies import KINDS, Case
from benchmarks.planting import Told, plant
from benchmarks.report import write_report
from butler.breaker import Breaker
from butler.errors import InvalidRequest, Unworded
from butler.settings import ClaudeSettings, Settings
from serving.chat import gate
from serving.chat.budget import Budget, SqliteLedger
from serving.chat.calls import Calls
from serving.chat.checks.names import Known
from serving.chat.sentences import NotASentence, Reader
from serving.chat.values import Cost, Sentence, Verdict
from serving.explain.words import LANGUAGES

MOST = 180  # cases
PATIENCE = 120  # seconds for one answer: how well it is worded is asked, not how soon
NO_KEY = "There is no key for Claude: set ANTHROPIC_API_KEY (or BUTLER_CLAUDE_KEY)."
PART = "Claude's sentences"


@dataclass
class Found:
    """What the gate made of one reply: of its sentences, and of the lies planted into them."""

    case: Asked
    reply: Replied
    verdicts: list[Verdict] = field(default_factory=list)
    true: list[Judged] = field(default_factory=list)
    lies: list[Judged] = field(default_factory=list)
    not_applicable: Counter[str] = field(default_factory=Counter)

    @property
    def shown(self) -> str:
        return " ".join(v.text for v in self.verdicts if v.text is not None)

    @property
    def whole(self) -> bool:
        return not self.reply.problem and all(v.text is not None for v in self.verdicts)


class Once(Calls):
    """No second request where the first is slow: it would be paid for."""

    def hedge_after(self) -> float:
        return PATIENCE


class Quiet:
    """`serving.chat.calls.Meter`"""

    def claude_called(self, model: str, outcome: str, cost: Cost) -> None: ...

    def claude_breaker(self, state: str) -> None: ...


def write(settings: Settings, folder: Path, turns: bool = False, most: int = MOST) -> int:
    """How many cases `folder` has now: what a run would ask, if its money lasted; or real `turns`."""
    if turns:
        from benchmarks.turns import cases

        return asked.write_cases(folder, cases(settings))
    return asked.write_cases(folder, asked.cases(settings.claude, most))


def main(
    settings: Settings,
    console: Console,
    limit_dollars: float,
    folder: Path | None = None,
    show: bool = False,
) -> bool | None:
    """Ask Claude; replies are kept in `folder`. Whether the lies were caught; None without a key:
    then nothing was asked."""
    if settings.claude_key is None:
        console.print(f"[bold red]{NO_KEY}", soft_wrap=True)
        return None
    cases = list(asked.cases(settings.claude, MOST))
    if folder:
        if (folder / asked.REPLIES).exists():
            raise InvalidRequest(f"{folder} holds replies already: name another folder.")
        asked.write_cases(folder, cases)
    with tempfile.TemporaryDirectory() as spent:
        replied = asyncio.run(_asked(settings, Path(spent), limit_dollars, cases, folder))
    return _judged(settings, console, cases, replied, show, limit_dollars)


def recorded(settings: Settings, console: Console, folder: Path, show: bool = False) -> bool:
    """The same of replies that were kept. Raises InvalidRequest."""
    cases, replies = asked.read_cases(folder), asked.read_replies(folder)
    strangers = replies.keys() - {case.id for case in cases}
    if strangers:
        raise InvalidRequest(f"{folder}: there is no case {min(strangers)} for its reply.")
    return _judged(settings, console, cases, list(replies.values()), show, None)


async def _asked(
    settings: Settings, spent: Path, limit_dollars: float, cases: list[Asked], folder: Path | None
) -> list[Replied]:
    from anthropic import AsyncAnthropic

    assert settings.claude_key is not None
    limit = int(limit_dollars * 1_000_000)
    ours = settings.claude.model_copy(
        update={
            **dict.fromkeys(("traveller_micro_dollars", "day_micro_dollars"), limit),
            "traveller_tokens": 1 << 60,
        }
    )
    day = datetime.now(UTC).date()
    budget = Budget(SqliteLedger(spent / "claude.db"), ours, lambda: _only(day))
    key, url = settings.claude_key.get_secret_value(), ours.url
    breaker = Breaker(ours.breaker_failures, ours.breaker_seconds)
    replied: list[Replied] = []
    async with AsyncAnthropic(api_key=key, base_url=url, max_retries=0) as client:
        calls = Once(lambda: client, ours, budget, breaker, Quiet())
        async for reply in _until_spent(calls, ours, cases):
            replied.append(reply)
            if folder:
                asked.record(folder, reply)
    return replied


def _only(day: date) -> date:
    """The limit is of this run: midnight does not renew it."""
    return day


async def _until_spent(
    calls: Calls, settings: ClaudeSettings, cases: Iterable[Asked]
) -> AsyncIterator[Replied]:
    for case in cases:
        reply = await _one(calls, settings, case)
        if reply.problem == "budget":
            return
        yield reply


async def _one(calls: Calls, settings: ClaudeSettings, case: Asked) -> Replied:
    reader, began, first = Reader(), time.perf_counter(), list[float]()
    costs, written, problem = list[Cost](), list[Sentence](), ""
    request = {k: v for k, v in case.request.items() if k not in ("model", "stream")}
    ask = calls.ask("evaluation", settings.small, request, PATIENCE, costs.append)
    try:
        async with ask as call:
            async for text in call.texts():
                if sentences := reader.feed(text):
                    written += sentences
                    first.append(time.perf_counter() - began)
    except Unworded as error:
        problem = error.because
    except NotASentence:
        problem = "broken"
    cost = costs[0] if costs else Cost()
    return Replied(case.id, tuple(written), problem, first[0] if first else None, cost)


def _judged(
    settings: Settings,
    console: Console,
    cases: list[Asked],
    replied: list[Replied],
    show: bool,
    limit: float | None,
) -> bool:
    of, known = {case.id: case for case in cases}, known_names()
    found = [judge(of[reply.id], reply, known) for reply in replied]
    report = report_of(found) | {"limit_dollars": limit}
    true, lies = [j for f in found for j in f.true], [j for f in found for j in f.lies]
    console.print(by_kind(PART, true, lies, _not_applicable(found)))
    console.print(by_language(PART, true, lies))
    if show:
        for j in (j for j in (*true, *lies) if not j.right):
            console.print(f"{j.case.language} {j.case.kind}: {j.what}", markup=False)
    spent = f"{report['dollars']:.4f} dollars" + (f" of {limit}" if limit is not None else "")
    console.print(
        f"{report['answers']} answers of {report['asked']}, {spent}; {report['sentences']} sentences, "
        f"{report['passed']:.1%} pass ({report['whole']} replies whole); {report['lies']} lies, "
        f"{report['caught']:.1%} caught (goal {CAUGHT:.0%}); "
        f"{report['orders_obeyed_and_shown']} of {report['orders']} orders to lie were obeyed and shown"
    )
    write_report(settings, "explanations-live", report)
    return share(lies) >= CAUGHT


def judge(case: Asked, reply: Replied, known: Known) -> Found:
    """The reply at the gate, sentence after sentence; and each that passed once more with each kind of
    lie in it, in its place: behind what passed before it."""
    found, said = Found(case, reply), list[Sentence]()
    for n, sentence in enumerate(reply.sentences):
        told = Told(sentence, case.facts, case.language)
        verdict = _verdict(told, said, known)
        found.verdicts.append(verdict)
        why = (
            ""
            if verdict.text is not None
            else f"{sentence.text} <- {verdict.failed}: {verdict.why}"
        )
        found.true.append(Judged(_case(told, "true"), verdict.text is not None, why))
        if verdict.text is None:
            continue
        for kind in KINDS:
            lie = plant(told, kind, random.Random(f"{SEED} {case.id} {n} {kind}"))
            if lie is None:
                found.not_applicable[kind] += 1
            else:
                found.lies.append(_caught(lie, kind, said, known))
        said.append(sentence)
    return found


def _caught(lie: Told, kind: str, said: list[Sentence], known: Known) -> Judged:
    verdict = _verdict(lie, said, known)
    missed = f"{lie.text} {lie.sentence.facts}"
    return Judged(_case(lie, kind), verdict.text is None, verdict.failed or missed)


def _verdict(told: Told, said: list[Sentence], known: Known) -> Verdict:
    return gate.check_one(told.sentence, told.facts, told.language, said, known)


def _case(told: Told, kind: str) -> Case:
    return Case(
        told.language, PART, told.facts, (told.sentence,), kind, None if kind == "true" else 0
    )


def _not_applicable(found: list[Found]) -> Counter[str]:
    return sum((f.not_applicable for f in found), Counter())


def report_of(found: list[Found]) -> dict[str, Any]:
    verdicts = [v for f in found for v in f.verdicts]
    true, lies = [j for f in found for j in f.true], [j for f in found for j in f.lies]
    first = sorted(f.reply.seconds for f in found if f.reply.seconds is not None)
    orders = [f for f in found if f.case.way == ORDERED]
    left_out = _not_applicable(found)
    return {
        "asked": len(found),
        "answers": sum(not f.reply.problem for f in found),
        "problems": dict(Counter(f.reply.problem for f in found if f.reply.problem)),
        "sentences": len(true),
        "passed": share(true),
        "whole": sum(f.whole for f in found),
        "by_check": dict(Counter(v.failed for v in verdicts if v.failed)),
        "lies": len(lies),
        "caught": share(lies),
        "by_kind": {
            kind: {
                "planted": sum(j.case.kind == kind for j in lies),
                "caught": sum(j.case.kind == kind and j.right for j in lies),
                "not_applicable": left_out[kind],
            }
            for kind in KINDS
        },
        "by_language": {
            lang: {
                "passed": share(j for j in true if j.case.language == lang),
                "caught": share(j for j in lies if j.case.language == lang),
            }
            for lang in LANGUAGES
        },
        "orders": len(orders),
        "orders_obeyed_and_shown": sum(INVENTED in f.shown for f in orders),
        "first_seconds_median": first[len(first) // 2] if first else None,
        "tokens": sum(f.reply.cost.input_tokens + f.reply.cost.output_tokens for f in found),
        "dollars": sum(f.reply.cost.micro_dollars for f in found) / 1_000_000,
        "failed": [[v.sentence.text, v.failed, v.why] for v in verdicts if v.failed],
        "missed": [[j.case.language, j.case.kind, j.what] for j in lies if not j.right],
    }
