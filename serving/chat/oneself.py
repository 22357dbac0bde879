"""What travellers say of themselves that a trip keeps: the town where they stay, what they eat, who
comes along and how they move.

"We are staying in Altea", "unser Hotel in Calpe" are of the trip; "near Altea" is of a request. "I am vegan"
is of the trip, "a vegan restaurant" of a request. The words: `stay`, `here`, `eat`, `with` of the lexicon.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from serving.chat import pointing
from serving.chat.governing import NOT, VERB_LAST
from serving.chat.kinds import is_kind
from serving.chat.lexicon import Lexicon, Mark, Token
from serving.chat.moments import DAYS
from serving.chat.towns import Found
from serving.explain.words import WEEKDAYS

_REACH = 2  # tokens between a "not" and what it denies
_ANOTHER_DAY = frozenset((*DAYS, *WEEKDAYS, "weekend")) - {"today", "now"}
ASKED = frozenset(("recommend", "search", "want", "other", "plan", "compare", "why", "weather"))


class Stay(NamedTuple):
    """Whether they stay in the town, or say that they do not; `taken` are the tokens that say so."""

    there: bool
    denied: bool
    taken: tuple[tuple[int, int], ...]


def stay(
    of: Sequence[Token], marks: Sequence[Mark], town: Found, language: str, on_a_day: bool
) -> Stay:
    """What is said of a town. "We are in Altea" tells it as well, but of another day: "on Saturday"."""
    clause = of[town.last].clause
    lexicon = Lexicon.of(language)
    said = list(_verbs(of, lexicon, clause))
    here = _here(of, lexicon, town)
    if here and not on_a_day and not _another_day(of, marks, clause):
        said.append(here)
    denied = bool(said) and any(
        m.concept == NOT and said[0][0] - _REACH - 1 <= m.last < max(town.last, said[0][1] + _REACH)
        for m in marks
        if of[m.first].clause == clause
    )
    return Stay(bool(said) and not denied, denied, tuple(said))


def _verbs(of: Sequence[Token], lexicon: Lexicon, clause: int) -> Iterable[tuple[int, int]]:
    for n, token in enumerate(of):
        size = lexicon.begins("stay", of, n) if token.clause == clause else 0
        if size:
            yield n, n + size - 1


def _here(of: Sequence[Token], lexicon: Lexicon, town: Found) -> tuple[int, int] | None:
    """ "We are in" right before the name, or behind it where the language writes it there."""
    for end in range(town.last, town.first - 1, -1):
        size = lexicon.ends("here", of, end)
        if size:
            return end - size, end - 1
    size = lexicon.begins("here", of, town.last + 1)
    return (town.last + 1, town.last + size) if size else None


def _another_day(of: Sequence[Token], marks: Sequence[Mark], clause: int) -> bool:
    return any(m.concept in _ANOTHER_DAY and of[m.first].clause == clause for m in marks)


def eaten(
    of: Sequence[Token], marks: Sequence[Mark], diets: Iterable[str], language: str, kinds: set[str]
) -> tuple[str, ...]:
    """Of these diets, those of the traveller: in a clause with "I am" or "I do not eat", in which no
    kind of place is named (`kinds`) and nothing asked."""
    parted = {of[m.first].clause for m in marks if m.concept in ASKED or m.concept in kinds}
    own = {of[m.first].clause for m in marks if m.concept == "iam"}
    own |= {of[n].clause for n in eating(of, language)}
    if any(m.concept == "remember" for m in marks):
        own |= {t.clause for t in of}
    said = {m.concept for m in marks if of[m.first].clause in own - parted}
    return tuple(diet for diet in diets if diet in said)


def eating(of: Sequence[Token], language: str) -> set[int]:
    """The tokens that say what somebody eats: "I do not eat" anywhere, "we eat" only where a clause begins
    (or verbs stand last): "where can we eat" is asked."""
    lexicon, found = Lexicon.of(language), set[int]()
    for n, token in enumerate(of):
        begins = n == 0 or of[n - 1].clause != token.clause or not of[n - 1].folded[0].isalnum()
        size = lexicon.begins("eat", of, n)
        if begins or language in VERB_LAST:
            size = max(size, lexicon.begins("eats", of, n))
        found.update(range(n, n + size))
    return found


class Own:
    """Whether who comes along, and how they move, is said of oneself, and not asked of a place: "with a
    wheelchair", "we have two kids"; not "is it good for kids?", "a romantic restaurant"."""

    def __init__(self, of: Sequence[Token], marks: Sequence[Mark], language: str) -> None:
        self._of, self._lexicon = of, Lexicon.of(language)
        speaking = {m.first for m in marks if m.concept == "iam"}
        self._speaks = {of[n].clause for n in speaking}
        self._of_places = {
            of[m.first].clause for m in marks if is_kind(m.concept) or m.concept == "accessible"
        }
        self._asked = pointing.questions(of, language, speaking)
        self._alone = len({t.clause for t in of if t.folded[0].isalnum()}) == 1

    def said(self, mark: Mark) -> bool:
        clause = self._of[mark.first].clause
        if self._with(mark):
            return True
        if clause in self._asked:
            return clause in self._speaks and not self._alone
        return clause in self._speaks or clause not in self._of_places

    def _with(self, mark: Mark) -> bool:
        """ "With" or "my" before it, or in it, or behind it, as languages write it."""
        before = any(
            self._lexicon.ends("with", self._of, at)
            for at in (mark.first, mark.first - 1)
            if at > 0 and self._of[at - 1].clause == self._of[mark.first].clause
        )
        begins = self._lexicon.begins
        return before or any(begins("with", self._of, at) for at in (mark.first, mark.last + 1))
