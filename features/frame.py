"""From requests and candidates to the ranker's rows: the join of everything a vector needs.

`Catalogue` is what is known of places by itself. `offline_rows` joins point-in-time history by
Feast for training and parity; `serving` fills the same `Rows` from what holds now.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from butler.columns import PARTIES, C
from butler.errors import NotFound, StoreUnavailable
from features import context as ctx
from features import one_traveller
from features.opening import Openings
from features.places import CELL, GROUP, TIMEZONE, WEATHER_CELL, Zones, floats
from features.rows import MICROS_AN_HOUR, Array, Rows
from features.sequence import Steps, Where, sequence_pairs
from features.session import READS, session_pairs
from features.store import Features
from features.transforms import (
    AT,
    BLOCK_HOURS,
    PLACE_HOUR,
    SEGMENT,
    STEPS,
    WEATHER_SLOT,
    weather_slot_key,
)
from features.trending import Window, counted
from features.views import COLUMNS, TEXT_COLUMNS

TRAVELLER_NUMBERS = [c for c in COLUMNS["traveller"] if c not in TEXT_COLUMNS]


class Catalogue:
    """The enriched places (see `places.enrich`) as arrays, cell by cell, in a cell in the order of
    poi_id: what is near on the coast is near in memory, which a request among many places gains by."""

    def __init__(self, places: pl.DataFrame) -> None:
        self.frame = places.sort(CELL, C.POI)
        self.ids: list[str] = self.frame[C.POI].to_list()
        self.index: dict[str, int] = {p: i for i, p in enumerate(self.ids)}
        self.latitude = self.frame[C.LATITUDE].to_numpy()
        self.longitude = self.frame[C.LONGITUDE].to_numpy()
        self.categories: list[str] = self.frame[C.CATEGORY].to_list()
        self.groups: list[str] = self.frame[GROUP].to_list()
        self.cells: list[str] = self.frame[CELL].to_list()
        self.cell = coded(self.cells)[1]
        self.weather_cells: list[str | None] = self.frame[WEATHER_CELL].to_list()
        self.providers = _providers(self.frame)
        self.kinds, kind = coded(self.categories)
        self.kind_groups, self.group = coded(self.groups)
        self.where = Where(self.latitude, self.longitude, kind)
        self.zones = Zones(self.frame)
        self.calendar = ctx.Calendar(self.zones)
        zone = self.frame[TIMEZONE].value_counts(sort=True)[TIMEZONE].to_list()
        country = self.calendar.country(zone[0]) if zone else None
        self.openings = Openings(self.frame[C.OPENING_HOURS].to_list(), country)
        self.arrays: dict[str, Array] = {
            C.LATITUDE: self.latitude,
            C.LONGITUDE: self.longitude,
        }

    @cached_property
    def met(self) -> one_traveller.MetPlaces:
        """What the row of a traveller who met them asks of places."""
        return one_traveller.MetPlaces.of(self.frame, self.index)

    def __reduce__(self) -> tuple[Any, ...]:
        return Catalogue, (self.frame,)

    @classmethod
    def load(cls, home: Path) -> "Catalogue":
        """The places of the last build; NotFound before the first, StoreUnavailable if damaged."""
        path = home / "features" / "places.parquet"
        if not path.exists():
            raise NotFound("No features yet. Run `butler features` after `butler ingest`.")
        try:
            return cls(pl.read_parquet(path))
        except pl.exceptions.PolarsError as error:
            raise StoreUnavailable(
                f"features/{path.name} is damaged ({str(error).splitlines()[0]}). Remove it and run "
                "`butler features`."
            ) from error

    def fingerprint(self) -> str:
        """Changes whenever a place comes, goes, or any fact of one changes."""
        return f"{self.frame.hash_rows(seed=0).sum():016x}"

    def __len__(self) -> int:
        return len(self.ids)

    def known_category(self, category: str) -> bool:
        """Whether it is a group ("nature") or a category ("nature/beach") of any place."""
        return category in self.kinds or category in self.kind_groups

    def in_category(self, category: str, among: Array | slice = slice(None)) -> Array:
        """Mask over places, or over the rows `among` them: shape (places among,)."""
        kind, group = (
            names.index(category) if category in names else -1
            for names in (self.kinds, self.kind_groups)
        )
        return np.asarray((self.where.kind[among] == kind) | (self.group[among] == group))


def coded(values: Sequence[str]) -> tuple[list[str], Array]:
    """The distinct values, sorted, and the number of each value (int64) among them."""
    names, code = np.unique(np.array(values, dtype=str), return_inverse=True)
    return [str(n) for n in names], code.reshape(-1).astype(np.int64)


def _providers(places: pl.DataFrame) -> Array:
    """A code (int64) of each place's provider; a place without one is its own."""
    named = places[C.PROVIDER] if C.PROVIDER in places.columns else [None] * len(places)
    who = [
        f"poi:{i}" if p is None else f"by:{p}" for i, p in zip(places[C.POI], named, strict=True)
    ]
    return np.unique(who, return_inverse=True)[1].astype(np.int64)


