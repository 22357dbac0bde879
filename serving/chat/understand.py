"""What a traveller wants, by rules: the words of a lexicon, their order, and what denies them.

No model and no waiting; a message takes well under 5 ms. It is honest: `not_understood` holds the
phrases that nothing was made of. What is understood, and how to add to it: docs/chat.md
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from butler.domain import TripFacts
from serving.chat import distances, governing, pointing, safety, sums
from serving.chat.diets import FOOD
from serving.chat.lexicon import shared
from serving.chat.manners import AGREE, SPOKEN
from serving.chat.naming import Naming
from serving.chat.reading import ORDINALS, RELATIVE
from serving.chat.said import WHO, Said
from serving.chat.values import Understood

LONGEST = 600  # letters that are read of a message
SEARCHED = 3  # words that are searched for where they are all that was said
# the first of these that is there says what is wanted
FIRST = ("mytrip", "plan", "compare", "why", "remember", "weather", "other")


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


class Reading(Said):
    """What is asked: its intent, and what narrows the choice."""

    def understood(self) -> Understood:
        within_km, moment = self._within_km, self._moment
        told = self._told
        intent = self._intent
        day, named = self._days.meant(moment.day, intent in _ASKING)
        lasts = self._length.days if self._length and intent in _LOOKING else None
        if lasts and day is None and named is None:
            day = 0  # of a stay its first day, and nobody said when it begins
        going = moment.goes_on and not day and named is None
        if going:  # who says "tonight" at half past nine means what is left of it
            day = 0
        query = self._query if intent == "search" else ""
        return Understood(
            intent=intent,
            category=self._category or (FOOD if self._hungry(intent) else None),
            kinds=self._kinds.wanted if intent == "plan" else (),
            within_km=self._around(intent, within_km),
            diets=self._diets,
            town=self._town.name if self._town else None,
            budget=self._budget,
            paid=sums.kept(self._sum),
            indoor=self._indoor(intent),
            accessible=self._accessible,
            kids=self._kids,
            quiet=self._quiet(intent),
            day=day,
            hour=None if going else moment.hour,
            meal=moment.meal,
            lasts=lasts,
            named_day=named,
            places=tuple(dict.fromkeys(self._places)),
            ranks=self._ranks,
            query=query,
            told=told,
            taken_back=self._taken_back,
            accepted=self._accepted,
            the_one=self._the_one,
            called=self._called,
            forgets=self._gone,
            refines=self._refines,
            bare=intent == "recommend" and self._bare,
            not_understood=(*self._unmeant(intent), *(() if query else self._left())),
            perhaps_urgent=self._perhaps_urgent,
        )

    def strange(self) -> tuple[int, int]:
        """Words that nothing was made of, and all words but units. What is written without a capital and
        taken for a word of a place's name is none that is understood: "beach" is in many names."""
        self.understood()
        left = sum(len(phrase.split()) for phrase in self._left()) + self._only_alike
        words = sum(t.is_word and len(t.raw) > 1 and not shared(t) for t in self._of)
        return left, words

    @cached_property
    def _category(self) -> str | None:
        """The kind that is asked for; of other ones nothing is made."""
        if self._intent == "remember":
            return None
        category, others = self._kinds.chosen()
        said = self._eaten_at if self._moment.meal else ()
        if self._intent != "plan":
            self._leave(m for m in others if m not in said)  # a meal has said the hour
        return category

    def _around(self, intent: str, within_km: float | None) -> float | None:
        """Where a town is named, near it is meant; where they stay is only looked from."""
        near = self._town and not self._lodged.there
        near = near and within_km is None and intent in _LOOKING
        return distances.NEAR_KM if near else within_km

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
    def _accessible(self) -> bool | None:
        wheelchair = self._said("wheelchair") and "mobility" not in self._gone
        return True if wheelchair or self._said("accessible") else None

    def _quiet(self, intent: str) -> bool | None:
        """Only where places are chosen by it: otherwise nothing is made of it."""
        if "quiet" not in self._concepts:
            return None
        said = intent in ("recommend", "other", "plan") and self._said("quiet")
        if not said:
            self._leave(m for m in self._marks if m.concept == "quiet")
        return said or None

    def _hungry(self, intent: str) -> bool:
        """A diet alone is asked of places to eat, unless the traveller speaks of himself."""
        return intent == "recommend" and bool(self._diets) and not self._eats

    @cached_property
    def _intent(self) -> str:
        for intent in FIRST:
            if intent in self._concepts:
                return self._sorted(intent)
        if self._asks_for_rain:
            return "weather"
        if self._of_it:
            return "details"
        if self._tells and (self._states or self._only_gives_up):
            return "remember"
        if self._only_wonders:
            return "unknown"
        if self._turns_down:
            return "other"
        of_list = self._refines and not pointing.is_question(self._text)  # "the first is too far"
        pointed = self._places or (self._ranks and not of_list)
        if pointed and ("details" in self._concepts or self._names_no_kind):
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
        if self._agrees and not left:
            return AGREE
        words = sum(len(phrase.split()) for phrase in left)
        told = "iam" in self._concepts or bool(self._over)
        if words and words <= SEARCHED and not told and not spoken_of:
            return "unknown" if pointing.asks(self._of, self._language) else "search"
        return spoken_of or "unknown"

    @cached_property
    def _refines(self) -> tuple[str, ...]:
        """Of the list that was shown; "is the second cheaper?" is asked of a place."""
        return tuple(c for c in RELATIVE if self._said(c))

    @property
    def _turns_down(self) -> bool:
        """ "Not that", "I've been there already": something else, where nothing more is said."""
        if "refuse" not in self._concepts or self._constrained or self._places:
            return False
        more = {"recommend", "search", "details", "trait", "help"} & self._concepts
        return not more and not pointing.is_question(self._text) and not list(self._left())

    @property
    def _agrees(self) -> bool:
        """ "Great, let's do that"; not "something great"."""
        if AGREE not in self._concepts or pointing.is_question(self._text):
            return False
        return not self._names_something

    @property
    def _names_no_kind(self) -> bool:
        """That is looked for; a meal is only an hour of the place that is pointed at."""
        named = {m.concept for m in self._kinds.marks if m not in self._eaten_at}
        return named.isdisjoint(self._kinds.wanted)

    def _sorted(self, intent: str) -> str:
        """To remember something, something must have been told."""
        if intent == "mytrip":
            return "trip"
        return intent if intent != "remember" or self._tells else "unknown"

    @cached_property
    def _of_it(self) -> bool:
        """ "Is it open?": of the place that was spoken of, or pointed at."""
        if self._named_town or self._concepts.isdisjoint(pointing.TRAITS):
            return False
        if not (self._places or self._eaten_at.issuperset(self._kinds.marks)):
            return False
        asked = pointing.is_question(self._text)
        concepts = self._concepts - set(ORDINALS) - {"number"} - self._kinds.concepts
        return pointing.of_it(self._of, concepts, self._language, asked) and not list(self._left())

    @cached_property
    def _the_one(self) -> str | None:
        """Of a question about one place all is understood."""
        return None if self._of_one is None or list(self._left()) else self._of_one.concept

    @property
    def _called(self) -> str | None:
        """The only place whose name has that word."""
        return self._naming.only(self._of[self._of_one.first]) if self._of_one else None

    @property
    def _only_gives_up(self) -> bool:
        """ "I don't need a wheelchair" wants nothing."""
        asks = self._kinds.wanted or self._asks_for_places or self._town
        return self._gives_up and not asks and not pointing.is_question(self._text)

    @property
    def _only_wonders(self) -> bool:
        """ "Do I need a wheelchair?": no wish, and nothing told."""
        who = self._constraints & (WHO - {"kids", "family"})
        asked = bool(who) and pointing.is_question(self._text)
        return asked and not (self._constraints - who or self._tells or self._asks_for_places)

    @property
    def _asks_for_places(self) -> bool:
        return bool(self._concepts & {"recommend", "search", "other"})

    @property
    def _bare(self) -> bool:
        """Nothing but what narrows a choice: of the list that was shown, where there is one."""
        none = self._concepts & {"recommend", "search", "rain", "iam", "if"}
        told = replace(self._told, dislikes=(), budget=None, budget_sum=None)
        return not (none or self._kinds.wanted or self._places) and told == TripFacts()

    @property
    def _tells(self) -> bool:
        """Something of the trip, or that it holds no longer."""
        return self._told != TripFacts() or self._gives_up

    @property
    def _asks_for_rain(self) -> bool:
        """ "Will it rain tomorrow?" is no wish for a roof."""
        bare = not self._constraints - {"rain"} and not {"recommend", "if"} & self._concepts
        return "rain" in self._concepts and pointing.is_question(self._text) and bare

    @property
    def _constrained(self) -> bool:
        timed = self._timed and not set(SPOKEN) & self._concepts
        return (
            bool(self._constraints or self._budget or self._town or self._diets)
            or self._within_km is not None
            or self._length is not None
            or timed
        )

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
