"""Rooms: every figure of co-editing in one table; the peer is jupyter-collaboration 5.0.4, in the same run.

Real servers in processes of their own, headless tabs over WebSockets in this one, each typing tokens into a cell of its
own and moving its cursor after each. Latency is from the transaction in one tab to the arrival of its bytes in each
other tab, one clock; CPU is that of the server's process for each edit. The peer gets an environment of its own below
``.clients/``; ``PEER=0`` leaves it out. ``python -m benchmarks.collab_rooms ends log`` measures some of the parts.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks._rooms import Measure, Server, Typist, notebook, quantiles, running, servers
from benchmarks._rooms_ends import killed, stopped
from benchmarks._rooms_faults import matrix, outside, viewer
from benchmarks._rooms_table import show
from jupyter_hubcollab.collab.updates import UpdateLog

SECONDS = 8.0
SCENARIOS = [
    (2, 10.0, "p50 ≤ 4 ms"),
    (10, 2.0, "p50 ≤ 4 ms"),
    (50, 2.0, "p50 ≤ 50, p99 ≤ 150 ms, ≤ 1 ms CPU"),
    (200, 1.0, "p99 ≤ 500 ms, converged"),
]
"""People, edits per second of each, and what we aim at."""
MOST_FOR_PEER = 50
NOTEBOOKS = int(os.environ.get("NOTEBOOKS", "500"))
NOTEBOOK_EDITS = 50.0
"""Edits per second in all open notebooks together: each person one in twenty seconds."""
FIGURE_BYTES, RERUNS = 500_000, 60
STOPS = int(os.environ.get("STOPS", "20"))
STOPS_OF_PEER = 3


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


async def crowd(python: str, extension: str, people: int, rate: float) -> str:
    """People in one notebook: latency, CPU, and how many edits a newcomer lacks 2 s after the last one."""
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
        return measure.said(sum(f"<{number}>" not in text for number in measure.sent))


def latency() -> None:
    """Everybody in one notebook."""
    for people, rate, aim in SCENARIOS:
        of = {
            name: asyncio.run(crowd(python, extension, people, rate))
            for name, python, extension in servers()
            if people <= MOST_FOR_PEER or name == "ours"
        }
        show(f"{people} people × {rate:.0f} edits/s, with cursors", aim, of)


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
    said = f"{memory / 1e9:.2f} GB, p50 {median:.1f}, p99 {late:.1f} ms"
    show(
        f"{NOTEBOOKS} notebooks × 2 people, {NOTEBOOK_EDITS:.0f} edits/s in all", "< 2 GB, p99 ≤ 100 ms", {"ours": said}
    )


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
    found = {name: asyncio.run(_joiner(python, extension)) for name, python, extension in servers()}
    waits = {name: "not in 10 s" if seen is None else f"{seen:.0f} ms" for name, (seen, _) in found.items()}
    show("a joiner sees who is there", "≤ 300 ms", waits)
    megabytes = {name: f"{size:.2f} MB" for name, (_, size) in found.items()}
    show(f"a joiner's download after {RERUNS} re-runs of a 0.5 MB figure", "≤ 0.6 MB", megabytes)


def ends() -> None:
    """How a server ends while people type."""
    of = {name: asyncio.run(killed(python, extension)) for name, python, extension in servers()}
    show("edits lost by SIGKILL in 20 s of typing", "0 lost; file ≤ 2 s behind", of)
    of = {}
    for name, python, extension in servers():
        of[name] = asyncio.run(stopped(python, extension, STOPS if name == "ours" else STOPS_OF_PEER))
    show("SIGTERM with people connected and typing", f"≤ 3 s, 0 lost, {STOPS} of {STOPS}", of)


def faults() -> None:
    """Others write the file, tabs come back, readers write."""
    of = {name: asyncio.run(outside(python, extension)) for name, python, extension in servers()}
    show("outside writes to another cell while typing", "40 of 40 kept", of)
    of = {name: asyncio.run(viewer(python, extension)) for name, python, extension in servers()}
    show("a viewer's writes applied", "none", of)
    show("reconnect matrix, 17 cases (our tests)", "0 fail", {"ours": matrix()})


def log() -> None:
    """The log alone: edits per second that it takes durably, and the wait for one alone."""
    with tempfile.TemporaryDirectory() as folder:
        updates = UpdateLog(Path(folder) / "rooms.sqlite", lambda _: None)
        began = time.perf_counter()
        for _ in range(20_000):
            updates.append("room", "ana", b"x" * 60)
        updates.flush()
        grouped = 20_000 / (time.perf_counter() - began)
        waits_ms = []
        for _ in range(40):
            time.sleep(0.05)
            began = time.perf_counter()
            updates.append("room", "ana", b"x" * 60)
            updates.flush()
            waits_ms.append((time.perf_counter() - began) * 1000)
        updates.close()
    said = f"{grouped:,.0f} in groups; one alone after {statistics.median(waits_ms):.1f} ms"
    show("stored updates/s (the log alone, synchronous=FULL)", "≥ 2,000, durable", {"ours": said})


PARTS = {"ends": ends, "faults": faults, "log": log, "joiners": joiners, "latency": latency, "notebooks": notebooks}


def main(names: list[str]) -> None:
    """Print the table."""
    show("work", "aim", {name: name for name, _, _ in servers()})
    for name in names or PARTS:
        PARTS[name]()
    print(f"\nload of this machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1:])
