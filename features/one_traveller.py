"""The online row of one traveller, in a fraction of the time that `online.traveller_rows` takes.

Feedback changes one traveller, and of that one only what holds now is wanted: no joins and no history
of rows, but sums over a few hundred events. It is the same row to the bit, which a property test
(`tests/data/test_one_traveller.py`) and the nightly parity check hold it to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import CLICK, DISMISS, INTERACTIONS, RATING, SAVE, SHARE, VIEW, VISIT, C
from butler.domain import LoggedInteraction
from features import transforms as t
from features.places import GROUP, TIMEZONE

OnlineRow = tuple[str, datetime, dict[str, Any]]
Array = NDArray[np.float64]
Index = NDArray[np.int64]

_EPOCH, _MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_SPAN = {name: window // _MICRO for name, window in t.WINDOWS.items()}
_CHOSEN = (CLICK, SAVE, SHARE, VISIT, t.BOOKING)


@dataclass(frozen=True)
class Done:
    """What a traveller did, in the order of `transforms.with_place_facts`; places by their rank."""

    names: list[str]  # of the places, sorted
    place: Index
    kind: NDArray[np.str_]  # of the event
    at: Index  # microseconds since 1970
    minute: Index  # on the wall clock of the place
    facts: Mapping[str, Sequence[Any]]  # of each place
    counts: Mapping[str, Array]  # measure -> what each event counts

    @classmethod
    def of(
        cls,
        past: Mapping[str, Any] | None,
        logged: Sequence[LoggedInteraction],
        places: pl.DataFrame,
    ) -> "Done":
        """`past` as the online store has it, and the feedback since; unknown places are left out."""
        pois = [*(past["poi_keys"] if past else ()), *(e.interaction.poi_id for e in logged)]
        kinds = [*(past["kinds"] if past else ()), *(e.interaction.event_type for e in logged)]
        at = [
            *(past["known_at"] if past else ()),
            *((e.known_at - _EPOCH) // _MICRO for e in logged),
        ]
        values = [*(past["values"] if past else ()), *(e.interaction.value for e in logged)]
        leads = [*(past["lead_hours"] if past else ()), *(None for _ in logged)]
        facts = _facts(places, pois)
        names: list[str] = facts[C.POI]
        rank = {name: n for n, name in enumerate(names)}
        kept = [n for n, poi in enumerate(pois) if poi in rank]
        kept.sort(key=lambda n: (at[n], pois[n], kinds[n]))
        place = np.array([rank[pois[n]] for n in kept], dtype=np.int64)
        kind = np.array([kinds[n] for n in kept], dtype=str)
        moments = np.array([at[n] for n in kept], dtype=np.int64)
        minute = _minutes(moments, [facts[TIMEZONE][p] for p in place.tolist()])
        value, lead = (np.array([v[n] for n in kept], dtype=np.float64) for v in (values, leads))
        counts = _counts(kind, value, lead, place, facts, minute // 60 % 24)
        return cls(names, place, kind, moments, minute, facts, counts)


def _facts(places: pl.DataFrame, pois: Sequence[str]) -> dict[str, list[Any]]:
    """Of the places among these, sorted by id."""
    columns = (C.POI, C.CATEGORY, GROUP, TIMEZONE, C.PRICE_LEVEL, C.LATITUDE, C.LONGITUDE)
    met = places.filter(pl.col(C.POI).is_in(sorted(set(pois))))
    chosen = met.select(*columns, (pl.col(C.INDOOR_SHARE) * 100).round().alias("indoor_percent"))
    return chosen.sort(C.POI).to_dict(as_series=False)


def _minutes(at: Index, zones: Sequence[str]) -> Index:
    """Minutes since 1970 on the wall clock of each zone."""
    out = np.empty(len(at), dtype=np.int64)
    zone = np.array(zones, dtype=str)
    moments = pl.DataFrame({C.KNOWN_AT: pl.Series(at).cast(pl.Datetime("us", "UTC"))})
    for name in np.unique(zone).tolist():
        here = zone == name
        out[here] = (
            moments.filter(pl.Series(here)).select(t.wall_minute(name)).to_series().to_numpy()
        )
    return out


def _counts(
    kind: NDArray[np.str_],
    value: Array,
    lead: Array,
    place: Index,
    facts: Mapping[str, Sequence[Any]],
    hour: Index,
) -> dict[str, Array]:
    """MEASURES of `transforms`; whole numbers, what is missing counts nothing."""
    chosen, price = np.isin(kind, _CHOSEN), np.array(facts[C.PRICE_LEVEL], dtype=np.float64)[place]
    indoor = np.array(facts["indoor_percent"], dtype=np.float64)[place]
    angle = hour.astype(np.float64) * (2 * 3.141592653589793 / 24)
    booked = kind == t.BOOKING
    found = {
        "interactions": np.isin(kind, [*INTERACTIONS, t.BOOKING]),
        "views": kind == VIEW,
        "clicks": kind == CLICK,
        "saves": np.isin(kind, [SAVE, SHARE]),
        "dismisses": kind == DISMISS,
        "visits": kind == VISIT,
        "positives": chosen,
        "ratings": kind == RATING,
        "rating_tenths": np.where(kind == RATING, np.nan_to_num(np.round(value * 10)), 0.0),
        "bookings": booked,
        "cancellations": kind == t.CANCELLATION,
        "lead_hours": np.where(booked, np.nan_to_num(lead), 0.0),
        "priced": chosen & ~np.isnan(price),
        "price_sum": np.where(chosen, np.nan_to_num(price), 0.0),
        "indoor_known": chosen & ~np.isnan(indoor),
        "indoor_percent": np.where(chosen, np.nan_to_num(indoor), 0.0),
        "hour_cos": np.where(chosen, np.round(np.cos(angle) * 1000), 0.0),
        "hour_sin": np.where(chosen, np.round(np.sin(angle) * 1000), 0.0),
    }
    return {name: np.asarray(counted, dtype=np.float64) for name, counted in found.items()}


def row(user_id: str, done: Done) -> OnlineRow | None:
    """The traveller's packed online row; None where nothing is known of them."""
    if not len(done.place):
        return None
    everything = np.zeros(len(done.place), dtype=np.int64)
    last, newest = len(done.place) - 1, int(done.at[-1])
    been = np.flatnonzero(done.kind == VISIT)
    where = int(done.place[been[-1]]) if len(been) else None
    vector = [
        *_windowed(done, everything, 1, t.TRAVELLER)[0].tolist(),
        float(newest),
        float(done.at[been[-1]]) if len(been) else np.nan,
        *(np.nan if where is None else done.facts[c][where] for c in (C.LATITUDE, C.LONGITUDE)),
    ]
    names, level, twice = _levels(done)
    steps = _steps(done)
    return (
        user_id,
        _EPOCH + (newest + 1) * _MICRO,
        {
            "vector": vector,
            "known_until": newest + 1,
            "last_category": done.facts[C.CATEGORY][int(done.place[last])],
            "last_poi": done.names[int(done.place[last])],
            "category_keys": names,
            "category_values": _of_categories(twice, level, len(names)),
            "poi_keys": done.names,
            "poi_values": _of_places(done),
            "step_places": [place for place, _ in steps],
            "step_minutes": [minute for _, minute in steps],
        },
    )


