"""What has changed, in sentences: of the trip, and of a list that was asked for otherwise."""

from collections.abc import Iterator
from dataclasses import replace

from serving.chat.facts import Fact, Quantity
from serving.chat.refining import WHEN
from serving.chat.telling_trip import KNOWN, NOT_NOTED
from serving.chat.values import Found, Sentence, Understood
from serving.explain.words import Words

CHANGED = "h3"  # the id of what was changed: to be told, it is a fact too


def sentences(u: Understood, found: Found, words: Words) -> Iterator[Sentence]:
    """What they need is added to the facts of `found`."""
    yield from (Sentence(f"{f.text}.", (f.id,)) for f in found.facts if f.key == NOT_NOTED)
    if u.intent == "trip":
        yield _known(found, words)
    if u.edge:
        yield Sentence(words.say(f"say-{u.edge}"))
    fact = _changed(u, found, words)
    if fact:
        found.facts.add([fact])
        yield Sentence(words.say("say-changed", what=fact.text), (fact.id,))


def _known(found: Found, words: Words) -> Sentence:
    known = [f for f in found.facts if f.key == KNOWN]
    if not known:
        return Sentence(words.say("say-trip-nothing"))
    what = words.joined(f.text.rstrip(".") for f in known)
    return Sentence(words.say("say-trip", what=what), tuple(f.id for f in known))


def _changed(u: Understood, found: Found, words: Words) -> Fact | None:
    phrases = list(_phrases(u, words))
    numbers = tuple(number for _, many in phrases for number in many)
    when = _when(u, found, words)
    told = [text for text, _ in phrases] + ([when.text] if when else [])
    if not told:
        return None
    heard = Fact(CHANGED, "trip", words.listed(told), None, numbers, key="asked")
    return replace(heard, moments=when.moments) if when else heard


def _phrases(u: Understood, words: Words) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    """Each argument that changed, with its numbers."""
    say = words.say
    levels = {"budget": u.budget, "at_least": u.at_least}
    for name, level in levels.items():
        if name in u.changed and level is not None:
            text = say(f"say-limit-{name.replace('_', '-')}", level=level)
            yield text, (Quantity(level, "level"), Quantity(4, "level"))
    for name, message in (("within_km", "say-limit-km"), ("beyond_km", "say-limit-beyond")):
        km = getattr(u, name)
        if name in u.changed and km is not None:
            yield say(message, km=round(km, 1)), (Quantity(round(km, 1), "km"),)
    if "indoor" in u.changed and u.indoor is not None:
        yield say("say-limit-indoor" if u.indoor else "say-limit-outdoor"), ()
    for name in ("accessible", "kids", "quiet"):
        if name in u.changed and getattr(u, name):
            yield say(f"say-limit-{name}"), ()


def _when(u: Understood, found: Found, words: Words) -> Fact | None:
    """The day, and its hour where that was changed; a plan tells its own."""
    dated = next((f for f in found.facts if f.kind == "date" and f.moments), None)
    if dated is None or u.intent == "plan" or not set(WHEN) & set(u.changed):
        return None
    at = dated.moments[0]
    day = at.date().isoformat()
    if u.hour is None and u.meal is None:
        return replace(
            dated, text=words.say("fact-date", weekday=words.weekday(at.date()), day=day)
        )
    return replace(dated, text=words.say("fact-moment", day=day, minutes=at.hour * 60 + at.minute))
