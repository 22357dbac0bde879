"""What a conversation without a key promises: real engine, real stores, real words, no HTTP."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from butler.clock import SetClock
from butler.columns import C
from butler.domain import Money, TripFacts
from features.places import distance_km
from features.transforms import WEATHER_FACTS
from serving.chat import gate, templates, towns
from serving.chat.asking import Asking
from serving.chat.bynames import ByNames
from serving.chat.checks.lexicon import topics_of
from serving.chat.history import facts_in
from serving.chat.tool import Asked
from serving.chat.values import Reply, Sentence, Understood
from serving.explain.words import LANGUAGES, Words, plain
from serving.vectors import slot_of
from tests.butler_at_home import HERE, NOON, AtHome, at_home, message, whole

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(scope="module")
def there(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtHome]:
    home = tmp_path_factory.mktemp("conversation") / "home"
    shutil.copytree(world_home, home)
    with at_home(home) as opened:
        yield opened


def ids(reply: Reply) -> list[str]:
    return [item.poi_id for item in reply.items]


def tools(reply: Reply) -> list[str]:
    return [called.tool for called in reply.called]


def asked_with(reply: Reply) -> dict[str, object]:
    (call,) = (called for called in reply.called if called.tool == "recommend")
    return dict(call.arguments)


def kind(there: AtHome, poi_id: str) -> str:
    places = there.engine.moment.places
    return str(places.facts[places.catalogue.index[poi_id]][C.CATEGORY])


# --- what was said before


def test_what_was_told_holds_in_every_later_turn(there: AtHome) -> None:
    there.say("told", "I am in a wheelchair and I hate museums")
    assert there.run(there.butler.trip("told")).mobility == "wheelchair"
    reply = there.say("told", "What do you recommend?")
    places = there.engine.moment.places
    assert reply.items
    for poi_id in ids(reply):
        facts = places.facts[places.catalogue.index[poi_id]]
        assert facts[C.ACCESSIBLE]
        assert facts[C.CATEGORY] != "culture/museum"


def test_a_trip_that_was_edited_counts_at_once(there: AtHome) -> None:
    there.run(there.butler.edit_trip("edited", TripFacts(likes=("nature/beach",))))
    reply = there.say("edited", "What do you recommend?")
    assert {kind(there, poi_id) for poi_id in ids(reply)} == {"nature/beach"}


def test_a_message_in_another_language_is_answered_in_that_of_the_app(there: AtHome) -> None:
    reply = there.say("mixes", "A museum within 60 km", "de")
    assert {kind(there, poi_id) for poi_id in ids(reply)} == {"culture/museum"}
    assert asked_with(reply)["within_km"] == 60
    assert reply.language == "de"
    assert reply.not_understood == ()
    more = there.say("mixes", "something else", "de")
    assert {kind(there, poi_id) for poi_id in ids(more)} == {"culture/museum"}


def test_something_else_is_of_the_same_kind_and_was_not_shown(there: AtHome) -> None:
    first = there.say("else", "A museum within 60 km")
    second = there.say("else", "something else")
    third = there.say("else", "something else")
    assert {kind(there, p) for p in ids(second)} == {"culture/museum"}
    assert not set(ids(first)) & set(ids(second))
    assert not {*ids(first), *ids(second)} & set(ids(third))


def test_where_nothing_else_is_left_what_was_asked_for_is_named(there: AtHome) -> None:
    reply = there.say("no-more", "A castle within 3 km")
    for _ in range(20):
        if not reply.items:
            break
        reply = there.say("no-more", "something else")
    assert "castle" in reply.text
    assert "3" in reply.text


def test_why_is_answered_with_the_reasons_of_the_list_that_was_shown(there: AtHome) -> None:
    shown = there.say("why", "What do you recommend?")
    why = there.say("why", "Why the second?")
    assert ids(why) == ids(shown)[1:2]
    given = {f.text for f in shown.grounds if f.kind == "reason" and f.place == ids(why)[0]}
    told = {f.text for f in why.grounds if f.kind == "reason"}
    assert told == given
    assert why.items[0].name in why.text


def test_the_third_is_of_the_list_whatever_was_asked_since(there: AtHome) -> None:
    shown = there.say("third", "What do you recommend?")
    there.say("third", "Why the second?")
    there.say("third", "What will the weather be like at 3 pm?")
    assert ids(there.say("third", "Why the third?")) == ids(shown)[2:3]
    assert ids(there.say("third", "Compare the first and the second")) == ids(shown)[:2]


def test_a_place_of_a_list_for_tomorrow_is_meant_tomorrow(there: AtHome) -> None:
    there.say("tomorrow", "A museum tomorrow at 11:00")
    reply = there.say("tomorrow", "Tell me about the first one")
    assert reply.called[0].arguments["day"] == 1
    assert reply.called[0].arguments["hour"] == 11


@pytest.mark.parametrize("asked", ["Why the second?", "Compare the first and the second", "Why?"])
def test_without_a_list_there_is_a_question_and_no_invention(there: AtHome, asked: str) -> None:
    reply = there.say(f"nobody-{asked}", asked)
    assert reply.text
    assert not reply.items
    assert not reply.grounds


def test_why_a_kind_is_asked_back_unless_one_place_of_the_list_is_of_it(there: AtHome) -> None:
    listed = there.say("why-kind", "Five museums within 60 km")
    assert len(listed.items) > 1
    for asked in ("Why the beach?", "Why the museum?"):
        assert there.say("why-kind", asked).text == "Which place do you mean?"
    plan = there.say("why-plan", "Plan my day tomorrow with a market, tapas and a castle")
    kinds = [i.category for i in plan.items]
    once = {"food/market": "market", "culture/castle": "castle", "food/tapas": "tapas bar"}
    kind, name = next((k, name) for k, name in once.items() if kinds.count(k) == 1)
    reply = there.say("why-plan", f"Why the {name}?")
    assert [i.poi_id for i in reply.items] == [plan.items[kinds.index(kind)].poi_id]
    assert there.say("why-plan", "Why the beach?").text == "Which place do you mean?"


def test_why_a_place_the_list_does_not_have_is_asked_back(there: AtHome) -> None:
    there.say("short", "A castle within 1 km")
    reply = there.say("short", "Why the fifth?")
    assert not reply.items


# --- days


def written(ahead: int, language: str = "en") -> str:
    return Words.of(language).day((NOON + timedelta(days=ahead)).date())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_asked_for_by_its_date_and_told_as_it_was_read(
    there: AtHome, language: str
) -> None:
    museum = Words.of(language).category("culture/museum")
    reply = there.say(f"dated-{language}", f"{museum} – {written(3, language)}", language)
    assert reply.called[0].arguments["day"] == 3
    assert plain(written(3, language)) in plain(reply.text.splitlines()[0])
    assert reply.not_understood == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_day_too_far_ahead_nothing_is_said_but_that(there: AtHome, language: str) -> None:
    museum = Words.of(language).category("culture/museum")
    reply = there.say(f"far-{language}", f"{museum} – {written(60, language)}", language)
    assert not reply.called
    day = (NOON + timedelta(days=60)).date().isoformat()
    assert reply.text.rstrip(".") == Words.of(language).say("fact-too-far", day=day).rstrip(".")


def test_a_meal_is_looked_at_at_its_hour_which_is_told(there: AtHome) -> None:
    """At 11, where nobody said when."""
    words, today = Words.of("en"), NOON.date().isoformat()
    reply = there.say("dine", "where can I dine today?")
    assert asked_with(reply) == {"category": "food/restaurant_quarter", "day": 0, "meal": "dinner"}
    assert words.say("fact-moment", day=today, minutes=21 * 60) in reply.text.splitlines()[0]
    for changed, hour in (("something else", 21), ("lunch instead", 14), ("tomorrow", 14)):
        reply = there.say("dine", changed)
        (dated,) = [f for f in reply.grounds if f.kind == "date"]
        assert dated.moments[0].hour == hour, changed
        day = dated.moments[0].date().isoformat()
        assert words.say("fact-moment", day=day, minutes=hour * 60) in reply.text, changed
    assert dated.moments[0].date() == NOON.date() + timedelta(days=1)


@pytest.mark.parametrize("language", ["en", "tr", "ar"])
def test_of_a_stay_the_first_day_is_looked_at_and_told(there: AtHome, language: str) -> None:
    said = {"en": "what can we do in 3 days?", "tr": "3 günde ne yapabiliriz?"}
    reply = there.say(f"stay-{language}", said.get(language, "ماذا نفعل في 3 أيام؟"), language)
    (dated,) = [f for f in reply.grounds if f.kind == "date"]
    assert dated.moments[0] == NOON
    first = Words.of(language).say("say-first-day", day=dated.text)
    assert plain(reply.text.splitlines()[0]) == plain(first)


SPENDING = {
    "en": ("20 euros a person", "My budget is 30 euros", "What do you know about me?", "Forget my budget"),
    "tr": ("kişi başı 20 euro", "bütçem 30 euro", "hakkımda ne biliyorsun?", "bütçemi unut"),
    "pl": ("do 20 euro na osobę", "mój budżet to 30 euro", "co o mnie wiesz?", "zapomnij o moim budżecie"),
    "ar": ("أقل من 20 يورو للشخص", "ميزانيتي 30 يورو", "ماذا تعرف عني؟", "انس ميزانيتي"),
    "he": ("עד 20 אירו לאדם", "התקציב שלי הוא 30 אירו", "מה אתה יודע עליי?", "תשכח מהתקציב שלי"),
}  # fmt: skip


@pytest.mark.parametrize("language", SPENDING)
def test_a_sum_is_told_as_money_and_kept_only_where_it_is_of_the_trip(
    there: AtHome, language: str
) -> None:
    """What was made of it is told with it; it is known, and taken back, with the budget."""
    words, user = Words.of(language), f"sum-{language}"
    request, budget, known, forget = SPENDING[language]
    sum_of = {"currency": "EUR", "level": 2, "least": 1900}
    reply = there.say(user, f"{words.category('culture/museum')}, {request}", language)
    assert reply.called[0].arguments["budget"] == 2
    assert words.say("fact-budget-sum", minor=2000, **sum_of) in reply.text
    assert there.run(there.butler.trip(user)) == TripFacts()
    told = words.say("fact-trip-budget-sum", minor=3000, **sum_of)
    assert there.say(user, budget, language).text == words.say("say-remembered", what=told)
    assert there.run(there.butler.trip(user)) == TripFacts(budget=2, budget_sum=Money(3000, "EUR"))
    assert there.say(user, known, language).text == words.say("say-trip", what=told)
    assert there.say(user, forget, language).text == words.say("say-forgotten", what=told)
    assert there.run(there.butler.trip(user)) == TripFacts()


def test_a_level_that_is_set_takes_the_place_of_a_sum_and_a_sum_makes_a_level(
    there: AtHome,
) -> None:
    there.say("priced", "My budget is $15.50 each")
    trip = there.run(there.butler.trip("priced"))
    assert (trip.budget, trip.budget_sum) == (1, Money(1550, "USD"))
    kept = there.run(there.butler.edit_trip("priced", replace(trip, budget=3)))
    assert kept == there.run(there.butler.trip("priced")) == TripFacts(budget=3)
    there.run(there.butler.edit_trip("priced", TripFacts(budget_sum=Money(8000, "GBP"))))
    assert there.run(there.butler.trip("priced")).budget == 4


def test_the_days_of_a_stay_are_kept_with_the_trip(there: AtHome) -> None:
    reply = there.say("stay", f"We are here from {written(1)} to {written(5)}")
    days = [(NOON + timedelta(days=n)).date() for n in (1, 5, 8, 9)]
    trip = there.run(there.butler.trip("stay"))
    assert (trip.start, trip.end) == (days[0], days[1])
    assert written(1) in reply.text
    assert written(5) in reply.text
    there.say("stay", f"We arrive on {written(8)}")  # later than what was the end: it is no longer
    trip = there.run(there.butler.trip("stay"))
    assert (trip.start, trip.end) == (days[2], None)
    there.say("stay", f"We fly home on {written(9)}")
    trip = there.run(there.butler.trip("stay"))
    assert (trip.start, trip.end) == (days[2], days[3])


# --- towns


def test_places_of_a_town_are_near_it_and_the_town_is_told_and_kept_for_something_else(
    there: AtHome,
) -> None:
    town = towns.named("Benidorm")
    assert town is not None
    for said in ("What do you recommend in Benidorm?", "something else"):
        reply = there.say("town", said)
        assert reply.items
        assert all((item.distance_km or 99.0) <= 5.0 for item in reply.items)
        assert reply.text.startswith("Seen from Benidorm, within 5.0 km.")
        for item in reply.items:
            away = distance_km(
                *map(np.array, (town.latitude, town.longitude, item.latitude, item.longitude))
            )
            assert away <= 5.0


def test_the_weather_of_a_town_is_told_as_its(there: AtHome) -> None:
    reply = there.say("town-weather", "What is the weather like in Benidorm tomorrow?")
    assert reply.called[0].arguments == {"town": "Benidorm", "day": 1}
    assert reply.text.startswith("Seen from Benidorm.")


def base(reply: Reply) -> list[str]:
    return [f.text for f in reply.grounds if f.key == "town"]


def test_the_town_where_they_stay_holds_until_another_is_told_and_near_is_of_one_request(
    there: AtHome,
) -> None:
    told = there.say("lodging", "We are staying in Benidorm")
    assert told.text == "Noted: You stay in Benidorm."
    assert there.run(there.butler.trip("lodging")).town == "Benidorm"
    town = towns.named("Benidorm")
    assert town is not None
    for said in ("What do you recommend tomorrow?", "something else"):
        reply = there.say("lodging", said)
        assert reply.text.startswith("Seen from Benidorm.")
        for item in reply.items:
            away = distance_km(
                *map(np.array, (town.latitude, town.longitude, item.latitude, item.longitude))
            )
            assert item.distance_km == pytest.approx(float(away), abs=0.1)
    assert base(there.say("lodging", "Museums near Altea tomorrow")) == [
        "Seen from Altea, within 5.0 km"
    ]
    there.say("lodging", "What do you recommend tomorrow?")
    for said in (
        "Tell me about the first one",
        "Compare the first and the second",
        "Plan tomorrow",
    ):
        reply = there.say("lodging", said)
        assert reply.items
        assert base(reply) == ["Seen from Benidorm"]
        assert reply.text.startswith("Seen from Benidorm.")
    there.say("lodging", "Our hotel is in Altea")
    assert base(there.say("lodging", "What do you recommend tomorrow?")) == ["Seen from Altea"]
    gone = there.say("lodging", "We are no longer staying in Altea")
    assert gone.text == "No longer noted: You stay in Altea."
    assert there.run(there.butler.trip("lodging")) == TripFacts()
    assert base(there.say("lodging", "What do you recommend tomorrow?")) == []


def test_who_is_about_the_town_now_asks_from_where_they_are_and_who_is_far_from_the_town(
    there: AtHome,
) -> None:
    near, far = TripFacts(town="Benidorm"), TripFacts(town="Barcelona")
    assert not [f for f in there.ask("recommend", trip=near).facts if f.key == "town"]
    for trip, day in ((near, 1), (far, None)):
        found = there.ask("recommend", trip=trip, day=day)
        assert [f.text for f in found.facts if f.key == "town"] == [f"Seen from {trip.town}"]


def test_the_trip_tells_what_was_said_and_what_was_edited_is_what_holds(there: AtHome) -> None:
    there.say("mine", "I am vegan and we are staying in Altea")
    there.say("mine", "I can't eat gluten")
    trip = there.run(there.butler.trip("mine"))
    assert (trip.town, trip.diets) == ("Altea", ("vegan", "gluten_free"))
    there.say("mine", "I am not vegan")
    assert there.run(there.butler.trip("mine")).diets == ("gluten_free",)
    there.run(there.butler.edit_trip("mine", TripFacts(town="Calp")))
    assert base(there.say("mine", "A museum tomorrow")) == ["Seen from Calp"]


def test_what_a_traveller_eats_is_not_logged(
    there: AtHome, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        there.say("quiet", "I am vegan and we are staying in Altea")
        there.say("quiet", "A restaurant tomorrow")
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "vegan" not in logged.lower()
    assert "altea" not in logged.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_and_the_hour_that_are_looked_at_are_told(there: AtHome, language: str) -> None:
    """Also where they were said: "evening" is our 20:00. Of now nothing is."""
    words = Words.of(language)
    day = (NOON + timedelta(days=2)).date()
    for intent, more in (("recommend", {}), ("search", {"query": "museu"})):
        for hour in (None, 15):
            asked = Asked.of(message(f"hour-{language}", "", language), TripFacts())
            u = Understood(intent, day=2, hour=hour, **more)
            found = there.run(Asking(there.butler.tools, asked, []).found(u))
            told = plain(templates.worded(u, found, language)[0].text)
            assert plain(words.clock((hour or 11) * 60)) in told, told
            assert plain(words.day(day)) in told, told
            _passes(there, u, asked)
    now = there.say(f"now-{language}", words.category("culture/museum") or "", language)
    assert plain(words.day(NOON.date())) not in plain(now.text)


def test_a_closed_day_tells_which_hour_was_looked_at(there: AtHome) -> None:
    reply = there.say("closed", "a night club tomorrow")
    words = Words.of("en")
    assert not reply.items
    day = (NOON + timedelta(days=1)).date()
    dated = f"{words.weekday(day)}, {words.day(day)}, 11:00."
    closed = [words.say("fact-warning-all-closed"), words.say("say-none-later")]
    assert reply.text.splitlines() == [dated, *closed]


def test_a_town_that_is_not_known_is_refused_by_name(there: AtHome) -> None:
    assert there.ask("recommend", town="Atlantis").problem.startswith("town: ")


def test_who_wants_no_museums_is_shown_nothing_that_is_called_one(there: AtHome) -> None:
    places = there.engine.moment.places
    names = places.catalogue.frame.select(C.POI, C.NAME, C.CATEGORY).rows()
    named = {p for p, name, kind in names if "Museu" in name and kind != "culture/museum"}
    english = set(ByNames().of(places, ["culture/museum"], "en"))
    assert named
    assert named < english  # and those that are called so in English
    assert not english & {p for p, _, kind in names if kind == "nature/beach"}
    assert ByNames().of(places, ["culture/church", "nature"], "en") == ()
    there.say("no-museums", "No museums please")
    for said in ("a gallery within 100 km tomorrow at 11", "plan my day tomorrow"):
        assert not named & set(ids(there.say("no-museums", said)))
    again = there.ask("recommend", category="culture/gallery", day=1, hour=11, within_km=100.0)
    assert named & {item.poi_id for item in again.items}


# --- diets


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", ["recommend", "remember", "plan"])
def test_where_no_place_says_it_that_is_told(there: AtHome, language: str, intent: str) -> None:
    """The sample world's places say nothing of diets; nothing is left out, nothing is made up."""
    asked = Asked.of(message(f"diet-{language}", "", language), TripFacts())
    u = Understood(intent, diets=("vegan", "halal"))
    found = there.run(Asking(there.butler.tools, asked, []).found(u))
    assert _passes(there, u, asked)
    say = Words.of(language).say
    wanted = {plain(say("fact-diet-unknown", diet=say(f"diet-{d}"))).rstrip(".") for d in u.diets}
    assert wanted == {plain(f.text).rstrip(".") for f in found.facts if f.key == "diet_unknown"}
    told = [plain(s.text).rstrip(".") for s in templates.worded(u, found, language)]
    assert wanted <= set(told)


