"""Training and evaluation: examples -> ranker -> metrics, on a split in time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features import frame as f
from features.store import Features
from models.attribution import Windows, Worth
from models.drift import Reference
from models.evaluate import Checked, Metrics, check_lists, evaluate, per_request
from models.examples import Examples, asked_by, examples, fit_generators, groups, rolled
from models.generators import Generator
from models.lessons import examination_of, lessons, silent
from models.ranker import BoostedTrees, ClickRanker, LinearBaseline, Ranker
from models.requests import Labelled, Split
from models.rerank import Facts, Rules, rerank
from models.segments import Row, segment_rows, segments, sky_of
from models.statistics import Paired, paired

__all__ = [
    "Examples",
    "asked_by",
    "examples",
    "fit_generators",
    "measure",
    "slates",
    "top",
    "train",
]

FEW_LIKED = 10  # from fewer outcomes nothing is learned
Progress = Callable[[str], None]


@dataclass
class Trained:
    ranker: BoostedTrees
    metrics: dict[str, Metrics] = field(default_factory=dict)  # by model, the same requests
    rows: int = 0
    requests: int = 0
    test_requests: int = 0
    recall_at_candidates: float = 0.0
    segments: list[Row] = field(default_factory=list)  # beside the champion, else popularity
    checked: Checked | None = None  # what the metrics passed over
    reference: Reference | None = None  # features and scores of the test's candidates, for drift
    paired: Paired | None = None  # NDCG@10 less the champion's, on the same requests
    examination: list[float] = field(default_factory=list)  # by position, as it was estimated
    silent: dict[str, list[str]] = field(default_factory=dict)  # features that taught nothing


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
    refit_days: int = 14,
    windows: Windows = Windows(),
    worth: Worth = Worth(),
    champion: Ranker | None = None,
    tell: Progress = lambda _: None,
) -> Trained:
    """Fit the ranker on the train window and measure it, its baselines and the champion on the test."""
    wanted = history.between(split.train_from, split.test_from, requests, seed, answered=False)
    if not wanted.requests.height:
        raise _nothing_to_learn(split, 0, 0)
    learn = rolled(
        features,
        catalogue,
        rows,
        wanted,
        split.train_from,
        split.test_from,
        refit=timedelta(days=refit_days),
        candidates=candidates,
        negatives=negatives,
        seed=seed,
        tell=tell,
    )
    liked = int((learn.grade > 0).sum())
    if liked < FEW_LIKED or liked == len(learn.grade):
        raise _nothing_to_learn(split, wanted.requests.height, liked)
    dumb = silent(learn.matrix)
    for why, names in dumb.items():
        if names:
            tell(f"features that teach nothing, {why}: {', '.join(names)}")
    tell("how far down slates are looked at")
    examination = examination_of(learn)
    tell(f"ranker on {len(learn.grade):,} rows")
    ranker = ClickRanker(trees, leaves, seed)
    taught = lessons(
        learn, history, wanted, catalogue, split.test_from, examination, windows, worth
    )
    ranker.fit(learn.matrix, taught, tell)
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
        examination=[round(float(e), 4) for e in examination.chance],
        silent=dumb,
    )
    lists = ranked_lists(models, late, test, catalogue, rules)
    result.metrics = metrics_of(lists, test, catalogue)
    result.segments = by_segment(lists, test, catalogue)
    result.paired = paired_with_champion(lists, test)
    result.reference = Reference.of(test.matrix, ranker.predict(test.matrix), len(test.relevant))
    unknown = unseen.labels.filter(~pl.col(C.POI).is_in(catalogue.ids)).height
    checked = check_lists(lists["ranker"], test.relevant, len(catalogue))
    result.checked = replace(checked, not_in_catalogue=unknown)
    for sentence in result.checked.sentences():
        tell(sentence)
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
    return metrics_of(ranked_lists(models, generators, test, catalogue, rules), test, catalogue)


Lists = list[list[int]]


def ranked_lists(
    models: dict[str, Ranker],
    generators: list[Generator],
    test: Examples,
    catalogue: f.Catalogue,
    rules: Rules,
) -> dict[str, Lists]:
    """By model or baseline: a list of at most a hundred place numbers for each request."""
    lists = {name: slates(model, test, catalogue, rules) for name, model in models.items()}
    by_name = {g.name: g for g in generators}
    popular = by_name["popular"].score(test.asked, catalogue)
    overall = by_name["popular"].state()["count"].astype(np.float32)
    lists["popularity"] = top(np.broadcast_to(overall, popular.shape))
    lists["popularity_by_hour"] = top(popular)
    frequent = test.frequency.toarray()
    lists["most_frequent"] = top((frequent * 1e6 + overall[None, :]).astype(np.float32))
    return lists


def metrics_of(
    lists: dict[str, Lists], test: Examples, catalogue: f.Catalogue
) -> dict[str, Metrics]:
    return {
        name: evaluate(ranked, test.relevant, catalogue.categories, len(catalogue))
        for name, ranked in lists.items()
    }


def paired_with_champion(lists: dict[str, Lists], test: Examples) -> Paired | None:
    """NDCG@10 of the ranker less the champion's, request by request; None without a champion."""
    if "champion" not in lists:
        return None
    ours, theirs = (per_request(lists[n], test.relevant).ndcg for n in ("ranker", "champion"))
    known = ~np.isnan(ours) & ~np.isnan(theirs)
    return paired(ours[known], theirs[known])


