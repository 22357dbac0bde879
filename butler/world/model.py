"""A world: its places, its people, its opening hours and its sky, ready to be asked."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from butler.errors import NotFound
from butler.world.geography import COAST, WEATHER_POINTS, distance_km, nearest
from butler.world.hours import LOCAL, OpenTable, window
from butler.world.noise import Bools, Floats, Ints, uniform
from butler.world.people import People
from butler.world.places import Places
from butler.world.sky import BLOCK_HOURS
from butler.world.trips import Trips, towns
from butler.world.weather import RUN_HOURS, SimulatedWeather

POOL = 500  # places that can be shown to a traveller of one town
POOL_STREAM = 220
DAY_MINUTES = 24 * 60
STEPS = 24  # three days of forecast blocks: arrivals are hours away, never more


@dataclass(frozen=True)
class Outlook:
    """Forecasts and the true sky at the world's weather points, remembered once computed."""

    weather: SimulatedWeather
    points: Floats  # (points, 2)
    _runs: dict[int, Floats] = field(default_factory=dict)
    _days: dict[int, Floats] = field(default_factory=dict)

    def forecast(self, asked: Ints, arrival: Ints, point: Ints) -> Floats:
        """(4, R, C): temperature, rain, wind, cloud at `arrival` (R, C), as known when asked (R,).

        Minutes since 1970. The forecast's three-hour block that holds the arrival counts.
        """
        runs = asked // 60 // RUN_HOURS * RUN_HOURS
        step = np.clip((arrival // 60 - runs[:, None]) // BLOCK_HOURS, 0, STEPS - 1)
        out = np.empty((4, *arrival.shape))
        for run in np.unique(runs):
            rows = np.flatnonzero(runs == run)
            out[:, rows] = self._run(int(run))[:, point[rows], step[rows]]
        return out

    def rain(self, minutes: Ints, point: Ints) -> Floats:
        """True rain in mm per hour at each moment and point, aligned arrays."""
        hours = minutes // 60
        out = np.zeros(len(hours))
        for day in np.unique(hours // 24):
            rows = np.flatnonzero(hours // 24 == day)
            out[rows] = self._day(int(day))[point[rows], hours[rows] % 24]
        return out

    def _run(self, run: int) -> Floats:
        if run not in self._runs:
            hours = run + BLOCK_HOURS * np.arange(STEPS)
            fields = self.weather.fields(self.points, hours, run)
            self._runs[run] = np.array(
                [fields.temperature, fields.precipitation, fields.wind, fields.cloud]
            )
        return self._runs[run]

    def _day(self, day: int) -> Floats:
        if day not in self._days:
            hours = day * 24 + np.arange(24)
            self._days[day] = self.weather.fields(self.points, hours).precipitation
        return self._days[day]


@dataclass(frozen=True)
class World:
    """Everything that stays the same while travellers come and go."""

    seed: int
    start: datetime
    end: datetime
    places: Places
    people: People
    trips: Trips
    outlook: Outlook
    hours: OpenTable
    weather_point: Ints  # of each place
    pools: Ints  # (towns, pool): the places that can be shown from each town
    user_number: dict[str, int]
    place_number: dict[str, int]

    @classmethod
    def of(
        cls,
        seed: int,
        start: datetime,
        end: datetime,
        places: Places,
        people: People,
        trips: pl.DataFrame,
    ) -> "World":
        coast = reaches_beyond(places.longitude)
        points = weather_points(coast)
        user_number = {user: number for number, user in enumerate(people.ids)}
        return cls(
            seed=seed,
            start=start,
            end=end,
            places=places,
            people=people,
            trips=Trips.of(trips, user_number),
            outlook=Outlook(SimulatedWeather(seed), points),
            hours=OpenTable.of(places.opening_hours, *window(start, end)),
            weather_point=nearest(places.latitude, places.longitude, points),
            pools=_pools(seed, places, coast),
            user_number=user_number,
            place_number={poi: number for number, poi in enumerate(places.ids)},
        )

    def users(self, ids: pl.Series) -> Ints:
        """The numbers of travellers by id. Raises NotFound for one this world does not have."""
        return _numbers(ids, self.user_number, "traveller")

    def pois(self, ids: pl.Series) -> Ints:
        """The numbers of places by id. Raises NotFound for one this world does not have."""
        return _numbers(ids, self.place_number, "place")

    def trip_at(self, user: Ints, minute: Ints) -> Ints:
        """The trip each traveller is on, else the next one, else the last: indices of trips."""
        span = 1 << 40  # minutes fit in far less
        order = np.argsort(self.trips.user * span + self.trips.end)
        keys = (self.trips.user * span + self.trips.end)[order]
        found = np.searchsorted(keys, user * span + minute, side="right")
        found = np.minimum(found, len(order) - 1)
        found = found - (self.trips.user[order[found]] != user)
        return np.asarray(order[found])


def reaches_beyond(longitude: Floats) -> bool:
    """Whether places lie along the whole coast, not only on the Costa Blanca."""
    return bool(len(longitude) and (longitude < -1.8).any())


def weather_points(coast: bool) -> Floats:
    """The points of the weather table, (n, 2)."""
    further = [(lat, lon) for _, lat, lon in COAST] if coast else []
    return np.array([*WEATHER_POINTS, *further])


def local_clock(minutes: Ints) -> tuple[Ints, Ints, Bools]:
    """Local half hour of the day (0 .. 47), month (0 .. 11) and weekend of moments, aligned."""
    moments = pl.Series(minutes * 60_000_000).cast(pl.Datetime("us", "UTC"))
    local = moments.dt.convert_time_zone(str(LOCAL))
    half = local.dt.hour().cast(pl.Int64) * 2 + local.dt.minute().cast(pl.Int64) // 30
    weekend = local.dt.weekday() >= 6
    return half.to_numpy(), local.dt.month().cast(pl.Int64).to_numpy() - 1, weekend.to_numpy()


def _pools(seed: int, places: Places, coast: bool) -> Ints:
    """All places in a small world; in a large one mostly the near ones of each town."""
    bases = towns(coast)
    count = len(places.ids)
    if count <= POOL:
        return np.tile(np.arange(count), (len(bases), 1))
    pools = []
    for number, (_, lat, lon, _) in enumerate(bases):
        away = distance_km(places.latitude, places.longitude, np.full(1, lat), np.full(1, lon))
        luck = -np.log(uniform(seed, POOL_STREAM, number, np.arange(count)))
        pools.append(np.sort(np.argpartition(away + 10 * luck, POOL)[:POOL]))
    return np.array(pools)


def _numbers(ids: pl.Series, known: dict[str, int], what: str) -> Ints:
    missing = [one for one in ids.unique() if one not in known]
    if missing:
        raise NotFound(
            f"{len(missing)} {what} ids are not of this world, for example {missing[0]!r}; "
            "use the dataset the truth was written with"
        )
    return np.array([known[one] for one in ids], dtype=np.int64)
