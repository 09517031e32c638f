"""Large outputs: how soon a notebook of 50 MB is open, what it costs to type in it, and what cleared outputs leave.

The notebook has 180 figures, one giant log and one HTML table. Opened is: from the question for the room until a
headless tab has the document; seen: until it has the first figure, too. The peer, jupyter-collaboration 5.0.4, gets an
environment of its own and runs in turn with ours; ``PEER=0`` leaves it out, ``ROUNDS=3`` repeats both.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import random
import time
from pathlib import Path
from typing import Any

from pycrdt import Array
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from benchmarks._rooms import TOKEN, Measure, Server, Typist, notebook, running, servers

FIGURES, FIGURE_BYTES = 180, 180_000
ROUNDS = int(os.environ.get("ROUNDS", "1"))
STAND_IN = "application/vnd.hubcollab.output+json"


def large_notebook() -> str:
    """58 MB of outputs, the same each time."""
    dice = random.Random(7)
    outputs: list[dict[str, Any]] = [
        _rich({"image/png": _noise(dice), "text/plain": "<Figure>"}) for _ in range(FIGURES)
    ]
    log = "".join(f"line {number} of the log\n" for number in range(250_000))
    rows = "".join(f"<tr><td>{number}</td><td>{number * number}</td></tr>" for number in range(150_000))
    outputs.append({"output_type": "stream", "name": "stdout", "text": log})
    outputs.append(_rich({"text/html": f"<table>{rows}</table>", "text/plain": "a table"}))
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": n, "source": "#", "outputs": [output]}
        for n, output in enumerate(outputs, start=1)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def _noise(dice: random.Random) -> str:
    return base64.b64encode(dice.randbytes(FIGURE_BYTES)).decode()


def _rich(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


async def _opened(server: Server) -> tuple[Typist, float, float]:
    """A tab that came, and the milliseconds until it had the document, and the first figure."""
    tab = Typist(Measure())
    began = time.perf_counter()
    await tab.come(server)
    opened = time.perf_counter()
    first = tab.outputs(0)[0]["data"]
    if STAND_IN in first:
        url = f"http://127.0.0.1:{server.port}/hubcollab/api/outputs/{first[STAND_IN]['sha256']}"
        request = HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"})
        assert len((await AsyncHTTPClient().fetch(request)).body) > FIGURE_BYTES
    else:
        assert len(first["image/png"]) > FIGURE_BYTES
    return tab, 1000 * (opened - began), 1000 * (time.perf_counter() - began)


def _digest(file: Path) -> str | None:
    """Of all outputs in the file; None while it is written."""
    try:
        cells = json.loads(file.read_text())["cells"]
    except ValueError:
        return None
    return hashlib.sha256(json.dumps([_joined(cell["outputs"]) for cell in cells], sort_keys=True).encode()).hexdigest()


def _joined(value: Any) -> Any:
    """Files have texts as lists of lines."""
    if isinstance(value, dict):
        return {key: _joined(inner) for key, inner in value.items()}
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return [_joined(inner) for inner in value] if isinstance(value, list) else value


async def _saved(server: Server, tab: Typist) -> tuple[float, bool]:
    """Seconds of CPU that one edit costs until it is in the file, and whether that still has every output."""
    file = server.folder / "a.ipynb"
    before, cpu = _digest(file), server.cpu_s()
    tab.edit(len(tab.doc.get("cells", type=Array)) - 1, "typed")
    async with asyncio.timeout(30):
        while "#typed" not in file.read_text()[-3000:]:  # noqa: ASYNC110  another program writes it
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    return server.cpu_s() - cpu, _digest(file) == before


async def _warm(server: Server) -> None:
    """What a server does once, at its first notebook, is no part of this."""
    tab = Typist(Measure())
    await tab.come(server, "b.ipynb")
    await asyncio.sleep(4)
    await tab.go()


async def measured(name: str, python: str, extension: str, text: str) -> None:
    """One server: first and second tab, an edit, and everything cleared."""
    async with running(python, extension, {"a.ipynb": text, "b.ipynb": notebook(1)}) as server:
        await _warm(server)
        idle, cpu = server.memory_bytes(), server.cpu_s()
        tab, opened, seen = await _opened(server)
        memory, cpu = server.memory_bytes() - idle, server.cpu_s() - cpu
        second, again, _ = await _opened(server)
        save, whole = await _saved(server, tab)
        tab.clear_outputs()
        await asyncio.sleep(5)
        third = Typist(Measure())
        await third.come(server)
        freed = server.memory_bytes() - idle
        await asyncio.gather(tab.go(), second.go(), third.go())
        print(
            f"{name:28} {opened:9.0f} {seen:8.0f} {cpu:6.2f} {again:8.0f} {second.bytes / 1e6:9.2f} {memory / 1e6:7.0f}"
            f" {save:9.2f} {'yes' if whole else 'NO':>6} {third.bytes / 1e6:12.2f} {freed / 1e6:7.0f}"
            f" {os.getloadavg()[0]:5.1f}",
            flush=True,
        )


def main() -> None:
    """The table."""
    text = large_notebook()
    print(f"a notebook of {len(text) / 1e6:.0f} MB, {ROUNDS} times; seen: with the first figure")
    print(
        f"{'server':28} {'opened ms':>9} {'seen ms':>8} {'CPU s':>6} {'2nd ms':>8} {'gets MB':>9} {'RSS MB':>7}"
        f" {'save CPU':>9} {'whole':>6} {'cleared: MB':>12} {'RSS MB':>7} {'load':>5}"
    )
    for _ in range(ROUNDS):
        for name, python, extension in servers():
            asyncio.run(measured(name, python, extension, text))


if __name__ == "__main__":
    main()
