"""Back to an earlier version, in two ways that differ for those who load the model.

*Alias*: an alias such as ``champion`` leads to the old version again; ``main`` and the list of versions stay.
*Version*: a new version with the files of the old one comes on top of ``main``; history is kept, nothing is deleted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .. import wire
from ..access import require
from ..errors import BadInput, VersionNotFound
from ..names import DEFAULT_BRANCH, Digest, FilePath, Revision
from . import provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..access import Actor
    from ..hub.changes import Change
    from ..hub.files import Entry
    from ..hub.repos import Repo
    from ..names import RepoId
    from .aliases import Aliases
    from .facts import FactsOf
    from .publications import Shelves
    from .versions import Versions


class Rollbacks:
    """Goes back to earlier versions."""

    def __init__(
        self,
        shelves: Shelves,
        aliases: Aliases,
        versions: Versions,
        facts: FactsOf,
        *,
        next_of: Callable[[Repo, Sequence[str]], str],
    ) -> None:
        self._shelves = shelves
        self._aliases = aliases
        self._versions = versions
        self._facts = facts
        self._next_of = next_of

    def back(self, actor: Actor, repo: RepoId, asked: wire.RollbackRequest) -> wire.Rollback:
        """Go back to the version ``asked.tag``.

        Raises:
            VersionNotFound: there is no such version.
            BadInput: the alias leads there already, or ``main`` has these files already.
        """
        found = self._shelves.repos.get(actor, repo)
        require(actor, "write", found)
        if asked.tag not in (ref.name for ref in self._shelves.refs.tags(actor, found.id)):
            raise VersionNotFound(f"{found.id} has no version {asked.tag}; GET its versions to see which it has")
        if asked.alias is not None:
            return self._alias(actor, found, asked.alias, asked.tag)
        return self._version(actor, found, asked)

    def _alias(self, actor: Actor, repo: Repo, alias: str, tag: str) -> wire.Rollback:
        before = self._aliases.all(actor, repo.id).get(alias)
        if before == tag:
            raise BadInput(f"{alias} leads to {tag} already")
        self._aliases.set(actor, repo.id, alias, tag)
        return wire.Rollback(alias=alias, before=before, tag=tag, version=None)

    def _version(self, actor: Actor, repo: Repo, asked: wire.RollbackRequest) -> wire.Rollback:
        refs = self._shelves.refs
        head = refs.resolve(actor, repo.id, DEFAULT_BRANCH).id
        old = refs.resolve(actor, repo.id, Revision(f"refs/tags/{asked.tag}")).id
        changes = self._changes(actor, repo, Revision(head), Revision(old), asked.tag)
        if not [one for one in changes if one.path != provenance.NAME]:
            raise BadInput(f"{repo.id} has the files of {asked.tag} already")
        taken = [ref.name for ref in refs.tags(actor, repo.id)]
        tag = self._next_of(repo, taken)
        message = asked.message.strip() or f"Back to {asked.tag}"
        self._shelves.commits.commit(
            actor, repo.id, changes, message=message, parent=head, tag=tag, tag_message=message
        )
        return wire.Rollback(alias=None, before=None, tag=tag, version=self._versions.one(actor, repo.id, tag))

    def _changes(self, actor: Actor, repo: Repo, head: Revision, old: Revision, tag: str) -> list[Change]:
        """What makes the files of *head* those of *old*; the record says where they are from."""
        from ..hub.changes import Delete, Put

        now, then = self._files(actor, repo, head), self._files(actor, repo, old)
        changes: list[Change] = [Delete(FilePath(path)) for path in now if path not in then]
        for path, entry in then.items():
            if path != provenance.NAME and (path not in now or now[path].oid != entry.oid):
                changes.append(Put(entry.path, self._content(actor, repo, old, entry), entry.size))
        made = provenance.read(self._facts.text(actor, repo.id, old, provenance.NAME))
        record = {**made, "publication": None, "rolled_back_to": tag}
        text = json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        return [*changes, Put(FilePath(provenance.NAME), text, len(text))]

    def _files(self, actor: Actor, repo: Repo, at: Revision) -> dict[str, Entry]:
        return {one.path: one for one in self._shelves.files.tree(actor, repo.id, at) if not one.is_dir}

    def _content(self, actor: Actor, repo: Repo, at: Revision, entry: Entry) -> bytes | Digest:
        if entry.digest is not None:
            return entry.digest
        return b"".join(self._shelves.files.content(actor, repo.id, at, entry))
