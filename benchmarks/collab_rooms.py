"""Rooms: latency and CPU of edits, crowds, joiners, ends of the server; the peer is jupyter-collaboration 5.0.4.

Real servers in processes of their own, headless tabs over WebSockets in this one, each typing tokens into a cell of its
own and moving its cursor after each. Latency is from the transaction in one tab to the arrival of its bytes in each
other tab, one clock. The peer gets an environment of its own and runs in turn with ours; ``PEER=0`` leaves it out.
``python -m benchmarks.collab_rooms log latency notebooks joiners ends`` runs some of the parts.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks._rooms import Measure, Server, Typist, notebook, quantiles, running, servers
from jupyter_hubcollab.collab.updates import UpdateLog

SECONDS = 8.0
SCENARIOS = [(2, 10.0), (10, 2.0), (50, 2.0), (200, 1.0)]
"""People, and edits per second of each."""
MOST_FOR_PEER = 50
NOTEBOOKS = int(os.environ.get("NOTEBOOKS", "500"))
NOTEBOOK_EDITS = 50.0
"""Edits per second in all open notebooks together: each person one in twenty seconds."""
FIGURE_BYTES, RERUNS = 500_000, 60
STOPS = int(os.environ.get("STOPS", "20"))


async def load(server: Server, typists: list[Typist], rate: float, cells: int) -> None:
    """Everybody types at *rate*, each at moments of their own."""
    measure = typists[0].measure
    before, began, number = server.cpu_s(), time.perf_counter(), 0
    gap = 1 / (rate * len(typists))
    while (now := time.perf_counter() - began) < SECONDS:
        if number * gap > now:
            await asyncio.sleep(number * gap - now)
        typists[number % len(typists)].type(number, number % cells)
        number += 1
    await asyncio.sleep(0.5)
    measure.cpu_s = server.cpu_s() - before


async def crowd(python: str, extension: str, people: int, rate: float) -> tuple[Measure, int]:
    """People in one notebook; what it showed, and how many edits a newcomer lacks 2 s after the last one."""
    async with running(python, extension, {"a.ipynb": notebook(people)}) as server:
        measure = Measure()
        typists = [Typist(measure) for _ in range(people)]
        for typist in typists:
            await typist.come(server)
        await load(server, typists, rate, people)
        await asyncio.sleep(2)
        newcomer = Typist(measure)
        await newcomer.come(server)
        text = newcomer.text()
        for typist in [*typists, newcomer]:
            await typist.go()
        return measure, sum(f"<{number}>" not in text for number in measure.sent)


def latency() -> None:
    """Everybody in one notebook."""
    print(f"{'server':30} people edits/s   p50 ms    p99 ms  CPU ms/edit  lacking after 2 s  load")
    for people, rate in SCENARIOS:
        for name, python, extension in servers():
            if people > MOST_FOR_PEER and name != "ours":
                continue
            measure, missing = asyncio.run(crowd(python, extension, people, rate))
            lacking = f"{missing} of {len(measure.sent)}"
            row = f"{people:6} {people * rate:7.0f} {measure.row()} {lacking:>18} {os.getloadavg()[0]:5.1f}"
            print(f"{name:30} {row}", flush=True)


async def _many_notebooks(python: str, extension: str, count: int) -> tuple[Measure, int]:
    files = {f"{number}.ipynb": notebook(2) for number in range(count)}
    async with running(python, extension, files) as server:
        measure = Measure()
        typists = [Typist(measure) for _ in range(2 * count)]
        for number, typist in enumerate(typists):
            await typist.come(server, f"{number // 2}.ipynb")
        await load(server, typists, NOTEBOOK_EDITS / len(typists), 2)
        memory = server.memory_bytes()
        for typist in typists:
            typist.connection.close()
        return measure, memory


def notebooks() -> None:
    """Many notebooks, two people in each."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    measure, memory = asyncio.run(_many_notebooks(sys.executable, "jupyter_hubcollab", NOTEBOOKS))
    median, late = quantiles(measure.delays_ms)
    print(f"{NOTEBOOKS} open notebooks, 2 people each, {NOTEBOOK_EDITS:.0f} edits/s in all:", end=" ")
    print(f"p50 {median:.1f} ms, p99 {late:.1f} ms, server {memory / 1e6:,.0f} MB")


