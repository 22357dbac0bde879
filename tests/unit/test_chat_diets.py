"""What travellers will not eat is understood, and what places say of it is read from their tags."""

from datetime import UTC, datetime

import pytest

from butler.domain import TripFacts
from serving.chat.diets import DIETS, says
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES, Words

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def heard(text: str, language: str) -> Understood:
    return understand(text, language, {}, NOW)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (("vegan",), {"vegan", "vegetarian"}),
        (("terrace", "diet:vegan"), {"vegan", "vegetarian"}),
        (("diet:vegetarian=only",), {"vegetarian"}),
        (("diet:gluten_free=yes", "Halal"), {"gluten_free", "halal"}),
        (("gluten-free",), {"gluten_free"}),
        (("diet:vegan=no", "diet:kosher=limited", "vegan_friendly"), set()),
        ((), set()),
    ],
)
def test_tags_say_it_as_openstreetmap_does_or_by_the_word(
    tags: tuple[str, ...], said: set[str]
) -> None:
    assert {diet for diet in DIETS if says(tags, diet)} == said


EACH = """
en | vegan restaurant, gluten free, halal, kosher, vegetarian
de | veganes Restaurant, glutenfrei, halal, koscher, vegetarisch
fr | restaurant végan, sans gluten, halal, casher, végétarien
it | ristorante vegano, senza glutine, halal, kosher, vegetariano
es | restaurante vegano, sin gluten, halal, kosher, vegetariano
pt | restaurante vegano, sem glúten, halal, kosher, vegetariano
nl | veganistisch restaurant, glutenvrij, halal, koosjer, vegetarisch
ca | restaurant vegà, sense gluten, halal, caixer, vegetarià
el | εστιατόριο βίγκαν, χωρίς γλουτένη, χαλάλ, κόσερ, χορτοφαγικό
tr | vegan restoran, glutensiz, helal, koşer, vejetaryen
hr | veganski restoran, bez glutena, halal, košer, vegetarijanski
sl | veganska restavracija, brez glutena, halal, košer, vegetarijanska
sq | restorant vegan, pa gluten, hallall, kosher, vegjetarian
ar | مطعم فيغان, بدون غلوتين, حلال, كوشر, نباتي
he | מסעדה טבעונית, ללא גלוטן, חלאל, כשרה, צמחונית
pl | wegańska restauracja, bez glutenu, halal, koszerna, wegetariańska
ro | restaurant vegan, fără gluten, halal, cușer, vegetarian
ru | веганский ресторан, без глютена, халяль, кошерный, вегетарианский
"""


@pytest.mark.parametrize("line", EACH.strip().splitlines())
def test_five_diets_are_understood_in_every_language(line: str) -> None:
    language, text = line.split(" | ")
    u = heard(text, language)
    assert (u.intent, u.category) == ("recommend", "food/restaurant_quarter")
    assert (u.diets, u.told, u.not_understood) == (DIETS, TripFacts(), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_diet_is_known_by_the_name_the_butler_gives_it(language: str) -> None:
    for diet in DIETS:
        u = heard(Words.of(language).say(f"diet-{diet.replace('_', '-')}"), language)
        assert (u.diets[:1], u.category) in [((diet,), "food"), ((diet,), None)], (diet, u)


@pytest.mark.parametrize(
    ("language", "text", "diet"),
    [
        ("en", "we don't eat gluten", "gluten_free"),
        ("en", "I don't eat meat", "vegetarian"),
        ("de", "wir essen kein Fleisch", "vegetarian"),
        ("es", "no como carne", "vegetarian"),
    ],
)
def test_what_is_not_eaten_is_no_dislike_of_food(language: str, text: str, diet: str) -> None:
    u = heard(text, language)
    assert (u.intent, u.diets, u.told) == ("remember", (diet,), TripFacts(diets=(diet,)))


def test_who_only_tells_of_his_diet_is_not_sent_a_list() -> None:
    assert heard("I'm vegan", "en").intent == "remember"
    asked = heard("I'm vegan, what do you recommend?", "en")
    assert (asked.intent, asked.category) == ("recommend", None)
    beach = heard("a beach, I'm vegan", "en")
    assert (beach.intent, beach.category, beach.diets) == ("recommend", "nature/beach", ("vegan",))


def test_a_diet_that_is_denied_is_none() -> None:
    assert heard("we are not vegan, a restaurant please", "en").diets == ()
