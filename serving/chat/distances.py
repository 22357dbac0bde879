"""How far at most: kilometres, metres, or minutes on the way."""

from collections.abc import Sequence
from typing import NamedTuple

from serving.chat.lexicon import Mark, Token

NEAR_KM = 5.0
WALKABLE_KM = 2.0
KM_A_MINUTE_WALKED = 0.08
KM_A_MINUTE_DRIVEN = 0.5  # along a coast, with its bends and towns
LEAST_KM, MOST_KM = 0.05, 200.0
_KM = {"km": 1.0, "m": 0.001, "mile": 1.609}


class Within(NamedTuple):
    km: float | None
    taken: tuple[tuple[int, int], ...] = ()  # tokens that say it


def within(of: Sequence[Token], marks: Sequence[Mark]) -> Within:
    """The first distance that is said; minutes count as driven, unless walking is spoken of."""
    walked = any(m.concept in ("walk", "walkable", "shortwalks") for m in marks)
    a_minute = KM_A_MINUTE_WALKED if walked else KM_A_MINUTE_DRIVEN
    for mark in marks:
        n = mark.first - 1
        if n < 0 or not of[n].is_number or mark.concept not in (*_KM, "min"):
            continue
        km = _number(of[n].folded) * _KM.get(mark.concept, a_minute)
        if LEAST_KM <= km <= MOST_KM:
            return Within(round(km, 2), ((n, mark.last),))
    return Within(None)


def _number(digits: str) -> float:
    whole, _, rest = digits.replace(",", ".").replace(":", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '') or 0}")
