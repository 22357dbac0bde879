"""The truth of a sample world, kept aside: what every traveller would have done with any slate.

For evaluation and simulation only. It lies in `truth/` of the dataset's folder, its columns are in
no table of the dataset, and no feature, contract or model reads it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from butler.columns import UTC, VISIT, C
from butler.errors import NotFound
from butler.world.demand import requests_of
from butler.world.model import World
from butler.world.noise import Bools, Floats, Ints
from butler.world.people import People
from butler.world.places import Places
from butler.world.reaction import Reaction, organic, react
from butler.world.utility import SLATE, Appeal, History, Moments, appeal, examination

FOLDER = "truth"
CELLS = 400_000  # requests x places looked at in one go: about 100 MB
VISITS = pl.Schema({C.USER: pl.String(), C.POI: pl.String(), C.OCCURRED_AT: UTC})


@dataclass(frozen=True)
class Truth:
    """A world and all visits so far (user_id, poi_id, occurred_at)."""

    world: World
    visits: pl.DataFrame

    @classmethod
    def load(cls, folder: Path) -> "Truth":
        """From the dataset's folder (the one that holds `truth/`). Raises NotFound."""
        aside = folder / FOLDER
        if not (aside / "world.json").exists():
            raise NotFound(
                f"{aside} holds no truth; only a dataset written by `butler world` has one"
            )
        about = json.loads((aside / "world.json").read_text())
        pois = pl.read_parquet(folder / "pois.parquet")
        travellers = pl.read_parquet(folder / "travellers.parquet")
        world = World.of(
            about["seed"],
            datetime.fromisoformat(about["start"]),
            datetime.fromisoformat(about["end"]),
            Places.of(pois, pl.read_parquet(aside / "pois.parquet")),
            People.of(travellers, pl.read_parquet(aside / "travellers.parquet")),
            pl.read_parquet(aside / "trips.parquet"),
        )
        return cls(world, pl.read_parquet(aside / "visits.parquet"))

    def requests(self, day: datetime) -> pl.DataFrame:
        """Who asks on a UTC day (within the world or up to 40 days after), from where: see demand.

        Columns: request_id, session_id, user_id, occurred_at, latitude, longitude.
        """
        return requests_of(self.world, day)

    def walks(self, day: datetime) -> pl.DataFrame:
        """The day's visits that no request leads to, in the `events` schema."""
        return organic(self.world, day, History.of(self.world, self.visits))

    def with_events(self, events: pl.DataFrame) -> "Truth":
        """The same world after these events: their visits tire travellers on later days."""
        new = events.filter(pl.col(C.EVENT_TYPE) == VISIT).select(list(VISITS))
        return replace(self, visits=pl.concat([self.visits, new]))


@dataclass(frozen=True)
class Utilities:
    """For each request (row) and place (column): probabilities at position 1, in truth.

    `click` is P(click | looked at), which at position 1 is P(click). `visit` and `booking` are
    P(click and then set out soon), before the true weather and a second place clicked have their
    say, and P(click and then book), before the place turns out to be closed for the whole stay.
    A place that is not open yet for anybody (created_at later) has zeros.
    """

    request_ids: list[str]
    poi_ids: list[str]
    click: Floats
    visit: Floats
    booking: Floats


