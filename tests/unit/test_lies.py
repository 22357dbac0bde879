"""The lies are written by who knows nothing of the gate, and the gate meets its goals on a sample."""

import ast
import random
from pathlib import Path

import pytest

from benchmarks.explanations import KINDS as EVERY_KIND
from benchmarks.explanations import Judged, by_part, judged, known_names, share
from benchmarks.lies import KINDS, PARTS, lie, true_reply
from benchmarks.sums import KINDS as LIES_OF_SUMS
from benchmarks.sums import lie_of_sum, true_sum
from serving.explain.words import LANGUAGES

ROOT = Path(__file__).parents[2]


def imports(module: str, seen: set[str]) -> set[str]:
    """Modules of ours that `module` imports, and theirs."""
    path = ROOT / (module.replace(".", "/") + ".py")
    if module in seen or not path.exists():
        return seen
    seen.add(module)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            imports(node.module, seen)
            for name in node.names:
                imports(f"{node.module}.{name.name}", seen)
        elif isinstance(node, ast.Import):
            for name in node.names:
                imports(name.name, seen)
    return seen


@pytest.mark.parametrize("generator", ["lies", "sums", "planting"])
def test_lies_share_no_code_and_no_table_with_the_gate(generator: str) -> None:
    known = imports(f"benchmarks.{generator}", set())
    assert not [m for m in known if m == "serving.chat.gate" or m.startswith("serving.chat.checks")]
    assert "gate_words" not in (ROOT / f"benchmarks/{generator}.py").read_text(encoding="utf-8")


def test_the_import_graph_would_see_the_gate() -> None:
    assert "serving.chat.checks.lexicon" in imports("benchmarks.explanations", set())


@pytest.mark.parametrize("part", PARTS)
def test_a_sample_of_truths_passes_and_of_lies_is_caught(part: str) -> None:
    rng, known = random.Random(part), known_names()
    true = [judged(true_reply(rng, lang, part)[2], known) for lang in LANGUAGES for _ in range(5)]
    lies = [judged(lie(rng, lang, part, kind), known) for lang in LANGUAGES for kind in KINDS]
    true += [judged(true_sum(rng, lang, part), known) for lang in LANGUAGES]
    for kind in LIES_OF_SUMS:
        lies += [judged(lie_of_sum(rng, lang, part, kind), known) for lang in LANGUAGES]
    assert share(true) >= 0.97, [j.what for j in true if not j.right]
    assert share(lies) >= 0.98, [(j.case.kind, j.what) for j in lies if not j.right]


def test_the_evaluation_tells_each_kind_of_lie_beside_each_part() -> None:
    case = lie(random.Random(1), "en", "tuned", KINDS[0])
    table = by_part({"one": [Judged(case, True, "")] * 3, "two": [Judged(case, False, "")]})
    columns = [list(column.cells) for column in table.columns]
    assert columns[0] == list(EVERY_KIND)
    assert [column[0] for column in columns[1:]] == ["3 of 3", "0 of 1"]
