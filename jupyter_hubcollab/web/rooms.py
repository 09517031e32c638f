"""Rooms over HTTP and WebSocket, under the routes and with the messages of jupyter-collaboration 5."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable
from contextlib import suppress
from functools import lru_cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
from jupyter_server.utils import ensure_async
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketHandler

from .. import errors
from ..collab import SETTING, Person, new_fork, parse_kind
from ..handler import HubHandler

if TYPE_CHECKING:
    from ..collab import Rooms
    from ..collab.people import Client
    from ..collab.room import Room
    from ..config import Config

_CLOSE_CODES: dict[type[errors.HubError], int] = {errors.NotFound: 4404, errors.BadInput: 4400}
_MOST_MESSAGE_BYTES = 512 << 20
_PING_S = 5
_COPIED_BYTES = 64 << 10


class RoomsHandler(HubHandler):
    """Asks the server's authorizer about the resource ``contents``, like everything that shows or changes files."""

    action: Literal["read", "write"] = "read"
    needs_hub = False

    @property
    def hub_config(self) -> Config:
        """The settings, also while there is no hub."""
        return self.rooms.config

    @property
    def rooms(self) -> Rooms:
        """The rooms of this server."""
        return cast("Rooms", self.settings[SETTING])

    @property
    def person(self) -> Person:
        """Who asks, as others will see them."""
        user = self.current_user
        return Person(
            self.actor.name,
            self.actor.display_name,
            initials=getattr(user, "initials", None),
            avatar_url=getattr(user, "avatar_url", None),
            color=getattr(user, "color", None),
        )

    async def _authorize(self) -> None:
        if self.current_user is None:
            raise errors.Unauthenticated("log in to Jupyter to edit together")
        if not await self.is_allowed(self.action):
            raise errors.AccessDenied(f"you are not authorized to {self.action} files on this server")

    async def is_allowed(self, action: str) -> bool:
        """Does the authorizer allow this?"""
        return bool(await ensure_async(self.authorizer.is_authorized(self, self.current_user, action, "contents")))

    def reply_as_upstream(self, value: dict[str, Any], status: int = 200) -> None:
        """Finish with *value* as it is; these routes were named by others."""
        self.reply(value, status)


class _SessionAsked(msgspec.Struct):
    format: str
    type: str


class SessionHandler(RoomsHandler):
    """What a tab needs to enter the room of a file."""

    async def put(self, path: str) -> None:
        """Name the room of the file at *path*."""
        asked = self.body(_SessionAsked)
        session = await self.rooms.session(path, parse_kind(asked.format, asked.type))
        value = {"format": asked.format, "type": asked.type, "fileId": session.file_id, "sessionId": session.session_id}
        self.reply_as_upstream(value, 201 if session.is_new else 200)


class RoomHandler(RoomsHandler, WebSocketHandler):
    """One tab in one room."""

    _room: Room | None = None
    _client: Client | None = None

    @property
    def max_message_size(self) -> int:
        """Notebooks with their outputs come in one message."""
        return _MOST_MESSAGE_BYTES

    @property
    def ping_interval(self) -> float:
        """A tab that vanished is noticed after this and `ping_timeout`."""
        return _PING_S

    @property
    def ping_timeout(self) -> float:
        """Seconds that a tab has to answer."""
        return _PING_S

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Become a WebSocket."""
        await WebSocketHandler.get(self, *args, **kwargs)

    async def open(self, name: str) -> None:
        """Enter the room; what cannot be opened is told by the closing code, as the front end expects."""
        self.set_nodelay(True)
        try:
            self._room, self._client = await self.rooms.enter(name, _Tab(self), self.person)
        except errors.HubError as error:
            self.log.info("room %s cannot be opened: %s", name, error)
            code = next((code for kind, code in _CLOSE_CODES.items() if isinstance(error, kind)), 4500)
            self.close(code, _short(str(error)))
            return
        if self.ws_connection is None or self.ws_connection.is_closing():
            self.on_close()

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Hear one message; Tornado gives the next one when this is done."""
        if self._room is None or self._client is None or isinstance(message, str):
            return None
        try:
            rest = self._room.take(self._client, message)
        except errors.BadInput as error:
            self._note_damage(error)
            return None
        return None if rest is None else self._hear(rest)

    async def _hear(self, rest: Awaitable[None]) -> None:
        try:
            await rest
        except errors.BadInput as error:
            self._note_damage(error)

    def _note_damage(self, error: errors.BadInput) -> None:
        if self._room is not None:
            self.log.warning("room %s, %s: %s", self._room.name, self.actor.name, error)

    def on_close(self) -> None:
        """Leave."""
        room, client, self._room, self._client = self._room, self._client, None, None
        if room is not None and client is not None:
            self.rooms.leave(room, client)


