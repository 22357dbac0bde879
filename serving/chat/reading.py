"""A message, read: its words, dates, sums, towns and names, and how each is governed.

The first of three layers: what a traveller tells of himself is made of it in `said.py`, what is asked in
`understand.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from butler.columns import PARTIES
from butler.domain import Money
from serving.chat import (
    ages,
    dates,
    distances,
    governing,
    lasting,
    manners,
    meals,
    moments,
    oneself,
    pointing,
    safety,
    sums,
    takingback,
    towns,
)
from serving.chat.days import Days
from serving.chat.diets import DIETS, FOOD
from serving.chat.kinds import Kinds, is_of
from serving.chat.lexicon import Lexicon, Mark, tokens
from serving.chat.naming import Naming
from serving.explain.words import spoken

BUDGETS = {"free": 1, "cheap": 1, "cheaper": 1, "midrange": 2, "dear": 4, "luxury": 4}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
MOBILITY = {"wheelchair": "wheelchair", "stroller": "stroller", "shortwalks": "short_walks"}
# what changes the list that was shown: `refining.py`
RELATIVE = ("cheaper", "dearer", "closer", "farther", "sooner", "afterwards", "dayon")
# of what narrows the choice, what a traveller may only be telling of himself
HIMSELF = {*MOBILITY, "kids", *BUDGETS, *PARTIES}
# what narrows it at all, beside kinds of places
_ROUND = ("near", "walkable", "rain", "indoor", "outdoor", "accessible", "quiet", *RELATIVE)
_NARROWING = frozenset((*_ROUND, *HIMSELF))


class Read:
    """One message. Each property takes what it makes something of; what is left is told at the end."""

    def __init__(
        self, text: str, tag: str, names: Mapping[str, str], now: datetime, perhaps_urgent: bool
    ) -> None:
        self._text, self._language, self._now = text, spoken(tag), now
        self._perhaps_urgent = perhaps_urgent
        self._of = tokens(text, self._language)
        self._used = [not t.folded[0].isalnum() for t in self._of]
        self._naming = Naming.of(names)
        self._places = list(self._whole_names())
        self._marks = Lexicon.of(self._language).marks(self._of, self._used)
        self._sums = sums.told(self._of, self._marks, self._used, self._language)
        self._take((said.first, said.last) for said in self._sums)
        self._length = lasting.told(self._of, self._used, self._language)
        self._take([self._length[1:]] if self._length else [])
        said = dates.told(self._of, self._marks, self._used, tag, now.date())
        self._of, self._days = dates.joined(self._of, said), Days(said, now.date())
        self._take(span for one in said for span in one.spans)
        self._leave(self._days.spare)
        self._named_town, self._town = self._told_town()
        self._lodged = self._stays()
        self._marks = [m for m in self._marks if m.concept not in safety.SIGNS]
        self._over = set[Mark]()  # meals
        if not meals.NAMED.isdisjoint(m.concept for m in self._marks):
            asked = pointing.questions(self._of, self._language)
            self._marks, self._over = meals.meant(self._of, self._marks, self._language, asked)
        for mark in self._marks:
            self._use(mark.first, mark.last)
        self._forgotten = self._forgets()
        self._take(list(manners.courtesies(self._of, self._marks, self._language)))
        self._take(list(manners.company(self._of, self._marks, self._language)))
        self._complain()
        self._concepts = {m.concept for m in self._marks}
        self._only_alike = 0  # words without a capital that are taken for those of a name
        self._places += list(self._single_names())

    def _complain(self) -> None:
        """ "Too expensive" is "cheaper"."""
        if not any(m.concept in ("dear", "luxury") for m in self._marks):
            return
        governed = governing.governed(self._of, self._marks, self._language)
        found = manners.too_dear(
            self._of, self._marks, governed, pointing.is_question(self._text), self._language
        )
        for mark, first, last in list(found):
            self._use(first, last)
            self._marks[self._marks.index(mark)] = mark._replace(concept="cheaper")

    def _use(self, first: int, last: int) -> None:
        self._used[first : last + 1] = [True] * (last + 1 - first)

    def _leave(self, spans: Iterable[dates.Said | Mark]) -> None:
        """Nothing is made of them."""
        for said in spans:
            self._used[said.first : said.last + 1] = [False] * (said.last + 1 - said.first)

    def _told_town(self) -> tuple[towns.Found | None, towns.Town | None]:
        """The town that is named, and whether to look from there: "not in Benidorm" is none."""
        found = towns.told(self._of, self._used, self._naming, self._language)
        if found is None:
            return None, None
        nots = {m.last for m in self._marks if m.concept in governing.AGAINST}
        return found, None if nots & {found.first - 1, found.first - 2} else found.town

    def _stays(self) -> oneself.Stay:
        """Whether the town is where the traveller stays."""
        town = self._named_town
        if town is None:
            return oneself.Stay(False, False, ())
        dated = self._days.on is not None
        found = oneself.stay(self._of, self._marks, town, self._language, dated)
        self._take([(town.first, town.last), *found.taken])
        return found

    def _forgets(self) -> takingback.Gone:
        """What is to be forgotten: of its clause nothing else is made."""
        if not any(m.concept == "forget" for m in self._marks):
            return takingback.Gone()
        dated = {self._of[s.first].clause for s in self._days.said}
        town = self._of[self._named_town.last].clause if self._named_town else None
        gone = takingback.forgotten(self._of, self._marks, self._language, dated, town)
        self._marks = [m for m in self._marks if self._of[m.first].clause not in gone.clauses]
        for n, token in enumerate(self._of if gone.fields or gone.values else ()):
            if token.clause in gone.clauses:
                self._use(n, n)
        if town in gone.clauses:
            self._named_town, self._town = None, None
            self._lodged = oneself.Stay(False, False, ())
        if dated & gone.clauses:
            self._days = Days([], self._now.date())
        return gone

    def _take(self, spans: Iterable[tuple[int, int]]) -> None:
        """What dates, sums and towns are made of is nothing else: no hour, no age, no denial."""
        inside: set[int] = set()
        for first, last in spans:
            self._use(first, last)
            inside.update(range(first, last + 1))
        self._marks = [m for m in self._marks if not inside & set(range(m.first, m.last + 1))]

    def _whole_names(self) -> Iterator[str]:
        for named in self._naming.whole(self._of):
            self._use(named.first, named.last)
            yield named.poi_id

    def _single_names(self) -> Iterator[str]:
        told = {n for m in self._over for n in range(m.first, m.last + 1)}
        for n, token in enumerate(self._of):
            place = None if self._used[n] or n in told else self._naming.alone(token)
            if place:
                self._only_alike += token.raw[0].islower()
                self._use(n, n)
                self._use_beside(n, place)
                yield place

    def _use_beside(self, n: int, place: str) -> None:
        """What stands beside a word of a name and is of the name: the Santa of Barbara."""
        for beside in (n - 1, n + 1):
            inside = 0 <= beside < len(self._of)
            if inside and self._naming.of_its_name(self._of[beside], place):
                self._use(beside, beside)

    @cached_property
    def _denied(self) -> dict[Mark, str]:
        """How each mark is governed: "like", "dislike", "not", "want" or ""."""
        return governing.governed(self._of, self._marks, self._language)

    def _said(self, concept: str) -> bool:
        """Who sits in a wheelchair and hates museums does not dislike the wheelchair."""
        if concept not in self._concepts:
            return False
        against = {governing.NOT} if concept in MOBILITY else governing.AGAINST
        return any(m.concept == concept and self._denied[m] not in against for m in self._marks)

    def _refused(self, concept: str) -> bool:
        return concept in self._concepts and not self._said(concept)

    @cached_property
    def _kinds(self) -> Kinds:
        """Who tells what they eat looks for no food; tapas for dinner are tapas, and who refuses or likes a
        meal refuses or likes no restaurants."""
        told = not self._concepts.isdisjoint(DIETS)
        eating = oneself.eating(self._of, self._language) if told else ()
        marks = [m for m in self._marks if m.first not in eating]
        others = Kinds([m for m in marks if m not in self._eaten_at], self._denied)
        if not self._eaten_at or any(c.startswith(f"{FOOD}/") for c in others.wanted):
            return others
        asked = ("", governing.WANT)
        kept = [m for m in marks if m not in self._eaten_at or self._denied[m] in asked]
        return Kinds(kept, self._denied)

    @cached_property
    def _eaten_at(self) -> set[Mark]:
        """The kinds of places that no word names but that of a meal."""
        return set(meals.places(self._marks))

    @property
    def _meal(self) -> str | None:
        """The first that is asked for, neither liked nor refused: beside a museum it says no hour of it, but
        where it is asked whether that is open then. A plan has its own hours."""
        if "plan" in self._concepts:
            return None
        asked = (m for m in self._marks if m.concept in meals.MEALS)
        meal = next((m.concept for m in asked if self._denied[m] in ("", governing.WANT)), None)
        chosen = self._kinds.chosen()[0] if meal else None
        return meal if chosen is None or is_of(chosen, FOOD) or self._of_one else None

    @cached_property
    def _of_one(self) -> Mark | None:
        """The kind of a question about one place that is called by it: "is the castle good for kids?"."""
        marks = set(self._kinds.marks) - self._eaten_at
        if len(marks) != 1 or self._places or self._ranks or self._named_town:
            return None
        (mark,) = marks
        if Lexicon.of(self._language).ends("n1", self._of, mark.first):
            return None
        concepts = self._concepts - {mark.concept, *(m.concept for m in self._eaten_at)}
        asked = pointing.is_question(self._text)
        return mark if pointing.of_one(self._of, concepts, self._language, asked) else None

    @cached_property
    def _ranks(self) -> tuple[int, ...]:
        ranks = [ORDINALS[m.concept] for m in self._marks if m.concept in ORDINALS]
        for mark in self._marks:
            n = mark.last + 1
            if mark.concept == "number" and n < len(self._of) and self._of[n].folded.isdecimal():
                self._use(n, n)
                ranks.append(int(self._of[n].folded[:3]))
        return tuple(dict.fromkeys(r for r in ranks if r > 0))

    @cached_property
    def _within_km(self) -> float | None:
        found = distances.within(self._of, self._marks)
        for first, last in found.taken:
            self._use(first, last)
        if found.km is None and self._said("walkable"):
            return distances.WALKABLE_KM
        near = self._said("near") or self._refused("closer")  # "not too far"
        return distances.NEAR_KM if found.km is None and near else found.km

    @cached_property
    def _moment(self) -> moments.When:
        meal = self._meal
        found = moments.told(self._of, self._marks, self._used, self._language, self._now, meal)
        for first, last in found.taken:
            self._use(first, last)
        return found

    @cached_property
    def _sum(self) -> Money | None:
        """The lowest of the sums that are not to be exceeded."""
        said = [found.money for found in self._sums if not found.least]
        return min(said, key=sums.cents, default=None)

    @property
    def _budget(self) -> int | None:
        """A sum says more than "cheap"."""
        if self._sum:
            return sums.level(self._sum)
        said = [BUDGETS[c] for c in BUDGETS if self._said(c)]
        if said:
            return min(said)
        refused = any(map(self._refused, ("dear", "luxury", "cheaper")))  # "not too expensive"
        return BUDGETS["midrange"] if refused else None

    @property
    def _kids(self) -> bool | None:
        if any(self._said(c) for c in ("kids", "stroller")) or self._children:
            return True
        return False if self._refused("kids") else None

    @cached_property
    def _children(self) -> tuple[int, ...]:
        found = ages.told(self._of, self._marks, self._used)
        for n in found.taken:
            self._use(n, n)
        return found.ages

    @cached_property
    def _diets(self) -> tuple[str, ...]:
        return tuple(diet for diet in DIETS if self._said(diet))

    @cached_property
    def _constraints(self) -> frozenset[str]:
        """What narrows the choice of places."""
        return (_NARROWING & self._concepts) | self._kinds.concepts

    def _left(self) -> Iterator[str]:
        """Words that nothing was made of, those that stand together as one phrase."""
        phrase: list[str] = []
        for token, used in zip(self._of, self._used, strict=True):
            if used:
                if phrase:
                    yield " ".join(phrase)
                phrase = []
            elif token.is_number or len(token.raw) > 1:
                phrase.append(token.raw)
        if phrase:
            yield " ".join(phrase)
