"""Training and evaluation: requests -> candidates -> rows -> ranker, on a split in time.

Generators are fitted on what was known before the window they serve, so that a candidate's score
never contains the visit it is asked to predict.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from butler.columns import C
from features import frame as f
from features.definitions import COLUMNS
from features.sequence import Steps
from features.store import Features
from features.vector import assemble
from models.candidates import Candidates, choose
from models.evaluate import Metrics, evaluate
from models.generators import Generator, all_generators
from models.queries import Queries, queries
from models.ranker import LambdaMart, LinearBaseline, Matrix, Ranker
from models.requests import GRADE, Labelled, Split
from models.rerank import Rules, rerank

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


@dataclass
class Trained:
    ranker: LambdaMart
    metrics: dict[str, Metrics] = field(default_factory=dict)  # by model, the same requests
    rows: int = 0
    requests: int = 0
    test_requests: int = 0
    recall_at_candidates: float = 0.0


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
    resolved = f.resolve_offline(features, catalogue, wanted.requests)
    met = f.histories(features, catalogue, resolved)
    asked = _queries(met, f.steps(features, catalogue, resolved), resolved, catalogue)
    chosen = _candidates(generators, asked, catalogue, candidates)
    relevant = _by_request(wanted.labels, wanted.requests, catalogue)
    if negatives is not None:
        shown = _by_request(
            wanted.shown.with_columns(pl.lit(0).alias(GRADE)), wanted.requests, catalogue
        )
        chosen = _sampled(chosen, relevant, shown, negatives, seed)
    rows = f.offline_rows(
        features,
        catalogue,
        resolved,
        chosen.request,
        chosen.place,
        chosen.columns,
        places_at=places_at,
    )
    grade = np.array(
        [
            relevant[r].get(p, 0)
            for r, p in zip(chosen.request.tolist(), chosen.place.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    return Examples(
        matrix=assemble(rows),
        grade=grade,
        request=chosen.request,
        place=chosen.place,
        resolved=resolved,
        asked=asked,
        frequency=_frequency(met, asked),
        relevant=relevant,
    )


def train(
    features: Features,
    catalogue: f.Catalogue,
    rows: pl.DataFrame,
    history: Labelled,
    split: Split,
    *,
    trees: int,
    leaves: int,
    requests: int,
    test_requests: int,
    negatives: int,
    candidates: int,
    rules: Rules,
    seed: int,
    champion: Ranker | None = None,
    tell: Progress = lambda _: None,
) -> Trained:
    """Fit the ranker on the train window and measure it, its baselines and the champion on the test."""
    tell("candidates for the training window")
    early = fit_generators(rows, catalogue, split.train_from, seed)
    wanted = history.between(split.train_from, split.test_from, requests, seed)
    if not wanted.requests.height:
        raise _nothing_to_learn(split)
    learn = examples(features, catalogue, early, wanted, candidates, negatives, seed)
    if len(np.unique(learn.grade > 0)) < 2:  # nothing liked among the candidates, or nothing else
        raise _nothing_to_learn(split)
    tell(f"ranker on {len(learn.grade):,} rows")
    ranker = LambdaMart(trees, leaves, seed)
    ranker.fit(learn.matrix, learn.grade, learn.request)
    linear = LinearBaseline(seed)
    linear.fit(learn.matrix, learn.grade, learn.request)

    tell("candidates for the test window")
    late = fit_generators(rows, catalogue, split.test_from, seed)
    unseen = history.between(split.test_from, split.end, test_requests, seed)
    if not unseen.requests.height:
        raise _nothing_to_measure(split)
    test = examples(features, catalogue, late, unseen, candidates, None, seed)
    tell(f"evaluation on {len(test.relevant):,} requests")
    models: dict[str, Ranker] = {"ranker": ranker, "linear": linear}
    if champion is not None:
        models["champion"] = champion
    result = Trained(
        ranker,
        rows=len(learn.grade),
        requests=wanted.requests.height,
        test_requests=len(test.relevant),
    )
    result.metrics = measure(models, late, test, catalogue, rules)
    result.recall_at_candidates = _recall(test)
    return result


def measure(
    models: dict[str, Ranker],
    generators: list[Generator],
    test: Examples,
    catalogue: f.Catalogue,
    rules: Rules,
) -> dict[str, Metrics]:
    """Each model on the same requests, beside popularity and the traveller's most frequent."""
    lists = {name: slates(model, test, catalogue, rules) for name, model in models.items()}
    by_name = {g.name: g for g in generators}
    popular = by_name["popular"].score(test.asked, catalogue)
    overall = by_name["popular"].state()["count"].astype(np.float32)
    lists["popularity"] = top(np.broadcast_to(overall, popular.shape))
    lists["popularity_by_hour"] = top(popular)
    frequent = test.frequency.toarray()
    lists["most_frequent"] = top((frequent * 1e6 + overall[None, :]).astype(np.float32))
    return {
        name: evaluate(ranked, test.relevant, catalogue.categories, len(catalogue))
        for name, ranked in lists.items()
    }


