"""Conversation over Socket.IO at /socket.io: what travellers say and where they are, what the butler says.

    from the app                  to the app
    chat:message               -> chat:typing, chat:ai_response (a sentence each, then the answer), chat:error
    location:update            -> location:pois_nearby
    texts:await                -> texts:told (the sentences of an answer, when better ones are there)
                                  system:weather_update   when there are new forecasts
                                  system:maintenance      when an operator says so, or the server ends

An app connects with `auth: {key, user_id}`. Each event is acknowledged with `{ok, ...}` when all of its
answer has been sent. A problem is the same document as over HTTP. Each worker pushes to its own sockets
what it notices itself, so that workers need not know of each other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
import socketio
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from socketio.exceptions import ConnectionRefusedError as Refused
from starlette.types import ASGIApp, Receive, Scope, Send

from butler.errors import Ending, InvalidRequest, NotAllowed, NotFound, Overloaded
from serving.api.fields import Language, Latitude, Longitude, Name
from serving.api.item_texts import MOST_WAIT, ItemTexts, Wait
from serving.api.metrics import Metrics
from serving.api.problems import told
from serving.api.security import KeyCheck
from serving.api.talk import Said, Talk, body_of, piece_of
from serving.api.turns import Turns
from serving.chat.values import Reply
from serving.maintenance import OVER, RESTART, Notice
from serving.surroundings import Surroundings

PATH = "/socket.io"
AT_ONCE = 4  # messages of one socket that are answered at a time
TOLD_SECONDS = 1.0  # that it takes to tell those who are not answered
_ENDS = "the server restarts: connect again in a moment, and send it again"
Ack = dict[str, Any]


class Hello(BaseModel):
    """`auth` of a connection."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field("", max_length=200)
    user_id: Name
    lang: Language = "en"


class SocketMessage(Said):
    """`id` is the app's own; it comes back with everything that is said to the message."""

    id: Name | None = None
    lang: Language | None = Field(  # type: ignore[assignment]
        None, validation_alias=AliasChoices("lang", "language")
    )


