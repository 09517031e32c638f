"""Files through Jupyter's own contents manager."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from jupyter_hubcollab.collab.files import ContentsFiles, Kind

TEXT = Kind("text", "file")


async def test_a_write_of_others_just_after_ours_is_noticed(tmp_path: Path) -> None:
    """The version that we take for ours is that of what we wrote, so that the next look finds the other's."""
    (tmp_path / "a.txt").write_text("before")

    def at_once(**_: Any) -> None:
        (tmp_path / "a.txt").write_text("by others")

    contents = AsyncLargeFileManager(root_dir=str(tmp_path))
    contents.register_post_save_hook(at_once)
    files = ContentsFiles(contents, None)

    written = await files.write("a.txt", TEXT, "ours", expected=await files.version("a.txt"))

    assert written.version != await files.version("a.txt")
    assert (tmp_path / "a.txt").read_text() == "by others"
