"""What a route tells the edge of the request it answered, for the log and the trace: nothing personal."""

from dataclasses import dataclass, field

from starlette.types import Scope

from serving.answers import Answer

_TOLD, _COUNTED = "butler.told", "butler.counted"


@dataclass(frozen=True)
class Told:
    """Facts of the answer; its steps in milliseconds, one after the other from `began_ns`."""

    facts: dict[str, object]
    began_ns: int = 0
    steps: dict[str, float] = field(default_factory=dict)


NOTHING = Told({})


def tell(scope: Scope, told: Told) -> None:
    scope[_TOLD] = told


def told(scope: Scope) -> Told:
    found = scope.get(_TOLD)
    return found if isinstance(found, Told) else NOTHING


def of_answer(answer: Answer, began_ns: int) -> Told:
    facts: dict[str, object] = {
        "answer": answer.request_id,
        "model": answer.model_version,
        "items": len(answer.items),
    }
    if answer.degraded:
        facts["degraded"] = ",".join(answer.degraded)
    return Told(facts, began_ns, answer.timings_ms)


def count_only(scope: Scope) -> None:
    """No line of its own in the log: requests like this come by the thousand, and are in the metrics."""
    scope[_COUNTED] = True


def only_counted(scope: Scope) -> bool:
    return _COUNTED in scope
