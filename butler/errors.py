"""Every error the platform raises on purpose.

ButlerError
 ├─ NotFound                  a thing that was asked for by name does not exist
 │   └─ NotRanked             no ranker ordered this answer: there are no reasons, and never will be
 ├─ Conflict                  the request contradicts what is already stored
 ├─ NotAllowed                no key, a wrong key, or a key without the right
 ├─ InvalidRequest            a value in the request is out of range or unknown
 ├─ ContractViolation         data does not keep its contract
 ├─ StoreUnavailable          a store cannot be reached, or its file is damaged
 │   ├─ NoRoom                the disk has no room for what was to be kept
 │   └─ WrongStore            the setting names a store that no waiting makes usable
 ├─ ModelUnavailable          there is no champion, or it cannot be loaded
 ├─ ExplanationUnavailable    an explanation cannot be given now
 │   └─ Unworded              Claude did not word a turn of a conversation
 ├─ MissingWords              a message to travellers is missing in a language, or a fact of it
 ├─ Overloaded                more is asked at once than can be answered in time
 └─ Ending                    the server ends: it answers nothing more

Each message names what is wrong and what to do. HTTP is not known here:
`serving/api/problems.py` maps each class to a status.
"""

from typing import Any


class ButlerError(Exception):
    """The root: catch it to catch everything the platform raises on purpose."""


class NotFound(ButlerError):
    """A thing that was asked for by name does not exist."""


class NotRanked(NotFound):
    """No ranker ordered this answer, so there are no reasons: there never will be."""


class Conflict(ButlerError):
    """The request contradicts what is already stored."""


class NotAllowed(ButlerError):
    """The caller showed no key, a wrong key, or one without the right."""


class InvalidRequest(ButlerError):
    """A value in the request is out of range or unknown; `field` names it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class ContractViolation(ButlerError):
    """Data does not keep its contract: the message names file, column, rule, count and examples."""


class StoreUnavailable(ButlerError):
    """A store cannot be reached, or its file is damaged.

    The message is for who runs the server; `advice` may be told to whoever asked, too.
    """

    advice = ""


class NoRoom(StoreUnavailable):
    """The disk has no room for what was to be kept: nothing of it was."""


class WrongStore(StoreUnavailable):
    """The setting names a store that this program cannot use: of an unknown kind, without its driver,
    or of a newer version. Waiting mends nothing."""


class ModelUnavailable(ButlerError):
    """There is no champion yet, or no version of it can be loaded."""


class ExplanationUnavailable(ButlerError):
    """An explanation cannot be given now."""


class Unworded(ExplanationUnavailable):
    """Claude did not word this turn of a conversation: the template does.

    `because` says why, `cost` what was spent all the same (`serving.chat.values.Cost`).
    """

    def __init__(self, because: str, cost: Any = None) -> None:
        super().__init__(because)
        self.because, self.cost = because, cost


class Overloaded(ButlerError):
    """More is asked at once than can be answered in time: this request was not begun."""


class Ending(ButlerError):
    """The server ends, and another takes its place: what was asked is to be asked again."""


class MissingWords(ButlerError):
    """A message to travellers is missing in a language, or a fact that it needs: a fault of ours."""
