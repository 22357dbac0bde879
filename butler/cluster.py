"""Where work is done that falls into parts: in this process, or on the Dask cluster of BUTLER_DASK.

A part is worked on by a function of its own arguments that leaves nothing behind but what it returns
and files it replaces whole: so a part whose worker dies is simply worked on again.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar

from butler.errors import StoreUnavailable

Part = TypeVar("Part")
Made = TypeVar("Made")
AHEAD = 2  # parts a worker is given before the first is asked for: results wait in its memory
TRIES = 3  # how often a part is worked on whose workers die
CONNECT_SECONDS = 10


class Workers(Protocol):
    @property
    def count(self) -> int:
        """How many parts can be worked on at once."""

    def map(self, work: Callable[[Part], Made], parts: Iterable[Part]) -> Iterator[Made]:
        """`work` of each part, in the order of the parts; few results wait at a time."""


class Here:
    """One part after the other in this process; the next is made while the last is put away."""

    count = 1

    def map(self, work: Callable[[Part], Made], parts: Iterable[Part]) -> Iterator[Made]:
        waiting = iter(parts)
        with ThreadPoolExecutor(1) as ahead:
            making = [ahead.submit(work, part) for part in islice(waiting, 1)]
            while making:
                made = making.pop().result()
                making = [ahead.submit(work, part) for part in islice(waiting, 1)]
                yield made


HERE = Here()


class Cluster:
    """On a Dask cluster, whose workers see the same home and run the same code and versions."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def count(self) -> int:
        # asked anew: what the client keeps of `scheduler_info` is without workers every two seconds
        return max(1, len(self.client.nthreads()))

    def map(self, work: Callable[[Part], Made], parts: Iterable[Part]) -> Iterator[Made]:
        from distributed.scheduler import KilledWorker

        given: deque[Any] = deque()
        waiting = iter(parts)
        try:
            while True:
                room = AHEAD * self.count
                for part in waiting:
                    given.append(self.client.submit(work, part, pure=False, retries=TRIES))
                    if len(given) >= room:
                        break
                if not given:
                    return
                yield given.popleft().result()
        except KilledWorker as error:
            raise StoreUnavailable(
                f"A part of the work ended {TRIES} workers of the Dask cluster ({error}). See their "
                "logs: most often they had too little memory."
            ) from error
        finally:
            for future in given:
                future.cancel()


@contextmanager
def workers(url: str | None) -> Iterator[Workers]:
    """The workers at the scheduler `url`, or this process where it is None.

    Raises StoreUnavailable if there is no scheduler.
    """
    if not url:
        yield HERE
        return
    from distributed import Client

    try:
        client: Any = Client(url, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise StoreUnavailable(
            f"There is no Dask scheduler at {url} ({error}). Start one (`dask scheduler`), or unset "
            "BUTLER_DASK to work in this process."
        ) from error
    with client:
        yield Cluster(client)
