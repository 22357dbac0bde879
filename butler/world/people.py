"""The travellers of a world: who they are and what they like."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from butler.columns import PARTIES, C
from butler.world import tastes
from butler.world.noise import Bools, Floats, Ints
from butler.world.places import CHARACTERS
from butler.world.tables import typed
from butler.world.trips import choose, make_trips, trips_json

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
RESIDENT_SHARE = 0.12
KIND_SPREAD, GROUP_SPREAD, CHARACTER_SPREAD = 0.30, 0.35, 0.15

PERSONA, TASTE, AFFINITY, RESIDENT = "persona", "taste", "affinity", "resident"
DISTANCE_WEIGHT, WEATHER_WEIGHT, CROWD_WEIGHT = "distance_weight", "weather_weight", "crowd_weight"
ACTIVITY, GROWN, YOUNG = "activity", "grown_ups", "minors"


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


def make_people(
    count: int, seed: int, start: datetime, end: datetime, coast: bool
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The dataset's travellers, the truth's, and the trips (one row each)."""
    rng = np.random.default_rng([seed, 1])
    ids = [f"t{number:06d}" for number in range(1, count + 1)]
    resident = rng.random(count) < RESIDENT_SHARE
    origin = choose(rng, [share for _, share, _ in ORIGINS], count)
    origin[resident & (rng.random(count) < 0.6)] = 0
    country = [ORIGINS[number][0] for number in origin]
    party = [PARTIES[number] for number in choose(rng, PARTY_SHARES, count)]
    trips = make_trips(rng, ids, resident, start, end, coast)
    hidden = _make_hidden(rng, ids, country, party, resident)
    travellers = pl.DataFrame(
        {
            C.USER: ids,
            C.LANGUAGE: _languages(rng, origin),
            C.HOME_COUNTRY: country,
            C.PARTY: party,
            C.BUDGET_LEVEL: choose(rng, BUDGET_SHARES, count) + 1,
            C.TRIPS: trips_json(ids, trips, coast),
        }
    )
    return typed(travellers, "travellers"), hidden, trips


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
    return np.asarray(
        tastes.by_kind(tastes.COMMON) + strength * personas[persona] + nation + crowd + own
    )


def _heads(rng: np.random.Generator, party: list[str]) -> tuple[Ints, Ints]:
    kind = np.array(party)
    friends = rng.integers(3, 7, len(party))
    adults = np.select([kind == "solo", kind == "friends"], [1, friends], default=2)
    return adults, np.where(kind == "family", rng.integers(1, 4, len(party)), 0)


def _languages(rng: np.random.Generator, origin: Ints) -> list[str]:
    draws = rng.random(len(origin))
    words = []
    for number, draw in zip(origin, draws, strict=True):
        languages = ORIGINS[number][2]
        ends = np.cumsum([share for _, share in languages])
        words.append(languages[min(int((draw >= ends).sum()), len(languages) - 1)][0])
    return words
