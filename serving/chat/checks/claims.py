"""What may not be claimed: facilities nobody knows of, guarded matters in free words, promises, and
anything without a fact to rest on."""

import re
from collections.abc import Sequence

from serving.chat.checks import money, numbers
from serving.chat.checks.lexicon import Hit, Lexicon
from serving.chat.checks.names import Known, Mention
from serving.chat.checks.polarity import denials
from serving.chat.checks.signs import STATED
from serving.chat.checks.text import Token, fold, tokens
from serving.chat.facts import Fact, Facts

GUARDED = ("price", "hours", "access", "warning")
_CLAIMS = {
    *STATED,
    "near",
    "far",
    "nearer",
    "farther",
    "cheaper",
    "dearer",
    "higher",
    "lower",
    "top",
}
_ASKS = ("?", ";", "؟")
_REACH = 3  # words from "reserve" to the minutes
_TAG = 3  # words behind the last comma that only ask for a yes: "it is free, isn't it?"
_QUESTION = re.compile(r"[^.!?:;؟¿()–—…\n]*[?؟]")
_QUESTION_GREEK = re.compile(r"[^.!?:;()–—…\n]*[?;]")
# the topic of a guarded word, where it is not called as the fact is
_KIND = {"access": "accessible"}
# what no sentence of ours holds: addresses, numbers to call, markup, code
_BARRED = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|info|es|xyz|ru|ly|app|dev)\b|\S@\S|"
    r"(?<![\d.,])\+?\d[\d\s().-]{7,}\d(?![\d.,])|[<>\[\]`\\|]|\]\(|[{}]|\*\*|__|\b(?:system|assistant|user)\s*:|"
    r"\b(?:function|import|select|drop table|curl|eval)\b\s*[({*]|#{2,}|=>|\$\(|;\s*--",
    re.IGNORECASE,
)


def asserted(text: str, language: str) -> str:
    """Without its questions, which claim nothing: "Shall I look for something with a pool?" What asks
    whether one knows ("did you know that it is free?"), or only for a yes, tells."""
    lexicon = Lexicon.of(language)

    def told(found: re.Match[str]) -> str:
        tag = re.split("[,،]", found[0])[1:]
        words = [t for t in tokens(tag[-1]) if t.text[0].isalpha()] if tag else []
        tells = any(h.topic == "rhetorical" for h in lexicon.find(tokens(found[0])))
        asks = any(h.topic in ("asking", "chat") for h in lexicon.find(words))
        tells = tells or (0 < len(words) <= _TAG and not asks)
        return found[0] if tells else " " * len(found[0])

    return (_QUESTION_GREEK if language == "el" else _QUESTION).sub(told, text)


def uncited(text: str, known: Sequence[Known], language: str) -> str:
    """Why a clean text without citations says more than a greeting or a question does, or "".

    Words of `talk` ("have a safe trip") greet only where no place is spoken of.
    """
    read = tokens(text)
    if any(k.mentions(read, language) for k in known):
        return "a place is named and no fact is cited"
    said = [n for n in numbers.read(text, language) if n.value[0] != numbers.EMERGENCY]
    if said:
        return f"{said[0].said} is said and no fact is cited"
    return _claimed(text, ("chat", "talk"), language)


def of_a_name(text: str, language: str) -> str:
    """The same of a text that rests on nothing but a place's name."""
    said = numbers.read(text, language)
    if said:
        return f"{said[0].said} is said and no fact is cited"
    return _claimed(text, (), language)


def _claimed(text: str, talk: Sequence[str], language: str) -> str:
    hits = Lexicon.of(language).find(tokens(text))
    for hit in Lexicon.of(language).find(tokens(asserted(text, language))):
        if hit.topic in (*_CLAIMS, *GUARDED, "facility"):
            return f"{hit.phrase} is claimed and no fact is cited"
    stripped = text.rstrip("\"'»” ")
    if stripped.endswith((*_ASKS, ":")) or any(h.topic in talk for h in hits):
        return ""
    return "no fact is cited"


def facility(text: str, said_by_facts: str, language: str) -> str:
    """A facility that a clean text speaks of and no cited fact does."""
    lexicon = Lexicon.of(language)
    there = {h.phrase for h in lexicon.find(tokens(said_by_facts)) if h.topic == "facility"}
    for hit in lexicon.find(tokens(text)):
        if hit.topic == "facility" and hit.phrase not in there:
            return f"no cited fact speaks of {hit.phrase}"
    return ""