def test_where_places_say_it_only_they_are_shown_for_eating(home: Path) -> None:
    path = home / "features" / "places.parquet"
    places = pl.read_parquet(path)
    food = places.filter(pl.col(C.CATEGORY).str.starts_with("food/"))[C.POI].to_list()
    vegan = set(food[:2])
    tags = pl.when(pl.col(C.POI).is_in(list(vegan))).then(pl.lit("diet:vegan=yes"))
    places.with_columns(tags.otherwise(C.TAGS).alias(C.TAGS)).write_parquet(path)
    with at_home(home) as there:
        told = there.say("vegan", "I'm vegan")
        assert told.text.splitlines() == [
            "Noted: You eat: Vegan food.",
            "Vegan food: only places to eat that say they have it.",
        ]
        kept = there.say("vegan", "a restaurant within 100 km tomorrow at 2 pm")
        assert (
            "Vegan food: only places to eat that say they have it." in kept.text or not kept.items
        )
        trip = TripFacts(diets=("vegan",))
        noted = there.ask("recommend", trip=trip, limit=10, within_km=100.0)
        assert not {item.poi_id for item in noted.items} & (set(food) - vegan)
        reply = there.say("vegan", "a vegan place within 100 km tomorrow at 2 pm")
        assert set(ids(reply)) <= vegan
        every = there.ask("recommend", diets=["vegan"], limit=10, within_km=100.0)
        assert every.items
        assert not {item.poi_id for item in every.items} & (set(food) - vegan)


