"""A large file through the unmodified huggingface_hub (Xet): up, down, a second version, and what the server needs.

Peer: the same client against a server that stores what it gets and checks nothing. ``HUB_XET_MB`` sets the size.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from pathlib import Path

SIZE = int(os.environ.get("HUB_XET_MB", "1024")) << 20
TOKEN = "t" * 32


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def memory_mb(pid: int, field: str) -> float:
    """Memory of a process in MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


class Peer:
    """A store of chunks that believes everything: xorbs go to disk, shards are thrown away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"

    def serve(self) -> None:
        """Run until the process ends."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        import tornado.httpserver
        import tornado.web

        folder = self._folder

        class Store(tornado.web.RequestHandler):
            def post(self, path: str) -> None:
                if path.startswith("v1/xorbs/"):
                    with (folder / path.rpartition("/")[2]).open("wb") as file:
                        file.write(self.request.body)
                        file.flush()
                        os.fsync(file.fileno())
                    self.finish({"was_inserted": True})
                elif path == "v2/shards":
                    self.finish(b'{"type":"result"}\n')
                else:
                    self.send_error(404)

            def get(self, _: str) -> None:
                self.send_error(404)

        app = tornado.web.Application([(r"/(.*)", Store)], log_function=lambda _: None)
        tornado.httpserver.HTTPServer(app, max_body_size=1 << 28).listen(int(self.url.rpartition(":")[2]), "127.0.0.1")
        await asyncio.Event().wait()


def upload_to_peer(folder: Path, file: Path) -> float:
    """Seconds for the client to upload *file* to a store that checks nothing."""
    import hf_xet

    warnings.simplefilter("ignore", DeprecationWarning)  # the shortest way to upload to a store without a hub
    peer = Peer(folder)
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.hub_xet", "peer", str(folder), peer.url])
    try:
        wait_for(peer.url + "/")
        token = ("none", int(time.time()) + 3600)
        return timed(lambda: hf_xet.upload_files([str(file)], peer.url, token, lambda: token, None, "model"))
    finally:
        child.terminate()
        child.wait()


def wait_for(url: str) -> None:
    """Return when *url* answers, with whatever status."""
    while True:
        try:
            urllib.request.urlopen(url).read()
        except urllib.error.HTTPError:
            return
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return


def timed(work: Callable[[], object]) -> float:
    """Seconds that *work* takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Watch:
    """Asks the server something small, again and again: how long does its event loop let others wait?"""

    def __init__(self, url: str) -> None:
        self._url = url
        self._done = threading.Event()
        self.waits_ms: list[float] = []
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._done.wait(0.02):
            self.waits_ms.append(timed(lambda: urllib.request.urlopen(self._url).read()) * 1000)

    def shown(self) -> str:
        """Median, 99th percentile and longest wait."""
        ordered = sorted(self.waits_ms)
        return f"{statistics.median(ordered):.0f} / {ordered[int(0.99 * len(ordered))]:.0f} / {ordered[-1]:.0f}"


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A Jupyter server with the extension."""
    port = free_port()
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}", "--ServerApp.jpserver_extensions={'jupyter_hubcollab': True}",
        f"--IdentityProvider.token={TOKEN}", "--ServerApp.log_level=ERROR",
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    wait_for(f"{url}/api")
    wait_for(f"{url}/hubcollab/api/me?token={TOKEN}")
    return server, url


def stored(folder: Path) -> int:
    """Bytes of all xorbs."""
    return sum(path.stat().st_size for path in (folder / ".hubcollab/blobs/xorbs").rglob("*") if path.is_file())


def measure(scratch: Path) -> list[tuple[str, str, str]]:
    """All rows of the table."""
    from huggingface_hub import HfApi

    content = bytearray(os.urandom(SIZE))
    file, root = scratch / "large.bin", scratch / "root"
    file.write_bytes(content)
    root.mkdir()
    (scratch / "peer").mkdir()
    peer = upload_to_peer(scratch / "peer", file)
    server, url = start(root)
    rows = [("upload to a server that checks nothing (MB/s)", f"{SIZE / peer / 1e6:.0f}", "")]
    try:
        api = HfApi(endpoint=f"{url}/hubcollab/hf", token=TOKEN)
        api.create_repo("bench/large")
        before = memory_mb(server.pid, "VmRSS")
        with Watch(f"{url}/api?token={TOKEN}") as watch:
            up = timed(lambda: api.upload_file(path_or_fileobj=file, path_in_repo="w.bin", repo_id="bench/large"))
            down = timed(lambda: api.hf_hub_download("bench/large", "w.bin", local_dir=scratch / "got"))
        assert hashlib.sha256((scratch / "got/w.bin").read_bytes()).digest() == hashlib.sha256(content).digest()
        whole = timed(lambda: drain(f"{url}/hubcollab/hf/bench/large/resolve/main/w.bin"))
        grown = memory_mb(server.pid, "VmHWM") - before
        first = stored(root)
        for tensor in range(10):
            at = (tensor * SIZE + SIZE // 3) // 10
            content[at : at + SIZE // 100] = os.urandom(SIZE // 100)
        file.write_bytes(content)
        again = timed(lambda: api.upload_file(path_or_fileobj=file, path_in_repo="w.bin", repo_id="bench/large"))
        second = (stored(root) - first) / first
    finally:
        server.terminate()
        server.wait(30)
    return [
        *rows,
        ("upload (MB/s)", f"{SIZE / up / 1e6:.0f}", ">= 120"),
        ("upload, of what the peer reaches (%)", f"{100 * peer / up:.0f}", ">= 80"),
        ("download by Xet (MB/s)", f"{SIZE / down / 1e6:.0f}", ""),
        ("download by plain HTTP, decoded by us (MB/s)", f"{SIZE / whole / 1e6:.0f}", ""),
        ("memory added to the server, at most (MB)", f"{grown:.0f}", "< 200"),
        ("others' waiting meanwhile: median / p99 / longest (ms)", watch.shown(), ""),
        ("second version, 10 % new: bytes stored (%)", f"{100 * second:.1f}", "< 15"),
        ("second version: as if uploaded with (MB/s)", f"{SIZE / again / 1e6:.0f}", ""),
    ]


def drain(url: str) -> None:
    """Download and throw away."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request) as reply:
        while reply.read(1 << 20):
            pass


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HF_HOME"] = str(Path(folder) / "hf")
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        print(f"{SIZE >> 20} MiB of random bytes\n")
        for name, value, aim in measure(Path(folder)):
            print(f"| {name:56} | {value:>14} | {aim:>6} |")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "peer":
        peer = Peer(Path(sys.argv[2]))
        peer.url = sys.argv[3]
        peer.serve()
    else:
        main()
