"""What the extension adds to a server's start, its memory, the import in a cell, and the browser's download.

Peer: the same JupyterLab with the extension switched off, in turn with it switched on. Times are medians of wall time
from the start of the process until ``/api`` answers; memory is the server's resident set 5 s later, services built.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROUNDS = 5
ROOT = Path(__file__).parent.parent
LABEXTENSION = ROOT / "jupyter_hubcollab" / "labextension"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def start_once(enabled: bool) -> tuple[float, float]:
    """Seconds until the server answers, and its memory in MB 5 s later."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--IdentityProvider.token="]
        command += [f"--port={port}", f"--ServerApp.root_dir={folder}"]
        command += [f"--ServerApp.jpserver_extensions={{'jupyter_hubcollab': {enabled}}}"]
        begun = time.perf_counter()
        server = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "JUPYTER_RUNTIME_DIR": folder},
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server)
            took = time.perf_counter() - begun
            if enabled:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/hubcollab/api/me").read()
            time.sleep(5)
            return took, rss_mb(server.pid)
        finally:
            server.terminate()
            server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when *url* answers."""
    while server.poll() is None:
        try:
            urllib.request.urlopen(url).read()
        except URLError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the server ended")


def import_ms(module: str) -> float:
    """Median time of an import in a fresh interpreter."""
    code = f"import time; t = time.perf_counter(); import {module}; print((time.perf_counter() - t) * 1000)"
    return statistics.median(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(ROUNDS))


def start_bundle_kb() -> float:
    """Gzipped size of what the browser loads from us before anything of ours is opened."""
    entry = json.loads((LABEXTENSION / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    names = [entry, "static/style.js", *start_chunks()]
    return (
        sum(
            len(gzip.compress((LABEXTENSION / name).read_bytes()))
            for name in dict.fromkeys(names)
            if (LABEXTENSION / name).exists()
        )
        / 1000
    )


def start_chunks() -> list[str]:
    """Chunks that the plugins' module needs at once; those behind ``import()`` are marked by name."""
    static = LABEXTENSION / "static"
    return [f"static/{path.name}" for path in static.glob("*.js") if not path.name.startswith("lazy")]


def main() -> None:
    """Print the table."""
    plain, ours = [], []
    for _ in range(ROUNDS):
        plain.append(start_once(enabled=False))
        ours.append(start_once(enabled=True))
    added = (statistics.median(t for t, _ in ours) - statistics.median(t for t, _ in plain)) * 1000
    memory = statistics.median(m for _, m in ours) - statistics.median(m for _, m in plain)
    rows = [
        ("start, extension off (s)", f"{statistics.median(t for t, _ in plain):.2f}", ""),
        ("start, extension on (s)", f"{statistics.median(t for t, _ in ours):.2f}", ""),
        ("added to the start (ms)", f"{added:.0f}", "< 300"),
        ("added memory before first use (MB)", f"{memory:.0f}", "< 150"),
        ("import jupyter_hubcollab (ms)", f"{import_ms('jupyter_hubcollab'):.0f}", "< 300"),
        ("front-end code at start, gzipped (kB)", f"{start_bundle_kb():.1f}", "< 60"),
    ]
    for name, value, aim in rows:
        print(f"| {name:40} | {value:>8} | {aim:>6} |")


if __name__ == "__main__":
    main()
