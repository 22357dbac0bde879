"""Metrics by segment: whom, where and when a model serves well, with intervals and paired tests.

A segment is a mask over requests, named `group=value` ("weather=rain"). Values come from the data;
a value that is not known is a segment of its own ("unknown"), so that the segments of a group hold
every request once, except those of `places`, which is about what was relevant.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import h3
import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features.context import REQUESTED_AT, season
from features.frame import Catalogue
from features.places import distance_km
from features.rows import CONDITION_RAIN_MM
from features.vector import NAMES
from models.evaluate import PerRequest
from models.statistics import Interval, bootstrap, paired

Masks = dict[str, NDArray[np.bool_]]
Floats = NDArray[np.float64]
Texts = Sequence[str | None]

NEW_PLACE_DAYS = 30.0
TOWN_REACH_KM, TOWN_CELL = 15.0, 6  # hexagons of about 3.7 km edge where no town is near
HEAT_C, COLD_C = 30.0, 18.0  # as the features `heat_outdoors` and `cold_outdoors` draw the line
TOWNS_SHOWN = 12  # further towns are "elsewhere"
ENOUGH = 30  # requests from which an interval of a mean is worth reading
UNKNOWN, ELSEWHERE = "unknown", "elsewhere"


def segments(
    resolved: pl.DataFrame,
    relevant: Sequence[dict[int, int]],
    catalogue: Catalogue,
    sky: "Sky | None" = None,
) -> Masks:
    """The masks of resolved requests (`features.frame.resolve_offline`), one entry a request.

    `sky` (`sky_of`) gives the weather as forecast for each; without it nothing is known of it.
    """
    if not resolved.height:
        return {}
    places = Towns.of(resolved)
    here = resolved["here_latitude"].to_numpy(), resolved["here_longitude"].to_numpy()
    weather = sky.names() if sky else [UNKNOWN] * resolved.height
    known = resolved["t_interactions_all"].fill_null(0).fill_nan(0).to_numpy() > 0
    by_group: dict[str, Texts] = {
        "traveller": np.where(known, "returning", "new").tolist(),
        "language": resolved[C.LANGUAGE].to_list(),
        "party": resolved[C.PARTY].to_list(),
        "town": frequent(places.at(*here), TOWNS_SHOWN),
        "season": [season(m) for m in resolved["month"].to_list()],
        "weather": weather,
    }
    found = {k: v for g, values in by_group.items() for k, v in masks(g, values).items()}
    new = wants_new(resolved, relevant, catalogue)
    return {**found, "places=new": new, "places=known": ~new}


def masks(group: str, values: Texts) -> Masks:
    """A mask for each value, the most frequent first; None is "unknown"."""
    named = np.array([v or UNKNOWN for v in values], dtype=object)
    names, count = np.unique(named, return_counts=True)
    order = np.lexsort((names, -count))
    return {f"{group}={names[n]}": named == names[n] for n in order.tolist()}


def frequent(values: Sequence[str], most: int) -> list[str]:
    """The `most` frequent values as they are, "elsewhere" for the others; "unknown" stays."""
    names, count = np.unique([v for v in values if v != UNKNOWN], return_counts=True)
    kept = {UNKNOWN, *(str(n) for n in names[np.lexsort((names, -count))][:most])}
    return [v if v in kept else ELSEWHERE for v in values]


def wants_new(
    resolved: pl.DataFrame, relevant: Sequence[dict[int, int]], catalogue: Catalogue
) -> NDArray[np.bool_]:
    """Requests to which a place was relevant that entered the catalogue within 30 days before."""
    created = catalogue.frame[C.CREATED_AT].dt.epoch("s").cast(pl.Float64).fill_null(np.nan)
    age_limit, born = NEW_PLACE_DAYS * 86400, created.to_numpy()
    asked = resolved[REQUESTED_AT].dt.epoch("s").to_numpy()
    return np.array(
        [
            any(at - born[p] <= age_limit for p in wanted if 0 <= p < len(born))
            for at, wanted in zip(asked, relevant, strict=True)
        ],
        dtype=bool,
    )


def new_places(catalogue: Catalogue, at: datetime) -> NDArray[np.bool_]:
    """Places (places,) that entered the catalogue within 30 days before that moment."""
    created = catalogue.frame[C.CREATED_AT].dt.epoch("s").cast(pl.Float64).fill_null(np.nan)
    return np.asarray(at.astimezone(UTC).timestamp() - created.to_numpy() <= NEW_PLACE_DAYS * 86400)


@dataclass(frozen=True)
class Towns:
    """Named points: the towns where travellers stay, as their trips name them."""

    names: list[str]
    latitude: Floats
    longitude: Floats

    @classmethod
    def of(cls, resolved: pl.DataFrame) -> "Towns":
        """From the `trips` of the requests' travellers; a town lies at the mean of its stays."""
        stays: dict[str, set[tuple[float, float]]] = {}
        for text in resolved[C.TRIPS].drop_nulls().unique().to_list():
            for trip in json.loads(text):
                if trip.get("place"):
                    point = (float(trip["latitude"]), float(trip["longitude"]))
                    stays.setdefault(trip["place"], set()).add(point)
        names = sorted(stays)
        centre = np.array([np.mean(sorted(stays[n]), axis=0) for n in names]).reshape(-1, 2)
        return cls(names, centre[:, 0], centre[:, 1])

    def at(self, latitude: Floats, longitude: Floats) -> list[str]:
        """The nearest town of each point; farther than 15 km from any the H3 cell around it."""
        out = [_cell(a, b) for a, b in zip(latitude.tolist(), longitude.tolist(), strict=True)]
        if not self.names:
            return out
        away = distance_km(
            latitude[:, None], longitude[:, None], self.latitude[None, :], self.longitude[None, :]
        )
        for n in np.flatnonzero((away <= TOWN_REACH_KM).any(axis=1)).tolist():
            out[n] = self.names[int(np.argmin(away[n]))]
        return out


