"""A backup is whole though people work, copies only what is new, and serves the same bytes on an empty machine."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import postgres
import pytest
from people import ANN, DIGITS, Clock
from sqlalchemy import create_engine, text
from xet_made import Xorb, shard, whole

from jupyter_hubcollab.errors import BadInput, DigestMismatch
from jupyter_hubcollab.hub.backups import kept_of, snapshots_of
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.restoring import restore, verify
from jupyter_hubcollab.names import FilePath, RepoId, Revision
from jupyter_hubcollab.storage.database import Database, noted_url

RANDOM = Random(20260106)
MAIN = Revision("main")


@pytest.fixture
def hub(tmp_path: Path, clock: Clock, start: Callable[..., Hub]) -> Hub:
    folder = tmp_path / "hub"
    folder.mkdir()
    return start(folder, now=clock)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def work(hub: Hub, repo: RepoId, name: str) -> dict[str, bytes]:
    """A commit with a small file, a whole blob, a file kept as chunks, and a tag; its files."""
    one = Xorb([RANDOM.randbytes(9_000) for _ in range(3)])
    incoming = hub.xet.incoming()
    incoming.write(one.body)
    hub.xet.finish(incoming, one.hash)
    incoming.abort()
    holder = hub.xet_tokens.holder(hub.xet_tokens.grant(ANN, repo, "main", "write"), "write")
    list(hub.xet.add(holder, shard(whole(one))))
    chunked, blob = whole(one), RANDOM.randbytes(20_000)
    assert chunked.digest is not None
    changes = [
        Put(FilePath(f"{name}.txt"), name.encode(), len(name)),
        Put(FilePath(f"{name}.blob"), hub.blobs.put([blob]), len(blob)),
        Put(FilePath(f"{name}.xet"), chunked.digest, len(chunked.content)),
    ]
    hub.commits.commit(ANN, repo, changes, message=name, tag=f"v-{name}")
    return {f"{name}.txt": name.encode(), f"{name}.blob": blob, f"{name}.xet": chunked.content}


def reads(hub: Hub, repo: RepoId, files: dict[str, bytes]) -> bool:
    return all(b"".join(hub.files.open(ANN, repo, MAIN, FilePath(path))) == files[path] for path in files)


def test_a_restored_hub_serves_the_same_bytes(
    hub: Hub, backup: Path, tmp_path: Path, start: Callable[..., Hub]
) -> None:
    """Small files, blobs, chunks, tags; room logs, experiments and other files, too."""
    hub.repos.create(ANN, DIGITS, private=True)
    files = work(hub, DIGITS, "one")
    rooms = sqlite3.connect(tmp_path / "hub" / "rooms.sqlite")
    rooms.execute("PRAGMA journal_mode=WAL")
    rooms.execute("CREATE TABLE updates (content)")
    rooms.execute("INSERT INTO updates VALUES ('typed')")
    rooms.commit()
    artifact = tmp_path / "hub" / "mlflow" / "artifacts" / "1" / "model.pkl"
    artifact.parent.mkdir(parents=True)
    artifact.write_bytes(b"artifact")

    made = hub.upkeep.backup(backup)
    rooms.close()
    found = restore(backup, tmp_path / "new")

    assert (made.problems, found, list(verify(backup))) == ([], [], [])
    new = start(tmp_path / "new")
    assert reads(new, DIGITS, files)
    assert new.repos.get(ANN, DIGITS).private
    assert new.refs.resolve(ANN, DIGITS, Revision("v-one")) == hub.refs.resolve(ANN, DIGITS, Revision("v-one"))
    with closing(sqlite3.connect(tmp_path / "new" / "rooms.sqlite")) as rooms:
        assert rooms.execute("SELECT * FROM updates").fetchall() == [("typed",)]
    assert (tmp_path / "new" / "mlflow" / "artifacts" / "1" / "model.pkl").read_bytes() == b"artifact"
    assert new.xet.store != hub.xet.store
    rooms.close()


def test_a_second_backup_copies_only_what_is_new(
    hub: Hub, backup: Path, tmp_path: Path, clock: Clock, start: Callable[..., Hub]
) -> None:
    """Both snapshots can be restored."""
    hub.repos.create(ANN, DIGITS)
    first = work(hub, DIGITS, "first")
    one = hub.upkeep.backup(backup)
    second = work(hub, DIGITS, "second")
    clock.now = clock.now.replace(year=2027)

    two = hub.upkeep.backup(backup)

    assert two.copied_bytes < one.size_bytes
    assert two.copied < one.copied
    assert restore(backup, tmp_path / "old", snapshot=one.snapshot) == restore(backup, tmp_path / "new") == []
    assert reads(start(tmp_path / "old"), DIGITS, first)
    assert FilePath("second.txt") not in [
        entry.path for entry in start(tmp_path / "old").files.tree(ANN, DIGITS, MAIN, recursive=True)
    ]
    assert reads(start(tmp_path / "new"), DIGITS, first | second)


def test_old_snapshots_are_forgotten(hub: Hub, backup: Path, tmp_path: Path, clock: Clock) -> None:
    """With what only they needed; the newest is whole."""
    hub.repos.create(ANN, DIGITS)
    work(hub, DIGITS, "one")
    hub.upkeep.backup(backup)
    hub.repos.delete(ANN, DIGITS)
    hub.repos.create(ANN, RepoId("team", "other"))
    clock.now = clock.now.replace(year=2027)

    made = hub.upkeep.backup(backup, keep=1)

    assert snapshots_of(backup) == [made.snapshot]
    assert len(list((backup / "repos").glob("*/*/objects/??/*"))) == sum(
        kept.at.startswith("repos/") for kept in kept_of(backup, made.snapshot)
    )
    assert restore(backup, tmp_path / "new") == []


def test_a_backup_of_a_hub_in_use_is_whole(hub: Hub, backup: Path, tmp_path: Path, start: Callable[..., Hub]) -> None:
    """Commits, uploads, new and deleted repos and collections meanwhile: what the snapshot has, it has all of."""
    before: dict[RepoId, dict[str, bytes]] = {RepoId("team", f"r{n}"): {} for n in range(3)}
    for repo in before:
        hub.repos.create(ANN, repo)
        before[repo] |= work(hub, repo, "before")
    ended = threading.Event()

    def busy(repo: RepoId) -> None:
        for n in range(1000):
            if ended.is_set():
                return
            work(hub, repo, f"busy{n}")
            passing = RepoId("team", f"passing-{repo.name}-{n}")
            hub.repos.create(ANN, passing)
            hub.repos.delete(ANN, passing)
            if n % 3 == 0:
                hub.upkeep.gc()

    threads = [threading.Thread(target=busy, args=(repo,)) for repo in before]
    for thread in threads:
        thread.start()
    try:
        problems = [hub.upkeep.backup(backup).problems for _ in range(3)]
    finally:
        ended.set()
        for thread in threads:
            thread.join()

    for at, snapshot in enumerate(snapshots_of(backup)):
        assert restore(backup, tmp_path / f"new{at}", snapshot=snapshot) == []
        assert all(reads(start(tmp_path / f"new{at}"), repo, files) for repo, files in before.items())
    assert problems == [[], [], []]


def test_damage_is_noticed(hub: Hub, backup: Path, tmp_path: Path) -> None:
    """By verify, and by restore before anybody relies on it; and a blob that the hub itself has lost, by the backup."""
    hub.repos.create(ANN, DIGITS)
    work(hub, DIGITS, "one")
    hub.upkeep.backup(backup)
    blob = next((backup / "blobs" / "lfs").glob("??/??/*"))
    blob.write_bytes(bytes(20_000))

    assert "has changed" in next(verify(backup)).what
    with pytest.raises(DigestMismatch):
        restore(backup, tmp_path / "new")
    next((tmp_path / "hub" / "blobs" / "lfs").glob("??/??/*")).unlink()
    assert "is gone" in hub.upkeep.backup(tmp_path / "another").problems[0]


def test_nothing_is_overwritten(hub: Hub, backup: Path, tmp_path: Path) -> None:
    """A restore needs an empty folder, a backup its own, and not within the hub."""
    hub.repos.create(ANN, DIGITS)
    hub.upkeep.backup(backup)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()

    for wrong in (tmp_path / "other", tmp_path / "hub" / "backup"):
        with pytest.raises(BadInput):
            hub.upkeep.backup(wrong)
    with pytest.raises(BadInput):
        restore(backup, tmp_path / "hub")
    with pytest.raises(BadInput):
        restore(backup, tmp_path / "new", snapshot="2020")


@pytest.mark.slow
@pytest.mark.skipif(bool(postgres.MISSING), reason=postgres.MISSING)
def test_an_index_in_postgresql_is_in_the_backup(tmp_path: Path, backup: Path, clock: Clock) -> None:
    """And comes back as a file, or into another PostgreSQL; numbers go on where they were."""
    with postgres.started() as url:
        hub = open_hub(tmp_path / "hub", Database(url), now=clock)
        hub.repos.create(ANN, DIGITS)
        files = work(hub, DIGITS, "one")
        hub.social.discussions.open(ANN, DIGITS, "how?", "so?")
        assert hub.upkeep.backup(backup).problems == []
        hub.database.close()

        other = _another(url)
        assert restore(backup, tmp_path / "as-file") == []
        assert restore(backup, tmp_path / "as-postgres", database_url=other) == []
        with pytest.raises(BadInput):
            restore(backup, tmp_path / "occupied", database_url=other)
        assert noted_url(tmp_path / "as-postgres") == other
        for place, where in (("as-file", f"sqlite:///{tmp_path}/as-file/index.sqlite"), ("as-postgres", other)):
            again = open_hub(tmp_path / place, Database(where), now=clock)
            assert reads(again, DIGITS, files)
            assert again.social.discussions.get(ANN, DIGITS, 1).title == "how?"
            again.repos.create(ANN, RepoId("team", "next"))
            again.database.close()


def _another(url: str) -> str:
    """Another database of the same server."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE other"))
    engine.dispose()
    return url.rpartition("/")[0] + "/other"