# --- what is kept


def test_both_turns_are_kept_with_the_record_of_the_answer(there: AtHome) -> None:
    reply = there.say("kept", "A beach, please")
    asked, told = there.run(there.butler.history("kept", 10, None))
    assert (asked.role, asked.text) == ("traveller", "A beach, please")
    assert (told.role, told.text, told.turn_id) == ("butler", reply.text, reply.turn_id)
    assert list(facts_in(told)) == list(reply.grounds)
    assert told.record["request_id"] == reply.request_id
    assert told.record["cited"] == list(reply.facts)


def test_clearing_forgets_what_was_said_told_and_shown(there: AtHome) -> None:
    there.say("cleared", "I like beaches. What do you recommend?")
    assert there.run(there.butler.clear("cleared")) == 2
    assert there.run(there.butler.history("cleared", 10, None)) == []
    assert there.run(there.butler.trip("cleared")) == TripFacts()
    assert not there.say("cleared", "Why the second?").items


def test_what_is_older_than_it_may_be_kept_is_forgotten(home: Path) -> None:
    with at_home(home) as there:
        there.say("old", "Hello")
        there.butler.refresh()
        assert len(there.run(there.butler.history("old", 10, None))) == 2
        later = there.butler.clock.now() + there.butler.keep + timedelta(minutes=1)
        there.butler.clock = SetClock(later)
        there.butler.refresh()
        assert there.run(there.butler.history("old", 10, None)) == []


