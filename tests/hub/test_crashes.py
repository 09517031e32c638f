"""A hub that is killed at random moments of a mixed workload loses nothing that it has acknowledged.

``HUBCOLLAB_CRASHES`` says how often (``make soak`` says: hundreds of times).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from people import ANN

from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.names import FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database

CRASHES = int(os.environ.get("HUBCOLLAB_CRASHES", "5"))
MAIN = Revision("main")

WORK = """
import json, os, random, sys, threading
from pathlib import Path
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import Conflict
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import open_hub
from jupyter_hubcollab.names import FilePath, RepoId
from jupyter_hubcollab.storage.database import Database

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
hub = open_hub(folder, Database(f"sqlite:///{folder}/index.sqlite"))
ann = Actor("ann", "Ann")
os.write(1, b"\\n")

def work(who):
    dice = random.Random(seed * 10 + who)
    for n in range(10_000):
        repo = RepoId("team", f"r{dice.randrange(3)}")
        name = f"{seed}-{who}-{n}"
        try:
            hub.repos.create(ann, repo)
        except Conflict:
            pass
        content = dice.randbytes(dice.randrange(1, 50_000))
        small = Put(FilePath(f"t/{name}.txt"), name.encode(), len(name))
        large = Put(FilePath(f"{name}.bin"), hub.blobs.put([content]), len(content))
        tag = f"v{name}" if n % 3 == 0 else None
        made = hub.commits.commit(ann, repo, [small, large], message=name, tag=tag)
        os.write(1, json.dumps([str(repo), made.id, name, tag]).encode() + b"\\n")
        if n % 5 == 4:
            hub.upkeep.gc()

writers = [threading.Thread(target=work, args=(who,)) for who in range(2)]
for writer in writers:
    writer.start()
for writer in writers:
    writer.join()
"""


def crash(folder: Path, seed: int, after_s: float) -> list[list[str]]:
    """Let two writers work, kill them; what they had acknowledged."""
    command = [sys.executable, "-c", WORK, str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        killer = Timer(after_s, worker.send_signal, [signal.SIGKILL])
        killer.start()
        said = worker.stdout.read()
        killer.join()
    return [json.loads(line) for line in said.split(b"\n")[:-1]]


def check(hub: Hub, acknowledged: list[list[str]]) -> None:
    """Everything that was acknowledged is there and whole; everything that is there is whole."""
    for repo, commit, name, tag in acknowledged:
        id = RepoId(*repo.split("/"))
        history = {one.id for one in hub.refs.history(ANN, id, MAIN, limit=100_000)}
        assert commit in history
        assert hub.files.read_text(ANN, id, Revision(commit), FilePath(f"t/{name}.txt")) == name
        assert sum(map(len, hub.files.open(ANN, id, MAIN, FilePath(f"{name}.bin")))) > 0
        assert tag is None or hub.refs.resolve(ANN, id, Revision(tag)).id == commit
    assert list(hub.upkeep.fsck()) == []
    assert list(hub.upkeep.verify_blobs()) == []


@pytest.mark.slow
@pytest.mark.timeout(60 * CRASHES + 120)
def test_what_was_acknowledged_survives_every_crash(tmp_path: Path) -> None:
    """Commits, blobs, tags; after each kill the storage is sound and work goes on."""
    dice = random.Random(7)
    acknowledged: list[list[str]] = []

    for seed in range(CRASHES):
        acknowledged += crash(tmp_path, seed, dice.uniform(0.02, 1.5))
        database = Database(f"sqlite:///{tmp_path}/index.sqlite")
        check(open_hub(tmp_path, database), acknowledged)
        database.close()

    assert acknowledged
