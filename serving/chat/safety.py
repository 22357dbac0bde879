"""What is not the butler's to answer: emergencies, medicine, law, and what has nothing to do with a
trip. By rules in all languages, before anything else is asked: a traveller in danger waits for nobody.
"""

from serving.chat.lexicon import Lexicon, Mark, Token, tokens
from serving.explain.words import spoken

EMERGENCY, PERHAPS, MEDICAL, LEGAL, OFF_TOPIC = (
    *("emergency", "perhaps", "medical", "legal", "off_topic"),
)
# words of a trip: a message with one of them is never sent away as off topic
_OF_TRIPS = ("/", "weather", "plan", "compare", "recommend", "near", "why")


def urgent(text: str, language: str) -> str | None:
    """ "emergency", "medical", "legal" or "off_topic": what to redirect it to; None to answer it."""
    return _kind(*_read(text, language))


def perhaps_urgent(text: str, language: str) -> bool:
    """It may be an emergency, and may be a manner of speaking: 112 is named, and the answer given."""
    of, marks = _read(text, language)
    return _kind(of, marks) is None and PERHAPS in {m.concept for m in marks}


def _read(text: str, language: str) -> tuple[list[Token], list[Mark]]:
    language = spoken(language)
    of = tokens(text, language)
    return of, Lexicon.of(language).marks(of, [False] * len(of))


def _kind(of: list[Token], marks: list[Mark]) -> str | None:
    concepts = {m.concept for m in marks}
    joking = "joke" in concepts
    if EMERGENCY in concepts and not joking:
        return EMERGENCY
    if PERHAPS in concepts and "help_now" in concepts and not joking:
        return EMERGENCY
    if joking:
        return None
    for kind in (MEDICAL, LEGAL):
        if kind in concepts:
            return kind
    of_trips = any(part in concept for concept in concepts for part in _OF_TRIPS)
    return OFF_TOPIC if OFF_TOPIC in concepts and not of_trips else None
