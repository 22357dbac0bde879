"""Policies to compare the platform with: each a function from a day's requests to slates.

A slate frame has request_id, position (1 is the top) and poi_id. To compare with another policy, add
it to `RIVALS`, or pass it to `simulate`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from butler.columns import CLICK, C
from butler.world.demand import logged_slates
from butler.world.geography import distance_km
from butler.world.truth import Truth, best_slates
from butler.world.utility import SLATE, History, Moments

BEST, RANDOM, POPULARITY, NEAREST, LOGGED = "best", "random", "popularity", "nearest", "as logged"
STREAM_RANDOM = 31
SLATES = pl.Schema({C.REQUEST: pl.String(), C.POSITION: pl.Int32(), C.POI: pl.String()})


@dataclass(frozen=True)
class Asked:
    """A day's requests (as of `Truth.requests`), the events known at its start, and the world.

    Of the truth only `best` reads what is hidden; the others read where places are, and since when.
    """

    truth: Truth
    requests: pl.DataFrame
    events: pl.DataFrame
    seed: int


Rival = Callable[[Asked], pl.DataFrame]


def slate_frame(slates: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """request_id -> places, top first, as a frame of SLATES."""
    rows = [
        (request, position, poi)
        for request, pois in slates.items()
        for position, poi in enumerate(pois, start=1)
    ]
    return pl.DataFrame(rows, schema=SLATES, orient="row")


def best(asked: Asked) -> pl.DataFrame:
    """The most expected clicks there can be: knows every traveller's mind."""
    return best_slates(asked.truth, asked.requests)


def random(asked: Asked) -> pl.DataFrame:
    """Ten of the places that have opened, evenly."""
    score = _chance(asked).random((len(asked.requests), len(asked.truth.world.places.ids)))
    return _top(asked, score)


def popularity(asked: Asked) -> pl.DataFrame:
    """The ten places with most clicks so far, for everybody; learned from the platform's own log."""
    clicks = asked.events.filter(pl.col(C.EVENT_TYPE) == CLICK).group_by(C.POI).len()
    counted = dict(zip(clicks[C.POI].to_list(), clicks["len"].to_list(), strict=True))
    score = np.array([counted.get(poi, 0) for poi in asked.truth.world.places.ids], dtype=float)
    return _top(asked, np.broadcast_to(score, (len(asked.requests), len(score))))


def nearest(asked: Asked) -> pl.DataFrame:
    """The ten places nearest to the traveller; the most popular where the location is unknown."""
    places, where = asked.truth.world.places, asked.requests.select(C.LATITUDE, C.LONGITUDE)
    here = where.cast(pl.Float64).to_numpy()
    away = distance_km(
        here[:, :1], here[:, 1:], places.latitude[None, :], places.longitude[None, :]
    )
    nowhere = asked.requests.filter(pl.col(C.LATITUDE).is_null())[C.REQUEST]
    near = _top(asked, -np.nan_to_num(away)).filter(~pl.col(C.REQUEST).is_in(nowhere.implode()))
    rest = popularity(asked).filter(pl.col(C.REQUEST).is_in(nowhere.implode()))
    return pl.concat([near, rest])


def as_logged(asked: Asked) -> pl.DataFrame:
    """What the old platform, whose log the history is, would show: fame and nearness with chance."""
    world = asked.truth.world
    moments = Moments.of(world, asked.requests, History.of(world, asked.truth.visits))
    return _frame(asked, logged_slates(world, asked.requests, moments))


RIVALS: Mapping[str, Rival] = {
    BEST: best,
    POPULARITY: popularity,
    NEAREST: nearest,
    LOGGED: as_logged,
    RANDOM: random,
}


def _chance(asked: Asked) -> np.random.Generator:
    day = int(asked.requests[C.OCCURRED_AT][0].timestamp()) // 86400 if len(asked.requests) else 0
    return np.random.default_rng([asked.seed, STREAM_RANDOM, day])


def _top(asked: Asked, score: np.ndarray) -> pl.DataFrame:
    """The ten of highest score (requests, places) among the places open to anybody by then."""
    minute = asked.requests[C.OCCURRED_AT].dt.epoch("s").to_numpy() // 60
    there = asked.truth.world.places.opened[None, :] <= minute[:, None]
    ranked = np.where(there, score, -np.inf)
    columns = np.argsort(-ranked, axis=1, kind="stable")[:, :SLATE]
    return _frame(asked, np.where(np.take_along_axis(there, columns, axis=1), columns, -1))


def _frame(asked: Asked, slate: np.ndarray) -> pl.DataFrame:
    """(requests, positions) numbers of places, -1 for none, as a frame of SLATES."""
    row, column = np.nonzero(slate >= 0)
    return pl.DataFrame(
        {
            C.REQUEST: asked.requests[C.REQUEST][row],
            C.POSITION: column + 1,
            C.POI: asked.truth.world.places.ids[slate[row, column]],
        }
    ).cast(SLATES)
