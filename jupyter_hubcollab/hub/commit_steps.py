"""The steps of which a commit is made, for `commits` alone: objects in git, then refs that move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2

from ..access import Actor
from ..errors import StaleParent
from ..names import FilePath, Revision
from ..storage.loose import write_blob
from ..storage.ref_files import move_ref
from .changes import Change, Put, Staged
from .objects import commit_by, content_of
from .pointers import ATTRIBUTES, Pointer
from .refs import TAGS, Commit, commit_of
from .repos import Repo
from .signatures import user_of
from .trees import edited


@dataclass(frozen=True, slots=True)
class Wanted:
    """A commit as it was asked for."""

    actor: Actor
    repo: Repo
    changes: Sequence[Change]
    message: str
    branch: Revision
    parent: str | None
    tag: str | None
    tag_message: str


def refs_of(steps: dict[str, Any]) -> list[str]:
    """The refs that *steps* move or make."""
    return [steps["ref"], *([TAGS + steps["tag"]] if steps["tag"] is not None else [])]


def git_blob(git: pygit2.Repository, put: Put) -> str:
    """The object that stands in git for a file."""
    if isinstance(put.content, Staged):
        return put.content.oid
    content = put.content if isinstance(put.content, bytes) else Pointer(put.content, put.size).text()
    return write_blob(Path(git.path), content)


def attributes(git: pygit2.Repository, head: pygit2.Commit, edits: dict[FilePath, str | None]) -> str:
    """The ``.gitattributes`` after the edits."""
    own = FilePath(ATTRIBUTES)
    if own in edits:
        oid = edits[own]
        return content_of(git, oid).decode(errors="replace") if oid is not None else ""
    return content_of(git, str(head.tree[own].id)).decode(errors="replace") if own in head.tree else ""


def repeated(git: pygit2.Repository, head: pygit2.Commit, wanted: Wanted, edits: dict[FilePath, str | None]) -> Commit:
    """The newest commit, if it is the wanted one: a client asks again when an answer was lost.

    Raises:
        StaleParent: it is another one.
    """
    same = [str(parent) for parent in head.parent_ids] == [wanted.parent] and user_of(head.author) == wanted.actor.name
    if same and wanted.tag is None and head.message.strip("\n") == wanted.message.strip("\n"):
        before = commit_by(git, wanted.parent or "").tree
        if edited(git, before, edits) == str(head.tree_id):
            return commit_of(head)
    raise StaleParent(
        f"'{wanted.branch}' is at {str(head.id)[:8]}, no longer at {(wanted.parent or '')[:8]}: "
        "The branch was updated since you opened this page. Please refresh and try again."
    )


def move(git: pygit2.Repository, steps: dict[str, Any]) -> None:
    """Move the ref, if it is still where it was.

    Raises:
        StaleParent: somebody moved it.
    """
    if str(git.references[steps["ref"]].target) != steps["new"]:
        move_ref(git, steps["ref"], old=steps["old"], new=steps["new"])


def tag_it(git: pygit2.Repository, steps: dict[str, Any]) -> None:
    """Make the tag that belongs to a commit, if it is not there yet."""
    if steps["tag"] is not None and TAGS + steps["tag"] not in git.references:
        move_ref(git, TAGS + steps["tag"], old=None, new=steps["tag_object"])
