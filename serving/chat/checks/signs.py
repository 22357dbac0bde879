"""What is said points the way the facts do: for or against, before or after, nearer or farther."""

from collections.abc import Iterable, Mapping, Sequence

from serving.chat.checks import numbers, own
from serving.chat.checks.lexicon import Hit, Lexicon
from serving.chat.checks.names import COMMON, Mention
from serving.chat.checks.polarity import CHOOSING, denials, denied, polarity, topics, ways
from serving.chat.checks.text import Token, clean, tokens
from serving.chat.facts import Fact
from serving.chat.rain import DRY

FOR, AGAINST = "for", "against"
_SIGNED = {FOR: 1, AGAINST: -1}
# comparisons by what is said: the topic, the fact's key, and whether the subject is its winner
_COMPARED = {
    "nearer": ("nearer", True),
    "farther": ("nearer", False),
    "cheaper": ("cheaper", True),
    "dearer": ("cheaper", False),
    "higher": ("higher_ranked", True),
    "lower": ("higher_ranked", False),
    "sooner": ("sooner_closed", True),
    "later": ("sooner_closed", False),
}
# the same where no comparative is said, and the comparison is cited: "of the two A is near, B far"
_PLAINLY = {"near": ("nearer", True), "far": ("nearer", False)}
# and of ranks: "A comes before B"
_IN_ORDER = {"ahead": ("higher_ranked", True), "turned": ("higher_ranked", False)}
# what only a fact that says it too allows
SKY = ("rain", "clear", "clouds", "wind", "fog", "snow", "thunder")
STATED = ("indoors", "outdoors", "often", "rarely", "popular", "quiet", *SKY)
_OPPOSED = {"indoors": "outdoors", "outdoors": "indoors", "often": "rarely", "rarely": "often",
            "popular": "quiet", "quiet": "popular"}  # fmt: skip
CLOSE_KM, FAR_KM = 5.0, 10.0
_SPATIAL, _BESIDE = (
    ("higher", "lower", *_IN_ORDER),
    3,
)  # words between "ahead of" and the place behind it
_ABLATIVE = ("dan", "den", "tan", "ten")  # Turkish "than"


def contradiction(text: str, cited: Sequence[Fact], filled: Sequence[Fact], language: str) -> str:
    """Why a clean text says the contrary of its facts, or more than they; "" where it does not.

    What is `filled` in is said whole: the words around it need not say which way it counts.
    """
    return (
        _against_direction(text, cited, filled, language)
        or _unstated(text, cited, language)
        or _near_or_far(text, cited, language)
    )


def _against_direction(
    text: str, cited: Sequence[Fact], filled: Sequence[Fact], language: str
) -> str:
    """Where it cannot be told which way words point, they may point the wrong way."""
    wanted = {sign for f in cited if (sign := _sign(f, language))}
    choosing = any(_sign(f, language) and {f.key, f.kind} & set(CHOOSING) for f in cited)
    fitting = any(f.direction and f.key == "weather" for f in cited)
    said = polarity(text, language, choosing, fitting)
    if len(wanted) == 1 and said * next(iter(wanted)) < 0:
        return "praises what counts against" if said > 0 else "speaks against what counts for"
    free = [f for f in cited if f not in filled and _sign(f, language) and _free(text, f, language)]
    if len(wanted) == 1 and free and not said and not _points(text, language):
        return "does not say whether it counts for the place or against it"
    if any(f.kind == "kids" and _sign(f, language) < 0 for f in cited):  # "rather A, B suits less"
        free = [f for f in free if f.kind != "kids" or _sign(f, language) < 0]
    if len(wanted) == 2 and any(not _pointed(text, f, choosing, language) for f in free):
        return "does not say both what counts for the place and what against it"
    return ""


def _free(text: str, fact: Fact, language: str) -> bool:
    """It is said neither by its number nor in its own words."""
    return not _measured(text, fact, language) and not own.tells(text, fact, language)


def _pointed(text: str, fact: Fact, choosing: bool, language: str) -> bool:
    """Anything of a text points its way, or says what it says of roof, sky and crowd."""
    topic = {t for t, _ in topics(clean(fact.text), language) if t in (*STATED, "near", "far")}
    return _sign(fact, language) in ways(text, language, choosing) or any(
        t in topic for t, _ in topics(text, language)
    )


