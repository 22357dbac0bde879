"""When and where travellers stay.

Arrivals by month and nights per stay are those of the Resort Hotel in Antonio, de Almeida, Nunes:
Hotel booking demand datasets, 2019 (CC BY 4.0); `tests/data/test_world.py` computes them again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from butler.columns import UTC as UTC_TYPE
from butler.columns import C
from butler.world.geography import BASES, COAST
from butler.world.noise import Bools, Floats, Ints

ARRIVALS = (
    0.0646, 0.0798, 0.0889, 0.0881, 0.0876, 0.0704, 0.1084, 0.1126, 0.0726, 0.0891, 0.0683, 0.0697,
)  # fmt: skip
"""Share of kept bookings arriving in each month, January first."""
NIGHTS = (
    0.1967, 0.1578, 0.1445, 0.1225, 0.0707, 0.0456, 0.1674,
    0.0197, 0.0159, 0.0239, 0.0080, 0.0040, 0.0025, 0.0207,
)  # fmt: skip
"""Share of stays of 1, 2, .. 14 nights, among those of 1 to 14."""

TRIP_SHARES = (0.62, 0.27, 0.11)  # one, two, three trips
BEFORE_DAYS = 6  # arrivals begin this long before the first simulated day
AHEAD_DAYS = 40  # and trips are planned this far beyond the last
ARRIVE_UTC, LEAVE_UTC = 14, 10  # hours
BASE_SPREAD = 0.012  # degrees around the town's centre

TRIP_START, TRIP_END, BASE = "start", "end", "base"
TRIP_COLUMNS = pl.Schema(
    {
        C.USER: pl.String(),
        TRIP_START: UTC_TYPE,
        TRIP_END: UTC_TYPE,
        BASE: pl.Int64(),
        C.LATITUDE: pl.Float64(),
        C.LONGITUDE: pl.Float64(),
    }
)


@dataclass(frozen=True)
class Trips:
    """Stays, one entry each: whose, from when until when (minutes since 1970), based where."""

    user: Ints
    start: Ints
    end: Ints
    base: Ints  # index into towns()
    latitude: Floats
    longitude: Floats

    @classmethod
    def of(cls, frame: pl.DataFrame, user_number: dict[str, int]) -> "Trips":
        return cls(
            user=np.array([user_number[user] for user in frame[C.USER]], dtype=np.int64),
            start=frame[TRIP_START].dt.epoch("s").to_numpy() // 60,
            end=frame[TRIP_END].dt.epoch("s").to_numpy() // 60,
            base=frame[BASE].cast(pl.Int64).to_numpy(),
            latitude=frame[C.LATITUDE].to_numpy(),
            longitude=frame[C.LONGITUDE].to_numpy(),
        )


def towns(coast: bool) -> list[tuple[str, float, float, float]]:
    """Base towns with their shares of trips; with the coast's towns, which share one half."""
    if not coast:
        return list(BASES)
    near = [(name, lat, lon, share / 2) for name, lat, lon, share in BASES]
    return near + [(name, lat, lon, 0.5 / len(COAST)) for name, lat, lon in COAST]


def make_trips(
    rng: np.random.Generator,
    ids: list[str],
    resident: Bools,
    start: datetime,
    end: datetime,
    coast: bool,
) -> pl.DataFrame:
    """One to three stays each, never overlapping; a resident's one stay spans it all."""
    first = start - timedelta(days=BEFORE_DAYS)
    days = [first + timedelta(days=day) for day in range((end - first).days + AHEAD_DAYS)]
    arrivals = np.array([ARRIVALS[day.month - 1] for day in days])
    always = (start - timedelta(days=365), end + timedelta(days=365))
    users, spans = [], []
    for user, stays_here in zip(ids, resident, strict=True):
        stays = [always] if stays_here else _stays(rng, days, arrivals)
        users += [user] * len(stays)
        spans += stays
    bases = towns(coast)
    base = choose(rng, [share for _, _, _, share in bases], len(users))
    centres = np.array([(lat, lon) for _, lat, lon, _ in bases])[base]
    centres = np.round(centres + BASE_SPREAD * rng.standard_normal(centres.shape), 4)
    columns = [
        users, [begin for begin, _ in spans], [finish for _, finish in spans], base, *centres.T
    ]  # fmt: skip
    return pl.DataFrame(dict(zip(TRIP_COLUMNS, columns, strict=True)), schema=TRIP_COLUMNS)


def _stays(
    rng: np.random.Generator, days: list[datetime], arrivals: Floats
) -> list[tuple[datetime, datetime]]:
    """Arrival days drawn by season; a stay that would begin within another is left out."""
    number = min(1 + int(choose(rng, TRIP_SHARES, 1)[0]), len(days))
    chosen = rng.choice(len(days), number, replace=False, p=arrivals / arrivals.sum())
    stays: list[tuple[datetime, datetime]] = []
    for day in np.sort(chosen):
        nights = 1 + int(choose(rng, NIGHTS, 1)[0])
        begin = days[day] + timedelta(hours=ARRIVE_UTC)
        if not stays or begin > stays[-1][1]:
            stays.append((begin, days[day] + timedelta(days=nights, hours=LEAVE_UTC)))
    return stays


def trips_json(ids: list[str], trips: pl.DataFrame, coast: bool) -> list[str]:
    """Each traveller's trips as the dataset writes them: see butler.columns.C.TRIPS."""
    names = [name for name, _, _, _ in towns(coast)]
    stays: dict[str, list[dict[str, object]]] = {user: [] for user in ids}
    for user, begin, finish, base, lat, lon in trips.iter_rows():
        stays[user].append(
            {
                "start": begin.astimezone(UTC).isoformat(),
                "end": finish.astimezone(UTC).isoformat(),
                "latitude": lat,
                "longitude": lon,
                "place": names[base],
            }
        )
    return [json.dumps(stays[user], ensure_ascii=False) for user in ids]


def choose(rng: np.random.Generator, shares: Sequence[float], count: int) -> Ints:
    """`count` draws of an index, each with its share."""
    weights = np.array(shares) / np.sum(shares)
    return np.asarray(rng.choice(len(weights), count, p=weights))
