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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from disk import COMPILER, Disk
from people import ANN
from sqlalchemy import select

from jupyter_hubcollab.errors import RepoNotFound
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.listing import Listing
from jupyter_hubcollab.names import FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database
from jupyter_hubcollab.storage.schema import deliveries

CRASHES = int(os.environ.get("HUBCOLLAB_CRASHES", "4"))
OF_ONE_HUB = 25
"""After so many crashes another hub begins: all that it has is looked through after each of them."""
MAIN = Revision("main")
WORK = Path(__file__).parent.parent / "mixed_work.py"
Said = list[dict[str, Any]]


@dataclass(frozen=True)
class Moment:
    """When a process is killed: by what it has done, as a slow machine does little in a second."""

    said: int
    """How often it has said *what*."""
    then_s: float = 0
    what: str = ""

    @classmethod
    def any(cls, dice: random.Random) -> Moment:
        """In the middle of something."""
        return cls(dice.randrange(25), dice.uniform(0, 0.2))


def crash(folder: Path, seed: int, moment: Moment, environment: dict[str, str] | None = None) -> Said:
    """Let them work until they are killed; what they had acknowledged."""
    command = [sys.executable, str(WORK), str(folder), str(seed), *([] if moment.what else ["pushes"])]
    variables = os.environ | (environment or {})
    said: list[bytes] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables, start_new_session=True) as worker:
        assert worker.stdout is not None
        killer = Timer(moment.then_s, os.killpg, [worker.pid, signal.SIGKILL])
        for line in worker.stdout:  # the first one, when the hub is open, is empty
            said.append(line)
            counted = sum(moment.what.encode() in one for one in said[1:])
            if counted >= moment.said and killer.ident is None:
                killer.start()
        if killer.ident is not None:
            killer.join()
    assert said[:1] == [b"\n"]
    return [json.loads(line) for line in said[1:] if line.endswith(b"\n")]


def check(hub: Hub, said: Said) -> None:
    """Everything that was acknowledged is there and whole; everything that is there is whole."""
    assert [one["broken"] for one in said if "broken" in one] == []
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
        elif "discussed" in one:
            discussion = hub.social.discussions.get(ANN, RepoId(*one["repo"].split("/")), one["discussed"])
            assert {event.id for event in hub.social.discussions.events(discussion)} >= set(one["events"])
            assert discussion.status == "closed" or one["status"] == "open"
    deleting = {one["deleting"] for one in said if "deleting" in one}
    for made in {one["made"] for one in said if "made" in one} - deleting:
        assert hub.repos.get(ANN, RepoId(*made.split("/")))
    if not any("full" in one for one in said):  # then there may have been no room to note what is to be told
        assert {one["commit"] for one in said if "commit" in one} | tips(hub) <= told(hub)
        assert {one["events"][0] for one in said if "discussed" in one} <= comments_told(hub)
    assert list(hub.upkeep.fsck()) == []
    assert list(hub.upkeep.verify_blobs()) == []


def tips(hub: Hub) -> set[str]:
    """Where the branches of the team's repos are that had commits, also those whose answer the kill kept back."""
    found: set[str] = set()
    for repo in hub.repos.select(ANN, Listing(namespace="team")):
        first = hub.refs.history(ANN, repo.id, MAIN, limit=100_000)[-1].id
        found |= {branch.commit for branch in hub.refs.branches(ANN, repo.id)} - {first}
    return found


def letters(hub: Hub) -> list[dict[str, Any]]:
    """What the webhook was told, or will be."""
    with hub.database.read() as connection:
        return [json.loads(payload) for payload in connection.execute(select(deliveries.c.payload)).scalars()]


def told(hub: Hub) -> set[str]:
    """The commits of which the webhook was told, or will be."""
    return {moved["newSha"] for letter in letters(hub) for moved in letter.get("updatedRefs", ())}


def comments_told(hub: Hub) -> set[str]:
    """The comments likewise."""
    return {letter["comment"]["id"] for letter in letters(hub) if "comment" in letter}


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
    hub = open_hub(folder, database)
    hub.told.begin()
    check(hub, said)
    hub.events.close()
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
@pytest.mark.timeout(60 * CRASHES + 600)
def test_what_was_acknowledged_survives_every_kill(tmp_path: Path) -> None:
    """After each kill the storage is sound, and work goes on; git finds nothing missing."""
    dice = random.Random(7)
    said: Said = []

    for seed in range(CRASHES):
        folder = tmp_path / str(seed // OF_ONE_HUB)
        if not seed % OF_ONE_HUB:
            folder.mkdir()
            said.clear()
        said += crash(folder, seed, Moment.any(dice))
        checked(folder, said)


@pytest.mark.slow
@pytest.mark.skipif(COMPILER is None or sys.platform != "linux", reason="needs a C compiler and LD_PRELOAD")
@pytest.mark.timeout(60 * CRASHES + 600)
def test_what_was_acknowledged_survives_every_power_cut(tmp_path: Path) -> None:
    """Whatever was not synced is lost, all of it or file by file: files, names in folders, refs, the index."""
    dice = random.Random(8)
    said: Said = []
    folder = tmp_path / "0"
    folder.mkdir()

    for seed in range(CRASHES):
        if seed and not seed % OF_ONE_HUB:
            shutil.rmtree(folder)
            folder.mkdir()
            said.clear()
        disk = Disk.below(folder, tmp_path)
        said += crash(folder, 1000 + seed, Moment.any(dice), disk.environment)
        after = tmp_path / str(seed + 1)
        disk.after_power_cut(after, dice, luck=(0.0, 0.5, 0.9)[seed % 3])
        checked(after, said)
        shutil.rmtree(folder)
        shutil.rmtree(disk.record)
        folder = after


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which is soon full."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nobody here may mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mount") is None, reason="needs a disk of its own")
def test_what_was_acknowledged_survives_a_full_disk(small_disk: Path) -> None:
    """Work is refused with the reason while there is no room; when there is some again, all is well."""
    said = crash(small_disk, 2000, Moment(20, what='"full"'))
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)

    checked(small_disk, said)

    assert any("full" in one for one in said)
    assert any("commit" in one for one in crash(small_disk, 2001, Moment(20, what='"commit"')))
