"""Storage is found whole, collected with care, and indexed again from git."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from people import ANN, BOB, Clock
from sqlalchemy import delete, select, update

from jupyter_hubcollab.errors import BlobNotFound
from jupyter_hubcollab.hub.changes import Delete, Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.listing import Listing
from jupyter_hubcollab.names import KINDS, Digest, FilePath, RepoId, Revision
from jupyter_hubcollab.storage.schema import repo_blobs, repo_tags, repos

MAIN = Revision("main")
WEIGHTS = FilePath("w.bin")


@pytest.fixture
def weights(hub: Hub, digits: RepoId, clock: Clock) -> Digest:
    """A blob in a commit; an hour old."""
    digest = put(hub, clock, b"weights")
    hub.commits.commit(ANN, digits, [Put(WEIGHTS, digest, 7)], message="m")
    return digest


def put(hub: Hub, clock: Clock, content: bytes) -> Digest:
    """Store a blob at the time of the clock."""
    digest = hub.blobs.put([content])
    path = hub.blobs.path(digest)
    assert path is not None
    os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    return digest


def test_a_sound_hub_has_no_findings(hub: Hub, weights: Digest) -> None:
    """Neither in git nor among the blobs."""
    assert list(hub.upkeep.fsck()) == []
    assert list(hub.upkeep.verify_blobs()) == []


def test_a_missing_blob_is_found(hub: Hub, weights: Digest) -> None:
    """With the path that needs it."""
    hub.blobs.whole.remove(weights)

    (finding,) = hub.upkeep.fsck()

    assert finding.repo == "model team/digits"
    assert "'w.bin' needs the blob" in finding.what


def test_a_changed_blob_is_found(hub: Hub, weights: Digest) -> None:
    """Bits that a disk has turned."""
    path = hub.blobs.path(weights)
    assert path is not None
    path.write_bytes(b"Weights")

    assert weights in next(hub.upkeep.verify_blobs()).what


def test_a_damaged_repository_is_found(hub: Hub, digits: RepoId, weights: Digest) -> None:
    """An object of git that is gone, and a whole repository that is gone."""
    storage = hub.bare.path(hub.repos.get(ANN, digits).storage)
    tree = hub.files.entry(ANN, digits, MAIN, WEIGHTS).oid
    (storage / "objects" / tree[:2] / tree[2:]).unlink()

    assert "missing or damaged" in next(hub.upkeep.fsck()).what
    storage.rename(storage.with_suffix(".away"))
    assert "is gone" in next(hub.upkeep.fsck()).what


def test_only_what_nothing_reaches_goes(hub: Hub, digits: RepoId, weights: Digest, clock: Clock) -> None:
    """A blob in an old commit stays, an upload that nobody committed goes, in its time."""
    orphan = put(hub, clock, b"orphan")
    hub.commits.commit(ANN, digits, [Delete(WEIGHTS)], message="m")

    assert hub.upkeep.gc().blobs == 0
    clock.forward(timedelta(days=2))
    freed = hub.upkeep.gc()

    assert (freed.blobs, freed.size_bytes) == (1, 6)
    assert not hub.blobs.has(orphan)
    assert hub.blobs.has(weights)


def test_the_blobs_of_a_deleted_repo_go(hub: Hub, digits: RepoId, weights: Digest, clock: Clock) -> None:
    """But not those that another repo has, too."""
    other = RepoId("team", "other")
    shared = put(hub, clock, b"shared")
    hub.repos.create(BOB, other)
    for repo in (digits, other):
        hub.commits.commit(BOB, repo, [Put(FilePath("s.bin"), shared, 6)], message="m")

    hub.repos.delete(ANN, digits)
    clock.forward(timedelta(days=2))

    assert hub.upkeep.gc().blobs == 1
    assert hub.blobs.has(shared)


def test_a_commit_that_names_a_collected_blob_is_refused(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """Never does history point to what is not there."""
    orphan = put(hub, clock, b"orphan")
    clock.forward(timedelta(days=2))
    hub.commits.scans.append(lambda _: (hub.upkeep.gc(), None)[1])  # between the check and the commit

    with pytest.raises(BlobNotFound):
        hub.commits.commit(ANN, digits, [Put(WEIGHTS, orphan, 6)], message="m")

    assert list(hub.upkeep.fsck()) == []


def test_a_blob_that_is_named_again_is_young_again(hub: Hub, digits: RepoId, weights: Digest, clock: Clock) -> None:
    """Squashed away, then committed once more: it stays."""
    hub.commits.commit(ANN, digits, [Delete(WEIGHTS)], message="m")
    hub.commits.squash(ANN, digits, branch=MAIN, message="squashed")
    clock.forward(timedelta(days=2))
    hub.commits.commit(ANN, digits, [Put(WEIGHTS, weights, 7)], message="again")

    assert hub.upkeep.gc().blobs == 0
    assert list(hub.upkeep.fsck()) == []


def test_what_crashes_left_goes(hub: Hub, tmp_path: Path, clock: Clock) -> None:
    """Halves of uploads and of repos, once they are old."""
    left = [tmp_path / "blobs" / "incoming" / "tmpx", tmp_path / "repos" / "making" / "x.git"]
    left[0].write_bytes(b"half")
    left[1].mkdir()
    for path in left:
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))

    clock.forward(timedelta(days=2))
    hub.upkeep.gc()

    assert not any(path.exists() for path in left)


def test_a_stale_index_is_found_and_worked_out_again(hub: Hub, digits: RepoId, weights: Digest) -> None:
    """Head, card, size and names of blobs."""
    before = hub.repos.get(ANN, digits)
    with hub.database.write() as connection:
        connection.execute(update(repos).values(head=None, size_bytes=0))
        connection.execute(delete(repo_blobs))

    assert "behind git" in next(hub.upkeep.fsck()).what
    assert list(hub.upkeep.reindex()) == ["model team/digits"]

    after = hub.repos.get(ANN, digits)
    assert (after.head, after.size_bytes) == (before.head, before.size_bytes)
    assert hub.repos.blobs_named(after, [weights]) == {weights}


def test_repos_come_back_from_the_folder_alone(hub: Hub, digits: RepoId, weights: Digest) -> None:
    """An index that was lost is rebuilt with owner and visibility."""
    hub.repos.set_private(ANN, digits, True)
    with hub.database.write() as connection:
        connection.execute(delete(repos))

    list(hub.upkeep.reindex())

    found = hub.repos.get(ANN, digits)
    assert (found.owner, found.private) == ("ann", True)
    assert b"".join(hub.files.open(ANN, digits, MAIN, WEIGHTS)) == b"weights"


def listed(hub: Hub, *without: str) -> list[object]:
    """All that lists know of every repo: its row, its tags, its blobs."""
    with hub.database.read() as connection:
        rows = connection.execute(select(repos).order_by(repos.c.key)).mappings().all()
        tags = connection.execute(
            select(repos.c.key, repo_tags.c.tag).join(repo_tags).order_by(repos.c.key, repo_tags.c.tag)
        ).all()
        blobs = connection.execute(
            select(repos.c.key, repo_blobs.c.digest, repo_blobs.c.path)
            .join(repo_blobs)
            .order_by(repos.c.key, repo_blobs.c.digest)
        ).all()
    return [[{name: row[name] for name in row if name not in without} for row in rows], tags, blobs]


def filled(hub: Hub) -> None:
    """Repos of all kinds with cards, weights in several formats, files that changed and a former name."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    tensors = len(header).to_bytes(8, "little") + header + bytes(8)
    card = b"---\nlicense: mit\ntags: [tiny, digits]\nlanguage: de\n---\n# Digits\n"
    for number, kind in enumerate(KINDS):
        id = RepoId("team", f"made-{kind}", kind)
        hub.repos.create(ANN, id, private=number == 1)
        files = [("README.md", card), ("model.safetensors", tensors), ("model.onnx", b"onnx"), ("config.json", b"{}")]
        puts = [Put(FilePath(path), content, len(content)) for path, content in files]
        hub.commits.commit(ANN, id, puts, message="all")
        hub.commits.commit(ANN, id, [Put(FilePath("notes/a.txt"), b"abc", 3)], message="more")
        hub.commits.commit(ANN, id, [Put(FilePath("b.bin"), hub.blobs.put([b"weights"]), 7)], message="blob")
        hub.commits.commit(ANN, id, [Delete(FilePath("notes/a.txt"))], message="less")
    hub.repos.set_gated(ANN, RepoId("team", "made-model"), "manual")


def test_lists_say_the_same_after_an_index_was_spoilt(hub: Hub) -> None:
    """Sizes, counts, cards, tags, formats, parameters, names of blobs: all of it comes from git."""
    filled(hub)
    before = listed(hub, "updated_at")
    wrong = {"head": None, "size_bytes": 7, "files": 9, "parameters": None, "weights": None, "card": "{}"}
    with hub.database.write() as connection:
        connection.execute(update(repos).values(**wrong))
        connection.execute(delete(repo_blobs))
        connection.execute(delete(repo_tags))

    list(hub.upkeep.reindex())

    assert listed(hub, "updated_at") == before
    assert [one.id.name for one in hub.repos.select(ANN, Listing(tags=("onnx",)))] == ["made-model"]


def test_lists_say_the_same_after_an_index_was_lost(hub: Hub) -> None:
    """But for what people did in the index alone, and for small files of earlier commits."""
    filled(hub)
    own = ("pk", "text_bytes", "created_at", "updated_at")
    before = listed(hub, *own)
    with hub.database.write() as connection:
        connection.execute(delete(repos))

    list(hub.upkeep.reindex())

    assert listed(hub, *own) == before
