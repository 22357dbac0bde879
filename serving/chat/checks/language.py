"""A text is in the language asked for: by its letters, and by the small words no text does without.

Not by a detector: docs/adr/0031-the-gate-of-words.md has what was measured.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from unicodedata import name as letter_name

from serving.chat.checks.lexicon import Lexicon, vocabulary
from serving.chat.checks.text import Token
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


@cache
def _weights() -> dict[str, dict[str, float]]:
    """What each small word says for each language: less, the more languages share it."""
    small = {lang: Lexicon.of(lang).words("words") for lang in LATIN}
    whole = {lang: vocabulary(lang) for lang in LATIN}
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for lang in LATIN:
        for word in whole[lang] | small[lang]:
            shared = sum(word in (whole[o] | small[o]) for o in LATIN)
            weights[word][lang] = (1.0 if word in small[lang] else 0.6) / shared**0.5
    return dict(weights)


def _other_latin(words: Sequence[Token], language: str) -> str:
    score: dict[str, float] = dict.fromkeys(LATIN, 0.0)
    weights = _weights()
    for token in words:
        for lang, weight in weights.get(token.folded, {}).items():
            score[lang] += weight
        letters = set(token.text.casefold())
        for lang, marks in _MARKS.items():
            score[lang] += 0.4 * bool(letters & set(marks))
        for lang, never in _NOT_IN.items():
            score[lang] -= 0.5 * bool(letters & set(never))
    best = max(score, key=lambda lang: score[lang])
    if best == language:
        return ""
    if len(words) < _FEW:
        return best if score[language] < 0 and score[best] >= 1 else ""
    return best if score[best] > _CLEARLY * max(score[language], 0.0) + 0.4 else ""
