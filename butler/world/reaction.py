"""What a traveller does with a slate: looks, clicks, saves, goes there, rates, books.

A card is looked at with a probability that falls with its position, and clicked if looked at with
the probability of the hidden utility. All that follows, follows from the click.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from butler.columns import CLICK, DISMISS, IMPRESSION, RATING, SAVE, SHARE, UTC, VIEW, VISIT, C
from butler.world import booking
from butler.world.model import DAY_MINUTES, World
from butler.world.noise import Bools, Floats, Ints
from butler.world.tables import empty, typed
from butler.world.utility import Appeal, History, Moments, appeal, examination, sigmoid

VIEWED, SAVED, SAVED_PLANNING, SHARED = 0.85, 0.18, 0.40, 0.06
DISMISSED = 0.10
RATED = 0.30
RAIN_MM, PUT_OFF = 0.2, 0.8  # true rain above this puts off this share of open-air visits
STROLL_MIN = 60  # a visit begins up to this much later than planned
ORGANIC, ORGANIC_RESIDENT = 0.22, 0.05  # visits a day without any request
STREAM_ORGANIC = 13
SECOND, MINUTE = 1_000_000, 60_000_000


@dataclass(frozen=True)
class Reaction:
    """`events` (interactions, `events` schema) and `bookings` with their final outcome.

    Both reach into the future: visits are hours, bookings days later. Cut them by time; use
    `booking.as_known` for bookings.
    """

    events: pl.DataFrame
    bookings: pl.DataFrame


@dataclass(frozen=True)
class _Shown:
    """A day's slates, and what the reaction to them needs at hand."""

    world: World
    requests: pl.DataFrame
    moments: Moments
    slate: Ints
    appeal: Appeal
    asked: Ints  # microseconds since 1970, (requests,)


def impressions(world: World, requests: pl.DataFrame, slate: Ints) -> pl.DataFrame:
    """One `impression` event for each card: slate (requests, positions), -1 where there is none."""
    asked = requests[C.OCCURRED_AT].dt.epoch("us").to_numpy()
    when = np.broadcast_to(asked[:, None], slate.shape)
    return _events(world, requests, slate, slate >= 0, IMPRESSION, when)


