"""History to features: offline views for training, packed rows for serving."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from prefect import flow

from butler.columns import C
from butler.errors import NotFound
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from butler.stores.tables import Tables
from features import online
from features import transforms as t
from features.built import Built
from features.places import enrich
from features.store import Features
from pipelines.feedback import FEEDBACK as COMPACTED
from pipelines.feedback import compact
from pipelines.weather import write_weather

LONGEST_BUILD = timedelta(minutes=10)  # how long one build waits for another to end
GRACE = timedelta(minutes=1)  # what arrives now may still be on its way into the log


@flow(name="build_features", log_prints=False)
def build_features(home: Path | None = None) -> Built:
    """Rebuild every view from the history of `home`, offline and online."""
    settings = Settings(home=home) if home else Settings()
    return build(settings.home, settings)


def build(home: Path, settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Built:
    """Take in what the log still holds, then write every view anew.

    Features as of an hour contain all that was known before it, so the log is compacted first.
    """
    now = datetime.now(UTC)
    compact(home, settings, tell)
    alone = Tables(home, LONGEST_BUILD.total_seconds()).exclusive("build")
    with alone, closing(open_log(settings.sql_url())) as log:
        return _build(home, settings, Tables(home), log, now, tell)


def _build(
    home: Path,
    settings: Settings,
    tables: Tables,
    log: SqlLog,
    now: datetime,
    tell: Callable[[str], None],
) -> Built:
    with tables.exclusive():  # a compaction in between would be counted twice
        compacted = log.watermarks.get(COMPACTED)
        tell("places")
        pois, weather = tables.read("pois"), tables.read("weather")
        events, bookings = tables.read("events"), tables.read("bookings")
    if pois.is_empty() or events.is_empty():
        raise NotFound("No history yet. Run `butler ingest --data DIR` first.")
    places = enrich(pois, weather)
    rows = t.behaviour(events, bookings, places)
    as_of = as_of_hour(rows, now)
    start = as_of - grid_span(settings)
    features = Features(home, settings.online_url)
    features.apply()
    counts: dict[str, int] = {}
    for name, view in views(rows, places, tables.read("travellers"), start, as_of):
        tell(name)
        features.write_history(name, view)
        counts[name] = view.height
        if name == "poi":
            features.write_now(name, online.vector_rows(name, view))
        if name == "place_hour":
            features.write_now(name, online.hour_rows(view))
        if name == "audience":
            features.write_now(name, online.audience_rows(view))
    tell("weather")
    counts |= write_weather(tables, features, as_of)
    tell("online rows of travellers")
    write_travellers(features, rows, tables.read("travellers"), places, compacted, log)
    places.write_parquet(home / "features" / "places.parquet")
    built = Built(as_of, compacted, tables.fingerprint(), counts)
    built.save(home)
    return built


def as_of_hour(rows: pl.DataFrame, now: datetime) -> datetime:
    """The full hour the features are of: the one after the newest thing known, at most the last
    hour that is over (and has had a minute to arrive)."""
    newest: datetime = rows[C.KNOWN_AT].max()  # type: ignore[assignment]
    after = newest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    latest = (now - GRACE).replace(minute=0, second=0, microsecond=0)
    return min(after, latest)


def grid_span(settings: Settings) -> timedelta:
    """How far back places have hourly rows: the windows of training and a day to spare."""
    return timedelta(days=settings.training.train_days + settings.training.test_days + 1)


def views(
    rows: pl.DataFrame,
    places: pl.DataFrame,
    travellers: pl.DataFrame,
    start: datetime,
    as_of: datetime,
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every offline view but weather's, by name, each computed when it is asked for."""
    yield "traveller", t.traveller(rows)
    yield "traveller_category", t.traveller_category(rows)
    yield "traveller_poi", t.traveller_poi(rows)
    yield "traveller_step", t.traveller_step(rows)
    yield "poi", t.poi(rows, places, start, as_of)
    yield "place_hour", t.place_hour(rows, start, as_of)
    yield "audience", t.audience(rows, travellers, start, as_of)
    yield "profile", t.profile(travellers)


def write_travellers(features, rows, travellers, places, compacted, log) -> None:  # type: ignore[no-untyped-def]
    """Online rows of all travellers, then anew of those who gave feedback since the compaction."""
    features.write_now("traveller_past", online.past_rows(rows, compacted))
    features.write_now("traveller", online.traveller_rows(rows))
    features.write_now("profile", online.profile_rows(t.profile(travellers)))
    for user in log.feedback.users_since(compacted):
        online.refresh_traveller(features, user, log.feedback, places)
