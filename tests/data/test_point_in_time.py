"""No feature knows what was not yet known, and what is served is what history says, to the bit."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from histories import (
    ALICANTE,
    NOW,
    History,
    chance_bookings,
    chance_events,
    event,
    forecast,
    pois,
    table,
    traveller,
    weather,
)

from butler.columns import EVENT_TYPES, VISIT, C
from butler.domain import Interaction, LoggedInteraction
from butler.errors import WrongStore
from butler.stores.open import open_log
from butler.stores.sql import SqlLog
from features import online
from features import transforms as t
from features.assemble import assemble
from features.built import Built
from features.context import BUDGET, REQUEST_SCHEMA, REQUESTED_AT, VISIT_AT
from features.frame import offline_rows, resolve_offline
from features.one_traveller import MetPlaces
from features.store import Features
from features.trending import Live, Window, since_of
from features.vector import NAMES
from features.views import COLUMNS, VIEW_KEYS
from models.candidates import choose
from models.generators import all_generators
from models.requests import GRADE, Labelled
from models.training import examples
from pipelines.feedback import event_rows
from serving.answers import Request
from serving.moment import Moment, Trending, load_places, load_sky
from serving.traveller import known_traveller
from serving.vectors import context_of, met_by, queries_of, rows_of

SECOND = timedelta(seconds=1)
PLACES = 10


def made(
    seed: int, events: list[dict[str, Any]] | None = None, sky: pl.DataFrame | None = None
) -> History:
    """A history of five travellers and ten places before NOW, and what is added."""
    return History(
        pois(PLACES),
        pl.concat([chance_events(seed, 4, PLACES, 250), table("events", events or [])]),
        chance_bookings(seed, 4, PLACES, 15),
        weather() if sky is None else sky,
        table("travellers", [traveller("u0"), traveller("u1", party=None), traveller("new")]),
    )


def asked(*requests: tuple[str, datetime]) -> pl.DataFrame:
    rows = [
        {C.REQUEST: f"r{n}", C.USER: user, REQUESTED_AT: at, VISIT_AT: at}
        for n, (user, at) in enumerate(requests)
    ]
    return pl.DataFrame(
        [{c: r.get(c) for c in REQUEST_SCHEMA} for r in rows], schema=REQUEST_SCHEMA
    )


def bits(matrix: np.ndarray) -> np.ndarray:
    """The float32 bits, all NaN alike."""
    return np.where(np.isnan(matrix), np.float32(np.nan), matrix).view(np.uint32)


def differing(a: np.ndarray, b: np.ndarray) -> list[str]:
    assert a.shape == b.shape
    return [NAMES[j] for j in np.flatnonzero((bits(a) != bits(b)).any(axis=0))]


# --- Feast's join


def test_a_copied_home_does_not_read_the_features_of_the_one_it_was_copied_from(
    tmp_path: Path,
) -> None:
    """Until they are registered there; what is asked for is of the copy alone from then on."""
    history = made(1)
    history.features(tmp_path / "home")
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    keys = history.views()["poi"][:5].select(*VIEW_KEYS["poi"], t.AT)
    copy = Features(tmp_path / "copy")
    with pytest.raises(WrongStore, match="butler features"):
        copy.historical("poi", keys)
    copy.apply()
    (tmp_path / "home" / "features" / "poi.parquet").unlink()
    assert copy.historical("poi", keys).height == 5


@pytest.mark.parametrize("view", [v for v in COLUMNS if v != "profile"])
def test_feasts_join_is_the_newest_row_at_or_before_the_moment(view: str, tmp_path: Path) -> None:
    """As a polars as-of join says; as many rows as were asked, in their order, unknown keys too."""
    history = made(1)
    features, rows = history.features(tmp_path), history.views()[view]
    rng = np.random.default_rng(4)
    keys = rows.select(VIEW_KEYS[view])[rng.integers(0, rows.height, 60)]
    unknown = pl.DataFrame({k: ["nobody"] for k in VIEW_KEYS[view]})
    moments = [NOW - timedelta(minutes=int(m)) for m in rng.integers(0, 60 * 24 * 3, 58)]
    moments += rows[t.AT][[0, rows.height - 1]].to_list()  # exactly when a row begins to hold
    spine = pl.concat([keys, unknown]).with_columns(
        pl.Series(t.AT, [*moments, NOW], dtype=pl.Datetime("us", "UTC"))
    )
    spine = pl.concat([spine, spine[:7]])
    found = features.historical(view, spine)
    stored = features.read_history(view).sort(t.AT)
    expected = (
        spine.with_row_index("n")
        .sort(t.AT)
        .join_asof(
            stored.with_columns(pl.col(t.AT).alias("held_from")),
            on=t.AT,
            by=VIEW_KEYS[view],
            check_sortedness=False,
        )
        .sort("n")
    )
    hold = {
        "poi": 2,
        "place_hour": 2,
        "audience": 2,
        "weather_forecast": 10,
        "weather_observed": 10,
    }.get(view)
    if hold is not None:  # nothing is expected to hold for longer than its time to live
        fresh = pl.col("held_from") >= pl.col(t.AT) - timedelta(days=hold)
        expected = expected.with_columns(pl.when(fresh).then(pl.col(c)) for c in COLUMNS[view])
    assert found.height == spine.height
    assert found.to_dicts() == expected.select(COLUMNS[view]).to_dicts()
    assert not found[COLUMNS[view][0]].is_null().all()


# --- a planted leak


def vectors(history: History, home: Path) -> np.ndarray:
    """What is learned from for one request of u0 at NOW, generators fitted on the day before."""
    generators = all_generators()
    for g in generators:
        g.fit(
            made(2).rows.filter(pl.col(C.KNOWN_AT) < NOW - timedelta(days=1)), history.catalogue, 7
        )
    requests = asked(("u0", NOW))
    label = pl.DataFrame({C.REQUEST: ["r0"], C.POI: ["p03"], GRADE: [3], C.KNOWN_AT: [NOW]})
    shown = label.select(C.REQUEST, C.POI, pl.lit(1).alias(C.POSITION)).clear()
    wanted = Labelled(requests, label, shown.lazy())
    # a build some hours later: a leak would have every chance
    features = history.features(home, NOW + timedelta(hours=6))
    found = examples(features, history.catalogue, generators, wanted, PLACES, None, 7)
    assert sorted(found.place.tolist()) == list(range(PLACES))
    return found.matrix[np.argsort(found.place)]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    return vectors(made(2), tmp_path_factory.mktemp("untouched"))


def planted(at: datetime) -> list[dict[str, Any]]:
    """Everything that can be done with one place, at that moment, by the traveller and by another."""
    value = {"rating": 5.0}
    return [
        event(user, kind, "p03", at, "planted", value=value.get(kind))
        for user in ("u0", "u3")
        for kind in EVENT_TYPES
    ]


def test_what_happens_a_second_after_the_request_changes_nothing(
    untouched: np.ndarray, tmp_path: Path
) -> None:
    assert differing(vectors(made(2, planted(NOW + SECOND)), tmp_path), untouched) == []


def test_what_happens_at_the_very_moment_changes_nothing(
    untouched: np.ndarray, tmp_path: Path
) -> None:
    """The visit that is the label has the request's own time."""
    assert differing(vectors(made(2, planted(NOW)), tmp_path), untouched) == []


