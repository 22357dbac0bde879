"""THE hot path: context, candidates, features, rank, rerank, reasons, and the impression logged.

Dependencies come in as arguments, one line a step, each step timed. Fallbacks are branches that set
`degraded`: no traveller row -> an unknown traveller; no ranker -> the candidates' own order
(`models/unranked.py`), without reasons.
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
from butler.errors import StoreUnavailable
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
from serving.offer import Offer
from serving.only import mask
from serving.traveller import NOBODY, Known, known_traveller
from serving.vectors import Context, context_of, met_by, queries_of, rows_of

Matrix = NDArray[np.float32]
MINUTES_LEFT, DISTANCE = NAMES.index("minutes_left"), NAMES.index("distance_km")


@dataclass(frozen=True)
class Ranked:
    """One request's candidates and the slate made of them, not yet told."""

    request: Request
    moment: Moment
    traveller: Known
    context: Context
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
    degraded = moment.degraded
    request_id = request_id or str(uuid.uuid4())
    ranked = ranked_of(request, moment, features, request_id, steps, degraded)
    if not len(ranked.slate.chosen):
        degraded.append("nothing_feasible")
    words = Words.of(request.language)
    with _timed(steps, "reasons"):
        why = _reasons(ranked, words, ranked.slate.chosen)
    items = tuple(_items(ranked, why, range(len(why))))
    shown = _impression(request_id, ranked, degraded)
    with _timed(steps, "log"):
        _logged(impressions, shown, degraded)
    dropped = dict(Counter(ranked.slate.dropped.values()))
    model, told = moment.model, ranked.context.told
    return Answer(
        *(request_id, model.name, model.version, told, items, tuple(degraded), steps),
        *(dropped, words.language),
    )


def ranked_of(
    request: Request,
    moment: Moment,
    features: Online,
    seed: str,
    steps: dict[str, float],
    degraded: list[str],
) -> Ranked:
    """Context, candidates, features, rank, rerank; `steps` gets their milliseconds, `degraded` what they
    had to do without. `seed` is that of the exploration. Raises InvalidRequest as `recommend`."""
    catalogue, model = moment.places.catalogue, moment.model
    if request.category and not catalogue.known_category(request.category):
        raise Offer.of(catalogue).lacks(request.category, "category")
    with _timed(steps, "traveller"):
        traveller = _traveller(features, request.user_id, degraded)
    with _timed(steps, "context"):
        context = context_of(request, traveller, moment)
    with _timed(steps, "candidates"):
        met = met_by(traveller, catalogue)
        asked = queries_of(context, traveller, met, catalogue)
        only = mask(request.only, catalogue, context.here) if request.only else None
        chosen = model.propose(asked, catalogue, request.category, request.exclude_visited, only)
    with _timed(steps, "features"):
        rows = rows_of(context, traveller, met, asked, chosen, moment)
        matrix = assemble(rows, moment.of_places)
    with _timed(steps, "rank"):
        score, leaves = model.ranker.ranked(matrix)
    with _timed(steps, "rerank"):
        kind, provider = (a[chosen.place] for a in (moment.places.kinds, catalogue.providers))
        facts = Facts.of(matrix, score, kind, provider, request.budget is not None)
        slate = rank(facts, request.limit, model.rules, seed)
    return Ranked(request, moment, traveller, context, chosen, matrix, score, leaves, slate)


class Look:
    """A slate that is shown to nobody, and so is not logged; what it says of a place is made when asked."""

    def __init__(self, ranked: Ranked) -> None:
        self._ranked = ranked
        ids, rows = ranked.moment.places.catalogue.ids, ranked.slate.chosen
        scores = ranked.score[rows].tolist()
        self._nth = {ids[p]: n for n, p in enumerate(ranked.candidates.place[rows].tolist())}
        self.scores = dict(zip(self._nth, scores, strict=True))  # poi_id -> score, best first
        self.here = ranked.context.here  # where the traveller was taken to be

    def item(self, poi_id: str) -> Item:
        """One of `scores`, as an answer would have it."""
        n, words = self._nth[poi_id], Words.of(self._ranked.request.language)
        why = _reasons(self._ranked, words, self._ranked.slate.chosen[n : n + 1])
        return next(_items(self._ranked, why, range(n, n + 1)))


def look(request: Request, moment: Moment, features: Online, seed: str) -> Look:
    """`recommend` without an impression. Raises InvalidRequest as that does."""
    return Look(ranked_of(request, moment, features, seed, {}, []))


def told_of(request: Request, moment: Moment, features: Online) -> dict[str, Any]:
    """The context of an answer alone: where and when it is taken to be, the weather there."""
    return context_of(request, _traveller(features, request.user_id, []), moment).told


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


def _reasons(ranked: Ranked, words: Words, shown: NDArray[np.int64]) -> list[tuple[Reason, ...]]:
    """Of these candidates, none where no ranker has ordered them. By the leaves, not by SHAP, which
    costs several times as much: `serving/explain/attributed.py`."""
    if not ranked.moment.model.ranks:
        return [()] * len(shown)
    said = ranked.moment.model.ranker.leaf_table.by_group(ranked.leaves[:, shown])
    return slate_reasons(said, ranked.matrix[shown], words)


def _items(ranked: Ranked, why: list[tuple[Reason, ...]], nth: range) -> Iterator[Item]:
    """These of the slate, from 0; `why` are their reasons."""
    chosen = ranked.slate.chosen[nth.start : nth.stop]
    facts, language = ranked.moment.places.facts, ranked.request.language
    each = zip(
        nth,
        why,
        chosen.tolist(),
        ranked.candidates.place[chosen].tolist(),
        ranked.score[chosen].tolist(),
        ranked.slate.propensity[nth.start : nth.stop].tolist(),
        ranked.matrix[:, (MINUTES_LEFT, DISTANCE)][chosen].tolist(),
        strict=True,
    )
    for n, reasons, row, place, score, propensity, (left, away) in each:
        yield Item(
            rank=n + 1,
            score=round(score, 6),
            propensity=propensity,
            reasons=reasons,
            moved=tuple(
                RuleMove(m.rule, m.from_rank, m.to_rank) for m in ranked.slate.moves.get(row, ())
            ),
            **on_arrival(left, away),
            **described(facts[place], language),
        )


def on_arrival(minutes_left: float, distance_km: float) -> dict[str, Any]:
    """The fields of an Item that its vector tells; NaN where something is not known."""
    return {
        "distance_km": None if isnan(distance_km) else round(distance_km, 2),
        "open_at_arrival": None if isnan(minutes_left) else minutes_left > 0,
    }


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


def _impression(request_id: str, ranked: Ranked, degraded: list[str]) -> Impression:
    """Everything a replay needs, and what a recomputation from history is compared with."""
    request, moment, place = ranked.request, ranked.moment, ranked.candidates.place
    ids = moment.places.catalogue.ids
    places = [ids[p] for p in place.tolist()]
    logged: dict[str, Any] = {
        **ranked.context.told,
        "asked": _asked(request),
        "limit": request.limit,
        "rules": dict(vars(moment.model.rules)),
        "kinds": moment.places.kinds[place].tolist(),
        "providers": moment.places.catalogue.providers[place].tolist(),
        "traveller_at": _iso(ranked.traveller.known_until),
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
