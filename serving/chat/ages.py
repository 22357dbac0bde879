"""Children's ages: "with my two kids, 4 and 7", "a 5 year old"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from serving.chat.lexicon import Mark, Token

OLDEST = 17
_AFTER_KIDS, _BEFORE_YEARS = 7, 4  # tokens away


class Ages(NamedTuple):
    ages: tuple[int, ...]
    taken: tuple[int, ...] = ()


def told(of: Sequence[Token], marks: Sequence[Mark], used: Sequence[bool]) -> Ages:
    """Numbers behind children, or before years; how many children there are is no age."""
    kids = [m for m in marks if m.concept == "kids"]
    years = {m.first for m in marks if m.concept == "years"}
    counted = {m.first - 1 for m in kids}
    ages: list[int] = []
    taken: list[int] = []
    for n, token in enumerate(of):
        if not token.is_number or used[n] or (n in counted and n + 1 not in years):
            continue
        numbers = [int(part[:4]) for part in re.split("[.,:]", token.folded)]
        if max(numbers) > OLDEST or ":" in token.folded:
            continue
        behind = any(0 < n - m.last <= _AFTER_KIDS for m in kids)
        before = any(0 < y - n <= _BEFORE_YEARS for y in years)
        if behind or (before and (kids or n + 1 in years or n - 1 in years)):
            ages += numbers
            taken.append(n)
    return Ages(tuple(ages), tuple(taken))
