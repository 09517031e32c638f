"""What the program is asked to do, and how it answers."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .isolation import isolate

Found = dict[str, Any]
"""What a task leaves behind; its keys are those of ``verdicts.Found``."""


@dataclass(frozen=True)
class Task:
    """One job: exactly the JSON that the server wrote."""

    kind: str
    model: Path
    """The files of the version."""
    code: Path
    """The files of the repo from which examples, scripts and notebooks come."""
    out: Path
    work: Path
    """An empty folder, thrown away afterwards."""
    dataset: Path | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    wanted: dict[str, Any] = field(default_factory=dict)
    """What the kind of task needs besides."""


def read(path: str) -> Task:
    """The task in a file."""
    given = json.loads(Path(path).read_text())
    for name in ("model", "code", "out", "work", "dataset"):
        given[name] = Path(given[name]) if given.get(name) else None
    return Task(**given)


def main(path: str) -> int:
    """Do the task in the file *path*; 0 if it could be done."""
    task = read(path)
    isolation = isolate(task.limits)
    begun = time.perf_counter()
    try:
        found = _doer(task.kind)(task)
    except BaseException as error:  # noqa: BLE001 -- the edge of a task: other people's code
        traceback.print_exc()
        found = {"error": said(error)}
    found |= {"isolation": isolation, "seconds": time.perf_counter() - begun}
    sys.stdout.flush()
    sys.stderr.flush()
    part = task.out.with_suffix(".part")
    part.write_text(json.dumps(found, allow_nan=False, default=str))
    part.replace(task.out)
    return 1 if "error" in found else 0


def said(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:600]}"


def _doer(kind: str) -> Callable[[Task], Found]:
    if kind == "asking":
        from .asking import ask

        return ask
    if kind in ("notebook", "reproduction"):
        from .notebooks import execute

        return execute
    from .measuring import DOERS

    return DOERS[kind]
