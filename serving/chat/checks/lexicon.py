"""The words the gate knows of a language: `gate_words/<language>.txt`, one list of phrases a topic."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from serving.chat.checks.text import Token, clean, fold, tokens
from serving.explain.words import FOLDER as MESSAGES

FOLDER = Path(__file__).parent.parent / "gate_words"
SHORTEST = 2  # letters of a stem
_LONG = 6  # letters of a name of a kind that may have another ending
# what is written onto the front of a word
_FRONT = {
    "ar": ("وال", "بال", "لل", "كال", "فال", "ال", "و", "ب", "ل", "ف", "ك", "س"),
    "he": ("שב", "שה", "וב", "וה", "ומ", "ול", "כש", "מה", "ה", "ו", "ב", "ל", "מ", "ש", "כ"),
}
# topics whose single words are asked for by `words`, never found: most of what a sentence holds
_LOOKED_UP = {"words", "capital", "joins", "is", "but", "not", "less", "clock", "period"}
# topics whose phrases hide nothing: they say of other hits what those are
_BESIDE = {"title", "keep"}
_ENTRY = re.compile(r"^(\w+):(.*)$")


Topics = Mapping[str, tuple[str, ...]]


class Hit(NamedTuple):
    """A phrase of a topic that was found: tokens `first` to `last`, inclusive."""

    topic: str
    phrase: str
    first: int
    last: int


class Lexicon:
    """One language's topics. Phrases are words; `pool*` is a beginning, `~verleih` an end, `free of
    charge` a sequence."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._kept = lru_cache(maxsize=2048)(self._read)
        self._front = _FRONT.get(language, ())
        self._whole: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._ends: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._words: dict[str, frozenset[str]] = {}
        self._longest = 0  # letters of a stem or an end
        for topic, phrases in topics_of(language).items():
            cut = [tuple(_words(phrase)) for phrase in phrases]
            self._words[topic] = frozenset(words[0] for words in cut if len(words) == 1)
            for words in cut:
                if topic in _LOOKED_UP and len(words) == 1:
                    continue
                kind = self._stems if words[0].endswith("*") else self._whole
                kind = self._ends if words[0].startswith("~") else kind
                kind[words[0].strip("*~")].append((topic, words))
        self._longest = max(map(len, (*self._stems, *self._ends)), default=0)

    @staticmethod
    @cache
    def of(language: str) -> "Lexicon":
        return Lexicon(language)

    def words(self, topic: str) -> frozenset[str]:
        """The topic's phrases of one word."""
        return self._words.get(topic, frozenset())

    def find(self, of: Sequence[Token]) -> tuple[Hit, ...]:
        """Every topic. A longer phrase hides what it covers; `plain` ones (idioms) do nothing else."""
        return self._kept(tuple(of))[0]

    def idioms(self, of: Sequence[Token]) -> frozenset[int]:
        """Which tokens stand in a phrase of `plain`."""
        return self._kept(tuple(of))[1]

    def _read(self, of: tuple[Token, ...]) -> tuple[tuple[Hit, ...], frozenset[int]]:
        found: list[Hit] = []
        for n, token in enumerate(of):
            if token.word:
                found += self._at(of, n)
        longer = [h for h in found if h.last > h.first and h.topic not in _BESIDE]
        idioms = {n for h in longer if h.topic == "plain" for n in range(h.first, h.last + 1)}
        hits = (h for h in found if h.topic != "plain" and not any(_hides(o, h) for o in longer))
        return tuple(hits), frozenset(idioms)

    def _at(self, of: Sequence[Token], n: int) -> Iterator[Hit]:
        seen: set[tuple[str, int]] = set()
        for form in self._forms(of[n].folded):
            for topic, phrase in self._starting(form):
                last = self._follows(of, n, phrase)
                if last >= 0 and (topic, last) not in seen:
                    seen.add((topic, last))
                    yield Hit(topic, " ".join(phrase), n, last)

    def _starting(self, form: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from self._whole.get(form, ())
        stems, ends = self._stems, self._ends
        for length in range(SHORTEST, min(len(form), self._longest) + 1):
            if form[:length] in stems:
                yield from stems[form[:length]]
            if ends and form[-length:] in ends:
                yield from ends[form[-length:]]

    def _follows(self, of: Sequence[Token], n: int, phrase: tuple[str, ...]) -> int:
        """The last token of the phrase that begins at `n`, or -1."""
        for step, word in enumerate(phrase[1:], start=1):
            if n + step >= len(of):
                return -1
            there = self._forms(of[n + step].folded)
            if word.endswith("*"):
                if not any(f.startswith(word[:-1]) for f in there):
                    return -1
            elif word not in there:
                return -1
        return n + len(phrase) - 1

    def _forms(self, folded: str) -> list[str]:
        forms = [folded]
        for front in self._front:
            if folded.startswith(front) and len(folded) - len(front) >= SHORTEST:
                forms.append(folded[len(front) :])
        return forms


def _hides(longer: Hit, hit: Hit) -> bool:
    covers = longer.first <= hit.first and hit.last <= longer.last
    return covers and longer.last - longer.first > hit.last - hit.first


@cache
def vocabulary(language: str) -> frozenset[str]:
    """Every word of the language that we have written ourselves, folded."""
    paths = (MESSAGES / f"{language}.ftl", MESSAGES / "chat" / f"{language}.ftl")
    texts = [path.read_text(encoding="utf-8") for path in paths]
    texts = [re.sub(r"(?m)^#.*$|^[\w-]+ =|\{[^{}]*\}|\[\w+\]", " ", t) for t in texts]
    ours = " ".join(" ".join(p) for p in topics_of(language).values())
    ours = ours.replace("*", "").replace("~", "")
    return frozenset(t.folded for t in tokens(clean(" ".join(texts) + " " + ours)) if t.word)


@lru_cache(maxsize=1)
def topics_of(language: str) -> Topics:
    """The phrases of each topic, as they are written; of one language, as nobody needs them once they are
    cut."""
    return _read(FOLDER / f"{language}.txt") | _categories(language)


def _categories(language: str) -> dict[str, tuple[str, ...]]:
    """The kinds of places, as our messages name them, in one and in many."""
    said = (MESSAGES / f"{language}.ftl").read_text(encoding="utf-8")
    return {
        f"category {group}/{kind}": tuple(_forms(name))
        for group, kind, name in re.findall(r"(?m)^category-(\w+?)-(\w+) = (.+)$", said)
    }


def _forms(name: str) -> Iterator[str]:
    words = [t.folded for t in tokens(clean(name)) if t.word]
    yield " ".join(words)
    if len(words) == 1 and len(words[0]) >= _LONG:
        yield f"{words[0][:-1]}*"  # an ending of its own in many, or in another case


@cache
def fixed(language: str) -> frozenset[str]:
    """Sentences of our messages that nothing is filled into, clean: a greeting, what to do in an
    emergency."""
    text = (MESSAGES / "chat" / f"{language}.ftl").read_text(encoding="utf-8")
    said = re.findall(r"(?m)^say-[\w-]+ = ([^{}\n]+)$", text)
    return frozenset(clean(s.strip()) for s in said)


def _words(phrase: str) -> Iterator[str]:
    """Folded; cut as texts are, a star kept on its word."""
    read = tokens(clean(phrase))
    for n, token in enumerate(read):
        if token.text in "*~":
            continue
        starred = n + 1 < len(read) and read[n + 1].text == "*"
        ends = n > 0 and read[n - 1].text == "~"
        yield ("~" if ends else "") + token.folded + ("*" if starred else "")


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    """`topic: phrase, phrase` a line; lines that go on are indented; `#` begins a remark."""
    topics: dict[str, str] = {}
    topic = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].rstrip()
        entry = _ENTRY.match(line)
        if entry:
            topic = entry[1]
            topics[topic] = f"{topics.get(topic, '')},{entry[2]}"
        elif line.strip():
            topics[topic] += "," + line
    return {
        t: tuple(p for p in dict.fromkeys(map(str.strip, text.split(","))) if fold(p))
        for t, text in topics.items()
    }
