"""What a text says in a fact's own words: it says what the fact says, whatever the lists know."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from serving.chat.checks.lexicon import Lexicon
from serving.chat.checks.names import Mention
from serving.chat.checks.polarity import denials
from serving.chat.checks.text import Token, clean, tokens
from serving.chat.facts import Fact
from serving.explain.words import Words

_ROOT = 6  # letters by which inflected words are the same
_SHORTEST = 3  # letters of a word that says something


def tells(text: str, fact: Fact, language: str) -> bool:
    """Whether every word of a fact that says something stands in a clean text, and it denies what the
    fact denies, no more: "you have dismissed places such as A before"."""
    said, own = tokens(text), tokens(clean(fact.text))
    roots = _roots(own, language)
    roots = roots - _of_kinds(language) or roots
    return (
        bool(roots)
        and roots <= _all(said)
        and len(denials(said, language)) == len(denials(own, language))
    )


def first_of(
    of: Sequence[Token],
    mentions: Sequence[Mention],
    fact: Fact,
    names: Mapping[str, str],
    language: str,
) -> str | None:
    """Which of two places is named first where the words between them, and behind, are those of a
    comparison; None where they are not. The fact itself names its `place` first, or says it otherwise."""
    of_fact = [clean(names[p]) for p in (fact.place, *fact.others) if p and p in names]
    if len(of_fact) != 2 or len({m.place for m in mentions}) != 2:
        return None
    own = clean(fact.text)
    one, two = map(own.find, of_fact)
    if not 0 <= one < two:
        return None
    between = _roots(tokens(own[one + len(of_fact[0]) : two]), language)
    first = min(mentions, key=lambda m: m.first)
    second = min((m for m in mentions if m.place != first.place), key=lambda m: m.first)
    said = of[first.last + 1 : second.first]
    if not between or not between <= _all(said) or denials(of, language):
        return None
    return first.place


def _all(of: Sequence[Token]) -> frozenset[str]:
    return frozenset(t.folded[:_ROOT] for t in of if t.word)


def _roots(of: Sequence[Token], language: str) -> frozenset[str]:
    return _read(tuple(t.folded for t in of if t.word), language)


@lru_cache(maxsize=2048)
def _read(words: tuple[str, ...], language: str) -> frozenset[str]:
    """Small words say nothing, unless there are no others."""
    lexicon = Lexicon.of(language)
    small = lexicon.words("words") | lexicon.words("than") | lexicon.words("not")
    every = frozenset(w[:_ROOT] for w in words if len(w) >= _SHORTEST)
    return frozenset(w[:_ROOT] for w in words if len(w) >= _SHORTEST and w not in small) or every


@cache
def _of_kinds(language: str) -> frozenset[str]:
    """Words of "this kind of place", which many other words may stand for."""
    say = Words.of(language).say
    often, rarely = (
        _roots(tokens(clean(say(message))), language) for message in ("taste-often", "taste-rarely")
    )
    return often & rarely