def test_turns_of_one_traveller_wait_for_each_other(there: AtHome) -> None:
    """Said at once: each turn knows all before it, so that nothing is shown twice."""

    async def at_once() -> list[Reply]:
        said = [message("busy", "something else") for _ in range(3)]
        return await asyncio.gather(*(whole(there.butler, one) for one in said))

    shown = [p for reply in there.run(at_once()) for p in ids(reply)]
    assert len(shown) == len(set(shown)) > 5
    turns = there.run(there.butler.history("busy", 10, None))
    assert [turn.role for turn in turns] == ["traveller", "butler"] * 3


# --- rain


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "will it rain tomorrow?"),
        ("es", "¿lloverá mañana?"),
        ("pl", "czy jutro będzie padać?"),
        ("de", "regnet es morgen?"),
    ],
)
def test_whether_it_rains_is_answered_by_the_forecasts_of_the_day(
    there: AtHome, language: str, said: str
) -> None:
    """Yes or no, of which day and hours, and that it is a forecast."""
    reply = there.say(f"rain-{language}", said, language)
    assert tools(reply) == ["weather_forecast"]
    sky, day = there.engine.moment.sky, (NOON + timedelta(days=1)).astimezone(MADRID)
    cell, column = sky.nearest(*HERE), WEATHER_FACTS.index(C.PRECIPITATION)
    slots = [slot_of(day.replace(hour=hour)) for hour in range(8, 22)]
    mm = [round(float(sky.at(slot)[cell, column]), 1) for slot in slots]
    expected = "rain" if max(mm) > 0.2 else "little" if max(mm) > 0 else "dry"
    told = [f for f in reply.grounds if f.key in ("rain", "little", "dry") and len(f.moments) == 2]
    assert {f.key for f in told} == {expected}
    assert all(f.text in reply.text and f.moments[0].date() == day.date() for f in told)


