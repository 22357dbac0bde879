"""True replies in eighteen languages, and lies planted into them, for `benchmarks/explanations.py`.

What is said stands in `sayings/<language>.txt`: `kind: text` to tune by, `kind*: text` held out and
looked at since, `kind**: text` held out last, `kind***: text` by somebody who had seen neither the
gate nor the others; those of a third and a fourth author, likewise, in folders of their own. `{A}` and
`{B}` are places, `{km}` a fact's number, `[hours]` a placeholder our code would fill. Knows nothing of
the gate and shares no table with it: tests/unit/test_lies.py.
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from babel.dates import format_date
from babel.units import format_unit

from serving.chat.facts import Fact, Facts, Quantity
from serving.chat.values import Sentence
from serving.explain.words import LANGUAGES, Words

FOLDER = Path(__file__).parent / "sayings"
PARTS = TUNED, HELD, LAST, OTHERS, THIRD, FOURTH = (
    "tuned",
    "held out first",
    "held out last",
    "another hand's",
    "a third hand's",
    "a fourth hand's",
)
_FOLDERS = {"third": THIRD, "fourth": FOURTH}
KINDS = (
    *("wrong number", "wrong unit", "wrong place", "wrong weekday", "wrong time", "swapped sign"),
    *("swapped order", "swapped comparison", "invented facility", "other language", "injection"),
    *("unguarded price", "unguarded hours", "unguarded access", "unguarded warning"),
    *("uncited claim", "unknown id", "unknown place"),
)
INVENTED = ("Casa Lola", "Hotel Miramar", "Aqua Fantasia", "Club Neptuno", "Parque Serrano")
_SIGNED = ("weather", "taste", "similar", "kids")
_WIDTHS: tuple[Literal["short", "long"], ...] = ("short", "long")


@dataclass(frozen=True)
class Case:
    """A reply, the facts of its turn, and which of its sentences is the lie, if one is."""

    language: str
    part: str
    facts: Facts
    sentences: tuple[Sentence, ...]
    kind: str = "true"
    lie: int | None = None


@dataclass(frozen=True)
class Scene:
    """What is true of one turn: two places, a moment, numbers; facts and how each is written."""

    language: str
    a: str
    b: str
    facts: Facts
    written: dict[str, str]
    moment: datetime
    km: tuple[float, float]
    degrees: int
    count: int
    rain: bool


@cache
def sayings(language: str) -> dict[tuple[str, str], list[str]]:
    """Texts by kind and part."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, text in _lines(FOLDER / f"{language}.txt"):
        found[kind.rstrip("*"), PARTS[kind.count("*")]].append(text)
    for folder, part in _FOLDERS.items():
        for kind, text in _lines(FOLDER / folder / f"{language}.txt"):
            found[kind, part].append(text)
    return dict(found)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, text = line.partition(": ")
        if text and not kind.startswith("#"):
            yield kind, text


@cache
def catalogue() -> dict[str, tuple[str, str]]:
    """The sample world's places: the local name and the English one, by poi_id."""
    return {row["poi_id"]: (row["name"], row["name_en"]) for row in _rows()}


def catalogue_kinds() -> dict[str, str]:
    """The category of each place."""
    return {row["poi_id"]: row["category"] for row in _rows()}


