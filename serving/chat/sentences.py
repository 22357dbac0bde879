"""Sentences out of a reply that is still being written: `{"sentences": [{"text": …, "facts": […]}]}`.

A sentence is taken out as soon as its closing brace has come. What breaks the form is NotASentence.
"""

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from serving.chat.values import Sentence

_HEAD = '{"sentences":['


class NotASentence(ValueError):
    """What was written is not the form that was asked for."""


class _Written(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    text: str
    facts: list[str]


class Reply(BaseModel):
    """The form of a reply, as Claude is asked for it."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[_Written] = Field(description="The answer, one sentence after the other.")


class Reader:
    """Takes text in pieces of any size; gives each sentence once.

    It looks at each letter once: between objects for `{`, within one for its end, minding strings.
    """

    def __init__(self) -> None:
        self._before = ""  # of the list; then its head without spaces
        self._inside = False  # the list
        self._object = ""
        self._depth, self._quoted, self._escaped = 0, False, False
        self._after = ""

    def feed(self, text: str) -> list[Sentence]:
        """Sentences that are complete with this text. Raises NotASentence."""
        done: list[Sentence] = []
        for letter in text:
            if not self._inside:
                self._head(letter)
            elif self._depth:
                sentence = self._within(letter)
                if sentence:
                    done.append(sentence)
            elif letter == "{" and not self._after:
                self._object, self._depth = letter, 1
            elif not letter.isspace() and letter != ",":
                self._tail(letter)
        return done

    @property
    def complete(self) -> bool:
        """Whether the reply is at its end: list and object are closed."""
        return self._after == "]}"

    def _head(self, letter: str) -> None:
        if letter.isspace():
            return
        self._before += letter
        if not _HEAD.startswith(self._before):
            raise NotASentence("The reply does not begin as a list of sentences.")
        self._inside = self._before == _HEAD

    def _within(self, letter: str) -> Sentence | None:
        self._object += letter
        if self._escaped:
            self._escaped = False
        elif self._quoted:
            self._escaped = letter == "\\"
            self._quoted = letter != '"'
        elif letter == '"':
            self._quoted = True
        elif letter in "{}":
            self._depth += 1 if letter == "{" else -1
        return None if self._depth else _sentence(self._object)

    def _tail(self, letter: str) -> None:
        self._after += letter
        if not "]}".startswith(self._after):
            raise NotASentence("The reply goes on after its sentences.")


def _sentence(written: str) -> Sentence:
    try:
        read = _Written.model_validate(json.loads(written))
    except (json.JSONDecodeError, ValidationError) as error:
        raise NotASentence("A sentence of the reply has another form.") from error
    return Sentence(read.text, tuple(read.facts))