# --- what is said

REAL: list[Understood] = [
    Understood("recommend"),
    Understood("recommend", category="nature/beach", kids=True, accessible=True),
    Understood("recommend", within_km=3.0, budget=1, indoor=True),
    Understood("recommend", told=TripFacts(likes=("nature/beach",), children=(4, 7))),
    Understood("recommend", "nature/beach", quiet=True),
    Understood("search", query="castell"),
    Understood("weather", day=0, hour=15),
    Understood("plan", day=1),
    Understood("plan", day=1, kids=True, indoor=True),
    Understood("plan", day=1, kinds=("nature/beach", "food/tapas", "nightlife/club")),
    Understood("recommend", day=2, named_day=(NOON + timedelta(days=2)).date()),
    Understood("recommend", category="food", meal="breakfast"),
    Understood("recommend", day=0, lasts=3),
    Understood("recommend", budget=2, paid=Money(2000, "EUR")),
    Understood("recommend", town="Benidorm", within_km=5.0),
    Understood("plan", day=1, town="Benidorm", within_km=5.0),
    Understood("weather", day=1, town="Benidorm"),
    Understood("recommend", named_day=(NOON + timedelta(days=60)).date()),
    Understood("remember", told=TripFacts(NOON.date(), (NOON + timedelta(days=7)).date())),
    Understood("remember", told=TripFacts(town="Xàbia", diets=("vegan", "gluten_free"))),
    Understood("remember", taken_back=("vegan", "Altea")),
    Understood("recommend", category="food", day=1, told=TripFacts(diets=("halal",))),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_with_real_facts_pass_the_gate_whole(there: AtHome, language: str) -> None:
    """Recommend, why, details, compare, weather, plan: nothing is held back, in any language."""
    seen: set[str] = set()
    for n, understood in enumerate(REAL):
        asked = Asked.of(message(f"gate-{language}-{n}", "", language), TripFacts())
        seen |= _passes(there, understood, asked)
    shown = there.ask("recommend")
    pair = tuple(item.poi_id for item in shown.items[:2])
    for intent in ("compare", "details"):
        for trip in (TripFacts(), TripFacts(town="Barcelona")):
            asked = Asked.of(message(f"gate-{language}", "", language), trip)
            seen |= _passes(there, Understood(intent, places=pair, day=1), asked)
            seen |= _passes(there, Understood(intent, places=pair), asked)
    assert {"name", "rank", "distance", "reason", "weather", "stop", "comparison", "trip"} <= seen


def _passes(there: AtHome, understood: Understood, asked: Asked) -> set[str]:
    """Kinds of the facts that were found; fails for a sentence that the gate holds back."""
    language = asked.message.language
    found = there.run(Asking(there.butler.tools, asked, []).found(understood))
    sentences = templates.worded(understood, found, language)
    known = there.butler.names.known()
    verdicts = gate.check(sentences, found.facts, language, known)
    assert sentences
    assert [(v.failed, v.why, v.sentence.text) for v in verdicts if v.text is None] == []
    return {fact.kind for fact in found.facts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_that_fits_is_closed_then_that_is_said(there: AtHome, language: str) -> None:
    """And not that there is nothing."""
    asked = Asked.of(message(f"late-{language}", "", language), TripFacts())
    late = Understood("recommend", category="culture/museum", day=1, hour=3)
    found = there.run(Asking(there.butler.tools, asked, []).found(late))
    sentences = templates.worded(late, found, language, "no_key")
    verdicts = gate.check(sentences, found.facts, language, there.butler.names.known())
    say = Words.of(language).say
    (dated,) = [f for f in found.facts if f.kind == "date"]
    wanted = [f"{dated.text}.", say("fact-warning-all-closed"), say("say-none-later")]
    assert [v.text for v in verdicts] == wanted, [(v.failed, v.why) for v in verdicts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("here", "why"), [((52.52, 13.4), "out-of-reach"), ((None, None), "nowhere")]
)
def test_where_nothing_can_be_near_that_is_said(
    there: AtHome, here: tuple[float | None, float | None], why: str, language: str
) -> None:
    """And not that it is closed, or not there: another hour, or less to ask for, would help nobody."""
    said = replace(message(f"far-{language}", "", language), latitude=here[0], longitude=here[1])
    near = Understood("recommend", category="culture/museum", within_km=5.0)
    found = there.run(Asking(there.butler.tools, Asked.of(said, TripFacts()), []).found(near))
    sentences = templates.worded(near, found, language, "no_key")
    verdicts = gate.check(sentences, found.facts, language, there.butler.names.known())
    say = Words.of(language).say
    wanted = [say(f"fact-warning-{why}"), say("say-none-town")]
    assert [v.text for v in verdicts] == wanted, [(v.failed, v.why) for v in verdicts]


def test_a_town_named_after_that_is_looked_from(there: AtHome) -> None:
    said = replace(message("from-afar", "a beach nearby"), latitude=52.52, longitude=13.4)
    assert not there.run(whole(there.butler, said)).items
    reply = there.run(whole(there.butler, replace(said, text="in Altea")))
    assert asked_with(reply)["town"] == "Altea"
    assert reply.items


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "my child is drowning"), ("de", "Mein Kind ertrinkt"), ("es", "mi hijo se ahoga")],
)
def test_in_an_emergency_112_is_said_and_nothing_else_asked(
    there: AtHome, language: str, said: str
) -> None:
    reply = there.say(f"urgent-{language}", said, language)
    assert "112" in reply.text
    assert not reply.called
    assert not reply.items


