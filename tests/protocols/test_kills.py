"""A server that is killed while unmodified clients work loses nothing that it has answered.

``HUBCOLLAB_KILLS`` says how often (``make soak`` says: hundreds of times).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import live
import pytest

KILLS = int(os.environ.get("HUBCOLLAB_KILLS", "1"))
REPO = "team/killed"


@dataclass
class Clients:
    """They work until the server is gone; `told` has the files that they were told to be there, by revision."""

    server: live.Live
    token: str
    folder: Path
    round: int
    told: list[tuple[str, str, bytes]] = field(default_factory=list)
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self) -> None:
        """Work, be interrupted, wait for the end."""
        begun = threading.Event()
        works = [self.upload_by_xet, self.commit_and_tag, self.push, self.propose_and_merge, self.collect]
        threads = [threading.Thread(target=self._until_killed, args=(work, begun)) for work in works]
        for thread in threads:
            thread.start()
        begun.wait(150)
        threading.Event().wait(random.Random(self.round).uniform(0.2, 3.0))
        self.server.process.kill()
        self.server.process.wait()
        for child in self.children:  # they would go on asking for a minute
            child.kill()
        for thread in threads:
            thread.join()

    def _until_killed(self, work: Callable[[str], None], begun: threading.Event) -> None:
        from huggingface_hub.errors import HfHubHTTPError

        for n in range(1000):
            if self.server.process.poll() is not None:
                return
            try:
                work(f"{work.__name__}-{self.round}-{n}")
            except (OSError, RuntimeError, HTTPException, HfHubHTTPError, subprocess.SubprocessError):
                if self.server.process.poll() is not None:
                    return
            if self.told:
                begun.set()

    def upload_by_xet(self, name: str) -> None:
        """The client's way for large files, in a process of its own: it cannot be interrupted else."""
        content = random.Random(name).randbytes(300_000)
        file = self.folder / f"{name}.bin"
        file.write_bytes(content)
        command = ["hf", "upload", REPO, str(file), file.name, "--quiet"]
        with subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as hf:
            self.children.append(hf)
            if self.server.process.poll() is not None:
                hf.kill()  # it began after all others were ended
            if hf.wait(timeout=150):
                raise OSError("the upload did not end well")
        self.told.append(("main", file.name, content))

    def commit_and_tag(self, name: str) -> None:
        """Small files; what was answered with a commit id is there at that id."""
        status, _, body = self._commit(name, "main")
        if status == 200:
            commit = json.loads(body)["commitOid"]
            self.told.append((commit, f"{name}.txt", name.encode()))
            url = f"{self.server.endpoint}/api/models/{REPO}/tag/{commit}"
            tag = json.dumps({"tag": name}).encode()
            if live.call("POST", url, self.token, tag, Content_Type="application/json")[0] == 200:
                self.told.append((name, f"{name}.txt", name.encode()))

    def push(self, name: str) -> None:
        """Clone, commit, push."""
        clone = self.folder / name
        url = self.server.endpoint.replace("http://", f"http://ann:{self.token}@")
        settings = ("-c", "user.name=Ann", "-c", "user.email=ann@localhost", "-c", "filter.lfs.smudge=")

        def git(*words: str) -> None:
            environment = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1", "GIT_TERMINAL_PROMPT": "0"}
            subprocess.run(["git", *settings, *words], env=environment, check=True, capture_output=True, timeout=150)

        git("clone", "-q", "--depth=1", f"{url}/{REPO}", str(clone))
        (clone / f"{name}.txt").write_text(name)
        git("-C", str(clone), "add", f"{name}.txt")
        git("-C", str(clone), "commit", "-q", "-m", name)
        git("-C", str(clone), "push", "-q", "origin", "HEAD:main")
        self.told.append(("main", f"{name}.txt", name.encode()))

    def propose_and_merge(self, name: str) -> None:
        """A pull request that is merged."""
        status, _, body = self._commit(name, "main?create_pr=1")
        if status != 200:
            return
        number = json.loads(body)["pullRequestUrl"].rpartition("/")[2]
        self.told.append((f"refs/pr/{number}", f"{name}.txt", name.encode()))
        merge = f"{self.server.endpoint}/api/models/{REPO}/discussions/{number}/merge"
        if live.call("POST", merge, self.token, b"{}", Content_Type="application/json")[0] == 200:
            self.told.append(("main", f"{name}.txt", name.encode()))

    def collect(self, _name: str) -> None:
        """The operator collects garbage."""
        url = f"{self.server.url}/hubcollab/api/upkeep"
        live.call("POST", url, live.TOKEN, b'{"task": "gc", "graceHours": 1}', Content_Type="application/json")
        threading.Event().wait(0.3)

    def _commit(self, name: str, where: str) -> tuple[int, object, bytes]:
        lines = [
            {"key": "header", "value": {"summary": name}},
            {"key": "file", "value": {"path": f"{name}.txt", "content": name, "encoding": "utf-8"}},
        ]
        body = b"\n".join(json.dumps(line).encode() for line in lines)
        url = f"{self.server.endpoint}/api/models/{REPO}/commit/{where}"
        return live.call("POST", url, self.token, body, Content_Type="application/x-ndjson")

    def _environment(self) -> dict[str, str]:
        names = {"HF_ENDPOINT": self.server.endpoint, "HF_TOKEN": self.token, "HF_HOME": str(self.folder / "hf")}
        return os.environ | names | {"HF_HUB_DISABLE_TELEMETRY": "1"}


def missing(server: live.Live, token: str, told: list[tuple[str, str, bytes]]) -> list[str]:
    """What was told to be there, and is not, or is something else."""
    gone = []
    for revision, path, content in told:
        url = f"{server.endpoint}/{REPO}/resolve/{revision.replace('/', '%2F')}/{path}"
        if live.call("GET", url, token)[2] != content:
            gone.append(f"{path} at {revision}")
    return gone


@pytest.mark.slow
@pytest.mark.timeout(240 * KILLS + 600)
def test_what_was_answered_survives_every_kill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Uploads by Xet, commits, tags, pushes, merged pull requests; fsck finds nothing after any kill."""
    from jupyter_hubcollab.cli import main

    folder = tmp_path / "hub"
    folder.mkdir()
    server = live.start(folder)
    token = server.hub_token("ann")
    create = json.dumps({"organization": "team", "name": "killed"}).encode()
    live.call("POST", f"{server.endpoint}/api/repos/create", token, create, Content_Type="application/json")
    told: list[tuple[str, str, bytes]] = []

    for number in range(KILLS):
        clients = Clients(server, token, tmp_path, number)
        clients.run()
        told += clients.told
        assert main(["fsck", "--deep", "--data-dir", str(folder)]) == 0, capsys.readouterr().out
        server = live.start(folder)
        assert missing(server, token, told) == []
    server.stop()

    assert told
