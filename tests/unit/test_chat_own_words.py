"""What is said in a fact's own words is understood in every language, and so is its contrary; replies that
were worded under the prompt itself pass."""

from pathlib import Path

import pytest

from benchmarks.asked import read_cases, read_replies
from benchmarks.explanations import known_names, share
from benchmarks.live import judge
from serving.chat import gate
from serving.chat.checks import own
from serving.chat.checks.text import clean
from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.values import Sentence
from serving.explain.words import LANGUAGES, Words

REPLIES = Path(__file__).parents[2] / "benchmarks/replies"
ONE, TWO = "Castell de Guadalest", "Mercat Central"
CONTRARY = (
    *(("taste-often", "taste-rarely"), ("similar-travellers", "similar-seldom")),
    *(("taste-before", "taste-dismissed"), ("place-indoors", "place-outdoors")),
)


def of(language: str, message: str, direction: str = "for", **said: float) -> Fact:
    text = Words.of(language).say(message, **said)
    return Fact("p1.reason1", "reason", text, "castle", direction=direction)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("message", "contrary"), CONTRARY)
def test_a_reasons_own_words_within_others_tell_it_and_not_its_contrary(
    language: str, message: str, contrary: str
) -> None:
    text = clean(f"{ONE} ({of(language, message).text}) {TWO}")
    assert own.tells(text, of(language, message), language)
    assert not own.tells(text, of(language, contrary, "against"), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("key", "message", "said"),
    [
        ("nearer", "fact-nearer", {"km": 3.2}),
        ("cheaper", "fact-cheaper", {}),
        ("higher_ranked", "fact-ranked-higher", {}),
    ],
)
def test_our_own_comparison_with_the_places_swapped_fails_in_every_language(
    language: str, key: str, message: str, said: dict[str, float]
) -> None:
    def text(one: str, other: str) -> str:
        return Words.of(language).say(message, place=one, other=other, **said)

    numbers = tuple(Quantity(km, "km") for km in said.values())
    facts = Facts(
        [
            Fact("p1.name", "name", ONE, "castle"),
            Fact("p2.name", "name", TWO, "market"),
            Fact("c1", "comparison", text(ONE, TWO), "castle", numbers, (), ("market",), key=key),
        ]
    )
    cites = ("p1.name", "p2.name", "c1")
    true, lie = (Sentence(text(*names), cites) for names in ((ONE, TWO), (TWO, ONE)))
    assert gate.check_one(true, facts, language).text is not None
    assert gate.check_one(lie, facts, language).text is None


@pytest.mark.parametrize("folder", ["first", "second"])
def test_replies_worded_under_the_prompt_pass_and_lies_planted_into_them_do_not(
    folder: str,
) -> None:
    """Lies in one reply a language, of another kind of turn each."""
    cases, replies = read_cases(REPLIES / folder), read_replies(REPLIES / folder)
    known = known_names()
    of = {lang: [case for case in cases if case.language == lang] for lang in LANGUAGES}
    sample = [of[lang][n % len(of[lang])] for n, lang in enumerate(LANGUAGES)]
    found = [judge(case, replies[case.id], known) for case in sample]
    true, lies = [j for f in found for j in f.true], [j for f in found for j in f.lies]
    assert share(true) >= 0.97, [j.what for j in true if not j.right]
    assert share(lies) >= 0.99, [(j.case.kind, j.what) for j in lies if not j.right]
