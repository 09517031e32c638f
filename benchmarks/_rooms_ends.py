"""How a server of rooms ends while people type: killed, and told to stop."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time

from benchmarks._rooms import Measure, Server, Typist, notebook, running

KEYSTROKES = 100
STUCK_S = 15


async def killed(python: str, extension: str) -> str:
    """Tokens typed until SIGKILL that the open tab lacks after it came back, and how old the file was."""
    async with running(python, extension, {"a.ipynb": notebook(1)}) as server:
        ana = Typist(Measure())
        ana.follows = True
        await ana.come(server)
        moments = []
        for number in range(KEYSTROKES):
            ana.edit(0, f"<{number}>")
            moments.append(time.perf_counter())
            await asyncio.sleep(0.2)
        server.process.kill()
        now = time.perf_counter()
        server.process.wait()
        on_disk = (server.folder / "a.ipynb").read_text()
        lacking = [moment for number, moment in enumerate(moments) if f"<{number}>" not in on_disk]
        server.start()
        await server.ready()
        await ana.come(server)
        await asyncio.sleep(2)
        text = ana.text()
        lost = sum(f"<{number}>" not in text for number in range(KEYSTROKES))
        behind_s = now - lacking[0] if lacking else 0.0
        return f"{lost} of {KEYSTROKES} lost, file {behind_s:.1f} s behind"


async def stopped(python: str, extension: str, times: int) -> str:
    """Two people, one typing until the line breaks: how long each stop took, and what was lost by all of them.

    Lost is what the other person had seen and the file lacks, and what the typist's tab lacks after it came back.
    """
    took: list[float] = []
    lost: set[int] = set()
    typed = 0
    async with running(python, extension, {"a.ipynb": notebook(1)}) as server:
        ana, ben = Typist(Measure()), Typist(Measure())
        ana.follows = ben.follows = True
        for _ in range(times):
            await ana.come(server)
            await ben.come(server)
            hand = asyncio.create_task(_type(ana, typed))
            await asyncio.sleep(1.5)
            seen = ben.text()
            took.append(await _stop(server))
            hand.cancel()
            typed = int(ana.text().rpartition("<")[2].rstrip(">")) + 1
            on_disk = (server.folder / "a.ipynb").read_text()
            lost |= {token for token in range(typed) if f"<{token}>" in seen and f"<{token}>" not in on_disk}
            server.start()
            await server.ready()
        await ana.come(server)
        await asyncio.sleep(1)
        text = ana.text()
        lost |= {token for token in range(typed) if f"<{token}>" not in text}
    good = sum(seconds <= 3 for seconds in took)
    return f"{good} of {times} in 3 s (longest {max(took):.1f} s), {len(lost)} of {typed} lost"


async def _type(typist: Typist, number: int) -> None:
    while True:
        typist.edit(0, f"<{number}>")
        number += 1
        await asyncio.sleep(0.02)


async def _stop(server: Server) -> float:
    began = time.perf_counter()
    server.process.send_signal(signal.SIGTERM)
    try:
        await asyncio.to_thread(server.process.wait, STUCK_S)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
    return time.perf_counter() - began
