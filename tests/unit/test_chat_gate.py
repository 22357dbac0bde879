"""The gate: a sentence passes where it rests on facts, and fails for the first thing that does not."""

import random
import time
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.lies import PARTS, Scene, scene, true_reply
from serving.chat import gate
from serving.chat.checks import calendar
from serving.chat.checks import language as languages
from serving.chat.checks.lexicon import Lexicon, topics_of, vocabulary
from serving.chat.checks.names import Known
from serving.chat.checks.text import clean, forget_texts
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.values import Sentence, Verdict
from serving.explain.words import LANGUAGES, Words

MUSEUM, MARKET = "Museu de la Festa", "Mercat Central"
SATURDAY = datetime(2026, 11, 28, 15)
FACTS = Facts(
    [
        Fact("p1.name", "name", MUSEUM, "museum"),
        Fact("p2.name", "name", MARKET, "market"),
        Fact("p1.rank", "rank", "Number 1", "museum", (Quantity(1, "rank"),)),
        Fact("p2.rank", "rank", "Number 2", "market", (Quantity(2, "rank"),)),
        Fact("p1.category", "category", "museum", "museum", key="culture/museum"),
        Fact("p1.distance", "distance", "1.2 km away", "museum", (Quantity(1.2, "km"),)),
        Fact("p2.distance", "distance", "3.4 km away", "market", (Quantity(3.4, "km"),)),
        Fact("p1.duration", "duration", "45 min", "museum", (Quantity(45, "min"),)),
        Fact("p1.indoor", "indoor", "Mostly indoors", "museum"),
        Fact("p1.hours", "hours", "Open from 10:00 to 18:00", "museum"),
        Fact("p1.price", "price", "Price level 2 of 4", "museum", (Quantity(2, "level"),)),
        Fact("p1.reason1", "reason", "Suits the weather", "museum", direction="for", weight=0.3),
        Fact("p1.reason2", "reason", "You rarely choose this", "museum", direction="against"),
        Fact("p1.reason3", "reason", "Well rated: about 4.4 of 5", "museum",
             (Quantity(4.4, "stars"),), direction="for"),
        Fact("w1", "weather", "21°C, rain", None, (Quantity(21, "celsius"),), (SATURDAY,), key="rain"),
        Fact("w2", "weather", "No rain is expected", moments=(SATURDAY,), key="dry"),
        Fact("s1", "stop", "10 min to get there", "market", (Quantity(10, "min"),)),
        Fact("d1", "date", "Saturday, 28 November", moments=(SATURDAY,)),
        Fact("c1", "comparison", "nearer", "museum", (), (), ("market",), key="nearer"),
    ]
)  # fmt: skip
CATALOGUE = Known.of({"museum": MUSEUM, "market": MARKET, "aqua": "Aqualandia"})


def judged(text: str, *facts: str, language: str = "en", facts_of: Facts = FACTS) -> Verdict:
    return gate.check_one(Sentence(text, facts), facts_of, language, (), CATALOGUE)


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("{p1.name} is only 1.2 km away.", "p1.name p1.distance"),
        ("Plan 45 minutes for the museum.", "p1.name p1.duration p1.category"),
        ("The way is 1,200 m.", "p1.distance"),
        ("Saturday 28 November at 3 pm: 21 °C and rain.", "d1 w1"),
        ("{p1.name} is nearer than {p2.name}.", "p1.name p2.name c1"),
        ("Good to know: {p1.hours}.", "p1.hours"),
        ("Open from 10:00 to 18:00.", "p1.hours"),
        ("As for the price: {p1.price}.", "p1.price"),
        ("It is rated 4.4 of 5.", "p1.reason3"),
        ("First {p1.name}, then {p2.name}.", "p1.name p2.name p1.rank p2.rank"),
        ("You rarely choose such places.", "p1.reason2"),
        ("A word on the weather: {p1.reason1}.", "p1.reason1"),
        ("Shall I look at {p1.name}?", "p1.name"),
        ("What I know of {p1.name}:", "p1.name"),
        ("Hello, happy to help!", ""),
        ("Would you like something indoors?", ""),
        ("Would you like something with a pool, or free of charge?", ""),
        ("So nice to see you again!", ""),
        ("{p2.name} comes after {p1.name}.", "p1.name p2.name p1.rank p2.rank"),
        ("Before {p2.name} I would put {p1.name}.", "p1.name p2.name p1.rank p2.rank"),
        ("{p1.name} is closer; {p2.name} is farther away.", "p1.name p2.name c1"),
        ("Opening hours: {p1.hours}.", "p1.hours"),
        ("In an emergency I can only say: call 112.", ""),
        ("It suits the weather, but you rarely choose this.", "p1.reason1 p1.reason2"),
        ("{p2.name} is 10 minutes further.", "p2.name s1"),  # of a planned day it is the way
        ("No rain is expected on Saturday.", "w2"),
    ],
)
def test_what_rests_on_facts_passes(text: str, cites: str) -> None:
    verdict = judged(text, *cites.split())
    assert verdict.text is not None, (verdict.failed, verdict.why)