def test_what_happened_a_second_before_is_known(untouched: np.ndarray, tmp_path: Path) -> None:
    """The other half of the proof: the same things do reach the features when they are past."""
    changed = differing(vectors(made(2, planted(NOW - SECOND)), tmp_path), untouched)
    assert {"met_visits_all", "kind_share", "traveller_interactions_1h"} <= set(changed)
    assert {"poi_visits_1d_log", "poi_ctr_30d", "poi_rating"} <= set(changed)


def test_what_was_reported_after_the_request_changes_nothing(
    untouched: np.ndarray, tmp_path: Path
) -> None:
    """It happened before the request, but nobody could know."""
    late = [{**e, C.KNOWN_AT: NOW + SECOND} for e in planted(NOW - timedelta(hours=2))]
    assert differing(vectors(made(2, late), tmp_path), untouched) == []


# --- the weather as it was forecast


def temperature(sky: list[dict[str, Any]], home: Path, at: datetime = NOW) -> tuple[float, float]:
    """(temperature, whether it is a forecast) in the vector of a request for `at` plus an hour."""
    history = History(
        pois(1), table("events", [event("u", VISIT, "p00", NOW)]), sky=table("weather", sky)
    )
    requests = asked(("u", at)).with_columns(pl.lit(at + timedelta(hours=1)).alias(VISIT_AT))
    features = history.features(home, NOW + timedelta(days=1))
    resolved = resolve_offline(features, history.catalogue, requests)
    nobody = np.zeros(1, dtype=np.int64)
    row = assemble(offline_rows(features, history.catalogue, resolved, nobody, nobody, {}))[0]
    names = ("weather_temperature_c", "weather_is_forecast")
    return tuple(float(row[NAMES.index(n)]) for n in names)  # type: ignore[return-value]


