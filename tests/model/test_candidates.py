"""Generators of candidates, in a tiny world whose right answers can be stated.

Six restaurants in Alicante (p00 .. p05) and six beaches in Denia (p06 .. p11). Twenty travellers eat
in the evening, sixteen bathe in the morning, nobody does both.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from histories import ALICANTE, NOW, History, event, poi, table
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from butler.columns import VISIT, C
from features.frame import Catalogue
from features.sequence import Steps
from models.candidates import choose
from models.generators import (
    Ahead,
    Als,
    Content,
    CoVisit,
    Generator,
    Next,
    NextKind,
    all_generators,
)
from models.met import EVERYWHERE, Among, Met
from models.queries import Queries, allowed_places, queries

ALGIERS = (36.7538, 3.0588)  # its cell comes after those of Alicante
EAT, BATHE = range(6), range(6, 12)
NAMES = [g.name for g in all_generators()]
SUMMER = 2
DAYS = 20_649  # 15 July 2026 since 1970


def place(number: int) -> dict[str, object]:
    eats = number < 6
    where = ALICANTE if eats else ALGIERS
    return poi(
        number,
        **{
            C.CATEGORY: "food/tapas" if eats else "nature/beach",
            C.LATITUDE: where[0] + 0.0001 * (number % 6),  # in one cell: by number
            C.LONGITUDE: where[1],
        },
    )


def visits() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    rows = []
    for user in range(36):
        own, hour = (EAT, 18) if user < 20 else (BATHE, 7)
        day = NOW.replace(hour=0) - timedelta(days=10)
        for n, p in enumerate(rng.permutation(list(own))[:5].tolist()):
            rows.append(event(f"u{user}", VISIT, f"p{p:02}", day + timedelta(hours=hour + n)))
    return table("events", rows)


WORLD = History(table("pois", [place(n) for n in range(12)]), visits())
PLACES = WORLD.catalogue


def query(
    met: dict[int, float] | None = None,
    where: tuple[float, float] = (np.nan, np.nan),
    hour: int = 12,
    places: int = 12,
) -> Queries:
    """One request: what its traveller met (an hour apart, newest last), where they are, their clock."""
    met = met or {}
    minute = DAYS * 1440 + hour * 60
    history = sparse.csr_matrix(
        (list(met.values()), ([0] * len(met), list(met))), shape=(1, places), dtype=np.float32
    )
    last = [*reversed(met), *[-1] * 5][:5]
    return Queries(
        history=Met.of(history),
        visited=Met.of(history > 0),
        last=np.array([last], dtype=np.int64),
        latitude=np.array([where[0]]),
        longitude=np.array([where[1]]),
        hour=np.array([hour]),
        season=np.array([SUMMER]),
        minute=np.array([float(minute)]),
        steps=Steps(
            np.array([0, len(met)]),
            np.array(list(met), dtype=np.int64),
            minute - 60 * np.arange(len(met), 0, -1, dtype=np.int64),
        ),
    )


# what makes each generator prefer the one cluster, and what the other
PREFERS = {
    "als": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "bpr": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "graph": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "covisit": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "history": (query(dict.fromkeys(EAT, 1.0)), query(dict.fromkeys(BATHE, 1.0))),
    "popular": (query(hour=20), query(hour=10)),
    "nearby": (query(where=ALICANTE), query(where=ALGIERS)),
    "content": (query({0: 1.0}), query({6: 1.0})),
    "taste": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "next": (query({0: 1.0, 1: 1.0}), query({6: 1.0, 7: 1.0})),
    "next_kind": (query({0: 1.0}), query({6: 1.0})),
    "routine": (query(dict.fromkeys(EAT, 1.0)), query(dict.fromkeys(BATHE, 1.0))),
    "ahead": (query(dict.fromkeys(EAT, 1.0)), query(dict.fromkeys(BATHE, 1.0))),
}
EVERYTHING = [q for pair in PREFERS.values() for q in pair] + [query()]


def together(asked: list[Queries]) -> Queries:
    return Queries(
        Met.joined([q.history for q in asked]),
        Met.joined([q.visited for q in asked]),
        *[
            np.concatenate([getattr(q, name) for q in asked])
            for name in ("last", "latitude", "longitude", "hour", "season", "minute")
        ],
        Steps(
            np.cumsum([0, *[len(q.steps.place) for q in asked]]),
            np.concatenate([q.steps.place for q in asked]),
            np.concatenate([q.steps.minute for q in asked]),
        ),
    )


def fitted(name: str, rows: pl.DataFrame = WORLD.rows, catalogue: Catalogue = PLACES) -> Generator:
    generator = unfitted(name)
    generator.fit(rows, catalogue, 7)
    return generator


def unfitted(name: str) -> Generator:
    """Two factors for two tastes: more would learn every traveller's five dinners by heart."""
    return Als(factors=2) if name == "als" else next(g for g in all_generators() if g.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_each_finds_the_travellers_own_cluster(name: str) -> None:
    generator = fitted(name)
    for asked, own, other in zip(PREFERS[name], (EAT, BATHE), (BATHE, EAT), strict=True):
        score = generator.score(asked, PLACES)[0]
        assert score[list(own)].min() > score[list(other)].max()
        assert score[list(own)].min() > 0


@pytest.mark.parametrize("name", NAMES)
def test_scores_are_float32_of_every_place_for_every_query(name: str) -> None:
    score = fitted(name).score(together(EVERYTHING), PLACES)
    assert score.shape == (len(EVERYTHING), 12)
    assert score.dtype == np.float32
    assert np.isfinite(score).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_query_has_the_same_scores_alone_and_among_others(name: str) -> None:
    generator = fitted(name)
    whole = generator.score(together(EVERYTHING), PLACES)
    alone = np.concatenate([generator.score(q, PLACES) for q in EVERYTHING])
    assert np.allclose(whole, alone, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_gets_what_everybody_likes_and_no_made_up_taste(name: str) -> None:
    score = fitted(name).score(query(), PLACES)[0]
    assert (score > 0).all() == (name in ("popular", "content"))
    assert (score == 0).all() == (name not in ("popular", "content"))


@pytest.mark.parametrize("name", NAMES)
def test_a_place_nobody_met_is_found_by_what_it_is_and_where(name: str) -> None:
    """p12 is a new restaurant: content, nearness and (barely) popularity reach it, no history can."""
    grown = History(
        table("pois", [place(n) for n in range(12)] + [poi(12, **{C.CATEGORY: "food/tapas"})]),
        visits(),
    )
    generator = fitted(name, grown.rows, grown.catalogue)
    row = grown.catalogue.index
    asked = query({row["p00"]: 1.0}, ALICANTE, places=13)
    score = generator.score(asked, grown.catalogue)[0]
    new = score[row["p12"]]
    assert (new > 0) == (name in ("popular", "nearby", "content", "taste"))
    if name == "content":
        assert new > score[[row[f"p{n:02}"] for n in BATHE]].max()


@pytest.mark.parametrize("name", NAMES)
def test_fitting_again_gives_the_same_bits(name: str) -> None:
    """Whatever texts the process has seen in between."""
    first = fitted(name).score(together(EVERYTHING), PLACES)
    kept = pl.Series([f"someone {n}" for n in range(50)]).cast(pl.Categorical)
    again = fitted(name).score(together(EVERYTHING), PLACES)
    assert len(kept) == 50
    assert first.tobytes() == again.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_restored_it_scores_the_same(name: str) -> None:
    generator = fitted(name)
    again = unfitted(name)
    again.restore(generator.state(), np.arange(12), 12)
    before, after = (g.score(together(EVERYTHING), PLACES) for g in (generator, again))
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_restored_into_another_catalogue_the_places_keep_their_scores(name: str) -> None:
    """p11 is gone, "a new one" is there and comes first by name: every row has moved."""
    pois = [place(n) for n in range(12) if n != 11] + [{**place(5), C.POI: "a new one"}]
    today = History(table("pois", pois), visits()).catalogue
    position = np.array([today.index.get(p, -1) for p in PLACES.ids])
    assert position[11] == -1
    generator = fitted(name)
    again = unfitted(name)
    again.restore(generator.state(), position, len(today))
    met = {0: 1.0, 1: 0.5}
    then = query(met, ALICANTE)
    now = query({int(position[p]): w for p, w in met.items()}, ALICANTE)
    kept = position >= 0
    before = generator.score(then, PLACES)[0][kept]
    after = again.score(now, today)[0][position[kept]]
    new = again.score(now, today)[0][today.index["a new one"]]
    # gone are a place's factors, which shaped the traveller's, or one of a kind, which made it rare
    if name in ("als", "bpr", "graph", "content"):
        assert np.corrcoef(before, after)[0, 1] > 0.99
    else:
        assert np.allclose(before, after, rtol=1e-6)
    assert (new > 0) == (name in ("popular", "nearby", "content"))


def test_a_world_without_history_can_be_fitted() -> None:
    empty = WORLD.rows.clear()
    for generator in all_generators():
        generator.fit(empty, PLACES, 7)
        assert np.isfinite(generator.score(together(EVERYTHING), PLACES)).all()


def test_folding_in_is_what_implicit_does() -> None:
    """The exact least-squares step, for weights from which the confidence is at least 1."""
    from implicit.als import AlternatingLeastSquares

    ours = Als(factors=6)
    rng = np.random.default_rng(0)
    theirs = AlternatingLeastSquares(
        factors=6,
        regularization=ours.regularization,
        alpha=ours.alpha,
        num_threads=1,
        random_state=7,
    )
    theirs.fit(sparse.random(40, 12, 0.3, "csr", random_state=1), show_progress=False)
    ours.items = np.asarray(theirs.item_factors)
    weights = np.where(rng.random((5, 12)) < 0.4, rng.uniform(0.1, 3, (5, 12)), 0)
    history = sparse.csr_matrix(weights, dtype=np.float32)
    for row, mine in enumerate(ours.fold_in(Met.of(history))):
        assert np.allclose(mine, theirs.recalculate_user(0, history[[row]]), rtol=1e-3, atol=1e-4)


def test_where_travellers_went_next_counts_within_a_day() -> None:
    """From p00 to p01 after an hour; p02 came two days later."""
    at = NOW - timedelta(days=5)
    rows = [
        event("u", VISIT, "p00", at),
        event("u", VISIT, "p01", at + timedelta(hours=1)),
        event("u", VISIT, "p02", at + timedelta(days=2)),
    ]
    history = History(WORLD.places, table("events", rows))
    generator = CoVisit()
    generator.fit(history.rows, history.catalogue, 7)
    score = generator.score(query({0: 1.0}), history.catalogue)[0]
    assert np.flatnonzero(score).tolist() == [1]
    # one step, damped by 1 / sqrt(seen + 5) with seen = 1
    assert score[1] == pytest.approx(1 / np.sqrt(6))


def alike(**facts: object) -> History:
    """Twelve museums side by side that differ in the facts given for p00 and p01 alone."""
    rows = [
        poi(
            n,
            **{
                C.CATEGORY: "culture/museum",
                C.LATITUDE: ALICANTE[0],
                C.LONGITUDE: ALICANTE[1],
                C.PRICE_LEVEL: 1,
                **(facts if n < 2 else {}),
            },
        )
        for n in range(12)
    ]
    return History(table("pois", rows), visits().clear())


@pytest.mark.parametrize("facts", [{C.TAGS: "roman;ruins"}, {C.PRICE_LEVEL: 3}])
def test_content_knows_places_by_their_tags_and_price(facts: dict[str, object]) -> None:
    """Who met p00 likes p01, which shares with it what the others of its kind have not."""
    history = alike(**facts)
    generator = Content()
    generator.fit(history.rows, history.catalogue, 7)
    score = generator.score(query({0: 1.0}), history.catalogue)[0]
    assert score[1] > score[2:].max()


def test_content_prefers_the_nearer_of_two_places_of_a_kind() -> None:
    score = fitted("content").score(query({0: 1.0}, (ALICANTE[0], ALICANTE[1])), PLACES)[0]
    assert score[0] > score[5] > score[6:].max()


def test_a_stranger_is_taken_to_like_what_travellers_like() -> None:
    """Twenty eat, sixteen bathe: without a word of the traveller, restaurants come first."""
    score = fitted("content").score(query(), PLACES)[0]
    assert score[list(EAT)].min() > score[list(BATHE)].max()


def test_a_place_nobody_met_is_popular_when_its_neighbours_are() -> None:
    """p12 lies among the restaurants: it has no rhythm of its own, and takes the evening of its cell."""
    new = {**place(0), C.POI: "p12"}
    grown = History(table("pois", [*[place(n) for n in range(12)], new]), visits())
    generator = fitted("popular", grown.rows, grown.catalogue)
    asked = [query(hour=h, places=13) for h in (20, 10)]
    row = grown.catalogue.index["p12"]
    evening, morning = (generator.score(q, grown.catalogue)[0][row] for q in asked)
    assert evening > 2 * morning > 0


def walked(*ways: tuple[str, ...]) -> History:
    """Each traveller goes one way, an hour between two places."""
    at = NOW - timedelta(days=5)
    rows = [
        event(f"u{n}", VISIT, p, at + timedelta(hours=hour))
        for n, way in enumerate(ways)
        for hour, p in enumerate(way)
    ]
    return History(WORLD.places, table("events", rows))


def test_the_next_place_is_likely_as_often_as_it_followed_the_last_and_the_one_before() -> None:
    history = walked(("p00", "p01", "p02"), ("p00", "p01", "p03"))
    generator = Next()
    generator.fit(history.rows, history.catalogue, 7)
    score = generator.score(query({0: 1.0, 1: 1.0}), history.catalogue)[0]
    # from p01 one of two went to each, two steps from p00 as well; five unseen steps pull to 0
    assert score[[2, 3]] == pytest.approx([1 / (2 + 5) + 0.5 * 1 / (2 + 5)] * 2)
    assert np.flatnonzero(score).tolist() == [2, 3]
    alone = generator.score(query({0: 1.0}), history.catalogue)[0]
    assert alone[1] == pytest.approx(2 / (2 + 5))


def test_the_next_kind_reaches_places_that_never_followed_the_last() -> None:
    """p05 is of the kind that follows, and near; nobody ever went there from p00."""
    history = walked(("p00", "p01"), ("p05",))
    score = NextKind()
    score.fit(history.rows, history.catalogue, 7)
    found = score.score(query({0: 1.0}), history.catalogue)[0]
    assert np.flatnonzero(found).tolist() == [0, 1, 5]
    assert found[1] > found[5], "the nearer first"


def test_what_is_ahead_follows_the_clock_of_everybody() -> None:
    """Everybody goes out at twelve after eleven: at eleven, what one does at twelve comes first."""
    at = NOW.replace(hour=9) - timedelta(days=5)  # eleven in Alicante
    rows = [
        event(f"u{n}", VISIT, p, at + timedelta(hours=hour))
        for n in range(20)
        for hour, p in ((0, "p00"), (1, "p01"))
    ]
    history = History(WORLD.places, table("events", rows))
    generator = Ahead()
    generator.fit(history.rows, history.catalogue, 7)
    asked = query({6: 1.0, 7: 1.0, 8: 1.0}, hour=14)  # met at eleven, twelve and one o'clock
    now = np.array([DAYS * 1440 + 1440.0 + 11 * 60])
    score = generator.score(replace(asked, minute=now), history.catalogue)[0]
    assert score[7] > max(score[6], score[8])
    assert score.sum() == pytest.approx(1.0)


# --- queries


def test_what_a_traveller_met_fades_and_what_was_dismissed_is_gone() -> None:
    """45 days ago counts half; a look without liking a fifth; the newest liked places come last."""
    now, hour = NOW.timestamp() * 1e6, 3.6e9
    met = {
        "tp_last_at": np.array([now - 45 * 24 * hour, now, now - hour, now - 2 * hour]),
        "tp_positives_all": np.array([1.0, 0.0, 1.0, 2.0]),
        "tp_interactions_all": np.array([1.0, 1.0, 3.0, 2.0]),
        "tp_dismisses_all": np.array([0.0, 0.0, 2.0, 1.0]),
        "tp_visits_all": np.array([1.0, 0.0, 0.0, 2.0]),
    }
    arrays = {
        "requested_us": np.array([now]),
        "local_minute": np.array([14 * 60.0 + 59]),
        "here_latitude": np.array([1.0]),
        "here_longitude": np.array([2.0]),
        "month": np.array([12.0]),
    }
    found = queries(arrays, np.zeros(4, int), np.array([4, 5, 6, 7]), met, 12, Steps.none(1))
    weight = found.history.dense()[0]
    assert weight[[4, 5, 6]] == pytest.approx([0.5, 0.2, 0.0])
    assert weight[7] == pytest.approx(2 * 0.5 ** (2 / (45 * 24)))
    assert found.last.tolist() == [[6, 7, 4, -1, -1]]
    assert (found.hour.tolist(), found.season.tolist()) == ([14], [0])
    assert np.flatnonzero(found.visited.dense()[0]).tolist() == [4, 7]


# --- the union


class Fixed:
    """A generator whose scores are given."""

    def __init__(self, name: str, score: np.ndarray) -> None:
        self.name, self.given = name, score.astype(np.float32)

    def score(
        self, queries: Queries, catalogue: Catalogue, among: Among = EVERYWHERE
    ) -> np.ndarray:
        return self.given[:, among]


scores = st.lists(
    st.lists(st.integers(0, 8), min_size=12, max_size=12), min_size=1, max_size=3
).map(lambda rows: [np.array([r]) + np.arange(12) * 0.01 * (np.array([r]) > 0) for r in rows])


@settings(max_examples=100, deadline=None)
@given(scores, st.integers(1, 15), st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_union_takes_each_place_by_its_best_rank(
    given_: list[np.ndarray], count: int, allowed: list[bool]
) -> None:
    """Every place at most once, never one that is not allowed, never more than were asked."""
    generators = [Fixed(f"g{n}", s) for n, s in enumerate(given_)]
    mask = np.array([allowed])
    chosen = choose(generators, query(), PLACES, count, mask)  # type: ignore[arg-type]
    best: dict[int, float] = {}
    for s in given_:
        masked = np.where(mask, s, 0)[0]
        order = [p for p in np.argsort(-masked, kind="stable").tolist() if masked[p] > 0]
        for rank, p in enumerate(order[:count], start=1):
            best[p] = min(rank, best.get(p, np.inf))
    expected = sorted(best, key=lambda p: (best[p], p))[:count]
    assert chosen.place.tolist() == expected
    assert chosen.request.tolist() == [0] * len(expected)
    for n, s in enumerate(given_):
        held = [s[0][p] if s[0][p] > 0 else np.nan for p in expected]
        assert np.allclose(chosen.columns[f"score_g{n}"], held, equal_nan=True)


def test_each_query_of_several_gets_its_own_candidates() -> None:
    generators = [fitted("nearby"), fitted("covisit")]
    asked = together([query(where=ALICANTE), query(), query(where=ALGIERS)])
    chosen = choose(generators, asked, PLACES, 3)
    assert sorted(chosen.request.tolist()) == [0, 0, 0, 2, 2, 2]  # nobody knows the second
    assert set(chosen.place[chosen.request == 0].tolist()) <= set(EAT)
    assert set(chosen.place[chosen.request == 2].tolist()) <= set(BATHE)


def test_a_category_and_what_was_visited_can_be_left_out() -> None:
    asked = query({0: 1.0, 6: 1.0})
    assert allowed_places(asked, PLACES, None, False) is None
    kinds = [
        np.flatnonzero(allowed_places(asked, PLACES, category, visited)[0]).tolist()  # type: ignore[index]
        for category, visited in (("food", False), ("nature/beach", True), (None, True))
    ]
    assert kinds == [list(EAT), [7, 8, 9, 10, 11], [*range(1, 6), *range(7, 12)]]


def test_what_is_near_on_the_coast_is_near_in_the_catalogue() -> None:
    """Whatever the order of their names: cell by cell, and by name in a cell."""
    names = (7, 3, 1, 10, 2, 0)
    pois = [poi(n, **{C.POI: f"p{20 - n:02}"}) for n in names] + [place(n) for n in names]
    catalogue = History(table("pois", pois), visits().clear()).catalogue
    order = list(zip(catalogue.cells, catalogue.ids, strict=True))
    assert order == sorted(order)
    assert len(set(catalogue.cells)) > 2


def test_the_world_is_what_its_description_says() -> None:
    assert PLACES.ids == [f"p{n:02}" for n in range(12)]
    assert WORLD.rows.height == 180
    assert isinstance(NOW, datetime)
