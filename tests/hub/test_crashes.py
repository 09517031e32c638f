"""A hub that dies at random moments of a mixed workload loses nothing that it has acknowledged.

Commits with tags, uploads of chunks, pull requests merged, branches squashed, repos made and deleted, pushes, garbage
collected: all at once. It is killed, or the power goes: then whatever nobody waited for may be gone.
``HUBCOLLAB_CRASHES`` says how often (``make soak`` says: hundreds of times).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from disk import COMPILER, Disk
from people import ANN

from jupyter_hubcollab.errors import RepoNotFound
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.names import FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database

CRASHES = int(os.environ.get("HUBCOLLAB_CRASHES", "4"))
MAIN = Revision("main")
WORK = Path(__file__).parent.parent / "mixed_work.py"
Said = list[dict[str, Any]]


def crash(folder: Path, seed: int, after_s: float, environment: dict[str, str] | None = None) -> Said:
    """Let them work, kill them; what they had acknowledged."""
    command = [sys.executable, str(WORK), str(folder), str(seed), "pushes"]
    variables = os.environ | (environment or {})
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables, start_new_session=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"\n"
        killer = Timer(after_s, os.killpg, [worker.pid, signal.SIGKILL])
        killer.start()
        said = worker.stdout.read()
        killer.join()
    return [json.loads(line) for line in said.split(b"\n")[:-1]]


def check(hub: Hub, said: Said) -> None:
    """Everything that was acknowledged is there and whole; everything that is there is whole."""
    histories: dict[str, set[str]] = {}
    for one in said:
        if "deleted" in one:
            with pytest.raises(RepoNotFound):
                hub.repos.get(ANN, RepoId(*one["deleted"].split("/")))
        elif "commit" in one:
            check_commit(hub, one, histories)
        elif "merged" in one:
            repo = RepoId(*one["repo"].split("/"))
            assert hub.social.discussions.get(ANN, repo, one["merged"]).status == "merged"
            assert hub.files.read_text(ANN, repo, MAIN, FilePath(one["files"][0]))
    deleting = {one["deleting"] for one in said if "deleting" in one}
    for made in {one["made"] for one in said if "made" in one} - deleting:
        assert hub.repos.get(ANN, RepoId(*made.split("/")))
    assert list(hub.upkeep.fsck()) == []
    assert list(hub.upkeep.verify_blobs()) == []


def check_commit(hub: Hub, one: dict[str, Any], histories: dict[str, set[str]]) -> None:
    repo = RepoId(*one["repo"].split("/"))
    ref = f"refs/pr/{one['pull']}" if "pull" in one else one.get("branch", "main")
    where = f"{repo} {ref}"
    if where not in histories:
        histories[where] = {commit.id for commit in hub.refs.history(ANN, repo, Revision(ref), limit=100_000)}
    assert one["commit"] in histories[where]
    for path in one["files"]:
        assert b"".join(hub.files.open(ANN, repo, Revision(one["commit"]), FilePath(path)))
    assert one["tag"] is None or hub.refs.resolve(ANN, repo, Revision(one["tag"])).id == one["commit"]


def checked(folder: Path, said: Said) -> None:
    database = Database(f"sqlite:///{folder}/index.sqlite")
    check(open_hub(folder, database), said)
    database.close()
    for repository in (folder / "repos" / "model").glob("*.git"):
        subprocess.run(
            [
                "git",
                "-c",
                "safe.directory=*",
                "--git-dir",
                str(repository),
                "fsck",
                "--connectivity-only",
                "--no-dangling",
            ],
            check=True,
            capture_output=True,
        )


@pytest.mark.slow
@pytest.mark.timeout(60 * CRASHES + 120)
def test_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    """After each kill the storage is sound, and work goes on; git finds nothing missing."""
    dice = random.Random(7)
    said: Said = []

    for seed in range(CRASHES):
        said += crash(tmp_path, seed, dice.uniform(0.02, 1.5))
        checked(tmp_path, said)

    assert len(said) > CRASHES


@pytest.mark.slow
@pytest.mark.skipif(COMPILER is None or sys.platform != "linux", reason="needs a C compiler and LD_PRELOAD")
@pytest.mark.timeout(60 * CRASHES + 120)
def test_what_was_acknowledged_survives_every_power_cut(tmp_path: Path) -> None:
    """Whatever was not synced is lost, all of it or file by file: files, names in folders, refs, the index."""
    dice = random.Random(8)
    said: Said = []
    folder = tmp_path / "0"
    folder.mkdir()

    for seed in range(CRASHES):
        disk = Disk.below(folder, tmp_path)
        said += crash(folder, 1000 + seed, dice.uniform(0.1, 1.5), disk.environment)
        after = tmp_path / str(seed + 1)
        disk.after_power_cut(after, dice, luck=(0.0, 0.5, 0.9)[seed % 3])
        checked(after, said)
        shutil.rmtree(folder)
        shutil.rmtree(disk.record)
        folder = after

    assert len(said) > CRASHES
