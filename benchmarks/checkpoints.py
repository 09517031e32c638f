"""What eight checkpoints of a training take: whole files, tensors of their own, chunks as Xet has them, and chains.

A network of scikit-learn that knows its bundled digits is tuned on with Adam at a rate of 2e-5, float32, a checkpoint
every five steps; once all of it, once with the first layers frozen. Nothing is sent anywhere: counted are the bytes
that the hub would keep, each content once.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from jupyter_hubcollab.client.chaining import Sent, pack_chained, pack_whole

CHECKPOINTS = 8
STEPS_BETWEEN = 5
WIDTH = (1024, 1024, 512)
CHUNK = 64 << 10


def training(frozen: int) -> Iterator[dict[str, Any]]:
    """The weights at each checkpoint; the first *frozen* layers do not move."""
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    x, y = load_digits(return_X_y=True)
    x = (x / 16).astype("float32")
    model = MLPClassifier(WIDTH, batch_size=64, random_state=0)
    order = random.Random(0)
    for _ in range(100):  # it has learned something before
        some = order.sample(range(len(x)), 64)
        model.partial_fit(x[some], y[some], classes=list(range(10)))
    model._optimizer.learning_rate_init = 2e-5
    first = [one.copy() for one in model.coefs_]
    for _ in range(CHECKPOINTS):
        for _ in range(STEPS_BETWEEN):
            some = order.sample(range(len(x)), 64)
            model.partial_fit(x[some], y[some])
            for layer in range(frozen):
                model.coefs_[layer][...] = first[layer]
        layers = [*model.coefs_[:frozen], *model.coefs_[frozen:]]
        yield {f"layer/{number}": np.array(one, "float32") for number, one in enumerate(layers)}


def chunks(content: bytes) -> Iterator[bytes]:
    """Pieces of fixed length: what chunks by content find in tensors that keep their place, too."""
    for start in range(0, len(content), CHUNK):
        yield content[start : start + CHUNK]


def measured(frozen: int) -> None:
    raw, kept = 0, {name: dict[str, int]() for name in ("tensors", "chunks", "chain 8")}
    before: dict[str, Sent] = {}
    took = {"tensors": 0.0, "chain 8": 0.0}
    for arrays in training(frozen):
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            whole = pack_whole(arrays, Path(folder))
            took["tensors"] += time.process_time() - began
            raw += sum(file.size for file in whole.to_send)
            kept["tensors"] |= {file.digest: file.size for file in whole.to_send}
            for file in whole.to_send:
                for piece in chunks(file.source.read_bytes()):
                    kept["chunks"][hashlib.sha256(piece).hexdigest()] = len(piece)
            began = time.process_time()
            chained = pack_chained(arrays, Path(folder), before, 8)
            took["chain 8"] += time.process_time() - began
            before = chained.state
            kept["chain 8"] |= {file.digest: file.size for file in chained.to_send}
    print(f"{frozen} of {len(WIDTH) + 1} layers frozen: {CHECKPOINTS} checkpoints of {raw / CHECKPOINTS / 1e6:.1f} MB")
    print(f"{'':12}{'MB kept':>10}{'of raw':>8}{'MB/s of processor time':>24}")
    print(f"{'whole files':12}{raw / 1e6:10.1f}{1:8.2f}")
    for name, found in kept.items():
        size = sum(found.values())
        speed = f"{raw / 1e6 / took[name]:24.0f}" if name in took else ""
        print(f"{name:12}{size / 1e6:10.1f}{size / raw:8.2f}{speed}")
    print()


def main() -> None:
    measured(0)
    measured(2)


if __name__ == "__main__":
    main()
