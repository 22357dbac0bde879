"""Feedback of several requests is written in one transaction, and each is told of its own."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from butler.domain import Interaction
from butler.errors import NoRoom
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from serving.together import WrittenTogether

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def click(event_id: str) -> Interaction:
    return Interaction(event_id, "ana", "click", "castle", NOW)


class Held:
    """A real log whose first write begins when it may; `sizes` are those of its writes."""

    def __init__(self, log: SqlLog) -> None:
        self.log, self.sizes = log, list[int]()
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.error: Exception | None = None

    def append(self, interactions: Sequence[Interaction], known_at: datetime) -> list[str]:
        self.begun.set()
        self.go_on.wait(30)
        self.sizes.append(len(interactions))
        if self.error and len(self.sizes) > 1:
            raise self.error
        return self.log.feedback.append(interactions, known_at)


def told(held: Held, *batches: Sequence[Interaction]) -> list[Future[list[str]]]:
    """The first batch is being written while the others come, one after the other."""
    together = WrittenTogether(held)  # type: ignore[arg-type]
    with ThreadPoolExecutor(len(batches)) as threads:
        futures = [threads.submit(together.append, batches[0], NOW)]
        held.begun.wait(30)
        for number, batch in enumerate(batches[1:], 1):
            futures.append(threads.submit(together.append, batch, NOW))
            while len(together._waiting) < number:
                pass
        held.go_on.set()
    return futures


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(open_log(f"sqlite:///{tmp_path}/log.db"))


def test_what_waits_is_written_in_one_transaction_and_an_event_sent_twice_counts_once(
    held: Held,
) -> None:
    a, b, c = click("a"), click("b"), click("c")
    futures = told(held, [a], [b, a], [c, b], [])
    assert [future.result() for future in futures] == [["a"], ["b"], ["c"], []]
    assert held.sizes == [1, 4]
    with closing(held.log):
        assert [e.interaction.event_id for e in held.log.feedback.since(0)] == ["a", "b", "c"]


def test_a_batch_that_cannot_be_written_fails_alone(held: Held) -> None:
    nameless = replace(click("c"), user_id=None)  # type: ignore[arg-type]
    first, good, bad = told(held, [click("a")], [click("b")], [nameless])
    assert (first.result(), good.result()) == (["a"], ["b"])
    with pytest.raises(sa.exc.IntegrityError):
        bad.result()


def test_where_the_log_takes_nothing_each_is_told_so_and_it_is_asked_once(held: Held) -> None:
    held.error = NoRoom("full")
    first, *others = told(held, [click("a")], [click("b")], [click("c")])
    assert first.result() == ["a"]
    for future in others:
        with pytest.raises(NoRoom):
            future.result()
    assert held.sizes == [1, 2]
