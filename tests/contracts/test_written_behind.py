"""Impressions are written behind the answer: in order, found at once, patient with a locked log."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from test_stores import shown

from butler.errors import NotFound, StoreUnavailable
from butler.stores import sql_database
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from serving.impressions import WrittenBehind


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlLog]:
    """A log that gives up on a lock soon."""
    monkeypatch.setattr(sql_database, "BUSY_TIMEOUT_MS", 20)
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as opened:
        yield opened


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process that holds the log's one write lock."""
    with closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def until(true: Callable[[], object]) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come true within ten seconds")


def written(log: SqlLog) -> list[str]:
    return [impression.request_id for impression in log.impressions.since(0)]


def test_what_was_shown_is_found_at_once_and_written_in_order(log: SqlLog) -> None:
    behind = WrittenBehind(log.impressions, 1000)
    names = [f"r{n}" for n in range(250)]
    for name in names:
        behind.append([shown(name)])
        assert behind.get(name).request_id == name
    behind.close()
    assert written(log) == names
    with pytest.raises(NotFound):
        behind.get("never")


def test_what_comes_close_together_is_written_together(log: SqlLog) -> None:
    batches: list[int] = []
    behind = WrittenBehind(log.impressions, 1000, lambda batch: batches.append(len(batch)))
    behind.append([shown("r0")])
    for n in range(1, 20):
        behind.append([shown(f"r{n}")])
    until(lambda: sum(batches) == 20)
    behind.close()
    assert len(batches) < 5


def test_while_the_log_is_locked_it_says_so_and_keeps_everything(
    log: SqlLog, tmp_path: Path
) -> None:
    behind = WrittenBehind(log.impressions, 1000)
    with locked(tmp_path):
        behind.append([shown("r0")])
        until(lambda: behind.trouble)
        assert "1 impressions wait" in behind.trouble
        with pytest.raises(StoreUnavailable, match="locked"):
            behind.append([shown("r1")])
        assert behind.get("r1").request_id == "r1"
    until(lambda: not behind.waiting)
    assert written(log) == ["r0", "r1"]
    assert behind.trouble == ""
    behind.append([shown("r2")])  # all is well again
    behind.close()
    assert written(log) == ["r0", "r1", "r2"]


def test_memory_is_bounded_and_the_newest_stay(log: SqlLog, tmp_path: Path) -> None:
    behind = WrittenBehind(log.impressions, 3)
    with locked(tmp_path):
        behind.append([shown("r0")])
        until(lambda: behind.trouble)
        for n in range(1, 6):
            with pytest.raises(StoreUnavailable):
                behind.append([shown(f"r{n}")])
        assert behind.waiting == 3
        assert "3 lost" in behind.trouble
    behind.close()
    assert written(log)[-3:] == ["r3", "r4", "r5"]


def test_closing_does_not_wait_for_ever(log: SqlLog, tmp_path: Path) -> None:
    behind = WrittenBehind(log.impressions, 3)
    with locked(tmp_path):
        behind.append([shown("r0")])
        behind.close()
        assert behind.waiting == 1