class _Tab:
    """The WebSocket as the room sees it."""

    def __init__(self, handler: RoomHandler) -> None:
        self._handler = handler
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done.set_result(None)

    def write(self, *messages: bytes) -> asyncio.Future[None]:
        """Send to the tab; straight to the stream, since Tornado would make a task for each message."""
        connection = self._handler.ws_connection
        if connection is None or connection.is_closing() or connection.stream is None:
            return self._done
        with suppress(StreamClosedError):
            return _written(connection.stream, messages) or self._done
        return self._done

    def close(self, code: int, reason: str) -> None:
        """Hang up."""
        self._handler.close(code, reason)

    def may_write(self) -> bool | Awaitable[bool]:
        """Does the authorizer let this user write now?"""
        handler = self._handler
        said = handler.authorizer.is_authorized(handler, handler.current_user, "write", "contents")
        return said if isawaitable(said) else bool(said)


class _ForkAsked(msgspec.Struct):
    title: str = ""
    description: str = ""
    synchronize: bool = False


class ForksHandler(RoomsHandler):
    """Copies of a room on which people work apart."""

    @property
    def action(self) -> Literal["read", "write"]:  # type: ignore[override]
        """Looking is reading."""
        return "read" if self.request.method == "GET" else "write"

    async def get(self, room: str) -> None:
        """The forks of a room."""
        self.reply_as_upstream({fork.name: fork.info() for fork in await self.rooms.forks.of(room)})

    async def put(self, room: str) -> None:
        """Make a fork."""
        asked = self.body(_ForkAsked)
        fork = new_fork(room, asked.title, asked.description, synchronize=asked.synchronize)
        await self.rooms.forks.add(fork, self.person)
        value = {"sessionId": self.rooms.session_id, "fork_roomid": fork.name, "fork_info": fork.info()}
        self.reply_as_upstream(value, 201)

    async def delete(self, room: str) -> None:
        """Delete a fork, after its edits went into the room if asked so."""
        merge = self.get_query_argument("merge", "false") == "true"
        await self.rooms.forks.end(room, merge=merge, by=self.person)
        self.reply_as_upstream({})


def _written(stream: IOStream, messages: tuple[bytes, ...]) -> asyncio.Future[None] | None:
    """Write *messages* as WebSocket frames; None if the network has taken them. Only what is large is spared a copy."""
    if sum(map(len, messages)) <= _COPIED_BYTES:
        frames = _frames(messages)
        # A line that is free, as most are: a stream would make a future for each write and ask for events.
        taken = _taken(stream.socket, frames) if type(stream) is IOStream and not stream.writing() else 0
        return stream.write(frames[taken:]) if taken < len(frames) else None
    for message in messages:
        stream.write(_header(len(message)))
        written = stream.write(message)
    return written


def _taken(line: socket.socket, frames: bytes) -> int:
    """How many bytes the network took at once."""
    try:
        return line.send(frames)
    except OSError:  # it is full, or broken: the stream finds out which
        return 0


@lru_cache(maxsize=8)
def _frames(messages: tuple[bytes, ...]) -> bytes:
    """*messages* as WebSocket frames; most go to everybody in a room."""
    return b"".join(part for message in messages for part in (_header(len(message)), message))


def _header(size: int) -> bytes:
    """The head of a WebSocket frame from a server (RFC 6455, 5.2): final, binary, not masked."""
    if size < 126:
        return struct.pack("!BB", 0x82, size)
    if size < 1 << 16:
        return struct.pack("!BBH", 0x82, 126, size)
    return struct.pack("!BBQ", 0x82, 127, size)


def _short(why: str) -> str:
    """*why* as the reason of a closed WebSocket, which has at most 123 bytes."""
    return why.encode()[:120].decode(errors="ignore")


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/api/collaboration/session/(.+)", SessionHandler),
    (r"/api/collaboration/room/(.+)", RoomHandler),
    (r"/api/collaboration/fork/(.+)", ForksHandler),
]
