"""Garbage is collected while people work: what somebody needs stays, what nobody needs goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pygit2
import pytest
from people import ANN, Clock
from xet_made import File, Xorb, shard, whole

from jupyter_hubcollab.errors import BadInput, BlobNotFound
from jupyter_hubcollab.hub.changes import Delete, Put
from jupyter_hubcollab.hub.collecting import Collection
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.work import silent
from jupyter_hubcollab.names import Digest, FilePath, RepoId, Revision
from jupyter_hubcollab.storage.bare import BareRepos

RANDOM = Random(20260105)
MAIN = Revision("main")
DAYS = timedelta(days=2)


def xorb() -> Xorb:
    return Xorb([RANDOM.randbytes(10_000) for _ in range(3)])


def upload(hub: Hub, repo: RepoId, *xorbs: Xorb) -> list[File]:
    """Send files kept as chunks, as a client does."""
    for one in xorbs:
        incoming = hub.xet.incoming()
        incoming.write(one.body)
        hub.xet.finish(incoming, one.hash)
        incoming.abort()
    name(hub, repo, *xorbs)
    return [whole(one) for one in xorbs]


def name(hub: Hub, repo: RepoId, *xorbs: Xorb) -> None:
    """Send only the shard."""
    holder = hub.xet_tokens.holder(hub.xet_tokens.grant(ANN, repo, "main", "write"), "write")
    for _ in hub.xet.add(holder, shard(*(whole(one) for one in xorbs))):
        pass


def put(hub: Hub, clock: Clock, content: bytes) -> Digest:
    """Store a blob at the time of the clock."""
    digest = hub.blobs.put([content])
    path = hub.blobs.path(digest)
    assert path is not None
    os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    return digest


def commit(hub: Hub, repo: RepoId, path: str, file: File) -> None:
    assert file.digest is not None
    hub.commits.commit(ANN, repo, [Put(FilePath(path), file.digest, len(file.content))], message=path)


def test_chunks_that_no_file_needs_go_with_their_time(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """What nobody committed, and its chunks; what is committed stays, and clients upload to a new address."""
    used, spare = xorb(), xorb()
    kept, lost = upload(hub, digits, used, spare)
    commit(hub, digits, "kept.bin", kept)
    address = hub.xet.store

    assert hub.upkeep.gc().xorbs == 0
    clock.forward(DAYS)
    counted = hub.upkeep.gc(dry=True)
    freed = hub.upkeep.gc()

    assert (
        (freed.chunked, freed.xorbs, freed.size_bytes)
        == (1, 1, len(spare.body))
        == (
            counted.chunked,
            counted.xorbs,
            counted.size_bytes,
        )
    )
    assert kept.digest is not None
    assert b"".join(hub.blobs.read(kept.digest)) == kept.content
    assert lost.digest is not None
    assert not hub.blobs.has(lost.digest)
    assert hub.xet.store != address
    assert list(hub.upkeep.fsck()) == []


def test_a_dry_run_removes_nothing(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """It only counts."""
    orphan = put(hub, clock, b"orphan")
    upload(hub, digits, xorb())
    clock.forward(DAYS)

    hub.upkeep.gc(dry=True)

    assert hub.blobs.has(orphan)
    assert hub.upkeep.gc(dry=True).xorbs == 1


@pytest.mark.parametrize("ref", ["refs/pr/1", "refs/convert/parquet", "refs/tags/v1"])
def test_every_kind_of_ref_keeps_what_it_reaches(hub: Hub, digits: RepoId, clock: Clock, ref: str) -> None:
    """Pull requests, converted versions and tags as well as branches."""
    digest = put(hub, clock, b"weights")
    made = hub.commits.commit(ANN, digits, [Put(FilePath("w.bin"), digest, 7)], message="m")
    storage = hub.repos.get(ANN, digits).storage
    hub.bare.open(storage).references.create(ref, made.id)
    hub.commits.commit(ANN, digits, [Delete(FilePath("w.bin"))], message="m")
    hub.commits.squash(ANN, digits, branch=MAIN, message="squashed")
    clock.forward(DAYS)

    assert hub.upkeep.gc().blobs == 0
    hub.bare.open(storage).references.delete(ref)
    assert hub.upkeep.gc().blobs == 1


def test_a_deleted_repo_is_kept_for_a_while_and_can_come_back(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """Its blobs stay as long as it; moved back and indexed, it is what it was."""
    digest = put(hub, clock, b"weights")
    hub.commits.commit(ANN, digits, [Put(FilePath("w.bin"), digest, 7)], message="m")
    storage = hub.repos.get(ANN, digits).storage
    clock.forward(DAYS)
    hub.repos.delete(ANN, digits)

    assert (hub.upkeep.gc().blobs, hub.upkeep.gc().repos) == (0, 0)
    hub.bare.path(hub.bare.retired_name(storage)).rename(hub.bare.path(storage))
    list(hub.upkeep.reindex())

    assert b"".join(hub.files.open(ANN, digits, MAIN, FilePath("w.bin"))) == b"weights"
    hub.repos.delete(ANN, digits)
    clock.forward(DAYS)
    freed = hub.upkeep.gc()
    assert (freed.repos, freed.blobs) == (1, 1)


class Vanishing(BareRepos):
    """As people delete repos: this one goes once it was opened to be read, before anything of it is."""

    def __init__(self, folder: Path, storage: str, delete: Callable[[], None]) -> None:
        super().__init__(folder)
        self.storage, self.delete, self.is_locked = storage, delete, False

    @contextmanager
    def writing(self, storage: str) -> Iterator[pygit2.Repository]:
        self.is_locked = True
        with super().writing(storage) as git:
            yield git
        self.is_locked = False

    def open(self, storage: str) -> pygit2.Repository:
        git = super().open(storage)
        if storage == self.storage and not self.is_locked:
            self.delete()
        return git


def test_a_repo_may_be_deleted_while_it_is_looked_through(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """The collection goes on, and what the deleted repo needs to come back stays."""
    digest = put(hub, clock, b"weights")
    hub.commits.commit(ANN, digits, [Put(FilePath("w.bin"), digest, 7)], message="m")
    storage = hub.repos.get(ANN, digits).storage
    clock.forward(DAYS)
    places = hub.upkeep.places
    bare = Vanishing(places.folder / "repos", storage, lambda: hub.repos.delete(ANN, digits))

    freed = Collection(replace(places, bare=bare), clock.now - timedelta(days=1), dry=False, tell=silent).run()

    assert (freed.blobs, freed.repos) == (0, 0)
    assert [name for name, _ in bare.retired()] == [bare.retired_name(storage)]
    assert hub.blobs.path(digest) is not None


def test_git_is_packed_and_forgets_what_nothing_reaches(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """Many loose objects become one pack; a squashed history goes in its time."""
    for n in range(20):
        hub.commits.commit(ANN, digits, [Put(FilePath("f.txt"), b"%d" % n, 2)], message="m")
    old = hub.refs.resolve(ANN, digits, MAIN).id
    hub.commits.squash(ANN, digits, branch=MAIN, message="squashed")
    objects = hub.bare.path(hub.repos.get(ANN, digits).storage) / "objects"
    for file in objects.glob("??/*"):
        os.utime(file, (clock.now.timestamp(), clock.now.timestamp()))
    clock.forward(DAYS)

    freed = hub.upkeep.gc()

    assert freed.git_bytes > 0
    assert list(objects.glob("??/*")) == []
    assert old not in hub.bare.open(hub.repos.get(ANN, digits).storage)
    assert hub.files.read_text(ANN, digits, MAIN, FilePath("f.txt")) == "19"
    assert list(hub.upkeep.fsck()) == []


def test_packing_leaves_no_push_without_its_folders(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """A push looks for the folder of an object, then puts the object there; in between it must not go."""
    hub.commits.commit(ANN, digits, [Put(FilePath("f.txt"), b"1", 1)], message="m")
    objects = hub.bare.path(hub.repos.get(ANN, digits).storage) / "objects"
    found = sorted(objects.glob("[0-9a-f][0-9a-f]"))
    unreached = objects / "ff" / ("0" * 38)
    unreached.parent.mkdir(exist_ok=True)
    unreached.touch()
    left = objects / "pack" / "tmp_pack_1"
    left.touch()
    for file in [*objects.glob("??/*"), left]:
        os.utime(file, (clock.now.timestamp(), clock.now.timestamp()))
    clock.forward(DAYS)

    hub.upkeep.gc()

    assert [*objects.glob("??/*"), *objects.glob("pack/tmp_*")] == []
    assert sorted(objects.glob("[0-9a-f][0-9a-f]")) == sorted({*found, unreached.parent})


def test_a_grace_period_that_endangers_uploads_is_refused(hub: Hub) -> None:
    """An hour is the least."""
    with pytest.raises(BadInput):
        hub.upkeep.gc(timedelta(minutes=59))


def test_a_shard_that_names_old_chunks_keeps_them(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """A client that remembers its upload sends no bytes again; from the shard on the chunks are young."""
    remembered = xorb()
    upload(hub, digits, remembered)
    clock.forward(DAYS)
    name(hub, digits, remembered)

    assert hub.upkeep.gc().xorbs == 0
    commit(hub, digits, "w.bin", whole(remembered))
    assert list(hub.upkeep.fsck()) == []


def test_commits_and_uploads_win_over_collections(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """Threads name old blobs and old chunks while others collect: what was accepted is whole."""
    olds = [put(hub, clock, RANDOM.randbytes(100)) for _ in range(30)]
    xorbs = [xorb() for _ in range(15)]
    upload(hub, digits, *xorbs)
    clock.forward(DAYS)
    accepted: list[Digest] = []
    ended = threading.Event()

    def collect() -> None:
        while not ended.is_set():
            hub.upkeep.gc()

    def work(mine: slice) -> None:
        for at, old in enumerate(olds[mine]):
            try:
                hub.commits.commit(ANN, digits, [Put(FilePath(f"{old[:8]}.bin"), old, 100)], message="m")
                accepted.append(old)
            except BlobNotFound:
                assert not hub.blobs.has(old)
            if at % 2:
                one = xorbs[mine][at // 2]
                upload(hub, digits, one)
                commit(hub, digits, f"{one.hash[:8]}.bin", whole(one))
                accepted.append(Digest(whole(one).digest or ""))

    collector = threading.Thread(target=collect)
    workers = [threading.Thread(target=work, args=(slice(part, None, 3),)) for part in range(3)]
    for thread in [collector, *workers]:
        thread.start()
    for thread in workers:
        thread.join()
    ended.set()
    collector.join()

    assert len(accepted) >= 15
    assert all(hub.blobs.has(digest) for digest in accepted)
    assert list(hub.upkeep.fsck()) == []
    assert list(hub.upkeep.verify_blobs()) == []


def test_the_index_of_chunks_is_worked_out_again(hub: Hub, digits: RepoId, tmp_path: Path) -> None:
    """From xorbs and recipes; the same rows, but for their age."""
    from sqlalchemy import delete, select

    from jupyter_hubcollab.storage.schema import xet_files, xet_xorbs

    (kept,) = upload(hub, digits, xorb())
    commit(hub, digits, "w.bin", kept)
    with hub.database.read() as connection:
        before = [connection.execute(select(table).order_by(table.c.hash)).all() for table in (xet_files, xet_xorbs)]
    with hub.database.write() as connection:
        connection.execute(delete(xet_files))
        connection.execute(delete(xet_xorbs))
    assert not hub.blobs.has(Digest(kept.digest or ""))

    list(hub.upkeep.reindex())

    with hub.database.read() as connection:
        after = [connection.execute(select(table).order_by(table.c.hash)).all() for table in (xet_files, xet_xorbs)]
    assert [[tuple(row)[:-1] for row in rows] for rows in after] == [
        [tuple(row)[:-1] for row in rows] for rows in before
    ]
    assert b"".join(hub.blobs.read(Digest(kept.digest or ""))) == kept.content
