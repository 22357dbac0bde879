"""Examples to learn from or to be measured on: requests -> candidates -> rows, as known when asked.

Generators are fitted on what was known before the window they serve, so that a candidate's score
never contains the visit it is asked to predict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.cluster import HERE, Workers
from butler.columns import C
from features import frame as f
from features.assemble import assemble
from features.context import REQUESTED_AT
from features.sequence import Steps
from features.store import Features
from features.views import COLUMNS
from models.candidates import Candidates, propose, together
from models.generators import Generator, all_generators
from models.queries import Queries, queries
from models.ranker import Matrix
from models.reach import Reach
from models.requests import GRADE, Labelled

ROWS = 200_000  # of which vectors are made at once
CHUNK = 512  # requests whose dense scores are held at once
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Examples:
    """Rows of requests x candidates: matrix (rows, features), grade and request number a row."""

    matrix: Matrix
    grade: NDArray[np.int64]
    request: NDArray[np.int64]
    place: NDArray[np.int64]
    resolved: pl.DataFrame
    asked: Queries
    frequency: sparse.csr_matrix  # (requests, places): how often the traveller chose the place
    relevant: list[dict[int, int]]  # of each request: place -> grade
    position: NDArray[np.int64]  # where a row's place was shown, from 1; 0 where it was not
    unasked: NDArray[np.bool_]  # rows of requests without a slate

    @property
    def asked_us(self) -> NDArray[np.int64]:
        """When the request of each row was made, microseconds since 1970."""
        return self.resolved[REQUESTED_AT].dt.epoch("us").to_numpy()[self.request]


def fit_generators(
    rows: pl.DataFrame, catalogue: f.Catalogue, before: datetime, seed: int
) -> list[Generator]:
    """All generators, fitted on the behaviour known before that moment."""
    known = f.known_before(rows, before)
    generators = all_generators()
    for g in generators:
        g.fit(known, catalogue, seed)
    return generators


def examples(
    features: Features,
    catalogue: f.Catalogue,
    generators: list[Generator],
    wanted: Labelled,
    candidates: int,
    negatives: int | None,
    seed: int,
    places_at: pl.Series | None = None,
) -> Examples:
    """Every candidate of every request (`negatives=None`), or the shown ones and a sample.

    `places_at` (one moment a request): as of when places are known, if not when it was asked.
    """

    def proposed(asked: Queries) -> Candidates:
        return _candidates(generators, asked, catalogue, candidates)

    return _examples(features, catalogue, wanted, proposed, negatives, seed, places_at)


def _examples(
    features: Features,
    catalogue: f.Catalogue,
    wanted: Labelled,
    proposed: Callable[[Queries], Candidates],
    negatives: int | None,
    seed: int,
    places_at: pl.Series | None = None,
    hands: Workers = HERE,
) -> Examples:
    resolved = f.resolve_offline(features, catalogue, wanted.requests)
    met = f.histories(features, catalogue, resolved)
    asked = _queries(met, f.steps(features, catalogue, resolved), resolved, catalogue)
    chosen = proposed(asked)
    relevant = by_request(wanted.labels, GRADE, wanted.requests, catalogue)
    shown = _shown(wanted, catalogue)
    if negatives is not None:
        chosen = _sampled(chosen, relevant, shown, negatives, seed)
    return Examples(
        matrix=_matrix(features, catalogue, resolved, chosen, places_at, hands),
        grade=of_rows(relevant, chosen.request, chosen.place),
        request=chosen.request,
        place=chosen.place,
        resolved=resolved,
        asked=asked,
        frequency=_frequency(met, asked),
        relevant=relevant,
        position=of_rows(shown, chosen.request, chosen.place),
        unasked=np.array([not s for s in shown], dtype=bool)[chosen.request],
    )


def _shown(wanted: Labelled, catalogue: f.Catalogue) -> list[dict[int, int]]:
    """Of each request: place -> position, 0 where nobody noted it."""
    noted = wanted.shown.with_columns(pl.col(C.POSITION).fill_null(0))
    return by_request(noted, C.POSITION, wanted.requests, catalogue)


def rolled(
    features: Features,
    catalogue: f.Catalogue,
    rows: pl.DataFrame,
    wanted: Labelled,
    start: datetime,
    end: datetime,
    *,
    refit: timedelta,
    candidates: int,
    negatives: int,
    seed: int,
    tell: Progress = lambda _: None,
    hands: Workers = HERE,
) -> Examples:
    """Rows to learn from of [start, end), with generators fitted anew before every piece of `refit`.

    As they are when they serve: never much older than the requests. `wanted` is sorted by time.
    """

    def proposed(asked: Queries) -> Candidates:
        parts, begin = [], start
        while begin < end:
            until = min(begin + refit, end)
            at = wanted.requests[REQUESTED_AT]
            first, last = int((at < begin).sum()), int((at < until).sum())
            if last > first:
                tell(f"candidates for {begin:%d %b} to {until:%d %b}")
                generators = fit_generators(rows, catalogue, begin, seed)
                part = _candidates(generators, asked.rows(first, last), catalogue, candidates)
                parts.append(replace(part, request=part.request + first))
            begin = until
        return together(parts)

    return _examples(features, catalogue, wanted, proposed, negatives, seed, hands=hands)


def shown_alone(
    features: Features, catalogue: f.Catalogue, wanted: Labelled, hands: Workers = HERE
) -> Examples:
    """The slates as they were shown, with all that history knew of them and no candidates' scores."""
    shown = _shown(wanted, catalogue)
    request = np.repeat(np.arange(len(shown)), [len(s) for s in shown])
    place = np.array([p for s in shown for p in sorted(s)], dtype=np.int64)
    unknown = np.full(len(place), np.nan)
    names = [f"{what}_{g.name}" for g in all_generators() for what in ("score", "rank")]
    alone = Candidates(request, place, dict.fromkeys(names, unknown))
    return _examples(features, catalogue, wanted, lambda _: alone, None, 0, hands=hands)


