"""Files that go: written to the socket by threads, past tornado's buffers, and by the system itself where it can.

A thread writes for as long as the client takes what it gets; while a slow client does not, the event loop waits for it
and no thread does. Where that cannot be done (TLS, an answer that is compressed on its way), tornado writes.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from tornado.iostream import IOStream, StreamClosedError

from ...storage.blobs import Part, Stretch
from ..threads import in_thread

if TYPE_CHECKING:
    from .base import HFHandler

PIECE = 1 << 20
_SMALL = 256 << 10
"""Bytes of an answer that is not worth a detour."""
_TURN_S = 0.05
"""For so long a thread writes before others have theirs."""
_PATIENCE_MS = 4
_MOST_AT_ONCE = 512
"""Buffers; the system takes a thousand."""


async def send(handler: HFHandler, parts: Iterator[Part], size: int) -> None:
    """Send *parts*, *size* bytes together, as fast as the client takes them; the headers are set."""
    if size <= _SMALL:
        handler.write(await in_thread(lambda: b"".join(_pieces(parts))))
        return
    # What cannot be read at all is an error that can still be told.
    parts = chain([await in_thread(next, parts, [])], parts)
    try:
        await handler.flush()
        stream = _plain(handler)
        if stream is None:
            await _send_by_tornado(handler, parts)
        else:
            await _send_directly(handler, stream, Outlet(stream.socket.fileno(), parts))
    except StreamClosedError:
        pass  # the client went away


async def _send_by_tornado(handler: HFHandler, parts: Iterator[Part]) -> None:
    """The next piece is read while one is on its way."""
    pieces = _pieces(parts)
    upcoming = asyncio.ensure_future(in_thread(next, pieces, b""))
    try:
        while piece := await upcoming:
            upcoming = asyncio.ensure_future(in_thread(next, pieces, b""))
            handler.write(piece)
            await handler.flush()
    except StreamClosedError:
        await upcoming
        raise


async def _send_directly(handler: HFHandler, stream: IOStream, outlet: Outlet) -> None:
    try:
        while not await in_thread(outlet.go_on):
            await _until_writable(outlet.socket)
    except ConnectionError:
        stream.close()
    finally:
        asyncio.get_running_loop().run_in_executor(None, outlet.close)
    # What it counts is what was written through it.
    handler.request.connection._expected_content_remaining = 0  # type: ignore[union-attr]


def _plain(handler: HFHandler) -> IOStream | None:
    """The connection, if what is written to its socket reaches the client as it is."""
    stream = getattr(handler.request.connection, "stream", None)
    as_it_is = type(stream) is IOStream and "Content-Length" in handler._headers and stream.socket is not None
    return stream if as_it_is and hasattr(os, "sendfile") and hasattr(select, "poll") else None


async def _until_writable(socket: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(socket, _settle, ready)
    try:
        await ready
    finally:
        loop.remove_writer(socket)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _pieces(parts: Iterator[Part]) -> Iterator[bytes]:
    """No piece is empty, nor very large."""
    for part in parts:
        if isinstance(part, Stretch):
            for start in range(part.start, part.end, PIECE):
                yield os.pread(part.file, min(PIECE, part.end - start), start)
        elif piece := b"".join(part):
            yield piece


class Outlet:
    """The socket of a connection, and what is to be written to it; not for several threads at once."""

    def __init__(self, socket: int, parts: Iterator[Part]) -> None:
        # A socket of our own: if the connection ends meanwhile, its number may soon be somebody else's.
        self.socket = os.dup(socket)
        self._parts = parts
        self._stretch: Stretch | None = None
        self._buffers: deque[bytes | memoryview] = deque()
        self._lock = threading.Lock()
        self._poll = select.poll()
        self._poll.register(self.socket, select.POLLOUT)

    def go_on(self) -> bool:
        """Write while the client takes it and it is our turn; True when all is written.

        Raises:
            ConnectionError: the client went away.
        """
        end = time.monotonic() + _TURN_S
        with self._lock:
            while self._has_more():
                try:
                    self._write()
                except BlockingIOError:
                    if not self._poll.poll(_PATIENCE_MS):
                        return False
                if time.monotonic() > end:
                    return False
        return True

    def close(self) -> None:
        """Let go of the socket and of the files."""
        with self._lock:
            os.close(self.socket)
            self._parts = iter(())
            self._stretch = None
            self._buffers.clear()

    def _has_more(self) -> bool:
        while self._stretch is None and not self._buffers:
            part = next(self._parts, None)
            if part is None:
                return False
            if isinstance(part, Stretch):
                self._stretch = part if part.start < part.end else None
            else:
                self._buffers.extend(one for one in part if len(one))
        return True

    def _write(self) -> None:
        if self._stretch is not None:
            at = self._stretch
            sent = os.sendfile(self.socket, at.file, at.start, at.end - at.start)
            if not sent:
                raise ConnectionAbortedError("the file has become shorter")
            self._stretch = Stretch(at.file, at.start + sent, at.end) if at.start + sent < at.end else None
            return
        sent = os.writev(self.socket, list(islice(self._buffers, _MOST_AT_ONCE)))
        while sent:
            first = self._buffers.popleft()
            if sent < len(first):
                self._buffers.appendleft(memoryview(first)[sent:])
                return
            sent -= len(first)
