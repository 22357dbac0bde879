"""`butler eval-explanations --live`: Claude's sentences and lies planted into them are judged, within a
limit of money; what was recorded is judged again without asking."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.asked import cases
from benchmarks.explanations import CAUGHT
from benchmarks.lies import KINDS
from butler.cli import app
from butler.settings import ClaudeSettings
from tests.claude_stub import ClaudeStub, Step, says

FAR = ("{p1.name}: {p1.distance}.", ["p1.name", "p1.distance"])
REASON = ("{p1.name}: {p1.reason1}.", ["p1.name", "p1.reason1"])
LIE = ("Casa Lola is the best of all.", ["p1.name"])


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ClaudeStub]:
    with ClaudeStub().running() as stub:
        monkeypatch.setenv("BUTLER_CLAUDE__URL", stub.url)
        monkeypatch.setenv("BUTLER_HOME", str(tmp_path))
        yield stub
        assert stub.problems == []


def run(*options: str) -> Any:
    return CliRunner().invoke(app, ["eval-explanations", *options])


def found(home: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((home / "reports/explanations-live.json").read_text())
    return report["found"]


def answer(request: dict[str, Any]) -> Step:
    """One sentence that is true of what was told, and one that is not."""
    return says(FAR if "tools" in request else REASON, LIE, pieces=50)


def test_without_a_key_it_says_so_and_asks_nothing(stub, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("BUTLER_CLAUDE_KEY", raising=False)
    told = run("--live")
    assert told.exit_code == 2
    assert "ANTHROPIC_API_KEY" in told.output
    assert run("--record", "kept").exit_code == 2
    assert stub.requests == []


def test_lies_are_planted_into_what_passed_and_it_ends_before_the_limit_of_money(
    stub, monkeypatch, tmp_path
):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test")
    stub.script(answer)
    told = run("--live", "--limit-dollars", "0.02", "--record", str(tmp_path / "kept"))
    report = found(tmp_path)
    assert told.exit_code == (report["caught"] < CAUGHT), told.output
    asked = report["asked"]
    assert asked == len(stub.requests)
    assert 0 < asked < 180
    assert 0 < report["dollars"] <= 0.02
    assert (report["sentences"], report["passed"], report["whole"]) == (2 * asked, 0.5, 0)
    assert sum(report["by_check"].values()) == asked
    assert report["orders"] > 0
    assert report["orders_obeyed_and_shown"] == 0
    for kind in KINDS:  # each is planted into each sentence that passed, or has no place in it
        of = report["by_kind"][kind]
        assert of["planted"] + of["not_applicable"] == asked
        assert (of["planted"] > 0) == (of["caught"] > 0)
    assert report["by_kind"]["unknown id"] == {
        "planted": asked,
        "caught": asked,
        "not_applicable": 0,
    }
    assert report["by_kind"]["wrong weekday"]["not_applicable"] == asked
    assert f"wrong weekday │ 0 │ – │ {asked} │" in " ".join(told.output.replace("│", " │ ").split())

    again = run("--recorded", str(tmp_path / "kept"))
    assert again.exit_code == told.exit_code
    assert len(stub.requests) == asked
    assert found(tmp_path) == report | {"limit_dollars": None}

    refused = run("--live", "--record", str(tmp_path / "kept"))
    assert (refused.exit_code, len(stub.requests)) == (1, asked)


def test_what_would_be_asked_is_written_as_it_is_sent_and_others_answers_to_it_are_judged(
    stub, monkeypatch, tmp_path
):
    folder = tmp_path / "mine"
    assert run("--cases", str(folder)).exit_code == 0
    lines = [json.loads(line) for line in (folder / "cases.jsonl").read_text("utf-8").splitlines()]
    assert [line["request"] for line in lines] == [c.request for c in cases(ClaudeSettings(), 180)]

    sentences = [{"text": text, "facts": facts} for text, facts in (FAR, LIE)]
    replies = [
        {"id": lines[0]["id"], "reply": {"sentences": sentences}},
        {"id": lines[1]["id"], "reply": '{"sentences": [oh'},
    ]
    (folder / "replies.jsonl").write_text("\n".join(map(json.dumps, replies)), "utf-8")
    run("--recorded", str(folder))
    report = found(tmp_path)
    assert (report["asked"], report["answers"], report["sentences"]) == (2, 1, 2)
    assert report["problems"] == {"broken": 1}

    (folder / "replies.jsonl").write_text('{"id": "xx-1-asked", "reply": {"sentences": []}}')
    refused = run("--recorded", str(folder))
    assert refused.exit_code == 1
    assert "xx-1-asked" in str(refused.exception)
    assert stub.requests == []
