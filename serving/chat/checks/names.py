"""Every proper name of a text belongs to a place that is cited."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from serving.chat.checks import calendar
from serving.chat.checks.lexicon import Lexicon, vocabulary
from serving.chat.checks.text import Token, clean, tokens

# scripts that are not the names' own: there, Latin letters are names
OTHER_SCRIPTS = {"el", "ru", "ar", "he"}
NO_CAPITALS = {"ar", "he"}
_ENDINGS = {"ru", "el", "pl", "hr", "sl", "sq", "tr", "ro"}  # languages that put endings onto names
_MOST_ENDING = 3
# words of names that are no names alone, in the languages of the coasts
COMMON = frozenset(
    """
    a al als amb d da dal de del della dels den der des di do dos du e el els en es et i
    il in l la las le les lo los na no of on per pe pla s sa san sant santa saint st the
    to und von y van
    """.split()  # noqa: SIM905, as a translator writes them
)
_KINDS = frozenset(
    """
    avinguda bar barri bodega cafe cala camping cap carrer casa casino castell castillo
    club convent cova cueva discoteca esglesia font hotel iglesia illa isla jardi jardin
    mercado mercat mirador museo museu palacio palau parc parque passeig paseo platja
    playa plaza port puerto restaurant restaurante ristorante rambla ruta serra sierra
    spa teatre teatro torre trattoria villa
    """.split()  # noqa: SIM905, as a translator writes them
)
_GERMAN = set("abcdefghijklmnopqrstuvwxyzäöüß")
_QUOTED = re.compile(r"[\"“„«‹](.+?)[\"”“»›]|\B'(\w.+?\w)'\B")


class Mention(NamedTuple):
    """A place that the text names: its id, and the tokens `first` to `last`."""

    place: str
    first: int
    last: int


class Known:
    """Names and whose they are: of a turn's places, or of the whole catalogue (made once)."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self.words: dict[str, set[str]] = defaultdict(set)
        self._first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for place, name in named:
            words = tuple(t.folded for t in tokens(clean(name)) if t.word or t.text.isdigit())
            if words:
                self._first[words[0]].append((words, place))
                for word in words:
                    self.words[word].add(place)
        for same in self._first.values():
            same.sort(key=lambda entry: -len(entry[0]))

    @staticmethod
    def of(names: Mapping[str, str]) -> "Known":
        """Of names by poi_id; make it once where there are many."""
        return Known(names.items())

    def mentions(self, of: Sequence[Token], language: str) -> list[Mention]:
        """Whole names, the longest first; a place of several of that name is each of them."""
        found: list[Mention] = []
        n = 0
        while n < len(of):
            here = list(self._at(of, n, language)) if of[n].word or of[n].text.isdigit() else []
            longest = max((m.last for m in here), default=n)
            found += [m for m in here if m.last == longest]
            n = longest + 1
        return found

    def _at(self, of: Sequence[Token], n: int, language: str) -> Iterator[Mention]:
        for start in _stems(of[n].folded, language):
            for words, place in self._first.get(start, ()):
                last = _follow(of, n, words, language)
                if last >= 0 and (len(words) > 1 or of[n].capital or language in OTHER_SCRIPTS):
                    yield Mention(place, n, last)


def _stems(word: str, language: str) -> Iterator[str]:
    """The word, and what it may be without its ending."""
    yield word
    if language in _ENDINGS:
        for cut in range(1, _MOST_ENDING + 1):
            if len(word) - cut >= 4:
                yield word[:-cut]


def _is(word: str, name: str, language: str) -> bool:
    """The name's word, perhaps with an ending: `Benidormem`, `Altei`."""
    if word == name:
        return True
    if language not in _ENDINGS or len(name) < 4:
        return False
    stem = name[:-1] if name[-1] in "aeiou" else name
    return word.startswith(stem) and len(word) <= len(stem) + _MOST_ENDING


def _follow(of: Sequence[Token], n: int, words: tuple[str, ...], language: str) -> int:
    """The last token of the name that begins at `n`; marks between are passed over. -1: it is not."""
    at = n
    for word in words:
        while at < len(of) and not of[at].word and not of[at].text.isdigit() and at > n:
            at += 1
        if at >= len(of) or not _is(of[at].folded, word, language):
            return -1
        at += 1
    return at - 1


