"""The online row of one traveller, in a fraction of the time that `online.traveller_rows` takes.

Feedback changes one traveller, and of that one only what holds now is wanted: no joins and no history
of rows, but sums over a few hundred events. It is the same row to the bit, which a property test
(`tests/data/test_one_traveller.py`) and the nightly parity check hold it to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import CLICK, DISMISS, INTERACTIONS, RATING, SAVE, SHARE, VIEW, VISIT, C
from butler.domain import LoggedInteraction
from features import transforms as t
from features.places import GROUP, TIMEZONE, floats

OnlineRow = tuple[str, datetime, dict[str, Any]]
Array = NDArray[np.float64]
Index = NDArray[np.int64]

_EPOCH, _MICRO = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_DAY, _MINUTE = 86_400_000_000, 60_000_000  # microseconds
_SPAN = {name: window // _MICRO for name, window in t.WINDOWS.items()}
_CHOSEN = (CLICK, SAVE, SHARE, VISIT, t.BOOKING)
# what an event of each kind counts by itself, as MEASURES of `transforms` say
_MEANT = {
    "interactions": (*INTERACTIONS, t.BOOKING),
    "views": (VIEW,),
    "clicks": (CLICK,),
    "saves": (SAVE, SHARE),
    "dismisses": (DISMISS,),
    "visits": (VISIT,),
    "positives": _CHOSEN,
    "ratings": (RATING,),
    "bookings": (t.BOOKING,),
    "cancellations": (t.CANCELLATION,),
}
_KINDS = {kind: n for n, kind in enumerate(sorted({k for kinds in _MEANT.values() for k in kinds}))}
_COUNTS = np.array([[k in kinds for k in (*_KINDS, "other")] for kinds in _MEANT.values()], float)


@dataclass(frozen=True)
class MetPlaces:
    """What a traveller's row asks of places: each by its number in `index`, of shape (places,)."""

    index: Mapping[str, int]
    category: Sequence[str]
    group: Sequence[str]
    zone: Sequence[str]
    price: Array
    indoor_percent: Array
    latitude: Array
    longitude: Array

    @classmethod
    def of(cls, frame: pl.DataFrame, index: Mapping[str, int] | None = None) -> "MetPlaces":
        """Of the enriched catalogue; `index` is that of its rows, if there is one already."""
        ids = frame[C.POI].to_list() if index is None else []
        percent = frame.select((pl.col(C.INDOOR_SHARE) * 100).round()).to_series()
        category, group, zone = (_shared(frame[c].to_list()) for c in (C.CATEGORY, GROUP, TIMEZONE))
        return cls(
            {poi: n for n, poi in enumerate(ids)} if index is None else index,
            *(category, group, zone),
            *(floats(column) for column in (frame[C.PRICE_LEVEL], percent)),
            *(floats(frame[c]) for c in (C.LATITUDE, C.LONGITUDE)),
        )


def _shared(texts: Sequence[str]) -> list[str]:
    """The same texts, each of them in memory once."""
    once: dict[str, str] = {}
    return [once.setdefault(text, text) for text in texts]


