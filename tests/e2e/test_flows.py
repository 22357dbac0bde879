"""The flows that run between the nights: compaction of the log, and the weather."""

import shutil
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import SecretStr

from butler.columns import SCHEMAS, C
from butler.domain import Impression, Interaction
from butler.errors import NotFound, StoreUnavailable
from butler.settings import Settings
from butler.stores.open import open_log
from butler.stores.tables import Tables
from butler.world.weather import SimulatedWeather
from features.assemble import assemble
from features.frame import Catalogue, offline_rows, resolve_offline
from features.one_traveller import MetPlaces
from features.online import numbers, refresh_travellers
from features.store import Features
from features.vector import GENERATORS, GROUP_OF, NAMES
from models.replay import logged_matrix
from models.requests import GRADE, Labelled, labelled
from pipelines.build_features import build, build_features
from pipelines.drift import drift
from pipelines.feedback import FEEDBACK, IMPRESSIONS, Compacted, compact, feedback
from pipelines.ingest import ingest
from pipelines.nightly import nightly
from pipelines.promote import promote
from pipelines.train import train
from pipelines.weather import Refreshed, refresh, weather
from serving.answers import Request
from serving.engine import Engine
from serving.moment import load_sky, weather_as_of
from serving.vectors import slot_of

NOW = datetime.now(UTC).replace(microsecond=0)
ALICANTE, NEW_YORK = (38.35, -0.48), (40.78, -73.97)
PLACES = ("castle", "beach", "museum")


def settings_of(home: Path, **more: Any) -> Settings:
    return Settings(home=home, weather_url="world://", **more)


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMAS[name].columns)


def a_home(folder: Path, point: tuple[float, float] = ALICANTE) -> Path:
    """Three places, one traveller who clicked twice yesterday, and yesterday's weather."""
    tables = Tables(folder)
    facts = {C.LATITUDE: point[0], C.LONGITUDE: point[1], C.CATEGORY: "culture/any"}
    tables.upsert("pois", table("pois", [{C.POI: p, C.NAME: p, **facts} for p in PLACES]))
    yesterday = NOW - timedelta(days=1)
    done = [click(f"past-{n}", PLACES[n], yesterday + timedelta(minutes=n)) for n in range(2)]
    tables.upsert("events", table("events", [{f: getattr(e, f) for f in FIELDS} for e in done]))
    seen = SimulatedWeather(7).observed([point], yesterday, yesterday + timedelta(hours=3))
    tables.upsert("weather", seen)
    return folder


FIELDS = tuple(Interaction.__dataclass_fields__)


def click(event_id: str, poi: str, at: datetime = NOW, user: str = "u1") -> Interaction:
    return Interaction(event_id, user, "click", poi, at, session_id="s", request_id="r", position=1)


TOMORROW = NOW + timedelta(days=1)
ASKED = {
    "at": TOMORROW.isoformat(),
    C.LATITUDE: 38.3,
    C.LONGITUDE: -0.5,
    C.PARTY: "family",
    C.BUDGET: 2,
}


def impression(request_id: str, slate: tuple[str, ...]) -> Impression:
    return Impression(
        request_id=request_id,
        user_id="u1",
        requested_at=NOW - timedelta(minutes=1),
        model_name="m",
        model_version="1",
        context={"asked": ASKED},
        candidates=slate,
        features=b"",
        scores=(0.5,) * len(slate),
        slate=slate,
        propensities=(1.0,) * len(slate),
    )


def log_of(home: Path, clicks: list[Interaction], shown: list[Impression]) -> None:
    log = open_log(settings_of(home).sql_url())
    log.feedback.append(clicks, NOW)
    log.impressions.append(shown)
    log.close()


def watermarks(home: Path) -> tuple[int, int]:
    log = open_log(settings_of(home).sql_url())
    found = log.watermarks.get(FEEDBACK), log.watermarks.get(IMPRESSIONS)
    log.close()
    return found


def events(home: Path) -> pl.DataFrame:
    """What came out of the log."""
    return (
        Tables(home).read("events").filter(~pl.col(C.EVENT).str.starts_with("past")).sort(C.EVENT)
    )


# the home