def test_an_emergency_is_heard_in_whatever_language_it_is_told(there: AtHome) -> None:
    reply = there.say("cries", "my child is drowning", "de")
    assert "112" in reply.text
    assert reply.called == ()
    assert reply.language == "de"


def test_in_doubt_112_is_named_first_and_the_question_answered(there: AtHome) -> None:
    reply = there.say("doubt", "there was an accident, where is a museum?")
    assert "112" in reply.text.splitlines()[0]
    assert reply.items
    assert reply.because == "safety"


def test_a_day_is_planned_and_every_stop_is_shown(there: AtHome) -> None:
    reply = there.say("day", "Plan my day tomorrow")
    assert tools(reply) == ["plan_day"]
    assert reply.items
    assert all(item.name in reply.text for item in reply.items)
    assert {f.moments[0].date() for f in reply.grounds if f.key == "visit"} == {
        (NOON + timedelta(days=1)).date()
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "Planifica mañana con playa y tapas"),
        ("en", "Plan my day tomorrow with a beach and tapas"),
    ],
)
def test_a_plan_has_a_stop_of_each_kind_that_is_wished_for_and_begins_in_the_morning(
    there: AtHome, language: str, said: str
) -> None:
    reply = there.say(f"wishes-{language}", said, language)
    kinds = [kind(there, poi_id) for poi_id in ids(reply)]
    assert {"nature/beach", "food/tapas"} <= set(kinds)
    assert ("nature/beach", "nature/beach") not in set(pairwise(kinds))
    assert not reply.not_understood
    assert min(f.moments[0].hour for f in reply.grounds if f.key == "visit") < 12
    assert not [f for f in reply.grounds if f.key == "missing"]


