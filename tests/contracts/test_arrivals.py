"""What a conversation says of opening hours and distances: as of the arrival, and the same everywhere."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.columns import C
from butler.domain import TripFacts
from features.opening import EPOCH
from features.places import distance_km
from features.rows import travel_minutes
from serving.answers import Request
from serving.chat import gate, templates
from serving.chat.facts import Fact
from serving.chat.places import looked_at
from serving.chat.telling import Seen, Telling
from serving.chat.tools import Asked
from serving.chat.values import Message, Understood
from serving.explain.words import LANGUAGES, Words
from tests.butler_at_home import HERE, NOON, AtHome, at_home, message

MADRID = ZoneInfo("Europe/Madrid")
MORNING = NOON.astimezone(MADRID).replace(hour=0) + timedelta(days=1)  # of tomorrow
minutes = st.integers(0, 1439)
points = st.tuples(st.floats(38.0, 38.8), st.floats(-0.8, 0.2))


@pytest.fixture(scope="module")
def there(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtHome]:
    home = tmp_path_factory.mktemp("arrivals") / "home"
    shutil.copytree(world_home, home)
    with at_home(home) as opened:
        yield opened


def looked(there: AtHome, at: datetime, here: tuple[float, float], every: int = 7) -> list[Seen]:
    """Every seventh place, those that the ranker drops among them."""
    latitude, longitude = here
    request = Request("arrivals", NOON, at.astimezone(UTC), latitude=latitude, longitude=longitude)
    return looked_at(there.engine, request, there.engine.moment.places.catalogue.ids[::every])


def minutes_left(there: AtHome, seen: Seen, at: datetime, here: tuple[float, float]) -> float:
    """By the opening hours, at the minute at which who sets out now is there."""
    catalogue = there.engine.moment.places.catalogue
    row = catalogue.index[seen.item.poi_id]
    away = distance_km(*here, catalogue.latitude[row], catalogue.longitude[row])
    begins = (at.date() - EPOCH).days * 1440 + at.hour * 60 + at.minute
    arrives = np.array([begins + float(travel_minutes(np.array(away)))])
    return float(catalogue.openings.minutes_left(np.array([row]), arrives)[0])


def opening(facts: list[Fact]) -> Fact | None:
    return next((f for f in facts if f.id.endswith(".open")), None)


def expected(words: Words, left: float) -> str:
    if left == 0:
        return words.say("opening-closed")
    if left >= 720:
        return words.say("opening-long", hours=12)
    if left < 90:
        return words.say("opening-open-minutes", minutes=int(left))
    return words.say("opening-open-hours", hours=round(left / 60, 1))


@settings(max_examples=12, deadline=None)
@given(minutes, points)
def test_what_is_told_of_opening_is_what_the_hours_say_at_the_arrival(
    there: AtHome, minute: int, here: tuple[float, float]
) -> None:
    at = MORNING + timedelta(minutes=minute)
    words, scored = Words.of("en"), set[bool]()
    for seen in looked(there, at, here):
        left, told = minutes_left(there, seen, at, here), opening(list(Telling(words).place(seen)))
        if np.isnan(left):
            assert told is None
            continue
        assert told is not None
        assert told.text == expected(words, left)
        assert seen.item.open_at_arrival == (left > 0)
        scored.add(seen.scored)
    assert scored  # something was told


@settings(max_examples=12, deadline=None)
@given(minutes, points)
def test_a_reason_says_the_same_distance_and_the_same_time_left_as_the_place(
    there: AtHome, minute: int, here: tuple[float, float]
) -> None:
    words, compared = Words.of("en"), 0
    for seen in looked(there, MORNING + timedelta(minutes=minute), here, every=3):
        facts = list(Telling(words).place(seen))
        for reason in (f for f in facts if f.kind == "reason"):
            said = {"distance": "distance", "opening": "open"}.get(str(reason.key))
            told = next((f for f in facts if f.id.endswith(f".{said}")), None)
            if said and told and told.key != "closed":
                assert [q.number for q in reason.quantities] == [q.number for q in told.quantities]
                compared += 1
    assert compared or minute < 540 or minute > 1200


def test_a_distance_is_rounded_once(there: AtHome) -> None:
    """From 0.446 km to 0.4, not by way of 0.45 to 0.5; the API keeps its two decimals."""
    catalogue = there.engine.moment.places.catalogue
    row = next(n for n, _ in enumerate(catalogue.ids))
    north = float(catalogue.latitude[row]) + 0.446 / 111.1949
    (seen,) = looked_at(
        there.engine,
        Request("r", NOON, NOON, latitude=north, longitude=float(catalogue.longitude[row])),
        [catalogue.ids[row]],
    )
    told = next(f for f in Telling(Words.of("en")).place(seen) if f.kind == "distance")
    assert seen.item.distance_km == 0.45
    assert [q.number for q in told.quantities] == [0.4]


def before_opening(there: AtHome) -> tuple[str, datetime, datetime]:
    """A place that opens later that day, a moment at which it is closed, and when it opens."""
    catalogue = there.engine.moment.places.catalogue
    for row, poi_id in enumerate(catalogue.ids):
        windows = catalogue.openings.windows(row, MORNING.date())
        if windows and 420 <= windows[0][0] <= 660:
            opens = MORNING + timedelta(minutes=windows[0][0])
            return poi_id, opens - timedelta(hours=5), opens
    raise AssertionError("no place opens in the morning")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_it_opens_only_after_the_arrival_the_hour_is_told(
    there: AtHome, language: str
) -> None:
    """And nothing of twelve hours left."""
    poi_id, early, opens = before_opening(there)
    said = Message("early", "", early.astimezone(UTC), language, *HERE)
    asked = Asked.of(said, TripFacts())
    found = there.run(there.butler.tools["poi_details"].call({"poi_id": poi_id}, asked))
    sentences = templates.worded(Understood("details"), found, language)
    verdicts = gate.check(sentences, found.facts, language, there.butler.names.known())
    assert [(v.failed, v.why) for v in verdicts if v.text is None] == []
    (warning,) = [f for f in found.facts if f.key == "closed" and f.kind == "warning"]
    assert warning.moments == (opens,)
    words, name = Words.of(language), found.items[0].name
    minute = opens.hour * 60 + opens.minute
    assert warning.text == words.say("fact-warning-opens", **{"place": name, "from": minute})
    told = opening(list(found.facts))
    assert told is not None
    assert told.key == "closed"


def test_a_place_that_closes_on_the_way_there_is_told_as_closed(there: AtHome) -> None:
    """Half an hour before it closes, and an hour away: closed, with no time left."""
    catalogue = there.engine.moment.places.catalogue
    row, closes = next(
        (n, windows[-1][1])
        for n in range(len(catalogue.ids))
        if (windows := catalogue.openings.windows(n, MORNING.date())) and windows[-1][1] < 1300
    )
    at = MORNING + timedelta(minutes=closes - 30)
    here = float(catalogue.latitude[row]) + 40 / 111.2, float(catalogue.longitude[row])
    said = Message("far", "", at.astimezone(UTC), "en", *here)
    found = there.run(
        there.butler.tools["poi_details"].call(
            {"poi_id": catalogue.ids[row]}, Asked.of(said, TripFacts())
        )
    )
    told = opening(list(found.facts))
    assert told is not None
    assert told.text == "Closed on arrival"
    assert found.items[0].open_at_arrival is False


def test_a_stop_of_a_plan_is_open_from_when_it_begins(there: AtHome) -> None:
    """Who is there needs no way from where the day began."""
    asked = Asked.of(message("stops", ""), TripFacts())
    arguments = {"day": 1, "within_km": 30.0}
    found = there.run(there.butler.tools["plan_day"].call(arguments, asked))
    catalogue = there.engine.moment.places.catalogue
    begins = {f.place: f.moments[0] for f in found.facts if f.key == "visit"}
    assert begins
    for poi_id, at in begins.items():
        told = opening(found.facts.of_place(str(poi_id)))
        if catalogue.frame.row(catalogue.index[str(poi_id)], named=True)[C.OPENING_HOURS] is None:
            assert told is None
        else:
            assert told is not None
            assert told.moments == (at,)
