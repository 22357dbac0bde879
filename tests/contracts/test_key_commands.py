"""`butler key`: an operator sees which keys there are, and a name that is mistyped revokes nothing unseen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from butler.cli import app
from butler.errors import NotFound

Key = Callable[..., Result]


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Key:
    monkeypatch.setenv("BUTLER_HOME", str(tmp_path))
    monkeypatch.delenv("BUTLER_LOG_URL", raising=False)
    return lambda *said: CliRunner().invoke(app, ["key", *said])


def test_names_are_listed_with_their_numbers_and_no_key(key: Key) -> None:
    assert key("list").stdout == "no valid key\n"
    made = [key("create", "--name", name).stdout.strip() for name in ("kiosk", "app", "app")]
    listed = key("list").stdout
    assert listed == "app (2), kiosk (1)\n"
    assert not any(secret in listed for secret in made)


def test_revoking_a_name_without_keys_fails_and_says_which_there_are(key: Key) -> None:
    key("create", "--name", "app-october")
    mistyped = key("revoke", "app-oktober")
    assert isinstance(mistyped.exception, NotFound)
    assert "app-october (1)" in str(mistyped.exception)
    assert key("revoke", "app-october").exit_code == 0
    assert key("list").stdout == "no valid key\n"