@pytest.mark.parametrize("disk", ["gone", "an empty mount point", "where a server has started"])
@pytest.mark.parametrize(
    "flow", [feedback, weather, build_features, train, promote, nightly, drift, ingest]
)
def test_a_flow_without_a_history_says_so_and_makes_none(
    flow: Any, disk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    if disk != "gone":
        home.mkdir()
    if disk == "where a server has started":
        open_log(settings_of(home).sql_url()).close()
    monkeypatch.setenv("BUTLER_HOME", str(home))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(StoreUnavailable, match="mount its disk"):
        flow.fn(*([tmp_path] if flow is ingest else []))
    assert set(tmp_path.rglob("*")) == before


# compaction


def test_feedback_becomes_events_that_are_known_since_they_arrived(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    long_ago = NOW - timedelta(hours=5)
    log_of(home, [click("c1", "castle", long_ago)], [])
    assert compact(home, settings_of(home)) == Compacted(feedback=1, impressions=0, quarantined=0)
    (row,) = events(home).iter_rows(named=True)
    assert (row[C.OCCURRED_AT], row[C.KNOWN_AT]) == (long_ago, NOW)
    assert (row[C.USER], row[C.EVENT_TYPE], row[C.POI]) == ("u1", "click", "castle")
    assert (row[C.SESSION], row[C.REQUEST], row[C.POSITION]) == ("s", "r", 1)


def test_a_slate_becomes_one_impression_a_place_from_the_top(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    log_of(home, [], [impression("req", ("museum", "castle")), impression("none", ())])
    assert compact(home, settings_of(home)) == Compacted(feedback=0, impressions=2, quarantined=0)
    shown = events(home)
    assert shown[C.EVENT].to_list() == ["req:1", "req:2"]
    assert shown[C.POSITION].to_list() == [1, 2]
    assert shown[C.POI].to_list() == ["museum", "castle"]
    assert set(shown[C.EVENT_TYPE]) == {"impression"}
    assert shown[C.KNOWN_AT].to_list() == [NOW - timedelta(minutes=1)] * 2
    assert set(shown[C.LATITUDE]) == {38.3}
    assert watermarks(home)[1] == 2


def test_what_was_asked_becomes_one_request_an_impression(tmp_path: Path) -> None:
    """Also where nothing could be shown: the request was made."""
    home = a_home(tmp_path)
    log_of(home, [], [impression("req", PLACES), impression("none", ())])
    compact(home, settings_of(home))
    asked_at = NOW - timedelta(minutes=1)
    said = ("u1", asked_at, TOMORROW, 38.3, -0.5, "family", 2)
    assert sorted(Tables(home).read("requests").rows()) == [("none", *said), ("req", *said)]


def test_the_same_log_compacted_twice_adds_nothing(tmp_path: Path) -> None:
    """As if killed between history and watermark, whatever was stored by then."""
    home = a_home(tmp_path)
    log_of(home, [click("c1", "castle")], [impression("req", PLACES)])
    compact(home, settings_of(home))
    before = Tables(home).fingerprint()
    (home / "log.db").unlink()
    log_of(home, [click("c1", "castle")], [impression("req", PLACES)])
    assert watermarks(home) == (0, 0)
    assert compact(home, settings_of(home)) == Compacted(0, 0, 0)
    assert Tables(home).fingerprint() == before
    assert watermarks(home) == (1, 1)


def test_what_a_traveller_asks_the_server_is_what_training_sees(home: Path) -> None:
    """The time of the visit, party and budget: otherwise it would learn of visits at once only."""
    settings = Settings(home=home)
    engine = Engine.open(settings)
    now = datetime.now(UTC)
    tomorrow = now + timedelta(days=1)
    where = {"latitude": 38.54, "longitude": -0.13}
    ahead = Request("t000001", now, tomorrow, party="family", budget=1, **where)
    at_once = Request("t000002", now, now)
    first, second = (engine.recommend(request) for request in (ahead, at_once))
    liked = first.items[0].poi_id
    engine.learn(
        [Interaction("liked", "t000001", "click", liked, now, request_id=first.request_id)], now
    )
    engine.close()
    labels = training_requests(home).labels
    compact(home, settings)
    made = training_requests(home)
    wanted = [first.request_id, second.request_id]
    found = {row[C.REQUEST]: row for row in made.requests.iter_rows(named=True)}
    assert found[first.request_id] == {
        C.REQUEST: first.request_id, C.USER: "t000001", C.REQUESTED_AT: now, C.VISIT_AT: tomorrow,
        C.PARTY: "family", C.BUDGET: 1.0, **where,
    }  # fmt: skip
    assert found[second.request_id] == {
        C.REQUEST: second.request_id, C.USER: "t000002", C.REQUESTED_AT: now, C.VISIT_AT: now,
        C.LATITUDE: None, C.LONGITUDE: None, C.PARTY: None, C.BUDGET: None,
    }  # fmt: skip
    new = made.labels.filter(pl.col(C.REQUEST).is_in(wanted))
    assert new.select(C.REQUEST, C.POI, GRADE).rows() == [(first.request_id, liked, 1)]
    assert made.labels.height == labels.height + 1


def training_requests(home: Path) -> Labelled:
    tables = Tables(home)
    return labelled(*(tables.read(name) for name in ("events", "bookings", "requests")))


def test_a_request_served_for_tomorrow_is_learned_from_with_tomorrows_features(home: Path) -> None:
    """Lead, party and the forecast in the offline vector are those the server ranked by."""
    settings = Settings(home=home)
    engine = Engine.open(settings)
    now = datetime.now(UTC)
    tomorrow, here = now + timedelta(days=1), {"latitude": 38.34, "longitude": -0.49}
    engine.recommend(Request("t000001", now, tomorrow, party="family", budget=1, **here))
    engine.close()
    compact(home, settings)
    log = open_log(settings.sql_url())
    (logged,) = log.impressions.since(0, 10)
    log.close()
    build(home, settings)
    asked = training_requests(home).requests.filter(pl.col(C.REQUEST) == logged.request_id)
    catalogue = Catalogue.load(home)
    features = Features(home, settings.online_url)
    resolved = resolve_offline(features, catalogue, asked)
    place = np.array([catalogue.index[p] for p in logged.candidates])
    unscored = {
        f"{kind}_{g}": np.zeros(len(place)) for kind in ("score", "rank") for g in GENERATORS
    }
    first = np.zeros(len(place), np.int64)
    rows = offline_rows(features, catalogue, resolved, first, place, unscored)
    again, ranked = assemble(rows), logged_matrix(logged)
    told = [n for n, name in enumerate(NAMES) if GROUP_OF[name] in ("party", "price", "weather")]
    told.append(NAMES.index("lead_hours"))
    np.testing.assert_array_equal(again[:, told], ranked[:, told])
    assert set(again[:, NAMES.index("lead_hours")]) == {24.0}
    assert set(again[:, NAMES.index("weather_is_forecast")]) == {1.0}


def test_what_is_compacted_is_not_taken_again(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    log_of(home, [click("c1", "castle")], [impression("req", PLACES)])
    compact(home, settings_of(home))
    before = Tables(home).fingerprint()
    assert compact(home, settings_of(home)) == Compacted(0, 0, 0)
    assert Tables(home).fingerprint() == before


def test_a_long_log_is_taken_in_several_chunks_without_loss(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    clicks = [click(f"c{n}", "castle") for n in range(7)]
    log_of(home, clicks, [impression(f"r{n}", PLACES) for n in range(3)])
    told: list[str] = []
    assert compact(home, settings_of(home), told.append, events=3, requests=3) == Compacted(7, 9, 0)
    assert len(told) == 3 + 1
    assert events(home).height == 16
    assert watermarks(home) == (7, 3)


def test_a_backlog_of_feedback_is_stored_at_once(tmp_path: Path) -> None:
    """A chunk costs the same whatever it holds, so a backlog is not cut into many."""
    home, told, count = a_home(tmp_path), list[str](), 5_000
    log_of(home, [click(f"c{n:05}", "castle") for n in range(count)], [])
    assert compact(home, settings_of(home), told.append) == Compacted(count, 0, 0)
    assert len(told) == 1
    assert events(home).height == count


def test_feedback_on_an_unknown_place_is_kept_in_quarantine(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    log_of(home, [click("c1", "castle"), click("c2", "atlantis")], [])
    assert compact(home, settings_of(home)) == Compacted(feedback=1, impressions=0, quarantined=1)
    assert events(home)[C.EVENT].to_list() == ["c1"]
    (bad,) = Tables(home).quarantined().iter_rows(named=True)
    assert (bad["rule"], bad["value"], bad["file"]) == (
        "known_poi",
        "atlantis",
        "log of feedback after 0",
    )
    assert '"c2"' in bad["raw"]
    assert watermarks(home)[0] == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from butler.settings import Settings
from pipelines.feedback import compact

home, stream = Path(sys.argv[1]), sys.argv[2]

def die(told):
    if told.startswith(stream):
        os.kill(os.getpid(), signal.SIGKILL)

compact(home, Settings(home=home), die)
"""


@pytest.mark.parametrize(
    ("stream", "left"), [("feedback", (0, 0)), ("impressions", (2, 0))], ids=str
)
def test_kill_9_between_history_and_watermark_loses_nothing_and_doubles_nothing(
    tmp_path: Path, stream: str, left: tuple[int, int]
) -> None:
    home = a_home(tmp_path)
    clicks = [click("c1", "castle"), click("c2", "atlantis")]
    log_of(home, clicks, [impression("req", PLACES)])
    dead = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), stream],
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    assert dead.returncode == -signal.SIGKILL
    assert watermarks(home) == left
    assert "c1" in events(home)[C.EVENT].to_list()
    compact(home, settings_of(home))
    assert events(home)[C.EVENT].to_list() == ["c1", "req:1", "req:2", "req:3"]
    assert Tables(home).read("requests")[C.REQUEST].to_list() == ["req"]
    assert Tables(home).quarantined().height == 1
    assert watermarks(home) == (2, 1)


# compaction beside a build of features


def refused(home: Path) -> bool:
    """Whether somebody else holds the history now."""
    try:
        with Tables(home, patience_seconds=0.0).exclusive():
            return False
    except StoreUnavailable:
        return True


def test_the_history_is_closed_until_the_watermark_has_moved(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    log_of(home, [click("c1", "castle")], [])
    held: list[bool] = []
    compact(home, settings_of(home), lambda _: held.append(refused(home)))
    assert held == [True]
    assert not refused(home)


def test_feedback_that_is_compacted_during_a_build_counts_once(tmp_path: Path) -> None:
    """The build has read the watermark but not yet the events when a compaction begins."""
    home = a_home(tmp_path)
    settings = settings_of(home)
    log_of(home, [click("c0", "castle")], [])
    compact(home, settings)  # the first of a process is slow, and would not come in between
    other = threading.Thread(target=compact, args=(home, settings))

    def in_between(step: str) -> None:
        if step == "places":
            log_of(home, [click(f"c{n}", "castle") for n in (1, 2, 3)], [])
            other.start()
            other.join(timeout=2)  # as long as a compaction takes that nobody holds up

    built = build(home, settings, in_between)
    other.join()
    assert watermarks(home)[0] == 4
    assert built.log_seq == 1
    assert interactions(home, settings) == 2 + 1 + 3


def interactions(home: Path, settings: Settings) -> float:
    """All that u1 did, as the online store has it after a refresh."""
    features = Features(home, settings.online_url)
    log = open_log(settings.sql_url())
    places = MetPlaces.of(pl.read_parquet(home / "features" / "places.parquet"))
    refresh_travellers(features, ["u1"], log.feedback, places)
    log.close()
    (row,) = features.read_now("traveller", ["u1"])
    assert row is not None
    found: float = row["vector"][numbers("traveller").index("interactions_all")]
    return found


def test_a_build_takes_in_first_what_the_log_holds(tmp_path: Path) -> None:
    """Features as of an hour contain all that was known before it."""
    home = a_home(tmp_path)
    log_of(home, [click("c1", "castle")], [impression("req", PLACES)])
    built = build(home, settings_of(home))
    assert built.log_seq == 1
    assert events(home).height == 4
    assert interactions(home, settings_of(home)) == 3


def test_flows_work_on_the_home_of_the_settings_and_raise_what_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment carries no folder: the worker's environment names the home."""
    monkeypatch.setenv("BUTLER_HOME", str(a_home(tmp_path / "one")))
    log_of(tmp_path / "one", [click("c1", "castle")], [])
    assert feedback.fn() == Compacted(1, 0, 0)
    assert weather.fn().points == 1
    shutil.rmtree(tmp_path / "one" / "tables" / "events")
    with pytest.raises(NotFound, match="butler ingest"):
        build_features.fn()


# weather


def sky_of(home: Path, now: datetime) -> dict[str, Any]:
    """What a server would hold: the forecast of the slot 24 hours ahead, and since when."""
    features = Features(home, "sqlite://")
    catalogue = Catalogue(pl.read_parquet(home / "features" / "places.parquet"))
    sky = load_sky(home, features, catalogue, now)
    row = sky.of_place[0]
    return {
        "tomorrow": sky.at(slot_of(now + timedelta(days=1)))[row],
        "seen": sky.observed[row],
        "as_of": sky.as_of,
    }


def test_the_server_sees_the_weather_of_the_last_refresh(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    build(home, settings_of(home))
    before = sky_of(home, NOW)
    told: list[str] = []
    done = refresh(home, settings_of(home), NOW, told.append)
    after = sky_of(home, NOW)
    assert done == Refreshed(points=1, new=Tables(home).read("weather").height - 3)
    assert told == [f"weather: {done.new} new rows for 1 points"]
    slot = (NOW + timedelta(days=1)).replace(minute=0, second=0)
    slot = slot.replace(hour=slot.hour // 3 * 3)
    said = SimulatedWeather(7).forecast([ALICANTE], NOW).filter(pl.col(C.VALID_AT) > NOW)
    mean = said.filter(
        pl.col(C.VALID_AT).is_between(slot, slot + timedelta(hours=3), closed="left")
    )[C.TEMPERATURE].mean()
    assert all(before["tomorrow"] != before["tomorrow"])  # NaN: nothing was forecast
    assert after["tomorrow"][0] == pytest.approx(mean)
    assert after["seen"][0] == NOW.replace(minute=0, second=0).timestamp() / 3600
    assert after["as_of"] == NOW


def test_weather_that_is_fetched_before_the_first_build_is_in_it(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    assert refresh(home, settings_of(home), NOW).new > 8 * 24 - 13
    build(home, settings_of(home))
    assert sky_of(home, NOW)["tomorrow"][0] == sky_of(home, NOW)["tomorrow"][0]
    assert sky_of(home, NOW)["as_of"] == NOW


def test_a_build_after_a_refresh_keeps_the_refreshed_weather(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    build(home, settings_of(home))
    refresh(home, settings_of(home), NOW)
    before = sky_of(home, NOW)
    build(home, settings_of(home))
    after = sky_of(home, NOW)
    assert after["as_of"] == NOW
    assert after["tomorrow"].tolist() == before["tomorrow"].tolist()


def test_a_forecast_that_says_the_same_again_is_no_news(tmp_path: Path) -> None:
    """The simulated sky has a run every twelve hours: in between only observations are new."""
    home = a_home(tmp_path)
    run = NOW.replace(hour=NOW.hour // 12 * 12, minute=5, second=0) - timedelta(hours=12)
    build(home, settings_of(home))
    assert refresh(home, settings_of(home), run).new == 1 + 8 * 24 - 1
    assert refresh(home, settings_of(home), run + timedelta(hours=1)).new == 1
    assert refresh(home, settings_of(home), run + timedelta(hours=12)).new == 1 + 8 * 24 - 1


def test_real_places_elsewhere_get_no_simulated_sky(tmp_path: Path) -> None:
    home = a_home(tmp_path, NEW_YORK)
    build(home, settings_of(home))
    stored, as_of = Tables(home).fingerprint(), weather_as_of(home)
    told: list[str] = []
    assert refresh(home, settings_of(home), NOW, told.append) == Refreshed(points=1, new=0)
    assert told == ["weather: world:// has nothing new for the 1 points"]
    assert (Tables(home).fingerprint(), weather_as_of(home)) == (stored, as_of)


def test_a_history_without_weather_stays_without(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    shutil.rmtree(home / "tables" / "weather")
    build(home, settings_of(home))
    assert refresh(home, settings_of(home), NOW) == Refreshed(points=0, new=0)
    assert not (home / "features" / "weather.json").exists()


def test_a_source_that_fails_leaves_the_last_weather_in_use(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    build(home, settings_of(home))
    refresh(home, settings_of(home), NOW)
    stored, before = Tables(home).fingerprint(), sky_of(home, NOW)
    vendor = Settings(
        home=home,
        weather_url="openweather+http://localhost:1",
        weather_key=SecretStr("k"),
    )
    with pytest.raises(StoreUnavailable, match="gave no forecast"):
        refresh(home, vendor, NOW + timedelta(hours=1))
    assert Tables(home).fingerprint() == stored
    assert sky_of(home, NOW)["tomorrow"].tolist() == before["tomorrow"].tolist()
