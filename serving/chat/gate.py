"""The gate: what is said to a traveller passes only where it rests on facts. Deterministic, no network.

Checks in their order, the first that fails is named in the verdict. What each asks, and what was
measured: docs/explanations.md
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from butler.domain import CURRENCIES
from serving.chat.checks import calendar, claims, numbers, signs
from serving.chat.checks import language as languages
from serving.chat.checks.lexicon import Lexicon, fixed, vocabulary
from serving.chat.checks.names import Known, Mention, stranger
from serving.chat.checks.text import Token, clean, forget_texts, tokens
from serving.chat.facts import Fact, Facts
from serving.chat.values import Sentence, Verdict
from serving.explain.words import LANGUAGES, spoken

CHECKS = ("ids", "numbers", "names", "signs", "language", "guarded")
NOBODY = Known(())
_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
_FILLED = "\ufffc"  # stands where our code fills a fact in
_EDGES = set(".,;:!?()[]«»\"'„“”…–—-،؛؟\n" + _FILLED)
_GREEK_STOP = ("· ", "; ")  # with the space: the same mark joins letters in Catalan
_SHORTEST = 4  # letters of a fact's text that counts as said whole


@dataclass(frozen=True)
class Reading:
    """A sentence as the checks see it.

    `text` is clean, with names written out and other facts that are said whole blanked; in `bare`
    the names of cited places are blanked too, at the same offsets. `filled` is where each fact
    stands that is said whole.
    """

    sentence: Sentence
    facts: Facts
    cited: tuple[Fact, ...]
    language: str
    known: tuple[Known, ...]
    text: str
    filled: tuple[tuple[int, Fact], ...]
    before: int = 0  # the lowest rank told so far
    final: str = field(default="", compare=False)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tokens(self.text)

    @cached_property
    def names(self) -> dict[str, str]:
        """Of cited places, by poi_id."""
        every = self.facts.names()
        return {p: every[p] for f in self.cited for p in (f.place, *f.others) if p in every}

    @cached_property
    def mentions(self) -> list[Mention]:
        return _named(tuple(self.names.items())).mentions(self.tokens, self.language)

    @cached_property
    def bare(self) -> str:
        out = self.text
        for m in self.mentions:
            start, end = self.tokens[m.first].start, self.tokens[m.last].end
            out = out[:start] + _FILLED + " " * (end - start - 1) + out[end:]
        return out

    @property
    def said_whole(self) -> list[Fact]:
        return [fact for _, fact in self.filled]

    @cached_property
    def asserted(self) -> str:
        """What it claims: all but the questions of a text that rests on nothing."""
        return self.bare if self.cited else claims.asserted(self.bare, self.language)

    @cached_property
    def said_by_facts(self) -> str:
        """With the sums that agree with them: "EUR" is no name."""
        told = [*(f.text for f in self.cited), *self.names.values(), *(n.said for n in self.sums)]
        return clean(" ".join(told))

    @cached_property
    def agreed(self) -> tuple[list[numbers.Agreed], numbers.Number | None]:
        return numbers.agreed(self.bare, self.cited, len(self.names), self.language)

    @property
    def sums(self) -> list[numbers.Number]:
        """Of money, in free words."""
        return [n for n, _ in self.agreed[0] if n.unit in CURRENCIES]


def check(
    sentences: Sequence[Sentence], facts: Facts, language: str, known: Known = NOBODY
) -> list[Verdict]:
    """A verdict on each sentence of a reply, in their order; what failed counts as not said.

    `known` are the names of the whole catalogue (`Known.of`, made once), so that places nobody asked
    for are known as such.
    """
    verdicts: list[Verdict] = []
    said: list[Sentence] = []
    for sentence in sentences:
        verdict = check_one(sentence, facts, language, said, known)
        verdicts.append(verdict)
        if verdict.text is not None:
            said.append(sentence)
    return verdicts


def prepare() -> None:
    """Read the words of every language now (over a second), so that no traveller waits for it."""
    for language in LANGUAGES:
        Lexicon.of(language)
        vocabulary(language)
        calendar.names(language)
    languages.prepare()
    forget_texts()  # what was read for the lists is not what will be said


def check_one(
    sentence: Sentence,
    facts: Facts,
    language: str,
    said_before: Sequence[Sentence] = (),
    known: Known = NOBODY,
) -> Verdict:
    """The same of one sentence, as it arrives; `said_before` are those already released."""
    missing = [i for i in sentence.facts if facts.get(i) is None]
    if missing:
        return Verdict(sentence, None, "ids", f"no fact has the id {missing[0]}")
    if not sentence.facts and clean(sentence.text) in fixed(spoken(language)):
        return Verdict(sentence, sentence.text)
    reading = _read(sentence, facts, spoken(language), said_before, known)
    for name, ask in _CHECKS.items():
        why = next((w for w in ask(reading) if w), "")
        if why:
            return Verdict(sentence, None, name, why)
    return Verdict(sentence, reading.final)


def _read(
    sentence: Sentence, facts: Facts, language: str, said_before: Sequence[Sentence], known: Known
) -> Reading:
    cited = tuple(f for i in dict.fromkeys(sentence.facts) if (f := facts.get(i)) is not None)
    text, filled = _blanked(clean(sentence.text), cited)
    before = max((signs.last_rank(_cited(s, facts)) for s in said_before), default=0)
    turn = _named(tuple(facts.names().items()))
    return Reading(
        *(sentence, facts, cited, language, (turn, known), text, filled, before),
        final=_final(sentence.text, facts),
    )


@lru_cache(maxsize=256)
def _named(names: tuple[tuple[str, str], ...]) -> Known:
    """Of a turn, and of a sentence in it: asked again by every sentence and every check."""
    return Known(names)


def _cited(sentence: Sentence, facts: Facts) -> list[Fact]:
    return [f for i in sentence.facts if (f := facts.get(i)) is not None]


def _final(text: str, facts: Facts) -> str:
    """The text with its placeholders filled; a full stop is not doubled."""

    def fill(found: re.Match[str]) -> str:
        fact = facts.get(found[1])
        said = fact.text if fact else found[0]
        follows = text[found.end() : found.end() + 1]
        return said.rstrip(".") if follows in {".", ",", ";", "!", "?"} else said

    return _PLACEHOLDER.sub(fill, text)


def _blanked(text: str, cited: Sequence[Fact]) -> tuple[str, tuple[tuple[int, Fact], ...]]:
    """Placeholders of names are written out; other facts said whole, by placeholder or word for
    word between marks, are blanked."""
    by_id = {f.id: f for f in cited}
    out, at, filled = "", 0, []
    for found in _PLACEHOLDER.finditer(text):
        fact = by_id.get(found[1])
        out += text[at : found.start()]
        at = found.end()
        if fact and fact.kind == "name":
            out += clean(fact.text)
        else:
            if fact:
                filled.append((len(out), fact))
            out += _FILLED
    out += text[at:]
    for fact in sorted(cited, key=lambda f: -len(f.text)):
        said = clean(fact.text).rstrip(".")
        where = _whole(out, said) if fact.kind != "name" and len(said) >= _SHORTEST else -1
        if where >= 0:
            filled.append((where, fact))
            out = out[:where] + _FILLED + " " * (len(said) - 1) + out[where + len(said) :]
    return out, tuple(filled)


def _whole(text: str, said: str) -> int:
    """Where a text says it from mark to mark; -1 where it does not."""
    text, said = text.replace(*_GREEK_STOP), said.replace(*_GREEK_STOP)
    low, wanted = text.lower(), said.lower()
    if len(low) != len(text):
        low, wanted = text, said
    at = low.find(wanted)
    while at >= 0:
        before, after = text[:at].rstrip(" "), text[at + len(said) :].lstrip(" ")
        if (not before or before[-1] in _EDGES) and (not after or after[0] in _EDGES):
            return at
        at = low.find(wanted, at + 1)
    return -1


def _ids(r: Reading) -> Iterator[str]:
    cited = {f.id for f in r.cited}
    for found in _PLACEHOLDER.finditer(r.sentence.text):
        if found[1] not in cited:
            yield f"the placeholder {found[0]} is of no cited fact"
    if "{" in _PLACEHOLDER.sub("", r.sentence.text) or "}" in _PLACEHOLDER.sub("", r.sentence.text):
        yield "a brace that is no placeholder"
    if not r.cited:
        yield claims.uncited(r.text, r.known, r.language)


def _numbers(r: Reading) -> Iterator[str]:
    wrong = r.agreed[1]
    if wrong:
        yield f"no cited fact says {wrong.said} {wrong.unit}".rstrip()


def _names(r: Reading) -> Iterator[str]:
    name = stranger(r.tokens, r.text, r.names, r.said_by_facts, r.known, r.language)
    if name:
        yield f"{name} is no cited place"
    yield claims.facility(r.asserted, r.said_by_facts, r.language)
    yield claims.other_category(r.bare, r.facts, r.cited, r.said_by_facts, r.language)
    items = [(n.start, _places(facts)) for n, facts in r.agreed[0]]
    items += [(at, _places([f])) for at, f in r.filled]
    if not signs.belongs(sorted(items, key=lambda i: i[0]), r.mentions, r.tokens):
        yield "what is said of one place is of another"


def _unnamed(text: str, names: Iterable[str]) -> str:
    """Without these names: a Reservoir is no promise of a reservation."""
    for name in names:
        text = text.replace(clean(name), _FILLED)
    return text


def _places(facts: Sequence[Fact]) -> set[str]:
    """Whose the facts may be; nothing where one of them is of no place."""
    found: set[str] = set()
    for fact in facts:
        if fact.place is None:
            return set()
        found |= {fact.place, *fact.others}
    return found


def _signs(r: Reading) -> Iterator[str]:
    if r.cited:
        yield signs.contradiction(r.bare, r.cited, r.said_whole, r.language)
    yield signs.miscompared(r.tokens, r.mentions, r.cited, r.said_whole, r.names, r.language)
    yield signs.misordered(r.tokens, r.mentions, r.cited, r.before, r.language)


def _language(r: Reading) -> Iterator[str]:
    covered = {i for m in r.mentions for i in range(m.first, m.last + 1)}
    own = {t.folded for t in tokens(clean(" ".join(r.names.values())))}
    rest = [t for i, t in enumerate(r.tokens) if i not in covered and t.folded not in own]
    found = languages.other(rest, r.language)
    if found:
        yield f"this is {found}"


def _guarded(r: Reading) -> Iterator[str]:
    for fact in r.cited:
        if fact.guarded and fact not in r.said_whole:
            yield f"{fact.id} is said by its placeholder alone"
    if r.sums:
        yield claims.priced(r.sums[0].said, r.asserted, r.cited, r.mentions, r.language)
    yield claims.guarded(r.asserted, r.cited, r.said_whole, r.language, r.sums)
    told = [_unnamed(clean(f.text), r.names.values()) for f in r.said_whole]
    yield claims.barred(clean(r.final), " . ".join([r.bare, *told]), r.language)
    if r.cited and all(f.kind == "name" for f in r.cited):  # "Shall we say A?", and no more
        yield claims.of_a_name(r.bare, r.language)


_CHECKS: dict[str, Callable[[Reading], Iterator[str]]] = {
    "ids": _ids,
    "numbers": _numbers,
    "names": _names,
    "signs": _signs,
    "language": _language,
    "guarded": _guarded,
}
