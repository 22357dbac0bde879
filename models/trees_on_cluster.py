"""LightGBM's own ranker on a Dask cluster: the histograms of all workers make every split.

Each worker holds whole requests. Sums are added in another order and every worker draws its own
rows (bagging), so the trees are not those of one process; how near they come is in
`docs/performance.md`. LightGBM does not survive the death of a worker: the others wait for its
messages for ever, and the ranker is trained in the process that asked.
"""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from functools import partial
from itertools import pairwise
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from butler.cluster import Cluster
from butler.errors import ModelUnavailable
from models.clicks import Floats, Lessons

MOST_ROWS = 2**24  # rows are numbered in LightGBM's labels, whose numbers are whole up to here
LOOK_SECONDS = 0.5  # how often it is looked whether all workers are still there
TIME_OUT_MINUTES = 5  # how long a worker waits for a message of another
Matrix = NDArray[np.float32]


class WorkerDied(Exception):
    """A worker went while LightGBM trained; its neighbours wait for it for ever."""


def fit_on(
    cluster: Cluster,
    parameters: dict[str, object],
    trees: int,
    names: Sequence[str],
    matrix: Matrix,
    lessons: Lessons,
    start: float,
) -> Any:
    """A LightGBM booster for what `lessons` say of the rows of `matrix` (of `names`), less `start`.

    Raises WorkerDied as soon as one is gone.
    """
    from distributed import Client

    if len(matrix) >= MOST_ROWS:
        raise ModelUnavailable(
            f"{len(matrix):,} rows are more than the {MOST_ROWS:,} that can be learned from on a "
            "cluster. Lower BUTLER_TRAINING__REQUESTS."
        )
    with_it: Any = Client  # a connection of its own: closing it ends the waiting
    client = with_it(cluster.client.scheduler.address, set_as_default=False)
    own, began, made = Cluster(client), cluster.count, Future[Any]()

    def work() -> None:
        try:
            with client.as_current():  # LightGBM asks for the current one
                made.set_result(_fit(own, parameters, trees, names, matrix, lessons, start))
        except BaseException as error:
            made.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        while not wait([made], LOOK_SECONDS).done:
            if cluster.count < began:
                raise WorkerDied
        if made.exception() is not None and cluster.count < began:
            raise WorkerDied
        return made.result()
    finally:
        client.close()


def _fit(
    cluster: Cluster,
    parameters: dict[str, object],
    trees: int,
    names: Sequence[str],
    matrix: Matrix,
    lessons: Lessons,
    start: float,
) -> Any:
    import dask.array
    from lightgbm import DaskLGBMRanker

    da: Any = dask.array  # untyped
    ends = _ends(lessons.request, cluster.count)
    sizes = [np.unique(lessons.request[a:b], return_counts=True)[1] for a, b in ends]
    rows = np.arange(len(matrix), dtype=np.float32)

    def spread(pieces: list[NDArray[Any]]) -> Any:
        held = cluster.client.scatter(pieces, hash=False)
        shapes = [p.shape for p in pieces]
        parts = [
            da.from_delayed(h, shape=s, dtype=pieces[0].dtype)
            for h, s in zip(held, shapes, strict=True)
        ]
        return da.concatenate(parts)

    make: Any = DaskLGBMRanker  # its stubs know no parameters but their own
    ranker = make(
        client=cluster.client,
        objective=partial(_slopes, lessons, start),
        n_estimators=trees,
        time_out=TIME_OUT_MINUTES,
        metric="none",  # what the labels hold is no grade
        **{k: v for k, v in parameters.items() if k != "num_threads"},  # the workers' own
    )
    ranker.fit(
        spread([matrix[a:b] for a, b in ends]),
        spread([rows[a:b] for a, b in ends]),
        group=spread([s.astype(np.int64) for s in sizes]),
        feature_name=list(names),
    )
    return ranker.booster_


def _slopes(
    lessons: Lessons, start: float, numbers: Floats, added: Floats, weight: Any, group: Any
) -> tuple[Floats, Floats]:
    """The objective on one worker, whose labels say which rows it holds."""
    rows = numbers.astype(np.int64)
    mine = Lessons(
        lessons.liked[rows],
        lessons.examined[rows],
        lessons.weight[rows],
        lessons.request[rows],
        lessons.unasked[rows],
    )
    return mine.slopes(start + added)


def _ends(request: NDArray[np.int64], pieces: int) -> list[tuple[int, int]]:
    """Slices of about equal length of rows, each of whole requests."""
    wanted = np.linspace(0, len(request), pieces + 1).astype(int)[1:-1]
    ends = np.searchsorted(request, request[wanted])
    ends = np.unique([0, *ends.tolist(), len(request)]).tolist()
    return list(pairwise(ends))
