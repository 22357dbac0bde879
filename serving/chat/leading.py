"""The words around a date: those that lead to it, and who arrives or leaves then."""

from collections.abc import Sequence
from functools import cached_property

from serving.chat.calendars import LINKS, Written
from serving.chat.lexicon import Lexicon, Token


class Leading:
    """Of one message."""

    def __init__(self, of: Sequence[Token], lexicon: Lexicon) -> None:
        self._of, self._lexicon = of, lexicon

    def dated(self, at: int) -> bool:
        """A word stands before it that stands before dates."""
        while (
            at
            and self._of[at - 1].folded in LINKS
            and not self._lexicon.ends("dated", self._of, at)
        ):
            at -= 1
        return bool(self._lexicon.ends("dated", self._of, at))

    def led(self, first: int) -> int:
        """With the words that lead to it: they are no words of anything else."""
        for concept in ("dated", "until", "between", "dated"):
            first -= self._lexicon.ends(concept, self._of, first)
        return first

    def before(self, concept: str, first: int) -> bool:
        """Right before a date, or before the words that lead to it."""
        led = first - self._lexicon.ends("dated", self._of, first)
        return any(self._lexicon.ends(concept, self._of, at) for at in (first, led))

    def verb(self, date: Written) -> tuple[str, tuple[int, int] | None]:
        """What of its clause says that somebody arrives or leaves then, with its tokens: the last before
        the date, else the first behind it."""
        clauses = {self._of[n].clause for n in range(date.first, date.last + 1)}
        found = [
            (n < date.first, n if n < date.first else -n, concept, (n, n + size - 1))
            for n, concept, size in self._verbs
            if self._of[n].clause in clauses
        ]
        *_, concept, verb = max(found) if found else ("", None)
        return concept, verb

    @cached_property
    def _verbs(self) -> list[tuple[int, str, int]]:
        """Where somebody arrives or leaves: the token, which of the two, and how many tokens say it."""
        return [
            (n, concept, size)
            for n, token in enumerate(self._of)
            for concept in ("arrive", "leave")
            if token.is_word and (size := self._lexicon.begins(concept, self._of, n))
        ]
