"""What is not the butler's to answer: emergencies, crimes, medicine, law, and what has nothing to do
with a trip. By rules in all languages, before anything else is asked: a traveller in danger waits for
nobody.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from serving.chat.lexicon import FILLER, Lexicon, Mark, Token, tokens
from serving.chat.values import Sentence
from serving.explain.words import Words, plain, spoken

EMERGENCY, PERHAPS, POLICE, MEDICAL, LEGAL, OFF_TOPIC = (
    *("emergency", "perhaps", "police", "medical", "legal", "off_topic"),
)
# "fire" is an emergency where it is all that is said, and a word like others beside others: it takes
# none of them; neither does what breaks ("we are broke")
ALARM, BREAKS, BONES = "alarm", "breaks", "bones"
SIGNS = frozenset({ALARM, BREAKS})
_BESIDE = frozenset({ALARM, PERHAPS, FILLER, "iam", "help_now", "help", "now", "near", "like"})
_112 = re.compile(r"(?<!\d)112(?!\d)")
# words of a trip: a message with one of them is never sent away as off topic
_OF_TRIPS = ("/", "weather", "plan", "compare", "recommend", "near", "why")


class Judged(NamedTuple):
    """What to redirect a message to, if at all; and whether it may be an emergency, or a manner of
    speaking: then 112 is named, and the answer given."""

    kind: str | None  # "emergency", "police", "medical", "legal", "off_topic"; None to answer it
    perhaps: bool


HARMLESS = Judged(None, False)


def judged(text: str, language: str) -> Judged:
    language = spoken(language)
    of = tokens(text, language)
    marks = Lexicon.of(language).marks(of, [False] * len(of))
    kind = _kind(of, marks, language)
    return Judged(kind, kind is None and any(m.concept == PERHAPS for m in marks))


def urgent(text: str, language: str) -> str | None:
    """What to redirect it to; None to answer it."""
    return judged(text, language).kind


def perhaps_urgent(text: str, language: str) -> bool:
    """112 is named, and the answer given."""
    return judged(text, language).perhaps


def redirections(language: str) -> dict[str, str]:
    """What is said to whom is not the butler's to help: our own sentences, which pass the gate word for
    word, by what they are for."""
    words = Words.of(language)
    kinds = (EMERGENCY, POLICE, MEDICAL, LEGAL, OFF_TOPIC)
    return {kind: words.say(f"say-{kind.replace('_', '-')}") for kind in kinds}


def redirected(sentence: Sentence, language: str) -> Sentence | None:
    """The sentence of ours for one that sends to 112, a doctor or a lawyer in words of its own."""
    if sentence.facts:
        return None
    kind = EMERGENCY if _112.search(plain(sentence.text)) else urgent(sentence.text, language)
    own = redirections(language).get(kind or "") if kind != OFF_TOPIC else None
    return Sentence(own) if own else None


def _kind(of: Sequence[Token], marks: Sequence[Mark], language: str) -> str | None:
    concepts = {m.concept for m in marks}
    if "joke" in concepts:
        return None
    if EMERGENCY in concepts or _alarmed(of, marks, concepts) or _broken(of, marks, language):
        return EMERGENCY
    for kind in (POLICE, MEDICAL, LEGAL):
        if kind in concepts:
            return kind
    of_trips = any(part in concept for concept in concepts for part in _OF_TRIPS)
    return OFF_TOPIC if OFF_TOPIC in concepts and not of_trips else None


def _alarmed(of: Sequence[Token], marks: Sequence[Mark], concepts: set[str]) -> bool:
    """A cry for help beside what may be an emergency, or what may be one and nothing else."""
    if PERHAPS in concepts and "help_now" in concepts:
        return True
    if not {ALARM, PERHAPS} & concepts:
        return False
    said = {n for m in marks if m.concept in _BESIDE for n in range(m.first, m.last + 1)}
    return all(n in said or not token.is_word for n, token in enumerate(of))


def _broken(of: Sequence[Token], marks: Sequence[Mark], language: str) -> bool:
    """A bone that broke: "I think I broke my leg"; not "we are broke"."""
    clauses = {of[m.first].clause for m in marks if m.concept == BREAKS}
    if not clauses:
        return False
    bone = Lexicon.of(language).begins
    return any(t.clause in clauses and bone(BONES, of, n) for n, t in enumerate(of))