def _measured(text: str, fact: Fact, language: str) -> bool:
    """Its number counts as what it is: "only 1.2 km away", "4.4 of 5". How warm it is does not."""
    read = numbers.read(text, language)
    told = {q.number for q in fact.quantities if q.unit != "celsius"}
    if _tells_km(fact, language) and any(n.unit == "km" for n in read):
        return True
    return any(n.value[0] in told for n in read)


def _points(text: str, language: str) -> bool:
    """By what the facts must say too (`_unstated`, `_near_or_far`): "you often choose them"."""
    return any(topic in (*STATED, "near", "far") for topic, _ in topics(text, language))


def _sign(fact: Fact, language: str) -> int:
    if fact.direction:
        return _SIGNED[fact.direction]
    if fact.kind == "kids":
        lexicon, said = Lexicon.of(language), tokens(clean(fact.text))
        unknown = any(t.folded in lexicon.words("not") for t in said)
        return -1 if unknown or any(h.topic == "bad" for h in lexicon.find(said)) else 1
    return 0


def _unstated(text: str, cited: Sequence[Fact], language: str) -> str:
    stated = [t for f in cited for t in topics(clean(f.text), language)]
    dry = any(f.key == DRY for f in cited)
    if dry:  # whatever order its own words have
        stated = [t for t in stated if t[0] != "rain"] + [("rain", True)]
    denies = dry and bool(denials(tokens(text), language))
    keys = {f.key for f in cited if f.kind == "weather"}
    said = {topic for topic, _ in topics(text, language)}
    for topic, not_so in topics(text, language):
        if topic not in STATED or (topic == "rain" and denies):
            continue
        there = (topic, False) in stated or topic in keys or _chosen(topic, cited)
        if topic == "outdoors" and all(f.place is None for f in cited) and "°" in text:
            continue  # "16 °C outside" is of no place
        opposed = _OPPOSED.get(topic)
        if topic in SKY and not any(f.kind == "weather" or f.key == "weather" for f in cited):
            return f"no cited fact tells the weather: {topic}"
        if not not_so and (opposed, False) in stated and opposed not in said:
            return f"a cited fact says {opposed}"
        if not not_so and not there and (opposed, True) not in stated:
            return f"no cited fact says {topic}"
        if not_so and there and (topic, True) not in stated:
            return f"a cited fact does say {topic}"
    return ""


def _chosen(topic: str, cited: Sequence[Fact]) -> bool:
    """Who likes a kind of place goes there often, and who does not, rarely: it is the reason itself.
    What people like you choose is popular with them."""
    if topic == "popular":
        return any(f.direction == FOR and f.key == "similar" for f in cited)
    way = {"often": FOR, "rarely": AGAINST}.get(topic)
    return any(way and f.direction == way and not f.quantities for f in cited)


def _near_or_far(text: str, cited: Sequence[Fact], language: str) -> str:
    told_km = [n for f in cited for n in numbers.read(clean(f.text), language) if n.unit == "km"]
    km = [n.value[0] for n in told_km] + [
        q.number for f in cited for q in f.quantities if q.unit == "km"
    ]
    compared = any(f.kind == "comparison" for f in cited)
    signs = {f.direction for f in cited if f.direction and _tells_km(f, language)}
    said_by_facts = {t for f in cited for t in topics(clean(f.text), language)}
    for topic, not_so in topics(text, language):
        if topic not in ("near", "far") or compared:
            continue
        near = (topic == "near") != not_so
        told = ("near" if near else "far", False) in said_by_facts
        against = ("far" if near else "near", False) in said_by_facts
        if against:
            return "near and far are the other way round"
        if told:
            continue
        limit = _limit(near, signs)
        if not any(k <= limit if near else k >= limit for k in km):
            return f"no cited distance is {'near' if near else 'far'}"
    return ""


def _tells_km(fact: Fact, language: str) -> bool:
    return fact.key == "distance" or any(
        n.unit == "km" for n in numbers.read(clean(fact.text), language)
    )


def _limit(near: bool, signs: set[str]) -> float:
    """A reason of that direction makes more distances near, or far."""
    if near:
        return FAR_KM if signs == {FOR} else CLOSE_KM
    return CLOSE_KM if signs == {AGAINST} else FAR_KM


