"""Training and evaluation: examples -> ranker -> metrics, on a split in time."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.cluster import HERE, Workers
from butler.columns import C
from features import frame as f
from features.store import Features
from models.attribution import Windows, Worth
from models.calibration import reliability
from models.clicks import Lessons, sigmoid
from models.drift import Reference
from models.evaluate import Checked, Metrics, check_lists, evaluate, ndcg, per_request
from models.examples import Examples, asked_by, examples, fit_generators, groups, rolled
from models.generators import Generator
from models.golden import Golden
from models.lessons import examination_of, lessons, silent
from models.position import Examination
from models.ranker import LABEL_GAIN, BoostedTrees, ClickRanker, LinearBaseline, Ranker
from models.reordered import reordered
from models.requests import Labelled, Split
from models.rerank import Facts, Rules, rerank
from models.segments import Row, segment_rows, segments, sky_of
from models.statistics import Paired, paired

__all__ = [
    "Examples",
    "asked_by",
    "calibration",
    "curve",
    "examples",
    "fit_generators",
    "learn_ranker",
    "measure",
    "slates",
    "top",
    "train",
]

FEW_LIKED = 10  # from fewer outcomes nothing is learned
CURVE_REQUESTS = 200  # of each window that the training curve is drawn from
CURVE_SHARES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of the trees
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
    golden: Golden | None = None  # some of the test's requests, to try a loaded model on
    reordered: Paired | None = None  # clicks in its order of shown slates, share of the champion's
    paired: Paired | None = None  # fair NDCG@10 less the champion's, on the same requests
    examination: list[float] = field(default_factory=list)  # by position, as it was estimated
    silent: dict[str, list[str]] = field(default_factory=dict)  # features that taught nothing
    curve: dict[str, dict[int, float]] = field(default_factory=dict)  # NDCG@10 by trees
    calibration: pl.DataFrame = field(default_factory=pl.DataFrame)  # of cards shown later
    shown: "Shown | None" = None  # some slates, for the map


@dataclass(frozen=True)
class Shown:
    """Slates of place numbers, and where each request was made; NaN where unknown."""

    slates: list[list[int]]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]

    @classmethod
    def of(cls, lists: "Lists", test: Examples, most: int = 500) -> "Shown":
        here = [test.resolved[f"here_{c}"].to_numpy()[:most] for c in (C.LATITUDE, C.LONGITUDE)]
        return cls([slate[:10] for slate in lists[:most]], *here)


@dataclass(frozen=True)
class Learned:
    """A ranker with what it was taught: the rows, and how far down slates were looked at."""

    ranker: ClickRanker
    rows: Examples
    wanted: Labelled
    examination: Examination
    lessons: Lessons
    silent: dict[str, list[str]]


def learn_ranker(
    features: Features,
    catalogue: f.Catalogue,
    rows: pl.DataFrame,
    history: Labelled,
    split: Split,
    *,
    trees: int,
    leaves: int,
    requests: int,
    negatives: int,
    candidates: int,
    seed: int,
    refit_days: int = 14,
    windows: Windows = Windows(),
    worth: Worth = Worth(),
    tell: Progress = lambda _: None,
    hands: Workers = HERE,
) -> Learned:
    """Fit the ranker on the train window. Raises ModelUnavailable where too little came of it."""
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
        hands=hands,
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
    end = split.test_from
    taught = lessons(learn, history, wanted, catalogue, end, examination, windows, worth)
    ranker.fit(learn.matrix, taught, tell, hands)
    return Learned(ranker, learn, wanted, examination, taught, dumb)


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
    hands: Workers = HERE,
) -> Trained:
    """Fit the ranker on the train window and measure it, its baselines and the champion on the test."""
    # first of all: later the files of the history may be others
    unseen = history.between(split.test_from, split.end, test_requests, seed)
    every = history.between(split.test_from, split.end, test_requests, seed, answered=False)
    learned = learn_ranker(
        features,
        catalogue,
        rows,
        history,
        split,
        trees=trees,
        leaves=leaves,
        requests=requests,
        negatives=negatives,
        candidates=candidates,
        seed=seed,
        refit_days=refit_days,
        windows=windows,
        worth=worth,
        tell=tell,
        hands=hands,
    )
    ranker, learn = learned.ranker, learned.rows
    linear = LinearBaseline(seed)
    linear.fit(learn.matrix, learn.grade, learn.request)

    if not unseen.requests.height:
        raise _nothing_to_measure(split)
    tell("candidates for the test window")
    late = fit_generators(rows, catalogue, split.test_from, seed)
    test = examples(features, catalogue, late, unseen, candidates, None, seed)
    tell(f"evaluation on {len(test.relevant):,} requests")
    models: dict[str, Ranker] = {"ranker": ranker, "linear": linear}
    if champion is not None:
        models["champion"] = champion
    result = Trained(
        ranker,
        rows=len(learn.grade),
        requests=learned.wanted.requests.height,
        test_requests=len(test.relevant),
        examination=[round(float(e), 4) for e in learned.examination.chance],
        silent=learned.silent,
    )
    lists = ranked_lists(models, late, test, catalogue, rules)
    result.metrics = metrics_of(lists, test, catalogue)
    result.segments = by_segment(lists, test, catalogue)
    result.paired = paired_with_champion(models, test, learned.examination)
    result.reference = Reference.of(test.matrix, ranker.predict(test.matrix), len(test.relevant))
    result.golden = Golden.of(test.matrix, test.request, ranker)
    result.curve = {"learned from": curve(ranker, learn), "later requests": curve(ranker, test)}
    shown = examples(features, catalogue, late, every, candidates, 0, seed)
    result.calibration = calibration(ranker, shown, learned.examination)
    if champion is not None:
        result.reordered = reordered(ranker, champion, shown, learned.examination)
    result.shown = Shown.of(lists["ranker"], test)
    unknown = unseen.labels.filter(~pl.col(C.POI).is_in(catalogue.ids)).height
    checked = check_lists(lists["ranker"], test.relevant, len(catalogue))
    result.checked = replace(checked, not_in_catalogue=unknown)
    for sentence in result.checked.sentences():
        tell(sentence)
    result.recall_at_candidates = _recall(test)
    return result


def curve(ranker: BoostedTrees, rows: Examples) -> dict[int, float]:
    """NDCG@10 of the candidates by score alone, after each of some numbers of trees."""
    some = [s for s in groups(rows.request, len(rows.relevant)) if (rows.grade[s] > 0).any()]
    some = some[:: max(1, len(some) // CURVE_REQUESTS)]
    if not some:
        return {}
    matrix = np.concatenate([rows.matrix[s] for s in some])
    starts = np.cumsum([0, *[s.stop - s.start for s in some]])
    out = {}
    for trees in sorted({max(1, round(ranker.trees * share)) for share in CURVE_SHARES}):
        score = ranker.predict(matrix, trees)
        found = [
            ndcg(
                np.argsort(-score[a:b], kind="stable").tolist(),
                {n: g for n, g in enumerate(rows.grade[s].tolist()) if g > 0},
            )
            for s, a, b in zip(some, starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]
        out[trees] = float(np.mean(found))
    return out


def calibration(ranker: Ranker, shown: Examples, examination: Examination) -> pl.DataFrame:
    """Predicted and observed clicks of cards as they were shown (see `calibration.reliability`).

    A card is clicked if it is looked at and appeals: examination(position) x sigmoid(score). Slates
    that nobody clicked are among them, else every prediction would look too low.
    """
    cards = np.flatnonzero(shown.position > 0)
    appeal = sigmoid(ranker.predict(shown.matrix[cards])) if len(cards) else np.empty(0)
    return reliability(examination.at(shown.position[cards]) * appeal, shown.grade[cards] > 0)


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


def paired_with_champion(
    models: dict[str, Ranker], test: Examples, examination: Examination
) -> Paired | None:
    """`fair_ndcg` of the ranker less the champion's, request by request; None without a champion."""
    if "champion" not in models:
        return None
    ours, theirs = (fair_ndcg(models[n], test, examination) for n in ("ranker", "champion"))
    known = ~np.isnan(ours) & ~np.isnan(theirs)
    return paired(ours[known], theirs[known])


