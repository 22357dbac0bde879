"""One call of Claude: paid for before, bounded in time by us, sent twice where it is slow.

The SDK retries nothing here: it would obey a `retry-after` of hours. What goes wrong is Unworded,
with what `Reply.because` says of it.
"""

import asyncio
import json
import logging
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from butler.breaker import Breaker
from butler.errors import StoreUnavailable, Unworded
from butler.settings import ClaudeSettings, SmallModel
from serving.chat.budget import Budget, Reserved, Usage, cost_of, most, together
from serving.chat.heard import Heard
from serving.chat.values import Cost
from serving.logs import FACTS

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import RawMessageStreamEvent

log = logging.getLogger("butler.chat")
TIMED, ENOUGH = 100, 20  # first tokens that are remembered, and how many say something
HEDGE_AT = 0.95


class Meter(Protocol):
    """Who counts calls; `serving/api/metrics.py` has one."""

    def claude_called(self, model: str, outcome: str, cost: Cost) -> None: ...

    def claude_breaker(self, state: str) -> None: ...


@dataclass
class _Begun:
    """A call whose first words (or end) have come."""

    stream: Any
    heard: Heard
    reserved: Reserved
    text: str = ""


class Calls:
    """Calls of one worker: they share what is spent, the breaker and the times of first tokens."""

    def __init__(
        self,
        client: "Callable[[], AsyncAnthropic]",
        settings: ClaudeSettings,
        budget: Budget,
        breaker: Breaker,
        meter: Meter,
    ) -> None:
        self._client, self._settings = client, settings
        self._budget, self.breaker, self._meter = budget, breaker, meter
        self._first_tokens: deque[float] = deque(maxlen=TIMED)

    @asynccontextmanager
    async def ask(
        self,
        user_id: str,
        model: SmallModel,
        request: dict[str, Any],
        seconds: float,
        account: Callable[[Cost], None],
    ) -> AsyncIterator["Call"]:
        """The call, answering within `seconds`. Raises Unworded, from here and while it is read."""
        if not self.breaker.allows():
            self._meter.claude_called(model.model, "left_alone", Cost())
            raise Unworded("overloaded")
        call = Call(self, user_id, model, {"model": model.model, **request})
        try:
            async with asyncio.timeout(seconds):
                await call.begin()
                yield call
        except Unworded as error:
            call.outcome = error.because
            raise
        except TimeoutError as error:
            call.outcome = "timeout"
            raise Unworded("timeout") from error
        except asyncio.CancelledError:
            call.outcome = "cancelled"
            raise
        finally:
            self._judge(call)
            await call.settle()
            account(call.cost)
            self._meter.claude_called(model.model, call.outcome, call.cost)
            self._meter.claude_breaker(self.breaker.state)

    def _judge(self, call: "Call") -> None:
        """What the call showed of Claude: an answer that was heard to its end is one, even a refusal;
        a call that we ended ourselves shows nothing."""
        if call.ended:
            self.breaker.succeeded()
        elif call.sent and call.outcome in ("timeout", "overloaded", "broken"):
            self.breaker.failed()
        else:
            self.breaker.left()

    def hedge_after(self) -> float:
        """Seconds after which a second request follows: the 95th percentile of first tokens."""
        if len(self._first_tokens) < ENOUGH:
            return self._settings.hedge_seconds
        return sorted(self._first_tokens)[math.ceil(HEDGE_AT * len(self._first_tokens)) - 1]

    def first_token(self, seconds: float) -> None:
        self._first_tokens.append(seconds)

    async def reserve(self, user_id: str, model: SmallModel, request: dict[str, Any]) -> Reserved:
        """Raises Unworded where the budget does not allow for it, or cannot be asked."""
        size = len(json.dumps(request, ensure_ascii=False, default=str).encode())
        dearest = cost_of(most(size, request["max_tokens"], model), model)
        try:
            reserved = await asyncio.to_thread(self._budget.reserve, user_id, dearest)
        except StoreUnavailable as error:
            log.error("no budget without its store", exc_info=error)
            raise Unworded("budget") from error
        if reserved is None:
            raise Unworded("budget")
        return reserved

    async def settle(self, reserved: Reserved, cost: Cost) -> None:
        try:
            await asyncio.to_thread(self._budget.settle, reserved, cost)
        except StoreUnavailable as error:  # what was put aside stays spent
            log.error("what a call cost is not kept", exc_info=error)

    async def open(self, request: dict[str, Any]) -> Any:
        return await self._client().messages.create(**request, stream=True)


