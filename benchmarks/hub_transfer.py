"""A large file through the unmodified huggingface_hub: how fast, and how much memory the server takes for it.

Run: ``python benchmarks/hub_transfer.py [GiB]`` (1 if nothing is said).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import live

MIB = 1 << 20


def write_random(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))


def reset_peak(server: live.Live) -> int:
    """Forget the highest memory use so far; the present one."""
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    return server.memory()


def measured(server: live.Live, name: str, size: int, work: Callable[[], None]) -> None:
    before = reset_peak(server)
    begin = time.perf_counter()
    work()
    took = time.perf_counter() - begin
    grown = server.memory("VmHWM") - before
    print(f"{name:<28} {size / MIB / took:8.0f} MiB/s   {took:6.1f} s   server memory +{grown / MIB:.0f} MiB")


def main() -> None:
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else "1") * (1 << 30))
    folder = Path(tempfile.mkdtemp(prefix="hub-transfer-"))
    os.environ |= {"HF_HOME": str(folder / "hf"), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    source = folder / "model.safetensors"
    write_random(source, size)
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

        def plain() -> None:
            url = f"{server.endpoint}/{repo}/resolve/main/model.safetensors"
            assert len(live.call("GET", url, str(api.token), Range="bytes=0-268435455")[2]) == min(size, 256 * MIB)

        measured(server, "upload (Xet)", size, up)
        measured(server, "download (Xet)", size, down)
        measured(server, "download (plain, 256 MiB)", min(size, 256 * MIB), plain)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
