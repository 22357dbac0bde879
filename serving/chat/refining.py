"""A list asked for otherwise: "cheaper", "closer", "tomorrow instead", "not tapas".

What was asked for last holds, but for what is said now; a relative word is measured by what was shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from butler.domain import ChatTurn
from serving.chat.arguments import FARTHEST_DAY
from serving.chat.facts import Fact, Facts
from serving.chat.history import called_in, facts_in
from serving.chat.values import Understood

WHEN = ("day", "hour", "meal")
PLACE = ("town", "near")
# by which recommend and plan_day choose places
NARROWED = ("within_km", "town", "budget", "indoor", "accessible", "kids", "quiet", "diets")
_KEPT = frozenset(
    (
        *(*NARROWED, *WHEN, "category", "query", "near", "at_least", "beyond_km"),
        *("categories", "must", "begins"),
    )
)
# what each tool can be asked for anew; of a search, the rest is asked of recommend
_CHANGES = {
    "recommend": (*NARROWED, *WHEN, "at_least", "beyond_km"),
    "plan_day": (*NARROWED, "day"),
    "search_pois": ("within_km", "town", *WHEN),
}
_NEARER = 0.5  # of the way to the farthest that was shown
_LEAST_KM = 0.3
_LATER_HOURS = 2
_LAST_HOUR = 23
CHEAPEST, DEAREST = 1, 4


@dataclass(frozen=True)
class Refined:
    """The call to be made, and which of its arguments were changed. With an `edge`, "cheapest" or
    "dearest", there is nothing beyond what was shown, and no call."""

    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    edge: str = ""


def refined(u: Understood, last: ChatTurn, today: date) -> Refined | None:
    """Of the list in `last`; None where it cannot be asked for so, and is asked for anew."""
    tool = next((t for t in _CHANGES if called_in(last, {t})), None)
    if tool is None:
        return None
    before = {k: v for k, v in called_in(last, {tool}).items() if k in _KEPT}
    if last.said_at.date() != today:  # "tomorrow" was another day then
        before = {k: v for k, v in before.items() if k not in WHEN}
    now = _said(u, _CHANGES[tool])
    now |= _places(u, before)
    if "meal" in now:  # it says another hour
        before.pop("hour", None)
    relative = _Relative(before, facts_in(last), today)
    for word in u.refines:
        changes = relative.of(word)
        if isinstance(changes, str):
            return Refined(edge=changes)
        now |= changes
    now = {k: v for k, v in now.items() if before.get(k) != v}
    if not set(now) <= {*_CHANGES[tool], *PLACE, "category"}:
        return None
    arguments = {k: v for k, v in (before | now).items() if v is not None}
    return Refined(tool, arguments, tuple(now))


def _said(u: Understood, names: Sequence[str]) -> dict[str, Any]:
    """Of a relative word, "cheap" and "near" are not said."""
    relative = {"cheaper": "budget", "closer": "within_km"}
    not_said = {relative[word] for word in u.refines if word in relative and not u.paid}
    said = ((name, getattr(u, name)) for name in names if name not in not_said)
    return {n: list(v) if isinstance(v, tuple) else v for n, v in said if v not in (None, ())}


def _places(u: Understood, before: Mapping[str, Any]) -> dict[str, Any]:
    """A town is looked from instead of another; a kind that is refused now is looked for no longer."""
    out: dict[str, Any] = {"near": None} if u.town and before.get("near") else {}
    if before.get("category") in u.told.dislikes:
        out["category"] = None
    return out


class _Relative:
    """What a relative word makes of a call, by what it was asked with and what was shown."""

    def __init__(self, before: Mapping[str, Any], shown: Facts, today: date) -> None:
        self._before, self._shown, self._today = before, list(shown), today

    def of(self, word: str) -> dict[str, Any] | str:
        """The arguments that change; or the edge that was reached already."""
        return getattr(self, f"_{word}")()  # type: ignore[no-any-return]

    def _cheaper(self) -> dict[str, Any] | str:
        most = max(self._levels, default=CHEAPEST + 2)
        budget = min(most, self._before.get("budget") or most) - 1
        return "cheapest" if budget < CHEAPEST else {"budget": budget, "at_least": None}

    def _dearer(self) -> dict[str, Any] | str:
        least = min(self._levels, default=CHEAPEST)
        at_least = max(least, self._before.get("at_least") or least) + 1
        return "dearest" if at_least > DEAREST else {"at_least": at_least, "budget": None}

    def _closer(self) -> dict[str, Any]:
        most = self._before.get("within_km")
        far = max(self._km, default=most or 2 * _LEAST_KM)
        within = max(_LEAST_KM, round(min(far, most or far) * _NEARER, 1))
        return {"within_km": within, "beyond_km": None}

    def _farther(self) -> dict[str, Any]:
        return {
            "beyond_km": max(self._km, default=self._before.get("within_km") or 1.0),
            "within_km": None,
        }

    def _sooner(self) -> dict[str, Any]:
        return self._hours(-_LATER_HOURS)

    def _afterwards(self) -> dict[str, Any]:
        return self._hours(_LATER_HOURS)

    def _hours(self, more: int) -> dict[str, Any]:
        """Two hours before or after the hour that was looked at, on its day: an hour that was over was
        tomorrow's."""
        hour, day = self._before.get("hour"), self._before.get("day")
        moments = [m for f in self._shown if f.kind == "date" for m in f.moments]
        if hour is None:
            hour = moments[0].hour if moments else 12
        if day is None:
            day = max(0, (moments[0].date() - self._today).days) if moments else 0
        return {"hour": min(_LAST_HOUR, max(0, hour + more)), "day": day, "meal": None}

    def _dayon(self) -> dict[str, Any]:
        return {"day": min(FARTHEST_DAY, (self._before.get("day") or 0) + 1)}

    @property
    def _levels(self) -> list[int]:
        return [int(f.key) for f in self._of("price") if f.key and f.key.isdecimal()]

    @property
    def _km(self) -> list[float]:
        return [q.number for f in self._of("distance") for q in f.quantities if q.unit == "km"]

    def _of(self, kind: str) -> Iterable[Fact]:
        return (f for f in self._shown if f.kind == kind)
