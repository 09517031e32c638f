"""jupyter_nbmodel_client: joins a room, writes, answers the others, says what it has when they are done."""

from __future__ import annotations

import asyncio
import json
import sys

from jupyter_nbmodel_client import NbModelClient

SEEN, OVER = " # seen", " # over"


async def main(url: str, mine: str, theirs: str) -> None:
    async with NbModelClient(url) as notebook:
        await notebook.wait_until_synced()
        source = notebook._doc.ycells[0]["source"]
        source += mine
        while theirs not in str(source):
            await asyncio.sleep(0.02)
        source += SEEN
        while OVER not in str(source):
            await asyncio.sleep(0.02)
        print(json.dumps([str(cell["source"]) for cell in notebook._doc.ycells]))


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 150))
