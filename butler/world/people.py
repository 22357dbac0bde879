"""The travellers of a world: who they are, what they like, when and where they stay.

Arrivals by month and nights per stay are those of the Resort Hotel in Antonio, de Almeida, Nunes:
Hotel booking demand datasets, 2019 (CC BY 4.0); `tests/data/test_world.py` computes them again.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from butler.columns import PARTIES, SCHEMAS, C
from butler.columns import UTC as UTC_TYPE
from butler.world import tastes
from butler.world.geography import BASES, COAST
from butler.world.noise import Bools, Floats, Ints
from butler.world.places import CHARACTERS

ARRIVALS = (
    0.0646, 0.0798, 0.0889, 0.0881, 0.0876, 0.0704, 0.1084, 0.1126, 0.0726, 0.0891, 0.0683, 0.0697,
)  # fmt: skip
"""Share of kept bookings arriving in each month, January first."""
NIGHTS = (
    0.1967, 0.1578, 0.1445, 0.1225, 0.0707, 0.0456, 0.1674,
    0.0197, 0.0159, 0.0239, 0.0080, 0.0040, 0.0025, 0.0207,
)  # fmt: skip
"""Share of stays of 1, 2, .. 14 nights, among those of 1 to 14."""

ORIGINS = (
    # country, share, languages with their shares
    ("ES", 0.24, (("es", 0.8), ("ca", 0.2))),
    ("GB", 0.26, (("en", 1.0),)),
    ("DE", 0.10, (("de", 1.0),)),
    ("FR", 0.10, (("fr", 1.0),)),
    ("NL", 0.09, (("nl", 1.0),)),
    ("BE", 0.06, (("nl", 0.55), ("fr", 0.45))),
    ("NO", 0.03, (("no", 1.0),)),
    ("SE", 0.03, (("sv", 1.0),)),
    ("IT", 0.03, (("it", 1.0),)),
    ("PL", 0.02, (("pl", 1.0),)),
    ("IE", 0.02, (("en", 1.0),)),
    ("US", 0.02, (("en", 1.0),)),
)
PARTY_SHARES = (0.13, 0.41, 0.28, 0.18)  # in the order of PARTIES
BUDGET_SHARES = (0.22, 0.42, 0.26, 0.10)  # levels 1 .. 4
TRIP_SHARES = (0.62, 0.27, 0.11)  # one, two, three trips
RESIDENT_SHARE = 0.12
AHEAD_DAYS = 40  # trips are planned this far beyond the simulated end
KIND_SPREAD, GROUP_SPREAD, CHARACTER_SPREAD = 0.35, 0.40, 0.18

PERSONA, TASTE, AFFINITY, RESIDENT = "persona", "taste", "affinity", "resident"
DISTANCE_WEIGHT, WEATHER_WEIGHT, CROWD_WEIGHT = "distance_weight", "weather_weight", "crowd_weight"
ACTIVITY, GROWN, YOUNG = "activity", "grown_ups", "minors"
TRIP_START, TRIP_END, BASE = "start", "end", "base"


@dataclass(frozen=True)
class People:
    """Aligned arrays, one entry a traveller; `taste` is (people, kinds)."""

    ids: pl.Series
    party: Ints  # index into PARTIES
    budget: Floats
    taste: Floats
    affinity: Floats
    distance_weight: Floats
    weather_weight: Floats
    crowd_weight: Floats
    activity: Floats
    grown_ups: Ints
    minors: Ints
    resident: Bools

    @classmethod
    def of(cls, travellers: pl.DataFrame, hidden: pl.DataFrame) -> "People":
        """From the dataset's travellers and the truth's, both in the same order."""
        return cls(
            ids=travellers[C.USER],
            party=np.array([PARTIES.index(party) for party in travellers[C.PARTY]]),
            budget=travellers[C.BUDGET_LEVEL].cast(pl.Float64).to_numpy(),
            taste=np.array(hidden[TASTE].to_list()),
            affinity=np.array(hidden[AFFINITY].to_list()),
            distance_weight=hidden[DISTANCE_WEIGHT].to_numpy(),
            weather_weight=hidden[WEATHER_WEIGHT].to_numpy(),
            crowd_weight=hidden[CROWD_WEIGHT].to_numpy(),
            activity=hidden[ACTIVITY].to_numpy(),
            grown_ups=hidden[GROWN].to_numpy(),
            minors=hidden[YOUNG].to_numpy(),
            resident=hidden[RESIDENT].to_numpy(),
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


def make_people(
    count: int, seed: int, start: datetime, end: datetime, coast: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The dataset's travellers, the truth's, and the trips (one row each)."""
    rng = np.random.default_rng([seed, 1])
    ids = [f"t{number:06d}" for number in range(1, count + 1)]
    resident = rng.random(count) < RESIDENT_SHARE
    origin = _choose(rng, [share for _, share, _ in ORIGINS], count)
    origin[resident & (rng.random(count) < 0.6)] = 0
    country = [ORIGINS[number][0] for number in origin]
    party = [PARTIES[number] for number in _choose(rng, PARTY_SHARES, count)]
    trips = _make_trips(rng, ids, resident, start, end, coast)
    hidden = _make_hidden(rng, ids, country, party, resident)
    travellers = pl.DataFrame(
        {
            C.USER: ids,
            C.LANGUAGE: _languages(rng, origin),
            C.HOME_COUNTRY: country,
            C.PARTY: party,
            C.BUDGET_LEVEL: _choose(rng, BUDGET_SHARES, count) + 1,
            C.TRIPS: _trips_json(ids, trips, coast),
        }
    ).cast(SCHEMAS["travellers"].columns)
    return travellers, hidden, trips


