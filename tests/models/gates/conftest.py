"""Gates on a hub in a temporary folder; a model that scikit-learn really trained."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from people import ANN, DIGITS

from jupyter_hubcollab import wire
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.models.gates.moved import GateMoved
from jupyter_hubcollab.models.gates.opening import open_gates
from jupyter_hubcollab.models.gates.service import ModelGates
from jupyter_hubcollab.names import FilePath

LINES = 1797


@dataclass
class Bench:
    """What tests of gates do again and again."""

    hub: Hub
    models: Models
    gates: ModelGates
    publish: Any
    heard: Any

    def rules(self, text: str, **files: str) -> None:
        """Put hubcollab.yaml, and other files, on main."""
        self.put({"hubcollab.yaml": text} | {name.replace("__", "/"): content for name, content in files.items()})

    def put(self, files: dict[str, str], actor: Actor = ANN, **options: Any) -> None:
        changes = [Put(FilePath(path), text.encode(), len(text.encode())) for path, text in files.items()]
        self.hub.commits.commit(actor, DIGITS, changes, message="Change", **options)

    def ended(self, tag: str | None = None, pull: int | None = None) -> wire.GateRun:
        """The first run of a version or pull request that ended."""
        moved = self.heard.wait(
            lambda one: (
                isinstance(one, GateMoved)
                and (one.run.tag, one.run.pull) == (tag, pull)
                and one.run.ended_at is not None
            )
        )
        return moved.run


@pytest.fixture
def at_once() -> int:
    """So many runs go on side by side."""
    return 1


@pytest.fixture
def bench(hub: Hub, models: Models, publish: Any, tmp_path: Path, heard: Any, at_once: int) -> Iterator[Bench]:
    hub.repos.create(ANN, DIGITS)
    hub.events.on(GateMoved, heard)
    gates = open_gates(hub, models, tmp_path / "gates", dict(os.environ), at_once=at_once)
    yield Bench(hub, models, gates, publish, heard)
    gates.close()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], dict[str, bytes]]:
    """The files of a classifier of digits, as `hub.publish` writes them."""
    from sklearn.datasets import load_digits
    from sklearn.naive_bayes import GaussianNB

    from jupyter_hubcollab.client.flavors import Wish, save

    folder = tmp_path_factory.mktemp("trained") / "model"
    pixels, digits = load_digits(return_X_y=True)
    save(GaussianNB().fit(pixels, digits), folder, Wish("safe", None))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    rows = [
        {"name": f"digit {at}", "input": pixels[at].tolist(), "expect": {"label": int(digits[at])}} for at in (0, 1, 2)
    ]
    files["tests/examples.jsonl"] = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    return lambda: dict(files)
