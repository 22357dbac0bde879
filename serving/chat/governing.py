"""What is wanted, liked or refused: each mark is governed by the verb or the "not" of its clause."""

from collections.abc import Sequence

from serving.chat.lexicon import Mark, Token

LIKE, DISLIKE, NOT, WANT = "like", "dislike", "not", "want"
AGAINST = frozenset({DISLIKE, NOT})
_VERBS = (LIKE, DISLIKE, NOT, WANT)
_REACH = 3  # tokens between a "not" and the verb it turns
VERB_LAST = {"tr"}  # what governs stands behind
NOT_LAST = {"de", "nl", "tr"}  # "not" may stand behind what it denies


def governed(of: Sequence[Token], marks: Sequence[Mark], language: str) -> dict[Mark, str]:
    """Of each mark, what governs it: "like", "dislike", "not", "want", or "" where nothing does."""
    clauses = _clauses(of, marks)
    verbs = _turned(marks, clauses, language)
    return {m: _governor(m, verbs, clauses, language) for m in marks}


def _clauses(of: Sequence[Token], marks: Sequence[Mark]) -> list[int]:
    """The clause of each token: marks of writing and "but" part them."""
    parted = {m.first for m in marks if m.concept == "but"}
    out, extra = [], 0
    for n, token in enumerate(of):
        extra += n in parted
        out.append(token.clause + extra)
    return out


def _turned(marks: Sequence[Mark], clauses: Sequence[int], language: str) -> list[Mark]:
    """Verbs and "not"s; a verb that a "not" stands beside is turned into "dislike"."""
    verbs = [m for m in marks if m.concept in _VERBS]
    nots = [m for m in verbs if m.concept == NOT]
    spent: set[Mark] = set()
    out: list[Mark] = []
    for verb in verbs:
        if verb.concept in (LIKE, WANT):
            turning = [n for n in nots if _turns(n, verb, marks, clauses, language)]
            spent.update(turning)
            out.append(verb._replace(concept=DISLIKE) if turning else verb)
        elif verb.concept == DISLIKE:
            out.append(verb)
    return sorted([*out, *(n for n in nots if n not in spent)], key=lambda m: m.first)


def _turns(
    no: Mark, verb: Mark, marks: Sequence[Mark], clauses: Sequence[int], language: str
) -> bool:
    if clauses[no.first] != clauses[verb.first]:
        return False
    if no.first < verb.first:
        between = [m for m in marks if no.last < m.first < verb.first and _is_thing(m)]
        return verb.first - no.last <= _REACH and not between
    behind = [m for m in marks if m.first > no.last and clauses[m.first] == clauses[no.last]]
    last = language in NOT_LAST and not any(_is_thing(m) for m in behind)
    return last and not any(m.concept in _VERBS for m in marks if verb.last < m.first < no.first)


def _is_thing(mark: Mark) -> bool:
    return mark.concept not in (*_VERBS, "filler", "iam", "recommend")


def _governor(mark: Mark, verbs: Sequence[Mark], clauses: Sequence[int], language: str) -> str:
    if mark.concept in _VERBS:
        return ""
    here = [v for v in verbs if clauses[v.first] == clauses[mark.first]]
    before = [v for v in here if v.first <= mark.first]
    after = [v for v in here if v.first > mark.first]
    if language in VERB_LAST:
        near = after[:1] or before[-1:]
    else:
        near = before[-1:] or [
            v for v in after[:1] if v.concept != NOT or _ends(v, clauses, language)
        ]
    return near[0].concept if near else ""


def _ends(no: Mark, clauses: Sequence[int], language: str) -> bool:
    """A "not" that stands last in its clause, where the language writes it there."""
    last = no.last + 1 >= len(clauses) or clauses[no.last + 1] != clauses[no.last]
    return language in NOT_LAST and last
