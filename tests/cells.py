"""Cells executed in a kernel that a real server started, so that it has the environment that people's kernels have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.blocking import BlockingKernelClient
from live import Live, call

LONGEST_CELL_S = 150


@dataclass
class Outputs:
    """What a cell showed."""

    text: str = ""
    html: str = ""
    error: str = ""

    def take(self, message: dict[str, Any]) -> None:
        """A message of the kernel."""
        content = message["content"]
        if message["msg_type"] == "stream":
            self.text += content["text"]
        elif message["msg_type"] in ("execute_result", "display_data"):
            self.text += content["data"].get("text/plain", "")
            self.html += content["data"].get("text/html", "")
        elif message["msg_type"] == "error":
            self.error = f"{content['ename']}: {content['evalue']}"


class Kernel:
    """A kernel that executes cells one after another."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self._client = client

    def run(self, code: str) -> Outputs:
        """What *code* shows."""
        found = Outputs()
        self._client.execute_interactive(code, output_hook=found.take, timeout=LONGEST_CELL_S)
        return found


@contextmanager
def kernel_of(live: Live, notebook: str, runtime: Path) -> Iterator[Kernel]:
    """A kernel for *notebook*, started by the server; its connection file is in *runtime*."""
    wish = {"path": notebook, "name": Path(notebook).name, "type": "notebook", "kernel": {"name": "python3"}}
    status, _, body = call("POST", f"{live.url}/api/sessions", body=json.dumps(wish).encode())
    assert status == 201, body
    session = json.loads(body)
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{session['kernel']['id']}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        _wait_until_ready(client)
        yield Kernel(client)
    finally:
        client.stop_channels()
        client.context.destroy(linger=0)
        call("DELETE", f"{live.url}/api/sessions/{session['id']}")


def _wait_until_ready(client: BlockingKernelClient) -> None:
    """Both channels carry messages; the client's own check takes a kernel that is slow to begin for a dead one."""
    for _ in range(60):
        client.kernel_info()
        try:
            client.get_shell_msg(timeout=5)
            client.get_iopub_msg(timeout=1)
            return
        except Empty:
            continue
    raise TimeoutError("the kernel does not begin")