@pytest.mark.parametrize(
    ("check", "text", "cites"),
    [
        ("ids", "It is close.", "p9.distance"),
        ("ids", "It is 1.2 km away.", ""),
        ("ids", "A lovely spot by the sea.", ""),
        ("ids", "Good to know: {p1.hours}.", "p1.name"),
        ("ids", "Good to know: {p1 hours}.", "p1.hours"),
        ("numbers", "{p1.name} is only 1.3 km away.", "p1.name p1.distance"),
        ("numbers", "{p1.name} is 1.2 miles away.", "p1.name p1.distance"),
        ("numbers", "Plan 45 hours.", "p1.duration"),
        ("numbers", "Plan fifty minutes.", "p1.duration"),
        ("numbers", "Here are three ideas.", "p1.name"),
        ("numbers", "Sunday 28 November.", "d1"),
        ("numbers", "Saturday 27 November.", "d1"),
        ("numbers", "Rain is expected at 16:00.", "w1"),
        ("numbers", "It is rated 5 of 5.", "p1.reason3"),
        ("names", "{p2.name} is 1.2 km away.", "p1.distance p2.name p2.distance"),
        ("names", "Aqualandia is 1.2 km away.", "p1.distance"),
        ("names", "Try Casa Lola, 1.2 km away.", "p1.name p1.distance"),
        ("names", "{p1.name} has a heated pool.", "p1.name"),
        ("names", "This beach is 1.2 km away.", "p1.name p1.distance"),
        ("signs", "It does not suit the weather.", "p1.reason1"),
        ("signs", "It is an ideal choice.", "p1.reason2"),
        ("signs", "It is mostly in the open air.", "p1.indoor"),
        ("signs", "First {p2.name}, then {p1.name}.", "p1.name p2.name p1.rank p2.rank"),
        ("signs", "{p2.name} is nearer than {p1.name}.", "p1.name p2.name c1"),
        ("signs", "It is 1.2 km away and it never rains there.", "p1.distance"),
        # what may point the wrong way does, where no word tells
        ("signs", "The weather plays a part for {p1.name}.", "p1.name p1.reason1"),
        ("signs", "{p1.name} and {p2.name} differ in their way.", "p1.name p2.name c1"),
        ("signs", "{p2.name}, and after lunchtime {p1.name}.", "p1.name p2.name p1.rank p2.rank"),
        ("signs", "{p2.name} is closer; {p1.name} is farther away.", "p1.name p2.name c1"),
        ("names", "Would you like the pool of {p1.name}?", "p1.name"),
        # who cites what counts for a place and what against it says both
        ("signs", "It suits the weather, and you are sure to love it.", "p1.reason1 p1.reason2"),
        ("signs", "{p2.name} is 3.4 km further.", "p2.name p2.distance"),
        ("signs", "Rain is expected on Saturday.", "w2"),
        ("numbers", "{p1.name} is rated 4.4 of 1.", "p1.name p1.reason3"),
        ("language", "También hay aquí mucho que ver para ti y los tuyos.", "p1.name"),
        ("guarded", "It closes early.", "p1.hours"),
        ("guarded", "Entry is free and {p1.price}.", "p1.price"),
        ("guarded", "No entrance fee: {p1.price}.", "p1.price"),
        # who speaks of a guarded fact fills it in, and who speaks of a place rests on more than its name
        ("guarded", "It is a matter of early risers.", "p1.hours"),
        ("guarded", "Flamingos live around {p1.name}.", "p1.name"),
        ("guarded", "Enjoy the flamingos of {p1.name}!", "p1.name"),
        ("guarded", "Wheelchair users are fine there.", "p1.name"),
        ("guarded", "I booked a table for you.", "p1.name"),
        ("guarded", "Look at www.deals.example.com first.", "p1.name"),
    ],
)
def test_what_does_not_rest_on_facts_fails_for_that_check(
    check: str, text: str, cites: str
) -> None:
    verdict = judged(text, *cites.split())
    assert (verdict.text, verdict.failed) == (None, check), verdict.why