def with_traveller(
    requests: pl.DataFrame, traveller: pl.DataFrame, profile: pl.DataFrame
) -> pl.DataFrame:
    """Requests beside the traveller's row and profile (same order), ready for `resolve`."""
    profile = profile.rename({C.PARTY: "profile_party"})
    joined = pl.concat([requests, traveller, profile], how="horizontal")
    return joined.with_columns(
        pl.col("t_last_visit_at").alias("last_visit_at"),
        pl.col("t_last_latitude").alias("last_latitude"),
        pl.col("t_last_longitude").alias("last_longitude"),
    )


def request_arrays(resolved: Mapping[str, Sequence[Any]], catalogue: Catalogue) -> dict[str, Array]:
    """The request columns of `Rows`, each float64 of shape (requests,), of resolved columns.

    Plain sequences, so that one request on the hot path needs no frame: None is missing.
    """
    names = (*TRAVELLER_NUMBERS, *_CONTEXT_NUMBERS)
    arrays = dict(zip(names, _numbers([resolved[name] for name in names]), strict=True))
    place = _numbers([catalogue.index.get(p, -1) for p in resolved["t_last_poi"]])
    arrays["last_place"] = np.where(np.isnan(arrays["t_last_at"]), np.nan, place)
    arrays["requested_us"] = _micros(resolved[ctx.REQUESTED_AT])
    arrays["requested_hours"] = arrays["requested_us"] / MICROS_AN_HOUR
    arrays["visit_hours"] = _micros(resolved[ctx.VISIT_AT]) / MICROS_AN_HOUR
    arrays["party_code"] = _numbers([_PARTY_CODE.get(p) for p in resolved[C.PARTY]])
    homes = zip(resolved[C.HOME_COUNTRY], resolved["place_zone"], strict=True)
    arrays["at_home"] = _numbers(
        [None if home is None else home == catalogue.calendar.country(z) for home, z in homes]
    )
    return arrays