def by_segment(lists: dict[str, Lists], test: Examples, catalogue: f.Catalogue) -> list[Row]:
    """The ranker in every segment, tested against the champion, or popularity before there is one."""
    sky = sky_of(test.matrix, test.request, len(test.relevant))
    rival = lists.get("champion", lists["popularity"])
    return segment_rows(
        per_request(lists["ranker"], test.relevant),
        segments(test.resolved, test.relevant, catalogue, sky),
        per_request(rival, test.relevant),
    )


def slates(model: Ranker, test: Examples, catalogue: f.Catalogue, rules: Rules) -> list[list[int]]:
    """Lists of a hundred as they would be served, without exploration."""
    score = model.predict(test.matrix)
    kinds = np.unique(catalogue.categories, return_inverse=True)[1]
    asked = test.resolved["budget_asked"].to_list()
    sure = Rules(**{**rules.__dict__, "exploration": 0.0})
    out = []
    for n, rows in enumerate(groups(test.request, len(test.relevant))):
        place = test.place[rows]
        facts = Facts.of(
            test.matrix[rows], score[rows], kinds[place], catalogue.providers[place], asked[n]
        )
        slate = rerank(facts, 100, sure, seed=0)
        out.append(place[slate.chosen].tolist())
    return out


def top(score: NDArray[np.float32], count: int = 100) -> list[list[int]]:
    """Per query the places of highest score; ties fall to the place's number."""
    return [np.argsort(-row, kind="stable")[:count].tolist() for row in score]


def _recall(test: Examples) -> float:
    """Share of relevant places that are among the candidates at all."""
    found = int((test.grade > 0).sum())
    return found / max(1, sum(len(r) for r in test.relevant))


def _nothing_to_learn(split: Split, requests: int, liked: int) -> Exception:
    from butler.errors import ModelUnavailable

    return ModelUnavailable(
        f"Too little to learn from: {requests} requests between {split.train_from:%Y-%m-%d} and "
        f"{split.test_from:%Y-%m-%d}, and {liked} places that were liked among their candidates; at "
        f"least {FEW_LIKED} must be, and some not. Ingest more events, or widen "
        "BUTLER_TRAINING__TRAIN_DAYS."
    )


def _nothing_to_measure(split: Split) -> Exception:
    from butler.errors import ModelUnavailable

    return ModelUnavailable(
        f"No request with an outcome between {split.test_from:%Y-%m-%d} and "
        f"{split.end:%Y-%m-%d}. Ingest more events, or widen BUTLER_TRAINING__TEST_DAYS."
    )
