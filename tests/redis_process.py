"""A real Redis of the tests' own, when there is one to be had."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.redis_process import Redis, spare_port

__all__ = ["Redis", "redis_server", "redis_url", "spare_port"]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: Redis is not tested")
    server = Redis(program, tmp_path)
    yield server
    server.end()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: Redis is not tested")
    server = Redis(program, tmp_path_factory.mktemp("redis"))
    yield server.url
    server.end()