def slates(model: Ranker, test: Examples, catalogue: f.Catalogue, rules: Rules) -> list[list[int]]:
    """Lists of a hundred as they would be served, without exploration."""
    score = model.predict(test.matrix)
    kinds = np.unique(catalogue.categories, return_inverse=True)[1]
    columns = {n: _feature(test.matrix, n) for n in ("minutes_left", "distance_km")}
    sure = Rules(**{**rules.__dict__, "exploration": 0.0})
    out = []
    for rows in _groups(test.request, len(test.relevant)):
        slate = rerank(
            score[rows],
            kinds[test.place[rows]],
            columns["minutes_left"][rows],
            columns["distance_km"][rows],
            100,
            sure,
            seed=0,
        )
        out.append(test.place[rows][slate.chosen].tolist())
    return out


def _feature(matrix: Matrix, name: str) -> NDArray[np.float64]:
    from features.vector import NAMES

    return matrix[:, NAMES.index(name)].astype(np.float64)


def _groups(request: NDArray[np.int64], count: int) -> list[slice]:
    """The slice of rows of each request; `request` is sorted."""
    starts = np.searchsorted(request, np.arange(count + 1))
    return [slice(a, b) for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]


def top(score: NDArray[np.float32], count: int = 100) -> list[list[int]]:
    """Per query the places of highest score; ties fall to the place's number."""
    return [np.argsort(-row, kind="stable")[:count].tolist() for row in score]


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
    return sparse.csr_matrix((met["tp_positives_all"].to_numpy(), at), shape=asked.history.shape)


def _candidates(
    generators: list[Generator], asked: Queries, catalogue: f.Catalogue, count: int
) -> Candidates:
    parts = []
    for start in range(0, len(asked), CHUNK):
        part = choose(generators, asked.rows(start, start + CHUNK), catalogue, count)
        parts.append(Candidates(part.request + start, part.place, part.columns))
    return Candidates(
        np.concatenate([p.request for p in parts]),
        np.concatenate([p.place for p in parts]),
        {c: np.concatenate([p.columns[c] for p in parts]) for c in parts[0].columns},
    )


def _by_request(
    labels: pl.DataFrame, requests: pl.DataFrame, catalogue: f.Catalogue
) -> list[dict[int, int]]:
    number = {r: n for n, r in enumerate(requests[C.REQUEST].to_list())}
    out: list[dict[int, int]] = [{} for _ in number]
    for request, poi, grade in labels.select(C.REQUEST, C.POI, GRADE).iter_rows():
        if poi in catalogue.index:
            out[number[request]][catalogue.index[poi]] = int(grade)
    return out


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
    for n, rows in enumerate(_groups(chosen.request, len(relevant))):
        places = chosen.place[rows].tolist()
        keep[rows] = [p in relevant[n] or p in shown[n] for p in places]
        if not shown[n]:
            left = np.flatnonzero(~keep[rows])
            drawn = chance.choice(left, min(len(left), negatives), replace=False)
            keep[rows.start + drawn] = True
    return Candidates(
        chosen.request[keep], chosen.place[keep], {c: v[keep] for c, v in chosen.columns.items()}
    )


def _recall(test: Examples) -> float:
    """Share of relevant places that are among the candidates at all."""
    found = int((test.grade > 0).sum())
    return found / max(1, sum(len(r) for r in test.relevant))


def _nothing_to_learn(split: Split) -> Exception:
    from butler.errors import ModelUnavailable

    return ModelUnavailable(
        f"No request with an outcome between {split.train_from:%Y-%m-%d} and "
        f"{split.test_from:%Y-%m-%d}. Ingest more events, or widen BUTLER_TRAINING__TRAIN_DAYS."
    )


def _nothing_to_measure(split: Split) -> Exception:
    from butler.errors import ModelUnavailable

    return ModelUnavailable(
        f"No request with an outcome between {split.test_from:%Y-%m-%d} and "
        f"{split.end:%Y-%m-%d}. Ingest more events, or widen BUTLER_TRAINING__TEST_DAYS."
    )
