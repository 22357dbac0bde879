"""Which way a text points: what it praises, what it speaks against, what it denies."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from serving.chat.checks.lexicon import Hit, Lexicon
from serving.chat.checks.names import COMMON
from serving.chat.checks.text import Token, clauses, stretches, tokens

CHOOSING = (
    "taste",
    "history",
    "similar",
    "kids",
    "time",
)  # what travellers choose, with whom, when
_REACH, _REACH_BACK = 8, 6  # how far a "not" reaches, in words
_LESS_BACK = 3  # how far a "less" does: "gusta menos"
_BEHIND = {"de", "nl", "tr"}  # languages where it follows what it turns round
_CANCELS = {"en", "de", "nl"}  # where two of them say yes; elsewhere they say no with more weight
_POINTING = (
    *("good", "bad", "near", "far", "indoors", "outdoors", "often", "rarely", "popular", "quiet"),
    *("rain", "clear"),
)
# verbs that deny by their ending, folded: "benzemiyor", "etmediği", "seçmediniz"
_DENYING = {
    "tr": re.compile(
        r"m[iu]yor\w*$|m[ae]z(?:siniz|lar|ler)?$|m[ae]dig\w+$|m[ae]y[ae]n\w*$|"
        r"\w{2}(?<!ko)m[ae]di(?:m|n|k|niz|ler|lar)?$"
    )
}
_COUNTS = re.compile(r"(?:n|minutes)\d+$")
_TURNING = ("rarely", "few", "bad")


@lru_cache(maxsize=4096)
def polarity(text: str, language: str, choosing: bool = False, fitting: bool = False) -> int:
    """How a clean text speaks: above 0 in favour, below against; 0 says neither.

    Where its facts tell what travellers choose, or who may be taken along (`choosing`), that they choose a
    place speaks for it, and that they do not, or few, or rarely, against it.
    Where they tell what suits the weather (`fitting`), a choice points where no other word does.
    """
    total = sum(_praise(text, language))
    if fitting and not total:
        return sum(_choice(s, language) for s in _stretches(text, language))
    if choosing:
        parts = _stretches(text, language)
        total += sum(_choice(s, language) for s in parts)
        if not total and any(_turns(s, language) for s in parts):
            return -1  # "that is not something you look for": it denies, whatever the verb
    return total


@lru_cache(maxsize=4096)
def ways(text: str, language: str, choosing: bool = False) -> frozenset[int]:
    """Each way that any of a clean text points: 1 in favour, -1 against."""
    found = set(_praise(text, language))
    for stretch in _stretches(text, language) if choosing else ():
        found |= {-1} if _turns(stretch, language) else {_choice(stretch, language)} - {0}
    return frozenset(found)


def _praise(text: str, language: str) -> Iterator[int]:
    """1 for each word of praise, -1 for each of dispraise; a "not" turns it round."""
    lexicon = Lexicon.of(language)
    for clause in clauses(tokens(text), lexicon.words("but")):
        for hit in lexicon.find(clause):
            if hit.topic in ("good", "top", "bad"):
                yield -1 if (hit.topic == "bad") != denied(clause, hit, language) else 1


def _stretches(text: str, language: str) -> list[list[Token]]:
    return stretches(tokens(text), Lexicon.of(language).words("but"))


def _choice(stretch: Sequence[Token], language: str) -> int:
    """ "You often choose these" 1, "few like you choose it" -1, nothing of the kind 0."""
    chosen = any(h.topic == "chosen" for h in Lexicon.of(language).find(stretch))
    return 0 if not chosen else -1 if _turns(stretch, language) else 1


def _turns(stretch: Sequence[Token], language: str) -> bool:
    """Whether anything between two full marks says "not", "few", "rarely", or speaks against it."""
    hits = Lexicon.of(language).find(stretch)
    return bool(denials(stretch, language)) or any(h.topic in _TURNING for h in hits)


def denials(clause: Sequence[Token], language: str) -> list[int]:
    """Where a "not" stands, that of an idiom ("not only") left out."""
    lexicon = Lexicon.of(language)
    words, ending = lexicon.words("not"), _DENYING.get(language)
    found = [
        n for n, t in enumerate(clause) if t.folded in words or (ending and ending.search(t.folded))
    ]
    if not found:
        return []
    idioms = lexicon.idioms(clause)
    return [n for n in found if n not in idioms]


def denied(clause: Sequence[Token], hit: Hit, language: str) -> bool:
    """A "not" stands within reach, and nothing that it may belong to between."""
    nots, lexicon = denials(clause, language), Lexicon.of(language)
    if language not in _CANCELS and any(hit.first <= n <= hit.last for n in nots):
        return False  # "no es de los que": the phrase has its own "not"
    near = [n for n in nots if 0 < hit.first - n <= _REACH]
    if language not in _BEHIND:
        less = lexicon.words("less")
        nots = [n for n in nots if clause[n].folded in less and n - hit.last <= _LESS_BACK]
    if hit.topic != "bad":  # "passt leider nicht": it is not "leider" that is denied
        near += [n for n in nots if 0 < n - hit.last <= _REACH_BACK]
    count = sum(not _taken(n, hit, clause, language) for n in near)
    return count % 2 == 1 if language in _CANCELS else count > 0


def _taken(n: int, hit: Hit, clause: Sequence[Token], language: str) -> bool:
    """ "Not far and suitable", "no, it suits": the "not" is of what stands nearer to it."""
    first, last = sorted((n, hit.first))
    own = {hit.topic, "bad"} if n > hit.last else {hit.topic}  # "passt leider nicht"
    return any(t.breaks for t in clause[first + 1 : last]) or any(
        h.topic in _POINTING and h.topic not in own and first < h.first and h.last < last
        for h in Lexicon.of(language).find(clause)
    )


def _measures(clause: Sequence[Token], hit: Hit, language: str) -> bool:
    """ "Close to 60 minutes", "4 km uzakta": how much, not where."""
    if hit.topic == "far" and clause[max(0, hit.first - 2)].text.isdecimal() and hit.first > 1:
        return True
    after = hit.last + 1
    if after < len(clause) and clause[after].folded in COMMON:
        after += 1
    spelled = {h.first for h in Lexicon.of(language).find(clause) if _COUNTS.match(h.topic)}
    return after < len(clause) and (clause[after].text.isdecimal() or after in spelled)


@lru_cache(maxsize=4096)
def topics(text: str, language: str) -> tuple[tuple[str, bool], ...]:
    """Topics of a clean text, and whether each is denied; how often is denied from afar, too."""
    return tuple(_topics(text, language))


def _topics(text: str, language: str) -> Iterator[tuple[str, bool]]:
    lexicon = Lexicon.of(language)
    but = lexicon.words("but")
    for stretch in _stretches(text, language):
        never = bool(denials(stretch, language))
        for clause in clauses(stretch, but):
            for hit in lexicon.find(clause):
                if hit.topic in ("near", "far") and _measures(clause, hit, language):
                    continue
                yield hit.topic, denied(clause, hit, language) or (hit.topic == "often" and never)
