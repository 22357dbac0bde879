"""Which way a text points is read from its words, and from what denies them."""

import pytest

from serving.chat.checks.polarity import polarity, topics
from serving.chat.checks.text import clean
from serving.explain.words import LANGUAGES, Words


@pytest.mark.parametrize(
    ("language", "text", "points"),
    [
        ("en", "It suits the weather.", 1),
        ("en", "It does not suit the weather.", -1),
        ("en", "It is not unsuitable.", 1),
        ("en", "It is not only suitable.", 1),  # an idiom denies nothing
        ("en", "It isn't far and it is suitable.", 1),  # the "not" is of what stands nearer to it
        ("en", "No, it is suitable.", 1),
        ("en", "A place for everyone.", 0),
        ("fr", "Ce n'est pas le meilleur choix.", -1),  # two words of denial are one
        ("de", "Das Wetter passt leider nicht.", -1),  # it follows what it denies
        ("es", "Con este tiempo apetece menos.", -1),  # so does a "less"
        ("pl", "To miejsce nie jest odpowiednie.", -1),
        ("de", "Das hast du schon gesehen.", 0),  # not "schön"
    ],
)
def test_praise_is_above_zero_and_dispraise_below(language: str, text: str, points: int) -> None:
    said = polarity(text, language)
    assert (said > 0, said < 0) == (points > 0, points < 0), said


@pytest.mark.parametrize(
    ("language", "text", "points"),
    [
        ("en", "People like you go for it.", 1),
        ("en", "Few people like you go for it.", -1),
        ("en", "People like you rarely, if ever, go for it.", -1),
        ("en", "Such places, which others choose, you choose less.", -1),
        ("en", "That is not something you would look into.", -1),  # it denies, whatever the verb
        ("en", "People like you know it.", 0),
        ("es", "Tú sueles elegir otros lugares.", -1),
        ("de", "Solche Orte wählst du nicht.", -1),
        ("tr", "Bu tür yerleri henüz seçmediniz.", -1),
        ("en", "You dismissed such places before.", -1),
    ],
)
def test_of_what_travellers_choose_choosing_is_praise(
    language: str, text: str, points: int
) -> None:
    said = polarity(text, language, choosing=True)
    assert (said > 0, said < 0) == (points > 0, points < 0), said


def test_choosing_is_no_praise_of_the_weather() -> None:
    assert polarity("Choose it or do not.", "en") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_of_our_own_reasons_points_the_wrong_way(language: str) -> None:
    say = Words.of(language).say
    for message, points in (
        ("taste-often", 1),
        ("taste-rarely", -1),
        ("similar-travellers", 1),
        ("similar-seldom", -1),
        ("children-welcome", 1),
        ("children-unknown", -1),
    ):
        said = polarity(clean(say(message)), language, choosing=True)
        assert said * points >= 0, (message, say(message), said)


def test_how_near_sixty_minutes_are_to_an_hour_says_nothing_of_where() -> None:
    assert not [t for t, _ in topics("Plan close to 60 minutes.", "en") if t == "near"]
    assert not [t for t, _ in topics("Cerca de una hora.", "es") if t == "near"]
    assert ("near", False) in topics("It is close, 2 km away.", "en")
    assert ("near", True) in topics("It is not close.", "en")