class Position(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lat: Latitude
    lon: Longitude
    within_km: float = Field(5.0, gt=0, le=100)
    limit: int = Field(10, ge=1, le=50)


class Awaited(BaseModel):
    """The answer whose sentences are wanted, and for how many seconds better ones are awaited."""

    model_config = ConfigDict(extra="forbid")

    request_id: Name
    wait: Wait = MOST_WAIT


@dataclass
class Open:
    """A socket: who speaks, in which language, from where; in memory only."""

    hello: Hello
    at: tuple[float, float] | None = None
    answering: set[asyncio.Task[Any]] = field(default_factory=set)


class Sockets:
    """The sockets of a worker."""

    def __init__(
        self,
        talk: Talk,
        check: KeyCheck,
        texts: ItemTexts,
        surroundings: Surroundings,
        turns: Turns,
        metrics: Metrics,
        notice: Callable[[], Notice | None],
        most: int,
        most_bytes: int,
        workers: int,
        drain_seconds: float,
    ) -> None:
        self._talk, self._check, self._texts = talk, check, texts
        self._surroundings = surroundings
        self._turns, self._metrics, self._most = turns, metrics, most
        self._notice_now = notice
        self._notice: Notice | None = None
        self._weather_of: datetime | None = None
        self._open: dict[str, Open] = {}
        self._ending, self._drain_seconds = False, drain_seconds
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            max_http_buffer_size=most_bytes,
            # Polling needs all requests of a socket to reach one worker, which nobody sees to.
            transports=["websocket"] if workers > 1 else ["polling", "websocket"],
        )
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("chat:message", self._event(self._chat_message))
        self._server.on("location:update", self._event(self._location_update))
        self._server.on("texts:await", self._event(self._texts_await))
        self._server.on("*", self._unknown)
        self.app: ASGIApp = socketio.ASGIApp(self._server, socketio_path=PATH)

    # --- who is there

    async def _connect(self, sid: str, _environ: Any, auth: Any = None) -> None:
        try:
            hello = Hello.model_validate(auth or {})
            await self._known(hello.key)
            self._goes_on()
            if len(self._open) >= self._most:
                raise Overloaded("too many sockets are open; try again later")
        except Exception as error:  # whatever it is, the app is told what
            problem = _problem(error)
            raise Refused(problem["title"], problem) from error
        self._open[sid] = Open(hello)
        self._metrics.sockets_open(len(self._open))
        if self._notice:
            await self._emit("system:maintenance", self._notice, sid)

    def _goes_on(self) -> None:
        if self._ending:
            raise Ending(_ENDS)

    async def _known(self, key: str) -> None:
        try:
            await self._check(key)
        except NotAllowed as error:
            raise NotAllowed("send a service key of ours as `key` in `auth`") from error

    async def _disconnect(self, sid: str, _reason: str = "") -> None:
        """What is being answered is ended: nobody hears it."""
        left = self._open.pop(sid, None)
        for task in left.answering if left else ():
            task.cancel()
        self._metrics.sockets_open(len(self._open))

    # --- what comes

    def _event(
        self, handler: Callable[[str, Open, Any], Awaitable[Ack]]
    ) -> Callable[..., Awaitable[Ack | None]]:
        """The handler with its task kept, its key checked again, and its failures told."""

        async def handle(sid: str, data: Any = None, *_: Any) -> Ack | None:
            socket = self._open.get(sid)
            task = asyncio.current_task()
            if socket is None or task is None:  # it has just gone
                return None
            socket.answering.add(task)
            try:
                self._goes_on()
                await self._known(socket.hello.key)
                if len(socket.answering) > AT_ONCE:
                    raise Overloaded(
                        f"{AT_ONCE} events of this socket are being answered already; send it again "
                        "when one of them is acknowledged"
                    )
                return {"ok": True, **await handler(sid, socket, data)}
            except asyncio.CancelledError:
                if sid not in self._open:  # nobody hears it
                    raise
                return await self._failed(sid, Ending(_ENDS), data)
            except Exception as error:  # the same document as over HTTP
                return await self._failed(sid, error, data)
            finally:
                socket.answering.discard(task)

        return handle

    async def _failed(self, sid: str, error: Exception, data: Any) -> Ack:
        problem = _problem(error)
        known = isinstance(data, dict) and isinstance(data.get("id"), str)
        await self._emit("chat:error", problem | {"id": data["id"] if known else None}, sid)
        if isinstance(error, NotAllowed):
            await self._server.disconnect(sid)
        return {"ok": False, "problem": problem}

    async def _chat_message(self, sid: str, socket: Open, data: Any) -> Ack:
        said = SocketMessage.model_validate(_object(data))
        self._fill_in(said, socket)
        message = self._talk.message(said, socket.hello.user_id)
        about = {"id": said.id}
        await self._emit("chat:typing", about | {"typing": True}, sid)
        turn_id = ""
        try:
            async for part in self._talk.answer(message):
                if isinstance(part, Reply):
                    turn_id, told_now = part.turn_id, {"done": True, "answer": body_of(part)}
                else:
                    told_now = {"done": False, "sentence": piece_of(part)}
                await self._emit("chat:ai_response", about | told_now, sid)
        finally:
            await self._emit("chat:typing", about | {"typing": False}, sid)
        return {"turn_id": turn_id}

    def _fill_in(self, said: SocketMessage, socket: Open) -> None:
        """What a message does not say is as the socket has it."""
        said.lang = said.lang or socket.hello.lang
        if said.lat is None and said.lon is None and socket.at:
            said.lat, said.lon = socket.at

    async def _location_update(self, sid: str, socket: Open, data: Any) -> Ack:
        here = Position.model_validate(_object(data))
        socket.at = (here.lat, here.lon)
        places = await self._turns.take(
            self._surroundings.nearby, *socket.at, here.within_km, here.limit, socket.hello.lang
        )
        found = {"lat": here.lat, "lon": here.lon, "places": places}
        await self._emit("location:pois_nearby", found, sid)
        return {"places": len(places)}

    async def _texts_await(self, sid: str, _socket: Open, data: Any) -> Ack:
        """Asked for, not pushed: the answer may be another worker's, which knows no socket of ours."""
        awaited = Awaited.model_validate(_object(data))
        told = await self._texts.told(awaited.request_id, awaited.wait)
        await self._emit("texts:told", told, sid)
        return {"awaited": told.awaited}

    async def _unknown(self, event: str, sid: str, data: Any = None, *_: Any) -> Ack | None:
        if sid not in self._open:
            return None
        error = NotFound("No such event: chat:message, location:update and texts:await are known.")
        return await self._failed(sid, error, data)

    # --- what is pushed

    async def look(self) -> None:
        """Called again and again: push what has changed since the last look."""
        notice = await asyncio.to_thread(self._notice_now)
        if notice != self._notice:
            self._notice = notice
            await self._emit("system:maintenance", notice or OVER)
        as_of = self._surroundings.weather_as_of()
        if as_of != self._weather_of:
            before, self._weather_of = self._weather_of, as_of
            if before is not None:
                await self._push_weather(as_of)

    async def _push_weather(self, as_of: datetime | None) -> None:
        """To each socket the weather where it is, as far as it has said so."""
        for sid, socket in list(self._open.items()):
            weather = self._surroundings.weather(*socket.at) if socket.at else None
            await self._emit("system:weather_update", {"as_of": as_of, "weather": weather}, sid)

    async def say_goodbye(self) -> None:
        """The server ends: tell everybody, and let it reach them. What was begun is answered, or told
        that it will not be; nothing new is begun."""
        self._ending = True
        await self._emit("system:maintenance", RESTART)
        await self._answered(self._drain_seconds)
        for task in self._answering():
            task.cancel()
        await self._answered(TOLD_SECONDS)
        await asyncio.sleep(0.05)

    async def _answered(self, seconds: float) -> None:
        begun = self._answering()
        if begun:
            await asyncio.wait(begun, timeout=seconds)

    def _answering(self) -> set[asyncio.Task[Any]]:
        return {task for socket in self._open.values() for task in socket.answering}

    async def _emit(self, event: str, data: Any, to: str | None = None) -> None:
        if to is None and not self._open:
            return
        plain = asdict(data) if isinstance(data, Notice) else data
        await self._server.emit(event, orjson.loads(orjson.dumps(plain)), to=to)


def _problem(error: Exception) -> dict[str, Any]:
    """With an id of its own, under which the log says more: an event has no request that has one."""
    return told(error, f"{PATH}#{uuid4().hex}")


def _object(data: Any) -> Any:
    if not isinstance(data, dict):
        raise InvalidRequest("send one JSON object with the event", "body")
    return data


@dataclass(frozen=True)
class _Route:
    """As the router leaves one in the scope: the template that metrics and logs name."""

    path: str


class Socketed:
    """Lets /socket.io be answered by the sockets, everything else by the app."""

    def __init__(self, app: ASGIApp, sockets: Sockets) -> None:
        self.app, self.sockets = app, sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] in ("http", "websocket") and scope["path"].startswith(f"{PATH}/")
        if ours:
            scope["route"] = _Route(PATH)
        await (self.sockets.app if ours else self.app)(scope, receive, send)
