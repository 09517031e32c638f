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


def upstream() -> Path:
    """A folder with jupyter_server_ydoc and nothing that it shares with us."""
    python = outside.environment_with("ydoc", "jupyter-server-ydoc==3.0.4")
    code = "import jupyter_server_ydoc; print(jupyter_server_ydoc.__path__[0])"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()).parent


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, "jupyter_server_ydoc")
    yield server
    if server.process is not None and server.process.poll() is None:
        server.process.kill()
        server.process.wait()


@pytest.mark.skipif(find_spec("jupyter_server_ydoc") is not None, reason="it is in this environment")
async def test_our_rooms_serve_beside_the_upstream_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both enabled, tabs are in our rooms, with our log and our routes, and the server's log says so once."""
    try:
        site = await asyncio.to_thread(upstream)
    except outside.CannotFetch as error:
        pytest.skip(str(error))
    # Behind ours, so that only what is missing here comes from there.
    behind = server.folder / "behind"
    behind.mkdir()
    (behind / "sitecustomize.py").write_text(f"import sys; sys.path.append({str(site)!r})\n")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(behind), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    )
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
