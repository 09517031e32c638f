"""From a run to the notebook as it was."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

TABLES = """
    CREATE TABLE experiments (experiment_id, name);
    CREATE TABLE runs (run_uuid, name, experiment_id, status, user_id, start_time, end_time, lifecycle_stage);
    CREATE TABLE tags (run_uuid, key, value);
    INSERT INTO experiments VALUES ('0', 'Default');
"""
"""What is read of MLflow's tables here; a table that is not there reads as empty."""


def note_run(folder: Path, run: str, started_ms: int, notebook: str | None, point: str | None = None) -> None:
    """Write a run as MLflow would."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "mlflow.db")
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
        database.executescript(TABLES)
    database.execute("INSERT INTO runs VALUES (?, 'r', '0', 'FINISHED', 'ada', ?, NULL, 'active')", (run, started_ms))
    for key, value in {
        "hubcollab.notebook": notebook,
        "hubcollab.cell": "c1",
        "hubcollab.point": point,
    }.items():
        database.execute("INSERT INTO tags VALUES (?, ?, ?)", (run, key, value))
    database.commit()
    database.close()


def cell(id: str, source: str) -> dict[str, Any]:
    return {"id": id, "cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def content(*sources: str) -> dict[str, Any]:
    cells = [cell(f"c{number}", source) for number, source in enumerate(sources)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


async def test_a_run_shows_the_notebook_of_its_time(jp_serverapp: Any, jp_fetch: Any, jp_root_dir: Path) -> None:
    """Cells that were written later are not in it, and the cell that made the run is named."""
    (jp_root_dir / "größe.ipynb").write_text(json.dumps(content("first", "train()")))
    services = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    rooms = jp_serverapp.web_app.settings["hubcollab_rooms"]
    from jupyter_hubcollab.collab import parse_kind

    name = rooms.room_of("größe.ipynb", parse_kind("json", "notebook"))
    room = await rooms.room(name)
    await room.stored(room.last_seq)
    note_run(services.config.data_dir / "mlflow", "now", int(time.time() * 1000) + 60_000, "größe.ipynb")
    note_run(services.config.data_dir / "mlflow", "early", 1000, "größe.ipynb")
    note_run(services.config.data_dir / "mlflow", "elsewhere", 1000, None)

    found = json.loads((await jp_fetch("hubcollab/api/runs", "now", "notebook")).body)

    assert [one["source"] for one in found["cells"]] == ["first", "train()"]
    assert (found["path"], found["cell"], found["changed"]) == ("größe.ipynb", "c1", False)
    for run in ("early", "elsewhere", "nobody"):
        with pytest.raises(HTTPClientError) as refusal:
            await jp_fetch("hubcollab/api/runs", run, "notebook")
        assert refusal.value.code == 404


async def test_a_run_that_knows_its_point_is_not_guessed_by_time(
    jp_serverapp: Any, jp_fetch: Any, jp_root_dir: Path
) -> None:
    """Whatever the clock of its kernel says; a number that is none is no error."""
    (jp_root_dir / "a.ipynb").write_text(json.dumps(content("first", "train()")))
    services = await jp_serverapp.web_app.settings["hubcollab_services"].ready()
    rooms = jp_serverapp.web_app.settings["hubcollab_rooms"]
    from jupyter_hubcollab.collab import parse_kind

    async def point() -> Any:
        return json.loads((await jp_fetch("hubcollab/api/past/point", params={"path": "a.ipynb"})).body)["number"]

    assert await point() is None
    room = await rooms.room(rooms.room_of("a.ipynb", parse_kind("json", "notebook")))
    number = await point()
    room.document.change_to(content("first", "train(again=True)"))
    await room.stored(room.last_seq)
    assert await point() > number
    folder = services.config.data_dir / "mlflow"
    note_run(folder, "known", 1000, "a.ipynb", str(number))
    note_run(folder, "late", 1000, "a.ipynb", str(number + 1))
    note_run(folder, "strange", int(time.time() * 1000) + 60_000, "a.ipynb", "١٢")

    seen = {}
    for run in ("known", "late", "strange"):
        found = json.loads((await jp_fetch("hubcollab/api/runs", run, "notebook")).body)
        seen[run] = (found["cells"][1]["source"], found["changed"])

    again = ("train(again=True)", False)
    assert seen == {"known": ("train()", True), "late": again, "strange": again}
