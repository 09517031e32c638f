"""A large file through the unmodified huggingface_hub (Xet): up, down, a second version, and what the server needs.

Peer: the same client against a server that stores what it gets and checks nothing. ``HUB_XET_MB`` sets the size.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from faulty import Gate

PATH = "model.safetensors"
TENSORS = 100
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


class Checkpoint:
    """A file of safetensors whose numbers look like noise, as trained ones do."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._each = SIZE // TENSORS // 2 * 2
        names = {f"model.layers.{n}.mlp.weight": self._about(n) for n in range(TENSORS)}
        head = json.dumps(names).encode()
        head += b" " * (-len(head) % 8)
        self._begin = 8 + len(head)
        with file.open("wb") as out:
            out.write(struct.pack("<Q", len(head)) + head)
            for _ in range(TENSORS):
                out.write(os.urandom(self._each))

    def _about(self, n: int) -> dict[str, object]:
        span = [n * self._each, (n + 1) * self._each]
        return {"dtype": "BF16", "shape": [self._each // 2], "data_offsets": span}

    def train(self, count: int) -> None:
        """Give some of the tensors, evenly spread, new numbers."""
        with self._file.open("r+b") as out:
            for n in range(0, TENSORS, TENSORS // count):
                out.seek(self._begin + n * self._each)
                out.write(os.urandom(self._each))


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


class Peer:
    """A hub that believes everything: xorbs go to disk, shards and commits are thrown away."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url

    async def serve(self) -> None:
        """Run until the process ends."""
        import tornado.httpserver
        import tornado.web

        app = tornado.web.Application([(r"/(.*)", self._handler())], log_function=lambda _: None)
        port = int(self._url.rpartition(":")[2])
        tornado.httpserver.HTTPServer(app, max_body_size=1 << 28).listen(port, "127.0.0.1")
        await asyncio.Event().wait()

    def _handler(self) -> type:
        import tornado.web

        folder, url = self._folder, self._url
        commit = {"success": True, "commitOid": "0" * 40, "commitUrl": f"{url}/bench/large/commit/{'0' * 40}"}

        class Believer(tornado.web.RequestHandler):
            def post(self, path: str) -> None:
                if path.startswith("v1/xorbs/"):
                    with (folder / path.rpartition("/")[2]).open("wb") as file:
                        file.write(self.request.body)
                        file.flush()
                        os.fsync(file.fileno())
                    self.finish({"was_inserted": True})
                elif path == "v2/shards":
                    self.finish(b'{"type":"result"}\n')
                elif "/preupload/" in path:
                    files = json.loads(self.request.body)["files"]
                    verdict = {"uploadMode": "lfs", "shouldIgnore": False}
                    self.finish({"files": [{"path": one["path"]} | verdict for one in files]})
                else:
                    self.finish(commit if "/commit/" in path else {})

            def get(self, path: str) -> None:
                if "/xet-write-token/" in path:
                    self.finish({"casUrl": url, "exp": int(time.time()) + 3600, "accessToken": "none"})
                else:
                    self.send_error(404)

        return Believer


def upload_to_peer(folder: Path, file: Path) -> float:
    """Seconds for the same client to upload *file* to a server that checks nothing."""
    from huggingface_hub import HfApi

    url = f"http://127.0.0.1:{free_port()}"
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.hub_xet", "peer", str(folder), url])
    try:
        wait_for(url + "/")
        api = HfApi(endpoint=url, token=TOKEN)
        return timed(lambda: api.upload_file(path_or_fileobj=file, path_in_repo=PATH, repo_id="bench/large"))
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

    file, root = scratch / "large.safetensors", scratch / "root"
    Checkpoint(file)
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
            up = timed(lambda: api.upload_file(path_or_fileobj=file, path_in_repo=PATH, repo_id="bench/large"))
            down = timed(lambda: api.hf_hub_download("bench/large", PATH, local_dir=scratch / "got"))
        assert digest_of(scratch / "got" / PATH) == digest_of(file)
        whole = timed(lambda: drain(f"{url}/hubcollab/hf/bench/large/resolve/main/{PATH}"))
        grown = memory_mb(server.pid, "VmHWM") - before
        content = Checkpoint(file)  # another one, through a gate that counts
        with Gate(url) as gate:
            through = HfApi(endpoint=f"{gate.url}/hubcollab/hf", token=TOKEN)
            through.upload_file(path_or_fileobj=file, path_in_repo=PATH, repo_id="bench/large")
            first, taken = stored(root), gate.taken
            content.train(TENSORS // 10)
            again = timed(lambda: through.upload_file(path_or_fileobj=file, path_in_repo=PATH, repo_id="bench/large"))
        second, sent = (stored(root) - first) / SIZE, (gate.taken - taken) / SIZE
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
        ("second version, 10 % of its tensors new: stored (%)", f"{100 * second:.1f}", "< 15"),
        ("second version, 10 % of its tensors new: sent (%)", f"{100 * sent:.1f}", "< 15"),
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
        print(f"{SIZE >> 20} MiB of tensors with random numbers\n")
        for name, value, aim in measure(Path(folder)):
            print(f"| {name:56} | {value:>14} | {aim:>6} |")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "peer":
        asyncio.run(Peer(Path(sys.argv[2]), sys.argv[3]).serve())
    else:
        main()