def other_category(
    text: str, facts: Facts, cited: Sequence[Fact], said_by_facts: str, language: str
) -> str:
    """A kind of place that none of the cited places is of, where their kinds are known."""
    places = {p for f in cited for p in (f.place, *f.others) if p}
    kinds = {f.key for p in places for f in facts.of_place(p, "category") if f.key}
    if not kinds:
        return ""
    said = fold(said_by_facts)
    for hit in Lexicon.of(language).find(tokens(text)):
        if not hit.topic.startswith("category "):
            continue
        if hit.topic.split(" ")[1] not in kinds and not _within(hit, said):
            return f"no cited place is a {hit.phrase}"
    return ""


def _within(hit: Hit, said: str) -> bool:
    return all(word.rstrip("*")[:5] in said for word in hit.phrase.split())


def guarded(
    text: str,
    cited: Sequence[Fact],
    filled: Sequence[Fact],
    language: str,
    sums: Sequence[numbers.Number] = (),
) -> str:
    """Guarded matters in the free words of a clean text: prices, hours, access, warnings.

    What a cited fact of another kind says (a budget that was told, a name) may be said, so the currency
    of `sums` that agree with one; and where a guarded fact is filled in, its matter may be named: "As
    for the price: ...". "No entrance fee" says something of it.
    """
    lexicon = Lexicon.of(language)
    of = tokens(text)
    hits = lexicon.find(of)
    titled = {f.kind for f in filled if f.guarded} if not denials(of, language) else set()
    free = " ".join(f.text for f in cited if not f.guarded and f.kind != "reason")
    there = {h.phrase for h in lexicon.find(tokens(free))}
    for hit in hits:
        named = _KIND.get(hit.topic, hit.topic) in titled and _title(of, hit, hits, language)
        paid = any(s.start <= of[hit.first].start < s.start + len(s.said) for s in sums)
        if hit.topic in GUARDED and hit.phrase not in there and not named and not paid:
            return f"{hit.topic} in free words: {hit.phrase}"
    return ""


def priced(
    said: str, text: str, cited: Sequence[Fact], mentions: Sequence[Mention], language: str
) -> str:
    """Why a sum in free words may be taken for what something costs: it is a budget, and of no place."""
    kinds = [h for h in Lexicon.of(language).find(tokens(text)) if _of_a_place(h)]
    if mentions or kinds or any(f.place for f in cited):
        return f"{said} in free words beside a place"
    return "" if money.of_a_budget(text, language) else f"{said} is not said to be a budget"


def _of_a_place(hit: Hit) -> bool:
    return hit.topic == "facility" or hit.topic.startswith("category ")


def _title(of: Sequence[Token], hit: Hit, hits: Sequence[Hit], language: str) -> bool:
    """Whether the word only names its matter: alone, as the first of a phrase ("opening hours"), or
    within one ("people of limited mobility")."""
    alone = Lexicon.of(language).find(of[hit.first : hit.first + 1])
    return any(h.topic == "title" for h in alone) or any(
        h.topic == "title" and h.first <= hit.first and (h.first == hit.first or hit.last <= h.last)
        for h in hits
    )


def _keeps_time(of: Sequence[Token], hit: Hit, hits: Sequence[Hit]) -> bool:
    """ "Reserve 75 minutes for it" asks for time, and promises nothing."""
    after = of[hit.last + 1 : hit.last + 1 + _REACH]
    return any(h.topic == "keep" and h.first == hit.first for h in hits) and any(
        t.text.isdecimal() for t in after
    )


def barred(final: str, words: str, language: str) -> str:
    """What no sentence holds, whatever facts say: addresses, markup, code (in the `final` text, names
    and all), promises and orders (in its `words`, without names)."""
    found = _BARRED.search(final)
    if found:
        return f"holds {found[0].strip()!r}"
    of = tokens(words)
    hits = Lexicon.of(language).find(of)
    for hit in hits:
        if hit.topic in ("promise", "order") and not _keeps_time(of, hit, hits):
            return f"{hit.topic}: {hit.phrase}"
    return ""
