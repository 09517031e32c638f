"""Branches and tags."""

from __future__ import annotations

import pytest
from people import ANN, BOB, READER

from jupyter_hubcollab.errors import AccessDenied, BadRevision, RefExists, RevisionNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import FilePath, RepoId, Revision


def commit(hub: Hub, repo: RepoId, name: str, branch: str = "main") -> str:
    put = Put(FilePath(name), b"x", 1)
    return hub.commits.commit(ANN, repo, [put], message=f"add {name}", branch=Revision(branch)).id


def test_a_branch_goes_its_own_way(hub: Hub, digits: RepoId) -> None:
    """Commits on a branch do not touch main."""
    hub.refs.create_branch(BOB, digits, "feature/x")

    made = commit(hub, digits, "a", "feature/x")

    assert hub.refs.resolve(ANN, digits, Revision("feature/x")).id == made
    assert hub.refs.resolve(ANN, digits, Revision("main")).id != made
    assert [ref.name for ref in hub.refs.branches(ANN, digits)] == ["feature/x", "main"]


def test_a_commit_is_found_by_every_name(hub: Hub, digits: RepoId) -> None:
    """Branch, tag, full ref, HEAD, id, short id in any case."""
    made = commit(hub, digits, "a")
    hub.refs.create_tag(ANN, digits, "v1", message="one")

    for name in ("main", "v1", "refs/heads/main", "refs/tags/v1", "HEAD", made, made[:7], made[:8].upper()):
        assert hub.refs.resolve(BOB, digits, Revision(name)).id == made


@pytest.mark.parametrize("name", ["none", "refs/heads/none", "0" * 40, "abcd", "refs/pr/1", "main2"])
def test_what_is_not_there_is_not_found(hub: Hub, digits: RepoId, name: str) -> None:
    """An unknown revision is said to be unknown."""
    with pytest.raises(RevisionNotFound):
        hub.refs.resolve(ANN, digits, Revision(name))


@pytest.mark.parametrize("name", ["HEAD", "refs/heads/x", "a" * 40, "a..b", "-x", "x.lock", "a b", ""])
def test_a_branch_cannot_have_every_name(hub: Hub, digits: RepoId, name: str) -> None:
    """Names that git or a reader would take for something else are refused."""
    with pytest.raises(BadRevision, match="Invalid reference for a branch"):
        hub.refs.create_branch(ANN, digits, name)


def test_a_name_is_given_once(hub: Hub, digits: RepoId) -> None:
    """A second branch or tag of a name is refused, and one below another too."""
    hub.refs.create_branch(ANN, digits, "b")
    hub.refs.create_tag(ANN, digits, "v1")

    with pytest.raises(RefExists, match="Reference refs/heads/b already exists"):
        hub.refs.create_branch(ANN, digits, "b")
    with pytest.raises(RefExists):
        hub.refs.create_tag(ANN, digits, "v1")
    with pytest.raises(BadRevision):
        hub.refs.create_branch(ANN, digits, "b/c")


def test_main_cannot_be_deleted(hub: Hub, digits: RepoId) -> None:
    """Every repo has its main."""
    with pytest.raises(AccessDenied, match="Cannot delete refs/heads/main"):
        hub.refs.delete_branch(ANN, digits, "main")


def test_what_is_deleted_is_gone(hub: Hub, digits: RepoId) -> None:
    """Branches and tags; a second time they are not found."""
    hub.refs.create_branch(ANN, digits, "b")
    hub.refs.create_tag(ANN, digits, "v1")

    hub.refs.delete_branch(BOB, digits, "b")
    hub.refs.delete_tag(BOB, digits, "v1")

    assert hub.refs.tags(ANN, digits) == []
    with pytest.raises(RevisionNotFound):
        hub.refs.delete_branch(ANN, digits, "b")
    with pytest.raises(RevisionNotFound):
        hub.refs.delete_tag(ANN, digits, "v1")


def test_a_reader_moves_no_ref(hub: Hub, digits: RepoId) -> None:
    """Branches and tags are writing."""
    for call in (hub.refs.create_branch, hub.refs.create_tag, hub.refs.delete_branch, hub.refs.delete_tag):
        with pytest.raises(AccessDenied):
            call(READER, digits, "x")


def test_a_tag_says_who_and_why(hub: Hub, digits: RepoId) -> None:
    """Its own message and maker, not the commit's."""
    commit(hub, digits, "a")
    hub.refs.create_tag(BOB, digits, "v1", message="the first\n\ngood one")

    (tag,) = hub.refs.tags(ANN, digits)

    assert (tag.message, tag.author, tag.kind) == ("the first\n\ngood one", "bob", "tag")


def test_history_is_read_in_pages(hub: Hub, digits: RepoId) -> None:
    """Newest first, with limit and offset."""
    for name in "abc":
        commit(hub, digits, name)

    history = hub.refs.history(ANN, digits, Revision("main"), limit=2, offset=1)

    assert [commit.message for commit in history] == ["add b", "add a"]
