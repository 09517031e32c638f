"""Files that people upload or delete by hand: one commit, once all bytes are here.

Built as ``Uploads(shelves, held)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import wire
from ..errors import BadInput, BlobNotFound
from ..names import RepoId, digest, file_path, revision
from .placement import placed

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.changes import Change
    from ..hub.refs import Commit
    from .held import Held
    from .publications import Shelves

LONGEST_MESSAGE = 10_000


class Uploads:
    """Makes commits from blobs that their uploader has sent."""

    def __init__(self, shelves: Shelves, held: Held) -> None:
        self._shelves = shelves
        self._held = held

    def commit(self, actor: Actor, repo: RepoId, request: wire.CommitRequest) -> Commit:
        """Put and delete files on a branch; all of them, or none.

        Raises:
            BlobNotFound: the bytes of a file were not sent.
            StaleParent: the branch is no longer at the parent that was named.
            UnsafeFile: a file could run code when it is loaded.
        """
        if not request.puts and not request.deletes:
            raise BadInput("the commit changes nothing; add or delete a file")
        if not request.message.strip() or len(request.message) > LONGEST_MESSAGE:
            raise BadInput("say in the commit message what changes, in 10,000 characters at most")
        self._check_held(actor, request)
        return self._shelves.commits.commit(
            actor,
            repo,
            self._changes(request),
            message=request.message.strip(),
            branch=revision(request.branch),
            parent=request.parent,
        )

    def _check_held(self, actor: Actor, request: wire.CommitRequest) -> None:
        missing = set(self._held.missing(actor, [digest(put.digest) for put in request.puts]))
        paths = [put.path for put in request.puts if put.digest in missing]
        if paths:
            raise BlobNotFound(f"{len(paths)} of the files were not sent, '{paths[0]}' among them; upload them again")

    def _changes(self, request: wire.CommitRequest) -> list[Change]:
        from ..hub.changes import Delete, Put

        changes: list[Change] = [Delete(file_path(path)) for path in request.deletes]
        for put in request.puts:
            path, blob = file_path(put.path), digest(put.digest)
            changes.append(Put(path, placed(self._shelves.blobs, path, blob, put.size_bytes), put.size_bytes))
        return changes
