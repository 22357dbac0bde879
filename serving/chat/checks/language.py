"""A text is in the language asked for: by its letters, and by the small words no text does without.

Not by a detector: docs/adr/0031-the-gate-of-words.md has what was measured.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from unicodedata import name as letter_name

from serving.chat.checks.lexicon import Lexicon, vocabulary
from serving.chat.checks.text import KEPT, Token
from serving.explain.words import LANGUAGES

_SCRIPT = {"el": "GREEK", "ru": "CYRILLIC", "ar": "ARABIC", "he": "HEBREW"}
LATIN = tuple(lang for lang in LANGUAGES if lang not in _SCRIPT)
_FEW = 4  # words: fewer say nothing
_CLEARLY = 1.25
_MARKS = {
    "de": "ß", "es": "ñ¿¡", "fr": "œùû", "pt": "ãõ", "pl": "łąęśźż", "tr": "ğış", "ro": "țșă",
    "sq": "ë", "ca": "ï·", "hr": "đ",
}  # fmt: skip
# letters that a language has not
_NOT_IN = {
    "en": "äöüßñçãõłąęśźżğışțșăëčšžđ", "de": "ñçãõłąęśźżğışțșăëčšžđéèêàòáíóúì",
    "fr": "äößñãõłąęśźżğışțșăčšžđìòáíóú",
    "it": "äöüßñçãõłąęśźżğışțșăëčšžđâêîôû", "es": "äößçãõłąęśźżğışțșăëčšžđàèìòùâêîôû",
    "pt": "äöüßñłąęśźżğışțșăëčšžđìòù", "nl": "ßñçãõłąęśźżğışțșăčšžđ", "ca": "äößñãõłąęśźżğışțșăëčšžđâêîôû",
    "tr": "äßñãõłąęśźżțșăëčšžđéèàòáíóú", "hr": "äöüßñçãõłąęśźżğışțșăëéèêàòáíóú",
    "sl": "äöüßñçãõłąęśźżğışțșăëđéèêàòáíóú", "sq": "äöüßñãõłąęśźżğışțșăčšžđéèêàòáíóú",
    "pl": "äöüßñçãõğıșțăëčšžđéèêàòáíúì", "ro": "äöüßñçãõłąęźżğışëčšžđéèêàòáíóú",
}  # fmt: skip


def prepare() -> None:
    """Read what tells languages apart now, so that no traveller waits for it."""
    _weights()


def other(of: Sequence[Token], language: str) -> str:
    """The language the words are in, where it is clearly not the one asked for; else ""."""
    words = [t for t in of if t.word and len(t.text) > 0]
    script = _script(words)
    wanted = _SCRIPT.get(language, "LATIN")
    if script and script != wanted:
        return script.lower()
    return "" if language in _SCRIPT else _other_latin(words, language)


def _script(words: Sequence[Token]) -> str:
    """Of most letters; "" for too few to tell."""
    found: Counter[str] = Counter()
    for token in words:
        found[_script_of(token.folded[0])] += len(token.text)
    if found.total() < 4:
        return ""
    return found.most_common(1)[0][0]


@cache
def _script_of(letter: str) -> str:
    return letter_name(letter, "?").split(" ")[0]


Says = tuple[tuple[str, float], ...]  # for each language it says something of


@cache
def _weights() -> dict[str, Says]:
    """What each small word says for each language: less, the more languages share it."""
    small = {lang: Lexicon.of(lang).words("words") for lang in LATIN}
    words = {lang: vocabulary(lang) | small[lang] for lang in LATIN}
    sharing = Counter(word for lang in LATIN for word in words[lang])
    once: dict[Says, Says] = {}  # most words are of one language: what they say is in memory once

    def says(word: str, shared: int) -> Says:
        said = tuple(
            (lang, (1.0 if word in small[lang] else 0.6) / shared**0.5)
            for lang in LATIN
            if word in words[lang]
        )
        return once.setdefault(said, said)

    return {word: says(word, shared) for word, shared in sharing.items()}


@lru_cache(maxsize=KEPT)
def _evidence(folded: str, word: str) -> Says:
    """What a word says for and against languages: itself, and its letters."""
    said = dict(_weights().get(folded, ()))
    letters = set(word)
    for lang, marks in _MARKS.items():
        if not letters.isdisjoint(marks):
            said[lang] = said.get(lang, 0.0) + 0.4
    for lang, never in _NOT_IN.items():
        if not letters.isdisjoint(never):
            said[lang] = said.get(lang, 0.0) - 0.5
    return tuple(said.items())


def _other_latin(words: Sequence[Token], language: str) -> str:
    score: dict[str, float] = dict.fromkeys(LATIN, 0.0)
    for token in words:
        for lang, weight in _evidence(token.folded, token.text.casefold()):
            score[lang] += weight
    best = max(score, key=lambda lang: score[lang])
    if best == language:
        return ""
    if len(words) < _FEW:
        return best if score[language] < 0 and score[best] >= 1 else ""
    return best if score[best] > _CLEARLY * max(score[language], 0.0) + 0.4 else ""
