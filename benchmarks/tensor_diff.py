"""Difference of two versions of a model with 1 GiB of safetensors each: how long, and how much memory.

Every tensor of the second version moved a little, but for the first quarter. Peer: both files loaded at once with
``safetensors.numpy`` and compared tensor by tensor (``pip install safetensors ml_dtypes``). Each is measured in a
process of its own; memory is the growth of its peak.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

MIB = int(os.environ.get("TENSOR_DIFF_MIB", "1024"))
LAYERS = 32
TENSORS = 8
MOST_S, MOST_MB = 20.0, 500.0
NAMES = [f"model.layers.{layer}.block.{at}.weight" for layer in range(LAYERS) for at in range(TENSORS)]


def content(version: int) -> Iterator[bytes]:
    """A safetensors file of ``MIB`` mebibytes of bfloat16."""
    rows = MIB * (1 << 20) // 2 // len(NAMES) // 1024
    length = rows * 1024 * 2
    header = {
        name: {"dtype": "BF16", "shape": [rows, 1024], "data_offsets": [at * length, (at + 1) * length]}
        for at, name in enumerate(NAMES)
    }
    head = json.dumps(header).encode()
    yield struct.pack("<Q", len(head)) + head
    for at in range(len(NAMES)):
        values = np.random.default_rng(at).standard_normal(rows * 1024, np.float32)
        if version and at >= len(NAMES) // 4:
            values += np.random.default_rng(at + 10_000).standard_normal(rows * 1024, np.float32) * np.float32(0.01)
        yield (values.view("<u4") >> 16).astype("<u2").tobytes()


def publish(folder: Path) -> None:
    """Both versions in a hub, and as plain files for the peer."""
    from jupyter_hubcollab.access import Actor
    from jupyter_hubcollab.hub.changes import Put
    from jupyter_hubcollab.hub.hub import open_hub
    from jupyter_hubcollab.names import FilePath, RepoId
    from jupyter_hubcollab.storage.database import Database

    hub = open_hub(folder, Database(f"sqlite:///{folder}/index.sqlite"))
    ann, repo = Actor("ann", "Ann"), RepoId("team", "large")
    hub.repos.create(ann, repo)
    for version in (0, 1):
        file = folder / f"v{version + 1}.safetensors"
        with file.open("wb") as target:
            target.writelines(content(version))
        with file.open("rb") as source:
            digest = hub.blobs.put(iter(lambda source=source: source.read(1 << 20), b""))
        put = Put(FilePath("model.safetensors"), digest, file.stat().st_size)
        hub.commits.commit(ann, repo, [put], message="train", tag=f"v{version + 1}")
    hub.close()


def ours(folder: Path) -> dict[str, Any]:
    """What the hub does, in a job and then from memory."""
    from jupyter_hubcollab import wire
    from jupyter_hubcollab.access import Actor
    from jupyter_hubcollab.hub.hub import open_hub
    from jupyter_hubcollab.jobs import Jobs
    from jupyter_hubcollab.models import open_models
    from jupyter_hubcollab.models.diff import Diffs, RepoSides
    from jupyter_hubcollab.storage.database import Database

    database = Database(f"sqlite:///{folder}/index.sqlite")
    hub = open_hub(folder, database)
    jobs = Jobs(database, lambda _event: None)
    models, ann = open_models(hub), Actor("ann", "Ann")
    diffs = Diffs({"": RepoSides(hub.refs, hub.files, hub.blobs, models.facts, models.evaluated).open}, database, jobs)
    sides = ("team/large@v1", "team/large@v2")
    began, before = time.perf_counter(), peak_mb()
    headers = diffs.between(*(diffs.open(ann, side) for side in sides))
    headers_s = time.perf_counter() - began
    job = diffs.measure(ann, wire.DiffAsked(before=sides[0], after=sides[1]))
    while (state := jobs.get(ann, job.id)).state in ("queued", "running"):
        time.sleep(0.02)
    assert state.state == "done", state.detail
    found = diffs.between(*(diffs.open(ann, side) for side in sides))
    took = time.perf_counter() - began
    memory = peak_mb() - before
    again = time.perf_counter()
    diffs.between(*(diffs.open(ann, side) for side in sides))
    again_s = time.perf_counter() - again
    jobs.close()
    assert not headers.tensors.measured
    moved = {one.name: one.relative for one in found.tensors.tensors}
    return {"seconds": took, "mb": memory, "headers": headers_s, "again": again_s, "moved": moved}


def peer(folder: Path) -> dict[str, Any]:
    """Both files in memory."""
    import ml_dtypes  # noqa: F401 -- teaches NumPy bfloat16
    from safetensors.numpy import load_file

    began, before = time.perf_counter(), peak_mb()
    a, b = load_file(folder / "v1.safetensors"), load_file(folder / "v2.safetensors")
    moved = {}
    for name, left in a.items():
        x, y = left.astype(np.float32).ravel(), b[name].astype(np.float32).ravel()
        relative = float(np.linalg.norm(y - x) / np.linalg.norm(x))
        if relative:
            moved[name] = relative
    return {"seconds": time.perf_counter() - began, "mb": peak_mb() - before, "moved": moved}


def peak_mb() -> float:
    """The most memory that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(part: str, folder: Path) -> dict[str, Any]:
    """A part in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.tensor_diff", part, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1] if done.stdout.strip() else "{}")
    return found


def main() -> int:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone("publish", folder)
        found = alone("ours", folder)
        other = alone("peer", folder)
    assert found["moved"].keys() == other["moved"].keys()
    worst = max(abs(found["moved"][name] / value - 1) for name, value in other["moved"].items())
    print(f"| {MIB} MiB of bfloat16, twice | seconds | peak memory, MB |\n|---|---|---|")
    print(f"| by the hub | {found['seconds']:.1f} | {found['mb']:.0f} |")
    print(f"| its headers and everything else | {found['headers']:.2f} | |")
    print(f"| asked again | {found['again']:.2f} | |")
    print(f"| peer: safetensors.numpy, both loaded | {other['seconds']:.1f} | {other['mb']:.0f} |")
    print(f"\nLimits: {MOST_S:.0f} s, {MOST_MB:.0f} MB. The two agree on every tensor to {worst:.1e}.")
    return int(found["seconds"] > MOST_S or found["mb"] > MOST_MB)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        result = {"publish": publish, "ours": ours, "peer": peer}[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps(result or {}))
    else:
        sys.exit(main())