def utilities(truth: Truth, requests: pl.DataFrame) -> Utilities:
    """The truth for requests: request_id, user_id, occurred_at, latitude, longitude (or null).

    The answer holds 24 bytes for each request and place: pass a large world in pieces.
    """
    world, count = truth.world, len(truth.world.places.ids)
    click, visit, booked = np.zeros((3, len(requests), count))
    for rows, moments in _by_day(truth, requests, most=max(1, CELLS // count)):
        columns = np.broadcast_to(np.arange(count), (len(rows), count))
        drawn = appeal(world, moments, columns)
        there = world.places.opened[None, :] <= moments.minute[:, None]
        click[rows] = drawn.click * there
        books = drawn.book(world, columns)
        visit[rows] = click[rows] * (1 - books) * drawn.visit * ~moments.planning[:, None]
        booked[rows] = click[rows] * books
    asked, poi_ids = requests[C.REQUEST].to_list(), world.places.ids.to_list()
    return Utilities(asked, poi_ids, click, visit, booked)


def explain(truth: Truth, requests: pl.DataFrame, slates: pl.DataFrame) -> pl.DataFrame:
    """The named parts of the utility for slates (request_id, position, poi_id): one row a card."""
    slate = slate_matrix(truth.world, requests, slates)
    frames = []
    for rows, moments in _by_day(truth, requests):
        drawn = appeal(truth.world, moments, slate[rows].clip(0))
        frames.append(_parts_frame(truth.world, requests[rows], slate[rows], drawn))
    return pl.concat(frames)


def best_slates(truth: Truth, requests: pl.DataFrame, length: int = SLATE) -> pl.DataFrame:
    """The slates with most expected clicks: request_id, position, poi_id."""
    found = utilities(truth, requests)
    top = np.argsort(-found.click, axis=1, kind="stable")[:, :length]
    width = top.shape[1]
    return pl.DataFrame(
        {
            C.REQUEST: np.repeat(np.array(found.request_ids, dtype=object), width),
            C.POSITION: np.tile(np.arange(1, width + 1), len(top)),
            C.POI: pl.Series(found.poi_ids)[top.ravel()],
        },
        schema={C.REQUEST: pl.String, C.POSITION: pl.Int32, C.POI: pl.String},
    )


def expected_clicks(truth: Truth, requests: pl.DataFrame, slates: pl.DataFrame) -> Floats:
    """Expected clicks on each request's slate, position bias included: (requests,)."""
    slate = slate_matrix(truth.world, requests, slates)
    out = np.zeros(len(requests))
    seen = examination(slate.shape[1])
    for rows, moments in _by_day(truth, requests):
        drawn = appeal(truth.world, moments, slate[rows].clip(0))
        out[rows] = (drawn.click * seen * (slate[rows] >= 0)).sum(axis=1)
    return out


def true_ndcg(truth: Truth, requests: pl.DataFrame, slates: pl.DataFrame, k: int = SLATE) -> Floats:
    """NDCG@k of each request's slate with the true click probabilities as gains: (requests,).

    1 is the slate whose order no other can beat in truth: the share of the best possible that no
    clicks, and so no chance, stand between. Discounts are log2(1 + position); a place counts once,
    where it stands first. A request without a slate has 0. Memory is as of `utilities`.
    """
    slate = slate_matrix(truth.world, requests, slates)[:, :k]
    click = utilities(truth, requests).click
    gain = np.where(_first(slate), np.take_along_axis(click, slate.clip(0), axis=1), 0.0)
    best = -np.sort(-click, axis=1)[:, :k]
    return _discounted(gain) / _discounted(best)


def _discounted(gain: Floats) -> Floats:
    return np.asarray(gain @ (1 / np.log2(np.arange(gain.shape[1]) + 2)))


def _first(slate: Ints) -> Bools:
    """Where a card holds a place that no card above it holds."""
    again = (slate[:, :, None] == slate[:, None, :]) & np.tri(slate.shape[1], k=-1, dtype=bool)
    return np.asarray((slate >= 0) & ~again.any(axis=2))


def respond(
    truth: Truth, rng: np.random.Generator, requests: pl.DataFrame, slates: pl.DataFrame
) -> Reaction:
    """Simulated reaction to ANY slates (request_id, position, poi_id) shown at the requests.

    `requests`: request_id, session_id, user_id, occurred_at, latitude, longitude, as made by
    `Truth.requests`. What comes back reaches hours and days ahead: see Reaction.
    """
    slate = slate_matrix(truth.world, requests, slates)
    answers = [
        react(truth.world, requests[rows], moments, slate[rows], rng)
        for rows, moments in _by_day(truth, requests)
    ]
    return Reaction(
        pl.concat([answer.events for answer in answers]),
        pl.concat([answer.bookings for answer in answers]),
    )


def slate_matrix(world: World, requests: pl.DataFrame, slates: pl.DataFrame) -> Ints:
    """(requests, positions) numbers of places from a long frame; -1 where a slate is shorter."""
    numbered = requests.select(C.REQUEST).with_row_index("row")
    long = slates.select(C.REQUEST, C.POSITION, C.POI).join(numbered, on=C.REQUEST)
    width = int(long.select(pl.col(C.POSITION).max()).item() or 1)
    matrix = np.full((len(requests), width), -1, dtype=np.int64)
    matrix[long["row"].to_numpy(), long[C.POSITION].to_numpy() - 1] = world.pois(long[C.POI])
    return matrix


def _by_day(
    truth: Truth, requests: pl.DataFrame, most: int = CELLS
) -> Iterator[tuple[Ints, Moments]]:
    """Rows and moments, at most `most` and of one UTC day: fatigue changes from day to day."""
    history = History.of(truth.world, truth.visits)
    day = requests[C.OCCURRED_AT].dt.epoch("d").to_numpy()
    for one in np.unique(day):
        rows = np.flatnonzero(day == one)
        for first in range(0, len(rows), most):
            piece = rows[first : first + most]
            yield piece, Moments.of(truth.world, requests[piece], history)


def _parts_frame(world: World, requests: pl.DataFrame, slate: Ints, drawn: Appeal) -> pl.DataFrame:
    row, column = np.nonzero(slate >= 0)
    return pl.DataFrame(
        {
            C.REQUEST: requests[C.REQUEST][row],
            C.POSITION: column + 1,
            C.POI: world.places.ids[slate[row, column]],
            **{f"part_{name}": part[row, column] for name, part in drawn.parts.items()},
            "part_total": drawn.total[row, column],
            "is_open": drawn.is_open[row, column],
        }
    )
