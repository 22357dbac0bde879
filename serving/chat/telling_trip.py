"""What is told of a trip: what the traveller said of it, where is looked from, what is eaten."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from butler.domain import Money, TripFacts
from serving.chat import sums
from serving.chat.facts import Fact, Numbering, Quantity
from serving.explain.words import Words

# keys of facts of kind "trip" that tell nothing new of it: where is looked from, what is said of a diet,
# what holds no longer, what was never noted, what is known already, whether places are quiet
TOWN, DIET, DIET_UNKNOWN, FORGOTTEN, NOT_NOTED, KNOWN, QUIET = NOT_KEPT = (
    *("town", "diet", "diet_unknown", "forgotten", "not_noted", "known", "quiet"),
)
OF_PLACES = (DIET, DIET_UNKNOWN, QUIET)  # of them, what is said of all places that are shown


@dataclass(frozen=True)
class TellingTrip:
    """Facts in one language, numbered as one turn does."""

    words: Words
    numbering: Numbering = field(default_factory=Numbering)

    def trip(self, trip: TripFacts) -> Iterator[Fact]:
        """What the traveller has told, one fact a field."""
        say = self.words.say
        if trip.start or trip.end:
            yield self._dates(trip)
        if trip.party:
            text = say("fact-trip-party", party=self.words.party(trip.party))
            yield self._told("party", text)
        if trip.budget_sum:
            yield sum_told(self.numbering.next("t"), trip.budget_sum, self.words, of_the_trip=True)
        elif trip.budget:
            text = say("fact-trip-budget", level=trip.budget)
            yield self._told("budget", text, Quantity(trip.budget, "level"), Quantity(4, "level"))
        for name, categories in (("likes", trip.likes), ("dislikes", trip.dislikes)):
            known = [self.words.category(c) or c for c in categories]
            if known:
                yield self._told(name, say(f"fact-trip-{name}", what=self.words.listed(known)))
        if trip.mobility:
            yield self._told("mobility", say("fact-trip-mobility", mobility=trip.mobility))
        if trip.children:
            ages = self.words.listed(map(str, trip.children))
            numbers = [Quantity(age, "count") for age in trip.children]
            yield self._told("children", say("fact-trip-children", ages=ages), *numbers)
        if trip.town:
            yield self._told("stays", say("fact-trip-town", town=trip.town))
        if trip.diets:
            what = self.words.listed(map(self.diet_name, trip.diets))
            yield self._told("eats", say("fact-trip-diets", what=what))

    def _dates(self, trip: TripFacts) -> Fact:
        days = {"from": trip.start, "to": trip.end}
        known = {name: day.isoformat() for name, day in days.items() if day}
        which = "dates" if len(known) == 2 else "start" if trip.start else "end"
        moments = tuple(datetime.combine(d, time.min) for d in days.values() if d)
        text = self.words.say(f"fact-trip-{which}", **known)
        return Fact(self.numbering.next("t"), "trip", text, moments=moments, key="dates")

    def _told(self, key: str, text: str, *numbers: Quantity) -> Fact:
        return Fact(self.numbering.next("t"), "trip", text, None, numbers, key=key)

    def town(self, name: str, within_km: float | None) -> Fact:
        """The town that is looked from, and how far."""
        if within_km is None:
            return self._told(TOWN, self.words.say("fact-town", town=name))
        km = round(within_km, 1)
        text = self.words.say("fact-town-within", town=name, km=km)
        return self._told(TOWN, text, Quantity(km, "km"))

    def diet(self, diet: str, said: bool) -> Fact:
        """Whether any place says that it has it: if none does, travellers must ask themselves."""
        message = "fact-diet" if said else "fact-diet-unknown"
        text = self.words.say(message, diet=self.diet_name(diet))
        return self._told(DIET if said else DIET_UNKNOWN, text)

    def quiet(self, known: bool) -> Fact:
        """What is left out of quiet places; or that nothing is known of it."""
        return self._told(QUIET, self.words.say("fact-quiet" if known else "fact-quiet-unknown"))

    def diet_name(self, diet: str) -> str:
        return self.words.say(f"diet-{diet.replace('_', '-')}")

    def forgotten(self, lost: TripFacts) -> Iterator[Fact]:
        """What holds no longer."""
        yield from (replace(fact, key=FORGOTTEN) for fact in self.trip(lost))

    def known(self, trip: TripFacts) -> Iterator[Fact]:
        """What is known of the trip already."""
        yield from (replace(fact, key=KNOWN) for fact in self.trip(trip))

    def not_noted(self) -> Fact:
        """What was to be forgotten had never been noted."""
        return self._told(NOT_NOTED, self.words.say("fact-not-noted"))


def sum_told(fact_id: str, money: Money, words: Words, of_the_trip: bool = False) -> Fact:
    """A sum for each person, the price level it was taken for, and in euros what that begins at."""
    of = sums.level(money)
    told = {"minor": money.minor, "currency": money.currency, "level": of, "least": sums.least(of)}
    text = words.say("fact-trip-budget-sum" if of_the_trip else "fact-budget-sum", **told)
    numbers = (Quantity(money.minor / 100, money.currency), Quantity(of, "level"))
    return Fact(fact_id, "trip", text, None, numbers, key="budget")
