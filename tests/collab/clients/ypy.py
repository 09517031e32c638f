"""ypy-websocket 0.12 over y-py 0.6: joins a room, writes, answers the others, says what it has when they are done."""

from __future__ import annotations

import asyncio
import json
import sys

import y_py as Y
from websockets import ConnectionClosed, connect
from ypy_websocket import WebsocketProvider


class Line:
    """A WebSocket as ypy-websocket wants it."""

    def __init__(self, connection) -> None:
        self._connection, self.path = connection, "room"

    async def send(self, message: bytes) -> None:
        await self._connection.send(message)

    async def recv(self) -> bytes:
        return await self._connection.recv()

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None


SEEN, OVER = " # seen", " # over"


async def main(url: str, mine: str, theirs: str) -> None:
    doc = Y.YDoc(client_id=7_654_321)
    cells = doc.get_array("cells")
    async with connect(url, max_size=None) as connection:
        provider = WebsocketProvider(doc, Line(connection))
        task = asyncio.create_task(provider.start())
        while not len(cells):
            await asyncio.sleep(0.02)
        source = cells[0]["source"]
        with doc.begin_transaction() as transaction:
            source.extend(transaction, mine)
        while theirs not in str(source):
            await asyncio.sleep(0.02)
        with doc.begin_transaction() as transaction:
            source.extend(transaction, SEEN)
        while OVER not in str(source):
            await asyncio.sleep(0.02)
        print(json.dumps([str(cell["source"]) for cell in cells]))
        provider.stop()
        task.cancel()


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 150))
