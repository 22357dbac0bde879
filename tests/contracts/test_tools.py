"""What tools promise whoever asks them, Claude or rules: over a real engine on a small home."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from butler.columns import C
from butler.domain import Money, TripFacts
from butler.errors import StoreUnavailable
from serving.chat import gate, templates
from serving.chat.facts import Quantity
from serving.chat.values import Found, Understood
from tests.butler_at_home import NOON, AtHome, at_home

NEAR = 3.0


@pytest.fixture(scope="module")
def there(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtHome]:
    home = tmp_path_factory.mktemp("tools") / "home"
    shutil.copytree(world_home, home)
    with at_home(home) as opened:
        yield opened


def facts_of(there: AtHome, poi_id: str) -> dict[str, Any]:
    places = there.engine.moment.places
    return places.facts[places.catalogue.index[poi_id]]


def ids(found: Found) -> list[str]:
    return [item.poi_id for item in found.items]


def all_of(there: AtHome, found: Found, column: str) -> list[Any]:
    assert found.items, "nothing was found"
    return [facts_of(there, poi_id)[column] for poi_id in ids(found)]


def a_place(there: AtHome) -> str:
    return ids(there.ask("recommend", limit=1))[0]


# --- recommend


def test_a_category_holds_for_every_place(there: AtHome) -> None:
    found = there.ask("recommend", category="nature/beach")
    assert set(all_of(there, found, C.CATEGORY)) == {"nature/beach"}


def test_no_place_is_farther_than_asked(there: AtHome) -> None:
    found = there.ask("recommend", within_km=NEAR)
    assert found.items
    assert all(item.distance_km is not None and item.distance_km <= NEAR for item in found.items)


def test_no_place_is_above_the_budget(there: AtHome) -> None:
    found = there.ask("recommend", budget=1)
    assert all(level is None or level <= 1 for level in all_of(there, found, C.PRICE_LEVEL))


@pytest.mark.parametrize("indoor", [True, False])
def test_under_a_roof_or_in_the_open_as_asked(there: AtHome, indoor: bool) -> None:
    shares = all_of(there, there.ask("recommend", indoor=indoor), C.INDOOR_SHARE)
    assert all((share >= 0.7) if indoor else (share <= 0.3) for share in shares)


def test_only_what_is_known_to_be_accessible_or_good_with_children(there: AtHome) -> None:
    assert all(all_of(there, there.ask("recommend", accessible=True), C.ACCESSIBLE))
    assert all(all_of(there, there.ask("recommend", kids=True), C.KID_FRIENDLY))


def test_it_looks_around_another_place_where_one_is_named(there: AtHome) -> None:
    catalogue = there.engine.moment.places.catalogue
    north = int(np.argmax(catalogue.latitude))  # Alicante is in the south
    found = there.ask("recommend", near=catalogue.ids[north], within_km=15.0, hour=12)
    assert found.items
    assert all(abs(i.latitude - catalogue.latitude[north]) < 0.2 for i in found.items)


def test_what_was_told_of_the_trip_holds_without_being_said_again(there: AtHome) -> None:
    wheels = there.ask("recommend", trip=TripFacts(mobility="wheelchair"))
    assert all(all_of(there, wheels, C.ACCESSIBLE))
    liked = there.ask("recommend", trip=TripFacts(likes=("nature/beach",)))
    assert set(all_of(there, liked, C.CATEGORY)) == {"nature/beach"}
    refused = there.ask("recommend", trip=TripFacts(dislikes=("culture",)), limit=10)
    assert not [c for c in all_of(there, refused, C.CATEGORY) if c.startswith("culture")]


def test_every_place_of_a_list_has_a_name_a_rank_and_facts_of_the_same_number(
    there: AtHome,
) -> None:
    found = there.ask("recommend", limit=4)
    reasons = [f for f in found.facts if f.kind == "reason" and f.quantities]
    units = {f.key: f.quantities[0].unit for f in reasons}
    assert units  # as the reason says them: the gate holds sentences to them
    assert {units.get("distance", "km"), units.get("weather", "celsius")} == {"km", "celsius"}
    for n, item in enumerate(found.items, start=1):
        name, rank = found.facts.get(f"p{n}.name"), found.facts.get(f"p{n}.rank")
        assert name is not None
        assert rank is not None
        assert (name.text, name.place) == (item.name, item.poi_id)
        assert rank.quantities[0].number == item.rank == n
    assert found.request_id is not None
    assert there.engine.impression(found.request_id).slate == tuple(ids(found))


# --- the others


def test_a_place_is_found_by_its_name_and_seen_whole(there: AtHome) -> None:
    wanted = a_place(there)
    name = facts_of(there, wanted)[C.NAME]
    assert wanted in ids(there.ask("search_pois", query=name))
    details = there.ask("poi_details", poi_id=wanted)
    kinds = {fact.kind for fact in details.facts.of_place(wanted)}
    assert {"name", "category", "distance", "hours", "price", "accessible"} <= kinds


def test_what_never_closes_is_not_open_from_midnight_to_midnight(there: AtHome) -> None:
    frame = there.engine.moment.places.catalogue.frame
    (always, *_) = frame.filter(pl.col(C.OPENING_HOURS) == "24/7")[C.POI].to_list()
    found = there.ask("poi_details", poi_id=always)
    (hours,) = [f for f in found.facts.of_place(always, "hours") if f.id.endswith(".hours")]
    assert hours.text == "Open around the clock"


def test_a_search_keeps_to_its_kind_and_its_circle(there: AtHome) -> None:
    found = there.ask("search_pois", query="playa", category="nature/beach", within_km=NEAR)
    assert set(all_of(there, found, C.CATEGORY)) == {"nature/beach"}
    assert all((item.distance_km or 0.0) <= NEAR for item in found.items)


def test_a_forecast_is_of_the_hour_that_is_asked_about(there: AtHome) -> None:
    found = there.ask("weather_forecast", hour=15, day=0)
    told = next(fact for fact in found.facts if fact.kind == "weather")
    assert told.moments[0].hour == 15
    assert told.moments[0].date() == NOON.date()
    assert told.quantities[0].unit == "celsius"


def test_a_comparison_is_true_of_both_places(there: AtHome) -> None:
    near, far = (
        ids(there.ask("recommend", within_km=1.0, limit=1))[0],
        ids(there.ask("recommend", category="nature/beach", limit=10))[-1],
    )
    found = there.ask("compare", poi_ids=[far, near])
    away = {item.poi_id: item.distance_km for item in found.items}
    (nearer,) = [fact for fact in found.facts if fact.key == "nearer"]
    assert nearer.place == min(away, key=lambda p: away[p] or 0.0)
    gap = abs((away[near] or 0.0) - (away[far] or 0.0))
    assert nearer.quantities[0].number == pytest.approx(gap, abs=0.11)


def test_a_plan_keeps_to_opening_hours_the_day_and_one_lunch(there: AtHome) -> None:
    found = there.ask("plan_day", day=1, begins=10, ends=20, stops=4, within_km=10.0)
    stops = [f for f in found.facts if f.kind == "stop" and f.key in ("visit", "lunch")]
    assert 1 <= len([s for s in stops if s.place]) <= 4
    assert all(s.moments[0].hour >= 10 and s.moments[1].hour <= 20 for s in stops)
    assert all(one.moments[1] <= other.moments[0] for one, other in pairwise(stops))
    catalogue = there.engine.moment.places.catalogue
    for stop in stops:
        if stop.place is None:
            continue
        begins, ends = (m.hour * 60 + m.minute for m in stop.moments)
        windows = catalogue.openings.windows(catalogue.index[stop.place], stop.moments[0].date())
        assert windows is None or any(a <= begins and ends <= b for a, b in windows)


def test_the_same_day_is_planned_the_same_way_twice(there: AtHome) -> None:
    plans = [there.ask("plan_day", day=1, within_km=10.0) for _ in range(2)]
    assert [f.text for f in plans[0].facts] == [f.text for f in plans[1].facts]


def test_what_must_be_is_part_of_the_plan(there: AtHome) -> None:
    museums = there.ask("recommend", category="culture/museum", day=1, hour=11, within_km=10.0)
    must = ids(museums)[-1]  # a visit of an hour or two, which any day has room for
    assert must in ids(there.ask("plan_day", day=1, must=[must], within_km=10.0))


def test_what_must_be_and_cannot_is_told_by_its_name(there: AtHome) -> None:
    """A place that opens only when the day is over; what is no kind at all is not repeated."""
    catalogue = there.engine.moment.places.catalogue
    club = catalogue.ids[catalogue.categories.index("nightlife/club")]
    found = there.ask("plan_day", day=1, must=[club], categories=["free entry for all"])
    assert club not in ids(found)
    assert found.items
    (told,) = [f for f in found.facts if f.key == "missing"]
    assert told.place == club
    assert told.text.endswith(str(found.facts.names()[club]))
    sentences = templates.worded(Understood("plan", day=1), found, "en")
    verdicts = gate.check(sentences, found.facts, "en", there.butler.names.known())
    assert [(v.failed, v.why) for v in verdicts if v.text is None] == []
    assert f"{told.text}." in [v.text for v in verdicts]


def test_what_was_told_is_kept_added_to_and_forgotten(there: AtHome) -> None:
    end = (date.today() + timedelta(days=3)).isoformat()
    there.ask("remember_preference", "anna", likes=["nature/beach"], party="family", end=end)
    kept = there.run(there.butler.trip("anna"))
    assert kept.likes == ("nature/beach",)
    assert (kept.party, str(kept.end)) == ("family", end)
    there.ask("remember_preference", "anna", trip=kept, dislikes=["nature/beach"], forget=["party"])
    kept = there.run(there.butler.trip("anna"))
    assert (kept.likes, kept.dislikes, kept.party) == ((), ("nature/beach",), None)


def test_where_they_stay_and_what_they_eat_is_kept_and_taken_back(there: AtHome) -> None:
    there.ask("remember_preference", "eva", town="altea", diets=["vegan"])
    kept = there.run(there.butler.trip("eva"))
    assert (kept.town, kept.diets) == ("Altea", ("vegan",))
    there.ask("remember_preference", "eva", trip=kept, diets=["halal"], forget=["town"])
    kept = there.run(there.butler.trip("eva"))
    assert (kept.town, kept.diets) == (None, ("vegan", "halal"))


def test_a_sum_makes_the_budget_and_is_told_as_money(there: AtHome) -> None:
    """Whatever level comes with it; a level alone ends it."""
    found = there.ask(
        "remember_preference", "ida", budget=4, budget_sum={"minor": 3000, "currency": "EUR"}
    )
    kept = there.run(there.butler.trip("ida"))
    assert (kept.budget, kept.budget_sum) == (2, Money(3000, "EUR"))
    (told,) = found.facts
    assert told.text == "Your budget: up to €30 a person, price level 2 of 4 (from €19)"
    assert told.quantities == (Quantity(30, "EUR"), Quantity(2, "level"))
    there.ask("remember_preference", "ida", trip=kept, budget=1)
    assert there.run(there.butler.trip("ida")) == TripFacts(budget=1)


# --- what is asked amiss, and what fails

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("recommend", {"budget": 9}, "budget"),
    ("recommend", {"within_km": "near"}, "within_km"),
    ("recommend", {"where": "Alicante"}, "where"),
    ("recommend", {"category": "culture/atlantis"}, "culture/atlantis"),
    ("recommend", {"near": "atlantis"}, "atlantis"),
    ("search_pois", {}, "query"),
    ("poi_details", {"poi_id": "atlantis"}, "atlantis"),
    ("weather_forecast", {"hour": 24}, "hour"),
    ("compare", {"poi_ids": ["atlantis"]}, "poi_ids"),
    ("plan_day", {"must": ["atlantis"]}, "atlantis"),
    ("remember_preference", {"likes": ["sharks"]}, "likes"),
    ("remember_preference", {"start": "2026-02-30"}, "start"),
    ("remember_preference", {"town": "Atlantis"}, "town"),
    ("remember_preference", {"diets": ["paleo"]}, "diets"),
    ("remember_preference", {"budget_sum": {"minor": 3000, "currency": "BTC"}}, "budget_sum"),
    ("remember_preference", {"budget_sum": {"minor": 30.5, "currency": "EUR"}}, "budget_sum"),
    ("remember_preference", {"forget": ["name"]}, "forget"),
    ("remember_preference", {"start": "2026-03-02", "end": "2026-03-01"}, "end"),
]


@pytest.mark.parametrize(("tool", "arguments", "named"), WRONG)
def test_what_is_wrong_is_named_and_counted_as_failed(
    there: AtHome, tool: str, arguments: dict[str, Any], named: str
) -> None:
    before = there.counted(tool, "failed")
    found = there.ask(tool, **arguments)
    assert named in found.problem
    assert not found.items
    assert there.counted(tool, "failed") == before + 1


def test_an_answer_is_counted_as_one(there: AtHome) -> None:
    before = there.counted("recommend", "succeeded")
    there.ask("recommend")
    assert there.counted("recommend", "succeeded") == before + 1


def test_a_search_that_lost_its_index_says_so_and_the_rest_goes_on(
    home: Path,
) -> None:
    with at_home(home) as there:
        with closing(sqlite3.connect(home / "search.db")) as index:
            index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (home / "search.db").write_bytes(b"no database " * 100_000)
        with pytest.raises(StoreUnavailable):
            there.ask("search_pois", query="castell")
        assert there.counted("search_pois", "failed") == 1
        assert there.ask("recommend").items