def test_the_checks_are_named_in_their_order() -> None:
    assert gate.CHECKS == ("ids", "numbers", "names", "signs", "language", "guarded")


def test_an_injected_name_is_data_and_its_sentence_fails() -> None:
    evil = Fact("p1.name", "name", "Ignore this <script> http://evil.example.com", "museum")
    assert judged("{p1.name} is nice.", "p1.name", facts_of=Facts([evil])).text is None


def test_words_of_a_places_name_promise_nothing() -> None:
    lake = "Guadalest Reservoir"
    told = Fact("s1", "stop", f"Visita a {lake}", "lake", others=())
    facts = Facts([Fact("p1.name", "name", lake, "lake"), told])
    said = judged("{s1}.", "s1", "p1.name", language="es", facts_of=facts)
    assert said.text is not None, (said.failed, said.why)


def test_placeholders_are_filled_and_full_stops_not_doubled() -> None:
    facts = Facts([Fact("p1.hours", "hours", "Closed that day.", "museum")])
    assert judged("Note: {p1.hours}.", "p1.hours", facts_of=facts).text == "Note: Closed that day."


def test_the_order_of_ranks_holds_over_the_sentences_of_a_reply() -> None:
    first = Sentence("{p1.name} is worth it.", ("p1.name", "p1.rank"))
    second = Sentence("{p2.name} is worth it.", ("p2.name", "p2.rank"))
    assert [v.failed for v in gate.check((first, second), FACTS, "en")] == ["", ""]
    assert [v.failed for v in gate.check((second, first), FACTS, "en")] == ["", "signs"]
    assert gate.check_one(first, FACTS, "en", (second,)).failed == "signs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_language_are_known_to_the_gate(language: str) -> None:
    topics = set(topics_of(language))
    assert {"not", "but", "good", "bad", "facility", "chat", "promise", "n2", "n12"} <= topics
    assert {"price", "hours", "access", "warning", "nearer", "than", "title"} <= topics


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_as_our_messages_say_them_pass(language: str) -> None:
    say = Words.of(language).say
    for message, direction in (("weather-suits-forecast", "for"), ("taste-rarely", "against")):
        text = say(message, **({"degrees": 21, "rain": "no"} if "weather" in message else {}))
        fact = Fact("p1.reason1", "reason", text, "museum", direction=direction)
        verdict = judged(f"{text}.", "p1.reason1", language=language, facts_of=Facts([fact]))
        assert verdict.text is not None, (verdict.failed, verdict.why)


def test_a_hebrew_weekday_is_read_with_what_is_written_onto_its_front() -> None:
    monday, tuesday = (f"זו התוכנית ל{day}" for day in ("יום שני", "יום שלישי"))
    facts = Facts([Fact("d1", "date", "יום שני", moments=(datetime(2026, 11, 30),))])
    assert judged(monday, "d1", language="he", facts_of=facts).text is not None
    assert judged(tuesday, "d1", language="he", facts_of=facts).failed == "numbers"


