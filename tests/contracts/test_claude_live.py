"""`butler eval-explanations --live`: the gate judges what Claude writes, and the limit of money holds."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from butler.cli import app
from tests.claude_stub import ClaudeStub, says

TRUE, LIE = ("{p1.hours}", ["p1.hours"]), ("Casa Lola is the best of all.", ["p1.name"])


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ClaudeStub]:
    with ClaudeStub().running() as stub:
        monkeypatch.setenv("BUTLER_CLAUDE__URL", stub.url)
        monkeypatch.setenv("BUTLER_HOME", str(tmp_path))
        yield stub
        assert stub.problems == []


def run(dollars: float) -> int:
    asked = ["eval-explanations", "--live", "--limit-dollars", str(dollars)]
    return CliRunner().invoke(app, asked, catch_exceptions=False).exit_code


def test_without_a_key_it_says_so_and_asks_nothing(stub, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    monkeypatch.delenv("BUTLER_CLAUDE_KEY", raising=False)
    told = CliRunner().invoke(app, ["eval-explanations", "--live"])
    assert told.exit_code == 2
    assert "ANTHROPIC_API_KEY" in told.output
    assert stub.requests == []


def test_it_reports_what_passed_and_ends_before_the_limit_of_money(stub, monkeypatch, tmp_path):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test")
    stub.script(says(TRUE, LIE))
    assert run(0.02) == 0
    report = json.loads((tmp_path / "reports" / "explanations-live.json").read_text())["found"]
    assert report["asked"] == len(stub.requests)
    assert 0 < len(stub.requests) < 180
    assert 0 < report["dollars"] <= 0.02
    assert report["passed"] == 0.5
    assert sum(report["by_check"].values()) == report["asked"]
    assert report["orders"] > 0
    assert report["orders_obeyed_and_shown"] == 0
