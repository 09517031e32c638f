"""A revision of a repo as one side of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...errors import BadName
from ...names import DEFAULT_BRANCH, FilePath, RepoId, RepoKind, Revision, repo_id, revision
from .. import cards, provenance
from ..evaluated import together
from .sides import Kept, Side

if TYPE_CHECKING:
    from ...access import Actor
    from ...hub.files import Entry, Files
    from ...hub.refs import Refs
    from ...storage.pooled import PooledBlobs
    from ..evaluated import Evaluated
    from ..facts import FactsOf

_KINDS: dict[str, RepoKind] = {"models": "model", "datasets": "dataset", "spaces": "space"}


def parse(subject: str) -> tuple[RepoId, Revision]:
    """``team/digits@v1``; ``datasets/`` or ``spaces/`` may stand before it.

    Raises:
        BadName: it is none.
        BadRevision: what follows the ``@`` is none.
    """
    name, _, at = subject.partition("@")
    parts = name.split("/")
    kind = _KINDS.get(parts[0]) if len(parts) == 3 else "model"
    if kind is None or len(parts) < 2:
        raise BadName(f"'{subject[:80]}' is neither a repo with a revision, as in team/digits@v1, nor a run: run:ID")
    return repo_id("/".join(parts[-2:]), kind), revision(at or DEFAULT_BRANCH)


class RepoSides:
    """Opens revisions of repos."""

    def __init__(self, refs: Refs, files: Files, blobs: PooledBlobs, facts: FactsOf, evaluated: Evaluated) -> None:
        self._refs = refs
        self._files = files
        self._blobs = blobs
        self._facts = facts
        self._evaluated = evaluated

    def open(self, actor: Actor, subject: str) -> Side:
        """A revision of a repo that *actor* may read.

        Raises:
            RevisionNotFound: the repo has no such revision.
            GatedRepo: *actor* has to ask for the files first.
        """
        asked, at = parse(subject)
        _git, commit, found = self._refs.find_open(actor, asked, at)
        id, exact = found.id, Revision(str(commit.id))
        known = self._evaluated.of(id).get(exact, {})
        return Side(
            subject=subject,
            kind=id.kind,
            id=str(id),
            revision=at,
            commit=exact,
            title=f"{id} {at[:8] if at == exact else at}",
            source=_Tree(actor, id, exact, files=self._files, blobs=self._blobs),
            metrics=together(self._facts.one(actor, id, exact).metrics, known),
            by_row={key: one.by_row for key, one in known.items() if one.by_row is not None},
            card=cards.shown(self._facts.text(actor, id, exact, cards.NAME)).metadata,
            provenance=provenance.read(self._facts.text(actor, id, exact, provenance.NAME)),
        )


class _Tree:
    """The files of a commit."""

    def __init__(self, actor: Actor, repo: RepoId, at: Revision, *, files: Files, blobs: PooledBlobs) -> None:
        self._actor = actor
        self._repo = repo
        self._at = at
        self._files = files
        self._blobs = blobs
        self._entries: dict[str, Entry] = {
            one.path: one for one in files.tree(actor, repo, at) if not one.is_dir and one.path != ".gitattributes"
        }
        self.files: Mapping[str, Kept] = {
            path: Kept(one.size, one.digest or one.oid) for path, one in self._entries.items()
        }

    def span(self, path: str, start: int, end: int) -> Iterator[bytes]:
        entry = self._entries[FilePath(path)]
        if entry.digest is not None:  # may be read: access was asked when the side was opened
            return self._blobs.read(entry.digest, start, end)
        return self._files.content(self._actor, self._repo, self._at, entry, (start, end))

    def chunks(self, path: str) -> Iterable[tuple[bytes, int]]:
        digest = self._entries[FilePath(path)].digest
        return self._blobs.chunks(digest) if digest is not None else ()
