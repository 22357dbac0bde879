"""Days that are told without a date: in three days, in a week, in December."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.chat.understand import understand
from serving.chat.values import Understood
from serving.explain.words import LANGUAGES, Words

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
TODAY = NOW.date()


def heard(text: str, language: str, now: datetime = NOW) -> Understood:
    return understand(text, language, {}, now)


# in three days, in a week, in N days, in two weeks, in December, in May
SAID = """
en | in three days | in a week | in {} days | in two weeks | in December | in May
de | in drei Tagen | in einer Woche | in {} Tagen | in zwei Wochen | im Dezember | im Mai
fr | dans trois jours | dans une semaine | dans {} jours | dans deux semaines | en décembre | en mai
it | fra tre giorni | tra una settimana | tra {} giorni | fra due settimane | a dicembre | in maggio
es | dentro de tres días | en una semana | en {} días | en dos semanas | en diciembre | en mayo
pt | daqui a três dias | em uma semana | em {} dias | em duas semanas | em dezembro | em maio
nl | over drie dagen | over een week | over {} dagen | over twee weken | in december | in mei
ca | d'aquí a tres dies | d'aquí a una setmana | en {} dies | d'aquí dues setmanes | al desembre | al maig
el | σε τρεις μέρες | σε μία εβδομάδα | σε {} ημέρες | σε δύο εβδομάδες | τον Δεκέμβριο | τον Μάιο
tr | üç gün sonra | bir hafta sonra | {} gün sonra | iki hafta sonra | Aralık ayında | mayısta
hr | za tri dana | za tjedan | za {} dana | za dva tjedna | u prosincu | u svibnju
sl | čez tri dni | čez en teden | čez {} dni | čez dva tedna | v decembru | v maju
sq | pas tri ditësh | pas një jave | pas {} ditësh | pas dy javësh | në dhjetor | në maj
ar | بعد ثلاثة أيام | بعد أسبوع | بعد {} أيام | بعد أسبوعين | في ديسمبر | في مايو
he | בעוד שלושה ימים | בעוד שבוע | בעוד {} ימים | בעוד שבועיים | בדצמבר | במאי
pl | za trzy dni | za tydzień | za {} dni | za dwa tygodnie | w grudniu | w maju
ro | peste trei zile | peste o săptămână | peste {} zile | peste două săptămâni | în decembrie | în mai
ru | через три дня | через неделю | через {} дней | через две недели | в декабре | в мае
"""
ROWS = [tuple(map(str.strip, line.split("|"))) for line in SAID.strip().splitlines()]
BY_LANGUAGE = {row[0]: row[1:] for row in ROWS}
EXPECTED = (timedelta(3), timedelta(7), timedelta(5), timedelta(14))


def test_every_language_is_asked() -> None:
    assert set(BY_LANGUAGE) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", range(4))
def test_in_some_days_or_weeks_is_that_day(language: str, n: int) -> None:
    museum = Words.of(language).category("culture/museum")
    told = BY_LANGUAGE[language][n].format(5)
    for text in (f"{museum} {told}", f"{told} {museum}", told):
        u = heard(text, language)
        ahead = EXPECTED[n].days
        assert (u.intent, u.named_day) == ("recommend", TODAY + EXPECTED[n]), text
        assert (u.day, u.hour) == (ahead if ahead <= 7 else None, None), text
        assert u.not_understood == (), text
        assert u.too_far == (ahead > 7)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(LANGUAGES), st.integers(2, 400), st.dates(date(2025, 1, 1), date(2090, 1, 1))
)
def test_any_number_of_days_is_counted_from_today(language: str, days: int, today: date) -> None:
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    u = heard(BY_LANGUAGE[language][2].format(days), language, now)
    assert u.named_day == today + timedelta(days=days)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_is_its_first_day(language: str) -> None:
    museum = Words.of(language).category("culture/museum")
    for told, day in zip(
        BY_LANGUAGE[language][4:], (date(2026, 12, 1), date(2027, 5, 1)), strict=True
    ):
        for text in (f"{museum} {told}", told):
            u = heard(text, language)
            assert (u.intent, u.named_day, u.not_understood) == ("recommend", day, ()), text
    assert u.too_far


# how each language says "in" before a month
PREPOSITIONS = "in im en a en em in al τον _ u v në في ב w în в"
IN = dict(zip(LANGUAGES, PREPOSITIONS.split(" "), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_is_read_by_its_name(language: str) -> None:
    for month, name in Locale.parse(language).months["stand-alone"]["wide"].items():
        joined = "" if language == "he" else " "
        text = f"{name} ayında" if language == "tr" else f"{IN[language]}{joined}{name}"
        u = heard(text, language)
        assert u.named_day is not None, text
        assert (u.named_day.month, u.named_day.day) == (month, 26 if month == 11 else 1), text


def test_the_month_it_is_already_is_asked_of_today() -> None:
    u = heard("a museum in November", "en")
    assert (u.day, u.named_day) == (0, TODAY)
    later = heard("a museum in November 2027", "en")
    assert (later.day, later.named_day) == (None, date(2027, 11, 1))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "a museum for three days"),
        ("en", "a museum within 5 km in 10 minutes"),
        ("en", "a beach in Marina"),
        ("en", "a week of museums"),
        ("en", "Altea in one day"),
        ("es", "museos en un día"),
        ("de", "ein Museum für drei Tage"),
        ("fr", "un musée en trois jours"),
        ("es", "deportes en el mar"),
        ("ro", "muzee în mai multe orașe"),
        ("ar", "متحف بعد يوم السبت"),
    ],
)
def test_what_only_looks_like_a_day_ahead_is_none(language: str, text: str) -> None:
    assert heard(text, language).named_day is None


def test_who_arrives_or_leaves_in_some_days_tells_the_days_of_the_trip() -> None:
    u = heard("we arrive in three days and leave in a week", "en")
    assert (u.intent, u.told.start, u.told.end) == (
        "remember",
        TODAY + timedelta(3),
        TODAY + timedelta(7),
    )
    assert u.not_understood == ()


def test_who_arrives_in_a_month_tells_no_day_of_it() -> None:
    assert heard("we arrive in December", "en").told.start is None


@pytest.mark.parametrize(
    ("language", "text", "lasts", "ahead"),
    [
        ("en", "What can we do in 3 days?", 3, None),
        ("en", "what is there to see in Altea in a week", 7, None),
        ("fr", "que faire en 3 jours ?", 3, None),
        ("de", "was kann man in drei Tagen machen?", 3, None),
        ("he", "מה כדאי לראות בשלושה ימים?", 3, None),
        ("en", "what can we do in 3 days from now?", None, 3),
        ("en", "what can we do when we arrive in 3 days?", None, None),
        ("en", "a museum in 3 days, what can we do?", None, 3),
        ("fr", "que faire dans 3 jours ?", None, 3),
        ("de", "ein Museum in drei Tagen", None, 3),
        ("en", "what do you recommend in 3 days?", None, 3),
    ],
)
def test_what_to_do_in_some_days_is_asked_of_a_stay_so_long(
    language: str, text: str, lasts: int | None, ahead: int | None
) -> None:
    """It is the day ahead where another thing is asked, or the words can only mean that."""
    u = heard(text, language)
    assert (u.lasts, u.too_far) == (lasts, False)
    if lasts:
        assert (u.intent, u.day, u.named_day, u.not_understood) == ("recommend", 0, None, ())
    elif ahead:
        assert u.day == ahead
    else:
        assert u.told.start == TODAY + timedelta(days=3)