def react(
    world: World, requests: pl.DataFrame, moments: Moments, slate: Ints, rng: np.random.Generator
) -> Reaction:
    """Travellers' reaction to slates (requests, positions) of numbers of places, -1 for none."""
    drawn = appeal(world, moments, slate.clip(0))
    asked = requests[C.OCCURRED_AT].dt.epoch("us").to_numpy()
    shown = _Shown(world, requests, moments, slate, drawn, asked)
    looked = (rng.random(slate.shape) < examination(slate.shape[1])) & (slate >= 0)
    clicked = looked & (rng.random(slate.shape) < drawn.click)
    at = asked[:, None] + 4 * SECOND * np.arange(1, slate.shape[1] + 1)
    at = at + rng.integers(0, 15 * SECOND, slate.shape)
    wants = clicked & (rng.random(slate.shape) < drawn.book(world, slate.clip(0)))
    booked = booking.book(world, moments, slate, wants, at // MINUTE, rng)
    frames = _on_screen(shown, looked, clicked, at, rng)
    frames += _visits(shown, clicked, booked, rng)
    events = pl.concat(frames).sort(C.OCCURRED_AT, C.EVENT)
    return Reaction(events, booking.booking_frame(world, requests, moments, slate, booked))


def organic(world: World, day: datetime, history: History) -> pl.DataFrame:
    """Visits (and ratings) of one day that no request led to; a function of world, day, history."""
    midnight = int(day.timestamp()) // 60
    rng = np.random.default_rng([world.seed, STREAM_ORGANIC, midnight // DAY_MINUTES])
    trips = world.trips
    here = np.flatnonzero((trips.start < midnight + DAY_MINUTES) & (trips.end > midnight))
    rate = np.where(world.people.resident[trips.user[here]], ORGANIC_RESIDENT, ORGANIC)
    trip = np.repeat(here, rng.poisson(rate))
    minute = np.sort(midnight + rng.integers(8 * 60, 20 * 60, len(trip)))
    inside = (trips.start[trip] <= minute) & (minute < trips.end[trip] - 180)
    trip, minute = trip[inside], minute[inside]
    if not len(trip):
        return empty("events")
    walks = _walks(world, day, trip, minute)
    moments = Moments.of(world, walks, history)
    pool = world.pools[trips.base[moments.trip]]
    drawn = appeal(world, moments, pool)
    open_now = drawn.is_open & (world.places.opened[pool] <= moments.minute[:, None])
    score = np.where(open_now, drawn.total, -np.inf) + rng.gumbel(size=pool.shape)
    best = np.argmax(score, axis=1)[:, None]
    slate = np.take_along_axis(pool, best, axis=1)
    arrival = np.take_along_axis(drawn.arrival, best, axis=1)
    goes = np.isfinite(np.take_along_axis(score, best, axis=1))
    chosen = Appeal(
        {name: np.take_along_axis(part, best, axis=1) for name, part in drawn.parts.items()},
        np.take_along_axis(drawn.total, best, axis=1),
        arrival,
        np.take_along_axis(drawn.is_open, best, axis=1),
    )
    shown = _Shown(world, walks, moments, slate, chosen, moments.minute * MINUTE)
    frames = _visit_events(shown, goes, arrival * MINUTE, "walk", rng)
    unasked = [pl.lit(None, pl.String).alias(name) for name in (C.REQUEST, C.SESSION)]
    return pl.concat(frames).with_columns(*unasked, pl.lit(None, pl.Int32).alias(C.POSITION))


def _walks(world: World, day: datetime, trip: Ints, minute: Ints) -> pl.DataFrame:
    number = pl.Series(np.arange(len(trip))).cast(pl.String).str.zfill(6)
    return pl.DataFrame(
        {
            C.REQUEST: f"o{day:%Y%m%d}-" + number,
            C.SESSION: pl.repeat(None, len(trip), dtype=pl.String, eager=True),
            C.USER: world.people.ids[world.trips.user[trip]],
            C.OCCURRED_AT: pl.Series(minute * MINUTE).cast(UTC),
            C.LATITUDE: world.trips.latitude[trip],
            C.LONGITUDE: world.trips.longitude[trip],
        }
    )


def _on_screen(
    shown: _Shown, looked: Bools, clicked: Bools, at: Ints, rng: np.random.Generator
) -> list[pl.DataFrame]:
    """Clicks and what is done within the minute: view, save, share, dismiss."""
    shape = shown.slate.shape
    saving = np.where(shown.moments.planning, SAVED_PLANNING, SAVED)[:, None]
    annoyed = DISMISSED * sigmoid(-shown.appeal.total - 1.5)
    masks = {
        CLICK: (clicked, 0),
        VIEW: (clicked & (rng.random(shape) < VIEWED), 2 * SECOND),
        SAVE: (clicked & (rng.random(shape) < saving), 25 * SECOND),
        SHARE: (clicked & (rng.random(shape) < SHARED), 40 * SECOND),
        DISMISS: (looked & ~clicked & (rng.random(shape) < annoyed), 0),
    }
    return [
        _events(shown.world, shown.requests, shown.slate, mask, event_type, at + delay)
        for event_type, (mask, delay) in masks.items()
    ]


def _visits(
    shown: _Shown, clicked: Bools, booked: booking.Booked, rng: np.random.Generator
) -> list[pl.DataFrame]:
    """Visits soon after the click, at most one a request, and visits that were booked."""
    world, moments = shown.world, shown.moments
    goes = clicked & (rng.random(clicked.shape) < shown.appeal.visit) & ~moments.planning[:, None]
    goes[booked.row, booked.column] = False
    order = np.where(goes, rng.random(goes.shape), 2.0)
    goes &= order == order.min(axis=1, keepdims=True)
    later = shown.appeal.arrival + rng.integers(0, STROLL_MIN, goes.shape)
    still = world.hours.is_open(shown.slate.clip(0), later)
    when = np.where(still, later, shown.appeal.arrival)
    goes &= when < world.trips.end[moments.trip][:, None]
    goes &= ~_put_off(shown, goes, when, rng)
    kept = (booked.cancelled < 0) & ~booked.no_show
    came = np.zeros(goes.shape, dtype=bool)
    came[booked.row[kept], booked.column[kept]] = True
    starts = np.zeros(goes.shape, dtype=np.int64)
    starts[booked.row, booked.column] = booked.starts
    return [
        *_visit_events(shown, goes, when * MINUTE, "soon", rng),
        *_visit_events(shown, came, starts * MINUTE, "booked", rng),
    ]


def _put_off(shown: _Shown, goes: Bools, when: Ints, rng: np.random.Generator) -> Bools:
    """Open-air visits that the true rain keeps from happening."""
    row, column = np.nonzero(goes)
    poi = shown.slate[row, column]
    rain = shown.world.outlook.rain(when[row, column], shown.world.weather_point[poi])
    outdoor = 1 - shown.world.places.indoor[poi]
    off = np.zeros(goes.shape, dtype=bool)
    off[row, column] = (rain > RAIN_MM) & (rng.random(len(row)) < PUT_OFF * outdoor)
    return off


def _visit_events(
    shown: _Shown, mask: Bools, when: Ints, name: str, rng: np.random.Generator
) -> list[pl.DataFrame]:
    """Visits (value: minutes) where the place is, and the ratings (1 .. 5) some of them get."""
    poi = shown.slate.clip(0)
    minutes = shown.world.places.duration[poi] * rng.lognormal(0, 0.3, mask.shape)
    rated = mask & (rng.random(mask.shape) < RATED)
    after = when + (minutes * MINUTE).astype(np.int64)
    after = after + (rng.exponential(6 * 60, mask.shape) * MINUTE).astype(np.int64)
    stars = _stars(shown, rng)
    visits = _events(
        shown.world, shown.requests, shown.slate, mask, VISIT, when, np.round(minutes), name
    )
    place = shown.world.places
    row, column = np.nonzero(mask)
    there = shown.slate[row, column]
    visits = visits.with_columns(
        pl.Series(C.LATITUDE, place.latitude[there]), pl.Series(C.LONGITUDE, place.longitude[there])
    )
    ratings = _events(shown.world, shown.requests, shown.slate, rated, RATING, after, stars, name)
    return [visits, ratings]


def _stars(shown: _Shown, rng: np.random.Generator) -> Floats:
    parts = shown.appeal.parts
    liking = 3.6 + 0.8 * parts["quality"] + 0.25 * (parts["taste"] + parts["character"])
    return np.round(liking + 0.6 * rng.standard_normal(shown.slate.shape)).clip(1, 5)


def _events(
    world: World,
    requests: pl.DataFrame,
    slate: Ints,
    mask: Bools,
    event_type: str,
    when: Ints,
    value: Floats | None = None,
    name: str = "",
) -> pl.DataFrame:
    """Rows of the `events` schema for the cards of `mask`; `when` in microseconds."""
    row, column = np.nonzero(mask)
    if not len(row):
        return empty("events")  # one slate at a time makes many of these
    request = requests[C.REQUEST][row]
    position = pl.Series(column + 1)
    ends = "-" + event_type + (f"-{name}" if name else "")
    moment = pl.Series(when[row, column], dtype=pl.Int64)
    frame = pl.DataFrame(
        {
            C.EVENT: request + "-" + position.cast(pl.String) + ends,
            C.USER: requests[C.USER][row],
            C.SESSION: requests[C.SESSION][row],
            C.EVENT_TYPE: pl.repeat(event_type, len(row), dtype=pl.String, eager=True),
            C.POI: world.places.ids[slate[row, column]],
            C.OCCURRED_AT: moment,
            C.VALUE: pl.repeat(None, len(row), dtype=pl.Float64, eager=True)
            if value is None
            else value[row, column],
            C.REQUEST: request,
            C.POSITION: position,
            C.LATITUDE: requests[C.LATITUDE][row],
            C.LONGITUDE: requests[C.LONGITUDE][row],
            C.KNOWN_AT: moment,
            C.LOG_SEQ: pl.repeat(None, len(row), dtype=pl.Int64, eager=True),
        }
    )
    return typed(frame, "events")
