"""Files of a revision: listed, found, read."""

from __future__ import annotations

import pytest
from people import ANN

from jupyter_hubcollab.errors import BadInput, EntryNotFound, TooLarge
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import FilePath, RepoId, Revision

MAIN = Revision("main")


@pytest.fixture
def filled(hub: Hub, digits: RepoId) -> RepoId:
    """A repo with a text, a folder and a blob."""
    weights = Put(FilePath("sub/deep/w.bin"), hub.blobs.put([b"0123456789"]), 10)
    changes = [Put(FilePath("a.txt"), b"hello", 5), Put(FilePath("sub/b.txt"), b"\xff\xfe", 2), weights]
    hub.commits.commit(ANN, digits, changes, message="m")
    return digits


def test_a_tree_shows_files_and_folders(hub: Hub, filled: RepoId) -> None:
    """Sizes are those of the real content, also for blobs."""
    shown = {
        entry.path: (entry.size, entry.is_dir, entry.digest is not None) for entry in hub.files.tree(ANN, filled, MAIN)
    }
    del shown[FilePath(".gitattributes")]

    assert shown == {
        "a.txt": (5, False, False),
        "sub": (0, True, False),
        "sub/b.txt": (2, False, False),
        "sub/deep": (0, True, False),
        "sub/deep/w.bin": (10, False, True),
    }


def test_a_folder_is_listed_alone(hub: Hub, filled: RepoId) -> None:
    """One level, or all below."""
    assert [entry.path for entry in hub.files.tree(ANN, filled, MAIN, path="sub", recursive=False)] == [
        "sub/b.txt",
        "sub/deep",
    ]
    assert [entry.path for entry in hub.files.tree(ANN, filled, MAIN, path="sub/deep")] == ["sub/deep/w.bin"]


@pytest.mark.parametrize("path", ["none", "a.txt", "sub/none", "su", "a.txt/x"])
def test_a_folder_that_is_not_there_is_not_listed(hub: Hub, filled: RepoId, path: str) -> None:
    """Nor is a file, which is no folder."""
    with pytest.raises(EntryNotFound):
        hub.files.tree(ANN, filled, MAIN, path=path)


@pytest.mark.parametrize("path", ["a.txt", "sub/deep/w.bin"])
def test_a_range_of_a_file_can_be_read(hub: Hub, filled: RepoId, path: str) -> None:
    """From git and from the store alike."""
    whole = b"".join(hub.files.open(ANN, filled, MAIN, FilePath(path)))

    assert b"".join(hub.files.open(ANN, filled, MAIN, FilePath(path), start=1, end=4)) == whole[1:4]


def test_what_cannot_be_shown_as_text_says_why(hub: Hub, filled: RepoId) -> None:
    """Too large, or no text, or a folder, or not there."""
    with pytest.raises(TooLarge):
        hub.files.read_text(ANN, filled, MAIN, FilePath("a.txt"), limit=4)
    with pytest.raises(BadInput):
        hub.files.read_text(ANN, filled, MAIN, FilePath("sub/b.txt"))
    with pytest.raises(EntryNotFound):
        hub.files.read_text(ANN, filled, MAIN, FilePath("sub"))
    with pytest.raises(EntryNotFound):
        hub.files.read_text(ANN, filled, MAIN, FilePath("none"))


def test_an_old_revision_stays_as_it_was(hub: Hub, filled: RepoId) -> None:
    """Listings are remembered by tree, not by branch."""
    before = hub.refs.resolve(ANN, filled, MAIN).id
    old = hub.files.tree(ANN, filled, MAIN)

    hub.commits.commit(ANN, filled, [Put(FilePath("new"), b"", 0)], message="m")

    assert len(hub.files.tree(ANN, filled, MAIN)) == len(old) + 1
    assert hub.files.tree(ANN, filled, Revision(before)) == old
