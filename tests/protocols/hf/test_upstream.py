"""Repos of another hub, read through this one: the other hub is a second server of ours, killed and slowed."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi

pytestmark = pytest.mark.slow
BIG = 24 << 20


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Live]:
    """The other hub, whose public repos need no login."""
    started = live.start(tmp_path_factory.mktemp("theirs"), "--HubCollab.anonymous_read=True")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def gate(theirs: live.Live) -> Iterator[object]:
    """The way to the other hub."""
    from faulty import Gate

    gate = Gate(theirs.endpoint)
    yield gate
    gate.close()


@pytest.fixture(scope="module")
def canonical() -> Iterator[str]:
    """A second other hub, which has what belongs to nobody."""
    far = ThreadingHTTPServer(("127.0.0.1", 0), Canonical)
    threading.Thread(target=far.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{far.server_port}"
    far.shutdown()
    far.server_close()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, gate, canonical) -> Iterator[live.Live]:
    """Our hub, which reads through from the other ones."""
    upstreams = [f"--HubCollab.upstreams={url}" for url in (gate.url, canonical)]
    started = live.start(tmp_path_factory.mktemp("ours"), *upstreams)
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def no_faults(gate) -> Iterator[None]:
    """Each test begins with a way that is whole."""
    yield
    gate.heal()


@pytest.fixture(scope="module")
def carol(theirs: live.Live) -> HfApi:
    """Somebody who has repos on the other hub."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=theirs.endpoint, token=theirs.hub_token("carol"))


@pytest.fixture(scope="module")
def ann(ours: live.Live) -> HfApi:
    """Somebody who works with our hub."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=ours.endpoint, token=ours.hub_token("ann"))


@pytest.fixture(scope="module")
def bob(ours: live.Live) -> HfApi:
    """Somebody else."""
    from huggingface_hub import HfApi

    return HfApi(endpoint=ours.endpoint, token=ours.hub_token("bob"))


@pytest.fixture
def away(carol: HfApi) -> str:
    """A public model of the other hub."""
    return made(carol)


def made(api: HfApi, *, private: bool = False, size: int = 3 << 20) -> str:
    name = f"carol/m{uuid4().hex[:10]}"
    api.create_repo(name, private=private)
    api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# M\n", path_in_repo="README.md", repo_id=name)
    api.upload_file(path_or_fileobj=secrets.token_bytes(size), path_in_repo="sub/model.bin", repo_id=name)
    return name


def content(api: HfApi, name: str) -> bytes:
    """The bytes of the big file, past all caches of the client."""
    status, _, body = live.call("GET", f"{api.endpoint}/{name}/resolve/main/sub/model.bin", api.token)
    assert status == 200, body[:500]
    return body


def asked(server: live.Live, name: str, token: str) -> Any:
    """A download of the big file that is read as it comes."""
    request = urllib.request.Request(f"{server.endpoint}/{name}/resolve/main/sub/model.bin")
    request.add_header("Authorization", f"Bearer {token}")
    return urllib.request.urlopen(request, timeout=150)


def test_a_model_that_we_do_not_have_is_read_from_the_other_hub(ann, carol, away, tmp_path):
    """Info, tree, refs, history and all files are those of the other hub."""
    folder = Path(ann.snapshot_download(away, cache_dir=tmp_path / "ours"))

    there = Path(carol.snapshot_download(away, cache_dir=tmp_path / "theirs"))
    assert (folder / "sub/model.bin").read_bytes() == (there / "sub/model.bin").read_bytes()
    assert ann.model_info(away).sha == carol.model_info(away).sha == folder.name
    assert ann.list_repo_files(away) == carol.list_repo_files(away)
    assert ann.list_repo_refs(away).branches == carol.list_repo_refs(away).branches
    assert [one.title for one in ann.list_repo_commits(away)] == [one.title for one in carol.list_repo_commits(away)]
    assert [one.path for one in ann.get_paths_info(away, ["README.md", "none"])] == ["README.md"]


def test_files_are_read_in_parts_by_the_file_system(ours, away, carol):
    """fsspec lists, opens and seeks in repos of the other hub."""
    from huggingface_hub import HfFileSystem

    files = HfFileSystem(endpoint=ours.endpoint, token=ours.hub_token("ann"), skip_instance_cache=True)

    with files.open(f"{away}/sub/model.bin", "rb", block_size=1 << 16) as file:
        file.seek(2 << 20)
        part = file.read(1000)

    assert part == content(carol, away)[2 << 20 :][:1000]
    assert f"{away}/README.md" in files.ls(away, detail=False)


def test_what_was_read_is_served_when_the_other_hub_is_gone(tmp_path, tmp_path_factory):
    """A snapshot works again after the other hub was killed, also with another cache, and after our own restart."""
    from huggingface_hub import HfApi

    other = live.start(tmp_path_factory.mktemp("mortal"), "--HubCollab.anonymous_read=True")
    name = made(HfApi(endpoint=other.endpoint, token=other.hub_token("carol")))
    folder = tmp_path_factory.mktemp("surviving")
    upstreams = f"--HubCollab.upstreams={other.endpoint}"
    first = live.start(folder, upstreams)
    token = first.hub_token("ann")
    before = Path(HfApi(endpoint=first.endpoint, token=token).snapshot_download(name, cache_dir=tmp_path / "a"))
    other.process.kill()
    other.process.wait()
    first.stop()
    again = live.start(folder, upstreams)

    try:
        begun = time.monotonic()
        after = Path(HfApi(endpoint=again.endpoint, token=token).snapshot_download(name, cache_dir=tmp_path / "b"))
        took = time.monotonic() - begun
    finally:
        again.stop()

    assert after.name == before.name
    assert (after / "sub/model.bin").read_bytes() == (before / "sub/model.bin").read_bytes()
    assert took < 60


def test_a_repo_that_is_nowhere_names_the_hub_that_was_asked(ann, gate):
    """The refusal of the other hub is passed on in words."""
    from huggingface_hub.errors import RepositoryNotFoundError

    with pytest.raises(RepositoryNotFoundError, match="has no such model, or none that you may see"):
        ann.model_info(f"carol/none-{uuid4().hex[:6]}")


def test_a_missing_file_and_revision_have_their_own_errors(ann, away):
    """Clients tell a missing optional file from a missing repo, and remember it by commit."""
    from huggingface_hub.errors import EntryNotFoundError, RevisionNotFoundError

    with pytest.raises(EntryNotFoundError) as missing:
        ann.hf_hub_download(away, "none.json")
    with pytest.raises(RevisionNotFoundError):
        ann.model_info(away, revision="none")

    assert missing.value.response.headers["X-Repo-Commit"] == ann.model_info(away).sha


def test_a_private_repo_needs_the_readers_own_token(ann, bob, carol, ours, theirs, gate):
    """What Ann's token for the other hub opens stays closed to Bob; our tokens are not sent there."""
    from huggingface_hub.errors import RepositoryNotFoundError

    name = made(carol, private=True)
    with pytest.raises(RepositoryNotFoundError):
        ann.model_info(name)
    given = f'{{"hub": "{gate.url}", "token": "{theirs.hub_token("carol", "read")}"}}'.encode()
    put = live.call("PUT", f"{ours.url}/hubcollab/api/upstreams/tokens", ann.token, given)
    found = content(ann, name)

    with pytest.raises(RepositoryNotFoundError):
        bob.hf_hub_download(name, "sub/model.bin", revision=carol.model_info(name).sha)
    with pytest.raises(RepositoryNotFoundError):
        bob.model_info(name)

    assert put[0] == 204
    assert len(found) == 3 << 20
    assert found == content(carol, name)
    assert theirs.hub_token("carol", "read") not in (ours.folder / "index.sqlite").read_bytes().decode("latin-1")


