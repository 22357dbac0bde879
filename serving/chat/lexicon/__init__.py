"""The words travellers use, by language and concept: `<language>.words`, read when first needed.

A line is `concept: phrase, phrase`. A word that ends in `*` stands for all that begin with it. Words
are compared without accents, case, final letter forms and, in Arabic and Hebrew, with what is written
onto their front taken off. Concepts of `SMALL` mean something only beside a date, a sum and the like:
by themselves they take no word; those of `spelt` are no misspelling of others. How to add to them:
docs/chat.md
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from butler.domain import CURRENCIES, Currency
from serving.explain.words import LANGUAGES, Words

FOLDER = Path(__file__).parent
COMMON = "common"  # units and signs that all languages share
FILLER = "filler"
NUMBERS = {f"n{n}": n for n in (*range(1, 11), 14, 15)}  # that are written as words
SMALL = frozenset(
    (
        *("dated", "to", "between", "until", "arrive", "leave", "next", "spelt"),
        *("over", "atmost", "person", *CURRENCIES, "in", "lodging", "stay", "here", "eat", "eats"),
        *("ahead", "later", "days", "days2", "weeks", "weeks2", "inmonth", "months", *NUMBERS),
        *("bones", "with", "isit", "isthe", "asks", "had", "todo", "lasting"),
        *("all", "ofbudget", "ofdates", "ofparty", "oflikes", "oftown", "ofdiets", "ofmobility"),
        *("too", "courtesy", "something"),
    )
)
TYPO = 5  # letters from which on a word is found with one of them wrong
# of these another letter makes another word ("choking", "cooking"; "sangría", "sangra"): only a slip of
# the hand is forgiven, in long words; in those of the last not even that
GRAVE = frozenset(
    ("emergency", "perhaps", "police", "alarm", "breaks", "medical", "legal", "forget")
)
SLIP = 7
EXACT = frozenset((FILLER, "off_topic"))
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "œ": "oe", "æ": "ae", "ς": "σ"}
    | dict(zip("ةىךםןףץ", "هيכמנפצ", strict=True))
)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[,;.!?()\n:؟،؛]|[€$£₪]")
_MONEY = frozenset("€$£₪")  # part no clauses
_STEERING = re.compile("[\u200e\u200f\u061c\u2066-\u2069]")  # the direction of writing
_WORD = re.compile(r"[^\W_]+\*?")
# what Arabic and Hebrew write onto the front of words, the longest first; at least so much stays
_FRONTS = {
    "ar": ("وبال", "وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل", "ف", "ك"),
    "he": (
        "וכשה",
        "כשה",
        "ושה",
        "מה",
        "שה",
        "וה",
        "וב",
        "ול",
        "ומ",
        "ה",
        "ב",
        "ל",
        "ו",
        "מ",
        "ש",
        "כ",
    ),
}
_LEFT = 2
_NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")


class Token(NamedTuple):
    """A word, a number or a mark; `forms` are the ways it may be read, `clause` counts from 0.

    `gap` is what stands between it and the token before: spaces, and signs that are no token.
    """

    raw: str
    forms: tuple[str, ...]
    clause: int = 0
    gap: str = ""

    @property
    def folded(self) -> str:
        return self.forms[0]

    @property
    def is_word(self) -> bool:
        return self.folded[0].isalpha()

    @property
    def is_number(self) -> bool:
        return _NUMBER.fullmatch(self.folded) is not None


class Mark(NamedTuple):
    """A concept stands at tokens `first` to `last`, both included."""

    concept: str
    first: int
    last: int


class Phrase(NamedTuple):
    concept: str
    words: tuple[str, ...]


def fold(text: str) -> str:
    """Without case, accents, vowel signs and variants of letters; digits are 0 to 9."""
    low = unicodedata.normalize("NFKD", text.replace("İ", "i").lower())
    bare = "".join(_digit(c) for c in low if not unicodedata.combining(c))
    return bare.translate(_LETTERS)


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def tokens(text: str, language: str = "") -> list[Token]:
    found: list[Token] = []
    clause = at = 0
    composed = unicodedata.normalize("NFC", _STEERING.sub("", text))
    bare = "".join(c for c in composed if not unicodedata.combining(c))
    for read in _TOKEN.finditer(bare):
        word = fold(read[0])
        if not word:
            continue
        if not word[0].isalnum() and word not in _MONEY:
            clause += 1
        gap, at = bare[at : read.start()], read.end()
        found.append(Token(read[0], (word, *_bare(word, language)), clause, gap))
    return found


def _bare(word: str, language: str) -> Iterator[str]:
    for front in _FRONTS.get(language, ()):
        if word.startswith(front) and len(word) - len(front) >= _LEFT:
            yield word[len(front) :]


class Lexicon:
    """Phrases of a language, found in a text the longest first."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._exact: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        self._typos: dict[str, list[Phrase]] = {}
        phrases = [*_read(COMMON), *_read(language)]
        self.small: dict[str, list[tuple[str, ...]]] = {}
        for phrase in (p for p in phrases if p.concept in SMALL):
            self.small.setdefault(phrase.concept, []).append(phrase.words)
        phrases = [p for p in phrases if p.concept not in SMALL]
        for phrase in (*phrases, *_named({p.concept for p in phrases}, language)):
            self._add(phrase)
        self._longest = max(map(len, self._stems), default=0)

    @staticmethod
    def of(language: str) -> "Lexicon":
        return _lexicon(language)

    def _add(self, phrase: Phrase) -> None:
        first = phrase.words[0]
        where = self._stems if first.endswith("*") else self._exact
        where.setdefault(first.rstrip("*"), []).append(phrase)
        stem = first.rstrip("*")
        least = SLIP if phrase.concept in GRAVE else TYPO
        if len(phrase.words) == 1 and len(stem) >= least and phrase.concept not in EXACT:
            self._typos.setdefault(stem[0], []).append(phrase)

    def marks(self, of: Sequence[Token], taken: Sequence[bool]) -> list[Mark]:
        """What stands in the text, from left to right; `taken` tokens are somebody else's."""
        found: list[Mark] = []
        at = 0
        while at < len(of):
            here = [] if taken[at] else self._at(of, at, taken)
            found += [Mark(p.concept, at, at + len(p.words) - 1) for p in here]
            at += len(here[0].words) if here else 1
        return found

    def known(self, of: Sequence[Token]) -> tuple[int, int]:
        """How many tokens stand in its phrases as they are spelt, and how many of them mean something:
        neither small words nor the signs that all languages share."""
        words = meaning = at = 0
        while at < len(of):
            here = self._exactly(of, at)
            size = len(here[0].words) if here else 0
            words += size
            if any(p.concept not in EXACT and p.words not in _common() for p in here):
                meaning += size
            at += size or 1
        return words, meaning

    def begins(self, concept: str, of: Sequence[Token], at: int) -> int:
        """How many tokens from `at` on are a phrase of a small concept; 0 where none are."""
        if not 0 <= at < len(of) or not of[at].is_word:
            return 0
        return max((len(w) for w in self.small.get(concept, ()) if _stand(of, at, w)), default=0)

    def clauses(self, concept: str, of: Sequence[Token]) -> set[int]:
        """The clauses in which a small concept stands."""
        return {token.clause for n, token in enumerate(of) if self.begins(concept, of, n)}

    def ends(self, concept: str, of: Sequence[Token], at: int) -> int:
        """The same of the tokens before `at`."""
        if not 0 < at <= len(of) or not of[at - 1].is_word:
            return 0
        words = self.small.get(concept, ())
        return max((len(w) for w in words if _stand(of, at - len(w), w)), default=0)

    def _at(self, of: Sequence[Token], at: int, taken: Sequence[bool]) -> list[Phrase]:
        return self._exactly(of, at, taken) or self._mistyped(of[at])

    def _exactly(self, of: Sequence[Token], at: int, taken: Sequence[bool] = ()) -> list[Phrase]:
        best: list[Phrase] = []
        most = (0, 0)
        for phrase in self._beginning(of[at]):
            end = at + len(phrase.words)
            if end > len(of) or any(taken[at:end]):
                continue
            if all(_is(t, w) for t, w in zip(of[at + 1 : end], phrase.words[1:], strict=True)):
                size = (len(phrase.words), sum(map(len, phrase.words)))
                if size > most:
                    best, most = [], size
                if size == most:
                    best.append(phrase)
        return best

    def _beginning(self, token: Token) -> Iterator[Phrase]:
        for form in token.forms:
            yield from self._exact.get(form, ())
            for size in range(1, min(len(form), self._longest) + 1):
                yield from self._stems.get(form[:size], ())

    def _mistyped(self, token: Token) -> list[Phrase]:
        """With one letter wrong, missing, doubled or two swapped; the first letter is right."""
        word = token.folded
        if not token.is_word or len(word) < TYPO or (word,) in self.small.get("spelt", ()):
            return []
        return next(([p] for p in self._typos.get(word[0], ()) if _meant(word, p)), [])


