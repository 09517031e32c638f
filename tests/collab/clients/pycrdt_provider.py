"""The provider of pycrdt-websocket, now in pycrdt: joins a room, writes, answers the others, says what it has then."""

from __future__ import annotations

import asyncio
import json
import sys

from pycrdt import Array, Doc, Provider, Text
from tornado.websocket import WebSocketClosedError, websocket_connect


class Line:
    """A WebSocket as pycrdt's channels are."""

    def __init__(self, connection, path: str) -> None:
        self._connection, self.path = connection, path

    async def send(self, message: bytes) -> None:
        await self._connection.write_message(message, binary=True)

    async def recv(self) -> bytes:
        message = await self._connection.read_message()
        if message is None:
            raise WebSocketClosedError
        return message

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except WebSocketClosedError:
            raise StopAsyncIteration from None


SEEN, OVER = " # seen", " # over"


async def main(url: str, mine: str, theirs: str) -> None:
    doc = Doc()
    cells = doc.get("cells", type=Array)
    connection = await websocket_connect(url)
    async with asyncio.timeout(150), Provider(doc, Line(connection, "room")):
        while not len(cells):
            await asyncio.sleep(0.02)
        source: Text = cells[0]["source"]
        source += mine
        while theirs not in str(source):
            await asyncio.sleep(0.02)
        source += SEEN
        while OVER not in str(source):
            await asyncio.sleep(0.02)
        print(json.dumps([str(cell["source"]) for cell in cells]))
        connection.close()


asyncio.run(main(*sys.argv[1:]))
