"""THE hot path: context, candidates, features, rank, rerank, reasons, and the impression logged.

Dependencies come in as arguments, one line a step, each step timed. Fallbacks are branches that set
`degraded`: no traveller row -> an unknown traveller; no ranker -> the candidates' own order.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.columns import C
from butler.domain import Impression
from butler.errors import InvalidRequest, StoreUnavailable
from butler.stores.ports import ImpressionLog
from features.assemble import assemble
from features.guarded import Online
from features.vector import NAMES
from models.candidates import Candidates
from models.replay import rank
from models.rerank import Facts, Move, Slate
from serving.answers import Answer, Item, Reason, Request, RuleMove
from serving.explain.reasons import slate_reasons
from serving.explain.words import Words
from serving.moment import Moment
from serving.only import mask
from serving.traveller import NOBODY, Known, known_traveller
from serving.vectors import Context, context_of, queries_of, rows_of

Matrix = NDArray[np.float32]
MINUTES_LEFT, DISTANCE = NAMES.index("minutes_left"), NAMES.index("distance_km")


@dataclass(frozen=True)
class Ranked:
    candidates: Candidates
    matrix: Matrix
    score: NDArray[np.float64]
    leaves: NDArray[np.int32]  # (trees, candidates) that the scores come from
    slate: Slate


def recommend(
    request: Request,
    moment: Moment,
    features: Online,
    impressions: ImpressionLog,
    request_id: str | None = None,
) -> Answer:
    """The slate for one request. Raises InvalidRequest for a category no place has.

    `request_id` seeds the exploration: a simulation gives its own, to be repeatable.
    """
    steps: dict[str, float] = {}
    degraded = [moment.setback.cause] if moment.setback else []
    request_id = request_id or str(uuid.uuid4())
    catalogue, model = moment.places.catalogue, moment.model
    if request.category and not catalogue.known_category(request.category):
        raise InvalidRequest(
            f"No place has the category {request.category!r}; known groups are "
            f"{', '.join(sorted(set(catalogue.groups)))}.",
            field="category",
        )
    with _timed(steps, "traveller"):
        traveller = _traveller(features, request.user_id, degraded)
    with _timed(steps, "context"):
        context = context_of(request, traveller, moment)
    with _timed(steps, "candidates"):
        asked = queries_of(context, traveller, catalogue)
        only = mask(request.only, catalogue, context.here) if request.only else None
        chosen = model.propose(asked, catalogue, request.category, request.exclude_visited, only)
    with _timed(steps, "features"):
        rows = rows_of(context, traveller, asked, chosen, moment)
        matrix = assemble(rows, moment.of_places)
    with _timed(steps, "rank"):
        score, leaves = model.ranker.ranked(matrix)
    with _timed(steps, "rerank"):
        kind, provider = (a[chosen.place] for a in (moment.places.kinds, catalogue.providers))
        facts = Facts.of(matrix, score, kind, provider, request.budget is not None)
        slate = rank(facts, request.limit, model.rules, request_id)
        if not len(slate.chosen):
            degraded.append("nothing_feasible")
    ranked = Ranked(chosen, matrix, score, leaves, slate)
    with _timed(steps, "reasons"):
        words = Words.of(request.language)
        why = _reasons(ranked, moment, words)
    items = tuple(_items(request, ranked, why, moment))
    shown = _impression(request_id, request, traveller, context, ranked, moment, degraded)
    with _timed(steps, "log"):
        _logged(impressions, shown, degraded)
    dropped = dict(Counter(slate.dropped.values()))
    return Answer(
        *(request_id, model.name, model.version, context.told, items, tuple(degraded), steps),
        *(dropped, words.language),
    )


@contextmanager
def _timed(steps: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    steps[name] = (time.perf_counter() - start) * 1000


def _traveller(features: Online, user_id: str, degraded: list[str]) -> Known:
    try:
        return known_traveller(features, user_id)
    except StoreUnavailable:
        degraded.append("online_store")
        return NOBODY


def _logged(impressions: ImpressionLog, shown: Impression, degraded: list[str]) -> None:
    """An answer that cannot be logged is an answer: it teaches nothing, and says so."""
    try:
        impressions.append([shown])
    except StoreUnavailable:
        degraded.append("impression_log")


def _reasons(ranked: Ranked, moment: Moment, words: Words) -> list[tuple[Reason, ...]]:
    """By the leaves, not by SHAP, which costs six times as much: `serving/explain/attributed.py`."""
    shown = ranked.slate.chosen
    said = moment.model.ranker.leaf_table.by_group(ranked.leaves[:, shown])
    return slate_reasons(said, ranked.matrix[shown], words)


def _items(
    request: Request, ranked: Ranked, why: list[tuple[Reason, ...]], moment: Moment
) -> Iterator[Item]:
    chosen = ranked.slate.chosen
    each = zip(
        chosen.tolist(),
        ranked.candidates.place[chosen].tolist(),
        ranked.score[chosen].tolist(),
        ranked.slate.propensity.tolist(),
        ranked.matrix[chosen][:, (MINUTES_LEFT, DISTANCE)].tolist(),
        strict=True,
    )
    for n, (row, place, score, propensity, (left, away)) in enumerate(each):
        yield Item(
            rank=n + 1,
            score=round(score, 6),
            distance_km=None if isnan(away) else round(away, 2),
            open_at_arrival=None if isnan(left) else left > 0,
            propensity=propensity,
            reasons=why[n],
            moved=tuple(
                RuleMove(m.rule, m.from_rank, m.to_rank) for m in ranked.slate.moves.get(row, ())
            ),
            **described(moment.places.facts[place], request.language),
        )


def described(facts: dict[str, Any], language: str) -> dict[str, Any]:
    """The fields of an Item that the catalogue has, whoever asks and whenever."""
    return {
        "poi_id": facts[C.POI],
        "name": name_in(facts, language),
        "category": facts[C.CATEGORY],
        "latitude": facts[C.LATITUDE],
        "longitude": facts[C.LONGITUDE],
        "price_level": facts[C.PRICE_LEVEL],
        "indoor_share": facts[C.INDOOR_SHARE],
        "typical_duration_min": facts[C.DURATION],
        "accessible": facts[C.ACCESSIBLE],
        "kid_friendly": facts[C.KID_FRIENDLY],
        "opening_hours": facts[C.OPENING_HOURS],
        "tags": facts[C.TAGS],
        "provider_id": facts.get(C.PROVIDER),
    }


def name_in(facts: dict[str, Any], language: str) -> str:
    """In the language asked for (`en-GB` and `EN` are English), else in English, else as it is."""
    names: dict[str, str] = facts[C.NAMES]
    primary = language.split("-")[0].lower()
    return names.get(language) or names.get(primary) or names.get("en") or str(facts[C.NAME])


def _impression(
    request_id: str,
    request: Request,
    traveller: Known,
    context: Context,
    ranked: Ranked,
    moment: Moment,
    degraded: list[str],
) -> Impression:
    """Everything a replay needs, and what a recomputation from history is compared with."""
    ids = moment.places.catalogue.ids
    places = [ids[p] for p in ranked.candidates.place.tolist()]
    logged: dict[str, Any] = {
        **context.told,
        "asked": _asked(request),
        "limit": request.limit,
        "rules": dict(vars(moment.model.rules)),
        "kinds": moment.places.kinds[ranked.candidates.place].tolist(),
        "providers": moment.places.catalogue.providers[ranked.candidates.place].tolist(),
        "traveller_at": _iso(traveller.known_until),
        "places": moment.places.fingerprint,
        "places_at": moment.places.as_of.isoformat(),
        "weather_at": moment.sky.as_of.isoformat(),
        "trending_since": moment.trending.since.isoformat(),
        "trending_until": _iso(moment.trending.until),
        "moved": {places[row]: _moved(moves) for row, moves in ranked.slate.moves.items()},
        "dropped": {places[row]: rule for row, rule in ranked.slate.dropped.items()},
    }
    return Impression(
        request_id=request_id,
        user_id=request.user_id,
        requested_at=request.requested_at,
        model_name=moment.model.name,
        model_version=moment.model.version,
        context=logged,
        candidates=tuple(places),
        features=np.ascontiguousarray(ranked.matrix, dtype="<f4").tobytes(),
        scores=tuple(ranked.score.tolist()),
        slate=tuple(places[row] for row in ranked.slate.chosen.tolist()),
        propensities=tuple(ranked.slate.propensity.tolist()),
        degraded=tuple(degraded),
    )


def _moved(moves: Sequence[Move]) -> list[tuple[str, int, int]]:
    return [(m.rule, m.from_rank, m.to_rank) for m in moves]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _asked(request: Request) -> dict[str, Any]:
    """The request's own values, without who asked."""
    return {
        "at": request.at.isoformat(),
        "latitude": request.latitude,
        "longitude": request.longitude,
        "party": request.party,
        "budget": request.budget,
        "category": request.category,
        "exclude_visited": request.exclude_visited,
        "language": request.language,
        **({"only": asdict(request.only)} if request.only else {}),
    }
