"""Personal data stays here: it is tokenised before words leave, and restored in what is shown.

An e-mail address becomes `[EMAIL_1]`; so do phone numbers, names of people, street addresses and
coordinates. What looks like such a token already is hidden, too: `show(hide(x)) == x` for every x.
Coordinates of the request and the user_id never leave at all: nothing here is given them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from serving.chat import personal

TOKEN = re.compile(r"\[(?:EMAIL|PHONE|NAME|ADDRESS|COORDINATES|TEXT)_\d+\]")
# of the machine: URLs, paths that begin at the root or a drive; not `nature/cove`, not `1/2`
_MACHINE = re.compile(
    r"[a-z][a-z0-9+]*://[^\s'\")]+|(?<![\w/.])(?:[A-Za-z]:\\|/(?=[^\W\d]|\.))[^\s'\")]+"
)
_VEIL = 0xE000  # private letters: no word, no number, no language
_MOST_VEILED = 0xF8FF - _VEIL


def without_machine(text: str) -> str:
    """A sentence about what failed without where on our machines it did."""
    return _MACHINE.sub("[…]", text)


class _Found(NamedTuple):
    start: int
    end: int
    kind: str


class Privacy:
    """The tokens of one conversation: the same value has the same one in all its texts.

    `said` is all that has been said so far, oldest first: a name that was told once is known in all
    of it. `is_place(text)` tells names of the catalogue, which are not people's.
    """

    def __init__(self, said: Iterable[str], is_place: Callable[[str], bool]) -> None:
        self._is_place = is_place
        self._token: dict[tuple[str, str], str] = {}  # (kind, value) -> token
        self._value: dict[str, str] = {}
        self._count: dict[str, int] = {}
        said = list(said)
        names = {name for text in said for name in self._names(text)}
        self._known = _whole_words(names) if names else None
        for text in said:
            self.hide(text)

    def hide(self, text: str) -> str:
        """The text with a token for everything personal."""
        parts, at = [], 0
        for found in self._found(text):
            parts += [
                text[at : found.start],
                self._token_of(found.kind, text[found.start : found.end]),
            ]
            at = found.end
        return "".join([*parts, text[at:]])

    def show(self, text: str) -> str:
        """The text with what its tokens stand for; a token that was not given stays."""
        return TOKEN.sub(lambda m: self._value.get(m.group(), m.group()), text)

    def show_all(self, value: object) -> object:
        """The same for each text of a JSON value."""
        if isinstance(value, str):
            return self.show(value)
        if isinstance(value, list):
            return [self.show_all(v) for v in value]
        if isinstance(value, dict):
            return {k: self.show_all(v) for k, v in value.items()}
        return value

    def veil(self, text: str) -> str:
        """Tokens as single private letters: neither words nor numbers to who checks the text."""
        order = list(self._value)[:_MOST_VEILED]
        return TOKEN.sub(
            lambda m: chr(_VEIL + order.index(m.group())) if m.group() in order else m.group(), text
        )

    def unveil(self, text: str) -> str:
        """What `veil` hid, as its values."""
        values = list(self._value.values())
        shown = (values[ord(c) - _VEIL] if 0 <= ord(c) - _VEIL < len(values) else c for c in text)
        return "".join(shown)

    def _token_of(self, kind: str, value: str) -> str:
        key = (kind, value)
        if key not in self._token:
            self._count[kind] = self._count.get(kind, 0) + 1
            token = f"[{kind}_{self._count[kind]}]"
            self._token[key], self._value[token] = token, value
        return self._token[key]

    def _found(self, text: str) -> list[_Found]:
        """What is personal in it, in order, without overlaps: what is found first counts."""
        taken: list[_Found] = []
        for kind, start, end in self._candidates(text):
            if all(end <= t.start or start >= t.end for t in taken):
                taken.append(_Found(start, end, kind))
        return sorted(taken)

    def _candidates(self, text: str) -> Iterator[tuple[str, int, int]]:
        yield from (("TEXT", *m.span()) for m in TOKEN.finditer(text))
        yield from (("EMAIL", *m.span()) for m in personal.EMAIL.finditer(text))
        yield from (("COORDINATES", *m.span()) for m in personal.COORDINATES.finditer(text))
        for found in personal.ADDRESS.finditer(text):
            if not self._is_place(found.group()):
                yield ("ADDRESS", *found.span())
        for found in personal.PHONE.finditer(text):
            if not personal.DATE.fullmatch(found.group()):
                yield ("PHONE", *found.span())
        for start, end in self._name_spans(text):
            yield "NAME", start, end
        if self._known:
            yield from (("NAME", *m.span()) for m in self._known.finditer(text))

    def _names(self, text: str) -> Iterator[str]:
        return (text[start:end] for start, end in self._name_spans(text))

    def _name_spans(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern, strong in (
            (personal.AFTER_CALLED, True),
            (personal.AFTER_WEAKLY, False),
            (personal.AT_THE_END, False),
        ):
            for found in pattern.finditer(text):
                end = found.start("name") + len(_name_of(found.group("name"), strong))
                name = text[found.start("name") : end]
                if name and not self._is_place(name):
                    yield found.start("name"), end


def _name_of(words: str, strong: bool) -> str:
    """How much of it is a name: words with a capital; after a strong phrase the first one anyway."""
    taken = 0
    for n, word in enumerate(re.finditer(r"\S+", words)):
        small = not word.group()[0].isupper()
        if small and not (strong and n == 0):
            break
        taken = word.end()
    return words[:taken]


def _whole_words(names: set[str]) -> re.Pattern[str]:
    """Names, and each of their words that is long enough to be one, wherever they stand."""
    parts = names | {word for name in names for word in name.split() if len(word) > 2}
    longest_first = sorted(parts, key=lambda p: (-len(p), p))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
