"""The kinds of places of a message: which are looked for, liked or refused."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from serving.chat.governing import AGAINST, LIKE, WANT
from serving.chat.lexicon import Mark

GROUPS = frozenset(
    ("nature", "culture", "food", "fun", "wellness", "nightlife", "shopping"),
)


def is_kind(concept: str) -> bool:
    return "/" in concept or concept in GROUPS


def is_of(category: str, kind: str) -> bool:
    """Whether a place of this category is of a kind or a group."""
    return kind in (category, category.split("/")[0])


class Kinds:
    """Of one message; `governed` says what governs each mark."""

    def __init__(self, marks: Sequence[Mark], governed: Mapping[Mark, str]) -> None:
        self.marks = [m for m in marks if is_kind(m.concept)]
        self._governed = governed

    @property
    def concepts(self) -> set[str]:
        return {m.concept for m in self.marks}

    @cached_property
    def disliked(self) -> tuple[str, ...]:
        return _concepts(m for m in self.marks if self._governed[m] in AGAINST)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """What is not disliked in the same breath."""
        every = _concepts(m for m in self.marks if self._governed[m] not in AGAINST)
        return tuple(c for c in every if c not in self.disliked)

    @property
    def liked(self) -> tuple[str, ...]:
        every = _concepts(m for m in self.marks if self._governed[m] == LIKE)
        return tuple(c for c in every if c not in self.disliked)

    @property
    def named(self) -> bool:
        """One is there that is neither liked nor refused."""
        return any(self._governed[m] in ("", WANT) for m in self.marks)

    def chosen(self) -> tuple[str | None, list[Mark]]:
        """The one that is asked for; of several kinds their group, where they have one in common, else
        the first, and the marks of the others."""
        narrow = [c for c in self.wanted if "/" in c]
        if len(narrow) < 2:
            return next(iter(narrow or self.wanted), None), []
        groups = {c.split("/")[0] for c in narrow}
        if len(groups) == 1:
            return groups.pop(), []
        return narrow[0], [m for m in self.marks if m.concept in narrow[1:]]


def _concepts(marks: Iterable[Mark]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.concept for m in marks))
