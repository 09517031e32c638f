"""A large file through the unmodified huggingface_hub: how fast, and how much memory the server takes for it.

Run: ``python benchmarks/hub_transfer.py [GiB]`` (1 if nothing is said).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import live

MIB = 1 << 20
TURNS = 4


def write_random(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))


def reset_peak(server: live.Live) -> int:
    """Forget the highest memory use so far; the present one."""
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    return server.memory()


def drain(url: str, token: object = None) -> None:
    """Download and throw away, as fast as one connection gives it."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    room = bytearray(MIB)
    with urllib.request.urlopen(request) as reply:
        while reply.readinto(room):
            pass


def keep(url: str, token: object = None) -> None:
    """Download to a file, as huggingface_hub does where there is no Xet."""
    from huggingface_hub.file_download import http_get

    with tempfile.TemporaryFile() as file:
        http_get(url, file, headers={"Authorization": f"Bearer {token}"})


class Nginx:
    """The peer: it serves a folder."""

    def __init__(self, program: str, folder: Path, root: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = int(found.getsockname()[1])
        settings = folder / "nginx.conf"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in kinds)
        settings.write_text(
            f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}} user root;"
            f"http {{ access_log off; sendfile on; {paths} server {{ listen 127.0.0.1:{port}; root {root}; }} }}"
        )
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen([program, "-c", str(settings)], stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


def compare_with_nginx(folder: Path, source: Path, ours: dict[str, str], token: object) -> None:
    """The same client fetches from both in turns; what counts is the best of each: a machine has other work, too."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        print("nginx is not installed (apt install nginx-light); no peer to compare with")
        return
    peer = Nginx(program, folder, source.parent)
    try:
        wait_for(f"{peer.url}/nothing")
        urls = ours | {"nginx, the same file": f"{peer.url}/{source.name}"}
        for client, fetch in (("huggingface_hub, to a file", keep), ("one connection, thrown away", drain)):
            print(f"\nbest of {TURNS}, in turns: {client}")
            tell(in_turns(urls, partial(fetch, token=token)), source)
    finally:
        peer.stop()


def in_turns(urls: dict[str, str], fetch: Callable[[str], None]) -> dict[str, float]:
    """Seconds that the fastest of several fetches took, by name."""
    took: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(TURNS):
        for name, url in urls.items():
            begin = time.perf_counter()
            fetch(url)
            took[name].append(time.perf_counter() - begin)
    return {name: min(times) for name, times in took.items()}


def tell(took: dict[str, float], source: Path) -> None:
    """Print a line for each of those that were compared; the last is the peer."""
    *_, theirs = took.values()
    for name, seconds in took.items():
        speed = source.stat().st_size / MIB / seconds
        print(f"{name:<32} {speed:8.0f} MiB/s   {100 * theirs / seconds:.0f} % of nginx (aim: 70)")


def wait_for(url: str) -> None:
    """Return when *url* answers, with whatever status."""
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError:
            return
        except urllib.error.URLError:
            time.sleep(0.05)


def measured(server: live.Live, name: str, size: int, work: Callable[[], None]) -> float:
    before = reset_peak(server)
    begin = time.perf_counter()
    work()
    took = time.perf_counter() - begin
    grown = server.memory("VmHWM") - before
    print(f"{name:<32} {size / MIB / took:8.0f} MiB/s   {took:6.1f} s   server memory +{grown / MIB:.0f} MiB")
    return took


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else "1") * (1 << 30))
    folder = Path(tempfile.mkdtemp(prefix="hub-transfer-"))
    os.environ |= {"HF_HOME": str(folder / "hf"), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    source = folder / "model.safetensors"
    another = folder / "another.bin"  # what the hub has as chunks is not sent again
    write_random(source, size)
    write_random(another, size)
    server = live.start(folder)
    try:
        from huggingface_hub import HfApi

        api = HfApi(endpoint=server.endpoint, token=server.hub_token("ann"))
        repo = api.create_repo("team/large").repo_id
        api.upload_file(path_or_fileobj=b"warm", path_in_repo="warm.bin", repo_id=repo)

        def up() -> None:
            api.upload_file(path_or_fileobj=source, path_in_repo="model.safetensors", repo_id=repo)

        def down() -> None:
            got = api.hf_hub_download(repo, "model.safetensors", cache_dir=folder / "cache")
            assert Path(got).stat().st_size == size

        def whole() -> None:
            with another.open("rb") as file:
                api.upload_file(path_or_fileobj=file, path_in_repo="whole.bin", repo_id=repo)

        url = f"{server.endpoint}/{repo}/resolve/main"
        measured(server, "upload (Xet)", size, up)
        measured(server, "upload (git-lfs, in parts)", size, whole)
        measured(server, "download (Xet)", size, down)
        measured(server, "download (plain, from chunks)", size, lambda: drain(f"{url}/model.safetensors", api.token))
        measured(server, "download (plain, whole file)", size, lambda: drain(f"{url}/whole.bin", api.token))
        ours = {"from chunks": f"{url}/model.safetensors", "whole file": f"{url}/whole.bin"}
        compare_with_nginx(folder, another, ours, api.token)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
