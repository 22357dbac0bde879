"""Claude over a stub, for the contract tests that speak with it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chat_world import World, make_world
from tests.claude_stub import ClaudeStub


@pytest.fixture
def stub() -> Iterator[ClaudeStub]:
    """It held every request and every answer against the contract."""
    with ClaudeStub().running() as stub:
        yield stub
        assert stub.problems == []


@pytest.fixture
async def world(stub: ClaudeStub, tmp_path: Path) -> AsyncIterator[Callable[..., World]]:
    """Makes worlds with these settings; closes them."""
    made: list[World] = []

    def make(**changes: Any) -> World:
        made.append(make_world(stub.url, tmp_path, **changes))
        return made[-1]

    yield make
    for one in made:
        await one.client.close()