@dataclass(frozen=True)
class Done:
    """What a traveller did, in the order of `transforms.with_place_facts`; places by their rank."""

    names: list[str]  # of the places, sorted
    rows: list[int]  # of each of them in `places`
    places: MetPlaces
    place: Index
    at: Index  # microseconds since 1970
    minute: Index  # on the wall clock of the place
    counts: Mapping[str, Array]  # measure -> what each event counts

    @classmethod
    def of(
        cls,
        past: Mapping[str, Any] | None,
        logged: Sequence[LoggedInteraction],
        places: MetPlaces,
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
        names = sorted({poi for poi in pois if poi in places.index})
        rank = {name: n for n, name in enumerate(names)}
        kept = [n for n, poi in enumerate(pois) if poi in rank]
        kept.sort(key=lambda n: (at[n], pois[n], kinds[n]))
        rows = [places.index[name] for name in names]
        place = np.array([rank[pois[n]] for n in kept], dtype=np.int64)
        kind = np.array([_KINDS.get(kinds[n], len(_KINDS)) for n in kept], dtype=np.int64)
        moments = [at[n] for n in kept]
        zones = [places.zone[row] for row in rows]
        minute = _minutes(moments, (zones[p] for p in place.tolist()))
        value, lead = (np.array([v[n] for n in kept], dtype=np.float64) for v in (values, leads))
        of_place = np.array(rows, dtype=np.int64)[place]
        counts = _counts(kind, value, lead, of_place, places, minute // 60 % 24)
        return cls(names, rows, places, place, np.array(moments, dtype=np.int64), minute, counts)


def _minutes(at: Iterable[int], zones: Iterable[str]) -> Index:
    """Minutes since 1970 on the wall clock of each zone."""
    local = [a + _offset(zone, a) for a, zone in zip(at, zones, strict=True)]
    return np.array(local, dtype=np.int64) // _MINUTE


def _offset(zone: str, at: int) -> int:
    """Microseconds that the clocks of the zone are ahead of UTC at that moment."""
    all_day = _offset_of_day(zone, at // _DAY)
    return _offset_at(zone, at) if all_day is None else all_day


@lru_cache(maxsize=10_000)
def _offset_of_day(zone: str, day: int) -> int | None:
    """Of a day in UTC; None where the clocks are changed on it."""
    first, last = (_offset_at(zone, (day + n) * _DAY) for n in (0, 1))
    return first if first == last else None


def _offset_at(zone: str, at: int) -> int:
    ahead = (_EPOCH + at * _MICRO).astimezone(ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    return ahead // _MICRO


def _counts(
    kind: Index, value: Array, lead: Array, place: Index, places: MetPlaces, hour: Index
) -> dict[str, Array]:
    """MEASURES of `transforms`; whole numbers, what is missing counts nothing."""
    found = dict(zip(_MEANT, _COUNTS[:, kind], strict=True))
    chosen, price, indoor = found["positives"], places.price[place], places.indoor_percent[place]
    angle = hour.astype(np.float64) * (2 * 3.141592653589793 / 24)
    return {
        **found,
        "rating_tenths": found["ratings"] * np.nan_to_num(np.round(value * 10)),
        "lead_hours": found["bookings"] * np.nan_to_num(lead),
        "priced": chosen * ~np.isnan(price),
        "price_sum": chosen * np.nan_to_num(price),
        "indoor_known": chosen * ~np.isnan(indoor),
        "indoor_percent": chosen * np.nan_to_num(indoor),
        "hour_cos": chosen * np.round(np.cos(angle) * 1000),
        "hour_sin": chosen * np.round(np.sin(angle) * 1000),
    }


def row(user_id: str, done: Done) -> OnlineRow | None:
    """The traveller's packed online row; None where nothing is known of them."""
    if not len(done.place):
        return None
    everything = np.zeros(len(done.place), dtype=np.int64)
    last, newest = len(done.place) - 1, int(done.at[-1])
    been = np.flatnonzero(done.counts["visits"])
    where = done.rows[int(done.place[been[-1]])] if len(been) else None
    latest = done.rows[int(done.place[last])]
    vector = [
        *_windowed(done, everything, 1, t.TRAVELLER)[0].tolist(),
        float(newest),
        float(done.at[been[-1]]) if len(been) else np.nan,
        np.nan if where is None else float(done.places.latitude[where]),
        np.nan if where is None else float(done.places.longitude[where]),
    ]
    names, level, twice = _levels(done)
    steps = _steps(done)
    return (
        user_id,
        _EPOCH + (newest + 1) * _MICRO,
        {
            "vector": vector,
            "known_until": newest + 1,
            "last_category": done.places.category[latest],
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
    both = [[of[row] for row in done.rows] for of in (done.places.category, done.places.group)]
    names = sorted({name for level in both for name in level})
    number = {name: n for n, name in enumerate(names)}
    category, group = (np.array([number[n] for n in level], dtype=np.int64) for level in both)
    twice = replace(
        done,
        place=np.tile(done.place, 2),
        at=np.tile(done.at, 2),
        minute=np.tile(done.minute, 2),
        counts=dict(zip(done.counts, np.tile(list(done.counts.values()), 2), strict=True)),
    )
    return names, np.concatenate([category[done.place], group[done.place]]), twice


def _of_categories(done: Done, level: Index, keys: int) -> list[float]:
    last = _last(done.at, level, keys).astype(np.float64)
    been = done.counts["visits"] > 0
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