_CONTEXT_NUMBERS = (
    *("budget", "base_latitude", "base_longitude", "here_latitude", "here_longitude"),
    *("trip_day", "trip_days_left", "local_minute", "weekday", "month", "holiday", "planning"),
)
_PARTY_CODE = {party: code for code, party in enumerate(PARTIES)}
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _numbers(values: Sequence[Any]) -> Array:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _micros(moments: Sequence[datetime]) -> Array:
    """Microseconds since 1970: whole numbers, which float64 holds exactly until the year 2255."""
    return np.array([(m - _EPOCH) // _MICROSECOND for m in moments], dtype=np.float64)


def pair_keys(
    resolved: pl.DataFrame, catalogue: Catalogue, request: Array, place: Array
) -> pl.DataFrame:
    """The Feast keys of each pair, and AT, the moment of the request."""
    asked = resolved.select(C.USER, pl.col(ctx.REQUESTED_AT).alias(AT), ctx.VISIT_AT, "local_hour")
    places = catalogue.frame.select(C.POI, C.CATEGORY, GROUP, CELL, WEATHER_CELL)
    pairs = pl.concat([asked[request], places[place]], how="horizontal")
    return pairs.with_columns(
        pl.format("{}|{}", CELL, "local_hour").alias(PLACE_HOUR),
        weather_slot_key(WEATHER_CELL, ctx.VISIT_AT).alias(WEATHER_SLOT),
    )


def resolve_offline(
    features: Features,
    catalogue: Catalogue,
    requests: pl.DataFrame,
    traveller_at: pl.Series | None = None,
) -> pl.DataFrame:
    """Requests (REQUEST_SCHEMA) with traveller, profile and context as known when asked.

    `traveller_at` (one moment a request): up to when a served request's online row was; without it
    the moment of the request counts.
    """
    asked_at = requests[ctx.REQUESTED_AT] if traveller_at is None else traveller_at
    keyed = requests.with_columns(asked_at.alias(AT))
    traveller = features.historical("traveller", keyed)
    profile = features.historical("profile", keyed)
    return ctx.resolve(with_traveller(requests, traveller, profile), catalogue.calendar)


def offline_rows(
    features: Features,
    catalogue: Catalogue,
    resolved: pl.DataFrame,
    request: Array,
    place: Array,
    candidate_columns: Mapping[str, Array],
    traveller_at: pl.Series | None = None,
    places_at: pl.Series | None = None,
    weather_at: pl.Series | None = None,
    trending: Window | None = None,
) -> Rows:
    """The rows of these pairs with every Feast feature as known when asked.

    `traveller_at`, `places_at` and `weather_at` (one moment a request) say up to when each was
    fresh for a request that was served; without them the moment of the request itself counts.
    `trending` says what the counters of places had counted; without it what was known just before
    the moment as of which places are.
    """
    when_asked = pair_keys(resolved, catalogue, request, place)

    def as_of(moment: pl.Series | None) -> pl.DataFrame:
        return when_asked if moment is None else when_asked.with_columns(moment[request].alias(AT))

    keys, at_places, at_weather = as_of(traveller_at), as_of(places_at), as_of(weather_at)
    hourly = at_places.with_columns(pl.col(AT).dt.truncate("1h"))  # place rows change on the hour
    kind = features.historical("traveller_category", keys)
    group = features.historical(
        "traveller_category", keys.with_columns(pl.col(GROUP).alias(C.CATEGORY))
    )
    daily = at_places.with_columns(pl.col(AT).dt.truncate("1d"))
    frames = [
        *_audiences(features, resolved, daily, request),
        kind.rename(lambda c: "tk" + c.removeprefix("tc")),
        group.rename(lambda c: "tg" + c.removeprefix("tc")),
        features.historical("traveller_poi", keys),
        features.historical("poi", hourly),
        features.historical("place_hour", hourly),
        features.historical("weather_forecast", at_weather),
        features.historical("weather_observed", at_weather),
    ]
    pairs = {c: floats(f[c]) for f in frames for c in f.columns}
    pairs.update(candidate_columns)
    window = trending or Window.before(
        resolved[ctx.REQUESTED_AT] if places_at is None else places_at
    )
    pairs.update(counted(features.home, window, catalogue.index, catalogue.cell, request, place))
    arrays = request_arrays(resolved.to_dict(as_series=False), catalogue)
    taken = steps(features, catalogue, resolved, traveller_at)
    pairs.update(sequence_pairs(taken, arrays["local_minute"], request, place, catalogue.where))
    met = histories(features, catalogue, resolved, traveller_at)
    pairs.update(_session(met, arrays["requested_us"], request, place, catalogue))
    return Rows(
        arrays,
        catalogue.arrays,
        pairs,
        request,
        place,
        catalogue.openings,
    )


def _session(
    met: pl.DataFrame, asked_us: Array, request: Array, place: Array, catalogue: Catalogue
) -> dict[str, Array]:
    who, which = (met[c].to_numpy().astype(np.int64) for c in ("request", "place"))
    columns = {c: floats(met[c]) for c in READS}
    return session_pairs(
        asked_us, who, which, columns, request, place, catalogue.where, catalogue.group
    )


SEGMENTS = {"party": "pa", "country": "co", "hours": "ho"}  # -> prefix of its columns in `Rows`


def segments_of(party: object, country: object, local_hour: object) -> dict[str, str | None]:
    """The keys of view `audience` a request belongs to, None where unknown."""
    return {
        "party": None if party is None else f"party:{party}",
        "country": None if country is None else f"from:{country}",
        "hours": f"hours:{int(local_hour) // BLOCK_HOURS}",  # type: ignore[call-overload]
    }


def _audiences(
    features: Features, resolved: pl.DataFrame, daily: pl.DataFrame, request: Array
) -> list[pl.DataFrame]:
    """Columns of `audience` by segment, for the kind (`pa_k_…`) and the group (`pa_g_…`)."""
    asked = resolved.select(C.PARTY, C.HOME_COUNTRY, "local_hour").iter_rows()
    mine = pl.DataFrame(
        [segments_of(*row) for row in asked], schema=dict.fromkeys(SEGMENTS, pl.String)
    )
    parts = [
        (f"{prefix}_{level}", daily.with_columns(mine[segment][request].alias(SEGMENT), key))
        for segment, prefix in SEGMENTS.items()
        for level, key in (("k", pl.col(C.CATEGORY)), ("g", pl.col(GROUP).alias(C.CATEGORY)))
    ]
    # one join for all: Feast's own cost is by the question, not by the row
    found = features.historical("audience", pl.concat([part for _, part in parts]))
    return [
        found[n * daily.height : (n + 1) * daily.height].rename(
            lambda c, start=start: start + c.removeprefix("a")  # type: ignore[misc]
        )
        for n, (start, _) in enumerate(parts)
    ]


def histories(
    features: Features,
    catalogue: Catalogue,
    requests: pl.DataFrame,
    traveller_at: pl.Series | None = None,
) -> pl.DataFrame:
    """What each request's traveller had done with each place by then.

    Returns `request` (row number), `place` (row number) and the columns of view `traveller_poi`.
    """
    met = features.read_history("traveller_poi").join(
        pl.DataFrame({C.POI: catalogue.ids, "place": np.arange(len(catalogue))}), on=C.POI
    )
    moment = requests[ctx.REQUESTED_AT] if traveller_at is None else traveller_at
    asked = requests.select(C.USER, moment.alias("_until")).with_row_index("request")
    return (
        asked.join(met, on=C.USER)
        .filter(pl.col(AT) <= pl.col("_until"))
        .sort("request", "place", AT)
        .unique(["request", "place"], keep="last", maintain_order=True)
        .select("request", "place", *COLUMNS["traveller_poi"])
    )


def steps(
    features: Features,
    catalogue: Catalogue,
    requests: pl.DataFrame,
    traveller_at: pl.Series | None = None,
) -> Steps:
    """The last STEPS things each request's traveller had chosen by then."""
    taken = features.read_history("traveller_step").join(
        pl.DataFrame({C.POI: catalogue.ids, "place": np.arange(len(catalogue))}), on=C.POI
    )
    moment = requests[ctx.REQUESTED_AT] if traveller_at is None else traveller_at
    asked = requests.select(C.USER, moment.alias("_until")).with_row_index("request")
    # places of one moment by name, as in the online row, not by number
    last = (
        asked.join(taken, on=C.USER)
        .filter(pl.col(AT) <= pl.col("_until"))
        .sort("request", AT, C.POI)
        .group_by("request", maintain_order=True)
        .tail(STEPS)
    )
    request = last["request"].to_numpy()
    return Steps(
        np.searchsorted(request, np.arange(requests.height + 1)).astype(np.int64),
        last["place"].to_numpy().astype(np.int64),
        last["ts_minute"].to_numpy().astype(np.int64),
    )


def known_before(rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """The behaviour the platform knew of before that moment."""
    return rows.filter(pl.col(C.KNOWN_AT) < moment)
