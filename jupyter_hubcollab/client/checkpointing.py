"""``hub.checkpoint(model, step=…)``: the state of a model on the hub, in the background, while it trains."""

from __future__ import annotations

import atexit
import hashlib
import os
import queue
import re
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import wire
from ..deltas import decode
from ..errors import BadInput, BlobNotFound, DigestMismatch, RunNotFound
from ..names import TENSOR_FOLDER, repo_id
from .addresses import inner, of_model, part
from .chaining import Sent, listed, pack_chained, pack_form, pack_whole
from .checkpoint_list import Checkpoints
from .connection import Connection, connect
from .forms import Form, form_of
from .publishing import Publication, send_missing
from .runs import logged
from .tensors import read, restore, tensors_of

WAITING_AT_MOST = 2
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Resumed:
    """A model as it was at a step."""

    model: Any
    step: int
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Task:
    """A checkpoint on its way."""

    hub: Connection
    repo: str
    arrays: Mapping[str, Any]
    form: Form
    asked: dict[str, Any]
    chain: int
    done: Future[wire.CheckpointList]


class _Writer:
    """One thread that writes what training leaves to it; at most two wait, then training does."""

    def __init__(self) -> None:
        self._tasks: queue.Queue[_Task] = queue.Queue(WAITING_AT_MOST)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._last: tuple[tuple[str, str, str], dict[str, Sent]] | None = None

    def add(self, task: _Task) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, daemon=True, name="checkpoints")
                self._thread.start()
                atexit.register(self._tasks.join)
        self._tasks.put(task)

    def _write(self) -> None:
        while True:
            task = self._tasks.get()
            try:
                task.done.set_result(self._sent(task))
            except Exception as error:  # noqa: BLE001 - the edge of a task; who waits for it is told
                task.done.set_exception(error)
            finally:
                self._tasks.task_done()

    def _sent(self, task: _Task) -> wire.CheckpointList:
        """Send a checkpoint; of the last run only, the tensors are remembered to compare with."""
        key = (task.hub.url, task.repo, task.asked["run_id"])
        before = self._last[1] if self._last is not None and self._last[0] == key else {}
        self._last = None
        if not task.chain:
            return _posted(task, {})[0]
        try:
            made, state = _posted(task, before)
        except BlobNotFound:
            if not before:
                raise
            made, state = _posted(task, {})  # what it would be compared with is not kept any more
        self._last = (key, state)
        return made


_writer = _Writer()


def checkpoint(  # noqa: PLR0913 -- options by keyword
    model: Any,
    *,
    step: int,
    metrics: Mapping[str, float] | None = None,
    repo: str | None = None,
    run: Any = None,
    keep: wire.Keep | None = None,
    private: bool = False,
    chain: int = 0,
    processor: Any = None,
    connection: Connection | None = None,
) -> Future[wire.CheckpointList]:
    """Keep the state of *model* at *step* on the branch ``runs/<id>`` of *repo*; returns before it is written.

    *run* is an MLflow run or its id; without it, the active one of this kernel. *keep* says which checkpoints stay:
    ``hub.Keep(last=3, best=1, every=0, metric="loss")``. Without *repo*, the notebook's name is the model's.
    With ``chain=8``, a tensor may be kept as what changed since the checkpoint before, at most eight times in a row:
    less is sent and stored, and one copy of the model stays in memory. *processor*: the tokenizer, or whatever else
    prepares the inputs of a model of transformers; its files are kept with it.

    ``.result()`` of what is returned waits and raises what went wrong.

    Raises:
        RunNotFound: no run is active and none was given.
        Unsaveable: the model has no tensors.
    """
    hub, known = connection or connect(), _run(run)
    done: Future[wire.CheckpointList] = Future()
    asked = {
        "run_id": known,
        "step": int(step),
        "metrics": {name: float(value) for name, value in (metrics or {}).items()},
        "keep": keep or wire.Keep(),
        "private": private,
    }
    name, arrays = str(repo_id(repo or default_repo())), tensors_of(model)
    _writer.add(_Task(hub, name, arrays, form_of(model, processor), asked, max(0, chain), done))
    return done


