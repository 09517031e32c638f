"""What goes wrong around rooms: other programs write the file, readers write, tabs come back to another history."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

from benchmarks._rooms import Measure, Typist, notebook, running

WORDS = 40
OUTSIDE = """
import json, os, sys
path, text = sys.argv[1:]
book = json.load(open(path))
book["cells"][1]["source"] = text
json.dump(book, open(path + "~", "w"))
os.replace(path + "~", path)
"""
VIEWERS = """
from jupyter_server.auth import Authorizer
class Viewers(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read" or "X-Viewer" not in handler.request.headers
"""


async def outside(python: str, extension: str) -> str:
    """Words typed in one cell that are there in the end, while another program writes to the other cell."""
    async with running(python, extension, {"a.ipynb": notebook(2)}) as server:
        ana, newcomer = Typist(Measure()), Typist(Measure())
        ana.follows = True
        await ana.come(server)
        for number in range(WORDS):
            ana.edit(0, f"<{number}>")
            command = [sys.executable, "-c", OUTSIDE, str(server.folder / "a.ipynb"), f"outside {number}"]
            await asyncio.to_thread(subprocess.run, command, check=True)
            await asyncio.sleep(0.2)
        await asyncio.sleep(4)
        await newcomer.come(server)
        text, on_disk = newcomer.text(), (server.folder / "a.ipynb").read_text()
        kept = sum(f"<{number}>" in text and f"<{number}>" in on_disk for number in range(WORDS))
        return f"{kept} of {WORDS} kept"


async def viewer(python: str, extension: str) -> str:
    """Words of somebody whom the authorizer lets only read, that others find in the notebook."""
    options = "--ServerApp.authorizer_class=viewers.Viewers"
    async with running(python, extension, {"a.ipynb": notebook(1), "viewers.py": VIEWERS}, options) as server:
        ana, reader = Typist(Measure()), Typist(Measure())
        await reader.come(server, headers={"X-Viewer": "1"})
        for number in range(WORDS):
            reader.edit(0, f"<{number}>")
            await asyncio.sleep(0.02)
        await asyncio.sleep(1)
        await ana.come(server)
        return f"{sum(f'<{number}>' in ana.text() for number in range(WORDS))} of {WORDS}"


def matrix() -> str:
    """The tests of tabs that come back."""
    tests = Path(__file__).parents[1] / "tests" / "collab" / "test_matrix.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(tests)], capture_output=True, text=True, check=False
    )
    found = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed)", done.stdout)}
    return f"{found.get('failed', 0)} of {sum(found.values())} fail" if found else "the tests do not run"
