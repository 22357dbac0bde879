"""Whether the ranker that a Dask cluster trains ranks as well as that of one process.

    BUTLER_HOME=.butler butler bench cluster

The home's own training frame is made once. On it the ranker is trained in this process, again with
other seeds (what chance alone changes), and on a cluster of WORKERS processes on this machine, where
rows fall to workers as they are free. All are judged on the same requests of the test window, as
`butler train` judges: NDCG@10 and MRR of their slates with 95 % intervals, and the mean difference of
NDCG@10 to the first, request by request. `scores` is the correlation with the scores of the first.
Prints a table and writes `reports/cluster.json` in the home.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.dask_processes import dask_processes
from benchmarks.report import write_report
from butler.cluster import HERE, Workers, workers
from butler.settings import Settings
from butler.stores.tables import Tables
from features import transforms as t
from features.built import load_built
from features.frame import Catalogue
from features.store import Features
from models.evaluate import PerRequest, per_request
from models.ranker import ClickRanker
from models.requests import Split, labelled
from models.statistics import Interval, Paired, bootstrap, paired
from models.training import Learned, examples, fit_generators, learn_ranker, slates
from pipelines.train import rules_of, windows_of, worth_of

WORKERS = 2
TIMES = 3  # on the cluster, and with other seeds


@dataclass(frozen=True)
class Judged:
    """A ranker on the test window; `beside` and `scores` are of NDCG@10 and scores of the first."""

    ranker: str
    ndcg: Interval
    mrr: Interval
    beside: Paired
    scores: float


def main(settings: Settings, console: Console, times: int = TIMES) -> list[Judged]:
    """Compare; raises NotFound for a home without features, RuntimeError if a worker dies."""
    home, wanted = settings.home, settings.training
    tables, features, catalogue = Tables(home), Features(home), Catalogue.load(home)
    events, bookings = tables.read("events"), tables.read("bookings")
    rows = t.behaviour(events, bookings, catalogue.frame)
    windows = windows_of(wanted)
    history = labelled(events, bookings, tables.read("requests"), windows)
    split = Split.ending(load_built(home).as_of, wanted.train_days, wanted.test_days)
    many = settings.serving.candidates
    with console.status("training frame") as status:
        learned = learn_ranker(
            features,
            catalogue,
            rows,
            history,
            split,
            trees=wanted.trees,
            leaves=wanted.leaves,
            requests=wanted.requests,
            negatives=wanted.negatives,
            candidates=many,
            seed=wanted.seed,
            refit_days=wanted.refit_days,
            windows=windows,
            worth=worth_of(wanted),
            tell=status.update,
        )
        rankers = {"alone": learned.ranker}
        for seed in range(wanted.seed + 1, wanted.seed + 1 + times):
            status.update(name := f"alone, seed {seed}")
            rankers[name] = _trained(settings, learned, seed, HERE)
        with (
            TemporaryDirectory() as folder,
            dask_processes(Path(folder), WORKERS) as processes,
            workers(processes.url) as hands,
        ):
            for n in range(1, times + 1):
                status.update(name := f"{WORKERS} workers, time {n}")
                rankers[name] = _trained(settings, learned, wanted.seed, hands)
        status.update("test window")
        unseen = history.between(split.test_from, split.end, wanted.test_requests, wanted.seed)
        late = fit_generators(rows, catalogue, split.test_from, wanted.seed)
        test = examples(features, catalogue, late, unseen, many, None, wanted.seed)
        rules = rules_of(settings)
        each = {
            name: per_request(slates(ranker, test, catalogue, rules), test.relevant)
            for name, ranker in rankers.items()
        }
        scores = np.corrcoef([ranker.predict(test.matrix) for ranker in rankers.values()])[0]
    found = _judged(each, scores.tolist())
    console.print(_table(found, len(learned.rows.grade)))
    write_report(settings, "cluster", [asdict(one) for one in found])
    return found


def _trained(settings: Settings, learned: Learned, seed: int, hands: Workers) -> ClickRanker:
    ranker = ClickRanker(settings.training.trees, settings.training.leaves, seed)
    ranker.fit(learned.rows.matrix, learned.lessons, _on_the_cluster_only(hands), hands)
    return ranker


def _on_the_cluster_only(hands: Workers) -> Callable[[str], None]:
    """The ranker of this process must not stand for the cluster's, whose worker died."""

    def tell(what: str) -> None:
        if hands is not HERE:
            raise RuntimeError(what)

    return tell


def _judged(each: dict[str, PerRequest], scores: list[float]) -> list[Judged]:
    first = next(iter(each.values()))
    known = ~np.isnan(first.ndcg)
    return [
        Judged(
            name,
            bootstrap(one.ndcg[known]),
            bootstrap(one.mrr[known]),
            paired(one.ndcg[known], first.ndcg[known]),
            agreed,
        )
        for (name, one), agreed in zip(each.items(), scores, strict=True)
    ]


def _table(found: list[Judged], rows: int) -> Table:
    measured = found[0].ndcg.count
    table = Table(title=f"Learned from {rows:,} rows, {measured:,} later requests", box=None)
    table.add_column("", no_wrap=True)
    for name in ("NDCG@10", "MRR", "less alone", "p", "scores"):
        table.add_column(name, justify="right")
    for one in found:
        told = [_told(i) for i in (one.ndcg, one.mrr, one.beside.difference)]
        table.add_row(one.ranker, *told, f"{one.beside.p:.2f}", f"{one.scores:.3f}")
    return table


def _told(i: Interval) -> str:
    return f"{i.mean:.4f}\n{i.low:.3f} to {i.high:.3f}"