def miscompared(
    of: Sequence[Token],
    mentions: Sequence[Mention],
    cited: Sequence[Fact],
    filled: Sequence[Fact],
    names: Mapping[str, str],
    language: str,
) -> str:
    """Why a comparison of the text is not that of a cited fact; "" where it is or there is none.

    One that is cited, not `filled` in, and not understood may be the other way round: it is one.
    """
    lexicon = Lexicon.of(language)
    of = _without_names(of, mentions)
    facts = {f.key: f for f in cited if f.kind == "comparison"}
    unread = {f.key for f in facts.values() if f not in filled}
    told = {f.key: own.first_of(of, mentions, f, names, language) for f in facts.values()}
    told = {key: place for key, place in told.items() if place}
    if any(place != facts[key].place for key, place in told.items()):
        return "the comparison is the other way round"
    unread -= set(told)
    hits = lexicon.find(of)
    compared = _COMPARED if any(h.topic in _COMPARED for h in hits) else _PLAINLY
    if "higher_ranked" in unread and not any(h.topic in ("higher", "lower") for h in hits):
        compared = compared | _IN_ORDER
    for hit in hits:
        if hit.topic not in compared:
            continue
        key, wins = compared[hit.topic]
        fact = facts.get(key)
        if key in told or (key == "nearer" and fact is None and _goes_on(hit, cited)):
            continue
        if fact is None and key == "higher_ranked" and len(_ranks(cited)) > 1:
            continue  # an order, which `misordered` judges
        if fact is None and compared is _PLAINLY:
            continue
        if fact is None:
            least = 2 if key == "higher_ranked" else 1
            if len({m.place for m in mentions}) >= least and not _asks(of):
                return f"no cited fact compares so: {hit.phrase}"
            continue
        subject = _subject(of, mentions, hit, language)
        if subject is None:
            continue
        unread.discard(key)
        wins = wins != denied(of, hit, language)
        if (subject == fact.place) != wins:
            return "the comparison is the other way round"
    return "the comparison is in words that are not understood" if unread else ""


def _without_names(of: Sequence[Token], mentions: Sequence[Mention]) -> list[Token]:
    """Words of names say nothing of their own: the Cap of Cap Prim is no Catalan "none"."""
    covered = {i for m in mentions for i in range(m.first, m.last + 1)}
    return [
        t._replace(text="\ufffc", folded="\ufffc") if n in covered else t for n, t in enumerate(of)
    ]


def _goes_on(hit: Hit, cited: Sequence[Fact]) -> bool:
    """ "13 minutes further": of a planned day it is the way, and compares nothing."""
    return hit.topic == "farther" and any(f.kind == "stop" for f in cited)


def _asks(of: Sequence[Token]) -> bool:
    return bool(of) and of[-1].text in "?;؟"


def _subject(
    of: Sequence[Token], mentions: Sequence[Mention], hit: Hit, language: str
) -> str | None:
    """Of which place something is said: not the one behind "than"."""
    places = list(dict.fromkeys(m.place for m in mentions))
    compared_with = {m.place for m in mentions if _behind_than(of, m, mentions, hit, language)}
    rest = [p for p in places if p not in compared_with]
    if compared_with and len(rest) == 1:
        return rest[0]
    clause = _clause(of, hit)
    beside = {m.place for m in mentions if m.first in clause} - compared_with
    if len(beside) == 1:  # "A is closer; B is farther"
        return beside.pop()
    if hit.topic in _SPATIAL and len(places) > 1 and (ahead := _before(mentions, hit)):
        return ahead
    if not compared_with and len(places) > 1 and language in {"ru", "pl", "hr", "sl", "el"}:
        before = [m for m in mentions if m.last < hit.first]
        return (before or mentions)[0].place
    return rest[0] if rest else None


def _before(mentions: Sequence[Mention], hit: Hit) -> str:
    """ "A is ahead of B": the place before it, where another follows at once."""
    before = [m for m in mentions if m.last < hit.first]
    follows = any(0 < m.first - hit.last <= _BESIDE for m in mentions)
    return before[-1].place if before and follows else ""


def _clause(of: Sequence[Token], hit: Hit) -> range:
    """The tokens between the marks around it."""
    marks = [n for n, t in enumerate(of) if t.breaks and t.text not in "()"]
    before = max((n for n in marks if n < hit.first), default=-1)
    return range(before + 1, min((n for n in marks if n > hit.last), default=len(of)))


