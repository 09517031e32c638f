"""Protected branches and tags: who may make, move, rewrite and delete them."""

from __future__ import annotations

import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import AccessDenied, BadRevision, NotFound, RefIsProtected
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.protection import Rule
from jupyter_hubcollab.names import RepoId, file_path

PUT = [Put(file_path("a.txt"), b"a", 1)]


def commit(hub: Hub, actor: Actor, branch: str = "main", tag: str | None = None) -> None:
    hub.commits.commit(actor, DIGITS, PUT, message="a", branch=branch, tag=tag)


def test_a_protected_branch_is_committed_to_and_not_deleted(hub: Hub, digits: RepoId) -> None:
    """Writers go on with it; only admins end it."""
    hub.refs.create_branch(ANN, digits, "release/1")
    hub.protection.protect(ANN, digits, Rule("branch", "release/*", "write"))

    commit(hub, BOB, "release/1")
    with pytest.raises(RefIsProtected):
        hub.refs.delete_branch(BOB, digits, "release/1")

    hub.refs.delete_branch(ANN, digits, "release/1")


def test_a_branch_for_admins_is_moved_by_nobody_else(hub: Hub, digits: RepoId) -> None:
    """Neither committed to, nor made under a name that matches."""
    hub.protection.protect(ANN, digits, Rule("branch", "main", "admin"))
    hub.protection.protect(ANN, digits, Rule("branch", "stable-*", "admin"))

    with pytest.raises(RefIsProtected):
        commit(hub, BOB)
    with pytest.raises(RefIsProtected):
        commit(hub, BOB, "refs/heads/main")
    with pytest.raises(RefIsProtected):
        hub.refs.create_branch(BOB, digits, "stable-1")
    commit(hub, ANN)

    assert hub.refs.create_branch(BOB, digits, "mine").name == "mine"


def test_versions_can_be_kept_for_admins(hub: Hub, digits: RepoId) -> None:
    """Tags by the same rules, also those that a commit brings."""
    hub.protection.protect(ANN, digits, Rule("tag", "v*", "admin"))

    with pytest.raises(RefIsProtected):
        hub.refs.create_tag(BOB, digits, "v1")
    with pytest.raises(RefIsProtected):
        commit(hub, BOB, tag="v1")
    hub.refs.create_tag(ANN, digits, "v1")
    with pytest.raises(RefIsProtected):
        hub.refs.delete_tag(BOB, digits, "v1")

    assert hub.refs.create_tag(BOB, digits, "draft").name == "draft"


def test_history_is_squashed_by_admins_only(hub: Hub, digits: RepoId) -> None:
    """With rules or without."""
    with pytest.raises(AccessDenied):
        hub.commits.squash(BOB, digits, branch="main", message="one")


def test_rules_are_the_admins_affair(hub: Hub, digits: RepoId) -> None:
    """Everybody sees them, admins change them."""
    rule = Rule("branch", "main", "admin")
    with pytest.raises(AccessDenied):
        hub.protection.protect(BOB, digits, rule)
    hub.protection.protect(ANN, digits, Rule("branch", "main", "write"))
    hub.protection.protect(ANN, digits, rule)

    assert list(hub.protection.list(BOB, digits)) == [rule]
    with pytest.raises(AccessDenied):
        hub.protection.unprotect(BOB, digits, "branch", "main")
    hub.protection.unprotect(ANN, digits, "branch", "main")
    with pytest.raises(NotFound):
        hub.protection.unprotect(ANN, digits, "branch", "main")


@pytest.mark.parametrize("pattern", ["", "a b", "/x", "refs/heads/main", "x" * 300, "a\nb", "a[b"])
def test_a_pattern_that_fits_nothing_is_refused(hub: Hub, digits: RepoId, pattern: str) -> None:
    """Rather than a rule that protects nothing."""
    with pytest.raises(BadRevision):
        hub.protection.protect(ANN, digits, Rule("branch", pattern, "write"))