async def _joiner(python: str, extension: str) -> tuple[float | None, float]:
    async with running(python, extension, {"a.ipynb": notebook(2)}) as server:
        ana, ben = Typist(Measure()), Typist(Measure())
        await ana.come(server)
        ana.stand(1)
        for number in range(RERUNS):
            figure = {"image/png": f"{number:06}" + "A" * FIGURE_BYTES}
            ana.rerun(0, {"output_type": "display_data", "metadata": {}, "data": figure})
            await asyncio.sleep(0.05)
        await asyncio.sleep(3)
        ben.follows = True
        began = time.perf_counter()
        await ben.come(server)
        with suppress(TimeoutError):
            await asyncio.wait_for(ben.sees(ana), 10)
        seen = ben.seen.get(ana.doc.client_id)
        await asyncio.gather(ana.go(), ben.go())
        return None if seen is None else (seen - began) * 1000, ben.bytes / 1e6


def joiners() -> None:
    """What a newcomer waits for."""
    print(f"{'server':30} sees who is there, ms   downloads after {RERUNS} re-runs of a 0.5 MB figure, MB")
    for name, python, extension in servers():
        seen, megabytes = asyncio.run(_joiner(python, extension))
        print(f"{name:30} {'not in 10 s' if seen is None else f'{seen:.0f}':>21}   {megabytes:.2f}", flush=True)


async def _killed(python: str, extension: str) -> tuple[int, int, float]:
    """Tokens typed until SIGKILL, those that the open tab lacks after it came back, and how old the file was."""
    async with running(python, extension, {"a.ipynb": notebook(1)}) as server:
        ana = Typist(Measure())
        ana.follows = True
        await ana.come(server)
        moments = []
        for number in range(100):
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
        return 100, sum(f"<{number}>" not in text for number in range(100)), now - lacking[0] if lacking else 0.0


async def _stopped(python: str, extension: str, times: int) -> tuple[list[float], int]:
    """Seconds from SIGTERM, with people connected and typing, to the end; and how many tokens the file lacks."""
    took, lost = [], 0
    async with running(python, extension, {"a.ipynb": notebook(1)}) as server:
        ana = Typist(Measure())
        ana.follows = True
        number = 0
        for _ in range(times):
            await ana.come(server)
            for _ in range(40):
                ana.edit(0, f"<{number}>")
                number += 1
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)
            began = time.perf_counter()
            server.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(server.process.wait, 15)
            except subprocess.TimeoutExpired:
                server.process.kill()
                server.process.wait()
            took.append(time.perf_counter() - began)
            on_disk = (server.folder / "a.ipynb").read_text()
            lost = sum(f"<{token}>" not in on_disk for token in range(number))
            server.start()
            await server.ready()
    return took, lost


def ends() -> None:
    """How a server ends while people type."""
    for name, python, extension in servers():
        typed, lost, behind = asyncio.run(_killed(python, extension))
        print(f"{name:30} SIGKILL in 20 s of typing: {lost} of {typed} lost, file {behind:.1f} s behind", flush=True)
    for name, python, extension in servers():
        times = STOPS if name == "ours" else 3
        took, lost = asyncio.run(_stopped(python, extension, times))
        good = sum(seconds <= 3 for seconds in took)
        words = f"{good} of {times} within 3 s (longest {max(took):.1f} s)"
        print(f"{name:30} SIGTERM while typing: {words}, {lost} of {40 * times} lost", flush=True)


def log() -> None:
    """The log alone: edits per second that it takes durably, and the wait for one alone."""
    with tempfile.TemporaryDirectory() as folder:
        updates = UpdateLog(Path(folder) / "rooms.sqlite", lambda _: None)
        began = time.perf_counter()
        for _ in range(20_000):
            updates.append("room", "ana", b"x" * 60)
        updates.flush()
        print(f"durable edits/s (group commit, synchronous=FULL): {20_000 / (time.perf_counter() - began):,.0f}")
        waits = []
        for _ in range(100):
            time.sleep(0.05)
            began = time.perf_counter()
            updates.append("room", "ana", b"x" * 60)
            updates.flush()
            waits.append((time.perf_counter() - began) * 1000)
        updates.close()
        print(f"one edit durable, alone: {statistics.median(waits):.2f} ms (median)")


PARTS = {"log": log, "latency": latency, "notebooks": notebooks, "joiners": joiners, "ends": ends}


def main(names: list[str]) -> None:
    """Print the tables."""
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    for name in names or PARTS:
        PARTS[name]()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
