"""Compact the log: feedback, what was shown and what was asked become history.

Each step takes what lies behind a watermark, stores it, and only then moves the watermark. A
step that is killed half-way is done again, and an event that is there already counts once.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from prefect import flow

from butler.columns import IMPRESSION, SCHEMAS, C
from butler.domain import Impression, LoggedInteraction
from butler.settings import Settings
from butler.stores.open import log_of
from butler.stores.room import full_disk_named
from butler.stores.sql import SqlLog
from butler.stores.tables import Tables
from data_contracts.report import Report
from models.unranked import UNRANKED
from pipelines.homes import settings_in
from pipelines.ingest import ingest_frame

Tell = Callable[[str], None]
FEEDBACK, IMPRESSIONS = "compaction", "compaction_impressions"  # the watermarks
# At a time: to judge and store a chunk costs a third of a second, whatever is in it; an event carries less
# than 1 KB, a request 100 KB of features.
EVENTS, REQUESTS = 20_000, 1_000


@dataclass(frozen=True)
class Compacted:
    """Events new in the history (an impression is one a place shown), and rows quarantined."""

    feedback: int
    impressions: int
    quarantined: int


@flow(name="feedback", log_prints=True)
def feedback(home: Path | None = None) -> Compacted:
    """Bring what the log of `home` holds since the last time into the history."""
    settings = settings_in(home)
    return compact(settings.home, settings, tell=print)


@full_disk_named()
def compact(
    home: Path,
    settings: Settings,
    tell: Tell = lambda _: None,
    events: int = EVENTS,
    requests: int = REQUESTS,
) -> Compacted:
    """Every interaction and impression behind its watermark, at most so many at a time.

    Rows that break the contract of events, above all those of places that are not in the
    catalogue, go to the quarantine. `tell` hears of each chunk when it is stored, before the
    watermark moves.
    """
    tables = Tables(home)
    with closing(log_of(settings)) as log:
        told = _drain(log, tables, tell, FEEDBACK, lambda n: log.feedback.since(n, events))
        shown = _drain(log, tables, tell, IMPRESSIONS, lambda n: log.impressions.since(n, requests))
    return Compacted(told[0], shown[0], told[1] + shown[1])


def _drain(
    log: SqlLog, tables: Tables, tell: Tell, watermark: str, since: Callable[[int], Sequence[Any]]
) -> tuple[int, int]:
    """Chunk after chunk until nothing is left: (rows new in the history, rows quarantined)."""
    new = quarantined = 0
    while True:
        # Watermark and history move together: a build of features must never see one without
        # the other, or it would count feedback twice.
        with tables.exclusive():
            after = log.watermarks.get(watermark)
            entries = since(after)
            if not entries:
                return new, quarantined
            stored = _store(entries, f"log of {_NAMES[watermark]} after {after}", tables)
            tell(f"{_NAMES[watermark]}: {stored[0]} new rows, {stored[1]} quarantined")
            log.watermarks.set(watermark, entries[-1].seq)
        new, quarantined = new + stored[0], quarantined + stored[1]


_NAMES = {FEEDBACK: "feedback", IMPRESSIONS: "impressions"}


def _store(
    entries: Sequence[LoggedInteraction | Impression], source: str, tables: Tables
) -> tuple[int, int]:
    """(events new in the history, rows quarantined); requests first, as they come before events."""
    asked = [request_row(e) for e in entries if isinstance(e, Impression) and _ranked(e)]
    requests = _ingest("requests", asked, source, tables)
    shown = [row for entry in entries for row in event_rows(entry)]
    events = _ingest("events", shown, source, tables)
    return events.new, events.quarantined + requests.quarantined


def _ingest(table: str, rows: list[dict[str, Any]], source: str, tables: Tables) -> Report:
    frame = pl.DataFrame(rows, schema=SCHEMAS[table].columns)
    return ingest_frame(table, frame, source, tables, bad_rows=1.0)


def _ranked(entry: Impression) -> bool:
    return entry.model_version != UNRANKED


def request_row(entry: Impression) -> dict[str, Any]:
    """The row of `requests`: what was asked, as the ranker was told it."""
    asked: dict[str, Any] = entry.context["asked"]  # type: ignore[assignment]
    return {
        C.REQUEST: entry.request_id,
        C.USER: entry.user_id,
        C.REQUESTED_AT: entry.requested_at,
        C.VISIT_AT: datetime.fromisoformat(asked["at"]),
        C.LATITUDE: asked[C.LATITUDE],
        C.LONGITUDE: asked[C.LONGITUDE],
        C.PARTY: asked[C.PARTY],
        C.BUDGET: asked[C.BUDGET],
    }


def event_rows(entry: LoggedInteraction | Impression) -> list[dict[str, Any]]:
    """Rows of `events`: one for an interaction, one a place shown for an impression.

    Feedback counts from its arrival, an impression from the moment of its request. What was shown
    without a ranker counts as shown, of no request: nothing is to be learned from its order.
    """
    if isinstance(entry, LoggedInteraction):
        arrived = {C.KNOWN_AT: entry.known_at, C.LOG_SEQ: entry.seq}
        return [{**asdict(entry.interaction), **arrived}]
    asked: dict[str, Any] = entry.context["asked"]  # type: ignore[assignment]
    return [
        {
            C.EVENT: f"{entry.request_id}:{position}",
            C.USER: entry.user_id,
            C.EVENT_TYPE: IMPRESSION,
            C.POI: poi,
            C.OCCURRED_AT: entry.requested_at,
            C.KNOWN_AT: entry.requested_at,
            C.REQUEST: entry.request_id if _ranked(entry) else None,
            C.POSITION: position,
            C.LATITUDE: asked[C.LATITUDE],
            C.LONGITUDE: asked[C.LONGITUDE],
        }
        for position, poi in enumerate(entry.slate, start=1)
    ]
