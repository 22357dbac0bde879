"""What a traveller wants, by rules: the words of a lexicon, their order, and what denies them.

No model and no waiting; a message takes well under 5 ms. It is honest: `not_understood` holds the
phrases that nothing was made of. What is understood, and how to add to it: docs/chat.md
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from butler.domain import TripFacts
from serving.chat import ages, dates, distances, governing, moments, oneself, safety, sums, towns
from serving.chat.days import Days
from serving.chat.diets import DIETS, FOOD
from serving.chat.kinds import Kinds
from serving.chat.lexicon import Lexicon, Mark, tokens
from serving.chat.naming import Naming
from serving.chat.values import Understood
from serving.explain.words import spoken

LONGEST = 600  # letters that are read of a message
SEARCHED = 3  # words that are searched for where they are all that was said
BUDGETS = {"free": 1, "cheap": 1, "midrange": 2, "dear": 4, "luxury": 4}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
PARTIES = ("solo", "couple", "family", "friends")
# of what narrows the choice, what a traveller may only be telling of himself
_HIMSELF = {"wheelchair", "stroller", "shortwalks", "kids", *BUDGETS, *PARTIES}
# what narrows it at all, beside kinds of places
_ROUND = ("near", "walkable", "rain", "indoor", "outdoor")
_NARROWING = frozenset((*_ROUND, *_HIMSELF))
_ASKED = oneself.ASKED | {"details"}
# the first of these that is there says what is wanted
FIRST = ("plan", "compare", "why", "remember", "weather", "other")
SPOKEN = ("thanks", "help", "greeting")


def understand(
    text: str, language: str, catalogue_names: Mapping[str, str], now: datetime
) -> Understood:
    """What is asked and told. `catalogue_names` are poi_ids by name, as names are written; the index
    made of them is kept while the same mapping comes. `now` says which day is today; the `language`
    tag, whether 3/7 is in March."""
    judged = safety.judged(text[:LONGEST], language)
    if judged.kind:
        return Understood(judged.kind)
    return Reading(text[:LONGEST], language, catalogue_names, now, judged.perhaps).understood()


def prepare(catalogue_names: Mapping[str, str]) -> None:
    """Make the index of names now (0.3 s for 20,000): call it in the background, before messages come."""
    Naming.of(catalogue_names)


# what is asked of a day, and from a town; who only tells asks nothing
_ASKING = ("recommend", "other", "search", "weather", "plan")
_LOOKING = ("recommend", "other", "search", "plan")  # for places
_MOBILITY = {"wheelchair": "wheelchair", "stroller": "stroller", "shortwalks": "short_walks"}


class Reading:
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
        said = dates.told(self._of, self._marks, self._used, tag, now.date())
        self._of, self._days = dates.joined(self._of, said), Days(said, now.date())
        self._take(span for one in said for span in one.spans)
        self._leave(self._days.spare)
        self._named_town, self._town = self._told_town()
        self._lodged = self._stays()
        self._marks = [m for m in self._marks if m.concept not in safety.SIGNS]
        self._concepts = {m.concept for m in self._marks}
        for mark in self._marks:
            self._use(mark.first, mark.last)
        self._places += list(self._single_names())

    def understood(self) -> Understood:
        within_km, (day, hour) = self._within_km, self._moment
        told = self._told
        intent = self._intent
        day, named = self._days.meant(day, intent in _ASKING)
        query = self._query if intent == "search" else ""
        return Understood(
            intent=intent,
            category=self._category or (FOOD if self._hungry(intent) else None),
            kinds=self._kinds.wanted if intent == "plan" else (),
            within_km=self._around(intent, within_km),
            diets=self._diets,
            town=self._town.name if self._town else None,
            budget=self._budget,
            paid=any(not found.least for found in self._sums),
            indoor=self._indoor(intent),
            accessible=True if self._said("wheelchair") else None,
            kids=self._kids,
            day=day,
            hour=hour,
            named_day=named,
            places=tuple(dict.fromkeys(self._places)),
            ranks=self._ranks,
            query=query,
            told=told,
            taken_back=self._taken_back,
            not_understood=(*self._unmeant(intent), *(() if query else self._left())),
            perhaps_urgent=self._perhaps_urgent,
        )

    def _use(self, first: int, last: int) -> None:
        self._used[first : last + 1] = [True] * (last + 1 - first)

    def _leave(self, spans: Iterable[dates.Said]) -> None:
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
        for n, token in enumerate(self._of):
            place = None if self._used[n] else self._naming.alone(token)
            if place:
                self._use(n, n)
                self._use_beside(n, place)
                yield place

    def _use_beside(self, n: int, place: str) -> None:
        """What stands beside a word of a name and is of the name: the Santa of Barbara."""
        for beside in (n - 1, n + 1):
            inside = 0 <= beside < len(self._of)
            if inside and self._naming.of_its_name(self._of[beside], place):
                self._use(beside, beside)

    # what is said, and what is denied

    @cached_property
    def _denied(self) -> dict[Mark, str]:
        """How each mark is governed: "like", "dislike", "not", "want" or ""."""
        return governing.governed(self._of, self._marks, self._language)

    def _said(self, concept: str) -> bool:
        """Who sits in a wheelchair and hates museums does not dislike the wheelchair."""
        if concept not in self._concepts:
            return False
        against = {governing.NOT} if concept in _MOBILITY else governing.AGAINST
        return any(m.concept == concept and self._denied[m] not in against for m in self._marks)

    def _refused(self, concept: str) -> bool:
        return concept in self._concepts and not self._said(concept)

    # places

    @cached_property
    def _kinds(self) -> Kinds:
        """Who tells what they eat looks for no food."""
        told = not self._concepts.isdisjoint(DIETS)
        eating = oneself.eating(self._of, self._language) if told else ()
        return Kinds([m for m in self._marks if m.first not in eating], self._denied)

    @cached_property
    def _category(self) -> str | None:
        """The kind that is asked for; of other ones nothing is made."""
        if self._intent == "remember":
            return None
        category, others = self._kinds.chosen()
        for mark in others if self._intent != "plan" else ():
            self._used[mark.first : mark.last + 1] = [False] * (mark.last + 1 - mark.first)
        return category

    @cached_property
    def _ranks(self) -> tuple[int, ...]:
        ranks = [ORDINALS[m.concept] for m in self._marks if m.concept in ORDINALS]
        for mark in self._marks:
            n = mark.last + 1
            if mark.concept == "number" and n < len(self._of) and self._of[n].folded.isdecimal():
                self._use(n, n)
                ranks.append(int(self._of[n].folded[:3]))
        return tuple(dict.fromkeys(r for r in ranks if r > 0))

    # around places

    @cached_property
    def _within_km(self) -> float | None:
        found = distances.within(self._of, self._marks)
        for first, last in found.taken:
            self._use(first, last)
        if found.km is None and self._said("walkable"):
            return distances.WALKABLE_KM
        return distances.NEAR_KM if found.km is None and self._said("near") else found.km

    def _around(self, intent: str, within_km: float | None) -> float | None:
        """Where a town is named, near it is meant; where they stay is only looked from."""
        near = self._town and not self._lodged.there
        near = near and within_km is None and intent in _LOOKING
        return distances.NEAR_KM if near else within_km

    @cached_property
    def _moment(self) -> tuple[int | None, int | None]:
        found = moments.told(self._of, self._marks, self._used, self._language, self._now)
        for first, last in found.taken:
            self._use(first, last)
        return found.day, found.hour

    @property
    def _budget(self) -> int | None:
        """A sum says more than "cheap"."""
        said = [found.level for found in self._sums if not found.least] or [
            BUDGETS[c] for c in BUDGETS if self._said(c)
        ]
        if said:
            return min(said)
        return BUDGETS["midrange"] if self._refused("dear") or self._refused("luxury") else None

    def _indoor(self, intent: str) -> bool | None:
        """Some languages have one word for "inside" and "within 5 km"."""
        under_roof = any(
            m.concept == "indoor" and self._denied[m] not in governing.AGAINST
            for m in self._marks
            if m.last + 1 >= len(self._of) or not self._of[m.last + 1].is_number
        )
        if under_roof or self._refused("outdoor"):
            return None if self._said("outdoor") else True
        if self._said("outdoor") or self._refused("indoor"):
            return False
        return True if self._said("rain") and intent != "weather" else None

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

    def _hungry(self, intent: str) -> bool:
        """A diet alone is asked of places to eat, unless the traveller speaks of himself."""
        return intent == "recommend" and bool(self._diets) and not self._eats

    @cached_property
    def _eats(self) -> tuple[str, ...]:
        return self._own(self._diets)

    def _own(self, diets: Iterable[str]) -> tuple[str, ...]:
        kinds = self._kinds.concepts
        return oneself.eaten(self._of, self._marks, diets, self._language, kinds) if diets else ()

    @property
    def _taken_back(self) -> tuple[str, ...]:
        """The diets, and the town, that the traveller says hold no longer."""
        refused = self._own([diet for diet in DIETS if self._refused(diet)])
        town = self._named_town if self._lodged.denied else None
        return (*refused, *([town.town.name] if town else []))

    @cached_property
    def _told(self) -> TripFacts:
        party = [p for p in PARTIES if self._said(p)]
        start, end = self._days.stay
        return TripFacts(
            start=start,
            end=end,
            party=party[0] if party else "family" if self._kids else None,
            budget=self._budget if self._states else None,
            likes=self._kinds.liked,
            dislikes=self._kinds.disliked,
            mobility=next((m for c, m in _MOBILITY.items() if self._said(c)), None),
            children=self._children,
            town=self._town.name if self._town and self._lodged.there else None,
            diets=self._eats,
        )

    @property
    def _states(self) -> bool:
        """The traveller tells of himself, and asks for nothing."""
        told = {"iam", "like", "dislike", "remember"} & self._concepts
        stays = any(self._days.stay) and not self._constraints - _HIMSELF
        stays = stays or bool(self._eats or self._taken_back) or self._lodged.there
        return (bool(told) or stays) and not (self._asks or self._wonders)

    @property
    def _wonders(self) -> bool:
        """A question, or a kind of place for a time or beside what is told of a town or a diet: "a museum
        for tomorrow, I am in a wheelchair", "a beach, I'm vegan"."""
        timed = self._moment != (None, None) or self._days.on is not None
        timed = timed or self._lodged.there or bool(self._eats)
        return _is_question(self._text) or (timed and self._kinds.named)

    # what is wanted

    @property
    def _asks(self) -> bool:
        return bool(_ASKED & self._concepts)

    @cached_property
    def _intent(self) -> str:
        for intent in FIRST:
            if intent in self._concepts:
                return self._sorted(intent)
        if self._asks_for_rain:
            return "weather"
        if self._tells and self._states:
            return "remember"
        pointed = self._places or self._ranks
        if pointed and ("details" in self._concepts or not self._kinds.wanted):
            return "details"
        if "search" in self._concepts and not self._kinds.wanted and list(self._left()):
            return "search"
        if self._constrained or "recommend" in self._concepts:
            return "recommend"
        if "details" in self._concepts:
            return "details"
        spoken_of = next((s for s in SPOKEN if s in self._concepts), None)
        left = list(self._left())
        if spoken_of and not left:
            return spoken_of
        words = sum(len(phrase.split()) for phrase in left)
        if words and words <= SEARCHED and "iam" not in self._concepts and not spoken_of:
            return "search"
        return spoken_of or "unknown"

    def _sorted(self, intent: str) -> str:
        """To remember something, something must have been told."""
        return intent if intent != "remember" or self._tells else "unknown"

    @property
    def _tells(self) -> bool:
        """Something of the trip, or that it holds no longer."""
        return self._told != TripFacts() or bool(self._taken_back)

    @property
    def _asks_for_rain(self) -> bool:
        """ "Will it rain tomorrow?" is no wish for a roof."""
        bare = not self._constraints - {"rain"} and not {"recommend", "if"} & self._concepts
        return "rain" in self._concepts and _is_question(self._text) and bare

    @cached_property
    def _constraints(self) -> frozenset[str]:
        """What narrows the choice of places."""
        return (_NARROWING & self._concepts) | self._kinds.concepts

    @property
    def _constrained(self) -> bool:
        day, hour = self._moment
        timed = any(said is not None for said in (day, hour, self._days.on))
        timed = timed and not set(SPOKEN) & self._concepts
        return (
            bool(self._constraints or self._budget or self._town or self._diets)
            or self._within_km is not None
            or timed
        )

    # what is left

    @property
    def _query(self) -> str:
        return " ".join(self._left())

    def _unmeant(self, intent: str) -> Iterator[str]:
        """Dates that do not exist or are over, what is to cost more than a sum, a town that is only named."""
        none = [*self._days.unmeant()]
        none += [(s.first, s.last) for s in self._sums if s.least]
        said = self._lodged.there or self._lodged.denied
        if self._named_town and not said and (self._town is None or intent not in _ASKING):
            none.append(self._named_town[1:])
        for first, last in sorted(none):
            yield " ".join(t.raw for t in self._of[first : last + 1] if t.raw[0].isalnum())

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


def _is_question(text: str) -> bool:
    """By its mark: the Arabic and the Greek one, too."""
    return "?" in text.replace("؟", "?").replace(";", "?")