@cache
def _rows() -> list[dict[str, str]]:
    text = files("butler.world").joinpath("catalogue.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def name_of(poi: str, language: str) -> str:
    return catalogue()[poi][language == "en"]


def scene(rng: random.Random, language: str, near: bool = True) -> Scene:
    """A turn about two places of the catalogue, the first of them the nearer and the better ranked."""
    a, b = _two_places(rng, language)
    day = datetime(2026, 7, 1) + timedelta(days=rng.randrange(180))  # noqa: DTZ001, facts are local
    moment = day.replace(hour=rng.randrange(9, 20))
    km = round(rng.uniform(0.3, 4.8) if near else rng.uniform(11, 40), 1)
    further = round(km + rng.uniform(0.6, 6), 1)
    values = {
        "min": rng.choice((35, 45, 50, 60, 75, 90, 120, 150)),
        "deg": rng.randrange(13, 34),
        "n": rng.randrange(4, 40),
    }
    rain = rng.random() < 0.5
    minutes_to = rng.choice((75, 90, 105))
    until = moment + timedelta(minutes=minutes_to)
    facts = _facts(language, (a, b), moment, until, (km, further), values, rain)
    written = {
        "km": _unit(km, "length-kilometer", language, rng),
        "min": _unit(values["min"], "duration-minute", language, rng),
        "deg": f"{values['deg']} °C",
        "n": str(values["n"]),
        "time": f"{moment:%H:%M}",
        "from": f"{moment:%H:%M}",
        "to": f"{until:%H:%M}",
        "weekday": format_date(moment, "EEEE", language),
        "day": format_date(moment, "d MMMM", language),
    }
    return Scene(
        *(language, a, b, facts, written, moment, (km, further)),
        *(values["deg"], values["n"], rain),
    )


def _two_places(rng: random.Random, language: str) -> tuple[str, str]:
    """Neither's name within the other's, or the wrong place would not be wrong."""
    while True:
        a, b = rng.sample(sorted(catalogue()), 2)
        one, other = (set(re.findall(r"\w{4,}", name_of(p, language).lower())) for p in (a, b))
        if len(one - other) > 0 and len(other - one) > 0 and not one & other:
            return a, b


def _unit(value: float, unit: str, language: str, rng: random.Random) -> str:
    width = rng.choice(_WIDTHS) if unit != "length-kilometer" else "short"
    return format_unit(value, unit, width, locale=language, numbering_system="latn")


def _facts(
    language: str,
    places: tuple[str, str],
    moment: datetime,
    until: datetime,
    km: tuple[float, float],
    values: dict[str, int],
    rain: bool,
) -> Facts:
    say = Words.of(language).say
    a, b = places
    degrees, minutes = values["deg"], values["min"]
    condition = Words.of(language).condition("rain" if rain else "clear")
    made = [
        Fact("p1.name", "name", name_of(a, language), a),
        Fact("p2.name", "name", name_of(b, language), b),
        Fact("p1.rank", "rank", "1", a, (Quantity(1, "rank"),)),
        Fact("p2.rank", "rank", "2", b, (Quantity(2, "rank"),)),
        *(
            Fact(f"p{n + 1}.distance", "distance", say("distance-away", km=km[n]), p,
                 (Quantity(km[n], "km"),))
            for n, p in enumerate(places)
        ),
        Fact("p1.duration", "duration", f"{minutes} min", a, (Quantity(minutes, "min"),)),
        Fact("p1.in", "indoor", say("place-indoors"), a),
        Fact("p1.out", "indoor", say("place-outdoors"), a),
        Fact("p1.kids+", "kids", say("children-welcome"), a),
        Fact("p1.kids-", "kids", say("children-unknown"), a),
        Fact("w1", "weather", f"{degrees} °C, {condition}", None, (Quantity(degrees, "celsius"),),
             (moment,), (a,), key="rain" if rain else "clear"),
        Fact("d1", "date", format_date(moment, "EEEE, d MMMM", language), moments=(moment,)),
        Fact("n1", "count", str(values["n"]), None, (Quantity(values["n"], "count"),)),
        Fact("n3", "count", "3", None, (Quantity(3, "count"),)),
        Fact("n4", "count", "4", None, (Quantity(4, "count"),)),
        Fact("c1", "comparison", f"{name_of(a, language)} < {name_of(b, language)}", a, (), (), (b,),
             key="nearer"),
        Fact("s1", "stop", f"{moment:%H:%M} – {until:%H:%M}", a, (), (moment, until)),
        Fact("t1", "trip", Words.of(language).party("family"), key="party"),
        Fact("p1.hours", "hours", f"{moment:%H:%M}–23:00", a),
        Fact("p1.price", "price", say("price-level", level=2), a, (Quantity(2, "level"),)),
        Fact("p1.accessible", "accessible", say("opening-unknown"), a),
        Fact("p1.warning1", "warning", say("opening-closed"), a),
        *_reasons(language, a, km[0], degrees),
    ]  # fmt: skip
    return Facts(made)


def _reasons(language: str, place: str, km: float, degrees: int) -> Iterator[Fact]:
    say = Words.of(language).say
    warm = (Quantity(degrees, "celsius"),)
    far = (Quantity(km, "km"),)
    for name, message, direction, numbers, key in (
        ("near", "distance-close", "for", far, "distance"),
        ("far", "distance-far", "against", far, "distance"),
        ("weather+", "weather-suits-forecast", "for", warm, "weather"),
        ("weather-", "weather-unsuitable-forecast", "against", warm, "weather"),
        ("taste+", "taste-often", "for", (), "taste"),
        ("taste-", "taste-rarely", "against", (), "taste"),
        ("similar+", "similar-travellers", "for", (), "similar"),
        ("similar-", "similar-seldom", "against", (), "similar"),
    ):
        said: dict[str, float | str] = {}
        if numbers is far:
            said = {"km": km}
        elif numbers is warm:
            said = {"degrees": degrees, "rain": "no"}
        text = say(message, **said)
        weight = 0.2 if direction == "for" else -0.2
        yield Fact(f"p1.{name}", "reason", text, place, numbers, (), (), direction, weight, key)


_CITES = {
    "distance": ("p1.name", "p1.distance"),
    "near": ("p1.name", "p1.near"),
    "far": ("p1.name", "p1.far"),
    "duration": ("p1.name", "p1.duration"),
    "indoors": ("p1.name", "p1.in"),
    "outdoors": ("p1.name", "p1.out"),
    "kids+": ("p1.name", "p1.kids+"),
    "kids-": ("p1.name", "p1.kids-"),
    "rain": ("w1",),
    "clear": ("w1",),
    "date": ("d1",),
    "count": ("n1",),
    "count3": ("n3",),
    **{f"{k}{s}": ("p1.name", f"p1.{k}{s}") for k in ("weather", "taste", "similar") for s in "+-"},
    "nearer": ("p1.name", "p2.name", "c1"),
    "farther": ("p1.name", "p2.name", "c1"),
    "order": ("p1.name", "p2.name", "p1.rank", "p2.rank"),
    "stop": ("p1.name", "s1"),
    "hours": ("p1.name", "p1.hours"),
    "price": ("p1.name", "p1.price"),
    "accessible": ("p1.accessible",),
    "warning": ("p1.warning1",),
    "trip": ("t1",),
    "reason": ("p1.name", "p1.taste+"),
    "greet": (),
    "ask": (),
}
_FILLS = {"hours": "p1.hours", "price": "p1.price", "accessible": "p1.accessible",
          "warning": "p1.warning1", "trip": "t1", "reason": "p1.taste+"}  # fmt: skip


def said(
    s: Scene, kind: str, part: str, rng: random.Random, cites: tuple[str, ...] | None = None, /,
    **instead: str,
) -> Sentence:  # fmt: skip
    """A sentence of that kind; `instead` are other values than the true ones."""
    return _worded(
        s, rng.choice(sayings(s.language)[kind, part]), rng, cites or _CITES[kind], **instead
    )


def _worded(
    s: Scene, text: str, rng: random.Random, cites: tuple[str, ...], **instead: str
) -> Sentence:
    by_placeholder = rng.random() < 0.4
    names = {
        "A": "{p1.name}" if by_placeholder and "p1.name" in cites else name_of(s.a, s.language),
        "B": "{p2.name}" if by_placeholder and "p2.name" in cites else name_of(s.b, s.language),
    }
    for key, value in ({**s.written, **names} | instead).items():
        text = text.replace("{" + key + "}", value)
    for word, fact in _FILLS.items():
        text = text.replace(f"[{word}]", "{" + fact + "}")
    return Sentence(text[0].upper() + text[1:], cites)


def true_reply(rng: random.Random, language: str, part: str) -> tuple[Scene, list[str], Case]:
    """Three to five sentences, as a model would put them together."""
    s = scene(rng, language, near=rng.random() < 0.7)
    kinds = [k for k in _kinds_of(s, rng) if (k, part) in sayings(language)]
    sentences = tuple(said(s, kind, part, rng) for kind in kinds)
    return s, kinds, Case(language, part, s.facts, sentences)


def _kinds_of(s: Scene, rng: random.Random) -> list[str]:
    near = s.km[0] < 5
    middle = rng.sample(
        [
            *(
                "distance",
                "duration",
                "date",
                "count",
                "count3",
                "stop",
                "order",
                "nearer",
                "farther",
            ),
            *("hours", "price", "accessible", "warning", "trip", "reason"),
            rng.choice(("indoors", "outdoors")),
            rng.choice(("kids+", "kids-")),
            "rain" if s.rain else "clear",
            rng.choice(("weather+", "weather-")),
            rng.choice(("taste+", "taste-")),
            rng.choice(("similar+", "similar-")),
            "near" if near else "far",
        ],
        rng.randrange(2, 4),
    )
    return ["greet", *middle, "ask"] if rng.random() < 0.6 else middle


def _one_of(s: Scene, part: str, rng: random.Random, *kinds: str) -> str:
    """A kind that the part has sayings of."""
    return rng.choice([k for k in kinds if (k, part) in sayings(s.language)])


def lie(rng: random.Random, language: str, part: str, kind: str) -> Case:
    """A true reply with one sentence of that kind of lie in it."""
    s, kinds, reply = true_reply(rng, language, part)
    planted = _LIES[kind](s, part, rng)
    at = rng.randrange(len(reply.sentences) + 1)
    kept = [x for k, x in zip(kinds, reply.sentences, strict=True) if k != "order"]
    at = min(at, len(kept))
    return replace(reply, sentences=(*kept[:at], planted, *kept[at:]), kind=kind, lie=at)


def _wrong_number(s: Scene, part: str, rng: random.Random) -> Sentence:
    kind = _one_of(
        s, part, rng, *("distance", "duration", "count", "count3", "rain" if s.rain else "clear")
    )
    if kind == "count3":
        return said(s, kind, part, rng, ("n4",))
    name = {"distance": "km", "duration": "min", "count": "n"}.get(kind, "deg")
    return said(s, kind, part, rng, **{name: another(s.written[name], rng)})


def another(written: str, rng: random.Random) -> str:
    """Another digit in its place, never a leading zero."""
    digits = [n for n, c in enumerate(written) if c.isdigit()]
    at = rng.choice(digits)
    first = at == digits[0]
    other = rng.choice([d for d in "123456789"[:9] + ("" if first else "0") if d != written[at]])
    return written[:at] + other + written[at + 1 :]


OTHER_UNITS = {
    "km": ("length-meter", "length-mile", "duration-hour", "duration-minute"),
    "min": ("duration-hour", "length-kilometer"),
}


def _wrong_unit(s: Scene, part: str, rng: random.Random) -> Sentence:
    kind, name = rng.choice((("distance", "km"), ("duration", "min")))
    number = s.km[0] if name == "km" else s.facts.get("p1.duration").quantities[0].number  # type: ignore[union-attr]
    unit = rng.choice(OTHER_UNITS[name])
    return said(s, kind, part, rng, **{name: written(number, unit, s.language)})


def written(number: float, unit: str, language: str) -> str:
    """Where the data lack a plural form in full, the short one."""
    for width in reversed(_WIDTHS):
        text = format_unit(number, unit, width, locale=language, numbering_system="latn")
        if "duration-" not in text and "length-" not in text:
            return text
    raise ValueError(f"{language} has no way to write {unit}")


def _wrong_place(s: Scene, part: str, rng: random.Random) -> Sentence:
    """Another place's name on facts of the first; of the turn, or of the whole catalogue."""
    kind = rng.choice(("distance", "duration", "kids+", "taste+", "indoors"))
    other = s.b if rng.random() < 0.5 else rng.choice(sorted(catalogue()))
    words = set(re.findall(r"\w{4,}", name_of(s.a, s.language).lower()))
    while other == s.a or words & set(re.findall(r"\w{4,}", name_of(other, s.language).lower())):
        other = rng.choice(sorted(catalogue()))
    return said(s, kind, part, rng, A=name_of(other, s.language))


def _wrong_weekday(s: Scene, part: str, rng: random.Random) -> Sentence:
    other = s.moment + timedelta(days=rng.randrange(1, 7))
    return said(s, "date", part, rng, weekday=format_date(other, "EEEE", s.language))


def _wrong_time(s: Scene, part: str, rng: random.Random) -> Sentence:
    kind = _one_of(s, part, rng, "stop", "rain" if s.rain else "clear")
    name = "time" if kind != "stop" else "from"
    minutes = rng.choice((-90, -30, -15, 20, 40, 60, 180))
    other = f"{s.moment + timedelta(minutes=minutes):%H:%M}"
    if other == s.written["to"]:
        other = "23:59"
    return said(s, kind, part, rng, **{name: other})


def _swapped_sign(s: Scene, part: str, rng: random.Random) -> Sentence:
    """The words of the other direction on the facts of this one."""
    have = sayings(s.language)
    signed = [k for k in _SIGNED if (f"{k}+", part) in have]
    kind = rng.choice([*signed, "roof", *(("way",) if ("near", part) in have else ())])
    if kind == "roof":
        one, other = rng.sample(("indoors", "outdoors"), 2)
    elif kind == "way":
        one, other = ("near", "far") if s.km[0] < 5 else ("far", "near")
    else:
        signs = rng.sample("+-", 2)
        one, other = f"{kind}{signs[0]}", f"{kind}{signs[1]}"
    return said(s, other, part, rng, _CITES[one])


def _swapped_order(s: Scene, part: str, rng: random.Random) -> Sentence:
    return said(s, "order", part, rng, A=name_of(s.b, s.language), B=name_of(s.a, s.language))


def _swapped_comparison(s: Scene, part: str, rng: random.Random) -> Sentence:
    kind = _one_of(s, part, rng, "nearer", "farther")
    return said(s, kind, part, rng, A=name_of(s.b, s.language), B=name_of(s.a, s.language))


def _other_language(s: Scene, part: str, rng: random.Random) -> Sentence:
    """A true sentence in the words of another language, all that is filled in as asked for."""
    other = rng.choice([lang for lang in LANGUAGES if lang != s.language])
    kind = rng.choice(("duration", "indoors", "outdoors", "kids+", "distance"))
    text = rng.choice(sayings(other)[kind, part])
    return _worded(s, text, rng, _CITES[kind])


def _of_the_list(
    name: str, cites: tuple[str, ...]
) -> Callable[[Scene, str, random.Random], Sentence]:
    def planted(s: Scene, part: str, rng: random.Random) -> Sentence:
        have = sayings(s.language)
        texts = have.get((f"lie-{name}", part)) or have[f"lie-{name}", TUNED]
        return _worded(s, rng.choice(texts), rng, cites)

    return planted


def _uncited(s: Scene, part: str, rng: random.Random) -> Sentence:
    kind = _one_of(
        s,
        part,
        rng,
        *("distance", "duration", "taste+", "kids+", "indoors", "date", "order", "count"),
    )
    true = said(s, kind, part, rng, A=name_of(s.a, s.language), B=name_of(s.b, s.language))
    return replace(true, facts=())


def _unknown_id(s: Scene, part: str, rng: random.Random) -> Sentence:
    true = said(s, rng.choice(("distance", "duration", "taste+")), part, rng)
    if rng.random() < 0.5:
        return replace(true, facts=(*true.facts, "p7.distance"))
    return replace(true, text=true.text + " {p9.hours}")


def _unknown_place(s: Scene, part: str, rng: random.Random) -> Sentence:
    return said(s, rng.choice(("distance", "duration", "kids+")), part, rng, A=rng.choice(INVENTED))


_PLACE = ("p1.name",)
_LIES: dict[str, Callable[[Scene, str, random.Random], Sentence]] = {
    "wrong number": _wrong_number,
    "wrong unit": _wrong_unit,
    "wrong place": _wrong_place,
    "wrong weekday": _wrong_weekday,
    "wrong time": _wrong_time,
    "swapped sign": _swapped_sign,
    "swapped order": _swapped_order,
    "swapped comparison": _swapped_comparison,
    "invented facility": _of_the_list("facility", _PLACE),
    "other language": _other_language,
    "injection": _of_the_list("inject", _PLACE),
    "unguarded price": _of_the_list("price", ("p1.name", "p1.price")),
    "unguarded hours": _of_the_list("hours", ("p1.name", "p1.hours")),
    "unguarded access": _of_the_list("access", ("p1.name", "p1.accessible")),
    "unguarded warning": _of_the_list("warning", ("p1.name", "p1.warning1")),
    "uncited claim": _uncited,
    "unknown id": _unknown_id,
    "unknown place": _unknown_place,
}
