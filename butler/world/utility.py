"""The hidden utility: how much a traveller is drawn to a place at a moment, in log-odds.

It is a sum of named parts, each an array (moments, places); `docs/world.md` writes them out.
Nothing here is random: chance enters when the traveller looks, clicks and goes (`reaction.py`).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from butler.columns import PARTIES, C
from butler.world import tastes
from butler.world.geography import distance_km
from butler.world.model import DAY_MINUTES, World, local_clock
from butler.world.noise import Bools, Floats, Ints

BIAS = -1.0
EXAMINATION_POWER = 0.7  # a card at position k is looked at with probability k ** -power
PREPARE_MIN, SPEED_KMH = 20, 40.0  # arrival = asked + preparing + the way
CLOSED, OUT_OF_SEASON = -4.0, -1.0
HOUR_FIT = 1.4
OVER_BUDGET, PRICE = -0.55, -0.10
FAMILY_NO_KIDS, FAMILY_KIDS = -0.8, 0.3
CROWDED = -0.7
FATIGUE, SEEN = -0.8, -2.0
FATIGUE_DAYS, FATIGUE_REACH = 2.5, 14  # a visit tires of its kind, fading with this time scale
VISIT_BIAS, VISIT_SLOPE = 0.3, 0.5
BOOK_BIAS, BOOK_SLOPE = 1.2, 0.6
SLATE = 10


@dataclass(frozen=True)
class History:
    """Visits so far: aligned arrays of traveller, place and day (since 1970)."""

    user: Ints
    poi: Ints
    day: Ints

    @classmethod
    def of(cls, world: World, visits: pl.DataFrame) -> "History":
        """From a frame with user_id, poi_id, occurred_at."""
        day = visits[C.OCCURRED_AT].dt.epoch("d").cast(pl.Int64).to_numpy()
        return cls(world.users(visits[C.USER]), world.pois(visits[C.POI]), day)

    def after(self, more: "History") -> "History":
        """This history and what followed it."""
        return History(
            np.concatenate([self.user, more.user]),
            np.concatenate([self.poi, more.poi]),
            np.concatenate([self.day, more.day]),
        )

    def before(self, day: int) -> "History":
        keep = self.day < day
        return History(self.user[keep], self.poi[keep], self.day[keep])


@dataclass(frozen=True)
class Moments:
    """Requests of one day as arrays: who, when, where from, and what they are tired of."""

    user: Ints
    minute: Ints  # since 1970, UTC
    latitude: Floats
    longitude: Floats
    planning: Bools  # asked before the trip: no location, no hour in mind
    trip: Ints
    tired: Floats  # (moments, kinds)
    seen: Ints  # sorted keys, user * places + place

    @classmethod
    def of(cls, world: World, requests: pl.DataFrame, history: History) -> "Moments":
        """From requests of ONE day (user_id, occurred_at, latitude, longitude)."""
        user = world.users(requests[C.USER])
        minute = requests[C.OCCURRED_AT].dt.epoch("s").to_numpy() // 60
        trip = world.trip_at(user, minute)
        planning = requests[C.LATITUDE].is_null().to_numpy()
        lat = requests[C.LATITUDE].cast(pl.Float64).to_numpy()
        lon = requests[C.LONGITUDE].cast(pl.Float64).to_numpy()
        past = history.before(int(minute.min()) // DAY_MINUTES) if len(minute) else history
        return cls(
            user=user,
            minute=minute,
            latitude=np.where(planning, world.trips.latitude[trip], lat),
            longitude=np.where(planning, world.trips.longitude[trip], lon),
            planning=planning,
            trip=trip,
            tired=_tired(world, past, minute)[user],
            seen=np.unique(past.user * len(world.places.ids) + past.poi),
        )


@dataclass(frozen=True)
class Appeal:
    """What draws each traveller to each place: `parts` sum to `total`; all (moments, places)."""

    parts: dict[str, Floats]
    total: Floats
    arrival: Ints  # minutes since 1970
    is_open: Bools

    @property
    def click(self) -> Floats:
        """P(click | looked at): the expected click-through at position 1."""
        return sigmoid(self.total)

    @property
    def visit(self) -> Floats:
        """P(sets out within hours | clicked), before the true weather has its say."""
        return np.where(self.is_open, sigmoid(VISIT_BIAS + VISIT_SLOPE * self.total), 0.0)

    def book(self, world: World, columns: Ints) -> Floats:
        """P(books | clicked): another day, so neither hour nor weather nor opening counts."""
        now = self.parts["weather"] + self.parts["open"] + self.parts["hour"]
        can = tastes.bookable()[world.places.kind] & (world.places.ticket > 0)
        drawn = sigmoid(BOOK_BIAS + BOOK_SLOPE * (self.total - now))
        return np.where(can[columns], drawn, 0.0)


def appeal(world: World, moments: Moments, columns: Ints) -> Appeal:
    """The utility of the places `columns` (moments, n), numbers of places, at the moments."""
    places, people = world.places, world.people
    user, kind = moments.user[:, None], places.kind[columns]
    away = _distances(world, moments, columns)
    arrival = moments.minute[:, None] + PREPARE_MIN + (away * 60 / SPEED_KMH).astype(np.int64)
    is_open = world.hours.is_open(columns, arrival)
    half, month, weekend = local_clock(moments.minute)
    fit = _fit(kind, half[:, None] + (arrival - moments.minute[:, None]) // 30)
    here = ~moments.planning[:, None]
    parts = {
        "bias": np.full(columns.shape, BIAS),
        "taste": people.taste[user, kind],
        "character": np.einsum(
            "rf,rcf->rc", people.affinity[moments.user], places.character[columns]
        ),
        "quality": places.quality[columns],
        "distance": _distance_cost(people.distance_weight[user], away),
        "weather": here * people.weather_weight[user] * _weather(world, moments, columns, arrival),
        "open": here * np.where(is_open, 0.0, CLOSED),
        "hour": here * HOUR_FIT * fit,
        "season": np.where(places.in_season[columns, month[:, None]], 0.0, OUT_OF_SEASON),
        "price": _price(places.price[columns], people.budget[user]),
        "party": _party(people.party[user] == PARTIES.index("family"), places.kids[columns]),
        "crowd": _crowd(world, columns, fit, month, weekend) * people.crowd_weight[user],
        "fatigue": _fatigue(world, moments, columns, kind),
    }
    return Appeal(parts, np.sum(list(parts.values()), axis=0), arrival, is_open)


def examination(length: int) -> Floats:
    """P(a card is looked at) at positions 1 .. length."""
    return np.asarray(np.arange(1, length + 1) ** -EXAMINATION_POWER)


def sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def weather_effect(sky: Floats, indoor: Floats, summer: Floats, windy: Floats) -> Floats:
    """What the forecast (4, ...: temperature, rain, wind, cloud) adds, by indoor share and kind."""
    warmth, rain, wind, cloud = sky
    outdoor = 1 - indoor
    wet = 1 - np.exp(-rain / 0.4)
    blown = np.clip((wind - 5) / 5, 0, 1.5)
    effect = (1.2 * indoor - 4.0 * outdoor) * wet
    effect = effect - outdoor * (0.5 * blown + 1.2 * np.clip(cloud / 100 - 0.3, 0, 1))
    effect = effect - 1.2 * windy * blown
    effect = effect - outdoor * 0.8 * np.clip((warmth - 31) / 5, 0, 1)
    effect = effect - outdoor * 1.0 * np.clip((14 - warmth) / 6, 0, 1.5)
    cold, warm = np.clip((22 - warmth) / 7, 0, 2), np.clip((warmth - 24) / 6, 0, 1)
    return np.asarray(effect + summer * (0.8 * warm - 1.5 * cold))


def _distances(world: World, moments: Moments, columns: Ints) -> Floats:
    lat, lon = world.places.latitude[columns], world.places.longitude[columns]
    return distance_km(moments.latitude[:, None], moments.longitude[:, None], lat, lon)


def _distance_cost(weight: Floats, away: Floats) -> Floats:
    return np.asarray(-weight * (np.log1p(away / 2.5) + 0.024 * away))


def _weather(world: World, moments: Moments, columns: Ints, arrival: Ints) -> Floats:
    kind = world.places.kind[columns]
    sky = world.outlook.forecast(moments.minute, arrival, world.weather_point[columns])
    summer, windy = tastes.by_kind(tastes.SUMMER_KINDS), tastes.by_kind(tastes.WINDY_KINDS)
    return weather_effect(sky, world.places.indoor[columns], summer[kind], windy[kind])


def _fit(kind: Ints, half_hour: Ints) -> Floats:
    return np.asarray(tastes.hour_table()[kind, half_hour % 48])


def _price(level: Floats, budget: Floats) -> Floats:
    return np.asarray(OVER_BUDGET * np.clip(level - budget, 0, None) + PRICE * level)


def _party(family: Bools, kids: Bools) -> Floats:
    return np.where(family, np.where(kids, FAMILY_KIDS, FAMILY_NO_KIDS), 0.0)


def _crowd(world: World, columns: Ints, fit: Floats, month: Ints, weekend: Bools) -> Floats:
    """Famous places fill up at their best hour, at weekends, and most in July and August."""
    busy = np.array([0.6, 0.6, 0.8, 0.9, 0.9, 1.1, 1.5, 1.6, 1.1, 0.9, 0.7, 0.7])[month]
    busy = busy * np.where(weekend, 1.3, 1.0)
    full = sigmoid(1.5 * (world.places.fame[columns] - 0.5)) * (0.5 + fit)
    return np.asarray(CROWDED * busy[:, None] * full)


def _fatigue(world: World, moments: Moments, columns: Ints, kind: Ints) -> Floats:
    rows = np.arange(len(moments.user))[:, None]
    keys = moments.user[:, None] * len(world.places.ids) + columns
    spot = np.searchsorted(moments.seen, keys)
    known = np.append(moments.seen, -1)[spot] == keys
    return np.asarray(FATIGUE * moments.tired[rows, kind] + SEEN * known)


def _tired(world: World, past: History, minute: Ints) -> Floats:
    """(people, kinds): the visits of the last days, each fading."""
    people, kinds = len(world.people.ids), len(tastes.KINDS)
    if not len(minute):
        return np.zeros((people, kinds))
    ago = int(minute.min()) // DAY_MINUTES - past.day
    recent = ago <= FATIGUE_REACH
    cell = past.user[recent] * kinds + world.places.kind[past.poi[recent]]
    weight = np.exp(-ago[recent] / FATIGUE_DAYS)
    total = np.bincount(cell, weights=weight, minlength=people * kinds).astype(np.float64)
    return total.reshape(people, kinds)
