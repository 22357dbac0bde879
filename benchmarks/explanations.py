"""How well the gate judges: true replies that pass, planted lies that are caught, by kind and language.

    make eval-explanations

Prints both tables for the sayings it was tuned by and for those held out, one of kinds beside parts, and
exits with 1 where a goal is missed. Writes `reports/explanations.json` of the home.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.lies import KINDS as LIES
from benchmarks.lies import PARTS, Case, catalogue, lie, true_reply
from benchmarks.sums import KINDS as LIES_OF_SUMS
from benchmarks.sums import lie_of_sum, true_sum
from serving.chat import gate
from serving.chat.checks.names import Known
from serving.explain.words import LANGUAGES

TRUE_EACH, LIES_EACH = 30, 3  # of each language and part, and of each kind of lie
CAUGHT, PASSED = 0.99, 0.97
SEED = 20261126
KINDS = (*LIES, *LIES_OF_SUMS)


@dataclass(frozen=True)
class Judged:
    """A case and what the gate made of it: `right` where a lie was caught or a truth passed."""

    case: Case
    right: bool
    what: str  # the sentence that decided, and why


def cases(part: str, each: int = TRUE_EACH, lies: int = LIES_EACH) -> list[Case]:
    """True replies and lies of every kind in every language; the same ones each time."""
    rng = random.Random(f"{SEED} {part}")
    found = [true_reply(rng, lang, part)[2] for lang in LANGUAGES for _ in range(each)]
    found += [
        lie(rng, lang, part, kind) for lang in LANGUAGES for kind in LIES for _ in range(lies)
    ]
    found += [true_sum(rng, lang, part) for lang in LANGUAGES for _ in range(lies)]
    return found + [
        lie_of_sum(rng, lang, part, kind)
        for lang in LANGUAGES
        for kind in LIES_OF_SUMS
        for _ in range(lies)
    ]


def judged(case: Case, known: Known) -> Judged:
    verdicts = gate.check(case.sentences, case.facts, case.language, known)
    if case.lie is None:
        failed = [v for v in verdicts if v.text is None]
        what = f"{failed[0].sentence.text} <- {failed[0].failed}: {failed[0].why}" if failed else ""
        return Judged(case, not failed, what)
    planted = verdicts[case.lie]
    what = f"{planted.sentence.text} {planted.sentence.facts}"
    return Judged(case, planted.text is None, what if planted.text is not None else planted.failed)


def known_names() -> Known:
    """Of the whole catalogue, local and English."""
    return Known((poi, name) for poi, names in catalogue().items() for name in names)


def main(home: Path, console: Console, show: bool = False) -> bool:
    """Whether all goals were met."""
    known, met = known_names(), True
    report: dict[str, object] = {}
    planted: dict[str, list[Judged]] = {}
    for part in PARTS:
        start = time.process_time()
        found = [judged(case, known) for case in cases(part)]
        spent = (time.process_time() - start) * 1000 / sum(len(j.case.sentences) for j in found)
        true, lies = (
            [j for j in found if (j.case.lie is None) == honest] for honest in (True, False)
        )
        met = met and share(lies) >= CAUGHT and share(true) >= PASSED
        console.print(by_kind(part, true, lies))
        console.print(by_language(part, true, lies))
        console.print(
            f"{part}: {len(true)} true replies, {share(true):.1%} pass (goal {PASSED:.0%}); "
            f"{len(lies)} lies, {share(lies):.1%} caught (goal {CAUGHT:.0%}); "
            f"{spent:.2f} ms of processor a sentence"
        )
        if show:
            for j in found:
                if not j.right:
                    console.print(f"{j.case.language} {j.case.kind}: {j.what}", markup=False)
        report[part], planted[part] = _report(true, lies, spent), lies
    console.print(by_part(planted))
    path = home / "reports" / "explanations.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1))
    console.print("all goals met" if met else "[bold red]a goal was missed")
    return met


def share(of: Iterable[Judged]) -> float:
    """0 of none."""
    of = list(of)
    return sum(j.right for j in of) / max(1, len(of))


def _report(true: list[Judged], lies: list[Judged], spent: float) -> dict[str, object]:
    return {
        "true": len(true),
        "passed": share(true),
        "lies": len(lies),
        "caught": share(lies),
        "by_kind": {k: share(j for j in lies if j.case.kind == k) for k in KINDS},
        "by_language": {
            lang: {
                "passed": share(j for j in true if j.case.language == lang),
                "caught": share(j for j in lies if j.case.language == lang),
            }
            for lang in LANGUAGES
        },
        "ms_a_sentence": spent,
    }


def by_kind(
    part: str, true: list[Judged], lies: list[Judged], left_out: Counter[str] | None = None
) -> Table:
    """`left_out`: how often a kind could not be planted; it has a column of its own then."""
    columns = ["not applicable"] if left_out is not None else []
    table = Table("kind", "cases", "right", *columns, "by check", title=f"by kind, {part}")
    table.add_row("true", str(len(true)), _percent(true), *("" for _ in columns), "")
    for kind in KINDS:
        of = [j for j in lies if j.case.kind == kind]
        by = Counter(j.what for j in of if j.right)
        table.add_row(
            *(kind, str(len(of)), _percent(of)),
            *([str(left_out[kind])] if left_out is not None else []),
            ", ".join(f"{name} {count}" for name, count in by.most_common()),
        )
    return table


def _percent(of: list[Judged]) -> str:
    return f"{share(of):.1%}" if of else "–"


def by_part(planted: dict[str, list[Judged]]) -> Table:
    """Lies caught of those planted, by kind and part: the table of docs/explanations.md."""
    table = Table("kind of lie", *planted, title="lies caught, by kind and part")
    for kind in KINDS:
        of = [[j.right for j in lies if j.case.kind == kind] for lies in planted.values()]
        table.add_row(kind, *(f"{sum(right)} of {len(right)}" for right in of))
    return table


def by_language(part: str, true: list[Judged], lies: list[Judged]) -> Table:
    table = Table("language", "true pass", "lies caught", title=f"by language, {part}")
    for lang in LANGUAGES:
        of = ([j for j in judged if j.case.language == lang] for judged in (true, lies))
        table.add_row(lang, *map(_percent, of))
    return table