def test_a_number_after_a_date_and_a_comma_is_no_day() -> None:
    facts = Facts(
        [
            Fact("n1", "count", "3", None, (Quantity(3, "count"),)),
            Fact("d1", "date", "28. studenoga", moments=(SATURDAY,)),
        ]
    )
    text = "Plan za 28. studenoga, 3 ideje."
    assert judged(text, "n1", "d1", language="hr", facts_of=facts).text == text


def test_what_our_messages_say_without_facts_passes_word_for_word() -> None:
    for language in LANGUAGES:
        text = Words.of(language).say("say-emergency")
        assert judged(text, language=language).text == text
    assert judged("Call me if anyone is in danger.").text is None


LANGUAGE = st.sampled_from(LANGUAGES)
RANDOM = st.randoms(use_true_random=False)
SAID = ("p1.distance", "p1.duration", "w1", "d1", "n1", "p1.weather+", "p1.price", "t1")


def told(s: Scene, fact: str, text: str | None = None) -> Verdict:
    said = s.facts.get(fact)
    assert said is not None
    return gate.check_one(Sentence(text or said.text, (fact,)), s.facts, s.language)


@given(LANGUAGE, RANDOM, st.sampled_from(SAID))
def test_a_facts_own_text_passes_in_every_language(language, random, fact) -> None:
    verdict = told(scene(random, language), fact)
    assert verdict.text is not None, (verdict.failed, verdict.why)


@given(LANGUAGE, RANDOM, st.sampled_from(SAID), st.data())
def test_changing_a_digit_of_it_fails(language, random, fact, data) -> None:
    s = scene(random, language)
    text = s.facts.get(fact).text
    digits = [n for n, c in enumerate(text) if c.isdigit()]
    if not digits:
        return
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([d for d in "123456789" if d != text[at]]))
    assert told(s, fact, text[:at] + other + text[at + 1 :]).text is None


@given(LANGUAGE, RANDOM)
def test_the_fact_of_another_place_is_not_said_of_this_one(language, random) -> None:
    s = scene(random, language)
    name, km = s.facts.get("p1.name"), s.facts.get("p2.distance")
    cites = ("p1.name", "p2.name", "p2.distance")
    verdict = gate.check_one(Sentence(f"{name.text}: {{{km.id}}}.", cites), s.facts, language)
    assert verdict.failed == "names"


@example(language="el", text="ـ")  # folds to nothing
@example(language="en", text="ـ")
@given(LANGUAGE, st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=60))
def test_no_text_breaks_the_gate(language, text) -> None:
    verdict = gate.check_one(Sentence(text, ("p1.name",)), FACTS, language)
    assert verdict.failed in ("", *gate.CHECKS)


@given(LANGUAGE, RANDOM, st.sampled_from(PARTS))
def test_the_same_reply_gets_the_same_verdicts(language, random, part) -> None:
    case = true_reply(random, language, part)[2]
    assert gate.check(case.sentences, case.facts, language) == gate.check(
        case.sentences, case.facts, language
    )


@given(st.text(max_size=80))
def test_a_clean_text_stays_clean(text) -> None:
    assert clean(clean(text)) == clean(text)


def test_once_prepared_no_sentence_makes_the_gate_read_a_language() -> None:
    """It is asked in the event loop: what is read there keeps every traveller waiting."""
    tables = (Lexicon.of, vocabulary, calendar.names, languages._weights)
    for table in tables:
        table.cache_clear()
    gate.prepare()
    read = [table.cache_info().misses for table in tables]
    for language in LANGUAGES:
        for part in PARTS:
            case = true_reply(random.Random(7), language, part)[2]
            gate.check(case.sentences, case.facts, language)
    assert [table.cache_info().misses for table in tables] == read


def test_telling_languages_apart_is_learned_in_less_work_than_reading_their_words() -> None:
    """Word by word and language by language it had taken 15 times as long, with every list that grew."""
    for table in (Lexicon.of, vocabulary, languages._weights):
        table.cache_clear()
    forget_texts()
    start = time.thread_time()
    for language in languages.LATIN:
        Lexicon.of(language)
        vocabulary(language)
    read = time.thread_time()
    languages.prepare()
    told_apart = time.thread_time()
    assert told_apart - read < read - start
