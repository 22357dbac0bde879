"""History to features: offline views for training, packed rows for serving."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from prefect import flow

from butler.cluster import Workers, workers
from butler.columns import C
from butler.datasets import replace_with_parquet
from butler.errors import NotFound
from butler.settings import Settings
from butler.stores.open import log_of
from butler.stores.room import check_room, full_disk_named
from butler.stores.sql import SqlLog
from butler.stores.tables import Tables
from features import online, trending
from features import partitions as parts
from features import transforms as t
from features.built import Built
from features.one_traveller import MetPlaces
from features.places import enrich
from features.store import Features
from pipelines.feedback import FEEDBACK as COMPACTED
from pipelines.feedback import compact
from pipelines.homes import settings_in
from pipelines.weather import write_weather

AT_ONCE = 500  # travellers written anew together
LONGEST_BUILD = timedelta(minutes=10)  # how long one build waits for another to end
Tell = Callable[[str], None]
GRACE = timedelta(minutes=1)  # what arrives now may still be on its way into the log


@flow(name="build_features", log_prints=False)
def build_features(home: Path | None = None) -> Built:
    """Rebuild every view from the history of `home`, offline and online."""
    settings = settings_in(home)
    return build(settings.home, settings)


@full_disk_named()
def build(home: Path, settings: Settings, tell: Tell = lambda _: None) -> Built:
    """Take in what the log still holds, then write every view anew.

    Features as of an hour contain all that was known before it, so the log is compacted first. Raises
    NoRoom, before anything is changed, while the home's disk is nearly full, and where it fills meanwhile.
    """
    now = datetime.now(UTC)
    check_room(home / "features", "features")
    compact(home, settings, tell)
    alone = Tables(home, LONGEST_BUILD.total_seconds()).exclusive("build")
    with alone, closing(log_of(settings)) as log:
        return _build(home, settings, Tables(home), log, now, tell)


def _build(
    home: Path,
    settings: Settings,
    tables: Tables,
    log: SqlLog,
    now: datetime,
    tell: Tell,
) -> Built:
    rows = sum(n for _, n in tables.files("events"))
    with parts.work_on(home, rows) as work, workers(settings.dask) as hands:
        with tables.exclusive():  # a compaction in between would be counted twice
            compacted = log.watermarks.get(COMPACTED)
            tell("places")
            pois, weather = tables.read("pois"), tables.read("weather")
            pieces, travellers = parts.slices(work, tables), tables.read("travellers")
            fingerprint = tables.fingerprint()
        if pois.is_empty() or not rows:
            raise NotFound("No history yet. Run `butler ingest --data DIR` first.")
        places = enrich(pois, weather)
        tell("history in parts")
        whole = parts.spread_all(work, hands, pieces, places, travellers)
        if whole.newest is None:
            raise NotFound("No event names a place of the catalogue. Ingest both from one source.")
        as_of = as_of_hour(whole.newest, now)
        start = as_of - grid_span(settings)
        features = Features(home, settings.online_url)
        features.apply()
        counts = write_travellers(features, work, hands, compacted, tell)
        counts |= write_places(features, work, hands, start, as_of, tell)
        counts |= write_trending(home, pieces, start)
    counts |= write_others(features, whole, travellers, start, as_of, tell)
    tell("weather")
    counts |= write_weather(tables, features, as_of)
    told = log.feedback.users_since(compacted)  # written anew: they gave feedback since
    met = MetPlaces.of(places)
    for first in range(0, len(told), AT_ONCE):
        online.refresh_travellers(features, told[first : first + AT_ONCE], log.feedback, met)
    replace_with_parquet(places, home / "features" / "places.parquet")
    built = Built(as_of, compacted, fingerprint, counts)
    built.save(home)
    return built


def as_of_hour(newest: datetime, now: datetime) -> datetime:
    """The full hour the features are of: the one after the newest thing known, at most the last
    hour that is over (and has had a minute to arrive)."""
    after = newest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    latest = (now - GRACE).replace(minute=0, second=0, microsecond=0)
    return min(after, latest)


def grid_span(settings: Settings) -> timedelta:
    """How far back places have hourly rows: the windows of training and a day to spare."""
    return timedelta(days=settings.training.train_days + settings.training.test_days + 1)


def write_travellers(
    features: Features, work: parts.Work, hands: Workers, compacted: int, tell: Tell
) -> dict[str, int]:
    """The views of all travellers, offline and online; how many rows each has."""
    jobs = parts.parts_of_travellers(work)
    counts = dict.fromkeys(t.TRAVELLER_VIEWS, 0)
    with ExitStack() as files:
        write = {name: files.enter_context(features.writing(name)) for name in counts}
        for n, made in enumerate(hands.map(parts.of_travellers, jobs), 1):
            for name, view in made.views.items():
                write[name](view)
                counts[name] += view.height
            features.write_now("traveller_past", online.past_rows(made.rows, compacted))
            features.write_now("traveller", online.packed(made.views))
            tell(f"travellers: part {n} of {len(jobs)}")
    return counts


def write_places(
    features: Features,
    work: parts.Work,
    hands: Workers,
    start: datetime,
    as_of: datetime,
    tell: Tell,
) -> dict[str, int]:
    """View `poi`, offline and online."""
    jobs = [parts.Places(work, n, start, as_of) for n in range(work.parts)]
    count = 0
    with features.writing("poi") as write:
        for n, view in enumerate(hands.map(parts.of_places, jobs), 1):
            write(view)
            count += view.height
            features.write_now("poi", online.vector_rows("poi", view))
            tell(f"places: part {n} of {len(jobs)}")
    return {"poi": count}


def write_trending(home: Path, pieces: list[parts.Slice], start: datetime) -> dict[str, int]:
    """What was done with places, moment by moment, from an hour before `start` on."""
    files = dict.fromkeys(piece.file for piece in pieces if piece.table == "events")
    events = pl.concat([Tables.scan_file("events", file) for file in files])
    recent = events.filter(pl.col(C.KNOWN_AT) >= start - timedelta(hours=1))
    found = (
        trending.sums(recent).collect(engine="streaming").sort(C.KNOWN_AT, C.POI, trending.LOGGED)
    )
    replace_with_parquet(found, trending.path(home))
    return {"trending": found.height}


def write_others(
    features: Features,
    whole: parts.Spread,
    travellers: pl.DataFrame,
    start: datetime,
    as_of: datetime,
    tell: Tell,
) -> dict[str, int]:
    """The views that have few rows, offline and online."""
    tell("cells, audiences, profiles")
    hours = t.place_hour_rows(whole.sums["cells"], start, as_of)
    tastes = t.audience_rows(whole.sums["audience"], start, as_of)
    views = {"place_hour": hours, "audience": tastes, "profile": t.profile(travellers)}
    for name, view in views.items():
        features.write_history(name, view)
    features.write_now("place_hour", online.hour_rows(hours))
    features.write_now("audience", online.audience_rows(tastes))
    features.write_now("profile", online.profile_rows(views["profile"]))
    return {name: view.height for name, view in views.items()}
