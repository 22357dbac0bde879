"""Towns that travellers name are where the butler looks from."""

from collections import defaultdict
from datetime import UTC, datetime
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.world import catalogue
from butler.world.catalogue import MUNICIPALITY
from features.places import distance_km
from serving.chat import towns
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
NAMES = {"Castell de Guadalest": "castle", "Casino de Benidorm": "casino", "Playa de Altea": "sand"}
EVERY = sorted({town.name for many in towns._towns().values() for _, town, _ in many})


def heard(text: str, language: str) -> Understood:
    return understand(text, language, NAMES, NOW)


def test_every_municipality_of_the_sample_catalogue_is_known_and_is_where_its_places_are() -> None:
    places = defaultdict(list)
    for row in catalogue.load().iter_rows(named=True):
        places[row[MUNICIPALITY]].append((row["latitude"], row["longitude"]))
    for municipality, points in places.items():
        town = towns.named(municipality)
        assert town is not None, municipality
        middle = [median(p[n] for p in points) for n in (0, 1)]
        away = distance_km(*map(np.array, (town.latitude, town.longitude, *middle)))
        # Orihuela's and Crevillent's places lie on their coast and in their marshes
        far = municipality in {"Orihuela", "Crevillent"}
        assert away < (25 if far else 7.5), municipality


IN = """
en | beaches near Altea
en | beaches around the town of Altea
de | Strände bei Altea
fr | plages près d'Altea
it | spiagge vicino a Altea
es | playas cerca de Altea
pt | praias perto de Altea
nl | stranden bij Altea
ca | platges a prop d'Altea
el | παραλίες κοντά στην Αλτέα
tr | Altea yakınında plajlar
hr | plaže kod Altee
sl | plaže pri Altei
sq | plazhe pranë Altea
ar | شواطئ قرب ألتيا
he | חופים ליד אלטאה
pl | plaże koło Altei
ro | plaje lângă Altea
ru | пляжи около Алтеи
"""


@pytest.mark.parametrize("line", IN.strip().splitlines())
def test_places_near_a_town_are_looked_for_around_it_in_every_language(line: str) -> None:
    language, text = line.split(" | ")
    u = heard(text, language)
    assert (u.intent, u.category, u.within_km) == ("recommend", "nature/beach", 5.0)
    town, altea = towns.named(u.town or ""), towns.named("Altea")
    assert town is not None
    assert altea is not None
    assert town[1:] == altea[1:]
    assert (u.places, u.not_understood) == ((), ())


@pytest.mark.parametrize("name", EVERY)
def test_every_town_is_known_by_each_of_its_names(name: str) -> None:
    town, meant = (
        towns.named(understand(f"a museum in {name}", "en", {}, NOW).town or ""),
        towns.named(name),
    )
    assert town is not None
    assert town == meant


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*EVERY, "in", "d'", "near", "not", ","]), max_size=8), st.data())
def test_whatever_looks_like_towns_is_read_without_an_error(
    pieces: list[str], data: st.DataObject
) -> None:
    u = heard(" ".join(pieces), data.draw(st.sampled_from(LANGUAGES)))
    assert u.town is None or towns.named(u.town) is not None


@pytest.mark.parametrize(
    ("language", "text", "town", "km"),
    [
        ("de", "vom Hotel in Calpe ein Strand", "Calpe", None),
        ("en", "a beach within 20 km from our hotel in Calp", "Calp", 20.0),
        ("en", "a beach in walking distance of Denia", "Dénia", 2.0),
        ("en", "museums in benidorm", "Benidorm", 5.0),
        ("en", "museums in Benidrom", "Benidorm", 5.0),
        ("es", "un museo en La Vila Joiosa", "La Vila Joiosa", 5.0),
        ("ru", "музей в Бенидорме", "Бенидорм", 5.0),
        ("hr", "muzej u Alteji", "Altea", 5.0),
    ],
)
def test_how_far_is_five_kilometres_unless_it_is_said_or_they_stay_there(
    language: str, text: str, town: str, km: float | None
) -> None:
    u = heard(text, language)
    assert (u.intent, u.town, u.within_km) == ("recommend", town, km)


def test_the_weather_and_a_day_are_of_the_town() -> None:
    weather = heard("weather in Benidorm tomorrow", "en")
    assert (weather.intent, weather.town, weather.within_km) == ("weather", "Benidorm", None)
    day = heard("plan a day in Altea", "en")
    assert (day.intent, day.town, day.within_km) == ("plan", "Altea", 5.0)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "tenemos planes para hoy"),
        ("es", "¿qué planes hay?"),
        ("en", "red roses"),
        ("de", "in alten Kirchen"),
        ("es", "una playa con palmas"),
        ("en", "live sax music"),
        ("it", "un museo per lei"),
    ],
)
def test_words_like_others_are_no_towns(language: str, text: str) -> None:
    assert heard(text, language).town is None


def test_a_place_that_is_named_is_meant_and_not_its_town() -> None:
    castle = heard("tell me about the castle of Guadalest", "en")
    assert (castle.intent, castle.places, castle.town) == ("details", ("castle",), None)
    assert heard("what about the Casino de Benidorm?", "en").town is None
    assert heard("a museum in Guadalest", "en").town == "Guadalest"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("a beach, but not in Benidorm", "in Benidorm"),
        ("I like the museums in Altea", "in Altea"),
        ("a beach in Altea or in Calpe", "Calpe"),
    ],
)
def test_a_town_of_which_nothing_is_made_is_told_as_not_understood(text: str, phrase: str) -> None:
    assert phrase in heard(text, "en").not_understood
