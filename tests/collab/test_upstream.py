"""jupyter-collaboration's own server installed and enabled beside us: ours serves the rooms, and says so."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import outside
import pytest

from .people import Tab, notebook
from .servers import Server

pytestmark = pytest.mark.slow


def site_of(module: str, requirement: str) -> Path:
    """A folder with *module*, of an environment of its own."""
    python = outside.environment_with(module, requirement)
    code = f"import {module}; print({module}.__path__[0])"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()).parent


async def put_behind(server: Server, monkeypatch: pytest.MonkeyPatch, module: str, requirement: str) -> None:
    """Let the server find *module*; behind ours, so that only what is missing here comes from there."""
    try:
        site = await asyncio.to_thread(site_of, module, requirement)
    except outside.CannotFetch as error:
        pytest.skip(str(error))
    behind = server.folder / "behind"
    behind.mkdir()
    (behind / "sitecustomize.py").write_text(f"import sys; sys.path.append({str(site)!r})\n")
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(behind), *before]))


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(tmp_path, request.param) as server:
        yield server


@pytest.mark.skipif(find_spec("jupyter_server_ydoc") is not None, reason="it is in this environment")
@pytest.mark.parametrize("server", ["jupyter_server_ydoc"], indirect=True)
async def test_our_rooms_serve_beside_the_upstream_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both enabled, tabs are in our rooms, with our log and our routes, and the server's log says so once."""
    await put_behind(server, monkeypatch, "jupyter_server_ydoc", "jupyter-server-ydoc==3.0.4")
    (server.folder / "a.ipynb").write_text(json.dumps(notebook("x = 1")))
    await server.start()
    ana, ben = Tab(), Tab()
    await server.come(ana, "a.ipynb")
    await server.come(ben, "a.ipynb")

    ana.type(" # typed")
    await ben.until(lambda: ben.sources == ["x = 1 # typed"])
    history = json.loads(await server.fetch("GET", "api/collaboration/history/a.ipynb"))
    await server.end_gently()

    log = (server.folder / "server.log").read_text()
    assert "jupyter_server_ydoc | extension was successfully loaded" in log
    assert log.count("Rooms are served by jupyter_hubcollab") == 1
    assert history["steps"]
    assert (server.folder / ".hubcollab" / "rooms.sqlite").exists()
    assert not list(server.folder.glob(".jupyter_ystore.db"))


@pytest.mark.parametrize("server", ["jupyter_server_nbmodel"], indirect=True)
async def test_another_executor_finds_our_documents(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """jupyter-server-nbmodel, which looks for the upstream extension, writes its outputs into our rooms."""
    await put_behind(server, monkeypatch, "jupyter_server_nbmodel", "jupyter-server-nbmodel==0.2.9")
    (server.folder / "a.ipynb").write_text(json.dumps(notebook("print(6 * 7)")))
    await server.start()
    ana = Tab()
    await server.come(ana, "a.ipynb")
    kernel = json.loads(await server.fetch("POST", "api/kernels", json.dumps({"name": "python3"})))["id"]
    asked = json.loads(
        await server.fetch("PUT", "api/collaboration/session/a.ipynb", '{"format": "json", "type": "notebook"}')
    )

    context = {"document_id": f"json:notebook:{asked['fileId']}", "cell_id": "cell-0"}
    body = {"code": ana.sources[0], "metadata": context}
    await server.fetch("POST", f"api/kernels/{kernel}/execute", json.dumps(body))
    await ana.until(lambda: len(ana.cells[0]["outputs"]) == 1)
    await server.end_gently()

    assert str(ana.cells[0]["outputs"][0]["text"]) == "42\n"
    assert "jupyter_server_nbmodel | extension was successfully loaded" in (server.folder / "server.log").read_text()
