"""How fast repos become searchable: a whole catalogue by words and by meaning, and one version just published.

    python -m benchmarks.search_indexing --catalogue FILE [--meaning 2000] [--published 20]

The catalogue is filled by the command that people use (``sync``), killed in the middle and run again. Meaning is
computed for so many documents and told for all; ``--meaning 0`` computes all of them. What is published is looked for
by another person, over HTTP, on a server of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.publish import hub
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.embed import MiniLm
from jupyter_hubcollab.catalogue.index import Index
from jupyter_hubcollab.catalogue.meaning import Meaning
from jupyter_hubcollab.catalogue.store import Store
from jupyter_hubcollab.hub.tokens import Tokens
from jupyter_hubcollab.storage.database import Database

KILLED_AFTER_S = 3.0
LONGEST_S = 30.0
AIM = {"words": 30.0, "meaning": 600.0, "published": 1.0}


def main() -> None:
    """Print what was measured beside what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_indexing")
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--meaning", type=int, default=2000)
    parser.add_argument("--published", type=int, default=20)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        _words(Path(folder), options.catalogue)
        _meaning(Path(folder), options.meaning)
    with tempfile.TemporaryDirectory() as folder:
        _published(Path(folder), options.published)


def _words(folder: Path, catalogue: Path) -> None:
    command = [sys.executable, "-m", "jupyter_hubcollab.cli", "sync", "--source", f"file:{catalogue}"]
    command += ["--data-dir", str(folder), "--json"]
    started = time.perf_counter()
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(KILLED_AFTER_S)
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    filled = time.perf_counter() - started
    read = next(iter(done["sources"].values()))["read"]
    store = Store(folder / "catalogue" / "catalogue.sqlite")
    started = time.perf_counter()
    index = Index(store)
    opened, total = time.perf_counter() - started, len(index)
    store.close()
    print(f"sync of {total:,} by words, killed once (the second run read {read:,}): {filled:.1f} s", end="")
    print(f" and {opened:.1f} s to open the index; wanted < {AIM['words']:.0f} s")


def _meaning(folder: Path, most: int) -> None:
    """As ``sync --embed`` does it, stopped after so many."""
    store = Store(folder / "catalogue" / "catalogue.sqlite")
    whole, done = len(store.unembedded(1 << 30)), 0

    def found(vectors: list[tuple[int, bytes]]) -> None:
        nonlocal done
        done += len(vectors)
        if most and done >= most:
            # Stopping from within its own batch: there is no thread to wait for.
            meaning.close()

    meaning = Meaning(store, lambda: MiniLm(threads=2), found, lambda: None)
    started, used = time.perf_counter(), time.process_time()
    meaning.catch_up()
    spent, computed = time.perf_counter() - started, time.process_time() - used
    left = len(store.unembedded(1 << 30))
    store.close()
    worked_out = "" if done == whole else ", worked out from them"
    print(
        f"meaning of {done:,} on two threads: {done / spent:.0f} a second; {spent * whole / done:.0f} s for all ",
        end="",
    )
    print(f"{whole:,}{worked_out}; wanted < {AIM['meaning']:.0f} s")
    quiet = computed * whole / done / 2
    print(f"of computing {computed * 1000 / done:.1f} ms each: {quiet:.0f} s for all on two cores that do nothing else")
    print(f"resumed where it stopped: {left:,} are left" if left == whole - done else f"LOST: {left:,} are left")


def _published(folder: Path, times: int) -> None:
    with hub(folder) as address:
        ann, bob = (
            Tokens(Database(f"sqlite:///{folder}/.hubcollab/index.sqlite")).create(
                Actor(name, name, "admin"), name="bench", scope="write"
            )
            for name in ("ann", "bob")
        )
        _asked(address, bob, "anything")
        waits = [_until_found(address, ann, bob, number) for number in range(times)]
    waits.sort()
    print(
        f"published and found by another: median {statistics.median(waits) * 1000:.0f} ms, "
        f"longest {waits[-1] * 1000:.0f} ms of {times}; wanted < {AIM['published']:.0f} s"
    )


def _until_found(address: str, publisher: str, asker: str, number: int) -> float:
    name = f"team/lamp-{number}-{time.monotonic_ns()}"
    content = name.encode()
    digest = hashlib.sha256(content).hexdigest()
    _call(address, publisher, f"blobs/{digest}", content, method="PUT")
    files = [{"path": "weights.bin", "digest": digest, "sizeBytes": len(content)}]
    body = {"files": files, "summary": f"Knows lamp number {number} by its light.", "task": "image-classification"}
    started = time.perf_counter()
    _call(address, publisher, f"models/{name}/publications", json.dumps(body).encode())
    while name not in _asked(address, asker, f"lamp {number} light"):
        if time.perf_counter() - started > LONGEST_S:
            raise TimeoutError(name)
    return time.perf_counter() - started


def _asked(address: str, token: str, text: str) -> list[str]:
    found = _call(address, token, f"search?{urllib.parse.urlencode({'q': text, 'limit': 200})}")
    return [hit["model"]["id"] for hit in found["hits"]]


def _call(address: str, token: str, path: str, content: bytes | None = None, *, method: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/api/{path}", content, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        told = answer.read()
    return json.loads(told) if told else None


if __name__ == "__main__":
    main()