def test_bytes_reach_the_client_while_they_arrive(ours, carol, gate):
    """The other hub has stopped in the middle, and yet the client has the first part."""
    name = made(carol, size=BIG)
    token = ours.hub_token("ann")
    live.call("HEAD", f"{ours.endpoint}/{name}/resolve/main/sub/model.bin", token)
    gate.faults.hold_after = 8 << 20

    with asked(ours, name, token) as reply:
        first = reply.read(1 << 20)
        gate.faults.go_on.set()
        rest = reply.read()

    assert first + rest == content(carol, name)


def test_a_hub_that_dies_in_the_middle_breaks_the_download_and_loses_nothing(carol, gate, tmp_path):
    """The client sees that the file is not whole; after our restart only the rest is fetched."""
    name = made(carol, size=BIG)
    upstreams = f"--HubCollab.upstreams={gate.url}"
    server = live.start(tmp_path, upstreams)
    token = server.hub_token("ann")
    live.call("HEAD", f"{server.endpoint}/{name}/resolve/main/sub/model.bin", token)
    gate.faults.hold_after = 12 << 20
    with asked(server, name, token) as reply:
        reply.read(1 << 20)
        gate.die()
        with pytest.raises((IncompleteRead, ConnectionError)):
            reply.read()
    server.stop()
    gate.heal()
    before = gate.passed
    server = live.start(tmp_path, upstreams)

    status, _, found = live.call("GET", f"{server.endpoint}/{name}/resolve/main/sub/model.bin", token)

    server.stop()
    passed = gate.passed - before
    assert (status, found == content(carol, name)) == (200, True)
    assert passed < BIG


def test_a_transfer_that_breaks_is_gone_on_with(ann, carol, gate):
    """Every connection breaks after 6 MB, and yet the file arrives whole, each byte about once."""
    name = made(carol, size=BIG)
    ann.model_info(name)
    gate.faults.cut_after = 6 << 20
    before = gate.passed

    found = content(ann, name)

    gate.heal()
    assert found == content(carol, name)
    assert gate.passed - before < BIG * 1.2


