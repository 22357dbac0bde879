"""Writes a sample world: the dataset's five tables, and the truth aside."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from butler.columns import VISIT, C
from butler.errors import InvalidRequest
from butler.world import catalogue
from butler.world.booking import as_known
from butler.world.demand import logged_slates, requests_of
from butler.world.model import World, reaches_beyond
from butler.world.people import People, make_people
from butler.world.places import Places, make_pois
from butler.world.reaction import impressions, organic, react
from butler.world.sky import BLOCK_HOURS
from butler.world.tables import empty
from butler.world.truth import FOLDER, VISITS
from butler.world.utility import History, Moments
from butler.world.weather import RUN_HOURS, SimulatedWeather, hour_of, last_run

Progress = Callable[[str, float], None]
LEAD_HOURS = 96  # of the weather table's forecasts
STREAM_REACTION = 14


def build_world(
    out: Path,
    *,
    pois: int = 0,
    travellers: int = 1500,
    days: int = 60,
    seed: int = 7,
    end: datetime | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the dataset of a simulated world to `out`, and its truth to `out/truth`.

    `pois` 0 is the catalogue as it is. The world's last day ends at `end` (UTC), today at 00:00
    if not given. Same arguments, same files. Raises InvalidRequest for numbers out of range.
    """
    finish = _midnight(end or datetime.now(UTC))
    _check(pois, travellers, days)
    say = progress or _silent
    start = finish - timedelta(days=days)
    say("places and travellers", 0.0)
    poi_table, poi_truth = make_pois(catalogue.load(), pois, seed, start, finish)
    coast = reaches_beyond(poi_table[C.LONGITUDE].to_numpy())
    people, people_truth, trips = make_people(travellers, seed, start, finish, coast)
    places = Places.of(poi_table, poi_truth)
    world = World.of(seed, start, finish, places, People.of(people, people_truth), trips)
    events, bookings = _live(world, say)
    say("weather", 0.9)
    tables = {
        "pois": poi_table,
        "events": events,
        "weather": _weather_table(world),
        "bookings": bookings,
        "travellers": people,
    }
    say("writing", 0.95)
    visits = events.filter(pl.col(C.EVENT_TYPE) == VISIT).select(list(VISITS))
    hidden = {"pois": poi_truth, "travellers": people_truth, "trips": trips, "visits": visits}
    _write(out, tables, hidden, world)
    say("done", 1.0)


def _live(world: World, say: Progress) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every day in turn: requests, slates, reactions, walks; what is known by the world's end."""
    events: list[pl.DataFrame] = []
    bookings: list[pl.DataFrame] = []
    history = History.of(world, pl.DataFrame(schema=VISITS))
    days = (world.end - world.start).days
    for number in range(days):
        say("travellers at large", 0.05 + 0.85 * number / days)
        lived, booked = _live_day(world, world.start + timedelta(days=number), history)
        history = history.after(History.of(world, lived.filter(pl.col(C.EVENT_TYPE) == VISIT)))
        events.append(lived)
        bookings.append(booked)
    known = pl.concat(events).filter(pl.col(C.OCCURRED_AT) < world.end)
    booked = as_known(pl.concat(bookings), world.end)
    return known.sort(C.OCCURRED_AT, C.EVENT), booked.sort(C.CREATED_AT, C.BOOKING)


def _live_day(world: World, day: datetime, history: History) -> tuple[pl.DataFrame, pl.DataFrame]:
    walks = organic(world, day, history)
    requests = requests_of(world, day)
    if requests.is_empty():
        return walks, empty("bookings")
    moments = Moments.of(world, requests, history)
    slate = logged_slates(world, requests, moments)
    rng = np.random.default_rng([world.seed, STREAM_REACTION, int(day.timestamp()) // 86400])
    reaction = react(world, requests, moments, slate, rng)
    shown = impressions(world, requests, slate)
    return pl.concat([shown, reaction.events, walks]), reaction.bookings


def _weather_table(world: World) -> pl.DataFrame:
    """Hourly observations and, from each run before the end, three-hourly forecasts.

    The hour of a run itself is an observation; its first forecast is three hours later.
    """
    sky: SimulatedWeather = world.outlook.weather
    points = [(float(lat), float(lon)) for lat, lon in world.outlook.points]
    first, last = hour_of(world.start), hour_of(world.end)
    leads = np.arange(BLOCK_HOURS, LEAD_HOURS + 1, BLOCK_HOURS)
    runs = range(last_run(first), last, RUN_HOURS)
    forecasts = [sky.table(points, run + leads, run) for run in runs]
    return pl.concat([sky.table(points, np.arange(first, last), None), *forecasts])


def _write(
    out: Path, tables: dict[str, pl.DataFrame], hidden: dict[str, pl.DataFrame], world: World
) -> None:
    """The events come last and in one step: where they are, the world is complete."""
    aside, events = out / FOLDER, out / "events.parquet"
    aside.mkdir(parents=True, exist_ok=True)
    events.unlink(missing_ok=True)  # those of an older world
    for name, table in tables.items():
        table.write_parquet(out / f"{name}.{'tmp' if name == 'events' else 'parquet'}")
    for name, table in hidden.items():
        table.write_parquet(aside / f"{name}.parquet")
    about = {"seed": world.seed, "start": world.start.isoformat(), "end": world.end.isoformat()}
    (aside / "world.json").write_text(json.dumps(about, indent=2) + "\n")
    (out / "events.tmp").replace(events)


def _midnight(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidRequest(f"end {moment} has no timezone; give a UTC time", "end")
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _check(pois: int, travellers: int, days: int) -> None:
    for name, value, least in (("pois", pois, 0), ("travellers", travellers, 1), ("days", days, 1)):
        if value < least:
            raise InvalidRequest(f"{name} is {value}; it must be at least {least}", name)


def _silent(step: str, share: float) -> None:
    """Progress nobody asked for."""
