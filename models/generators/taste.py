"""What kind of traveller this is: a mixture of tastes over kinds of place, inferred from few likes."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from butler.columns import C
from features import transforms as t
from features.frame import Catalogue
from models.generators.base import Arrays, Floats, positives, spread
from models.met import EVERYWHERE, Among
from models.queries import Queries

TASTES, STARTS, STEPS = 8, 4, 40
PRIOR = 6.0  # likes of the average traveller that each taste has on each kind before any are seen
EXPECTED = 0.05  # likes on a kind nobody was shown in position, so that no exposure is nothing


class Taste:
    """Travellers are of a few tastes, and a taste is how much more than others it likes each kind.

    A latent class model: the likes of a traveller on a kind are Poisson, at what the average traveller
    would like of what this one was shown, times the lift of the traveller's class (Hofmann, Latent
    semantic models for collaborative filtering, TOIS 2004, with exposure). EM from several starts,
    whose answers are averaged, as each finds its own classes. A traveller is folded in as the
    posterior of the classes given the likes.
    """

    name = "taste"

    def __init__(self) -> None:
        self.share = np.zeros((0, 0))  # (starts, tastes)
        self.lift = np.zeros((0, 0, 0))  # (starts, tastes, kinds)
        self.usual = np.zeros(0)  # (kinds,): share of all likes
        self.kind: NDArray[np.int64] = np.zeros(0, np.int64)  # of each place
        self.count: Floats = np.zeros(0, np.float32)
        self._logs = np.zeros((0, 0, 0))  # (starts, tastes, kinds) of the chance of each kind

    def fit(self, rows: pl.DataFrame, catalogue: Catalogue, seed: int) -> None:
        names, self.kind = np.unique(np.array(catalogue.categories), return_inverse=True)
        liked = positives(rows, catalogue)
        self.count = np.bincount(liked["place"].to_numpy(), minlength=len(catalogue)).astype(
            np.float32
        )
        likes, expected = _likes(rows, names)
        self.usual = (likes.sum(axis=0) + 1.0) / (likes.sum() + len(names))
        chance = np.random.default_rng(seed)
        fitted = [_fitted(likes, expected, chance) for _ in range(STARTS)]
        self.share = np.stack([share for share, _ in fitted])
        self.lift = np.stack([lift for _, lift in fitted])
        self._logs = _logs(self.lift, self.usual)

    def score(self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE) -> Floats:
        kind, count = self.kind[among], self.count[among]
        # of a kind the more popular first: the smallest of differences, to break ties
        popular = 1e-3 * count / max(1.0, float(self.count.max(initial=0.0)))
        out = np.zeros((len(queries), len(kind)), np.float32)
        for q in range(len(queries)):
            place, weight = queries.history.query(q)
            known = self.kind[place] >= 0
            likes = np.bincount(self.kind[place[known]], weight[known], len(self.usual))
            if likes.sum() > 0:
                lift = self._lift_of(np.asarray(likes, dtype=np.float64))
                out[q] = np.where(kind >= 0, lift[kind] + popular, 0.0)
        return out

    def _lift_of(self, likes: NDArray[np.float64]) -> NDArray[np.float64]:
        """(kinds,): expected lift. Without what was shown, likes are taken as many draws of one
        from the kinds as they are liked by the class."""
        of = _posterior(np.log(self.share) + (likes * self._logs).sum(axis=2))
        return np.asarray((of[:, :, None] * self.lift).sum(axis=1).mean(axis=0))

    def state(self) -> Arrays:
        return {
            "share": self.share,
            "lift": self.lift,
            "usual": self.usual,
            "kind": self.kind + 1,  # 0 is a place that was not there
            "count": self.count,
        }

    def restore(self, arrays: Arrays, place: NDArray[np.int64], places: int) -> None:
        self.share = np.asarray(arrays["share"], dtype=np.float64)
        self.lift = np.asarray(arrays["lift"], dtype=np.float64)
        self.usual = np.asarray(arrays["usual"], dtype=np.float64)
        self._logs = _logs(self.lift, self.usual)
        self.kind = spread(arrays["kind"], place, places).astype(np.int64) - 1
        self.count = spread(arrays["count"], place, places)


def _likes(rows: pl.DataFrame, names: NDArray[np.str_]) -> tuple[NDArray[np.float64], ...]:
    """Likes of each traveller on each kind, and those the average traveller would have had.

    Clicks are expected by what was shown and looked at; other likes by how many the traveller has.
    """
    number = pl.DataFrame({C.CATEGORY: names.tolist(), "kind": np.arange(len(names))})
    counted = (
        rows.filter(pl.col(C.CATEGORY).is_in(names.tolist()))
        .group_by(C.USER, C.CATEGORY)
        .agg(
            t.MEASURES["positives"].sum().cast(pl.Float64).alias("likes"),
            (t.MEASURES["looks"].sum().cast(pl.Float64) / 1000.0).alias("looks"),
        )
        .join(number, on=C.CATEGORY)
        .sort(C.USER, "kind")
    )
    user = counted[C.USER].rank("dense").to_numpy().astype(np.int64) - 1
    shape = (int(user.max(initial=-1)) + 1, len(names))
    likes, looks = np.zeros(shape), np.zeros(shape)
    likes[user, counted["kind"].to_numpy()] = counted["likes"].to_numpy()
    looks[user, counted["kind"].to_numpy()] = counted["looks"].to_numpy()
    some = likes.sum(axis=1) > 0
    likes, looks = likes[some], looks[some]
    total = likes.sum(axis=0)
    shown = total / np.maximum(looks.sum(axis=0), 1.0) * looks
    usual = likes.sum(axis=1, keepdims=True) * total / max(1.0, total.sum())
    return likes, 0.5 * shown + 0.5 * usual + EXPECTED * total / max(1.0, total.sum())


def _fitted(
    likes: NDArray[np.float64], expected: NDArray[np.float64], chance: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(share (tastes,), lift (tastes, kinds)) by EM, a gamma prior of mean 1 on every lift."""
    share = np.full(TASTES, 1.0 / TASTES)
    lift = chance.gamma(4.0, 0.25, (TASTES, likes.shape[1]))
    for _ in range(STEPS):
        logs = np.log(share) + likes @ np.log(lift).T - expected @ lift.T
        of = _posterior(logs)
        share = (of.sum(axis=0) + 1.0) / (len(of) + TASTES)
        lift = (of.T @ likes + PRIOR) / (of.T @ expected + PRIOR)
    return share, lift


def _posterior(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    power = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def _logs(lift: NDArray[np.float64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    chance = usual * lift
    return np.asarray(np.log(chance / chance.sum(axis=2, keepdims=True)))
