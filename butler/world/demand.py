"""Who asks, when and from where; and what the platform of that time showed them."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from butler.columns import UTC, C
from butler.world.geography import distance_km
from butler.world.hours import LOCAL
from butler.world.model import DAY_MINUTES, World
from butler.world.noise import Bools, Floats, Ints
from butler.world.utility import SLATE, Moments

STREAM_REQUESTS, STREAM_SLATES = 11, 12
SESSIONS_A_DAY, RESIDENT_SESSIONS, PLANNING_SESSIONS = 1.15, 0.16, 0.08
PLANNING_DAYS = 14
SECOND_SLATE, THIRD_SLATE = 0.20, 0.05
NEAR_BASE, OUT_KM = 0.7, 25.0
HOUR_WEIGHTS = {
    8: 0.5, 9: 1.0, 10: 1.4, 11: 1.3, 12: 1.1, 13: 1.1, 14: 0.8, 15: 0.7,
    16: 1.0, 17: 1.2, 18: 1.1, 19: 1.1, 20: 1.0, 21: 0.8, 22: 0.6, 23: 0.4,
}  # fmt: skip
# The policy that logged the history: fame and nearness with Gumbel noise, and chance.
LOG_FAME, LOG_NEAR, LOG_NEAR_KM, LOG_EXPLORE = 0.9, 1.1, 3.0, 0.15
REQUEST_COLUMNS = pl.Schema(
    {
        C.REQUEST: pl.String(),
        C.SESSION: pl.String(),
        C.USER: pl.String(),
        C.OCCURRED_AT: UTC,
        C.LATITUDE: pl.Float64(),
        C.LONGITUDE: pl.Float64(),
    }
)


def requests_of(world: World, day: datetime) -> pl.DataFrame:
    """The requests of one UTC day in order of time: REQUEST_COLUMNS.

    A function of the world and the day alone, so that any later day can be simulated too.
    Latitude and longitude are null for someone planning before the trip.
    """
    midnight = int(day.timestamp()) // 60
    rng = np.random.default_rng([world.seed, STREAM_REQUESTS, midnight // DAY_MINUTES])
    on_trip = _sessions_on_trips(world, day, midnight, rng)
    ahead = _sessions_planning(world, day, midnight, rng)
    trip = np.concatenate([on_trip[0], ahead[0]])
    minute = np.concatenate([on_trip[1], ahead[1]])
    planning = np.arange(len(trip)) >= len(on_trip[0])
    order = np.lexsort((trip, minute))
    return _requests(world, day, trip[order], minute[order], planning[order], rng)


def logged_slates(world: World, requests: pl.DataFrame, moments: Moments) -> Ints:
    """(requests, SLATE) numbers of places, as the platform of that time showed them.

    -1 where there are too few places that have opened.
    """
    day = int(requests[C.OCCURRED_AT][0].timestamp()) // 86400
    rng = np.random.default_rng([world.seed, STREAM_SLATES, day])
    pool = world.pools[world.trips.base[moments.trip]]
    lat, lon = world.places.latitude[pool], world.places.longitude[pool]
    away = distance_km(moments.latitude[:, None], moments.longitude[:, None], lat, lon)
    fame = world.places.fame
    score = LOG_FAME * (fame[pool] - fame.mean()) / (fame.std() + 1e-9)
    score = score - LOG_NEAR * np.log1p(away / LOG_NEAR_KM) + rng.gumbel(size=pool.shape)
    score[world.places.opened[pool] > moments.minute[:, None]] = -np.inf
    shown = _top_with_chance(score, rng)
    there = np.isfinite(np.take_along_axis(score, shown, axis=1))
    return np.where(there, np.take_along_axis(pool, shown, axis=1), -1)


def _top_with_chance(score: Floats, rng: np.random.Generator) -> Ints:
    """The best SLATE columns of each row, some replaced by columns drawn uniformly."""
    width = score.shape[1]
    length = min(SLATE, width)
    chance = rng.random(score.shape)
    replaced = rng.random((len(score), length)) < LOG_EXPLORE
    top = np.argsort(-score, axis=1)[:, :length]
    if width < 2 * SLATE:
        return top
    chance[~np.isfinite(score)] = 2.0
    np.put_along_axis(chance, top, 2.0, axis=1)
    drawn = np.argpartition(chance, length, axis=1)[:, :length]
    return np.where(replaced, drawn, top)


def _sessions_on_trips(
    world: World, day: datetime, midnight: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Trip and minute of each session of travellers who are there."""
    trips = world.trips
    here = np.flatnonzero((trips.start < midnight + DAY_MINUTES) & (trips.end > midnight))
    resident = world.people.resident[trips.user[here]]
    rate = np.where(resident, RESIDENT_SESSIONS, SESSIONS_A_DAY)
    trip = np.repeat(here, rng.poisson(rate * world.people.activity[trips.user[here]]))
    minute = _minutes(day, midnight, len(trip), rng)
    keep = (trips.start[trip] <= minute) & (minute < trips.end[trip])
    return trip[keep], minute[keep]