SLOT = NOW + timedelta(hours=1)


def test_only_a_forecast_issued_before_the_request_is_used(tmp_path: Path) -> None:
    early = forecast(SLOT, NOW - timedelta(hours=6), 20.0)
    late = forecast(SLOT, NOW + SECOND, 30.0)
    truth = forecast(SLOT, SLOT, 35.0)
    assert temperature([early, late, truth], tmp_path) == (20.0, 1.0)


def test_of_two_forecasts_the_newer_one_is_used(tmp_path: Path) -> None:
    sky = [forecast(SLOT, NOW - timedelta(hours=h), 20.0 + h) for h in (6, 3)]
    assert temperature(sky, tmp_path) == (23.0, 1.0)


def test_an_observation_is_used_only_once_it_was_known(tmp_path: Path) -> None:
    seen = forecast(NOW - timedelta(hours=2), NOW - timedelta(hours=2), 18.0)
    late = forecast(NOW - timedelta(hours=1), NOW + SECOND, 40.0)
    assert temperature([seen, late], tmp_path) == (18.0, 0.0)


def test_a_forecast_for_another_hour_is_not_used(tmp_path: Path) -> None:
    tomorrow = forecast(SLOT + timedelta(hours=24), NOW - timedelta(hours=6), 20.0)
    assert np.isnan(temperature([tomorrow], tmp_path)).all()


def test_without_weather_its_features_are_missing_not_zero(tmp_path: Path) -> None:
    assert np.isnan(temperature([], tmp_path)).all()


# --- online equals offline


def write_online(history: History, features: Features, as_of: datetime = NOW) -> None:
    """What `pipelines.build_features` writes for serving."""
    for name, view in history.views(as_of).items():
        if name in ("poi", "weather_forecast", "weather_observed"):
            features.write_now(name, online.vector_rows(name, view))
        if name == "place_hour":
            features.write_now(name, online.hour_rows(view))
        if name == "audience":
            features.write_now(name, online.audience_rows(view))
    features.write_now("traveller_past", online.past_rows(history.rows, 0))
    features.write_now("traveller", online.traveller_rows(history.rows))
    features.write_now("profile", online.profile_rows(t.profile(history.travellers)))
    history.places.write_parquet(features.home / "features" / "places.parquet")
    Built(as_of, 0, "", {}).save(features.home)


REQUESTS = {
    "at the base of the trip": Request(
        "u0", NOW + timedelta(minutes=20), NOW + timedelta(minutes=20)
    ),
    "in three hours, somewhere": Request(
        "u1", NOW + SECOND, NOW + timedelta(hours=3), latitude=38.4, longitude=-0.4, party="family"
    ),
    "tomorrow night": Request("u0", NOW, NOW + timedelta(hours=35), budget=1),
    "without a profile": Request("u2", NOW + timedelta(minutes=59), NOW + timedelta(minutes=59)),
    "profile only": Request("new", NOW + SECOND, NOW + SECOND),
    "a stranger": Request("nobody", NOW + SECOND, NOW + SECOND, latitude=38.35, longitude=-0.48),
    "a stranger nowhere": Request("nobody", NOW + SECOND, NOW + SECOND),
}


