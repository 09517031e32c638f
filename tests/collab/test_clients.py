"""Clients of others, each with its own implementation of the protocol, join our rooms and converge with us."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import outside
import pytest

from .people import Tab, notebook
from .servers import Server

pytestmark = pytest.mark.slow
SCRIPTS = Path(__file__).parent / "clients"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path) as server:
        yield server


def pycrdt_provider() -> list[str]:
    return [sys.executable, str(SCRIPTS / "pycrdt_provider.py")]


def ypy_websocket() -> list[str]:
    if sys.version_info >= (3, 12):
        pytest.skip("y-py 0.6.2 has wheels up to Python 3.11")
    python = outside.environment_with("ypy", "ypy-websocket==0.12.4", "y-py==0.6.2", "websockets")
    return [str(python), str(SCRIPTS / "ypy.py")]


def nbmodel_client() -> list[str]:
    python = outside.environment_with("nbmodel", "jupyter_nbmodel_client==1.5.1")
    return [str(python), str(SCRIPTS / "nbmodel.py")]


def y_websocket() -> list[str]:
    folder = outside.CLIENTS / "y-websocket"
    if not (folder / "node_modules" / "y-websocket").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        npm = [str(Path(sys.executable).with_name("npm")), "install", "--ignore-scripts", "--omit=optional"]
        packages = ["y-websocket@1.5.4", "yjs@13.6.33", "ws@8"]
        done = subprocess.run([*npm, *packages], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise outside.CannotFetch(done.stderr[:300])
    (folder / "client.cjs").write_text((SCRIPTS / "ywebsocket.cjs").read_text())
    return [str(Path(sys.executable).with_name("node")), str(folder / "client.cjs")]


CLIENTS = [pycrdt_provider, y_websocket, ypy_websocket, nbmodel_client]


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_of_others_joins_and_converges(server: Server, client: Callable[[], list[str]]) -> None:
    """What it writes, letters outside ASCII too, and what a browser's tab writes stand once, with both and on disk."""
    try:
        command = await asyncio.to_thread(client)
    except outside.CannotFetch as error:
        pytest.skip(str(error))
    (server.folder / "a.ipynb").write_text(json.dumps(notebook("x = 1", "y = 'é🎉'")))
    await server.start()
    ana = Tab()
    await server.come(ana, "a.ipynb")
    mine, theirs = " # grüße 🎉 of theirs", " # of ana"

    arguments = [*command, await server.room("a.ipynb"), mine, theirs]
    other = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    await ana.until(lambda: mine in ana.sources[0])
    ana.type(theirs)
    await ana.until(lambda: " # seen" in ana.sources[0])
    ana.type(" # over")
    said, problem = await other.communicate()
    await server.end_gently()

    assert other.returncode == 0, problem.decode()[-2000:]
    assert json.loads(said) == ana.sources == [f"x = 1{mine}{theirs} # seen # over", "y = 'é🎉'"]
    assert await server.on_disk_at_last("a.ipynb", ana.sources)
