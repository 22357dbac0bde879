"""Dates that travellers write become the day they ask of, or the days of their trip."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from hypothesis import given, settings
from hypothesis import strategies as st

from butler.domain import TripFacts
from serving.chat.arguments import FARTHEST_DAY
from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES, Words

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
TODAY = NOW.date()
TAGS = (*LANGUAGES, "en-GB", "es-MX", "pt-BR", "de-AT", "fr-CA")
days = st.dates(TODAY, date(2099, 12, 31))
soon = st.dates(TODAY, TODAY + timedelta(days=364))
# "on": what stands before a date in numbers, where a language has such a word
BEFORE = "on am le il el dia op el στις  na na më يوم ב dnia pe на"
ON = dict(zip(LANGUAGES, BEFORE.split(" "), strict=True))


def heard(text: str, language: str) -> Understood:
    return understand(text, language, {}, NOW)


def stay(u: Understood) -> tuple[date | None, date | None]:
    return u.told.start, u.told.end


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TAGS), days, st.sampled_from(["short", "medium", "long", "full"]))
def test_a_date_is_read_back_however_a_language_writes_it(tag: str, day: date, how: Any) -> None:
    words = Words.of(tag)
    written = format_date(day, how, locale=Locale.parse(tag, sep="-"))
    u = heard(f"{words.category('culture/museum')} {written}", tag)
    ahead = (day - TODAY).days
    assert (u.named_day, u.category, u.not_understood) == (day, "culture/museum", ()), written
    assert (u.day, u.hour) == (ahead if ahead <= FARTHEST_DAY else None, None), written
    assert u.told == TripFacts()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from((*LANGUAGES, "en-GB", "pt-BR")), soon, st.sampled_from(["MMMMd", "MMMd", "Md"])
)
def test_a_date_without_a_year_is_the_next_such_day(tag: str, day: date, how: str) -> None:
    locale = Locale.parse(tag, sep="-")
    language = locale.language
    written = format_skeleton(how, day, locale=locale)
    if how == "Md" and language == "tr":  # as the language writes it with the year
        written = f"{day.day}.{day.month:02}."
    u = heard(f"{Words.of(tag).category('culture/museum')} {ON[language]} {written}", tag)
    assert (u.named_day, u.category) == (day, "culture/museum"), written


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TAGS), days, st.integers(1, 60), st.sampled_from(["medium", "long", "full"]))
def test_two_dates_with_a_dash_are_the_days_of_the_trip(
    tag: str, start: date, nights: int, how: Any
) -> None:
    locale, end = Locale.parse(tag, sep="-"), start + timedelta(days=nights)
    written = [format_date(d, how, locale=locale) for d in (start, end)]
    u = heard(" – ".join(written), tag)
    assert (u.intent, *stay(u), u.not_understood) == ("remember", start, end, ()), written


PIECES = (
    *("3", "31", "2026", "99", ".", "/", "-", " ", ":", ",", "July", "may", "juli", "to", "km"),
    *("until", "bis", "de", "febrero", "next", "Monday", "ב", "يوليو", "th", "at"),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24), st.sampled_from(["", " "]), st.data())
def test_whatever_looks_like_dates_is_read_without_an_error(
    pieces: list[str], between: str, data: st.DataObject
) -> None:
    tag = data.draw(st.sampled_from(TAGS) | st.text(max_size=12))
    u = heard(between.join(pieces), tag)
    assert u.day is None or 0 <= u.day <= FARTHEST_DAY
    assert u.named_day is None or u.named_day >= TODAY
    assert u.too_far == (u.named_day is not None and (u.named_day - TODAY).days > FARTHEST_DAY)
    start, end = stay(u)
    assert end is None or end >= TODAY
    assert start is None or end is None or start <= end


STAYS = """
en | we are here from 3 to 10 July
en | we're staying July 3rd to 10th
en | our holiday is between the 3rd and the 10th of July
de | wir sind vom 3. bis 10. Juli hier
de | Urlaub: 3.7. - 10.7.
fr | nous sommes ici du 3 au 10 juillet
it | siamo qui dal 3 al 10 luglio
es | estamos aquí del 3 al 10 de julio
es | estamos aquí entre el 3/7 y el 10/7
pt | estamos aqui de 3 a 10 de julho
nl | we zijn hier van 3 tot en met 10 juli
ca | som aquí del 3 al 10 de juliol
el | είμαστε εδώ από τις 3 έως τις 10 Ιουλίου
tr | 3-10 Temmuz arasında buradayız
tr | 3 Temmuz'dan 10 Temmuz'a kadar buradayız
hr | ovdje smo od 3. do 10. srpnja
sl | tu smo od 3. do 10. julija
sq | jemi këtu nga 3 deri më 10 korrik
ar | نحن هنا من 3 إلى 10 يوليو
he | אנחנו כאן מ-3 עד 10 ביולי
pl | jesteśmy tu od 3 do 10 lipca
pl | jesteśmy tu od 3.07 do 10.07
ro | suntem aici de la 3 la 10 iulie
ru | мы здесь с 3 по 10 июля
"""


@pytest.mark.parametrize("line", STAYS.strip().splitlines())
def test_the_days_of_a_stay_are_told_in_every_language(line: str) -> None:
    language, text = line.split(" | ")
    u = heard(text, language)
    assert (u.intent, *stay(u)) == ("remember", date(2027, 7, 3), date(2027, 7, 10))
    assert u.not_understood == ()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("we are here from 20 to 30 November", date(2026, 11, 20), date(2026, 11, 30)),
        ("we are here from 28 December to 3 January", date(2026, 12, 28), date(2027, 1, 3)),
        ("we are here from 1 to 20 November", date(2027, 11, 1), date(2027, 11, 20)),
        ("we are here until 10 December", None, date(2026, 12, 10)),
        ("we arrive on 1 December", date(2026, 12, 1), None),
        ("we arrived on 20 November", date(2026, 11, 20), None),
        ("we arrived on 1 August", date(2027, 8, 1), None),
        ("we fly home on 5 December", None, date(2026, 12, 5)),
        ("we arrive on 1 December and leave on 5 December", date(2026, 12, 1), date(2026, 12, 5)),
        ("we are here from 2027-07-03 to 2027-07-10", date(2027, 7, 3), date(2027, 7, 10)),
    ],
)
def test_a_stay_is_the_next_that_is_not_over(
    text: str, start: date | None, end: date | None
) -> None:
    u = heard(text, "en")
    assert (u.intent, *stay(u), u.not_understood) == ("remember", start, end, ())


def test_days_that_contradict_each_other_are_told_as_not_understood() -> None:
    u = heard("we arrive on 5 December and leave on 1 December", "en")
    assert stay(u) == (None, None)
    assert u.not_understood == ("on 5 December", "on 1 December")


def test_who_comes_along_is_told_with_the_stay() -> None:
    u = heard("28 Kasım - 5 Aralık arası buradayız, çocuklar 5 ve 7 yaşında", "tr")
    assert (u.intent, *stay(u)) == ("remember", date(2026, 11, 28), date(2026, 12, 5))
    assert u.told.children == (5, 7)


def test_what_is_asked_of_a_stay_is_of_its_first_day_or_of_today() -> None:
    coming = heard("we are here from 30 November to 5 December, what can we do?", "en")
    assert (coming.intent, coming.day, coming.told.start) == ("recommend", 4, date(2026, 11, 30))
    begun = heard("we are here from 20 to 30 November, what can we do?", "en")
    assert (begun.intent, begun.day, begun.named_day) == ("recommend", None, None)
    far = heard("we are here from 3 to 10 July, what can we do?", "en")
    assert far.too_far


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        ("en", "a museum on 31 February", "on 31 February"),
        ("de", "Museum am 31.2.", "am 31.2"),
        ("es", "un museo el 31 de febrero", "el 31 de febrero"),
        ("en", "a museum on 3 July 2020", "on 3 July 2020"),
        ("en", "a museum, we are here from 10 to 3 July 2026", "from 10 to 3 July 2026"),
    ],
)
def test_a_day_that_does_not_exist_or_is_over_is_told_as_not_understood(
    language: str, text: str, phrase: str
) -> None:
    u = heard(text, language)
    assert (u.intent, u.category, u.day, u.named_day) == ("recommend", "culture/museum", None, None)
    assert (u.not_understood, stay(u)) == ((phrase,), (None, None))


@pytest.mark.parametrize(
    ("tag", "month"),
    [("en", 3), ("en-US", 3), ("en-GB", 12), ("es", 12), ("de", 12), ("fr-CA", 12)],
)
def test_numbers_alone_are_read_in_the_order_of_the_language(tag: str, month: int) -> None:
    day = heard(f"{ON[tag[:2]]} 3/12", tag).named_day
    assert day is not None
    assert (day.day, day.month) == ((3, 12) if month == 12 else (12, 3))


def test_a_day_that_can_be_no_month_is_the_day() -> None:
    assert heard("museum on 30/11", "en").named_day == date(2026, 11, 30)
    assert heard("museo el 11/30", "es").named_day == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("en", "next thursday"), ("de", "nächsten Donnerstag"), ("fr", "jeudi prochain")),
        *(
            ("it", "giovedì prossimo"),
            ("es", "el jueves que viene"),
            ("pt", "na próxima quinta-feira"),
        ),
        *(("nl", "volgende donderdag"), ("ca", "dijous vinent"), ("el", "την επόμενη Πέμπτη")),
        *(("tr", "gelecek perşembe"), ("hr", "sljedeći četvrtak"), ("sl", "naslednji četrtek")),
        *(("sq", "të enjten e ardhshme"), ("ar", "الخميس القادم"), ("he", "ביום חמישי הבא")),
        *(("pl", "w następny czwartek"), ("ro", "joia viitoare"), ("ru", "в следующий четверг")),
    ],
)
def test_next_thursday_is_in_a_week_where_today_is_thursday(language: str, text: str) -> None:
    museum = Words.of(language).category("culture/museum")
    u = heard(f"{museum} {text}", language)
    assert (u.category, u.day, u.not_understood) == ("culture/museum", 7, ())


def test_next_beside_anything_else_is_not_passed_over() -> None:
    assert heard("a museum next month", "en").not_understood == ("next month",)


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "museum within 3 km", {"within_km": 3.0}),
        ("en", "museum within 1.2 km", {"within_km": 1.2}),
        ("de", "museum höchstens 1.2 km entfernt", {"within_km": 1.2}),
        ("en", "museum at 7:30", {"hour": 7}),
        ("de", "museum um 9.30 uhr", {"hour": 9}),
        ("de", "museum ab 9.10 uhr", {"hour": 9}),
        ("en", "museum at 10", {"hour": 10}),
        ("en", "museum at 3 pm on 30 November", {"hour": 15, "day": 4}),
        ("en", "museum on Friday 4 December at 10", {"hour": 10, "named_day": date(2026, 12, 4)}),
        ("en", "a museum with our kids, 5 and 7", {}),
        ("en", "a museum for kids 5/7", {}),
        ("en", "the kids, 5 and 7 may like a museum", {}),
    ],
)
def test_distances_hours_and_ages_are_no_dates(
    language: str, text: str, wanted: dict[str, Any]
) -> None:
    u = heard(text, language)
    got = {n: getattr(u, n) for n in ("within_km", "hour", "day", "named_day")}
    known = {"within_km": None, "hour": None, "day": None, "named_day": None, **wanted}
    known["named_day"] = TODAY + timedelta(days=4) if wanted.get("day") else known["named_day"]
    assert got == known
    if "kids" in text:
        assert u.told.children == (5, 7)


def test_of_a_message_full_of_dates_some_are_read_and_the_rest_is_told() -> None:
    u = heard("3 July " * 80, "en")
    assert (u.named_day, u.too_far) == (date(2027, 7, 3), True)
    assert "3 July" in " ".join(u.not_understood)


def test_a_date_in_a_name_is_of_the_name() -> None:
    u = understand("tell me about Plaça 9 d'Octubre", "ca", {"Plaça 9 d'Octubre": "p"}, NOW)
    assert (u.places, u.named_day) == (("p",), None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tapas tonight", (0, None)),
        ("a museum this evening", (0, None)),
        ("a bar at 9 pm", (None, 21)),
        ("a beach tomorrow evening", (1, 20)),
        ("a museum on 28 November in the evening", (2, 20)),
        ("something for this afternoon", (None, 16)),
    ],
)
def test_a_part_of_the_day_that_goes_on_is_now_and_no_hour_that_is_over(
    text: str, meant: tuple[int | None, int | None]
) -> None:
    """Said at half past nine in the evening."""
    late = NOW.replace(hour=21, minute=30)
    u = understand(text, "en", {}, late)
    assert (u.day, u.hour) == meant
    assert u.not_understood == ()
