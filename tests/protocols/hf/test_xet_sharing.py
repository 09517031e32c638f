"""Bytes that are here already, in a repo that one may read, are not sent again: by the unmodified client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import live
import pytest
from faulty import Gate
from huggingface_hub import HfApi
from huggingface_hub.hf_api import RepoFile
from sqlalchemy import select

from jupyter_hubcollab.storage.database import Database
from jupyter_hubcollab.storage.merkle import shown
from jupyter_hubcollab.storage.schema import xet_chunks

SIZE = 12_000_000
CONTENT = Random(20260104).randbytes(SIZE)
EDITED = CONTENT[:5_000_000] + b"something new" * 1000 + CONTENT[5_000_000:]
UPLOAD = """
import sys
from huggingface_hub import HfApi
HfApi(endpoint=sys.argv[1]).upload_file(path_or_fileobj=sys.argv[2], path_in_repo="w.bin", repo_id=sys.argv[3])
"""


@dataclass
class Machine:
    """A computer of somebody's, with caches of its own."""

    folder: Path
    token: str
    url: str

    def sends(self, content: bytes, repo: str) -> float:
        """Upload a file; how many of its bytes went over the wire, as a share."""
        file = self.folder / "file"
        file.write_bytes(content)
        own = {"HF_HOME": str(self.folder / "hf"), "HF_TOKEN": self.token, "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")} | own
        with Gate(self.url) as gate:
            command = [sys.executable, "-c", UPLOAD, f"{gate.url}/hubcollab/hf", str(file), repo]
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
            return gate.taken / len(content)


@pytest.fixture(scope="module")
def ann(server: live.Live) -> HfApi:
    """Ann has sent the file to a private repo of hers."""
    ann = HfApi(endpoint=server.endpoint, token=live.TOKEN)
    ann.create_repo("ann/shared-from", private=True)
    ann.upload_file(path_or_fileobj=CONTENT, path_in_repo="w.bin", repo_id="ann/shared-from")
    return ann


@pytest.fixture
def machine(server: live.Live, tmp_path: Path) -> Iterator[Machine]:
    return Machine(tmp_path, live.TOKEN, server.url)


def test_another_machine_sends_what_is_new(ann: HfApi, machine: Machine) -> None:
    """Also to another repo: the chunks that the person's first machine sent are found by asking."""
    ann.create_repo("ann/shared-to", private=True)

    assert machine.sends(EDITED, "ann/shared-to") < 0.2
    assert Path(ann.hf_hub_download("ann/shared-to", "w.bin", local_dir=machine.folder)).read_bytes() == EDITED


def test_a_foreign_chunk_is_as_absent_as_an_unknown_one(server: live.Live, ann: HfApi) -> None:
    """The same answer, word for word; and none at all without a token for writing."""
    bob = HfApi(endpoint=server.endpoint, token=server.hub_token("bob"))
    bob.create_repo("bob/asking")
    file = ann.get_paths_info("ann/shared-from", "w.bin")[0]
    assert isinstance(file, RepoFile)

    def ask(who: HfApi, repo: str, access: str, chunk: str) -> tuple[int, bytes]:
        _, _, body = live.call("GET", f"{server.endpoint}/api/models/{repo}/xet-{access}-token/main", str(who.token))
        told = json.loads(body)
        status, _, answer = live.call("GET", f"{told['casUrl']}/v1/chunks/default/{chunk}", told["accessToken"])
        return status, answer

    (first,) = hf_chunks(server, str(file.xet_hash))
    assert ask(ann, "ann/shared-from", "write", first)[0] == 200
    assert ask(bob, "bob/asking", "write", first) == ask(bob, "bob/asking", "write", "ab" * 32)
    assert ask(bob, "bob/asking", "read", first)[0] == 403


def hf_chunks(server: live.Live, file: str) -> list[str]:
    """The first chunk of a file."""
    index = Database(f"sqlite:///{server.folder}/index.sqlite")
    with index.read() as connection:
        mine = (xet_chunks.c.file == file) & (xet_chunks.c.position == 0)
        found = [shown(chunk) for chunk in connection.execute(select(xet_chunks.c.chunk).where(mine)).scalars()]
    index.close()
    return found


def test_who_may_not_read_a_file_sends_it_whole(server: live.Live, ann: HfApi, machine: Machine) -> None:
    """As if nobody had it; once its owner lets them read it, they need not."""
    machine.token = server.hub_token("bob")
    bob = HfApi(endpoint=server.endpoint, token=machine.token)
    bob.create_repo("bob/whole")
    bob.create_repo("bob/little")

    before = machine.sends(CONTENT + b"bob", "bob/whole")
    ann.upload_file(path_or_fileobj=CONTENT[::-1], path_in_repo="w.bin", repo_id="ann/shared-from")
    ann.update_repo_settings("ann/shared-from", private=False)
    after = machine.sends(CONTENT[::-1] + b"bob", "bob/little")

    assert before > 0.99
    assert after < 0.2
