"""A real Jupyter server with our extension, in a process of its own: for clients that know nothing of pytest."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import IO, Any
from urllib.parse import urlsplit

TOKEN = "t" * 32


@dataclass
class Live:
    """A server that listens."""

    url: str
    """Base URL with a path prefix, without a slash at its end."""
    process: subprocess.Popen[str]
    folder: Path

    @property
    def endpoint(self) -> str:
        """What goes into ``HF_ENDPOINT``."""
        return f"{self.url}/hubcollab/hf"

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self.process.terminate()
        self.process.wait(timeout=60)

    def memory(self, field: str = "VmRSS") -> int:
        """Bytes of memory that the server uses (Linux)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))

    def forget_peak(self) -> None:
        """From now on ``VmHWM`` is the most that it has used since (Linux)."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def hub_token(self, user: str, scope: str = "write") -> str:
        """A hub token of *user*, made as the server itself would."""
        code = (
            "import sys; from jupyter_hubcollab.access import Actor; from jupyter_hubcollab.hub.tokens import Tokens;"
            "from jupyter_hubcollab.storage.database import Database;"
            "print(Tokens(Database(sys.argv[1])).create(Actor(sys.argv[2], sys.argv[2].title(), 'admin'), name='test',"
            " scope=sys.argv[3]))"
        )
        url = f"sqlite:///{self.folder}/index.sqlite"
        made = subprocess.run(
            [sys.executable, "-c", code, url, user, scope], capture_output=True, text=True, check=True
        )
        return made.stdout.strip()


def start(folder: Path, *options: str) -> Live:
    """Start a server that keeps its files in *folder*; it has the token `TOKEN` and serves below a path prefix."""
    base = f"/user/{secrets.token_hex(3)}/"
    settings = {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_hubcollab": True},
            "port": 0,
            "ip": "127.0.0.1",
            "base_url": base,
            "root_dir": str(folder),
            "allow_root": True,
        },
        "IdentityProvider": {"token": TOKEN},
        "HubCollab": {"data_dir": str(folder), "owner": "ann", "upstreams": []},
    }
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-u", "-m", "jupyter_server", "--no-browser", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "HF_"))}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "share")}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    found: Queue[str] = Queue()
    Thread(target=_watch, args=(process.stderr, base, found, folder / "server.log"), daemon=True).start()
    try:
        url = found.get(timeout=150)
        _wait_until_it_listens(url)
        call("GET", f"{url}/hubcollab/api/me")  # the hub is open: nobody's first request waits for that
        return Live(url, process, folder)
    except (Empty, OSError):
        process.kill()
        raise


def _wait_until_it_listens(url: str) -> None:
    """Jupyter prints its address a moment before it listens."""
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((address.hostname, address.port)) == 0:
                return
        Event().wait(0.02)
    raise TimeoutError(url)


def _watch(stderr: IO[str], base: str, found: Queue[str], log: Path) -> None:
    """Find the address among the first lines, keep all of them in a file."""
    with stderr, log.open("w") as kept:
        for line in stderr:
            kept.write(line)
            kept.flush()
            start = line.find("http://127.0.0.1")
            if start >= 0 and base in line:
                found.put(line[start:].split("?")[0].strip().removesuffix("tree").removesuffix("lab").rstrip("/"))


def call(method: str, url: str, token: str | None = TOKEN, body: bytes | None = None, **headers: str) -> Any:
    """One request without any client's cleverness: status, headers, body."""
    request = urllib.request.Request(url, data=body, method=method)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    opener = urllib.request.build_opener(_KeepErrors, _HearEarlyAnswers)
    with opener.open(request, timeout=150) as reply:
        return reply.status, reply.headers, reply.read()


class _HearingConnection(http.client.HTTPConnection):
    """Reads the answer of a server that refuses a body and hangs up before it has all of it."""

    def send(self, data: Any) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            super().send(data)


class _HearEarlyAnswers(urllib.request.HTTPHandler):
    def http_open(self, request: Any) -> Any:
        return self.do_open(_HearingConnection, request)


class _KeepErrors(urllib.request.HTTPErrorProcessor):
    """An answer is an answer, whatever its status."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response
