"""From a cell to a published model: a real kernel, the real client, the real MLflow, the whole extension."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyter_hubcollab.collab import parse_kind

TRAIN = """
import mlflow
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
mlflow.set_experiment("Ziffern")
X, y = load_digits(return_X_y=True)
with mlflow.start_run(run_name="első próba") as run:
    model = LogisticRegression(max_iter=20).fit(X[:500] / 16, y[:500])
    mlflow.log_param("max_iter", 20)
    for step in range(3):
        mlflow.log_metric("accuracy", model.score(X[500:] / 16, y[500:]) - 0.1 * (2 - step), step=step)
    mlflow.log_metric("broken", float("nan"))
    mlflow.log_text("as planned", "notes/plan.txt")
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn==1.9.1"])
print("RUN", run.info.run_id)
"""


def cell_of(source: str) -> dict[str, Any]:
    return {
        "id": "cell-7",
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }


async def run_cell(client: AsyncKernelClient, code: str, cell: str) -> str:
    """Execute as JupyterLab does, with the cell's id in the request's metadata; what the cell printed."""
    message = client.session.msg("execute_request", {"code": code, "silent": False, "store_history": True})
    message["metadata"]["cellId"] = cell
    client.shell_channel.send(message)
    printed = ""
    while True:
        reply = await client.get_iopub_msg(timeout=150)
        if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        content = reply["content"]
        if reply["msg_type"] == "stream" and content["name"] == "stdout":
            printed += content["text"]
        assert reply["msg_type"] != "error", "\n".join(content["traceback"])
        if reply["msg_type"] == "status" and content["execution_state"] == "idle":
            return printed


async def opened_notebook(jp_serverapp: Any, jp_fetch: Any, path: str) -> tuple[str, AsyncKernelClient]:
    session = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": {"name": "python3"}}
    reply = await jp_fetch("api/sessions", method="POST", body=json.dumps(session))
    kernel = str(json.loads(reply.body)["kernel"]["id"])
    manager = jp_serverapp.kernel_manager.get_kernel(kernel)
    client = AsyncKernelClient(**manager.get_connection_info(session=True))
    client.start_channels(hb=False)  # on a busy machine a missed heartbeat would pass for a dead kernel
    await client.wait_for_ready(timeout=150)
    return kernel, client


async def listened(socket: Any, kind: str, wanted: Any = lambda event: True) -> dict[str, Any]:
    """The next event of a kind."""
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        message = await asyncio.wait_for(socket.read_message(), 150)
        assert message is not None, "the socket was closed"
        event = json.loads(message)
        if event["type"] == kind and wanted(event):
            return dict(event)
    raise AssertionError(f"no {kind} event came")


def differs(found: dict[str, Any]) -> None:
    """Two runs of a cell that was changed between them, as everybody sees them compared."""
    assert [(one["name"], one["verdict"]) for one in found["metrics"]] == [("accuracy", "worse"), ("broken", "unknown")]
    assert [one["name"] for one in found["fields"] if one["file"] == "parameters"] == ["max_iter"]
    (cell,) = found["notebook"]["cells"]
    changed = [line["text"].strip() for line in cell["lines"] if line["sign"] == "+"]
    assert (found["notebook"]["path"], cell["change"], len(changed)) == ("lab/ziffern.ipynb", "changed", 3)
    assert "model = LogisticRegression(max_iter=3).fit(X[:500] / 16, y[:500])" in changed
    assert "artifacts/notes/plan.txt" in {one["path"] for one in found["files"]}
    assert found["notes"] == []


async def test_a_cell_trains_and_everybody_sees_it_and_publishes_it(
    jp_serverapp: Any, jp_fetch: Any, jp_ws_fetch: Any, jp_root_dir: Path
) -> None:
    """Plain mlflow code shows live with its notebook and cell, and its model becomes a version in one call."""
    socket = await jp_ws_fetch("hubcollab/api/events")
    (jp_root_dir / "lab").mkdir()
    content = {"cells": [cell_of(TRAIN)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (jp_root_dir / "lab" / "ziffern.ipynb").write_text(json.dumps(content))
    rooms = jp_serverapp.web_app.settings["hubcollab_rooms"]
    room = await rooms.room(rooms.room_of("lab/ziffern.ipynb", parse_kind("json", "notebook")))
    kernel, client = await opened_notebook(jp_serverapp, jp_fetch, "lab/ziffern.ipynb")

    printed = await run_cell(client, TRAIN, "cell-7")

    run = printed.split()[-1]
    event = await listened(socket, "run", lambda event: event["run"]["id"] == run and event["run"]["hasModel"])
    assert event["run"]["notebook"] == "lab/ziffern.ipynb"
    assert event["run"]["cell"] == "cell-7"
    assert event["run"]["user"] == jp_serverapp.web_app.settings["hubcollab_services"].made.config.owner
    assert event["run"]["metrics"]["broken"] == "NaN"

    listing = json.loads((await jp_fetch("hubcollab/api/runs", params={"notebook": "lab/ziffern.ipynb"})).body)
    assert [(one["id"], one["status"], one["name"]) for one in listing["runs"]] == [(run, "finished", "első próba")]
    page = json.loads((await jp_fetch("hubcollab/api/runs", run)).body)
    assert [point["step"] for point in page["history"]["accuracy"]] == [0, 1, 2]

    again = TRAIN.replace("20", "3").replace("as planned", "in a hurry")
    room.document.change_to(content | {"cells": [cell_of(again)]})
    await room.stored(room.last_seq)
    then = json.loads((await jp_fetch("hubcollab/api/runs", run, "notebook")).body)
    assert [(one["id"], one["source"]) for one in then["cells"]] == [("cell-7", TRAIN)]
    assert (then["cell"], then["changed"]) == ("cell-7", True)

    body = json.dumps({"repoId": "team/digits", "message": "first version"})
    reply = await jp_fetch("hubcollab/api/runs", run, "publish", method="POST", body=body)
    assert reply.code == 202
    job = json.loads(reply.body)
    changed = await listened(socket, "model", lambda event: event["tag"] == "v1")
    assert changed["model"]["id"] == "team/digits"
    unfinished = ("queued", "running")
    done = await listened(socket, "job", lambda event: event["job"]["state"] not in unfinished)
    assert done["job"]["id"] == job["id"]
    assert done["job"]["state"] == "done", done["job"]["detail"]
    version = done["job"]["result"]["version"]
    assert version["tag"] == "v1"
    assert version["runId"] == run
    assert [metric["name"] for metric in version["metrics"]] == ["accuracy"]

    second = (await run_cell(client, again, "cell-7")).split()[-1]
    room.document.change_to(content | {"cells": []})
    await room.stored(room.last_seq)
    sides = {"before": f"run:{run}", "after": f"run:{second}"}
    differs(json.loads((await jp_fetch("hubcollab/api/diffs", params=sides)).body))

    client.stop_channels()
    await jp_serverapp.kernel_manager.shutdown_kernel(kernel, now=True)
    socket.close()
