"""A lie is planted into a sentence of somebody else's where it has a place for it, and only there."""

import random
import re
from dataclasses import replace
from datetime import datetime

import pytest

from benchmarks.lies import KINDS
from benchmarks.planting import Told, plant
from benchmarks.turns import said
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.values import Sentence
from serving.explain.words import LANGUAGES, Words

AT = datetime(2026, 8, 8, 15)  # a Saturday
SAY = Words.of("en").say
FACTS = Facts(
    [
        Fact("p1.name", "name", "Cala Blanca", "cala"),
        Fact("p2.name", "name", "Museu Soler", "museu"),
        Fact("p1.rank", "rank", "1", "cala"),
        Fact("p2.rank", "rank", "2", "museu"),
        Fact("p1.distance", "distance", "3.2 km away", "cala", (Quantity(3.2, "km"),)),
        replace(
            Fact("p1.taste", "reason", SAY("taste-often"), "cala", key="taste"),
            direction="for",
            weight=0.2,
        ),
        Fact("c1", "comparison", "Cala Blanca is nearer", "cala", others=("museu",), key="nearer"),
        Fact("d1", "date", "Saturday, 8 August", moments=(AT,)),
    ]
)
FAR = ("Cala Blanca is 3.2 km away.", "p1.name", "p1.distance")
DAY = ("It is on Saturday, at 15:00.", "d1")
LIKED = ("You often pick places like Cala Blanca.", "p1.name", "p1.taste")
FILLED = ("{p1.name}: {p1.taste}.", "p1.name", "p1.taste")
NEARER = ("{p1.name} is nearer than Museu Soler.", "p1.name", "p2.name", "c1")
FIRST = ("First Cala Blanca, then {p2.name}.", "p1.name", "p2.name", "p1.rank", "p2.rank")
HELLO = ("Good morning, how are you?",)


def told(text: str, *facts: str) -> Told:
    return Told(Sentence(text, facts), FACTS, "en")


@pytest.mark.parametrize(
    ("kind", "sentence", "becomes"),
    [
        ("wrong number", FAR, r"Cala Blanca is (?!3\.2)\d\.\d km away\."),
        (
            "wrong unit",
            FAR,
            r"Cala Blanca is 3\.2 (m|mi|meters|miles|hours?|hr|min|minutes) away\.",
        ),
        ("wrong place", FAR, r"(?!.*Blanca).+ is 3\.2 km away\."),
        ("unknown place", FAR, r"(Casa|Hotel|Aqua|Club|Parque) .* is 3\.2 km away\."),
        ("wrong weekday", DAY, r"It is on (?!Saturday)\w+day, at 15:00\."),
        ("wrong time", DAY, r"It is on Saturday, at (?!15:00)\d\d:\d\d\."),
        ("swapped comparison", NEARER, r"Museu Soler is nearer than Cala Blanca\."),
        ("swapped order", FIRST, r"First Museu Soler, then Cala Blanca\."),
        ("invented facility", FAR, r"Cala Blanca is 3\.2 km away\. .+"),
    ],
)
def test_a_lie_is_planted_into_the_words_that_stand_there(kind, sentence, becomes):
    for seed in range(20):
        planted = plant(told(*sentence), kind, random.Random(seed))
        assert planted is not None
        assert re.fullmatch(becomes, planted.text)


def test_another_number_is_none_that_the_sentence_may_say_as_well():
    others = (Quantity(n, "count") for n in range(1, 10) if n != 7)
    facts = Facts([Fact("n1", "count", "many", quantities=tuple(others))])
    for seed in range(20):
        planted = plant(
            Told(Sentence("3!", ("n1",)), facts, "en"), "wrong number", random.Random(seed)
        )
        assert planted is None or planted.text == "7!"


def test_a_direction_is_turned_by_the_fact_and_the_words_stay():
    planted = plant(told(*LIKED), "swapped sign", random.Random(1))
    assert planted is not None
    assert planted.text == LIKED[0]
    turned = planted.facts.get("p1.taste")
    assert turned is not None
    assert (turned.direction, turned.weight, turned.text) == ("against", -0.2, SAY("taste-rarely"))


def test_words_of_another_language_are_the_same_words_where_another_was_asked_for():
    planted = plant(told(*FAR), "other language", random.Random(1))
    assert planted is not None
    assert (planted.text, planted.language != "en") == (FAR[0], True)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        (HELLO, {"other language", "unknown id"}),
        (FILLED, set(KINDS) - {*KINDS[:1], *KINDS[1:2], *KINDS[3:8], "other language",
                               "uncited claim"}),
        (NEARER, {"swapped comparison", "invented facility", "injection", "other language",
                  "unguarded price", "unguarded hours", "unguarded access", "unguarded warning",
                  "uncited claim", "unknown id"}),
    ],
    ids=["says nothing", "is filled in", "of two places"],
)  # fmt: skip
def test_what_has_no_place_in_a_sentence_is_not_applicable(sentence, kinds):
    fits = {kind for kind in KINDS if plant(told(*sentence), kind, random.Random(1))}
    assert fits == kinds


def test_what_travellers_say_in_real_turns_is_there_in_every_language() -> None:
    words = said()
    ways = {way for way, _ in words}
    assert {"list", "why", "compare", "weather", "plan"} <= ways
    assert words.keys() == {(way, language) for way in ways for language in LANGUAGES}