def _meant(written: str, phrase: Phrase) -> bool:
    (word,) = phrase.words
    same = slipped if phrase.concept in GRAVE else nearly
    stem = word.rstrip("*")
    if stem == word:
        return same(written, word)
    return same(written[: len(stem)], stem) or same(written[: len(stem) + 1], stem)


def _stand(of: Sequence[Token], at: int, words: Sequence[str]) -> bool:
    if at < 0 or at + len(words) > len(of):
        return False
    return all(_is(of[at + n], word) for n, word in enumerate(words))


def _is(token: Token, word: str) -> bool:
    if word.endswith("*"):
        return any(form.startswith(word[:-1]) for form in token.forms)
    return word in token.forms


def nearly(one: str, other: str) -> bool:
    """At most one letter wrong, missing, too many, or two neighbours swapped."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


def slipped(one: str, other: str) -> bool:
    """The same but for a letter that is missing, too many, or swapped: none is another."""
    same_letters = len(one) != len(other) or sorted(one) == sorted(other)
    return same_letters and nearly(one, other)


@cache
def of_currencies() -> tuple[tuple[Currency, tuple[str, ...]], ...]:
    """What travellers call currencies in any language: folded words, `*` for any ending."""
    named = {str(code): code for code in CURRENCIES}
    return tuple((named[p.concept], p.words) for p in _read(COMMON) if p.concept in named)


def shared(token: Token) -> bool:
    """Whether it is of no language: a unit, a sign of money."""
    return (token.folded,) in _common()


@cache
def _common() -> frozenset[tuple[str, ...]]:
    return frozenset(phrase.words for phrase in _read(COMMON))


@cache
def _lexicon(language: str) -> Lexicon:
    return Lexicon(language if language in LANGUAGES else "en")


def _named(concepts: Iterable[str], language: str) -> Iterator[Phrase]:
    """Kinds of places, as the butler calls them: what it says, it understands."""
    words = Words.of(language)
    for concept in sorted(concepts):
        name = words.category(concept)
        if name:
            yield Phrase(concept, tuple(_WORD.findall(fold(name))))


def _read(name: str) -> Iterator[Phrase]:
    for line in (FOLDER / f"{name}.words").read_text(encoding="utf-8").splitlines():
        concept, colon, phrases = line.partition(":")
        for phrase in phrases.split(",") if colon and not line.startswith("#") else ():
            words = tuple(_WORD.findall(fold(phrase)))
            if words:
                yield Phrase(concept.strip(), words)
