"""What a traveller tells of the trip and of himself in a message, and what holds no longer."""

from collections.abc import Iterable
from functools import cached_property

from butler.columns import PARTIES
from butler.domain import TripFacts
from serving.chat import governing, oneself, pointing, sums, takingback
from serving.chat.diets import DIETS
from serving.chat.lexicon import Lexicon
from serving.chat.reading import HIMSELF, MOBILITY, Read

WHO = frozenset((*MOBILITY, *PARTIES, "kids"))
_ASKED = oneself.ASKED | {"details"}


class Said(Read):
    """What is said of the trip."""

    @cached_property
    def _eats(self) -> tuple[str, ...]:
        return self._own(self._diets)

    def _own(self, diets: Iterable[str]) -> tuple[str, ...]:
        kinds = self._kinds.concepts
        return oneself.eaten(self._of, self._marks, diets, self._language, kinds) if diets else ()

    @cached_property
    def _taken_back(self) -> tuple[str, ...]:
        """The diets, the town and the kinds of places of which the traveller says that it is no longer so."""
        refused = self._own([diet for diet in DIETS if self._refused(diet)])
        town = self._named_town if self._lodged.denied else None
        return (*self._forgotten.values, *refused, *([town.town.name] if town else []))

    @cached_property
    def _accepted(self) -> tuple[str, ...]:
        """The kinds of places that are fine after all."""
        if "fine" not in self._concepts or pointing.is_question(self._text):
            return ()
        return takingback.accepted(self._of, self._marks, self._denied)

    @cached_property
    def _denies(self) -> tuple[str, ...]:
        """Who comes along, or how they move, as it is not."""
        if governing.NOT not in self._concepts or pointing.is_question(self._text):
            return ()
        return takingback.denied(self._of, self._marks, self._language)

    @property
    def _gone(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._forgotten.fields, *self._denies)))

    @cached_property
    def _owned(self) -> set[str]:
        """Of who comes along and how they move, what is said of oneself."""
        if self._concepts.isdisjoint(WHO):
            return set()
        own = oneself.Own(self._of, self._marks, self._language)
        return {m.concept for m in self._marks if m.concept in WHO and own.said(m)}

    def _holds(self, concept: str) -> bool:
        """Said, of oneself, and not denied."""
        if concept not in self._owned or not self._said(concept):
            return False
        return not set(takingback.DENIED[concept]) & set(self._denies)

    @property
    def _party(self) -> str | None:
        """Who comes along; with children it is a family, whoever else is there: "my wife and our kids"."""
        if self._children or self._holds("kids") or self._holds("stroller"):
            return "family"
        return next((p for p in PARTIES if self._holds(p)), None)

    @cached_property
    def _told(self) -> TripFacts:
        start, end = self._days.stay
        budgeted = self._budgeted or self._states
        return TripFacts(
            start=start,
            end=end,
            party=self._party,
            budget=self._budget if budgeted else None,
            budget_sum=sums.kept(self._sum) if budgeted else None,
            likes=self._kinds.liked,
            dislikes=self._kinds.disliked,
            mobility=next((m for c, m in MOBILITY.items() if self._holds(c)), None),
            children=self._children,
            town=self._town.name if self._town and self._lodged.there else None,
            diets=self._eats,
        )

    @property
    def _states(self) -> bool:
        """The traveller tells of himself, and asks for nothing."""
        told = {"iam", "like", "dislike", "remember"} & self._concepts
        stays = any(self._days.stay) and not self._constraints - HIMSELF
        stays = stays or bool(self._eats or self._gives_up) or self._lodged.there
        stays = stays or self._budgeted
        return (bool(told) or stays) and not (self._asks or self._wonders)

    @property
    def _gives_up(self) -> bool:
        """Something holds no longer; what is "fine after all" is none of it, it is asked for."""
        return bool(self._taken_back or self._gone)

    @cached_property
    def _budgeted(self) -> bool:
        """A sum is called a budget, in a clause that asks for no place: "my budget is 30 euros"."""
        if not self._sums:
            return False
        asked = pointing.questions(self._of, self._language)
        asked |= {self._of[m.first].clause for m in self._kinds.marks}
        clauses = {self._of[s.first].clause for s in self._sums if not s.least} - asked
        return bool(Lexicon.of(self._language).clauses("ofbudget", self._of) & clauses)

    @property
    def _wonders(self) -> bool:
        """A question, or a kind of place for a time or beside what is told of a town or a diet: "a museum
        for tomorrow, I am in a wheelchair", "a beach, I'm vegan"; or "something" for a time."""
        timed = self._timed or self._lodged.there or bool(self._eats) or self._budgeted
        wished = self._kinds.named or (self._names_something and self._timed)
        return pointing.is_question(self._text) or (timed and wished)

    @property
    def _timed(self) -> bool:
        return self._moment.said or self._days.on is not None

    @cached_property
    def _names_something(self) -> bool:
        """ "Something for this afternoon": it is wished for, whatever it is."""
        return bool(Lexicon.of(self._language).clauses("something", self._of))

    @property
    def _asks(self) -> bool:
        return bool(_ASKED & self._concepts)