def _sessions_planning(
    world: World, day: datetime, midnight: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Trip and minute of each session of travellers who will come within PLANNING_DAYS.

    Nobody plans the next trip while on one: the session would belong to the trip they are on.
    """
    trips = world.trips
    until = trips.start - midnight
    soon = np.flatnonzero((until > DAY_MINUTES) & (until <= PLANNING_DAYS * DAY_MINUTES))
    trip = np.repeat(soon, rng.poisson(PLANNING_SESSIONS, len(soon)))
    minute = _minutes(day, midnight, len(trip), rng)
    keep = world.trip_at(trips.user[trip], minute) == trip
    return trip[keep], minute[keep]


def _minutes(day: datetime, midnight: int, count: int, rng: np.random.Generator) -> Ints:
    """Minutes of the day at local waking hours."""
    offset = (day + timedelta(hours=12)).astimezone(LOCAL).utcoffset() or timedelta()
    weights = np.array(list(HOUR_WEIGHTS.values()))
    hour = rng.choice(np.array(list(HOUR_WEIGHTS)), count, p=weights / weights.sum())
    within = rng.integers(0, 60, count)
    return np.asarray(midnight + hour * 60 + within - int(offset.total_seconds()) // 60)


def _requests(
    world: World,
    day: datetime,
    trip: Ints,
    minute: Ints,
    planning: Bools,
    rng: np.random.Generator,
) -> pl.DataFrame:
    count = len(trip)
    lat, lon = _whereabouts(world, trip, rng)
    luck = rng.random(count)
    slates = 1 + (luck < SECOND_SLATE + THIRD_SLATE) + (luck < THIRD_SLATE)
    row = np.repeat(np.arange(count), slates)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(slates) - slates, slates)
    later = turn * (1 + rng.integers(0, 3, len(row)))
    name = pl.Series(row).cast(pl.String).str.zfill(6)
    label = f"{day:%Y%m%d}-"
    moment = (minute[row] + later) * 60_000_000 + rng.integers(0, 60_000, len(row)) * 1000
    frame = pl.DataFrame(
        {
            C.REQUEST: "q" + label + name + "-" + pl.Series(turn + 1).cast(pl.String),
            C.SESSION: "s" + label + name,
            C.USER: world.people.ids[world.trips.user[trip[row]]],
            C.OCCURRED_AT: moment,
            C.LATITUDE: np.where(planning, np.nan, lat)[row],
            C.LONGITUDE: np.where(planning, np.nan, lon)[row],
        }
    )
    return _on_the_day(frame, day)


def _on_the_day(frame: pl.DataFrame, day: datetime) -> pl.DataFrame:
    """Typed and in order; a late session's last slate may not run into the next day."""
    typed = frame.with_columns(pl.col(C.LATITUDE, C.LONGITUDE).fill_nan(None)).cast(REQUEST_COLUMNS)
    return typed.filter(pl.col(C.OCCURRED_AT) < day + timedelta(days=1)).sort(
        C.OCCURRED_AT, C.REQUEST
    )


def _whereabouts(world: World, trip: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Mostly near the base; else near some place within OUT_KM of it."""
    trips, places = world.trips, world.places
    pool = world.pools[trips.base[trip]]
    pick = np.take_along_axis(pool, rng.integers(0, pool.shape[1], (len(trip), 1)), axis=1)[:, 0]
    lat, lon = trips.latitude[trip], trips.longitude[trip]
    away = distance_km(lat, lon, places.latitude[pick], places.longitude[pick])
    out = (rng.random(len(trip)) >= NEAR_BASE) & (away < OUT_KM)
    jitter = 0.006 * rng.standard_normal((2, len(trip)))
    lat = np.where(out, places.latitude[pick], lat) + jitter[0]
    lon = np.where(out, places.longitude[pick], lon) + jitter[1]
    return np.round(lat, 5), np.round(lon, 5)
