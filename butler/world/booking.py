"""Bookings: how long ahead, how often cancelled and when, what they cost.

Lead times and cancellations are those of the Resort Hotel in Antonio, de Almeida, Nunes: Hotel
booking demand datasets, Data in Brief 22, 2019 (CC BY 4.0), among bookings made at most 30 days
ahead; `tests/data/test_world.py` computes them again. A ticket is not a room, but travellers who
book rooms are those who book tickets.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from butler.columns import UTC, C
from butler.world import tastes
from butler.world.hours import LOCAL
from butler.world.model import DAY_MINUTES, World
from butler.world.noise import Bools, Floats, Ints
from butler.world.tables import empty, typed
from butler.world.utility import Moments

LEAD_DAYS = (
    0.2109, 0.1039, 0.0612, 0.0517, 0.0432, 0.0391, 0.0351, 0.0373, 0.0253, 0.0240, 0.0255,
    0.0251, 0.0224, 0.0184, 0.0199, 0.0177, 0.0181, 0.0207, 0.0167, 0.0166, 0.0143, 0.0156,
    0.0172, 0.0153, 0.0179, 0.0139, 0.0164, 0.0139, 0.0130, 0.0152, 0.0145,
)  # fmt: skip
"""Share of bookings made 0, 1, .. 30 days ahead."""
CANCEL_UP_TO = (0, 7, 14, 30)  # days ahead
CANCELLED_SHARE = (0.036, 0.064, 0.154, 0.242)
NO_SHOW_SHARE = (0.012, 0.011, 0.014, 0.009)
CANCEL_ELAPSED = (0.50, 0.93)  # Beta: share of the lead time gone when a booking is cancelled

SOON_SHARE, SOON_MIN, LATER_HOURS = 0.5, 20.0, 30.0
"""Half book within minutes of the click, half after sleeping on it: conversions come late."""
CHILD_PRICE = 0.6
DAY_HOURS, EVENING_HOURS = (10, 11, 12, 13, 16, 17, 18), (19, 20, 21, 22, 23)
EVENING_KINDS = ("nightlife/show", "culture/theatre")
CURRENCY = "EUR"


@dataclass(frozen=True)
class Booked:
    """Bookings as arrays: row and column of the slate they came from, and what becomes of them."""

    row: Ints
    column: Ints
    created: Ints  # minutes since 1970
    starts: Ints
    cancelled: Ints  # minutes since 1970, or -1
    no_show: Bools


def book(
    world: World,
    moments: Moments,
    slate: Ints,
    chosen: Bools,
    clicked_at: Ints,
    rng: np.random.Generator,
) -> Booked:
    """Bookings of the `chosen` cards (requests, positions) of a slate, clicked at these minutes.

    A booking that finds no open hour during the trip is not made.
    """
    row, column = np.nonzero(chosen)
    trip, poi = moments.trip[row], slate[row, column]
    created = clicked_at[row, column] + _delay(len(row), rng)
    end = world.trips.end[trip]
    created = np.where(created < end - 180, created, clicked_at[row, column] + 1)
    day, possible = _days(created, world.trips.start[trip], end, rng)
    starts, open_then = _start(world, poi, day, created, trip, rng)
    keep = possible & open_then
    row, column, created, starts = row[keep], column[keep], created[keep], starts[keep]
    cancelled, no_show = _outcome(created, starts, rng)
    return Booked(row, column, created, starts, cancelled, no_show)


def booking_frame(
    world: World, requests: pl.DataFrame, moments: Moments, slate: Ints, booked: Booked
) -> pl.DataFrame:
    """The `bookings` rows with what finally becomes of each; see `as_known`."""
    if not len(booked.row):
        return empty("bookings")
    user, poi = moments.user[booked.row], slate[booked.row, booked.column]
    adults, children = world.people.grown_ups[user], world.people.minors[user]
    heads = adults + CHILD_PRICE * children
    status = np.where(booked.no_show, "no_show", "completed")
    status = np.where(booked.cancelled >= 0, "cancelled", status)
    position = pl.Series(booked.column + 1).cast(pl.String)
    frame = pl.DataFrame(
        {
            C.BOOKING: "b" + requests[C.REQUEST][booked.row] + "-" + position,
            C.USER: requests[C.USER][booked.row],
            C.POI: world.places.ids[poi],
            C.CREATED_AT: booked.created * 60_000_000,
            C.STARTS_AT: booked.starts * 60_000_000,
            C.PARTY_SIZE: adults + children,
            C.ADULTS: adults,
            C.CHILDREN: children,
            C.AMOUNT_MINOR: np.round(world.places.ticket[poi] * heads).astype(np.int64),
            C.CURRENCY: pl.repeat(CURRENCY, len(poi), dtype=pl.String, eager=True),
            C.STATUS: status.astype(str),
            C.CANCELLED_AT: booked.cancelled * 60_000_000,
        },
        schema_overrides={C.POI: pl.String, C.STATUS: pl.String},
    )
    cancelled = pl.when(pl.col(C.CANCELLED_AT) >= 0).then(C.CANCELLED_AT).alias(C.CANCELLED_AT)
    return typed(frame.with_columns(cancelled), "bookings")


def as_known(bookings: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """The bookings as the ledger shows them at a moment: nothing of what happens later."""
    now = pl.lit(at, UTC)
    called_off = (pl.col(C.CANCELLED_AT) < now).fill_null(False)
    over = (pl.col(C.STARTS_AT) < now) & (pl.col(C.STATUS) != "cancelled")
    return bookings.filter(pl.col(C.CREATED_AT) < now).with_columns(
        pl.when(called_off | over).then(C.STATUS).otherwise(pl.lit("confirmed")).alias(C.STATUS),
        pl.when(called_off).then(C.CANCELLED_AT).alias(C.CANCELLED_AT),
    )


def _delay(count: int, rng: np.random.Generator) -> Ints:
    soon = rng.random(count) < SOON_SHARE
    minutes = np.where(soon, SOON_MIN, LATER_HOURS * 60) * rng.exponential(size=count)
    return np.asarray(1 + minutes.astype(np.int64))


def _days(
    created: Ints, trip_start: Ints, trip_end: Ints, rng: np.random.Generator
) -> tuple[Ints, Bools]:
    """The day (since 1970) of each booking: LEAD_DAYS, cut to the days of the trip."""
    today = created // DAY_MINUTES
    lead = np.arange(len(LEAD_DAYS))
    day = today[:, None] + lead
    inside = (day >= trip_start[:, None] // DAY_MINUTES) & (day <= trip_end[:, None] // DAY_MINUTES)
    weight = np.cumsum(np.where(inside, np.array(LEAD_DAYS), 0.0), axis=1)
    drawn = rng.random(len(created)) * weight[:, -1]
    picked = (weight <= drawn[:, None]).sum(axis=1).clip(max=len(LEAD_DAYS) - 1)
    return today + picked, weight[:, -1] > 0


def _start(
    world: World, poi: Ints, day: Ints, created: Ints, trip: Ints, rng: np.random.Generator
) -> tuple[Ints, Bools]:
    """A full hour of that day at which the place is open; and whether there is one."""
    evening = np.isin(world.places.kind[poi], [tastes.KIND_NUMBER[kind] for kind in EVENING_KINDS])
    hours = np.array(DAY_HOURS + EVENING_HOURS)
    suits = np.where(evening[:, None], hours >= EVENING_HOURS[0], hours < EVENING_HOURS[0])
    start = day[:, None] * DAY_MINUTES + hours * 60 - _offset(world)
    fits = suits & world.hours.is_open(poi[:, None], start) & (start > created[:, None] + 30)
    fits &= (start >= world.trips.start[trip][:, None]) & (start < world.trips.end[trip][:, None])
    pick = np.argmax(np.where(fits, rng.random(fits.shape), -1.0), axis=1)
    rows = np.arange(len(poi))
    return start[rows, pick], fits[rows, pick]


def _offset(world: World) -> int:
    """Minutes that local time is ahead in the middle of the world's days: full hours are enough."""
    middle = world.start + (world.end - world.start) / 2
    offset = middle.astimezone(LOCAL).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0


def _outcome(created: Ints, starts: Ints, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """When each booking is cancelled (or -1), and whether nobody turns up."""
    lead = starts // DAY_MINUTES - created // DAY_MINUTES
    bucket = np.searchsorted(CANCEL_UP_TO, lead).clip(max=len(CANCEL_UP_TO) - 1)
    draw: Floats = rng.random(len(lead))
    share = np.array(CANCELLED_SHARE)[bucket]
    called_off = draw < share
    no_show = ~called_off & (draw < share + np.array(NO_SHOW_SHARE)[bucket])
    elapsed = rng.beta(*CANCEL_ELAPSED, len(lead))
    when = created + 1 + (elapsed * (starts - created - 2)).astype(np.int64)
    return np.where(called_off, when, -1), no_show