JUST_NOW = [
    Interaction(f"now{n}", f"u{n}", kind, f"p{place:02}", NOW - timedelta(minutes=n))
    for n, (kind, place) in enumerate([(VISIT, 2), ("click", 2), (VISIT, 4), ("save", 7)])
]
SAID = [
    row
    for n, one in enumerate(JUST_NOW, start=1)
    for row in event_rows(LoggedInteraction(n, NOW - SECOND, one))
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, Features, Moment]:
    home, history = tmp_path_factory.mktemp("served"), made(5, SAID)
    features = history.features(home)
    write_online(history, features)
    places = load_places(home, features)
    sky = load_sky(home, features, places.catalogue, NOW)
    with closing(open_log(f"sqlite:///{home}/log.db")) as log:
        live = Live(log.feedback)
        log.feedback.append(JUST_NOW, NOW - SECOND)
        live.count(NOW)
    trending = Trending.of(live, places)
    return history, features, Moment(places, sky, trending, model=None)  # type: ignore[arg-type]


def online_vectors(request: Request, served: tuple[History, Features, Moment]) -> Any:
    """(candidates, matrix) as `serving.recommend` makes them."""
    history, features, moment = served
    generators = all_generators()
    for g in generators:
        g.fit(history.rows, history.catalogue, 7)
    known = known_traveller(features, request.user_id)
    context = context_of(request, known, moment)
    met = met_by(known, moment.places.catalogue)
    asked = queries_of(context, known, met, moment.places.catalogue)
    chosen = choose(generators, asked, moment.places.catalogue, PLACES)
    return chosen, assemble(rows_of(context, known, met, asked, chosen, moment), moment.of_places)


def offline_vectors(
    request: Request, chosen: Any, history: History, features: Features, as_of: datetime = NOW
) -> np.ndarray:
    row = {
        **dict.fromkeys(REQUEST_SCHEMA),
        C.REQUEST: "r",
        C.USER: request.user_id,
        REQUESTED_AT: request.requested_at,
        VISIT_AT: request.at,
        C.LATITUDE: request.latitude,
        C.LONGITUDE: request.longitude,
        C.PARTY: request.party,
        BUDGET: None if request.budget is None else float(request.budget),
    }
    requests = pl.DataFrame([row], schema=REQUEST_SCHEMA)
    resolved = resolve_offline(features, history.catalogue, requests)
    at = pl.Series([as_of], dtype=pl.Datetime("us", "UTC"))
    pairs = chosen.request, chosen.place, chosen.columns
    rows = offline_rows(
        *(features, history.catalogue, resolved, *pairs, at, at), trending=counted_until(as_of)
    )
    return assemble(rows)


def counted_until(as_of: datetime) -> Window:
    return Window.logged(since_of(as_of).isoformat(), as_of.isoformat())


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_what_is_served_is_what_history_says(
    request_: Request, served: tuple[History, Features, Moment]
) -> None:
    """Online rows, read back and assembled, equal the offline vectors bit for bit."""
    history, features, _ = served
    chosen, matrix = online_vectors(request_, served)
    assert len(matrix) == PLACES
    assert differing(matrix, offline_vectors(request_, chosen, history, features)) == []


def test_what_was_served_can_be_made_again_by_a_later_build(
    served: tuple[History, Features, Moment], tmp_path: Path
) -> None:
    """More history and a build a day and five hours later do not change the vectors of today."""
    later = NOW + timedelta(hours=29)
    more = chance_events(9, 4, PLACES, 80, days=1, end=later)
    history = made(5, [*SAID, *more.filter(pl.col(C.KNOWN_AT) > NOW).to_dicts()])
    features = history.features(tmp_path, later)
    for request in (REQUESTS["at the base of the trip"], REQUESTS["a stranger"]):
        at_once = Request(**{**as_dict(request), "requested_at": NOW, "at": NOW})
        chosen, matrix = online_vectors(at_once, served)
        assert differing(matrix, offline_vectors(at_once, chosen, history, features)) == []


def as_dict(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.__slots__}


# --- feedback


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqlLog]:
    with closing(open_log(f"sqlite:///{tmp_path}/log.db")) as opened:
        yield opened


def said(number: int, user: str, kind: str, place: str, occurred: datetime) -> Interaction:
    value = 4.0 if kind == "rating" else None
    return Interaction(f"f{number}", user, kind, place, occurred, value=value)


