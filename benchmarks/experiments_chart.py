"""Runs in the browser: first rows of 10,000, sorting them, and from a logged value to the drawn chart.

A lab with 10,000 runs and Chromium in front of it. First rows: from the click on the tab *Runs* until a row is there;
sorted: until the first row is another one. Then 20 runs log 10 values a second each through our route; the page of one
is in front, a comparison of all 20 behind it; the time runs from before a batch is sent until two frames after the
page shows it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.experiments_live import BATCHES_A_SECOND, RUNS, SECONDS, VALUES
from benchmarks.experiments_log_metric import Client, free_port, hub_token, percentile, wait_for
from benchmarks.experiments_run_table import fill

UI_TESTS = Path(__file__).parents[1] / "ui-tests"


class Browser:
    """Chromium with the lab in it."""

    def __init__(self, url: str) -> None:
        script = Path(__file__).with_suffix(".cjs")
        command = ["node", str(script), url, str(UI_TESTS)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()

    def say(self, what: str, **args: object) -> Any:
        """Have it do something; what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"say": what, **args}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


def lab_of(folder: Path, port: int, token: str) -> subprocess.Popen[bytes]:
    options = [f"--port={port}", "--no-browser", "--allow-root", "--ServerApp.port_retries=0"]
    options += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=''", "--HubCollab.offline=True"]
    environ = os.environ | {"JUPYTER_TOKEN": token}
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    return subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write(client: Client, run: str, sent: list[tuple[float, int]]) -> None:
    began = time.monotonic()
    for step in range(1, SECONDS * BATCHES_A_SECOND + 1):
        time.sleep(max(0, began + step / BATCHES_A_SECOND - time.monotonic()))
        metrics = [{"key": f"m{k}", "value": step, "timestamp": step, "step": step} for k in range(VALUES)]
        sent.append((time.time() * 1000, step))
        client.post("runs/log-batch", {"run_id": run, "metrics": metrics})


def drawn(sent: list[tuple[float, int]], seen: list[tuple[float, list[str]]]) -> list[float]:
    """Milliseconds from each step of the watched run until its page showed it."""
    shown = [(at, max((int(float(text.split()[-1])) for text in texts), default=0)) for at, texts in seen if texts]
    first = [next((at for at, newest in shown if newest >= step), None) for _, step in sent]
    return [at - began for (began, _), at in zip(sent, first, strict=True) if at is not None]


def row(name: str, taken: list[float]) -> None:
    print(f"{name:44}{percentile(taken, 0.5):8.0f}{percentile(taken, 0.95):8.0f}{max(taken):8.0f}", flush=True)


def live(base: str, hub: dict[str, str], browser: Browser) -> None:
    clients = [Client(f"{base}/mlflow", hub) for _ in range(RUNS)]
    runs = [client.run() for client in clients]
    for client, run in zip(clients, runs, strict=True):
        client.post(
            "runs/log-batch",
            {
                "run_id": run,
                "metrics": [{"key": f"m{k}", "value": 0, "timestamp": 0, "step": 0} for k in range(VALUES)],
            },
        )
    sent: dict[str, list[tuple[float, int]]] = {run: [] for run in runs}
    browser.say("watchComparison", ids=runs)
    browser.say("watchRun", id=runs[0])
    writers = [
        threading.Thread(target=write, args=(client, run, sent[run])) for client, run in zip(clients, runs, strict=True)
    ]
    for writer in writers:
        writer.start()
        time.sleep(1 / BATCHES_A_SECOND / RUNS)
    for writer in writers:
        writer.join()
    time.sleep(2)
    taken = drawn(sent[runs[0]], browser.say("seen"))
    row(f"logged until drawn ({len(taken)} of {len(sent[runs[0]])} batches)", taken)


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    port, token = free_port(), secrets.token_hex(16)
    lab = lab_of(folder, port, token)
    base = f"http://127.0.0.1:{port}/hubcollab"
    try:
        wait_for(f"{base}/mlflow/version", {"Authorization": f"token {token}"})
        fill(folder / ".hubcollab" / "mlflow" / "mlflow.db")
        hub = {"Authorization": f"Bearer {hub_token(folder / '.hubcollab')}"}
        browser = Browser(f"http://127.0.0.1:{port}/lab?token={token}&reset")
        print(f"{'':44}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}")
        first, again = browser.say("firstRows")
        row("first rows of 10,000 runs, panel opened", [first])
        row("rows shown again", again)
        row("sorted by a metric or parameter", browser.say("sorted"))
        live(base, hub, browser)
        browser.close()
    finally:
        lab.terminate()
        lab.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