def _cell(latitude: float, longitude: float) -> str:
    if latitude != latitude or longitude != longitude:
        return UNKNOWN
    return f"cell {h3.latlng_to_cell(latitude, longitude, TOWN_CELL)}"


@dataclass(frozen=True)
class Sky:
    """Forecast of each request, (requests,): the means over its candidates; NaN where unknown."""

    temperature: Floats
    rain: Floats

    def names(self) -> list[str]:
        """rain, heat, cold or fine; unknown without a temperature."""
        kinds = [self.rain > CONDITION_RAIN_MM, self.temperature > HEAT_C]
        kinds += [self.temperature < COLD_C, ~np.isnan(self.temperature)]
        named = np.select(kinds, ["rain", "heat", "cold", "fine"], UNKNOWN)
        return [str(name) for name in named]


def sky_of(matrix: NDArray[np.float32], request: NDArray[np.int64], requests: int) -> Sky:
    """From the vectors of the candidates: `request` is the request of each row of `matrix`."""

    def over_candidates(name: str) -> Floats:
        values = matrix[:, NAMES.index(name)].astype(np.float64)
        known = ~np.isnan(values)
        count = np.bincount(request[known], minlength=requests)
        total = np.bincount(request[known], weights=values[known], minlength=requests)
        return np.asarray(total / np.where(count > 0, count, np.nan))

    return Sky(
        over_candidates("weather_temperature_c"), over_candidates("weather_precipitation_mm")
    )


@dataclass(frozen=True)
class Row:
    """A model in one segment. Against a rival: the paired difference of NDCG, its interval, p, and
    p after Holm's correction for the number of segments; NaN without a rival."""

    segment: str
    requests: int  # in the segment
    measured: int  # of them, those with something relevant
    ndcg: Interval
    hit: Interval
    mrr: Interval
    difference: Interval
    p: float = np.nan
    p_holm: float = np.nan

    @property
    def enough(self) -> bool:
        """Whether there are enough requests for the interval to be worth reading."""
        return self.measured >= ENOUGH


def segment_rows(
    ours: PerRequest, parts: Masks, rival: PerRequest | None = None, seed: int = 7
) -> list[Row]:
    """One row for all requests and one a segment, in the order of `parts`.

    Both models must have been measured on the same requests. A segment without a measured request
    has NaN, one of a single request no interval.
    """
    whole: Masks = {"all": np.ones(len(ours), dtype=bool)}
    rows = [_row(name, mask, ours, rival, seed) for name, mask in {**whole, **parts}.items()]
    if rival is None:
        return rows
    corrected = holm([row.p for row in rows])
    return [replace(r, p_holm=p) for r, p in zip(rows, corrected, strict=True)]


def _row(
    name: str, mask: NDArray[np.bool_], ours: PerRequest, rival: PerRequest | None, seed: int
) -> Row:
    kept = mask & ~np.isnan(ours.ndcg)
    ndcg, hit, mrr = (bootstrap(v[kept], seed) for v in (ours.ndcg, ours.hit, ours.mrr))
    if rival is None:
        nothing = Interval(np.nan, np.nan, np.nan, 0)
        return Row(name, int(mask.sum()), int(kept.sum()), ndcg, hit, mrr, nothing)
    test = paired(ours.ndcg[kept], rival.ndcg[kept], seed)
    p = test.p if kept.sum() > 1 else np.nan
    return Row(name, int(mask.sum()), int(kept.sum()), ndcg, hit, mrr, test.difference, p)


def holm(p: Sequence[float]) -> list[float]:
    """p values corrected for their number (Holm 1979); NaN are no tests and stay."""
    values = np.array(p, dtype=np.float64)
    tests = np.flatnonzero(~np.isnan(values))
    order = tests[np.argsort(values[tests], kind="stable")]
    stepped = values[order] * np.arange(len(order), 0, -1)
    values[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return [float(v) for v in values]


def segment_table(rows: Sequence[Row]) -> dict[str, list[object]]:
    """The rows as columns, intervals spread out as `ndcg`, `ndcg_low`, `ndcg_high`."""
    out: dict[str, list[object]] = {}
    for row in rows:
        flat: dict[str, object] = {}
        for name, value in asdict(row).items():
            if isinstance(value, dict):
                flat[name] = value["mean"]
                flat |= {f"{name}_{end}": value[end] for end in ("low", "high")}
            else:
                flat[name] = value
        flat["enough"] = row.enough
        for name, value in flat.items():
            out.setdefault(name, []).append(value)
    return out


def as_frame(table: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """The table for a notebook: NaN is null, numbers to four digits."""
    frame = pl.DataFrame(table, strict=False)
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None).round(4))