def test_wrong_bytes_are_refused_and_not_kept(ann, carol, ours, gate):
    """A file whose bytes do not fit its hash reaches nobody; with the right bytes it does."""
    name = made(carol, size=BIG)
    sha = ann.model_info(name).sha
    url = f"{ours.endpoint}/{name}/resolve/{sha}/sub/model.bin"
    live.call("HEAD", url, ann.token)
    gate.faults.flip_after = 5 << 20

    with pytest.raises(Exception, match=r"IncompleteRead|Connection reset|closed"):
        live.call("GET", url, ann.token)
    gate.heal()
    found = content(ann, name)

    assert found == content(carol, name)


def test_a_name_of_ours_is_never_theirs(ann, bob, carol, away):
    """A repo of ours stands before one of the other hub; one that is hidden looks as if it was nowhere."""
    from huggingface_hub.errors import RepositoryNotFoundError

    ann.model_info(away)

    ann.create_repo(away, private=True)

    assert ann.list_repo_files(away) == [".gitattributes"]
    assert ann.model_info(away).sha != carol.model_info(away).sha
    with pytest.raises(RepositoryNotFoundError):
        bob.model_info(away)
    with pytest.raises(RepositoryNotFoundError):
        bob.hf_hub_download(away, "README.md", revision=carol.model_info(away).sha)


def test_git_is_told_where_to_clone_from(ours, away, gate):
    """A redirect would have git send the login that it has here to the other hub."""
    url = f"{ours.endpoint}/{away}/info/refs?service=git-upload-pack"

    status, headers, body = live.call("GET", url, ours.hub_token("ann"))

    assert status == 404
    assert "Location" not in headers
    assert f"clone it from {gate.url}/{away}" in body.decode()


CONFIG = b'{"model_type": "bert"}'
COMMIT = "c" * 40


class Canonical(BaseHTTPRequestHandler):
    """As much of a hub as it takes to have the model ``gpt2`` and the data set ``squad``, which have no namespace."""

    protocol_version = "HTTP/1.1"
    info: ClassVar[dict[str, object]] = {
        "id": "x",
        "sha": COMMIT,
        "siblings": [{"rfilename": "config.json"}],
        "tags": [],
    }
    tree: ClassVar[list[dict[str, object]]] = [{"type": "file", "path": "config.json", "size": len(CONFIG), "oid": "0"}]

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        oid = hashlib.sha1(b"blob %d\0" % len(CONFIG) + CONFIG).hexdigest()
        path = self.path.partition("?")[0]
        page = {
            **{f"/api/{repo}/revision/{rev}": self.info for repo in CANONICAL for rev in ("main", COMMIT)},
            **{f"/api/{repo}/tree/{COMMIT}": self.tree for repo in CANONICAL},
        }.get(path)
        is_file = path in (f"/gpt2/resolve/{COMMIT}/config.json", f"/datasets/squad/resolve/{COMMIT}/config.json")
        body = CONFIG if is_file else json.dumps(page).encode()
        self.send_response(200 if page is not None or is_file else 404)
        self.send_header("ETag", f'"{oid}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *about: object) -> None:
        """Say nothing."""


CANONICAL = ("models/gpt2", "datasets/squad")


def test_names_without_a_namespace_are_read_through(ann, tmp_path):
    """What every tutorial begins with works: a model and a data set that belong to nobody."""
    file = Path(ann.hf_hub_download("gpt2", "config.json", cache_dir=tmp_path))
    folder = Path(ann.snapshot_download("squad", repo_type="dataset", cache_dir=tmp_path))

    assert file.read_bytes() == (folder / "config.json").read_bytes() == CONFIG
    assert folder.name == COMMIT
    assert ann.list_repo_files("gpt2") == ["config.json"]
    assert not ann.file_exists("gpt2", "none.json")


def test_its_page_is_shown_in_the_panel_s_words(ours: live.Live, ann: HfApi, away: str, carol: HfApi) -> None:
    """Files, sizes and card of a repo that we do not have, and what a cell says to get it."""
    carol.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# From afar\n", path_in_repo="README.md", repo_id=away)
    address = f"{ours.url}/hubcollab/api/upstreams/models"

    status, _, content = live.call("GET", f"{address}/{away}", str(ann.token))
    page = json.loads(content)
    missing = live.call("GET", f"{address}/carol/nothing", str(ann.token))

    assert (status, page["about"]["id"], page["readme"]) == (200, away, "# From afar\n")
    assert {one["path"]: one["sizeBytes"] is not None for one in page["files"]}["README.md"]
    assert away in page["loadCode"]
    assert (missing[0], missing[1]["X-Error-Code"]) == (404, "RepoNotFound")
