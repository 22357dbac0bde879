"""What holds no longer: "forget my budget", "I am not in a wheelchair", "museums are fine after all".

The words: `forget` and what it may be about (`all`, `ofbudget` and their like), `fine`, `not`.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from serving.chat.arguments import FIELDS
from serving.chat.diets import DIETS
from serving.chat.governing import AGAINST, NOT, NOT_LAST
from serving.chat.kinds import is_kind
from serving.chat.lexicon import Lexicon, Mark, Token
from serving.chat.oneself import ASKED

_STOPS = ".!?;؟"
_REACH = 4  # tokens from a "not" to what it denies
PARTY_OF = {p: f"party:{p}" for p in ("solo", "couple", "family", "friends")}
# what a mark is of, in fields of a trip; "party:family" is the party where it is a family
_OF_MARKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("free", "cheap", "midrange", "dear", "luxury"), ("budget",)),
    **dict.fromkeys(PARTY_OF, ("party",)),
    "kids": (PARTY_OF["family"], "children"),
    "wheelchair": ("mobility",),
    "accessible": ("mobility",),
    "stroller": ("mobility",),
    "shortwalks": ("mobility",),
}
_TOPICS: dict[str, tuple[str, ...]] = {
    "ofbudget": ("budget",),
    "ofdates": ("start", "end"),
    "ofparty": ("party", "children"),
    "oflikes": ("likes", "dislikes"),
    "oftown": ("town",),
    "ofdiets": ("diets",),
    "ofmobility": ("mobility",),
}
DENIED: dict[str, tuple[str, ...]] = {
    **{party: (field,) for party, field in PARTY_OF.items()},
    "family": (PARTY_OF["family"], "children"),
    **{c: _OF_MARKS[c] for c in ("kids", "wheelchair", "stroller", "shortwalks")},
}


class Gone(NamedTuple):
    """`fields` of the trip, and single `values` of it: kinds of places and diets. What is said of that
    stands in `clauses`."""

    fields: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    clauses: frozenset[int] = frozenset()


def forgotten(
    of: Sequence[Token], marks: Sequence[Mark], language: str, dated: Set[int], town: int | None
) -> Gone:
    """What is to be forgotten: of the clause that says so, and where that names nothing, of the next
    ("zapomnij, że podróżuję z dziećmi"). `dated` are the clauses of dates, `town` that of a town."""
    said = {of[m.first].clause for m in marks if m.concept == "forget"}
    for clauses in (said, said | _following(of, marks, said)) if said else ():
        found = _about(of, [m for m in marks if of[m.first].clause in clauses], language, clauses)
        if clauses & dated:
            found = ["start", "end", *found]
        if town in clauses:
            found = ["town", *found]
        if found:
            return _sorted(found, clauses)
    return Gone()


def _following(of: Sequence[Token], marks: Sequence[Mark], said: Set[int]) -> set[int]:
    """The clauses behind these, where they are of the same sentence and ask for nothing: "never mind,
    show me museums" forgets none."""
    asking = {of[m.first].clause for m in marks if m.concept in ASKED}
    ended = {t.clause + k for t in of if not t.is_word and t.raw[0] in _STOPS for k in (0, 1)}
    return {c + 1 for c in said} - asking - ended


def _about(
    of: Sequence[Token], marks: Iterable[Mark], language: str, clauses: Set[int]
) -> list[str]:
    found = [what for m in marks for what in _OF_MARKS.get(m.concept, ())]
    found += [m.concept for m in marks if m.concept in DIETS or is_kind(m.concept)]
    lexicon = Lexicon.of(language)
    for topic, names in _TOPICS.items():
        if lexicon.clauses(topic, of) & clauses:
            found += names
    if not found and lexicon.clauses("all", of) & clauses:
        return list(FIELDS)
    return found


def _sorted(found: Iterable[str], clauses: Set[int]) -> Gone:
    once = list(dict.fromkeys(found))
    values = tuple(w for w in once if w in DIETS or is_kind(w))
    return Gone(tuple(w for w in once if w not in values), values, frozenset(clauses))


def denied(of: Sequence[Token], marks: Sequence[Mark], language: str) -> tuple[str, ...]:
    """Who comes along, and how they move, where the traveller says that it is not so: a "not" before
    it, near by, in a clause that names no kind of place."""
    kinds = {of[m.first].clause for m in marks if is_kind(m.concept)}
    nots = [m for m in marks if m.concept == NOT and of[m.first].clause not in kinds]
    buts = [m.first for m in marks if m.concept == "but"]
    found: list[str] = []
    for mark in marks if nots else ():
        clause = of[mark.first].clause
        turned = any(
            of[n.first].clause == clause
            and (
                0 < mark.first - n.last <= _REACH or (language in NOT_LAST and n.first > mark.first)
            )
            and not any(n.first < b < mark.first for b in buts)
            for n in nots
        )
        found += DENIED.get(mark.concept, ()) if turned else ()
    return tuple(dict.fromkeys(found))


def accepted(
    of: Sequence[Token], marks: Sequence[Mark], governed: Mapping[Mark, str]
) -> tuple[str, ...]:
    """The kinds of places that are "fine after all"; not those that are refused beside them."""
    clauses = {of[m.first].clause for m in marks if m.concept == "fine"}
    clauses -= {of[m.first].clause for m in marks if m.concept == NOT}
    kinds = (m for m in marks if is_kind(m.concept) and of[m.first].clause in clauses)
    found = (m.concept for m in kinds if governed[m] not in AGAINST)
    return tuple(dict.fromkeys(found))