def _windowed(done: Done, key: Index, keys: int, wanted: t.Wanted) -> Array:
    """(keys, wanted) counts in windows that end just after each key's last event."""
    last = _last(done.at, key, keys)
    ago = last[key] + 1 - done.at
    within = {w: ago <= _SPAN[w] for w in dict.fromkeys(w for _, w in wanted)}
    columns = [np.bincount(key, done.counts[m] * within[w], keys) for m, w in wanted]
    return np.stack(columns, axis=1)


def _last(at: Index, key: Index, keys: int) -> Index:
    out = np.full(keys, np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(out, key, at)
    return out


def _levels(done: Done) -> tuple[list[str], Index, Done]:
    """Categories and groups, sorted; the number of each event's, and the events, once for each."""
    both = [*done.facts[C.CATEGORY], *done.facts[GROUP]]
    names, number = np.unique(np.array(both, dtype=str), return_inverse=True)
    category, group = np.split(number.reshape(-1).astype(np.int64), 2)
    twice = replace(
        done,
        place=np.concatenate([done.place, done.place]),
        kind=np.concatenate([done.kind, done.kind]),
        at=np.concatenate([done.at, done.at]),
        minute=np.concatenate([done.minute, done.minute]),
        counts={m: np.concatenate([c, c]) for m, c in done.counts.items()},
    )
    level = np.concatenate([category[done.place], group[done.place]])
    return [str(n) for n in names], level, twice


def _of_categories(done: Done, level: Index, keys: int) -> list[float]:
    last = _last(done.at, level, keys).astype(np.float64)
    been = done.kind == VISIT
    visited = _last(done.at[been], level[been], keys)
    visit = np.where(visited == np.iinfo(np.int64).min, np.nan, visited.astype(np.float64))
    counts = _windowed(done, level, keys, t.TRAVELLER_CATEGORY)
    return np.column_stack([counts, last, visit]).ravel().tolist()


def _of_places(done: Done) -> list[float]:
    last = _last(done.at, done.place, len(done.names)).astype(np.float64)
    counts = _windowed(done, done.place, len(done.names), t.TRAVELLER_POI)
    return np.column_stack([counts, last]).ravel().tolist()


def _steps(done: Done) -> list[tuple[int, int]]:
    """Place and local minute of what was chosen last, oldest first; once a place and moment."""
    chosen = np.flatnonzero(done.counts["positives"] > 0)
    once = {(int(done.at[n]), int(done.place[n])): int(done.minute[n]) for n in chosen[::-1]}
    return [(place, minute) for (_, place), minute in sorted(once.items())][-t.STEPS :]
