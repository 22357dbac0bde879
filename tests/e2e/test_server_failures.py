"""A server that meets what nobody planned for: it says so and ends, or refuses the request."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fixed_recommender import FixedRecommender
from test_api import FEEDBACK, Service, event, key_for, problem_of, running

from butler.settings import Settings
from butler.stores.open import open_log
from serving.app import build_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    settings = Settings(home=tmp_path)
    with closing(open_log(settings.sql_url())) as log:
        app = build_app(FixedRecommender(log.feedback), log.keys, settings)
        with running(app) as url, httpx.Client(base_url=url, headers=key_for(tmp_path)) as client:
            yield client


def test_a_compressed_body_is_refused_by_name(client: httpx.Client) -> None:
    body = gzip.compress(httpx.Request("POST", "http://x", json={"events": [event("e")]}).read())
    plain = {"Content-Type": "application/json"}
    response = client.post(FEEDBACK, content=body, headers=plain | {"Content-Encoding": "gzip"})
    assert "Content-Encoding gzip" in problem_of(response, 415)["detail"]
    same = gzip.decompress(body)
    response = client.post(FEEDBACK, content=same, headers=plain | {"Content-Encoding": "identity"})
    assert response.status_code == 202


def test_a_worker_that_crashes_at_its_start_ends_the_server_with_its_reason(tmp_path: Path) -> None:
    """Else it would be started again for ever; the trace is in the log, above the reason."""
    broken = Service(tmp_path, "fixed_recommender:CrashingService")
    try:
        output, _ = broken.process.communicate(timeout=120)
        assert broken.process.returncode != 0
        reason = output.rstrip().splitlines()[-1]
        assert "ZeroDivisionError: nobody thought of this" in reason
        assert "in crashing_app" in output
        assert list((tmp_path / "serving").glob("[0-9]*")) == []
    finally:
        broken.end()
