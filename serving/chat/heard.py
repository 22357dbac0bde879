"""What is heard of Claude while it writes: blocks, tokens, how it ended."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from serving.chat.budget import Usage

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

LETTERS_A_TOKEN = 3  # of what was written before a stream broke: nobody counted it


@dataclass
class Heard:
    """What has come of a call so far; complete with `stop`."""

    blocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    stop: str | None = None
    ended: bool = False
    letters: int = 0

    def take(self, event: "RawMessageStreamEvent") -> str:
        """Keep it; the text that came with it."""
        if event.type == "message_start":
            self._count(event.message.usage)
        elif event.type == "content_block_start":
            self.blocks[event.index] = _begun(event.content_block)
        elif event.type == "content_block_delta":
            return self._more(event.index, event.delta)
        elif event.type == "message_delta":
            self._count(event.usage)
            self.stop = event.delta.stop_reason or self.stop
        elif event.type == "message_stop":
            self.ended = True
        return ""

    @property
    def content(self) -> list[dict[str, Any]]:
        """The blocks as they are sent back."""
        blocks = [_sent_back(block) for _, block in sorted(self.blocks.items()) if block]
        return [b for b in blocks if b["type"] != "text" or b["text"].strip()]

    @property
    def called(self) -> list[dict[str, Any]]:
        """Tools that are asked for: `id`, `name`, `input`."""
        return [block for block in self.content if block["type"] == "tool_use"]

    @property
    def used(self) -> Usage:
        """As the API counted; of a stream that broke off, what was written by its letters."""
        if self.stop:
            return self.usage
        written = max(self.usage.written, self.letters // LETTERS_A_TOKEN + 1)
        return self.usage._replace(written=written)

    def _more(self, index: int, delta: Any) -> str:
        block = self.blocks.get(index, {})
        if delta.type == "text_delta" and "text" in block:
            block["text"] += delta.text
            self.letters += len(delta.text)
            return str(delta.text)
        if delta.type == "input_json_delta" and "input" in block:
            block["input"] += delta.partial_json
            self.letters += len(delta.partial_json)
        return ""

    def _count(self, usage: Any) -> None:
        """Counts are of the whole call so far; what is not told again stands."""
        before = self.usage
        self.usage = Usage(
            _known(usage.input_tokens, before.read),
            _known(usage.cache_creation_input_tokens, before.cache_write),
            _known(usage.cache_read_input_tokens, before.cache_read),
            _known(usage.output_tokens, before.written),
        )


def _known(told: int | None, before: int) -> int:
    return before if told is None else told


def _begun(block: Any) -> dict[str, Any]:
    """A block as it begins; empty for one that is not sent back."""
    if block.type == "text":
        return {"type": "text", "text": block.text}
    if block.type == "tool_use":
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": ""}
    return {}


def _sent_back(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] != "tool_use":
        return block
    return {**block, "input": _arguments(block["input"])}


def _arguments(written: str) -> dict[str, Any]:
    """What a tool is called with; `{}` where it is no JSON object, which the tool will refuse."""
    try:
        read = json.loads(written or "{}")
    except json.JSONDecodeError:
        return {"not_json": written}
    return read if isinstance(read, dict) else {"not_an_object": read}