def test_one_kind_alone_is_a_day_of_nothing_else(there: AtHome) -> None:
    reply = there.say("museums", "Plan my day tomorrow with museums")
    assert {kind(there, poi_id) for poi_id in ids(reply)} == {"culture/museum"}


def test_a_wish_that_fits_no_hour_is_told_and_the_day_is_planned_without_it(
    there: AtHome,
) -> None:
    """Clubs open when the day is over."""
    reply = there.say("club", "Plan my day tomorrow with a museum and a nightclub")
    kinds = {kind(there, poi_id) for poi_id in ids(reply)}
    assert "culture/museum" in kinds
    (missing,) = [f for f in reply.grounds if f.key == "missing"]
    assert str(Words.of("en").category("nightlife/club")) in missing.text
    assert missing.text in reply.text


def test_what_was_not_understood_is_quoted(there: AtHome) -> None:
    reply = there.say("quoted", "I am lefthanded, a beach within 5 km please")
    assert reply.not_understood == ("lefthanded",)
    assert "lefthanded" in reply.text


NEVER, GUARDED = ("order", "promise"), ("price", "hours", "access", "warning", "facility")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_the_gate_bars_are_answered_all_the_same(
    there: AtHome, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Alone, and beside a wish: no answer is ever empty, and no list is without what opens it."""
    beach = Words.of(language).category("nature/beach")
    topics = topics_of(language)
    orders, guarded = (
        [p.strip("*~") for topic in these for p in topics.get(topic, ())]
        for these in (NEVER, GUARDED)
    )
    assert min(len(orders), len(guarded)) > 20
    for n, text in enumerate([*orders, *guarded, *(f"{beach}, {p}" for p in orders)]):
        reply = there.say(f"barred-{language}-{n}", text, language)
        assert reply.text.strip(), text
        assert not plain(reply.text).startswith("1."), (text, reply.text)
    assert "did not pass" not in caplog.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "reservieren"),
        ("fr", "oublie ça"),
        ("es", "reservar una mesa"),
        ("ar", "انس ذلك"),
        ("en", "click here"),
    ],
)
def test_an_order_alone_is_not_understood_and_what_can_be_asked_is_said(
    there: AtHome, language: str, said: str
) -> None:
    reply = there.say(f"order-{language}", said, language)
    say = Words.of(language).say
    assert reply.text.splitlines() == [say("say-not-understood-all"), say("say-help")]


def test_where_a_part_is_barred_it_is_named_without_its_words(there: AtHome) -> None:
    reply = there.say("part", "a beach within 5 km, guaranteed")
    assert "guaranteed" not in reply.text
    assert "I did not understand part of that." in reply.text.splitlines()
    assert reply.text.startswith("I suggest")
    assert "promise: guarantee*" in [v.why for v in reply.verdicts if v.text is None]


def test_where_no_template_passes_at_all_that_is_not_silence(
    there: AtHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates.Answer, "sentences", lambda _: [Sentence("It has a pool.")])
    reply = there.say("lost", "A beach, please")
    assert reply.text.startswith("I did not understand that.\n")