def _behind_than(
    of: Sequence[Token], mention: Mention, mentions: Sequence[Mention], hit: Hit, language: str
) -> bool:
    """Whether it is the first one named after "than"; in Turkish, the one before it."""
    lexicon = Lexicon.of(language)
    if language == "tr":
        follows = min((m.first for m in mentions if m.first > mention.last), default=len(of))
        after = range(mention.last + 1, min(mention.last + 5, follows))
        own = range(hit.first + 1, hit.last + 1)  # the "kadar" of "o kadar uzak değil"
        beside = of[mention.last + 1 : min(mention.last + 2, follows)]  # "A noktasından"
        return any(t.folded.endswith(_ABLATIVE) for t in beside) or any(
            n not in own and of[n].folded in lexicon.words("than") for n in after
        )
    first = {m.first for m in mentions}
    return any(
        mention.first == min((f for f in first if f > h.last), default=-1)
        and mention.first - h.last <= 3
        for h in lexicon.find(of)
        if _says_than(of, h, lexicon) and not any(m.first <= h.first <= m.last for m in mentions)
    )


def _says_than(of: Sequence[Token], hit: Hit, lexicon: Lexicon) -> bool:
    """Alone, or at the end of a longer phrase: the "από" of "πιο κοντά από"."""
    longer = hit.topic in _COMPARED and of[hit.last].folded in lexicon.words("than")
    return hit.topic == "than" or longer


def misordered(
    of: Sequence[Token],
    mentions: Sequence[Mention],
    cited: Sequence[Fact],
    before: int,
    language: str,
) -> str:
    """Why places are not told in the order of their ranks: `before` is the last rank told so far.

    Only sentences that rest on ranks tell an order.
    """
    rank = _ranks(cited)
    order = [rank[p] for p in dict.fromkeys(m.place for m in mentions) if p in rank]
    if not order:
        return ""
    if any(f.kind == "comparison" for f in cited):
        return ""
    wanted = sorted(order, reverse=_turned(of, mentions, language))
    if order != wanted:
        return "places are told in another order than they rank"
    if len(order) == 1 and order[0] < before:
        return "a place is told after one that ranks below it"
    return _misplaced(of, order, language)


def _turned(of: Sequence[Token], mentions: Sequence[Mention], language: str) -> bool:
    """ "B comes after A" and "before B comes A" turn their order round; "A, and after it B" does not."""
    places = sorted({m.first for m in mentions})
    for hit in Lexicon.of(language).find(of):
        told = next((p for p in places if p > hit.last), -1)
        leads = told >= 0 and all(t.folded in COMMON for t in of[hit.last + 1 : told])
        if hit.topic in ("turned", "lower") and leads and hit.first > places[0]:
            return True
        if hit.topic in ("ahead", "higher") and leads and told == places[0]:
            return True
    return False


def _misplaced(of: Sequence[Token], order: list[int], language: str) -> str:
    """ "First", "second", "top": what ordinals say is a rank told."""
    for hit in Lexicon.of(language).find(of):
        if hit.topic == "top" and order[0] != 1 and not denied(of, hit, language):
            return "what is not ranked first is called the first"
    return ""


def _ranks(cited: Iterable[Fact]) -> dict[str, int]:
    return {
        f.place: round(f.quantities[0].number)
        for f in cited
        if f.kind == "rank" and f.place and f.quantities
    }


def last_rank(cited: Iterable[Fact]) -> int:
    """The lowest place told by a sentence's facts; 0 where it tells none."""
    return max(_ranks(cited).values(), default=0)


def belongs(
    items: Sequence[tuple[int, set[str]]], mentions: Sequence[Mention], of: Sequence[Token]
) -> bool:
    """Whether each number, at a place of the text, is of the place it is said of.

    `items` are where each stands and the places it may be of; empty sets are of no place. In a
    sentence of several places a number is of the place named before it, or of the one after, or the
    nth number of the nth place: one of these must hold throughout.
    """
    placed = [(at, places) for at, places in items if places]
    if not mentions or not placed:
        return True
    named = [(of[m.first].start, m.place) for m in mentions]
    together: dict[int, set[str]] = {}
    for at, place in named:
        together.setdefault(at, set()).add(place)
    spots = sorted(together.items())
    before = all(
        any(s <= at for s, _ in spots)
        and bool(max((s for s in spots if s[0] <= at), key=lambda s: s[0])[1] & places)
        for at, places in placed
    )
    after = all(
        any(s > at for s, _ in spots)
        and bool(min((s for s in spots if s[0] > at), key=lambda s: s[0])[1] & places)
        for at, places in placed
    )
    paired = len(spots) <= len(placed) and all(
        bool(spots[min(n, len(spots) - 1)][1] & places) for n, (_, places) in enumerate(placed)
    )
    one = len({frozenset(p) for _, p in spots}) == 1 and all(spots[0][1] & p for _, p in placed)
    return before or after or paired or one
