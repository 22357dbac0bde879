"""From a request and the moment to the ranker's rows: as `features/frame.py` does of history."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.columns import C
from features import transforms as t
from features.context import REQUESTED_AT, VISIT_AT, resolve_row, season
from features.frame import SEGMENTS, Catalogue, request_arrays, segments_of
from features.online import numbers
from features.rows import CONDITION_RAIN_MM, OBSERVATION_HOLDS_HOURS, Rows
from features.sequence import Steps, sequence_pairs
from features.session import session_pairs
from features.views import COLUMNS
from models.candidates import Candidates
from models.queries import Queries, queries
from serving.answers import Request
from serving.moment import Audience, Moment, Sky
from serving.traveller import Known

Array = NDArray[np.float64]
_CATEGORY = numbers("traveller_category")
_AUDIENCE = numbers("audience")
_POI = COLUMNS["traveller_poi"]


@dataclass(frozen=True)
class Met:
    """Places that a traveller has met, in the catalogue's order: `place` (places,), and the columns of
    view `traveller_poi`, each as long."""

    place: NDArray[np.int64]
    columns: dict[str, Array]


@dataclass(frozen=True)
class Context:
    """The request's columns (each of shape (1,)), and the context as it is told to the caller."""

    arrays: dict[str, Array]
    hour: int
    slot: str
    segments: dict[str, str | None]  # of view `audience`
    told: dict[str, Any]

    @property
    def here(self) -> tuple[float, float] | None:
        """Where the traveller is taken to be, in degrees."""
        latitude, longitude = (
            float(self.arrays[f"here_{c}"][0]) for c in ("latitude", "longitude")
        )
        return (latitude, longitude) if latitude == latitude else None


def context_of(request: Request, traveller: Known, moment: Moment) -> Context:
    catalogue = moment.places.catalogue
    row = resolve_row(_joined(request, traveller), catalogue.calendar)
    arrays = request_arrays({name: [value] for name, value in row.items()}, catalogue)
    slot = slot_of(request.at)
    hour = int(row["local_hour"])  # type: ignore[call-overload]
    segments = segments_of(row[C.PARTY], row[C.HOME_COUNTRY], hour)
    return Context(arrays, hour, slot, segments, _told(request, row, moment))


