"""The language that a message is read in: the one of the conversation, unless its words are clearly of
another one.

Whoever sets an app to German may well write English. Only where half of the words say nothing in the
language of the conversation, the others are tried, those first whose lexicon knows most of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from serving.chat.checks import language as languages
from serving.chat.checks import text as checked
from serving.chat.lexicon import Lexicon, tokens
from serving.chat.understand import Reading
from serving.explain.words import LANGUAGES, spoken

SAMPLE = 200  # letters of a message that tell its language
TRIED = 3  # languages that a message is read in beside its own
_CLEARLY = 4  # times fewer words are left
_LIKELY = 2  # where the small words, too, are of that language
# letters that one language alone is written in
_OF_LETTERS = {"greek": "el", "cyrillic": "ru", "arabic": "ar", "hebrew": "he"}
# whoever writes English in a conversation of another language writes 3/7 for July as all of these do
_TAGS = {"en": "en-GB"}


def prepare() -> None:
    """Read the lexicons of all languages now, so that no traveller waits for it."""
    for language in LANGUAGES:
        Lexicon.of(language)


def read_in(text: str, tag: str, names: Mapping[str, str], now: datetime) -> str:
    """The tag of the language in which the message is understood best: `tag` itself wherever half of the
    words are understood in it. `names` and `now` as for `understand`."""
    text, own = text[:SAMPLE], spoken(tag)
    strange, words = Reading(text, tag, names, now, False).strange()
    if not words or strange * 2 < words:
        return tag
    guessed = languages.other(checked.tokens(checked.clean(text)), own)
    guessed = _OF_LETTERS.get(guessed, guessed)
    best, least = own, strange
    for language in list(_likely(text, own))[:TRIED]:
        left, _ = Reading(text, language, names, now, False).strange()
        clearly = _LIKELY if language == guessed else _CLEARLY
        if left < least and left * clearly <= strange:
            best, least = language, left
    return tag if best == own else _TAGS.get(best, best)


def _likely(text: str, own: str) -> Iterator[str]:
    """The other languages that know a word of it, those first that know most."""
    known = {lang: Lexicon.of(lang).known(tokens(text, lang)) for lang in LANGUAGES if lang != own}
    meant: Sequence[str] = [lang for lang, (_, meaning) in known.items() if meaning]
    yield from sorted(meant, key=lambda lang: -known[lang][0])
