"""A repo as a copy of another one: its files as they are now, in one commit; large files are not copied, only named."""

from __future__ import annotations

from ..access import Actor
from ..errors import HubError
from ..names import DEFAULT_BRANCH, FilePath, RepoId, Revision
from .commits import Change, Commits, Put
from .files import walk
from .objects import content_of
from .refs import Refs
from .repos import Repo, Repos


class Duplicates:
    """Copies repos."""

    def __init__(self, repos: Repos, refs: Refs, commits: Commits) -> None:
        self._repos = repos
        self._refs = refs
        self._commits = commits

    def duplicate(self, actor: Actor, source: RepoId, to: RepoId, *, private: bool | None = None) -> Repo:
        """Make *to* of the files that ``main`` of *source* has; as visible as that, if nothing is said.

        Raises:
            RepoExists: there is a repo of this name.
            GatedRepo: *actor* has to ask for the files first.
        """
        git, head, found = self._refs.find_open(actor, source, DEFAULT_BRANCH)
        # Hidden until it is whole: after a crash nobody but its maker finds half of it.
        made = self._repos.create(actor, to, private=True)
        try:
            staging = self._commits.staging(actor, made.id)
            changes: list[Change] = []
            for entry in walk(git, head.tree):
                if entry.is_dir:
                    continue
                path = FilePath(entry.path)
                if entry.digest is not None:
                    changes.append(Put(path, entry.digest, entry.size))
                else:
                    changes.append(staging.put(path, content_of(git, entry.oid)))
            if changes:
                self._commits.commit(
                    actor, made.id, changes, message=f"Duplicate of {found.id}", branch=Revision("main")
                )
        except HubError:
            self._repos.delete(actor, made.id)
            raise
        wanted = found.private if private is None else private
        return self._repos.get(actor, made.id) if wanted else self._repos.set_private(actor, made.id, False)
