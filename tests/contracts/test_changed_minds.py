"""A traveller takes back what was told, and asks for a list otherwise: real engine, no key."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from butler.columns import C
from butler.domain import TripFacts
from serving.chat.values import Reply
from serving.explain.words import Words
from tests.butler_at_home import AtHome, at_home
from tests.unit.test_chat_minds import GOOD_FOR_KIDS


@pytest.fixture(scope="module")
def there(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtHome]:
    home = tmp_path_factory.mktemp("minds") / "home"
    shutil.copytree(world_home, home)
    with at_home(home) as opened:
        yield opened


def trip(there: AtHome, user: str) -> TripFacts:
    return there.run(there.butler.trip(user))


def ids(reply: Reply) -> list[str]:
    return [item.poi_id for item in reply.items]


def asked(reply: Reply, tool: str = "recommend") -> dict[str, object]:
    (call,) = (called for called in reply.called if called.tool == tool)
    return dict(call.arguments)


def level(there: AtHome, poi_id: str) -> int:
    places = there.engine.moment.places
    return int(places.facts[places.catalogue.index[poi_id]][C.PRICE_LEVEL])


# --- taken back


def test_what_was_told_is_taken_back_and_told_so(there: AtHome) -> None:
    there.say("back", "We are travelling with our two kids, 4 and 7")
    there.say("back", "I am in a wheelchair")
    reply = there.say("back", "forget that I'm travelling with kids")
    assert trip(there, "back") == TripFacts(mobility="wheelchair")
    assert (
        "No longer noted: You travel with the family; Ages of the children: 4 and 7." in reply.text
    )
    reply = there.say("back", "I don't have a wheelchair")
    assert trip(there, "back") == TripFacts()
    assert reply.text == "No longer noted: You travel with a wheelchair."


def test_everything_can_be_forgotten(there: AtHome) -> None:
    there.say("all", "I am vegan and I like beaches")
    there.say("all", "my budget is 30 euros")
    assert trip(there, "all").budget == 2
    there.say("all", "forget everything")
    assert trip(there, "all") == TripFacts()
    assert there.say("all", "forget my budget").text == "I had noted nothing of that."


@pytest.mark.parametrize(
    ("language", "hate", "fine"),
    [
        ("en", "I hate museums", "actually museums are fine"),
        ("de", "Ich hasse Museen", "Museen sind doch ok"),
        ("ru", "я ненавижу музеи", "всё-таки музеи тоже можно"),
    ],
)
def test_what_is_fine_after_all_is_shown_again(
    there: AtHome, language: str, hate: str, fine: str
) -> None:
    user = f"fine-{language}"
    there.say(user, hate, language)
    assert trip(there, user).dislikes == ("culture/museum",)
    reply = there.say(user, fine, language)
    assert trip(there, user).dislikes == ()
    assert {item.category for item in reply.items} == {"culture/museum"}


def test_what_is_fine_after_all_is_no_longer_disliked_and_still_liked(there: AtHome) -> None:
    there.say("liked", "I like museums and I hate casinos")
    there.say("liked", "museums are fine")
    assert trip(there, "liked") == TripFacts(likes=("culture/museum",), dislikes=("fun/casino",))
    there.say("liked", "casinos are fine")
    assert trip(there, "liked") == TripFacts(likes=("culture/museum",))
    there.say("group", "I like museums and I hate castles")
    there.say("group", "culture is fine")
    assert trip(there, "group") == TripFacts(likes=("culture/museum",))


def test_one_dislike_of_two_is_taken_back(there: AtHome) -> None:
    there.say("two", "I hate museums and casinos")
    there.say("two", "forget the casinos")
    assert trip(there, "two").dislikes == ("culture/museum",)


def test_a_party_is_taken_back_only_as_it_was_told(there: AtHome) -> None:
    there.say("party", "I am travelling with friends")
    there.say("party", "we have no kids")
    assert trip(there, "party").party == "friends"


# --- asked of one place


def test_is_it_open_is_asked_of_the_place_that_was_spoken_of(there: AtHome) -> None:
    shown = there.say("it", "A museum within 60 km")
    one = there.say("it", "Tell me about the first")
    for question in ("is it open now?", "is it expensive?", "Is it accessible?", "is it far?"):
        assert ids(there.say("it", question)) == ids(one) == ids(shown)[:1]
    assert ids(there.say("it", "is the second wheelchair accessible?")) == ids(shown)[1:2]
    assert trip(there, "it") == TripFacts()


def test_is_it_open_without_a_place_asks_which(there: AtHome) -> None:
    assert there.say("which", "is it open?").text == "Which place do you mean?"


@pytest.mark.parametrize(("language", "castle"), sorted(GOOD_FOR_KIDS.items()))
def test_a_kind_is_the_one_place_of_it_that_was_spoken_of(
    there: AtHome, language: str, castle: str
) -> None:
    """Before, and where several were shown, it is asked of all; whether it is known is told of each."""
    user = f"castle-{language}"
    listed = there.say(user, castle, language)
    assert asked(listed) == {"category": "culture/castle", "kids": True}
    suited = {f.place: f.text for f in listed.grounds if f.kind == "kids"}
    assert set(suited) == set(ids(listed))
    assert listed.text.count(suited[ids(listed)[0]]) == len(ids(listed)) > 1
    assert ids(there.say(user, castle, language)) == ids(listed)
    one = there.ask("poi_details", user, poi_id=ids(listed)[1])
    there.say(user, one.items[0].name, language)
    told = there.say(user, castle, language)
    assert asked(told, "poi_details") == {"poi_id": ids(listed)[1]}
    assert suited[ids(listed)[1]] in told.text


def test_a_kind_is_the_only_place_of_it_that_was_shown(there: AtHome) -> None:
    (castle,) = ids(there.say("only", "Santa Bárbara Castle"))
    there.say("only", "a beach within 60 km")
    assert ids(there.say("only", "is the castle open for lunch tomorrow?")) == [castle]
    assert len(ids(there.say("only", "is there a castle for kids?"))) > 1
    assert len(ids(there.say("only", "is the beach far?"))) > 1


def test_what_is_known_of_the_trip_is_told(there: AtHome) -> None:
    assert there.say("known", "what do you know about me?").text.startswith("You have told me noth")
    there.say("known", "I am in a wheelchair")
    reply = there.say("known", "What did I tell you so far?")
    assert reply.text == "What you have told me: You travel with a wheelchair."


# --- asked otherwise


def test_a_list_is_asked_for_otherwise_and_what_changed_is_told(there: AtHome) -> None:
    first = there.say("other", "A restaurant for tonight")
    before = asked(first)
    assert (before["day"], before["hour"]) == (0, 20)
    cheaper = there.say("other", "cheaper")
    most = max(level(there, poi_id) for poi_id in ids(first))
    assert asked(cheaper) == {**before, "budget": most - 1}
    assert all(level(there, poi_id) < most for poi_id in ids(cheaper))
    assert f"Changed: up to price level {most - 1} of 4." in cheaper.text
    later = there.say("other", "tomorrow instead")
    assert asked(later) == {**asked(cheaper), "day": 1}
    assert "Changed: " in later.text
    closer = there.say("other", "closer")
    assert asked(closer).keys() == {*asked(later), "within_km"}
    other = there.say("other", "not tapas")
    assert asked(other)["category"] == before["category"]
    assert asked(other)["day"] == 1


def test_what_is_too_expensive_or_was_turned_down_is_not_shown_again(there: AtHome) -> None:
    first = there.say("turned", "A restaurant for tonight")
    most = max(level(there, poi_id) for poi_id in ids(first))
    cheaper = there.say("turned", "that's too expensive for us")
    assert asked(cheaper)["budget"] == most - 1
    assert ids(cheaper)
    other = there.say("turned", "no, I've been there already")
    assert ids(other)
    assert not set(ids(other)) & {*ids(first), *ids(cheaper)}
    assert other.not_understood == ()


def test_a_yes_is_answered_kindly_and_with_a_rank_by_that_place(there: AtHome) -> None:
    listed = there.say("agree", "A beach within 60 km")
    reply = there.say("agree", "ok let's do that")
    assert reply.text == Words.of("en").say("say-agree")
    assert (reply.items, reply.called) == ((), ())
    assert ids(there.say("agree", "sounds good, the second one")) == [ids(listed)[1]]


def test_a_quiet_place_is_none_that_is_visited_more_than_most_of_its_kind(there: AtHome) -> None:
    places = there.engine.moment.places
    first = there.say("quiet", "A beach within 60 km")
    reply = there.say("quiet", "something quieter")
    assert asked(reply) == {**asked(first), "quiet": True}
    rows = [places.catalogue.index[poi_id] for poi_id in ids(reply)]
    assert rows
    for count in (places.arrays["p_visits_30d"], places.arrays["p_interactions_all"]):
        beaches = count[places.catalogue.in_category("nature/beach")]
        assert count[rows].max() <= np.median(beaches) < beaches.max()
    assert "Changed: quiet." in reply.text
    assert Words.of("en").say("fact-quiet") in reply.text


def test_nothing_is_cheaper_than_what_is_free(there: AtHome) -> None:
    there.say("free", "free beaches within 60 km")
    reply = there.say("free", "something cheaper")
    assert not reply.items
    assert reply.text == "Those are at the lowest price level already."


def test_dearer_and_farther_are_beyond_what_was_shown(there: AtHome) -> None:
    first = there.say("beyond", "A restaurant for tonight")
    dearer = there.say("beyond", "more expensive")
    least = min(level(there, poi_id) for poi_id in ids(first))
    assert ids(dearer)
    assert all(level(there, poi_id) > least for poi_id in ids(dearer))
    there.say("beyond", "A beach")
    near = there.say("beyond", "closer")
    far = there.say("beyond", "farther away")
    assert asked(far)["beyond_km"] == round(max(i.distance_km or 0 for i in near.items), 1)
    assert all((item.distance_km or 0) > asked(far)["beyond_km"] for item in far.items)  # type: ignore[operator]


def test_another_kind_of_place_starts_anew(there: AtHome) -> None:
    there.say("anew", "A cheap restaurant for tonight")
    assert asked(there.say("anew", "a museum")) == {"category": "culture/museum"}
    there.say("anew", "A cheap restaurant for tonight")
    assert "category" not in asked(there.say("anew", "What do you recommend tomorrow?"))


def test_a_wish_alone_is_of_the_list_only_right_after_it(there: AtHome) -> None:
    there.say("after", "A museum within 60 km")
    there.say("after", "thanks")
    assert asked(there.say("after", "tomorrow")) == {"day": 1}


@pytest.mark.parametrize(
    ("language", "first", "word"),
    [
        ("de", "Ein Restaurant für heute Abend", "näher"),
        ("sl", "restavracija za nocoj", "cenejše"),
        ("nl", "een restaurant voor vanavond", "iets goedkopers"),
        ("es", "un restaurante para esta noche", "mañana mejor"),
        ("fr", "un restaurant pour ce soir", "plus tard"),
        ("ru", "ресторан на сегодня вечером", "подальше"),
        ("ar", "مطعم الليلة", "أرخص"),
        ("he", "מסעדה להערב", "יותר קרוב"),
        ("pl", "restauracja na dziś wieczorem", "za drogo"),
        ("it", "un ristorante per stasera", "troppo lontano"),
        ("tr", "bu akşam için restoran", "daha pahalı"),
    ],
)
def test_a_list_is_asked_for_otherwise_in_every_tongue(
    there: AtHome, language: str, first: str, word: str
) -> None:
    user = f"tongue-{language}"
    before = asked(there.say(user, first, language))
    reply = there.say(user, word, language)
    after = asked(reply)
    assert after["category"] == before["category"] == "food/restaurant_quarter"
    assert after != before
    changed = [v for v in reply.verdicts if v.sentence.facts == ("h3",)]
    assert [v.failed for v in changed] == [""]


def test_a_plan_is_asked_for_otherwise(there: AtHome) -> None:
    first = there.say("plan", "Plan my day tomorrow, with tapas")  # which are nowhere free
    dearest = max(level(there, poi_id) for poi_id in ids(first))
    cheaper = there.say("plan", "cheaper")
    assert asked(cheaper, "plan_day")["day"] == 1
    assert asked(cheaper, "plan_day")["budget"] == dearest - 1
    there.say("closer", "Plan my day tomorrow, with tapas")
    closer = there.say("closer", "closer")
    assert asked(closer, "plan_day")["day"] == 1
    assert "within_km" in asked(closer, "plan_day")