def slot_of(visit_at: datetime) -> str:
    """The weather slot of a moment; the online twin of `transforms.weather_slot_key`."""
    at = visit_at.astimezone(UTC)
    return at.replace(hour=at.hour // t.SLOT_HOURS * t.SLOT_HOURS).strftime("%Y%m%d%H")


def _joined(request: Request, traveller: Known) -> dict[str, object]:
    """One row as `features.frame.with_traveller` joins them."""
    numbers, profile = traveller.numbers, traveller.profile
    return {
        **numbers,
        **profile,
        C.USER: request.user_id,
        REQUESTED_AT: request.requested_at,
        VISIT_AT: request.at,
        C.LATITUDE: request.latitude,
        C.LONGITUDE: request.longitude,
        C.PARTY: request.party,
        "profile_party": profile[C.PARTY],
        "budget": None if request.budget is None else float(request.budget),
        "t_last_category": traveller.last_category,
        "t_last_poi": traveller.last_poi,
        "last_visit_at": numbers["t_last_visit_at"],
        "last_latitude": numbers["t_last_latitude"],
        "last_longitude": numbers["t_last_longitude"],
    }


def queries_of(context: Context, traveller: Known, met: Met, catalogue: Catalogue) -> Queries:
    """The one query of this request."""
    nobody = np.zeros(len(met.place), dtype=np.int64)
    steps = steps_of(traveller, catalogue)
    return queries(context.arrays, nobody, met.place, met.columns, len(catalogue), steps)


def met_by(traveller: Known, catalogue: Catalogue) -> Met:
    rows = [(catalogue.index[p], n) for n, p in enumerate(traveller.pois) if p in catalogue.index]
    rows.sort()
    values = traveller.poi_values[[n for _, n in rows]]
    place = np.array([p for p, _ in rows], dtype=np.int64)
    return Met(place, {c: values[:, j] for j, c in enumerate(_POI)})


def _session(
    context: Context, met: Met, chosen: Candidates, catalogue: Catalogue
) -> dict[str, Array]:
    nobody = np.zeros(len(met.place), dtype=np.int64)
    pairs = chosen.request, chosen.place, catalogue.where, catalogue.group
    return session_pairs(context.arrays["requested_us"], nobody, met.place, met.columns, *pairs)


def steps_of(traveller: Known, catalogue: Catalogue) -> Steps:
    """The traveller's steps by the rows of today's catalogue."""
    row = np.array([catalogue.index.get(p, -1) for p in traveller.pois], dtype=np.int64)
    place = row[np.array(traveller.step_places, dtype=np.int64)]
    kept = place >= 0
    minute = np.array(traveller.step_minutes, dtype=np.int64)[kept]
    return Steps(np.array([0, len(minute)], dtype=np.int64), place[kept], minute)


def rows_of(
    context: Context,
    traveller: Known,
    met: Met,
    asked: Queries,
    chosen: Candidates,
    moment: Moment,
) -> Rows:
    """The rows of the candidates with what holds now."""
    places, catalogue, place = moment.places, moment.places.catalogue, chosen.place
    kind, group = catalogue.where.kind[place], catalogue.group[place]
    pairs: dict[str, Array] = {
        **_of_category(traveller, "tk", catalogue.kinds, kind),
        **_of_category(traveller, "tg", catalogue.kind_groups, group),
        **_of_place(met, place),
        **places.by_hour.at(context.hour, place),
        **_audience(places.audience, context.segments, place),
        **_weather(moment.sky, context.slot, moment.sky.of_place[place]),
        **sequence_pairs(asked.steps, asked.minute, chosen.request, place, catalogue.where),
        **_session(context, met, chosen, catalogue),
        **chosen.columns,
    }
    return Rows(
        context.arrays, moment.trending.arrays, pairs, chosen.request, place, catalogue.openings
    )


def _of_category(
    traveller: Known, prefix: str, names: list[str], number: NDArray[np.int64]
) -> dict[str, Array]:
    """Columns of view traveller_category of the categories with these numbers among `names`."""
    values = np.full((len(_CATEGORY), len(names)), np.nan)
    for n, name in enumerate(names):
        if name in traveller.categories:
            values[:, n] = traveller.categories[name]
    return {f"{prefix}_{c}": v for c, v in zip(_CATEGORY, values[:, number], strict=True)}


def _of_place(met: Met, place: NDArray[np.int64]) -> dict[str, Array]:
    if not len(met.place):
        return dict.fromkeys(met.columns, np.full(len(place), np.nan))
    at = np.minimum(np.searchsorted(met.place, place), len(met.place) - 1)
    columns = np.array(list(met.columns.values()))
    values = np.where(met.place[at] == place, columns[:, at], np.nan)
    return dict(zip(met.columns, values, strict=True))


def _audience(
    audience: Audience, segments: dict[str, str | None], place: NDArray[np.int64]
) -> dict[str, Array]:
    """As `features.frame._audiences`, of what holds now."""
    out = {}
    for segment, prefix in SEGMENTS.items():
        matrix = audience.of(segments[segment]).T
        for level, row in (("k", audience.kind), ("g", audience.group)):
            for column, values in zip(_AUDIENCE, matrix[:, row[place]], strict=True):
                out[f"{prefix}_{level}_{column}"] = values
    return out


def _weather(sky: Sky, slot: str, cell: NDArray[np.int64]) -> dict[str, Array]:
    forecast, observed = sky.at(slot).T[:, cell], sky.observed.T[:, cell]
    return {
        **{f"wf_{c}": forecast[j] for j, c in enumerate(t.WEATHER_FACTS)},
        "wo_observed_hours": observed[0],
        **{f"wo_{c}": observed[j + 1] for j, c in enumerate(t.WEATHER_FACTS)},
    }


def _told(request: Request, row: dict[str, Any], moment: Moment) -> dict[str, Any]:
    """Context for the caller: JSON-ready, and nothing that names the traveller."""
    here = (row["here_latitude"], row["here_longitude"])
    known = here[0] == here[0]
    return {
        "requested_at": request.requested_at.isoformat(),
        "at": request.at.isoformat(),
        "local_hour": row["local_hour"],
        "timezone": row["place_zone"],
        "season": season(row["month"]),
        "holiday": row["holiday"],
        "party": row[C.PARTY],
        "budget": row["budget"],
        "location": {
            "latitude": here[0] if known else None,
            "longitude": here[1] if known else None,
            "source": _source(request, row, known),
        },
        "planning": row["planning"] == 1.0,
        "weather": _sky_here(request, moment, here if known else None),
    }


def _source(request: Request, row: dict[str, Any], known: bool) -> str:
    if request.latitude is not None:
        return "given"
    if row["base_latitude"] == row["base_latitude"]:
        return "trip_base"
    return "last_place" if known else "unknown"


def _sky_here(
    request: Request, moment: Moment, here: tuple[float, float] | None
) -> dict[str, Any] | None:
    """The weather at the point nearest to the traveller; None where nothing is known of it."""
    return sky_at(moment.sky, cell_at(moment.sky, here), request.at)


def cell_at(sky: Sky, here: tuple[float, float] | None) -> int:
    """The row of `sky` nearest to there; that of a place where it is not known where one is."""
    if here is None:
        return int(sky.of_place[0]) if len(sky.of_place) else len(sky.cells)
    return sky.nearest(*here)


def sky_at(sky: Sky, cell: int, at: datetime) -> dict[str, Any] | None:
    """The weather of a row of `sky` as forecast for that moment, else as observed close to it."""
    forecast = sky.at(slot_of(at))[cell]
    source, facts = ("forecast", forecast)
    if np.isnan(forecast[0]):
        source, facts = "observation", sky.observed[cell, 1:]
        hours = at.timestamp() / 3600 - sky.observed[cell, 0]
        if not abs(hours) <= OBSERVATION_HOLDS_HOURS:
            return None
    if np.isnan(facts[0]):
        return None
    named = {c: round(float(v), 1) for c, v in zip(t.WEATHER_FACTS, facts, strict=True) if v == v}
    return {"source": source, "condition": _condition(named), **named}


def _condition(facts: dict[str, float]) -> str:
    if facts.get(C.PRECIPITATION, 0.0) > CONDITION_RAIN_MM:
        return "rain"
    if facts.get(C.WIND, 0.0) > 10.0:
        return "wind"
    return "clouds" if facts.get(C.CLOUD, 0.0) > 50.0 else "clear"
