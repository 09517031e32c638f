"""Two servers never share a data folder without knowing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_hubcollab.errors import Unavailable
from jupyter_hubcollab.storage.exclusive import Exclusive


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path) -> None:
    """The message names the holder and the remedy."""
    held = Exclusive(tmp_path, "the lab at http://127.0.0.1:8888/ (process 7)")

    with pytest.raises(Unavailable, match=r"8888.*process 7.*data_dir"):
        Exclusive(tmp_path, "another")

    held.release()


def test_a_folder_is_free_again_after_release(tmp_path: Path) -> None:
    """Stopping a server lets the next one start."""
    Exclusive(tmp_path, "first").release()

    Exclusive(tmp_path, "second").release()


def test_a_killed_server_leaves_no_lock(tmp_path: Path) -> None:
    """A server that died without a word does not block the next one."""
    code = (
        "import os, signal, sys; from pathlib import Path; from jupyter_hubcollab.storage.exclusive import Exclusive;"
        "Exclusive(Path(sys.argv[1]), 'dying'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)

    Exclusive(tmp_path, "next").release()


def test_the_project_s_git_does_not_see_the_folder(tmp_path: Path) -> None:
    """Gigabytes of models are not offered to `git add`."""
    held = Exclusive(tmp_path / "data", "me")

    assert (tmp_path / "data" / ".gitignore").read_text() == "*\n"

    held.release()


def test_a_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    """A file in the way is a clear message, not a traceback."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(Unavailable, match="data_dir"):
        Exclusive(tmp_path / "taken", "me")
