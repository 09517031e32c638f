"""A process that works on a hub in many ways at once until it is killed; says each thing that it has acknowledged.

``python mixed_work.py FOLDER SEED [PUSHES]``: prints an empty line when the hub is open, then a line of JSON for each.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xet_made import Xorb, shard, whole

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import Conflict, StaleParent, StorageFull
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.collecting import Collection
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.pulls import Proposal
from jupyter_hubcollab.hub.pushes import Update
from jupyter_hubcollab.hub.webhooks import Watched, Wish
from jupyter_hubcollab.hub.work import silent
from jupyter_hubcollab.names import Digest, FilePath, RepoId, Revision
from jupyter_hubcollab.protocols.git.backend import _SETTINGS
from jupyter_hubcollab.protocols.git.hook import DURABLE
from jupyter_hubcollab.storage.database import Database
from jupyter_hubcollab.storage.parts import Parts

ANN = Actor("ann", "Ann")
MAIN = Revision("main")
REPOS = [RepoId("team", f"r{n}") for n in range(3)]
PUSHED = RepoId("team", "pushed")
YOUNG = timedelta(seconds=8)
"""A push must not take longer than this from its first object to its ref, on however busy a machine."""
HOOK = "https://hooks.example.org/team"


def say(**acknowledged: object) -> None:
    """One write, so that lines of several threads do not mix."""
    os.write(1, json.dumps(acknowledged).encode() + b"\n")


def broken(what: threading.ExceptHookArgs) -> None:
    """Nobody expected this."""
    say(broken="".join(traceback.format_exception(what.exc_type, what.exc_value, what.exc_traceback)))


class Worker:
    """One of several that work at once."""

    def __init__(self, hub: Hub, seed: int, number: int) -> None:
        self.hub = hub
        self.name = f"{seed}-{number}"
        self.dice = random.Random(seed * 10 + number)

    def run(self) -> None:
        """Work until the process ends."""
        kinds = [self.commit, self.commit, self.upload_chunks, self.upload_parts, self.pull_request]
        kinds += [self.passing_repo, self.squash, self.discuss]
        for n in range(100_000):
            repo = self.dice.choice(REPOS)
            try:
                with suppress(Conflict):
                    self.hub.repos.create(ANN, repo)
                self.dice.choice(kinds)(repo, f"{self.name}-{n}")
                if n % 6 == 5:
                    places = self.hub.upkeep.places
                    with self.hub.upkeep.turn:
                        Collection(places, datetime.now(UTC) - YOUNG, dry=False, tell=silent).run()
            except StorageFull:
                say(full=self.name)

    def commit(self, repo: RepoId, name: str) -> None:
        content = self.dice.randbytes(self.dice.randrange(1, 50_000))
        tag = f"v{name}" if self.dice.random() < 0.3 else None
        changes = [
            Put(FilePath(f"t/{name}.txt"), name.encode(), len(name)),
            Put(FilePath(f"{name}.bin"), self.hub.blobs.put([content]), len(content)),
        ]
        made = self.hub.commits.commit(ANN, repo, changes, message=name, tag=tag)
        say(repo=str(repo), commit=made.id, files=[f"t/{name}.txt", f"{name}.bin"], tag=tag)
        parent = made.id
        changed = [Put(FilePath(f"t/{name}.txt"), b"again", 5)]
        try:
            second = self.hub.commits.commit(ANN, repo, changed, message="again", parent=parent)
            # Its answer was lost, so it is sent once more: the same commit, or somebody else was faster.
            assert self.hub.commits.commit(ANN, repo, changed, message="again", parent=parent).id == second.id
        except StaleParent:
            pass

    def upload_chunks(self, repo: RepoId, name: str) -> None:
        one = Xorb([self.dice.randbytes(self.dice.randrange(1_000, 20_000)) for _ in range(3)])
        incoming = self.hub.xet.incoming()
        incoming.write(one.body)
        self.hub.xet.finish(incoming, one.hash)
        incoming.abort()
        holder = self.hub.xet_tokens.holder(self.hub.xet_tokens.grant(ANN, repo, "main", "write"), "write")
        list(self.hub.xet.add(holder, shard(whole(one))))
        if self.dice.random() < 0.5:
            return  # never committed, to be collected
        made = self.hub.commits.commit(
            ANN,
            repo,
            [Put(FilePath(f"{name}.xet"), Digest(whole(one).digest or ""), len(whole(one).content))],
            message=name,
        )
        say(repo=str(repo), commit=made.id, files=[f"{name}.xet"], tag=None)

    def upload_parts(self, repo: RepoId, name: str) -> None:
        """As git-lfs sends a large file; the answer to the last question is lost, so it is asked again."""
        content = self.dice.randbytes(self.dice.randrange(2, 50_000))
        digest, upload = Digest(hashlib.sha256(content).hexdigest()), name.replace("-", "x")
        parts = Parts(self.hub.upkeep.places.folder / "blobs", self.hub.blobs.whole)
        middle = len(content) // 2
        for start, end in ((middle, len(content)), (0, middle)):
            part = parts.begin(upload, start)
            part.write(content[start:end])
            part.close()
        parts.finish(upload, digest)
        parts.finish(upload, digest)
        put = Put(FilePath(f"{name}.parts"), digest, len(content))
        made = self.hub.commits.commit(ANN, repo, [put], message=name)
        say(repo=str(repo), commit=made.id, files=[f"{name}.parts"], tag=None)

    def discuss(self, repo: RepoId, name: str) -> None:
        """Somebody asks, somebody answers, and it is settled."""
        discussions = self.hub.social.discussions
        opened = discussions.open(ANN, repo, name, "how?")
        said = [discussions.comment(ANN, repo, opened.number, "so").id]
        say(repo=str(repo), discussed=opened.number, events=said, status="open")
        said.append(discussions.set_status(ANN, repo, opened.number, "closed", "thanks").id)
        say(repo=str(repo), discussed=opened.number, events=said, status="closed")

    def pull_request(self, repo: RepoId, name: str) -> None:
        pulls = self.hub.social.pulls
        put = Put(FilePath(f"pr/{name}.txt"), name.encode(), len(name))
        pull, made = pulls.open_with(ANN, repo, Proposal(name, ""), [put], name)
        say(repo=str(repo), commit=made.id, files=[f"pr/{name}.txt"], tag=None, pull=pull.number)
        try:
            pulls.merge(ANN, repo, pull.number)
        except StaleParent:
            return
        say(repo=str(repo), merged=pull.number, files=[f"pr/{name}.txt"], tag=None)

    def squash(self, repo: RepoId, name: str) -> None:
        branch = Revision(f"b-{name}")
        self.hub.refs.create_branch(ANN, repo, branch)
        made = self.hub.commits.commit(
            ANN, repo, [Put(FilePath("s.txt"), name.encode(), len(name))], message=name, branch=branch
        )
        squashed = self.hub.commits.squash(ANN, repo, branch=branch, message="squashed")
        say(repo=str(repo), commit=squashed.id, files=["s.txt"], tag=None, branch=branch)
        assert made.id != squashed.id

    def passing_repo(self, _repo: RepoId, name: str) -> None:
        passing = RepoId("passing", name)
        self.hub.repos.create(ANN, passing)
        say(made=str(passing))
        say(deleting=str(passing))
        self.hub.repos.delete(ANN, passing)
        say(deleted=str(passing))


def push(hub: Hub, seed: int) -> None:
    """git pushes into a repo of its own, with the settings that the server gives it; checked and indexed as there."""
    with suppress(Conflict):
        hub.repos.create(ANN, PUSHED)
    repo = hub.repos.get(ANN, PUSHED)
    bare = hub.bare.path(repo.storage)
    with tempfile.TemporaryDirectory() as clone:
        environment = git_environment(Path(clone))

        def git(*words: str) -> str:
            done = subprocess.run(
                ["git", "-C", clone, *words], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise AssertionError(f"git {words[0]} ended with {done.returncode}: {done.stderr}")
            return done.stdout.strip()

        git("init", "-q", "-b", "main", ".")
        git("pull", "-q", str(bare), "main")
        for n in range(100_000):
            name = f"{seed}-push-{n}"
            Path(clone, f"{name}.txt").write_text(name)
            git("add", f"{name}.txt")
            git("commit", "-q", "-m", name)
            old, new = git("rev-parse", "HEAD~"), git("rev-parse", "HEAD")
            update = Update(old, new, "refs/heads/main")
            hub.pushes.check(ANN, repo, [update], Path(clone, ".git", "objects"), lambda _actor, _digests: [])
            git("push", "-q", str(bare), "HEAD:main")
            hub.pushes.settle(ANN, repo, [update])
            say(repo=str(PUSHED), commit=new, files=[f"{name}.txt"], tag=None)


def git_environment(clone: Path) -> dict[str, str]:
    """git, told by files what the server tells it by the environment, which does not reach a local receive-pack."""
    hooks = clone / ".hooks"
    hooks.mkdir()
    (hooks / "reference-transaction").write_text(DURABLE)
    (hooks / "reference-transaction").chmod(0o700)
    settings = {**_SETTINGS, "user.name": "Ann", "user.email": "ann@localhost", "core.hooksPath": str(hooks)}
    file = hooks / "config"
    for name, value in settings.items():
        subprocess.run(["git", "config", "--file", str(file), name, value], check=True)
    return os.environ | {"GIT_CONFIG_GLOBAL": str(file), "GIT_CONFIG_NOSYSTEM": "1"}


def main(folder: Path, seed: int, *, pushes: bool) -> None:
    """Open the hub, work until somebody kills us."""
    hub = open_hub(folder, Database(f"sqlite:///{folder}/index.sqlite"))
    threading.excepthook = broken
    if not hub.social.webhooks.list(ANN):
        hub.social.webhooks.create(ANN, Wish(HOOK, [Watched("org", "team")]), "http://127.0.0.1:8888")
    hub.told.begin()
    os.write(1, b"\n")
    work = [Worker(hub, seed, number).run for number in range(2)]
    threads = [threading.Thread(target=one) for one in work]
    if pushes:
        threads.append(threading.Thread(target=push, args=(hub, seed)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), pushes=len(sys.argv) > 3)
