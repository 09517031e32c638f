"""Publish and load the digits model from a cell: the first time in a kernel, and warm; and a large file from a folder.

Peers: what MLflow alone takes to save the same model to a local folder, with requirements found out by itself (its
default), and the unmodified huggingface_hub with the same folder to the same hub. Wall times, medians of ``ROUNDS``.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROUNDS = 5
LARGE_MB = 64
LONGEST_S = 120.0
TOKEN = "t" * 32


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """A Jupyter server with the extension; its address."""
    port = free_port()
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"]
    command += ["--ServerApp.jpserver_extensions={'jupyter_hubcollab': True}"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "c"), "JUPYTER_RUNTIME_DIR": str(folder / "r")}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    address = f"http://127.0.0.1:{port}/hubcollab"
    try:
        wait_for(f"{address}/api/me", server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when *url* answers."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    while server.poll() is None:
        try:
            urllib.request.urlopen(request).read()
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server ended")


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def digits_models() -> Any:
    """The two models of the quickstart, and a forest."""
    from sklearn.datasets import load_digits
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.naive_bayes import GaussianNB
    from sklearn.svm import SVC

    x, y = load_digits(return_X_y=True)
    models = (GaussianNB(), SVC(gamma=0.001), RandomForestClassifier(100, random_state=0))
    return [model.fit(x, y) for model in models]


def cold() -> dict[str, float]:
    """In a fresh process, as a kernel that has trained and not yet published."""
    small, *_ = digits_models()

    import jupyter_hubcollab

    return {"first publish in a kernel": seconds(lambda: jupyter_hubcollab.publish(small, "team/cold"))}


def warm() -> dict[str, float]:
    """Medians in a process that has published before."""
    import jupyter_hubcollab

    small, vectors, forest = digits_models()
    jupyter_hubcollab.publish(small, "team/warm")
    found = {}
    for name, model in (
        ("naive Bayes model", small),
        ("support vector machine", vectors),
        ("forest of 100 trees", forest),
    ):
        times = [seconds(lambda model=model: jupyter_hubcollab.publish(model, "team/warm")) for _ in range(ROUNDS)]
        found[f"publish a {name}, warm"] = statistics.median(times)
    jupyter_hubcollab.load("team/warm")
    found["load the forest, warm"] = statistics.median(
        seconds(lambda: jupyter_hubcollab.load("team/warm")) for _ in range(ROUNDS)
    )
    return found | large(jupyter_hubcollab)


def large(module: Any) -> dict[str, float]:
    """A folder with one file of random bytes, sent, sent again, and fetched."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "large"
        folder.mkdir()
        with (folder / "weights.bin").open("wb") as file:
            for _ in range(LARGE_MB):
                file.write(secrets.token_bytes(1 << 20))
        return {
            f"publish {LARGE_MB} MB": seconds(lambda: module.publish(folder, "team/large")),
            f"publish the same {LARGE_MB} MB again": seconds(lambda: module.publish(folder, "team/large")),
            f"download {LARGE_MB} MB": seconds(lambda: module.download("team/large")),
        }


def mlflow_alone() -> dict[str, float]:
    """The small model by MLflow as it is, to disk."""
    import mlflow.sklearn

    small, *_ = digits_models()
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        took = seconds(lambda: mlflow.sklearn.save_model(small, Path(name) / "model"))
    return {"peer: mlflow save_model of the small model to disk": took}


def huggingface() -> dict[str, float]:
    """The small model's folder by huggingface_hub, to the same hub."""
    from huggingface_hub import HfApi

    from jupyter_hubcollab.client.flavors import Wish, save

    small, *_ = digits_models()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "model"
        save(small, folder, Wish("safe", None))
        api = HfApi()
        api.create_repo("team/peer", exist_ok=True)
        took = seconds(lambda: api.upload_folder(repo_id="team/peer", folder_path=folder))
    return {"peer: upload_folder of the small model": took}


def in_process(part: str, address: str, folder: Path) -> dict[str, float]:
    """Run a part in a process of its own."""
    environment = {
        **os.environ,
        "HUBCOLLAB_URL": address,
        "HUBCOLLAB_TOKEN": TOKEN,
        "HUBCOLLAB_CACHE": str(folder / "k"),
    }
    environment |= {"HF_ENDPOINT": f"{address}/hf", "HF_TOKEN": TOKEN, "HF_HOME": str(folder / "hf")}
    command = [sys.executable, "-m", "benchmarks.publish", part]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return {f"{part}: given up after": LONGEST_S}
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


AIMS = {"first publish": "", "publish a": "< 3 s"}


def main() -> None:
    """Print the table."""
    parts = {"cold": cold, "warm": warm, "huggingface": huggingface, "mlflow alone": mlflow_alone}
    if sys.argv[1:]:
        print(json.dumps(parts[sys.argv[1]]()))
        return
    with tempfile.TemporaryDirectory() as name, hub(Path(name)) as address:
        for part in parts:
            for what, took in in_process(part, address, Path(name)).items():
                aim = next((aim for begin, aim in AIMS.items() if what.startswith(begin)), "")
                print(f"| {what:55} | {took:8.2f} s | {aim:6} |", flush=True)


if __name__ == "__main__":
    main()