def _make_hidden(
    rng: np.random.Generator, ids: list[str], country: list[str], party: list[str], resident: Bools
) -> pl.DataFrame:
    count = len(ids)
    names = list(tastes.PERSONAS)
    persona = np.array([rng.choice(len(names), p=tastes.PERSONA_SHARES[kind]) for kind in party])
    distance = {"solo": 0.50, "couple": 0.50, "family": 0.75, "friends": 0.45}
    adults, minors = _heads(rng, party)
    return pl.DataFrame(
        {
            C.USER: ids,
            PERSONA: [names[number] for number in persona],
            TASTE: _tastes(rng, persona, country, party),
            AFFINITY: CHARACTER_SPREAD * rng.standard_normal((count, CHARACTERS)),
            DISTANCE_WEIGHT: np.array([distance[kind] for kind in party])
            * rng.lognormal(0, 0.25, count),
            WEATHER_WEIGHT: rng.lognormal(0.25, 0.25, count),
            CROWD_WEIGHT: rng.lognormal(-0.1, 0.4, count),
            ACTIVITY: rng.gamma(3.0, 1 / 3.0, count),
            GROWN: adults,
            YOUNG: minors,
            RESIDENT: resident,
        },
        schema_overrides={TASTE: pl.List(pl.Float64), AFFINITY: pl.List(pl.Float64)},
    )


def _tastes(
    rng: np.random.Generator, persona: Ints, country: list[str], party: list[str]
) -> Floats:
    """(people, kinds): common + persona + country + party + one's own by group and by kind."""
    count, kinds = len(persona), len(tastes.KINDS)
    personas = np.array([tastes.by_kind(table) for table in tastes.PERSONAS.values()])
    groups = [kind.split("/")[0] for kind in tastes.KINDS]
    group = np.array([sorted(set(groups)).index(name) for name in groups])
    own = GROUP_SPREAD * rng.standard_normal((count, group.max() + 1))[:, group]
    own += KIND_SPREAD * rng.standard_normal((count, kinds))
    strength = rng.uniform(0.5, 1.1, count)[:, None]
    nation = np.array([tastes.by_kind(tastes.COUNTRY_TASTES.get(name, {})) for name in country])
    crowd = np.array([tastes.by_kind(tastes.PARTY_TASTES[name]) for name in party])
    return np.asarray(tastes.by_kind(tastes.COMMON) + strength * personas[persona] + nation + crowd + own)


def _heads(rng: np.random.Generator, party: list[str]) -> tuple[Ints, Ints]:
    kind = np.array(party)
    friends = rng.integers(3, 7, len(party))
    adults = np.select([kind == "solo", kind == "friends"], [1, friends], default=2)
    return adults, np.where(kind == "family", rng.integers(1, 4, len(party)), 0)


def _make_trips(
    rng: np.random.Generator,
    ids: list[str],
    resident: Bools,
    start: datetime,
    end: datetime,
    coast: bool,
) -> pl.DataFrame:
    """One to three stays each, never overlapping; a resident's one stay spans it all."""
    bases = towns(coast)
    shares = [share for _, _, _, share in bases]
    first = start - timedelta(days=6)
    days = [first + timedelta(days=day) for day in range((end - first).days + AHEAD_DAYS)]
    arrival = np.array([ARRIVALS[day.month - 1] for day in days])
    rows: list[tuple[str, datetime, datetime, int, float, float]] = []
    for user, stays_here in zip(ids, resident, strict=True):
        base = int(rng.choice(len(bases), p=np.array(shares) / sum(shares)))
        lat = bases[base][1] + 0.012 * rng.standard_normal()
        lon = bases[base][2] + 0.012 * rng.standard_normal()
        if stays_here:
            always = (start - timedelta(days=365), end + timedelta(days=365))
            rows.append((user, *always, base, lat, lon))
            continue
        free = first - timedelta(days=1)
        number = 1 + int(_choose(rng, TRIP_SHARES, 1)[0])
        chosen = np.sort(rng.choice(len(days), number, replace=False, p=arrival / arrival.sum()))
        for day in chosen:
            nights = 1 + int(_choose(rng, NIGHTS, 1)[0])
            begin = days[day] + timedelta(hours=14)
            if begin > free:
                free = days[day] + timedelta(days=nights, hours=10)
                rows.append((user, begin, free, base, lat, lon))
            base = int(rng.choice(len(bases), p=np.array(shares) / sum(shares)))
            lat = bases[base][1] + 0.012 * rng.standard_normal()
            lon = bases[base][2] + 0.012 * rng.standard_normal()
    schema = {
        C.USER: pl.String,
        TRIP_START: UTC_TYPE,
        TRIP_END: UTC_TYPE,
        BASE: pl.Int64,
        C.LATITUDE: pl.Float64,
        C.LONGITUDE: pl.Float64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.col(C.LATITUDE, C.LONGITUDE).round(4))


def _trips_json(ids: list[str], trips: pl.DataFrame, coast: bool) -> list[str]:
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


def _languages(rng: np.random.Generator, origin: Ints) -> list[str]:
    draws = rng.random(len(origin))
    words = []
    for number, draw in zip(origin, draws, strict=True):
        languages = ORIGINS[number][2]
        ends = np.cumsum([share for _, share in languages])
        words.append(languages[min(int((draw >= ends).sum()), len(languages) - 1)][0])
    return words


def _choose(rng: np.random.Generator, shares: tuple[float, ...] | list[float], count: int) -> Ints:
    weights = np.array(shares) / np.sum(shares)
    return np.asarray(rng.choice(len(weights), count, p=weights))
