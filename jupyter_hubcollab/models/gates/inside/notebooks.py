"""Runs a notebook: one that evaluates, with parameters, or the one that trained the model, to see it again."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from .measuring import measured
from .task import Found, Task

_LEAVE = """
import json as _json
_json.dump({_name: [float(_one) for _one in _value] if hasattr(_value, "__len__") else float(_value)
            for _name, _value in dict(metrics).items()}, open(%r, "w"))
"""
_RECORD = """
def _hubcollab_record(path):
    import json

    def publish(model, repo, **said):
        numbers = said.get("metrics")
        if numbers is None:
            import mlflow
            run = said.get("run") or mlflow.active_run() or mlflow.last_active_run()
            run = mlflow.get_run(getattr(getattr(run, "info", None), "run_id", run)) if run else None
            numbers = dict(run.data.metrics) if run else {}
        json.dump({name: float(value) for name, value in numbers.items()}, open(path, "w"))
        print(f"not published again: {repo}, {numbers}")

    try:
        import jupyter_hubcollab
    except ImportError:
        return
    jupyter_hubcollab.publish = publish

_hubcollab_record(%r)
"""
_LAST_RUN = """
def _hubcollab_last(path):
    import json, os
    if not os.path.exists(path):
        import mlflow
        run = mlflow.last_active_run()
        numbers = dict(mlflow.get_run(run.info.run_id).data.metrics) if run else dict(globals().get("metrics") or {})
        json.dump({name: float(value) for name, value in numbers.items()}, open(path, "w"))

_hubcollab_last(%r)
"""


def execute(task: Task) -> Found:
    """Run ``wanted['notebook']``; the metrics that it leaves or records."""
    nbformat: Any = importlib.import_module("nbformat")
    left = task.work / "metrics.json"
    place = task.code if task.kind == "notebook" else task.model
    notebook = nbformat.read(place / str(task.wanted["notebook"]), as_version=4)
    if task.kind == "notebook":
        given = dict(task.wanted.get("parameters", {}))
        given |= {"model_path": str(task.model), "dataset": str(task.dataset) if task.dataset else None}
        _insert(notebook, _place(notebook), "\n".join(f"{name} = {value!r}" for name, value in given.items()))
        _insert(notebook, len(notebook.cells), _LEAVE % str(left))
    else:
        _insert(notebook, 0, _RECORD % str(left))
        _insert(notebook, len(notebook.cells), _LAST_RUN % str(left))
    _run(notebook, task.work)
    return measured(json.loads(left.read_text()))


def _place(notebook: Any) -> int:
    """Behind the cell that is tagged ``parameters``, as papermill has it; else in front."""
    for number, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", []):
            return number + 1
    return 0


def _insert(notebook: Any, at: int, source: str) -> None:
    nbformat: Any = importlib.import_module("nbformat")
    cell = nbformat.v4.new_code_cell(source)
    if notebook.nbformat_minor < 5:
        cell.pop("id", None)
    notebook.cells.insert(at, cell)


def _run(notebook: Any, folder: Path) -> None:
    """All cells, in a kernel of this same Python; what they print goes to the log."""
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager: Any = AsyncKernelManager()
    manager.kernel_spec.argv[:] = command
    total = sum(cell.cell_type == "code" for cell in notebook.cells)

    async def began(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code":
            print(f"cell {cell_index + 1} ({total} with code): {cell.source.strip().splitlines()[:1]}", flush=True)

    async def ended(cell: Any, **_: Any) -> None:
        for output in cell.get("outputs", []):
            print(output.get("text") or output.get("data", {}).get("text/plain", ""), end="", flush=True)

    client = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=began,
        on_cell_executed=ended,
    )
    client.execute()