def stranger(
    of: Sequence[Token],
    text: str,
    cited: Mapping[str, str],
    said: str,
    known: Sequence[Known],
    language: str,
) -> str:
    """The first name that belongs to no cited place, "" where all do.

    `cited` are the names of cited places, by poi_id; `said` is what cited facts say, all of it.
    """
    ours = Known.of(cited)
    own = set(ours.words) | {t.folded for t in tokens(said)}
    covered: set[int] = set()
    for mention in ours.mentions(of, language):
        covered |= set(range(mention.first, mention.last + 1))
    for index in known:
        for mention in index.mentions(of, language):
            here = set(range(mention.first, mention.last + 1))
            alone = mention.first == mention.last
            if mention.place in cited or here <= covered:
                continue
            if all(of[i].folded in own for i in here) or (
                alone and of[mention.first].folded in vocabulary(language)
            ):
                continue
            return text[of[mention.first].start : of[mention.last].end]
    return _unknown(of, text, own, covered, bool(cited), known, language)


def _unknown(
    of: Sequence[Token],
    text: str,
    own: set[str],
    covered: set[int],
    cited: bool,
    known: Sequence[Known],
    language: str,
) -> str:
    ordinary = vocabulary(language)
    for n, token in enumerate(of):
        if n in covered or not token.word or _ours(token.folded, own, language):
            continue
        if _foreign_script(token, language):
            if not _is_unit(of, n, language):
                return token.text
        elif token.capital and _is_name(of, n, ordinary, known, language):
            certain = not token.opens or _is_known(token, known, ordinary)
            if certain or (cited and not covered):  # an unknown word before "is" may be the subject
                return token.text
    return _quoted(text, own, language)


def _is_known(token: Token, known: Sequence[Known], ordinary: frozenset[str]) -> bool:
    return token.folded not in ordinary and any(token.folded in k.words for k in known)


def _ours(word: str, own: set[str], language: str) -> bool:
    return (
        word in own
        or any(s in own for s in _stems(word, language))
        or (language in _ENDINGS and any(_is(word, o, language) for o in own if o[:4] == word[:4]))
    )


def _foreign_script(token: Token, language: str) -> bool:
    return language in OTHER_SCRIPTS and token.folded[0] in "abcdefghijklmnopqrstuvwxyz"


def _is_unit(of: Sequence[Token], n: int, language: str) -> bool:
    units = calendar.names(language).units
    return (of[n].folded,) in units or (n > 0 and of[n - 1].text == "°")


def _is_name(
    of: Sequence[Token], n: int, ordinary: frozenset[str], known: Sequence[Known], language: str
) -> bool:
    token = of[n]
    if token.folded in Lexicon.of(language).words("capital"):
        return False
    if _dated(of, n, language):
        return False
    after_kind = n > 0 and of[n - 1].folded in _KINDS and of[n - 1].capital
    before_name = (
        token.folded in _KINDS and n + 1 < len(of) and of[n + 1].capital and of[n + 1].word
    )
    if after_kind or before_name:
        return True
    if token.folded in ordinary:
        return False
    if any(token.folded in k.words for k in known) and token.folded not in COMMON | _KINDS:
        return True
    if token.opens:
        return _subject(of, n, ordinary, language)
    if language == "de":
        return _not_german(of, n, ordinary)
    return True


def _dated(of: Sequence[Token], n: int, language: str) -> bool:
    known = calendar.names(language)
    if of[n].folded in known.months or (of[n].folded,) in known.units:
        return True
    return (
        any(
            tuple(t.folded for t in of[first : first + length]) in known.weekdays
            for length in (1, 2, 3)
            for first in range(max(0, n - length + 1), n + 1)
        )
        or of[n].folded in known.short_weekdays
    )


def _subject(of: Sequence[Token], n: int, ordinary: frozenset[str], language: str) -> bool:
    """An unknown word that opens a sentence is a name where "is", "lies", "has" follows."""
    verbs = Lexicon.of(language).words("is")
    return (
        n + 1 < len(of)
        and of[n + 1].folded in verbs
        and of[n].folded not in ordinary
        and len(of[n].folded) > 3
    )


def _not_german(of: Sequence[Token], n: int, ordinary: frozenset[str]) -> bool:
    """German nouns have capitals: a name has letters German has not, or stands beside another."""
    if not set(of[n].text.casefold()) <= _GERMAN:
        return True
    if of[n].text.isupper() and len(of[n].text) > 2:
        return True
    beside = [
        o
        for o in (of[n + 1] if n + 1 < len(of) else None, of[n - 1] if n else None)
        if o is not None and o.word and o.capital and not o.opens
    ]
    named = n > 0 and of[n - 1].folded in {"namens", "heisst"}
    return named or any(o.folded not in ordinary for o in beside)


def _quoted(text: str, own: set[str], language: str) -> str:
    """What stands in quotes and is of no cited fact, where it looks like a name."""
    for found in _QUOTED.finditer(text):
        inside = found[1] or found[2]
        words = [t for t in tokens(inside) if t.word]
        strange = [w for w in words if not _ours(w.folded, own, language)]
        if strange and (language in NO_CAPITALS or words[0].capital):
            return inside
    return ""
