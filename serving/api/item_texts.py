"""The sentences of an answer that was given, as they are now or as soon as better ones are there; over
HTTP and over sockets alike."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from butler.errors import NotFound
from serving.answers import Answer, Recommender, ToldText, ToldTexts
from serving.api.turns import Turns, Waits
from serving.chat.values import ItemText, Texts

MOST_WAIT = 5.0  # seconds for better sentences
WAITS = 100  # of a worker at a time
WRITTEN_SECONDS = 0.5  # an answer is in the log by then, unless that has to wait
Wait = Annotated[float, Field(ge=0, le=MOST_WAIT, allow_inf_nan=False)]


class ItemTexts:
    """Of one worker, in its event loop; what is read and computed takes its turn."""

    def __init__(self, recommender: Recommender, turns: Turns, texts: Texts, waits: Waits) -> None:
        self._recommender, self._turns = recommender, turns
        self._texts, self._waits = texts, waits

    def with_answer(self, answer: Answer) -> Answer:
        """A fresh answer with the sentences that are at hand; better ones are asked for behind it."""
        said = self._texts.of(answer)
        told = zip(answer.items, said, strict=True)
        items = tuple(replace(i, text=text.text, worded_by=text.worded_by) for i, text in told)
        return replace(answer, items=items, texts_awaited=_any_awaited(said))

    async def told(self, request_id: str, wait: float) -> ToldTexts:
        """Of a logged answer. Raises Overloaded where too many wait already, and what
        `Recommender.answered` raises."""
        with self._waits.one() if wait else nullcontext():
            answer = await self._answered(request_id, wait)
            said = await self._texts.within(answer, wait)
        items = tuple(
            ToldText(item.rank, item.poi_id, text.text, text.worded_by, text.awaited)
            for item, text in zip(answer.items, said, strict=True)
        )
        return ToldTexts(answer.request_id, answer.language, _any_awaited(said), items)

    async def _answered(self, request_id: str, wait: float) -> Answer:
        """Who waits may have asked another worker before the answer was written to the log: once more
        then, a little later."""
        try:
            return await self._turns.take(self._recommender.answered, request_id)
        except NotFound:
            if not wait:
                raise
            await asyncio.sleep(min(wait, WRITTEN_SECONDS))
            return await self._turns.take(self._recommender.answered, request_id)


def _any_awaited(said: Sequence[ItemText]) -> bool:
    return any(text.awaited for text in said)
