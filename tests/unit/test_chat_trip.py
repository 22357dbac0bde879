"""What travellers say of themselves is of the trip; what they ask for is of that request alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butler.domain import TripFacts
from serving.chat import towns
from serving.chat.diets import DIETS
from serving.chat.trips import merged
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
ALTEA = towns.named("Altea")


def heard(text: str, language: str) -> Understood:
    return understand(text, language, {}, NOW)


def lines(text: str) -> list[tuple[str, str]]:
    return [(one[:2], one[5:]) for one in text.strip().splitlines()]


STAYING = lines("""
en | We are staying in Altea
en | Our hotel is in Altea
en | We have rented a villa in Altea
en | we're on holiday in Altea
it | siamo in vacanza ad Altea
en | we're in Altea
en | we are near Altea
de | Wir wohnen in Altea
de | Unser Hotel ist in Altea
de | Wir sind in Altea
de | In Altea sind wir untergebracht
fr | Nous logeons à Altea
fr | Notre hôtel est à Altea
fr | nous sommes à Altea
it | Alloggiamo ad Altea
it | Il nostro albergo è ad Altea
it | siamo ad Altea
es | Nos alojamos en Altea
es | Nuestro hotel está en Altea
es | estamos en Altea
pt | Estamos hospedados em Altea
pt | O nosso hotel fica em Altea
pt | estamos em Altea
nl | We verblijven in Altea
nl | Ons hotel is in Altea
nl | we zijn in Altea
ca | Ens allotgem a Altea
ca | El nostre hotel és a Altea
ca | som a Altea
el | Μένουμε στην Αλτέα
el | Το ξενοδοχείο μας είναι στην Αλτέα
el | είμαστε στην Αλτέα
tr | Altea'da kalıyoruz
tr | Otelimiz Altea'da
tr | Altea'dayız
hr | Odsjeli smo u Altei
hr | Naš hotel je u Altei
hr | mi smo u Altei
sl | Nastanjeni smo v Altei
sl | Naš hotel je v Altei
sl | smo v Altei
sq | Qëndrojmë në Altea
sq | Hoteli ynë është në Altea
sq | jemi në Altea
ar | نقيم في ألتيا
ar | فندقنا في ألتيا
ar | نحن في ألتيا
he | אנחנו מתארחים באלטאה
he | המלון שלנו באלטאה
he | אנחנו באלטאה
pl | Mieszkamy w Altei
pl | Nasz hotel jest w Altei
pl | jesteśmy w Altei
ro | Stăm în Altea
ro | Hotelul nostru este în Altea
ro | suntem în Altea
ru | Мы живём в Алтее
ru | Наш отель в Алтее
ru | мы в Алтее
""")


@pytest.mark.parametrize(("language", "text"), STAYING)
def test_the_town_where_they_stay_is_told_of_the_trip(language: str, text: str) -> None:
    u = heard(text, language)
    assert (u.intent, u.not_understood) == ("remember", ())
    town = towns.named(u.told.town or "")
    assert town is not None
    assert ALTEA is not None
    assert town[1:] == ALTEA[1:]
    assert u.told == TripFacts(town=u.told.town)


EATING = lines("""
en | I am vegan
en | we are vegan
de | Ich bin Veganer
de | wir sind vegan
fr | Je suis végane
it | Sono vegano
es | Soy vegana
pt | Sou vegano
nl | Ik ben veganist
ca | Soc vegà
el | Είμαι βίγκαν
tr | Ben veganım
tr | Veganız
hr | Ja sam vegan
sl | Jaz sem vegan
sq | Jam vegan
ar | أنا نباتي صرف
he | אני טבעוני
pl | Jestem weganinem
ro | Sunt vegan
ru | Я веган
""")


@pytest.mark.parametrize(("language", "text"), EATING)
def test_a_diet_that_is_said_of_oneself_is_told_of_the_trip(language: str, text: str) -> None:
    u = heard(text, language)
    assert (u.intent, u.told, u.not_understood) == ("remember", TripFacts(diets=("vegan",)), ())


NOT_EATING = lines("""
en | we eat gluten free
de | wir essen glutenfrei
fr | on mange sans gluten
es | comemos sin gluten
ru | мы едим без глютена
tr | glutensiz besleniyoruz
en | I can't eat gluten
en | We are allergic to gluten
de | Ich vertrage kein Gluten
fr | Je ne mange pas de gluten
it | Non mangio glutine
es | Soy celíaco
pt | Sou celíaca
nl | Ik eet geen gluten
ca | No menjo gluten
el | Δεν τρώω γλουτένη
tr | Gluten yemiyorum
hr | Ne jedem gluten
sl | Ne jem glutena
sq | Nuk ha gluten
ar | لا آكل الغلوتين
he | אני לא אוכל גלוטן
pl | Nie jem glutenu
ro | Nu mănânc gluten
ru | Я не ем глютен
""")


@pytest.mark.parametrize(("language", "text"), NOT_EATING)
def test_what_they_do_not_eat_is_a_diet_of_the_trip(language: str, text: str) -> None:
    u = heard(text, language)
    assert (u.intent, u.told) == ("remember", TripFacts(diets=("gluten_free",)))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "a vegan restaurant near Altea"),
        ("en", "we are looking for a vegan restaurant near Altea"),
        ("en", "is there something vegan near Altea?"),
        ("en", "where can we eat vegan in Altea"),
        ("de", "wo können wir bei Altea vegan essen"),
        ("en", "I want vegan food in Altea"),
        ("de", "ein veganes Restaurant bei Altea"),
        ("de", "ich möchte in Altea vegan essen"),
        ("es", "un restaurante vegano cerca de Altea"),
        ("fr", "un restaurant végane près d'Altea"),
        ("tr", "Altea yakınında vegan restoran"),
        ("ru", "веганский ресторан в Алтее"),
        ("he", "מסעדה טבעונית באלטאה"),
    ],
)
def test_what_is_asked_for_is_of_the_request_alone(language: str, text: str) -> None:
    u = heard(text, language)
    assert (u.intent, u.told) == ("recommend", TripFacts())
    assert u.diets == ("vegan",)
    assert u.town is not None
    assert u.within_km == 5.0


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("we are in Benidorm on Saturday, what can we do?", None),
        ("we are in Benidorm tomorrow", None),
        ("we are in Benidorm on 2 December", None),
        ("we are in Benidorm, what can we do?", "Benidorm"),
        ("we are in Benidorm today", "Benidorm"),
        ("we're staying in Benidorm until 2 December", "Benidorm"),
        ("we have been in Benidorm", None),
        ("we are going to Benidorm", None),
        ("we are not staying in Benidorm", None),
    ],
)
def test_where_they_are_on_another_day_is_not_where_they_stay(text: str, town: str | None) -> None:
    assert heard(text, "en").told.town == town


def test_who_asks_in_the_same_breath_is_answered_and_it_is_kept() -> None:
    stays = heard("we are staying in Altea, any museums?", "en")
    assert (stays.intent, stays.category, stays.within_km) == ("recommend", "culture/museum", None)
    assert (stays.town, stays.told.town) == ("Altea", "Altea")
    beach = heard("a beach please, our hotel is in Altea", "en")
    assert (beach.intent, beach.category, beach.told.town) == ("recommend", "nature/beach", "Altea")
    eats = heard("I'm vegan, a restaurant please", "en")
    assert (eats.intent, eats.category) == ("recommend", "food/restaurant_quarter")
    assert eats.told.diets == eats.diets == ("vegan",)


@pytest.mark.parametrize(
    ("language", "text", "gone"),
    [
        ("en", "I am not vegan", ("vegan",)),
        ("de", "Ich bin nicht mehr vegan", ("vegan",)),
        ("es", "ya no soy vegano", ("vegan",)),
        ("en", "we are no longer staying in Altea", ("Altea",)),
        ("de", "wir wohnen nicht mehr in Altea", ("Altea",)),
        ("fr", "nous ne logeons pas à Altea", ("Altea",)),
    ],
)
def test_what_holds_no_longer_is_taken_back(
    language: str, text: str, gone: tuple[str, ...]
) -> None:
    u = heard(text, language)
    assert (u.intent, u.taken_back, u.told) == ("remember", gone, TripFacts())


diets = st.lists(st.sampled_from(DIETS), unique=True).map(tuple)
places = st.sampled_from(["Altea", "Calp", None])


@given(st.lists(st.builds(TripFacts, town=places, diets=diets), max_size=5))
def test_the_last_town_holds_and_diets_add_up_whatever_was_told(told: list[TripFacts]) -> None:
    trip = TripFacts(likes=("nature",), budget=2)
    for one in told:
        trip = merged(trip, one)
    said = [one.town for one in told if one.town]
    assert trip.town == (said[-1] if said else None)
    assert set(trip.diets) == {diet for one in told for diet in one.diets}
    assert len(set(trip.diets)) == len(trip.diets)
    assert (trip.likes, trip.budget) == (("nature",), 2)


@given(st.sampled_from(LANGUAGES), st.sampled_from([*STAYING, *EATING]), st.sampled_from("!. \n"))
def test_a_statement_is_never_read_as_a_request(
    language: str, said: tuple[str, str], mark: str
) -> None:
    """Nor does it raise anything in a language it is not of."""
    u = heard(said[1].upper() + mark, said[0])
    assert u.intent == "remember"
    assert heard(said[1] + mark, language).intent
