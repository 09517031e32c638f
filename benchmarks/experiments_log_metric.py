"""Cost of one logged metric: the MLflow child alone, and through our route with a token.

The child runs as it does in the lab, and ``mlflow server`` as it is installed beside it, which takes a minute to start;
``python -m benchmarks.experiments_log_metric --no-stock`` leaves it out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_hubcollab.experiments.tracking import Tracking

ROUNDS = 3
CALLS = 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Client:
    """One kept connection, as MLflow's own client has."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._prefix = parts.path.rstrip("/")
        self._headers = {**headers, "Content-Type": "application/json"}
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=180)

    def post(self, path: str, body: object) -> bytes:
        """What MLflow answers."""
        self._connection.request("POST", f"{self._prefix}/api/2.0/mlflow/{path}", json.dumps(body), self._headers)
        reply = self._connection.getresponse()
        content = reply.read()
        assert reply.status == 200, content
        return content

    def run(self) -> str:
        """Id of a new run."""
        return str(
            json.loads(self.post("runs/create", {"experiment_id": "0", "start_time": 1}))["run"]["info"]["run_id"]
        )

    def timed(self, calls: int) -> list[float]:
        """Milliseconds that each of *calls* metrics took."""
        run = self.run()
        taken = []
        for step in range(calls):
            body = {"run_id": run, "key": "loss", "value": 1 / (step + 1), "timestamp": step, "step": step}
            began = time.perf_counter()
            self.post("runs/log-metric", body)
            taken.append((time.perf_counter() - began) * 1000)
        return taken


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def started_lab(folder: Path, port: int, token: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jupyter", "server", f"--port={port}", "--allow-root", "--no-browser"]
    options = ["--ServerApp.jpserver_extensions={'jupyter_hubcollab':True}", "--ServerApp.port_retries=0"]
    environ = os.environ | {"JUPYTER_TOKEN": token}
    return subprocess.Popen(
        command + options, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(url: str, headers: Mapping[str, str]) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=120).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def hub_token(data: Path) -> str:
    """A token as kernels have it."""
    from jupyter_hubcollab.access import Actor
    from jupyter_hubcollab.hub.tokens import Tokens
    from jupyter_hubcollab.storage.database import Database

    database = Database(f"sqlite:///{data / 'index.sqlite'}")
    token = Tokens(database).create(Actor("bench", "Bench"), name="benchmark", scope="write")
    database.close()
    return token


def compare(clients: Mapping[str, Client]) -> None:
    taken: dict[str, list[float]] = {name: [] for name in clients}
    for client in clients.values():
        client.timed(20)
    for _ in range(ROUNDS):  # in turns, so that whatever else the machine does weighs on all alike
        for name, client in clients.items():
            taken[name] += client.timed(CALLS)
    print(f"{'':34}{'p50 ms':>8}{'p95 ms':>8}")
    for name, values in taken.items():
        print(f"{name:34}{percentile(values, 0.5):8.2f}{percentile(values, 0.95):8.2f}")
    names = list(taken)
    print(
        f"{names[1]} over {names[0]}: {percentile(taken[names[1]], 0.5) - percentile(taken[names[0]], 0.5):+.2f} ms p50"
    )


def stock_server(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    folder.mkdir()
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    return process, f"http://127.0.0.1:{port}"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--no-stock", action="store_true", help="leave out `mlflow server` as installed")
    with_stock = not options.parse_args().no_stock
    folder = Path(tempfile.mkdtemp())
    child = Tracking(folder / "child", lambda _: None, environ=os.environ)
    port, token = free_port(), secrets.token_hex(16)
    (folder / "lab").mkdir()
    lab = started_lab(folder / "lab", port, token)
    base = f"http://127.0.0.1:{port}/hubcollab"
    other: subprocess.Popen[bytes] | None = None
    try:
        address = child.reach().result()
        wait_for(f"{base}/mlflow/version", {"Authorization": f"token {token}"})
        hub = {"Authorization": f"Bearer {hub_token(folder / 'lab' / '.hubcollab')}"}
        clients = {"the child alone": Client(address.url, address.headers), "our route": Client(f"{base}/mlflow", hub)}
        if with_stock:
            other, url = stock_server(folder / "stock")
            wait_for(f"{url}/version", {})
            clients["mlflow server as installed"] = Client(url, {})
        compare(clients)
    finally:
        child.stop()
        lab.terminate()
        lab.wait(30)
        if other is not None:
            os.killpg(other.pid, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