def feedback(seed: int) -> list[tuple[datetime, list[Interaction]]]:
    """Batches by arrival: late, out of order, repeated, of an unknown place, two at one moment."""
    rng = np.random.default_rng(seed)
    kinds = EVENT_TYPES[1:]
    batches = []
    for n in range(12):
        known = NOW + timedelta(minutes=5 * (n // 2))  # batches two by two at the same moment
        one = said(
            n,
            f"u{rng.integers(0, 3)}",
            kinds[int(rng.integers(0, 7))],
            f"p{rng.integers(0, PLACES):02}",
            NOW - timedelta(hours=float(rng.integers(-5, 200))),
        )
        again = said(int(rng.integers(0, n + 1)), "u0", "click", "p01", NOW)
        batches.append((known, [one, again, said(100 + n, "u1", "visit", "elsewhere", NOW)]))
    return batches


def same(a: dict[str, Any] | None, b: dict[str, Any] | None) -> bool:
    if a is None or b is None:
        return a is b
    return a.keys() == b.keys() and all(
        np.array_equal(np.array(a[k]), np.array(b[k]), equal_nan=k != t.AT and "key" not in k)
        if isinstance(a[k], list) or (hasattr(a[k], "__len__") and not isinstance(a[k], str))
        else a[k] == b[k]
        for k in a
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_feedback_makes_the_row_that_a_rebuild_would_make(
    seed: int, log: SqlLog, tmp_path: Path
) -> None:
    """Online at once, from the log; later from the history into which the log was compacted."""
    old = [
        event("u0", VISIT, "p00", NOW - timedelta(days=d), "old") for d in (800, 500, 400, 370, 20)
    ]
    history = made(seed, old)
    features = Features(tmp_path / "fed")
    features.apply()
    write_online(history, features)
    for known, batch in feedback(seed):
        new = log.feedback.append(batch, known)
        for user in {i.user_id for i in batch if i.event_id in set(new)}:
            online.refresh_travellers(features, [user], log.feedback, MetPlaces.of(history.places))
    events = [row for entry in log.feedback.since(0) for row in event_rows(entry)]
    grown = table("events", [*history.events.to_dicts(), *events])
    rebuilt = t.behaviour(grown, history.bookings, history.places)
    again = Features(tmp_path / "again")
    again.apply()
    again.write_now("traveller", online.traveller_rows(rebuilt))
    users = ["u0", "u1", "u2", "u3"]
    pairs = zip(
        features.read_now("traveller", users), again.read_now("traveller", users), strict=True
    )
    for fed, expected in pairs:
        assert fed is not None
        assert same(fed, expected)


def test_a_repeated_event_counts_once_and_an_unknown_traveller_becomes_known(
    log: SqlLog, tmp_path: Path
) -> None:
    history = made(0)
    features = Features(tmp_path)
    features.apply()
    for minutes in (0, 10):
        log.feedback.append(
            [said(1, "stranger", VISIT, "p03", NOW)], NOW + timedelta(minutes=minutes)
        )
        online.refresh_travellers(
            features, ["stranger"], log.feedback, MetPlaces.of(history.places)
        )
    known = known_traveller(features, "stranger")
    assert known.numbers["t_visits_all"] == 1.0
    assert (known.last_poi, known.pois) == ("p03", ("p03",))
    assert set(known.categories) == {"food/tapas", "food"}


def test_feedback_that_is_compacted_already_is_not_counted_again(
    log: SqlLog, tmp_path: Path
) -> None:
    """The row of the past says up to where of the log it goes."""
    log.feedback.append([said(1, "u9", VISIT, "p03", NOW)], NOW)
    first = log.feedback.last_seq()
    compacted = [row for entry in log.feedback.since(0) for row in event_rows(entry)]
    history = made(0, compacted)
    features = Features(tmp_path)
    features.apply()
    features.write_now("traveller_past", online.past_rows(history.rows, first))
    log.feedback.append([said(2, "u9", VISIT, "p04", NOW)], NOW + SECOND)
    online.refresh_travellers(features, ["u9"], log.feedback, MetPlaces.of(history.places))
    assert known_traveller(features, "u9").numbers["t_visits_all"] == 2.0


def test_a_place_of_alicante_has_weather_there() -> None:
    """The fixtures' own premise: places and the weather point are near each other."""
    assert made(0).catalogue.weather_cells == ["3835,-48"] * PLACES
    assert ALICANTE == (38.3452, -0.4815)