def checkpoints(repo: str, run: Any = None, *, connection: Connection | None = None) -> Checkpoints:
    """The checkpoints of a run that are kept, by step."""
    hub = connection or connect()
    return Checkpoints(hub.get(f"{_where(repo)}/checkpoints", wire.CheckpointList, run=_run(run)).checkpoints)


def resume(
    model: Any, repo: str, run: Any = None, *, step: int | None = None, connection: Connection | None = None
) -> Resumed | None:
    """Put a checkpoint into *model*: the newest, or that of *step*; None where the run has none.

    Raises:
        BadInput: there are checkpoints, but none of *step*.
    """
    hub = connection or connect()
    kept = hub.get(f"{_where(repo)}/checkpoints", wire.CheckpointList, run=_run(run))
    found = kept.checkpoints
    if not found:
        return None
    wanted = found[-1] if step is None else next((one for one in found if one.step == step), None)
    if wanted is None:
        raise BadInput(f"there is no checkpoint of step {step}; there are {[one.step for one in found]}")
    branch = part(f"runs/{wanted.run_id}")
    places = {file.whole: (file, file.path) for file in kept.bases}
    for one in kept.checkpoints:
        places |= {file.whole: (file, f"step-{one.step:012d}/{file.path}") for file in one.files}

    def whole(digest: str) -> bytes:
        file, path = places[digest]
        content = b"".join(hub.receive(f"{_where(repo)}/resolve/{branch}/{inner(path)}"))
        content = decode(whole(file.base), content) if file.base is not None else content
        if hashlib.sha256(content).hexdigest() != digest:
            raise DigestMismatch(f"'{file.path}' arrived damaged; resume again")
        return content

    arrays = dict(read(whole(file.whole)) for file in wanted.files if file.path.startswith(TENSOR_FOLDER))
    return Resumed(restore(model, arrays), wanted.step, wanted.metrics)


def promote(
    repo: str,
    run: Any = None,
    *,
    step: int,
    message: str = "",
    tag: str | None = None,
    connection: Connection | None = None,
) -> Publication:
    """Make a version of the checkpoint of *step*."""
    hub = connection or connect()
    address = f"{_where(repo)}/checkpoints/{part(_run(run))}/{int(step)}/promote"
    made = hub.post(address, wire.Promotion(message=message, tag=tag), wire.Publication)
    return Publication(made.repo_id, made.revision, made.tag, made.url, made.version)


def default_repo() -> str:
    """The user's model that is named after the notebook."""
    notebook = Path(os.environ.get("HUBCOLLAB_NOTEBOOK", "")).stem
    user = os.environ.get("HUBCOLLAB_USER", "")
    name = _NOT_IN_NAMES.sub("-", notebook).strip("-") or "checkpoints"
    owner = _NOT_IN_NAMES.sub("-", user).strip("-")
    if not owner:
        raise BadInput("say which model this is: checkpoint(model, step=…, repo='team/name')")
    return f"{owner}/{name}"


def _run(run: Any) -> str:
    if isinstance(run, str):
        return run
    known = logged(run).run_id
    if known is None:
        raise RunNotFound("checkpoints belong to a run: begin one with mlflow.start_run(), or pass run=")
    return known


def _where(repo: str) -> str:
    return of_model(repo_id(repo))


def _posted(task: _Task, before: Mapping[str, Sent]) -> tuple[wire.CheckpointList, dict[str, Sent]]:
    with tempfile.TemporaryDirectory(prefix="hubcollab-") as folder:
        scratch = Path(folder)
        packed = (
            pack_chained(task.arrays, scratch, before, task.chain) if task.chain else pack_whole(task.arrays, scratch)
        )
        form = pack_form(task.form(), scratch)
        send_missing(task.hub, task.repo, [*packed.to_send, *form])
        files = [*packed.listed, *map(listed, form)]
        asked = wire.CheckpointRequest(files=files, deltas=packed.deltas, **task.asked)
        return task.hub.post(f"{_where(task.repo)}/checkpoints", asked, wire.CheckpointList), packed.state
