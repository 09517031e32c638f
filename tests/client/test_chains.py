"""Chains of checkpoints: less is stored, and every step comes back as it was, whatever became of the others."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from live import Live

import jupyter_hubcollab as notebook
from jupyter_hubcollab import wire
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.deltas import decode, encode
from jupyter_hubcollab.errors import BadInput, BlobNotFound, DigestMismatch

RUN = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"team/d{abs(hash(request.node.nodeid)) % 10**12}"


def trained(step: int) -> dict[str, Any]:
    """Weights that move a little at each step, and a part that does not."""
    start = np.random.default_rng(7).normal(size=20_000).astype("float32")
    moves = np.random.default_rng(8).normal(size=(step + 1, 20_000)).astype("float32")
    return {"frozen": np.arange(5_000, dtype="float32"), "größe": start + 1e-4 * moves.sum(axis=0)}


def keep(name: str, steps: range, chain: int = 3, **rules: int) -> list[wire.Checkpoint]:
    for step in steps:
        rule = notebook.Keep(**{"last": 99, "best": 0, **rules})
        done = notebook.checkpoint(trained(step), step=step, repo=name, run=RUN, keep=rule, chain=chain)
    return done.result(60).checkpoints


def same(found: Any, step: int) -> bool:
    return all(np.array_equal(found.model[key], wanted) for key, wanted in trained(step).items())


def test_every_link_of_a_chain_comes_back_as_it_was(hub: Connection, name: str) -> None:
    """Deltas are smaller; after so many links comes a whole one; what does not change is stored once."""
    kept = keep(name, range(6))

    moved = [next(file for file in one.files if "frozen" not in file.path) for one in kept]
    assert [file.base is None for file in moved] == [True, False, False, False, True, False]
    assert all(file.size_bytes < 0.75 * moved[0].size_bytes for file in moved if file.base)
    assert len({file.digest for one in kept for file in one.files if "frozen" in file.path}) == 1
    assert all(same(notebook.resume({}, name, RUN, step=step), step) for step in range(6))


def test_what_others_need_stays_when_its_checkpoint_goes(hub: Connection, live_hub: Live, name: str) -> None:
    """Retention drops the steps between; the garbage collector and fsck see what is left as whole."""
    kept = keep(name, range(8), chain=64, last=1, every=5)

    assert [one.step for one in kept] == [0, 5, 7]
    assert all(same(notebook.resume({}, name, RUN, step=step), step) for step in (0, 5, 7))
    listed = hub.get(f"models/{name}/checkpoints", wire.CheckpointList, run=RUN)
    assert len(listed.bases) == 5
    command = [sys.executable, "-m", "jupyter_hubcollab.cli", "fsck", "--data-dir", str(live_hub.folder), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_bases_that_nobody_needs_go_too(hub: Connection, name: str) -> None:
    """A whole checkpoint ends the chain before it."""
    keep(name, range(4), chain=64, last=1)

    keep(name, range(4, 5), chain=0, last=1)

    listed = hub.get(f"models/{name}/checkpoints", wire.CheckpointList, run=RUN)
    assert ([one.step for one in listed.checkpoints], listed.bases) == ([4], [])


def test_a_version_of_a_link_is_whole(hub: Connection, name: str, tmp_path: Path) -> None:
    """Who reads it needs to know of no chain."""
    keep(name, range(3))

    made = notebook.promote(name, RUN, step=2)

    folder = notebook.download(name, revision=made.tag)
    files = sorted(file.name for file in (folder / "tensors").iterdir())
    assert all(file.endswith(".safetensors") for file in files)
    from safetensors.numpy import load_file

    arrays = {key: one for file in files for key, one in load_file(folder / "tensors" / file).items()}
    assert all(np.array_equal(arrays[key], wanted) for key, wanted in trained(2).items())


def test_a_chain_whose_past_is_gone_begins_anew(hub: Connection, name: str) -> None:
    """Somebody deleted the branch while the kernel went on."""
    keep(name, range(2))
    hub.delete(f"repos/models/{name}/refs/branch/runs/{RUN}")

    kept = keep(name, range(2, 4))

    assert [one.step for one in kept] == [2, 3]
    assert same(notebook.resume({}, name, RUN), 3)


def test_the_hub_refuses_a_delta_of_nothing(hub: Connection, name: str) -> None:
    """And keeps what there is."""
    keep(name, range(1))
    content = b"x" * 10
    digest = hashlib.sha256(content).hexdigest()
    hub.send(f"blobs/{digest}", lambda: iter([content]), len(content))
    asked = wire.CheckpointRequest(
        run_id=RUN,
        step=9,
        files=[wire.PublishedFile(path="tensors/x.safetensors.delta", digest=digest, size_bytes=10)],
        deltas=[wire.CheckpointDelta(path="tensors/x.safetensors.delta", whole="a" * 64, base="b" * 64)],
    )

    with pytest.raises(BlobNotFound, match="send it whole"):
        hub.post(f"models/{name}/checkpoints", asked, wire.CheckpointList)

    assert [one.step for one in notebook.checkpoints(name, RUN)] == [0]
    with pytest.raises(BadInput):
        notebook.promote(name, "../x", step=0)


@given(some.binary(max_size=200), some.data(), some.sampled_from([1, 2, 4, 8]))
def test_a_delta_makes_the_new_of_the_old(old: bytes, data: Any, number_bytes: int) -> None:
    """Whatever the bytes, also where the last number is cut off."""
    new = data.draw(some.binary(min_size=len(old), max_size=len(old)))

    assert decode(old, encode(old, new, number_bytes)) == new


@pytest.mark.parametrize(
    "delta", [b"", b"HCDELTA1", b"no delta at all, but long", encode(b"12345678", b"12345679", 4)[:-3], None]
)
def test_a_damaged_delta_is_told(delta: bytes | None) -> None:
    """Cut off, foreign, of another length, or one that would swell."""
    swelling = encode(b"\0" * 8, b"\0" * 8, 4)[:24] + encode(b"\0" * 10_000_000, b"\0" * 10_000_000, 4)[24:]

    with pytest.raises(DigestMismatch):
        decode(b"12345678", swelling if delta is None else delta)
