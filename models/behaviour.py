"""How a ranker must behave, tried on the model itself: metrics do not show what a traveller would.

Directional and invariance tests (Ribeiro et al. 2020, CheckList) over contexts that were really
asked: a place is given a twin that differs in one thing alone, both are made vectors by
`features.assemble.assemble`, and the order of their scores is looked at.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from features import frame as f
from features.assemble import assemble
from features.rows import Rows
from features.store import Features
from models.composite import Composite
from models.queries import Queries
from models.ranker import Matrix, Ranker
from models.rerank import Rules
from models.training import Examples, asked_by, slates

Floats = NDArray[np.float64]
RAIN_MM = (0.0, 0.5, 1.5, 4.0)
FARTHER_KM = (0.5, 2.0, 8.0)  # the farther twin is that much farther away
NEARER_THAN_KM = 30.0  # places beyond are hardly ever shown
FIRST = 10
BUDGET = 1  # the budget a request names in the trial: the lowest


@dataclass(frozen=True)
class Behaviour:
    """How often a behaviour was tried, and violated; `by_rule`: the rerank rules guarantee it."""

    name: str
    sentence: str
    tried: int
    violations: int
    by_rule: bool = False
    why_not: str = "nothing to try it on"


@dataclass(frozen=True)
class Contexts:
    """Requests with their candidates, as the model would see them."""

    rows: Rows
    resolved: pl.DataFrame
    asked: Queries
    catalogue: f.Catalogue

    def matrix(self) -> Matrix:
        return assemble(self.rows)


def contexts(
    features: Features, catalogue: f.Catalogue, model: Composite, requests: pl.DataFrame
) -> Contexts:
    """What the model's own generators propose for requests (REQUEST_SCHEMA), as of their time."""
    resolved = f.resolve_offline(features, catalogue, requests)
    asked = asked_by(features, catalogue, resolved)
    chosen = model.propose(asked, catalogue)
    rows = f.offline_rows(
        features, catalogue, resolved, chosen.request, chosen.place, chosen.columns
    )
    return Contexts(rows, resolved, asked, catalogue)


def behaviours(model: Composite, found: Contexts) -> list[Behaviour]:
    """Every behaviour, tried on these contexts."""
    return [
        rain_keeps_open_air_down(model.ranker, found.rows),
        nearer_is_not_lower(model.ranker, found.rows),
        closed_is_not_shown(model.ranker, model.rules, found),
        budget_is_respected(model.ranker, model.rules, found),
    ]


def rain_keeps_open_air_down(ranker: Ranker, rows: Rows) -> Behaviour:
    """Open-air places and their indoor twins under less and more rain.

    Violated where the open-air place is not above its twin, and is with more rain.
    """
    above = [_outdoor_leads(ranker, rows, rain) for rain in RAIN_MM]
    pairs = [(less, more) for n, less in enumerate(above) for more in above[n + 1 :]]
    return Behaviour(
        "rain",
        "more rain never raises an open-air place over its indoor twin",
        tried=sum(len(less) for less, _ in pairs),
        violations=sum(int((~less & more).sum()) for less, more in pairs),
    )


def _outdoor_leads(ranker: Ranker, rows: Rows, rain: float) -> NDArray[np.bool_]:
    every = np.ones(len(rows.request))
    sky = {"wf_precipitation_mm": every * rain}
    outdoors, indoors = (
        ranker.predict(assemble(rows.changed({**sky, "p_indoor_share": every * share})))
        for share in (0.0, 1.0)
    )
    return np.asarray(outdoors > indoors)


def nearer_is_not_lower(ranker: Ranker, rows: Rows) -> Behaviour:
    """Places and their twins some km farther away that are reached at the same time of day."""
    away = rows["distance_km"]
    some = np.flatnonzero(away < NEARER_THAN_KM)
    same = {name: rows[name] for name in ("arrival_minute", "arrival_angle", "minutes_left")}
    near = ranker.predict(assemble(rows.changed(same)))[some]
    worse = 0
    for more in FARTHER_KM:
        far = ranker.predict(assemble(rows.changed({**same, "distance_km": away + more})))[some]
        worse += int((far > near + 1e-9).sum())
    return Behaviour(
        "nearer",
        "of two equal places the nearer is not lower",
        tried=len(some) * len(FARTHER_KM),
        violations=worse,
        why_not="no request says where its traveller is",
    )


def closed_is_not_shown(ranker: Ranker, rules: Rules, found: Contexts) -> Behaviour:
    """Every second of the best places is closed; none may be in the first ten."""
    name, sentence = "closed", "a closed place is never in the first ten"
    if not rules.drop_closed:
        return Behaviour(name, sentence, 0, 0, True, "the rule is switched off")
    matrix = found.matrix()
    closed = _every_second_best(ranker.predict(matrix), found.rows.request)
    left = np.where(closed, 0.0, found.rows["minutes_left"])
    rows = found.rows.changed({"minutes_left": left})
    shown = _first_ten(ranker, rules, replace(found, rows=rows), budget_asked=False)
    return Behaviour(
        name, sentence, len(shown), sum(bool((left[slate] <= 0).any()) for slate in shown), True
    )


def budget_is_respected(ranker: Ranker, rules: Rules, found: Contexts) -> Behaviour:
    """The request names the lowest budget; nothing dearer may be in the first ten."""
    name, sentence = "budget", "what is above the budget of a request is never in its first ten"
    if not rules.drop_over_budget:
        return Behaviour(name, sentence, 0, 0, True, "the rule is switched off")
    rows = found.rows.changed({"budget": np.full(len(found.rows.request), float(BUDGET))})
    dear = rows["p_price_level"] > BUDGET
    shown = _first_ten(ranker, rules, replace(found, rows=rows), budget_asked=True)
    return Behaviour(name, sentence, len(shown), sum(bool(dear[s].any()) for s in shown), True)


def _every_second_best(score: Floats, request: NDArray[np.int64]) -> NDArray[np.bool_]:
    out = np.zeros(len(score), dtype=bool)
    for n in np.unique(request):
        rows = np.flatnonzero(request == n)
        out[rows[np.argsort(-score[rows])][: 2 * FIRST : 2]] = True
    return out


def _first_ten(
    ranker: Ranker, rules: Rules, found: Contexts, budget_asked: bool
) -> list[NDArray[np.int64]]:
    """Of each request the rows that make its first ten, by the very function that is measured."""
    count = found.resolved.height
    resolved = found.resolved.with_columns(budget_asked=pl.lit(budget_asked))
    request, place = found.rows.request, found.rows.place
    test = Examples(
        matrix=found.matrix(),
        grade=np.zeros(len(request), dtype=np.int64),
        request=request,
        place=place,
        resolved=resolved,
        asked=found.asked,
        frequency=sparse.csr_matrix((count, len(found.catalogue))),
        relevant=[{} for _ in range(count)],
        position=np.zeros(len(request), dtype=np.int64),
        unasked=np.ones(len(request), dtype=bool),
    )
    row_of = {
        (r, p): n for n, (r, p) in enumerate(zip(request.tolist(), place.tolist(), strict=True))
    }
    return [
        np.array([row_of[r, p] for p in places[:FIRST]], dtype=np.int64)
        for r, places in enumerate(slates(ranker, test, found.catalogue, rules))
    ]
