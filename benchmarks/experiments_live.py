"""From a logged value to everybody's chart: 20 runs log 10 values a second each, one client listens.

Each run sends two batches of five values a second through our route; the time runs from before a batch is sent until
the event that carries it has arrived on ``hubcollab/api/events``. Beside it, in the same run: asking MLflow's own
``runs/search`` every five seconds, as its pages and its widgets do, would be late by half of that on average.
Also printed: memory of the child, and what runs before anybody needs it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import tempfile
import threading
import time
from pathlib import Path

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from benchmarks.experiments_log_metric import Client, free_port, hub_token, percentile, started_lab, wait_for

RUNS = 20
BATCHES_A_SECOND = 2
VALUES = 5
SECONDS = 15
MB = 1 << 20


def write(client: Client, run: str, sent: dict[tuple[str, int], float], stop: threading.Event) -> None:
    """Log at a fixed rate until it is enough."""
    for step in range(SECONDS * BATCHES_A_SECOND):
        if stop.wait(1 / BATCHES_A_SECOND):
            return
        metrics = [{"key": f"m{k}", "value": step + k / 10, "timestamp": step, "step": step} for k in range(VALUES)]
        sent[run, step] = time.perf_counter()
        client.post("runs/log-batch", {"run_id": run, "metrics": metrics})


async def listen(url: str, token: str, seen: dict[tuple[str, int], float], stop: threading.Event) -> None:
    """Note when each step of each run arrives."""
    headers = {"Authorization": f"token {token}"}
    socket = await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=60))
    while not stop.is_set():
        try:
            message = await asyncio.wait_for(socket.read_message(), 1)
        except TimeoutError:
            continue
        event = json.loads(message or "{}")
        if event.get("type") == "run" and event["run"]["step"] is not None:
            run, now = event["run"]["id"], time.perf_counter()
            for step in range(event["run"]["step"], -1, -1):  # an event may carry several steps at once
                if (run, step) in seen:
                    break
                seen[run, step] = now
    socket.close()


def memory(folder: Path) -> list[tuple[str, int]]:
    """Programs of MLflow that work in *folder*, and their bytes of memory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").resolve().is_relative_to(folder) and b"experiments.child" in (
                process.joinpath("cmdline").read_bytes()
            ):
                lines = process.joinpath("status").read_text().splitlines()
                found.append((process.name, next(int(line.split()[1]) << 10 for line in lines if "VmRSS" in line)))
        except OSError:
            continue
    return found


def measured(base: str, token: str, hub: dict[str, str]) -> list[float]:
    clients = [Client(f"{base}/mlflow", hub) for _ in range(RUNS)]
    runs = [client.run() for client in clients]
    sent: dict[tuple[str, int], float] = {}
    seen: dict[tuple[str, int], float] = {}
    stop = threading.Event()
    socket = base.replace("http://", "ws://") + "/api/events"
    listener = threading.Thread(target=lambda: asyncio.run(listen(socket, token, seen, stop)))
    listener.start()
    time.sleep(1)
    writers = [threading.Thread(target=write, args=(c, r, sent, stop)) for c, r in zip(clients, runs, strict=True)]
    for writer in writers:
        writer.start()
        time.sleep(1 / BATCHES_A_SECOND / RUNS)
    for writer in writers:
        writer.join()
    time.sleep(2)
    stop.set()
    listener.join()
    missing = len(sent) - sum(key in seen for key in sent)
    print(f"{len(sent)} batches of {VALUES} values, {missing} never seen")
    return [(seen[key] - at) * 1000 for key, at in sent.items() if key in seen]


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    port, token = free_port(), secrets.token_hex(16)
    lab = started_lab(folder, port, token)
    base = f"http://127.0.0.1:{port}/hubcollab"
    try:
        wait_for(f"{base}/api/tracking", {"Authorization": f"token {token}"})
        print(f"before the first use: {len(memory(folder))} processes of MLflow")
        wait_for(f"{base}/mlflow/version", {"Authorization": f"token {token}"})
        hub = {"Authorization": f"Bearer {hub_token(folder / '.hubcollab')}"}
        taken = measured(base, token, hub)
        print(f"{'':34}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}")
        print(f"{'logged until seen':34}{percentile(taken, 0.5):8.0f}{percentile(taken, 0.95):8.0f}{max(taken):8.0f}")
        print(f"{'asking every 5 s instead':34}{2500:8.0f}{4750:8.0f}{5000:8.0f}")
        for _, size in memory(folder):
            print(f"the child after it: {size / MB:.0f} MB")
    finally:
        lab.terminate()
        lab.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
