"""jupyter_nbmodel_client: joins a room, writes, waits for the others, says what it has."""

from __future__ import annotations

import asyncio
import json
import sys

from jupyter_nbmodel_client import NbModelClient


async def main(url: str, mine: str, theirs: str) -> None:
    async with NbModelClient(url) as notebook:
        await notebook.wait_until_synced()
        source = notebook._doc.ycells[0]["source"]
        source += mine
        while theirs not in str(source):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        print(json.dumps([str(cell["source"]) for cell in notebook._doc.ycells]))


asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 60))