def _matrix(
    features: Features,
    catalogue: f.Catalogue,
    resolved: pl.DataFrame,
    chosen: Candidates,
    places_at: pl.Series | None,
    hands: Workers,
) -> Matrix:
    """The vectors of all chosen rows, made in pieces of whole requests, on a cluster if there is one."""
    pieces = max(hands.count, -(-len(chosen.place) // ROWS))
    ends = np.linspace(0, resolved.height, pieces + 1).astype(int).tolist()
    starts = np.searchsorted(chosen.request, ends).tolist()
    parts = [
        _Piece(
            resolved[a:b],
            chosen.request[i:j] - a,
            chosen.place[i:j],
            {c: v[i:j] for c, v in chosen.columns.items()},
            None if places_at is None else places_at[a:b],
        )
        for a, b, i, j in zip(ends[:-1], ends[1:], starts[:-1], starts[1:], strict=True)
        if j > i or pieces == 1
    ]
    return np.concatenate(list(hands.map(partial(_vectors, features, catalogue), parts)))


@dataclass(frozen=True)
class _Piece:
    """Some requests and their rows."""

    resolved: pl.DataFrame
    request: NDArray[np.int64]
    place: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]
    places_at: pl.Series | None


def _vectors(features: Features, catalogue: f.Catalogue, piece: _Piece) -> Matrix:
    rows = f.offline_rows(
        features,
        catalogue,
        piece.resolved,
        piece.request,
        piece.place,
        piece.columns,
        places_at=piece.places_at,
    )
    return assemble(rows)


def groups(request: NDArray[np.int64], count: int) -> list[slice]:
    """The slice of rows of each request; `request` is sorted."""
    starts = np.searchsorted(request, np.arange(count + 1))
    return [slice(a, b) for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]


def asked_by(
    features: Features,
    catalogue: f.Catalogue,
    resolved: pl.DataFrame,
    traveller_at: pl.Series | None = None,
) -> Queries:
    """The queries of resolved requests, with what their travellers had met by then."""
    met = f.histories(features, catalogue, resolved, traveller_at)
    steps = f.steps(features, catalogue, resolved, traveller_at)
    return _queries(met, steps, resolved, catalogue)


def _queries(
    met: pl.DataFrame, steps: Steps, resolved: pl.DataFrame, catalogue: f.Catalogue
) -> Queries:
    return queries(
        f.request_arrays(resolved.to_dict(as_series=False), catalogue),
        met["request"].to_numpy().astype(np.int64),
        met["place"].to_numpy().astype(np.int64),
        {c: met[c].to_numpy() for c in COLUMNS["traveller_poi"]},
        len(catalogue),
        steps,
    )


def _frequency(met: pl.DataFrame, asked: Queries) -> sparse.csr_matrix:
    """How often each request's traveller had chosen each place, unfaded."""
    at = (met["request"].to_numpy().astype(np.int64), met["place"].to_numpy().astype(np.int64))
    return sparse.csr_matrix(
        (met["tp_positives_all"].to_numpy(), at), shape=(len(asked), asked.history.places)
    )


def _candidates(
    generators: list[Generator], asked: Queries, catalogue: f.Catalogue, count: int
) -> Candidates:
    parts, reach = [], Reach.by_popularity(generators, catalogue)
    for start in range(0, len(asked), CHUNK):
        some = asked.rows(start, start + CHUNK)
        part = propose(generators, some, catalogue, reach, count)
        parts.append(replace(part, request=part.request + start))
    return together(parts)


def by_request(
    rows: pl.DataFrame, value: str, requests: pl.DataFrame, catalogue: f.Catalogue
) -> list[dict[int, int]]:
    """Of each request: place -> value, from rows of request_id, poi_id and `value`."""
    number = {r: n for n, r in enumerate(requests[C.REQUEST].to_list())}
    out: list[dict[int, int]] = [{} for _ in number]
    for request, poi, found in rows.select(C.REQUEST, C.POI, value).iter_rows():
        if poi in catalogue.index:
            out[number[request]][catalogue.index[poi]] = found
    return out


def of_rows(
    found: Sequence[dict[int, int]], request: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The value of each row's place in its request, 0 where there is none."""
    pairs = zip(request.tolist(), place.tolist(), strict=True)
    return np.array([found[r].get(p, 0) for r, p in pairs], dtype=np.int64)


def _sampled(
    chosen: Candidates,
    relevant: Sequence[dict[int, int]],
    shown: Sequence[dict[int, int]],
    negatives: int,
    seed: int,
) -> Candidates:
    """The rows a request is learned from: its slate; or, without one, what was liked and a sample.

    What a slate did not show was not refused, so it is no negative. Where there was no slate the
    negatives are drawn evenly: drawing the best-ranked more often would teach the ranker that a
    good rank is a bad sign.
    """
    chance = np.random.default_rng(seed)
    keep = np.zeros(len(chosen.request), dtype=bool)
    for n, rows in enumerate(groups(chosen.request, len(relevant))):
        places = chosen.place[rows].tolist()
        keep[rows] = [p in relevant[n] or p in shown[n] for p in places]
        if not shown[n]:
            left = np.flatnonzero(~keep[rows])
            drawn = chance.choice(left, min(len(left), negatives), replace=False)
            keep[rows.start + drawn] = True
    return Candidates(
        chosen.request[keep], chosen.place[keep], {c: v[keep] for c, v in chosen.columns.items()}
    )
