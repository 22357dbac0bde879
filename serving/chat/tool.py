"""A tool of a conversation, how it is called, and the turn for which it is.

Who asks gives arguments as JSON has them; what is wrong with them is told by name, never by value.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from pydantic import BaseModel, ValidationError

from butler.domain import ChatTurn, TripFacts
from butler.errors import ButlerError, ModelUnavailable, Overloaded, StoreUnavailable
from serving.answers import Answer
from serving.chat.facts import Numbering
from serving.chat.places import Point
from serving.chat.telling import Telling
from serving.chat.values import Called, Found, Message
from serving.explain.words import Words


@dataclass
class Asked:
    """The turn for which tools are asked. `trip` follows what is remembered meanwhile; what `history`
    showed is left out of "something else"."""

    message: Message
    trip: TripFacts
    words: Words
    history: Sequence[ChatTurn] = ()
    numbering: Numbering = field(default_factory=Numbering)

    @classmethod
    def of(cls, message: Message, trip: TripFacts, history: Sequence[ChatTurn] = ()) -> "Asked":
        return cls(message, trip, Words.of(message.language), history)

    @property
    def telling(self) -> Telling:
        return Telling(self.words, self.numbering)

    @property
    def here(self) -> Point | None:
        return self.message.here


class Watching(Protocol):
    """Who counts what tools do; `serving/api/metrics.py` does."""

    def recommended(self, answer: Answer) -> None: ...

    def tool_called(self, tool: str, succeeded: bool, seconds: float) -> None: ...


@dataclass(frozen=True)
class Tool:
    """One tool: `arguments` is its strict model, of which a schema can be made."""

    name: str
    description: str
    arguments: type[BaseModel]
    answer: Callable[[Any, Asked], Awaitable[Found]]
    watching: Watching

    async def call(self, arguments: BaseModel | Mapping[str, object], asked: Asked) -> Found:
        """What it found, or what is wrong with the arguments or with the platform.

        Raises Overloaded, ModelUnavailable and StoreUnavailable: then there is no answer at all.
        """
        began, succeeded = time.perf_counter(), False
        try:
            found = await self._tried(arguments, asked)
            succeeded = not found.problem
            return found
        finally:
            self.watching.tool_called(self.name, succeeded, time.perf_counter() - began)

    async def _tried(self, arguments: BaseModel | Mapping[str, object], asked: Asked) -> Found:
        try:
            return await self.answer(self._checked(arguments), asked)
        except ValidationError as error:
            return Found(problem=_wrong(error))
        except (Overloaded, ModelUnavailable, StoreUnavailable):
            raise
        except ButlerError as error:
            return Found(problem=str(error))

    def _checked(self, given: BaseModel | Mapping[str, object]) -> BaseModel:
        """As JSON has it, whoever asks: strict about kinds of values."""
        if isinstance(given, BaseModel):
            return given
        return self.arguments.model_validate_json(orjson.dumps(dict(given)))

    async def recorded(self, given: Mapping[str, object], asked: Asked) -> tuple[Found, Called]:
        """The same, with the record of it."""
        began = time.perf_counter()
        found = await self.call(given, asked)
        milliseconds = round((time.perf_counter() - began) * 1000, 1)
        return found, Called(self.name, dict(given), found.problem, milliseconds)


def _wrong(error: ValidationError) -> str:
    """Every argument that is wrong, by name, without its value."""
    wrong = (f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors())
    return f"The arguments are not valid: {'; '.join(wrong)}"