def fair_ndcg(model: Ranker, test: Examples, examination: Examination) -> NDArray[np.float64]:
    """(requests,) NDCG@10 that does not favour the model whose slates were shown; NaN where nothing
    was relevant.

    Of a slate only what was shown could be clicked, and was clicked the more the higher it stood.
    So both models order the places that were shown, and a click counts for one over the chance that
    it was looked at (inverse propensities; Joachims, Swaminathan, Schnabel 2017). Where there was no
    slate, all candidates are ordered.
    """
    score = model.predict(test.matrix)
    gain = np.array(LABEL_GAIN, dtype=np.float64)[test.grade] / examination.at(test.position)
    discount = 1.0 / np.log2(np.arange(2, 12))
    out = np.full(len(test.relevant), np.nan)
    for n, rows in enumerate(groups(test.request, len(test.relevant))):
        shown = test.position[rows] > 0
        kept = np.flatnonzero(shown) if shown.any() else np.arange(rows.stop - rows.start)
        gains = gain[rows][kept]
        best = np.sort(gains)[::-1][:10]
        if best.sum() > 0:
            ranked = gains[np.argsort(-score[rows][kept], kind="stable")][:10]
            out[n] = (ranked @ discount[: len(ranked)]) / (best @ discount[: len(best)])
    return out


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
