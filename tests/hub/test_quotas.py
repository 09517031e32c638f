"""Quotas and limits: what is kept is counted once, what is too much is refused before it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab.errors import AccessDenied, BadPath, NotFound, QuotaExceeded, TooLarge
from jupyter_hubcollab.hub.changes import Delete, Put
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.rules import Rules
from jupyter_hubcollab.names import RepoId, file_path
from jupyter_hubcollab.storage.database import Database

LETTERS = RepoId("team", "letters")


@pytest.fixture
def tight(tmp_path: Path) -> Iterator[Hub]:
    """A hub in which an organisation may keep 100 kB, a revision has 8 files, and a commit brings 60 kB."""
    database = Database(f"sqlite:///{tmp_path}/index.sqlite")
    rules = Rules(owner="ann", organisation_quota_bytes=100_000, most_files=8, largest_commit=60_000)
    hub = open_hub(tmp_path, database, rules=rules)
    hub.repos.create(ANN, DIGITS)
    yield hub
    database.close()


def blob(hub: Hub, seed: int, size: int = 40_000) -> Put:
    digest = hub.blobs.put([bytes([0, seed]) * (size // 2)])
    return Put(file_path(f"{seed}.bin"), digest, size)


def used(hub: Hub) -> int:
    return hub.quotas.use(ANN, "team").used_bytes


def test_a_content_counts_once(tight: Hub) -> None:
    """In however many commits, paths and repos of the namespace it stands."""
    tight.repos.create(ANN, LETTERS)
    before = used(tight)
    one = blob(tight, 1)

    tight.commits.commit(ANN, DIGITS, [one], message="one")
    tight.commits.commit(ANN, DIGITS, [Put(file_path("copy.bin"), one.content, one.size)], message="copy")
    tight.commits.commit(ANN, LETTERS, [one], message="one")

    assert 40_000 <= used(tight) - before < 44_000
    assert [share.id.name for share in tight.quotas.use(ANN, "team").shares] == ["digits", "letters"]


def test_what_does_not_fit_is_refused(tight: Hub) -> None:
    """Blobs and small files alike, with what is there and what there may be; what is there stays usable."""
    for seed in (1, 2):
        tight.commits.commit(ANN, DIGITS, [blob(tight, seed)], message="fits")

    with pytest.raises(QuotaExceeded, match="may keep 100,000 bytes and has 8"):
        tight.commits.commit(ANN, DIGITS, [blob(tight, 3)], message="too much")
    with pytest.raises(QuotaExceeded):
        tight.commits.commit(ANN, DIGITS, [Put(file_path("t.txt"), b"x" * 30_000, 30_000)], message="too much")

    tight.commits.commit(ANN, DIGITS, [blob(tight, 1)], message="there already")


def test_small_files_count_on_every_branch(tight: Hub) -> None:
    """What history keeps is kept, also after it was overwritten."""
    tight.refs.create_branch(ANN, DIGITS, "side")
    for branch, letter in (("main", b"a"), ("side", b"b"), ("main", b"c")):
        put = Put(file_path("t.txt"), letter * 30_000, 30_000)
        tight.commits.commit(ANN, DIGITS, [put], message="t", branch=branch)

    with pytest.raises(QuotaExceeded):
        tight.commits.commit(ANN, DIGITS, [Put(file_path("t.txt"), b"d" * 30_000, 30_000)], message="t")


def test_bytes_on_their_way_are_kept_in_mind(tight: Hub) -> None:
    """Uploads that no commit names cannot fill the disk either."""
    repo = tight.repos.get(ANN, DIGITS)
    tight.quotas.require_room_to_send(repo, 60_000)
    tight.quotas.note_arrival(repo, 60_000)

    with pytest.raises(QuotaExceeded):
        tight.quotas.require_room_to_send(repo, 60_000)
    tight.commits.commit(ANN, DIGITS, [blob(tight, 1)], message="one")

    tight.quotas.require_room_to_send(repo, 40_000)


def test_a_quota_of_its_own_counts_instead_of_the_standard(tight: Hub) -> None:
    """Set by the owner of the server, for people and organisations."""
    with pytest.raises(AccessDenied):
        tight.quotas.set(BOB, "team", 1_000_000)
    tight.quotas.set(ANN, "team", 1_000_000)
    for seed in (1, 2, 3):
        tight.commits.commit(ANN, DIGITS, [blob(tight, seed)], message="fits")

    assert tight.quotas.use(ANN, "team").quota_bytes == 1_000_000
    tight.quotas.set(ANN, "team", 0)
    assert tight.quotas.use(ANN, "team").quota_bytes == 100_000


def test_a_repo_moves_only_where_it_fits(tight: Hub) -> None:
    """Moving is no way around a quota."""
    tight.quotas.set(ANN, "team", 1_000_000)
    for seed in (1, 2, 3):
        tight.commits.commit(ANN, DIGITS, [blob(tight, seed)], message="fits")

    with pytest.raises(QuotaExceeded):
        tight.repos.rename(ANN, DIGITS, RepoId("other", "digits"))


def test_what_a_namespace_holds_is_its_members_affair(tight: Hub) -> None:
    """Sizes of private repos tell of them."""
    with pytest.raises(NotFound):
        tight.quotas.use(BOB, "team")
    with pytest.raises(NotFound):
        tight.quotas.use(BOB, "nobody")


def test_a_commit_brings_no_more_than_the_limit(tight: Hub) -> None:
    """Whatever the quota."""
    with pytest.raises(TooLarge, match="max_commit_bytes"):
        tight.commits.commit(ANN, DIGITS, [blob(tight, 1), blob(tight, 2)], message="much")


@pytest.mark.parametrize("branch", ["main", "side"])
def test_a_revision_has_no_more_files_than_the_limit(tight: Hub, branch: str) -> None:
    """Counted exactly where it is near, on every branch; making room helps."""
    tight.refs.create_branch(ANN, DIGITS, "side")
    puts = [Put(file_path(f"{n}/f.txt"), b"x", 1) for n in range(7)]
    tight.commits.commit(ANN, DIGITS, puts, message="seven", branch=branch)
    more = Put(file_path("8.txt"), b"x", 1)

    with pytest.raises(TooLarge, match="max_files"):
        tight.commits.commit(ANN, DIGITS, [more], message="nine", branch=branch)
    tight.commits.commit(ANN, DIGITS, [more, Delete(file_path("0/f.txt"))], message="eight", branch=branch)

    tight.commits.commit(ANN, DIGITS, [Put(more.path, b"y", 1)], message="still eight", branch=branch)


@pytest.mark.parametrize(
    ("there", "new"),
    [("Data/a.txt", "data/b.txt"), ("caf\u00e9.txt", "cafe\u0301.txt"), ("STRASSE.txt", "stra\u00dfe.txt")],
)
def test_names_that_only_computers_tell_apart_are_refused(hub: Hub, digits: RepoId, there: str, new: str) -> None:
    """Case, composed and decomposed letters: half of all file systems would keep one of the two files."""
    hub.commits.commit(ANN, digits, [Put(file_path(there), b"1", 1)], message="there")

    with pytest.raises(BadPath):
        hub.commits.commit(ANN, digits, [Put(file_path(new), b"2", 1)], message="new")