class Call:
    """One question to Claude, in one request or, where that is slow, in two."""

    def __init__(
        self, calls: Calls, user_id: str, model: SmallModel, request: dict[str, Any]
    ) -> None:
        self._calls, self._user_id, self._model, self._request = calls, user_id, model, request
        self._won: _Begun | None = None
        self._open: list[_Begun] = []
        self.outcome, self.cost, self.sent = "answered", Cost(), False

    @property
    def heard(self) -> Heard:
        return self._won.heard if self._won else Heard()

    @property
    def ended(self) -> bool:
        return self.heard.ended

    async def begin(self) -> None:
        """Until the first words of the faster request; the other one is ended."""
        with _worded():
            self._won = await _first(self._start, self._hedge, self._calls.hedge_after())

    async def texts(self) -> AsyncIterator[str]:
        """Text as it comes. Raises Unworded for a refusal, or a stream without an end."""
        assert self._won is not None
        heard = self._won.heard
        if self._won.text:
            yield self._won.text
        while not heard.ended and (event := await self._next()):
            if text := heard.take(event):
                yield text
        if heard.stop == "refusal":
            raise Unworded("refused")
        if not heard.ended or heard.stop not in ("end_turn", "tool_use"):
            raise Unworded("broken")  # it broke off, or ran out of tokens

    async def settle(self) -> None:
        """Close what is open and pay for it: what nobody counted by what is known of it."""
        for begun in self._open:
            await begun.stream.close()
            await self._pay(begun.reserved, begun.heard.used)

    async def _next(self) -> "RawMessageStreamEvent | None":
        """None at the end of the stream, whether that was said or not."""
        assert self._won is not None
        with _worded():
            return await anext(self._won.stream, None)

    async def _hedge(self) -> _Begun | None:
        """The same once more; None where the budget does not allow for it."""
        try:
            return await self._start()
        except Unworded:
            return None

    async def _start(self) -> _Begun:
        reserved = await self._calls.reserve(self._user_id, self._model, self._request)
        self.sent = True
        began = asyncio.get_running_loop().time()
        try:
            stream = await self._calls.open(self._request)
        except asyncio.CancelledError:  # it may be read and charged for all the same
            await self._pay(reserved, Usage(read=reserved.tokens - self._request["max_tokens"]))
            raise
        except Exception:
            await self._pay(reserved, Usage())
            raise
        begun = _Begun(stream, Heard(), reserved)
        self._open.append(begun)
        async for event in stream:
            begun.text += begun.heard.take(event)
            if event.type == "content_block_delta" or begun.heard.ended:
                break
        self._calls.first_token(asyncio.get_running_loop().time() - began)
        return begun

    async def _pay(self, reserved: Reserved, usage: Usage) -> None:
        cost = cost_of(usage, self._model)
        self.cost = together([self.cost, cost])
        await self._calls.settle(reserved, cost)


async def _first(
    start: Callable[[], Coroutine[Any, Any, _Begun | None]],
    second: Callable[[], Coroutine[Any, Any, _Begun | None]],
    after: float,
) -> _Begun:
    """What begins first: `start`, or `second`, which follows when nothing came for that long or the
    first one failed in a way that a second try may mend. The other one is cancelled."""
    running = {asyncio.create_task(start())}
    hedged, failure = False, None
    try:
        while running:
            done, running = await asyncio.wait(
                running, timeout=None if hedged else after, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                failure = task.exception() or failure
                if not task.exception() and (begun := task.result()):
                    return begun
            if not hedged and (not done or _may_pass(failure)):
                hedged = True
                running = running | {asyncio.create_task(second())}
        assert failure is not None
        raise failure
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@contextmanager
def _worded() -> Iterator[None]:
    """The SDK's and the network's errors as Unworded; all others are faults of ours and stay."""
    import anthropic
    import httpx2

    try:
        yield
    except (anthropic.AnthropicError, httpx2.HTTPError, json.JSONDecodeError) as error:
        because = _because(error)
        _tell(error, because)
        raise Unworded(because) from error


def _because(error: Exception) -> str:
    import anthropic
    import httpx2

    if isinstance(error, anthropic.APITimeoutError | httpx2.TimeoutException):
        return "timeout"
    if isinstance(error, anthropic.APIStatusError) and (
        error.status_code in (429, 529) or error.type in ("overloaded_error", "rate_limit_error")
    ):
        return "overloaded"  # in the middle of a stream the status is still 200
    return "broken"


def _may_pass(failure: BaseException | None) -> bool:
    """Whether a second try at once may be luckier: not where we are asked to wait."""
    import anthropic

    if isinstance(failure, anthropic.InternalServerError):
        return failure.status_code != 529
    return isinstance(failure, anthropic.APIConnectionError)


def _tell(error: Exception, because: str) -> None:
    """To the log: what kind of failure, never its message, which may quote a traveller."""
    status = getattr(error, "status_code", None)
    ours = status in (400, 401, 402, 403, 404, 413, 422)
    facts = {"because": because, "error": type(error).__name__, "status": status}
    facts["request_id"] = getattr(error, "request_id", None)
    event = "Claude refuses what we send: see key, models and budget" if ours else "Claude failed"
    log.log(logging.ERROR if ours else logging.WARNING, event, extra={FACTS: facts})
